"""A threat in words: the three terms that raise it most, and what would lower it a level; English and Lithuanian."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from importlib import resources
from math import exp
from typing import Literal

from sargas.assessment.saying import Said
from sargas.assessment.threat import ENTRY_BASE, LEVELS, Facts, Identity, Threat, judge_threat, logit, weights

Language = Literal["en", "lt"]
LANGUAGES: tuple[Language, ...] = ("en", "lt")
REASONS = 3
OF_THE_WAY = ("entry", "time", "nearness", "heading")
LEVEL_WORDS = {
    "en": {"red": "red", "amber": "amber", "green": "green"},
    "lt": {"red": "raudona", "amber": "gintarinė", "green": "žalia"},
}


def tell_reasons(
    threat: Threat, facts: Facts, zone: str, horizon_s: float, language: Language, *, is_inside: bool = False
) -> tuple[str, ...]:
    """Name the terms that raise a threat most, at most three, and an identity that lowers it.

    Of what is inside nothing is said that tells how it will come in.
    """
    words = _words()[language]
    untold = ("identity", *(OF_THE_WAY if is_inside else ()))
    raising = [term.name for term in threat.terms if term.log_odds > 0.05 and term.name not in untold][:REASONS]
    figures = {
        "zone": zone,
        "share": f"{facts.entry:.0%}",
        "minutes": f"{horizon_s / 60.0:.0f}",
        "distance": f"{facts.distance_m / 1000.0:.1f}",
        "value": f"{facts.value:g}",
        "speed": f"{facts.speed_mps:.0f}",
    }
    told = []
    for name in raising:
        own = dict(figures)
        if name == "time":
            own["minutes"] = f"{(facts.entry_s or 0.0) / 60.0:.0f}"
        if name == "armed":
            own["share"] = f"{facts.armed:.0%}"
        told.append(words[name].format(**own))
    identity = words.get(f"identity_{facts.identity}")
    return (*told, identity) if identity else tuple(told)


def tell_threat(threat: Threat, facts: Facts, zone: str, horizon_s: float, *, is_inside: bool) -> tuple[Said, ...]:
    """Say in both languages how threatened a zone is, or that a track is inside it, why, and what would lower it."""
    told: dict[Language, tuple[str, ...]] = {}
    for language in LANGUAGES:
        words = _words()[language]
        level = LEVEL_WORDS[language][threat.level]
        head = words["inside" if is_inside else "threat"].format(zone=zone, level=level, share=f"{threat.score:.0%}")
        reasons = tell_reasons(threat, facts, zone, horizon_s, language, is_inside=is_inside)
        would = tell_counterfactual(threat, facts, language)
        told[language] = (head, *reasons, *((would,) if would else ()))
    return tuple(Said(en, lt) for en, lt in zip(told["en"], told["lt"], strict=True))


def tell_counterfactual(threat: Threat, facts: Facts, language: Language) -> str | None:
    """Say what single change would lower the level; none for green, or when no single change would.

    The least change that a person could learn of: an identity, then a turn away, then an empty load.
    """
    if threat.level == "green":
        return None
    words = _words()[language]
    limit = dict(LEVELS)[threat.level]
    condition = _identity_change(facts, limit, words) or _entry_change(threat, facts, limit, words)
    condition = condition or _armed_change(facts, limit, words)
    if condition is None:
        return None
    return words["below"].format(level=LEVEL_WORDS[language][threat.level], condition=condition)


def _identity_change(facts: Facts, limit: float, words: dict[str, str]) -> str | None:
    if facts.identity in ("confirmed", "friend"):
        return None
    known: Identity = "confirmed"
    changed = judge_threat(replace(facts, identity=known, identity_probability=1.0))
    return words["if_identity"] if changed.score < limit else None


def _entry_change(threat: Threat, facts: Facts, limit: float, words: dict[str, str]) -> str | None:
    """Find the probability of entry below which the level falls, the other terms but time as they are."""
    rest = weights().bias + sum(term.log_odds for term in threat.terms if term.name not in ("entry", "time"))
    needed = (logit(limit) - rest) / max(weights().entry, 1e-6)
    share = ENTRY_BASE * exp(min(max(needed, -60.0), 60.0))
    return words["if_entry"].format(share=f"{share:.0%}") if 0.01 < share < facts.entry else None


def _armed_change(facts: Facts, limit: float, words: dict[str, str]) -> str | None:
    changed = judge_threat(replace(facts, armed=0.01))
    return words["if_armed"].format(share="1%") if changed.score < limit else None


@cache
def _words() -> dict[str, dict[str, str]]:
    text = resources.files("sargas.assessment").joinpath("figures", "threat_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
