"""Which tracks may have caused which plots: a grid over the region, then the statistical distance.

A track stands in the cell of its position, refreshed at least once a second of data time, so that a plot need only
look at the cells its own and a track's uncertainty can reach. Tracks too uncertain for that stand in one extra cell.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from sargas.model.columns import NO_CODE, Float64, Int32
from sargas.sensors.site import Site
from sargas.tracking.ellipsoid import Region, fill_local_axes, up_at
from sargas.tracking.measurement import (
    LN_2PI,
    LN_SPREAD,
    VARIANCE,
    Rows,
    add_height_row,
    add_velocity_rows,
    allocate_rows,
    apply_rows,
    fill_polar_rows,
    fill_position_rows,
    shift_rows,
)
from sargas.tracking.motion import horizontal_variance, predict_covariance, predict_state, variance_along
from sargas.tracking.parameters import Parameters
from sargas.tracking.scan import POLAR, SAME_SCAN, PlotRow
from sargas.tracking.state import (
    GRID_CELL_M,
    GRID_FIRST,
    GRID_NS,
    GRID_SIDE,
    HIGH_WATER,
    LEVELS,
    PACKED,
    RING,
    WIDE,
    Book,
    BookRow,
    TrackState,
)

SIGMAS = 5.0
REFRESH_NS = 1_000_000_000
NEAR_M = (3_500.0, 20_000.0)
"""Largest 5-sigma radius of a track that stands in each level of the grid."""
DRIFT_M = 1_500.0
"""How far a track may be from its cell's position until the next refresh, late plots included."""
TEST_FLAGS = 7
"""SIMULATED, TEST, FIELD_MONITOR: such plots never meet a track of another kind."""
VELOCITY_SIGMA_MPS = 5.0
BY_COMPONENTS, BY_REGISTRATION, BY_ADDRESS, BY_TURN = range(4)
LN_DETECTION = np.log(0.75)
COMMON_CODES = np.array([0, 0o1000, 0o1200, 0o2000, 0o7000, 0o7500, 0o7600, 0o7700])
"""Mode 3/A codes that many aircraft share; they say nothing of who it is."""


class Scratch(NamedTuple):
    """Hold what one predicted state and update need, so that the kernels allocate nothing."""

    x: Float64
    p: Float64
    shift: Float64
    axes: Float64
    rows: Rows


def allocate_scratch() -> Scratch:
    """Make the scratch of one update."""
    return Scratch(np.zeros(6), np.zeros(PACKED), np.zeros(6), np.zeros((3, 3)), allocate_rows())


@njit(cache=True, nogil=True, error_model="numpy")
def cell_coordinate(metres: float, level: int) -> int:
    """Return the grid row or column of a region coordinate; what lies beyond the grid counts to its edge."""
    side = GRID_SIDE[level]
    return min(max(int(np.floor(metres / GRID_CELL_M[level])) + side // 2, 0), side - 1)


@njit(cache=True, nogil=True, error_model="numpy")
def unlink(book: Book, head: Int32, slot: int) -> None:
    """Take a track out of the grid."""
    before, after = book[slot].preceding, book[slot].following
    if before >= 0:
        book[before].following = after
    else:
        head[book[slot].cell] = after
    if after >= 0:
        book[after].preceding = before


@njit(cache=True, nogil=True, error_model="numpy")
def link(state: TrackState, slot: int, time_ns: int, par: Parameters) -> None:
    """Put a track into the cell of its position predicted to ``time_ns``."""
    book, head, x = state.book, state.head, state.x[slot]
    dt = (time_ns - book[slot].time_ns) * 1e-9
    radius = SIGMAS * np.sqrt(horizontal_variance(state.p[slot], dt + 1.0, par.acceleration_horizontal))
    cell = WIDE
    for level in range(LEVELS):
        if radius < NEAR_M[level]:
            i, j = cell_coordinate(x[0] + dt * x[3], level), cell_coordinate(x[1] + dt * x[4], level)
            cell = GRID_FIRST[level] + i * GRID_SIDE[level] + j
            break
    first = head[cell]
    book[slot].cell, book[slot].preceding, book[slot].following = cell, -1, first
    head[cell] = slot
    if first >= 0:
        book[first].preceding = slot


@njit(cache=True, nogil=True, error_model="numpy")
def refresh_grid(state: TrackState, time_ns: int, par: Parameters) -> None:
    """Move every track to the cell where it is at ``time_ns``, unless that was done less than a second ago."""
    if abs(time_ns - state.registers[GRID_NS]) < REFRESH_NS:
        return
    state.registers[GRID_NS] = time_ns
    for slot in range(state.registers[HIGH_WATER]):
        if state.book[slot].live:
            unlink(state.book, state.head, slot)
            link(state, slot, time_ns, par)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_rows(plot: PlotRow, site: Site, region: Region, work: Scratch) -> int:
    """Write the rows of a placed plot at the state ``work.x``; returns how many."""
    rows, x = work.rows, work.x
    if plot.kind == POLAR:
        azimuth, elevation = np.deg2rad(plot.azimuth_deg), np.deg2rad(plot.elevation_deg)
        m = fill_polar_rows(rows, site, x, plot.range_m, azimuth, elevation, plot.range_rate_mps)
        if not np.isnan(plot.height_m):
            m = add_height_row(rows, m, region, x, plot.height_m, plot.height_sigma_m)
        return m
    fill_local_axes(region, plot.latitude_deg, plot.longitude_deg, work.axes)
    m = fill_position_rows(rows, work.axes, x, plot.place, plot.sigma_m)
    if not np.isnan(plot.height_m):
        m = add_height_row(rows, m, region, x, plot.height_m, plot.height_sigma_m)
    velocity = (plot.velocity_east_mps, plot.velocity_north_mps, plot.velocity_up_mps)
    return add_velocity_rows(rows, m, work.axes, x, velocity, VELOCITY_SIGMA_MPS)


@njit(cache=True, nogil=True, error_model="numpy")
def update_scratch(
    x: Float64,
    p: Float64,
    dt_s: float,
    plot: PlotRow,
    site: Site,
    region: Region,
    par: Parameters,
    work: Scratch,
    gate: int,
) -> tuple[bool, float]:
    """Predict a state by ``dt_s`` to a plot and update it in ``work`` (x, p).

    Returns whether it fits and its log-likelihood ratio against clutter, ln(P_D / lambda) + ln N(innovation; 0, S).
    A plot older than the state updates that state as it is, through the motion between. A plot outside the
    ``gate`` gives no state: BY_COMPONENTS, BY_REGISTRATION (allows for an unknown bias of the radar, in the gate and in
    the update), BY_ADDRESS, or BY_TURN (the same address, whatever was flown between). ``x`` and ``p`` do not change.
    """
    predict_state(x, dt_s, work.x)
    horizontal = par.acceleration_turn if gate == BY_TURN else par.acceleration_horizontal
    vertical = par.acceleration_climb if gate == BY_TURN else par.acceleration_vertical
    if dt_s >= 0.0:
        up = up_at(region, x[0], x[1], x[2])
        predict_covariance(p, dt_s, up, horizontal, vertical, work.p)
    else:
        for k in range(PACKED):
            work.p[k] = p[k]
    m = fill_rows(plot, site, region, work)
    if gate == BY_REGISTRATION and plot.kind == POLAR:
        work.rows[0, VARIANCE] += par.registration_range_m**2
        work.rows[1, VARIANCE] += par.registration_azimuth_rad**2
    if dt_s < 0.0:
        shift_rows(work.rows, m, dt_s, horizontal)
    limit = par.gate_address if gate >= BY_ADDRESS else par.gate if m <= 3 else par.gate_wide
    distance, log_determinant = apply_rows(work.rows, m, work.p, work.shift, limit)
    if distance > limit:
        return False, 0.0
    for k in range(6):
        work.x[k] = (work.x[k] if dt_s >= 0.0 else x[k]) + work.shift[k]
    ratio = LN_DETECTION - site.ln_clutter - 0.5 * (distance + log_determinant + m * LN_2PI)
    for c in range(m):
        ratio += work.rows[c, LN_SPREAD]
    return True, ratio


@njit(cache=True, nogil=True, error_model="numpy")
def compare_identity(track: BookRow, plot: PlotRow, weight: float) -> float:
    """Weigh the codes of a plot against a track's: NaN: cannot be the same; inf: the same address; else log-odds."""
    if (track.flags ^ plot.flags) & TEST_FLAGS:
        return np.nan
    if plot.icao_address != NO_CODE and track.icao_address != NO_CODE:
        return np.inf if plot.icao_address == track.icao_address else np.nan
    code, held = plot.mode_3a, track.mode_3a
    if code == NO_CODE or held == NO_CODE:
        return 0.0
    for common in COMMON_CODES:
        if code == common or held == common:
            return 0.0
    return weight if code == held else -weight


@njit(cache=True, nogil=True, error_model="numpy")
def took_plot_of_scan(track: BookRow, plot: PlotRow, scan_period_s: float) -> bool:
    """Say whether the track has had a plot of this plot's sensor and scan."""
    look_ns = SAME_SCAN * 1e9 * scan_period_s
    for k in range(RING):
        same_scan = track.ring_site[k] == plot.site and track.ring_scan[k] == plot.scan
        if same_scan and abs(track.ring_time_ns[k] - plot.time_ns) <= look_ns:
            return True
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def is_within_reach(
    x: Float64, p: Float64, hits: int, dt_s: float, plot: PlotRow, site: Site, par: Parameters, same_address: bool
) -> bool:
    """Tell cheaply whether a pair is worth its statistical distance: time, distance on the ground, speed, range."""
    if dt_s < -par.late_s:
        return False
    dx = plot.place[0] - x[0] - dt_s * x[3]
    dy = plot.place[1] - x[1] - dt_s * x[4]
    sigma = np.sqrt(horizontal_variance(p, dt_s, par.acceleration_horizontal))
    reach = SIGMAS * (sigma + plot.sigma_m)
    if same_address:
        reach = 2.0 * reach + 100.0 * abs(dt_s)  # a hard turn and what it takes the aircraft off its straight way
    if dx * dx + dy * dy > reach * reach:
        return False
    if same_address:
        return True
    if hits == 1:
        # after one plot the velocity is a guess: what matters is whether anything flies that fast
        moved = np.hypot(plot.place[0] - x[0], plot.place[1] - x[1])
        if moved > par.speed_cap_mps * abs(dt_s) + 3.0 * (plot.sigma_m + np.sqrt(max(p[0], p[6]))):
            return False
    return plot.kind != POLAR or _is_range_near(x, p, dt_s, plot, site, par)


@njit(cache=True, nogil=True, error_model="numpy")
def _is_range_near(x: Float64, p: Float64, dt_s: float, plot: PlotRow, site: Site, par: Parameters) -> bool:
    # the distance by range alone is never more than the whole: what fails it need not be worked out
    a, b = x[0] + dt_s * x[3] - site.position_enu[0], x[1] + dt_s * x[4] - site.position_enu[1]
    c = x[2] + dt_s * x[5] - site.position_enu[2]
    r = max(np.sqrt(a * a + b * b + c * c), 1.0)
    variance = variance_along(p, dt_s, (a / r, b / r, c / r), par.acceleration_horizontal)
    variance += site.sigma_range_m**2 + par.registration_range_m**2
    return (plot.range_m - r) ** 2 <= par.gate_wide * variance
