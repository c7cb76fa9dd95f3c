"""The benchmark's own figures, digit for digit those of its scorer: GOSPA, errors, missed, false, switches, waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from sargas.exercise.scoring.assignment import CUT_OFF_M, NEAR_M
from sargas.exercise.scoring.frames import Frame, report_period_s
from sargas.exercise.scoring.latency import first_waits
from sargas.model.columns import Float64

Figure: TypeAlias = float | int | None
"""A number, or None where there is nothing to measure."""
SETTLED_S = 8.0
"""No figure but the waits counts anything before this age."""


def scored(frames: Sequence[Frame], warm_up_s: float) -> list[Frame]:
    """Return the frames that count: those after the warm-up."""
    return [frame for frame in frames if frame.age_s >= max(warm_up_s, SETTLED_S)]


def picture_figures(frames: Sequence[Frame], warm_up_s: float) -> dict[str, Figure | dict[str, float]]:
    """Return the scorer's figures by its names; metres, m/s, seconds, switches per object-minute.

    GOSPA with c = 1000 m, p = 2, alpha = 2 (Rahmathullah, Garcia-Fernandez, Svensson 2017), horizontal, squared,
    per observable object, mean over time, root. What each means: docs/scoring.md.
    """
    counted = scored(frames, warm_up_s)
    rows = np.array([_row(frame) for frame in counted]).reshape(-1, 6)
    waits = np.array(list(first_waits(frames).values()))
    location, altitude, velocity = errors(counted)
    return {
        "gospa_per_target": float(np.sqrt(rows[:, 0].mean())) if len(rows) else None,
        "loc_rmse": root_mean_square(location),
        "loc_median": float(np.median(location)) if len(location) else None,
        "altitude_rmse": root_mean_square(altitude),
        "velocity_rmse": root_mean_square(velocity),
        "missed": mean_known(rows[:, 1]),
        "false": mean_known(rows[:, 2]),
        "completeness": mean_known(rows[:, 3]),
        "ambiguity": mean_known(rows[:, 4]),
        "spurious": mean_known(rows[:, 5]),
        "id_switches": switches_per_minute(frames),
        "confirmation_median_s": float(np.median(waits)) if len(waits) else None,
        "confirmation_p90_s": float(np.quantile(waits, 0.9, method="higher")) if len(waits) else None,
        "completeness_by_kind": _completeness_by_kind(counted),
    }


def _row(frame: Frame) -> tuple[float, float, float, float, float, float]:
    """Return GOSPA², missed, false and tracked per observable object, ambiguity and spuriousness of one time."""
    missed, false = int(frame.is_missed.sum()), int(frame.is_false.sum())
    keep = frame.counted
    n = max(int(frame.observable.sum()), 1)
    gospa2 = (frame.distance_m[keep] ** 2).sum() + CUT_OFF_M**2 / 2 * (missed + false)
    ambiguity = spurious = np.nan
    if len(frame.tracks):
        close = frame.nearest_m < NEAR_M
        ambiguity = close.sum() / max(len(np.unique(frame.nearest[close])), 1)
        spurious = float((frame.nearest_m >= NEAR_M).mean())
    return gospa2 / n, missed / n, false / n, float(keep.sum() / n), ambiguity, spurious


def errors(frames: Sequence[Frame]) -> tuple[Float64, Float64, Float64]:
    """Return horizontal, altitude (signed) and horizontal-velocity errors of all pairs of observable objects."""
    location, altitude, velocity = [np.empty(0)], [np.empty(0)], [np.empty(0)]
    for frame in frames:
        keep = frame.counted
        good = frame.pairs[keep]
        x, p = frame.object_states[good[:, 0]], frame.track_states[good[:, 1]]
        location.append(frame.distance_m[keep])
        altitude.append(p[:, 2] - x[:, 2])
        velocity.append(np.hypot(*(p[:, 3:5] - x[:, 3:5]).T))
    return np.concatenate(location), np.concatenate(altitude), np.concatenate(velocity)


def switches_per_minute(frames: Sequence[Frame]) -> float:
    """Return how often the number of the track matched with an observable object changed, per tracked object-minute."""
    last: dict[object, object] = {}
    seen = switches = 0
    for frame in frames:
        if frame.age_s < SETTLED_S:
            continue
        for i, j in frame.pairs[frame.counted]:
            name, number = frame.objects[i], frame.tracks[j]
            switches += bool(name in last and last[name] != number)
            last[name] = number
            seen += 1
    return float(switches / max(seen * report_period_s(frames) / 60, 1e-9))


def _completeness_by_kind(frames: Sequence[Frame]) -> dict[str, float]:
    totals: dict[str, tuple[int, int]] = {}
    for frame in frames:
        for kind in np.unique(frame.kinds):
            mine = frame.observable & (frame.kinds == kind)
            total, found = totals.get(str(kind), (0, 0))
            totals[str(kind)] = (total + int(mine.sum()), found + int((mine & frame.is_tracked).sum()))
    return {kind: found / max(total, 1) for kind, (total, found) in sorted(totals.items())}


def root_mean_square(values: Float64) -> float | None:
    """Return the root mean square, None of nothing."""
    return float(np.sqrt(np.mean(values**2))) if len(values) else None


def mean_known(values: Float64) -> float | None:
    """Return the mean of what is not NaN, None of nothing."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None
