"""What lies within the region of an agreement."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon, convex_hull, multipoints

from sargas.geo.wgs84 import wrapped_longitudes_deg
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
    if not _crosses_180(outline):
        return bool(Polygon(region).buffer(0).intersects(Polygon(outline).buffer(0)))
    whole = Polygon(_unrolled(outline)).buffer(0)
    turned = (Polygon([(lon + turn, lat) for lon, lat in region]).buffer(0) for turn in (-360.0, 0.0, 360.0))
    return any(bool(one.intersects(whole)) for one in turned)


def outline_of(rings: tuple[Ring, ...]) -> Ring:
    """Return the convex outline of rings, to 100 m: it shows the whole and no corner of any."""
    points = [point for ring in rings for point in ring]
    if len(points) < 3:
        return ()
    if any(_crosses_180(ring) for ring in rings):
        points = list(_unrolled(points))
    hull = convex_hull(multipoints(points))
    if not isinstance(hull, Polygon):
        return ()
    corners = list(hull.exterior.coords)[:-1]
    longitudes = wrapped_longitudes_deg([lon for lon, _ in corners]).tolist()
    return tuple(
        (round(lon, ROUND_DEG), round(lat, ROUND_DEG)) for lon, (_, lat) in zip(longitudes, corners, strict=True)
    )


def _crosses_180(ring: Ring) -> bool:
    """Say whether an outline goes over 180 degrees of longitude: a side of it seems to go round the earth."""
    return any(abs(x2 - x1) > 180.0 for (x1, _), (x2, _) in zip(ring, (*ring[1:], *ring[:1]), strict=True))


def _unrolled(points: Sequence[tuple[float, float]]) -> Ring:
    """Return points with longitudes within 180 degrees of that of the first, beyond 180 where they have to be."""
    first_deg = points[0][0]
    turns = wrapped_longitudes_deg([lon - first_deg for lon, _ in points]).tolist()
    return tuple((first_deg + turn, lat) for turn, (_, lat) in zip(turns, points, strict=True))
