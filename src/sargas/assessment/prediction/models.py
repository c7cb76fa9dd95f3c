"""The models that compete: each says where a track is after a horizon, from the fits of its past alone."""

from __future__ import annotations

from math import cos, exp, hypot, sin

from numba import njit

from sargas.assessment.prediction.analogue import repeat_past
from sargas.assessment.prediction.fits import CIRCLE, CURVE, CURVES_S, LAST, LINE, LINES_S, MEAN, MEANS_S
from sargas.assessment.prediction.past import Track
from sargas.model.columns import Float64

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
)
"""Mean velocity of the last seconds; straight fit; straight line of the fit itself; end of a curved fit, straight on;
the same, turning on; a turn that ends; a change of speed that ends; stands still; a circle that drifts; its centre; as
it went on when it last flew so; the same whatever the direction then was."""
LINES = len(MEANS_S)
TREND = LINES + len(LINES_S)
CURVES = TREND + 1
TURNS = CURVES + len(CURVES_S)
OTHERS = TURNS + len(CURVES_S)
TURN_ENDS_S = 12.0
CHANGE_ENDS_S = 30.0


@njit(cache=True, nogil=True, error_model="numpy")
def _turning(out: Float64, fits: Float64, at: int, horizon_s: float, ends_s: float) -> None:
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
        _turning(out[TURNS + w], fits, at, horizon_s, 0.0)
    _turning(out[OTHERS], fits, CURVE + 6, horizon_s, TURN_ENDS_S)
    _speeding(out[OTHERS + 1], fits, CURVE + 12, horizon_s)
    _circling(out[OTHERS + 3 :], fits, horizon_s)
    repeat_past(track, fits, horizon_s, out[OTHERS + 5 :])


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
