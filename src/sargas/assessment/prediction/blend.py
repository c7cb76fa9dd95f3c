"""The blend: how much each model counts for a track now, and how far off the blend may be.

One small network a horizon (two hidden layers) reads the features and gives two sets of weights, one along the track
and one across it, and the miss that nine of ten stay under. It chooses among the models' places and cannot leave
their hull. It is trained for the logarithm of the miss, whose best answer is close to the median's, and for the
pinball loss of the 0.9 quantile (benchmarks/prediction/train.py).
"""

from __future__ import annotations

from io import BytesIO
from math import exp
from typing import NamedTuple

import numpy as np

from sargas.assessment.prediction.features import FEATURES, REFERENCE, direction_of
from sargas.assessment.prediction.models import MODELS
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.model.columns import Float32, Float64
from sargas.model.kernel import inner_kernel

M = len(MODELS)
OUTPUTS = 2 * M + 1
FARTHEST = 5.0
"""A feature counts at most so many sigmas."""
NAMES = ("mean", "scale", "in_weights", "in_bias", "mid_weights", "mid_bias", "out_weights", "out_bias")


class Blend(NamedTuple):
    """The networks of all horizons, stacked along the first axis."""

    mean: Float32
    scale: Float32
    in_weights: Float32
    in_bias: Float32
    mid_weights: Float32
    mid_bias: Float32
    out_weights: Float32
    out_bias: Float32


def read_blend(data: bytes) -> Blend:
    """Read the networks from the bytes of an .npz file. Raises ValueError where they do not fit these features."""
    with np.load(BytesIO(data)) as arrays:
        blend = Blend(*(np.ascontiguousarray(arrays[name], np.float32) for name in NAMES))
    expected = (len(HORIZONS_S), FEATURES), (len(HORIZONS_S), OUTPUTS)
    found = blend.mean.shape, blend.out_bias.shape
    if found != expected:
        raise ValueError(
            f"expected networks of {expected}, was {found}: train them again (benchmarks/prediction/train.py)"
        )
    return blend


@inner_kernel
def weigh_models(blend: Blend, h: int, features: Float64, weights: Float64) -> float:
    """Fill ``weights`` (2, m), along and across, at horizon h; return the miss (m) that nine of ten stay under."""
    middle, last = _taken(blend.in_bias, h), _taken(blend.mid_bias, h)
    for f in range(FEATURES):
        value = (features[f] - blend.mean[h, f]) * blend.scale[h, f]
        value = min(max(value, -FARTHEST), FARTHEST)
        row = blend.in_weights[h, f]
        for k in range(len(middle)):
            middle[k] += np.float32(value) * row[k]
    for k in range(len(middle)):
        if middle[k] > 0.0:
            row = blend.mid_weights[h, k]
            for j in range(len(last)):
                last[j] += middle[k] * row[j]
    out = _taken(blend.out_bias, h)
    for j in range(len(last)):
        if last[j] > 0.0:
            row = blend.out_weights[h, j]
            for k in range(OUTPUTS):
                out[k] += last[j] * row[k]
    for w in range(2):
        highest = -np.inf
        for e in range(M):
            highest = max(highest, out[w * M + e])
        total = 0.0
        for e in range(M):
            weights[w, e] = exp(out[w * M + e] - highest)
            total += weights[w, e]
        for e in range(M):
            weights[w, e] /= total
    return exp(min(max(out[2 * M], 0.0), 14.0)) - 0.99


@inner_kernel
def _taken(rows: Float32, h: int) -> Float32:
    taken = np.empty(rows.shape[1], np.float32)
    for k in range(rows.shape[1]):
        taken[k] = rows[h, k]
    return taken


@inner_kernel
def blend_places(fits: Float64, weights: Float64, places: Float64, at: int) -> None:
    """Set places[at] from the models' places (m, 2) and their weights along and across the track's way."""
    along_x, along_y = direction_of(fits)
    along, across = 0.0, 0.0
    for e in range(M):
        dx, dy = places[e, 0] - places[REFERENCE, 0], places[e, 1] - places[REFERENCE, 1]
        along += weights[0, e] * (along_x * dx + along_y * dy)
        across += weights[1, e] * (along_x * dy - along_y * dx)
    places[at, 0] = places[REFERENCE, 0] + along_x * along - along_y * across
    places[at, 1] = places[REFERENCE, 1] + along_y * along + along_x * across
