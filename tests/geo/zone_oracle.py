"""Zones as shapely sees them, in the same plane: the oracle of every zone query."""

from __future__ import annotations

import numpy as np
import shapely

from sargas.geo.plane import RegionPlane
from sargas.model.records import Zone

PLANE = RegionPlane(55.5, 24.0)


def polygon_zone(zone_id: str, points: list[tuple[float, float]], **fields: object) -> Zone:
    """Make a restricted polygon zone of plane points (x, y m)."""
    return Zone.model_validate(
        {"id": zone_id, "name": zone_id, "kind": "restricted", "polygon": _geodetic(points)} | fields
    )


def cylinder_zone(zone_id: str, x_m: float, y_m: float, radius_m: float, **fields: object) -> Zone:
    """Make a protected cylinder of a radius on the ground around a plane point."""
    centre = _geodetic([(x_m, y_m)])[0]
    return Zone.model_validate(
        {"id": zone_id, "name": zone_id, "kind": "protected", "centre": centre, "radius_m": radius_m} | fields
    )


def _geodetic(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    latitudes, longitudes = PLANE.geodetic_from_plane(*np.array(points, float).T)
    return list(zip(longitudes.tolist(), latitudes.tolist(), strict=True))


def footprint(zone: Zone) -> shapely.Geometry:
    """Draw a zone's footprint in the plane; a circle as a polygon of 400 sides."""
    if zone.centre is not None and zone.radius_m is not None:
        x, y = PLANE.plane_from_geodetic(zone.centre[1], zone.centre[0])
        scale = PLANE.convergence_scale(zone.centre[1], zone.centre[0])[1]
        return shapely.Point(x, y).buffer(zone.radius_m * scale, quad_segs=100)
    rings = [
        np.stack(PLANE.plane_from_geodetic(np.array(ring)[:, 1], np.array(ring)[:, 0]), axis=1)
        for ring in (zone.polygon, *zone.holes)
    ]
    return shapely.Polygon(rings[0], rings[1:])


def star(random: np.random.Generator, corners: int, radius_m: float) -> list[tuple[float, float]]:
    """Draw a polygon without self-crossings: corners at rising angles and random distances from its middle."""
    angle = (np.arange(corners) + random.uniform(0.05, 0.95, corners)) * 2 * np.pi / corners
    distance = radius_m * random.uniform(0.3, 1.0, corners)
    x_m, y_m = random.uniform(-200e3, 200e3, 2)
    return list(zip((x_m + distance * np.cos(angle)).tolist(), (y_m + distance * np.sin(angle)).tolist(), strict=True))
