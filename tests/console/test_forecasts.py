"""The forecast of a track by the API: what the core says, nothing where it says nothing, 503 when it is late."""

from __future__ import annotations

from pathlib import Path

import httpx

from sargas.picture.ahead import Ahead, AheadPlace
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_node, make_tracks, open_client, serve

PLACES = (AheadPlace(30.0, 55.01, 25.02, 300.0, 400.0), AheadPlace(600.0, 55.3, 25.4, None, None))


def test_a_forecast_is_told_as_the_core_says_it(operator: httpx.Client, node: ScriptedNode) -> None:
    node.ahead[7] = node.ahead[9] = Ahead(NOW_NS, PLACES)
    node.picture.apply([make_tracks([7])], NOW_NS)
    assert operator.get("/api/tracks/7/forecast").json() == {
        "track_id": 7,
        "time_ns": NOW_NS,
        "places": [
            {"ahead_s": 30.0, "latitude_deg": 55.01, "longitude_deg": 25.02, "altitude_m": 300.0, "radius_90_m": 400.0},
            {"ahead_s": 600.0, "latitude_deg": 55.3, "longitude_deg": 25.4, "altitude_m": None, "radius_90_m": None},
        ],
    }
    assert operator.get("/api/tracks/8/forecast").json() == {"track_id": 8, "time_ns": None, "places": []}
    assert operator.get("/api/tracks/9/forecast").json()["places"] == [], "not shown, so not foretold"
    assert operator.get("/api/tracks/-1/forecast").status_code == 422


def test_who_is_not_logged_in_is_told_nothing(client: httpx.Client) -> None:
    assert client.get("/api/tracks/7/forecast").status_code == 401


def test_a_core_that_does_not_answer_is_said_to_be_late(tmp_path: Path) -> None:
    def late(track_id: int) -> Ahead | None:
        raise TimeoutError

    node = make_node(tmp_path, look_ahead=late)
    node.picture.apply([make_tracks([7])], NOW_NS)
    with serve(node), open_client(node.url) as asking:
        asking.post("/api/session", json={"name": "jonas", "password": PASSWORD}).raise_for_status()
        assert asking.get("/api/tracks/7/forecast").status_code == 503
    node.store.close()
