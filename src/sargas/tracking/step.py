"""One call a batch: take the scans of a batch of plots in order of arrival into the tracks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from sargas.model.columns import NO_CODE, Float64, Int32, Int64, PlotFlag
from sargas.sensors.registration import Registration
from sargas.sensors.registration_kernels import Registry
from sargas.sensors.site import Site, SiteTable
from sargas.tracking.association import (
    COLUMN,
    LINK,
    PAIR,
    ROW,
    Links,
    MatchColumns,
    MatchRows,
    Pair,
    Pairs,
    assign,
    find_marginals,
    find_own_link,
)
from sargas.tracking.crossing import start_crossing
from sargas.tracking.ellipsoid import Region
from sargas.tracking.existence import (
    credit_plots,
    detection_probability,
    existence_of,
    is_crossed,
    note_look,
    settle_looks,
)
from sargas.tracking.gating import (
    compare_identity,
    find_candidates,
    is_within_reach,
    refresh_grid,
    score_pair,
    took_plot_of_scan,
)
from sargas.tracking.heard import Crossing, allocate_crossing
from sargas.tracking.imm import Bank, Work, allocate_work
from sargas.tracking.life import TENTATIVE, judge_birth, note_consistency, start_track, update_track
from sargas.tracking.measurement import MEASUREMENT, POLAR, Measurement, Measurements, is_line
from sargas.tracking.mixture import mean_of_plots
from sargas.tracking.pairs import pair_up
from sargas.tracking.parameters import Tuning
from sargas.tracking.scan import (
    BEARING_ONLY,
    COUNT_NAMES,
    DOUBTFUL,
    DUPLICATE,
    LATE,
    STARTED,
    UNLIKELY,
    USED,
    PlotRow,
    PlotRows,
    compare_plots,
    place_plot,
    scan_end,
    sort_rows,
)
from sargas.tracking.split import begin_beside, find_parent, list_confirmed_near
from sargas.tracking.state import GRID_NS, NOW_NS, Book, BookRow, TrackState
from sargas.tracking.strays import note_stray

SENSOR_DOUBTS = int(PlotFlag.SENSOR_DOUBTS)
TOUCHED = len(COUNT_NAMES)
"""Entry of ``Workspace.counts`` behind the counts by reason: how many slots the call has touched."""
SAME_ADDRESS_GAIN = 40.0
LEAST_GAIN = 0.1
"""Gain of a gated pair that clutter would explain better: within the gate any plot is better than none."""
LINE_RATIO = 0.5
"""Most that a lone line of position vouches for a track, as a log-likelihood ratio."""
CROSSED_RATIO = 2.0
"""The same of one that another sensor's has lately crossed."""
MOST_RATIO = 27.0
LIKELY = 0.5
SURE = 0.9
"""A pair this probable is a fact."""
LEFT_OVER, TAKEN, TOO_OLD = range(3)
"""What became of a plot among the tracks: ``state`` of its column once the scan is associated."""


class Workspace(NamedTuple):
    """Hold everything a call needs beside the tracks; allocated by the caller, grown between calls."""

    work: Work
    found: Pairs
    links: Links
    rows: MatchRows
    columns: MatchColumns
    registered: Int32
    """Of registration: entry of each site, then the entries and the equations (``sensors.registration``)."""
    entries: Registry
    information: Float64
    pull: Float64
    candidates: Int32
    """(capacity,) tracks near a plot."""
    crossing: Crossing
    measured: Measurements
    """By place in the order of the scan, then by row of the scan; the last one is scratch."""
    touched: Int32
    """Slots changed in this call, in order of change."""
    counts: Int64
    counts_before: Int64


def allocate_workspace(capacity: int, plots: int, pairs: int, counts: Int64, registration: Registration) -> Workspace:
    """Make scratch for ``capacity`` tracks, scans of ``plots`` plots and ``pairs`` gated pairs a scan."""
    return Workspace(
        work=allocate_work(),
        found=np.zeros(pairs, PAIR),
        links=np.zeros(pairs, LINK),
        rows=np.zeros(capacity + 1, ROW),
        columns=np.zeros(plots, COLUMN),
        registered=registration.index,
        entries=registration.entries,
        information=registration.information,
        pull=registration.pull,
        candidates=np.zeros(capacity, np.int32),
        crossing=allocate_crossing(),
        measured=np.zeros(2 * plots + 1, MEASUREMENT),
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
        n = _collect(state, scan, sites, site, region, par, space)
        if n > 0:
            refresh_grid(state, scan[scan[n - 1].order].time_ns, par)
            found = _find_pairs(state, scan, n, sites, site, region, par, space)
            if found < 0:
                space.counts[:] = space.counts_before
                return row
            rows = _sort_pairs(state.book, found, space.found, space.links, space.rows)
            _weigh_pairs(state, scan, rows, par, space)
            assign(space.links, space.rows, rows, space.columns, n)
            find_marginals(space.links, space.rows, rows, space.columns, n, np.exp(par.birth))
            _apply(state, scan, n, rows, label_bit, call, sites, site, region, par, space)
        row = end
    return stop


@njit(cache=True, nogil=True, error_model="numpy")
def _weigh_pairs(state: TrackState, scan: PlotRows, rows: int, par: Tuning, space: Workspace) -> None:
    # psi = r N P_D / (lambda (1 - r P_D)): the ratio of a pair holds P_D and lambda already
    for r in range(rows):
        track = state.book[space.rows[r].slot]
        exists = existence_of(track.score, par)
        for k in range(space.rows[r].start, space.rows[r + 1].start):
            link = space.links[k]
            pair = space.found[link.pair]
            space.rows[r].pd = pair.pd
            # capped so that the differences of messages keep their digits
            link.psi = exists * np.exp(min(pair.ratio, MOST_RATIO)) / (1.0 - exists * pair.pd)


@njit(cache=True, nogil=True, error_model="numpy")
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
        slot, may_start = np.int64(-1), not plot.late and plot.flags & SENSOR_DOUBTS == 0
        if is_line(z):
            if may_start and column.state == LEFT_OVER:
                slot = start_crossing(state, plot, z, label_bit, sites, region, par, space.work, space.crossing)
                if slot >= 0:
                    begin_beside(state, slot, np.int64(-1))
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


@njit(cache=True, nogil=True, error_model="numpy")
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
) -> np.int64:
    """Start a track at a plot that no track explains; what is near says what the plot tells beside."""
    parent = np.int64(-1)
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


@njit(cache=True, nogil=True, error_model="numpy")
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
    settle_looks(track, newest.site, site, newest.time_ns, 0.0 if np.isnan(newest.range_m) else newest.range_m)
    credit_plots(track, 1.0 - total, pd, par)
    mixed = space.links[best].beta < SURE
    if mixed:
        own = find_own_link(space.links, space.rows, rows, r, total)
        best, mixed = (own, False) if own >= 0 else (best, True)
    link = space.links[best]
    pair, plot, z = space.found[link.pair], scan[scan[link.plot].order], space.measured[link.plot]
    mixed = mixed and z.kind == POLAR
    # of lines that cross several tracks none is the track's unless it is probably so: ghosts live on those of others
    if total < par.least_weight or (is_line(z) and link.beta < LIKELY):
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


@njit(cache=True, nogil=True, error_model="numpy")
def _touch(book: Book, slot: int, call: int, touched: Int32, counts: Int64) -> None:
    if book[slot].touched != call:
        book[slot].touched = call
        touched[counts[TOUCHED]] = slot
        counts[TOUCHED] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _collect(
    state: TrackState,
    scan: PlotRows,
    sites: SiteTable,
    site: Site,
    region: Region,
    par: Tuning,
    space: Workspace,
) -> int:
    # usable plots of the scan into the list scan.order, ordered by what they say, exact repeats left out
    n, newest, counts, raw = 0, state.registers[NOW_NS], space.counts, len(space.columns)
    for row in range(len(scan)):
        site.heard_ns = max(site.heard_ns, min(scan[row].time_ns, scan[row].receive_time_ns))
        reason = place_plot(scan[row], space.measured[raw + row], sites, region, par)
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
        scan[row].late = newest - scan[row].time_ns > par.late_start_s * 1e9
    for k in range(kept):
        space.measured[k] = space.measured[raw + scan[k].order]
    return kept


@njit(cache=True, nogil=True, error_model="numpy")
def _find_pairs(
    state: TrackState,
    scan: PlotRows,
    n: int,
    sites: SiteTable,
    site: Site,
    region: Region,
    par: Tuning,
    space: Workspace,
) -> int:
    # counts on beyond the space there is and says so by -1
    found, grid_ns, bank, book = 0, state.registers[GRID_NS], state.bank, state.book
    candidates, pairs, work = space.candidates, space.found, space.work
    for k in range(n):
        plot, z = scan[scan[k].order], space.measured[k]
        anywhere = plot.icao_address != NO_CODE or is_line(z)
        count = find_candidates(state.near, state.head, z, grid_ns, anywhere, par, candidates)
        for c in range(count):
            slot = candidates[c]
            pair = pairs[min(found, len(pairs) - 1)]
            if _try_pair(book[slot], bank[slot], plot, z, sites, site, region, par, work, pair):
                pair.slot, pair.plot = slot, k
                found += 1
        if found > len(pairs):
            return -1
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _try_pair(
    track: BookRow,
    bank: Bank,
    plot: PlotRow,
    z: Measurement,
    sites: SiteTable,
    site: Site,
    region: Region,
    par: Tuning,
    work: Work,
    pair: Pair,
) -> bool:
    """Fill in a pair, when track and plot may belong together; else say False."""
    dt_s = (z.time_ns - track.time_ns) * 1e-9
    identity = compare_identity(track, plot, par.mode_3a_weight)
    if np.isnan(identity):
        return False
    same_address = np.isinf(identity)
    if not is_within_reach(bank.mean, bank.cov, track.hits, dt_s, z, site, par, same_address):
        return False
    if z.kind == POLAR and took_plot_of_scan(track, plot, site.scan_period_s):
        return False
    limit = par.gate_address if same_address else par.gate_line if is_line(z) else 0.0
    distance, ratio, m = score_pair(bank, track.time_ns, z, sites, region, par, work, limit)
    pair.extra = 0
    if np.isinf(distance) and same_address and z.kind != POLAR:
        # who it is is certain: a turn is likelier than a second aircraft with one address
        z.horizontal, z.vertical, pair.extra = par.acceleration_turn, par.acceleration_climb, 1
        distance, ratio, m = score_pair(bank, track.time_ns, z, sites, region, par, work, limit)
        z.horizontal = z.vertical = 0.0
    if np.isinf(distance):
        return False
    pd = detection_probability(track, site, z.range_m if z.kind == POLAR else 0.0)
    pair.distance, pair.components, pair.pd = distance, m, pd
    pair.ratio = ratio + np.log(pd) + (SAME_ADDRESS_GAIN if same_address else identity)
    pair.vouches = 1
    if is_line(z):
        # a line crosses whatever lies along it: alone it may steer a track, hardly vouch for one
        pair.vouches = is_crossed(track, z.site, z.time_ns, sites, bank.mean)
        pair.ratio = min(pair.ratio, CROSSED_RATIO if pair.vouches else LINE_RATIO)
    pair.gain = max(pair.ratio + min(track.score, 0.0), LEAST_GAIN)
    return True


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
