"""Warnings of an earlier run that stand when a run begins: they end, or go on when their threat is seen again.

Tracks have other numbers in each run, and where they were is not on record: a raid is taken for the threat of the
warning whose areas its forecast reaches most of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from sargas.assessment.warnings.course import CLEARING_NS, Course, together
from sargas.model.warning_records import PublicWarning, WarningArea


def stand(courses: dict[str, Course], message: PublicWarning, time_ns: int) -> None:
    """Take in a message that stands at ``time_ns`` (UTC ns); those of one warning in the order of their numbers.

    What has expired has ended by itself, but a draft that is handed in is still to be decided.
    """
    if message.state != "drafted" and message.expires_ns <= time_ns:
        return
    before = courses.get(message.warning_id)
    approved, told, members = (
        (None, (), set[int]()) if before is None else (before.approved, before.told, before.members)
    )
    if message.state == "approved":
        approved, told = message, together(told, message.areas)
    is_clearing = message.message == "all_clear" and message.state == "drafted"
    courses[message.warning_id] = Course(
        message,
        approved,
        message.drafted_ns + CLEARING_NS if is_clearing else time_ns,
        members | set(message.track_ids),
        told=told,
    )


def seen_again(courses: Mapping[str, Course], taken: Set[str], areas: Sequence[WarningArea]) -> list[str]:
    """Find the warning whose threat has not been seen in this run and that is for most of these areas; or none.

    ``taken``: those of other raids. Of equals the oldest.
    """
    reached = {area.area_id for area in areas}
    shared = {
        key: len(reached.intersection(area.area_id for area in (*course.told, *course.newest.areas)))
        for key, course in courses.items()
        if course.is_unseen and not course.is_cleared and key not in taken
    }
    best = max(shared, key=lambda key: shared[key], default="")
    return [best] if shared.get(best) else []
