"""What became of earlier forecasts: each track keeps score of every model on its own past, at every horizon.

At times apart, every model's places after each horizon are noted; when the horizon is over, they are held against
where the track then was. Misses are averaged as logarithms, newest heaviest, once quickly and once slowly.
"""

from __future__ import annotations

from math import hypot, log

import numpy as np

from sargas.assessment.prediction.frame import FRAME, move_points
from sargas.assessment.prediction.models import MODELS
from sargas.assessment.prediction.past import PAST, T, Track, X, Y, append_state, is_off_centre, recentre
from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel

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


PUT_OUT, BLENDED = len(MODELS), len(MODELS) + 1
"""Beside the models: the forecast that was put out, and the blend as the networks have it."""
_H, _M = len(HORIZONS_S), len(MODELS) + 2
OUTCOMES = [
    ("due_s", np.float64, (_H, NOTES)),
    ("places", np.float32, (_H, NOTES, _M, 2)),  # in the track's plane
    ("spreads", np.float32, (_H, NOTES)),  # that the blend claimed, m
    ("cells", np.int64, (_H, NOTES)),  # behind the cone
    ("noted", np.int64, (_H, 2)),  # notes ever made and ever closed
    ("next_s", np.float64, _H),  # when the next note is due
    ("scores", np.float64, (_H, _M, 2)),  # quick and slow mean of the log miss
    ("judged", np.int64, _H),  # outcomes seen
    ("ratio", np.float64, _H),  # log of how much its misses exceed those of its cell (``learning``)
    ("taught", np.float64, (_H, 2)),  # what it has taught its cell, and where
    ("cell", np.int64),  # class of the track, -1: none
    ("noise_m", np.float64),  # of its places, as last measured; 0: not yet
]
TRACK = np.dtype([*PAST, *OUTCOMES], align=True)
"""All that is kept of one track."""


@inner_kernel
def begin_outcomes(track: Track) -> None:
    """Clear what a track scored; what it scored before a long silence is forgotten with it."""
    # also what was noted of another track that had this place: equal states are equal bytes
    track.due_s[:], track.places[:], track.spreads[:], track.cells[:] = 0.0, 0.0, 0.0, 0
    track.noted[:], track.next_s[:], track.scores[:] = 0, 0.0, 0.0
    track.judged[:], track.ratio[:], track.taught[:], track.noise_m = 0, 0.0, 0.0, 0.0


@kernel
def absorb_state(
    track: Track, time_ns: int, place: Float64, velocity: Float64, judged: Float64, ahead: Float64
) -> bool:
    """Add a state and judge the forecasts that came due; say whether it was added (it is later than the last).

    ``place`` (3,) is latitude, longitude (deg) and altitude (m), ``velocity`` (3,) east, north, up (m/s; NaN: none).
    ``judged`` (h, 4) becomes of the last forecast that came due per horizon its miss (m), the spread it claimed
    (m), its cell and the age of the track when it was made (s); NaN where none came due. ``ahead`` (h, m) becomes the
    log miss of the blend over that of each model.
    """
    kind = append_state(track, time_ns, place[0], place[1], place[2], velocity)
    judged[:] = np.nan
    if kind == 0:
        return False
    if kind == 2:
        begin_outcomes(track)
        return True
    _judge(track, judged, ahead)
    if is_off_centre(track):
        old = np.empty(FRAME)
        recentre(track, old, place[0], place[1])
        for h in range(len(HORIZONS_S)):
            for note in range(track.noted[h, 1], track.noted[h, 0]):
                move_points(old, track.frame, track.places[h, note % NOTES])
    return True


@inner_kernel
def _judge(track: Track, judged: Float64, ahead: Float64) -> None:
    now, before = track.last[0], track.last[1]
    step_s = now[T] - before[T]
    for h in range(len(HORIZONS_S)):
        noted = track.noted[h]
        while noted[1] < noted[0]:
            note = noted[1] % NOTES
            due_s = track.due_s[h, note]
            if due_s > now[T]:
                break
            noted[1] += 1
            if step_s > WIDEST_STEP_S:
                continue
            share = (due_s - before[T]) / step_s
            x_m = before[X] + share * (now[X] - before[X])
            y_m = before[Y] + share * (now[Y] - before[Y])
            seen = track.judged[h]
            places = track.places[h, note]
            blended = log(hypot(places[BLENDED, 0] - x_m, places[BLENDED, 1] - y_m) + MISS_FLOOR_M)
            for m in range(places.shape[0]):
                miss_m = hypot(places[m, 0] - x_m, places[m, 1] - y_m)
                score = track.scores[h, m]
                # until as many are seen as the mean is long, it is the plain mean of all
                gone = log(miss_m + MISS_FLOOR_M)
                score[0] += max(QUICK, 1.0 / (seen + 1)) * (gone - score[0])
                score[1] += max(SLOW, 1.0 / (seen + 1)) * (gone - score[1])
                if m < PUT_OUT:
                    ahead[h, m] = blended - gone
                elif m == PUT_OUT:
                    judged[h, 0], judged[h, 1] = miss_m, track.spreads[h, note]
                    judged[h, 2], judged[h, 3] = track.cells[h, note], due_s - HORIZONS_S[h]
            track.judged[h] += 1


@inner_kernel
def is_note_due(track: Track) -> bool:
    """Say whether a note should be made for any horizon of a track now."""
    return _soonest(track) <= track.last[0, T]


@inner_kernel
def _soonest(track: Track) -> float:
    soonest = track.next_s[0]
    for h in range(1, len(HORIZONS_S)):
        soonest = min(soonest, track.next_s[h])
    return soonest


@inner_kernel
def note_models(track: Track, h: int, now_s: float, places: Float64, spread_m: float, cell: int) -> None:
    """Note what the models, the forecast and the blend (m + 2, 2) say of a track at horizon h, and its cone's cell."""
    noted = track.noted[h]
    if noted[0] - noted[1] >= NOTES:
        noted[1] += 1
    note = noted[0] % NOTES
    track.due_s[h, note] = now_s + HORIZONS_S[h]
    for m in range(places.shape[0]):
        track.places[h, note, m, 0], track.places[h, note, m, 1] = places[m, 0], places[m, 1]
    track.spreads[h, note], track.cells[h, note] = spread_m, cell
    noted[0] += 1
    track.next_s[h] = now_s + SPACING_S[h]
