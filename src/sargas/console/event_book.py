"""What small consumers are told: the newest word on each subject, numbered, so that nobody needs a queue.

A reader remembers the number it has and takes what is numbered higher: a slow one finds the newest word on each subject
and never what it was in between; one that comes back goes on where it was. Memory is bounded by the number of subjects.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Set
from typing import Literal, TypeAlias, get_args

from sargas.model.records import (
    Alert,
    ClosureAdvice,
    Cue,
    FlightPermission,
    GnssInterference,
    Handover,
    LaunchEstimate,
    LostTrack,
    PartnerNotice,
    PublicWarning,
    SensorRegistration,
    Sighting,
    SourceHealth,
    Unit,
)
from sargas.runtime.live_picture import PictureChange

MOST_SUBJECTS = 5_000
"""Beyond that the subjects unchanged for longest are forgotten; who was not told of them begins anew."""
OVER = frozenset({"ended", "withdrawn", "revoked", "removed"})
"""States of what is over: told to who was told of it before, left out for who begins."""

EventKind = Literal[
    "alert", "warning", "source", "registration", "interference", "lost", "sighting", "permission", "launch",
    "closure", "handover", "cue", "notice", "unit",
]  # fmt: skip
KINDS: frozenset[EventKind] = frozenset(get_args(EventKind))
Told: TypeAlias = (
    Alert
    | PublicWarning
    | SourceHealth
    | SensorRegistration
    | GnssInterference
    | LostTrack
    | Sighting
    | FlightPermission
    | LaunchEstimate
    | ClosureAdvice
    | Handover
    | Cue
    | PartnerNotice
    | Unit
)


class Event:
    """One subject's newest word; ``text`` is its JSON, made when somebody first asks."""

    __slots__ = ("_text", "kind", "number", "record", "subject")

    def __init__(self, number: int, kind: EventKind, subject: str, record: Told) -> None:
        self.number = number
        self.kind = kind
        self.subject = subject
        self.record = record
        self._text = ""

    @property
    def text(self) -> str:
        """The record as JSON, in one line."""
        self._text = self._text or self.record.model_dump_json()
        return self._text

    @property
    def is_over(self) -> bool:
        """Say whether the subject is over."""
        return getattr(self.record, "state", "") in OVER or getattr(self.record, "is_over", False) is True


class EventBook:
    """Keep the newest word on each subject in the order of its coming."""

    def __init__(self, most_subjects: int = MOST_SUBJECTS) -> None:
        self._most = most_subjects
        self._newest: dict[tuple[EventKind, str], Event] = {}
        self._forgotten = 0
        self.number = 0
        """Number of the newest event; 0: nothing yet."""
        self.began = 0
        """Number at which the picture last began anew."""
        self.epoch = secrets.token_hex(4)
        """Tells numbers of this run of the node from those of another."""

    def take(self, change: PictureChange) -> None:
        """Note what a change of the picture tells; the same word twice is told once.

        A picture that begins anew makes readers begin anew: what is not in it any more must be forgotten.
        """
        if change.snapshot and self._newest:
            self._newest.clear()
            self.number += 1
            self.began = self._forgotten = self.number
        for kind, subject, record in _told(change):
            before = self._newest.get((kind, subject))
            if before is not None and _says_the_same(before.record, record):
                continue
            self._newest.pop((kind, subject), None)
            self.number += 1
            self._newest[kind, subject] = Event(self.number, kind, subject, record)
        while len(self._newest) > self._most:
            oldest = next(iter(self._newest))
            self._forgotten = self._newest.pop(oldest).number

    def after(self, number: int, kinds: Set[EventKind] = KINDS) -> list[Event]:
        """Return what is newer than ``number``, the oldest first."""
        found: list[Event] = []
        for event in reversed(self._newest.values()):
            if event.number <= number:
                break
            if event.kind in kinds:
                found.append(event)
        return found[::-1]

    def id_of(self, number: int) -> str:
        """Write a number as the id of an event."""
        return f"{self.epoch}-{number}"

    def number_of(self, event_id: str) -> int | None:
        """Read an id; None: of another run, or what came after it is partly forgotten, so the reader begins anew."""
        epoch, _, digits = event_id.partition("-")
        if epoch != self.epoch or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
            return None
        number = int(digits)
        return number if self._forgotten <= number <= self.number else None


def _says_the_same(before: Told, now: Told) -> bool:
    """Counters of a source and figures of a registration change all the time; told are its state and reason."""
    if isinstance(now, SourceHealth | SensorRegistration) and isinstance(before, SourceHealth | SensorRegistration):
        return (before.state, before.reason) == (now.state, now.reason)
    return before == now


def _told(change: PictureChange) -> Iterator[tuple[EventKind, str, Told]]:
    yield from (("source", one.source, one) for one in change.sources)
    yield from (("registration", one.sensor_id, one) for one in change.registrations)
    yield from (("permission", one.permission_id, one) for one in change.permissions)
    yield from (("unit", one.unit_id, one) for one in change.units)
    yield from (("interference", one.event_id, one) for one in change.interference if one.is_alarm)
    yield from (("launch", one.launch_id, one) for one in change.launches)
    yield from (("closure", one.zone_id, one) for one in change.closures)
    yield from (("lost", one.lost_id, one) for one in change.lost)
    yield from (("sighting", one.sighting_id, one) for one in change.sightings)
    yield from (("handover", one.handover_id, one) for one in change.network.handovers)
    yield from (("cue", one.cue_id, one) for one in change.network.cues)
    yield from (("notice", one.notice_id, one) for one in change.network.notices)
    yield from (("warning", one.message_id, one) for one in change.warnings)
    yield from (("alert", one.alert_id, one) for one in change.alerts)
