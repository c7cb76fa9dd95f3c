"""Splits: a track that began beside an older one, flies like it, and is seen in the same scans was part of it before.

An object that separates from another (a formation that opens, a drone that a carrier releases) is first a second plot
within the resolution cell of the radar around a confirmed track. That a radar gives both a plot in one scan proves that
they are two: a second track of one object never is a split. Source: docs/tracking.md.
"""

from __future__ import annotations

import numpy as np

from sargas.model.columns import Int32
from sargas.model.kernel import inner_kernel
from sargas.sensors.site import Site
from sargas.tracking.continuity import SPLIT, note_event
from sargas.tracking.gating import TEST_FLAGS, cell_coordinate
from sargas.tracking.imm import Bank
from sargas.tracking.measurement import Measurement
from sargas.tracking.scan import PlotRow
from sargas.tracking.state import CONFIRMED_STATUS, GRID_FIRST, GRID_SIDE, LEVELS, LOOKS, BookRow, TrackState

RANGE_CELL_SIGMAS, AZIMUTH_CELL_SIGMAS = 6.0, 10.0
"""A resolution cell over the accuracy of its radar, as in ``tracking.group_count``."""
BESIDE = 1.5
TRACK_M = 100.0
"""A plot is beside a track within so many cells, and what the track itself may be off."""
SHARED_SCANS = 2
"""Scans of one radar with a plot of each that prove two objects."""
PENDING_NS = 60_000_000_000
"""A track that has not proved to be a split so long after its first plot is none."""
LIKE_MPS, LIKE_SHARE = 5.0, 0.15
"""One sigma of the velocity in which parts of one object differ: at least, and of the older one's speed."""
LIKE_DISTANCE = 9.2
"""Largest squared statistical distance of both velocities (2 components, 99 %)."""


@inner_kernel
def list_confirmed_near(state: TrackState, z: Measurement, out: Int32) -> int:
    """List the confirmed tracks within about a cell of the grid (8, 16 km) of a plot; returns how many.

    Of the two finer levels: what is too uncertain for them is beside everything.
    """
    count = 0
    for level in range(LEVELS - 1):
        side, first = GRID_SIDE[level], GRID_FIRST[level]
        i, j = cell_coordinate(z.place[0], level), cell_coordinate(z.place[1], level)
        for a in range(max(i - 1, 0), min(i + 1, side - 1) + 1):
            for b in range(max(j - 1, 0), min(j + 1, side - 1) + 1):
                slot = state.head[first + a * side + b]
                while slot >= 0:
                    if state.book[slot].status == CONFIRMED_STATUS:
                        out[count] = slot
                        count += 1
                    slot = state.near[slot].following
    return count


@inner_kernel
def find_parent(state: TrackState, plot: PlotRow, z: Measurement, site: Site, candidates: Int32, count: int) -> int:
    """Return the slot of the confirmed track nearest to a polar plot within the resolution cell, -1: none."""
    east, north = z.place[0] - site.position_enu[0], z.place[1] - site.position_enu[1]
    range_m = max(np.hypot(east, north), 1.0)
    along_m = BESIDE * RANGE_CELL_SIGMAS * site.sigma_range_m + TRACK_M
    across_m = BESIDE * AZIMUTH_CELL_SIGMAS * site.sigma_azimuth_rad * range_m + TRACK_M
    nearest, parent = 1.0, -1
    for c in range(count):
        track, near = state.book[candidates[c]], state.near[candidates[c]]
        if (track.flags ^ plot.flags) & TEST_FLAGS:
            continue
        dt_s = (z.time_ns - near.time_ns) * 1e-9
        x, y = z.place[0] - near.x[0] - dt_s * near.x[2], z.place[1] - near.x[1] - dt_s * near.x[3]
        along = abs(x * east + y * north) / range_m / along_m
        across = abs(x * north - y * east) / range_m / across_m
        apart = max(along, across)
        is_older = parent >= 0 and apart == nearest and track.number < state.book[parent].number
        if apart < nearest or is_older:
            nearest, parent = apart, int(candidates[c])
    return parent


@inner_kernel
def begin_beside(state: TrackState, slot: int, parent: int) -> None:
    """Note that a track began beside another, by slot; -1: beside none."""
    track = state.book[slot]
    track.parent_slot, track.shared_scans, track.shared_ns = parent, 0, track.birth_ns - 1
    track.parent = state.book[parent].number if parent >= 0 else -1


@inner_kernel
def judge_split(state: TrackState, slot: int, time_ns: int) -> None:
    """Tell the split, once, of a confirmed track that began beside another when it has proved to be one."""
    track, old = state.book[slot], state.book[state.book[slot].parent_slot]
    if not old.live or old.number != track.parent or old.stitched or time_ns - track.birth_ns > PENDING_NS:
        track.parent = -1
        return
    shared_ns = _shared_scan_ns(track, old)
    if shared_ns > track.shared_ns:
        track.shared_ns = shared_ns
        track.shared_scans += 1
    if track.shared_scans >= SHARED_SCANS and _fly_alike(state.bank[slot], state.bank[track.parent_slot]):
        note_event(state, SPLIT, old.number, track.number, time_ns, 0.0)
        track.parent = -1


@inner_kernel
def _shared_scan_ns(track: BookRow, old: BookRow) -> np.int64:
    # time of the newest scan in which one sensor saw both, the least number where there is none
    newest = np.int64(np.iinfo(np.int64).min)
    for k in range(LOOKS):
        mine = track.look[k]
        if mine.site >= 0 and mine.hits > 0:
            for m in range(LOOKS):
                theirs = old.look[m]
                if theirs.site == mine.site and theirs.hits > 0 and abs(theirs.time_ns - mine.time_ns) < 1_000_000_000:
                    newest = max(newest, np.int64(mine.time_ns))
    return newest


@inner_kernel
def _fly_alike(a: Bank, b: Bank) -> bool:
    # by the horizontal velocities and their covariances; not before the younger's is known
    like = LIKE_MPS + LIKE_SHARE * np.hypot(b.mean[3], b.mean[4])
    if max(a.cov[15], a.cov[18]) > (3.0 * like) ** 2:
        return False
    east, north = a.mean[3] - b.mean[3], a.mean[4] - b.mean[4]
    xx, xy, yy = a.cov[15] + b.cov[15] + like**2, a.cov[16] + b.cov[16], a.cov[18] + b.cov[18] + like**2
    distance = (yy * east * east - 2.0 * xy * east * north + xx * north * north) / (xx * yy - xy * xy)
    return bool(distance < LIKE_DISTANCE)
