"""Velocities of the last minute on an even grid, from states at any rate and noise, with velocities or without."""

from __future__ import annotations

import numpy as np

from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel

STEP_S = 2.0
GRID = 31
"""Points of the grid: the last minute, the newest first."""
SHORTEST_S, LONGEST_S = 2.0, 14.0
"""Bounds of half the stretch of time that one velocity is fitted to."""
MOST_MISFIT = 1.5
"""How much of the noise's variance a line may miss by before it is taken shorter."""


@kernel
def noise_of(time_s: Float64, values: Float64, others: Float64, scratch: Float64) -> float:
    """Return the sigma of white noise in one or two columns: how far each state lies off the parabola through three.

    The median of it, so that turns and jumps count little. NaN where there are fewer than five states.
    """
    n, found = len(time_s), 0
    for k in range(3, n):
        a, b, c, t = time_s[k - 3], time_s[k - 2], time_s[k - 1], time_s[k]
        la = (t - b) * (t - c) / ((a - b) * (a - c))
        lb = (t - a) * (t - c) / ((b - a) * (b - c))
        lc = (t - a) * (t - b) / ((c - a) * (c - b))
        x = values[k] - la * values[k - 3] - lb * values[k - 2] - lc * values[k - 1]
        y = others[k] - la * others[k - 3] - lb * others[k - 2] - lc * others[k - 1]
        miss = (x * x + y * y) / (1.0 + la * la + lb * lb + lc * lc)
        if not np.isnan(miss):
            scratch[found] = miss
            found += 1
    if found < 2:
        return np.nan
    return float(np.sqrt(_median(scratch, found) / 1.386))


@inner_kernel
def _median(values: Float64, n: int) -> float:
    """Sort the first n values in place and return the median; numpy's takes ten times as long to compile."""
    for k in range(1, n):
        value, at = values[k], k
        while at > 0 and values[at - 1] > value:
            values[at] = values[at - 1]
            at -= 1
        values[at] = value
    return float(values[n // 2] if n % 2 else 0.5 * (values[n // 2 - 1] + values[n // 2]))


@inner_kernel
def half_width(sigma: float, period_s: float, goal_mps: float) -> float:
    """Return half the time (s) that a line must be fitted over so that its slope is known to the goal."""
    if np.isnan(sigma):
        return SHORTEST_S
    whole = (sigma * np.sqrt(12.0 * period_s) / goal_mps) ** (2.0 / 3.0)
    return min(max(0.5 * whole, SHORTEST_S), LONGEST_S)


@inner_kernel
def shorten(time_s: Float64, values: Float64, others: Float64, sigma: float, half_s: float) -> float:
    """Return a half width, not above the one given, whose lines miss the states by little more than their noise.

    A line across a turn of a thermal would hide it. Source: Lepski's rule, with one width for the last minute.
    """
    if np.isnan(sigma):
        return half_s
    while half_s > SHORTEST_S:
        if _misfit(time_s, values, others, half_s) < MOST_MISFIT * 2.0 * sigma * sigma + 0.5:
            return half_s
        half_s /= 1.6
    return SHORTEST_S


@inner_kernel
def _misfit(time_s: Float64, values: Float64, others: Float64, half_s: float) -> float:
    """Return the mean square, per degree of freedom, by which lines over parts of the last minute miss the states."""
    total, freedom, b = 0.0, 0, len(time_s)
    while b >= 4 and time_s[b - 1] >= -60.0:
        a = b
        while a > 0 and time_s[a - 1] >= time_s[b - 1] - 2.0 * half_s:
            a -= 1
        if b - a >= 4:
            total += _residual(time_s, values, a, b) + _residual(time_s, others, a, b)
            freedom += b - a - 2
        b = a
    return total / freedom if freedom > 0 else 0.0


@inner_kernel
def _residual(time_s: Float64, values: Float64, a: int, b: int) -> float:
    slope, count, mean_t, mean_v = _slope(time_s, values, a, b), 0, 0.0, 0.0
    for k in range(a, b):
        if not np.isnan(values[k]):
            count += 1
            mean_t += time_s[k]
            mean_v += values[k]
    total = 0.0
    for k in range(a, b):
        if not np.isnan(values[k]):
            total += (values[k] - mean_v / count - slope * (time_s[k] - mean_t / count)) ** 2
    return total


@inner_kernel
def slopes(time_s: Float64, values: Float64, half_s: float, out: Float64) -> int:
    """Write the slope of a local line at every grid point that the states reach back to; return how many."""
    n = len(time_s)
    low = high = n
    filled = 0
    for j in range(len(out)):
        at = -STEP_S * j
        if at < time_s[0] - 1e-9 and j > 0:
            break
        while low > 0 and time_s[low - 1] >= at - half_s:
            low -= 1
        while high > 0 and time_s[high - 1] > at + half_s:
            high -= 1
        a, b = low, high
        while b - a < 3 and (a > 0 or b < n):  # the nearest, where states are far apart
            if a > 0 and (b >= n or at - time_s[a - 1] <= time_s[b] - at):
                a -= 1
            else:
                b += 1
        out[j] = _slope(time_s, values, a, b)
        filled = j + 1
    return filled


@inner_kernel
def _slope(time_s: Float64, values: Float64, a: int, b: int) -> float:
    count, mean_t, mean_v = 0, 0.0, 0.0
    for k in range(a, b):
        if not np.isnan(values[k]):
            count += 1
            mean_t += time_s[k]
            mean_v += values[k]
    if count < 2:
        return np.nan
    mean_t /= count
    mean_v /= count
    top = bottom = 0.0
    for k in range(a, b):
        if not np.isnan(values[k]):
            top += (time_s[k] - mean_t) * (values[k] - mean_v)
            bottom += (time_s[k] - mean_t) ** 2
    return top / bottom


@inner_kernel
def means(time_s: Float64, values: Float64, half_s: float, out: Float64) -> int:
    """Write the mean of given values around every grid point; between states the line through the nearest."""
    n = len(time_s)
    filled = 0
    for j in range(len(out)):
        at = -STEP_S * j
        if at < time_s[0] - 1e-9 and j > 0:
            break
        total, count, before, after = 0.0, 0, -1, -1
        for k in range(n - 1, -1, -1):
            if np.isnan(values[k]):
                continue
            if time_s[k] >= at:
                after = k
            if abs(time_s[k] - at) <= half_s:
                total += values[k]
                count += 1
            if time_s[k] <= at:
                before = k
            if time_s[k] < at - half_s and before >= 0:
                break
        if count > 0:
            out[j] = total / count
        elif before >= 0 and after >= 0:
            share = (at - time_s[before]) / max(time_s[after] - time_s[before], 1e-9)
            out[j] = values[before] + share * (values[after] - values[before])
        elif before >= 0:
            out[j] = values[before]
        elif after >= 0:
            out[j] = values[after]
        else:
            out[j] = np.nan
        filled = j + 1
    return filled
