"""What claims add up to: grades to weights, competing answers to probabilities, overrides that mask and never destroy.

Grades are those of the Admiralty system (STANAG 2511): reliability of the source A to F, credibility of what it says
1 to 6. A claim moves the log-odds of its answer by weight x logit(probability); "unknown" stays at zero, so that weak
voices leave much of it. A source speaks once: of two claims of one source the newer holds. Page: docs/claims.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log
from typing import get_args

from sargas.model.identity_records import About, Claim

WEIGHT_OF_RELIABILITY = {"A": 1.0, "B": 0.8, "C": 0.6, "D": 0.3, "E": 0.0, "F": 0.4}
"""E is a source known to be wrong: it says nothing. F is one that nobody can judge."""
PROBABILITY_OF_CREDIBILITY = {1: 0.95, 2: 0.85, 3: 0.7, 4: 0.4, 5: 0.15, 6: 0.5}
"""What a claim without a probability of its own is worth: confirmed to improbable; 6 cannot be judged."""
SUREST = 0.99
"""No claim counts for more: nobody is always right."""
UNKNOWN = "unknown"
QUESTIONS: tuple[About, ...] = get_args(About)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is held of one question about one track.

    ``masked``: claims of others that an override keeps from counting; they stay, and count again when it ends.
    """

    about: About
    value: str
    probability: float
    claims: tuple[Claim, ...]
    masked: tuple[Claim, ...]
    is_override: bool


def answer(about: About, claims: Iterable[Claim], time_ns: int) -> Answer:
    """Weigh what is said of one question at ``time_ns`` (UTC ns); the order of the claims changes nothing."""
    heard = _voices(claim for claim in claims if claim.about == about and holds(claim, time_ns))
    overrides = [claim for claim in heard if claim.is_override]
    if overrides:
        chosen = max(overrides, key=lambda claim: (claim.time_ns, claim.id))
        masked = tuple(claim for claim in heard if claim is not chosen)
        return Answer(about, chosen.value, probability_of(chosen), (chosen,), masked, is_override=True)
    scores: dict[str, float] = {UNKNOWN: 0.0}
    for claim in heard:
        scores[claim.value] = scores.get(claim.value, 0.0) + weight_of(claim)
    highest = max(scores.values())
    masses = {value: exp(score - highest) for value, score in scores.items()}
    value = max(masses, key=lambda name: (masses[name], name))
    return Answer(about, value, masses[value] / sum(masses.values()), tuple(heard), (), is_override=False)


def holds(claim: Claim, time_ns: int) -> bool:
    """Say whether a claim speaks at a time: neither withdrawn nor run out."""
    return claim.state != "withdrawn" and (claim.until_ns is None or claim.until_ns > time_ns)


def probability_of(claim: Claim) -> float:
    """Return the probability that a claim gives its answer: its own, else that of its credibility."""
    return PROBABILITY_OF_CREDIBILITY[claim.credibility] if claim.probability is None else claim.probability


def weight_of(claim: Claim) -> float:
    """Return what a claim adds to the log-odds of its answer."""
    probability = min(max(probability_of(claim), 1.0 - SUREST), SUREST)
    return WEIGHT_OF_RELIABILITY[claim.reliability] * log(probability / (1.0 - probability))


def _voices(claims: Iterable[Claim]) -> list[Claim]:
    """Return the newest claim of each source, an override apart from what the person claims beside it; sorted."""
    newest: dict[tuple[str, bool], Claim] = {}
    for claim in claims:
        key = (claim.source, claim.is_override)
        if key not in newest or (claim.time_ns, claim.id) > (newest[key].time_ns, newest[key].id):
            newest[key] = claim
    return sorted(newest.values(), key=lambda claim: (claim.time_ns, claim.id))
