"""Lost tracks within the picture: which tracks would be missed, and what persons report of them; at ticks.

Watched are firm tracks whose danger is not held to be unlikely, as the outlook has them, and balloons that nobody
confirms; not what is likeliest clutter or birds. Page: docs/lost-tracks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sargas.assessment.lost.book import LostBook
from sargas.assessment.lost.sightings import SectorReport
from sargas.geo.plane import RegionPlane
from sargas.identification.danger import CONFIRMED
from sargas.model.columns import Float64, Int64, PlotFlag, known_or
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Configuration, HumanReport, LostTrack, SensorStatus
from sargas.model.rising import are_among
from sargas.model.tracks import CLASSES, Tracks
from sargas.picture.identity import IdentityBook
from sargas.sensors.site import PERSON_AZIMUTH_DEG, Sites
from sargas.tracking.tracker import TrackChange

BALLOON = CLASSES.index("balloon")
HARMLESS = [CLASSES.index(name) for name in ("bird", "bird_flock", "clutter")]
LIKELY = 0.5
SURELY_HARMLESS = 0.7
NOT_REAL = np.uint16(PlotFlag.SIMULATED | PlotFlag.TEST | PlotFlag.FIELD_MONITOR)
PLACED_SIGMA_M = 300.0
"""Of a place that a person gives instead of a direction (domain reference, section 9)."""


@dataclass(slots=True)
class LostTracks:
    """Watch the picture's tracks and keep the cases of those that were lost."""

    configuration: Configuration
    book: LostBook

    @classmethod
    def of(cls, configuration: Configuration, plane: RegionPlane) -> LostTracks:
        """Start with nothing lost."""
        return cls(configuration, LostBook.of(configuration.node, configuration.label, plane))

    def hear_status(self, status: SensorStatus) -> None:
        """Note which sensors say that they are not to be used: their silence says nothing."""
        self.book.hear_status(status.sensor_id, status.operational)

    def hear(self, plots: Plots, sites: Sites) -> None:
        """Weigh in what persons report; it is told at the next tick."""
        if not self.book.cases:
            return
        named = (sites.sensors[k] for k in sites.indices(plots.sensor_ids).tolist())
        persons = {sensor.id: sensor for sensor in named if sensor.kind == "human"}
        for row in range(len(plots)) if persons else ():
            sensor = persons.get(plots.sensor_ids[int(plots.sensor[row])])
            report = None if sensor is None else _report_of(plots, row, sensor.latitude_deg, sensor.longitude_deg)
            if report is not None:
                self.book.report(report.log_likelihood, np.array([report.time_ns]), plots.label)

    def hear_report(self, report: HumanReport) -> None:
        """Weigh in what a person reported by phone or by application, or take it back; it is told at the next tick."""
        self.book.hear_report(report)

    def tick(
        self,
        tracks: Tracks,
        identity: IdentityBook,
        changes: Sequence[TrackChange],
        sites: Sites,
        time_ns: int,
        label_of: Callable[[str], Label],
    ) -> tuple[LostTrack, ...]:
        """Let a second pass; ``tracks``: all own ones by number, with the classes last found by the node.

        ``label_of``: of what a sensor reports.
        """
        tracks = identity.mask(tracks)
        watched, armed = self._watched(tracks, identity, time_ns)
        renamed = {change.other: change.kept for change in changes if change.kind != "split"}
        labels = ((number, identity.said.of(number)) for number in watched.tolist())
        said = {number: label for number, label in labels if label is not None}
        return self.book.tick(tracks, watched, armed, sites, renamed, time_ns, said, label_of)

    def go_on_from(self, before: LostTracks, time_ns: int) -> list[LostTrack]:
        """Begin anew after a part that failed; returns the end of what was looked for."""
        return self.book.go_on_from(before.book, time_ns)

    def snapshot(self) -> bytes:
        """Return the state as bytes; equal states give equal bytes."""
        return self.book.snapshot()

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        self.book.restore(data)

    def _watched(self, tracks: Tracks, identity: IdentityBook, time_ns: int) -> tuple[Int64, Float64]:
        """Return the numbers of the tracks that would be missed, ascending, and their probability of a warhead."""
        if not len(tracks):
            return tracks.track_id, np.zeros(0)
        classes = known_or(tracks.class_probabilities, 0.0)
        suspect = are_among(tracks.track_id, np.array(sorted(identity.suspects), np.int64))
        suspect &= classes[:, HARMLESS].sum(axis=1) < SURELY_HARMLESS
        drifts = classes[:, BALLOON] >= LIKELY
        firm = tracks.is_firm
        is_real = np.ones(len(tracks), np.bool_) if self.configuration.exercise else (tracks.flags & NOT_REAL) == 0
        rows = np.flatnonzero((suspect | drifts) & firm & is_real)
        chosen = [
            row for row in rows.tolist()
            if suspect[row] or not _is_confirmed(identity, int(tracks.track_id[row]), time_ns)
        ]  # fmt: skip
        numbers = tracks.track_id[chosen]
        armed = np.array([identity.suspects.get(number, np.nan) for number in numbers.tolist()], np.float64)
        return numbers, armed


def _is_confirmed(identity: IdentityBook, track_id: int, time_ns: int) -> bool:
    return identity.book.answer(track_id, "cooperation", time_ns).value in CONFIRMED


def _report_of(plots: Plots, row: int, latitude_deg: float | None, longitude_deg: float | None) -> SectorReport | None:
    """Read a person's plot: a place, or a direction and distance from where the person stands; none: neither."""
    time_ns = int(plots.time_ns[row])
    if np.isfinite(plots.latitude_deg[row]) and np.isfinite(plots.longitude_deg[row]):
        place = (float(plots.latitude_deg[row]), float(plots.longitude_deg[row]))
        return SectorReport(*place, time_ns, None, 0.0, 0.0, PLACED_SIGMA_M)
    if latitude_deg is None or longitude_deg is None or not np.isfinite(plots.azimuth_deg[row]):
        return None
    away = float(plots.range_m[row])
    return SectorReport(
        latitude_deg, longitude_deg, time_ns, float(plots.azimuth_deg[row]), PERSON_AZIMUTH_DEG,
        away if np.isfinite(away) else None,
    )  # fmt: skip
