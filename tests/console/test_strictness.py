"""What only Python takes for JSON, or is no text at all, is refused in words, whoever asks; never with a 5xx."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.console.node import NOW_NS, ScriptedNode, make_alert, make_configuration

JSON = {"Content-Type": "application/json"}
HALF = b'"\\ud800"'
"""Half a character: JSON writes it, nothing else can."""


@pytest.mark.parametrize("body", [b'{"name": ' + HALF + b', "password": "x"}', HALF, b'{"name": NaN}', b"[1e999]"])
def test_json_that_cannot_be_written_again_is_refused_before_anybody_logs_in(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/api/session", content=body, headers=JSON)
    assert (answer.status_code, answer.json()) == (
        422,
        {"detail": "expected JSON of whole characters and finite numbers, was other"},
    )


def test_a_body_that_is_no_text_is_refused_without_being_repeated(client: httpx.Client) -> None:
    answer = client.post("/api/session", content=b"\xff\xfe", headers={"Content-Type": "text/plain"})
    told = "expected the header Content-Type: application/json, was 'text/plain'"
    assert (answer.status_code, answer.json()) == (422, {"detail": told})


def test_a_password_that_does_not_fit_is_not_repeated(client: httpx.Client) -> None:
    answer = client.post("/api/session", json={"password": "vakaro zvaigzde"})
    assert answer.status_code == 422
    assert "vakaro" not in answer.text


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_who_forgets_to_say_that_it_is_json_is_told_so(operator: httpx.Client, kind: str) -> None:
    answer = operator.post("/api/reports", content=b'{"latitude_deg": 54}', headers={"Content-Type": kind})
    told = f"expected the header Content-Type: application/json, was {kind or 'none'!r}"
    assert (answer.status_code, answer.json()) == (422, {"detail": told})


def test_json_is_json_in_capitals_too(operator: httpx.Client) -> None:
    answer = operator.post("/api/reports", content=b'{"confidence": NaN}', headers={"Content-Type": "Application/JSON"})
    assert answer.json() == {"detail": "expected JSON of whole characters and finite numbers, was other"}


@pytest.mark.parametrize("path", ["track-events?event=%00", "alerts/a%00/acknowledge", "reports/%00/withdraw"])
def test_an_address_with_nul_is_refused(operator: httpx.Client, path: str) -> None:
    """PostgreSQL keeps no NUL: such a question was answered with 500."""
    answer = operator.request("GET" if "?" in path else "POST", f"/api/{path}", json={"reason": "x"})
    assert (answer.status_code, answer.json()) == (400, {"detail": "expected an address without NUL, was with it"})


def test_text_with_nul_is_refused_and_a_backslash_before_u0000_is_none(
    node: ScriptedNode, operator: httpx.Client
) -> None:
    node.picture.apply([make_configuration()], NOW_NS)
    report = {"latitude_deg": 54.7, "longitude_deg": 25.3}
    for words, status in (("a\0b", 422), ("a\\\0b", 422), ("a\\u0000b", 202), ("a\\\\u0000b", 202)):
        assert operator.post("/api/reports", json=report | {"words": words}).status_code == status, words
    assert [one.words for one in node.entered] == ["a\\u0000b", "a\\\\u0000b"]  # type: ignore[union-attr]


POINT = '"geometry": {"type": "Point", "coordinates": [25, 54]}'
PERMIT = '"holder": "x", "valid_from": "2026-05-01T08:00:00Z", "valid_until": "2026-05-02T08:00:00Z"'


@pytest.mark.parametrize("kind", ["permissions", "units", "zones"])
@pytest.mark.parametrize(
    "feature",
    [
        '{"properties": {"\\ud800": 1}, ' + POINT,
        '{"properties": {"id": "a\\u0000", "kind": "border", "radius_m": 5}, ' + POINT,
        '{"properties": {"id": "z", "kind": "border", "radius_m": 5}, ' + POINT.replace("25", "9" * 400),
        '{"properties": {"id": "z", "kind": "border", "radius_m": ' + "9" * 400 + "}, " + POINT,
        '{"properties": {"permission_id": "p", "radius_m": 5, ' + PERMIT + "}, " + POINT.replace("25", "9" * 400),
        '{"properties": {"permission_id": "p", "radius_m": ' + "9" * 400 + ", " + PERMIT + "}, " + POINT,
        '{"properties": {"id": ["z"], "kind": "border", "radius_m": 5}, ' + POINT,
        "null",
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(
    node: ScriptedNode, operator: httpx.Client, kind: str, feature: str
) -> None:
    node.picture.apply([make_configuration()], NOW_NS)
    typed = feature.replace("{", '{"type": "Feature", ', 1) + ("}" if feature != "null" else "")
    body = f'{{"type": "FeatureCollection", "features": [{typed}]}}'.encode()
    answer = operator.post(f"/api/{kind}/import", content=body)
    assert (answer.status_code, len(answer.json()["problems"])) == (422, 1), answer.text
    assert not node.entered


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(node: ScriptedNode, operator: httpx.Client, value: str) -> None:
    node.picture.apply([make_configuration(), make_alert("a", 1)], NOW_NS)
    report = f'{{"latitude_deg": {value}, "longitude_deg": 25}}'.encode()
    shelving = f'{{"reason": "birds", "minutes": {value}}}'.encode()
    assert operator.post("/api/reports", content=report, headers=JSON).status_code == 422
    assert operator.post("/api/alerts/a/shelve", content=shelving, headers=JSON).status_code == 422
    assert not node.entered


@pytest.mark.parametrize("zone_id", ["", "\ud800"])
def test_a_zone_without_an_id_that_can_be_written_is_refused(
    node: ScriptedNode, operator: httpx.Client, zone_id: str
) -> None:
    node.picture.apply([make_configuration()], NOW_NS)
    ring = [[25.0, 55.0], [25.1, 55.0], [25.1, 55.1], [25.0, 55.0]]
    feature = {
        "type": "Feature",
        "properties": {"id": zone_id, "name": "a", "kind": "protected"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = json.dumps({"type": "FeatureCollection", "features": [feature]})
    drawn = json.dumps({"id": zone_id, "name": "a", "kind": "protected", "polygon": ring[:3]})
    assert operator.post("/api/zones", content=drawn, headers=JSON, timeout=60).status_code == 422
    assert operator.post("/api/zones/import", content=file, timeout=60).status_code == 422
    assert not node.entered


@pytest.mark.parametrize(
    "place", ['[1e300,"x"]', '[1,"\\ud800"]', '[NaN,"x"]', "[" * 1500, '[9223372036854775808,"x"]']
)
@pytest.mark.parametrize("sort", ["changed", "began", "text"])
def test_a_place_of_a_page_that_no_page_told_is_refused(operator: httpx.Client, place: str, sort: str) -> None:
    asked = {"from_ms": 0, "until_ms": 86_400_000, "sort": sort, "after": place}
    answer = operator.get("/api/history/records", params=asked)
    assert answer.status_code == 422
    assert "expected a place that a page told" in answer.json()["detail"]


@pytest.mark.parametrize("headers", [[], [(b"content-type", b"application/json")]])
def test_who_goes_away_while_asking_is_no_fault_of_the_node(
    node: ScriptedNode, headers: list[tuple[bytes, bytes]]
) -> None:
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/api/session",
    }
    scope |= {"raw_path": b"/api/session", "query_string": b"", "root_path": "", "headers": headers}
    scope |= {"client": ("127.0.0.1", 5), "server": ("127.0.0.1", 80)}
    told: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.append(message)

    asyncio.run(node.app(scope, receive, send))
    assert told[0]["status"] == (400 if headers else 200)
