"""Sightings: what reports add up to. How likely something is there, how many voices say so, in which state that is.

The first voice gives the odds of an untracked object against nothing (meaning.py). Each further independent voice adds
the log of how much likelier it is with that object there than without, less each time: people hear of each other, and
look at the same star. A voice counts once, its newest report. Without a sensor nothing is surer than 0.95.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sargas.identification.reports.field import Field, observed_ns
from sargas.identification.reports.likelihood import EVEN, REACH_M, random_density, reach_integral
from sargas.identification.reports.reliability import voice_of
from sargas.model.columns import NS_PER_S
from sargas.model.report_records import HumanReport, Seen

LIFE_NS = 900 * NS_PER_S
"""A sighting ends so long after its newest observation."""
LESS_EACH_VOICE = 0.7
MOST_SURE = 0.95
SUPPORTED, ENOUGH_VOICES = 0.8, 3
"""Odds and voices from which a sighting without a track is supported."""
JOINED = 3.0
"""A report belongs to a sighting where it is so much likelier with it than by itself."""
MOST_VOICES = 30
"""Voices that are added up, the newest; by then all is said."""


@dataclass(slots=True)
class Held:
    """One sighting as it is kept: its reports by id, and what was last told of it."""

    sighting_id: str
    report_ids: list[str] = field(default_factory=list)
    track_id: int = -1
    """Track that its reports mean; -1: none."""
    told: tuple[str, float, int, int] = ("", 0.0, 0, 0)
    """State, probability, reports and time of the last record about it."""
    verdict: str = ""
    """``confirmed`` or ``refuted`` by a person; empty: not judged."""


def newest_of_each_voice(reports: Sequence[HumanReport]) -> list[HumanReport]:
    """Return one report a voice, the newest, in the order in which the voices first spoke."""
    found: dict[str, HumanReport] = {}
    for report in reports:
        before = found.get(voice_of(report))
        if before is None or report.time_ns >= before.time_ns:
            found[voice_of(report)] = report
    return list(found.values())


def add_up(
    voices: Sequence[HumanReport], reliability: Mapping[str, float], first_odds: Mapping[str, float]
) -> tuple[float, Field]:
    """Return how likely something is there, and where; ``voices``: one report each; mappings by report id.

    ``first_odds``: of an untracked object against nothing, of each report by itself.
    """
    ordered = sorted(voices, key=lambda one: (observed_ns(one), one.report_id))[-MOST_VOICES:]
    first = ordered[0]
    place = Field.around(first).weigh(first, reliability[first.report_id])
    score = float(np.log(max(first_odds[first.report_id], 1e-9)))
    gains = []
    for report in ordered[1:]:
        share = reliability[report.report_id]
        place = place.later(observed_ns(report), report.heading_deg)
        nothing = (1.0 - share) * random_density(report)
        gains.append(float(np.log((share * place.expect(report) + nothing) / max(nothing, 1e-12))))
        place = place.weigh(report, share)
    for rank, gain in enumerate(sorted(gains, reverse=True)):
        score += LESS_EACH_VOICE ** (rank + 1) * gain if gain > 0.0 else gain
    return float(min(1.0 / (1.0 + np.exp(-score)), MOST_SURE)), place


def belongs(report: HumanReport, place: Field) -> bool:
    """Say whether a report is of the object that may be there rather than of another one."""
    there = place.later(observed_ns(report))
    another = float(reach_integral(report) @ EVEN) / (np.pi * REACH_M**2)
    return there.expect(report) >= JOINED * another


def said_to_be(voices: Sequence[HumanReport], reliability: Mapping[str, float]) -> Seen:
    """Return what the weightiest voices say it is; what nobody knows counts little."""
    weight: dict[Seen, float] = {}
    for report in voices:
        known = 0.2 if report.seen == "unknown" else 1.0
        weight[report.seen] = weight.get(report.seen, 0.0) + known * reliability[report.report_id] * report.confidence
    return max(weight, key=lambda word: weight[word])


def expires_ns(reports: Sequence[HumanReport]) -> int:
    """Return when a sighting of these reports ends by itself."""
    return max(observed_ns(report) for report in reports) + LIFE_NS
