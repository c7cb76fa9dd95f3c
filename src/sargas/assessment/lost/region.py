"""The smallest region that holds a given share of weighted particles, as the densest cells of a grid.

Particles are few: each stands for a bell about it, as wide as those of its kind are scattered (Silverman 1986), and the
densest cells are taken until they hold the share.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sargas.model.columns import Float64, Int8

Cells: TypeAlias = NDArray[np.bool_]
SIDE = 64
"""Cells along the longer side of the grid."""
LEAST_CELL_M = 50.0
TAIL = 0.003
"""Of the points that may lie outside the grid on each side; ``LEAST_PART`` of the mean weight lays out no grid."""
LEAST_PART = 0.02
LEAST_BELL_M = 60.0
BELL = 0.8
"""Of the rule for a normal distribution: what is scattered here has edges."""
MOST_BELL = 0.35
"""Of the scatter."""
PASSES = 3
"""Moving means that stand for a bell. Source: Gwosdek et al. 2011, extended box filtering."""


class Grid(NamedTuple):
    """Where cells lie: rows y, columns x from a corner in steps of a cell (m)."""

    corner_m: tuple[float, float]
    cell_m: float
    rows: int
    columns: int


class Density(NamedTuple):
    """Weight by cell, in all and of each group."""

    grid: Grid
    cells: Float64
    """(rows, columns)"""
    groups: dict[int, Float64]


class Region(NamedTuple):
    """Cells that hold a share of the weight, their area, and the place of the densest."""

    grid: Grid
    inside: Cells
    area_m2: float
    peak_m: tuple[float, float]

    def contains(self, x_m: float, y_m: float) -> bool:
        """Tell whether a place lies in the region."""
        column = int(np.floor((x_m - self.grid.corner_m[0]) / self.grid.cell_m))
        row = int(np.floor((y_m - self.grid.corner_m[1]) / self.grid.cell_m))
        return 0 <= row < self.grid.rows and 0 <= column < self.grid.columns and bool(self.inside[row, column])


def spread_density(x_m: Float64, y_m: Float64, weight: Float64, group: Int8) -> Density:
    """Spread weighted points over a grid, each group by a bell of its own."""
    codes = np.flatnonzero(np.bincount(group, weight)).tolist()
    members = {code: group == code for code in codes}
    bells = {code: _bell_m(x_m[rows], y_m[rows], weight[rows]) for code, rows in members.items()}
    grid = _lay_grid(x_m, y_m, weight, 2.5 * max(bells.values()))
    column = np.clip(((x_m - grid.corner_m[0]) / grid.cell_m).astype(np.int64), 0, grid.columns - 1)
    row = np.clip(((y_m - grid.corner_m[1]) / grid.cell_m).astype(np.int64), 0, grid.rows - 1)
    index, size = row * grid.columns + column, grid.rows * grid.columns
    groups = {}
    for code, rows in members.items():
        counted = np.asarray(np.bincount(index[rows], weight[rows], size), np.float64).reshape(grid.rows, grid.columns)
        blur(counted, bells[code] / grid.cell_m, np.empty_like(counted))
        groups[code] = counted
    return Density(grid, np.sum(list(groups.values()), axis=0), groups)


def densest_region(grid: Grid, cells: Float64, share: float) -> Region:
    """Return the densest cells that hold a share of their whole weight."""
    ordered = np.sort(cells.ravel())[::-1]
    held = np.cumsum(ordered)
    least = ordered[min(int(np.searchsorted(held, share * held[-1])), len(ordered) - 1)]
    inside = join_corners((cells >= least) & (cells > 0.0))
    at = int(cells.argmax())
    x_m = grid.corner_m[0] + (at % grid.columns + 0.5) * grid.cell_m
    y_m = grid.corner_m[1] + (at // grid.columns + 0.5) * grid.cell_m
    return Region(grid, inside, float(inside.sum()) * grid.cell_m**2, (x_m, y_m))


def join_corners(inside: Cells) -> Cells:
    """Return cells with those added without which others touch at a corner only: no outline crosses itself."""
    inside = inside.copy()
    while True:
        a, b, c, d = inside[:-1, :-1], inside[:-1, 1:], inside[1:, :-1], inside[1:, 1:]
        rising, falling = a & d & ~b & ~c, b & c & ~a & ~d
        if not (rising.any() or falling.any()):
            return inside
        inside[:-1, 1:] |= rising
        inside[:-1, :-1] |= falling


@njit(cache=True, nogil=True, error_model="numpy")
def blur(cells: Float64, sigma: float, scratch: Float64) -> None:
    """Spread cells by a bell of ``sigma`` cells, in place; what would leave the grid stays at its edge."""
    variance = 12.0 * sigma * sigma / PASSES
    radius = int((np.sqrt(variance + 1.0) - 1.0) / 2.0)
    side = 2 * radius + 1
    # the outermost cells count in part, so that the variance is met exactly
    part = side * (radius * (radius + 1.0) - 0.25 * variance) / (6.0 * (variance / 12.0 - (radius + 1.0) ** 2))
    rows, columns = cells.shape
    for _ in range(PASSES):
        for r in range(rows):
            _smooth(cells[r], radius, part, scratch[r])
        for c in range(columns):
            _smooth(scratch[:, c], radius, part, cells[:, c])


@njit(cache=True, nogil=True, error_model="numpy")
def _smooth(values: Float64, radius: int, part: float, out: Float64) -> None:
    n, width = len(values), 2 * radius + 1 + 2.0 * part
    total = 0.0
    for k in range(-radius, radius + 1):
        total += values[min(max(k, 0), n - 1)]
    for k in range(n):
        before, after = values[max(k - radius - 1, 0)], values[min(k + radius + 1, n - 1)]
        out[k] = (total + part * (before + after)) / width
        total += after - values[max(k - radius, 0)]


def _lay_grid(x_m: Float64, y_m: Float64, weight: Float64, margin_m: float) -> Grid:
    left, right = _bounds(x_m[weight > LEAST_PART / len(weight)])
    low, high = _bounds(y_m[weight > LEAST_PART / len(weight)])
    cell = max((max(right - left, high - low) + 2.0 * margin_m) / SIDE, LEAST_CELL_M)
    rows, columns = (int((width + 2.0 * margin_m) / cell) + 1 for width in (high - low, right - left))
    return Grid((left - margin_m, low - margin_m), cell, rows, columns)


def _bounds(values: Float64) -> tuple[float, float]:
    first = int(TAIL * len(values))
    last = len(values) - 1 - first
    found = np.partition(values, (first, last))
    return float(found[first]), float(found[last])


def _bell_m(x_m: Float64, y_m: Float64, weight: Float64) -> float:
    share = weight / weight.sum()
    middle_x, middle_y = float(share @ x_m), float(share @ y_m)
    spread = float(share @ ((x_m - middle_x) ** 2 + (y_m - middle_y) ** 2) / 2.0) ** 0.5
    narrow = BELL * float(1.0 / (share @ share)) ** (-1.0 / 6.0)
    return max(spread * min(narrow, MOST_BELL), LEAST_BELL_M)
