"""How far each person is believed: beta-binomial, from what such persons are usually worth and how this one fared.

A report that a firm track or a person bears out counts as one right; one refuted by a person as one wrong; one that
nothing bore out although a radar looks there as a fifth of a wrong: what is not found is not false. Hearsay has no
history: nobody knows whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sargas.identification.reports.figures import FIGURES, reliability_prior
from sargas.model.label import Label
from sargas.model.report_records import HumanReport

UNSEEN = 0.2
"""Part of a wrong that a report is which nothing bore out where radars look."""
MOST_SOURCES = 20_000
"""Histories kept; the one that changed longest ago goes first."""
Grade = Literal["A", "B", "C", "D", "E"]
GRADES: tuple[tuple[float, Grade], ...] = ((0.85, "A"), (0.7, "B"), (0.5, "C"), (0.3, "D"), (0.0, "E"))


@dataclass(slots=True)
class Reliability:
    """Keep times right and wrong of every source with a history."""

    history: dict[str, tuple[float, float]] = field(default_factory=dict)
    changed: dict[str, Label] = field(default_factory=dict)
    """Sources whose history changed since it was last told, with the label of the report that changed it."""

    def of(self, report: HumanReport) -> float:
        """Return the probability that what such a person reports is there."""
        right, wrong = reliability_prior(report.reporter)
        more_right, more_wrong = self.history.get(report.source_id, (0.0, 0.0))
        return (right + more_right) / (right + wrong + more_right + more_wrong)

    def grade(self, report: HumanReport) -> Grade:
        """Return the Admiralty grade of the person: of its kind, or after its own history where it has one."""
        if report.source_id not in self.history:
            return FIGURES.reporter[report.reporter].grade
        reliability = self.of(report)
        return next(grade for least, grade in GRADES if reliability >= least)

    def bear_out(self, report: HumanReport) -> None:
        """Count a report as right."""
        self._count(report, 1.0, 0.0)

    def refute(self, report: HumanReport, part: float = 1.0) -> None:
        """Count a report as wrong, or as a part of it."""
        self._count(report, 0.0, part)

    def remember(self, source_id: str, right: float, wrong: float) -> None:
        """Take over a history on record; what was counted meanwhile counts on."""
        before = self.history.pop(source_id, (0.0, 0.0))
        self.history[source_id] = (before[0] + right, before[1] + wrong)

    def take_changed(self) -> list[tuple[str, float, float, Label]]:
        """Return the histories that changed since the last call: source, times right and wrong, label."""
        told = [(name, *self.history[name], label) for name, label in self.changed.items() if name in self.history]
        self.changed = {}
        return told

    def _count(self, report: HumanReport, right: float, wrong: float) -> None:
        if report.reporter == "hearsay":
            return
        before = self.history.pop(report.source_id, (0.0, 0.0))
        self.history[report.source_id] = (before[0] + right, before[1] + wrong)
        self.changed[report.source_id] = report.label
        if len(self.history) > MOST_SOURCES:
            del self.history[next(iter(self.history))]


def voice_of(report: HumanReport) -> str:
    """Return whose voice a report is: all hearsay about one thing is one voice."""
    return "hearsay" if report.reporter == "hearsay" else report.source_id
