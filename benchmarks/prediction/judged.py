"""Forecasts of flights held against their truth, and against the baselines: constant velocity and constant turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.prediction.observe import Seen
from sargas.assessment.prediction.frame import convergence, plane_from_geodetic
from sargas.assessment.prediction.predictor import Predictor, States
from sargas.model.records import Route

HORIZONS_S = (30.0, 60.0, 300.0, 600.0)
BASELINES = ("mean of 5 s", "mean of 60 s", "constant turn", "velocity told")
"""The last is the velocity of the state itself, straight on; where none is told, that of the last 5 s."""
PLAIN = (0, 2, 3)
"""Those that go by what the track does now, as a constant velocity and a constant turn do."""
WARM_S = 60.0
"""Rows count from this age of a track on."""
EVERY_S = 20.0
"""A forecast is asked for once in so long."""


@dataclass(frozen=True)
class Judged:
    """Rows of one flight: misses of the forecast and of the baselines (n, 5), radii, by horizon."""

    miss_m: dict[float, np.ndarray]
    radius_m: dict[float, np.ndarray]


def judge_together(seen: list[Seen], cells: list[int], routes: tuple[Route, ...] = ()) -> list[Judged]:
    """Forecast flights as one file of tracks that begin together, at the first state of each 20 s, routes known.

    Each forecast is held against its truth and the baselines.
    """
    track = np.repeat(np.arange(len(seen)), [len(s.second) for s in seen])
    time_ns, place, velocity = (
        np.concatenate([getattr(s, name) for s in seen]) for name in ("time_ns", "place", "velocity")
    )
    states = States(track, time_ns, place, velocity, np.repeat(cells, [len(s.second) for s in seen]))
    second = np.concatenate([s.second for s in seen])
    row = np.concatenate([np.arange(len(s.second)) for s in seen])
    is_asked = np.concatenate([np.diff(np.floor(s.second / EVERY_S), prepend=-1.0) > 0.0 for s in seen])
    order = np.argsort(states.time_ns, kind="stable")
    predictor, told = Predictor(routes=routes), []
    for rows in np.split(order, np.flatnonzero(np.diff(second[order].astype(int))) + 1):
        # of one second's states those that are asked for come last of their track
        for part in np.split(rows, np.flatnonzero(is_asked[rows]) + 1):
            predictor.follow(_part(states, part))
            if len(part) and is_asked[part[-1]]:
                told.append((part[-1], predictor.forecast(track[part[-1:]], np.array(HORIZONS_S))))
    at = np.array([k for k, _ in told])
    found = [np.concatenate([getattr(f, name) for _, f in told]) for name in FORECAST]
    return [_judge(s, row[at[mine]], *(column[mine] for column in found))
            for s, mine in ((s, np.flatnonzero(track[at] == k)) for k, s in enumerate(seen))]  # fmt: skip


FORECAST = ("latitude_deg", "longitude_deg", "radius_90_m")


def judge_alone(seen: Seen, cell: int, routes: tuple[Route, ...]) -> Judged:
    """Forecast one flight with some routes known."""
    n, predictor = len(seen.second), Predictor(routes=routes)
    states = States(np.zeros(n, np.int64), seen.time_ns, seen.place, seen.velocity, np.full(n, cell))
    rows = np.flatnonzero(np.diff(np.floor(seen.second / EVERY_S), prepend=-1.0) > 0.0)
    told = []
    for before, row in zip([-1, *rows], rows, strict=False):
        predictor.follow(_part(states, np.arange(before + 1, row + 1)))
        told.append(predictor.forecast(np.zeros(1, np.int64), np.array(HORIZONS_S)))
    return _judge(seen, rows, *(np.concatenate([getattr(f, name) for f in told]) for name in FORECAST))


def _part(states: States, rows: np.ndarray) -> States:
    return States(*(getattr(states, name)[rows] for name in States.__slots__))


def _judge(
    seen: Seen, rows: np.ndarray, latitude_deg: np.ndarray, longitude_deg: np.ndarray, radius_m: np.ndarray
) -> Judged:
    """Hold forecasts of some rows of a flight against its truth."""
    misses, radii = {}, {}
    for k, horizon_s in enumerate(HORIZONS_S):
        truth = seen.truth(seen.second[rows] + horizon_s)
        kept = np.flatnonzero(np.isfinite(truth[:, 0]) & (seen.second[rows] >= WARM_S))
        pairs = zip(latitude_deg[kept, k], longitude_deg[kept, k], strict=True)
        plane = np.array([plane_from_geodetic(seen.flight.frame, *pair) for pair in pairs]).reshape(-1, 2)
        columns = [plane, *baselines(seen, rows[kept], horizon_s)]
        misses[horizon_s] = np.column_stack([np.hypot(*(column - truth[kept]).T) for column in columns])
        radii[horizon_s] = radius_m[kept, k]
    return Judged(misses, radii)


def baselines(seen: Seen, rows: np.ndarray, horizon_s: float) -> Iterator[np.ndarray]:
    """Yield the places of ``BASELINES``: mean velocities of 5 and 60 s, a constant turn of the last 20 s, as told."""
    second, place = seen.second, seen.plane

    def since(window_s: float) -> np.ndarray:
        return np.minimum(np.searchsorted(second, second[rows] - window_s - 1e-6), rows - 1)

    for window_s in (5.0, 60.0):
        then = since(window_s)
        yield place[rows] + (place[rows] - place[then]) / (second[rows] - second[then])[:, None] * horizon_s
    far, near = np.minimum(since(20.0), rows - 2), np.minimum(since(10.0), rows - 1)
    near = np.maximum(near, far + 1)
    one = (place[near] - place[far]) @ np.array([1.0, 1j]) / (second[near] - second[far])
    two = (place[rows] - place[near]) @ np.array([1.0, 1j]) / (second[rows] - second[near])
    rate = np.angle(two / np.where(one == 0.0, 1.0, one)) / (0.5 * (second[rows] - second[far]))
    now = two * np.exp(0.5j * rate * (second[rows] - second[near]))
    rate = np.where(np.abs(rate) < 1e-5, 1e-5, rate)
    turned = (np.exp(1j * rate * horizon_s) - 1.0) / (1j * rate)
    way = now * turned
    yield place[rows] + np.column_stack([way.real, way.imag])
    yield _as_told(seen, rows, horizon_s)


def _as_told(seen: Seen, rows: np.ndarray, horizon_s: float) -> np.ndarray:
    """Return the places straight on with the velocities told; those of the last 5 s where none is."""
    near = np.minimum(np.searchsorted(seen.second, seen.second[rows] - 5.0 - 1e-6), rows - 1)
    velocity = (seen.plane[rows] - seen.plane[near]) / (seen.second[rows] - seen.second[near])[:, None]
    for k, row in enumerate(rows):
        east, north = seen.velocity[row, :2]
        if np.isfinite(east) and np.isfinite(north):
            turn = convergence(seen.flight.frame, *seen.place[row, :2])
            velocity[k] = np.cos(turn) * east - np.sin(turn) * north, np.sin(turn) * east + np.cos(turn) * north
    return seen.plane[rows] + velocity * horizon_s
