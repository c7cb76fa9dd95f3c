"""Rules of alerts and warnings changed in flight: in force from the record on, alike live, replayed, after a break."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.message import Message
from sargas.model.records import Alert, AlertPolicy, PolicyChange, PublicWarning, WarningPolicy
from sargas.picture.policies import change_policy
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from tests.picture.test_rezoning import with_changes
from tests.picture.test_step import LABEL, START_NS, night_inputs

CHANGED_S, SNAPSHOT_S, END_S = 15, 30, 74
HASTY = AlertPolicy(advisories_per_hour=0, escalate_after_s=5.0, escalate_to="duty officer")
STRICT = WarningPolicy(two_persons=("yellow", "red"), first_approval_s=120.0, proof_lasts_s=60.0)


def change(second: int, policy: AlertPolicy | WarningPolicy) -> PolicyChange:
    time_ns = START_NS + second * NS_PER_S + NS_PER_S // 2
    name = "alerting" if isinstance(policy, AlertPolicy) else "warnings"
    return PolicyChange.model_validate(
        {
            "id": f"policy/{name}/{time_ns}", "time_ns": time_ns, "origin": "n", "label": LABEL, "policy": name,
            "state": "changed", name: policy, "reason": "a busy night", "entered_by": "rita",
        }
    )  # fmt: skip


class Run(NamedTuple):
    inputs: list[Envelope]
    told: list[tuple[int, Message]]
    digest: str
    state: State
    snapshot: tuple[int, bytes]


def run_through(parts: list[Envelope]) -> Run:
    state, told, snapshot = State(), list[tuple[int, Message]](), (0, b"")
    for envelope in parts:
        second = (envelope.receive_time_ns - START_NS) // NS_PER_S
        told += [(second, message) for message in step(state, envelope).messages]
        if second == SNAPSHOT_S and not snapshot[1]:
            snapshot = envelope.sequence, dump_state(state, envelope.sequence)
    return Run(parts, told, state.digest.hex(), state, snapshot)


@pytest.fixture(scope="module")
def given() -> list[Envelope]:
    return [envelope for envelope in night_inputs() if envelope.receive_time_ns <= START_NS + END_S * NS_PER_S]


@pytest.fixture(scope="module")
def run(given: list[Envelope]) -> Run:
    return run_through(list(with_changes(given, [change(CHANGED_S, HASTY), change(CHANGED_S, STRICT)])))


@pytest.fixture(scope="module")
def plain(given: list[Envelope]) -> Run:
    return run_through(given)


def alerts(run: Run, state: str) -> list[tuple[int, Alert]]:
    return [(second, one) for second, one in run.told if isinstance(one, Alert) and one.state == state]


def drafts(run: Run) -> list[tuple[int, PublicWarning]]:
    return [(second, one) for second, one in run.told if isinstance(one, PublicWarning) and one.state == "drafted"]


def test_unanswered_alerts_are_escalated_by_the_new_rules(run: Run, plain: Run) -> None:
    escalated = alerts(run, "escalated")
    assert escalated, "the night has a critical alert that nobody answers"
    assert {one.escalated_to for _, one in escalated} == {"duty officer"}
    assert min(second for second, _ in escalated) >= CHANGED_S
    assert not any(second < CHANGED_S + 60 for second, _ in alerts(plain, "escalated")), (
        "by the old ones none is so soon"
    )


def test_the_budget_is_the_new_one_and_what_was_shown_counts_against_it(run: Run, plain: Run) -> None:
    end_ns = START_NS + END_S * NS_PER_S
    assert run.state.picture is not None
    assert plain.state.picture is not None
    assert plain.state.picture.alerting.desk.budget.allows(0.9, end_ns)
    assert not run.state.picture.alerting.desk.budget.allows(0.9, end_ns)
    picture = load_state(run.snapshot[1])[0].picture
    assert picture is not None
    picture.alerting.desk.budget.shown_ns = [end_ns - NS_PER_S]
    for budget, is_allowed in ((1, False), (2, True)):
        change_policy(picture, change(END_S, HASTY.model_copy(update={"advisories_per_hour": budget})))
        assert picture.alerting.desk.budget.allows(0.9, end_ns) == is_allowed


def test_drafts_from_then_on_want_as_many_persons_as_the_new_rules_say(run: Run, plain: Run) -> None:
    new = {one.message_id for second, one in drafts(run) if second > CHANGED_S + 1}
    old = {one.message_id for second, one in drafts(run) if second <= CHANGED_S}
    needed = {one.message_id: one.approvals_needed for _, one in drafts(run)}
    assert new - old, "the night drafts warnings afterwards"
    assert {needed[name] for name in new - old} == {2}
    assert {one.approvals_needed for _, one in drafts(plain)} == {1}


def test_a_replay_and_a_run_that_goes_on_from_a_snapshot_are_the_same(run: Run, plain: Run) -> None:
    assert run.digest != plain.digest
    sequence, data = run.snapshot
    again = run_through([envelope for envelope in run.inputs if envelope.sequence <= sequence])
    assert again.snapshot == run.snapshot
    resumed, at = load_state(data)
    assert at == sequence
    assert resumed.picture is not None
    assert (resumed.picture.configuration.alerting, resumed.picture.configuration.warnings) == (HASTY, STRICT)
    for envelope in run.inputs:
        if envelope.sequence > sequence:
            step(resumed, envelope)
    assert resumed.digest.hex() == run.digest


def test_parts_that_begin_anew_keep_to_the_rules_in_force(run: Run) -> None:
    picture = load_state(run.snapshot[1])[0].picture
    assert picture is not None
    for part in ("alerting", "outlook"):
        picture.begin_anew(part, START_NS)
    assert picture.alerting.desk.policy == HASTY
    assert picture.alerting.desk.budget.per_hour == 0
    assert picture.outlook.warnings.policy == STRICT
