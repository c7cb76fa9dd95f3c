"""What the wind carries, at ticks: drifters followed; forecasts, launches and closures told. Page: docs/drifters.md.

Everything comes from the tracks' own states and the wind tables; without tables the winds that the drifters themselves
show are all there is. Nothing follows from a sky without drifters, and it costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sargas.assessment.drift.airports import Airports, LabelOf
from sargas.assessment.drift.drifters import FASTEST_MPS, LEAST_BALLOON, MOST_FOLLOWED, Drifted, Drifters, Seen
from sargas.assessment.drift.shares import Entered, entries_within, first_entries
from sargas.geo.plane import RegionPlane
from sargas.geo.zones import ZoneIndex
from sargas.model.columns import NS_PER_S, Int64, PlotFlag, known_or
from sargas.model.label import Label, most_restrictive
from sargas.model.records import (
    ClosureAdvice,
    Configuration,
    DriftForecast,
    LaunchEstimate,
    WindTable,
    Zone,
)
from sargas.model.rising import are_among
from sargas.model.tracks import CLASSES, Tracks
from sargas.picture.drift_snapshot import dump_drift, load_drift
from sargas.picture.drift_telling import Sites, end_forecast, tell_forecast
from sargas.picture.evidence_labels import EvidenceLabels

BALLOON = CLASSES.index("balloon")
SEEN_WITHIN_NS = 20 * NS_PER_S
"""A state without a plot for longer is the tracker's guess: the ensemble knows better."""
TOLD_EVERY_NS, MANY = 30 * NS_PER_S, 15
"""A forecast is told again so often; of more drifters than so many, after twice the time, and so on."""
UNKNOWN_POSITION_M2 = 200.0**2
OUTLOOK_S = 600.0
NOT_REAL = np.uint16(PlotFlag.SIMULATED | PlotFlag.TEST | PlotFlag.FIELD_MONITOR)
Told = DriftForecast | LaunchEstimate | ClosureAdvice


@dataclass(slots=True)
class Drifting:
    """Follow drifters, and keep what was told of them."""

    configuration: Configuration
    plane: RegionPlane
    zones: ZoneIndex
    """Those that the outlook looks at, in its order."""
    drifters: Drifters
    airports: Airports
    sites: Sites
    entries: dict[int, list[list[float]]] = field(default_factory=dict)
    """By drifter: entry into each zone within ten minutes; probability, and three times (s) from its last state."""
    told_ns: dict[int, int] = field(default_factory=dict)
    labels: dict[int, Label] = field(default_factory=dict)
    """Strictest that each track had of which anything is kept or told: it is reckoned with for long after it ends."""

    @classmethod
    def of(cls, configuration: Configuration, plane: RegionPlane) -> Drifting:
        """Start with nothing followed. Raises ValueError for an airport outside the region plane."""
        kept = ZoneIndex.of([zone for zone in configuration.zones if is_looked_at(zone)], plane)
        airports = Airports.of(configuration, plane)
        return cls(configuration, plane, kept, Drifters(plane), airports, Sites(configuration, plane))

    def hear(self, table: WindTable, time_ns: int) -> None:
        """Take a wind table."""
        self.drifters.hear(table, time_ns)

    def tick(self, tracks: Tracks, time_ns: int, said: EvidenceLabels | None = None) -> tuple[Told, ...]:
        """Take the tracks of a tick, with their classes; tell what changed.

        ``said``: labels of what else than their plots is said of tracks.
        """
        rows = self._candidates(tracks, time_ns)
        if not len(rows) and not self.drifters.by_track and not self.airports.shares and not self.told_ns:
            return tuple(self.airports.tick(time_ns, lambda *_: self.configuration.label))
        said = EvidenceLabels() if said is None else said
        live = set(tracks.track_id.tolist())

        def label_of(*numbers: int) -> Label:
            return most_restrictive((self.configuration.label, *(self._label(n, tracks, live, said) for n in numbers)))

        self.drifters.see(self._seen(tracks, rows, time_ns), time_ns)
        self._note_labels(tracks, live, said)
        told: list[Told] = []
        for track_id in self.drifters.lose(live, time_ns):
            told += self._end(track_id, label_of, time_ns)
        for track_id in [i for i in self.told_ns if not self.drifters.is_drifting(i)]:
            told += self._doubt(track_id, label_of, time_ns)
        self._weigh_doubted()
        for one in self.drifters.refresh(time_ns):
            told += self._take(one, label_of, time_ns)
        told += self.airports.tick(time_ns, label_of)
        return tuple(told)

    def entries_of(self, track_id: int) -> Entered | None:
        """Return the entries of a drifter into the zones looked at within ten minutes; None: it is no drifter."""
        held = self.entries.get(track_id)
        return None if held is None else Entered(*np.array(held))

    def go_on_from(self, before: Drifting, time_ns: int) -> tuple[()]:
        """Begin anew after a part that failed, with the tables handed in; what it told stands until the next tick."""
        self.drifters.epoch_ns, self.drifters.tables = before.drifters.epoch_ns, before.drifters.tables
        self.airports.closures, self.airports.advice = before.airports.closures, before.airports.advice
        self.told_ns, self.labels = before.told_ns, before.labels
        return ()

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        return dump_drift(self.drifters, self.airports, self.sites, self.entries, self.told_ns, self.labels)

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        self.entries, self.told_ns, self.labels = load_drift(data, self.drifters, self.airports, self.sites)

    def _note_labels(self, tracks: Tracks, live: set[int], said: EvidenceLabels) -> None:
        """Keep the labels of all tracks that something may be told of; they only rise."""
        kept = {**self.drifters.by_track, **self.airports.shares, **self.told_ns, **self.sites.launches}
        self.labels = {n: self._label(n, tracks, live, said) for n in kept}

    def _label(self, number: int, tracks: Tracks, live: set[int], said: EvidenceLabels) -> Label:
        held = self.labels.get(number)
        if held is not None and number not in live:
            return held
        now = said.raised(number, tracks.label_of(number))
        return now if held is None else most_restrictive((held, now))

    def _candidates(self, tracks: Tracks, time_ns: int) -> Int64:
        """Choose rows to take: may be a balloon, seen just now, no simulation in a live picture, not taken lately."""
        if not len(tracks):
            return np.zeros(0, np.int64)
        balloon = known_or(tracks.class_probabilities[:, BALLOON], 0.0)
        speed = np.hypot(tracks.velocity_east_mps, tracks.velocity_north_mps)
        chosen = (balloon >= LEAST_BALLOON) & ~(speed >= FASTEST_MPS)
        if self.drifters.by_track:
            chosen |= are_among(tracks.track_id, np.array(sorted(self.drifters.by_track), np.int64))
        if not self.configuration.exercise:
            chosen &= (tracks.flags & NOT_REAL) == 0
        rows = np.flatnonzero(chosen & (time_ns - tracks.update_time_ns <= SEEN_WITHIN_NS))
        if len(rows) > MOST_FOLLOWED:
            rows = np.sort(rows[np.argsort(-balloon[rows], kind="stable")][:MOST_FOLLOWED])
        due = [self.drifters.is_due(int(tracks.track_id[row]), int(tracks.time_ns[row])) for row in rows.tolist()]
        return rows[np.array(due, np.bool_)]

    def _seen(self, tracks: Tracks, rows: Int64, time_ns: int) -> list[Seen]:
        if not len(rows):
            return []
        epoch_ns = self.drifters.epoch_ns or time_ns
        part = tracks.take(rows)
        x_m, y_m = self.plane.plane_from_geodetic(part.latitude_deg, part.longitude_deg)
        x_mps, y_mps = self.plane.plane_velocity_from_enu(
            part.latitude_deg, part.longitude_deg, part.velocity_east_mps, part.velocity_north_mps
        )
        cov = part.covariance
        flat = np.nan_to_num(0.5 * (cov[:, 0] + cov[:, 6]), nan=UNKNOWN_POSITION_M2)
        seconds = (part.time_ns - epoch_ns) / NS_PER_S
        columns = (seconds, x_m, y_m, part.altitude_m, flat, cov[:, 11], x_mps, y_mps, part.velocity_up_mps)
        samples = np.column_stack(columns).tolist()
        balloon = np.nan_to_num(part.class_probabilities[:, BALLOON]).astype(np.float64).tolist()
        existence = np.nan_to_num(part.existence, nan=1.0).astype(np.float64).tolist()
        simulated = ((part.flags & NOT_REAL) != 0).tolist()
        numbers = part.track_id.tolist()
        return [
            Seen(*row)
            for row in zip(numbers, samples, balloon, existence, simulated, strict=True)
            if np.isfinite(row[1][1])
        ]

    def _take(self, one: Drifted, label_of: LabelOf, time_ns: int) -> list[Told]:
        held, track_id = one.drifter, one.drifter.followed.track_id
        told: list[Told] = []
        if track_id not in self.told_ns:
            found_again = self.drifters.adopt(held, time_ns)
            if found_again is not None:
                told += self._end(found_again, label_of, time_ns)
                self.sites.rename(found_again, track_id)
                self.labels[track_id] = label_of(found_again, track_id)  # its launch is that of the old number
        start_ns = self.drifters.epoch_ns + round(one.start.time_s * NS_PER_S)
        weight = held.existence * held.drifts
        self.airports.take(track_id, one.ensemble, weight, start_ns, simulated=held.simulated)
        first_s = first_entries(self.zones, one.ensemble)
        self.entries[track_id] = [column.tolist() for column in entries_within(first_s, OUTLOOK_S)]
        turns = -(-len(self.told_ns) // MANY) or 1
        if time_ns - self.told_ns.get(track_id, 0) >= turns * TOLD_EVERY_NS:
            self.told_ns[track_id] = time_ns
            node, label = self.configuration.node, label_of(track_id)
            told.append(tell_forecast(one, first_s, self.zones, self.drifters, node, label, time_ns))
        if one.traced and held.launch is not None:
            told += self.sites.take(held, label_of, time_ns, self.drifters)
        return told

    def _doubt(self, track_id: int, label_of: LabelOf, time_ns: int) -> list[Told]:
        """End the forecast of a track that no longer seems to drift."""
        if track_id not in self.drifters.by_track:
            return self._end(track_id, label_of, time_ns)
        self.entries.pop(track_id, None)
        del self.told_ns[track_id]
        return [end_forecast(track_id, self.configuration.node, label_of(track_id), time_ns)]

    def _weigh_doubted(self) -> None:
        """Let airports reckon with what no longer seems to drift by the chance that it does all the same, as of now."""
        for track_id in list(self.airports.shares):
            held = self.drifters.by_track.get(track_id)
            if held is not None and not held.is_drifter:
                self.airports.weigh(track_id, held.existence * held.drifts)

    def _end(self, track_id: int, label_of: LabelOf, time_ns: int) -> list[Told]:
        """End what was told of a drifter that is gone for good, or goes on under another number."""
        self.entries.pop(track_id, None)
        self.airports.forget(track_id)
        if self.told_ns.pop(track_id, None) is None:
            return []
        return [end_forecast(track_id, self.configuration.node, label_of(track_id), time_ns)]


def is_looked_at(zone: Zone) -> bool:
    """Say whether entries into a zone are looked at."""
    return zone.kind in ("protected", "border")
