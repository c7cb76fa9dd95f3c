"""Features of motion: how a track moves now, in 20 s, in a minute and over its life. One kernel, one row a track.

Insensitive to the rate of states and to whether they have velocities; how noisy they are is a feature itself.
After Jochumsen et al. 2016 (recursive kinematic features) and the field's practice; page docs/classification.md.
"""

from __future__ import annotations

import numpy as np

from sargas.identification.motion_history import (
    RING,
    Track,
    forget_velocities,
    remember,
    remember_altitude,
    unroll,
)
from sargas.identification.smoothing import GRID, STEP_S, half_width, means, noise_of, shorten, slopes
from sargas.model.columns import Float32, Float64
from sargas.model.kernel import inner_kernel, kernel

WINDOW = (
    "speed", "speed_sd", "climb", "climb_sd", "turn_net", "turn_abs", "turn_sd", "thrust_sd", "side_acceleration",
    "straightness",
)  # fmt: skip
"""Of one stretch of time."""
FEATURES = (
    "age_s", "period_s", "noise_m", "noise_up_m", "has_velocity",
    "altitude_m", "above_lowest_m", "above_first_m", "below_highest_m", "speed_now", "climb_now",
    *(f"{name}_20" for name in WINDOW),
    *(f"{name}_60" for name in WINDOW),
    "speed_low_60", "speed_high_60", "climb_low_60", "climb_high_60", "turn_high_60", "hover_share_60",
    "heading_change_60", "airspeed_mean_60", "airspeed_sd_60",
    "circle_speed", "circle_wind", "circle_misfit", "circle_held",
    "turn_steady", "turn_lean",
    "climb_when_turning_60", "net_speed_60", "altitude_wave_60",
    "speed_life", "speed_sd_life", "climb_life", "climb_sd_life", "turn_net_life", "turn_abs_life", "hover_life",
    "straightness_life", "speed_low_life", "speed_high_life", "climb_low_life", "climb_high_life", "turning_life",
    "climb_when_turning_life", "net_speed_life",
)  # fmt: skip
"""Order of the columns. Speeds m/s, turns rad/s, accelerations m/s²; ``_life``: slowly forgotten."""
COUNT = len(FEATURES)
_WINDOWS, _MINUTE, _LIFE = 11, 31, 49
"""Where the groups begin."""
SLOW_MPS = 1.5
"""Below this a heading means nothing."""
SETTLED = 4
"""States from which on the first may be found to be off."""
COMPARED, BREAK, LEAST_BREAK_M = 6, 3.0, 30.0
"""A first state is off when its line breaks so many times, and so far, as that of none of the next ones does."""


@inner_kernel
def describe(track: Track, features: Float32) -> None:
    """Write the features (COUNT,) of a track at its newest state, and add what has settled to its sums."""
    states = np.empty((RING, 7))
    count = unroll(track, states)
    if track.states == count and is_first_off(states, count):
        states, count = states[1:], count - 1
        if count == SETTLED - 1:
            forget_velocities(track)
    time_s = states[:count, 0].copy()
    for k in range(COUNT):
        features[k] = np.nan
    grid = np.full((4, GRID), np.nan)
    scratch = np.empty(RING)
    filled, lag = _velocities(states, count, time_s, grid, scratch, features)
    _turns(grid, filled)
    altitude = states[count - 1, 3]
    seconds = track.ring[(track.states - 1) % RING, 0]
    remember_altitude(track, altitude, -time_s[count - 2] if count > 1 else 0.0)
    settled = min(lag, filled - 1)
    if not np.isnan(grid[0, settled]):
        turn = grid[3, settled] if settled < filled - 1 and not np.isnan(grid[3, settled]) else 0.0
        remember(track, seconds - STEP_S * settled, grid[0, settled], grid[1, settled], grid[2, settled], turn)
    features[0] = min((track.last_ns - track.first_ns) * 1e-9, 300.0)
    features[5] = altitude
    features[6] = altitude - track.altitude_low
    features[7] = altitude - track.first_altitude_m
    features[8] = track.altitude_high - altitude
    features[9] = np.hypot(grid[0, 0], grid[1, 0])
    features[10] = grid[2, 0]
    if not np.isnan(grid[0, 0]):
        _window(grid, min(filled, 11), features[_WINDOWS : _WINDOWS + 10])
        _window(grid, filled, features[_WINDOWS + 10 : _WINDOWS + 20])
        _minute(grid, filled, features[_MINUTE:_LIFE])
    features[_LIFE - 1] = _wave(states, count, time_s)
    _life(track, features[_LIFE:])


@kernel
def is_first_off(states: Float64, count: int) -> bool:
    """Say whether the first state (of ``count``, (k, 7)) is out of line with all that follow: late, early, another's.

    It is the start of what no state before it vouches for, and one wrong place makes one wrong velocity of a minute.
    """
    if count < SETTLED:
        return False
    first, others = _break(states, 0), 0.0
    for k in range(1, min(count - 2, COMPARED + 1)):
        others = max(others, _break(states, k))
    return first > LEAST_BREAK_M and first > BREAK * others


@inner_kernel
def _break(states: Float64, k: int) -> float:
    """Return how far state k lies (m) from where the velocity between the next two would have it."""
    step, next_step = states[k + 1, 0] - states[k, 0], states[k + 2, 0] - states[k + 1, 0]
    east = states[k + 1, 1] - states[k, 1] - (states[k + 2, 1] - states[k + 1, 1]) * step / next_step
    north = states[k + 1, 2] - states[k, 2] - (states[k + 2, 2] - states[k + 1, 2]) * step / next_step
    return float(np.hypot(east, north))


@inner_kernel
def _velocities(
    states: Float64, count: int, time_s: Float64, grid: Float64, scratch: Float64, features: Float32
) -> tuple[int, int]:
    """Fill the grid with velocities; return how many points, and after how many a velocity has settled."""
    period = -time_s[0] / (count - 1) if count > 1 else np.nan
    recent = 0
    while recent < count and time_s[count - 1 - recent] >= -70.0:
        recent += 1
    first = count - max(recent, min(count, 3))
    time_s, states = time_s[first:], states[first:count]
    east, north, up = states[:, 1].copy(), states[:, 2].copy(), states[:, 3].copy()
    sigma, sigma_up = noise_of(time_s, east, north, scratch), noise_of(time_s, up, up, scratch)
    features[1], features[2], features[3] = period, sigma, sigma_up
    given = _is_given(states)
    features[4] = 1.0 if given else 0.0
    speed_goal = 1.0
    if given:
        v_east, v_north = states[:, 4].copy(), states[:, 5].copy()
        half = max(1.0, _calm(noise_of(time_s, v_east, v_north, scratch), period))
        filled = means(time_s, v_east, half, grid[0])
        means(time_s, v_north, half, grid[1])
    else:
        if len(time_s) > 1:
            way = np.hypot(east[0], north[0]) / -time_s[0]
            speed_goal = min(max(0.04 * way, 0.8), 4.0)
        half = half_width(sigma, period, speed_goal) if len(time_s) > 1 else 2.0
        half = shorten(time_s, east, north, sigma, half)
        filled = slopes(time_s, east, half, grid[0])
        slopes(time_s, north, half, grid[1])
    half_up = half_width(sigma_up, period, 0.4) if len(time_s) > 1 else 2.0
    half_up = shorten(time_s, up, up, sigma_up, half_up)
    known = 0
    for k in range(len(time_s)):
        known += not np.isnan(states[k, 6])
    if known * 5 >= len(time_s) * 3:
        v_up = states[:, 6].copy()
        means(time_s, v_up, max(1.0, _calm(noise_of(time_s, v_up, v_up, scratch), period)), grid[2])
    else:
        slopes(time_s, up, half_up, grid[2])
    return filled, int(np.ceil(0.5 * half / STEP_S))


@inner_kernel
def _calm(sigma: float, period_s: float) -> float:
    """Return half the time (s) that given velocities are averaged over: none when they are smooth."""
    if np.isnan(sigma) or sigma < 0.5:
        return 1.0
    return min(0.5 * period_s * (sigma / 0.5) ** 2, 8.0)


@inner_kernel
def _is_given(states: Float64) -> bool:
    """Say whether most states have velocities, and these agree with the way made."""
    n = len(states)
    known, east, north = 0, 0.0, 0.0
    for k in range(n):
        if not np.isnan(states[k, 4]) and not np.isnan(states[k, 5]):
            known += 1
            east += states[k, 4]
            north += states[k, 5]
    if known * 5 < n * 3 or known == 0:
        return False
    if n < 3 or states[0, 0] > -5.0:
        return True
    east, north = east / known, north / known
    miss = np.hypot(-states[0, 1] / -states[0, 0] - east, -states[0, 2] / -states[0, 0] - north)
    return bool(miss < max(15.0, 0.5 * np.hypot(east, north)))


@inner_kernel
def _turns(grid: Float64, filled: int) -> None:
    """Write the turn rate (rad/s, clockwise) between each grid point and the one before it in time."""
    for j in range(filled - 1):
        e, n, pe, pn = grid[0, j], grid[1, j], grid[0, j + 1], grid[1, j + 1]
        if np.hypot(e, n) < SLOW_MPS or np.hypot(pe, pn) < SLOW_MPS:
            continue
        grid[3, j] = np.arctan2(e * pn - n * pe, e * pe + n * pn) / STEP_S


@inner_kernel
def _window(grid: Float64, n: int, out: Float32) -> None:
    """Write what ``WINDOW`` names, of the newest n points."""
    s = ss = u = uu = w = wa = ww = side = e = m = 0.0
    a = aa = 0.0
    turns = climbs = steps = 0
    for j in range(n):
        speed = np.hypot(grid[0, j], grid[1, j])
        s += speed
        ss += speed * speed
        e += grid[0, j]
        m += grid[1, j]
        if not np.isnan(grid[2, j]):
            climbs += 1
            u += grid[2, j]
            uu += grid[2, j] ** 2
        if j < n - 1:
            thrust = (speed - np.hypot(grid[0, j + 1], grid[1, j + 1])) / STEP_S
            a += thrust
            aa += thrust * thrust
            steps += 1
            turn = grid[3, j]
            if not np.isnan(turn):
                turns += 1
                w += turn
                wa += abs(turn)
                ww += turn * turn
                side += speed * abs(turn)
    out[0], out[1] = s / n, _sd(s, ss, n)
    if climbs:
        out[2], out[3] = u / climbs, _sd(u, uu, climbs)
    if turns:
        out[4], out[5], out[6] = abs(w) / turns, wa / turns, _sd(w, ww, turns)
        out[8] = side / turns
    if steps:
        out[7] = _sd(a, aa, steps)
    out[9] = np.hypot(e, m) / max(s, 1e-6)


@inner_kernel
def _sd(total: float, squares: float, n: float) -> float:
    return float(np.sqrt(max(squares / n - (total / n) ** 2, 0.0)))


@inner_kernel
def _minute(grid: Float64, n: int, out: Float32) -> None:
    """Write extremes, wind-free speeds, the circle of velocities and the like of the last minute."""
    low, high, climb_low, climb_high, turn_high = np.inf, 0.0, np.inf, -np.inf, 0.0
    hover, heading, e, m = 0, 0.0, 0.0, 0.0
    lean = steady = power = 0.0
    pairs = 0
    up_turning, up_straight, turning, straight = 0.0, 0.0, 0, 0
    for j in range(n):
        speed, climb, turn = np.hypot(grid[0, j], grid[1, j]), grid[2, j], grid[3, j]
        low, high = min(low, speed), max(high, speed)
        if not np.isnan(climb):
            climb_low, climb_high = min(climb_low, climb), max(climb_high, climb)
        hover += speed < 2.0
        e += grid[0, j]
        m += grid[1, j]
        if np.isnan(turn):
            continue
        turn_high = max(turn_high, abs(turn))
        heading += turn * STEP_S
        lean += abs(np.arctan(turn * speed / 9.81))
        power += turn * turn
        if j + 3 < n and not np.isnan(grid[3, j + 3]):
            steady += turn * grid[3, j + 3]
            pairs += 1
        if not np.isnan(climb):
            if abs(turn) > 0.06:
                up_turning += climb
                turning += 1
            else:
                up_straight += climb
                straight += 1
    out[0], out[1], out[4] = low, high, turn_high
    if climb_high > -np.inf:
        out[2], out[3] = climb_low, climb_high
    out[5], out[6] = hover / n, abs(heading)
    out[16] = np.hypot(e, m) / n
    _airspeed(grid, n, e / n, m / n, out[7:9])
    if abs(heading) > 3.5 or power * STEP_S * STEP_S > 2.0:
        _circle(grid, n, out[9:13])
    if pairs and power > 1e-6:
        out[13] = steady / pairs / (power / max(n - 1, 1))
    out[14] = lean / max(n - 1, 1)
    if turning and straight:
        out[15] = up_turning / turning - up_straight / straight


@inner_kernel
def _airspeed(grid: Float64, n: int, e: float, m: float, out: Float32) -> None:
    """Write mean and sd of the speed once the mean velocity is taken away."""
    s = ss = 0.0
    for j in range(n):
        speed = np.hypot(grid[0, j] - e, grid[1, j] - m)
        s += speed
        ss += speed * speed
    out[0], out[1] = s / n, _sd(s, ss, n)


@inner_kernel
def _circle(grid: Float64, n: int, out: Float32) -> None:
    """Fit a circle to the velocities (Kasa 1976): radius is airspeed, centre is wind; and how badly it fits.

    Last, how far the centre is from the mean velocity: nothing for what drifts with the wind as it circles, the wind
    itself for what holds its circle over the ground.
    """
    e = m = 0.0
    for j in range(n):
        e += grid[0, j]
        m += grid[1, j]
    e, m = e / n, m / n
    xx = xy = yy = xz = yz = zz = 0.0
    for j in range(n):
        x, y = grid[0, j] - e, grid[1, j] - m
        z = x * x + y * y
        xx += x * x
        xy += x * y
        yy += y * y
        xz += x * z
        yz += y * z
        zz += z
    bottom = xx * yy - xy * xy
    if bottom < 1e-3 * (xx + yy) ** 2:
        return
    cx = 0.5 * (xz * yy - yz * xy) / bottom
    cy = 0.5 * (yz * xx - xz * xy) / bottom
    radius = np.sqrt(cx * cx + cy * cy + zz / n)
    miss = 0.0
    for j in range(n):
        miss += (np.hypot(grid[0, j] - e - cx, grid[1, j] - m - cy) - radius) ** 2
    out[0], out[1] = radius, np.hypot(e + cx, m + cy)
    out[2] = np.sqrt(miss / n) / max(radius, 1.0)
    out[3] = np.hypot(cx, cy)


@inner_kernel
def _wave(states: Float64, count: int, time_s: Float64) -> float:
    """Return how far altitudes of the last minute lie off a straight line (sd, m)."""
    a = count
    while a > 0 and time_s[a - 1] >= -60.0:
        a -= 1
    n, t, z = 0, 0.0, 0.0
    for k in range(a, count):
        if not np.isnan(states[k, 3]):
            n += 1
            t += time_s[k]
            z += states[k, 3]
    if n < 4:
        return np.nan
    t, z = t / n, z / n
    tt = tz = zz = 0.0
    for k in range(a, count):
        if not np.isnan(states[k, 3]):
            tt += (time_s[k] - t) ** 2
            tz += (time_s[k] - t) * (states[k, 3] - z)
            zz += (states[k, 3] - z) ** 2
    return float(np.sqrt(max(zz - tz * tz / tt, 0.0) / n))


@inner_kernel
def _life(track: Track, out: Float32) -> None:
    weight = track.weight_s
    if weight <= 0.0:
        return
    out[0], out[1] = track.speed / weight, _sd(track.speed, track.speed_square, weight)
    out[2], out[3] = track.climb / weight, _sd(track.climb, track.climb_square, weight)
    out[4], out[5], out[6] = abs(track.turn) / weight, track.turn_abs / weight, track.hover_s / weight
    out[7] = np.hypot(track.east, track.north) / max(track.speed, 1e-6)
    out[14] = np.hypot(track.east, track.north) / weight
    out[8], out[9], out[10], out[11] = track.speed_low, track.speed_high, track.climb_low, track.climb_high
    out[12] = track.turning_s / weight
    straight = weight - track.turning_s
    if track.turning_s > 5.0 and straight > 5.0:
        out[13] = track.climb_turning / track.turning_s - (track.climb - track.climb_turning) / straight
