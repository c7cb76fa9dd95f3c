"""The life of a track: start, update, confirm, coast, drop; one slot at a time, inside the kernels."""

from __future__ import annotations

import numpy as np

from sargas.model.columns import NO_CODE, Float64, Int32, UInt64
from sargas.model.kernel import inner_kernel, kernel
from sargas.model.tracks import TrackStatus
from sargas.sensors.site import Site, SiteTable
from sargas.tracking.continuity import MERGED, bury, find_twins, note_event, stitch
from sargas.tracking.ellipsoid import Region, altitude_at, fill_local_axes_at, up_at
from sargas.tracking.existence import count_misses, credit_hit, note_look
from sargas.tracking.gating import link, unlink
from sargas.tracking.imm import MODELS, PACKED, Work, combine, fill_shares
from sargas.tracking.measurement import (
    POLAR,
    Measurement,
    add_height_row,
    add_velocity,
    apply_rows,
    fill_rows,
    is_line,
)
from sargas.tracking.motion import PACKED_INDEX, Vector, horizontal_variance
from sargas.tracking.offset import forget_origin, note_origin
from sargas.tracking.parameters import Tuning
from sargas.tracking.past import keep_state, take_measurement
from sargas.tracking.scan import PlotRow, is_firm_sensor_track
from sargas.tracking.split import judge_split
from sargas.tracking.state import FREE_TOP, GRID_NS, HIGH_WATER, LOOKS, NEXT_NUMBER, BookRow, TrackState

TENTATIVE, CONFIRMED = int(TrackStatus.TENTATIVE), int(TrackStatus.CONFIRMED)
COASTING, DROPPED = int(TrackStatus.COASTING), int(TrackStatus.DROPPED)
SENSOR_TRACK_VELOCITY_SIGMA_MPS = 10.0
"""One sigma per component of the velocity a radar's own tracker gives (I048/200)."""
ANYWHERE_VARIANCE = 1e10
"""Position variance (m^2) before the first plot: nothing is known."""
CONSISTENCY_MEMORY = 0.9
ECHO_MEMORY = 0.9
"""Weight of what the echoes before said: about the last ten count."""
SLOW_S = 16.0
"""A sensor that reports less often (a person) keeps no pace: a track waits for it only where none else has seen it."""


@inner_kernel
def update_track(
    state: TrackState,
    slot: int,
    plot: PlotRow,
    z: Measurement,
    label_bit: int,
    sites: SiteTable,
    region: Region,
    par: Tuning,
    work: Work,
    vouches: bool,
) -> bool:
    """Filter a measurement into a track, late or not, and move it in the grid; False when it is too old for that.

    One that ``vouches`` for the track ends its coasting; a lone line of position only steers.
    """
    track = state.book[slot]
    newest = int(track.time_ns)
    if not take_measurement(track, state.bank[slot], state.past[slot], z, sites, region, par, work):
        return False
    track.time_ns = max(newest, track.time_ns)
    track.hit_ns = max(track.hit_ns, z.time_ns)
    track.hits += 1
    site = sites[z.site]
    line = is_line(z)
    if not line:
        track.located = 1
    credit_hit(track, z.site, site, z.range_m if z.kind == POLAR else 0.0, track.status != TENTATIVE)
    note_look(track, z.site, plot.scan, plot.time_ns, site.scan_period_s, True, line)
    note_origin(track, state.bank[slot], state.past[slot], plot, z, sites, vouches)
    if vouches:
        track.vouched_ns = max(track.vouched_ns, z.time_ns)
        if track.status == COASTING:
            track.status = CONFIRMED
    note_plot(track, state.contributing[slot], plot, label_bit, site.scan_period_s)
    unlink(state.near, state.head, slot)
    link(state.near, state.head, slot, track, state.bank[slot], state.registers[GRID_NS], par)
    return True


@inner_kernel
def judge_birth(state: TrackState, slot: int, site: Site, region: Region, par: Tuning, work: Work) -> None:
    """Confirm a tentative track whose score leaves clutter alone as few tracks an hour as allowed.

    The score is a likelihood ratio: clutter alone lifts it to ln k in at most one of k starts (Ville 1939), and a
    radar's clutter starts a track with each of its false plots.
    """
    track, mean = state.book[slot], state.bank[slot].mean
    if track.status != TENTATIVE or track.hits < 2:
        return
    speed = np.sqrt(mean[3] ** 2 + mean[4] ** 2 + mean[5] ** 2)
    needed = max(site.ln_clutter_per_hour - np.log(par.false_tracks_per_hour), 6.0)
    if track.score >= needed and speed <= par.speed_cap_mps:
        track.status = CONFIRMED
        if stitch(state, slot, region, par, work):
            track.parent = -1


@inner_kernel
def start_track(
    state: TrackState,
    plot: PlotRow,
    z: Measurement,
    label_bit: int,
    sites: SiteTable,
    region: Region,
    par: Tuning,
    work: Work,
) -> int:
    """Start a track at a plot and return its slot; the caller has made sure that one is free.

    It is tentative unless a radar's own tracker vouches for the plot. The state is what the plot's own rows say of a
    point anywhere (1e5 m) with velocity 0 and the start sigmas: the plain conversion with its Jacobian covariance,
    range rate and reported velocity included. What flies high may be fast, what flies low is not.
    """
    slot = take_slot(state)
    track, x, p, rows = state.book[slot], work.x, work.p, work.rows
    up = up_at(region, z.place[0], z.place[1], z.place[2])
    high = min(max(altitude_at(region, z.place[0], z.place[1], z.place[2]) / par.start_height_m, 0.0), 1.0)
    speed = par.start_speed_low_mps + high * (par.start_speed_high_mps - par.start_speed_low_mps)
    fill_prior(p, up, speed, par.start_climb_mps)
    for k in range(3):
        x[k], x[3 + k] = z.place[k], 0.0
        work.shift[k] = work.shift[3 + k] = 0.0
    m = fill_rows(rows, z, sites, region, x, work.axes)
    if np.isnan(z.height_m) and np.isnan(z.elevation_rad):
        m = add_height_row(rows, m, region, x, par.start_altitude_m, par.start_altitude_sigma_m**2)
    firm = is_firm_sensor_track(plot, z)
    if firm:
        # only here: later plots would count the radar's smoothing of the same plots again
        fill_local_axes_at(region, z.place, work.axes)
        z.velocity[0], z.velocity[1] = plot.velocity_east_mps, plot.velocity_north_mps
        z.velocity[2] = plot.velocity_up_mps
        m = add_velocity(rows, m, work.axes, x, z.velocity, SENSOR_TRACK_VELOCITY_SIGMA_MPS)
    apply_rows(rows, m, p, work.shift, np.inf)
    period_s = sites[z.site].scan_period_s
    note_look(track, plot.site, plot.scan, plot.time_ns, period_s, True, False)
    note_plot(track, state.contributing[slot], plot, label_bit, period_s)
    open_track(state, slot, z.time_ns, par, work)
    note_origin(track, state.bank[slot], state.past[slot], plot, z, sites, True)
    if firm:
        track.status, track.score = CONFIRMED, par.score_cap
    track.located = 1
    return slot


@inner_kernel
def fill_prior(p: Float64, up: Vector, speed_mps: float, climb_mps: float) -> None:
    """Write what is known before the first plot: anywhere, and one sigma of each velocity component about 0."""
    for k in range(PACKED):
        p[k] = 0.0
    for i in range(3):
        p[PACKED_INDEX[i, i]] = ANYWHERE_VARIANCE
        for j in range(i, 3):
            spread = (climb_mps**2 - speed_mps**2) * up[i] * up[j]
            p[PACKED_INDEX[3 + i, 3 + j]] = spread + (speed_mps**2 if i == j else 0.0)


@inner_kernel
def open_track(state: TrackState, slot: int, time_ns: int, par: Tuning, work: Work) -> None:
    """Begin a tentative track of ``time_ns`` with the state ``work.x`` + ``work.shift`` and covariance ``work.p``."""
    track = state.book[slot]
    _open_bank(state, slot, work)
    track.number = state.registers[NEXT_NUMBER]
    state.registers[NEXT_NUMBER] += 1
    track.time_ns = track.hit_ns = track.vouched_ns = track.birth_ns = time_ns
    keep_state(state.past[slot], 0, state.bank[slot], time_ns)
    link(state.near, state.head, slot, track, state.bank[slot], state.registers[GRID_NS], par)


@inner_kernel
def _open_bank(state: TrackState, slot: int, work: Work) -> None:
    # all models begin with the same state; their shares are those of what is slow where nothing is known of speed
    bank = state.bank[slot]
    speed = 0.0
    for k in range(3):
        speed += (work.x[3 + k] + work.shift[3 + k]) ** 2
    fill_shares(np.sqrt(speed) + 35.0, work.shares)
    for j in range(MODELS):
        bank.mu[j] = work.shares[j]
        for k in range(6):
            bank.x[j, k] = work.x[k] + work.shift[k]
        for k in range(PACKED):
            bank.p[j, k] = work.p[k]
    combine(bank)


@inner_kernel
def take_slot(state: TrackState) -> int:
    """Take a free slot for a tentative track; the caller has made sure that there is one."""
    registers, book = state.registers, state.book
    if registers[FREE_TOP] > 0:
        registers[FREE_TOP] -= 1
        slot = int(book[registers[FREE_TOP]].free)
    else:
        slot = registers[HIGH_WATER]
        registers[HIGH_WATER] += 1
    track = book[slot]
    track.live, track.status, track.hits, track.past, track.located = 1, TENTATIVE, 1, 0, 0
    track.score, track.period_s, track.consistency = 0.0, 0.0, 1.0
    track.detected, track.looked = 0.0, 0.0
    track.icao_address, track.mode_3a = NO_CODE, NO_CODE
    track.flags, track.labels, track.callsign = 0, 0, 0
    for k in range(3):
        track.uas_id[k] = 0
    track.rcs_dbsm, track.echoes, track.spread_mps, track.spreads = 0.0, 0.0, 0.0, 0.0
    track.touched, track.row = -1, -1
    track.twin, track.twin_ticks, track.stitched = -1, 0, 0
    track.parent, track.parent_slot = -1, -1
    forget_origin(track)
    for k in range(LOOKS):
        track.look[k].site = -1
    state.contributing[slot, :] = 0
    return slot


@inner_kernel
def set_pace(track: BookRow, scan_period_s: float) -> None:
    """Let a sensor that contributes set how long a track may be without a plot: the slowest of those that keep pace."""
    if scan_period_s <= SLOW_S < track.period_s:
        track.period_s = scan_period_s
    elif scan_period_s <= SLOW_S or track.period_s == 0.0 or track.period_s > SLOW_S:
        track.period_s = max(track.period_s, scan_period_s)


@inner_kernel
def note_plot(track: BookRow, contributing: UInt64, plot: PlotRow, label_bit: int, scan_period_s: float) -> None:
    """Note provenance and identity: what of a plot does not enter the filter."""
    set_pace(track, scan_period_s)
    contributing[plot.site >> 6] |= np.uint64(1) << np.uint64(plot.site & 63)
    track.labels |= np.uint64(1) << np.uint64(label_bit)
    track.flags |= plot.flags
    if plot.icao_address != NO_CODE:
        track.icao_address = plot.icao_address
    if plot.mode_3a != NO_CODE:
        track.mode_3a = plot.mode_3a
    if plot.callsign != 0:
        track.callsign = plot.callsign
    if plot.uas_id[0] != 0:
        for k in range(3):
            track.uas_id[k] = plot.uas_id[k]
    if not np.isnan(plot.rcs_dbsm):
        track.echoes = ECHO_MEMORY * track.echoes + 1.0
        track.rcs_dbsm += (plot.rcs_dbsm - track.rcs_dbsm) / track.echoes
    if not np.isnan(plot.radial_speed_spread_mps):
        track.spreads = ECHO_MEMORY * track.spreads + 1.0
        track.spread_mps += (plot.radial_speed_spread_mps - track.spread_mps) / track.spreads


@inner_kernel
def note_consistency(track: BookRow, distance: float, components: int) -> None:
    """Count a squared statistical distance of so many components into the track's running mean."""
    rest = 1.0 - CONSISTENCY_MEMORY
    track.consistency = CONSISTENCY_MEMORY * track.consistency + rest * distance / components


@inner_kernel
def _judge(state: TrackState, slot: int, time_ns: int, par: Tuning) -> int:
    # the status a track has at a tick, by its score, the looks and the uncertainty since its last plot
    track, cov = state.book[slot], state.bank[slot].cov
    silent = (time_ns - track.vouched_ns) * 1e-9
    if track.status == TENTATIVE:
        patience = par.tentative_s if track.period_s <= SLOW_S else par.coast_looks * track.period_s
        return DROPPED if silent > patience or track.score < par.drop_tentative else TENTATIVE
    if silent / track.period_s <= par.coast_looks:
        return CONFIRMED
    if track.icao_address == NO_CODE and (track.score < par.drop_score or silent > par.drop_s):
        return DROPPED
    sigma = np.sqrt(horizontal_variance(cov, (time_ns - track.time_ns) * 1e-9, par.lively_horizontal))
    grown = sigma - np.sqrt(max(cov[0], cov[6]))
    return DROPPED if grown > par.drop_sigma_m or silent > par.drop_s else COASTING


@kernel
def advance_tracks(
    state: TrackState,
    time_ns: int,
    sites: SiteTable,
    region: Region,
    par: Tuning,
    work: Work,
    changed: Int32,
) -> int:
    """Let time pass to ``time_ns``: count missed looks, mark what coasts or drops.

    Lists the slots that changed in ``changed`` and returns how many.
    """
    count = 0
    for slot in range(state.registers[HIGH_WATER]):
        track = state.book[slot]
        if track.live:
            count_misses(state, slot, time_ns, sites, region, par, work.x)
            status = _judge(state, slot, time_ns, par)
            if track.parent >= 0 and status == CONFIRMED:
                judge_split(state, slot, time_ns)
            if track.stitched:
                status = DROPPED
            elif status == CONFIRMED and find_twins(state, slot, time_ns):
                status = DROPPED
                note_event(state, MERGED, track.twin, track.number, time_ns, 0.0)
            elif status == DROPPED and track.status != TENTATIVE:
                bury(state, slot)
            if status != track.status:
                track.status = status
                changed[count] = slot
                count += 1
    return count


@kernel
def release_dropped(state: TrackState, changed: Int32, count: int) -> None:
    """Free the slots of dropped tracks among the first ``count`` of ``changed``."""
    for k in range(count):
        slot = changed[k]
        if state.book[slot].status == DROPPED:
            unlink(state.near, state.head, slot)
            state.book[slot].live = 0
            state.book[state.registers[FREE_TOP]].free = slot
            state.registers[FREE_TOP] += 1


@kernel
def list_confirmed(state: TrackState, slots: Int32) -> int:
    """List the slots of confirmed and coasting tracks; returns how many."""
    count = 0
    for slot in range(state.registers[HIGH_WATER]):
        track = state.book[slot]
        if track.live and track.status != TENTATIVE:
            slots[count] = slot
            count += 1
    return count
