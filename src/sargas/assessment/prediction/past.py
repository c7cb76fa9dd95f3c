"""What is kept of each track's past: a fine ring of the last minutes and a coarse one of the last quarter hour.

States come at any rate. The fine ring holds their means over slots of at least ``FINE_S``; the coarse ring one fine
slot each ``COARSE_S``. Times are seconds since the track's epoch, places metres in its plane (``frame``).
"""

from __future__ import annotations

from math import cos, hypot, sin
from typing import NamedTuple

import numpy as np
from numba import njit

from sargas.assessment.prediction.frame import (
    FRAME,
    RECENTRE_M,
    convergence,
    move_points,
    plane_from_geodetic,
    set_frame,
)
from sargas.model.columns import NS_PER_S, Float64, Int64

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


class Past(NamedTuple):
    """The past of n tracks."""

    epoch_ns: Int64
    """(n,) UTC ns of second 0."""
    counts: Int64
    """(n, 3): fine slots and coarse slots ever begun, states in the open fine slot."""
    frame: Float64
    """(n, FRAME)."""
    fine: Float64
    """(n, FINE, SLOT): slot k of the track stands at k % FINE."""
    coarse: Float64
    """(n, COARSE, 3): time, x, y."""
    last: Float64
    """(n, 2, SLOT): the last state and the one before."""
    began_s: Float64
    """(n,) when the open fine slot began."""


def empty_past(n: int) -> Past:
    """Return room for n tracks without a past."""
    return Past(
        np.zeros(n, np.int64),
        np.zeros((n, 3), np.int64),
        np.zeros((n, FRAME)),
        np.full((n, FINE, SLOT), np.nan),
        np.full((n, COARSE, 3), np.nan),
        np.full((n, 2, SLOT), np.nan),
        np.zeros(n),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def begin_past(past: Past, i: int, time_ns: int, latitude_deg: float, longitude_deg: float) -> None:
    """Clear track i and put its epoch and plane where it is."""
    past.epoch_ns[i] = time_ns
    past.counts[i] = 0
    past.fine[i], past.coarse[i], past.last[i] = np.nan, np.nan, np.nan
    set_frame(past.frame[i], latitude_deg, longitude_deg)


@njit(cache=True, nogil=True, error_model="numpy")
def append_state(
    past: Past, i: int, time_ns: int, latitude_deg: float, longitude_deg: float, altitude_m: float, velocity: Float64
) -> int:
    """Add a state of track i; velocity is (3,) east, north, up, NaN where not known.

    Return 0 when it is no later than the last one and passed over, 1 when it was added, 2 when the track began (again).
    """
    kind = 1
    if past.counts[i, 0] == 0 or (time_ns - past.epoch_ns[i]) / NS_PER_S - past.last[i, 0, T] > LOST_S:
        begin_past(past, i, time_ns, latitude_deg, longitude_deg)
        kind = 2
    elapsed_s = (time_ns - past.epoch_ns[i]) / NS_PER_S
    if elapsed_s <= past.last[i, 0, T]:
        return 0
    frame = past.frame[i]
    x_m, y_m = plane_from_geodetic(frame, latitude_deg, longitude_deg)
    turn = convergence(frame, latitude_deg, longitude_deg)
    vx, vy = velocity[0], velocity[1]
    state = past.last[i, 0]
    past.last[i, 1] = state
    state[T], state[X], state[Y], state[Z] = elapsed_s, x_m, y_m, altitude_m
    state[VX], state[VY] = cos(turn) * vx - sin(turn) * vy, sin(turn) * vx + cos(turn) * vy
    state[VZ] = velocity[2]
    _put_in_slot(past, i)
    return kind


@njit(cache=True, nogil=True, error_model="numpy")
def _put_in_slot(past: Past, i: int) -> None:
    state, counts = past.last[i, 0], past.counts[i]
    open_slot = past.fine[i, (counts[0] - 1) % FINE]
    if counts[0] > 0 and state[T] - past.began_s[i] < FINE_S:
        counts[2] += 1
        for k in range(SLOT):
            if np.isnan(open_slot[k]):
                open_slot[k] = state[k]
            elif not np.isnan(state[k]):
                open_slot[k] += (state[k] - open_slot[k]) / counts[2]
        return
    if counts[0] > 0:
        newest = past.coarse[i, (counts[1] - 1) % COARSE]
        if counts[1] == 0 or open_slot[T] - newest[0] >= COARSE_S:
            past.coarse[i, counts[1] % COARSE] = open_slot[:3]
            counts[1] += 1
    past.fine[i, counts[0] % FINE] = state
    past.began_s[i] = state[T]
    counts[0] += 1
    counts[2] = 1


@njit(cache=True, nogil=True, error_model="numpy")
def is_off_centre(past: Past, i: int) -> bool:
    """Say whether track i left the middle of its plane."""
    return hypot(past.last[i, 0, X], past.last[i, 0, Y]) > RECENTRE_M


@njit(cache=True, nogil=True, error_model="numpy")
def recentre(past: Past, i: int, old: Float64, latitude_deg: float, longitude_deg: float) -> float:
    """Give track i a plane around a place; ``old`` becomes the plane left. Return the turn of velocities (rad)."""
    old[:] = past.frame[i]
    # a direction in the old plane is turned by this in the new one
    turn = -convergence(old, latitude_deg, longitude_deg)
    set_frame(past.frame[i], latitude_deg, longitude_deg)
    for slots in (past.fine[i], past.last[i]):
        move_points(old, past.frame[i], slots[:, X : Y + 1])
        for k in range(slots.shape[0]):
            vx, vy = slots[k, VX], slots[k, VY]
            slots[k, VX], slots[k, VY] = cos(turn) * vx - sin(turn) * vy, sin(turn) * vx + cos(turn) * vy
    move_points(old, past.frame[i], past.coarse[i, :, 1:])
    return turn
