"""The course of one warning through its messages: what is told, what was approved, what it is about."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from sargas.assessment.alert_entry import Place
from sargas.model.columns import NS_PER_S
from sargas.model.warning_records import PublicWarning, WarningArea

QUIET_NS = 60 * NS_PER_S
"""Without a threat for so long a warning ends."""
CLEARED_NS = 10 * NS_PER_S
"""What nobody decided ends so soon when all that it was about has proved harmless."""
LASTS_NS = 1800 * NS_PER_S
"""So long after it was drafted a message ends by itself."""
CLEARING_NS = LASTS_NS - QUIET_NS
"""So long after its draft an all-clear counts as threatened: its course ends when the message expires."""
RENEWED_NS = 300 * NS_PER_S
"""So long before it expires a message whose threat still stands is drafted anew."""


@dataclass(slots=True, eq=False)
class Course:
    """One warning: its newest message, the last that a person approved, when a threat last stood behind it."""

    newest: PublicWarning
    approved: PublicWarning | None
    threatened_ns: int
    members: set[int] = field(default_factory=set)
    """Tracks it is or was about."""
    places: tuple[Place, ...] = ()
    """Where those were that it was last about."""
    laid_ns: int = 0
    """When the forecast was last laid over the areas; 0: not in this run, which began with it."""
    told: tuple[WarningArea, ...] = ()
    """All areas that messages which a person approved were for: an all-clear is for them."""

    @property
    def waits(self) -> bool:
        """Say whether its newest message waits for a person."""
        return self.newest.state == "drafted"

    @property
    def is_unseen(self) -> bool:
        """Say whether it is of an earlier run and its threat has not been seen in this one."""
        return self.laid_ns == 0

    @property
    def is_ending(self) -> bool:
        """Say whether its newest message is an all-clear."""
        return self.newest.message == "all_clear"

    @property
    def is_cleared(self) -> bool:
        """Say whether a person has decided on its all-clear: nothing goes on with it."""
        return self.is_ending and self.newest.state in ("approved", "refused")

    def is_old(self, time_ns: int) -> bool:
        """Say whether its newest message is about to expire, or what the public goes by where an update was refused."""
        newest, approved = self.newest, self.approved
        if newest.state == "refused" and approved is not None:
            renewed_ns = approved.expires_ns - RENEWED_NS
            if newest.drafted_ns < renewed_ns <= time_ns:
                return True
        return time_ns >= newest.expires_ns - RENEWED_NS

    def is_over(self, harmless: Set[int], time_ns: int) -> bool:
        """Say whether no threat has stood behind it for long enough."""
        is_harmless = self.waits and self.approved is None and bool(self.members) and self.members <= harmless
        return time_ns - self.threatened_ns >= (CLEARED_NS if is_harmless else QUIET_NS)


def together(some: Sequence[WarningArea], others: Sequence[WarningArea]) -> tuple[WarningArea, ...]:
    """Return the areas of both, each once."""
    return tuple({area.area_id: area for area in (*some, *others)}.values())


def dump_course(course: Course) -> list[Any]:
    """Return a course as plain values, for a snapshot."""
    approved = None if course.approved is None else course.approved.model_dump(mode="json")
    places = [[place.x_m, place.y_m, place.x_mps, place.y_mps, place.time_ns] for place in course.places]
    newest = course.newest.model_dump(mode="json")
    told = [area.model_dump(mode="json") for area in course.told]
    return [newest, approved, course.threatened_ns, sorted(course.members), places, course.laid_ns, told]


def load_course(fields: list[Any]) -> Course:
    """Read what ``dump_course`` gave."""
    newest, approved, threatened_ns, members, places, laid_ns, told = fields
    return Course(
        PublicWarning.model_validate(newest),
        None if approved is None else PublicWarning.model_validate(approved),
        threatened_ns,
        set(members),
        tuple(Place(*place) for place in places),
        laid_ns,
        tuple(map(WarningArea.model_validate, told)),
    )
