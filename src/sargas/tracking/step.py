"""One call a batch: take the scans of a batch of plots in order of arrival into the tracks."""

from __future__ import annotations

import numpy as np

from sargas.model.columns import Int32, Int64, PlotFlag
from sargas.model.kernel import inlined_kernel, inner_kernel, kernel
from sargas.sensors.site import Site, SiteTable
from sargas.tracking.association import assign, find_marginals, find_own_link
from sargas.tracking.candidates import collect, find_pairs, sort_pairs, weigh_pairs
from sargas.tracking.crossing import start_crossing
from sargas.tracking.ellipsoid import Region
from sargas.tracking.existence import counted_probability, credit_plots, note_look, settle_looks
from sargas.tracking.gating import refresh_grid
from sargas.tracking.life import TENTATIVE, judge_birth, note_consistency, start_track, update_track
from sargas.tracking.measurement import POLAR, POSITION, Measurement, is_line
from sargas.tracking.mixture import mean_of_plots
from sargas.tracking.offset import credit_witness, hold_against_claim
from sargas.tracking.pairs import pair_up
from sargas.tracking.parameters import Tuning
from sargas.tracking.scan import (
    BEARING_ONLY,
    DOUBTFUL,
    LATE,
    STARTED,
    UNLIKELY,
    USED,
    PlotRow,
    PlotRows,
    scan_end,
)
from sargas.tracking.split import begin_beside, find_parent, list_confirmed_near
from sargas.tracking.state import Book, TrackState
from sargas.tracking.strays import note_stray
from sargas.tracking.workspace import TOUCHED, Workspace

SENSOR_DOUBTS = int(PlotFlag.SENSOR_DOUBTS)
LIKELY = 0.5
SEEN = 1.0
"""Log-odds by witnesses from which on an object is where it says it is."""
SURE = 0.9
"""A pair this probable is a fact."""
LEFT_OVER, TAKEN, TOO_OLD = range(3)
"""What became of a plot among the tracks: ``state`` of its column once the scan is associated."""


@kernel
def absorb(
    state: TrackState,
    plots: PlotRows,
    start: int,
    stop: int,
    label_bit: int,
    call: int,
    sites: SiteTable,
    region: Region,
    par: Tuning,
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
        n = collect(state, scan, sites, site, region, par, space)
        if n > 0:
            refresh_grid(state, scan[scan[n - 1].order].time_ns, par)
            found = find_pairs(state, scan, n, sites, site, region, par, space)
            if found < 0:
                space.counts[:] = space.counts_before
                return row
            rows = sort_pairs(state.book, found, space.found, space.links, space.rows)
            weigh_pairs(state, scan, rows, par, space)
            assign(space.links, space.rows, rows, space.columns, n)
            find_marginals(space.links, space.rows, rows, space.columns, n, np.exp(par.birth))
            _apply(state, scan, n, rows, label_bit, call, sites, site, region, par, space)
        row = end
    return stop


@inlined_kernel
def _apply(
    state: TrackState,
    scan: PlotRows,
    n: int,
    rows: int,
    label_bit: int,
    call: int,
    sites: SiteTable,
    site: Site,
    region: Region,
    par: Tuning,
    space: Workspace,
) -> None:
    counts = space.counts
    for r in range(rows):
        slot = space.rows[r].slot
        state.book[slot].row = -1
        if _update_row(state, scan, r, rows, label_bit, sites, site, region, par, space):
            _touch(state.book, slot, call, space.touched, counts)
    for k in range(n):
        plot, z, column = scan[scan[k].order], space.measured[k], space.columns[k]
        # what the best assignment leaves over starts a track, also where tracks have had their share of it: in a raid
        # there is then one object more than tracks
        slot, may_start = -1, not plot.late and plot.flags & SENSOR_DOUBTS == 0
        if is_line(z):
            if may_start and column.state == LEFT_OVER:
                slot = start_crossing(state, plot, z, label_bit, sites, region, par, space.work, space.crossing)
                if slot >= 0:
                    begin_beside(state, slot, -1)
        elif may_start and column.row < 0:
            slot = _start(state, plot, z, label_bit, sites, site, region, par, space)
        if slot < 0:
            if column.state != LEFT_OVER:
                counts[USED if column.state == TAKEN else LATE] += 1
            elif column.row >= 0:
                counts[UNLIKELY] += 1
            elif is_line(z):
                counts[BEARING_ONLY] += 1
            else:
                counts[LATE if plot.late else DOUBTFUL] += 1
        else:
            counts[STARTED] += 1
            _touch(state.book, slot, call, space.touched, counts)


@inner_kernel
def _start(
    state: TrackState,
    plot: PlotRow,
    z: Measurement,
    label_bit: int,
    sites: SiteTable,
    site: Site,
    region: Region,
    par: Tuning,
    space: Workspace,
) -> int:
    """Start a track at a plot that no track explains; what is near says what the plot tells beside."""
    parent = -1
    if z.kind == POLAR:
        near = space.candidates
        count = list_confirmed_near(state, z, near)
        parent = find_parent(state, plot, z, site, near, count)
        own = space.registered[plot.site]
        if own >= 0 and space.entries[own].sharp_ns > 0:
            note_stray(state, plot, z, site, space.entries[own], near, count)
    slot = start_track(state, plot, z, label_bit, sites, region, par, space.work)
    begin_beside(state, slot, parent)
    return slot


@inlined_kernel
def _update_row(
    state: TrackState,
    scan: PlotRows,
    r: int,
    rows: int,
    label_bit: int,
    sites: SiteTable,
    site: Site,
    region: Region,
    par: Tuning,
    space: Workspace,
) -> bool:
    """Give a track what the scan holds for it: one plot, the mean of several, or a look without any."""
    slot, first, last = space.rows[r].slot, space.rows[r].start, space.rows[r + 1].start
    track = state.book[slot]
    best, total = first, 0.0
    for k in range(first, last):
        total += space.links[k].beta
        if space.links[k].beta > space.links[best].beta:
            best = k
    pd = space.rows[r].pd
    newest = scan[scan[space.links[best].plot].order]
    range_m = 0.0 if np.isnan(newest.range_m) else newest.range_m
    settle_looks(track, newest.site, site, newest.time_ns, range_m)
    if not _is_told_by_a_doubtful_one(state, space, space.links[best].plot, total, par):
        credit_plots(track, 1.0 - total, pd, par)
    ratio = space.found[space.links[best].pair].ratio
    credit_witness(track, site, total, ratio, counted_probability(site, range_m))
    mixed = space.links[best].beta < SURE
    if mixed:
        own = find_own_link(space.links, space.rows, rows, r, total)
        best, mixed = (own, False) if own >= 0 else (best, True)
    link = space.links[best]
    pair, plot, z = space.found[link.pair], scan[scan[link.plot].order], space.measured[link.plot]
    mixed = mixed and z.kind == POLAR
    # of lines that cross several tracks none is the track's unless it is probably so: ghosts live on those of others
    if total < par.least_weight or (is_line(z) and link.beta < LIKELY):
        if z.kind == POLAR and site.witness and space.columns[link.plot].row == r:
            hold_against_claim(track, state.bank[slot], state.past[slot], z, sites)
        note_look(track, plot.site, plot.scan, plot.time_ns, site.scan_period_s, False, False)
        return False
    if mixed:
        z = mean_of_plots(space.measured, space.links, first, last, best, total)
    if pair.extra:
        z.horizontal, z.vertical = par.acceleration_turn, par.acceleration_climb
    taken = update_track(state, slot, plot, z, label_bit, sites, region, par, space.work, pair.vouches != 0)
    for k in range(first if mixed else best, last if mixed else best + 1):
        column = space.columns[space.links[k].plot]
        if taken or column.state != TAKEN:
            column.state = TAKEN if taken else TOO_OLD
    if not taken:
        return False
    note_consistency(track, pair.distance, pair.components)
    if track.status != TENTATIVE and space.registered[plot.site] >= 0:
        space.entries[space.registered[plot.site]].matched += 1.0
    if track.status != TENTATIVE and z.weight == 1.0 and not is_line(z) and pair.extra == 0:
        pair_up(
            track,
            state.bank[slot],
            state.past[slot],
            z,
            sites,
            space.registered,
            space.entries,
            space.information,
            space.pull,
        )
    if track.status == TENTATIVE:
        judge_birth(state, slot, site, region, par, space.work)
    return True


@inner_kernel
def _is_told_by_a_doubtful_one(state: TrackState, space: Workspace, plot: int, total: float, par: Tuning) -> bool:
    """Tell whether a place told by another object, near this track, is no miss of it.

    A second track beside an aircraft that radars see where it says it is, is most likely of that aircraft, and each of
    its reports goes against it. Beside one that they do not see, it may be the aircraft itself.
    """
    row = space.columns[plot].row
    if space.measured[plot].kind != POSITION or total >= par.least_weight or row < 0:
        return False
    return bool(state.book[space.rows[row].slot].witness_score < SEEN)


@inner_kernel
def _touch(book: Book, slot: int, call: int, touched: Int32, counts: Int64) -> None:
    if book[slot].touched != call:
        book[slot].touched = call
        touched[counts[TOUCHED]] = slot
        counts[TOUCHED] += 1
