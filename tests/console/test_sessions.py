"""Only who is logged in sees the picture; only that person's own page changes anything."""

from __future__ import annotations

import re

import httpx
import pytest

from sargas.console.sessions import COOKIE, CSRF_HEADER
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_alert, make_configuration

ACKNOWLEDGE = "/api/alerts/zone/lt-east/1/acknowledge"
GUARDED = (
    "/api/alerts",
    "/api/sources",
    "/api/sensors",
    "/api/zones",
    "/api/gnss-interference",
    "/api/permissions",
    "/api/lost-tracks",
    "/api/network",
    "/api/tracks/1/claims",
    "/api/tracks",
    "/api/openapi.json",
    "/basemap/baltic.pmtiles",
)


@pytest.mark.parametrize("path", GUARDED)
def test_nothing_is_told_without_a_session(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"Cookie": f"{COOKIE}=made-up"}).status_code == 401


def test_every_path_of_the_api_is_guarded_but_those_that_must_be_open(operator: httpx.Client) -> None:
    paths = operator.get("/api/openapi.json").json()["paths"]
    operator.cookies.clear()
    told = {
        (path, method)
        for path, methods in paths.items()
        for method in methods
        if operator.request(
            method, re.sub(r"\{action\}", "approve", path).replace("{", "").replace("}", ""), json={}
        ).status_code
        not in (401, 403)
    }
    assert told == {("/api/session", "get"), ("/api/session", "post"), ("/api/health", "get")}


def test_the_page_may_ask_who_is_logged_in(client: httpx.Client) -> None:
    answer = client.get("/api/session")
    assert answer.status_code == 200
    assert answer.json()["name"] is None


def test_name_and_password_open_a_session(operator: httpx.Client) -> None:
    session = operator.get("/api/session").json()
    assert (session["name"], session["role"], session["may_decide"]) == ("jonas", "operator", True)
    assert session["expires_ns"] > NOW_NS
    assert operator.get("/api/tracks").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: httpx.Client) -> None:
    answer = client.post("/api/session", json={"name": "jonas", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie


def test_behind_tls_the_cookie_never_travels_in_clear(client: httpx.Client) -> None:
    answer = client.post(
        "/api/session", json={"name": "jonas", "password": PASSWORD}, headers={"X-Forwarded-Proto": "https"}
    )
    assert "Secure" in answer.headers["set-cookie"]


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: httpx.Client) -> None:
    wrong = client.post("/api/session", json={"name": "jonas", "password": "not this one"})
    unknown = client.post("/api/session", json={"name": "nobody", "password": "not this one"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert "set-cookie" not in wrong.headers


def test_log_in_is_limited_and_says_for_how_long(client: httpx.Client) -> None:
    answers = [client.post("/api/session", json={"name": f"n{i}", "password": "guess guess"}) for i in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_a_name_that_failed_too_often_is_locked_even_for_the_right_password(client: httpx.Client) -> None:
    for _ in range(6):
        client.post("/api/session", json={"name": "jonas", "password": "guess guess"})
    answer = client.post("/api/session", json={"name": "jonas", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_one_time_link_opens_one_session(node: ScriptedNode, client: httpx.Client) -> None:
    link = node.one_time_link()
    first = client.get(link)
    assert (first.status_code, first.headers["location"]) == (303, "/")
    assert client.get("/api/session").json()["name"] == "jonas"
    client.cookies.clear()
    again = client.get(link)
    assert (again.status_code, again.headers["location"]) == (303, "/?link=spent")
    assert client.get("/api/session").json()["name"] is None


def test_logging_out_ends_the_session_on_the_node(operator: httpx.Client) -> None:
    token = operator.cookies[COOKIE]
    assert operator.delete("/api/session").status_code == 204
    assert operator.get("/api/tracks", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401


@pytest.fixture
def alerted(node: ScriptedNode, operator: httpx.Client) -> httpx.Client:
    node.picture.apply([make_configuration(), make_alert("zone/lt-east/1", 1)], NOW_NS)
    wait_for_alert(operator, node)
    return operator


def wait_for_alert(client: httpx.Client, node: ScriptedNode) -> None:
    for _ in range(500):
        if node.app.state.console.broadcast.alerts:
            return
        client.get("/api/health")
    raise AssertionError("the broadcast never heard of the alert")


def test_a_change_without_the_sessions_token_is_refused(alerted: httpx.Client, node: ScriptedNode) -> None:
    del alerted.headers[CSRF_HEADER]
    assert alerted.post(ACKNOWLEDGE, json={}).status_code == 403
    assert alerted.post(ACKNOWLEDGE, json={}, headers={CSRF_HEADER: "0" * 64}).status_code == 403
    assert alerted.post(ACKNOWLEDGE, json={}, headers={CSRF_HEADER: "ąž".encode()}).status_code == 403
    assert node.decisions == []


def test_a_change_from_another_site_is_refused_even_with_the_token(alerted: httpx.Client, node: ScriptedNode) -> None:
    answer = alerted.post(ACKNOWLEDGE, json={}, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert node.decisions == []


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://["])
def test_logging_in_from_another_sites_page_is_refused(client: httpx.Client, origin: str) -> None:
    answer = client.post("/api/session", json={"name": "jonas", "password": PASSWORD}, headers={"Origin": origin})
    assert answer.status_code == 403


def test_with_token_and_own_origin_the_change_is_made(alerted: httpx.Client, node: ScriptedNode) -> None:
    answer = alerted.post(ACKNOWLEDGE, json={"reason": "seen"}, headers={"Origin": node.url})
    assert answer.status_code == 202
    [decision] = node.decisions
    assert (decision.actor, decision.action, decision.subject) == ("jonas", "acknowledge", "zone/lt-east/1")
    assert decision.reason == "seen"
    assert decision.id == answer.json()["decision_id"]


def test_a_viewer_may_look_but_not_decide(alerted: httpx.Client, node: ScriptedNode) -> None:
    alerted.delete("/api/session")
    session = alerted.post("/api/session", json={"name": "ona", "password": PASSWORD}).json()
    assert session["may_decide"] is False
    alerted.headers[CSRF_HEADER] = session["csrf_token"]
    assert alerted.get("/api/alerts").status_code == 200
    answer = alerted.post(ACKNOWLEDGE, json={})
    assert answer.status_code == 403
    assert "expected a role out of administrator, operator, was viewer" in answer.json()["detail"]
    assert node.decisions == []
