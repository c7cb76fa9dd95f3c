"""Circles: who soars, orbits or holds goes round a centre that drifts with the wind."""

from __future__ import annotations

from math import cos, exp, log, pi, sin

import numpy as np

from sargas.assessment.prediction.past import FINE, T, X, Y
from sargas.model.columns import Complex128, Float64
from sargas.model.kernel import inner_kernel

CIRCLE_S = 90.0
"""Window of the circle fit."""
CIRCLE_POINTS = 40
SHORTEST_PERIOD_S = 8.0
LONGEST_PERIOD_S = 140.0
PERIODS = 14
CIRCLE_FIGURES = 8


@inner_kernel
def fit_circle(slots: Float64, count: int, now_s: float, noise_m: float, out: Float64) -> None:
    """Fit a circle whose centre drifts: x + i y = c + d t + a exp(i w t), w by search over periods and both senses.

    ``out`` (CIRCLE_FIGURES,) becomes centre (2,), drift (2,), arm (2,) now, turn rate (rad/s; 0: no circle) and the
    share of the straight fit's misfit that is left (1: no circle). ``slots`` are those of ``past``, ``count`` ever
    begun.
    """
    out[:] = 0.0
    out[7] = 1.0
    first = max(count - FINE, 0)
    while first < count and now_s - slots[first % FINE, T] > CIRCLE_S:
        first += 1
    stride = max(1, (count - first + CIRCLE_POINTS - 1) // CIRCLE_POINTS)
    n = (count - first + stride - 1) // stride
    if n < 8:
        return
    tau, place = np.empty(n), np.empty(n, np.complex128)
    for j in range(n):
        slot = slots[(count - 1 - j * stride) % FINE]
        tau[j], place[j] = slot[T] - now_s, complex(slot[X], slot[Y])
    middle, mean = 0.0, complex(0.0, 0.0)
    for j in range(n):
        middle += tau[j] / n
        mean += place[j] / n
    squares, drift = 0.0, complex(0.0, 0.0)
    for j in range(n):
        tau[j] -= middle
        place[j] -= mean
        squares += tau[j] * tau[j]
        drift += tau[j] * place[j]
    if squares <= 0.0:
        return
    drift /= squares
    misfit = 0.0
    for j in range(n):
        place[j] -= drift * tau[j]
        misfit += place[j].real ** 2 + place[j].imag ** 2
    if misfit < n * (2.0 * (3.0 * noise_m) ** 2 + 4.0):
        return
    span_s = tau[0] - tau[n - 1]
    best, rate = _search_rate(tau, place, squares, span_s)
    if best < 0.0:
        return
    left, arm, centre, slope = _circle(tau, place, squares, rate)
    drift += slope
    # the time of the fit is moved to now
    arm_now = arm * complex(cos(-rate * middle), sin(-rate * middle))
    middle_now = mean + centre - drift * middle
    out[0], out[1] = middle_now.real, middle_now.imag
    out[2], out[3] = drift.real, drift.imag
    out[4], out[5] = arm_now.real, arm_now.imag
    out[6], out[7] = rate, left / misfit


@inner_kernel
def _search_rate(tau: Float64, place: Complex128, squares: float, span_s: float) -> tuple[float, float]:
    """Return the least misfit and its turn rate (rad/s); -1 when the past holds no whole turn."""
    best, rate = -1.0, 0.0
    longest = min(LONGEST_PERIOD_S, 0.95 * span_s)
    shortest = max(SHORTEST_PERIOD_S, 3.0 * span_s / len(tau))
    if longest <= shortest:
        return best, rate
    step = log(longest / shortest) / (PERIODS - 1)
    for k in range(PERIODS):
        for sense in (-1.0, 1.0):
            tried = sense * 2.0 * pi / (shortest * exp(step * k))
            left = _circle(tau, place, squares, tried)[0]
            if best < 0.0 or left < best:
                best, rate = left, tried
    for _ in range(5):
        step *= 0.5
        for tried in (rate * exp(-step), rate * exp(step)):
            left = _circle(tau, place, squares, tried)[0]
            if left < best:
                best, rate = left, tried
    return best, rate


@inner_kernel
def _circle(tau: Float64, place: Complex128, squares: float, rate: float) -> tuple[float, complex, complex, complex]:
    """Return misfit, arm at tau 0, centre and drift of the best circle of one turn rate; ``place`` is without trend."""
    n = len(tau)
    s0, s1, sp, total = complex(0.0, 0.0), complex(0.0, 0.0), complex(0.0, 0.0), 0.0
    for j in range(n):
        arm = complex(cos(rate * tau[j]), sin(rate * tau[j]))
        s0 += arm
        s1 += arm * tau[j]
        back = arm.conjugate()
        sp += back * place[j]
        total += place[j].real ** 2 + place[j].imag ** 2
    # what of the arm is not a constant or a trend
    free = n - (s0.real**2 + s0.imag**2) / n - (s1.real**2 + s1.imag**2) / squares
    if free < 0.05 * n:
        return total, complex(0.0, 0.0), complex(0.0, 0.0), complex(0.0, 0.0)
    found = sp / free
    return total - (sp.real**2 + sp.imag**2) / free, found, -found * s0 / n, -found * s1 / squares
