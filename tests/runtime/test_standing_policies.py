"""Rules that administrators changed outlive the node; those of warnings never fall below the configuration."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.assessment.warnings.strictness import laxer_than, no_laxer
from sargas.model.records import AlertPolicy, Configuration, PolicyChange, WarningPolicy
from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings
from sargas.runtime.node import Node
from sargas.runtime.standing_policies import with_standing_policies
from tests.console.node import make_configuration
from tests.runtime.store_cases import make_policy_change

POLICIES = st.builds(
    WarningPolicy,
    two_persons=st.sampled_from([(), ("red",), ("yellow",), ("yellow", "red")]),
    first_approval_s=st.floats(1, 86_400),
    proof_lasts_s=st.just(0.0) | st.floats(1, 86_400),
)


@given(asked=POLICIES, configured=POLICIES)
def test_what_is_bounded_is_never_laxer_and_what_is_stricter_stays(
    asked: WarningPolicy, configured: WarningPolicy
) -> None:
    bounded = no_laxer(asked, configured)
    assert laxer_than(bounded, configured) == ()
    assert laxer_than(bounded, asked) == (), "nor than what was asked for"
    if not laxer_than(asked, configured):
        assert set(bounded.two_persons) == set(asked.two_persons)
        assert bounded.model_copy(update={"two_persons": asked.two_persons}) == asked


def test_a_configuration_that_became_stricter_holds_and_what_was_set_back_follows_it() -> None:
    configuration = make_configuration()
    busy = AlertPolicy(advisories_per_hour=20)
    lax = WarningPolicy(first_approval_s=900.0, proof_lasts_s=30.0)
    strict = configuration.model_copy(update={"warnings": WarningPolicy(two_persons=("red",))})
    changed = with_standing_policies(
        strict, [make_policy_change(1, alerting=busy), make_policy_change(2, policy="warnings", warnings=lax)]
    )
    assert changed.alerting == busy
    assert changed.warnings == WarningPolicy(two_persons=("red",), first_approval_s=600.0, proof_lasts_s=30.0)
    back = make_policy_change(3, state="as_configured", alerting=AlertPolicy())
    moved = configuration.model_copy(update={"alerting": AlertPolicy(advisories_per_hour=9)})
    assert with_standing_policies(moved, [back]).alerting.advisories_per_hour == 9


@pytest.mark.parametrize(
    "fields",
    [
        {"policy": "warnings"},
        {"alerting": None},
        {"warnings": WarningPolicy()},
        {"policy": "warnings", "alerting": None},
    ],
)
def test_a_change_is_of_exactly_one_policy(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="and no others"):
        PolicyChange.model_validate(
            {
                "id": "p", "time_ns": 1, "origin": "n", "label": {}, "policy": "alerting", "state": "changed",
                "alerting": AlertPolicy(), "reason": "busy", "entered_by": "rita", **fields,
            }
        )  # fmt: skip


async def run_once(settings: Settings, *entered: PolicyChange) -> Configuration:
    """Run a node until its picture goes by what was entered; return what it runs with."""
    node = Node(settings)
    running, is_entered = asyncio.create_task(node.run()), False
    for _ in range(2400):
        await asyncio.sleep(0.05)
        shown = node.picture.snapshot().configuration
        if running.done() or (is_entered and shown is not None and shown.alerting.advisories_per_hour == 20):
            break
        if shown is not None and not is_entered:
            node.enter(*entered)
            is_entered = True
            if not entered:
                break
    await asyncio.sleep(1.5)
    found = node.picture.snapshot().configuration
    node.stop()
    await asyncio.wait_for(running, 60)
    assert found is not None
    return found


def test_a_change_outlives_the_node(tmp_path: Path) -> None:
    settings = Settings(
        node=NodeSettings(name="rasa", nation="LTU", data_dir=tmp_path / "data"), console=ConsoleSettings(port=0)
    )
    change = make_policy_change(time.time_ns(), alerting=AlertPolicy(advisories_per_hour=20))
    assert asyncio.run(run_once(settings, change)).alerting.advisories_per_hour == 20
    assert asyncio.run(run_once(settings)).alerting.advisories_per_hour == 20
    deeds = b"".join(path.read_bytes() for path in (tmp_path / "data" / "audit").rglob("*") if path.is_file())
    assert b'"action":"policy"' in deeds
    assert b"a busy night" in deeds
