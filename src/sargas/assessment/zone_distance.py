"""How far tracks are from zones on the ground, and how they head for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from sargas.assessment.rivals import apart, measure_elsewhere
from sargas.geo.plane import RegionPlane
from sargas.model.columns import Float64
from sargas.model.records import Zone


@dataclass(frozen=True, slots=True)
class ZonePlans:
    """Hold the ground plans of z zones in plane metres: a cylinder's centre and radius, else rings of edges."""

    shapes: tuple[Any, ...]
    """Polygons, prepared; a cylinder's is a point."""
    edges: tuple[Float64, ...]
    """(e, 4): from x, y to x, y; of a cylinder none."""
    radius_m: Float64
    """(z,) 0: a polygon."""
    is_apart: NDArray[np.bool_]
    """(z, z) Pairs that have no point in common."""

    @classmethod
    def of(cls, zones: Sequence[Zone], plane: RegionPlane) -> Self:
        """Place zones in the plane."""
        plans = [_plan(zone, plane) for zone in zones]
        shapes, radius_m = tuple(p[0] for p in plans), np.array([p[2] for p in plans])
        return cls(shapes, tuple(p[1] for p in plans), radius_m, apart(shapes, radius_m))

    def elsewhere(self, goal: Float64) -> Float64:
        """Return how much more the way flown speaks for another zone, of how far it does for each (log-odds, n, z)."""
        found = np.zeros_like(goal)
        measure_elsewhere(goal, self.is_apart, found)
        return found

    def approach(self, x_m: Float64, y_m: Float64, x_mps: Float64, y_mps: Float64) -> tuple[Float64, Float64]:
        """Return distance to the nearest point (m, 0 inside) and cosine between course and the way there, (n, z).

        The cosine is 1 inside, 0 for what flies away or stands still.
        """
        distance, heading = np.zeros((len(x_m), len(self.shapes))), np.zeros((len(x_m), len(self.shapes)))
        speed = np.hypot(x_mps, y_mps)
        for zone in range(len(self.shapes)):
            east, north = self._way(zone, x_m, y_m)
            distance[:, zone] = np.hypot(east, north)
            size = distance[:, zone] * speed
            cosine = np.divide(east * x_mps + north * y_mps, size, out=np.zeros(len(x_m)), where=size > 0.0)
            heading[:, zone] = np.where(distance[:, zone] == 0.0, 1.0, np.clip(cosine, 0.0, 1.0))
        return distance, heading

    def _way(self, zone: int, x_m: Float64, y_m: Float64) -> tuple[Float64, Float64]:
        """Return the ways from n places to the nearest point of a zone, east and north; 0 inside."""
        if self.radius_m[zone] > 0.0:
            east, north = self.shapes[zone].x - x_m, self.shapes[zone].y - y_m
            away = np.hypot(east, north)
            left = np.clip(1.0 - self.radius_m[zone] / np.maximum(away, 1e-9), 0.0, 1.0)
            return east * left, north * left
        x0, y0, x1, y1 = self.edges[zone].T
        along_x, along_y = x1 - x0, y1 - y0
        length2 = np.maximum(along_x**2 + along_y**2, 1e-9)
        to_x, to_y = x_m[:, None] - x0, y_m[:, None] - y0
        share = np.clip((to_x * along_x + to_y * along_y) / length2, 0.0, 1.0)
        east, north = share * along_x - to_x, share * along_y - to_y
        nearest = (east**2 + north**2).argmin(axis=1)
        rows = np.arange(len(x_m))
        outside = ~shapely.contains_xy(self.shapes[zone], x_m, y_m)
        return np.where(outside, east[rows, nearest], 0.0), np.where(outside, north[rows, nearest], 0.0)


def _plan(zone: Zone, plane: RegionPlane) -> tuple[Any, Float64, float]:
    if zone.centre is not None and zone.radius_m is not None:
        x_m, y_m = plane.plane_from_geodetic(zone.centre[1], zone.centre[0])
        scale = float(plane.convergence_scale(zone.centre[1], zone.centre[0])[1])
        return shapely.Point(float(x_m), float(y_m)), np.zeros((0, 4)), zone.radius_m * scale
    rings = [np.array(ring) for ring in (zone.polygon, *zone.holes)]
    placed = [np.column_stack(plane.plane_from_geodetic(ring[:, 1], ring[:, 0])) for ring in rings]
    polygon = shapely.Polygon(placed[0], placed[1:])
    shapely.prepare(polygon)
    return polygon, np.concatenate([np.hstack([ring, np.roll(ring, -1, axis=0)]) for ring in placed]), 0.0
