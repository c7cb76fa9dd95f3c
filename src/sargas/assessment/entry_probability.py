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
from sargas.model.columns import Float64, Int64

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
    if not n or not zones:
        return _nowhere(n, zones)
    paths = _paths(index, reach)
    found = [_entered(index, paths, reach.ahead_s, k) for k in range(horizons - 1)]
    rows, zone, seconds = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return _summarise(n, zones, rows, zone, seconds)


def _entered(
    index: ZoneIndex, paths: tuple[Float64, Float64, Float64], ahead_s: Float64, k: int
) -> tuple[Int64, Int64, Float64]:
    """Return path rows, zones and seconds of entry between one horizon and the next."""
    begins, ends = (tuple(np.ascontiguousarray(column[:, :, j].ravel()) for column in paths) for j in (k, k + 1))
    rows, zones, fraction = index.entered_pairs((begins[0], begins[1], begins[2]), (ends[0], ends[1], ends[2]))
    seconds = ahead_s[k] + fraction * (ahead_s[k + 1] - ahead_s[k])
    return rows.astype(np.int64), zones.astype(np.int64), seconds


def _paths(index: ZoneIndex, reach: Reach) -> tuple[Float64, Float64, Float64]:
    """Return x, y (plane m) and altitude (m) of all paths: each (n, paths, h)."""
    x_m, y_m = index.plane.plane_from_geodetic(reach.latitude_deg, reach.longitude_deg)
    _, scale = index.plane.convergence_scale(reach.latitude_deg, reach.longitude_deg)
    sigma_m = reach.radius_90_m * scale / RADIUS_90_SIGMAS
    east, north = spiral(PATHS)
    x = x_m[:, None] + sigma_m[:, None] * east[None, :, None]
    y = y_m[:, None] + sigma_m[:, None] * north[None, :, None]
    return x, y, np.broadcast_to(reach.altitude_m[:, None], x.shape)


def _summarise(n: int, zones: int, rows: Int64, zone: Int64, seconds: Float64) -> Entries:
    """Read probability and times off the sorted entry times of the paths, of the pairs that any path makes."""
    told = _nowhere(n, zones)
    pair = rows // PATHS * zones + zone
    touched = np.zeros(n * zones, np.bool_)
    touched[pair] = True
    pairs = np.flatnonzero(touched)
    place = np.zeros(n * zones, np.int64)
    place[pairs] = np.arange(len(pairs))
    first_s = np.full((len(pairs), PATHS), np.inf)
    np.minimum.at(first_s, (place[pair], rows % PATHS), seconds)
    first_s.sort(axis=1)
    entered = np.isfinite(first_s).sum(axis=1)
    told.probability.flat[pairs] = entered / PATHS
    for share, times in ((0.05, told.earliest_s), (0.5, told.median_s), (0.95, told.latest_s)):
        rank = np.clip(np.ceil(share * entered).astype(np.int64) - 1, 0, PATHS - 1)
        times.flat[pairs] = first_s[np.arange(len(pairs)), rank]
    return told


def _nowhere(n: int, zones: int) -> Entries:
    return Entries(np.zeros((n, zones)), *(np.full((n, zones), np.nan) for _ in range(3)))


def spiral(points: int) -> tuple[Float64, Float64]:
    """Return evenly likely points of a standard normal distribution in the plane, as a sunflower's seeds lie."""
    k = np.arange(points)
    radius = np.sqrt(-2.0 * np.log(1.0 - (k + 0.5) / points))
    return radius * np.cos(k * GOLDEN_ANGLE_RAD), radius * np.sin(k * GOLDEN_ANGLE_RAD)
