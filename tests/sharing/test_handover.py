"""Hand-over between two nations over a channel that loses, doubles, delays and reorders what is said."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.saying import Said, quoted
from sargas.model.sharing_records import Handover
from sargas.sharing.handover import EXPIRES_NS, HandoverBook
from sargas.sharing.saying import say

OBJECT = "LTU-7"
LABEL = Label(releasable_to=("LTU", "LVA"), originator="LTU")
TURNED_BACK = Said("turned back", "pasuko atgal")
LATEST_NS, MOST_LOST = 3 * NS_PER_S, 2
"""The channel loses no more than so many messages of one direction in a row, and delays none for longer."""


class Pair:
    """Two nations and what is on its way between them."""

    def __init__(self) -> None:
        self.now_ns = 1_000 * NS_PER_S
        self.books = {nation: HandoverBook(nation, f"node-{nation}") for nation in ("LTU", "LVA")}
        self.on_the_way = list[tuple[int, str, Handover]]()
        self.lost = {"LTU": 0, "LVA": 0}

    def say(self, sender: str, records: tuple[Handover, ...]) -> None:
        self.on_the_way += [(self.now_ns, sender, record) for record in records]

    def deliver(self, place: int, *, twice: bool = False) -> None:
        _, sender, record = self.on_the_way[place] if twice else self.on_the_way.pop(place)
        hearer = "LVA" if sender == "LTU" else "LTU"
        self.lost[sender] = 0
        self.say(hearer, self.books[hearer].hear(record, sender, LABEL, self.now_ns))

    def lose(self, place: int) -> None:
        sender = self.on_the_way[place][1]
        if self.lost[sender] < MOST_LOST:
            self.lost[sender] += 1
            self.on_the_way.pop(place)

    def wait(self, step_ns: int) -> None:
        self.now_ns += step_ns
        while self.on_the_way and self.on_the_way[0][0] <= self.now_ns - LATEST_NS:
            self.deliver(0)
        for nation, book in self.books.items():
            self.say(nation, book.tick(self.now_ns))

    def offered(self, nation: str) -> list[str]:
        mine = self.books[nation].courses.values()
        return [c.record.handover_id for c in mine if c.is_open and c.record.taker == nation]

    def holders(self) -> list[str]:
        return [nation for nation, book in self.books.items() if book.holder_of(OBJECT) == nation]


class Channel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.pair = Pair()
        self.two_since_ns: int | None = None

    @precondition(lambda self: not any(book.open_of(OBJECT) for book in self.pair.books.values()))
    @rule()
    def offer(self) -> None:
        giver = self.pair.holders()[0]
        taker = "LVA" if giver == "LTU" else "LTU"
        self.pair.say(giver, self.pair.books[giver].offer(OBJECT, taker, LABEL, self.pair.now_ns, by="rule"))

    @precondition(lambda self: self.pair.offered("LTU") or self.pair.offered("LVA"))
    @rule(accept=st.sampled_from((True, True, False)))
    def answer(self, accept: bool) -> None:
        for taker, book in self.pair.books.items():
            for handover_id in self.pair.offered(taker):
                self.pair.say(taker, book.answer(handover_id, LABEL, self.pair.now_ns, accept=accept, by="a person"))

    @precondition(lambda self: any(book.open_of(OBJECT) for book in self.pair.books.values()))
    @rule()
    def withdraw(self) -> None:
        for nation, book in self.pair.books.items():
            for handover_id in list(book.courses):
                told = book.withdraw(handover_id, LABEL, self.pair.now_ns, by="rule", reason=TURNED_BACK)
                self.pair.say(nation, told)

    @precondition(lambda self: self.pair.on_the_way)
    @rule(data=st.data(), what=st.sampled_from(("deliver", "deliver", "twice", "lose")))
    def channel(self, data: st.DataObject, what: str) -> None:
        place = data.draw(st.integers(0, len(self.pair.on_the_way) - 1))
        if what == "lose":
            self.pair.lose(place)
        else:
            self.pair.deliver(place, twice=what == "twice")

    @rule(step_s=st.sampled_from((0.2, 1.0, 3.0)))
    def wait(self, step_s: float) -> None:
        self.pair.wait(int(step_s * NS_PER_S))
        self.note()

    @rule(seconds=st.integers(5, 45))
    def wait_long(self, seconds: int) -> None:
        for _ in range(seconds):
            self.pair.wait(NS_PER_S)
            self.note()

    @invariant()
    def note(self) -> None:
        holders = self.pair.holders()
        assert holders, "nobody answers for the object"
        if len(holders) == 1:
            self.two_since_ns = None
        elif self.two_since_ns is None:
            self.two_since_ns = self.pair.now_ns
        assert self.two_since_ns is None or self.pair.now_ns - self.two_since_ns <= EXPIRES_NS

    def teardown(self) -> None:
        for _ in range(120):
            self.pair.wait(NS_PER_S)
        assert len(self.pair.holders()) == 1
        assert len({book.holder_of(OBJECT) for book in self.pair.books.values()}) == 1
        assert not self.pair.on_the_way, "nothing is told for ever"


Channel.TestCase.settings = settings(max_examples=300, stateful_step_count=40)
TestChannel = Channel.TestCase


def _offered(pair: Pair) -> str:
    pair.say("LTU", pair.books["LTU"].offer(OBJECT, "LVA", LABEL, pair.now_ns, by="rule"))
    pair.wait(LATEST_NS)
    (handover_id,) = pair.offered("LVA")
    return handover_id


@pytest.mark.parametrize("accept", [True, False])
def test_an_answer_ends_the_offer_on_both_sides(accept: bool) -> None:
    pair = Pair()
    handover_id = _offered(pair)
    pair.say("LVA", pair.books["LVA"].answer(handover_id, LABEL, pair.now_ns, accept=accept, by="rita"))
    pair.wait(LATEST_NS)
    pair.wait(LATEST_NS)
    for book in pair.books.values():
        course = book.courses[handover_id]
        assert (course.is_final, course.record.state, course.record.decided_by) == (
            True,
            "accepted" if accept else "refused",
            "rita",
        )
    assert pair.holders() == ["LVA" if accept else "LTU"]


def test_an_offer_nobody_answers_times_out_and_the_giver_keeps_it() -> None:
    pair = Pair()
    handover_id = _offered(pair)
    for _ in range(EXPIRES_NS // NS_PER_S + 5):
        pair.wait(NS_PER_S)
    assert [book.courses[handover_id].record.state for book in pair.books.values()] == ["timed_out", "timed_out"]
    assert pair.holders() == ["LTU"]
    assert pair.books["LVA"].answer(handover_id, LABEL, pair.now_ns, accept=True, by="late") == ()


def test_an_offer_of_a_giver_that_is_gone_is_told_as_run_out_and_never_as_our_own_word() -> None:
    pair = Pair()
    handover_id, taker = _offered(pair), pair.books["LVA"]
    offer = taker.courses[handover_id].record
    told = [r for s in range(60) for r in taker.tick(pair.now_ns + s * NS_PER_S)]
    (over,) = told
    assert (over.state, over.origin, over.label) == ("timed_out", offer.origin, offer.label)
    assert 0 <= over.time_ns - offer.expires_ns <= 6 * NS_PER_S
    assert (over.reason, over.reason_lt) == (
        "it has run out, LTU is not heard",
        "siūlymo laikas baigėsi, LTU nesigirdi",
    )
    assert taker.hear(offer, "LTU", LABEL, over.time_ns) == ()
    assert not taker.courses[handover_id].is_open


def test_an_answer_that_comes_after_the_time_out_yields_to_the_giver() -> None:
    pair = Pair()
    handover_id = _offered(pair)
    answer = pair.books["LVA"].answer(handover_id, LABEL, pair.now_ns, accept=True, by="rita")
    assert pair.holders() == ["LTU", "LVA"]
    pair.now_ns += EXPIRES_NS
    told = pair.books["LTU"].tick(pair.now_ns)
    assert [(record.state, record.reason_lt) for record in told] == [("timed_out", "niekas neatsakė")]
    again = pair.books["LTU"].hear(answer[0], "LVA", LABEL, pair.now_ns)
    assert [record.state for record in again] == ["timed_out"]
    assert pair.books["LVA"].hear(again[0], "LTU", LABEL, pair.now_ns) == ()
    assert pair.holders() == ["LTU"]


def test_only_the_two_nations_have_a_say() -> None:
    pair = Pair()
    handover_id = _offered(pair)
    giver = pair.books["LTU"]
    record = giver.courses[handover_id].record
    for state, sender in (("accepted", "POL"), ("refused", "POL"), ("withdrawn", "LVA"), ("timed_out", "POL")):
        assert giver.hear(record.model_copy(update={"state": state}), sender, LABEL, pair.now_ns) == ()
    assert giver.strange == 4
    assert giver.courses[handover_id].is_open
    assert pair.holders() == ["LTU"]


def test_what_is_not_ours_cannot_be_offered_and_what_is_offered_not_twice() -> None:
    pair = Pair()
    _offered(pair)
    assert pair.books["LTU"].offer(OBJECT, "LVA", LABEL, pair.now_ns, by="rule") == ()
    assert pair.books["LVA"].offer(OBJECT, "LTU", LABEL, pair.now_ns, by="rule") == ()
    assert pair.books["LTU"].offer("LTU-8", "LTU", LABEL, pair.now_ns, by="rule") == ()


@pytest.mark.parametrize("disputes", [True, False])
def test_a_claim_is_settled_by_the_nation_it_is_taken_from(disputes: bool) -> None:
    pair = Pair()
    giver, taker = pair.books["LTU"], pair.books["LVA"]
    (claim,) = taker.claim(OBJECT, LABEL, pair.now_ns, by="rule", reason=say("unreported", holder="LTU", seconds=12))
    assert taker.holder_of(OBJECT) == "LVA"
    (said,) = giver.hear(claim, "LVA", LABEL, pair.now_ns, disputes=disputes)
    assert taker.hear(said, "LTU", LABEL, pair.now_ns) == ()
    assert pair.holders() == ["LTU" if disputes else "LVA"]


def test_what_a_person_wrote_is_told_on_as_it_is_and_what_a_rule_says_in_both_languages() -> None:
    pair = Pair()
    handover_id, taker = _offered(pair), pair.books["LVA"]
    words = quoted("radar sees it")
    (answer,) = taker.answer(handover_id, LABEL, pair.now_ns, accept=True, by="rita", reason=words)
    (final,) = pair.books["LTU"].hear(answer, "LVA", LABEL, pair.now_ns)
    assert [(one.reason, one.reason_lt) for one in (answer, final)] == [("radar sees it", "")] * 2
    why = say("unreported", holder="LVA", seconds=12)
    (claim,) = pair.books["LTU"].claim(OBJECT, LABEL, pair.now_ns, by="rule", reason=why)
    assert (claim.reason, claim.reason_lt) == why


def test_a_third_nation_learns_who_answers_and_an_older_word_changes_nothing() -> None:
    pair, third = Pair(), HandoverBook("POL", "node-POL")
    handover_id = _offered(pair)
    (answer,) = pair.books["LVA"].answer(handover_id, LABEL, pair.now_ns, accept=True, by="rita")
    (final,) = pair.books["LTU"].hear(answer, "LVA", LABEL, pair.now_ns)
    third.hear(final, "LTU", LABEL, pair.now_ns)
    assert third.holder_of(OBJECT) == "LVA"
    older = final.model_copy(update={"taker": "EST", "offered_ns": final.offered_ns - 1})
    third.hear(older, "LTU", LABEL, pair.now_ns)
    assert third.holder_of(OBJECT) == "LVA"


def test_a_book_goes_on_from_its_snapshot() -> None:
    pair = Pair()
    handover_id = _offered(pair)
    pair.books["LVA"].answer(handover_id, LABEL, pair.now_ns, accept=True, by="rita")
    again = HandoverBook("LVA", "node-LVA")
    again.restore(pair.books["LVA"].snapshot())
    assert again == pair.books["LVA"]
    assert again.snapshot() == pair.books["LVA"].snapshot()
    later = pair.now_ns + 6 * NS_PER_S
    assert again.tick(later) == pair.books["LVA"].tick(later) != ()


def test_old_hand_overs_are_forgotten_and_never_more_kept_than_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sargas.sharing.handover.MOST", 5)
    book, now_ns = HandoverBook("LTU", "n"), 1_000 * NS_PER_S
    for number in range(20):
        book.offer(f"LTU-{number}", "LVA", LABEL, now_ns, by="rule")
    book.tick(now_ns)
    assert len(book.courses) == 5
    book.tick(now_ns + 700 * NS_PER_S)
    book.tick(now_ns + 1400 * NS_PER_S)
    assert not book.courses


def test_the_late_end_of_one_offer_does_not_undo_another_made_at_the_same_moment() -> None:
    pair = Pair()
    giver, taker = pair.books["LTU"], pair.books["LVA"]
    (first,) = giver.offer(OBJECT, "LVA", LABEL, pair.now_ns, by="rule")
    (ended,) = giver.withdraw(first.handover_id, LABEL, pair.now_ns, by="rule", reason=TURNED_BACK)
    (second,) = giver.offer(OBJECT, "LVA", LABEL, pair.now_ns, by="rule")
    assert second.offered_ns > first.offered_ns
    taker.hear(second, "LTU", LABEL, pair.now_ns)
    (accepted,) = taker.answer(second.handover_id, LABEL, pair.now_ns, accept=True, by="rita")
    giver.hear(accepted, "LVA", LABEL, pair.now_ns)
    taker.hear(first, "LTU", LABEL, pair.now_ns)
    taker.hear(ended, "LTU", LABEL, pair.now_ns)
    assert pair.holders() == ["LVA"]
