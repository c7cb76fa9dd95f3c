"""Flights that get lost, and why: the exercise's own flights, ended or hidden by a cause that is known.

Nothing here is shared with the particles: flights are those of ``sargas.exercise.flights``, causes are laid over them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.lost.layouts import Radar
from sargas.exercise.flights.fly import fly
from sargas.exercise.flights.kinds import KINDS, Kind
from sargas.model.columns import Float64

BEFORE_S = 150
"""Seconds followed before the cause sets in."""
AFTER_S = 1_260
GROUPS: dict[str, tuple[str, ...]] = {
    "one-way drone": ("shahed", "gerbera", "gerbera_slow"),
    "small drone": ("mapping_wing", "recce_wing", "camera_multirotor", "heavy_multirotor", "fpv"),
    "balloon": ("smuggler_balloon",),
    "light aircraft": ("light_aircraft", "twin_aircraft"),
    "helicopter": ("helicopter_transit", "helicopter_work"),
}
CAUSES = ("dived", "landed", "crashed", "left", "sensor failed")
KIND = {kind.kind: kind for kind in KINDS}
DRAWN, PLACEMENTS = 4, 150


@dataclass(frozen=True)
class Flight:
    """One object: every second where it is (x, y m of the plane, height above the ground) and how fast."""

    group: str
    kind: str
    cause: str
    position_m: Float64
    velocity_mps: Float64
    rcs_m2: float
    fails: tuple[str, ...]
    """Sensors that stop as the cause sets in."""


def draw_flights(
    radars: tuple[Radar, ...], plan: list[tuple[str, str]], fails: tuple[str, ...], rng: np.random.Generator
) -> list[Flight]:
    """Draw a flight for each group and cause of a plan that these radars follow and then lose by that cause.

    Those for which no place was found are left out. Flights of one kind are flown together, which is much faster.
    """
    kinds = [_draw_kind(group, rng) for group, _ in plan]
    flights: dict[int, Flight] = {}
    for name in dict.fromkeys(kind.kind for kind in kinds):
        rows = [k for k, kind in enumerate(kinds) if kind.kind == name]
        paths = fly(KIND[name], DRAWN * len(rows), BEFORE_S + AFTER_S, rng)
        for at, k in enumerate(rows):
            drawn = slice(DRAWN * at, DRAWN * (at + 1))
            found = _place_one(
                radars, plan[k], KIND[name], paths.position_m[drawn], paths.velocity_mps[drawn], fails, rng
            )
            if found is not None:
                flights[k] = found
    return [flights[k] for k in sorted(flights)]


def _draw_kind(group: str, rng: np.random.Generator) -> Kind:
    names = [name for name in GROUPS[group] if name in KIND]
    shares = np.array([KIND[name].share for name in names])
    return KIND[str(rng.choice(names, p=shares / shares.sum()))]


def _place_one(
    radars: tuple[Radar, ...], plan: tuple[str, str], kind: Kind, positions: Float64, velocities: Float64,
    fails: tuple[str, ...], rng: np.random.Generator,
) -> Flight | None:  # fmt: skip
    group, cause = plan
    for path, rates in zip(positions, velocities, strict=True):
        position, velocity = _end(path, rates, kind, cause, rng)
        rcs_m2 = float(10.0 ** (rng.uniform(*kind.rcs_dbsm) / 10.0))
        shift = np.array([_place(radars, rng) for _ in range(PLACEMENTS)]) - position[BEFORE_S, :2]
        fit = np.flatnonzero(_are_followed_then_lost(radars, shift, position, velocity, rcs_m2, fails))
        if len(fit):
            position[:, :2] += shift[fit[0]]
            return Flight(group, kind.kind, cause, position, velocity, rcs_m2, fails)
    return None


def _place(radars: tuple[Radar, ...], rng: np.random.Generator) -> Float64:
    radar = radars[int(rng.integers(len(radars)))]
    away = min(radar.max_range_m, 160e3) * np.sqrt(rng.uniform(0.0, 1.0))
    angle = rng.uniform(0.0, 2.0 * np.pi)
    return np.array([radar.x_m + away * np.sin(angle), radar.y_m + away * np.cos(angle)])


def _are_followed_then_lost(
    radars: tuple[Radar, ...], shift: Float64, position: Float64, velocity: Float64, rcs_m2: float,
    fails: tuple[str, ...],
) -> np.ndarray:  # fmt: skip
    """Say of each shift (n, 2) of a flight whether the radars follow it, and then do not see it for minutes."""
    before, after = slice(BEFORE_S - 60, BEFORE_S, 5), slice(BEFORE_S + 40, BEFORE_S + 240, 5)

    def best(radars: list[Radar], when: slice) -> Float64:
        placed = np.repeat(position[None, when], len(shift), axis=0)
        placed[:, :, :2] += shift[:, None]
        rows = [radar.detection_probability(placed, velocity[when], rcs_m2) for radar in radars]
        return np.max(rows, axis=0) if rows else np.zeros(placed.shape[:2])

    seen = best(list(radars), before)
    lost = best([radar for radar in radars if radar.id not in fails], after)
    return (np.median(seen, axis=1) > 0.8) & ((lost < 0.2).mean(axis=1) > 0.95)


def _end(
    position: Float64, velocity: Float64, kind: Kind, cause: str, rng: np.random.Generator
) -> tuple[Float64, Float64]:
    """Lay a cause over a flight: dive to fly low, come down to land, fall; those that fly on are left as they are."""
    n = len(position)
    height = np.maximum(position[:, 2], 5.0)
    if kind.motion != "drifting" and height[BEFORE_S] > 1_500.0:
        height = height * (rng.uniform(300.0, 1_500.0) / height[BEFORE_S])
    pace = np.ones(n)
    if cause in ("dived", "landed", "crashed"):
        low, rate = _descent(kind, cause, rng)
        begin = BEFORE_S - int(rng.integers(0, 25))
        drop = np.maximum(np.arange(n) - begin, 0) * rate
        height = np.where(np.arange(n) > begin, np.minimum(height, np.maximum(height[begin] - drop, low)), height)
        if cause == "landed":
            slow = np.clip((np.arange(n) - begin) * rate / max(height[begin], 1.0), 0.0, 1.0)
            pace = 1.0 - (0.95 if kind.motion == "rotary" else 0.35) * slow if kind.motion != "drifting" else pace
        if low == 0.0:
            pace = np.where(height <= 0.0, 0.0, pace)
    at = np.minimum(np.r_[0.0, np.cumsum(pace[:-1])], n - 1.001)
    k = at.astype(int)
    share = (at - k)[:, None]
    moved = position[k] * (1.0 - share) + position[np.minimum(k + 1, n - 1)] * share
    moved[:, 2] = height
    rates = velocity[k] * pace[:, None]
    rates[:, 2] = np.gradient(height)
    return moved, rates


def _descent(kind: Kind, cause: str, rng: np.random.Generator) -> tuple[float, float]:
    """Return the height it comes down to and how fast (m, m/s)."""
    if cause == "dived":
        return rng.uniform(15.0, 80.0), rng.uniform(2.0, 9.0)
    if kind.motion == "drifting":
        return 0.0, rng.uniform(1.0, 5.0) if cause == "landed" else rng.uniform(5.0, 15.0)
    if cause == "landed":
        return 0.0, rng.uniform(0.8, 3.5) if kind.motion == "rotary" else rng.uniform(1.5, 5.0)
    return 0.0, rng.uniform(8.0, 18.0) if kind.motion == "rotary" else rng.uniform(12.0, 60.0)
