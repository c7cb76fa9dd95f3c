"""Hand-over of responsibility for an object from one nation to another, as each of the two keeps it.

The giver's word ends a hand-over. It answers for the object until it has heard the taker accept; the taker answers for
it from the moment it accepts until it hears the giver end the offer otherwise. So there is never nobody, whatever is
lost, and never two for longer than a message needs after the offer has run out. Page: docs/network-picture.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.parts import pack, unpack
from sargas.model.saying import NOTHING, Said, as_reason
from sargas.model.sharing_records import Handover
from sargas.sharing.saying import say

MARK = b"SARGAS-HANDOVERS-1\n"
EXPIRES_NS = 30 * NS_PER_S
"""An offer that nobody answers has timed out then."""
RETELL_NS = 5 * NS_PER_S
"""What the other side has not answered is told again so often."""
LAST_WORD_NS = 5 * NS_PER_S
"""The giver's word that an offer has run out is waited for so long; a giver that is gone says none."""
REMEMBERED_NS = 600 * NS_PER_S
"""Ended ones are remembered for so long, so that late messages find what became of them."""
MOST = 1000
"""Hand-overs remembered, and objects whose holder is not the nation that first saw them."""
MOST_HOLDINGS = 20_000
State = Literal["offered", "accepted", "refused", "timed_out", "withdrawn"]


@dataclass(slots=True)
class Course:
    """One hand-over as this nation knows it."""

    record: Handover
    """As last told or heard."""
    is_final: bool
    """The giver has ended it."""
    told_ns: int

    @property
    def is_open(self) -> bool:
        """Say whether an answer is still waited for."""
        return not self.is_final and self.record.state == "offered"


@dataclass(slots=True)
class HandoverBook:
    """Keep the hand-overs of one nation and who answers for what. Deterministic; time comes with each call."""

    nation: str
    node: str
    courses: dict[str, Course] = field(default_factory=dict)
    holdings: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By network identity: since which offer (UTC ns) which nation answers for it."""
    strange: int = 0
    """Messages of nations that had no say in what they told."""

    def holder_of(self, network_id: str) -> str:
        """Return the nation that answers for an object: at first the one that saw it first."""
        return self.holdings[network_id][1] if network_id in self.holdings else network_id[:3]

    def open_of(self, network_id: str) -> Course | None:
        """Return the hand-over of an object that waits for an answer; None: none does."""
        return next((c for c in self.courses.values() if c.is_open and c.record.network_id == network_id), None)

    def offer(
        self, network_id: str, taker: str, label: Label, time_ns: int, *, by: str, reason: Said = NOTHING
    ) -> tuple[Handover, ...]:
        """Offer an object that we answer for; nothing when we do not, or a hand-over of it has not ended."""
        unsettled = any(not c.is_final and c.record.network_id == network_id for c in self.courses.values())
        if taker == self.nation or self.holder_of(network_id) != self.nation or unsettled:
            return ()
        offered_ns = self._later_than_known(network_id, time_ns)
        handover_id = f"{self.nation}/{network_id}/{taker}/{offered_ns}"
        record = Handover(
            id=f"{self.node}/handover/{handover_id}/offered/{time_ns}", time_ns=time_ns, origin=self.node, label=label,
            handover_id=handover_id, state="offered", network_id=network_id, giver=self.nation, taker=taker,
            offered_ns=offered_ns, expires_ns=time_ns + EXPIRES_NS, decided_by=by,
            **as_reason(reason),
        )  # fmt: skip
        self.courses[handover_id] = Course(record, False, time_ns)
        return (record,)

    def claim(self, network_id: str, label: Label, time_ns: int, *, by: str, reason: Said) -> tuple[Handover, ...]:
        """Take an object over whose holder reports it no more; what it says when it hears of it ends the claim."""
        giver = self.holder_of(network_id)
        if giver == self.nation:
            return ()
        offered_ns = self._later_than_known(network_id, time_ns)
        handover_id = f"{self.nation}/claim/{network_id}/{giver}/{offered_ns}"
        record = Handover(
            id=f"{self.node}/handover/{handover_id}/accepted/{time_ns}", time_ns=time_ns, origin=self.node, label=label,
            handover_id=handover_id, state="accepted", network_id=network_id, giver=giver, taker=self.nation,
            offered_ns=offered_ns, expires_ns=time_ns + EXPIRES_NS, decided_by=by,
            **as_reason(reason),
        )  # fmt: skip
        self.courses[handover_id] = Course(record, False, time_ns)
        self._hold(record, self.nation)
        return (record,)

    def answer(
        self, handover_id: str, label: Label, time_ns: int, *, accept: bool, by: str, reason: Said = NOTHING
    ) -> tuple[Handover, ...]:
        """Answer an offer made to us; nothing when there is none that waits."""
        course = self.courses.get(handover_id)
        if course is None or not course.is_open or course.record.taker != self.nation:
            return ()
        if time_ns >= course.record.expires_ns:
            return ()
        if accept:
            self._hold(course.record, self.nation)
        return (self._tell(course, "accepted" if accept else "refused", label, time_ns, by=by, reason=reason),)

    def withdraw(self, handover_id: str, label: Label, time_ns: int, *, by: str, reason: Said) -> tuple[Handover, ...]:
        """End an offer of ours that has not been answered."""
        course = self.courses.get(handover_id)
        if course is None or not course.is_open or course.record.giver != self.nation:
            return ()
        course.is_final = True
        return (self._tell(course, "withdrawn", label, time_ns, by=by, reason=reason),)

    def hear(
        self, record: Handover, sender: str, label: Label, time_ns: int, *, disputes: bool = False
    ) -> tuple[Handover, ...]:
        """Take what a partner (``sender``) says; return, under ``label``, what we have to say to it.

        ``disputes``: we see the object ourselves, so nobody takes it over who was not offered it.
        """
        if sender == record.giver and record.taker == self.nation:
            return self._hear_giver(record, time_ns)
        if sender == record.taker and record.giver == self.nation and record.state in ("accepted", "refused"):
            return self._hear_taker(record, label, time_ns, disputes=disputes)
        if sender == record.giver and record.state == "accepted":
            self._hold(record, record.taker)
        else:
            self.strange += 1
        return ()

    def tick(self, time_ns: int) -> tuple[Handover, ...]:
        """Let time pass: offers run out, what was not answered is told again, what is long over is forgotten."""
        told = []
        for course in self.courses.values():
            record, is_ours = course.record, course.record.giver == self.nation
            if is_ours and course.is_open and time_ns >= record.expires_ns:
                course.is_final = True
                why = say("nobody_answered")
                told.append(self._tell(course, "timed_out", record.label, time_ns, by="rule", reason=why))
            elif course.is_open and time_ns >= record.expires_ns + LAST_WORD_NS:
                told.append(self._run_out(course, time_ns))
            elif time_ns - course.told_ns >= RETELL_NS and not course.is_final:
                # offers of ours and our answers wait for a word of the other side
                told += [self._again(course, time_ns)] if is_ours == (record.state == "offered") else []
        old = {k for k, c in self.courses.items() if time_ns - c.record.expires_ns >= REMEMBERED_NS}
        old |= set(list(self.courses)[: max(len(self.courses) - MOST, 0)])
        self.courses = {k: c for k, c in self.courses.items() if k not in old}
        while len(self.holdings) > MOST_HOLDINGS:
            del self.holdings[next(iter(self.holdings))]
        return tuple(told)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        courses = [[c.record.model_dump(mode="json"), c.is_final, c.told_ns] for c in self.courses.values()]
        header = {"courses": courses, "holdings": list(self.holdings.items()), "strange": self.strange}
        return pack(MARK, header)

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, _ = unpack(MARK, data, 0)
        found = [Course(Handover.model_validate(record), *rest) for record, *rest in header["courses"]]
        self.courses = {course.record.handover_id: course for course in found}
        self.holdings = {name: (since, nation) for name, (since, nation) in header["holdings"]}
        self.strange = header["strange"]

    def _hear_giver(self, record: Handover, time_ns: int) -> tuple[Handover, ...]:
        """Take an offer, or the giver's last word; an offer that we have answered is answered again."""
        course = self.courses.get(record.handover_id)
        if record.state == "offered":
            if course is None:
                self.courses[record.handover_id] = Course(record, False, time_ns)
                return ()
            return (self._again(course, time_ns),) if course.record.state != "offered" and not course.is_final else ()
        if course is not None and course.is_final:
            return ()
        self.courses[record.handover_id] = Course(record, True, time_ns)
        if record.state == "accepted":
            self._hold(record, self.nation)
        elif self.holdings.get(record.network_id) == (record.offered_ns, self.nation):
            self._hold(record, record.giver)
        return ()

    def _hear_taker(self, record: Handover, label: Label, time_ns: int, *, disputes: bool) -> tuple[Handover, ...]:
        """Take the answer to an offer of ours, or a claim; what has ended already is told again as it ended."""
        course = self.courses.get(record.handover_id)
        if course is None:
            if record.state != "accepted":
                return ()
            course = self.courses[record.handover_id] = Course(record, False, time_ns)
            is_newer = record.offered_ns >= self.holdings.get(record.network_id, (0, ""))[0]
            if disputes or not is_newer:
                course.is_final = True
                why = say("sees_itself", nation=self.nation) if disputes else say("handed_over_since")
                return (self._tell(course, "refused", label, time_ns, by="rule", reason=why),)
        elif course.is_final:
            return (self._again(course, time_ns),)
        course.is_final = True
        if record.state == "accepted":
            self._hold(record, record.taker)
        label = course.record.label if course.record.origin == self.node else label
        reason = Said(record.reason, record.reason_lt)
        return (self._tell(course, record.state, label, time_ns, by=record.decided_by, reason=reason),)

    def _run_out(self, course: Course, time_ns: int) -> Handover:
        """Return an offer to us that has run out, for our own screens: as the giver's, whose last word did not come."""
        name = f"{self.node}/handover/{course.record.handover_id}/timed_out/{time_ns}"
        why = as_reason(say("last_word_missing", nation=course.record.giver))
        course.is_final = True
        course.record = course.record.model_copy(update={"id": name, "time_ns": time_ns, "state": "timed_out", **why})
        return course.record

    def _later_than_known(self, network_id: str, time_ns: int) -> int:
        """Return a time for a hand-over of an object that no other has: who holds it is told apart by it (UTC ns)."""
        known = [c.record.offered_ns for c in self.courses.values() if c.record.network_id == network_id]
        return max(time_ns, 1 + max(known, default=0), 1 + self.holdings.get(network_id, (-1, ""))[0])

    def _hold(self, record: Handover, nation: str) -> None:
        """Note who answers for an object; an older hand-over than the last one known changes nothing."""
        if record.offered_ns >= self.holdings.get(record.network_id, (0, ""))[0]:
            self.holdings.pop(record.network_id, None)
            self.holdings[record.network_id] = record.offered_ns, nation

    def _tell(self, course: Course, state: State, label: Label, time_ns: int, *, by: str, reason: Said) -> Handover:
        changed: dict[str, Any] = {"state": state, "label": label, "decided_by": by, **as_reason(reason)}
        course.record = course.record.model_copy(update=changed)
        return self._again(course, time_ns)

    def _again(self, course: Course, time_ns: int) -> Handover:
        record = course.record
        name = f"{self.node}/handover/{record.handover_id}/{record.state}/{time_ns}"
        course.record = record.model_copy(update={"id": name, "time_ns": time_ns, "origin": self.node})
        course.told_ns = time_ns
        return course.record
