"""Who asks too often waits, each on its own; a person's acknowledging of a critical alert never does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sargas.console.sessions import CSRF_HEADER
from tests.console.node import (
    NOW_NS,
    PASSWORD,
    ScriptedNode,
    make_alert,
    make_configuration,
    make_node,
    open_client,
    serve,
)

BURST = 12
PER_S = 0.02
"""One request in 50 s: nothing comes back while a test runs."""


@pytest.fixture
def node(tmp_path: Path) -> Iterator[ScriptedNode]:
    made = make_node(tmp_path, request_burst=BURST, requests_per_s=PER_S)
    made.picture.apply(
        [
            make_configuration(),
            make_alert("zone/lt-east/1", 1),
            make_alert("zone/lt-east/2", 2, tier="advisory"),
        ],
        NOW_NS,
    )
    with serve(made):
        made.app.state.console.broadcast.catch_up()
        yield made
    made.store.close()


def bearer(node: ScriptedNode, *scopes: str) -> httpx.Client:
    token, _ = node.accounts.tokens.issue("jonas", scopes, 30)
    return open_client(node.url, headers={"Authorization": f"Bearer {token}"})


@contextmanager
def log_in(node: ScriptedNode) -> Iterator[httpx.Client]:
    with open_client(node.url) as client:
        answer = client.post("/api/session", json={"name": "jonas", "password": PASSWORD})
        client.headers[CSRF_HEADER] = answer.json()["csrf_token"]
        yield client


def spend(client: httpx.Client, path: str = "/api/zones") -> list[int]:
    return [client.get(path).status_code for _ in range(BURST)]


def test_a_token_waits_alone_and_is_told_for_how_long(node: ScriptedNode) -> None:
    with bearer(node, "read") as busy, bearer(node, "read") as other:
        assert spend(busy) == [200] * BURST
        refused = busy.get("/api/zones")
        assert refused.status_code == 429
        assert 40 <= int(refused.headers["Retry-After"]) <= 50
        assert "expected fewer requests" in refused.json()["detail"]
        assert other.get("/api/zones").status_code == 200


def test_an_address_without_a_session_waits_and_sessions_from_it_do_not(node: ScriptedNode) -> None:
    with log_in(node) as person, open_client(node.url) as stranger:
        assert spend(stranger, "/api/health") == [200] * (BURST - 1) + [429], "one was the person's log-in"
        wrong = {"Authorization": "Bearer sargas_" + "A" * 43}
        assert stranger.get("/api/tracks", headers=wrong).status_code == 429, "another made-up token is no new bucket"
        assert person.get("/api/tracks").status_code == 200


def test_what_is_not_the_api_is_not_counted(node: ScriptedNode) -> None:
    with open_client(node.url) as stranger:
        assert {stranger.get("/healthz").status_code for _ in range(3 * BURST)} == {200}
        assert stranger.get("/api/health").status_code == 200


def test_a_person_acknowledges_a_critical_alert_however_much_was_asked(node: ScriptedNode) -> None:
    with log_in(node) as person:
        assert spend(person) == [200] * BURST
        assert person.get("/api/zones").status_code == 429
        assert person.post("/api/alerts/zone/lt-east/2/acknowledge", json={}).status_code == 429, "an advisory can wait"
        assert person.post("/api/alerts/zone/lt-east/3/acknowledge", json={}).status_code == 429, "no such alert"
        assert person.post("/api/alerts/zone/lt-east/1/shelve", json={"reason": "x", "minutes": 1}).status_code == 429
        for _ in range(3):
            assert person.post("/api/alerts/zone/lt-east/1/acknowledge", json={}).status_code == 202
    assert {decision.subject for decision in node.decisions} == {"zone/lt-east/1"}


def test_a_program_waits_for_that_too(node: ScriptedNode) -> None:
    with bearer(node, "decide", "read") as program:
        spend(program)
        assert program.post("/api/alerts/zone/lt-east/1/acknowledge", json={}).status_code == 429
    assert node.decisions == []
