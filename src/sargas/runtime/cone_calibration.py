"""Calibrate cones on tracks whose future is known: scores of random moments, by class, way of moving and age."""

from __future__ import annotations

from collections import defaultdict
from math import hypot
from pathlib import Path

import numpy as np

from sargas.assessment.prediction.cones import (
    AGES,
    SEEING,
    Cones,
    conformal_factor,
    empty_cones,
    stage_of,
    unit_cones,
)
from sargas.assessment.prediction.frame import FRAME, plane_from_geodetic, set_frame
from sargas.assessment.prediction.outcomes import HORIZONS_S, WIDEST_STEP_S
from sargas.assessment.prediction.predictor import Predictor, States
from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.runtime.state_files import read_states

WARM_S = 30.0
"""A track is not judged before: there is too little to know."""
EVERY_AGE = -1
"""Its factor counts where an age has fewer tracks than a calibration needs."""


def calibrate_file(path: Path, seed: int) -> Cones:
    """Calibrate on the tracks of a file, each in every cell that it is in. Raises as ``read_states`` does."""
    states = read_states(path).states
    generator = np.random.default_rng(seed)
    scores: dict[tuple[int, int, int], list[float]] = defaultdict(list)
    order = np.lexsort((states.time_ns, states.track_id))
    for rows in np.split(order, np.flatnonzero(np.diff(states.track_id[order])) + 1):
        of = States(*(getattr(states, name)[rows] for name in States.__slots__))
        known = np.flatnonzero(of.cell >= 0)
        regimes, found = score_track(of)
        age = np.array([stage_of(age_s) for age_s in (of.time_ns - of.time_ns[0]) / NS_PER_S])
        # with velocities or without, as that of the way of moving
        classes = of.cell[known[0]] + regimes // len(SEEING) * len(SEEING) if len(known) else np.full(len(rows), -1)
        for cells in (classes, regimes):
            for cell in np.unique(cells[cells >= 0]):
                for stage in (EVERY_AGE, *range(AGES)):
                    of_age = (cells == cell) & ((stage == EVERY_AGE) | (age == stage))
                    for h in range(len(HORIZONS_S)):
                        possible = found[of_age & np.isfinite(found[:, h]), h]
                        if len(possible):
                            scores[int(cell), stage, h].append(float(generator.choice(possible)))
    cones = empty_cones()
    for (cell, stage, h), values in sorted(scores.items()):
        factor = conformal_factor(np.array(values))
        if stage == EVERY_AGE:
            cones.factor[cell, :, h], cones.tracks[cell, h] = factor, len(values)
        elif np.isfinite(factor):
            cones.factor[cell, stage, h] = factor
    return cones


def score_track(states: States) -> tuple[Int64, Float64]:
    """Return per state of one track the cell of its way of moving, and the miss over the spread (n, h).

    NaN: nothing was seen at that time, or it lies in a gap of more than ``WIDEST_STEP_S``.
    """
    unlabelled = States(states.track_id, states.time_ns, states.place, states.velocity, np.full(len(states.cell), -1))
    forecasts = Predictor(cones=unit_cones()).follow(unlabelled, np.array(HORIZONS_S))
    second = (states.time_ns - states.time_ns[0]) / NS_PER_S
    scores = np.full((len(second), len(HORIZONS_S)), np.nan)
    frame = np.zeros(FRAME)
    for h, horizon_s in enumerate(HORIZONS_S):
        due = second + horizon_s
        after = np.searchsorted(second, due)
        for row in np.flatnonzero((second >= WARM_S) & (after < len(second))):
            end = int(after[row])
            step_s = second[end] - second[end - 1]
            if step_s > WIDEST_STEP_S:
                continue
            set_frame(frame, forecasts.latitude_deg[row, h], forecasts.longitude_deg[row, h])
            share = (due[row] - second[end - 1]) / step_s
            one = plane_from_geodetic(frame, states.place[end - 1, 0], states.place[end - 1, 1])
            other = plane_from_geodetic(frame, states.place[end, 0], states.place[end, 1])
            miss_m = hypot(one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1]))
            scores[row, h] = miss_m / forecasts.radius_90_m[row, h]
    return forecasts.cell, scores
