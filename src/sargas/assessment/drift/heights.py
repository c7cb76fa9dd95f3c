"""How high balloons will be: rising until they float or burst, floating until they come down, falling to the ground.

Each member of an ensemble draws its rate, its ceiling and when it comes down; what it does now is drawn from how fast
the track rises. Ranges: reference values for smuggling balloons (rising 3 to 6 m/s, to 9 km) and radiosondes.
"""

from __future__ import annotations

from math import erfc, sqrt
from typing import NamedTuple

import numpy as np

from sargas.assessment.drift.draws import Draws
from sargas.model.columns import Float64

RISES_FROM_MPS, FALLS_FROM_MPS = 0.8, -1.2
CEILING_M = (600.0, 9500.0)
BEYOND_CEILING_M = 2500.0
"""Mean way up that is left to one that rose higher than any."""
SINKS = 0.5
"""Share of floating ones that go on sinking as they do now: they leak."""
FLOATS = 0.65
"""Share that floats at its ceiling; the others burst."""
FLOAT_S = 5400.0
"""Mean time that a floating one stays up."""
SLOW_FALL_MPS, FAST_FALL_MPS = 2.5, 9.0
"""At the ground, with what the balloon left as parachute."""
SCALE_HEIGHT_M = 7600.0
"""A fall is faster in thin air: by exp(z / (2 H)). Source: standard atmosphere, drag at equal weight."""
RATE_SIGMA_MPS = 0.5
"""A rate changes by so much, in the mean over the time ahead."""
RATE_RANGE_MPS = (0.3, 9.0)


class Vertical(NamedTuple):
    """What is known of a track's height: metres above the ellipsoid, m/s, one sigma each."""

    altitude_m: float
    altitude_sigma_m: float
    rate_mps: float
    rate_sigma_mps: float
    ground_m: float = 0.0


class Phases(NamedTuple):
    """Probabilities of what a balloon does now."""

    rising: float
    floating: float
    falling: float


def phases_of(vertical: Vertical) -> Phases:
    """Say what a balloon probably does now, by its rate and the doubt of it."""
    sigma = max(vertical.rate_sigma_mps, 0.1)
    rising = _normal_above((RISES_FROM_MPS - vertical.rate_mps) / sigma)
    falling = _normal_above((vertical.rate_mps - FALLS_FROM_MPS) / sigma)
    return Phases(rising, max(0.0, 1.0 - rising - falling), falling)


def draw_heights(vertical: Vertical, members: int, ahead_s: Float64, draws: Draws) -> tuple[Float64, Float64]:
    """Draw how high members are at times (k,), rising from 0: heights (m, k) and whether they are aloft, 1 or 0."""
    normal, even = draws.normal(4, members), draws.even(6, members)
    z0 = np.maximum(vertical.altitude_m + vertical.altitude_sigma_m * normal[0], vertical.ground_m + 1.0)
    phases = phases_of(vertical)
    rises = even[0] < phases.rising
    falls = even[0] >= 1.0 - phases.falling
    sigma = np.hypot(vertical.rate_sigma_mps, RATE_SIGMA_MPS)
    rate = np.clip(vertical.rate_mps + sigma * normal[1], *RATE_RANGE_MPS)
    ceiling = _ceilings(z0, even[1])
    top_s = np.where(rises, (ceiling - z0) / rate, 0.0)
    stays = np.where(rises & (even[2] >= FLOATS), 0.0, -FLOAT_S * np.log(1.0 - even[3]))
    fall_s = np.where(falls, 0.0, top_s + stays)
    fall = np.where(falls, _rate_at_ground(vertical, z0, sigma, normal[2]), 0.0)
    fall = np.where(falls, fall, SLOW_FALL_MPS + (FAST_FALL_MPS - SLOW_FALL_MPS) * even[4])
    top = np.where(rises, ceiling, z0)
    up = np.minimum(z0[:, None] + rate[:, None] * ahead_s * rises[:, None], top[:, None])
    sink = np.clip(vertical.rate_mps + vertical.rate_sigma_mps * normal[3], FALLS_FROM_MPS, 0.0)
    sink = np.where(~rises & ~falls & (even[5] < SINKS), sink, 0.0)
    up = up + sink[:, None] * ahead_s
    top = top + sink * np.minimum(fall_s, top / np.maximum(-sink, 1e-3))
    fallen_s = np.maximum(ahead_s - fall_s[:, None], 0.0)
    down = _fallen(top[:, None], fall[:, None], fallen_s)
    height = np.where(fallen_s > 0.0, down, up)
    aloft = height > vertical.ground_m
    return np.maximum(height, vertical.ground_m), aloft.astype(np.float64)


def _ceilings(z0: Float64, even: Float64) -> Float64:
    """Draw ceilings above where members are: evenly over what is left, a little further for one beyond all."""
    low = np.maximum(z0, CEILING_M[0])
    inside = low + (CEILING_M[1] - low) * even
    beyond = z0 - BEYOND_CEILING_M * np.log(1.0 - even)
    found: Float64 = np.where(z0 < CEILING_M[1] - 500.0, inside, beyond)
    return found


def _rate_at_ground(vertical: Vertical, z0: Float64, sigma: float, normal: Float64) -> Float64:
    thin = np.exp(np.minimum(z0, 35_000.0) / (2.0 * SCALE_HEIGHT_M))
    rate = np.maximum(-vertical.rate_mps + sigma * normal, 0.5)
    found: Float64 = rate / thin
    return found


def _fallen(top_m: Float64, fall_mps: Float64, fallen_s: Float64) -> Float64:
    """Return heights after falling at v exp(z / 2H): dz/dt integrated in closed form."""
    twice = 2.0 * SCALE_HEIGHT_M
    inner = np.exp(-np.minimum(top_m, 35_000.0) / twice) + fall_mps * fallen_s / twice
    found: Float64 = -twice * np.log(inner)
    return found


def _normal_above(x: float) -> float:
    return 0.5 * erfc(x / sqrt(2.0))
