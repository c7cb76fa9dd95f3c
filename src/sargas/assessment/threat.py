"""How threatening a track is to a zone: additive terms in log-odds, each monotone, so that every score can be told.

probability = 1 / (1 + exp(-sum of terms but value)): that an armed object enters the zone within the time looked ahead.
score: the same with the zone's worth; it ranks and has the levels. A term's direction is fixed: likelier or sooner
entry, a nearer or faster object, one that heads in, one likelier armed, a worthier zone never lower it; an identity
that an independent sensor confirms never raises it. Time is a term and is told apart as well: how likely and how soon
are two questions. The weights are learnt on simulated flights with hidden intent. Page: docs/threat.md.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp, log
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import Float64

Level = Literal["red", "amber", "green"]
LEVELS: tuple[tuple[Level, float], ...] = (("red", 0.6), ("amber", 0.25), ("green", 0.0))
"""A level holds from its score on."""
LEAST, MOST = 1e-3, 1.0 - 1e-3
SOON_S = 240.0
NEAR_M = 20_000.0
FAST_MPS, FASTEST = 100.0, 3.0
"""Speed counts in units of the first, up to the second."""
HORIZON_S = 600.0
"""Time looked ahead."""
LEAST_SHARE, MOST_REACH = 1.0 / 192.0, 2.0
"""Half a path of 96; and what is twice as far as it can fly within the time is as good as farther."""
MOST_ELSEWHERE = 1.6
"""Weight of another zone's pull, at most: with ``rivals.MOST`` and the least that P(armed) adds otherwise."""
ENTRY_BASE = 0.05
"""P(entry) at which its term is 0."""
ARMED_BASE = 0.1
"""P(armed) of what nothing is known of; there the term is 0."""
Identity = Literal["none", "unsupported", "confirmed", "friend", "doubtful"]
Name = Literal["entry", "time", "nearness", "heading", "speed", "armed", "identity", "existence", "value"]


@dataclass(frozen=True, slots=True)
class Weights:
    """What the terms are multiplied with; all that may only raise are 0 or more."""

    bias: float
    entry: float
    soon: float
    near: float
    armed: float
    speed: float
    heading: float
    confirmed: float
    friend: float
    doubtful: float
    entry_offset: float
    entry_slope: float
    entry_reach: float
    entry_heading: float
    entry_armed: float
    entry_goal: float
    entry_elsewhere: float
    border_offset: float
    border_slope: float
    border_reach: float
    border_heading: float
    border_armed: float

    def of_identity(self, identity: Identity) -> float:
        """Return the weight of an identity; none and one nobody supports weigh nothing."""
        known = {"confirmed": self.confirmed, "friend": self.friend, "doubtful": self.doubtful}
        return known.get(identity, 0.0)


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
    speed_mps: float = 0.0
    """Over ground."""
    heading: float = 0.0
    """Cosine of the angle between course and the way to the zone's nearest point, 0 when it flies away; 1 inside."""
    exists: float = 1.0
    """Probability that there is an object."""


@dataclass(frozen=True, slots=True)
class Term:
    """One addend of the score's log-odds."""

    name: Name
    log_odds: float


@dataclass(frozen=True, slots=True)
class Threat:
    """The score of a track against a zone, its level and its terms, those that raise it most first."""

    score: float
    level: Level
    terms: tuple[Term, ...]
    probability: float
    """Of harm, the zone's worth aside."""


def judge_threat(facts: Facts) -> Threat:
    """Add up the terms of one track and zone."""
    terms = sorted(_terms(facts), key=lambda term: (-term.log_odds, term.name))
    total = weights().bias + sum(term.log_odds for term in terms)
    value = next(term.log_odds for term in terms if term.name == "value")
    score = logistic(total)
    return Threat(score, level_of(score), tuple(terms), logistic(total - value))


def rank_zones(entry: Float64, entry_s: Float64, distance_m: Float64, heading: Float64, value: Float64) -> Float64:
    """Add up the terms that differ between zones, of n tracks and z zones (n, z); NaN times: no path enters.

    Of one track the zone with the largest sum is the one with the highest score of ``judge_threat``.
    """
    w = weights()
    share = np.clip(entry, LEAST, 1.0)
    soon = np.where(np.isnan(entry_s), 0.0, w.soon * entry * np.exp(-np.nan_to_num(entry_s) / SOON_S))
    near = w.near * np.exp(-np.maximum(distance_m, 0.0) / NEAR_M)
    found: Float64 = (
        w.entry * np.log(share / ENTRY_BASE) + soon + near + w.heading * heading + np.log(np.maximum(value, LEAST))
    )
    return found


def calibrate_entry(
    share: Float64, distance_m: Float64, heading: Float64, speed_mps: Float64, armed: Float64, goal: Float64,
    elsewhere: Float64, is_goal: NDArray[np.bool_],
) -> Float64:  # fmt: skip
    """Return probabilities of entry as they come true, of the shares of paths that enter, (n, z).

    Who is near for its speed, heads in, is likely armed or has flown as one who makes for the zone enters more often
    than its straight paths say: it turns there. ``speed_mps`` and ``armed`` (n,); ``goal`` (n, z): how far the way
    flown speaks for the zone, log-odds, not negative; ``elsewhere`` (n, z): by how much more it speaks for another one
    (``rivals``); ``is_goal`` (z,): zones that it may speak for. A country is none: its weights are those learnt
    without. Where every path enters the answer is 1. Whoever is armed and makes for another zone enters this one
    seldomer, but so little that P(entry) x P(armed) never falls with P(armed): ``MOST_ELSEWHERE``.
    """
    w = weights()
    of_goals = np.array([w.entry_offset, w.entry_slope, w.entry_reach, w.entry_heading, w.entry_armed, w.entry_goal,
                         w.entry_elsewhere])  # fmt: skip
    of_others = np.array([w.border_offset, w.border_slope, w.border_reach, w.border_heading, w.border_armed, 0.0, 0.0])
    weight = np.where(is_goal[:, None], of_goals, of_others)
    terms = entry_terms(share, distance_m, heading, speed_mps[:, None], armed[:, None], goal, elsewhere)
    total = weight[:, 0] + sum(weight[:, k + 1] * terms[k] for k in range(len(terms)))
    told: Float64 = np.where(share >= 1.0, 1.0, 1.0 / (1.0 + np.exp(-np.clip(total, -60.0, 60.0))))
    return told


def entry_terms(
    share: Float64, distance_m: Float64, heading: Float64, speed_mps: Float64, armed: Float64, goal: Float64,
    elsewhere: Float64,
) -> tuple[Float64, Float64, Float64, Float64, Float64, Float64]:  # fmt: skip
    """Return what the weights of the entry multiply; each rises with what makes an entry likelier."""
    inner, likely = np.clip(share, LEAST_SHARE, 1.0 - LEAST_SHARE), np.clip(armed, LEAST, MOST)
    reach = -np.minimum(distance_m / (np.maximum(speed_mps, 0.0) * HORIZON_S + 1_000.0), MOST_REACH)
    return np.log(inner / (1.0 - inner)), reach, heading, np.log(likely / (1.0 - likely)), goal, -likely * elsewhere


def level_of(score: float) -> Level:
    """Return the level that a score has."""
    return next(level for level, least in LEVELS if score >= least)


def logistic(log_odds: float) -> float:
    """Return the probability of log-odds; far ones end at 0 and 1."""
    return 1.0 / (1.0 + exp(-min(max(log_odds, -60.0), 60.0)))


def logit(probability: float) -> float:
    """Return the log-odds of a probability kept within a thousandth of 0 and 1."""
    inner = min(max(probability, LEAST), MOST)
    return log(inner / (1.0 - inner))


@cache
def weights() -> Weights:
    """Read the weights that come along."""
    text = resources.files("sargas.assessment").joinpath("figures", "threat.toml").read_text(encoding="utf-8")
    return Weights(**tomllib.loads(text))


def _terms(facts: Facts) -> list[Term]:
    w = weights()
    soon = 0.0 if facts.entry_s is None else w.soon * facts.entry * exp(-facts.entry_s / SOON_S)
    return [
        Term("entry", w.entry * log(min(max(facts.entry, LEAST), 1.0) / ENTRY_BASE)),
        Term("time", soon),
        Term("nearness", w.near * exp(-max(facts.distance_m, 0.0) / NEAR_M)),
        Term("heading", w.heading * min(max(facts.heading, 0.0), 1.0)),
        Term("speed", w.speed * min(max(facts.speed_mps, 0.0) / FAST_MPS, FASTEST)),
        Term("armed", w.armed * (logit(facts.armed) - logit(ARMED_BASE))),
        Term("identity", w.of_identity(facts.identity) * facts.identity_probability),
        Term("existence", log(min(max(facts.exists, LEAST), 1.0))),
        Term("value", log(max(facts.value, LEAST))),
    ]
