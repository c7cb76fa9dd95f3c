"""The models that compete: each says where a track is after a horizon, from the fits of its past alone."""

from __future__ import annotations

from math import atan2, cos, exp, hypot, sin

import numpy as np

from sargas.assessment.prediction.analogue import repeat_past
from sargas.assessment.prediction.fits import CIRCLE, CURVE, CURVES_S, LAST, LINE, LINES_S, MEAN, MEANS_S
from sargas.assessment.prediction.past import FINE, VX, VY, T, Track
from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel

MODELS = (
    *(f"mean-{window_s:g}" for window_s in MEANS_S),
    *(f"line-{window_s:g}" for window_s in LINES_S),
    "trend-60",
    *(f"curve-{window_s:g}" for window_s in CURVES_S),
    *(f"turn-{window_s:g}" for window_s in CURVES_S),
    "turn-ends",
    "speeds-up",
    "stands",
    "circle",
    "circle-centre",
    "lap",
    "habit",
    "told",
    "told-turn-ends",
)
"""Mean velocity of the last seconds; straight fit; straight line of the fit itself; end of a curved fit, straight on;
the same, turning on; a turn that ends; a change of speed that ends; stands still; a circle that drifts; its centre; as
it went on when it last flew so; the same whatever the direction then was; the velocity told with the last state,
straight on; the same in the turn that the last two told are apart by, which ends. Where no velocity is told these two
are the short curve straight on and its turn."""
LINES = len(MEANS_S)
TREND = LINES + len(LINES_S)
CURVES = TREND + 1
TURNS = CURVES + len(CURVES_S)
OTHERS = TURNS + len(CURVES_S)
TOLD = OTHERS + 7
TURN_ENDS_S = 12.0
TOLD_ENDS_S = 8.0
TOLD_APART_S = 1.8
"""Velocities told so far apart or farther give a turn."""
CHANGE_ENDS_S = 30.0


@inner_kernel
def _turning(out: Float64, place: complex, velocity: complex, rate: float, horizon_s: float, ends_s: float) -> None:
    """Go on at a turn rate (rad/s); ``ends_s`` is the time constant of the turn, 0: it goes on for ever."""
    rate = min(max(rate, -0.7), 0.7)
    if ends_s > 0.0:
        # a few steps of the heading that settles
        way, steps = complex(0.0, 0.0), 8
        gone_s = 0.0
        for k in range(steps):
            next_s = min(horizon_s, 6.0 * ends_s) * (k + 1) / steps
            middle_s = 0.5 * (gone_s + next_s)
            turned = rate * ends_s * (1.0 - exp(-middle_s / ends_s))
            way += complex(cos(turned), sin(turned)) * velocity * (next_s - gone_s)
            gone_s = next_s
        turned = rate * ends_s
        end = place + way + complex(cos(turned), sin(turned)) * velocity * (horizon_s - gone_s)
    else:
        turned = rate * horizon_s
        if abs(turned) < 1e-4:
            end = place + velocity * horizon_s
        else:
            end = place + velocity * complex(sin(turned), 1.0 - cos(turned)) / rate
    out[0], out[1] = end.real, end.imag


@inner_kernel
def _curve_of(fits: Float64, w: int) -> tuple[complex, complex, float]:
    """Return place, velocity and turn rate (rad/s) at the end of a curved fit."""
    at = CURVE + 6 * w
    vx, vy, ax, ay = fits[at + 2], fits[at + 3], fits[at + 4], fits[at + 5]
    rate = (vx * ay - vy * ax) / max(vx * vx + vy * vy, 0.25)
    return complex(fits[at], fits[at + 1]), complex(vx, vy), rate


@inner_kernel
def _told_of(track: Track, fits: Float64) -> tuple[complex, complex, float]:
    """Return the last place, the velocity told there and its turn rate (rad/s): where none is told the short curve."""
    place, velocity, rate = _curve_of(fits, 0)
    if np.isnan(fits[LAST + 2]) or np.isnan(fits[LAST + 3]):
        return place, velocity, rate
    place, velocity = complex(fits[LAST], fits[LAST + 1]), complex(fits[LAST + 2], fits[LAST + 3])
    now_s, count = track.last[0, T], track.fine_count
    for k in range(count - 1, max(count - FINE, 0) - 1, -1):
        slot = track.fine[k % FINE]
        if now_s - slot[T] < TOLD_APART_S or np.isnan(slot[VX]):
            continue
        then = complex(slot[VX], slot[VY])
        if abs(then) > 0.5 and abs(velocity) > 0.5:
            turned = velocity * then.conjugate()
            rate = atan2(turned.imag, turned.real) / (now_s - slot[T])
        break
    return place, velocity, rate


@kernel
def predict_models(track: Track, fits: Float64, horizon_s: float, out: Float64) -> None:
    """Fill ``out`` (len(MODELS), 2) with the place in the track's plane, in the order of ``MODELS``."""
    for w in range(len(MEANS_S)):
        for c in range(2):
            out[w, c] = fits[LAST + c] + fits[MEAN + 2 * w + c] * horizon_s
    for w in range(len(LINES_S)):
        for c in range(2):
            # from the place of the short curve: where it is, not where a straight line through a turn would have it
            out[LINES + w, c] = fits[CURVE + c] + fits[LINE + 4 * w + 2 + c] * horizon_s
    for c in range(2):
        at = LINE + 4 * (len(LINES_S) - 1) + c
        out[TREND, c] = fits[at] + fits[at + 2] * horizon_s
        out[OTHERS + 2, c] = fits[CURVE + c]
    for w in range(len(CURVES_S)):
        at = CURVE + 6 * w
        for c in range(2):
            out[CURVES + w, c] = fits[at + c] + fits[at + 2 + c] * horizon_s
        place, velocity, rate = _curve_of(fits, w)
        _turning(out[TURNS + w], place, velocity, rate, horizon_s, 0.0)
    place, velocity, rate = _curve_of(fits, 1)
    _turning(out[OTHERS], place, velocity, rate, horizon_s, TURN_ENDS_S)
    _speeding(out[OTHERS + 1], fits, CURVE + 12, horizon_s)
    _circling(out[OTHERS + 3 :], fits, horizon_s)
    repeat_past(track, fits, horizon_s, out[OTHERS + 5 :])
    place, velocity, rate = _told_of(track, fits)
    _turning(out[TOLD], place, velocity, 0.0, horizon_s, 0.0)
    _turning(out[TOLD + 1], place, velocity, rate, horizon_s, TOLD_ENDS_S)


@inner_kernel
def _speeding(out: Float64, fits: Float64, at: int, horizon_s: float) -> None:
    """Go straight on with the velocity now and a change of speed that settles."""
    vx, vy, ax, ay = fits[CURVE + 8], fits[CURVE + 9], fits[at + 4], fits[at + 5]
    speed = max(hypot(vx, vy), 0.5)
    along = (vx * ax + vy * ay) / speed
    gained_mps = along * CHANGE_ENDS_S
    way_m = gained_mps * (horizon_s - CHANGE_ENDS_S * (1.0 - exp(-horizon_s / CHANGE_ENDS_S)))
    way_m = max(way_m, -0.8 * speed * horizon_s)
    out[0] = fits[CURVE + 6] + vx * horizon_s + vx / speed * way_m
    out[1] = fits[CURVE + 7] + vy * horizon_s + vy / speed * way_m


@inner_kernel
def _circling(out: Float64, fits: Float64, horizon_s: float) -> None:
    at = CIRCLE
    if fits[at + 6] == 0.0:
        for j in range(2):
            at_60 = LINE + 4 * (len(LINES_S) - 1) + j
            out[0, j] = out[1, j] = fits[at_60] + fits[at_60 + 2] * horizon_s
        return
    turned = fits[at + 6] * horizon_s
    c, s = cos(turned), sin(turned)
    for j in range(2):
        out[1, j] = fits[at + j] + fits[at + 2 + j] * horizon_s
    out[0, 0] = out[1, 0] + c * fits[at + 4] - s * fits[at + 5]
    out[0, 1] = out[1, 1] + s * fits[at + 4] + c * fits[at + 5]
