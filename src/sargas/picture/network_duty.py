"""Who answers for an object near a border: the rules by which hand-overs and cues are made, at ticks.

What is held by us and flies into a partner's area is offered to it; what is offered to us is taken over when we have a
confirmed track of it; what its holder reports no more is taken over by who still does. Page: docs/network-picture.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sargas.model.columns import NS_PER_S, Int64
from sargas.model.label import Label
from sargas.model.parts import pack, unpack
from sargas.model.records import Configuration, Cue, Decision, Handover
from sargas.model.saying import quoted
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.network_areas import Flags, NetworkAreas
from sargas.picture.network_cueing import NetworkCueing, label_of
from sargas.picture.network_identities import NetworkIdentities
from sargas.sharing.handover import HandoverBook
from sargas.sharing.saying import say

MARK = b"SARGAS-NETWORK-DUTY-1\n"
RULE = "rule"
STEADY, TURNED = 3, 5
"""Ticks in a row that an object must make for a partner's area to be offered, or no longer to be withdrawn."""
AGAIN_NS = 60 * NS_PER_S
"""An object is not offered to one nation again before."""
DECLINED_NS = 300 * NS_PER_S
"""Nor when it has declined it."""
SILENT_NS, SILENT_ELSEWHERE_NS = 10 * NS_PER_S, 30 * NS_PER_S
"""An object that its holder has not reported for so long is taken over in our own area, and elsewhere."""
MOST_A_TICK = 20
"""Offers, claims and cues made by rule in one tick."""
Told = Handover | Cue


@dataclass(slots=True)
class NetworkDuty:
    """Drive the hand-overs and cues of one nation."""

    configuration: Configuration
    areas: NetworkAreas
    handovers: HandoverBook
    cueing: NetworkCueing
    steady: dict[tuple[str, str], int] = field(default_factory=dict)
    """By identity and nation: ticks in a row that it makes for that nation's area; negative: no longer does."""
    not_before_ns: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """By kind of message, identity and nation."""
    unreported_ns: dict[str, int] = field(default_factory=dict)
    """Since when the holder of an object that we see does not report it."""

    def tick(
        self,
        tracks: Tracks,
        identities: NetworkIdentities,
        reported: frozenset[tuple[str, str]],
        is_explained: Callable[[int], bool],
        time_ns: int,
    ) -> list[Told]:
        """Let a second pass; ``tracks``: all own ones by number, as ``identities`` has them.

        ``reported``: nation and identity of all partners' tracks; ``is_explained``: an object that says who it is, and
        is believed, is nobody's to hand over.
        """
        self.not_before_ns = {key: ns for key, ns in self.not_before_ns.items() if ns > time_ns}
        held = self.held(identities)
        told: list[Told] = [*self.handovers.tick(time_ns), *self.cueing.book.tick(time_ns)]
        told += self._offer(tracks, identities, held, reported, is_explained, time_ns)
        told += self._accept(tracks, identities, time_ns)
        told += self._claim(tracks, identities, np.flatnonzero(~held), reported, time_ns)
        told += self.cueing.look(tracks, identities, time_ns)
        return told

    def held(self, identities: NetworkIdentities) -> Flags:
        """Say for which own tracks we answer."""
        letters = identities.text.view("S1").reshape(len(identities.text), 16)[:, :3]
        found: Flags = (letters == np.array([*self.configuration.nation.encode()], np.uint8).view("S1")).all(axis=1)
        holdings = self.handovers.holdings
        if holdings:
            known = np.flatnonzero(np.isin(identities.text, np.array([name.encode() for name in holdings])))
            for row in known.tolist():
                found[row] = holdings[identities.text[row].decode()][1] == self.configuration.nation
        return found

    def label(self, tracks: Tracks, *numbers: int) -> Label:
        """Return the label of what is said to partners of own tracks."""
        return label_of(self.configuration, tracks, *numbers)

    def hear(
        self, record: Told, sender: str, tracks: Tracks, identities: NetworkIdentities, time_ns: int
    ) -> tuple[Told, ...]:
        """Take what a partner says; return what we have to say to it. ``tracks``: all own ones of the last tick."""
        if isinstance(record, Cue):
            return self.cueing.book.hear(record, sender, time_ns)
        row = identities.row_of(record.network_id)
        label = self.label(tracks) if row is None else self.label(tracks, int(tracks.track_id[row]))
        sees = row is not None and tracks.status[row] == TrackStatus.CONFIRMED
        told = self.handovers.hear(record, sender, label, time_ns, disputes=bool(sees))
        if record.state == "refused" and record.giver == self.configuration.nation:
            self.not_before_ns["offer", record.network_id, record.taker] = time_ns + DECLINED_NS
        return told

    def is_news(self, record: Told, sender: str) -> bool:
        """Say whether what was just heard is how things stand now: not what is late, doubled or nobody's to say."""
        if isinstance(record, Cue):
            cue = self.cueing.book.courses.get(record.cue_id)
            return cue is not None and cue.record is record
        course = self.handovers.courses.get(record.handover_id)
        is_others = self.configuration.nation not in (record.giver, record.taker)
        is_last_word = is_others and sender == record.giver and record.state == "accepted"
        return is_last_word or (course is not None and course.record is record)

    def decide(
        self, decision: Decision, tracks: Tracks, identities: NetworkIdentities, time_ns: int
    ) -> tuple[Told, ...]:
        """Apply what a person decided on a hand-over or a cue; nothing where there is none such."""
        if decision.action in ("accept", "decline"):
            course = self.handovers.courses.get(decision.subject)
            row = None if course is None else identities.row_of(course.record.network_id)
            label = self.label(tracks) if row is None else self.label(tracks, int(tracks.track_id[row]))
            return self.handovers.answer(
                decision.subject, label, time_ns,
                accept=decision.action == "accept", by=decision.actor, reason=quoted(decision.reason),
            )  # fmt: skip
        what, _, nation = decision.subject.rpartition("@")
        if decision.action not in ("hand_over", "cue") or nation not in {p.nation for p in self.configuration.partners}:
            return ()
        row = identities.row_of(what)
        if decision.action == "cue":
            return self.cueing.ask_by_person(decision, what, nation, row, tracks, time_ns)
        if row is None:
            return ()
        label = self.label(tracks, int(tracks.track_id[row]))
        why = quoted(decision.reason)
        return self.handovers.offer(what, nation, label, time_ns, by=decision.actor, reason=why)

    def go_on_from(self, before: NetworkDuty) -> None:
        """Take over what was agreed with partners, and what they declined."""
        self.handovers.courses, self.handovers.holdings = before.handovers.courses, before.handovers.holdings
        self.cueing.book.courses = before.cueing.book.courses
        self.not_before_ns, self.cueing.not_before_ns = before.not_before_ns, before.cueing.not_before_ns

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "steady": [[*key, count] for key, count in self.steady.items()],
            "not_before": [[*key, ns] for key, ns in self.not_before_ns.items()],
            "unreported": list(self.unreported_ns.items()),
        }
        return pack(MARK, header, [self.handovers.snapshot(), self.cueing.snapshot()])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, (handovers, cueing) = unpack(MARK, data, 2)
        self.handovers.restore(handovers.tobytes())
        self.cueing.restore(cueing.tobytes())
        self.steady = {(text, nation): count for text, nation, count in header["steady"]}
        self.not_before_ns = {(kind, text, nation): ns for kind, text, nation, ns in header["not_before"]}
        self.unreported_ns = dict(header["unreported"])

    def _offer(
        self,
        tracks: Tracks,
        identities: NetworkIdentities,
        held: Flags,
        reported: frozenset[tuple[str, str]],
        is_explained: Callable[[int], bool],
        time_ns: int,
    ) -> list[Told]:
        """Offer what flies into a partner's area, cue the partner where we lose it, withdraw what turned back."""
        rows = np.flatnonzero(held)
        near = tracks.take(rows)
        entering = self.areas.entering(near)
        steady, told, number_of = dict[tuple[str, str], int](), list[Told](), dict[tuple[str, str], int]()
        for k, nation in zip(*(found.tolist() for found in np.nonzero(entering)), strict=True):
            key = identities.text[rows[k]].decode(), self.areas.nations[nation]
            steady[key], number_of[key] = max(self.steady.get(key, 0), 0) + 1, int(rows[k])
        told += self._withdraw(steady, time_ns)
        self.steady = steady
        due = [key for key, count in steady.items() if count >= STEADY and ("offer", *key) not in self.not_before_ns]
        for text, nation in due:
            row = number_of[text, nation]
            if len(told) >= MOST_A_TICK:
                break
            if not is_explained(int(tracks.track_id[row])):
                self.not_before_ns["offer", text, nation] = time_ns + AGAIN_NS
                label = self.label(tracks, int(tracks.track_id[row]))
                why = say("flies_into", nation=nation)
                told += self.handovers.offer(text, nation, label, time_ns, by=RULE, reason=why)
        ahead = {key: row for key, row in number_of.items() if steady[key] >= STEADY}
        return [*told, *self.cueing.ask_ahead(tracks, ahead, reported, is_explained, time_ns)]

    def _withdraw(self, steady: dict[tuple[str, str], int], time_ns: int) -> list[Told]:
        """Withdraw the offers by rule of what no longer makes for the taker's area; counts go into ``steady``."""
        told: list[Told] = []
        for handover_id, course in list(self.handovers.courses.items()):
            record = course.record
            key = record.network_id, record.taker
            if not course.is_open or record.giver != self.configuration.nation or record.decided_by != RULE:
                continue
            if key not in steady:
                steady[key] = min(self.steady.get(key, 0), 0) - 1
                if steady[key] <= -TURNED:
                    why = say("no_longer")
                    told += self.handovers.withdraw(handover_id, record.label, time_ns, by=RULE, reason=why)
        return told

    def _accept(self, tracks: Tracks, identities: NetworkIdentities, time_ns: int) -> list[Told]:
        """Take over what is offered to us and what we have a confirmed track of."""
        told: list[Told] = []
        for handover_id, course in list(self.handovers.courses.items()):
            if course.is_open and course.record.taker == self.configuration.nation:
                row = identities.row_of(course.record.network_id)
                if row is not None and tracks.status[row] == TrackStatus.CONFIRMED:
                    number = int(tracks.track_id[row])
                    label, why = self.label(tracks, number), say("own_track", track=number)
                    told += self.handovers.answer(handover_id, label, time_ns, accept=True, by=RULE, reason=why)
        return told

    def _claim(
        self,
        tracks: Tracks,
        identities: NetworkIdentities,
        rows: Int64,
        reported: frozenset[tuple[str, str]],
        time_ns: int,
    ) -> list[Told]:
        """Take over what we see and its holder does not report any more."""
        told, unreported = list[Told](), dict[str, int]()
        for row in rows.tolist():
            text = identities.text[row].decode()
            holder = self.handovers.holder_of(text)
            if (holder, text) in reported:
                continue
            unreported[text] = self.unreported_ns.get(text, time_ns)
            is_seen = tracks.status[row] == TrackStatus.CONFIRMED
            silent_ns, key = time_ns - unreported[text], ("claim", text, holder)
            if silent_ns < SILENT_NS or not is_seen or key in self.not_before_ns or len(told) >= MOST_A_TICK:
                continue
            is_here = self.areas.is_ours(float(tracks.latitude_deg[row]), float(tracks.longitude_deg[row]))
            if is_here or silent_ns >= SILENT_ELSEWHERE_NS:
                self.not_before_ns[key] = time_ns + AGAIN_NS
                label = self.label(tracks, int(tracks.track_id[row]))
                why = say("unreported", holder=holder, seconds=silent_ns // NS_PER_S)
                told += self.handovers.claim(text, label, time_ns, by=RULE, reason=why)
        self.unreported_ns = unreported
        return told
