"""The models that compete: each says where a track is after a horizon, from the fits of its past alone."""

from __future__ import annotations

from math import cos, exp, hypot, sin

import numpy as np
from numba import njit

from sargas.assessment.prediction.fits import CIRCLE, CURVE, LAST, LINE, MEAN, NOISE
from sargas.model.columns import Float64

MODELS = (
    "mean-5",
    "mean-60",
    "mean-180",
    "mean-600",
    "line-5",
    "line-10",
    "line-20",
    "line-60",
    "trend-60",
    "curve-10",
    "curve-20",
    "curve-40",
    "turn-10",
    "turn-20",
    "turn-40",
    "turn-ends",
    "speeds-up",
    "stands",
    "circle",
    "circle-centre",
)
"""Mean velocity of the last seconds; straight fit; straight line of the fit itself; end of a curved fit, straight on;
the same, turning on; a turn that ends; a change of speed that ends; stands still; a circle that drifts; its centre."""
TURN_ENDS_S = 12.0
CHANGE_ENDS_S = 30.0


@njit(cache=True, nogil=True, error_model="numpy")
def _turning(
    out: Float64, fits: Float64, at: int, horizon_s: float, ends_s: float
) -> None:
    """Go on from a curved fit at its turn rate; ``ends_s`` is the time constant of the turn, 0: it goes on for ever."""
    vx, vy, ax, ay = fits[at + 2], fits[at + 3], fits[at + 4], fits[at + 5]
    square = vx * vx + vy * vy
    rate = (vx * ay - vy * ax) / max(square, 0.25)
    rate = min(max(rate, -0.7), 0.7)
    if ends_s > 0.0:
        # a few steps of the heading that settles
        x, y, steps = 0.0, 0.0, 8
        gone_s = 0.0
        for k in range(steps):
            next_s = min(horizon_s, 6.0 * ends_s) * (k + 1) / steps
            middle_s = 0.5 * (gone_s + next_s)
            turned = rate * ends_s * (1.0 - exp(-middle_s / ends_s))
            c, s = cos(turned), sin(turned)
            x += (c * vx - s * vy) * (next_s - gone_s)
            y += (s * vx + c * vy) * (next_s - gone_s)
            gone_s = next_s
        turned = rate * ends_s
        c, s = cos(turned), sin(turned)
        out[0] = fits[at] + x + (c * vx - s * vy) * (horizon_s - gone_s)
        out[1] = fits[at + 1] + y + (s * vx + c * vy) * (horizon_s - gone_s)
        return
    turned = rate * horizon_s
    if abs(turned) < 1e-4:
        out[0], out[1] = fits[at] + vx * horizon_s, fits[at + 1] + vy * horizon_s
        return
    s, c = sin(turned) / rate, (1.0 - cos(turned)) / rate
    out[0], out[1] = fits[at] + s * vx - c * vy, fits[at + 1] + c * vx + s * vy


@njit(cache=True, nogil=True, error_model="numpy")
def predict_models(fits: Float64, horizon_s: float, out: Float64) -> None:
    """Fill ``out`` (len(MODELS), 2) with the place in the track's plane, in the order of ``MODELS``."""
    now_x, now_y = fits[LAST], fits[LAST + 1]
    for w in range(4):
        out[w, 0] = now_x + fits[MEAN + 2 * w] * horizon_s
        out[w, 1] = now_y + fits[MEAN + 2 * w + 1] * horizon_s
    here = CURVE
    for w in range(4):
        at = LINE + 4 * w
        # from the place of the short curve: where it is, not where a straight line through a turn would have it
        out[4 + w, 0] = fits[here] + fits[at + 2] * horizon_s
        out[4 + w, 1] = fits[here + 1] + fits[at + 3] * horizon_s
    at = LINE + 12
    out[8, 0], out[8, 1] = fits[at] + fits[at + 2] * horizon_s, fits[at + 1] + fits[at + 3] * horizon_s
    for w in range(3):
        at = CURVE + 6 * w
        out[9 + w, 0] = fits[at] + fits[at + 2] * horizon_s
        out[9 + w, 1] = fits[at + 1] + fits[at + 3] * horizon_s
        _turning(out[12 + w], fits, at, horizon_s, 0.0)
    _turning(out[15], fits, CURVE + 6, horizon_s, TURN_ENDS_S)
    _speeding(out[16], fits, CURVE + 12, horizon_s)
    out[17, 0], out[17, 1] = fits[here], fits[here + 1]
    _circling(out, fits, horizon_s)


@njit(cache=True, nogil=True, error_model="numpy")
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


@njit(cache=True, nogil=True, error_model="numpy")
def _circling(out: Float64, fits: Float64, horizon_s: float) -> None:
    at = CIRCLE
    if fits[at + 6] == 0.0:
        out[18], out[19] = out[8], out[8]
        return
    turned = fits[at + 6] * horizon_s
    c, s = cos(turned), sin(turned)
    for j in range(2):
        out[19, j] = fits[at + j] + fits[at + 2 + j] * horizon_s
    out[18, 0] = out[19, 0] + c * fits[at + 4] - s * fits[at + 5]
    out[18, 1] = out[19, 1] + s * fits[at + 4] + c * fits[at + 5]
