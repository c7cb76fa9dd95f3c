"""What the blend is told of a track: where the models disagree, how they did so far, and how the track moves.

Lengths come in as asinh of their size over the noise, so that metres and tens of kilometres both count; everything
is turned into the track's own direction. No place, no time and no name is among them.
"""

from __future__ import annotations

from math import asinh, hypot, log

import numpy as np

from sargas.assessment.prediction.fits import AGE, CIRCLE, CURVE, CURVES_S, LINE, NOISE, RISE
from sargas.assessment.prediction.models import MODELS
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.assessment.prediction.past import Track
from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel

REFERENCE = MODELS.index("line-20")
"""The model whose place and direction the others are told against."""
MOTION = 22
FEATURES = 6 * len(MODELS) + MOTION


@inner_kernel
def direction_of(fits: Float64) -> tuple[float, float]:
    """Return the unit vector of the track's way: of the straight fit over 20 s; east when it stands."""
    vx, vy = fits[LINE + 10], fits[LINE + 11]
    speed = hypot(vx, vy)
    return (vx / speed, vy / speed) if speed > 1e-3 else (1.0, 0.0)


@inner_kernel
def length_unit_m(fits: Float64) -> float:
    """Return the length that counts as one: some metres, more for a noisy track."""
    return 5.0 + fits[NOISE]


@inner_kernel
def fill_features(fits: Float64, places: Float64, track: Track, h: int, out: Float64) -> None:
    """Fill ``out`` (FEATURES,) for a track at horizon h of ``HORIZONS_S``; ``places`` (>= m, 2) are the models'."""
    m = len(MODELS)
    along_x, along_y = direction_of(fits)
    unit = length_unit_m(fits)
    for e in range(m):
        dx, dy = places[e, 0] - places[REFERENCE, 0], places[e, 1] - places[REFERENCE, 1]
        out[e] = 0.3 * asinh((along_x * dx + along_y * dy) / unit)
        out[m + e] = 0.3 * asinh((along_x * dy - along_y * dx) / unit)
    _fill_scores(track, h, unit, out, 2 * m)
    _fill_scores(track, max(h - 1, 0), unit, out, 4 * m)
    _fill_motion(fits, track, h, out[6 * m :])


@inner_kernel
def _fill_scores(track: Track, h: int, unit: float, out: Float64, at: int) -> None:
    """Tell how much worse than the best each model did, quickly and slowly averaged; 0 where nothing is known."""
    m = len(MODELS)
    if track.judged[h] == 0:
        out[at : at + 2 * m] = 0.0
        return
    for w in range(2):
        best = np.inf
        for e in range(m):
            best = min(best, track.scores[h, e, w])
        for e in range(m):
            out[at + w * m + e] = min(track.scores[h, e, w] - best, 5.0)


@inner_kernel
def _fill_motion(fits: Float64, track: Track, h: int, out: Float64) -> None:
    vx, vy = fits[LINE + 10], fits[LINE + 11]
    speed = hypot(vx, vy)
    out[0] = log(speed + 1.0) - 3.0
    out[1] = log(fits[NOISE]) - 2.0
    out[2] = log(fits[NOISE + 1]) if fits[NOISE + 2] >= 0.0 else 0.0
    out[3] = asinh(fits[NOISE + 2]) if fits[NOISE + 2] >= 0.0 else -1.0
    out[4] = log(fits[AGE] + 1.0) - 4.0
    out[5] = log(fits[AGE + 1] + 0.1)
    for w in range(len(CURVES_S)):
        at = CURVE + 6 * w
        vx, vy, ax, ay = fits[at + 2], fits[at + 3], fits[at + 4], fits[at + 5]
        square = vx * vx + vy * vy + 1.0
        out[6 + w] = asinh(30.0 * (vx * ay - vy * ax) / square)
        out[9 + w] = asinh(5.0 * (vx * ax + vy * ay) / square**0.5)
    out[12] = fits[CIRCLE + 7]
    out[13] = asinh(10.0 * fits[CIRCLE + 6])
    out[14] = log(hypot(fits[CIRCLE + 4], fits[CIRCLE + 5]) + 1.0) if fits[CIRCLE + 6] != 0.0 else 0.0
    for w in range(3):
        out[15 + w] = asinh(0.5 * fits[RISE + 1 + w])
    out[18] = min(max(fits[RISE] / 4000.0, -0.5), 3.0) if not np.isnan(fits[RISE]) else 0.0
    judged = track.judged[h]
    out[19] = min(judged, 20) / 10.0
    previous = max(h - 1, 0)
    own = track.scores[h if judged > 0 else previous]
    known = judged > 0 or track.judged[previous] > 0
    for w in range(2):
        best = np.inf
        for e in range(len(MODELS)):
            best = min(best, own[e, w])
        out[20 + w] = best - log(HORIZONS_S[h]) if known else 0.0
