"""What became of earlier forecasts: each track keeps score of every model on its own past, at every horizon.

At times apart, every model's places after each horizon are noted; when the horizon is over, they are held against
where the track then was. Misses are averaged as logarithms, newest heaviest, once quickly and once slowly.
"""

from __future__ import annotations

from math import hypot, log
from typing import NamedTuple

import numpy as np
from numba import njit

from sargas.assessment.prediction.fits import FITS, measure_motion
from sargas.assessment.prediction.frame import FRAME, move_points
from sargas.assessment.prediction.models import MODELS, predict_models
from sargas.assessment.prediction.past import T, X, Y, Past, append_state, is_off_centre, recentre
from sargas.model.columns import Float32, Float64, Int64

HORIZONS_S = (10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Horizons at which models compete; others lie between them."""
SPACING_S = (3.0, 5.0, 8.0, 15.0, 38.0, 75.0)
"""Time between two notes for a horizon."""
NOTES = 10
"""More than the notes that are open at once."""
QUICK, SLOW = 0.4, 0.1
"""Weights of the newest outcome in the two averages."""
MISS_FLOOR_M = 1.0
"""Added to a miss before its logarithm: less is noise."""
WIDEST_STEP_S = 40.0
"""A forecast that came due within a longer gap is not judged: nobody saw where the track was."""


class Outcomes(NamedTuple):
    """The open notes and the scores of n tracks; m models and, as one more, the blend that was put out."""

    due_s: Float64
    """(n, h, NOTES)."""
    places: Float32
    """(n, h, NOTES, m + 1, 2) in the track's plane."""
    spreads: Float32
    """(n, h, NOTES): the spread that the blend claimed, m."""
    noted: Int64
    """(n, h, 2): notes ever made and ever closed."""
    next_s: Float64
    """(n, h) when the next note is due."""
    scores: Float64
    """(n, h, m + 1, 2): quick and slow mean of the log miss."""
    judged: Int64
    """(n, h) outcomes seen."""
    ratio: Float64
    """(n, h): log of the factor by which this track's misses exceed those of its cell; see ``cones``."""
    cell: Int64
    """(n,) class of the track, -1: none."""
    noted_cell: Int64
    """(n, h) cell of the last note."""


def empty_outcomes(n: int) -> Outcomes:
    """Return room for n tracks without outcomes."""
    h, m = len(HORIZONS_S), len(MODELS) + 1
    return Outcomes(
        np.zeros((n, h, NOTES)),
        np.zeros((n, h, NOTES, m, 2), np.float32),
        np.zeros((n, h, NOTES), np.float32),
        np.zeros((n, h, 2), np.int64),
        np.zeros((n, h)),
        np.zeros((n, h, m, 2)),
        np.zeros((n, h), np.int64),
        np.zeros((n, h)),
        np.full(n, -1, np.int64),
        np.full((n, h), -1, np.int64),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def begin_outcomes(outcomes: Outcomes, i: int) -> None:
    """Clear track i; what it scored before a long silence is forgotten with it."""
    # also what was noted of another track that had this place: equal states are equal bytes
    outcomes.due_s[i], outcomes.places[i], outcomes.spreads[i] = 0.0, 0.0, 0.0
    outcomes.noted_cell[i] = -1
    outcomes.noted[i] = 0
    outcomes.next_s[i] = 0.0
    outcomes.scores[i] = 0.0
    outcomes.judged[i] = 0
    outcomes.ratio[i] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def absorb_state(
    past: Past,
    outcomes: Outcomes,
    i: int,
    time_ns: int,
    latitude_deg: float,
    longitude_deg: float,
    altitude_m: float,
    velocity: Float64,
    judged: Float64,
) -> bool:
    """Add a state and judge the forecasts that came due; say whether it was added (it is later than the last).

    ``judged`` (h,) becomes the last miss over spread of the blend per horizon, NaN where none came due.
    """
    kind = append_state(past, i, time_ns, latitude_deg, longitude_deg, altitude_m, velocity)
    judged[:] = np.nan
    if kind == 0:
        return False
    if kind == 2:
        begin_outcomes(outcomes, i)
        return True
    _judge(past, outcomes, i, judged)
    if is_off_centre(past, i):
        old = np.empty(FRAME)
        recentre(past, i, old, latitude_deg, longitude_deg)
        for h in range(len(HORIZONS_S)):
            for note in range(outcomes.noted[i, h, 1], outcomes.noted[i, h, 0]):
                move_points(old, past.frame[i], outcomes.places[i, h, note % NOTES])
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _judge(past: Past, outcomes: Outcomes, i: int, judged: Float64) -> None:
    now, before = past.last[i, 0], past.last[i, 1]
    step_s = now[T] - before[T]
    for h in range(len(HORIZONS_S)):
        noted = outcomes.noted[i, h]
        while noted[1] < noted[0]:
            note = noted[1] % NOTES
            due_s = outcomes.due_s[i, h, note]
            if due_s > now[T]:
                break
            noted[1] += 1
            if step_s > WIDEST_STEP_S:
                continue
            share = (due_s - before[T]) / step_s
            x_m = before[X] + share * (now[X] - before[X])
            y_m = before[Y] + share * (now[Y] - before[Y])
            seen = outcomes.judged[i, h]
            places = outcomes.places[i, h, note]
            for m in range(places.shape[0]):
                miss_m = hypot(places[m, 0] - x_m, places[m, 1] - y_m)
                score = outcomes.scores[i, h, m]
                # until as many are seen as the mean is long, it is the plain mean of all
                gone = log(miss_m + MISS_FLOOR_M)
                score[0] += max(QUICK, 1.0 / (seen + 1)) * (gone - score[0])
                score[1] += max(SLOW, 1.0 / (seen + 1)) * (gone - score[1])
                if m == places.shape[0] - 1:
                    judged[h] = miss_m / outcomes.spreads[i, h, note]
            outcomes.judged[i, h] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def is_note_due(past: Past, outcomes: Outcomes, i: int) -> bool:
    """Say whether a note should be made for any horizon of track i now."""
    return np.min(outcomes.next_s[i]) <= past.last[i, 0, T]


@njit(cache=True, nogil=True, error_model="numpy")
def note_models(outcomes: Outcomes, i: int, h: int, now_s: float, places: Float64, spread_m: float) -> None:
    """Note what the models and, last, the blend (m + 1, 2) say of track i at horizon h."""
    noted = outcomes.noted[i, h]
    if noted[0] - noted[1] >= NOTES:
        noted[1] += 1
    note = noted[0] % NOTES
    outcomes.due_s[i, h, note] = now_s + HORIZONS_S[h]
    for m in range(places.shape[0]):
        outcomes.places[i, h, note, m, 0], outcomes.places[i, h, note, m, 1] = places[m, 0], places[m, 1]
    outcomes.spreads[i, h, note] = spread_m
    noted[0] += 1
    outcomes.next_s[i, h] = now_s + SPACING_S[h]
