"""Compiled queries of many points and segments against many zones: the loops behind ``ZoneIndex``.

Answers are pairs (row, zone), rows rising and zones rising within a row. A kernel writes as many as there is room for
and returns how many there are.
"""

from __future__ import annotations

import numpy as np

from sargas.geo.footprint_kernels import (
    CENTRE_X,
    CENTRE_Y,
    RADIUS,
    first_fraction_inside,
    fraction_at_border,
    is_at_height,
    is_in_footprint,
)
from sargas.geo.zone_grid import CELLS, COVERED, Box, cell_of, columns_in_row, is_over_grid
from sargas.model.columns import Float64, Int32, Int64, UInt8
from sargas.model.kernel import inner_kernel, kernel

Columns3 = tuple[Float64, Float64, Float64]
"""x, y (plane m) and altitude (m) of n points."""


@kernel
def list_containing(
    shapes: Float64,
    band_start: Int64,
    edge_start: Int64,
    edges: Float64,
    box: Box,
    cell_start: Int64,
    cell_zone: Int32,
    cell_state: UInt8,
    points: Columns3,
    rows: Int32,
    zones: Int32,
) -> int:
    """Write the pairs of points in zones."""
    x, y, altitude_m = points
    found = 0
    for i in range(x.size):
        if not is_over_grid(box, x[i], y[i], x[i], y[i]):
            continue
        cell = cell_of(y[i], box[1], box[3]) * CELLS + cell_of(x[i], box[0], box[2])
        for k in range(cell_start[cell], cell_start[cell + 1]):
            zone = cell_zone[k]
            if is_at_height(shapes, zone, altitude_m[i]) and (
                cell_state[k] == COVERED or is_in_footprint(shapes, band_start, edge_start, edges, zone, x[i], y[i])
            ):
                if found < rows.size:
                    rows[found], zones[found] = i, zone
                found += 1
    return found


@inner_kernel
def _collect_candidates(
    box: Box,
    cell_start: Int64,
    cell_zone: Int32,
    segment: tuple[float, float, float, float],
    seen: Int64,
    mark: int,
    candidates: Int32,
) -> int:
    """Write the zones of all cells that a segment passes, rising; return how many. ``seen`` holds a mark per zone."""
    x0, y0, x1, y1 = segment
    count = 0
    for row in range(cell_of(min(y0, y1), box[1], box[3]), cell_of(max(y0, y1), box[1], box[3]) + 1):
        first, last = columns_in_row(box, row, x0, y0, x1, y1)
        if first > last:
            continue
        for k in range(cell_start[row * CELLS + first], cell_start[row * CELLS + last + 1]):
            zone = cell_zone[k]
            if seen[zone] == mark:
                continue
            seen[zone] = mark
            place = count
            while place > 0 and candidates[place - 1] > zone:
                candidates[place] = candidates[place - 1]
                place -= 1
            candidates[place] = zone
            count += 1
    return count


@kernel
def list_entered(
    shapes: Float64,
    band_start: Int64,
    edge_start: Int64,
    edges: Float64,
    box: Box,
    cell_start: Int64,
    cell_zone: Int32,
    cell_state: UInt8,
    begins: Columns3,
    ends: Columns3,
    rows: Int32,
    zones: Int32,
    fractions: Float64,
) -> int:
    """Write the pairs of segments with any point in zones, and the first fraction (0 to 1) of each that is inside."""
    (x0, y0, z0), (x1, y1, z1) = begins, ends
    n = shapes.shape[0]
    seen, candidates = np.full(n, -1, np.int64), np.zeros(n, np.int32)
    found = 0
    for i in range(x0.size):
        segment = x0[i], y0[i], x1[i], y1[i]
        if np.isnan(x0[i] + y0[i] + x1[i] + y1[i]) or not is_over_grid(
            box, min(x0[i], x1[i]), min(y0[i], y1[i]), max(x0[i], x1[i]), max(y0[i], y1[i])
        ):
            continue
        begin, end = (x0[i], y0[i], z0[i]), (x1[i], y1[i], z1[i])
        cell = cell_of(y0[i], box[1], box[3]) * CELLS + cell_of(x0[i], box[0], box[2])
        is_within_cell = cell == cell_of(y1[i], box[1], box[3]) * CELLS + cell_of(x1[i], box[0], box[2])
        first, last = cell_start[cell], cell_start[cell + 1]
        if not is_within_cell:
            first, last = 0, _collect_candidates(box, cell_start, cell_zone, segment, seen, i, candidates)
        for k in range(first, last):
            zone, fraction = cell_zone[k] if is_within_cell else candidates[k], 0.0
            if not is_within_cell or cell_state[k] != COVERED or not is_at_height(shapes, zone, z0[i]):
                fraction = first_fraction_inside(shapes, band_start, edge_start, edges, zone, begin, end)
            if fraction >= 0.0:
                if found < rows.size:
                    rows[found], zones[found], fractions[found] = i, zone, fraction
                found += 1
    return found


@kernel
def mark_overlaps(
    shapes: Float64,
    band_start: Int64,
    edge_start: Int64,
    edges: Float64,
    ring_shapes: Float64,
    ring_band_start: Int64,
    ring_edge_start: Int64,
    ring_edges: Float64,
    overlapped: UInt8,
) -> None:
    """Set to 1 the zones whose footprint has any point in common with one polygon, the ring."""
    for zone in range(shapes.shape[0]):
        if shapes[zone, RADIUS] > 0.0:
            x, y = shapes[zone, CENTRE_X], shapes[zone, CENTRE_Y]
        else:
            first = edge_start[band_start[zone]]
            x, y = edges[first, 0], edges[first, 1]
        if is_in_footprint(ring_shapes, ring_band_start, ring_edge_start, ring_edges, 0, x, y):
            overlapped[zone] = 1
            continue
        for i in range(ring_edges.shape[0]):
            x0, y0, x1, y1 = ring_edges[i, 0], ring_edges[i, 1], ring_edges[i, 2], ring_edges[i, 3]
            if is_in_footprint(shapes, band_start, edge_start, edges, zone, x0, y0) or not np.isnan(
                fraction_at_border(shapes, band_start, edge_start, edges, zone, x0, y0, x1, y1)
            ):
                overlapped[zone] = 1
                break
