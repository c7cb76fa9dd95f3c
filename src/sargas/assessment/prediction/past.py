"""What is kept of each track's past: a fine ring of the last minutes and a coarse one of the last quarter hour.

States come at any rate. The fine ring holds their means over slots of at least ``FINE_S``; the coarse ring one fine
slot each ``COARSE_S``. Times are seconds since the track's epoch, places metres in its plane (``frame``).
"""

from __future__ import annotations

from math import cos, hypot, sin
from typing import Any, TypeAlias

import numpy as np

from sargas.assessment.prediction.frame import (
    FRAME,
    RECENTRE_M,
    convergence,
    move_points,
    plane_from_geodetic,
    set_frame,
)
from sargas.model.columns import NS_PER_S, Float64
from sargas.model.kernel import inner_kernel, kernel

FINE = 96
FINE_S = 0.9
"""A little under a second: a rate of 1 Hz with some jitter gives one slot a state."""
COARSE = 96
COARSE_S = 7.9
SLOT = 7
"""Figures of a slot: time, x, y, altitude, and the reported velocity east, north (of the plane) and up; NaN: none."""
T, X, Y, Z, VX, VY, VZ = range(SLOT)
LOST_S = 180.0
"""A track silent for so long begins anew: what it did before says little."""


PAST = [
    ("epoch_ns", np.int64),  # UTC ns of second 0
    ("fine_count", np.int64),  # fine slots ever begun: slot k stands at k % FINE
    ("coarse_count", np.int64),
    ("open_count", np.int64),  # states in the open fine slot, which began at ``open_s``
    ("open_s", np.float64),
    ("frame", np.float64, FRAME),
    ("fine", np.float64, (FINE, SLOT)),
    ("coarse", np.float64, (COARSE, 3)),  # time, x, y
    ("last", np.float64, (2, SLOT)),  # the last state and the one before
]
"""Fields of a track's record that are its past."""
Track: TypeAlias = Any
"""One record of ``outcomes.TRACK``, as compiled code sees it."""


@inner_kernel
def begin_past(track: Track, time_ns: int, latitude_deg: float, longitude_deg: float) -> None:
    """Clear a track's past and put its epoch and plane where it is."""
    track.epoch_ns = time_ns
    track.fine_count, track.coarse_count, track.open_count = 0, 0, 0
    track.open_s = 0.0
    track.fine[:], track.coarse[:], track.last[:] = np.nan, np.nan, np.nan
    set_frame(track.frame, latitude_deg, longitude_deg)


@kernel
def append_state(
    track: Track, time_ns: int, latitude_deg: float, longitude_deg: float, altitude_m: float, velocity: Float64
) -> int:
    """Add a state to a track; velocity is (3,) east, north, up, NaN where not known.

    Return 0 when it is no later than the last one and passed over, 1 when it was added, 2 when the track began (again).
    """
    kind = 1
    if track.fine_count == 0 or (time_ns - track.epoch_ns) / NS_PER_S - track.last[0, T] > LOST_S:
        begin_past(track, time_ns, latitude_deg, longitude_deg)
        kind = 2
    elapsed_s = (time_ns - track.epoch_ns) / NS_PER_S
    if elapsed_s <= track.last[0, T]:
        return 0
    frame = track.frame
    x_m, y_m = plane_from_geodetic(frame, latitude_deg, longitude_deg)
    turn = convergence(frame, latitude_deg, longitude_deg)
    vx, vy = velocity[0], velocity[1]
    state = track.last[0]
    for k in range(SLOT):
        track.last[1, k] = state[k]
    state[T], state[X], state[Y], state[Z] = elapsed_s, x_m, y_m, altitude_m
    state[VX], state[VY] = cos(turn) * vx - sin(turn) * vy, sin(turn) * vx + cos(turn) * vy
    state[VZ] = velocity[2]
    _put_in_slot(track)
    return kind


@inner_kernel
def _put_in_slot(track: Track) -> None:
    state = track.last[0]
    open_slot = track.fine[(track.fine_count - 1) % FINE]
    if track.fine_count > 0 and state[T] - track.open_s < FINE_S:
        track.open_count += 1
        for k in range(SLOT):
            if np.isnan(open_slot[k]):
                open_slot[k] = state[k]
            elif not np.isnan(state[k]):
                open_slot[k] += (state[k] - open_slot[k]) / track.open_count
        return
    if track.fine_count > 0:
        newest = track.coarse[(track.coarse_count - 1) % COARSE]
        if track.coarse_count == 0 or open_slot[T] - newest[0] >= COARSE_S:
            newest = track.coarse[track.coarse_count % COARSE]
            newest[0], newest[1], newest[2] = open_slot[T], open_slot[X], open_slot[Y]
            track.coarse_count += 1
    open_slot = track.fine[track.fine_count % FINE]
    for k in range(SLOT):
        open_slot[k] = state[k]
    track.open_s = state[T]
    track.fine_count += 1
    track.open_count = 1


@inner_kernel
def is_off_centre(track: Track) -> bool:
    """Say whether a track left the middle of its plane."""
    return hypot(track.last[0, X], track.last[0, Y]) > RECENTRE_M


@inner_kernel
def recentre(track: Track, old: Float64, latitude_deg: float, longitude_deg: float) -> float:
    """Give a track a plane around a place; ``old`` becomes the plane left. Return the turn of velocities (rad)."""
    for k in range(FRAME):
        old[k] = track.frame[k]
    # a direction in the old plane is turned by this in the new one
    turn = -convergence(old, latitude_deg, longitude_deg)
    set_frame(track.frame, latitude_deg, longitude_deg)
    _move_slots(track.fine[:], old, track.frame, turn)
    _move_slots(track.last[:], old, track.frame, turn)
    move_points(old, track.frame, track.coarse[:, 1:])
    return turn


@inner_kernel
def _move_slots(slots: Float64, old: Float64, new: Float64, turn: float) -> None:
    move_points(old, new, slots[:, X : Y + 1])
    c, s = cos(turn), sin(turn)
    for k in range(slots.shape[0]):
        vx, vy = slots[k, VX], slots[k, VY]
        slots[k, VX], slots[k, VY] = c * vx - s * vy, s * vx + c * vy
