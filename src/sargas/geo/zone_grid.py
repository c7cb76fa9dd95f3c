"""A grid over all zones: each cell lists the zones that reach into it, and whether they cover it whole."""

from __future__ import annotations

from math import floor
from typing import NamedTuple

import numpy as np

from sargas.geo.footprint_kernels import (
    CENTRE_X,
    CENTRE_Y,
    MAX_X,
    MAX_Y,
    MIN_X,
    MIN_Y,
    RADIUS,
    is_in_footprint,
)
from sargas.model.columns import Float64, Int32, Int64, UInt8
from sargas.model.kernel import inner_kernel, kernel

CELLS = 128
"""Cells along each side."""
MARGIN_M = 0.001
"""How near an edge must come to a cell to count as reaching into it: far above rounding, far below any zone."""

OUTSIDE, PARTLY, COVERED = 0, 1, 2

Box = tuple[float, float, float, float]
"""Lowest x and y of the grid, width and height of a cell; plane m."""


class Grid(NamedTuple):
    """Hold, per cell (row by row from the lowest y), the zones that touch it, in rising order."""

    box: Box
    start: Int64
    """(CELLS * CELLS + 1,)"""
    zone: Int32
    state: UInt8
    """PARTLY or COVERED."""


@inner_kernel
def cell_of(value: float, minimum: float, size: float) -> int:
    """Return the row or column of a coordinate; what is off the grid belongs to the outermost."""
    return min(max(floor((value - minimum) / size), 0), CELLS - 1)


@inner_kernel
def columns_in_row(box: Box, row: int, x0: float, y0: float, x1: float, y1: float) -> tuple[int, int]:
    """Return the first and last column that a segment passes in a row of cells; last < first: none.

    The segment is taken a margin wider than it is.
    """
    min_x, min_y, cell_x, cell_y = box
    low, high = 0.0, 1.0
    if y1 != y0:
        at_bottom = (min_y + row * cell_y - MARGIN_M - y0) / (y1 - y0)
        at_top = (min_y + (row + 1) * cell_y + MARGIN_M - y0) / (y1 - y0)
        low, high = max(low, min(at_bottom, at_top)), min(high, max(at_bottom, at_top))
        if low > high:
            return 0, -1
    xa, xb = x0 + low * (x1 - x0), x0 + high * (x1 - x0)
    return cell_of(min(xa, xb) - MARGIN_M, min_x, cell_x), cell_of(max(xa, xb) + MARGIN_M, min_x, cell_x)


@inner_kernel
def is_over_grid(box: Box, low_x: float, low_y: float, high_x: float, high_y: float) -> bool:
    """Say whether a rectangle touches the grid; False for NaN."""
    return (
        high_x >= box[0] and high_y >= box[1] and low_x <= box[0] + CELLS * box[2] and low_y <= box[1] + CELLS * box[3]
    )


@inner_kernel
def _mark_edges(edges: Float64, box: Box, state: UInt8) -> None:
    for i in range(edges.shape[0]):
        x0, y0, x1, y1 = edges[i, 0], edges[i, 1], edges[i, 2], edges[i, 3]
        for row in range(cell_of(y0 - MARGIN_M, box[1], box[3]), cell_of(y1 + MARGIN_M, box[1], box[3]) + 1):
            first, last = columns_in_row(box, row, x0, y0, x1, y1)
            for column in range(first, last + 1):
                state[row, column] = PARTLY


@inner_kernel
def _circle_over_cell(shape: Float64, box: Box, x: float, y: float) -> int:
    """Return how a circle lies over the cell whose centre is at x, y."""
    dx, dy = abs(x - shape[CENTRE_X]), abs(y - shape[CENTRE_Y])
    nearest = np.hypot(max(dx - box[2] / 2, 0.0), max(dy - box[3] / 2, 0.0))
    if nearest > shape[RADIUS] + MARGIN_M:
        return OUTSIDE
    farthest = np.hypot(dx + box[2] / 2, dy + box[3] / 2)
    return COVERED if farthest < shape[RADIUS] - MARGIN_M else PARTLY


@inner_kernel
def _mark_zone(
    shapes: Float64, band_start: Int64, edge_start: Int64, edges: Float64, zone: int, box: Box, state: UInt8
) -> None:
    """Write into ``state`` (CELLS, CELLS) how a zone lies over each cell."""
    shape = shapes[zone]
    _mark_edges(edges[edge_start[band_start[zone]] : edge_start[band_start[zone + 1]]], box, state)
    for row in range(cell_of(shape[MIN_Y], box[1], box[3]), cell_of(shape[MAX_Y], box[1], box[3]) + 1):
        for column in range(cell_of(shape[MIN_X], box[0], box[2]), cell_of(shape[MAX_X], box[0], box[2]) + 1):
            x, y = box[0] + (column + 0.5) * box[2], box[1] + (row + 0.5) * box[3]
            if shape[RADIUS] > 0.0:
                state[row, column] = _circle_over_cell(shape, box, x, y)
            elif state[row, column] == OUTSIDE and is_in_footprint(shapes, band_start, edge_start, edges, zone, x, y):
                state[row, column] = COVERED


@kernel
def list_cells(
    shapes: Float64, band_start: Int64, edge_start: Int64, edges: Float64, box: Box
) -> tuple[Int64, Int32, UInt8]:
    """Return the start, zone and state columns of the ``Grid`` over a box."""
    zones = shapes.shape[0]
    states = np.zeros((zones, CELLS, CELLS), np.uint8)
    start = np.zeros(CELLS * CELLS + 1, np.int64)
    for zone in range(zones):
        _mark_zone(shapes, band_start, edge_start, edges, zone, box, states[zone])
        for cell in range(CELLS * CELLS):
            start[cell + 1] += states[zone, cell // CELLS, cell % CELLS] != OUTSIDE
    start = np.cumsum(start)
    listed, state, filled = np.zeros(start[-1], np.int32), np.zeros(start[-1], np.uint8), start.copy()
    for zone in range(zones):
        for cell in range(CELLS * CELLS):
            found = states[zone, cell // CELLS, cell % CELLS]
            if found != OUTSIDE:
                listed[filled[cell]], state[filled[cell]] = zone, found
                filled[cell] += 1
    return start, listed, state
