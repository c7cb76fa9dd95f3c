"""What people say about tracks: answers with their claims, overrides that mask, withdrawals by whom it is due to."""

from __future__ import annotations

from typing import Any

import httpx
import numpy as np

from sargas.console.sessions import CSRF_HEADER
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_tracks
from tests.runtime.store_cases import make_claim


def say(client: httpx.Client, **fields: Any) -> httpx.Response:
    return client.post("/api/tracks/1/claims", json={"about": "class", "value": "bird"} | fields)


def held(client: httpx.Client, about: str) -> dict[str, Any]:
    [found] = [a for a in client.get("/api/tracks/1/identity").json() if a["about"] == about]
    return dict(found)


def log_in_as(client: httpx.Client, name: str) -> None:
    client.delete("/api/session")
    session = client.post("/api/session", json={"name": name, "password": PASSWORD}).json()
    client.headers[CSRF_HEADER] = session["csrf_token"]


def test_an_answer_comes_with_its_claims(operator: httpx.Client, node: ScriptedNode) -> None:
    node.picture.apply([make_tracks([1]), make_claim(1, NOW_NS)], NOW_NS)
    assert len(operator.get("/api/tracks/1/identity").json()) == 6
    origin = held(operator, "origin")
    assert (origin["value"], origin["is_override"]) == ("stray", False)
    assert [claim["source"] for claim in origin["claims"]] == ["rasa"]
    assert held(operator, "danger")["value"] == "unknown"


def test_an_override_masks_and_its_withdrawal_gives_back(operator: httpx.Client, node: ScriptedNode) -> None:
    machine = make_claim(1, 5, claim_id="sargas/1/class", about="class", value="balloon", source="sargas")
    node.picture.apply([make_tracks([1]), machine], NOW_NS)
    answer = say(operator, is_override=True, evidence=["seen through the glass"], minutes=30)
    assert answer.status_code == 202
    claim_id = answer.json()["claim_id"]
    found = held(operator, "class")
    assert (found["value"], found["is_override"]) == ("bird", True)
    assert [claim["value"] for claim in found["masked"]] == ["balloon"]
    [own] = found["claims"]
    assert (own["source"], own["evidence"]) == ("jonas", ["seen through the glass"])
    assert own["until_ns"] == NOW_NS + 1800 * 10**9
    assert operator.post(f"/api/tracks/1/claims/{claim_id}/withdraw", json={}).status_code == 202
    assert held(operator, "class")["value"] == "balloon"
    assert [c["state"] for c in operator.get("/api/tracks/1/claims").json()] == ["made", "withdrawn"]
    assert operator.post(f"/api/tracks/1/claims/{claim_id}/withdraw", json={}).status_code == 404


def test_said_again_it_corrects_what_was_said(operator: httpx.Client, node: ScriptedNode) -> None:
    node.picture.apply([make_tracks([1])], NOW_NS)
    say(operator)
    say(operator, value="balloon")
    [claim] = operator.get("/api/tracks/1/claims").json()
    assert (claim["state"], claim["value"]) == ("corrected", "balloon")


def test_a_claim_is_refused_for_its_reason(operator: httpx.Client, node: ScriptedNode) -> None:
    gone = say(operator)
    assert (gone.status_code, "expected a live track, was 1" in gone.json()["detail"]) == (404, True)
    node.picture.apply([make_tracks([1]), make_claim(1, 5)], NOW_NS)
    assert say(operator, about="colour").status_code == 422
    assert say(operator, probability=1.5).status_code == 422
    assert say(operator, evidence=["x" * 501]).status_code == 422
    others = operator.post("/api/tracks/1/claims/rasa/1/origin/withdraw", json={})
    assert (others.status_code, "or an administrator" in others.json()["detail"]) == (403, True)
    log_in_as(operator, "ona")
    assert say(operator).status_code == 403


def test_what_is_dangerous_is_drawn_as_suspect(operator: httpx.Client, node: ScriptedNode) -> None:
    from sargas.console.broadcast import Broadcast
    from sargas.console.frame import decode_frame
    from sargas.console.track_rows import Affiliation

    broadcast = Broadcast(node.picture, lambda: NOW_NS)
    node.picture.apply([make_tracks([1, 2])], NOW_NS)
    broadcast.advance()
    armed = make_claim(2, NOW_NS, claim_id="d", about="danger", value="armed_possible", reliability="A")
    node.picture.apply([armed], NOW_NS)
    broadcast.advance()
    frame = decode_frame(broadcast.update.frame)
    assert frame.columns["track_id"].tolist() == [2]
    assert frame.columns["affiliation"].tolist() == [Affiliation.SUSPECT]
    node.picture.apply([armed.model_copy(update={"id": "gone", "state": "withdrawn"})], NOW_NS)
    broadcast.advance()
    assert decode_frame(broadcast.update.frame).columns["affiliation"].tolist() == [Affiliation.UNKNOWN]
    assert np.isin(decode_frame(broadcast.snapshot().frame).columns["affiliation"], [Affiliation.UNKNOWN]).all()
