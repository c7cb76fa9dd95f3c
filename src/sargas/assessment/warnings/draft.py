"""When the public is warned: one draft a raid, updates as its reach moves, an all-clear; so many drafts at a time.

The node drafts; only a named person's decision makes a draft more than that. A newer draft withdraws an undecided older
one, so that a person always decides on what holds now. Page: docs/warnings.md.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sargas.assessment.warnings.approval import decided, lapsed
from sargas.assessment.warnings.areas import WarnedAreas
from sargas.assessment.warnings.course import CLEARING_NS, LASTS_NS, Course, dump_course, load_course, together
from sargas.assessment.warnings.joining import joined
from sargas.assessment.warnings.raids import accompany, fly_together, join_raids
from sargas.assessment.warnings.reached import reached
from sargas.assessment.warnings.standing import seen_again, stand
from sargas.assessment.warnings.texts import write_texts
from sargas.assessment.warnings.threat import Threat
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label, most_restrictive
from sargas.model.local_time import LocalTime
from sargas.model.records import Decision
from sargas.model.saying import in_english, in_lithuanian
from sargas.model.warning_records import PublicWarning, WarningArea, WarningPolicy

UPDATE_NS = 60 * NS_PER_S
"""A new draft of one warning comes no sooner after the last, unless its level rises."""
MOST_STANDING = 12
"""Drafts that wait for a person at a time; of more threats the reddest and most harmful are drafted."""
REACH_NS = 10 * NS_PER_S
"""The forecast of a warning is laid over the areas again so often."""


@dataclass(slots=True)
class WarningBook:
    """Draft, update and end the warnings of a node; deterministic."""

    node: str
    label: Label
    areas: WarnedAreas
    local: LocalTime
    policy: WarningPolicy = field(default_factory=WarningPolicy)
    courses: dict[str, Course] = field(default_factory=dict)
    untold: list[PublicWarning] = field(default_factory=list)
    """Messages of this tick, or of one that failed: the next one that succeeds tells them."""

    def tick(
        self,
        threats: Sequence[Threat],
        time_ns: int,
        harmless: Set[int] = frozenset(),
        companions: Sequence[Threat] = (),
    ) -> tuple[PublicWarning, ...]:
        """Return the messages that are new, withdrawn or no longer half approved at ``time_ns`` (UTC ns).

        ``harmless``: firm tracks that are held to be harmless now; ``companions``: firm tracks that threaten nobody by
        themselves, of the raid that they fly with, if any.
        """
        for course in self.courses.values():
            if (waiting := lapsed(course.newest, time_ns)) is not None:
                course.newest = waiting
                self.untold.append(waiting)
        raids = accompany(join_raids(threats, time_ns), companions, time_ns)
        for keys, raid in self._by_course(raids, time_ns):
            standing = [key for key in keys if key in self.courses]  # one may have made room for a red threat just now
            if standing:
                self._go_on(standing, raid, time_ns)
            else:
                self._begin(raid, time_ns)
        for key, course in list(self.courses.items()):
            if course.is_over(harmless, time_ns):
                self._end(key, course, time_ns)
        told, self.untold = tuple(self.untold), []
        return told

    def go_on_from(self, before: WarningBook, time_ns: int) -> tuple[PublicWarning, ...]:
        """Take over what persons approved from a book that failed; return what waited for one, withdrawn."""
        told = list(before.untold)
        for key, course in before.courses.items():
            withdrawn = _withdrawn(course.newest, time_ns)
            told += withdrawn
            if course.approved is not None and not course.is_cleared:
                newest = withdrawn[0] if withdrawn else course.newest
                self.courses[key] = replace(course, newest=newest, places=())
        return tuple(told)

    def decide(self, decision: Decision) -> tuple[PublicWarning, ...]:
        """Apply a person's decision on a draft; empty when there is none of that id, or it is decided or withdrawn."""
        for course in self.courses.values():
            newest = course.newest
            if newest.state != "drafted" or decision.subject != newest.message_id:
                continue
            changed = decided(newest, decision, self.policy)
            if changed is None:
                return ()
            course.newest = changed
            if changed.state == "approved":
                course.approved, course.told = changed, together(course.told, changed.areas)
            return (changed,)
        return ()

    def stand(self, message: PublicWarning, time_ns: int) -> None:
        """Go on with a message of an earlier run that stands at ``time_ns`` (UTC ns); in the order of their numbers."""
        stand(self.courses, message, time_ns)

    def to_lists(self) -> list[Any]:
        """Return the state as plain values, for a snapshot."""
        courses = [[key, *dump_course(course)] for key, course in self.courses.items()]
        return [courses, [warning.model_dump(mode="json") for warning in self.untold]]

    def from_lists(self, lists: list[Any]) -> None:
        """Go on from what ``to_lists`` gave."""
        courses, untold = lists
        self.courses = {key: load_course(fields) for key, *fields in courses}
        self.untold = [PublicWarning.model_validate(warning) for warning in untold]

    def _by_course(self, raids: Sequence[Threat], time_ns: int) -> list[tuple[list[str], Threat]]:
        """Lay raids beside the warnings that run; those of one warning are one. The reddest and most harmful first."""
        found: list[tuple[list[str], Threat]] = []
        for raid in sorted(raids, key=lambda one: (one.level != "red", -one.harm, one.key)):
            taken = {key for known, _ in found for key in known}
            keys, joined = self._courses_of(raid, time_ns) or self._unseen(raid, taken, time_ns), raid
            met = [one for one in found if not set(one[0]).isdisjoint(keys)]
            if not met:
                found.append((keys, raid))
                continue
            named = {*keys, *(key for known, _ in met for key in known)}
            for _, other in reversed(met):
                joined = other.join(joined)
            one = ([key for key in self.courses if key in named], joined)
            found = [one if other is met[0] else other for other in found if other not in met[1:]]
        return found

    def _courses_of(self, raid: Threat, time_ns: int) -> list[str]:
        """Find the warnings about any track of a raid, else about one that would be where it is; the oldest first."""
        running = {key: course for key, course in self.courses.items() if course.members and not course.is_cleared}
        found = [key for key, course in running.items() if not course.members.isdisjoint(raid.track_ids)]
        return found or [k for k, course in running.items() if fly_together(course.places, raid.places, time_ns)][:1]

    def _unseen(self, raid: Threat, taken: Set[str], time_ns: int) -> list[str]:
        """Find the warning of an earlier run that a raid is likeliest the threat of."""
        if not any(course.is_unseen for course in self.courses.values()):
            return []
        return seen_again(self.courses, taken, reached(self.areas, raid.reaches, time_ns)[0])

    def _go_on(self, keys: Sequence[str], raid: Threat, time_ns: int) -> None:
        """Go on with the oldest warning of a raid; the others are withdrawn unless the public has heard them.

        An all-clear that nobody has approved yet holds no more: it is withdrawn.
        """
        for key in keys:
            course = self.courses[key]
            course.threatened_ns = time_ns
            if course.is_ending and course.waits:
                (course.newest,) = _withdrawn(course.newest, time_ns)
                self.untold.append(course.newest)
            if key != keys[0] and self.courses[key].approved is None:
                self.untold += _withdrawn(self.courses.pop(key).newest, time_ns)
        first = self.courses[keys[0]]
        # a member that a newer draft of its raid left out for a moment is named again
        named = set(first.newest.track_ids) if first.waits else first.members
        is_joined = not named.issuperset(raid.track_ids)
        first.members.update(raid.track_ids)
        first.places = raid.places
        self._update(first, raid, time_ns, is_joined=is_joined)

    def _begin(self, raid: Threat, time_ns: int) -> None:
        waiting = {key: course for key, course in self.courses.items() if course.waits and not course.is_ending}
        yielding = [key for key, course in waiting.items() if course.newest.level == "yellow" and not course.approved]
        if len(waiting) >= MOST_STANDING and (raid.level == "yellow" or not yielding):
            return
        areas, eta_ns = reached(self.areas, raid.reaches, time_ns)
        if not areas:
            return
        warning_id = f"{raid.key}/{time_ns}"
        draft = self._draft(raid, areas, eta_ns, "alert", warning_id, 1, time_ns)
        if len(waiting) >= MOST_STANDING:
            self.untold += _withdrawn(self.courses.pop(yielding[-1]).newest, time_ns)
        self.courses[warning_id] = Course(draft, None, time_ns, set(raid.track_ids), raid.places, time_ns)
        self.untold.append(draft)

    def _update(self, course: Course, raid: Threat, time_ns: int, *, is_joined: bool) -> None:
        """Draft an update where the reach is wider or the level higher; looked at in turn, and when somebody joins."""
        newest = course.newest
        rises = newest.level == "yellow" and raid.level == "red"
        is_due = time_ns - newest.drafted_ns >= UPDATE_NS and time_ns - course.laid_ns >= REACH_NS
        is_old = course.is_old(time_ns) or course.is_ending
        if not (rises or is_due or is_old or is_joined or course.is_unseen):
            return
        areas, eta_ns = reached(self.areas, raid.reaches, time_ns)
        course.laid_ns = time_ns
        is_wider = not {area.area_id for area in areas} <= {area.area_id for area in newest.areas}
        if not areas or not (is_wider or rises or is_old):
            covering = joined(newest, raid, time_ns) if areas else None
            if covering is not None:
                course.newest = covering
                self.untold.append(covering)
            return
        message: Literal["alert", "update"] = "alert" if course.approved is None else "update"
        draft = self._draft(raid, areas, eta_ns, message, newest.warning_id, newest.number + 1, time_ns)
        course.newest = draft
        self.untold += [*_withdrawn(newest, time_ns), draft]

    def _draft(
        self,
        threat: Threat,
        found: tuple[WarningArea, ...],
        eta_ns: tuple[int, int] | None,
        message: Literal["alert", "update"],
        warning_id: str,
        number: int,
        time_ns: int,
    ) -> PublicWarning:
        names = list(dict.fromkeys(area.name for area in found))
        texts = write_texts(threat.level, names, eta_ns, self.local, is_exercise=threat.is_exercise)
        return PublicWarning(
            id=f"{self.node}/warning/{warning_id}/{number}/drafted",
            time_ns=time_ns,
            origin=self.node,
            label=most_restrictive((threat.label, self.label)),
            warning_id=warning_id,
            message_id=f"{warning_id}/{number}",
            number=number,
            state="drafted",
            message=message,
            level=threat.level,
            areas=found,
            areas_are=self.areas.kind,
            eta_from_ns=eta_ns[0] if eta_ns else None,
            eta_until_ns=eta_ns[1] if eta_ns else None,
            expires_ns=time_ns + LASTS_NS,
            texts=texts,
            track_ids=threat.track_ids,
            alert_ids=threat.alert_ids,
            reasons=in_english(threat.reasons),
            reasons_lt=in_lithuanian(threat.reasons),
            first_plot_ns=threat.first_plot_ns,
            firm_ns=threat.firm_ns,
            threatening_ns=threat.threatening_ns,
            drafted_ns=time_ns,
            approvals_needed=2 if threat.level in self.policy.two_persons else 1,
            is_exercise=threat.is_exercise,
        )

    def _end(self, key: str, course: Course, time_ns: int) -> None:
        """Withdraw what nobody decided; of what the public was told draft the all-clear."""
        newest, approved = course.newest, course.approved
        if approved is None or (course.is_ending and newest.state != "withdrawn"):
            del self.courses[key]
            self.untold += _withdrawn(newest, time_ns)
            return
        names = list(dict.fromkeys(area.name for area in course.told))
        texts = write_texts("all_clear", names, None, self.local, is_exercise=approved.is_exercise)
        number = newest.number + 1
        clear = approved.model_copy(
            update={
                "id": f"{self.node}/warning/{approved.warning_id}/{number}/drafted",
                "time_ns": time_ns,
                "message_id": f"{approved.warning_id}/{number}",
                "number": number,
                "state": "drafted",
                "message": "all_clear",
                "areas": course.told,
                "texts": texts,
                "eta_from_ns": None,
                "eta_until_ns": None,
                "expires_ns": time_ns + LASTS_NS,
                "drafted_ns": time_ns,
                "first_approval": None,
                "decided_ns": None,
                "decided_by": None,
                "decision_reason": "",
            }
        )
        del self.courses[key]
        self.courses[f"{approved.warning_id}/clear/{time_ns}"] = replace(
            course, newest=clear, threatened_ns=time_ns + CLEARING_NS
        )
        self.untold += [*_withdrawn(newest, time_ns), clear]


def _withdrawn(newest: PublicWarning, time_ns: int) -> list[PublicWarning]:
    if newest.state != "drafted":
        return []
    changed = {"id": f"{newest.origin}/warning/{newest.message_id}/withdrawn", "time_ns": time_ns, "state": "withdrawn"}
    return [newest.model_copy(update=changed)]
