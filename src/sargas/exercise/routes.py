"""Where objects start and what they are bound for, as plane coordinates of the night."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sargas.exercise.borders import NOBODY, find_owners
from sargas.exercise.tables import PLACES, Place
from sargas.geo.plane import RegionPlane
from sargas.model.columns import Float64
from sargas.model.label import Nation

PLANE = RegionPlane(latitude_deg=PLACES.origin[1], longitude_deg=PLACES.origin[0])
GATE_SPREAD_M, FIELD_SPREAD_M = 25e3, 12e3
OUTSIDE_M = 120e3
"""How far from the border the way of an intruder begins."""
SAMPLE_M = 25.0


@dataclass(frozen=True, slots=True, eq=False)
class WayIn:
    """A way of intruders: a polyline from outside over the border to a goal (x, y m), and where it enters."""

    start: Float64
    border: Float64
    goal: Float64
    crossing_m: float
    """Distance along the way from its start to the first border it crosses."""

    def points_at(self, distance_m: Float64) -> Float64:
        """Return the places (n, 2) on the way at distances (n,) from its start."""
        first_m, second_m = np.hypot(*(self.border - self.start)), np.hypot(*(self.goal - self.border))
        outside = np.clip(distance_m / first_m, 0.0, 1.0)[:, None]
        inside = np.clip((distance_m - first_m) / second_m, 0.0, 1.0)[:, None]
        return self.start + (self.border - self.start) * outside + (self.goal - self.border) * inside


def plane_points(places: tuple[Place, ...]) -> Float64:
    """Convert places (lon, lat) to plane points (n, 2)."""
    longitude_deg, latitude_deg = np.array(places, np.float64).T
    return np.stack(PLANE.plane_from_geodetic(latitude_deg, longitude_deg), axis=-1)


@lru_cache
def find_ways_in(nations: tuple[Nation, ...], across: bool = False) -> tuple[WayIn, ...]:
    """List the ways over the corridors to each of their goals that enter one of the nations; the first stays first.

    ``across``: those that go on over a border between nations, in place of the others.
    """
    found = []
    for corridor in (one for one in PLACES.corridor if one.across == across):
        border = plane_points((corridor.border,))[0]
        bearing_rad = np.deg2rad(corridor.from_bearing_deg)
        start = border + OUTSIDE_M * np.array([np.sin(bearing_rad), np.cos(bearing_rad)])
        for goal in plane_points(corridor.goals):
            crossing_m = _find_crossing(nations, start, border, goal)
            if crossing_m is not None:
                found.append(WayIn(start, border, goal, crossing_m))
    return tuple(found)


def _find_crossing(nations: tuple[Nation, ...], start: Float64, border: Float64, goal: Float64) -> float | None:
    """Return the distance along the way at which it first enters a nation, near the border point."""
    way = WayIn(start, border, goal, 0.0)
    along_m = np.arange(OUTSIDE_M - 20e3, OUTSIDE_M + 20e3, SAMPLE_M)
    points = way.points_at(along_m)
    latitude_deg, longitude_deg = PLANE.geodetic_from_plane(points[:, 0], points[:, 1])
    inside = find_owners(nations, latitude_deg, longitude_deg) != NOBODY
    entries = np.flatnonzero(~inside[:-1] & inside[1:])
    return float(along_m[entries[0] + 1]) if len(entries) else None


def draw_over_land(rng: np.random.Generator, nations: tuple[Nation, ...], count: int) -> Float64:
    """Draw points (count, 2) uniformly over the nations within the region."""
    found = np.empty((0, 2))
    while len(found) < count:
        points = rng.uniform(-PLACES.region_radius_m, PLACES.region_radius_m, (2 * count + 100, 2))
        points = points[np.hypot(points[:, 0], points[:, 1]) < PLACES.region_radius_m]
        latitude_deg, longitude_deg = PLANE.geodetic_from_plane(points[:, 0], points[:, 1])
        found = np.concatenate([found, points[find_owners(nations, latitude_deg, longitude_deg) != NOBODY]])
    return found[:count]
