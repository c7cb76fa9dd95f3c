"""Which tracks may have caused which plots: a grid over the region, then the statistical distance.

A track stands in the cell of its position, refreshed at least once a second of data time, so that a plot need only
look at the cells its own and a track's uncertainty can reach. Tracks too uncertain for that stand in one extra cell.
"""

from __future__ import annotations

import numpy as np

from sargas.model.columns import NO_CODE, Float64, Int32
from sargas.model.kernel import inner_kernel, kernel
from sargas.sensors.site import Site, SiteTable
from sargas.tracking.ellipsoid import Region
from sargas.tracking.imm import PACKED, Bank, Work, predict_combined
from sargas.tracking.measurement import (
    LN_2PI,
    LN_SPREAD,
    POLAR,
    Measurement,
    apply_rows,
    fill_rows,
    is_line,
    shift_rows,
)
from sargas.tracking.motion import add_noise, horizontal_variance, predict_state, variance_along
from sargas.tracking.parameters import Tuning
from sargas.tracking.scan import SAME_SCAN, PlotRow
from sargas.tracking.state import (
    GRID_CELL_M,
    GRID_FIRST,
    GRID_NS,
    GRID_SIDE,
    HIGH_WATER,
    LEVELS,
    LOOKS,
    WIDE,
    BookRow,
    Near,
    TrackState,
)

SIGMAS = 5.0
REFRESH_NS = 1_000_000_000
NEAR_M = (3_500.0, 8_000.0, 20_000.0)
"""Largest 5-sigma radius of a track that stands in each level of the grid."""
DRIFT_M = 1_500.0
"""How far a track may be from its cell's position until the next refresh, late plots included."""
TEST_FLAGS = 7
"""SIMULATED, TEST, FIELD_MONITOR: such plots never meet a track of another kind."""
COMMON_CODES = np.array([0, 0o1000, 0o1200, 0o2000, 0o7000, 0o7500, 0o7600, 0o7700])
"""Mode 3/A codes that many aircraft share; they say nothing of who it is."""


@inner_kernel
def cell_coordinate(metres: float, level: int) -> int:
    """Return the grid row or column of a region coordinate; what lies beyond the grid counts to its edge."""
    side = GRID_SIDE[level]
    return min(max(int(np.floor(metres / GRID_CELL_M[level])) + side // 2, 0), side - 1)


@kernel
def unlink(near: Near, head: Int32, slot: int) -> None:
    """Take a track out of the grid."""
    before, after = near[slot].preceding, near[slot].following
    if before >= 0:
        near[before].following = after
    else:
        head[near[slot].cell] = after
    if after >= 0:
        near[after].preceding = before


@kernel
def link(near: Near, head: Int32, slot: int, track: BookRow, bank: Bank, time_ns: int, par: Tuning) -> None:
    """Put a track into the cell of its position predicted to ``time_ns``."""
    x, row = bank.mean, near[slot]
    dt = (time_ns - track.time_ns) * 1e-9
    radius = SIGMAS * np.sqrt(horizontal_variance(bank.cov, abs(dt) + 1.0, par.gate_turn_horizontal))
    cell = WIDE
    for level in range(LEVELS):
        if radius < NEAR_M[level]:
            i, j = cell_coordinate(x[0] + dt * x[3], level), cell_coordinate(x[1] + dt * x[4], level)
            cell = GRID_FIRST[level] + i * GRID_SIDE[level] + j
            break
    row.time_ns, row.reach_m, row.hits = track.time_ns, radius, track.hits
    row.x[0], row.x[1], row.x[2], row.x[3] = x[0], x[1], x[3], x[4]
    first = head[cell]
    row.cell, row.preceding, row.following = cell, -1, first
    head[cell] = slot
    if first >= 0:
        near[first].preceding = slot


@inner_kernel
def refresh_grid(state: TrackState, time_ns: int, par: Tuning) -> None:
    """Move every track to the cell where it is at ``time_ns``, unless that was done less than a second ago."""
    if abs(time_ns - state.registers[GRID_NS]) < REFRESH_NS:
        return
    state.registers[GRID_NS] = time_ns
    for slot in range(state.registers[HIGH_WATER]):
        if state.book[slot].live:
            unlink(state.near, state.head, slot)
            link(state.near, state.head, slot, state.book[slot], state.bank[slot], time_ns, par)


@inner_kernel
def find_candidates(
    near: Near, head: Int32, z: Measurement, grid_ns: int, anywhere: bool, par: Tuning, out: Int32
) -> int:
    """List the tracks that may have caused a measurement, by place alone; returns how many.

    ``anywhere``: all of the cells around, as for a plot with an address, whose track may have turned hard. A plot of
    another time than the grid's is not judged by reaches that hold for the grid's second.
    """
    count = 0
    judged = not anywhere and abs(z.time_ns - grid_ns) <= REFRESH_NS
    for level in range(LEVELS + 1):
        if level == LEVELS:
            low_a = high_a = low_b = high_b = 0
            first, side = WIDE, 1
        else:
            side, first = GRID_SIDE[level], GRID_FIRST[level]
            ring = int(np.ceil((SIGMAS * z.sigma_m + NEAR_M[level] + DRIFT_M) / GRID_CELL_M[level]))
            i, j = cell_coordinate(z.place[0], level), cell_coordinate(z.place[1], level)
            low_a, high_a = max(i - ring, 0), min(i + ring, side - 1)
            low_b, high_b = max(j - ring, 0), min(j + ring, side - 1)
        for a in range(low_a, high_a + 1):
            for b in range(low_b, high_b + 1):
                slot = head[first + a * side + b]
                while slot >= 0:
                    row = near[slot]
                    dt_s = (z.time_ns - row.time_ns) * 1e-9
                    dx = z.place[0] - row.x[0] - dt_s * row.x[2]
                    dy = z.place[1] - row.x[1] - dt_s * row.x[3]
                    reach = row.reach_m + SIGMAS * z.sigma_m
                    if not judged or dx * dx + dy * dy <= reach * reach:
                        out[count] = slot
                        count += 1
                    slot = row.following
    return count


@inner_kernel
def score_pair(
    bank: Bank,
    time_ns: int,
    z: Measurement,
    sites: SiteTable,
    region: Region,
    par: Tuning,
    work: Work,
    limit: float,
) -> tuple[float, float, int]:
    """Hold a measurement against the combined estimate of a track, a state of ``time_ns``.

    Returns the squared statistical distance, ln N(innovation; 0, S) - ln(clutter density) without P_D, and the number
    of components; the distance alone counts once it exceeds ``limit`` (0: the limit for so many components). The
    measurement may be older than the state by what ``par.late_s`` allows: it is then held against the motion between.
    ``z.horizontal`` and ``z.vertical`` are added to the process noise.
    """
    dt_s = (z.time_ns - time_ns) * 1e-9
    if dt_s >= 0.0:
        up = predict_combined(bank, dt_s, region, par, work.x, work.p)
        if z.horizontal > 0.0:
            add_noise(work.p, dt_s, up, z.horizontal, z.vertical)
        m = fill_rows(work.rows, z, sites, region, work.x, work.axes)
    else:
        mean, cov = bank.mean, bank.cov
        predict_state(mean, dt_s, (0.0, 0.0, 0.0), work.x)
        for k in range(PACKED):
            work.p[k] = cov[k]
        m = fill_rows(work.rows, z, sites, region, work.x, work.axes)
        shift_rows(work.rows, m, dt_s, par.gate_turn_horizontal)
    for k in range(6):
        work.shift[k] = 0.0
    allowed = limit if limit > 0.0 else par.gate if m <= 3 else par.gate_wide
    distance, log_determinant = apply_rows(work.rows, m, work.p, work.shift, allowed)
    if distance > allowed:
        return np.inf, 0.0, m
    ratio = -sites[z.site].ln_clutter - 0.5 * (distance + log_determinant + m * LN_2PI)
    for c in range(m):
        ratio += work.rows[c, LN_SPREAD]
    return distance, ratio, m


@inner_kernel
def compare_identity(track: BookRow, plot: PlotRow, weight: float) -> float:
    """Weigh the codes of a plot against a track's: NaN: cannot be the same; inf: the same address; else log-odds."""
    if (track.flags ^ plot.flags) & TEST_FLAGS:
        return np.nan
    if plot.icao_address != NO_CODE and track.icao_address != NO_CODE:
        return np.inf if plot.icao_address == track.icao_address else np.nan
    if plot.uas_id[0] != 0 and track.uas_id[0] != 0:
        for k in range(3):
            if plot.uas_id[k] != track.uas_id[k]:
                return np.nan
        return np.inf
    code, held = plot.mode_3a, track.mode_3a
    if code == NO_CODE or held == NO_CODE:
        return 0.0
    for common in COMMON_CODES:
        if code == common or held == common:
            return 0.0
    return weight if code == held else -weight


@inner_kernel
def took_plot_of_scan(track: BookRow, plot: PlotRow, scan_period_s: float) -> bool:
    """Say whether the track has had a plot of this plot's sensor and scan."""
    look_ns = SAME_SCAN * 1e9 * scan_period_s
    for k in range(LOOKS):
        look = track.look[k]
        if look.site == plot.site and look.hits > 0 and look.scan == plot.scan:
            return abs(look.time_ns - plot.time_ns) <= look_ns
    return False


@inner_kernel
def is_within_reach(
    x: Float64, p: Float64, hits: int, dt_s: float, z: Measurement, site: Site, par: Tuning, same_address: bool
) -> bool:
    """Tell cheaply whether a pair is worth its statistical distance: time, distance on the ground, speed, range."""
    if dt_s < -par.late_s:
        return False
    dx = z.place[0] - x[0] - dt_s * x[3]
    dy = z.place[1] - x[1] - dt_s * x[4]
    sigma = np.sqrt(horizontal_variance(p, dt_s, par.gate_turn_horizontal))
    reach = SIGMAS * (sigma + z.sigma_m)
    if same_address:
        reach = 2.0 * reach + 100.0 * abs(dt_s)  # a hard turn and what it takes the aircraft off its straight way
    if dx * dx + dy * dy > reach * reach:
        return False
    if same_address or is_line(z):
        return True
    if hits == 1:
        # after one plot the velocity is a guess: what matters is whether anything flies that fast
        moved = np.hypot(z.place[0] - x[0], z.place[1] - x[1])
        if moved > par.speed_cap_mps * abs(dt_s) + 3.0 * (z.sigma_m + np.sqrt(max(p[0], p[6]))):
            return False
    return z.kind != POLAR or _is_range_near(x, p, dt_s, z, site, par)


@inner_kernel
def _is_range_near(x: Float64, p: Float64, dt_s: float, z: Measurement, site: Site, par: Tuning) -> bool:
    # the distance by range alone is never more than the whole: what fails it need not be worked out
    a, b = x[0] + dt_s * x[3] - site.position_enu[0], x[1] + dt_s * x[4] - site.position_enu[1]
    c = x[2] + dt_s * x[5] - site.position_enu[2]
    r = max(np.sqrt(a * a + b * b + c * c), 1.0)
    variance = variance_along(p, dt_s, (a / r, b / r, c / r), par.gate_turn_horizontal) + z.variance_range
    return (z.range_m - r) ** 2 <= par.gate_wide * variance
