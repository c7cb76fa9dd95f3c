"""Which plot is whose, over sparse pairs: the best assignment, and the probability of every pair."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.model.kernel import inner_kernel, kernel

PAIR = np.dtype(
    [
        ("slot", "i4"),
        ("plot", "i4"),
        ("gain", "f8"),
        ("ratio", "f8"),
        ("distance", "f8"),
        ("pd", "f8"),
        ("components", "i4"),
        ("extra", "i4"),
        ("vouches", "i4"),
    ],
    align=True,
)
"""A gated pair: slot of the track, place of the plot in the scan's order, gain of the assignment.

``ratio`` is the log-likelihood ratio of the plot being the track's against clutter, detection (``pd``) included;
``distance`` squared and statistical over so many ``components``; ``extra`` 1 where only a hard turn explains it;
``vouches`` 0 where the plot is a line of position that no other sensor's crosses: it steers the track, no more.
"""
LINK = np.dtype(
    [("pair", "i4"), ("plot", "i4"), ("gain", "f8"), ("psi", "f8"), ("forth", "f8"), ("back", "f8"), ("beta", "f8")],
    align=True,
)
"""A pair in the order of rows: its index among the pairs found, its column and its gain; messages and marginal."""
ROW = np.dtype(
    [("slot", "i4"), ("start", "i4"), ("column", "i4"), ("tree", "i4"), ("price", "f8"), ("pd", "f8")], align=True
)
"""A track in an assignment: its slot, the first of its links, the column it got (-1: none); the rest is scratch."""
COLUMN = np.dtype(
    [
        ("row", "i4"),
        ("reached_from", "i4"),
        ("state", "i4"),
        ("frontier", "i4"),
        ("price", "f8"),
        ("distance", "f8"),
        ("claimed", "f8"),
    ],
    align=True,
)
"""A plot in an assignment: the row it got (-1: none), how probably a track claims it; the rest is scratch."""
PASSES = 60
SETTLED = 1e-3
OWN_SHARE = 0.3
"""Least share of a track's belief that its plot by the best assignment must have to be taken alone."""
RIVAL = 0.05
"""A track without a plot of its own that claims another's by so much: objects may share the plot."""

Pairs: TypeAlias = Any
Pair: TypeAlias = Any
Links: TypeAlias = Any
MatchRows: TypeAlias = Any
MatchColumns: TypeAlias = Any


@kernel
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


@inner_kernel
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


@inner_kernel
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


@inner_kernel
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


@kernel
def find_marginals(
    links: Links, rows: MatchRows, n_rows: int, columns: MatchColumns, n_columns: int, born: float
) -> int:
    """Find the probability ``beta`` of every pair, and of every plot to be ``claimed``, by loopy belief propagation.

    ``psi`` of a link is its weight against the track's missing this look; ``born`` the weight of a new object against
    clutter. Clusters do not disturb each other: a message only depends on its own. Returns the passes taken (at most
    ``PASSES``). Source: Williams, Lau, IEEE TAES 50 (2014).
    """
    last = rows[n_rows].start
    for k in range(last):
        links[k].back = 1.0
    done = 0
    for attempt in range(PASSES):
        done = attempt + 1
        for c in range(n_columns):
            columns[c].claimed = 0.0
        for r in range(n_rows):
            for k in range(rows[r].start, rows[r + 1].start):
                others = 1.0  # summed anew: a difference of large numbers would lose it
                for other in range(rows[r].start, rows[r + 1].start):
                    if other != k:
                        others += links[other].psi * links[other].back
                links[k].forth = links[k].psi / others
                columns[links[k].plot].claimed += links[k].forth
        change = 0.0
        for k in range(last):
            link = links[k]
            fresh = 1.0 / (1.0 + born + max(columns[link.plot].claimed - link.forth, 0.0))
            change = max(change, abs(fresh / link.back - 1.0))
            link.back = fresh
        if change < SETTLED:
            break
    for r in range(n_rows):
        total = 1.0
        for k in range(rows[r].start, rows[r + 1].start):
            total += links[k].psi * links[k].back
        for k in range(rows[r].start, rows[r + 1].start):
            links[k].beta = links[k].psi * links[k].back / total
    for c in range(n_columns):
        columns[c].claimed /= 1.0 + born + columns[c].claimed
    return done


@kernel
def find_own_link(links: Links, rows: MatchRows, n_rows: int, row: int, total: float) -> int:
    """Find the link of the plot that the best assignment gives a row, if doubt is only about who is who; -1: it is not.

    ``total`` is the sum of the row's marginals. Tracks side by side that exchange their plots are two hypotheses of one
    picture: their mean would draw the tracks together and forget which is which. So the likelier one is taken, as in
    JPDA* (Blom, Bloem 2000), unless a track without a plot claims the same one.
    """
    column, own = rows[row].column, -1
    for k in range(rows[row].start, rows[row + 1].start):
        if links[k].plot == column and links[k].beta >= OWN_SHARE * total:
            own = k
    if own < 0:
        return -1
    for other in range(n_rows):
        if rows[other].column < 0:
            for k in range(rows[other].start, rows[other + 1].start):
                if links[k].plot == column and links[k].beta > RIVAL:
                    return -1
    return own
