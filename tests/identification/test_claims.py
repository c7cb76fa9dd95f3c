"""Claims add up by grade, one voice once; an override masks and destroys nothing; corrections go through."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.identification.claim_book import ClaimBook, Conclusion
from sargas.identification.claim_weight import UNKNOWN, answer
from sargas.model.label import Label
from sargas.model.records import Claim
from sargas.model.saying import Said

LABEL = Label(originator="LTU")
TRACK = 41
SLOW = Said("slow", "lėtas")


def claim(source: str, value: str, time_ns: int = 10, **fields: Any) -> Claim:
    about = fields.pop("about", "class")
    made = {
        "id": f"{source}/{about}/{value}/{time_ns}",
        "time_ns": time_ns,
        "origin": "node",
        "label": LABEL,
        "claim_id": f"{source}/{about}",
        "track_id": TRACK,
        "about": about,
        "value": value,
        "reliability": "A",
        "credibility": 1,
        "source": source,
    }
    return Claim.model_validate(made | fields)


claims = st.lists(
    st.builds(
        claim,
        st.sampled_from(["ona", "jonas", "radar", "sargas"]),
        st.sampled_from(["bird", "multirotor", "balloon"]),
        st.integers(0, 20),
        reliability=st.sampled_from("ABCDEF"),
        credibility=st.integers(1, 6),
        is_override=st.booleans(),
        until_ns=st.none() | st.integers(0, 40),
    ),
    max_size=6,
    unique_by=lambda made: made.id,
)


def test_nothing_said_is_unknown() -> None:
    held = answer("class", [], 10)
    assert (held.value, held.probability) == (UNKNOWN, 1.0)


def test_one_reliable_voice_counts_as_much_as_it_says() -> None:
    held = answer("class", [claim("ona", "bird", probability=0.9)], 10)
    assert (held.value, held.probability) == ("bird", pytest.approx(0.9))


def test_a_doubtful_voice_leaves_more_unknown() -> None:
    sure = answer("class", [claim("ona", "bird")], 10).probability
    doubtful = answer("class", [claim("ona", "bird", reliability="D")], 10).probability
    assert doubtful < sure
    assert answer("class", [claim("ona", "bird", reliability="E")], 10).probability == pytest.approx(0.5)


def test_what_somebody_denies_falls_below_unknown() -> None:
    held = answer("class", [claim("ona", "bird", credibility=5)], 10)
    assert held.value == UNKNOWN
    assert held.probability == pytest.approx(0.85)


def test_a_source_that_repeats_itself_counts_once_and_its_newest_word_holds() -> None:
    once = answer("class", [claim("ona", "bird", 1)], 10)
    again = answer("class", [claim("ona", "bird", 1), claim("ona", "bird", 2)], 10)
    assert once.probability == again.probability
    changed = answer("class", [claim("ona", "bird", 1), claim("ona", "balloon", 2)], 10)
    assert changed.value == "balloon"


def test_two_that_agree_are_surer_and_two_that_disagree_less_sure() -> None:
    alone = answer("class", [claim("ona", "bird")], 10).probability
    agreed = answer("class", [claim("ona", "bird"), claim("jonas", "bird")], 10).probability
    disputed = answer("class", [claim("ona", "bird"), claim("jonas", "balloon")], 10).probability
    assert disputed < alone < agreed


@given(claims, st.randoms(use_true_random=False))
def test_the_order_of_claims_changes_nothing(said: list[Claim], shuffle: Any) -> None:
    mixed = list(said)
    shuffle.shuffle(mixed)
    assert answer("class", mixed, 10) == answer("class", said, 10)


@given(claims)
def test_every_claim_that_holds_is_either_counted_or_masked_or_the_sources_older_word(said: list[Claim]) -> None:
    held = answer("class", said, 10)
    told = {c.id for c in (*held.claims, *held.masked)}
    for one in said:
        newer = any(
            (o.source, o.is_override) == (one.source, one.is_override) and (o.time_ns, o.id) >= (one.time_ns, one.id)
            for o in said
            if o.id in told
        )
        runs = one.until_ns is None or one.until_ns > 10
        assert newer or not runs


@given(claims)
def test_an_override_masks_and_when_it_is_withdrawn_all_is_as_before(said: list[Claim]) -> None:
    plain = [one for one in said if not one.is_override]
    override = claim("chief", "helicopter", 30, is_override=True, until_ns=None)
    masked = answer("class", [*plain, override], 10)
    assert (masked.value, masked.is_override) == ("helicopter", True)
    assert {c.id for c in masked.masked} == {c.id for c in answer("class", plain, 10).claims}
    withdrawn = override.model_copy(update={"state": "withdrawn"})
    assert answer("class", [*plain, withdrawn], 10) == answer("class", plain, 10)


def test_the_node_says_a_thing_once_corrects_it_and_withdraws_it() -> None:
    book = ClaimBook("node")
    said = book.conclude(TRACK, Conclusion("class", "bird", 0.8, (SLOW,)), LABEL, 1)
    assert said is not None
    assert (said.state, said.source, said.evidence, said.evidence_lt) == ("made", "sargas", ("slow",), ("lėtas",))
    assert book.conclude(TRACK, Conclusion("class", "bird", 0.85, (SLOW,)), LABEL, 2) is None
    corrected = book.conclude(TRACK, Conclusion("class", "multirotor", 0.7, ()), LABEL, 3)
    assert corrected is not None
    assert (corrected.state, corrected.claim_id, corrected.value) == ("corrected", said.claim_id, "multirotor")
    gone = book.conclude(TRACK, Conclusion("class", UNKNOWN, 1.0, ()), LABEL, 4)
    assert gone is not None
    assert (gone.state, gone.value) == ("withdrawn", "multirotor")
    assert book.conclude(TRACK, Conclusion("class", UNKNOWN, 1.0, ()), LABEL, 5) is None
    assert book.answer(TRACK, "class", 5).value == UNKNOWN


def test_a_claim_that_runs_out_is_withdrawn_once() -> None:
    book = ClaimBook("node")
    book.take(claim("ona", "bird", until_ns=100))
    assert book.run_out(99) == []
    (ended,) = book.run_out(100)
    assert (ended.state, ended.evidence[0], ended.evidence_lt[0]) == ("withdrawn", "ran out", "baigėsi laikas")
    assert book.run_out(101) == []


def test_a_book_goes_on_from_its_snapshot() -> None:
    book = ClaimBook("node")
    book.take(claim("ona", "bird", until_ns=100))
    book.conclude(TRACK, Conclusion("danger", "armed_possible", 0.6, (SLOW,), ("ona/class",)), LABEL, 1)
    other = ClaimBook("node")
    other.restore(book.snapshot())
    assert other.snapshot() == book.snapshot()
    assert other.run_out(100) == book.run_out(100)
