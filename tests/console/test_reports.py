"""Reports of people by the API: handed in, corrected, withdrawn; sightings listed, confirmed and refuted."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sargas.console.sessions import CSRF_HEADER
from sargas.model.records import HumanReport, Sighting
from tests.console.node import LABEL, NOW_NS, PASSWORD, ScriptedNode, make_configuration

DRAFT: dict[str, Any] = {
    "latitude_deg": 54.6, "longitude_deg": 25.7, "bearing": "šiaurės rytai", "distance": "netoli", "seen": "dronas",
    "sense": "heard", "minutes_ago": 3.0, "heading": "270", "source_id": "112/4711", "words": "kaip mopedas",
}  # fmt: skip


@pytest.fixture
def running(node: ScriptedNode) -> ScriptedNode:
    """The node with a configuration."""
    node.picture.apply([make_configuration()], NOW_NS)
    return node


def sighting(**changed: Any) -> Sighting:
    """Make a sighting of one voice."""
    values = {
        "id": "s/1", "time_ns": NOW_NS, "origin": "LTU-1", "label": LABEL, "sighting_id": "LTU-1/sighting/1",
        "state": "unconfirmed", "probability": 0.4, "voices": 1, "report_ids": ("r",), "seen": "drone",
        "observed_ns": NOW_NS, "expires_ns": NOW_NS + 10**12,
    }  # fmt: skip
    return Sighting.model_validate(values | changed)


def test_a_report_is_handed_in_as_people_say_it(operator: httpx.Client, running: ScriptedNode) -> None:
    answer = operator.post("/api/reports", json=DRAFT)
    assert answer.status_code == 202
    [report] = [one for one in running.entered if isinstance(one, HumanReport)]
    assert answer.json() == {"report_id": report.report_id}
    assert (report.bearing_deg, report.bearing_sigma_deg, report.heading_deg) == (45.0, 20.0, 270.0)
    assert (report.distance, report.seen, report.sense, report.reporter) == ("near", "drone", "heard", "citizen")
    assert (report.source_id, report.entered_by, report.state) == ("112/4711", "jonas", "made")
    assert (report.time_ns, report.observed_ns) == (NOW_NS, NOW_NS - 180 * 10**9)


def test_said_again_it_is_corrected_and_it_can_be_withdrawn(operator: httpx.Client, running: ScriptedNode) -> None:
    first = operator.post("/api/reports", json=DRAFT | {"report_id": "r-1"})
    assert first.json() == {"report_id": "r-1"}
    running.store.write([one for one in running.entered if isinstance(one, HumanReport)])
    operator.post("/api/reports", json=DRAFT | {"report_id": "r-1", "seen": "helicopter"})
    assert operator.post("/api/reports/r-1/withdraw").status_code == 202
    assert operator.post("/api/reports/unknown/withdraw").status_code == 404
    states = [(one.state, one.seen) for one in running.entered if isinstance(one, HumanReport)]
    assert states == [("made", "drone"), ("corrected", "helicopter"), ("withdrawn", "drone")]
    assert [one["report_id"] for one in operator.get("/api/reports").json()] == ["r-1"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"bearing": "up"}, "expected degrees or a compass word"),
        ({"distance": "a league"}, "expected distance in words"),
        ({"seen": "dragon"}, "expected seen in words"),
        ({"latitude_deg": 95.0}, "less than or equal to 90"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    operator: httpx.Client, running: ScriptedNode, changed: dict[str, Any], why: str
) -> None:
    refused = operator.post("/api/reports", json=DRAFT | changed)
    assert (refused.status_code, why in refused.text) == (422, True)
    assert running.entered == []


def test_who_only_looks_reports_nothing(operator: httpx.Client, running: ScriptedNode) -> None:
    operator.delete("/api/session")
    session = operator.post("/api/session", json={"name": "ona", "password": PASSWORD}).json()
    operator.headers[CSRF_HEADER] = session["csrf_token"]
    assert operator.post("/api/reports", json=DRAFT).status_code == 403
    assert operator.post("/api/reports/r/withdraw").status_code == 403
    assert operator.post("/api/sightings/s/decide/approve", json={}).status_code == 403
    assert running.entered == []


def test_a_sighting_is_confirmed_or_refuted_by_name(operator: httpx.Client, running: ScriptedNode) -> None:
    url = "/api/sightings/LTU-1/sighting/1/decide/"
    assert operator.post(f"{url}approve", json={}).status_code == 404
    running.picture.apply([sighting()], NOW_NS)
    assert operator.post(f"{url}believe", json={}).status_code == 422
    assert operator.post(f"{url}refuse", json={"reason": "a star"}).status_code == 202
    [decision] = running.decisions
    assert (decision.actor, decision.action, decision.subject) == ("jonas", "refuse", "LTU-1/sighting/1")
    running.picture.apply([sighting(id="s/2", state="ended")], NOW_NS)
    assert operator.post(f"{url}refuse", json={}).status_code == 404


def test_sightings_are_listed_the_latest_change_first(operator: httpx.Client, running: ScriptedNode) -> None:
    other = sighting(id="t/1", sighting_id="LTU-1/sighting/2", time_ns=NOW_NS + 5)
    running.store.write([sighting(), sighting(id="s/2", state="ended", time_ns=NOW_NS + 9), other])
    assert [one["sighting_id"] for one in operator.get("/api/sightings").json()] == ["LTU-1/sighting/2"]
    both = operator.get("/api/sightings", params={"active_only": False}).json()
    assert [one["state"] for one in both] == ["ended", "unconfirmed"]
