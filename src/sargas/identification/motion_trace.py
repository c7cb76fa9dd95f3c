"""Features along whole tracks, one track after another: for training, and exactly as the node computes them."""

from __future__ import annotations

import numpy as np
from numba import njit

from sargas.identification.motion_features import COUNT, describe
from sargas.identification.motion_history import Histories, add_state, new_histories
from sargas.model.columns import Bool, Float32, Float64, Int64


def trace(start: Int64, time_ns: Int64, states: Float64, wanted: Bool) -> tuple[Float32, Int64]:
    """Return features (m, COUNT) at the wanted rows and which rows these are.

    ``states`` (n, 7) as in the ring of motion_history, column 0 unused; track i has rows start[i] to start[i + 1], rising in
    time. A row that falls into the bin of the one before has no features of its own and is left out.
    """
    out = np.empty((int(wanted.sum()), COUNT), np.float32)
    rows = np.empty(len(out), np.int64)
    found = _trace(start, time_ns, states, wanted, new_histories(len(start) - 1), out, rows)
    return out[:found], rows[:found]


@njit(cache=True, nogil=True, error_model="numpy")
def _trace(
    start: Int64, time_ns: Int64, states: Float64, wanted: Bool, histories: Histories, out: Float32, rows: Int64
) -> int:
    found = 0
    features = np.empty(COUNT, np.float32)
    for i in range(len(start) - 1):
        track = histories[i]
        for k in range(start[i], start[i + 1]):
            if not add_state(track, time_ns[k], states[k]) or track.in_bin != 1:
                continue
            describe(track, features)
            if wanted[k]:
                out[found] = features
                rows[found] = k
                found += 1
    return found
