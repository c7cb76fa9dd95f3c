"""Follow what may drift, find what does, pool its winds, and drift it ahead: ensembles in turns, a few a tick.

State by track number; the same calls give the same answers. No drifters: no work.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from sargas.assessment.drift.draws import Draws
from sargas.assessment.drift.ensemble import Ensemble, Start, drift
from sargas.assessment.drift.evidence import drift_probability, wind_consistency
from sargas.assessment.drift.following import SAMPLE_S, Followed, Look
from sargas.assessment.drift.heights import Phases, phases_of
from sargas.assessment.drift.launch import RISING, Launch, back_track
from sargas.assessment.drift.layer_wind import Points, Pool
from sargas.assessment.drift.pooled import PooledLooks, points_of_looks, told_by, told_points
from sargas.assessment.drift.wind_table import STALE_S, WindField
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S, Float64
from sargas.model.drift_records import WindTable

REFRESH_S = 10.0
AGED_S = 60.0
MOST_A_TICK = 1
LEAST_BALLOON = 0.03
"""Class probability of a balloon from which on a track is followed at all."""
BECOMES, REMAINS = 0.5, 0.25
"""Probability that the wind carries it, from which on a track is a drifter, and down to which it remains one."""
FASTEST_MPS = 70.0
MOST_FOLLOWED = 150
"""Tracks followed at most, the likeliest balloons first: a sky full of birds must not hold up the plots."""
FIELD_S = 60.0
"""The tables are chosen anew so often."""
GHOST_S = 2400.0
"""A drifter whose track is gone is still reckoned with for so long: radars lose balloons, the wind does not."""
LAUNCH_AGAIN_S = 600.0
"""A launch is traced back again after so long: the winds are better known by then."""
GHOST_MATCH = 9.2
"""Greatest squared distance, in its doubt, of a new drifter that is an old one found again: 99 %."""


@dataclass(slots=True)
class Seen:
    """One row of a track as the drifters take it: plane metres, variances, probabilities."""

    track_id: int
    sample: list[float]
    """As ``following`` keeps them."""
    balloon: float
    existence: float
    simulated: bool


@dataclass(slots=True)
class Drifter:
    """One track that is followed."""

    followed: Followed
    balloon: float = 0.0
    existence: float = 1.0
    simulated: bool = False
    drifts: float = 0.0
    evidence: float = 0.0
    is_drifter: bool = False
    refreshed_s: float = -1e9
    traced_s: float = -1e9
    gone_s: float | None = None
    """Since when its track is gone."""
    launch: Launch | None = None
    path: list[list[float]] = field(default_factory=list)
    """By minutes from ``path_s``: x, y, and the variances and covariance of its members."""
    path_s: float = -1e9
    """Time of the state that was drifted ahead last."""


@dataclass(frozen=True, slots=True)
class Drifted:
    """What a refresh gave."""

    drifter: Drifter
    start: Start
    phases: Phases
    ensemble: Ensemble
    traced: bool
    """Its launch was traced anew."""


@dataclass(slots=True)
class Drifters:
    """Hold all that is followed, the tables, and the looks at the wind."""

    plane: RegionPlane
    epoch_ns: int = 0
    by_track: dict[int, Drifter] = field(default_factory=dict)
    tables: dict[str, WindTable] = field(default_factory=dict)
    pooled: PooledLooks = field(default_factory=PooledLooks)
    chosen_ns: int = 0
    """When the tables in force were last chosen."""
    wind: WindField = field(default_factory=WindField)

    def hear(self, table: WindTable, time_ns: int) -> None:
        """Take a wind table, or its withdrawal; it counts at once."""
        self.epoch_ns = self.epoch_ns or time_ns or table.valid_ns
        self.tables[table.table_id] = table
        self._choose(time_ns)

    def see(self, seen: Iterable[Seen], time_ns: int) -> None:
        """Take rows of tracks that are due."""
        self.epoch_ns = self.epoch_ns or time_ns
        if self.tables and time_ns - self.chosen_ns >= FIELD_S * NS_PER_S:
            self._choose(time_ns)
        for row in seen:
            held = self.by_track.get(row.track_id)
            if held is None:
                held = self.by_track[row.track_id] = Drifter(Followed(row.track_id))
            held.balloon, held.existence, held.simulated = row.balloon, row.existence, row.simulated
            held.gone_s = None
            look = held.followed.add(row.sample)
            if look is not None:
                told = told_by(look, self.wind, self.plane)
                held.followed.looks[-1] = told
                if held.is_drifter:
                    self.pooled.add(row.track_id, told)
                self._weigh(held)
            self._judge(held)

    def is_drifting(self, track_id: int) -> bool:
        """Say whether a track, live or lost, is held for a drifter."""
        held = self.by_track.get(track_id)
        return held is not None and held.is_drifter

    def is_due(self, track_id: int, time_ns: int) -> bool:
        """Say whether a state of a track is wanted: it is new, or ``SAMPLE_S`` later than the last."""
        held = self.by_track.get(track_id)
        if held is None or not held.followed.samples:
            return True
        return self.seconds(time_ns) - held.followed.samples[-1][0] >= SAMPLE_S - 0.5

    def lose(self, live: set[int], time_ns: int) -> list[int]:
        """Note tracks that are gone; forget those gone for long or that never drifted; return drifters forgotten."""
        now_s = self.seconds(time_ns)
        ended = []
        for track_id, held in list(self.by_track.items()):
            if track_id in live:
                continue
            held.gone_s = now_s if held.gone_s is None else held.gone_s
            if not held.is_drifter or not held.path or now_s - held.gone_s > GHOST_S:
                del self.by_track[track_id]
                ended += [track_id] if held.is_drifter else []
        return ended

    def refresh(self, time_ns: int) -> list[Drifted]:
        """Drift the drifters whose turn it is: those whose ensembles are oldest."""
        now_s = self.seconds(time_ns)
        due = [
            held
            for held in self.by_track.values()
            if held.is_drifter and held.gone_s is None and self._is_due(held, now_s)
        ]
        due.sort(key=lambda held: (held.refreshed_s, held.followed.track_id))
        return [self._drift(held, time_ns) for held in due[:MOST_A_TICK]]

    def pool(self) -> Pool:
        """Return the winds pooled so far."""
        return self.pooled.solve(has_tables=bool(self.wind))

    def told(self, x_m: Float64, y_m: Float64, time_s: Float64, levels_m: Float64) -> Points:
        """Say what the tables tell at all heights above places."""
        return told_points(self.wind, self.plane, x_m, y_m, time_s, levels_m)

    def seconds(self, time_ns: int) -> float:
        """Return a time as seconds since the epoch of the samples."""
        return (time_ns - self.epoch_ns) / NS_PER_S

    def adopt(self, held: Drifter, time_ns: int) -> int | None:
        """Return the lost drifter that a new one is, and forget it; None: it is another."""
        last = held.followed.samples[-1]
        now_s = self.seconds(time_ns)
        for track_id, ghost in self.by_track.items():
            if ghost.gone_s is None or not ghost.path or ghost is held:
                continue
            at = ghost.path[min(round(max(now_s - ghost.path_s, 0.0) / 60.0), len(ghost.path) - 1)]
            miss = np.array([last[1] - at[0], last[2] - at[1]])
            doubt = np.array([[at[2], at[4]], [at[4], at[3]]]) + (last[4] + 1e5) * np.eye(2)
            if float(miss @ np.linalg.solve(doubt, miss)) < GHOST_MATCH:
                # an old launch is worth more than one traced from where a radar found the balloon again
                held.launch = held.launch if ghost.launch is None else ghost.launch
                held.traced_s = now_s if ghost.launch is not None else held.traced_s
                del self.by_track[track_id]
                return track_id
        return None

    def _is_due(self, held: Drifter, now_s: float) -> bool:
        """Say whether an ensemble is old, or there is a newer state to drift ahead."""
        age_s = now_s - held.refreshed_s
        return age_s >= AGED_S or (age_s >= REFRESH_S and held.followed.samples[-1][0] > held.path_s)

    def _weigh(self, held: Drifter) -> None:
        """Weigh whether a track goes with the wind of the tables; it changes with its looks and with the tables."""
        looks = held.followed.looks
        held.evidence = 0.0
        if self.wind and looks:
            points = points_of_looks(looks)
            drifts = np.array([[one.x_mps, one.y_mps] for one in looks])
            held.evidence = wind_consistency(points, drifts, np.array([one.variance for one in looks]))

    def _judge(self, held: Drifter) -> None:
        """Say with what probability the wind carries a track, by its class and by the tables."""
        looks = held.followed.looks
        held.drifts = drift_probability(held.balloon, held.evidence)
        was, held.is_drifter = held.is_drifter, held.drifts >= (REMAINS if held.is_drifter else BECOMES)
        if held.is_drifter and not was:
            for look in looks:
                self.pooled.add(held.followed.track_id, look)

    def restore_wind(self, chosen_ns: int) -> None:
        """Choose the tables again as they were chosen at a time."""
        self.chosen_ns = chosen_ns
        if self.tables:
            self.wind = WindField.of(self.tables.values(), self.plane, chosen_ns, self.epoch_ns)

    def _choose(self, time_ns: int) -> None:
        """Choose the tables in force; what they say at the looks so far is looked up anew when others are chosen.

        Those too old to be chosen again are forgotten.
        """
        before, self.chosen_ns = self.wind, time_ns
        since_ns = time_ns - round(STALE_S * NS_PER_S)
        self.tables = {table_id: table for table_id, table in self.tables.items() if table.valid_ns >= since_ns}
        self.wind = WindField.of(self.tables.values(), self.plane, time_ns, self.epoch_ns)
        if [c.tables for c in before.columns] != [c.tables for c in self.wind.columns]:
            self.pooled.tell(self.wind, self.plane)
            for held in self.by_track.values():
                held.followed.looks = [told_by(look, self.wind, self.plane) for look in held.followed.looks]
                self._weigh(held)

    def _drift(self, held: Drifter, time_ns: int) -> Drifted:
        now_s = self.seconds(time_ns)
        start = self._start(held, held.followed.samples[-1])
        pool = self._pool_with(held)
        draws = Draws.of(held.followed.track_id, time_ns)
        ensemble = drift(start, pool, self.told, draws)
        held.refreshed_s = now_s
        held.path, held.path_s = _path(ensemble), start.time_s
        traced = self._trace(held, pool, draws, now_s)
        return Drifted(held, start, phases_of(start.vertical), ensemble, traced)

    def _pool_with(self, held: Drifter) -> Pool:
        """Return the pool; a track too young for a look of its own adds its tracker's velocity for itself alone."""
        first: Look | None = held.followed.first_look()
        if first is None:
            return self.pool()
        alone = PooledLooks(list(self.pooled.looks))
        alone.looks.append((held.followed.track_id, told_by(first, self.wind, self.plane), 1))
        return alone.solve(has_tables=bool(self.wind))

    def _start(self, held: Drifter, sample: list[float]) -> Start:
        vertical = held.followed.vertical()
        return Start(sample[1], sample[2], sample[4] * np.eye(2), vertical, sample[0])

    def _trace(self, held: Drifter, pool: Pool, draws: Draws, now_s: float) -> bool:
        """Trace a launch back, from the first state, and again as the winds become known."""
        first = held.followed.first
        if not first or now_s - held.traced_s < LAUNCH_AGAIN_S:
            return False
        vertical = held.followed.first_vertical()
        held.traced_s = now_s
        if phases_of(vertical).rising < RISING:
            return False
        start = Start(first[1], first[2], first[4] * np.eye(2), vertical, first[0])
        held.launch = back_track(start, pool, self.told, draws) or held.launch
        return held.launch is not None


def _path(ensemble: Ensemble) -> list[list[float]]:
    """Sum up where members are by minutes: means, variances, covariance."""
    x, y = ensemble.x_m, ensemble.y_m
    mean_x, mean_y = x.mean(axis=0), y.mean(axis=0)
    both = ((x - mean_x) * (y - mean_y)).mean(axis=0)
    columns = (mean_x, mean_y, x.var(axis=0), y.var(axis=0), both)
    found: list[list[float]] = np.column_stack(columns).tolist()
    return found
