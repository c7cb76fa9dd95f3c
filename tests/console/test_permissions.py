"""Flight permissions by the API: entered, changed, revoked and imported by who may, each refusal with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from sargas.console.protection import MOST_BODY_BYTES, MOST_FILE_BYTES
from sargas.model.records import FlightPermission
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_configuration, make_node, open_client, serve

DRAFT: dict[str, Any] = {
    "permission_id": "p-1",
    "holder": "Vilniaus policija",
    "purpose": "police",
    "valid_from_ns": NOW_NS,
    "valid_until_ns": NOW_NS + 10**13,
    "centre": [25.28, 54.68],
    "radius_m": 3000.0,
    "ceiling_m": 500.0,
    "callsign": "POLIC1",
}
CSV = (
    "permission_id,holder,valid_from,valid_until,latitude_deg,longitude_deg,radius_m\n"
    "a,Klubas,2026-09-21T08:00Z,2026-09-22T08:00Z,54.9,24.0,1000\n"
    "b,Klubas,2026-09-21T08:00Z,2026-09-22T08:00Z,54.8,24.1,1000\n"
)


@pytest.fixture
def running(node: ScriptedNode) -> ScriptedNode:
    """The node with a configuration."""
    node.picture.apply([make_configuration()], NOW_NS)
    return node


def held(node: ScriptedNode) -> dict[str, FlightPermission]:
    """Return what the picture holds."""
    return {one.permission_id: one for one in node.picture.snapshot().permissions}


def post(client: httpx.Client, **changed: Any) -> httpx.Response:
    """Enter a permission."""
    return client.post("/api/permissions", json=DRAFT | changed)


def send(client: httpx.Client, text: str | bytes) -> httpx.Response:
    """Import a file."""
    return client.post("/api/permissions/import", content=text, headers={"Content-Type": "text/plain"})


def test_a_permission_is_entered_in_the_name_of_who_enters_it(operator: httpx.Client, running: ScriptedNode) -> None:
    answer = post(operator)
    assert answer.status_code == 202
    one = held(running)["p-1"]
    assert answer.json() == {"permission_id": "p-1", "record_id": one.id}
    assert (one.state, one.entered_by, one.origin, one.time_ns) == ("active", "jonas", "LTU-1", NOW_NS)
    assert (one.centre, one.radius_m, one.callsign) == ((25.28, 54.68), 3000.0, "POLIC1")
    assert post(operator).status_code == 409


def test_it_is_changed_as_a_whole_and_revoked_and_comes_back(operator: httpx.Client, running: ScriptedNode) -> None:
    assert operator.put("/api/permissions/p-1", json=DRAFT).status_code == 404
    post(operator)
    assert operator.put("/api/permissions/p-1", json=DRAFT | {"ceiling_m": 800.0, "callsign": None}).status_code == 202
    assert (held(running)["p-1"].ceiling_m, held(running)["p-1"].callsign) == (800.0, None)
    assert operator.put("/api/permissions/p-1", json=DRAFT | {"permission_id": "p-2"}).status_code == 422
    assert operator.delete("/api/permissions/p-1").status_code == 202
    assert (held(running)["p-1"].state, held(running)["p-1"].entered_by) == ("revoked", "jonas")
    assert operator.delete("/api/permissions/p-1").status_code == 409
    assert operator.delete("/api/permissions/p-9").status_code == 404
    assert post(operator).status_code == 202, "what was revoked may be entered anew"
    assert held(running)["p-1"].state == "active"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"valid_until_ns": NOW_NS - 1}, "expected valid_until_ns after valid_from_ns"),
        ({"centre": None}, "expected a polygon of 3 or more points, or centre and radius_m"),
        ({"floor_m": 900.0}, "expected ceiling_m above floor_m"),
        ({"centre": [-65.0, 10.0]}, "expected a place in the region, was outside"),
        ({"callsign": "TOOLONGNAME"}, "callsign"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    operator: httpx.Client, running: ScriptedNode, changed: dict[str, Any], words: str
) -> None:
    answer = post(operator, **changed)
    assert answer.status_code == 422
    assert words in answer.text
    assert held(running) == {}


def test_a_file_is_imported_once_and_twice_changes_nothing(operator: httpx.Client, running: ScriptedNode) -> None:
    answer = send(operator, CSV)
    assert (answer.status_code, answer.json()) == (202, {"entered": 2, "unchanged": 0, "problems": []})
    before = held(running)
    assert sorted(before) == ["a", "b"]
    assert send(operator, CSV).json() == {"entered": 0, "unchanged": 2, "problems": []}
    assert held(running) == before
    assert send(operator, CSV.replace("54.9,", "54.95,")).json()["entered"] == 1


def test_with_one_bad_row_nothing_of_a_file_counts_and_every_bad_row_is_told(
    operator: httpx.Client, running: ScriptedNode
) -> None:
    answer = send(operator, CSV.replace("54.9,24.0", "154.9,24.0") + "c,,x,y,1,2,3\n")
    assert answer.status_code == 422
    assert [problem["line"] for problem in answer.json()["problems"]] == [2, 4]
    assert (answer.json()["entered"], held(running)) == (0, {})
    outside = send(operator, CSV.replace("54.9,24.0", "5.0,-65.0")).json()["problems"]
    assert outside == [{"line": 0, "problem": "a: expected a place in the region, was outside"}]
    assert send(operator, b"\xff\xfe\x00").status_code == 422


def test_a_file_may_be_larger_than_other_requests_but_not_any_size(
    operator: httpx.Client, running: ScriptedNode
) -> None:
    head, row, _ = CSV.splitlines()
    many = "\n".join([head, *(row.replace("a,", f"a{k},", 1) for k in range(2000))])
    assert len(many) > MOST_BODY_BYTES
    assert send(operator, many).json()["entered"] == 2000
    assert send(operator, "x" * (MOST_FILE_BYTES + 1)).status_code == 413


def test_who_only_looks_enters_nothing(client: httpx.Client, running: ScriptedNode) -> None:
    assert post(client).status_code == 401
    answer = client.post("/api/session", json={"name": "ona", "password": PASSWORD})
    client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    assert post(client).status_code == 403
    assert client.put("/api/permissions/p-1", json=DRAFT).status_code == 403
    assert client.delete("/api/permissions/p-1").status_code == 403
    assert send(client, CSV).status_code == 403
    assert held(running) == {}


def test_a_request_that_another_page_forged_is_refused(operator: httpx.Client, running: ScriptedNode) -> None:
    del operator.headers["X-CSRF-Token"]
    assert post(operator).status_code == send(operator, CSV).status_code == 403
    assert operator.delete("/api/permissions/p-1").status_code == 403
    assert held(running) == {}


def test_a_node_that_starts_and_a_recording_take_nothing(operator: httpx.Client, tmp_path: Path) -> None:
    assert post(operator).status_code == 503
    (tmp_path / "replay").mkdir()
    replay = make_node(tmp_path / "replay", replay=True)
    replay.picture.apply([make_configuration()], NOW_NS)
    with serve(replay), open_client(replay.url) as client:
        answer = client.post("/api/session", json={"name": "jonas", "password": PASSWORD})
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        assert post(client).status_code == 409
        assert send(client, CSV).status_code == 409
    replay.store.close()
