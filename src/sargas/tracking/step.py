"""One call a batch: take the scans of a batch of plots in order of arrival into the tracks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from sargas.model.columns import Int32, Int64, PlotFlag
from sargas.sensors.site import Site, SiteTable
from sargas.tracking.association import COLUMN, LINK, PAIR, ROW, Links, MatchColumns, MatchRows, Pairs, assign
from sargas.tracking.ellipsoid import Region
from sargas.tracking.gating import (
    BY_ADDRESS,
    BY_COMPONENTS,
    BY_REGISTRATION,
    BY_TURN,
    DRIFT_M,
    NEAR_M,
    SIGMAS,
    Scratch,
    allocate_scratch,
    cell_coordinate,
    compare_identity,
    is_within_reach,
    refresh_grid,
    took_plot_of_scan,
    update_scratch,
)
from sargas.tracking.life import TENTATIVE, start_track, update_track
from sargas.tracking.parameters import Parameters
from sargas.tracking.scan import (
    COUNT_NAMES,
    DOUBTFUL,
    DUPLICATE,
    LATE,
    POLAR,
    STARTED,
    USED,
    PlotRow,
    PlotRows,
    compare_plots,
    place_plot,
    scan_end,
    sort_rows,
)
from sargas.tracking.state import GRID_CELL_M, GRID_FIRST, GRID_SIDE, LEVELS, NOW_NS, PACKED, Book, TrackState

SENSOR_DOUBTS = int(PlotFlag.SENSOR_DOUBTS)
TOUCHED = len(COUNT_NAMES)
"""Entry of ``Workspace.counts`` behind the counts by reason: how many slots the call has touched."""
SAME_ADDRESS_GAIN = 100.0
LEAST_GAIN = 0.1
"""Gain of a gated pair that clutter would explain better: within the gate any plot is better than none."""


class Workspace(NamedTuple):
    """Hold everything a call needs beside the tracks; allocated by the caller, grown between calls."""

    work: Scratch
    found: Pairs
    links: Links
    rows: MatchRows
    columns: MatchColumns
    touched: Int32
    """Slots changed in this call, in order of change."""
    counts: Int64
    counts_before: Int64


def allocate_workspace(capacity: int, plots: int, pairs: int, counts: Int64) -> Workspace:
    """Make scratch for ``capacity`` tracks, scans of ``plots`` plots and ``pairs`` gated pairs a scan."""
    return Workspace(
        work=allocate_scratch(),
        found=np.zeros(pairs, PAIR),
        links=np.zeros(pairs, LINK),
        rows=np.zeros(capacity + 1, ROW),
        columns=np.zeros(plots, COLUMN),
        touched=np.zeros(capacity, np.int32),
        counts=counts,
        counts_before=np.zeros_like(counts),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def absorb(
    state: TrackState,
    plots: PlotRows,
    start: int,
    stop: int,
    label_bit: int,
    call: int,
    sites: SiteTable,
    region: Region,
    par: Parameters,
    space: Workspace,
) -> int:
    """Take rows ``start`` to ``stop`` into the tracks, scan by scan in order of arrival.

    Returns the row reached; less than ``stop`` when the space for pairs was too small for the scan that begins there
    (nothing of it has been taken: enlarge and call again). Slots touched are listed once a ``call``.
    """
    row = start
    while row < stop:
        end = scan_end(plots, row, stop, sites)
        scan = plots[row:end]
        site = sites[plots[row].site]
        space.counts_before[:] = space.counts
        n = _collect(state, scan, site, region, par, space.counts)
        if n > 0:
            refresh_grid(state, scan[scan[n - 1].order].time_ns, par)
            found = _find_pairs(state, scan, n, site, region, par, space.work, space.found)
            if found < 0:
                space.counts[:] = space.counts_before
                return row
            rows = _sort_pairs(state.book, found, space.found, space.links, space.rows)
            assign(space.links, space.rows, rows, space.columns, n)
            _apply(state, scan, n, rows, label_bit, call, site, region, par, space)
        row = end
    return stop


@njit(cache=True, nogil=True, error_model="numpy")
def _apply(
    state: TrackState,
    scan: PlotRows,
    n: int,
    rows: int,
    label_bit: int,
    call: int,
    site: Site,
    region: Region,
    par: Parameters,
    space: Workspace,
) -> None:
    counts = space.counts
    for r in range(rows):
        slot, column = space.rows[r].slot, space.rows[r].column
        state.book[slot].row = -1
        if column >= 0:
            link = space.rows[r].start
            while space.links[link].plot != column:
                link += 1
            pair = space.found[space.links[link].pair]
            update_track(state, slot, scan[scan[column].order], pair, label_bit, site, par)
            counts[USED] += 1
            _touch(state.book, slot, call, space.touched, counts)
    for k in range(n):
        if space.columns[k].row < 0:
            plot = scan[scan[k].order]
            if plot.late:
                counts[LATE] += 1
            elif plot.flags & SENSOR_DOUBTS:
                counts[DOUBTFUL] += 1
            else:
                slot = start_track(state, plot, label_bit, site, region, par, space.work)
                counts[STARTED] += 1
                _touch(state.book, slot, call, space.touched, counts)


@njit(cache=True, nogil=True, error_model="numpy")
def _touch(book: Book, slot: int, call: int, touched: Int32, counts: Int64) -> None:
    if book[slot].touched != call:
        book[slot].touched = call
        touched[counts[TOUCHED]] = slot
        counts[TOUCHED] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _collect(state: TrackState, scan: PlotRows, site: Site, region: Region, par: Parameters, counts: Int64) -> int:
    # usable plots of the scan into the list scan.order, ordered by what they say, exact repeats left out
    n, newest = 0, state.registers[NOW_NS]
    for row in range(len(scan)):
        reason = place_plot(scan[row], site, region, par)
        if reason >= 0:
            counts[reason] += 1
            continue
        scan[n].order = row
        n += 1
        newest = max(newest, min(scan[row].time_ns, scan[row].receive_time_ns))
    state.registers[NOW_NS] = newest
    sort_rows(scan, n)
    kept = 0
    for k in range(n):
        row = scan[k].order
        if kept and compare_plots(scan[scan[kept - 1].order], scan[row]) == 0:
            counts[DUPLICATE] += 1
            continue
        scan[kept].order = row
        kept += 1
        scan[row].late = newest - scan[row].time_ns > par.late_s * 1e9
    return kept


@njit(cache=True, nogil=True, error_model="numpy")
def _find_pairs(
    state: TrackState,
    scan: PlotRows,
    n: int,
    site: Site,
    region: Region,
    par: Parameters,
    work: Scratch,
    pairs: Pairs,
) -> int:
    # no constants: numba would compile what they are handed to once more, as a constant is a type of its own
    found, wide = int(np.int64(0)), len(state.head) - 1
    for k in range(n):
        plot = scan[scan[k].order]
        for level in range(LEVELS):
            side, first = GRID_SIDE[level], GRID_FIRST[level]
            ring = int(np.ceil((SIGMAS * plot.sigma_m + NEAR_M[level] + DRIFT_M) / GRID_CELL_M[level]))
            i, j = cell_coordinate(plot.place[0], level), cell_coordinate(plot.place[1], level)
            for a in range(max(i - ring, 0), min(i + ring, side - 1) + 1):
                for b in range(max(j - ring, 0), min(j + ring, side - 1) + 1):
                    cell = first + a * side + b
                    if state.head[cell] >= 0:
                        found = _find_in_cell(state, cell, plot, k, site, region, par, work, pairs, found)
        found = _find_in_cell(state, wide, plot, k, site, region, par, work, pairs, found)
        if found > len(pairs):
            return -1
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _find_in_cell(
    state: TrackState,
    cell: int,
    plot: PlotRow,
    k: int,
    site: Site,
    region: Region,
    par: Parameters,
    work: Scratch,
    pairs: Pairs,
    found: int,
) -> int:
    # counts on beyond the space there is; the caller sees that from the count
    book = state.book
    slot = state.head[cell]
    while slot >= 0:
        track = book[slot]
        dt_s = (plot.time_ns - track.time_ns) * 1e-9
        identity = compare_identity(track, plot, par.mode_3a_weight)
        same_address = np.isinf(identity)
        x, p = state.x[slot], state.p[slot]
        if (
            not np.isnan(identity)
            and is_within_reach(x, p, track.hits, dt_s, plot, site, par, same_address)
            and not (plot.kind == POLAR and took_plot_of_scan(track, plot, site.scan_period_s))
        ):
            gate = BY_ADDRESS if same_address else BY_COMPONENTS
            fits, ratio = update_scratch(x, p, dt_s, plot, site, region, par, work, gate)
            gain = ratio
            if not fits and same_address and plot.kind != POLAR:
                # who it is is certain: a turn is likelier than a second aircraft with one address
                fits, ratio = update_scratch(x, p, dt_s, plot, site, region, par, work, BY_TURN)
                gain = ratio
            elif not fits and track.status != TENTATIVE:
                # radars are not registered to each other: rather a biased plot than a second track beside the first
                fits, ratio = update_scratch(x, p, dt_s, plot, site, region, par, work, BY_REGISTRATION)
                gain, identity = 0.0, min(identity, 0.0)
            if fits:
                gain += SAME_ADDRESS_GAIN if same_address else identity
                if track.status == TENTATIVE:
                    gain -= par.tentative_prior
                if found < len(pairs):
                    pair = pairs[found]
                    pair.slot, pair.plot, pair.gain, pair.ratio = slot, k, max(gain, LEAST_GAIN), ratio
                    for e in range(6):
                        pair.x[e] = work.x[e]
                    for e in range(PACKED):
                        pair.p[e] = work.p[e]
                found += 1
        slot = track.following
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _sort_pairs(book: Book, found: int, pairs: Pairs, links: Links, rows: MatchRows) -> int:
    # tracks by number, each track's plots in scan order: the result depends on neither slots nor list order
    n = 0
    for k in range(found):
        slot = pairs[k].slot
        if book[slot].row < 0:
            at = n
            while at > 0 and book[rows[at - 1].slot].number > book[slot].number:
                rows[at].slot = rows[at - 1].slot
                at -= 1
            rows[at].slot = slot
            book[slot].row = 0
            n += 1
    for r in range(n):
        book[rows[r].slot].row = r
        rows[r + 1].start = 0
    rows[0].start = 0
    for k in range(found):
        rows[book[pairs[k].slot].row + 1].start += 1
    for r in range(n):
        rows[r + 1].start += rows[r].start
        rows[r].tree = rows[r].start
    for k in range(found):
        row = book[pairs[k].slot].row
        link = links[rows[row].tree]
        link.pair, link.plot, link.gain = k, pairs[k].plot, pairs[k].gain
        rows[row].tree += 1
    return n
