"""One lost track: its particles, what was weighed in since, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from sargas.assessment.lost.figures import MANNER_TABLE, UNKNOWN_SHARES
from sargas.assessment.lost.flight import fly
from sargas.assessment.lost.lookers import LookerBook
from sargas.assessment.lost.looks import LOOKER, Lookers, count_looks, subtract
from sargas.assessment.lost.particles import (
    OVERDRAWN,
    PARTICLE,
    PARTICLES,
    START,
    Particles,
    Start,
    copied,
    spawn,
    thin,
    weigh,
)
from sargas.assessment.lost.saying import say
from sargas.assessment.lost.sightings import ReportLikelihood
from sargas.assessment.lost.watch import Watch, known_classes
from sargas.assessment.splitmix import scramble
from sargas.geo.plane import RegionPlane
from sargas.identification.reports.likelihood import REACH_M, observation_times, report_likelihood
from sargas.model.columns import NS_PER_S, Float64, Int64, UInt64
from sargas.model.label import Label, most_restrictive
from sargas.model.lost_records import MayBe
from sargas.model.records import HumanReport
from sargas.model.saying import Said
from sargas.model.tracks import UNKNOWN_HEIGHT_SIGMA_M

STEP_NS = 2 * NS_PER_S
LATER_STEP_NS = 4 * NS_PER_S
"""From ``LATER_S`` on: what is far off in time is not known to the second."""
LATER_S = 120.0
THIN_BELOW = 0.5
"""Particles are drawn anew when they are worth less than this part of their number."""
JITTER_M = 40.0
NO_RATE_SIGMA_MPS = 6.0
MEANT_M = 2.0 * REACH_M
"""A report from further off is of something else: it is not weighed in."""
LAG_MPS = 2.5
"""One sigma by which a velocity lags what a fading object does, beyond the track's own covariance."""


@dataclass(slots=True)
class LostCase:
    """Keep one case; arrays are its own."""

    track_id: int
    armed: float | None
    label: Label
    seen_ns: int
    """When the state held that it began with."""
    last_plot_ns: int
    state: Float64
    """(6,) latitude, longitude deg, altitude m, velocity east, north, up m/s."""
    speed_sigma_mps: float
    ground_m: float
    able: Int64
    """Indices of sensors whose silence counts."""
    moved_ns: int
    """Until when particles have flown."""
    counted_ns: Int64
    """By sensor index: until when its looks are weighed in."""
    particles: Particles
    streams: UInt64
    opened_ns: int
    looked: list[int] = field(default_factory=list)
    reports: int = 0
    told_ns: int = 0
    is_news: bool = False
    may_be: list[MayBe] = field(default_factory=list)
    limits: list[Said] = field(default_factory=list)
    thinned: int = 0
    said: dict[str, HumanReport] = field(default_factory=dict)
    """What persons reported that is weighed in and may be taken back, by report_id."""
    without: LostCase | None = None
    """The same case without those; none: there are none."""

    def elapsed_s(self, time_ns: int) -> float:
        """Return how long ago its last plot was."""
        return max(time_ns - self.last_plot_ns, 0) / NS_PER_S

    def step_ns(self) -> int:
        """Return how far particles fly at a time."""
        return STEP_NS if self.elapsed_s(self.moved_ns) < LATER_S else LATER_STEP_NS

    def seed(self) -> np.uint64:
        """Return the seed of the next draw: by track, time and how many there were."""
        mixed = (self.track_id * 0x9E3779B97F4A7C15 ^ self.seen_ns) + self.thinned * 0xD1B54A32D192ED03
        return np.uint64(scramble(np.uint64(mixed & 0xFFFFFFFFFFFFFFFF)))

    def advance(self, lookers: LookerBook, heard_ns: Int64, time_ns: int) -> None:
        """Fly to ``time_ns`` in steps, weighing in each look at its time."""
        if self.without is not None:
            self.without.advance(lookers, heard_ns, time_ns)
        grown = len(lookers.rows) - len(self.counted_ns)
        if grown > 0:
            self.counted_ns = np.r_[self.counted_ns, np.full(grown, self.seen_ns)]
        due = np.empty(len(self.able), LOOKER)
        while self.moved_ns + self.step_ns() <= time_ns:
            step_ns = self.step_ns()
            self.moved_ns += step_ns
            fly(self.particles, self.streams, step_ns / NS_PER_S, MANNER_TABLE)
            if self._count(lookers, heard_ns, due):
                subtract(self.particles, due)
                self._thin()

    def hear(self, report: HumanReport, plane: RegionPlane) -> None:
        """Weigh in what a person reported, where it may be about this track at all.

        A correction takes the place of what was reported before.
        """
        self.take_back(report.report_id, plane)
        if not self._may_be_meant(report, plane):
            return
        if self.without is None:
            self.without = replace(
                self, particles=copied(self.particles), streams=self.streams.copy(),
                counted_ns=self.counted_ns.copy(), looked=self.looked.copy(), may_be=self.may_be.copy(), said={},
            )  # fmt: skip
        self.said[report.report_id] = report
        self._weigh_in_said(report, plane)

    def take_back(self, report_id: str, plane: RegionPlane) -> None:
        """Be as if a report had never come; the others are asked anew of where particles were."""
        if self.said.pop(report_id, None) is None or self.without is None:
            return
        bare = self.without
        self.particles, self.streams, self.thinned = copied(bare.particles), bare.streams.copy(), bare.thinned
        self.reports, self.label, self.is_news = bare.reports, bare.label, True
        for report in self.said.values():
            self._weigh_in_said(report, plane)
        if not self.said:
            self.without = None

    def _may_be_meant(self, report: HumanReport, plane: RegionPlane) -> bool:
        """Say whether any particle was where such a person might have noticed it, or nearly."""
        x_m, y_m = (float(v) for v in plane.plane_from_geodetic(report.latitude_deg, report.longitude_deg))
        for time_ns in observation_times(report).tolist():
            back_s = (self.moved_ns - time_ns) / NS_PER_S
            east = self.particles["x_m"] - back_s * self.particles["vx_mps"] - x_m
            north = self.particles["y_m"] - back_s * self.particles["vy_mps"] - y_m
            if (np.hypot(east, north) < MEANT_M).any():
                return True
        return False

    def _weigh_in_said(self, report: HumanReport, plane: RegionPlane) -> None:
        def likelihood(latitude_deg: Float64, longitude_deg: Float64, time_ns: int) -> Float64:
            return report_likelihood(report, latitude_deg, longitude_deg, np.full(len(latitude_deg), time_ns))

        self.weigh_in(likelihood, plane, observation_times(report), report.label)

    def weigh_in(self, likelihood: ReportLikelihood, plane: RegionPlane, times_ns: Int64, label: Label) -> None:
        """Weigh a report in: particles are asked where they were at the times, equally likely, of what it tells of.

        What is told of the case from then on may go no further than the report itself (``label``).
        """
        self.label = most_restrictive((self.label, label))
        said = np.empty((len(times_ns), len(self.particles)))
        for row, time_ns in enumerate(times_ns.tolist()):
            back_s = (self.moved_ns - time_ns) / NS_PER_S
            x_m = self.particles["x_m"] - back_s * self.particles["vx_mps"]
            y_m = self.particles["y_m"] - back_s * self.particles["vy_mps"]
            latitude_deg, longitude_deg = plane.geodetic_from_plane(x_m, y_m)
            said[row] = likelihood(latitude_deg, longitude_deg, time_ns)
        self.particles["log_weight"] += np.logaddexp.reduce(said, axis=0) - np.log(len(times_ns))
        self.reports += 1
        self.is_news = True
        self._thin()

    def weights(self) -> Float64:
        """Return the particles' weights (n,), of sum 1."""
        found = np.empty(len(self.particles))
        weigh(self.particles, found)
        return found

    def _count(self, lookers: LookerBook, heard_ns: Int64, due: Lookers) -> bool:
        """Write the able sensors with the looks to weigh in; tell whether there are any."""
        found = count_looks(lookers.rows, self.able, lookers.period_ns, self.counted_ns, heard_ns, self.moved_ns, due)
        if found and len(self.looked) < len(self.able):
            self.looked += [k for k in self.able[due["looks"] > 0].tolist() if k not in self.looked]
        return found > 0

    def _thin(self) -> None:
        if weigh(self.particles, np.empty(len(self.particles))) >= THIN_BELOW * len(self.particles):
            return
        self.thinned += 1
        chosen = np.zeros(PARTICLES, PARTICLE)
        streams = np.zeros(PARTICLES, np.uint64)
        thin(self.particles, chosen, streams, self.seed(), JITTER_M)
        self.particles, self.streams = chosen, streams


def open_case(
    watch: Watch,
    row: int,
    sensor_ids: tuple[str, ...],
    lookers: LookerBook,
    label: Label,
    heard_ns: Int64,
    time_ns: int,
) -> LostCase:
    """Open the case of one watched track, its particles flown to ``time_ns``.

    ``sensor_ids``: in the order of the sites; empty where a sensor may not be named.
    """
    state, plane = watch.state[row], lookers.plane
    x_m, y_m = plane.plane_from_geodetic(state[0], state[1])
    ground_m = lookers.nearest_ground_m(float(x_m), float(y_m))
    limits: list[Said] = []
    start, speed_sigma = _start(watch, row, plane, ground_m, limits)
    able = _able(watch, row, sensor_ids, lookers, limits)
    seen_ns = int(watch.seen_ns[row])
    armed = float(watch.armed[row])
    case = LostCase(
        track_id=int(watch.track_id[row]), armed=None if np.isnan(armed) else armed, label=label,
        seen_ns=seen_ns, last_plot_ns=int(watch.update_ns[row]), state=state.copy(),
        speed_sigma_mps=speed_sigma, ground_m=ground_m, able=able, moved_ns=seen_ns,
        counted_ns=np.full(len(lookers.rows), seen_ns), particles=np.zeros(OVERDRAWN * PARTICLES, PARTICLE),
        streams=np.zeros(OVERDRAWN * PARTICLES, np.uint64), opened_ns=time_ns, limits=limits,
    )  # fmt: skip
    spawn(case.particles, case.streams, case.seed(), start, MANNER_TABLE)
    case.advance(lookers, heard_ns, time_ns)
    if len(case.particles) > PARTICLES:
        case.thinned += 1
        chosen, streams = np.zeros(PARTICLES, PARTICLE), np.zeros(PARTICLES, np.uint64)
        thin(case.particles, chosen, streams, case.seed(), JITTER_M)
        case.particles, case.streams = chosen, streams
    return case


def _start(watch: Watch, row: int, plane: RegionPlane, ground_m: float, limits: list[Said]) -> tuple[Start, float]:
    """Lay out the last state for ``spawn``, and say what of it is not known."""
    start, state = np.zeros(1, START)[0], watch.state[row]
    x_m, y_m = plane.plane_from_geodetic(state[0], state[1])
    vx, vy = plane.plane_velocity_from_enu(state[0], state[1], state[3], state[4])
    covariance = np.zeros((6, 6))
    covariance[np.triu_indices(6)] = watch.covariance[row]
    covariance += np.triu(covariance, 1).T
    if not np.isfinite(covariance).all():
        covariance = np.diag([200.0, 200.0, 200.0, 5.0, 5.0, 2.0]) ** 2
        limits.append(say("no_accuracy"))
    sigma: Float64 = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    height, climb = float(state[2]) - ground_m, float(state[5])
    has_height = bool(np.isfinite(height) and sigma[2] <= UNKNOWN_HEIGHT_SIGMA_M)
    if not has_height:
        limits.append(say("no_height"))
        height = 0.0
    if not np.isfinite(climb) or sigma[5] > NO_RATE_SIGMA_MPS:
        climb = 0.0 if not np.isfinite(climb) else climb
        limits.append(say("no_climb"))
    if not known_classes(watch.classes[row]):
        limits.append(say("not_classified"))
    start["x_m"] = (float(x_m), float(y_m), height, float(vx), float(vy), climb)
    unmodelled = np.array([30.0, 30.0, 20.0, LAG_MPS, LAG_MPS, 0.5])
    start["root"] = np.linalg.cholesky(covariance + np.diag(unmodelled**2))
    anchor = plane.plane_from_geodetic(watch.anchor[row, 0], watch.anchor[row, 1])
    start["anchor_m"] = (float(anchor[0]), float(anchor[1]))
    start["turn_rad_s"] = watch.turn_rad_s[row]
    start["rcs_dbsm"] = watch.rcs_dbsm[row]
    shares = watch.classes[row] if known_classes(watch.classes[row]) else UNKNOWN_SHARES
    start["classes"] = np.cumsum(shares / shares.sum())
    start["has_height"] = has_height
    speed = float(np.hypot(vx, vy))
    along = np.array([vx, vy]) / max(speed, 1e-6)
    return start, float(max(float(along @ covariance[3:5, 3:5] @ along), 0.0) ** 0.5)


def _able(watch: Watch, row: int, sensor_ids: tuple[str, ...], lookers: LookerBook, limits: list[Said]) -> Int64:
    """Choose the sensors whose silence counts: reach told, or known to have shown this very track by its echo."""
    rows = lookers.rows if len(lookers.rows) else np.zeros(0, LOOKER)
    bit = np.arange(len(sensor_ids))
    words = watch.contributing[row]
    saw = (words[bit // 64] >> (bit % 64).astype(np.uint64) & np.uint64(1)).astype(np.bool_)[: len(rows)]
    placed = rows["max_range_m"] > 0.0
    told = placed & (rows["reach_m4"] > 0.0)
    counted = placed & ~told & np.r_[saw, np.zeros(len(rows) - len(saw), np.bool_)] & (watch.has_codes[row] == 0.0)
    unable = [sensor_ids[k] for k in np.flatnonzero(placed & ~told & ~counted).tolist() if k < len(sensor_ids)]
    if any(unable):
        limits.append(say("no_reach", sensors=", ".join(filter(None, unable))))
    if not (told | counted).any():
        limits.append(say("nobody_looks"))
    return np.flatnonzero(told | counted)
