"""OSPA: one distance between two sets, from where they differ in place and in number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sargas.exercise.scoring.assignment import CUT_OFF_M
from sargas.exercise.scoring.frames import Frame


def ospa_of(frame: Frame) -> float | None:
    """Return OSPA (m; c = 1000 m, p = 2) between observable objects and the tracks that are about them or false.

    sqrt((sum of squared distances of the pairs + c² (max(m, n) - pairs)) / max(m, n)); None of two empty sets. The
    pairs of GOSPA with alpha = 2 are those of OSPA too. Source: Schuhmacher, Vo, Vo, IEEE TSP 56 (2008), equation 2.
    """
    keep = frame.counted
    objects, tracks = int(frame.observable.sum()), int(keep.sum()) + int(frame.is_false.sum())
    most = max(objects, tracks)
    if not most:
        return None
    located = float((frame.distance_m[keep] ** 2).sum())
    return float(np.sqrt((located + CUT_OFF_M**2 * (most - int(keep.sum()))) / most))


def ospa_figures(frames: Sequence[Frame]) -> dict[str, float | None]:
    """Return the mean over time, and the worst, in metres."""
    values = [value for frame in frames if (value := ospa_of(frame)) is not None]
    return {"mean_m": float(np.mean(values)) if values else None, "worst_m": max(values, default=None)}
