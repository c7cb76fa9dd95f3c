"""SIAP: the attributes of a single integrated air picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sargas.exercise.scoring.assignment import NEAR_M
from sargas.exercise.scoring.continuity import MINUTE_S, lives_of
from sargas.exercise.scoring.frames import Frame, report_period_s
from sargas.exercise.scoring.picture_figures import Figure


def siap_figures(frames: Sequence[Frame], every: Sequence[Frame]) -> dict[str, Figure]:
    """Return SIAP attributes, summed over the ``frames`` after warm-up; continuity over ``every`` frame.

    A track is associated with the nearest object within 500 m, as many tracks as there are. Source: Votruba et al.,
    Single Integrated Air Picture (SIAP) Metrics Implementation, 2001, as in Stone Soup's SIAPMetrics: completeness
    sum JT / sum J, ambiguity sum NA / sum JT, spuriousness sum (N - NA) / sum N, accuracies sum of errors / sum NA,
    rate of track number changes sum (NU - 1) / sum TT, longest track segment sum TL / sum T.
    """
    objects = tracked = associated = tracks = 0
    position_m = velocity_mps = 0.0
    for frame in frames:
        close = (frame.nearest_m < NEAR_M) & _observable(frame)
        who = frame.nearest[close]
        error = frame.track_states[close, 3:5] - frame.object_states[who, 3:5]
        objects += int(frame.observable.sum())
        tracked += len(np.unique(who))
        associated += int(close.sum())
        tracks += int(close.sum()) + int(_spurious(frame).sum())
        position_m += float(frame.nearest_m[close].sum())
        velocity_mps += float(np.hypot(*error.T).sum())
    lives = list(lives_of(every).values())
    minutes = sum(life.tracked for life in lives) * report_period_s(every) / MINUTE_S
    reports = sum(life.reports for life in lives)
    return {
        "completeness": _ratio(tracked, objects),
        "ambiguity": _ratio(associated, tracked),
        "spuriousness": _ratio(tracks - associated, tracks),
        "position_accuracy_m": _ratio(position_m, associated),
        "velocity_accuracy_mps": _ratio(velocity_mps, associated),
        "number_changes_per_object_minute": _ratio(sum(life.changes for life in lives), minutes),
        "longest_segment_share": _ratio(sum(life.longest_segment for life in lives), reports),
    }


def _observable(frame: Frame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if not len(frame.objects):
        return np.zeros(len(frame.tracks), bool)
    return frame.observable[frame.nearest]


def _spurious(frame: Frame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say of each track whether it is about nothing; one near an object not yet observable is not counted at all."""
    return (frame.nearest_m >= NEAR_M) & (frame.is_false | _observable(frame))


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
