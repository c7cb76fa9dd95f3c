"""Reports handed in lately, so that one that is sent again, because its answer was lost, counts once.

The store is written some time after a report is journaled. Until then a report is known from here alone.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from sargas.model.columns import NS_PER_S
from sargas.model.records import HumanReport
from sargas.runtime.store import Store

MOST_KEPT = 2000
"""Reports; a flood of 500 in one second is in the store long before so many have come."""
SAME_TIME_NS = 30 * NS_PER_S
"""Two tellings of one observation name times as close as this: each is reckoned back from another moment."""
_TOLD_ANEW = {"id", "time_ns", "state", "observed_ns", "entered_by"}


@dataclass(slots=True)
class EnteredReports:
    """Know the newest revision of every report; hold ``lock`` from asking until the next revision is noted."""

    store: Store
    lock: Lock = field(default_factory=Lock)
    _lately: OrderedDict[str, HumanReport] = field(default_factory=OrderedDict)

    def newest(self, report_id: str) -> HumanReport | None:
        """Return the newest revision of a report, None of one that was never handed in."""
        if report_id in self._lately:
            return self._lately[report_id]
        stored = self.store.revisions(HumanReport, report_id)
        return stored[-1] if stored else None

    def note(self, report: HumanReport) -> None:
        """Note a revision that is journaled."""
        self._lately[report.report_id] = report
        self._lately.move_to_end(report.report_id)
        while len(self._lately) > MOST_KEPT:
            self._lately.popitem(last=False)


def says_the_same(first: HumanReport, second: HumanReport) -> bool:
    """Say whether two revisions tell the same observation in the same words; who withdrew one did not tell it anew."""
    if first.model_dump(exclude=_TOLD_ANEW) != second.model_dump(exclude=_TOLD_ANEW):
        return False
    if first.observed_ns is None or second.observed_ns is None:
        return first.observed_ns is second.observed_ns
    return abs(first.observed_ns - second.observed_ns) <= SAME_TIME_NS
