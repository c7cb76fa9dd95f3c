"""The life of a track: start, update, confirm, coast, drop; one slot at a time, inside the kernels."""

from __future__ import annotations

import numpy as np
from numba import njit

from sargas.model.columns import NO_CODE, Float64, Int32, UInt64
from sargas.model.tracks import TrackStatus
from sargas.sensors.site import Site
from sargas.tracking.association import Pair
from sargas.tracking.ellipsoid import Region, fill_local_axes_at, up_at
from sargas.tracking.gating import (
    Scratch,
    fill_rows,
    link,
    unlink,
)
from sargas.tracking.measurement import add_height_row, add_velocity_rows, apply_rows
from sargas.tracking.motion import PACKED_INDEX, horizontal_variance
from sargas.tracking.parameters import Parameters
from sargas.tracking.scan import PlotRow, is_firm_sensor_track
from sargas.tracking.state import FREE_TOP, GRID_NS, HIGH_WATER, NEXT_NUMBER, PACKED, RING, BookRow, TrackState

TENTATIVE, CONFIRMED = int(TrackStatus.TENTATIVE), int(TrackStatus.CONFIRMED)
COASTING, DROPPED = int(TrackStatus.COASTING), int(TrackStatus.DROPPED)
SENSOR_TRACK_VELOCITY_SIGMA_MPS = 10.0
"""One sigma per component of the velocity a radar's own tracker gives (I048/200)."""
ANYWHERE_VARIANCE = 1e10
"""Position variance (m^2) before the first plot: nothing is known."""


@njit(cache=True, nogil=True, error_model="numpy")
def update_track(
    state: TrackState, slot: int, plot: PlotRow, pair: Pair, label_bit: int, site: Site, par: Parameters
) -> None:
    """Update a track by the plot assigned to it, confirm it when it has earned that, and move it in the grid."""
    track, x, p = state.book[slot], state.x[slot], state.p[slot]
    for k in range(6):
        x[k] = pair.x[k]
    for k in range(PACKED):
        p[k] = pair.p[k]
    track.time_ns = max(track.time_ns, plot.time_ns)
    track.hit_ns = max(track.hit_ns, plot.time_ns)
    track.hits += 1
    track.score += pair.ratio
    speed = np.sqrt(x[3] ** 2 + x[4] ** 2 + x[5] ** 2)
    if track.status == COASTING:
        track.status = CONFIRMED
    elif track.status == TENTATIVE:
        enough = track.hits >= par.confirm_hits and track.score >= par.confirm_score
        if enough and speed <= par.speed_cap_mps:
            track.status = CONFIRMED
    elif speed > par.speed_cap_mps:
        for k in range(3, 6):
            x[k] *= par.speed_cap_mps / speed
    _note_plot(track, state.contributing[slot], plot, label_bit, site.scan_period_s)
    unlink(state.book, state.head, slot)
    link(state, slot, state.registers[GRID_NS], par)


@njit(cache=True, nogil=True, error_model="numpy")
def start_track(
    state: TrackState,
    plot: PlotRow,
    label_bit: int,
    site: Site,
    region: Region,
    par: Parameters,
    work: Scratch,
) -> np.int64:
    """Start a track at a plot and return its slot; the caller has made sure that one is free.

    It is tentative unless a radar's own tracker vouches for the plot. The state is what the plot's own rows say of a
    point anywhere (1e5 m) with velocity 0 and the start sigmas: the plain conversion with its Jacobian covariance,
    range rate and reported velocity included.
    """
    slot = _take_slot(state)
    track, x, p = state.book[slot], work.x, work.p
    up = up_at(region, plot.place[0], plot.place[1], plot.place[2])
    for k in range(PACKED):
        p[k] = 0.0
    for i in range(3):
        x[i], x[3 + i] = plot.place[i], 0.0
        p[PACKED_INDEX[i, i]] = ANYWHERE_VARIANCE
        for j in range(i, 3):
            spread = (par.start_climb_mps**2 - par.start_speed_mps**2) * up[i] * up[j]
            p[PACKED_INDEX[3 + i, 3 + j]] = spread + (par.start_speed_mps**2 if i == j else 0.0)
    m = fill_rows(plot, site, region, work)
    if np.isnan(plot.height_m) and np.isnan(plot.elevation_deg):
        m = add_height_row(work.rows, m, region, x, par.start_altitude_m, par.start_altitude_sigma_m)
    firm = is_firm_sensor_track(plot)
    if firm:
        # only here: later plots would count the radar's smoothing of the same plots again
        fill_local_axes_at(region, plot.place, work.axes)
        velocity = (plot.velocity_east_mps, plot.velocity_north_mps, plot.velocity_up_mps)
        m = add_velocity_rows(work.rows, m, work.axes, x, velocity, SENSOR_TRACK_VELOCITY_SIGMA_MPS)
    apply_rows(work.rows, m, p, work.shift, np.inf)
    for k in range(6):
        state.x[slot, k] = x[k] + work.shift[k]
    for k in range(PACKED):
        state.p[slot, k] = p[k]
    track.number = state.registers[NEXT_NUMBER]
    state.registers[NEXT_NUMBER] += 1
    track.status = CONFIRMED if firm else TENTATIVE
    track.time_ns = track.hit_ns = track.birth_ns = plot.time_ns
    _note_plot(track, state.contributing[slot], plot, label_bit, site.scan_period_s)
    link(state, slot, state.registers[GRID_NS], par)
    return slot


@njit(cache=True, nogil=True, error_model="numpy")
def _take_slot(state: TrackState) -> np.int64:
    registers, book = state.registers, state.book
    if registers[FREE_TOP] > 0:
        registers[FREE_TOP] -= 1
        slot = np.int64(book[registers[FREE_TOP]].free)
    else:
        slot = registers[HIGH_WATER]
        registers[HIGH_WATER] += 1
    track = book[slot]
    track.live, track.status, track.hits = 1, TENTATIVE, 1
    track.score, track.period_s = 0.0, 0.0
    track.icao_address, track.mode_3a = NO_CODE, NO_CODE
    track.flags, track.labels, track.callsign, track.ring_at = 0, 0, 0, 0
    track.touched, track.row = -1, -1
    for k in range(RING):
        track.ring_site[k] = -1
    state.contributing[slot, :] = 0
    return slot


@njit(cache=True, nogil=True, error_model="numpy")
def _note_plot(track: BookRow, contributing: UInt64, plot: PlotRow, label_bit: int, scan_period_s: float) -> None:
    # provenance and identity: what does not enter the filter
    at = track.ring_at
    track.ring_site[at], track.ring_scan[at], track.ring_time_ns[at] = plot.site, plot.scan, plot.time_ns
    track.ring_at = (at + 1) % RING
    track.period_s = max(track.period_s, scan_period_s)
    contributing[plot.site >> 6] |= np.uint64(1) << np.uint64(plot.site & 63)
    track.labels |= np.uint64(1) << np.uint64(label_bit)
    track.flags |= plot.flags
    if plot.icao_address != NO_CODE:
        track.icao_address = plot.icao_address
    if plot.mode_3a != NO_CODE:
        track.mode_3a = plot.mode_3a
    if plot.callsign != 0:
        track.callsign = plot.callsign


@njit(cache=True, nogil=True, error_model="numpy")
def _judge(track: BookRow, p: Float64, time_ns: int, par: Parameters) -> int:
    # the status a track has at a tick, by the looks and the uncertainty since its last plot
    silent = (time_ns - track.hit_ns) * 1e-9
    looks = silent / track.period_s
    if track.status == TENTATIVE:
        age = (time_ns - track.birth_ns) * 1e-9 / track.period_s
        return DROPPED if looks > par.tentative_looks or age > par.confirm_looks else TENTATIVE
    if looks <= par.coast_looks:
        return CONFIRMED
    patience = par.drop_s if track.icao_address == NO_CODE else par.drop_address_s
    if looks > par.drop_looks and silent > patience:
        return DROPPED
    sigma = np.sqrt(horizontal_variance(p, (time_ns - track.time_ns) * 1e-9, par.acceleration_horizontal))
    grown = sigma - np.sqrt(max(p[0], p[6]))
    return DROPPED if grown > par.drop_sigma_m else COASTING


@njit(cache=True, nogil=True, error_model="numpy")
def advance_tracks(state: TrackState, time_ns: int, par: Parameters, changed: Int32) -> int:
    """Let time pass to ``time_ns``: mark what coasts or drops; lists the slots in ``changed``, returns how many."""
    count = 0
    for slot in range(state.registers[HIGH_WATER]):
        track = state.book[slot]
        if track.live:
            status = _judge(track, state.p[slot], time_ns, par)
            if status != track.status:
                track.status = status
                changed[count] = slot
                count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def release_dropped(state: TrackState, changed: Int32, count: int) -> None:
    """Free the slots of dropped tracks among the first ``count`` of ``changed``."""
    for k in range(count):
        slot = changed[k]
        if state.book[slot].status == DROPPED:
            unlink(state.book, state.head, slot)
            state.book[slot].live = 0
            state.book[state.registers[FREE_TOP]].free = slot
            state.registers[FREE_TOP] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def list_confirmed(state: TrackState, slots: Int32) -> int:
    """List the slots of confirmed and coasting tracks; returns how many."""
    count = 0
    for slot in range(state.registers[HIGH_WATER]):
        track = state.book[slot]
        if track.live and track.status != TENTATIVE:
            slots[count] = slot
            count += 1
    return count
