"""Cues are asked again until they are answered or run out; only the two nations have a say."""

from __future__ import annotations

from typing import Any

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.sharing_records import Cue
from sargas.sharing.cues import EXPIRES_NS, REMEMBERED_NS, RETELL_NS, CueBook

LABEL = Label(releasable_to=("LTU", "LVA"), originator="LTU")
NOW_NS = 1_000 * NS_PER_S


def ask(book: CueBook, **fields: Any) -> Cue:
    (record,) = book.ask("LVA", (56.0, 24.0, 900.0), 2000.0, (10.0, 20.0), LABEL, NOW_NS, network_id="LTU-7", **fields)
    return record


def pair() -> tuple[CueBook, CueBook]:
    return CueBook("LTU", "node-LTU"), CueBook("LVA", "node-LVA")


def test_a_cue_is_asked_again_until_it_is_answered() -> None:
    ours, theirs = pair()
    record = ask(ours)
    assert ours.tick(NOW_NS + RETELL_NS - 1) == ()
    (again,) = ours.tick(NOW_NS + RETELL_NS)
    assert (again.cue_id, again.time_ns, again.latitude_deg) == (record.cue_id, NOW_NS, 56.0)
    assert again.id != record.id
    assert theirs.hear(again, "LTU", NOW_NS + RETELL_NS) == ()
    (course,) = theirs.waiting(NOW_NS + RETELL_NS)
    (answer,) = theirs.answer(course, LABEL, NOW_NS + RETELL_NS, seen_as="LVA-3", place=(56.1, 24.1, None))
    assert (answer.time_ns, answer.latitude_deg, answer.altitude_m) == (NOW_NS + RETELL_NS, 56.1, None)
    assert theirs.waiting(NOW_NS + RETELL_NS) == []
    assert ours.hear(answer, "LVA", NOW_NS + RETELL_NS) == ()
    assert ours.courses[record.cue_id].record.seen_as == "LVA-3"
    assert ours.tick(NOW_NS + 3 * RETELL_NS) == ()


def test_a_question_heard_again_is_answered_again() -> None:
    ours, theirs = pair()
    record = ask(ours)
    theirs.hear(record, "LTU", NOW_NS)
    (course,) = theirs.waiting(NOW_NS)
    theirs.answer(course, LABEL, NOW_NS, seen_as=None, reason="no track there")
    (again,) = theirs.hear(record, "LTU", NOW_NS + NS_PER_S)
    assert (again.state, again.reason, again.time_ns) == ("not_seen", "no track there", NOW_NS)


def test_what_nobody_answers_expires_on_both_sides_and_late_answers_change_nothing() -> None:
    ours, theirs = pair()
    record = ask(ours)
    theirs.hear(record, "LTU", NOW_NS)
    (expired,) = ours.tick(NOW_NS + EXPIRES_NS)
    assert expired.state == "expired"
    assert theirs.waiting(NOW_NS + EXPIRES_NS) == []
    theirs.hear(expired, "LTU", NOW_NS + EXPIRES_NS)
    assert theirs.courses[record.cue_id].record.state == "expired"
    late = record.model_copy(update={"state": "seen", "seen_as": "LVA-3"})
    ours.hear(late, "LVA", NOW_NS + EXPIRES_NS)
    assert ours.courses[record.cue_id].record.state == "expired"
    for book in (ours, theirs):
        book.tick(NOW_NS + EXPIRES_NS + REMEMBERED_NS)
        assert book.courses == {}


def test_others_have_no_say_and_nobody_asks_itself() -> None:
    ours, theirs = pair()
    record = ask(ours)
    assert theirs.hear(record, "POL", NOW_NS) == ()
    assert ours.hear(record.model_copy(update={"state": "seen"}), "POL", NOW_NS) == ()
    assert ours.hear(record.model_copy(update={"state": "expired"}), "LVA", NOW_NS) == ()
    assert (theirs.strange, ours.strange) == (1, 2)
    assert ours.courses[record.cue_id].record.state == "asked"
    assert ours.ask("LTU", (56.0, 24.0, None), 2000.0, None, LABEL, NOW_NS) == ()


def test_a_book_goes_on_from_its_snapshot() -> None:
    ours, _ = pair()
    ask(ours, reason="look there")
    again = CueBook("LTU", "node-LTU")
    again.restore(ours.snapshot())
    assert again == ours
    assert again.tick(NOW_NS + RETELL_NS) == ours.tick(NOW_NS + RETELL_NS) != ()
    assert again.snapshot() == ours.snapshot()
