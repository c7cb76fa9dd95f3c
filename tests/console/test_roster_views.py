"""Administrators keep accounts over HTTP: by proof, in the audit, and nobody else at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pyotp
import pytest

from sargas.console.administering import PROOF_LASTS_S
from sargas.console.app import make_api
from sargas.model.columns import NS_PER_S
from sargas.model.label import Classification
from sargas.runtime.audit.look import look_into
from sargas.runtime.second_factor import enrolment_qr
from tests.clock import Clock
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, log_in, make_node, open_client, serve

RULES_OF_ALERTS = {"advisories_per_hour": 9, "escalate_after_s": 9, "escalate_to": "x", "reason": "why"}
NEW_PASSWORD = "keturi gandrai virš ežero"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW_NS)


@pytest.fixture
def node(tmp_path: Path, clock: Clock) -> Iterator[ScriptedNode]:
    """A node with an audit and the administrator ``rita``."""
    made = make_node(tmp_path, now_ns=clock, audit=True)
    made.accounts.create("rita", PASSWORD, "administrator")
    yield made
    made.store.close()


@pytest.fixture
def url(node: ScriptedNode) -> Iterator[str]:
    with serve(node):
        yield node.url


@pytest.fixture
def rita(url: str) -> Iterator[httpx.Client]:
    with log_in(url, "rita") as client:
        yield client


def actions(node: ScriptedNode) -> list[tuple[str, str, str]]:
    folder = node.app.state.console.settings.audit_folder
    return [(one.actor, one.action, one.object) for one in look_into(folder).latest]


def test_a_new_person_enters_by_a_link_chooses_a_password_and_logs_in_with_a_code(
    node: ScriptedNode, url: str, rita: httpx.Client, clock: Clock
) -> None:
    draft = {"name": "Dainius", "role": "operator", "nation": "LVA", "clearance": "restricted", "home": "airport"}
    answer = rita.post("/api/accounts", json=draft)
    assert answer.status_code == 201
    made = answer.json()
    assert made["account"]["name"] == "dainius"
    assert made["account"]["has_password"] is False
    with open_client(url) as person:
        entered = person.get(made["link"]["path"])
        assert (entered.status_code, entered.headers["location"]) == (303, "/?view=airport")
        session = person.get("/api/session").json()
        assert (session["name"], session["needs_password"], session["home"]) == ("dainius", True, "airport")
        headers = {"X-CSRF-Token": session["csrf_token"]}
        refused = person.put("/api/session/password", json={"password": "dainius"}, headers=headers)
        assert refused.status_code == 422
        assert "12 to 1024" in refused.json()["detail"]
        done = person.put("/api/session/password", json={"password": NEW_PASSWORD}, headers=headers)
        assert (done.status_code, done.json()["needs_password"]) == (200, False)
        assert person.get(made["link"]["path"]).headers["location"] == "/?link=spent"
    with open_client(url) as person:
        asked = person.post("/api/session", json={"name": "dainius", "password": NEW_PASSWORD})
        assert asked.status_code == 428
    code = pyotp.TOTP(made["second_factor"]["secret"]).at(clock() // NS_PER_S)
    with log_in(url, "dainius", NEW_PASSWORD, code) as person:
        assert person.get("/api/tracks").status_code == 200
    assert made["second_factor"]["secret"] in made["second_factor"]["uri"]
    assert made["second_factor"]["qr_svg"] == enrolment_qr(made["second_factor"]["uri"])
    account = next(one for one in node.accounts.list() if one.name == "dainius")
    assert (account.nation, account.clearance) == ("LVA", Classification.RESTRICTED)
    shown = rita.get("/api/accounts").text
    assert made["second_factor"]["secret"] not in shown
    assert "hash" not in shown
    assert {("rita", "account:create", "dainius"), ("rita", "account:second-factor", "dainius")} <= set(actions(node))


def test_rights_locks_sessions_and_factors_are_changed_and_noted(
    node: ScriptedNode, url: str, rita: httpx.Client
) -> None:
    with log_in(url, "jonas") as jonas:
        changed = rita.put(
            "/api/accounts/jonas/rights", json={"role": "viewer", "nation": "LTU", "clearance": "secret"}
        )
        assert changed.json()["clearance"] == "secret"
        assert jonas.get("/api/tracks").status_code == 401, "other rights end what was open"
    with log_in(url, "jonas") as jonas:
        assert rita.get("/api/accounts").json()[0]["sessions"] == 1
        assert rita.delete("/api/accounts/jonas/sessions").json() == {"sessions": 1}
        assert jonas.get("/api/tracks").status_code == 401
    assert rita.post("/api/accounts/JONAS/lock").json()["locked_ns"] == NOW_NS
    with open_client(url) as jonas:
        assert jonas.post("/api/session", json={"name": "jonas", "password": PASSWORD}).status_code == 401
    assert rita.post("/api/accounts/jonas/unlock").json()["locked_ns"] is None
    secret = rita.post("/api/accounts/jonas/second-factor").json()["secret"]
    code = pyotp.TOTP(secret).at(NOW_NS // NS_PER_S)
    with log_in(url, "jonas", code=code) as jonas:
        assert jonas.get("/api/tracks").status_code == 200
    link = rita.post("/api/accounts/jonas/link").json()["path"]
    with open_client(url) as jonas:
        assert jonas.get(link).headers["location"] == "/"
    done = [(actor, action) for actor, action, what in actions(node) if what == "jonas"]
    assert {actor for actor, action in done if action.startswith("account:") and actor != "command"} == {"rita"}
    wanted = ("rights", "end-sessions", "lock", "unlock", "second-factor", "link")
    assert {f"account:{name}" for name in wanted} <= {action for _, action in done}


def test_nobody_but_an_administrator_who_sees_everything_gets_in(node: ScriptedNode, url: str) -> None:
    node.accounts.create("baiba", PASSWORD, "administrator", "LVA", Classification.SECRET)
    node.accounts.create("petras", PASSWORD, "administrator", clearance=Classification.RESTRICTED)
    before = node.accounts.roster.list()
    changes = [
        ("POST", "/api/accounts", {"name": "x", "role": "viewer"}),
        ("PUT", "/api/accounts/jonas/rights", {"role": "administrator"}),
        *(("POST", f"/api/accounts/jonas/{deed}", None) for deed in ("lock", "unlock", "second-factor", "link")),
        ("DELETE", "/api/accounts/jonas/sessions", None),
        ("PUT", "/api/administration/policies/alerting", RULES_OF_ALERTS),
        ("PUT", "/api/administration/policies/warnings", {"reason": "why"}),
        *(("POST", f"/api/sources/radar/{deed}", {"reason": "why"}) for deed in ("pause", "resume")),
        ("POST", "/api/sources/radar/label", {"classification": "secret", "reason": "why"}),
    ]
    parts = ("parts", "audit", "releases", "policies")
    looks = (
        "/api/accounts",
        *(f"/api/administration/{part}" for part in parts),
        "/api/sources/radar/label?classification=secret",
    )
    described = make_api().openapi()["paths"]
    own = ("/api/accounts", "/api/administration", "/api/sources/")
    assert {path for path in described if path.startswith(own)} == {
        path.partition("?")[0].replace("jonas", "{name}").replace("radar", "{source}")
        for path in (*looks, *(path for _, path, _ in changes))
    }, "a new route belongs here too"
    for name in ("jonas", "ona", "baiba", "petras"):
        with log_in(url, name) as client:
            for path in looks:
                assert client.get(path).status_code == 403, (name, path)
            for method, path, body in changes:
                assert client.request(method, path, json=body).status_code == 403, (name, path)
            assert (
                client.post("/api/tokens", json={"account": "rita", "scopes": ["read"], "days": 1}).status_code == 403
            )
    assert [(one.name, one.rights, one.locked_ns) for one in node.accounts.roster.list()] == [
        (one.name, one.rights, one.locked_ns) for one in before
    ]


def test_every_change_wants_the_sessions_token_and_a_fresh_proof(
    node: ScriptedNode, url: str, rita: httpx.Client, clock: Clock
) -> None:
    changes = [
        ("POST", "/api/accounts", {"name": "x", "role": "viewer"}),
        ("PUT", "/api/accounts/jonas/rights", {"role": "viewer"}),
        ("POST", "/api/accounts/jonas/lock", None),
        ("POST", "/api/accounts/jonas/unlock", None),
        ("POST", "/api/accounts/jonas/second-factor", None),
        ("POST", "/api/accounts/jonas/link", None),
        ("DELETE", "/api/accounts/jonas/sessions", None),
        ("POST", "/api/tokens", {"scopes": ["read"], "days": 1}),
        ("PUT", "/api/session/password", {"password": NEW_PASSWORD}),
    ]
    csrf = rita.headers.pop("X-CSRF-Token")
    for method, path, body in changes:
        assert rita.request(method, path, json=body).status_code == 403, path
    rita.headers["X-CSRF-Token"] = csrf
    clock.ns += round((PROOF_LASTS_S + 1) * NS_PER_S)
    before = actions(node)
    for method, path, body in changes:
        assert rita.request(method, path, json=body).status_code == 428, path
    assert actions(node) == before
    assert rita.get("/api/accounts").status_code == 200, "looking needs none"
    rita.post("/api/session/proof", json={"password": PASSWORD}).raise_for_status()
    assert rita.post("/api/accounts/jonas/lock").status_code == 200


def test_the_last_administrator_cannot_be_locked_out_nor_lock_out_themselves(
    node: ScriptedNode, rita: httpx.Client
) -> None:
    for answer in (
        rita.post("/api/accounts/rita/lock"),
        rita.put("/api/accounts/rita/rights", json={"role": "viewer", "nation": "LTU"}),
        rita.put(
            "/api/accounts/rita/rights", json={"role": "administrator", "nation": "LTU", "clearance": "restricted"}
        ),
    ):
        assert answer.status_code == 422
        assert "nobody does it alone" in answer.json()["detail"]
    assert rita.get("/api/accounts").status_code == 200
    assert rita.post("/api/accounts/nobody/lock").status_code == 404


def test_tokens_are_made_in_ones_own_name_and_by_administrators_in_any(
    node: ScriptedNode, url: str, rita: httpx.Client
) -> None:
    with log_in(url, "ona") as ona:
        made = ona.post("/api/tokens", json={"scopes": ["read"], "days": 30, "purpose": "wall"})
        assert made.status_code == 201
        told = made.json()
        assert (told["told"]["account"], told["told"]["purpose"]) == ("ona", "wall")
        beyond = ona.post("/api/tokens", json={"scopes": ["decide"], "days": 30})
        assert beyond.status_code == 422
        assert "what a viewer may" in beyond.json()["detail"]
    with open_client(url, headers={"Authorization": f"Bearer {told['token']}"}) as program:
        assert program.get("/api/tracks").status_code == 200
    other = rita.post("/api/tokens", json={"account": "jonas", "scopes": ["read", "report"], "days": 1}).json()
    assert other["told"]["scopes"] == ["read", "report"]
    assert other["token"] not in rita.get("/api/tokens").text
    unknown = rita.post("/api/tokens", json={"account": "nobody", "scopes": ["read"], "days": 1})
    assert unknown.status_code == 422
    assert [(a, w) for a, act, w in actions(node) if act == "token:issue"] == [
        ("rita", f"jonas/{other['told']['token_id']}"),
        ("ona", f"ona/{told['told']['token_id']}"),
    ]
