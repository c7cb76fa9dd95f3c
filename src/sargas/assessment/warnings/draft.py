"""When the public is warned: a draft at the first alert of a firm track, updates as its reach moves, an all-clear.

The node drafts; only a named person's decision makes a draft more than that. A newer draft withdraws an undecided older
one, so that a person always decides on what holds now. Page: docs/warnings.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import cos, radians
from typing import Any, Literal

import numpy as np
from shapely.affinity import scale
from shapely.geometry import Point
from shapely.ops import unary_union

from sargas.assessment.warnings.areas import WarnedAreas
from sargas.assessment.warnings.texts import write_texts
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label, most_restrictive
from sargas.model.records import Decision
from sargas.model.warning_records import PublicWarning, WarningArea

UPDATE_NS = 60 * NS_PER_S
"""A new draft of one warning comes no sooner after the last, unless its level rises."""
QUIET_NS = 60 * NS_PER_S
"""Without a threat for so long a warning ends."""
LASTS_NS = 1800 * NS_PER_S
METRES_PER_DEGREE = 111_195.0
STEP_S = 15.0
Point4 = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Threat:
    """A firm track, or the members of a group, that the public may have to be warned of.

    ``reaches``: of each track the forecast (seconds ahead, latitude deg, longitude deg, radius m), the present first;
    ``key``: group or track, what one warning is about.
    """

    key: str
    track_ids: tuple[int, ...]
    alert_ids: tuple[str, ...]
    level: Literal["yellow", "red"]
    reaches: tuple[tuple[Point4, ...], ...]
    reasons: tuple[str, ...]
    label: Label
    first_plot_ns: int | None
    firm_ns: int | None
    is_exercise: bool

    def join(self, other: Threat) -> Threat:
        """Return both as one: the higher level, the earlier clock, everybody's way and reasons."""
        plots_ns = [ns for ns in (self.first_plot_ns, other.first_plot_ns) if ns is not None]
        firms_ns = [ns for ns in (self.firm_ns, other.firm_ns) if ns is not None]
        first = other if (other.level, self.level) == ("red", "yellow") else self
        return replace(
            first,
            track_ids=(*self.track_ids, *other.track_ids),
            alert_ids=tuple(dict.fromkeys((*self.alert_ids, *other.alert_ids))),
            reaches=(*self.reaches, *other.reaches),
            label=most_restrictive((self.label, other.label)),
            first_plot_ns=min(plots_ns, default=None),
            firm_ns=min(firms_ns, default=None),
            is_exercise=self.is_exercise or other.is_exercise,
        )


@dataclass(slots=True)
class Course:
    """One warning: its newest message, the last that a person approved, when a threat last stood behind it."""

    newest: PublicWarning
    approved: PublicWarning | None
    threatened_ns: int


@dataclass(slots=True)
class WarningBook:
    """Draft, update and end the warnings of a node; deterministic."""

    node: str
    label: Label
    areas: WarnedAreas
    utc_offset_s: int
    courses: dict[str, Course] = field(default_factory=dict)

    def tick(self, threats: Sequence[Threat], time_ns: int) -> tuple[PublicWarning, ...]:
        """Return the messages that are new or withdrawn at ``time_ns`` (UTC ns)."""
        told: list[PublicWarning] = []
        joined = dict[str, Threat]()
        for threat in threats:
            joined[threat.key] = joined[threat.key].join(threat) if threat.key in joined else threat
        for threat in joined.values():
            told += self._hold(threat, time_ns)
        for key, course in list(self.courses.items()):
            if time_ns - course.threatened_ns >= QUIET_NS:
                told += self._end(key, course, time_ns)
        return tuple(told)

    def decide(self, decision: Decision) -> tuple[PublicWarning, ...]:
        """Apply a person's decision on a draft; empty when there is none of that id, or it is decided or withdrawn."""
        for course in self.courses.values():
            newest = course.newest
            if newest.state != "drafted" or decision.subject != newest.message_id:
                continue
            state = "approved" if decision.action == "approve" else "refused"
            course.newest = newest.model_copy(
                update={
                    "id": f"{newest.origin}/warning/{newest.message_id}/{state}",
                    "time_ns": decision.time_ns,
                    "state": state,
                    "decided_ns": decision.time_ns,
                    "decided_by": decision.actor,
                    "decision_reason": decision.reason,
                }
            )
            if state == "approved":
                course.approved = course.newest
            return (course.newest,)
        return ()

    def to_lists(self) -> list[Any]:
        """Return the state as plain values, for a snapshot."""
        return [
            [
                key,
                course.newest.model_dump(mode="json"),
                None if course.approved is None else course.approved.model_dump(mode="json"),
                course.threatened_ns,
            ]
            for key, course in self.courses.items()
        ]

    def from_lists(self, rows: list[Any]) -> None:
        """Go on from what ``to_lists`` gave."""
        self.courses = {
            key: Course(
                PublicWarning.model_validate(newest),
                None if approved is None else PublicWarning.model_validate(approved),
                threatened_ns,
            )
            for key, newest, approved, threatened_ns in rows
        }

    def _hold(self, threat: Threat, time_ns: int) -> list[PublicWarning]:
        course = self.courses.get(threat.key)
        if course is not None:
            course.threatened_ns = time_ns
            if not self._is_update_due(course.newest, threat, time_ns):
                return []
        found, eta_ns = self._reached(threat, time_ns)
        if not found:
            return []
        if course is None:
            draft = self._draft(threat, found, eta_ns, "alert", f"{threat.key}/{time_ns}", 1, time_ns)
            self.courses[threat.key] = Course(draft, None, time_ns)
            return [draft]
        newest = course.newest
        known = {area.area_id for area in newest.areas}
        is_wider = not {area.area_id for area in found} <= known
        if not is_wider and not (newest.level == "yellow" and threat.level == "red"):
            return []
        message: Literal["alert", "update"] = "alert" if course.approved is None else "update"
        draft = self._draft(threat, found, eta_ns, message, newest.warning_id, newest.number + 1, time_ns)
        course.newest = draft
        return [*_withdrawn(newest, time_ns), draft]

    def _is_update_due(self, newest: PublicWarning, threat: Threat, time_ns: int) -> bool:
        rises = newest.level == "yellow" and threat.level == "red"
        return rises or time_ns - newest.drafted_ns >= UPDATE_NS

    def _reached(self, threat: Threat, time_ns: int) -> tuple[tuple[WarningArea, ...], tuple[int, int] | None]:
        """Return the areas that the forecast reaches, and when it first and last touches any; none: it is there."""
        points = [point for reach in threat.reaches for point in _every(STEP_S, reach)]
        discs = [_disc(*point[1:]) for point in points]
        found = self.areas.touched(unary_union(discs))
        seconds = [point[0] for point, disc in zip(points, discs, strict=True) if self.areas.touched(disc)]
        if not seconds or min(seconds) == 0.0:
            return found, None
        return found, (time_ns + round(min(seconds) * NS_PER_S), time_ns + round(max(seconds) * NS_PER_S))

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
        texts = write_texts(threat.level, names, eta_ns, self.utc_offset_s, is_exercise=threat.is_exercise)
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
            reasons=threat.reasons,
            first_plot_ns=threat.first_plot_ns,
            firm_ns=threat.firm_ns,
            drafted_ns=time_ns,
            is_exercise=threat.is_exercise,
        )

    def _end(self, key: str, course: Course, time_ns: int) -> list[PublicWarning]:
        """Withdraw what nobody decided; of what the public was told draft the all-clear."""
        del self.courses[key]
        newest, approved = course.newest, course.approved
        told = _withdrawn(newest, time_ns)
        if approved is None or approved.message == "all_clear":
            return told
        names = list(dict.fromkeys(area.name for area in approved.areas))
        texts = write_texts("all_clear", names, None, self.utc_offset_s, is_exercise=approved.is_exercise)
        number = newest.number + 1
        clear = approved.model_copy(
            update={
                "id": f"{self.node}/warning/{approved.warning_id}/{number}/drafted",
                "time_ns": time_ns,
                "message_id": f"{approved.warning_id}/{number}",
                "number": number,
                "state": "drafted",
                "message": "all_clear",
                "texts": texts,
                "eta_from_ns": None,
                "eta_until_ns": None,
                "expires_ns": time_ns + LASTS_NS,
                "drafted_ns": time_ns,
                "decided_ns": None,
                "decided_by": None,
                "decision_reason": "",
            }
        )
        self.courses[f"{key}/clear/{time_ns}"] = Course(clear, None, time_ns + LASTS_NS)
        return [*told, clear]


def _withdrawn(newest: PublicWarning, time_ns: int) -> list[PublicWarning]:
    if newest.state != "drafted":
        return []
    changed = {"id": f"{newest.origin}/warning/{newest.message_id}/withdrawn", "time_ns": time_ns, "state": "withdrawn"}
    return [newest.model_copy(update=changed)]


def _every(step_s: float, reach: Sequence[Point4]) -> list[Point4]:
    """Put points of the forecast between those given, so that none is more than a step from the next."""
    ahead_s = np.array([point[0] for point in reach])
    wanted = np.arange(ahead_s[0], ahead_s[-1] + step_s, step_s)
    columns = [np.interp(wanted, ahead_s, [point[k] for point in reach]).tolist() for k in range(4)]
    return list(zip(*columns, strict=True))


def _disc(latitude_deg: float, longitude_deg: float, radius_m: float) -> Any:
    """Draw a disc on the ground in degrees."""
    ring = Point(longitude_deg, latitude_deg).buffer(radius_m / METRES_PER_DEGREE, quad_segs=8)
    return scale(ring, xfact=1.0 / cos(radians(latitude_deg)), yfact=1.0, origin=(longitude_deg, latitude_deg))
