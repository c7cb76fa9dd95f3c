"""What lies within the region of an agreement."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon, convex_hull, multipoints

from sargas.model.columns import Float64
from sargas.model.record_base import Ring

ROUND_DEG = 3
"""Decimals of outlines: 100 m."""


def inside(ring: Ring, latitude_deg: Float64, longitude_deg: Float64) -> NDArray[np.bool_]:
    """Say which places are inside a ring of lon, lat (even-odd rule, straight in degrees); no ring: all."""
    if not ring:
        return np.ones(len(latitude_deg), np.bool_)
    odd = np.zeros(len(latitude_deg), np.bool_)
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if y1 != y2:
            spans = (latitude_deg < y1) != (latitude_deg < y2)
            odd ^= spans & (longitude_deg < (x2 - x1) * (latitude_deg - y1) / (y2 - y1) + x1)
    return odd


def touches(region: Ring, outline: Ring) -> bool:
    """Say whether an outline reaches into a region; no region: always. An outline that is none reaches nowhere."""
    if not region:
        return True
    if len(outline) < 3:
        return False
    return bool(Polygon(region).buffer(0).intersects(Polygon(outline).buffer(0)))


def outline_of(rings: tuple[Ring, ...]) -> Ring:
    """Return the convex outline of rings, to 100 m: it shows the whole and no corner of any."""
    points = [point for ring in rings for point in ring]
    if len(points) < 3:
        return ()
    hull = convex_hull(multipoints(points))
    if not isinstance(hull, Polygon):
        return ()
    return tuple((round(lon, ROUND_DEG), round(lat, ROUND_DEG)) for lon, lat in list(hull.exterior.coords)[:-1])
