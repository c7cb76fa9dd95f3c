"""Features and terms along whole tracks, one after another: for training, exactly as the node computes them."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sargas.identification.forest import Forest
from sargas.identification.motion_features import COUNT, describe
from sargas.identification.motion_history import Histories, add_state, new_histories
from sargas.identification.opinion import STRAINS, TERMS, Opinions, Tables, hear_echo, new_opinions, think_of_motion
from sargas.model.columns import Float32, Float64, Int64


def trace_features(start: Int64, time_ns: Int64, states: Float64, wanted: NDArray[np.bool_]) -> tuple[Float32, Int64]:
    """Return features (m, COUNT) at the wanted rows, and which rows these are.

    ``states`` (n, 7) as in the ring of motion_history, column 0 unused; track i has rows start[i] to start[i + 1],
    rising in time. A row that falls into the bin of the one before has no features of its own and is left out.
    """
    out = np.empty((int(wanted.sum()), COUNT), np.float32)
    rows = np.empty(len(out), np.int64)
    found = _trace_features(start, time_ns, states, wanted, new_histories(len(start) - 1), out, rows)
    return out[:found], rows[:found]


def trace_terms(
    start: Int64,
    time_ns: Int64,
    states: Float64,
    echoes: Float64,
    wanted: NDArray[np.bool_],
    forest: Forest,
    tables: Tables,
) -> tuple[Float32, Int64]:
    """Return the terms of opinions (m, TERMS, STRAINS) at the wanted rows, and which rows; ``echoes`` (n, 2)."""
    out = np.empty((int(wanted.sum()), TERMS, STRAINS), np.float32)
    rows = np.empty(len(out), np.int64)
    found = _trace_terms(
        start,
        time_ns,
        states,
        echoes,
        wanted,
        new_histories(len(start) - 1),
        new_opinions(len(start) - 1),
        forest,
        tables,
        out,
        rows,
    )
    return out[:found], rows[:found]


@njit(cache=True, nogil=True, error_model="numpy")
def _trace_features(
    start: Int64, time_ns: Int64, states: Float64, wanted: NDArray[np.bool_], room: Histories, out: Float32, rows: Int64
) -> int:
    found = 0
    features = np.empty(COUNT, np.float32)
    for i in range(len(start) - 1):
        track = room[i]
        for k in range(start[i], start[i + 1]):
            if not add_state(track, time_ns[k], states[k]) or track.in_bin != 1:
                continue
            describe(track, features)
            if wanted[k]:
                out[found] = features
                rows[found] = k
                found += 1
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _trace_terms(
    start: Int64,
    time_ns: Int64,
    states: Float64,
    echoes: Float64,
    wanted: NDArray[np.bool_],
    room: Histories,
    blank: Opinions,
    forest: Forest,
    tables: Tables,
    out: Float32,
    rows: Int64,
) -> int:
    found = 0
    scratch = np.empty(STRAINS, np.float32)
    for i in range(len(start) - 1):
        track, opinion = room[i], blank[i]
        for k in range(start[i], start[i + 1]):
            before_ns, is_first = track.last_ns, track.used == 0
            if not add_state(track, time_ns[k], states[k]):
                continue
            hear_echo(opinion, echoes[k, 0], echoes[k, 1], tables)
            if track.in_bin == 1:
                step_s = 1.0 if is_first else (time_ns[k] - before_ns) * 1e-9
                think_of_motion(track, opinion, step_s, forest, tables, scratch)
                if wanted[k]:
                    out[found] = opinion.terms
                    rows[found] = k
                    found += 1
    return found
