"""The API says what the picture holds, and hands decisions in."""

from __future__ import annotations

from pathlib import Path

import httpx
import numpy as np
import pytest

from tests.console.node import (
    NOW_NS,
    PASSWORD,
    ScriptedNode,
    make_alert,
    make_configuration,
    make_health,
    make_lost,
    make_node,
    make_registration,
    make_tracks,
    open_client,
    serve,
)
from tests.console.test_sessions import wait_for_alert
from tests.runtime.store_cases import make_claim, make_interference, make_permission, make_track_event


def test_health_tells_a_starting_node_from_a_running_one(client: httpx.Client, node: ScriptedNode) -> None:
    assert client.get("/api/health").json()["status"] == "starting"
    node.picture.apply([make_configuration()], NOW_NS)
    assert client.get("/api/health").json()["status"] == "ok"


def test_sensors_and_zones_are_those_of_the_configuration(operator: httpx.Client, node: ScriptedNode) -> None:
    assert operator.get("/api/sensors").json() == operator.get("/api/zones").json() == []
    node.picture.apply([make_configuration()], NOW_NS)
    assert [sensor["id"] for sensor in operator.get("/api/sensors").json()] == ["radar-east", "radar-west"]
    assert [zone["name"] for zone in operator.get("/api/zones").json()] == ["Rytų siena", "Elektrinė"]


def test_sources_are_listed_by_name(operator: httpx.Client, node: ScriptedNode) -> None:
    node.picture.apply([make_health("west", "silent", reason="no bytes"), make_health("east", lost=3)], NOW_NS)
    east, west = operator.get("/api/sources").json()
    assert (east["source"], east["state"], east["lost"]) == ("east", "ok", 3)
    assert (west["source"], west["state"], west["reason"]) == ("west", "silent", "no bytes")


def test_interference_permissions_and_claims_are_listed(operator: httpx.Client, node: ScriptedNode) -> None:
    ended = make_interference("4ca8ff", 6, "ended")
    node.store.write([make_interference("4ca8e2", 5), ended, make_permission(1, 5)])
    node.store.write([make_permission(2, 5, state="revoked")])
    node.picture.apply([make_tracks([1]), make_claim(1, 5)], NOW_NS)
    assert [e["icao_address"] for e in operator.get("/api/gnss-interference").json()] == ["4ca8e2"]
    assert len(operator.get("/api/gnss-interference", params={"active_only": False}).json()) == 2
    assert [p["permission_id"] for p in operator.get("/api/permissions").json()] == ["permission-1"]
    assert len(operator.get("/api/permissions", params={"active_only": False}).json()) == 2
    assert [c["value"] for c in operator.get("/api/tracks/1/claims").json()] == ["stray"]
    assert operator.get("/api/tracks/2/claims").json() == []


def test_lost_tracks_are_listed_the_most_dangerous_first(operator: httpx.Client, node: ScriptedNode) -> None:
    over = make_lost(5, state="ended", end="too_long_ago", ended_ns=NOW_NS)
    node.picture.apply([make_lost(9, armed=0.1), make_lost(3, armed=0.6), over], NOW_NS)
    assert [told["track_id"] for told in operator.get("/api/lost-tracks").json()] == [3, 9]
    everything = operator.get("/api/lost-tracks", params={"active_only": False}).json()
    assert [told["track_id"] for told in everything] == [3, 9, 5]
    assert everything[0]["hypotheses"][0]["name"] == "hidden"
    yesterday = make_lost(8, state="ended", end="too_long_ago", ended_ns=NOW_NS - 86_400 * 10**9)
    node.store.write([yesterday, over])
    assert [told["track_id"] for told in operator.get("/api/lost-tracks").json()] == [3, 9]
    everything = operator.get("/api/lost-tracks", params={"active_only": False}).json()
    assert sorted(told["track_id"] for told in everything) == [3, 5, 8, 9]
    assert len(operator.get("/api/lost-tracks", params={"active_only": False, "limit": 2}).json()) == 2


def test_registrations_are_listed_by_sensor(operator: httpx.Client, node: ScriptedNode) -> None:
    off = make_registration(
        "west", "walked_off", reason="azimuth off by +0.80 deg since 12:03 UTC", azimuth_bias_deg=0.8
    )
    node.picture.apply([off, make_registration("east")], NOW_NS)
    node.picture.apply([make_registration("east", range_bias_m=12.0)], NOW_NS)
    east, west = operator.get("/api/registrations").json()
    assert (east["sensor_id"], east["state"], east["range_bias_m"]) == ("east", "registered", 12.0)
    assert (west["sensor_id"], west["state"], west["azimuth_bias_deg"]) == ("west", "walked_off", 0.8)
    assert west["reason"] == off.reason


def test_tracks_are_told_with_names_and_without_nonsense(operator: httpx.Client, node: ScriptedNode) -> None:
    tracks = make_tracks(
        [3, 4],
        altitude_m=np.array([1000.0, np.nan]),
        callsign=np.array([b"LOT7", b""], "S8"),
        mode_3a=np.array([0o7700, -1], np.int16),
        sensor_ids=("east", "west"),
        contributing=np.array([[1], [3]], np.uint64),
        status=np.array([1, 2], np.uint8),
        existence=np.array([0.75, np.nan], np.float32),
        group_id=np.array([-1, 9]),
    )
    node.picture.apply([tracks, make_alert("a", 4, "advisory")], NOW_NS)
    wait_for_alert(operator, node)
    first, second = operator.get("/api/tracks").json()
    assert (first["track_id"], first["callsign"], first["mode_3a"], first["icao_address"]) == (3, "LOT7", "7700", None)
    assert (first["status"], first["threat"], first["sensors"]) == ("confirmed", "none", ["east"])
    assert (second["status"], second["threat"], second["altitude_m"]) == ("coasting", "advisory", None)
    assert second["sensors"] == ["east", "west"]
    assert [(t["existence"], t["consistency"], t["group_id"]) for t in (first, second)] == [
        (0.75, None, None),
        (None, None, 9),
    ]
    assert [track["track_id"] for track in operator.get("/api/tracks?limit=1").json()] == [3]


def test_track_events_come_from_the_record(operator: httpx.Client, node: ScriptedNode) -> None:
    node.store.write([make_track_event(1, 10), make_track_event(2, 20, "group_formed")])
    assert [event["event"] for event in operator.get("/api/track-events").json()] == ["group_formed", "merged"]
    assert [event["time_ns"] for event in operator.get("/api/track-events?event=merged").json()] == [10]
    assert operator.get("/api/track-events?since_ns=21").json() == []


def test_alerts_come_from_the_record(operator: httpx.Client, node: ScriptedNode) -> None:
    node.store.write([make_alert("old", 1, state="ended", ended_ns=NOW_NS), make_alert("new", 2)])
    assert [alert["alert_id"] for alert in operator.get("/api/alerts").json()] == ["new"]
    everything = operator.get("/api/alerts?active_only=false").json()
    assert {alert["alert_id"] for alert in everything} == {"old", "new"}
    assert len(operator.get("/api/alerts?active_only=false&limit=1").json()) == 1


def test_an_alert_that_is_not_there_cannot_be_acknowledged(operator: httpx.Client, node: ScriptedNode) -> None:
    answer = operator.post("/api/alerts/gone/acknowledge", json={})
    assert answer.status_code == 404
    assert "expected an alert that waits, was 'gone'" in answer.json()["detail"]
    assert node.decisions == []


def test_an_alert_is_shelved_with_reason_and_time_and_taken_back(operator: httpx.Client, node: ScriptedNode) -> None:
    node.picture.apply([make_alert("a", 1)], NOW_NS)
    wait_for_alert(operator, node)
    for wrong in ({}, {"reason": " ", "minutes": 5}, {"reason": "survey"}, {"reason": "survey", "minutes": 0}):
        assert operator.post("/api/alerts/a/shelve", json=wrong).status_code == 422
    assert node.decisions == []
    assert operator.post("/api/alerts/a/shelve", json={"reason": " survey ", "minutes": 5}).status_code == 202
    assert operator.post("/api/alerts/a/unshelve", json={}).status_code == 202
    shelve, unshelve = node.decisions
    assert (shelve.action, shelve.subject, shelve.reason, shelve.actor) == ("shelve", "a", "survey", "jonas")
    assert shelve.until_ns is not None
    assert shelve.until_ns - shelve.time_ns == pytest.approx(300e9, abs=1e6)
    assert (unshelve.action, unshelve.until_ns) == ("unshelve", None)


def test_nothing_is_decided_on_a_recording(tmp_path: Path) -> None:
    node = make_node(tmp_path, replay=True)
    node.picture.apply([make_alert("a", 1)], NOW_NS)
    with serve(node), open_client(node.url) as client:
        session = client.post("/api/session", json={"name": "jonas", "password": PASSWORD}).json()
        wait_for_alert(client, node)
        headers = {"X-CSRF-Token": session["csrf_token"]}
        assert session["may_decide"] is False
        assert client.post("/api/alerts/a/acknowledge", json={}, headers=headers).status_code == 409
    assert node.decisions == []
    node.store.close()


def test_wrong_parameters_are_named(operator: httpx.Client) -> None:
    for query in ("limit=0", "limit=many", "since_ns=-1"):
        answer = operator.get(f"/api/alerts?{query}")
        assert answer.status_code == 422
        assert query.split("=")[0] in str(answer.json()["detail"])


def test_the_api_describes_itself(operator: httpx.Client) -> None:
    described = operator.get("/api/openapi.json").json()
    assert {"/api/alerts", "/api/sources", "/api/sensors", "/api/zones", "/api/tracks", "/api/health"} <= set(
        described["paths"]
    )
