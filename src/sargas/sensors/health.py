"""Health of every source: what came in, what was refused and why, and whether anybody should look at it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType

import numpy as np

from sargas.geo.wgs84 import ecef_from_geodetic
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label, most_restrictive
from sargas.model.records import Configuration, Decision, SensorStatus, SourceHealth, SourcePause
from sargas.model.saying import NOTHING, Said, as_reason, joined
from sargas.sensors.saying import say
from sargas.sensors.standby import Standby

SILENT_AFTER_NS = 15 * NS_PER_S
"""No datagram for so long: silent. The slowest radars turn in 10 s and report sectors in between."""

REPORT_EVERY_NS = 2 * NS_PER_S
"""Counters that only count on are reported this often; a change of state is reported at once."""

RECENT_TICKS = 30
"""Rejects and losses are judged over so many ticks (seconds)."""

REJECT_SHARE = 0.02
LARGEST_CLOCK_OFFSET_S = 1.0
SAME_PLACE_M = 200.0
"""A radar that stands so near to its configured place says the same: coordinates are rounded."""
MOST_REASONS = 16
"""Distinct reject reasons kept per source; further ones are counted together."""

NOBODY: Mapping[str, Said] = MappingProxyType({})

State = str


@dataclass(slots=True)
class _Book:
    """Counters of one source since start."""

    received: int = 0
    decoded: int = 0
    rejected: int = 0
    duplicates: int = 0
    lost: int = 0
    trailing_bytes: int = 0
    last_receive_ns: int | None = None
    first_taken_ns: int | None = None
    """Receive time of the first datagram since it was taken over; none: nothing since, or not taken over."""
    reject_reasons: dict[str, int] = field(default_factory=dict)
    quarantine: str = ""
    feed_failure: str = ""
    finished: bool = False
    sensors: set[str] = field(default_factory=set)
    recent: deque[tuple[int, int, int]] = field(default_factory=lambda: deque(maxlen=RECENT_TICKS))
    reported: SourceHealth | None = None


_PLAIN = tuple(one.name for one in fields(_Book) if one.name not in ("recent", "reported", "sensors"))


class SourceHealthBook:
    """Count per source and say, at ticks, what changed; deterministic, driven by envelopes only."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._books = {source.name: _Book() for source in configuration.sources}
        self.standby = Standby.of(configuration.sources)
        self.paused: dict[str, SourcePause] = {}
        """By source that a person has paused: the word it was paused by."""
        self._places = {one.id: one for one in configuration.sensors if one.latitude_deg is not None}
        self._misplaced_m: dict[str, float] = {}
        """By sensor: how far from its configured place it says that it stands, where that is another."""

    def count(
        self,
        source: str,
        receive_time_ns: int,
        *,
        records: int = 0,
        rejects: Sequence[str] = (),
        duplicates: int = 0,
        trailing_bytes: int = 0,
        quarantine: str = "",
        sensors: Iterable[str] = (),
    ) -> None:
        """Add one datagram's outcome; an unconfigured source gets a book of its own, so that it is seen.

        ``rejects`` are the reasons of what was refused, ``quarantine`` why the source is not believed at all,
        ``sensors`` those whose plots it brought.
        """
        book = self._books.setdefault(source, _Book())
        book.received += 1
        book.last_receive_ns = receive_time_ns
        if book.first_taken_ns is None and source in self.standby.taken:
            book.first_taken_ns = receive_time_ns
        book.finished = False
        book.decoded += records
        book.duplicates += duplicates
        book.trailing_bytes += trailing_bytes
        book.quarantine = quarantine
        book.sensors.update(sensors)
        self.refuse(source, rejects)

    def refuse(self, source: str, rejects: Iterable[str]) -> None:
        """Count what was refused of a datagram that is counted, by reason."""
        book = self._books[source]
        for told in rejects:
            book.rejected += 1
            known = told in book.reject_reasons or len(book.reject_reasons) < MOST_REASONS
            reason = told if known else "other reasons"
            book.reject_reasons[reason] = book.reject_reasons.get(reason, 0) + 1

    def hear_feed(self, feed: SourceHealth) -> None:
        """Take over what only the feed knows: datagrams lost before the journal, failure, and its reason."""
        book = self._books.setdefault(feed.source, _Book())
        book.lost = feed.lost
        book.feed_failure = feed.reason if feed.state == "failed" else ""
        book.finished = feed.state == "silent"

    def hear_place(self, status: SensorStatus) -> bool:
        """Hear where a sensor says that it stands; returns whether that counts: a configured place does before it."""
        configured = self._places.get(status.sensor_id)
        if configured is None:
            return True
        here = ecef_from_geodetic(configured.latitude_deg or 0.0, configured.longitude_deg or 0.0, 0.0)
        there = ecef_from_geodetic(status.latitude_deg or 0.0, status.longitude_deg or 0.0, 0.0)
        self._misplaced_m.pop(status.sensor_id, None)
        if (away_m := float(np.linalg.norm(there - here))) > SAME_PLACE_M:
            self._misplaced_m[status.sensor_id] = away_m
        return False

    def decide(self, decision: Decision) -> None:
        """Follow which standby sources are taken over: one that is not brings nothing, and that is as it should be."""
        for source in self.standby.decide(decision):
            book = self._books[source]
            book.first_taken_ns, book.last_receive_ns, book.finished = None, None, False
            book.reported = None  # said anew at the next tick, not when it is due

    def pause(self, word: SourcePause) -> None:
        """Follow which sources are paused; one that the configuration does not name cannot be."""
        if word.source not in {source.name for source in self._configuration.sources}:
            return
        if word.state == "paused":
            self.paused[word.source] = word
        else:
            self.paused.pop(word.source, None)
        self._books[word.source].reported = None  # said anew at the next tick, not when it is due

    def relabel(self, configuration: Configuration, source: str) -> None:
        """Go on with a configuration in which a source has another label."""
        self._configuration = configuration
        self._books[source].reported = None  # said anew at the next tick: who may know of it may be others now

    def go_on_from(self, before: SourceHealthBook, time_ns: int) -> tuple[()]:
        """Begin anew after a part that failed, with what persons took over and paused."""
        self.standby.taken |= before.standby.taken
        self.paused |= before.paused
        self._misplaced_m = before._misplaced_m
        return ()

    def is_paused(self, source: str) -> bool:
        """Say whether what a source sends is left unread."""
        return source in self.paused

    def first_taken_ns(self, source: str) -> int | None:
        """Return when a source that is taken over brought its first datagram since then (UTC ns)."""
        return self._books[source].first_taken_ns

    def sensors_of(self, source: str) -> frozenset[str]:
        """Name the sensors whose plots a source has brought."""
        return frozenset(self._books[source].sensors)

    def label_of_sensor(self, sensor_id: str) -> Label:
        """Return the label of what a sensor reports: of the sources that bring it, of all while none is known to."""
        sources = self._configuration.sources
        bring = [one for one in sources if one.sensor_id == sensor_id or sensor_id in self._books[one.name].sensors]
        return most_restrictive((self._configuration.label, *(one.label for one in bring or sources)))

    def rejects_of(self, source: str) -> dict[str, int]:
        """Return why records of a source were refused, and how often."""
        return dict(self._books[source].reject_reasons)

    def tick(
        self, time_ns: int, clock_offset_s: Callable[[str], float | None], walked_off: Mapping[str, Said] = NOBODY
    ) -> tuple[SourceHealth, ...]:
        """Return, in order of source name, the health that changed or is due; called once a second.

        ``walked_off``: sensors whose registration is lost, and how they are off.
        """
        due = []
        for source in sorted(self._books):
            book = self._books[source]
            book.recent.append((book.received, book.rejected, book.lost))
            off = [
                say("of_sensor", sensor=name, what=walked_off[name])
                for name in sorted(book.sensors & walked_off.keys())
            ]
            off += [
                say("misplaced", sensor=name, distance=self._misplaced_m[name] / 1000.0)
                for name in sorted(book.sensors & self._misplaced_m.keys())
            ]
            health = self._health(source, book, time_ns, clock_offset_s(source), off)
            if _is_due(health, book.reported):
                book.reported = health
                due.append(health)
        return tuple(due)

    def snapshot(self) -> bytes:
        """Return the whole state as JSON; equal states give equal bytes."""
        books = {}
        for source, book in self._books.items():
            told = None if book.reported is None else book.reported.model_dump(mode="json")
            plain = {name: getattr(book, name) for name in _PLAIN}
            books[source] = plain | {
                "recent": list(book.recent),
                "reported": told,
                "sensors": sorted(book.sensors),
            }
        taken = {name: decision.model_dump(mode="json") for name, decision in self.standby.taken.items()}
        paused = {name: word.model_dump(mode="json") for name, word in self.paused.items()}
        held = {"books": books, "taken": taken, "paused": paused, "misplaced_m": self._misplaced_m}
        return json.dumps(held, separators=(",", ":")).encode()

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot."""
        self._books, held = {}, json.loads(data)
        self.standby.taken = {name: Decision.model_validate(told) for name, told in held["taken"].items()}
        self.paused = {name: SourcePause.model_validate(told) for name, told in held["paused"].items()}
        self._misplaced_m = held["misplaced_m"]
        for source, state in held["books"].items():
            book = self._books[source] = _Book(**{name: state[name] for name in _PLAIN})
            book.sensors.update(state["sensors"])
            book.recent.extend((received, rejected, lost) for received, rejected, lost in state["recent"])
            told = state["reported"]
            book.reported = None if told is None else SourceHealth.model_validate(told)

    def _health(
        self, source: str, book: _Book, time_ns: int, offset_s: float | None, off: Sequence[Said]
    ) -> SourceHealth:
        nation, pause = self.standby.waits_for(source), self.paused.get(source)
        if pause is not None:
            state, why = "paused", say("paused", who=pause.entered_by, why=pause.reason)
        elif nation:
            state, why = "waiting", say("stands_by", nation=nation)
        else:
            state, why = _judge(book, time_ns, offset_s, off)
        return SourceHealth.model_validate(
            {
                "id": f"{self._configuration.node}/health/{source}/{time_ns}",
                "time_ns": time_ns,
                "origin": self._configuration.node,
                "label": self._label_of(source),
                "source": source,
                "state": state,
                **as_reason(why),
                "received": book.received,
                "decoded": book.decoded,
                "rejected": book.rejected,
                "duplicates": book.duplicates,
                "lost": book.lost,
                "trailing_bytes": book.trailing_bytes,
                "clock_offset_s": offset_s,
                "last_receive_ns": book.last_receive_ns,
                "reject_reasons": dict(sorted(book.reject_reasons.items())),
            }
        )

    def _label_of(self, source: str) -> Label:
        """Return who may know how a source is: who may see both what the node makes and what the source reports."""
        own = (one.label for one in self._configuration.sources if one.name == source)
        return most_restrictive((self._configuration.label, *own))


def _judge(book: _Book, time_ns: int, offset_s: float | None, off: Sequence[Said]) -> tuple[State, Said]:
    """Name the worst thing that is so: failed, quarantined, waiting, silent, degraded, ok."""
    if book.feed_failure:
        return "failed", Said(book.feed_failure, "")  # what the machine or the format's guard says is English only
    if book.quarantine:
        return "quarantined", Said(book.quarantine, "")
    if book.last_receive_ns is None:
        return "waiting", say("nothing_yet")
    if book.finished:
        return "silent", say("ended")
    if time_ns - book.last_receive_ns > SILENT_AFTER_NS:
        return "silent", say("silent", seconds=SILENT_AFTER_NS // NS_PER_S)
    return _judge_quality(book, offset_s, off)


def _judge_quality(book: _Book, offset_s: float | None, off: Sequence[Said]) -> tuple[State, Said]:
    received, rejected, lost = (new - old for new, old in zip(book.recent[-1], book.recent[0], strict=True))
    reasons = list[Said]()
    if lost > 0:
        reasons.append(say("lost", count=lost, seconds=RECENT_TICKS))
    if rejected > REJECT_SHARE * max(received, 1):
        worst = min(book.reject_reasons, key=lambda reason: (-book.reject_reasons[reason], reason))
        reasons.append(say("rejects", rejected=rejected, received=received, worst=worst))
    if offset_s is not None and abs(offset_s) > LARGEST_CLOCK_OFFSET_S:
        reasons.append(say("clock_behind" if offset_s > 0 else "clock_ahead", seconds=abs(offset_s)))
    reasons.extend(off)
    return ("degraded", joined(reasons, Said("; ", "; "))) if reasons else ("ok", NOTHING)


def _is_due(health: SourceHealth, reported: SourceHealth | None) -> bool:
    if reported is None or health.state != reported.state:
        return True
    if health.time_ns - reported.time_ns < REPORT_EVERY_NS:
        return False
    return reported.model_copy(update={"id": health.id, "time_ns": health.time_ns}) != health
