"""How threatening a track is to a zone: additive terms in log-odds, each monotone, so that every score can be told.

score = 1 / (1 + exp(-sum of terms)). A term's direction is fixed: likelier or sooner entry, a nearer object, one
likelier armed, a worthier zone never lower the score; an identity that an independent sensor confirms never raises it.
Time is a term and is told apart as well: how likely and how soon are two questions. Page: docs/threat.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Literal

import numpy as np

from sargas.model.columns import Float64

Level = Literal["red", "amber", "green"]
LEVELS: tuple[tuple[Level, float], ...] = (("red", 0.6), ("amber", 0.25), ("green", 0.0))
"""A level holds from its score on."""
BIAS = -1.0
ENTRY_WEIGHT = 0.8
LEAST, MOST = 1e-3, 1.0 - 1e-3
SOON, SOON_S = 1.2, 240.0
NEAR, NEAR_M = 0.6, 20_000.0
ARMED_BASE = 0.1
"""P(armed) of what nothing is known of; there the term is 0."""
ARMED_WEIGHT = 0.7
OF_IDENTITY = {"confirmed": -2.5, "friend": -4.0, "doubtful": 0.3}
Identity = Literal["none", "unsupported", "confirmed", "friend", "doubtful"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is held of one track and one zone."""

    entry: float
    """Probability of entry within the time looked ahead."""
    entry_s: float | None
    """Median time to entry; none: no path enters."""
    distance_m: float
    """To the zone's edge, 0 inside."""
    armed: float
    identity: Identity
    identity_probability: float
    value: float
    """Worth of what the zone protects; 1 is ordinary."""


@dataclass(frozen=True, slots=True)
class Term:
    """One addend of the score's log-odds."""

    name: Literal["entry", "time", "nearness", "armed", "identity", "value"]
    log_odds: float


@dataclass(frozen=True, slots=True)
class Threat:
    """The score of a track against a zone, its level and its terms, those that raise it most first."""

    score: float
    level: Level
    terms: tuple[Term, ...]


def judge_threat(facts: Facts) -> Threat:
    """Add up the terms of one track and zone."""
    terms = sorted(_terms(facts), key=lambda term: (-term.log_odds, term.name))
    score = 1.0 / (1.0 + exp(-(BIAS + sum(term.log_odds for term in terms))))
    return Threat(score, level_of(score), tuple(terms))


def rank_zones(entry: Float64, entry_s: Float64, distance_m: Float64, value: Float64) -> Float64:
    """Add up the terms that differ between zones, of n tracks and z zones (n, z); NaN times: no path enters.

    Of one track the zone with the largest sum is the one with the highest score of ``judge_threat``.
    """
    share = np.clip(entry, LEAST, MOST)
    soon = np.where(np.isnan(entry_s), 0.0, SOON * entry * np.exp(-np.nan_to_num(entry_s) / SOON_S))
    near = NEAR * np.exp(-np.maximum(distance_m, 0.0) / NEAR_M)
    found: Float64 = ENTRY_WEIGHT * np.log(share / (1.0 - share)) + soon + near + np.log(np.maximum(value, LEAST))
    return found


def level_of(score: float) -> Level:
    """Return the level that a score has."""
    return next(level for level, least in LEVELS if score >= least)


def _terms(facts: Facts) -> list[Term]:
    entry = min(max(facts.entry, LEAST), MOST)
    soon = 0.0 if facts.entry_s is None else SOON * facts.entry * exp(-facts.entry_s / SOON_S)
    armed = min(max(facts.armed, LEAST), MOST)
    identity = OF_IDENTITY.get(facts.identity, 0.0) * facts.identity_probability
    return [
        Term("entry", ENTRY_WEIGHT * log(entry / (1.0 - entry))),
        Term("time", soon),
        Term("nearness", NEAR * exp(-max(facts.distance_m, 0.0) / NEAR_M)),
        Term("armed", ARMED_WEIGHT * (log(armed / (1.0 - armed)) - log(ARMED_BASE / (1.0 - ARMED_BASE)))),
        Term("identity", identity),
        Term("value", log(max(facts.value, LEAST))),
    ]
