"""The paths a track may take, followed through the zones: the kernel behind ``entry_probability``.

The paths of a track lie in a box between any two horizons; only zones that reach into it are asked path by path.
"""

from __future__ import annotations

import numpy as np

from sargas.geo.footprint_kernels import CEILING, FLOOR, MAX_X, MAX_Y, MIN_X, MIN_Y, first_fraction_inside
from sargas.model.columns import Float64, Int64
from sargas.model.kernel import inner_kernel, kernel


@kernel
def follow_paths(
    shapes: Float64, band_start: Int64, edge_start: Int64, edges: Float64, x_m: Float64, y_m: Float64,
    altitude_m: Float64, sigma_m: Float64, east: Float64, north: Float64, ahead_s: Float64, probability: Float64,
    earliest_s: Float64, median_s: Float64, latest_s: Float64,
) -> None:  # fmt: skip
    """Write the share of the paths that enter each zone (n, z), and quantiles of when, where any does.

    Zones are the arrays of ``Footprints``. Tracks are where they are at h horizons (n, h), plane m; a path leaves that
    by ``sigma_m`` (n, h) times its ``east`` and ``north`` (paths,), the same at every horizon.
    """
    first_s, boxes = np.empty(len(east)), np.empty((len(ahead_s) - 1, 6))
    for i in range(len(x_m)):
        _lay_boxes(x_m, y_m, altitude_m, sigma_m, i, east, north, boxes)
        for zone in range(len(shapes)):
            entered = 0
            for k in range(len(boxes)):
                if entered == len(east) or not _is_in_reach(shapes, zone, boxes, k):
                    continue
                if entered == 0:
                    first_s[:] = np.inf
                entered += _follow(
                    shapes, band_start, edge_start, edges, zone, x_m, y_m, altitude_m, sigma_m, i, east, north, ahead_s,
                    k, first_s,
                )  # fmt: skip
            if entered:
                when_s = np.sort(first_s)
                probability[i, zone] = entered / len(east)
                earliest_s[i, zone] = when_s[max(int(np.ceil(0.05 * entered)) - 1, 0)]
                median_s[i, zone] = when_s[max(int(np.ceil(0.5 * entered)) - 1, 0)]
                latest_s[i, zone] = when_s[max(int(np.ceil(0.95 * entered)) - 1, 0)]


@inner_kernel
def _lay_boxes(
    x_m: Float64, y_m: Float64, altitude_m: Float64, sigma_m: Float64, i: int, east: Float64, north: Float64,
    boxes: Float64,
) -> None:  # fmt: skip
    """Write the box (least x, y, largest x, y, least and largest altitude) of all paths of a track between horizons."""
    west_most, south_most, east_most, north_most = east.min(), north.min(), east.max(), north.max()
    for k in range(len(boxes)):
        x0, y0, s0 = x_m[i, k], y_m[i, k], sigma_m[i, k]
        x1, y1, s1 = x_m[i, k + 1], y_m[i, k + 1], sigma_m[i, k + 1]
        boxes[k, 0], boxes[k, 1] = (
            min(x0 + s0 * west_most, x1 + s1 * west_most),
            min(y0 + s0 * south_most, y1 + s1 * south_most),
        )
        boxes[k, 2], boxes[k, 3] = (
            max(x0 + s0 * east_most, x1 + s1 * east_most),
            max(y0 + s0 * north_most, y1 + s1 * north_most),
        )
        if np.isnan(x0 + y0 + s0 + x1 + y1 + s1):
            boxes[k, 0] = np.nan
        z0, z1 = altitude_m[i, k], altitude_m[i, k + 1]
        boxes[k, 4], boxes[k, 5] = min(z0, z1), max(z0, z1)
        if np.isnan(z0 + z1):  # it may be at any height
            boxes[k, 4], boxes[k, 5] = -np.inf, np.inf


@inner_kernel
def _is_in_reach(shapes: Float64, zone: int, boxes: Float64, k: int) -> bool:
    """Say whether any path may touch a zone between one horizon and the next; False where a place is not known."""
    return bool(
        boxes[k, 0] <= shapes[zone, MAX_X]
        and boxes[k, 1] <= shapes[zone, MAX_Y]
        and boxes[k, 2] >= shapes[zone, MIN_X]
        and boxes[k, 3] >= shapes[zone, MIN_Y]
        and boxes[k, 4] <= shapes[zone, CEILING]
        and boxes[k, 5] >= shapes[zone, FLOOR]
    )


@inner_kernel
def _follow(
    shapes: Float64, band_start: Int64, edge_start: Int64, edges: Float64, zone: int, x_m: Float64, y_m: Float64,
    altitude_m: Float64, sigma_m: Float64, i: int, east: Float64, north: Float64, ahead_s: Float64, k: int,
    first_s: Float64,
) -> int:  # fmt: skip
    """Write when the paths that have not entered a zone do so between one horizon and the next; return how many do."""
    entered, elapsed_s = 0, ahead_s[k + 1] - ahead_s[k]
    x0, y0, z0, s0 = x_m[i, k], y_m[i, k], altitude_m[i, k], sigma_m[i, k]
    x1, y1, z1, s1 = x_m[i, k + 1], y_m[i, k + 1], altitude_m[i, k + 1], sigma_m[i, k + 1]
    low_x, high_x, low_y, high_y = shapes[zone, MIN_X], shapes[zone, MAX_X], shapes[zone, MIN_Y], shapes[zone, MAX_Y]
    for path in range(len(east)):
        if first_s[path] < np.inf:
            continue
        begin = x0 + s0 * east[path], y0 + s0 * north[path], z0
        end = x1 + s1 * east[path], y1 + s1 * north[path], z1
        if not (  # most paths of a wide cone pass by: no need to ask
            min(begin[0], end[0]) <= high_x
            and max(begin[0], end[0]) >= low_x
            and min(begin[1], end[1]) <= high_y
            and max(begin[1], end[1]) >= low_y
        ):
            continue
        fraction = first_fraction_inside(shapes, band_start, edge_start, edges, zone, begin, end)
        if fraction >= 0.0:
            first_s[path] = ahead_s[k] + fraction * elapsed_s
            entered += 1
    return entered
