"""Drafts are listed, decided by a person once, and written as CAP."""

from __future__ import annotations

import httpx
from lxml import etree

from sargas.console.sessions import CSRF_HEADER
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode
from tests.formats.cap.test_cap import read, texts
from tests.runtime.store_cases import make_warning

DECIDE = "/api/warnings/track-7/1/1/decide/"


def test_a_draft_is_approved_by_name_once_journaled(operator: httpx.Client, node: ScriptedNode) -> None:
    node.picture.apply([make_warning(NOW_NS)], NOW_NS)
    answer = operator.post(f"{DECIDE}approve", json={"reason": "two radars"})
    assert answer.status_code == 202
    [decision] = node.decisions
    assert (decision.actor, decision.action, decision.subject) == ("jonas", "approve", "track-7/1/1")
    assert (decision.reason, decision.id) == ("two radars", answer.json()["decision_id"])


def test_a_decision_is_refused_for_its_reason(operator: httpx.Client, node: ScriptedNode) -> None:
    assert operator.post(f"{DECIDE}approve", json={}).status_code == 404
    decided = {"state": "refused", "decided_by": "rasa", "decided_ns": NOW_NS}
    node.picture.apply([make_warning(NOW_NS, **decided)], NOW_NS)
    gone = operator.post(f"{DECIDE}approve", json={})
    assert (gone.status_code, "may be decided or withdrawn" in gone.json()["detail"]) == (404, True)
    assert operator.post(f"{DECIDE}send", json={}).status_code == 422
    operator.delete("/api/session")
    session = operator.post("/api/session", json={"name": "ona", "password": PASSWORD}).json()
    operator.headers[CSRF_HEADER] = session["csrf_token"]
    assert operator.post(f"{DECIDE}approve", json={}).status_code == 403
    assert node.decisions == []


def test_messages_are_listed_and_written_as_cap(operator: httpx.Client, node: ScriptedNode) -> None:
    approved = make_warning(5, id="a", state="approved", decided_by="rasa", decided_ns=6)
    clear = make_warning(9, id="c", message_id="track-7/1/2", number=2, message="all_clear")
    node.store.write([approved, clear])
    assert [w["message_id"] for w in operator.get("/api/warnings").json()] == ["track-7/1/2", "track-7/1/1"]
    assert len(operator.get("/api/warnings", params={"state": "drafted"}).json()) == 1
    answer = operator.get("/api/warnings/track-7/1/2/cap")
    assert answer.headers["content-type"] == "application/cap+xml"
    root = read(answer.content)
    assert isinstance(root, etree._Element)
    assert texts(root, "c:msgType") == ["Cancel"]
    assert len(texts(root, "c:references")) == 1
    assert operator.get("/api/warnings/nothing/cap").status_code == 404


def test_only_what_a_channel_did_not_take_is_sent_again(operator: httpx.Client, node: ScriptedNode) -> None:
    again = "/api/warnings/track-7/1/1/resend/hook"
    hook = {"channel": "hook", "time_ns": NOW_NS, "attempts": 1}
    approved = {"state": "approved", "decided_by": "rasa", "decided_ns": NOW_NS}
    for number, (state, code) in enumerate([("sent", 404), ("failing", 404), ("unclear", 202), ("refused", 202)]):
        told = make_warning(NOW_NS, **approved, id=f"w{number}", deliveries=(hook | {"state": state},))
        node.picture.apply([told], NOW_NS)
        assert operator.post(again, json={"reason": "asked by phone"}).status_code == code
    assert {(one.action, one.subject) for one in node.decisions} == {("resend", "track-7/1/1@hook")}
    assert operator.post("/api/warnings/track-7/1/1/resend/mail", json={}).status_code == 404
