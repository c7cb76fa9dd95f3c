"""Probability that a track enters a zone within the time it is forecast for, and when.

A forecast gives at each horizon where a track will be and the radius that holds it with 90 %. Its possible paths are
drawn once for all: each leaves the forecast by the same quantile of the cone at every horizon, so that who is left of
the forecast stays left. A spiral of ``PATHS`` evenly likely paths stands for all: no random numbers, equal inputs give
equal answers. Source of the spiral: Vogel 1979, "A better way to construct the sunflower head".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

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
    n, horizons = reach.latitude_deg.shape
    zones = len(index)
    first_s = np.full((n, PATHS, zones), np.inf)
    if n and zones:
        paths = _paths(index, reach)
        for k in range(horizons - 1):
            begins, ends = (
                tuple(np.ascontiguousarray(column[:, :, j].ravel()) for column in paths) for j in (k, k + 1)
            )
            rows, found, fraction = index.entered_pairs((begins[0], begins[1], begins[2]), (ends[0], ends[1], ends[2]))
            seconds = reach.ahead_s[k] + fraction * (reach.ahead_s[k + 1] - reach.ahead_s[k])
            np.minimum.at(first_s, (rows // PATHS, rows % PATHS, found), seconds)
    return _summarise(first_s)


def _paths(index: ZoneIndex, reach: Reach) -> tuple[Float64, Float64, Float64]:
    """Return x, y (plane m) and altitude (m) of all paths: each (n, paths, h)."""
    x_m, y_m = index.plane.plane_from_geodetic(reach.latitude_deg, reach.longitude_deg)
    _, scale = index.plane.convergence_scale(reach.latitude_deg, reach.longitude_deg)
    sigma_m = reach.radius_90_m * scale / RADIUS_90_SIGMAS
    east, north = spiral(PATHS)
    x = x_m[:, None] + sigma_m[:, None] * east[None, :, None]
    y = y_m[:, None] + sigma_m[:, None] * north[None, :, None]
    return x, y, np.broadcast_to(reach.altitude_m[:, None], x.shape)


def _summarise(first_s: Float64) -> Entries:
    """Read probability and times off the sorted entry times of the paths."""
    ordered = np.sort(first_s, axis=1)
    entered = np.isfinite(ordered).sum(axis=1)
    times = []
    for share in (0.05, 0.5, 0.95):
        rank = np.clip(np.ceil(share * entered).astype(np.int64) - 1, 0, PATHS - 1)
        seconds = np.take_along_axis(ordered, rank[:, None], axis=1)[:, 0] if ordered.size else np.zeros(entered.shape)
        times.append(np.where(entered > 0, seconds, np.nan))
    return Entries(entered / PATHS, *times)


def spiral(points: int) -> tuple[Float64, Float64]:
    """Return evenly likely points of a standard normal distribution in the plane, as a sunflower's seeds lie."""
    k = np.arange(points)
    radius = np.sqrt(-2.0 * np.log(1.0 - (k + 0.5) / points))
    return radius * np.cos(k * GOLDEN_ANGLE_RAD), radius * np.sin(k * GOLDEN_ANGLE_RAD)
