"""Features and terms along whole tracks, one after another: for training, exactly as the node computes them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sargas.identification.forest import Forest
from sargas.identification.motion_features import COUNT
from sargas.identification.motion_history import Histories, add_state, new_histories
from sargas.identification.opinion import (
    RCS_BINS,
    SPREAD_BINS,
    STRAINS,
    TERMS,
    N,
    Opinions,
    Tables,
    hear_echo,
    new_opinions,
    think_of_motion,
)
from sargas.model.columns import Float32, Float64, Int64
from sargas.model.kernel import kernel

BLANK_FOREST = Forest(
    np.zeros(1, np.float32), np.zeros(1, np.int32), np.zeros(0, np.uint8), np.zeros(0, np.float32),
    np.zeros(0, np.uint8), np.zeros(0, np.uint16),
)  # fmt: skip
"""No tree yet: features can be had before anything is trained."""
BLANK_TABLES = Tables(
    np.zeros(1, np.int64), np.zeros((5, 1, RCS_BINS), np.float32), np.zeros((5, 1, SPREAD_BINS), np.float32),
    np.array([0.0, 1.0]), np.ones((2, TERMS)), np.zeros((2, N)), np.zeros(0, np.int64), np.zeros((N, 0, 2), np.float32),
)  # fmt: skip


def trace(
    start: Int64,
    time_ns: Int64,
    states: Float64,
    echoes: Float64,
    wanted: NDArray[np.bool_],
    forest: Forest = BLANK_FOREST,
    tables: Tables = BLANK_TABLES,
) -> tuple[Float32, Float32, Int64]:
    """Return features (m, COUNT) and terms (m, TERMS, STRAINS) at the wanted rows, and which rows these are.

    ``states`` (n, 7) as in the ring of motion_history, column 0 unused, ``echoes`` (n, 2); track i has rows start[i] to
    start[i + 1], rising in time. A row that falls into the bin of the one before has no features and is left out.
    """
    features = np.empty((int(wanted.sum()), COUNT), np.float32)
    terms = np.empty((len(features), TERMS, STRAINS), np.float32)
    rows = np.empty(len(features), np.int64)
    n = len(start) - 1
    found = _trace(
        start, time_ns, states, echoes, wanted, new_histories(n), new_opinions(n), forest, tables, features, terms, rows
    )
    return features[:found], terms[:found], rows[:found]


@kernel
def _trace(
    start: Int64,
    time_ns: Int64,
    states: Float64,
    echoes: Float64,
    wanted: NDArray[np.bool_],
    histories: Histories,
    opinions: Opinions,
    forest: Forest,
    tables: Tables,
    features: Float32,
    terms: Float32,
    rows: Int64,
) -> int:
    found = 0
    scratch = np.empty(STRAINS, np.float32)
    for i in range(len(start) - 1):
        track, opinion = histories[i], opinions[i]
        for k in range(start[i], start[i + 1]):
            before_ns, is_first = track.last_ns, track.used == 0
            if not add_state(track, time_ns[k], states[k]):
                continue
            hear_echo(opinion, echoes[k, 0], echoes[k, 1], tables)
            if track.in_bin != 1:
                continue
            step_s = 1.0 if is_first else (time_ns[k] - before_ns) * 1e-9
            think_of_motion(track, opinion, step_s, forest, tables, scratch)
            if wanted[k]:
                for f in range(COUNT):
                    features[found, f] = opinion.features[f]
                for t in range(TERMS):
                    for s in range(STRAINS):
                        terms[found, t, s] = opinion.terms[t, s]
                rows[found] = k
                found += 1
    return found
