"""How many advisories an operator is shown: so many within any hour, the worthiest first. Critical ones never count."""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, field

from sargas.model.columns import NS_PER_S

WINDOW_NS = 3600 * NS_PER_S
LEAST_OF_REST = 0.03
"""Danger that the first advisory of the budget's second half must have; each further one twice as much."""


@dataclass(slots=True)
class AdvisoryBudget:
    """Remember what was shown within the last hour."""

    per_hour: int
    shown_ns: list[int] = field(default_factory=list)

    def used(self, time_ns: int) -> int:
        """Return how many were shown within the hour up to ``time_ns``."""
        del self.shown_ns[: bisect_right(self.shown_ns, time_ns - WINDOW_NS)]
        return len(self.shown_ns)

    def allows(self, danger: float, time_ns: int) -> bool:
        """Say whether an advisory of a danger may be shown now: the second half is kept for what is worth more."""
        used, half = self.used(time_ns), -(-self.per_hour // 2)
        return used < self.per_hour and (used < half or danger >= LEAST_OF_REST * 2.0 ** (used - half))

    def spend(self, time_ns: int) -> None:
        """Note that one is shown."""
        insort(self.shown_ns, time_ns)
