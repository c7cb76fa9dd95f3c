"""The smallest region that holds a given share of weighted particles, as the densest cells of a grid.

Particles are few: each stands for a bell about it, as wide as those of its kind are scattered (Silverman 1986), and the
densest cells are taken until they hold the share.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import Float64, Int8
from sargas.model.kernel import inner_kernel, kernel

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
    bells = np.zeros(int(group.max()) + 1)
    _measure_bells(np.ascontiguousarray(x_m), np.ascontiguousarray(y_m), weight, group, bells)
    grid = _lay_grid(x_m, y_m, weight, 2.5 * float(bells.max()))
    cells = np.zeros((len(bells), grid.rows, grid.columns))
    _count(x_m, y_m, weight, group, grid, cells)
    codes = np.flatnonzero(bells).tolist()
    for code in codes:
        blur(cells[code], bells[code] / grid.cell_m)
    return Density(grid, cells.sum(axis=0), {code: cells[code] for code in codes})


def densest_region(grid: Grid, cells: Float64, share: float) -> Region:
    """Return the densest cells that hold a share of their whole weight."""
    inside = np.empty(cells.shape, np.bool_)
    at = _take_densest(cells, share, np.empty(cells.size), inside)
    x_m = grid.corner_m[0] + (at % grid.columns + 0.5) * grid.cell_m
    y_m = grid.corner_m[1] + (at // grid.columns + 0.5) * grid.cell_m
    return Region(grid, inside, float(np.count_nonzero(inside)) * grid.cell_m**2, (x_m, y_m))


@kernel
def _take_densest(cells: Float64, share: float, scratch: Float64, inside: Cells) -> int:
    """Mark the densest cells that hold a share; return the index of the densest."""
    flat, count, at = cells.ravel(), 0, 0
    for k in range(flat.size):
        if flat[k] > 0.0:
            scratch[count] = flat[k]
            count += 1
            at = k if flat[k] > flat[at] else at
    least = least_taken(scratch[:count], share) if count else np.inf
    for r in range(cells.shape[0]):
        for c in range(cells.shape[1]):
            inside[r, c] = cells[r, c] >= least
    join_corners(inside)
    return at


@kernel
def least_taken(values: Float64, share: float) -> float:
    """Return the least of the largest values (positive) that hold a share of their sum; ``values`` are put about.

    Only the part in which it lies is looked at again. Source: Hoare 1961, "Algorithm 65: find", by weight.
    """
    wanted, low, high = share * values.sum(), 0, len(values) - 1
    while low < high:
        a, b, c = values[low], values[(low + high) // 2], values[high]
        pivot = max(min(a, b), min(max(a, b), c))
        first, k, last, held = low, low, high, 0.0
        while k <= last:
            v = values[k]
            if v > pivot:
                values[k], values[first] = values[first], v
                held += v
                first, k = first + 1, k + 1
            elif v < pivot:
                values[k], values[last] = values[last], v
                last -= 1
            else:
                k += 1
        alike = pivot * (last - first + 1)
        if held >= wanted and first > low:
            high = first - 1
        elif held + alike >= wanted or last == high:
            return pivot
        else:
            wanted, low = wanted - held - alike, last + 1
    return float(values[low])


@kernel
def join_corners(inside: Cells) -> None:
    """Add cells without which others touch at a corner only: then no outline crosses itself."""
    added = True
    while added:
        added = False
        for r in range(inside.shape[0] - 1):
            for c in range(inside.shape[1] - 1):
                a, b, d, e = inside[r, c], inside[r, c + 1], inside[r + 1, c], inside[r + 1, c + 1]
                if a and e and not b and not d:
                    inside[r, c + 1] = added = True
                elif b and d and not a and not e:
                    inside[r, c] = added = True


@kernel
def blur(cells: Float64, sigma: float) -> None:
    """Spread cells by a bell of ``sigma`` cells, in place; what would leave the grid stays at its edge."""
    variance = 12.0 * sigma * sigma / PASSES
    radius = int((np.sqrt(variance + 1.0) - 1.0) / 2.0)
    side = 2 * radius + 1
    # the outermost cells count in part, so that the variance is met exactly
    part = side * (radius * (radius + 1.0) - 0.25 * variance) / (6.0 * (variance / 12.0 - (radius + 1.0) ** 2))
    upright = cells.copy()
    _smooth(upright, radius, part)
    lying = upright.T.copy()
    _smooth(lying, radius, part)
    cells[:] = lying.T


@inner_kernel
def _smooth(cells: Float64, radius: int, part: float) -> None:
    """Take moving means down the columns, ``PASSES`` times; all columns of a row at once."""
    n, weight = len(cells), 1.0 / (2 * radius + 1 + 2.0 * part)
    total, before = np.empty(cells.shape[1]), np.empty(cells.shape)
    for _ in range(PASSES):
        before[:] = cells
        total[:] = 0.0
        for k in range(-radius, radius + 1):
            row = before[min(max(k, 0), n - 1)]
            for c in range(len(total)):
                total[c] += row[c]
        for k in range(n):
            ahead, behind = before[min(k + radius + 1, n - 1)], before[max(k - radius - 1, 0)]
            leaves, out = before[max(k - radius, 0)], cells[k]
            for c in range(len(total)):
                out[c] = max((total[c] + part * (behind[c] + ahead[c])) * weight, 0.0)
                total[c] += ahead[c] - leaves[c]


@kernel
def _measure_bells(x_m: Float64, y_m: Float64, weight: Float64, group: Int8, out: Float64) -> None:
    """Write the width (m) of each group's bell; 0: nothing is of it."""
    n = len(out)
    held, east, north, squares, spread = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    for i in range(len(x_m)):
        code = group[i]
        held[code] += weight[i]
        east[code] += weight[i] * x_m[i]
        north[code] += weight[i] * y_m[i]
    for i in range(len(x_m)):
        code = group[i]
        if weight[i] > 0.0:
            share = weight[i] / held[code]  # of the least weights the squares alone would be 0
            x, y = x_m[i] - east[code] / held[code], y_m[i] - north[code] / held[code]
            spread[code] += share * (x * x + y * y)
            squares[code] += share * share
    for code in range(n):
        if held[code] > 0.0:
            narrow = BELL * squares[code] ** (1.0 / 6.0)
            out[code] = max(np.sqrt(0.5 * spread[code]) * min(narrow, MOST_BELL), LEAST_BELL_M)


@kernel
def _count(x_m: Float64, y_m: Float64, weight: Float64, group: Int8, grid: Grid, cells: Float64) -> None:
    """Add up the weights by group and cell; what is off the grid belongs to the outermost."""
    for i in range(len(x_m)):
        column = min(max(int(np.floor((x_m[i] - grid.corner_m[0]) / grid.cell_m)), 0), grid.columns - 1)
        row = min(max(int(np.floor((y_m[i] - grid.corner_m[1]) / grid.cell_m)), 0), grid.rows - 1)
        cells[group[i], row, column] += weight[i]


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
