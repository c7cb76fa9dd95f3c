"""Balloons: carried by the wind, rising, floating or falling."""

from __future__ import annotations

import numpy as np

from sargas.exercise.flights.air import Air, wander
from sargas.exercise.flights.kinds import Kind
from sargas.exercise.flights.path import STEP_S, Bool, Paths
from sargas.model.columns import Float64

SCALE_HEIGHT_M = 7600.0
"""Density falls by e over so much: a parachute falls faster in thin air, by the root of it."""
TURN_UP_S = 90.0
"""How long a hot-air balloon keeps a rate."""


def fly_drifting(kind: Kind, n: int, seconds: int, rng: np.random.Generator) -> Paths:
    """Let n balloons of one kind drift for whole seconds, from any height they reach."""
    if not isinstance(kind.climb_mps, tuple):
        raise ValueError(f"{kind.kind}: expected a range of climb rates, was one")
    paths, air = Paths.empty(n, seconds), Air.draw(n, rng)
    low, high = kind.height_m
    height = low + (high - low) * rng.random(n)
    top = height + (high - height) * rng.random(n)
    draw = rng.random(n)
    falls = draw < kind.fall_share
    floats = ~falls & (draw < kind.fall_share + kind.float_share)
    rise, fall = rng.uniform(*kind.climb_mps, n), rng.uniform(*kind.fall_mps, n)
    steady = kind.climb_noise_mps * rng.uniform(0.2, 1.0, n)
    vertical, gust = np.zeros(n), np.zeros((n, 2))
    position = np.stack([np.zeros(n), np.zeros(n), height], axis=1)
    for step in range(round(seconds / STEP_S)):
        over = ~falls & (position[:, 2] > top)
        if kind.float_share:
            floats |= over
        else:
            falls |= over  # it bursts
        if kind.kind == "hot_air_balloon":
            falls, floats, rise = _change_rate(kind.climb_mps, falls, floats, rise, rng)
        normal = rng.standard_normal((3, n))
        vertical = wander(vertical, steady, 12.0, STEP_S, normal[0])
        gust = wander(gust, 0.5 * air.gust_mps[:, None], 10.0, STEP_S, normal[1:].T)
        velocity = _velocity(kind, air, position, np.where(falls, -fall, np.where(floats, 0.0, rise)), falls)
        velocity[:, 2] += vertical
        velocity[:, :2] += gust
        position = position + velocity * STEP_S
        landed = position[:, 2] < 0.0
        position[landed, 2] = 0.0
        velocity[landed] = 0.0
        position[landed, :2] -= 0.0
        if step % 2 == 1:
            paths.put(step // 2, position, velocity)
    return paths


def _velocity(kind: Kind, air: Air, position: Float64, climb: Float64, falls: Bool) -> Float64:
    east, north = air.wind(position[:, 2])
    thin = np.exp(np.clip(position[:, 2], 0.0, 35_000.0) / (2.0 * SCALE_HEIGHT_M))
    return np.stack([east, north, np.where(falls, climb * thin, climb)], axis=1)


def _change_rate(
    bounds: tuple[float, float], falls: Bool, floats: Bool, rise: Float64, rng: np.random.Generator
) -> tuple[Bool, Bool, Float64]:
    """Let pilots burn or vent now and then."""
    n = len(rise)
    new, draw = rng.random(n) < STEP_S / TURN_UP_S, rng.random(n)
    return (
        np.where(new, draw < 0.25, falls),
        np.where(new, (draw >= 0.25) & (draw < 0.7), floats),
        np.where(new, rng.uniform(*bounds, n), rise),
    )
