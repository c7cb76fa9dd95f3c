"""Which plots of a scan may be whose: the scan in order, the gated pairs, and their weights."""

from __future__ import annotations

import numpy as np

from sargas.model.columns import NO_CODE
from sargas.model.kernel import inner_kernel, kernel
from sargas.sensors.site import Site, SiteTable
from sargas.tracking.association import Links, MatchRows, Pair, Pairs
from sargas.tracking.ellipsoid import Region
from sargas.tracking.existence import detection_probability, existence_of, is_crossed
from sargas.tracking.gating import (
    compare_identity,
    find_candidates,
    is_within_reach,
    score_pair,
    took_plot_of_scan,
)
from sargas.tracking.imm import Bank, Work
from sargas.tracking.measurement import POLAR, Measurement, is_line
from sargas.tracking.parameters import Tuning
from sargas.tracking.scan import DUPLICATE, PlotRow, PlotRows, compare_plots, place_plot, sort_rows
from sargas.tracking.state import GRID_NS, NOW_NS, Book, BookRow, TrackState
from sargas.tracking.workspace import Workspace

SAME_ADDRESS_GAIN = 40.0
LEAST_GAIN = 0.1
"""Gain of a gated pair that clutter would explain better: within the gate any plot is better than none."""
LINE_RATIO = 0.5
"""Most that a lone line of position vouches for a track, as a log-likelihood ratio."""
CROSSED_RATIO = 2.0
"""The same of one that another sensor's has lately crossed."""
MOST_RATIO = 27.0


@kernel
def collect(
    state: TrackState,
    scan: PlotRows,
    sites: SiteTable,
    site: Site,
    region: Region,
    par: Tuning,
    space: Workspace,
) -> int:
    """List the usable plots of a scan in ``scan.order``, by what they say, exact repeats left out; returns how many."""
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


@kernel
def find_pairs(
    state: TrackState,
    scan: PlotRows,
    n: int,
    sites: SiteTable,
    site: Site,
    region: Region,
    par: Tuning,
    space: Workspace,
) -> int:
    """List the pairs of track and plot that may belong together; returns how many, -1: more than there is room for."""
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


@inner_kernel
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


@inner_kernel
def sort_pairs(book: Book, found: int, pairs: Pairs, links: Links, rows: MatchRows) -> int:
    """Lay the pairs out as links by track number, then by plot: no result depends on slots. Returns the rows."""
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


@inner_kernel
def weigh_pairs(state: TrackState, scan: PlotRows, rows: int, par: Tuning, space: Workspace) -> None:
    """Write the weight of every link: psi = r N P_D / (lambda (1 - r P_D)), where the ratio holds P_D and lambda."""
    for r in range(rows):
        track = state.book[space.rows[r].slot]
        exists = existence_of(track.score, par)
        for k in range(space.rows[r].start, space.rows[r + 1].start):
            link = space.links[k]
            pair = space.found[link.pair]
            space.rows[r].pd = pair.pd
            # capped so that the differences of messages keep their digits
            link.psi = exists * np.exp(min(pair.ratio, MOST_RATIO)) / (1.0 - exists * pair.pd)
