"""The edition guard: a source whose records break the rules of its configured edition is not believed."""

from __future__ import annotations

from typing import Any

PROBATION_FAILURES = 5
"""Blocks in a row, clean ones counting back, after which a source is quarantined that never proved itself."""

STANDING_FAILURES = 50
"""The same for a source that did: noise on a line must not blind it."""

STANDING_RECORDS = 100
"""Clean records of a category after which the source counts as proven for it."""


class EditionGuard:
    """Count blocks that break a rule, by category, and quarantine the source when they prevail.

    Each failed block counts one up, each clean one down. The edition is not on the wire: a wrong one shows only as
    records that cannot be read or hold values that cannot be.
    """

    def __init__(self, editions: dict[int, str]) -> None:
        self._editions = editions
        self._failures: dict[int, int] = {}
        self._clean: dict[int, int] = {}
        self.quarantine = ""
        """Why nothing of the source may be believed; empty when all is well."""

    def is_proven(self, category: int) -> bool:
        """Tell whether single bad records may be left out and the rest of their block kept."""
        return self._clean.get(category, 0) >= STANDING_RECORDS

    def to_lists(self) -> dict[str, Any]:
        """Return the counts as plain values, for a snapshot."""
        return {
            "failures": list(self._failures.items()),
            "clean": list(self._clean.items()),
            "quarantine": self.quarantine,
        }

    def adopt(self, state: dict[str, Any]) -> None:
        """Take over what ``to_lists`` gave."""
        self._failures, self._clean = dict(state["failures"]), dict(state["clean"])
        self.quarantine = state["quarantine"]

    def note_clean(self, category: int, records: int) -> None:
        """Count a block without fault."""
        self._clean[category] = self._clean.get(category, 0) + records
        self._failures[category] = max(0, self._failures.get(category, 0) - 1)

    def note_failure(self, category: int, reason: str) -> None:
        """Count a block with a fault; quarantines at the limit, naming category, edition and the last fault."""
        failures = self._failures.get(category, 0) + 1
        self._failures[category] = failures
        if failures >= (STANDING_FAILURES if self.is_proven(category) else PROBATION_FAILURES):
            self.quarantine = (
                f"category {category:03d} does not fit edition {self._editions[category]} ({failures} blocks, last: "
                f"{reason}): set editions = {{ {category:03d} = ... }} of this source to what it sends"
            )
