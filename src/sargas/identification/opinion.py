"""What is thought of each track: the log-odds of every kind of evidence, how old they are, and their sum.

L_k = log prior_k + gain x (kinematics, cross-section, spread) + claims. The kinematic term is a mean of log-odds that
forgets with 0.98 a second, faster for young tracks, so that overlapping windows are not counted twice. Gains and a
bias of each class, by age, are fitted on held-out simulated tracks. Page: docs/classification.md.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from sargas.identification.claims import CHANNELS
from sargas.identification.forest import Forest, score
from sargas.identification.motion_features import COUNT, describe
from sargas.identification.motion_history import Histories, Track, add_state
from sargas.model.columns import Float32, Float64, Int64
from sargas.model.kernel import inner_kernel, kernel
from sargas.model.tracks import CLASSES

N = len(CLASSES)
STRAINS = 32
"""Most strains a model may have: kinds of a class that echo alike. Terms are of strains, probabilities of classes."""
FORGET = 0.98
"""A second; of claims, and of the mean of kinematic log-odds of an old track."""
TOLD_FORGET = 0.9977
"""A second; of what persons reported: half in five minutes. They tell late, and what they saw stays true longer."""
SURE_OUTSIDE = 0.25
"""Share of the probability that stays where a track is like nothing of its class in training; the rest is spread."""
YOUNG_SHARE = 0.25
"""That mean spans this share of a younger track's age: what was thought of fewer states counts less."""
MOST_LOOKS = 60.0
"""Echoes that a mean cross-section remembers."""
RCS_LOW_DBSM, RCS_STEP_DB, RCS_BINS = -45.0, 1.0, 90
SPREAD_LOW, SPREAD_STEP, SPREAD_BINS = -4.0, 0.2, 42
"""Grid of the natural logarithm of the spread in m/s."""
LOOKS = (1.5, 3.5, 8.5, 20.5)
"""Upper bounds of the number of looks that share a table; more have the last."""
KINEMATICS, RCS, SPREAD = range(3)
TERMS = 3
SPEAKERS = len(CHANNELS)
KEY = ("speed_60", "altitude_m", "climb_60", "side_acceleration_60", "speed_high_60", "climb_high_60", "climb_low_60")
"""Features that must lie within what training saw of a class."""

OPINION = np.dtype(
    [
        ("terms", "f4", (TERMS, STRAINS)),
        ("weight", "f8"),
        ("rcs_db", "f8"),
        ("rcs_looks", "f8"),
        ("spread_log", "f8"),
        ("spread_looks", "f8"),
        ("spread_last_mps", "f8"),
        ("strain", "f4", (STRAINS,)),
        ("probability", "f4", (N,)),
        ("outside", "u1"),
        ("claim", "i4", (SPEAKERS,)),
        ("claim_ns", "i8", (SPEAKERS,)),
        ("claim_weight", "f4", (SPEAKERS,)),
        ("claim_by", "i4", (SPEAKERS,)),
        ("told", "f4", (N,)),
        ("told_ns", "i8"),
        ("features", "f4", (COUNT,)),
    ],
    align=True,
)
"""One track. ``terms`` are log-likelihood ratios before weights, ``strain`` odds of the strains.

``outside``: like nothing of its class in training.
``claim`` is the newest claim of each channel, its number plus one; 0: none; ``claim_by`` who said it. ``told`` are the
log-odds of all that persons reported (docs/human-reports.md), and when they were last told.
"""
Opinion: TypeAlias = Any
"""One row of ``OPINION``."""
Opinions: TypeAlias = Any
"""(n,) of ``OPINION``."""


class Tables(NamedTuple):
    """What was learned besides the trees.

    ``member`` (strains,): the class of each; ``rcs`` (looks, strains, bins) and ``spread``: log densities of means;
    ``ages_s`` (m,), ``gain`` (m, TERMS) and ``bias`` (m, classes): calibration, read at the age between them; ``key``
    (k,) feature numbers and ``envelope`` (classes, k, 2) their bounds.
    """

    member: Int64
    rcs: Float32
    spread: Float32
    ages_s: Float64
    gain: Float64
    bias: Float64
    key: Int64
    envelope: Float32


@inner_kernel
def hear_echo(opinion: Opinion, rcs_dbsm: float, spread_mps: float, tables: Tables) -> None:
    """Add one echo to the means and write the terms of them; NaN: not measured."""
    if not np.isnan(rcs_dbsm):
        opinion.rcs_looks = min(opinion.rcs_looks + 1.0, MOST_LOOKS)
        opinion.rcs_db += (rcs_dbsm - opinion.rcs_db) / opinion.rcs_looks
        at = (opinion.rcs_db - RCS_LOW_DBSM) / RCS_STEP_DB
        _read(tables.rcs, opinion.rcs_looks, at, opinion.terms[RCS])
    if not np.isnan(spread_mps):
        opinion.spread_looks = min(opinion.spread_looks + 1.0, MOST_LOOKS)
        opinion.spread_log += (np.log(max(spread_mps, 0.02)) - opinion.spread_log) / opinion.spread_looks
        at = (opinion.spread_log - SPREAD_LOW) / SPREAD_STEP
        _read(tables.spread, opinion.spread_looks, at, opinion.terms[SPREAD])


@inner_kernel
def _read(table: Float32, looks: float, at: float, out: Float32) -> None:
    part = 0
    while part < len(LOOKS) and looks > LOOKS[part]:
        part += 1
    strains, bins = table.shape[1], table.shape[2]
    at = min(max(at, 0.0), bins - 1.001)
    low = int(at)
    share = at - low
    mean = 0.0
    for s in range(strains):
        out[s] = (1.0 - share) * table[part, s, low] + share * table[part, s, low + 1]
        mean += out[s] / strains
    for s in range(strains):
        out[s] -= mean


@inner_kernel
def think_of_motion(
    track: Track, opinion: Opinion, step_s: float, forest: Forest, tables: Tables, scratch: Float32
) -> None:
    """Describe a track's motion and bring its log-odds into the mean of those before."""
    describe(track, opinion.features)
    score(forest, opinion.features, scratch)
    span_s = max(YOUNG_SHARE * (track.last_ns - track.first_ns) * 1e-9, 1.0)
    keep = min(np.exp(-step_s / span_s), FORGET**step_s) if opinion.weight > 0.0 else 0.0
    opinion.weight = keep * opinion.weight + (1.0 - keep)
    share = (1.0 - keep) / opinion.weight
    strains = len(forest.base)
    highest, total = scratch[0], 0.0
    for s in range(strains):
        highest = max(highest, scratch[s])
    for s in range(strains):
        total += np.exp(scratch[s] - highest)
    for s in range(strains):
        ratio = max(scratch[s] - highest - np.log(total), -12.0)
        opinion.terms[KINEMATICS, s] += share * (ratio - opinion.terms[KINEMATICS, s])


@inner_kernel
def conclude(opinion: Opinion, time_ns: int, age_s: float, prior: Float64, claims: Float64, tables: Tables) -> None:
    """Write the calibrated probabilities from all terms, the log prior and the claims' log-odds (claims, classes)."""
    part = 0
    ages = tables.ages_s
    while part < len(ages) - 2 and age_s > ages[part + 1]:
        part += 1
    share = (np.log1p(age_s) - np.log1p(ages[part])) / (np.log1p(ages[part + 1]) - np.log1p(ages[part]))
    share = min(max(share, 0.0), 1.0)
    odds = np.empty(N)
    for c in range(N):
        odds[c] = prior[c] + (1.0 - share) * tables.bias[part, c] + share * tables.bias[part + 1, c]
    for k in range(SPEAKERS):
        if opinion.claim[k] > 0:
            weight = opinion.claim_weight[k] * FORGET ** max((time_ns - opinion.claim_ns[k]) * 1e-9, 0.0)
            for c in range(N):
                odds[c] += weight * claims[opinion.claim[k] - 1, c]
    if opinion.told_ns > 0:
        kept = TOLD_FORGET ** max((time_ns - opinion.told_ns) * 1e-9, 0.0)
        for c in range(N):
            odds[c] += kept * opinion.told[c]
    strains = len(tables.member)
    for s in range(strains):
        opinion.strain[s] = odds[tables.member[s]]
    for k in range(TERMS):
        gain = (1.0 - share) * tables.gain[part, k] + share * tables.gain[part + 1, k]
        for s in range(strains):
            opinion.strain[s] += gain * opinion.terms[k, s]
    highest = opinion.strain[0]
    for s in range(strains):
        highest = max(highest, opinion.strain[s])
    for c in range(N):
        odds[c] = 0.0
    for s in range(strains):
        opinion.strain[s] = np.exp(opinion.strain[s] - highest)
        odds[tables.member[s]] += opinion.strain[s]
    total, best = 0.0, 0
    for c in range(N):
        total += odds[c]
        best = c if odds[c] > odds[best] else best
    opinion.outside = _is_outside(opinion.features, best, tables)
    sure = SURE_OUTSIDE if opinion.outside else 1.0
    for c in range(N):
        opinion.probability[c] = sure * odds[c] / total + (1.0 - sure) / N


@inner_kernel
def _is_outside(features: Float32, best: int, tables: Tables) -> bool:
    for k in range(len(tables.key)):
        value = features[tables.key[k]]
        if value < tables.envelope[best, k, 0] or value > tables.envelope[best, k, 1]:
            return True
    return False


@kernel
def update_opinions(
    place: Int64,
    time_ns: Int64,
    plot_ns: Int64,
    states: Float64,
    echoes: Float64,
    histories: Histories,
    opinions: Opinions,
    prior: Float64,
    claims: Float64,
    forest: Forest,
    tables: Tables,
    out: Float32,
    age_s: Float64,
) -> None:
    """Take rows in order: states (n, 7) and echoes (n, 2) of the tracks at ``place``; write probabilities and ages.

    ``claims`` (claims, classes) are the log-odds of what may be said of a track. A row that is not newer than what is
    known of its track, or has no newer plot behind it (``plot_ns``), changes nothing and gets the probabilities that
    stand; NaN where there are none.
    """
    scratch = np.empty(STRAINS, np.float32)
    for i in range(len(place)):
        track, opinion = histories[place[i]], opinions[place[i]]
        before_ns = track.last_ns
        is_first = track.used == 0
        is_new = is_first or plot_ns[i] > track.plot_ns
        if is_new and add_state(track, time_ns[i], states[i]):
            track.plot_ns = plot_ns[i]
            hear_echo(opinion, echoes[i, 0], echoes[i, 1], tables)
            age = (track.last_ns - track.first_ns) * 1e-9
            if track.in_bin == 1:
                step_s = 1.0 if is_first else (time_ns[i] - before_ns) * 1e-9
                think_of_motion(track, opinion, step_s, forest, tables, scratch)
            conclude(opinion, time_ns[i], age, prior, claims, tables)
        age_s[i] = (track.last_ns - track.first_ns) * 1e-9
        for c in range(N):
            out[i, c] = opinion.probability[c] if track.used else np.nan


def new_opinions(n: int) -> Opinions:
    """Return room for what is thought of n tracks."""
    return np.zeros(n, OPINION)
