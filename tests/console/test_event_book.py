"""The book of events tells each reader the newest word on each subject, none twice, none lost, in bounded memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.console.event_book import EventBook
from sargas.runtime.live_picture import LivePicture
from tests.console.node import NOW_NS, make_alert, make_health, make_lost, make_registration

STATES = ("raised", "acknowledged", "escalated", "ended")
STEPS = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(STATES)), max_size=40)


class Followed:
    """A picture, a book that follows it, and what a reader knows."""

    def __init__(self, most_subjects: int = 1000) -> None:
        self.picture = LivePicture()
        self.book = EventBook(most_subjects)
        self.revision = -1

    def tell(self, *records: object) -> None:
        self.picture.apply(list(records), NOW_NS)  # type: ignore[arg-type]
        change = self.picture.changes(self.revision)
        self.revision = change.revision
        self.book.take(change)


@given(steps=STEPS, pauses=st.lists(st.integers(1, 10), min_size=1, max_size=40))
def test_a_reader_that_looks_now_and_then_ends_with_the_newest_of_each(
    steps: list[tuple[int, str]], pauses: list[int]
) -> None:
    followed, known, seen = Followed(), 0, {}
    told: list[str] = []
    due, at = pauses[0], 0
    for place, (number, state) in enumerate(steps):
        followed.tell(make_alert(f"a/{number}", number, state=state, id=f"{place}"))
        if place >= due:
            at = (at + 1) % len(pauses)
            due += pauses[at]
            for event in followed.book.after(known):
                seen[event.subject], known = event.record.id, event.number
                told.append(event.record.id)
    for event in followed.book.after(known):
        seen[event.subject] = event.record.id
        told.append(event.record.id)
    assert seen == {f"a/{number}": f"{place}" for place, (number, _) in enumerate(steps)}
    assert len(told) == len(set(told)), "nothing twice"


def test_the_same_word_is_told_once_and_counters_of_a_source_are_no_news() -> None:
    followed = Followed()
    followed.tell(make_health("radar-east"), make_registration("radar-east"))
    number = followed.book.number
    followed.tell(make_health("radar-east", id="h2", time_ns=NOW_NS + 1))
    followed.tell(make_registration("radar-east", id="r2", range_bias_m=-91.0))
    assert followed.book.number == number
    followed.tell(make_health("radar-east", "silent", id="h3"))
    [event] = followed.book.after(number)
    assert (event.kind, event.subject) == ("source", "radar-east")
    assert '"silent"' in event.text


def test_what_is_over_is_marked() -> None:
    followed = Followed()
    followed.tell(
        make_alert("a", 1),
        make_alert("b", 2, state="ended"),
        make_lost(3, state="ended", end="too_long_ago", ended_ns=NOW_NS),
    )
    assert {event.subject: event.is_over for event in followed.book.after(0)} == {"a": False, "b": True, "lost/3": True}


def test_memory_is_bounded_and_who_missed_something_forgotten_begins_anew() -> None:
    followed = Followed(most_subjects=10)
    followed.tell(make_alert("a/0", 0))
    early = followed.book.id_of(followed.book.number)
    for number in range(1, 11):
        followed.tell(make_alert(f"a/{number}", number))
    late = followed.book.id_of(followed.book.number)
    assert len(followed.book.after(0)) == 10
    assert followed.book.number_of(early) == 1, "only what it had been told is forgotten"
    followed.tell(make_alert("a/11", 11))
    assert followed.book.number_of(early) is None
    assert followed.book.number_of(late) == 11


ODD = (
    "",
    "-",
    "x",
    "{epoch}",
    "{epoch}-",
    "{epoch}--1",
    "{epoch}-9",
    "00000000-1",
    "{epoch}-²",
    "{epoch}-" + "9" * 400,
)


@pytest.mark.parametrize("event_id", ODD)
def test_an_id_of_another_run_or_no_id_at_all_begins_anew(event_id: str) -> None:
    followed = Followed()
    followed.tell(make_alert("a", 1))
    assert followed.book.number_of(event_id.replace("{epoch}", followed.book.epoch)) is None
    assert followed.book.number_of(f"{followed.book.epoch}-1") == 1
