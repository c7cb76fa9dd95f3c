"""Two persons approve where the policy says so: in time, different ones, and all of it by what is on record."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.assessment.warnings.draft import WarningBook
from sargas.model.records import Decision, WarningPolicy
from sargas.model.warning_records import PublicWarning, WarningArea
from tests.assessment.warnings.scene import LABEL, at, book, threat

EAST = WarningArea(area_id="e", name="East", polygon=((26.0, 54.4), (26.6, 54.4), (26.6, 55.0), (26.0, 55.0)))


def guarded(**policy: Any) -> tuple[WarningBook, PublicWarning]:
    """A book with one draft that two persons must approve."""
    warnings = book(EAST)
    warnings.policy = WarningPolicy.model_validate({"two_persons": True, "first_approval_s": 20.0} | policy)
    (draft,) = warnings.tick([threat()], at(0))
    return warnings, draft


def decide(
    warnings: WarningBook, draft: PublicWarning, action: str, actor: str, second: float, reason: str = ""
) -> tuple[PublicWarning, ...]:
    decision = Decision.model_validate(
        {
            "id": f"d{second}/{actor}", "time_ns": at(0) + int(second * 10**9), "origin": "node", "label": LABEL,
            "actor": actor, "action": action, "subject": draft.message_id, "reason": reason,
        }
    )  # fmt: skip
    return warnings.decide(decision)


def test_the_second_person_makes_it_valid() -> None:
    warnings, draft = guarded()
    assert draft.approvals_needed == 2
    (half,) = decide(warnings, draft, "approve", "rasa", 5, "two radars")
    assert (half.state, half.decided_by, half.message_id) == ("drafted", None, draft.message_id)
    assert half.first_approval is not None
    assert (half.first_approval.approved_by, half.first_approval.reason) == ("rasa", "two radars")
    assert (half.first_approval.approved_ns, half.first_approval.until_ns) == (at(5), at(25))
    (whole,) = decide(warnings, draft, "approve", "jonas", 9)
    assert (whole.state, whole.decided_by, whole.decided_ns) == ("approved", "jonas", at(9))
    assert whole.first_approval == half.first_approval
    assert len({draft.id, half.id, whole.id}) == 3
    assert decide(warnings, draft, "approve", "ona", 10) == ()


def test_the_same_person_twice_changes_nothing() -> None:
    warnings, draft = guarded()
    decide(warnings, draft, "approve", "rasa", 5)
    assert decide(warnings, draft, "approve", "rasa", 6) == ()
    (whole,) = decide(warnings, draft, "approve", "jonas", 7)
    assert whole.state == "approved"


def test_one_person_refuses_also_after_a_first_approval() -> None:
    for before in ((), ("rasa",)):
        warnings, draft = guarded()
        for actor in before:
            decide(warnings, draft, "approve", actor, 5)
        (refused,) = decide(warnings, draft, "refuse", "rasa", 6)
        assert (refused.state, refused.decided_by) == ("refused", "rasa")
        assert decide(warnings, draft, "approve", "jonas", 7) == ()


def test_a_first_approval_lapses_by_the_tick() -> None:
    warnings, draft = guarded()
    decide(warnings, draft, "approve", "rasa", 5)
    assert warnings.tick([threat()], at(24)) == ()
    (bare,) = warnings.tick([threat()], at(25))
    assert (bare.state, bare.first_approval, bare.time_ns) == ("drafted", None, at(25))
    assert warnings.tick([threat()], at(26)) == (), "told once"
    (half,) = decide(warnings, draft, "approve", "jonas", 27)
    assert half.first_approval is not None
    assert half.first_approval.approved_by == "jonas"
    (whole,) = decide(warnings, draft, "approve", "rasa", 28)
    assert whole.state == "approved"


def test_a_second_approval_that_comes_too_late_is_a_first_one_even_before_the_tick() -> None:
    warnings, draft = guarded()
    decide(warnings, draft, "approve", "rasa", 5)
    (half,) = decide(warnings, draft, "approve", "jonas", 25)
    assert (half.state, half.first_approval is not None) == ("drafted", True)
    assert half.first_approval is not None
    assert half.first_approval.approved_by == "jonas"


def test_a_first_approval_from_before_the_clock_was_set_back_is_none() -> None:
    warnings, draft = guarded()
    decide(warnings, draft, "approve", "rasa", 5)
    (half,) = decide(warnings, draft, "approve", "jonas", -15)
    assert (half.state, half.first_approval and half.first_approval.approved_by) == ("drafted", "jonas")


def test_a_newer_draft_begins_with_no_approval() -> None:
    warnings, draft = guarded(first_approval_s=600.0)
    decide(warnings, draft, "approve", "rasa", 5)
    withdrawn, red = warnings.tick([threat(26.3, "red")], at(70))
    assert (withdrawn.message_id, withdrawn.state) == (draft.message_id, "withdrawn")
    assert (red.state, red.first_approval, red.approvals_needed) == ("drafted", None, 2)
    assert decide(warnings, draft, "approve", "jonas", 71) == (), "of the withdrawn one nothing counts"
    (half,) = decide(warnings, red, "approve", "jonas", 72)
    assert half.state == "drafted"


def test_the_level_says_whether_two_are_needed() -> None:
    warnings, yellow = guarded(two_persons=["red"])
    assert yellow.approvals_needed == 1
    (approved,) = decide(warnings, yellow, "approve", "rasa", 5)
    assert (approved.state, approved.first_approval) == ("approved", None)
    (red,) = warnings.tick([threat(26.3, "red")], at(70))
    assert (red.message, red.approvals_needed) == ("update", 2)


def test_the_all_clear_needs_as_many() -> None:
    warnings, draft = guarded()
    for second, actor in enumerate(("rasa", "jonas"), 5):
        decide(warnings, draft, "approve", actor, second)
    (clear,) = warnings.tick([], at(120))
    assert (clear.message, clear.state, clear.approvals_needed) == ("all_clear", "drafted", 2)
    assert (clear.first_approval, clear.decided_by) == (None, None)
    (half,) = decide(warnings, clear, "approve", "jonas", 121)
    assert half.state == "drafted"
    (whole,) = decide(warnings, clear, "approve", "rasa", 122)
    assert whole.state == "approved"


@pytest.mark.parametrize(("given_", "kept"), [(True, ("yellow", "red")), (False, ()), (["red"], ("red",))])
def test_the_policy_takes_a_word_for_all_levels(given_: Any, kept: tuple[str, ...]) -> None:
    assert WarningPolicy.model_validate({"two_persons": given_}).two_persons == kept


STEPS = st.lists(
    st.tuples(st.sampled_from(("approve", "refuse", "tick")), st.sampled_from(("rasa", "jonas", "ona"))), max_size=12
)


@given(steps=STEPS)
def test_nothing_is_approved_without_two_persons_and_a_snapshot_changes_nothing(steps: list[tuple[str, str]]) -> None:
    warnings, draft = guarded(first_approval_s=4.0)
    told: list[PublicWarning] = []
    for second, (step, actor) in enumerate(steps, 1):
        again = book(EAST)
        again.policy = warnings.policy
        again.from_lists(warnings.to_lists())
        if step == "tick":
            now, also = (one.tick([threat()], at(second)) for one in (warnings, again))
        else:
            now, also = (decide(one, draft, step, actor, second) for one in (warnings, again))
        assert now == also
        told += now
    for one in told:
        PublicWarning.model_validate(one.model_dump())
        if one.state == "approved":
            assert one.first_approval is not None
            assert one.first_approval.approved_by != one.decided_by
            assert one.decided_ns is not None
            assert one.first_approval.approved_ns < one.decided_ns < one.first_approval.until_ns
    assert sum(one.state in ("approved", "refused") for one in told) <= 1
