"""Winds by the API: imported and withdrawn by who may, all or nothing; drift, launches and closures are listed."""

from __future__ import annotations

import httpx
import pytest

from sargas.console.protection import MOST_BODY_BYTES, MOST_FILE_BYTES
from sargas.model.label import Label
from sargas.model.records import ClosureAdvice, DriftForecast, WindTable
from sargas.model.warning_records import WarningText
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_configuration
from tests.runtime.store_cases import make_launch

CSV = (
    "valid,altitude_m,speed_mps,from_deg,source\n"
    "2026-09-21T20:00Z,0,5,180,ICON\n2026-09-21T20:00Z,3000,12,200,ICON\n2026-09-21T23:00Z,0,6,190,ICON\n"
)


@pytest.fixture
def running(node: ScriptedNode) -> ScriptedNode:
    """The node with a configuration."""
    node.picture.apply([make_configuration()], NOW_NS)
    return node


def send(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/api/winds/import", content=text.encode(), headers={"Content-Type": "text/csv"})


def test_a_file_of_winds_takes_effect_once(operator: httpx.Client, running: ScriptedNode) -> None:
    answer = send(operator, CSV)
    assert answer.status_code == 202
    assert answer.json() == {"entered": 2, "unchanged": 0, "problems": []}
    assert send(operator, CSV).json() == {"entered": 0, "unchanged": 2, "problems": []}
    listed = operator.get("/api/winds").json()
    assert [len(table["levels"]) for table in listed] == [2, 1]
    assert {table["entered_by"] for table in listed} == {"jonas"}


def test_a_forecast_of_two_days_is_larger_than_other_requests(operator: httpx.Client, running: ScriptedNode) -> None:
    hours = [f"2026-09-{21 + k // 24}T{k % 24:02}:00Z" for k in range(48)]
    rows = [f"{hour},{250 * level},12,200,ICON" for hour in hours for level in range(60)]
    text = "\n".join(("valid,altitude_m,speed_mps,from_deg,source", *rows)) + "\n"
    assert MOST_BODY_BYTES < len(text) < MOST_FILE_BYTES
    assert send(operator, text).json()["entered"] == 48
    assert send(operator, "x" * (MOST_FILE_BYTES + 1)).status_code == 413


def test_a_bad_row_keeps_all_of_it_out_and_is_named(operator: httpx.Client, running: ScriptedNode) -> None:
    answer = send(operator, CSV + "2026-09-21T23:00Z,3000,x,190,ICON\n")
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["line"] == 5
    assert operator.get("/api/winds").json() == []


def test_a_table_is_withdrawn_and_stays_on_record(operator: httpx.Client, running: ScriptedNode) -> None:
    send(operator, CSV)
    [first, _] = operator.get("/api/winds").json()
    assert operator.delete(f"/api/winds/{first['table_id']}").status_code == 202
    assert len(operator.get("/api/winds").json()) == 1
    withdrawn = [
        t for t in operator.get("/api/winds", params={"active_only": False}).json() if t["state"] == "withdrawn"
    ]
    assert [t["table_id"] for t in withdrawn] == [first["table_id"]]
    assert operator.delete(f"/api/winds/{first['table_id']}").status_code == 409
    assert operator.delete("/api/winds/none").status_code == 404


def test_a_viewer_enters_no_wind(client: httpx.Client, running: ScriptedNode) -> None:
    viewer = client
    session = viewer.post("/api/session", json={"name": "ona", "password": PASSWORD}).json()
    viewer.headers["X-CSRF-Token"] = session["csrf_token"]
    assert send(viewer, CSV).status_code == 403
    assert viewer.get("/api/winds").json() == []


def forecast(state: str = "current") -> DriftForecast:
    return DriftForecast.model_validate({
        "id": f"d/{state}", "time_ns": NOW_NS, "origin": "LTU-1", "label": Label(), "track_id": 7, "state": state,
        "drifts": 0.9, "rising": 0.1, "floating": 0.8, "falling": 0.1, "wind": "ICON",
    })  # fmt: skip


def advice() -> ClosureAdvice:
    text = WarningText(language="en", headline="Close", description="Balloons.", instruction="A person decides.")
    return ClosureAdvice(
        id="a/1", time_ns=NOW_NS, origin="LTU-1", label=Label(), advice_id="a", state="close", zone_id="EYVI",
        zone_name="Vilnius", from_ns=NOW_NS, probability=0.4, probability_now=0.0, close_probability=0.02,
        open_probability=0.01, existence=0.9, texts=(text,),
    )  # fmt: skip


def test_drift_is_listed_while_it_lasts(operator: httpx.Client, running: ScriptedNode) -> None:
    running.picture.apply([forecast()], NOW_NS)
    assert [one["track_id"] for one in operator.get("/api/drift").json()] == [7]
    running.picture.apply([forecast("ended")], NOW_NS)
    assert operator.get("/api/drift").json() == []


def test_closures_on_record_are_listed(operator: httpx.Client, running: ScriptedNode) -> None:
    running.store.write([advice(), advice().model_copy(update={"id": "a/2", "state": "closed"})])
    [told] = operator.get("/api/closures").json()
    assert told["state"] == "closed"
    assert operator.get("/api/launches").json() == []


def test_winds_drift_and_closures_are_streamed(running: ScriptedNode) -> None:
    broadcast = running.app.state.console.broadcast
    table = WindTable.model_validate({
        "id": "w", "time_ns": NOW_NS, "origin": "LTU-1", "label": Label(), "table_id": "w", "source": "ICON",
        "valid_ns": NOW_NS, "levels": [{"altitude_m": 0, "east_mps": 1, "north_mps": 2}],
    })  # fmt: skip
    running.picture.apply([table, forecast(), advice()], NOW_NS)
    broadcast.advance()
    assert '"ICON"' in broadcast.sections["winds"][1]
    assert '"track_id":7' in broadcast.sections["drift"][1]
    assert '"EYVI"' in broadcast.sections["closures"][1]
    running.picture.apply([forecast("ended"), table.model_copy(update={"state": "withdrawn"})], NOW_NS)
    broadcast.advance()
    assert '"track_id":7' not in broadcast.sections["drift"][1]
    assert '"ICON"' not in broadcast.sections["winds"][1]


def test_a_launch_site_that_ended_is_shown_no_more(running: ScriptedNode) -> None:
    broadcast = running.app.state.console.broadcast
    running.picture.apply([make_launch(NOW_NS)], NOW_NS)
    broadcast.advance()
    assert '"node/launch/7"' in broadcast.sections["drift"][1]
    running.picture.apply([make_launch(NOW_NS, id="ended", state="ended")], NOW_NS)
    broadcast.advance()
    assert '"node/launch/7"' not in broadcast.sections["drift"][1]
