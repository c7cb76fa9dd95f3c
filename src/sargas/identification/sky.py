"""How frequent each class is in a sky, learned from its own older tracks, for young tracks of the same height.

What a young track shows says little, so how sure to be of it rests on how frequent each class is. Shares of classes
differ between skies by a hundred (label shift: Saerens, Latinne and Decaestecker 2002). A track that reaches 60 s is
counted by what is thought of it then; younger ones of its band of height are weighed by what was counted before,
wholly to 20 s and not at all from 60 s on: there motion speaks for itself, and what is rare stays what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from sargas.identification.opinion import SURE_OUTSIDE, N
from sargas.model.columns import Float32, Float64, Int64
from sargas.model.kernel import inner_kernel, kernel
from sargas.model.tracks import CLASSES

WHOLE_S, NOTHING_S = 20.0, 60.0
"""Ages up to which what was counted weighs wholly, and from which not at all; at the latter a track is counted."""
EXPECTED_TRACKS = 10.0
"""What is expected before anything is counted weighs as so many tracks."""
REMEMBERED_TRACKS = 300.0
"""Of each band; older ones fade."""
MOST_RATIO = 30.0
"""Between the weights of two classes: nothing is so rare in a sky that it could not come."""
SPREAD = (1.0 - SURE_OUTSIDE) / N * 0.999
"""Where no class is below this, a track is like nothing known, and is not made what is frequent."""


class Expected(NamedTuple):
    """What a model expects of a sky: edges of the bands of height (bands - 1,) and shares (bands, classes)."""

    heights_m: Float64
    shares: Float64


def expected_sky(header: Mapping[str, Any], priors: Mapping[str, float]) -> Expected | None:
    """Return what a model expects with some priors; None: its header says nothing of it, as those of before do."""
    if "shares" not in header:
        return None
    shares = np.array(header["shares"]) * np.array([priors[name] for name in CLASSES])
    return Expected(np.array(header["heights_m"]), shares / shares.sum(axis=1, keepdims=True))


def weigh_by_sky(
    time_ns: Int64,
    track_id: Int64,
    altitude_m: Float64,
    age_s: Float64,
    probabilities: Float32,
    expected: Expected,
) -> tuple[Float32, Float64]:
    """Weigh rows (n,) in any order by what older tracks of their sky were; each knows of rows at or before its time.

    Rows without an altitude (NaN) are of no band: they are told as they were and count nowhere. Returns probabilities
    (n, classes) and the log-odds that each class got by it, their mean taken away.
    """
    order = np.lexsort((track_id, time_ns))
    _, track = np.unique(track_id, return_inverse=True)
    band = np.where(np.isnan(altitude_m), -1, np.searchsorted(expected.heights_m, altitude_m, side="right"))
    weighed: tuple[Float32, Float64] = _weigh(order, track, band, age_s, probabilities, expected.shares)
    return weighed


@kernel
def _weigh(
    order: Int64, track: Int64, band: Int64, age_s: Float64, probabilities: Float32, expected: Float64
) -> tuple[Float32, Float64]:
    out, told = probabilities.copy(), np.zeros(probabilities.shape)
    is_counted = np.zeros(len(order), np.bool_)
    counted, log_weight = np.zeros(expected.shape), np.zeros(expected.shape)
    for i in order:
        k, age = band[i], age_s[i]
        if k < 0:
            continue
        part = min(max((NOTHING_S - age) / (NOTHING_S - WHOLE_S), 0.0), 1.0)
        if part > 0.0 and log_weight[k].any() and probabilities[i].min() < SPREAD:
            told[i] = part * (log_weight[k] - log_weight[k].mean())
            weighed = probabilities[i] * np.exp(told[i])
            out[i] = (weighed / weighed.sum()).astype(np.float32)
        if age >= NOTHING_S and not is_counted[track[i]]:
            is_counted[track[i]] = True
            _count(counted[k], log_weight[k], probabilities[i], expected[k])
    return out, told


@inner_kernel
def _count(counted: Float64, log_weight: Float64, probability: Float32, expected: Float64) -> None:
    """Count a track of one band, and weigh classes by what was counted over what was expected."""
    counted += probability
    total = counted.sum()
    if total > REMEMBERED_TRACKS:
        counted *= REMEMBERED_TRACKS / total
        total = REMEMBERED_TRACKS
    log_weight[:] = np.log((counted + EXPECTED_TRACKS * expected) / ((total + EXPECTED_TRACKS) * expected))
    log_weight[:] = np.maximum(log_weight, log_weight.max() - np.log(MOST_RATIO))
