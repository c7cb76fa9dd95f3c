"""Who of the tracks looked at threatens the public, and since when; firm tracks, whether an alert stands or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from sargas.assessment.alert_entry import Place
from sargas.assessment.entry_probability import Reach
from sargas.assessment.threat import Facts
from sargas.assessment.warnings.threat import GROUP, Threat
from sargas.assessment.warnings.threatening import SETTLE_NS, Prospect, ThreatWatch
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NO_CODE, NS_PER_S, PlotFlag, known_or
from sargas.model.records import Zone
from sargas.model.tracks import Tracks
from sargas.model.warning_records import WarningArea

MOST_PARTS = 8
"""Pieces of a country, the largest ones, that its municipalities make."""
SIMPLER_DEG = 0.002
KEPT_NS = 600 * NS_PER_S
"""A track that comes back under its number so soon is the same object, and no younger."""
NOT_REAL = np.uint16(PlotFlag.SIMULATED | PlotFlag.TEST | PlotFlag.FIELD_MONITOR)


@dataclass(slots=True)
class PublicThreats:
    """Keep when each track was firm, and which threaten."""

    plane: RegionPlane
    watch: ThreatWatch = field(default_factory=ThreatWatch)
    firm_ns: dict[int, int] = field(default_factory=dict)
    """UTC ns of the tick that first saw each track confirmed."""
    seen_ns: dict[int, int] = field(default_factory=dict)
    """UTC ns of the last tick of each track."""
    time_ns: int = 0

    def begin(self, tracks: Tracks, time_ns: int) -> None:
        """Begin a tick: note who is firm, forget who is no more; ``tracks``: all own ones."""
        self.time_ns = time_ns
        for track_id in tracks.track_id[tracks.is_confirmed].tolist():
            self.firm_ns.setdefault(track_id, time_ns)
        self.seen_ns |= dict.fromkeys(tracks.track_id.tolist(), time_ns)
        gone = [track_id for track_id, seen_ns in self.seen_ns.items() if time_ns - seen_ns > KEPT_NS]
        for track_id in gone:
            self.firm_ns.pop(track_id, None)
            del self.seen_ns[track_id]
        self.watch.forget(gone)

    def firm(self) -> frozenset[int]:
        """Return the tracks of this tick that are or were firm."""
        return frozenset(track_id for track_id in self.firm_ns if self.seen_ns[track_id] == self.time_ns)

    def look(
        self, tracks: Tracks, row: int, reach: Reach, facts: Facts, alert_ids: Sequence[str], *, is_critical: bool
    ) -> Threat | None:
        """Say what the public may have to be warned of in a row of tracks; none: it is not firm for long enough.

        A forecast of who has just become firm reaches two or three times as far as a moment later: who joins a raid
        would make its draft name districts that nothing makes for.
        Without ``threatening_ns`` it threatens nobody by itself, or not for long enough. ``facts``: with the likeliest
        entry of all; ``alert_ids``: of alerts about it, one of them critical or none.
        """
        track_id, group = int(tracks.track_id[row]), int(tracks.group_id[row])
        exists = float(tracks.existence[row])
        prospect = Prospect(facts.entry, facts.armed, 1.0 if np.isnan(exists) else exists, is_critical)
        firm_ns = self.firm_ns.get(track_id)
        if firm_ns is None:
            return None
        found = self.watch.look(track_id, prospect, firm_ns, self.time_ns)
        if self.time_ns - firm_ns < SETTLE_NS:
            return None
        columns = (reach.latitude_deg[row], reach.longitude_deg[row], reach.radius_90_m[row])
        points = zip(reach.ahead_s.tolist(), *(column.tolist() for column in columns), strict=True)
        return Threat(
            key=f"{GROUP}{group}" if group != NO_CODE else f"track-{track_id}",
            track_ids=(track_id,),
            alert_ids=tuple(alert_ids),
            level="yellow" if found is None else found.prospect.level,
            reaches=(tuple(points),),
            reasons=(),
            label=tracks.label,
            first_plot_ns=None,
            firm_ns=firm_ns,
            threatening_ns=None if found is None else found.since_ns,
            is_exercise=bool(tracks.flags[row] & NOT_REAL),
            harm=0.0 if found is None else found.prospect.harm,
            places=(self._place(tracks, row),),
        )

    def to_lists(self) -> list[Any]:
        """Return the state as plain values, for a snapshot."""
        return [self.watch.to_lists(), list(self.firm_ns.items()), list(self.seen_ns.items()), self.time_ns]

    def from_lists(self, lists: list[Any]) -> None:
        """Go on from what ``to_lists`` gave."""
        watch, firm_ns, seen_ns, self.time_ns = lists
        self.watch.from_lists(watch)
        self.firm_ns, self.seen_ns = dict(firm_ns), dict(seen_ns)

    def _place(self, tracks: Tracks, row: int) -> Place:
        one = slice(row, row + 1)
        latitude, longitude = tracks.latitude_deg[one], tracks.longitude_deg[one]
        x_m, y_m = self.plane.plane_from_geodetic(latitude, longitude)
        x_mps, y_mps = self.plane.plane_velocity_from_enu(
            latitude,
            longitude,
            known_or(tracks.velocity_east_mps[one], 0.0),
            known_or(tracks.velocity_north_mps[one], 0.0),
        )
        return Place(float(x_m[0]), float(y_m[0]), float(x_mps[0]), float(y_mps[0]), int(tracks.time_ns[row]))


def countries_of(municipalities: Sequence[WarningArea]) -> list[Zone]:
    """Draw the country that municipalities make together, as borders to enter; none without municipalities."""
    if not municipalities:
        return []
    whole = shapely.unary_union([shapely.Polygon(area.polygon).buffer(SIMPLER_DEG) for area in municipalities])
    parts = sorted(getattr(whole, "geoms", [whole]), key=lambda part: -part.area)[:MOST_PARTS]
    return [
        Zone(
            id=f"municipalities-{number}",
            name="the municipalities",
            kind="border",
            polygon=tuple((float(x), float(y)) for x, y in part.simplify(SIMPLER_DEG).exterior.coords[:-1]),
        )
        for number, part in enumerate(parts, 1)
    ]
