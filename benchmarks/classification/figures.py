"""What the figures are made of: labelled tracks, their probabilities at ages, recalls, intervals, calibration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sargas.identification.classifier import USUAL, Classifier
from sargas.identification.model_file import UNKNOWN_BELOW, ClassifierModel
from sargas.identification.sky import expected_sky, weigh_by_sky
from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.model.tracks import CLASSES

AGES_S = (5.0, 10.0, 20.0, 60.0, 120.0)
DRAWS = 400
"""Times that flights are drawn again for an interval."""
DRONES = tuple(CLASSES.index(name) for name in ("one_way_drone", "small_fixed_wing_drone", "multirotor"))
BIRDS = tuple(CLASSES.index(name) for name in ("bird", "bird_flock"))


@dataclass(frozen=True)
class Case:
    """Tracks: states (n, 7) with time s, echoes (n, 2), rows of track i from start[i]; class, flight of each."""

    states: Float64
    echoes: Float64
    start: Int64
    label: Int64
    flight: Int64


def told_rows(case: Case, model: ClassifierModel, priors: Mapping[str, float] = USUAL) -> Float64:
    """Return (rows, classes): what is told at each row by rows of its track at or before it, nothing else known."""
    out = np.full((len(case.states), len(CLASSES)), np.nan)
    for i in range(len(case.label)):
        rows = slice(int(case.start[i]), int(case.start[i + 1]))
        states = case.states[rows]
        track_id, time_ns = np.zeros(len(states), np.int64), _since_first_ns(states)
        out[rows], _ = Classifier(model, priors).update_states(track_id, time_ns, time_ns, states, case.echoes[rows])
    return out


def in_sky(case: Case, told: Float64, model: ClassifierModel) -> Float64:
    """Return (rows, classes): what ``sargas classify`` tells, which knows older tracks of the same sky too."""
    track = np.repeat(np.arange(len(case.label)), np.diff(case.start))
    expected = expected_sky(model.header, USUAL)
    assert expected is not None
    since_s = case.states[:, 0] - case.states[case.start[:-1], 0][track]
    time_ns = ((case.states[:, 0] - case.states[:, 0].min()) * NS_PER_S).astype(np.int64)
    weighed, _ = weigh_by_sky(time_ns, track, case.states[:, 3], since_s, told.astype(np.float32), expected)
    return weighed.astype(np.float64)


def at_ages(case: Case, told: Float64, ages_s: tuple[float, ...] = AGES_S) -> Float64:
    """Return (tracks, ages, classes): what stands at each age; NaN for tracks that ended before four fifths of it."""
    out = np.full((len(case.label), len(ages_s), len(CLASSES)), np.nan)
    for i in range(len(case.label)):
        rows = slice(int(case.start[i]), int(case.start[i + 1]))
        time_ns = _since_first_ns(case.states[rows])
        for k, age in enumerate(ages_s):
            newest = int(np.searchsorted(time_ns, round(age * NS_PER_S), side="right")) - 1
            if time_ns[-1] >= 0.8 * age * NS_PER_S:
                out[i, k] = told[rows][newest]
    return out


def _since_first_ns(states: Float64) -> Int64:
    since: Int64 = ((states[:, 0] - states[0, 0]) * NS_PER_S).astype(np.int64)
    return since


def balanced(label: Int64, correct: Float64, weight: Float64 | None = None) -> float:
    """Return the mean over the classes present of the share that is correct."""
    weight = np.ones(len(label)) if weight is None else weight
    total = np.bincount(label, weight, len(CLASSES))
    right = np.bincount(label, weight * correct, len(CLASSES))
    return float(np.mean(right[total > 0] / total[total > 0]))


def interval(label: Int64, flight: Int64, correct: Float64, seed: int = 1) -> tuple[float, float]:
    """Return the 90 % interval of the balanced share, flights drawn again within their class."""
    rng = np.random.default_rng(seed)
    groups = [np.unique(flight[label == k]) for k in np.unique(label)]
    found = []
    for _ in range(DRAWS):
        times = np.zeros(int(flight.max()) + 1)
        for group in groups:
            times += np.bincount(rng.choice(group, len(group)), minlength=len(times))
        found.append(balanced(label, correct, times[flight]))
    return float(np.quantile(found, 0.05)), float(np.quantile(found, 0.95))


def calibration_error(
    label: Int64, p: Float64, bins: int = 10, alike: bool = False, weight: Float64 | None = None
) -> float:
    """Return the expected calibration error of the most probable class, classes weighing alike or as they are."""
    sure, best = p.max(axis=1), p.argmax(axis=1)
    return error_of(sure, (best == label).astype(float), label, bins, alike, weight)


def error_of(
    sure: Float64, right: Float64, label: Int64, bins: int = 10, alike: bool = False, weight: Float64 | None = None
) -> float:
    """Return the mean gap between how sure and how often right, over bins of how sure, weighted by rows."""
    weight = np.ones(len(label)) if weight is None else weight
    if alike:
        weight = weight / np.maximum(np.bincount(label, weight, len(CLASSES))[label], 1e-12)
    part = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = np.bincount(part, weight * (right - sure), bins)
    return float(np.abs(gaps).sum() / weight.sum())


def calibration_interval(label: Int64, flight: Int64, p: Float64, seed: int = 2) -> tuple[float, float]:
    """Return the 90 % interval of the calibration error, flights drawn again. It is never 0: what chance makes adds."""
    rng, flights = np.random.default_rng(seed), int(flight.max()) + 1
    seen = np.unique(flight)
    found = []
    for _ in range(DRAWS):
        times = np.bincount(rng.choice(seen, len(seen)), minlength=flights)
        found.append(calibration_error(label, p, weight=times[flight].astype(float)))
    return float(np.quantile(found, 0.05)), float(np.quantile(found, 0.95))


def error_by_chance(label: Int64, p: Float64, alike: bool = False, seed: int = 3) -> float:
    """Return the calibration error that so many rows of a perfectly calibrated classifier would show."""
    rng, sure = np.random.default_rng(seed), p.max(axis=1)
    draws = ((rng.random(len(sure)) < sure).astype(float) for _ in range(DRAWS // 4))
    return float(np.mean([error_of(sure, right, label, alike=alike) for right in draws]))


def bird_as_drone(label: Int64, p: Float64, recall: float = 0.90) -> tuple[float, float]:
    """Return the share of birds above the threshold on the drones' joint probability that keeps the recall, and it.

    Each drone class, and each bird class, weighs alike.
    """
    joint = p[:, DRONES].sum(axis=1)
    drones, birds = np.isin(label, DRONES), np.isin(label, BIRDS)
    weight = 1.0 / np.bincount(label, minlength=len(CLASSES))[label]
    order = np.argsort(-joint[drones])
    reached = np.cumsum(weight[drones][order]) / weight[drones].sum()
    threshold = joint[drones][order][int(np.searchsorted(reached, recall))]
    return float((weight[birds] * (joint[birds] >= threshold)).sum() / weight[birds].sum()), float(threshold)


def correct(label: Int64, p: Float64) -> Float64:
    """Return 1 where the most probable class is the true one."""
    return (p.argmax(axis=1) == label).astype(float)


def unknown_share(p: Float64) -> float:
    """Return the share of rows whose label is unknown."""
    return float((p.max(axis=1) < UNKNOWN_BELOW).mean())
