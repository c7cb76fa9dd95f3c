"""Outlines of cells: the rings around each connected part of a region, holes apart."""

from __future__ import annotations

import numpy as np

from sargas.assessment.lost.region import Cells, Region
from sargas.model.columns import Float64, Int64
from sargas.model.kernel import kernel

EAST, NORTH = (1, 0, -1, 0), (0, 1, 0, -1)
"""Direction of a cell's sides when walked round with the cell on the left: south, east, north, west side."""


def outline(region: Region) -> tuple[tuple[Float64, tuple[Float64, ...]], ...]:
    """Return the parts of a region, the largest first: outline and holes, corners (n, 2) in plane metres."""
    inside = np.zeros((region.grid.rows + 2, region.grid.columns + 2), np.bool_)
    inside[1:-1, 1:-1] = region.inside
    corners = np.empty((4 * int(inside.sum()) + 4, 2), np.int64)
    ends, starts = np.empty(len(corners), np.int64), np.empty((len(corners), 2), np.int64)
    count = _walk(inside, corners, ends, starts)
    part_of = np.zeros(inside.shape, np.int64)
    parts = _label(inside, part_of, np.empty((inside.size, 2), np.int64))
    outer: dict[int, Float64] = {}
    holes: dict[int, list[Float64]] = {part: [] for part in range(1, parts + 1)}
    first = 0
    for k in range(count):
        ring = corners[first : ends[k]]
        first = int(ends[k])
        part = int(part_of[starts[k, 0], starts[k, 1]])
        placed = (ring - 1) * region.grid.cell_m + np.array(region.grid.corner_m)
        if _signed_area(ring) > 0.0:
            outer[part] = placed
        else:
            holes[part].append(placed)
    sizes = np.bincount(part_of.ravel(), minlength=parts + 1)
    order = sorted(outer, key=lambda part: (-sizes[part], part))
    return tuple((outer[part], tuple(holes[part])) for part in order)


def _signed_area(ring: Int64) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float(x[:-1] @ y[1:] - y[:-1] @ x[1:] + x[-1] * y[0] - y[-1] * x[0]) / 2.0


@kernel
def _label(inside: Cells, part_of: Int64, waiting: Int64) -> int:
    """Number the connected parts from 1, as they come row by row; cells outside are 0. Returns how many."""
    parts = 0
    for row in range(1, inside.shape[0] - 1):
        for column in range(1, inside.shape[1] - 1):
            if not inside[row, column] or part_of[row, column]:
                continue
            parts += 1
            part_of[row, column], count = parts, 1
            waiting[0, 0], waiting[0, 1] = row, column
            while count:
                count -= 1
                r, c = waiting[count, 0], waiting[count, 1]
                for side in range(4):
                    beside_r, beside_c = r + NORTH[side], c + EAST[side]
                    if inside[beside_r, beside_c] and not part_of[beside_r, beside_c]:
                        part_of[beside_r, beside_c] = parts
                        waiting[count, 0], waiting[count, 1] = beside_r, beside_c
                        count += 1
    return parts


@kernel
def _walk(inside: Cells, corners: Int64, ends: Int64, starts: Int64) -> int:
    """Write the corners (column, row) of every ring, where each ends, and a cell inside it; returns how many.

    ``inside`` has a border of cells outside. Cells that only touch at a corner are not connected.
    """
    rows, columns = inside.shape
    walked = np.zeros((rows, columns, 4), np.bool_)
    count, at = 0, 0
    for row in range(1, rows - 1):
        for column in range(1, columns - 1):
            for side in (0, 2):
                out = row - 1 if side == 0 else row + 1
                if not inside[row, column] or inside[out, column] or walked[row, column, side]:
                    continue
                starts[count, 0], starts[count, 1] = row, column
                r, c, s = row, column, side
                while not walked[r, c, s]:
                    walked[r, c, s] = True
                    ahead_r, ahead_c = r + NORTH[s], c + EAST[s]
                    right = (s + 3) % 4
                    aside_r, aside_c = ahead_r + NORTH[right], ahead_c + EAST[right]
                    # the corner at the end of this side of the cell
                    corner_c = c + (1 if s == 0 or s == 1 else 0)
                    corner_r = r + (1 if s == 1 or s == 2 else 0)
                    if inside[ahead_r, ahead_c] and not inside[aside_r, aside_c]:
                        r, c = ahead_r, ahead_c
                        continue
                    corners[at, 0], corners[at, 1] = corner_c, corner_r
                    at += 1
                    if inside[ahead_r, ahead_c]:
                        r, c, s = aside_r, aside_c, right
                    else:
                        s = (s + 1) % 4
                ends[count] = at
                count += 1
    return count
