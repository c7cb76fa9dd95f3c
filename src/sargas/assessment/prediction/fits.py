"""What the past of a track says of its motion now: smoothed places, velocities and accelerations over several windows.

Places and reported velocities are fitted together, each weighted by its own noise, which is read off the track itself:
a track without velocities, with poor ones or with very good ones needs no setting.
"""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np

from sargas.assessment.prediction.circle import CIRCLE_FIGURES, fit_circle
from sargas.assessment.prediction.past import COARSE, FINE, VX, VY, VZ, T, Track, X, Y, Z
from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel

LINES_S = (5.0, 10.0, 20.0, 60.0)
"""Windows of the straight fits."""
CURVES_S = (10.0, 20.0, 40.0)
"""Windows of the fits with a constant acceleration."""
MEANS_S = (5.0, 15.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0)
"""Windows of the mean velocities: place now minus place then."""
PLACE_NOISE_M = 0.5
VELOCITY_NOISE_MPS = 0.15
"""Least noises assumed, so that weights stay finite."""
JOLT_MPS2 = 3.0
"""Spread of accelerations before anything is measured."""
TRIPLES = 24
"""How many slots back noise is measured."""
DISAGREEMENT_S = 40.0
"""Window over which reported velocities are held against the way flown."""

LINE = 0
"""Fit of window w: place (2,), velocity (2,) from column LINE + 4 w."""
CURVE = LINE + 4 * len(LINES_S)
"""Fit of window w: place (2,), velocity (2,), acceleration (2,) from column CURVE + 6 w."""
MEAN = CURVE + 6 * len(CURVES_S)
"""Mean velocity (2,) of window w from column MEAN + 2 w."""
CIRCLE = MEAN + 2 * len(MEANS_S)
"""Circle with a drifting centre (``circle.fit_circle``)."""
NOISE = CIRCLE + CIRCLE_FIGURES
"""Noise of places (m), of reported velocities (m/s), what the latter disagree with the places by (m/s; -1: none)."""
AGE = NOISE + 3
"""Seconds of past, seconds between states."""
LAST = AGE + 2
"""Last place (2,), last reported velocity (2,; NaN: none)."""
RISE = LAST + 4
"""Altitude now, vertical rate over 5, 20 and 60 s."""
FITS = RISE + 4


@kernel
def measure_motion(track: Track, fits: Float64) -> None:
    """Fill ``fits`` (FITS,) from the past of a track, which has one state or more."""
    last = track.last[0]
    slots, count = track.fine, track.fine_count
    fits[NOISE] = _noise(slots, count, X)
    fits[NOISE + 2] = _disagreement(slots, count, last[T], fits[NOISE])
    fits[NOISE + 1] = hypot(_noise(slots, count, VX), max(fits[NOISE + 2], 0.0))
    fits[LAST], fits[LAST + 1], fits[LAST + 2], fits[LAST + 3] = last[X], last[Y], last[VX], last[VY]
    kept = min(count, FINE)
    oldest = slots[(count - kept) % FINE, T]
    span_s = last[T] - oldest
    coarse_kept = min(track.coarse_count, COARSE)
    if coarse_kept > 0:
        oldest = min(oldest, track.coarse[(track.coarse_count - coarse_kept) % COARSE, 0])
    fits[AGE], fits[AGE + 1] = last[T] - oldest, span_s / max(kept - 1, 1)
    sums = np.empty((3, 5))
    for w in range(len(LINES_S)):
        _fit(slots, count, last[T], LINES_S[w], 2, fits, sums, LINE + 4 * w)
    for w in range(len(CURVES_S)):
        _fit(slots, count, last[T], CURVES_S[w], 3, fits, sums, CURVE + 6 * w)
    for w in range(len(MEANS_S)):
        _mean_velocity(track, MEANS_S[w], fits, MEAN + 2 * w)
    fit_circle(slots, count, last[T], fits[NOISE], fits[CIRCLE : CIRCLE + CIRCLE_FIGURES])
    _rise(slots, count, last, fits)


@inner_kernel
def _noise(slots: Float64, count: int, column: int) -> float:
    """Return sigma of a pair of columns: each middle of three slots against the straight line of its neighbours."""
    found = np.empty(2 * TRIPLES)
    n = 0
    for k in range(count - 2, max(count - 2 - TRIPLES, max(count - FINE, 0)), -1):
        before, here, after = slots[(k - 1) % FINE], slots[k % FINE], slots[(k + 1) % FINE]
        share = (here[T] - before[T]) / (after[T] - before[T])
        spread = sqrt(1.0 + (1.0 - share) ** 2 + share**2)
        for c in (column, column + 1):
            off = here[c] - before[c] - share * (after[c] - before[c])
            if not np.isnan(off):
                found[n] = abs(off) / spread
                n += 1
    least = PLACE_NOISE_M if column == X else VELOCITY_NOISE_MPS
    if n < 4:
        return 10.0 if column == X else 1.0
    return max(least, _middle(found, n) / 0.6745)


@inner_kernel
def _middle(found: Float64, n: int) -> float:
    """Return the n // 2-th smallest of the first n values, which are sorted in place."""
    for k in range(1, n):
        value, j = found[k], k - 1
        while j >= 0 and found[j] > value:
            found[j + 1] = found[j]
            j -= 1
        found[j + 1] = value
    return found[n // 2]


@inner_kernel
def _disagreement(slots: Float64, count: int, now_s: float, noise_m: float) -> float:
    """Return by how much reported velocities and the way flown differ beyond noise (m/s), over the last 40 s."""
    way = complex(0.0, 0.0)
    told = complex(0.0, 0.0)
    elapsed_s = 0.0
    for k in range(count - 1, max(count - FINE, 0), -1):
        here, before = slots[k % FINE], slots[(k - 1) % FINE]
        if now_s - before[T] > DISAGREEMENT_S and elapsed_s > 0.0:
            break
        if np.isnan(here[VX]) or np.isnan(before[VX]):
            continue
        step_s = here[T] - before[T]
        way += complex(here[X] - before[X], here[Y] - before[Y])
        told += 0.5 * step_s * complex(here[VX] + before[VX], here[VY] + before[VY])
        elapsed_s += step_s
    if elapsed_s == 0.0:
        return -1.0
    return max(0.0, abs(way - told) - 6.0 * noise_m) / elapsed_s


@inner_kernel
def _fit(
    slots: Float64, count: int, now_s: float, window_s: float, order: int, fits: Float64, sums: Float64, at: int
) -> None:
    """Fit place and velocity (order 2), also acceleration (3), to the slots of a window by weighted least squares."""
    place_weight = 1.0 / fits[NOISE] ** 2
    velocity_weight = 1.0 / fits[NOISE + 1] ** 2
    sums[:] = 0.0
    # without anything measured a track stands still: weak enough never to be felt where there is a second state
    sums[1, 1], sums[2, 2] = 1e-4, 1.0 / JOLT_MPS2**2
    for k in range(count - 1, max(count - FINE, 0) - 1, -1):
        slot = slots[k % FINE]
        tau = slot[T] - now_s
        if -tau > window_s + 0.01 and count - 1 - k >= order:
            break
        half = 0.5 * tau * tau
        sums[0, 0] += place_weight
        sums[0, 1] += place_weight * tau
        sums[0, 2] += place_weight * half
        sums[1, 1] += place_weight * tau * tau
        sums[1, 2] += place_weight * tau * half
        sums[2, 2] += place_weight * half * half
        for c in range(2):
            sums[0, 3 + c] += place_weight * slot[X + c]
            sums[1, 3 + c] += place_weight * tau * slot[X + c]
            sums[2, 3 + c] += place_weight * half * slot[X + c]
        if not np.isnan(slot[VX]):
            sums[1, 1] += velocity_weight
            sums[1, 2] += velocity_weight * tau
            sums[2, 2] += velocity_weight * tau * tau
            for c in range(2):
                sums[1, 3 + c] += velocity_weight * slot[VX + c]
                sums[2, 3 + c] += velocity_weight * tau * slot[VX + c]
    _solve(sums, order, fits, at)


@inner_kernel
def _solve(sums: Float64, order: int, fits: Float64, at: int) -> None:
    """Solve the symmetric normal equations (upper triangle in ``sums``) into fits[at:], pair by pair."""
    m00, m01, m02, m11, m12, m22 = sums[0, 0], sums[0, 1], sums[0, 2], sums[1, 1], sums[1, 2], sums[2, 2]
    # eliminate the place, then the velocity
    b11, b12, b22 = m11 - m01 * m01 / m00, m12 - m01 * m02 / m00, m22 - m02 * m02 / m00
    c22 = b22 - b12 * b12 / b11
    for c in range(2):
        r0, r1, r2 = sums[0, 3 + c], sums[1, 3 + c], sums[2, 3 + c]
        r1 -= m01 / m00 * r0
        r2 -= m02 / m00 * r0
        a = (r2 - b12 / b11 * r1) / c22 if order == 3 else 0.0
        v = (r1 - b12 * a) / b11
        fits[at + c] = (r0 - m01 * v - m02 * a) / m00
        fits[at + 2 + c] = v
        if order == 3:
            fits[at + 4 + c] = a


@inner_kernel
def _mean_velocity(track: Track, window_s: float, fits: Float64, at: int) -> None:
    """Set the mean velocity since the place that is nearest to a window ago; the oldest one when none is so old."""
    last, count = track.last[0], track.fine_count
    then = track.fine[(count - 1) % FINE][: Y + 1]
    for k in range(count - 2, max(count - FINE, 0) - 1, -1):
        then = track.fine[k % FINE][: Y + 1]
        if last[T] - then[0] >= window_s - 0.5:
            break
    if last[T] - then[0] < window_s - 0.5:
        for k in range(track.coarse_count - 1, max(track.coarse_count - COARSE, 0) - 1, -1):
            slot = track.coarse[k % COARSE]
            if slot[0] < then[0]:
                then = slot
                if last[T] - then[0] >= window_s - 0.5:
                    break
    elapsed_s = last[T] - then[0]
    if elapsed_s > 0.3:
        fits[at], fits[at + 1] = (last[X] - then[1]) / elapsed_s, (last[Y] - then[2]) / elapsed_s
    else:
        fits[at], fits[at + 1] = fits[LINE + 2], fits[LINE + 3]


@inner_kernel
def _rise(slots: Float64, count: int, last: Float64, fits: Float64) -> None:
    """Set the altitude and its rates: the slope of a straight fit, the mean reported rate where there is one."""
    fits[RISE] = last[Z]
    for w in range(3):
        window_s = (5.0, 20.0, 60.0)[w]
        n, st, sz, stt, stz, reported, told = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for k in range(count - 1, max(count - FINE, 0) - 1, -1):
            slot = slots[k % FINE]
            tau = slot[T] - last[T]
            if -tau > window_s + 0.01 and n >= 2:
                break
            if not np.isnan(slot[Z]):
                n, st, sz = n + 1.0, st + tau, sz + slot[Z]
                stt, stz = stt + tau * tau, stz + tau * slot[Z]
            if not np.isnan(slot[VZ]):
                told, reported = told + 1.0, reported + slot[VZ]
        spread = n * stt - st * st
        rate = (n * stz - st * sz) / spread if spread > 1e-6 else 0.0
        fits[RISE + 1 + w] = reported / told if told > 0.0 else rate
