"""A threat in words: the three terms that raise it most, and what would lower it a level; English and Lithuanian."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from typing import Literal

from sargas.assessment.threat import ENTRY_BASE, LEVELS, Facts, Identity, Threat, judge_threat, logit, weights
from sargas.model.saying import Said, Words, lithuanian_figures

WORDS = Words("sargas.assessment", "threat_words.toml")
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
    words = WORDS.tables()[language]
    untold = ("identity", *(OF_THE_WAY if is_inside else ()))
    raising = [term.name for term in threat.terms if term.log_odds > 0.05 and term.name not in untold][:REASONS]
    figures: dict[str, object] = {
        "zone": zone,
        "share": facts.entry,
        "minutes": f"{horizon_s / 60.0:.0f}",
        "distance": facts.distance_m / 1000.0,
        "value": facts.value,
        "speed": f"{facts.speed_mps:.0f}",
    }
    told = []
    for name in raising:
        own = dict(figures)
        if name == "time":
            own["minutes"] = f"{(facts.entry_s or 0.0) / 60.0:.0f}"
        if name == "armed":
            own["share"] = facts.armed
        told.append(words[name].format(**_written(own, language)))
    identity = words.get(f"identity_{facts.identity}")
    return (*told, identity) if identity else tuple(told)


def tell_threat(threat: Threat, facts: Facts, zone: str, horizon_s: float, *, is_inside: bool) -> tuple[Said, ...]:
    """Say in both languages how threatened a zone is, or that a track is inside it, why, and what would lower it."""
    change = _least_change(threat, facts)
    told: dict[Language, tuple[str, ...]] = {}
    for language in LANGUAGES:
        level = LEVEL_WORDS[language][threat.level]
        head = WORDS.tables()[language]["inside" if is_inside else "threat"]
        head = head.format(**_written({"zone": zone, "level": level, "share": threat.score}, language))
        reasons = tell_reasons(threat, facts, zone, horizon_s, language, is_inside=is_inside)
        told[language] = (head, *reasons, *((_tell_change(change, threat, language),) if change else ()))
    return tuple(Said(en, lt) for en, lt in zip(told["en"], told["lt"], strict=True))


def tell_counterfactual(threat: Threat, facts: Facts, language: Language) -> str | None:
    """Say what single change would lower the level; none for green, or when no single change would."""
    change = _least_change(threat, facts)
    return _tell_change(change, threat, language) if change else None


def _written(figures: dict[str, object], language: Language) -> dict[str, object]:
    return lithuanian_figures(figures) if language == "lt" else figures


def _least_change(threat: Threat, facts: Facts) -> tuple[str, float] | None:
    """Find the least change that a person could learn of which would lower the level: its sentence and its share.

    An identity, then a turn away, then an empty load; none for green, or when no single change would.
    """
    if threat.level == "green":
        return None
    limit = dict(LEVELS)[threat.level]
    if _would_lower(facts, limit):
        return "if_identity", 0.0
    share = _entry_below(threat, limit)
    if 0.01 < share < facts.entry:
        return "if_entry", share
    return ("if_armed", 0.01) if judge_threat(replace(facts, armed=0.01)).score < limit else None


def _would_lower(facts: Facts, limit: float) -> bool:
    """Say whether a confirmed identity would."""
    if facts.identity in ("confirmed", "friend"):
        return False
    known: Identity = "confirmed"
    return judge_threat(replace(facts, identity=known, identity_probability=1.0)).score < limit


def _entry_below(threat: Threat, limit: float) -> float:
    """Find the probability of entry below which the level falls, the other terms but time as they are."""
    rest = weights().bias + sum(term.log_odds for term in threat.terms if term.name not in ("entry", "time"))
    needed = (logit(limit) - rest) / max(weights().entry, 1e-6)
    return ENTRY_BASE * exp(min(max(needed, -60.0), 60.0))


def _tell_change(change: tuple[str, float], threat: Threat, language: Language) -> str:
    words, (name, share) = WORDS.tables()[language], change
    condition = words[name].format(**_written({"share": share}, language))
    return words["below"].format(level=LEVEL_WORDS[language][threat.level], condition=condition)
