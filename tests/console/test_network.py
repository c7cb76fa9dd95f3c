"""The network of nations on the console: what is told of it, and what a person may decide."""

from __future__ import annotations

import json
from typing import Any

import httpx
import numpy as np
import pytest

from sargas.console.broadcast import NETWORK_SHOWN, Broadcast
from sargas.console.names import SentNames, names_section
from sargas.console.narrowed import NarrowedPicture
from sargas.console.sessions import CSRF_HEADER
from sargas.console.sight import Sight
from sargas.model.message import Message
from sargas.model.records import Configuration, Cue, Handover, NetworkIdentity, Partner, PartnerNotice, Source
from sargas.runtime.live_picture import LivePicture
from tests.console.node import LABEL, NOW_NS, PASSWORD, ScriptedNode, make_configuration, make_tracks

BASE: dict[str, Any] = {"time_ns": NOW_NS, "origin": "LVA-1", "label": LABEL}


def configuration() -> Configuration:
    made = make_configuration()
    partner = Partner(nation="LVA", node="LVA-1", verify_key="0" * 64, area=((24.0, 56.0), (25.0, 56.0), (25.0, 57.0)))
    source = Source(name="from-LVA", format="asterix", partner="LVA")
    return made.model_copy(update={"partners": (partner,), "sources": (*made.sources, source)})


def handover(number: int = 1, **fields: Any) -> Handover:
    given = {
        "id": f"h{number}", "handover_id": f"LVA/LVA-{number}/LTU/{number}", "state": "offered",
        "network_id": f"LVA-{number}", "giver": "LVA", "taker": "LTU", "offered_ns": NOW_NS,
        "expires_ns": NOW_NS + 30_000_000_000, **fields,
    }  # fmt: skip
    return Handover.model_validate(BASE | given)


def identity(track_id: int, **fields: Any) -> NetworkIdentity:
    given = {
        "id": f"n{track_id}",
        "track_id": track_id,
        "network_id": f"LVA-{track_id}",
        "since_ns": 5,
        "holder": "LVA",
    }
    return NetworkIdentity.model_validate(BASE | given | fields)


def notice(number: int, **fields: Any) -> PartnerNotice:
    given = {"id": f"p{number}", "nation": "LVA", "notice_id": f"a{number}", "about": "alert", "state": "raised"}
    return PartnerNotice.model_validate(BASE | given | fields)


CUE = Cue(
    **BASE, id="q", cue_id="LVA/cue/LTU/x/1", state="asked", asker="LVA", asked="LTU", latitude_deg=56.0,
    longitude_deg=24.0, radius_m=2000.0, expires_ns=NOW_NS,
)  # fmt: skip


@pytest.fixture
def shared(node: ScriptedNode) -> ScriptedNode:
    node.picture.apply([configuration()], NOW_NS)
    return node


def test_the_network_is_told_as_it_is_now(operator: httpx.Client, shared: ScriptedNode) -> None:
    told: list[Message] = [
        identity(3),
        identity(4),
        identity(4, is_ended=True),
        handover(1),
        handover(2),
        CUE,
        notice(1),
        notice(2),
    ]
    shared.picture.apply(told, NOW_NS)
    answer = operator.get("/api/network").json()
    assert answer["nation"] == "LTU"
    partner = {"nation": "LVA", "node": "LVA-1", "has_area": True, "sources": ["from-LVA"]}
    assert answer["partners"] == [partner | {"standby": [], "taken_over": []}]
    assert answer["taken_over"] == []
    assert [one["track_id"] for one in answer["identities"]] == [3]
    assert [one["network_id"] for one in answer["handovers"]] == ["LVA-2", "LVA-1"]
    assert [one["notice_id"] for one in answer["notices"]] == ["a2", "a1"]
    assert [one["cue_id"] for one in answer["cues"]] == [CUE.cue_id]


@pytest.mark.parametrize("action", ["accept", "decline"])
def test_an_offer_is_answered_by_name_once_journaled(operator: httpx.Client, shared: ScriptedNode, action: str) -> None:
    shared.picture.apply([handover()], NOW_NS)
    answer = operator.post(f"/api/network/hand-overs/LVA/LVA-1/LTU/1/{action}", json={"reason": "radar sees it"})
    assert answer.status_code == 202
    (decision,) = shared.decisions
    assert (decision.actor, decision.action, decision.subject) == ("jonas", action, "LVA/LVA-1/LTU/1")
    assert decision.reason == "radar sees it"


@pytest.mark.parametrize("fields", [{"state": "timed_out"}, {"giver": "LTU", "taker": "LVA"}, {"expires_ns": NOW_NS}])
def test_only_offers_to_us_that_wait_are_answered(
    operator: httpx.Client, shared: ScriptedNode, fields: dict[str, Any]
) -> None:
    shared.picture.apply([handover(**fields)], NOW_NS)
    assert operator.post("/api/network/hand-overs/LVA/LVA-1/LTU/1/accept", json={}).status_code == 404
    assert operator.post("/api/network/hand-overs/nothing/decline", json={}).status_code == 404
    assert shared.decisions == []


def test_objects_are_offered_and_partners_asked_to_look(operator: httpx.Client, shared: ScriptedNode) -> None:
    draft = {"network_id": "LTU-7", "nation": "LVA", "reason": "over Riga"}
    assert operator.post("/api/network/hand-overs", json=draft).status_code == 202
    assert operator.post("/api/network/cues", json={"network_id": "LTU-7", "nation": "LVA"}).status_code == 202
    place = {"latitude_deg": 56.25, "longitude_deg": 24.5, "radius_m": 5000, "nation": "LVA"}
    assert operator.post("/api/network/cues", json=place).status_code == 202
    assert [(d.action, d.subject) for d in shared.decisions] == [
        ("hand_over", "LTU-7@LVA"),
        ("cue", "LTU-7@LVA"),
        ("cue", "56.250000,24.500000,5000@LVA"),
    ]
    assert operator.post("/api/network/cues", json={"nation": "LVA", "latitude_deg": 56.0}).status_code == 422
    assert operator.post("/api/network/cues", json={"nation": "EST", "network_id": "LTU-7"}).status_code == 404
    assert operator.post("/api/network/hand-overs", json=draft | {"network_id": "7"}).status_code == 422


@pytest.mark.parametrize(
    ("told", "network_id", "expected"),
    [
        ((), "LVA-7", "expected an object that we answer for, was LVA-7: LVA does"),
        (
            (identity(7, network_id="LTU-7", holder="LVA"),),
            "LTU-7",
            "expected an object that we answer for, was LTU-7: LVA does",
        ),
        (
            (handover(1, giver="LTU", taker="LVA", network_id="LTU-7"),),
            "LTU-7",
            "expected an object that is not offered yet, was LTU-7",
        ),
    ],
)
def test_what_the_core_would_not_offer_is_refused_with_a_reason(
    operator: httpx.Client, shared: ScriptedNode, told: tuple[Message, ...], network_id: str, expected: str
) -> None:
    shared.picture.apply(told, NOW_NS)
    answer = operator.post("/api/network/hand-overs", json={"network_id": network_id, "nation": "LVA"})
    assert (answer.status_code, answer.json()["detail"], shared.decisions) == (409, expected, [])


def with_standby() -> Configuration:
    made = configuration()
    names = ("riga", "liepaja")
    waiting = tuple(Source(name=name, format="asterix", standby_for="LVA") for name in names)
    return made.model_copy(update={"sources": (*made.sources, *waiting)})


def test_feeds_of_a_partner_are_taken_over_and_given_back_by_name(node: ScriptedNode, operator: httpx.Client) -> None:
    node.picture.apply([with_standby()], NOW_NS)

    def decide(way: str, **draft: str) -> int:
        code = operator.post(f"/api/network/partners/LVA/{way}", json=draft).status_code
        node.picture.apply(node.decisions[-1:], NOW_NS)
        return code

    def taken() -> list[str]:
        return list(operator.get("/api/network").json()["partners"][0]["taken_over"])

    assert decide("take-over", source="riga", reason="node of Riga is gone") == 202
    assert (node.decisions[-1].actor, node.decisions[-1].subject) == ("jonas", "LVA/riga")
    assert node.decisions[-1].reason == "node of Riga is gone"
    assert taken() == ["riga"]
    assert decide("take-over", source="riga") == 409
    assert decide("take-over") == 202
    assert taken() == ["liepaja", "riga"]
    assert decide("give-back", source="riga") == 202
    assert taken() == ["liepaja"]
    assert decide("give-back") == 202
    assert decide("give-back") == 409
    assert taken() == []
    assert [one.action for one in node.decisions] == ["take_over", "take_over", "give_back", "give_back"]
    assert decide("take-over", source="radar-east") == 404
    assert operator.post("/api/network/partners/EST/take-over", json={}).status_code == 404


def test_a_partner_without_feeds_that_stand_by_has_none_to_take_over(
    operator: httpx.Client, shared: ScriptedNode
) -> None:
    answer = operator.post("/api/network/partners/LVA/take-over", json={})
    assert (answer.status_code, "set standby_for" in answer.json()["detail"]) == (404, True)


def test_a_node_that_starts_anew_says_what_stands(node: ScriptedNode, operator: httpx.Client) -> None:
    node.picture.apply([with_standby()], NOW_NS)
    operator.post("/api/network/partners/LVA/take-over", json={})
    node.picture.apply(node.decisions, NOW_NS)
    node.picture.apply([with_standby()], NOW_NS)
    assert operator.get("/api/network").json()["partners"][0]["taken_over"] == []
    node.picture.apply(node.decisions, NOW_NS)
    assert operator.get("/api/network").json()["partners"][0]["taken_over"] == ["liepaja", "riga"]


def test_a_viewer_and_a_request_without_its_token_decide_nothing(operator: httpx.Client, shared: ScriptedNode) -> None:
    shared.picture.apply([handover()], NOW_NS)
    ways: tuple[tuple[str, dict[str, str]], ...] = (
        ("/api/network/hand-overs", {"network_id": "LTU-7", "nation": "LVA"}),
        ("/api/network/cues", {"network_id": "LTU-7", "nation": "LVA"}),
        ("/api/network/hand-overs/LVA/LVA-1/LTU/1/accept", {}),
        ("/api/network/hand-overs/LVA/LVA-1/LTU/1/decline", {}),
        ("/api/network/partners/LVA/take-over", {}),
        ("/api/network/partners/LVA/give-back", {}),
    )
    token = operator.headers.pop(CSRF_HEADER)
    assert [operator.post(path, json=body).status_code for path, body in ways] == [403] * len(ways)
    operator.headers[CSRF_HEADER] = token
    operator.delete("/api/session")
    session = operator.post("/api/session", json={"name": "ona", "password": PASSWORD}).json()
    operator.headers[CSRF_HEADER] = session["csrf_token"]
    assert [operator.post(path, json=body).status_code for path, body in ways] == [403] * len(ways)
    assert shared.decisions == []


def section(broadcast: Broadcast) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(broadcast.sections["network"][1])
    return found


def test_the_section_follows_and_is_bounded() -> None:
    picture = LivePicture()
    broadcast = Broadcast(picture, lambda: NOW_NS)
    picture.apply([configuration(), identity(3), handover(1)], NOW_NS)
    broadcast.advance()
    assert [one["track_id"] for one in section(broadcast)["identities"]] == [3]
    picture.apply([handover(1, state="accepted"), *(notice(k) for k in range(NETWORK_SHOWN + 5)), CUE], NOW_NS)
    broadcast.advance()
    told = section(broadcast)
    assert [one["state"] for one in told["handovers"]] == ["accepted"]
    assert len(told["notices"]) == NETWORK_SHOWN
    assert told["notices"][0]["notice_id"] == f"a{NETWORK_SHOWN + 4}"
    picture.apply([identity(3, is_ended=True), notice(NETWORK_SHOWN + 4, is_over=True)], NOW_NS)
    broadcast.advance()
    assert section(broadcast)["identities"] == []
    assert section(broadcast)["notices"][0]["notice_id"] == f"a{NETWORK_SHOWN + 3}"
    alarm = notice(900, level="critical")
    picture.apply([alarm, *(notice(k, level="advisory") for k in range(NETWORK_SHOWN + 5))], NOW_NS)
    broadcast.advance()
    assert section(broadcast)["notices"][0]["notice_id"] == "a900", "alarms before advisories told later"


def test_a_node_without_partners_has_no_such_section() -> None:
    picture = LivePicture()
    broadcast = Broadcast(picture, lambda: NOW_NS)
    picture.apply([make_configuration(), identity(3)], NOW_NS)
    broadcast.advance()
    assert "network" not in broadcast.sections


def test_a_track_is_named_again_when_its_identity_changes() -> None:
    sent = SentNames()
    named = make_tracks([1, 2], network_id=np.array([b"LTU-1", b""], "S16"))
    assert names_section(sent.changed(named), snapshot=True).network_id == ("LTU-1", "")
    assert len(sent.changed(named)) == 0
    adopted = make_tracks([1, 2], network_id=np.array([b"LVA-9", b""], "S16"))
    assert sent.changed(adopted).track_id.tolist() == [1]


def test_what_a_reader_was_told_of_identities_that_ended_is_not_kept_for_ever() -> None:
    whole = LivePicture()
    narrowed, revision = NarrowedPicture(whole, Sight("LTU", "LTU", LABEL.classification)), -1
    for number in range(1, 50):
        for fields in ({}, {"is_ended": True}):
            whole.apply([identity(number, **fields)], NOW_NS)
            change = narrowed.changes(revision)
            revision = change.revision
            assert [told.is_ended for told in change.network.identities] == [bool(fields)]
    assert narrowed.kept == 0
