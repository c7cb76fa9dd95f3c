"""Zones by the API: drawn, changed, deleted and imported by who may; refused where the core could not use them."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from sargas.model.records import ZoneChange
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_configuration

CIRCLE = {"id": "new", "name": "Nauja", "kind": "protected", "centre": [25.0, 55.0], "radius_m": 3000.0}
FEATURES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"id": "plant", "name": "Elektrinė", "kind": "protected", "radius_m": 9000},
            "geometry": {"type": "Point", "coordinates": [24.9, 54.75]},
        },
        {
            "type": "Feature",
            "properties": {"id": "range", "kind": "restricted", "floor_m": 0, "ceiling_m": 3000},
            "geometry": {"type": "Polygon", "coordinates": [[[24.0, 55.0], [24.5, 55.0], [24.5, 55.4], [24.0, 55.0]]]},
        },
    ],
}


@pytest.fixture
def running(node: ScriptedNode) -> ScriptedNode:
    """The node with a configuration: a border and a plant."""
    node.picture.apply([make_configuration()], NOW_NS)
    return node


def names(client: httpx.Client) -> dict[str, str]:
    return {zone["id"]: zone["name"] for zone in client.get("/api/zones").json()}


def send(client: httpx.Client, document: Any) -> httpx.Response:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.post("/api/zones/import", content=body, headers={"Content-Type": "application/geo+json"})


def test_a_zone_is_drawn_changed_and_deleted_and_each_is_a_record_of_who_did_it(
    operator: httpx.Client, running: ScriptedNode
) -> None:
    answer = operator.post("/api/zones", json=CIRCLE)
    assert answer.status_code == 202
    assert names(operator) == {"lt-east": "Rytų siena", "plant": "Elektrinė", "new": "Nauja"}
    assert operator.post("/api/zones", json=CIRCLE).status_code == 409
    assert operator.put("/api/zones/new", json=CIRCLE | {"name": "Kita"}).status_code == 202
    assert names(operator)["new"] == "Kita"
    assert operator.put("/api/zones/other", json=CIRCLE).status_code == 422
    assert operator.put("/api/zones/none", json=CIRCLE | {"id": "none"}).status_code == 404
    assert operator.delete("/api/zones/new").status_code == 202
    assert names(operator) == {"lt-east": "Rytų siena", "plant": "Elektrinė"}
    assert operator.delete("/api/zones/new").status_code == 404
    told = [record for record in running.entered if isinstance(record, ZoneChange)]
    assert [(one.state, one.entered_by, one.label) for one in told] == [
        ("active", "jonas", make_configuration().label),
        ("active", "jonas", make_configuration().label),
        ("deleted", "jonas", make_configuration().label),
    ]
    assert answer.json() == {"zone_id": "new", "record_id": told[0].id}


def test_what_the_core_could_not_work_with_is_refused(operator: httpx.Client, running: ScriptedNode) -> None:
    far = operator.post("/api/zones", json=CIRCLE | {"centre": [-65.0, 10.0]})
    assert far.status_code == 422
    assert "new" in far.json()["detail"]
    assert operator.post("/api/zones", json=CIRCLE | {"floor_m": 9000, "ceiling_m": 100}).status_code == 422
    assert operator.post("/api/zones", json=CIRCLE | {"polygon": [[1, 2], [3, 4], [5, 6]]}).status_code == 422
    assert running.entered == []


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("value", 1e308, "zone new: expected value within 1e+06, was 1e+308"),
        ("radius_m", 2e6, "zone new: expected radius_m within 1e+06, was 2e+06"),
        ("floor_m", -1e300, "zone new: expected floor_m within 1e+06, was -1e+300"),
        ("name", "n" * 201, "zone new: expected id and name to be shorter, was 1 characters too long"),
        ("id", "i" * 102, f"zone {'i' * 100}: expected id and name to be shorter, was 2 characters too long"),
    ],
)
def test_what_would_drown_all_other_zones_is_refused(
    operator: httpx.Client, running: ScriptedNode, field: str, value: object, told: str
) -> None:
    drawn = operator.post("/api/zones", json=CIRCLE | {field: value})
    assert (drawn.status_code, drawn.json()) == (422, {"detail": told})
    properties = {name: one for name, one in (CIRCLE | {field: value}).items() if name != "centre"}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [25, 55]}}
    imported = send(operator, {"type": "FeatureCollection", "features": [feature]})
    assert imported.json()["problems"] == [{"line": 0, "problem": told}]
    assert running.entered == []


def test_the_last_zone_and_an_airport_stay(operator: httpx.Client, running: ScriptedNode) -> None:
    airport = CIRCLE | {"id": "eyvi", "closes": True}
    assert operator.post("/api/zones", json=airport).status_code == 202
    assert operator.delete("/api/zones/eyvi").status_code == 409
    assert operator.put("/api/zones/eyvi", json=airport | {"closes": False}).status_code == 422
    assert operator.put("/api/zones/eyvi", json=airport | {"radius_m": 5000.0}).status_code == 202
    one = make_configuration().model_copy(update={"zones": make_configuration().zones[:1], "id": "configuration/2"})
    running.picture.apply([one], NOW_NS)
    assert operator.delete("/api/zones/lt-east").status_code == 409


def test_a_file_takes_effect_once_and_a_bad_one_not_at_all(operator: httpx.Client, running: ScriptedNode) -> None:
    assert send(operator, FEATURES).json() == {"entered": 2, "unchanged": 0, "problems": []}
    assert names(operator) == {"lt-east": "Rytų siena", "plant": "Elektrinė", "range": "range"}
    assert send(operator, FEATURES).json() == {"entered": 0, "unchanged": 2, "problems": []}
    bad = json.loads(json.dumps(FEATURES))
    bad["features"][1]["properties"]["kind"] = "lake"
    bad["features"][0]["properties"]["radius_m"] = 1
    for document in (bad, b"not json", b"[]", b"\xff", b"[" * 100_000, {"type": "Feature"}):
        answer = send(operator, document)
        assert answer.status_code == 422
        assert len(answer.json()["problems"]) == 1
    assert len(running.entered) == 2


def test_a_viewer_sees_zones_and_changes_none(client: httpx.Client, running: ScriptedNode) -> None:
    answer = client.post("/api/session", json={"name": "ona", "password": PASSWORD})
    client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    assert len(client.get("/api/zones").json()) == 2
    assert client.post("/api/zones", json=CIRCLE).status_code == 403
    assert client.put("/api/zones/plant", json=CIRCLE | {"id": "plant"}).status_code == 403
    assert client.delete("/api/zones/plant").status_code == 403
    assert send(client, FEATURES).status_code == 403


def test_before_there_is_a_picture_nothing_is_entered(operator: httpx.Client, node: ScriptedNode) -> None:
    assert operator.post("/api/zones", json=CIRCLE).status_code == 503
