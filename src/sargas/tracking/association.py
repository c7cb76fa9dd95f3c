"""Optimal assignment of plots to tracks over sparse pairs."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numba import njit

PAIR = np.dtype(
    [
        ("slot", "i4"),
        ("plot", "i4"),
        ("gain", "f8"),
        ("ratio", "f8"),
        ("x", "f8", (6,)),
        ("p", "f8", (21,)),
    ],
    align=True,
)
"""A gated pair: slot of the track, place of the plot in the scan's order, gain of the assignment.

``ratio`` is its log-likelihood ratio against clutter, ``x`` and ``p`` the track's state updated by the plot.
"""
LINK = np.dtype([("pair", "i4"), ("plot", "i4"), ("gain", "f8")], align=True)
"""A pair in the order of rows: its index among the pairs found, its column and its gain."""
ROW = np.dtype([("slot", "i4"), ("start", "i4"), ("column", "i4"), ("tree", "i4"), ("price", "f8")], align=True)
"""A track in an assignment: its slot, the first of its links, the column it got (-1: none); the rest is scratch."""
COLUMN = np.dtype(
    [("row", "i4"), ("reached_from", "i4"), ("state", "i4"), ("frontier", "i4"), ("price", "f8"), ("distance", "f8")],
    align=True,
)
"""A plot in an assignment: the row it got (-1: none); the rest is scratch."""

Pairs: TypeAlias = Any
Pair: TypeAlias = Any
Links: TypeAlias = Any
MatchRows: TypeAlias = Any
MatchColumns: TypeAlias = Any


@njit(cache=True, nogil=True, error_model="numpy")
def assign(links: Links, rows: MatchRows, n_rows: int, columns: MatchColumns, n_columns: int) -> None:
    """Pair rows with columns so that the sum of gains is the largest possible; leaving out costs nothing.

    Pairs of row r are ``links[rows[r].start : rows[r + 1].start]``. Results: ``column`` of each row and ``row`` of each
    column, -1 for none. A shortest path never leaves its cluster of pairs, so clusters cost what they
    would cost alone. Source: Jonker, Volgenant 1987; Crouse, IEEE TAES 52 (2016), on sparse rows.
    """
    for c in range(n_columns):
        columns[c].row = -1
        columns[c].price = 0.0
        columns[c].state = 0
    for r in range(n_rows):
        rows[r].column = -1
        rows[r].price = 0.0
    for r in range(n_rows):
        _place_row(r, links, rows, columns)


@njit(cache=True, nogil=True, error_model="numpy")
def _place_row(first: int, links: Links, rows: MatchRows, columns: MatchColumns) -> None:
    # states of a column: 0 unseen, 1 at the frontier, 2 in the tree
    row, length, reached, grown = first, 0.0, 0, 0
    leave_row, leave_length, sink = first, np.inf, -1
    while True:
        rows[grown].tree = row
        grown += 1
        if length - rows[row].price < leave_length:
            leave_row, leave_length = row, length - rows[row].price
        for k in range(rows[row].start, rows[row + 1].start):
            c = links[k].plot
            through = length - links[k].gain - rows[row].price - columns[c].price
            if columns[c].state == 0:
                columns[c].state = 1
                columns[reached].frontier = c
                reached += 1
            elif columns[c].state == 2 or through >= columns[c].distance:
                continue
            columns[c].distance, columns[c].reached_from = through, row
        nearest, nearest_length = -1, np.inf
        for k in range(reached):
            c = columns[k].frontier
            if columns[c].state == 1 and columns[c].distance < nearest_length:
                nearest, nearest_length = c, columns[c].distance
        if leave_length <= nearest_length:
            length = leave_length
            break
        length = nearest_length
        columns[nearest].state = 2
        if columns[nearest].row < 0:
            sink = nearest
            break
        row = columns[nearest].row
    _update_prices(length, reached, grown, rows, columns)
    _flip_path(first, leave_row, sink, rows, columns)


@njit(cache=True, nogil=True, error_model="numpy")
def _update_prices(length: float, reached: int, grown: int, rows: MatchRows, columns: MatchColumns) -> None:
    for k in range(grown):
        row = rows[k].tree
        held = rows[row].column
        rows[row].price += length if held < 0 else length - columns[held].distance
    for k in range(reached):
        c = columns[k].frontier
        if columns[c].state == 2:
            columns[c].price -= length - columns[c].distance
        columns[c].state = 0


@njit(cache=True, nogil=True, error_model="numpy")
def _flip_path(first: int, leave_row: int, sink: int, rows: MatchRows, columns: MatchColumns) -> None:
    # walk the augmenting path back to the first row; a path that ends with a row leaving out frees that row's column
    c = sink
    if sink < 0:
        c = rows[leave_row].column
        rows[leave_row].column = -1
        if leave_row == first:
            return
    while True:
        row = columns[c].reached_from
        columns[c].row = row
        before = rows[row].column
        rows[row].column = c
        c = before
        if row == first:
            return
