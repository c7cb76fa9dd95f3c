"""What the classifier remembers of each track: its last minute as a ring of states, and slowly forgotten sums."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel

RING = 64
"""States kept of a track."""
BIN_S = 0.9
"""States closer together than this become one, their mean."""
TIME, LATITUDE, LONGITUDE, ALTITUDE, EAST, NORTH, UP = range(7)
"""Columns of a state in the ring; TIME in seconds since the track was first seen. NaN: not known."""
MEMORY_S = 150.0
"""Sums over the life of a track forget so fast: a feature means the same in the tenth minute and the hundredth."""
EXTREME_S = 400.0
"""Extremes fall back to the mean so fast."""

TRACK = np.dtype(
    [
        ("track_id", "i8"),
        ("first_ns", "i8"),
        ("last_ns", "i8"),
        ("plot_ns", "i8"),
        ("states", "i8"),
        ("in_bin", "i4"),
        ("used", "u1"),
        ("bin_s", "f8"),
        ("ring", "f8", (RING, 7)),
        ("summed_s", "f8"),
        ("first_altitude_m", "f8"),
        ("weight_s", "f8"),
        ("speed", "f8"),
        ("speed_square", "f8"),
        ("climb", "f8"),
        ("climb_square", "f8"),
        ("turn", "f8"),
        ("turn_abs", "f8"),
        ("hover_s", "f8"),
        ("east", "f8"),
        ("north", "f8"),
        ("turning_s", "f8"),
        ("climb_turning", "f8"),
        ("speed_low", "f8"),
        ("speed_high", "f8"),
        ("climb_low", "f8"),
        ("climb_high", "f8"),
        ("altitude_low", "f8"),
        ("altitude_high", "f8"),
    ],
    align=True,
)
"""One track. ``plot_ns`` is the newest plot behind it; ``states`` counts bins, the newest at ``(states - 1) % RING``.

Sums are weighted by seconds.
"""
Track: TypeAlias = Any
"""One row of ``TRACK``; a kernel reads and writes its fields as attributes."""
Histories: TypeAlias = Any
"""(n,) of ``TRACK``."""


@kernel
def add_state(track: Track, time_ns: int, state: Float64) -> bool:
    """Add a state (7,) to a track's ring; False for one that is not newer than the last."""
    if track.used == 0:
        track.used, track.first_ns, track.last_ns = 1, time_ns, time_ns - 1
        track.states = track.in_bin = 0
    if time_ns <= track.last_ns:
        return False
    track.last_ns = time_ns
    seconds = (time_ns - track.first_ns) * 1e-9
    ring = track.ring
    if track.states == 0 or seconds - track.bin_s >= BIN_S:
        track.bin_s, track.in_bin = seconds, 1
        at = track.states % RING
        track.states += 1
        ring[at, TIME] = seconds
        for c in range(LATITUDE, UP + 1):
            ring[at, c] = state[c]
        return True
    track.in_bin += 1
    at = (track.states - 1) % RING
    share = 1.0 / track.in_bin
    ring[at, TIME] += share * (seconds - ring[at, TIME])
    for c in range(LATITUDE, UP + 1):
        if np.isnan(ring[at, c]):
            ring[at, c] = state[c]
        elif not np.isnan(state[c]):
            ring[at, c] += share * (state[c] - ring[at, c])
    return True


@kernel
def unroll(track: Track, out: Float64) -> int:
    """Write the ring, oldest first, as (k, 7); return k.

    Seconds since the newest state (<= 0), metres east and north of it, altitude, velocities.
    """
    count = min(track.states, RING)
    newest = (track.states - 1) % RING
    ring = track.ring
    latitude, longitude, seconds = ring[newest, LATITUDE], ring[newest, LONGITUDE], ring[newest, TIME]
    scale = 111195.0 * np.cos(np.deg2rad(latitude))
    for k in range(count):
        at = (track.states - count + k) % RING
        turn = ring[at, LONGITUDE] - longitude
        turn -= 360.0 * np.round(turn / 360.0)
        out[k, 0] = ring[at, TIME] - seconds
        out[k, 1] = turn * scale
        out[k, 2] = (ring[at, LATITUDE] - latitude) * 111195.0
        out[k, 3] = ring[at, ALTITUDE]
        out[k, 4], out[k, 5], out[k, 6] = ring[at, EAST], ring[at, NORTH], ring[at, UP]
    return count


@inner_kernel
def remember(track: Track, seconds: float, east: float, north: float, up: float, turn: float) -> None:
    """Add one settled velocity (m/s, turn rate rad/s) to the sums, for the time since the last one."""
    speed = np.hypot(east, north)
    if track.weight_s == 0.0:
        track.speed_low = track.speed_high = speed
        track.climb_low = track.climb_high = up
        step = 1.0
    else:
        step = min(max(seconds - track.summed_s, 0.0), 15.0)
    if step <= 0.0:
        return
    track.summed_s = seconds
    keep = np.exp(-step / MEMORY_S)
    climb = 0.0 if np.isnan(up) else up
    turning = abs(turn) > 0.06
    track.weight_s = keep * track.weight_s + step
    track.speed = keep * track.speed + step * speed
    track.speed_square = keep * track.speed_square + step * speed * speed
    track.climb = keep * track.climb + step * climb
    track.climb_square = keep * track.climb_square + step * climb * climb
    track.turn = keep * track.turn + step * turn
    track.turn_abs = keep * track.turn_abs + step * abs(turn)
    track.hover_s = keep * track.hover_s + (step if speed < 2.0 else 0.0)
    track.east = keep * track.east + step * east
    track.north = keep * track.north + step * north
    track.turning_s = keep * track.turning_s + (step if turning else 0.0)
    track.climb_turning = keep * track.climb_turning + (step * climb if turning else 0.0)
    back = 1.0 - np.exp(-step / EXTREME_S)
    mean, rise = track.speed / track.weight_s, track.climb / track.weight_s
    track.speed_low = min(speed, track.speed_low + back * (mean - track.speed_low))
    track.speed_high = max(speed, track.speed_high + back * (mean - track.speed_high))
    track.climb_low = min(climb, track.climb_low + back * (rise - track.climb_low))
    track.climb_high = max(climb, track.climb_high + back * (rise - track.climb_high))


@inner_kernel
def forget_velocities(track: Track) -> None:
    """Empty the sums of velocities: what they hold came of a wrong place."""
    track.summed_s = track.weight_s = 0.0
    track.speed = track.speed_square = track.climb = track.climb_square = 0.0
    track.turn = track.turn_abs = track.hover_s = track.turning_s = track.climb_turning = 0.0
    track.east = track.north = 0.0


@inner_kernel
def remember_altitude(track: Track, altitude_m: float, step_s: float) -> None:
    """Widen the span of altitudes, which closes slowly around where the track is."""
    if np.isnan(altitude_m):
        return
    if np.isnan(track.first_altitude_m):
        track.first_altitude_m = track.altitude_low = track.altitude_high = altitude_m
        return
    back = 1.0 - np.exp(-step_s / EXTREME_S)
    track.altitude_low = min(altitude_m, track.altitude_low + back * (altitude_m - track.altitude_low))
    track.altitude_high = max(altitude_m, track.altitude_high + back * (altitude_m - track.altitude_high))
    track.first_altitude_m += back * (altitude_m - track.first_altitude_m)


def new_histories(n: int) -> Histories:
    """Return room for n tracks."""
    histories = np.zeros(n, TRACK)
    for name in ("first_altitude_m", "altitude_low", "altitude_high"):
        histories[name] = np.nan
    return histories
