"""All alerts there are: one course a key, found by track, zone and rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sargas.assessment.alert_course import AlertCourse, Cause, Key, Place, alert_id_of, dump_course, load_course
from sargas.model.columns import NS_PER_S, Int64
from sargas.model.records import Alert, Zone
from sargas.model.saying import Said

KEPT_NS = 3600 * NS_PER_S
"""An ended alert of a dropped track, or an earlier one of its key, can be acknowledged for so long."""


@dataclass(frozen=True, slots=True)
class ActiveAlerts:
    """List the alerts that have not ended, in the order of their first alert, also as columns."""

    keys: tuple[Key, ...]
    track_id: Int64
    zone: Int64
    """Index among the node's zones; -1: the zone is no more."""
    is_entry: NDArray[np.bool_]
    """Of the rule zone_entry."""


@dataclass(slots=True)
class AlertBook:
    """Keep the courses of live tracks by key, ended ones too, and the closed ones by alert_id."""

    origin: str
    """Name of the node that makes the alerts."""
    index_of_zone: dict[str, int]
    courses: dict[Key, AlertCourse] = field(default_factory=dict)
    closed: dict[str, AlertCourse] = field(default_factory=dict)
    leaving: dict[Key, None] = field(default_factory=dict, compare=False)
    """The keys whose cause was seen to be gone; a dict for its order."""
    listed: ActiveAlerts | None = field(default=None, compare=False, repr=False)
    """What ``active_alerts`` said last, until an alert begins or ends: most calls change nothing."""

    def is_active(self, key: Key) -> bool:
        """Say whether the key's alert has been raised and has not ended."""
        course = self.courses.get(key)
        return course is not None and not course.has_ended

    def active_alerts(self) -> ActiveAlerts:
        """List the alerts that have not ended."""
        if self.listed is None:
            keys = tuple(key for key, course in self.courses.items() if not course.has_ended)
            self.listed = ActiveAlerts(
                keys,
                np.array([track_id for _, _, track_id in keys], np.int64),
                np.array([self.index_of_zone.get(zone_id, -1) for _, zone_id, _ in keys], np.int64),
                np.array([rule == "zone_entry" for rule, _, _ in keys], np.bool_),
            )
        return self.listed

    def active(self) -> tuple[Alert, ...]:
        """List the latest messages of alerts that have not ended, by alert_id."""
        return in_order(self.courses[key].alert for key in self.active_alerts().keys)

    def current(self, key: Key, time_ns: int) -> AlertCourse | None:
        """Return the course that a cause would go on with: active, or ended within the hold time."""
        course = self.courses.get(key)
        return None if course is None or course.is_over(time_ns) else course

    def hold(
        self,
        key: Key,
        zone: Zone,
        time_ns: int,
        work_out: Callable[[], Cause],
        *,
        eta_ns: int | None = None,
        entry: Place | None = None,
    ) -> list[Alert]:
        """Note that a cause holds now: raise, resume or update its alert; empty when nobody needs to be told.

        ``work_out`` makes the cause in full; it is called only when its figures are wanted.
        """
        course = self.courses.get(key)
        if course is None or course.is_over(time_ns):
            if course is not None:
                self.closed[course.alert.alert_id] = course
            begun = AlertCourse.begin(key, self._next_number(key), zone, work_out(), entry, self.origin, time_ns)
            self.courses[key] = begun
            self.listed = None
            return [begun.alert]
        course.gone_since_ns = None
        if course.has_ended:
            self.listed = None
        changed = course.refresh(work_out(), time_ns) if course.is_due(time_ns, eta_ns) else None
        return [changed] if changed else []

    def note_cause(self, key: Key, holds: bool, time_ns: int) -> None:
        """Note whether the cause of an active alert was seen to hold or to be gone."""
        course = self.courses[key]
        if holds:
            course.gone_since_ns = None
        elif course.gone_since_ns is None:
            course.gone_since_ns = time_ns
            self.leaving[key] = None

    def gone_for(self, delay_ns: int, time_ns: int) -> list[Key]:
        """List the alerts whose cause has been gone for so long; those whose cause is back leave the watch."""
        for key in list(self.leaving):
            course = self.courses.get(key)
            if course is None or course.has_ended or course.gone_since_ns is None:
                del self.leaving[key]
        return [key for key in self.leaving if time_ns - (self.courses[key].gone_since_ns or 0) >= delay_ns]

    def _next_number(self, key: Key) -> int:
        """Return the number of the key's next alert: one that no alert still known bears."""
        course = self.courses.get(key)
        number = course.number + 1 if course is not None else 1
        while alert_id_of(key, number) in self.closed:
            number += 1
        return number

    def end(self, key: Key, time_ns: int, why: Said) -> list[Alert]:
        """End the key's alert; empty when there is none that is active."""
        if not self.is_active(key):
            return []
        self.listed = None
        return [self.courses[key].end(time_ns, why)]

    def end_tracks(self, track_ids: Iterable[int], time_ns: int, why: Said) -> list[Alert]:
        """End the alerts of tracks that are no more and close their courses."""
        gone = frozenset(track_ids)
        changes = []
        for key in [key for key in self.courses if key[2] in gone]:
            changes += self.end(key, time_ns, why)
            course = self.courses.pop(key)
            self.closed[course.alert.alert_id] = course
        return changes

    def forget_closed(self, time_ns: int) -> None:
        """Drop closed alerts that were last changed long ago."""
        for alert_id in [key for key, course in self.closed.items() if time_ns - course.alert.time_ns > KEPT_NS]:
            del self.closed[alert_id]

    def to_lists(self) -> dict[str, Any]:
        """Return the book as plain values, for a snapshot; courses keep their order."""
        return {
            "courses": [[list(key), dump_course(course)] for key, course in self.courses.items()],
            "closed": [dump_course(course) for course in self.closed.values()],
        }

    @classmethod
    def from_lists(cls, origin: str, index_of_zone: dict[str, int], fields: dict[str, Any]) -> Self:
        """Read what ``to_lists`` gave."""
        courses = {(key[0], key[1], key[2]): load_course(course) for key, course in fields["courses"]}
        closed = {course.alert.alert_id: course for course in map(load_course, fields["closed"])}
        leaving = {key: None for key, course in courses.items() if course.gone_since_ns is not None}
        return cls(origin, index_of_zone, courses, closed, leaving)


def in_order(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Sort alerts by alert_id; several changes of one alert stay in the order they came."""
    return tuple(sorted(alerts, key=lambda alert: alert.alert_id))
