"""A program's token does what it was made for, needs no CSRF token, and can never stand in for a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from sargas.console.sessions import COOKIE, CSRF_HEADER
from sargas.console.stream import CLOSE_FULL
from sargas.runtime.api_tokens import SCOPES
from tests.console.node import (
    NOW_NS,
    PASSWORD,
    ScriptedNode,
    make_alert,
    make_configuration,
    make_node,
    make_tracks,
    open_client,
    serve,
)
from tests.console.test_sessions import wait_for_alert
from tests.runtime.store_cases import make_warning

PERSONS_ONLY = {
    ("delete", "/api/session"),
    ("post", "/api/session/proof"),
    ("get", "/api/tokens"),
    ("delete", "/api/tokens/{token_id}"),
    ("post", "/api/tokens"),
    ("put", "/api/session/password"),
    ("get", "/api/accounts"),
    ("post", "/api/accounts"),
    ("put", "/api/accounts/{name}/rights"),
    ("post", "/api/accounts/{name}/lock"),
    ("post", "/api/accounts/{name}/unlock"),
    ("post", "/api/accounts/{name}/second-factor"),
    ("post", "/api/accounts/{name}/link"),
    ("delete", "/api/accounts/{name}/sessions"),
    ("get", "/api/administration/parts"),
    ("get", "/api/administration/audit"),
    ("get", "/api/administration/releases"),
    ("get", "/api/administration/policies"),
    ("put", "/api/administration/policies/alerting"),
    ("put", "/api/administration/policies/warnings"),
    ("post", "/api/sources/{source}/pause"),
    ("post", "/api/sources/{source}/resume"),
    ("get", "/api/sources/{source}/label"),
    ("post", "/api/sources/{source}/label"),
    ("post", "/api/warnings/{message_id}/decide/{action}"),
    ("post", "/api/warnings/{message_id}/resend/{channel}"),
}
OPEN = {("get", "/api/health"), ("post", "/api/session"), ("get", "/api/session")}
IN_PATH = {"action": "approve", "track_id": "1", "token_id": "0" * 8, "nation": "LVA"}


@pytest.fixture
def with_token(node: ScriptedNode, client: httpx.Client) -> Iterator[Callable[..., httpx.Client]]:
    """Make clients that send a token of an account with the scopes asked for."""
    made: list[httpx.Client] = []

    def make(*scopes: str, account: str = "jonas") -> httpx.Client:
        token, _ = node.accounts.tokens.issue(account, scopes, 30)
        made.append(open_client(node.url, headers={"Authorization": f"Bearer {token}"}))
        return made[-1]

    yield make
    for one in made:
        one.close()


def operations(node: ScriptedNode) -> Iterator[tuple[str, str, list[dict[str, list[str]]]]]:
    for path, methods in node.app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation.get("security", [])


def ask(client: httpx.Client, method: str, path: str) -> httpx.Response:
    filled = re.sub(r"\{(\w+)\}", lambda found: IN_PATH.get(found[1], "x"), path)
    body = {} if method in ("post", "put") else None
    with client.stream(method, filled, json=body) as answer:
        if answer.status_code != 200:  # of an endless stream the beginning is enough
            answer.read()
    return answer


def test_the_description_says_of_every_operation_who_may(node: ScriptedNode) -> None:
    schemes = node.app.openapi()["components"]["securitySchemes"]
    assert {name: scheme["type"] for name, scheme in schemes.items()} == {
        "session": "apiKey",
        "csrf": "apiKey",
        "token": "http",
    }
    for method, path, security in operations(node):
        tokens = [one["token"] for one in security if "token" in one]
        sessions = [one for one in security if "session" in one]
        if (method, path) in OPEN:
            continue
        assert len(sessions) == 1, (method, path)
        assert ("csrf" in sessions[0]) == (method != "get"), (method, path)
        assert tokens == [] if (method, path) in PERSONS_ONLY else [[*tokens[0]]], (method, path)
        assert all(len(scopes) == 1 and scopes[0] in SCOPES for scopes in tokens), (method, path)


def test_a_token_opens_what_its_scope_names_and_nothing_else(
    node: ScriptedNode, with_token: Callable[..., httpx.Client]
) -> None:
    clients = {scope: with_token(scope) for scope in SCOPES}
    for method, path, security in operations(node):
        if (method, path) in OPEN or (method, path) == ("post", "/api/permissions/import"):
            continue
        needed = next((one["token"][0] for one in security if "token" in one), None)
        for scope, client in clients.items():
            answer = ask(client, method, path)
            refused = answer.status_code == 403 and "token" in answer.json()["detail"]
            assert refused == (scope != needed), (method, path, scope)


def test_a_change_by_token_needs_no_csrf_token_and_is_noted(
    node: ScriptedNode, with_token: Callable[..., httpx.Client]
) -> None:
    program = with_token("decide", "read")
    node.picture.apply([make_configuration(), make_alert("zone/lt-east/1", 1)], NOW_NS)
    wait_for_alert(program, node)
    noted: list[str] = []
    node.accounts.tokens._audit = lambda deed: noted.append(deed.action)
    answer = program.post("/api/alerts/zone/lt-east/1/acknowledge", json={"reason": "seen by the relay"})
    assert answer.status_code == 202
    assert (node.decisions[0].actor, noted[-1]) == ("jonas", "token:change")
    listed = program.get("/api/session").json()
    assert (listed["name"], listed["scopes"], listed["csrf_token"]) == ("jonas", ["decide", "read"], None)


def test_a_viewers_token_reads_and_no_more(with_token: Callable[..., httpx.Client]) -> None:
    program = with_token("read", account="ona")
    assert program.get("/api/tracks").status_code == 200
    assert program.post("/api/reports", json={}).status_code == 403


def test_no_token_approves_a_public_warning_or_overrides_a_claim(
    node: ScriptedNode, with_token: Callable[..., httpx.Client]
) -> None:
    program = with_token(*SCOPES)
    node.picture.apply([make_warning(NOW_NS)], NOW_NS)
    answer = program.post("/api/warnings/track-7/1/1/decide/approve", json={})
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "expected a person who has logged in, was an API token",
    )
    override = {"about": "class", "value": "bird", "is_override": True}
    assert program.post("/api/tracks/1/claims", json=override).status_code == 403
    assert node.entered == []


def test_a_token_withdraws_the_own_claims_and_neither_an_override_nor_what_others_say(
    node: ScriptedNode, client: httpx.Client, operator: httpx.Client, with_token: Callable[..., httpx.Client]
) -> None:
    node.accounts.create("rasa", PASSWORD, "administrator")
    node.picture.apply([make_configuration(), make_tracks([1])], NOW_NS)
    bird = {"about": "class", "value": "bird"}
    override = operator.post("/api/tracks/1/claims", json=bird | {"is_override": True}).json()["claim_id"]
    own, others = with_token("claim"), with_token("claim", account="rasa")
    said = own.post("/api/tracks/1/claims", json=bird).json()["claim_id"]
    withdraw = "/api/tracks/1/claims/{}/withdraw"
    assert own.post(withdraw.format(override)).status_code == 403
    assert others.post(withdraw.format(said)).status_code == 403
    assert own.post(withdraw.format(said)).status_code == 202
    assert operator.post(withdraw.format(override)).status_code == 202


def test_a_wrong_token_is_not_helped_by_a_cookie(operator: httpx.Client) -> None:
    assert operator.get("/api/tracks").status_code == 200
    for bearer in ("Bearer sargas_" + "A" * 43, "Bearer", "bearer x"):
        answer = operator.get("/api/tracks", headers={"Authorization": bearer})
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_is_no_cookie(node: ScriptedNode, client: httpx.Client) -> None:
    token, _ = node.accounts.tokens.issue("jonas", ["read"], 30)
    assert client.get("/api/tracks", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401


def test_a_person_lists_and_revokes_the_own_tokens_only(node: ScriptedNode, operator: httpx.Client) -> None:
    token, own = node.accounts.tokens.issue("jonas", ["read"], 30, "relay")
    _, others = node.accounts.tokens.issue("ona", ["read"], 30)
    [listed] = operator.get("/api/tokens").json()
    assert (listed["token_id"], listed["scopes"], listed["purpose"]) == (own.token_id, ["read"], "relay")
    assert token not in operator.get("/api/tokens").text
    assert operator.delete(f"/api/tokens/{others.token_id}").status_code == 404
    assert operator.delete(f"/api/tokens/{own.token_id}", headers={CSRF_HEADER: "x"}).status_code == 403
    assert operator.delete(f"/api/tokens/{own.token_id}").status_code == 204
    assert node.accounts.session_of_token(token) is None
    assert len(node.accounts.tokens.list()) == 1


def test_an_administrator_sees_and_revokes_all(node: ScriptedNode, client: httpx.Client) -> None:
    node.accounts.create("rasa", PASSWORD, "administrator")
    _, others = node.accounts.tokens.issue("ona", ["read"], 30)
    session = client.post("/api/session", json={"name": "rasa", "password": PASSWORD}).json()
    assert [one["account"] for one in client.get("/api/tokens").json()] == ["ona"]
    gone = client.delete(f"/api/tokens/{others.token_id}", headers={CSRF_HEADER: session["csrf_token"]})
    assert gone.status_code == 204
    assert client.get("/api/tokens").json() == []


def test_an_administrator_from_whom_something_is_kept_sees_and_revokes_the_own_only(
    node: ScriptedNode, client: httpx.Client
) -> None:
    node.accounts.create("liga", PASSWORD, "administrator", "LVA")
    _, own = node.accounts.tokens.issue("liga", ["read"], 30)
    _, others = node.accounts.tokens.issue("ona", ["read"], 30)
    session = client.post("/api/session", json={"name": "liga", "password": PASSWORD}).json()
    csrf = {CSRF_HEADER: session["csrf_token"]}
    assert [one["token_id"] for one in client.get("/api/tokens").json()] == [own.token_id]
    assert client.delete(f"/api/tokens/{others.token_id}", headers=csrf).status_code == 404
    assert client.delete(f"/api/tokens/{own.token_id}", headers=csrf).status_code == 204
    assert [one.token_id for one in node.accounts.tokens.list()] == [others.token_id]


def test_programs_leave_places_for_persons(tmp_path: Path) -> None:
    node = make_node(tmp_path, most_clients=4)
    token, _ = node.accounts.tokens.issue("ona", ["read"], 30)
    bearer = {"Authorization": f"Bearer {token}"}
    with serve(node), open_client(node.url) as person, ExitStack() as held:
        address = node.url.replace("http", "ws") + "/stream"
        for _ in range(3):
            held.enter_context(connect(address, additional_headers=bearer)).recv(timeout=10)
        with connect(address, additional_headers=bearer) as fourth, pytest.raises(ConnectionClosed):
            fourth.recv(timeout=10)
        assert fourth.close_code == CLOSE_FULL
        assert person.get("/api/events", headers=bearer).status_code == 503
        person.get(node.one_time_link())
        cookie = {"Cookie": f"{COOKIE}={person.cookies[COOKIE]}"}
        held.enter_context(connect(address, additional_headers=cookie)).recv(timeout=10)
    node.store.close()


def test_the_stream_takes_a_reading_token_and_no_other(node: ScriptedNode, client: httpx.Client) -> None:
    node.picture.apply([make_configuration()], NOW_NS)
    url = node.url.replace("http", "ws") + "/stream"
    reading, _ = node.accounts.tokens.issue("ona", ["read"], 30)
    with connect(url, additional_headers={"Authorization": f"Bearer {reading}"}, compression=None) as stream:
        assert stream.recv(5)
    deciding, _ = node.accounts.tokens.issue("jonas", ["decide"], 30)
    with connect(url, additional_headers={"Authorization": f"Bearer {deciding}"}, compression=None) as stream:
        with pytest.raises(ConnectionClosed) as closed:
            stream.recv(5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401
