"""Probability that a track enters a zone within the time it is forecast for, and when.

A forecast gives at each horizon where a track will be and the radius that holds it with 90 %. Its possible paths are
drawn once for all: each leaves the forecast by the same quantile of the cone at every horizon, so that who is left of
the forecast stays left. A spiral of ``PATHS`` evenly likely paths stands for all: no random numbers, equal inputs give
equal answers. Source of the spiral: Vogel 1979, "A better way to construct the sunflower head".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sargas.assessment.entry_paths import follow_paths
from sargas.geo.zones import ZoneIndex
from sargas.model.columns import Float64

PATHS = 96
RADIUS_90_SIGMAS = 2.1460
"""The circle that holds 90 % of a two-dimensional normal distribution, in its sigmas."""
GOLDEN_ANGLE_RAD = np.pi * (3.0 - np.sqrt(5.0))


class Reach(NamedTuple):
    """Hold the forecasts of n tracks at h horizons, the present first (0 s, radius of the position itself)."""

    ahead_s: Float64
    """(h,) rising from 0."""
    latitude_deg: Float64
    """(n, h)"""
    longitude_deg: Float64
    altitude_m: Float64
    radius_90_m: Float64


class Entries(NamedTuple):
    """Hold, per track and zone (n, z), the probability of entry and the time to it; NaN where no path enters."""

    probability: Float64
    earliest_s: Float64
    """5 % of the paths that enter have entered by then."""
    median_s: Float64
    latest_s: Float64
    """95 %."""


def entry_probability(index: ZoneIndex, reach: Reach) -> Entries:
    """Follow all paths of all tracks through the zones; a track inside at the start enters after 0 s."""
    n, zones = len(reach.latitude_deg), len(index)
    told = Entries(np.zeros((n, zones)), *(np.full((n, zones), np.nan) for _ in range(3)))
    if not n or not zones:
        return told
    x_m, y_m = index.plane.plane_from_geodetic(reach.latitude_deg, reach.longitude_deg)
    _, scale = index.plane.convergence_scale(reach.latitude_deg, reach.longitude_deg)
    sigma_m = reach.radius_90_m * scale / RADIUS_90_SIGMAS
    follow_paths(*index.footprints, x_m, y_m, reach.altitude_m, sigma_m, *spiral(PATHS), reach.ahead_s, *told)
    return told


def spiral(points: int) -> tuple[Float64, Float64]:
    """Return evenly likely points of a standard normal distribution in the plane, as a sunflower's seeds lie."""
    k = np.arange(points)
    radius = np.sqrt(-2.0 * np.log(1.0 - (k + 0.5) / points))
    return radius * np.cos(k * GOLDEN_ANGLE_RAD), radius * np.sin(k * GOLDEN_ANGLE_RAD)
