"""The rules of alerts and warnings over HTTP: who may change them, how far, and what is handed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sargas.console.administering import PROOF_LASTS_S
from sargas.model.columns import NS_PER_S
from sargas.model.label import Classification
from sargas.model.records import AlertPolicy, PolicyChange, WarningPolicy
from tests.clock import Clock
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, log_in, make_configuration, make_node, serve

PATH = "/api/administration/policies"
CONFIGURED = WarningPolicy(two_persons=("red",), first_approval_s=600.0, proof_lasts_s=900.0)
ALERTING = {"advisories_per_hour": 12, "escalate_after_s": 30.0, "escalate_to": "duty officer", "reason": "busy"}
STRICTER = {"two_persons": ["yellow", "red"], "first_approval_s": 300.0, "proof_lasts_s": 60.0, "reason": "an attack"}


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW_NS)


@pytest.fixture
def node(tmp_path: Path, clock: Clock) -> Iterator[ScriptedNode]:
    made = make_node(tmp_path, audit=True, now_ns=clock, warnings=CONFIGURED)
    made.accounts.create("rita", PASSWORD, "administrator")
    made.accounts.create("karolis", PASSWORD, "administrator", clearance=Classification.RESTRICTED)
    made.picture.apply([make_configuration().model_copy(update={"warnings": CONFIGURED})], NOW_NS)
    with serve(made):
        yield made
    made.store.close()


def entered(node: ScriptedNode) -> list[PolicyChange]:
    return [one for one in node.entered if isinstance(one, PolicyChange)]


def test_rules_are_read_changed_and_set_back(node: ScriptedNode, clock: Clock) -> None:
    with log_in(node.url, "rita") as rita:
        told = rita.get(PATH).json()
        assert told["alerting"] == told["configured_alerting"] == AlertPolicy().model_dump()
        assert (told["warnings"]["two_persons"], told["changes"]) == (["red"], [])
        answer = rita.put(f"{PATH}/alerting", json=ALERTING)
        assert (answer.status_code, answer.json()["record_id"]) == (202, entered(node)[0].id)
        assert rita.put(f"{PATH}/alerting", json=ALERTING | {"reason": "again"}).status_code == 409
        clock.ns += NS_PER_S
        assert rita.put(f"{PATH}/warnings", json=STRICTER).status_code == 202
        node.store.write(entered(node))
        told = rita.get(PATH).json()
        assert told["alerting"]["advisories_per_hour"] == 12
        assert told["configured_alerting"]["advisories_per_hour"] == 6
        assert told["warnings"]["two_persons"] == ["yellow", "red"]
        assert [(one["policy"], one["state"], one["entered_by"], one["reason"]) for one in told["changes"]] == [
            ("warnings", "changed", "rita", "an attack"),
            ("alerting", "changed", "rita", "busy"),
        ]
        back = AlertPolicy().model_dump() | {"reason": "quiet again"}
        assert rita.put(f"{PATH}/alerting", json=back).status_code == 202
    assert [(one.policy, one.state) for one in entered(node)] == [
        ("alerting", "changed"),
        ("warnings", "changed"),
        ("alerting", "as_configured"),
    ]
    shown = node.picture.snapshot().configuration
    assert shown is not None
    assert (shown.alerting, shown.warnings.proof_lasts_s) == (AlertPolicy(), 60.0), "the page decides by the new rules"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"two_persons": []}, "two_persons: expected red too"),
        ({"two_persons": ["yellow"]}, "two_persons: expected red too"),
        ({"first_approval_s": 601.0}, "first_approval_s: expected at most 600, was 601"),
        ({"proof_lasts_s": 901.0}, "proof_lasts_s: expected 0 < s <= 900, was 901"),
        ({"proof_lasts_s": 0.0}, "proof_lasts_s: expected 0 < s <= 900, was 0"),
    ],
)
def test_rules_of_warnings_are_never_laxer_than_the_configuration(
    node: ScriptedNode, changed: dict[str, Any], words: str
) -> None:
    with log_in(node.url, "rita") as rita:
        answer = rita.put(f"{PATH}/warnings", json=STRICTER | changed)
        assert answer.status_code == 422
        assert words in answer.json()["detail"]
    assert entered(node) == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("alerting", ALERTING | {"advisories_per_hour": -1}),
        ("alerting", ALERTING | {"escalate_after_s": 0}),
        ("alerting", ALERTING | {"escalate_to": " "}),
        ("alerting", ALERTING | {"reason": " "}),
        ("alerting", {name: value for name, value in ALERTING.items() if name != "reason"}),
        ("warnings", STRICTER | {"two_persons": ["blue"]}),
        ("warnings", STRICTER | {"reason": ""}),
    ],
)
def test_what_is_no_rule_is_refused(node: ScriptedNode, path: str, body: dict[str, Any]) -> None:
    with log_in(node.url, "rita") as rita:
        assert rita.put(f"{PATH}/{path}", json=body).status_code == 422
    assert entered(node) == []


@pytest.mark.parametrize("name", ["jonas", "ona", "karolis"])
def test_nobody_else_may(node: ScriptedNode, name: str) -> None:
    with log_in(node.url, name) as client:
        assert client.get(PATH).status_code == 403
        assert client.put(f"{PATH}/alerting", json=ALERTING).status_code == 403
    token, _ = node.accounts.tokens.issue("rita", ["read", "decide", "enter"], 1)
    with httpx.Client(base_url=node.url, headers={"Authorization": f"Bearer {token}"}) as program:
        assert program.put(f"{PATH}/alerting", json=ALERTING).status_code == 403
    assert entered(node) == []


def test_who_gave_the_password_long_ago_gives_it_again(node: ScriptedNode, clock: Clock) -> None:
    with log_in(node.url, "rita") as rita:
        clock.ns += round((PROOF_LASTS_S + 1) * NS_PER_S)
        assert rita.put(f"{PATH}/warnings", json=STRICTER).status_code == 428
    assert entered(node) == []


def test_on_a_recording_no_rule_is_changed(tmp_path: Path) -> None:
    bare = make_node(tmp_path, replay=True)
    bare.accounts.create("rita", PASSWORD, "administrator")
    with serve(bare), log_in(bare.url, "rita") as rita:
        assert rita.get(PATH).status_code == 503
        bare.picture.apply([make_configuration()], NOW_NS)
        assert rita.put(f"{PATH}/alerting", json=ALERTING).status_code == 409
    bare.store.close()
