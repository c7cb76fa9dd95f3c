"""Compiled geometry of zone footprints in the region plane: is a point inside, where does a segment enter.

A footprint is a polygon with holes (even-odd over all its edges) or a circle. The edges of a polygon are listed by
horizontal bands, so that a query looks only at the edges of its own height. The kernels take the arrays of
``Footprints`` one by one: numba counts references at every call that takes them as one tuple, at six times the cost.
"""

from __future__ import annotations

from math import floor, sqrt
from typing import NamedTuple

import numpy as np

from sargas.model.columns import Float64, Int64
from sargas.model.kernel import inner_kernel, kernel

MAX_BANDS = 256
FLOOR, CEILING, MIN_X, MIN_Y, MAX_X, MAX_Y, CENTRE_X, CENTRE_Y, RADIUS, BAND_HEIGHT = range(10)
"""Columns of ``Footprints.shapes``; plane metres, but floor and ceiling ellipsoidal. Radius 0: a polygon."""


class Footprints(NamedTuple):
    """Hold z footprints as flat arrays."""

    shapes: Float64
    """(z, 10): see ``FLOOR`` and following."""
    band_start: Int64
    """(z + 1,) into the bands; a circle has none."""
    edge_start: Int64
    """(bands + 1,) into the edges."""
    edges: Float64
    """(e, 4): x, y of the lower end, x, y of the upper end; once in every band the edge reaches into."""


@inner_kernel
def _band_of(y: float, min_y: float, band_height_m: float, bands: int) -> int:
    """Return the band a height lies in; what is above or below belongs to the outermost."""
    return min(max(floor((y - min_y) / band_height_m), 0), bands - 1)


@kernel
def list_by_band(edges: Float64, min_y: float, band_height_m: float, bands: int) -> tuple[Int64, Float64]:
    """Return, for one polygon's edges (e, 4), the starts (bands + 1,) and the edges of each band."""
    start = np.zeros(bands + 1, np.int64)
    for i in range(edges.shape[0]):
        lowest = _band_of(edges[i, 1], min_y, band_height_m, bands)
        highest = _band_of(edges[i, 3], min_y, band_height_m, bands)
        start[lowest + 1 : highest + 2] += 1
    start = np.cumsum(start)
    filled, listed = start.copy(), np.zeros((start[-1], 4))
    for i in range(edges.shape[0]):
        lowest = _band_of(edges[i, 1], min_y, band_height_m, bands)
        for band in range(lowest, _band_of(edges[i, 3], min_y, band_height_m, bands) + 1):
            listed[filled[band]] = edges[i]
            filled[band] += 1
    return start, listed


@inner_kernel
def is_in_footprint(
    shapes: Float64, band_start: Int64, edge_start: Int64, edges: Float64, zone: int, x: float, y: float
) -> bool:
    """Say whether a point is inside: even-odd, lower ends of edges included, upper ends not.

    An edge is always looked at from its lower end, so that of two zones with a common edge a point is in exactly one.
    """
    if not (shapes[zone, MIN_X] <= x <= shapes[zone, MAX_X] and shapes[zone, MIN_Y] <= y <= shapes[zone, MAX_Y]):
        return False
    radius = shapes[zone, RADIUS]
    if radius > 0.0:
        dx, dy = x - shapes[zone, CENTRE_X], y - shapes[zone, CENTRE_Y]
        return dx * dx + dy * dy <= radius * radius
    first = band_start[zone]
    band = first + _band_of(y, shapes[zone, MIN_Y], shapes[zone, BAND_HEIGHT], band_start[zone + 1] - first)
    inside = False
    for i in range(edge_start[band], edge_start[band + 1]):
        low_y, high_y = edges[i, 1], edges[i, 3]
        if low_y <= y < high_y:
            low_x = edges[i, 0]
            if (edges[i, 2] - low_x) * (y - low_y) > (x - low_x) * (high_y - low_y):
                inside = not inside
    return inside


@inner_kernel
def _fraction_at_circle(shapes: Float64, zone: int, x0: float, y0: float, x1: float, y1: float) -> float:
    dx, dy = x1 - x0, y1 - y0
    ox, oy = x0 - shapes[zone, CENTRE_X], y0 - shapes[zone, CENTRE_Y]
    length2, radius = dx * dx + dy * dy, shapes[zone, RADIUS]
    halfway = -(ox * dx + oy * dy)
    discriminant = halfway * halfway - length2 * (ox * ox + oy * oy - radius * radius)
    if length2 == 0.0 or discriminant < 0.0:
        return np.nan
    fraction = (halfway - sqrt(discriminant)) / length2
    return fraction if 0.0 <= fraction <= 1.0 else np.nan


@inner_kernel
def fraction_at_border(
    shapes: Float64,
    band_start: Int64,
    edge_start: Int64,
    edges: Float64,
    zone: int,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
) -> float:
    """Return the first fraction at which a segment that starts outside meets the border; NaN: nowhere.

    Ends count, of the segment and of the edges. A segment along an edge meets that edge's neighbours, not the edge.
    """
    low_x, high_x, low_y, high_y = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    if (
        low_x > shapes[zone, MAX_X]
        or high_x < shapes[zone, MIN_X]
        or low_y > shapes[zone, MAX_Y]
        or high_y < shapes[zone, MIN_Y]
    ):
        return np.nan
    if shapes[zone, RADIUS] > 0.0:
        return _fraction_at_circle(shapes, zone, x0, y0, x1, y1)
    start, bands = band_start[zone], band_start[zone + 1] - band_start[zone]
    lowest = start + _band_of(low_y, shapes[zone, MIN_Y], shapes[zone, BAND_HEIGHT], bands)
    highest = start + _band_of(high_y, shapes[zone, MIN_Y], shapes[zone, BAND_HEIGHT], bands)
    dx, dy = x1 - x0, y1 - y0
    first = np.inf
    for i in range(edge_start[lowest], edge_start[highest + 1]):
        if edges[i, 1] > high_y or edges[i, 3] < low_y:
            continue
        ex, ey = edges[i, 2] - edges[i, 0], edges[i, 3] - edges[i, 1]
        ox, oy = edges[i, 0] - x0, edges[i, 1] - y0
        denominator = dx * ey - dy * ex
        along_edge = ox * dy - oy * dx
        if denominator == 0.0 or not 0.0 <= along_edge / denominator <= 1.0:
            continue
        along_segment = (ox * ey - oy * ex) / denominator
        if 0.0 <= along_segment < first:
            first = along_segment
    return first if first <= 1.0 else np.nan


@inner_kernel
def is_at_height(shapes: Float64, zone: int, altitude_m: float) -> bool:
    """Say whether an altitude is from floor to ceiling; one that is not known (NaN) may be, so it is."""
    return not (altitude_m < shapes[zone, FLOOR] or altitude_m > shapes[zone, CEILING])


@inner_kernel
def first_fraction_inside(
    shapes: Float64,
    band_start: Int64,
    edge_start: Int64,
    edges: Float64,
    zone: int,
    begin: tuple[float, float, float],
    end: tuple[float, float, float],
) -> float:
    """Return the first fraction, 0 to 1, of a segment at which it is inside a zone's volume; NaN: it never is.

    ``begin`` and ``end`` are x, y (plane m) and altitude (m).
    """
    low, high = 0.0, 1.0
    climb = end[2] - begin[2]
    if np.isnan(climb):
        pass  # Height unknown at an end: it may be inside all along.
    elif climb != 0.0:
        at_floor, at_ceiling = (shapes[zone, FLOOR] - begin[2]) / climb, (shapes[zone, CEILING] - begin[2]) / climb
        low, high = max(low, min(at_floor, at_ceiling)), min(high, max(at_floor, at_ceiling))
        if low > high:
            return np.nan
    elif not is_at_height(shapes, zone, begin[2]):
        return np.nan
    dx, dy = end[0] - begin[0], end[1] - begin[1]
    x0, y0 = begin[0] + low * dx, begin[1] + low * dy
    if is_in_footprint(shapes, band_start, edge_start, edges, zone, x0, y0):
        return low
    x1, y1 = begin[0] + high * dx, begin[1] + high * dy
    return low + (high - low) * fraction_at_border(shapes, band_start, edge_start, edges, zone, x0, y0, x1, y1)
