"""Pausing sources over HTTP: who may, of which, how often; what is handed in, and what everybody is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sargas.console.administering import PROOF_LASTS_S
from sargas.model.columns import NS_PER_S
from sargas.model.label import Classification
from sargas.model.records import Source, SourcePause
from tests.clock import Clock
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, log_in, make_configuration, make_health, make_node, serve

WHY = {"reason": "it is jammed"}
OTHERS = (
    Source(name="link-lva", format="asterix", partner="LVA"),
    Source(name="riga", format="asterix", standby_for="LVA"),
)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW_NS)


@pytest.fixture
def node(tmp_path: Path, clock: Clock) -> Iterator[ScriptedNode]:
    made = make_node(tmp_path, audit=True, now_ns=clock)
    made.accounts.create("rita", PASSWORD, "administrator")
    made.accounts.create("karolis", PASSWORD, "administrator", clearance=Classification.RESTRICTED)
    configuration = make_configuration()
    made.picture.apply(
        [configuration.model_copy(update={"sources": configuration.sources + OTHERS}), make_health("radar-east")],
        NOW_NS,
    )
    with serve(made):
        yield made
    made.store.close()


def pauses(node: ScriptedNode) -> list[tuple[str, str, str, str]]:
    return [(one.source, one.state, one.reason, one.entered_by) for one in node.entered if isinstance(one, SourcePause)]


def test_an_administrator_pauses_a_source_and_lets_it_go_on(node: ScriptedNode) -> None:
    with log_in(node.url, "rita") as rita:
        answer = rita.post("/api/sources/radar-east/pause", json={"reason": "  it is jammed "})
        assert (answer.status_code, answer.json()["source"]) == (202, "radar-east")
        assert answer.json()["record_id"] == node.entered[0].id
        again = rita.post("/api/sources/radar-east/pause", json=WHY)
        assert (again.status_code, again.json()["detail"]) == (
            409,
            "expected a source that is not paused, was 'radar-east'",
        )
        assert rita.post("/api/sources/radar-west/resume", json={}).status_code == 409
        assert rita.post("/api/sources/radar-east/resume", json={}).status_code == 202
        assert rita.post("/api/sources/riga/pause", json=WHY).status_code == 202, "one that stands by, too"
    assert pauses(node) == [
        ("radar-east", "paused", "it is jammed", "rita"),
        ("radar-east", "resumed", "", "rita"),
        ("riga", "paused", "it is jammed", "rita"),
    ]
    assert node.entered[0].label == make_configuration().label


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/sources/radar-none/pause", WHY, 404),
        ("/api/sources/link-lva/pause", WHY, 409),
        ("/api/sources/radar-east/pause", {"reason": ""}, 422),
        ("/api/sources/radar-east/pause", {"reason": "   "}, 422),
        ("/api/sources/radar-east/pause", {"reason": "x" * 501}, 422),
        ("/api/sources/radar-east/pause", {}, 422),
    ],
)
def test_what_cannot_be_paused_is_refused(node: ScriptedNode, path: str, body: dict[str, str], status: int) -> None:
    with log_in(node.url, "rita") as rita:
        assert rita.post(path, json=body).status_code == status
    assert pauses(node) == []


@pytest.mark.parametrize("name", ["jonas", "ona", "karolis"])
def test_nobody_else_may(node: ScriptedNode, name: str) -> None:
    with log_in(node.url, name) as client:
        assert client.post("/api/sources/radar-east/pause", json=WHY).status_code == 403
    with httpx.Client(base_url=node.url) as stranger:
        assert stranger.post("/api/sources/radar-east/pause", json=WHY).status_code == 401
    assert pauses(node) == []


def test_no_token_may_and_no_forged_request(node: ScriptedNode) -> None:
    token, _ = node.accounts.tokens.issue("rita", ["read", "decide", "enter", "network"], 1)
    with httpx.Client(base_url=node.url, headers={"Authorization": f"Bearer {token}"}) as program:
        assert program.post("/api/sources/radar-east/pause", json=WHY).status_code == 403
    with log_in(node.url, "rita") as rita:
        del rita.headers["X-CSRF-Token"]
        assert rita.post("/api/sources/radar-east/pause", json=WHY).status_code == 403
    assert pauses(node) == []


def test_who_gave_the_password_long_ago_gives_it_again(node: ScriptedNode, clock: Clock) -> None:
    with log_in(node.url, "rita") as rita:
        clock.ns += round((PROOF_LASTS_S + 1) * NS_PER_S)
        assert rita.post("/api/sources/radar-east/pause", json=WHY).status_code == 428
        assert pauses(node) == []
        rita.post("/api/session/proof", json={"password": PASSWORD}).raise_for_status()
        assert rita.post("/api/sources/radar-east/pause", json=WHY).status_code == 202


def test_everybody_is_told_who_paused_it_and_why(node: ScriptedNode) -> None:
    node.picture.apply([make_health("radar-east", "paused", reason="paused by rita: it is jammed")], NOW_NS)
    with log_in(node.url, "ona") as ona:
        (told,) = ona.get("/api/sources").json()
        assert (told["state"], told["reason"]) == ("paused", "paused by rita: it is jammed")


def test_on_a_recording_nothing_is_paused(tmp_path: Path) -> None:
    bare = make_node(tmp_path, replay=True)
    bare.accounts.create("rita", PASSWORD, "administrator")
    bare.picture.apply([make_configuration()], NOW_NS)
    with serve(bare), log_in(bare.url, "rita") as rita:
        assert rita.post("/api/sources/radar-east/pause", json=WHY).status_code == 409
    bare.store.close()
