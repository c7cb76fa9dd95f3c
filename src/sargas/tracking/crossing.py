"""Where lines of position cross: bearings that no track explains are remembered, and together start tracks.

A bearing says on which line its object is, a time difference of arrival on which hyperbola. Each one that no track
takes is held against those that other sensors have left over: from every crossing of two, the lines that fit a straight
flight through it are gathered, and position and velocity are found from all of them by Gauss-Newton (least squares
with a prior; sound with its travel time). The best such flight starts a tentative track. Source: docs/tracking.md,
"Lines that cross".
"""

from __future__ import annotations

import numpy as np

from sargas.model.kernel import inner_kernel
from sargas.sensors.site import SiteTable
from sargas.tracking.crossing_seeds import find_crossings
from sargas.tracking.ellipsoid import Region, altitude_at, up_at
from sargas.tracking.existence import note_look
from sargas.tracking.heard import SEEDS, WINDOW_S, Crossing, fill_line, list_lines, remember
from sargas.tracking.imm import PACKED, Work
from sargas.tracking.life import fill_prior, note_plot, open_track, set_pace, take_slot
from sargas.tracking.measurement import (
    DIFFERENCE,
    INNOVATION,
    LN_2PI,
    LN_SPREAD,
    Measurement,
    add_height_row,
    apply_rows,
    wrap_rad,
)
from sargas.tracking.parameters import Tuning
from sargas.tracking.scan import PlotRow
from sargas.tracking.state import SPENT, Heard, TrackState

FEWEST = 8
"""Lines that start a track, of three sensors, or of two with FEWEST_EACH each."""
FEWEST_EACH = 3
LINE_GATE = 11.0
"""Largest squared statistical distance of a line that is gathered."""
PASSES = 3
LN_PD = np.log(0.75)
LN_MISSED = np.log(0.25)
"""Assumed of a sensor that hears: nobody has counted how well."""


@inner_kernel
def start_crossing(
    state: TrackState,
    plot: PlotRow,
    z: Measurement,
    label_bit: int,
    sites: SiteTable,
    region: Region,
    par: Tuning,
    work: Work,
    cross: Crossing,
) -> int:
    """Remember a line of position and, if it crosses others well, start a track there; returns its slot, else -1."""
    newest = remember(state.heard[z.site], z, plot.scan, plot.flags, label_bit)
    count = list_lines(state.heard, z, newest, plot.flags, sites, cross)
    best, tried = par.line_score, 0
    for k in range(1, count):
        crossings = find_crossings(state.heard, cross, k, sites, region, par, work) if tried < SEEDS else 0
        for n in range(min(crossings, SEEDS - tried)):
            for e in range(6):
                cross.start[e] = cross.starts[n, e]
            _gather(state.heard, cross, count, k, sites, region, par, work)
            score = _solve(state.heard, cross, count, sites, region, par, work)
            cross.tried[tried].score = score
            cross.tried[tried].x[0], cross.tried[tried].x[1] = cross.x[0], cross.x[1]
            tried += 1
            if score > best and _is_good(cross, count, sites, par):
                best = score
                _keep_best(cross, count)
    if best <= par.line_score or _is_ambiguous(cross, tried, best - par.line_margin):
        return -1
    return _open(state, plot, count, sites, par, work, cross)


@inner_kernel
def _gather(
    heard: Heard, cross: Crossing, count: int, seed: int, sites: SiteTable, region: Region, par: Tuning, work: Work
) -> None:
    """Mark the listed lines that a straight flight through ``cross.start`` explains, filtering them in as they come.

    The new line and the seed first, then the others, the nearest in time first; of a sensor's lines of one moment at
    most the one that fits best.
    """
    x, p = cross.x, cross.p
    for k in range(6):
        x[k] = cross.start[k]
        work.shift[k] = 0.0
    _begin(cross, altitude_at(region, x[0], x[1], x[2]), sites, region, par, work)
    for k in range(count):
        cross.listed[k].taken = 0
    for step in range(-2, count):
        k = 0 if step == -2 else seed if step == -1 else step
        if cross.listed[k].taken:
            continue
        m = fill_line(heard, cross, k, x, sites, region, par, work)
        if m == 0 or (step >= 0 and _has_nearer_rival(heard, cross, k, count, sites, work.rows[0, INNOVATION])):
            continue
        for e in range(PACKED):
            cross.kept[e] = p[e]
        for e in range(6):
            work.shift[e] = 0.0
        distance, _ = apply_rows(work.rows, m, p, work.shift, LINE_GATE)
        if distance > LINE_GATE:
            for e in range(PACKED):
                p[e] = cross.kept[e]
            continue
        for e in range(6):
            x[e] += work.shift[e]
        cross.listed[k].taken = 1


@inner_kernel
def _begin(cross: Crossing, height_m: float, sites: SiteTable, region: Region, par: Tuning, work: Work) -> None:
    # the prior in cross.p: anywhere, about that height, as slow as what such a sensor hears
    x, p, sound = cross.x, cross.p, sites[cross.listed[0].site].wave_mps > 0.0
    speed = par.start_speed_low_mps if sound else par.line_speed_mps
    fill_prior(p, up_at(region, x[0], x[1], x[2]), speed, par.start_climb_mps)
    sigma = par.any_height_sigma_m if cross.tilted else par.low_sigma_m
    m = add_height_row(work.rows, 0, region, x, height_m, sigma * sigma)
    apply_rows(work.rows, m, p, work.shift, np.inf)


@inner_kernel
def _has_nearer_rival(heard: Heard, cross: Crossing, k: int, count: int, sites: SiteTable, innovation: float) -> bool:
    # another line of the same sensor and moment that lies nearer to where this one was expected
    listed = cross.listed[k]
    line, half_ns = heard[listed.site, listed.entry], 0.5e9 * sites[listed.site].scan_period_s
    for j in range(count):
        other = cross.listed[j]
        if j == k or other.site != listed.site:
            continue
        rival = heard[other.site, other.entry]
        alike = rival.kind == line.kind and rival.reference == line.reference
        if not alike or abs(rival.time_ns - line.time_ns) >= half_ns:
            continue
        off = rival.range_m - line.range_m + innovation
        if line.kind != DIFFERENCE:
            off = wrap_rad(rival.azimuth_rad - line.azimuth_rad + innovation)
        if other.taken or abs(off) < abs(innovation):
            return True
    return False


@inner_kernel
def _solve(
    heard: Heard, cross: Crossing, count: int, sites: SiteTable, region: Region, par: Tuning, work: Work
) -> float:
    """Find position and velocity from all lines taken, by Gauss-Newton from ``cross.x``; returns how much likelier
    than clutter they are, -inf where they do not fit each other.

    Each pass linearises all rows at the last result and applies them to the prior: least squares, as a filter does it.
    """
    x, p, score, distance, rows = cross.x, cross.p, 0.0, 0.0, 0
    height = par.any_height_m if cross.tilted else sites[cross.listed[0].site].height_m + par.low_m
    for _ in range(PASSES):
        for k in range(3):
            work.shift[k], work.shift[3 + k] = 0.0, -x[3 + k]
        _begin(cross, height, sites, region, par, work)
        score, distance, rows = 0.0, 0.0, 0
        for k in range(count):
            if cross.listed[k].taken:
                m = fill_line(heard, cross, k, x, sites, region, par, work)
                if m == 0:
                    return -np.inf
                d, ln_determinant = apply_rows(work.rows, m, p, work.shift, np.inf)
                score += LN_PD - sites[cross.listed[k].site].ln_clutter - 0.5 * (d + ln_determinant + m * LN_2PI)
                for c in range(m):
                    score += work.rows[c, LN_SPREAD]
                distance += d
                rows += m
        for k in range(6):
            x[k] += work.shift[k]
    if distance > rows + 3.0 * np.sqrt(2.0 * rows):
        return -np.inf
    return score + LN_MISSED * _count_missed(heard, cross, count, sites)


@inner_kernel
def _count_missed(heard: Heard, cross: Crossing, count: int, sites: SiteTable) -> float:
    """Count the looks without a line, of all sensors that hear in these seconds and reach that far."""
    last_ns = heard[cross.listed[0].site, cross.listed[0].entry].time_ns
    first_ns, missed = last_ns, 0.0
    for k in range(count):
        if cross.listed[k].taken:
            first_ns = min(first_ns, heard[cross.listed[k].site, cross.listed[k].entry].time_ns)
            last_ns = max(last_ns, heard[cross.listed[k].site, cross.listed[k].entry].time_ns)
    for s in range(len(sites)):
        place, reach = sites[s].position_enu, 0.9 * sites[s].max_range_m
        if heard[s, 0].kind == 0 or sites[s].heard_ns < last_ns - WINDOW_S * 1e9:
            continue
        dx, dy = cross.x[0] - place[0], cross.x[1] - place[1]
        if dx * dx + dy * dy > reach * reach:
            continue
        lines = 0
        for k in range(count):
            lines += cross.listed[k].taken and cross.listed[k].site == s
        missed += max((last_ns - first_ns) * 1e-9 / sites[s].scan_period_s - lines, 0.0)
    return missed


@inner_kernel
def _are_enough(cross: Crossing, count: int) -> bool:
    lines = sensors = often = 0
    for k in range(count):
        if cross.listed[k].taken:
            lines += 1
            before = after = 0
            for j in range(count):
                if cross.listed[j].taken and cross.listed[j].site == cross.listed[k].site:
                    before, after = before + (j < k), after + (j > k)
            if before == 0:
                sensors += 1
                often += after + 1 >= FEWEST_EACH
    return lines >= FEWEST and (sensors >= 3 or often >= 2)


@inner_kernel
def _is_good(cross: Crossing, count: int, sites: SiteTable, par: Tuning) -> bool:
    # enough lines, the place known well for its distance, and nothing flies faster than aircraft
    if not _are_enough(cross, count):
        return False
    x, p, total, lines = cross.x, cross.p, 0.0, 0
    for k in range(count):
        if cross.listed[k].taken:
            place = sites[cross.listed[k].site].position_enu
            total += np.hypot(x[0] - place[0], x[1] - place[1])
            lines += 1
    middle, half = 0.5 * (p[0] + p[6]), 0.5 * (p[0] - p[6])
    sigma = np.sqrt(middle + np.sqrt(half * half + p[1] * p[1]))
    speed = np.sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5])
    return bool(sigma <= min(par.line_spread * total / lines, par.line_sigma_m) and speed <= par.speed_cap_mps)


@inner_kernel
def _is_ambiguous(cross: Crossing, tried: int, score: float) -> bool:
    """Tell whether a flight somewhere else (beyond 3 sigma) has at least that score: one of the two is a ghost."""
    p = cross.best_p
    a, b, c = p[0], p[1], p[6]
    for k in range(tried):
        other = cross.tried[k]
        if other.score >= score:
            dx, dy = other.x[0] - cross.best_x[0], other.x[1] - cross.best_x[1]
            if (c * dx * dx - 2.0 * b * dx * dy + a * dy * dy) / (a * c - b * b) > 2.0 * 9.0:
                return True
    return False


@inner_kernel
def _keep_best(cross: Crossing, count: int) -> None:
    for k in range(6):
        cross.best_x[k] = cross.x[k]
    for k in range(PACKED):
        cross.best_p[k] = cross.p[k]
    for k in range(count):
        cross.listed[k].best = cross.listed[k].taken


@inner_kernel
def _open(
    state: TrackState, plot: PlotRow, count: int, sites: SiteTable, par: Tuning, work: Work, cross: Crossing
) -> int:
    # a tentative track of the best flight; its lines are spent and start no other
    slot = take_slot(state)
    track, newest = state.book[slot], cross.listed[0]
    time_ns = state.heard[newest.site, newest.entry].time_ns
    for k in range(6):
        work.x[k], work.shift[k] = cross.best_x[k], 0.0
    for k in range(PACKED):
        work.p[k] = cross.best_p[k]
    hits = 0
    for k in range(count):
        listed = cross.listed[k]
        if listed.best:
            line, site = state.heard[listed.site, listed.entry], sites[listed.site]
            note_look(track, listed.site, line.scan, line.time_ns, site.scan_period_s, True, True)
            state.contributing[slot, listed.site >> 6] |= np.uint64(1) << np.uint64(listed.site & 63)
            track.labels |= np.uint64(1) << np.uint64(line.label_bit)
            track.flags |= line.flags
            set_pace(track, site.scan_period_s)
            line.kind = SPENT
            hits += 1
    label_bit = state.heard[newest.site, newest.entry].label_bit
    note_plot(track, state.contributing[slot], plot, label_bit, sites[newest.site].scan_period_s)
    track.hits = hits
    open_track(state, slot, time_ns, par, work)
    return slot
