"""Latency: how long an object flies under observation before the picture has a confirmed track of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from sargas.exercise.scoring.frames import Frame

COVERED_BEFORE_S = 16.0
"""An object counts as observable this long after some sensor first covered it; waits begin at the latter."""
ONE_WAY = "one_way_drone"
Latency: TypeAlias = dict[str, float | int | None]


def first_waits(frames: Sequence[Frame]) -> dict[object, float]:
    """Return, per object that became observable, seconds from first coverage to its first matched report.

    Never matched is infinite. Steps are those of the report times.
    """
    covered_since: dict[object, float] = {}
    first_match: dict[object, float] = {}
    for frame in frames:
        for i in np.flatnonzero(frame.observable):
            covered_since.setdefault(frame.objects[i], max(frame.age_s - COVERED_BEFORE_S, 0.0))
        for i in np.flatnonzero(frame.is_tracked):
            first_match.setdefault(frame.objects[i], frame.age_s)
    return {name: max(first_match.get(name, np.inf) - since, 0.0) for name, since in covered_since.items()}


def latency_figures(frames: Sequence[Frame]) -> Latency:
    """Return median, 90th percentile (the next wait above it) and worst wait (s), and how many never got a track."""
    waits = np.array(list(first_waits(frames).values()))
    if not len(waits):
        return {"objects": 0, "median_s": None, "p90_s": None, "worst_s": None, "never": 0}
    return {
        "objects": len(waits),
        "median_s": float(np.median(waits)),
        "p90_s": float(np.quantile(waits, 0.9, method="higher")),
        "worst_s": float(waits.max()),
        "never": int(np.isinf(waits).sum()),
    }
