"""Multirotors: fly to and fro, hover, rise and sink on the spot, circle a point; the wind hardly moves them."""

from __future__ import annotations

import numpy as np

from sargas.exercise.flights.air import wander
from sargas.exercise.flights.kinds import Kind
from sargas.exercise.flights.path import STEP_S, Bool, Paths
from sargas.model.columns import Float64, Int64

HOVER, DASH, VERTICAL, ORBIT, HOME, GROUND = range(6)
SECONDS = ((3.0, 120.0), (3.0, 60.0), (3.0, 30.0), (10.0, 120.0), (5.0, 60.0), (20.0, 120.0))
"""How long each phase lasts."""


def fly_rotary(kind: Kind, n: int, seconds: int, rng: np.random.Generator) -> Paths:
    """Fly n multirotors of one kind for whole seconds; a share begins on the ground."""
    if kind.phase is None or not isinstance(kind.accel_mps2, tuple) or isinstance(kind.climb_mps, tuple):
        raise ValueError(f"{kind.kind}: expected phases, a range of accelerations and one climb rate, was not")
    paths = Paths.empty(n, seconds)
    cruise, accel = rng.uniform(*kind.cruise_mps, n), rng.uniform(*kind.accel_mps2, n)
    position = np.zeros((n, 3))
    position[:, :2] = rng.normal(0.0, kind.radius_m / 4.0, (n, 2))
    position[:, 2] = rng.uniform(*kind.height_m, n)
    phase = np.full(n, HOVER, np.int64)
    left, target, orbit = np.zeros(n), np.zeros((n, 3)), np.zeros(n)
    velocity, shake = np.zeros((n, 3)), np.zeros((n, 3))
    on_ground = rng.random(n) < kind.ground_share
    position[on_ground, 2] = 0.0
    sigma = rng.uniform(0.03, 0.35, (n, 1))
    for step in range(round(seconds / STEP_S)):
        done = np.flatnonzero(left <= 0.0)
        _choose(phase, left, target, orbit, done, kind, cruise, position, rng, first=on_ground if step == 0 else None)
        left -= STEP_S
        _steer(phase, target, orbit, position, cruise)
        change = target - velocity
        length = np.maximum(np.linalg.norm(change, axis=1), 1e-9)
        velocity = velocity + change * np.minimum(1.0, accel * STEP_S / length)[:, None]
        shake = wander(shake, sigma, 2.5, STEP_S, rng.standard_normal((n, 3)))
        moving = velocity + np.where(phase[:, None] == GROUND, 0.0, shake)
        position = position + moving * STEP_S
        sunk = position[:, 2] < 0.0
        position[sunk, 2] = 0.0
        if step % 2 == 1:
            paths.put(step // 2, position, moving)
    return paths


def _choose(
    phase: Int64,
    left: Float64,
    target: Float64,
    orbit: Float64,
    rows: Int64,
    kind: Kind,
    cruise: Float64,
    position: Float64,
    rng: np.random.Generator,
    first: Bool | None,
) -> None:
    """Give the flights of these rows a new phase; ``first`` says who stands on the ground as it begins."""
    assert kind.phase is not None
    if not len(rows):
        return
    shares = np.array([kind.phase.hover, kind.phase.dash, kind.phase.vertical, kind.phase.orbit, kind.phase.home])
    drawn = rng.choice(5, len(rows), p=shares / shares.sum())
    drawn = np.where(phase[rows] == GROUND, VERTICAL, drawn)
    if first is not None:
        drawn = np.where(first[rows], GROUND, drawn)
    low, high = (np.array([bounds[side] for bounds in SECONDS])[drawn] for side in (0, 1))
    lasts = low * (high / low) ** rng.random(len(rows))
    if first is not None:
        lasts *= rng.random(len(rows))
    angle, speed = rng.uniform(-np.pi, np.pi, len(rows)), cruise[rows] * rng.uniform(0.3, 1.05, len(rows))
    top, bottom = position[rows, 2] > kind.height_m[1], position[rows, 2] < kind.height_m[0] + 2.0
    climb = rng.uniform(-0.7, 1.0, len(rows)) * float(np.asarray(kind.climb_mps).max())
    climb = np.where(top, -np.abs(climb), np.where(bottom, np.abs(climb) + 0.5, climb))
    along = drawn == DASH
    also_climbs = rng.random(len(rows)) < 0.25
    target[rows] = np.stack(
        [
            np.where(along, speed * np.sin(angle), 0.0),
            np.where(along, speed * np.cos(angle), 0.0),
            np.where((drawn == VERTICAL) | (along & also_climbs), climb, 0.0),
        ],
        axis=1,
    )
    radius = np.exp(rng.uniform(np.log(8.0), np.log(80.0), len(rows)))
    turning = np.minimum(speed, 0.6 * cruise[rows] + 1.0)
    orbit[rows] = np.where(drawn == ORBIT, rng.choice((-1.0, 1.0), len(rows)) * turning / radius, 0.0)
    circling = drawn == ORBIT
    target[rows[circling], 0] = (turning * np.sin(angle))[circling]
    target[rows[circling], 1] = (turning * np.cos(angle))[circling]
    phase[rows], left[rows] = drawn, lasts


def _steer(phase: Int64, target: Float64, orbit: Float64, position: Float64, cruise: Float64) -> None:
    """Turn the target velocity of those that circle, and point that of those going home, slower as they arrive."""
    turned = orbit * STEP_S
    east, north = target[:, 0].copy(), target[:, 1].copy()
    target[:, 0], target[:, 1] = (
        east * np.cos(turned) + north * np.sin(turned),
        north * np.cos(turned) - east * np.sin(turned),
    )
    going = phase == HOME
    distance = np.maximum(np.hypot(position[going, 0], position[going, 1]), 1e-6)
    speed = np.minimum(cruise[going], 0.4 * distance)
    target[going, :2] = -position[going, :2] / distance[:, None] * speed[:, None]
