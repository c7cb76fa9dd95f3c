"""Drafts are listed, decided by a person once, and written as CAP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from lxml import etree

from sargas.console.sessions import CSRF_HEADER
from sargas.model.records import EnteredRecord
from sargas.runtime.control import NotJournaled
from tests.clock import Clock
from tests.console.node import (
    NOW_NS,
    PASSWORD,
    ScriptedNode,
    make_two_person_node,
    open_client,
    serve,
)
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


def test_nobody_is_told_that_a_decision_is_taken_before_the_journal_has_it(
    operator: httpx.Client, node: ScriptedNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait_in_vain(*_: EnteredRecord) -> None:
        raise NotJournaled

    node.picture.apply([make_warning(NOW_NS)], NOW_NS)
    monkeypatch.setattr(node, "enter", wait_in_vain)
    answer = operator.post(f"{DECIDE}approve", json={})
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/json")
    assert "takes effect once the journal can" in answer.json()["detail"]


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


def test_a_message_that_a_later_one_overtook_is_not_sent_again(operator: httpx.Client, node: ScriptedNode) -> None:
    over = {"channel": "hook", "time_ns": NOW_NS, "attempts": 0, "state": "expired"}
    approved = {"state": "approved", "decided_by": "rasa", "decided_ns": NOW_NS}
    later = {"message_id": "track-7/1/2", "number": 2, "message": "all_clear"}
    node.picture.apply([make_warning(NOW_NS, **approved, id="w1", deliveries=(over,))], NOW_NS)
    node.picture.apply([make_warning(NOW_NS, **later, id="w2")], NOW_NS)
    again = "/api/warnings/track-7/1/{}/resend/hook"
    assert operator.post(again.format(1), json={}).status_code == 202, "the later one is a draft still"
    node.picture.apply([make_warning(NOW_NS, **later, **approved, id="w3", deliveries=(over,))], NOW_NS)
    answer = operator.post(again.format(1), json={})
    told = "expected the newest approved message of a warning, was track-7/1/1: track-7/1/2 goes instead"
    assert (answer.status_code, answer.json()["detail"]) == (409, told)
    assert operator.post(again.format(2), json={}).status_code == 202
    assert [one.subject for one in node.decisions] == ["track-7/1/1@hook", "track-7/1/2@hook"]


@pytest.fixture
def guarded(tmp_path: Path, clock: Clock) -> Iterator[ScriptedNode]:
    """A served node whose red warnings two persons approve; a password is good for five minutes."""
    made = make_two_person_node(tmp_path, clock, first_approval_s=60.0)
    with serve(made):
        yield made
    made.store.close()


@contextmanager
def person(node: ScriptedNode, name: str) -> Iterator[httpx.Client]:
    with open_client(node.url) as client:
        session = client.post("/api/session", json={"name": name, "password": PASSWORD}).json()
        client.headers[CSRF_HEADER] = session["csrf_token"]
        yield client


def test_two_different_persons_approve(guarded: ScriptedNode) -> None:
    with person(guarded, "jonas") as first, person(guarded, "rasa") as second:
        assert first.post(f"{DECIDE}approve", json={"reason": "two radars"}).status_code == 202
        [half] = guarded.picture.snapshot().warnings
        assert half.state == "drafted"
        again = first.post(f"{DECIDE}approve", json={})
        assert (again.status_code, "expected a second person" in again.json()["detail"]) == (409, True)
        assert second.post(f"{DECIDE}approve", json={}).status_code == 202
    [whole] = guarded.picture.snapshot().warnings
    assert whole.first_approval is not None
    assert (whole.state, whole.first_approval.approved_by, whole.decided_by) == ("approved", "jonas", "rasa")
    assert [decision.actor for decision in guarded.decisions] == ["jonas", "rasa"]


def test_the_same_person_may_approve_again_once_the_first_has_lapsed(guarded: ScriptedNode, clock: Clock) -> None:
    with person(guarded, "jonas") as first:
        assert first.post(f"{DECIDE}approve", json={}).status_code == 202
        clock.ns += 60 * 10**9
        assert first.post(f"{DECIDE}approve", json={}).status_code == 202
        assert first.post(f"{DECIDE}refuse", json={}).status_code == 202, "and refuse at any time"


def test_an_old_proof_is_asked_for_again_and_nothing_is_decided_before(guarded: ScriptedNode, clock: Clock) -> None:
    with person(guarded, "jonas") as client:
        clock.ns += 300 * 10**9 + 1
        for action in ("approve", "refuse"):
            asked = client.post(f"{DECIDE}{action}", json={})
            assert (asked.status_code, "POST /api/session/proof" in asked.json()["detail"]) == (428, True)
        assert guarded.decisions == []
        wrong = client.post("/api/session/proof", json={"password": "guess guess guess"})
        assert wrong.status_code == 401
        assert client.post(f"{DECIDE}approve", json={}).status_code == 428
        proved = client.post("/api/session/proof", json={"password": PASSWORD})
        assert (proved.status_code, proved.json()["proved_ns"]) == (200, clock.ns)
        assert client.post(f"{DECIDE}approve", json={}).status_code == 202
        clock.ns += 300 * 10**9
        assert client.post(f"{DECIDE}refuse", json={}).status_code == 202, "exactly so old is still good"


def test_a_proof_from_before_the_clock_was_set_back_counts_as_an_old_one(guarded: ScriptedNode, clock: Clock) -> None:
    with person(guarded, "jonas") as client:
        assert client.post(f"{DECIDE}approve", json={}).status_code == 202
        clock.ns -= 3 * 3600 * 10**9
        assert client.post(f"{DECIDE}refuse", json={}).status_code == 428
        assert client.post(f"{DECIDE}approve", json={}).status_code == 428, "not 409: that approval lapsed too"


def test_a_proof_needs_the_sessions_own_token(guarded: ScriptedNode) -> None:
    with person(guarded, "jonas") as client:
        forged = client.post("/api/session/proof", json={"password": PASSWORD}, headers={CSRF_HEADER: "x"})
        assert forged.status_code == 403
    with open_client(guarded.url) as stranger:
        assert stranger.post("/api/session/proof", json={"password": PASSWORD}).status_code == 401


def test_sending_again_asks_too(guarded: ScriptedNode, clock: Clock) -> None:
    hook = {"channel": "hook", "time_ns": NOW_NS, "attempts": 1, "state": "refused"}
    approved = {"state": "approved", "decided_by": "rasa", "decided_ns": NOW_NS}
    guarded.picture.apply([make_warning(NOW_NS, **approved, id="w", deliveries=(hook,))], NOW_NS)
    with person(guarded, "jonas") as client:
        clock.ns += 301 * 10**9
        assert client.post("/api/warnings/track-7/1/1/resend/hook", json={}).status_code == 428
        client.post("/api/session/proof", json={"password": PASSWORD})
        assert client.post("/api/warnings/track-7/1/1/resend/hook", json={}).status_code == 202


def test_a_viewer_approves_nothing_however_fresh_the_proof(guarded: ScriptedNode) -> None:
    with person(guarded, "ona") as viewer:
        assert viewer.post(f"{DECIDE}approve", json={}).status_code == 403
    assert guarded.decisions == []
