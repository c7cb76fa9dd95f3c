"""Cues: asking another nation to look somewhere, and answering it. Page: docs/network-picture.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.parts import pack, unpack
from sargas.model.sharing_records import Cue

MARK = b"SARGAS-CUES-1\n"
EXPIRES_NS = 60 * NS_PER_S
"""Nobody looks any more then."""
LOOKS_NS = 20 * NS_PER_S
"""The nation that is asked answers that it does not see it after so long: some scans of any radar."""
RETELL_NS = 10 * NS_PER_S
"""What has not been answered is asked again so often."""
REMEMBERED_NS = 600 * NS_PER_S
MOST = 500


@dataclass(slots=True)
class Course:
    """One cue as this nation knows it."""

    record: Cue
    heard_ns: int
    """When it was first asked or heard, and last told."""
    told_ns: int


@dataclass(slots=True)
class CueBook:
    """Keep the cues that one nation asks and is asked. Deterministic; time comes with each call."""

    nation: str
    node: str
    courses: dict[str, Course] = field(default_factory=dict)
    strange: int = 0
    """Messages of nations that had no say in what they told."""

    def ask(
        self,
        asked: str,
        place: tuple[float, float, float | None],
        radius_m: float,
        velocity_mps: tuple[float, float] | None,
        label: Label,
        time_ns: int,
        *,
        network_id: str | None = None,
        reason: str = "",
    ) -> tuple[Cue, ...]:
        """Ask a nation to look at a place (latitude, longitude deg, altitude m) that moves east and north (m/s)."""
        if asked == self.nation:
            return ()
        cue_id = f"{self.nation}/cue/{asked}/{network_id or f'{place[0]:.3f},{place[1]:.3f}'}/{time_ns}"
        record = Cue(
            id=f"{self.node}/{cue_id}/asked/{time_ns}", time_ns=time_ns, origin=self.node, label=label, cue_id=cue_id,
            state="asked", asker=self.nation, asked=asked, latitude_deg=place[0], longitude_deg=place[1],
            altitude_m=place[2], radius_m=radius_m,
            velocity_east_mps=None if velocity_mps is None else velocity_mps[0],
            velocity_north_mps=None if velocity_mps is None else velocity_mps[1],
            network_id=network_id, expires_ns=time_ns + EXPIRES_NS, reason=reason,
        )  # fmt: skip
        self.courses[cue_id] = Course(record, time_ns, time_ns)
        return (record,)

    def waiting(self, time_ns: int) -> list[Course]:
        """List what others ask of us and we have not answered."""
        return [
            course
            for course in self.courses.values()
            if course.record.asked == self.nation
            and course.record.state == "asked"
            and time_ns < course.record.expires_ns
        ]

    def answer(
        self,
        course: Course,
        label: Label,
        time_ns: int,
        *,
        seen_as: str | None,
        place: tuple[float, float, float | None] | None = None,
        reason: str = "",
    ) -> tuple[Cue, ...]:
        """Answer a cue with a track of ours that fits and is now at ``place``, or that there is none."""
        changed: dict[str, Any] = {"state": "not_seen" if seen_as is None else "seen", "seen_as": seen_as}
        if place is not None:
            latitude, longitude, altitude = place
            changed |= {
                "latitude_deg": latitude,
                "longitude_deg": longitude,
                "altitude_m": altitude,
                "time_ns": time_ns,
            }
        return (self._tell(course, time_ns, label=label, reason=reason, **changed),)

    def hear(self, record: Cue, sender: str, time_ns: int) -> tuple[Cue, ...]:
        """Take what a partner (``sender``) asks or answers; what we have answered already is answered again."""
        course = self.courses.get(record.cue_id)
        if sender == record.asker and record.asked == self.nation and record.state in ("asked", "expired"):
            if course is None:
                self.courses[record.cue_id] = Course(record, time_ns, time_ns)
            elif record.state == "expired":
                course.record = record if course.record.state == "asked" else course.record
            elif course.record.state in ("seen", "not_seen"):
                return (self._tell(course, time_ns),)
        elif sender == record.asked and record.asker == self.nation and record.state in ("seen", "not_seen"):
            if course is not None and course.record.state == "asked":
                course.record = record
        else:
            self.strange += 1
        return ()

    def tick(self, time_ns: int) -> tuple[Cue, ...]:
        """Let time pass: cues of ours run out or are asked again, what is long over is forgotten."""
        told = []
        for course in self.courses.values():
            if course.record.asker == self.nation and course.record.state == "asked":
                if time_ns >= course.record.expires_ns:
                    told.append(self._tell(course, time_ns, state="expired", reason="nobody answered"))
                elif time_ns - course.told_ns >= RETELL_NS:
                    told.append(self._tell(course, time_ns))
        old = {k for k, c in self.courses.items() if time_ns - c.record.expires_ns >= REMEMBERED_NS}
        old |= set(list(self.courses)[: max(len(self.courses) - MOST, 0)])
        self.courses = {k: c for k, c in self.courses.items() if k not in old}
        return tuple(told)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        rows = [[c.record.model_dump(mode="json"), c.heard_ns, c.told_ns] for c in self.courses.values()]
        return pack(MARK, {"courses": rows, "strange": self.strange})

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, _ = unpack(MARK, data, 0)
        found = [Course(Cue.model_validate(record), *rest) for record, *rest in header["courses"]]
        self.courses, self.strange = {course.record.cue_id: course for course in found}, header["strange"]

    def _tell(self, course: Course, now_ns: int, **changed: Any) -> Cue:
        record = course.record.model_copy(update=changed)
        name = f"{self.node}/{record.cue_id}/{record.state}/{now_ns}"
        course.record = record.model_copy(update={"id": name, "origin": self.node})
        course.told_ns = now_ns
        return course.record
