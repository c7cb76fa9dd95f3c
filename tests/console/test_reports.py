"""Reports of people by the API: handed in, corrected, withdrawn; sightings listed, confirmed and refuted."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi import HTTPException

from sargas.console.messages import ReportDraft
from sargas.console.sessions import CSRF_HEADER
from sargas.identification.reports.sightings import LIFE_NS
from sargas.model.columns import NS_PER_S
from sargas.model.records import HumanReport, Sighting
from tests.console.node import LABEL, NOW_NS, PASSWORD, ScriptedNode, make_configuration
from tests.docs.tables import ROOT

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
    assert answer.json() == {"report_id": report.report_id, "counts": True}
    assert (report.bearing_deg, report.bearing_sigma_deg, report.heading_deg) == (45.0, 20.0, 270.0)
    assert (report.distance, report.seen, report.sense, report.reporter) == ("near", "drone", "heard", "citizen")
    assert (report.source_id, report.entered_by, report.state) == ("112/4711", "jonas", "made")
    assert (report.time_ns, report.observed_ns) == (NOW_NS, NOW_NS - 180 * 10**9)


def test_said_again_it_is_corrected_and_it_can_be_withdrawn(operator: httpx.Client, running: ScriptedNode) -> None:
    first = operator.post("/api/reports", json=DRAFT | {"report_id": "r-1"})
    assert first.json() == {"report_id": "r-1", "counts": True}
    running.store.write([one for one in running.entered if isinstance(one, HumanReport)])
    operator.post("/api/reports", json=DRAFT | {"report_id": "r-1", "seen": "helicopter"})
    assert operator.post("/api/reports/r-1/withdraw").status_code == 202
    assert operator.post("/api/reports/unknown/withdraw").status_code == 404
    states = [(one.state, one.seen) for one in running.entered if isinstance(one, HumanReport)]
    assert states == [("made", "drone"), ("corrected", "helicopter"), ("withdrawn", "helicopter")]
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


def set_clock(running: ScriptedNode, now_ns: int) -> None:
    object.__setattr__(running.app.state.console.settings, "now_ns", lambda: now_ns)


def test_a_report_whose_answer_was_lost_counts_once(operator: httpx.Client, running: ScriptedNode) -> None:
    mine = DRAFT | {"report_id": "6f1c", "minutes_ago": 1.0}
    assert operator.post("/api/reports", json=mine).json() == {"report_id": "6f1c", "counts": True}
    set_clock(running, NOW_NS + 600 * 10**9)
    again = operator.post("/api/reports", json=mine | {"minutes_ago": 11.0})
    assert (again.status_code, again.json()) == (202, {"report_id": "6f1c", "counts": True})
    assert len(running.entered) == 1
    running.store.write(running.entered)
    running.app.state.console.reports._lately.clear()  # as after a restart of the node: the store alone knows
    assert operator.post("/api/reports", json=mine | {"minutes_ago": 11.0}).status_code == 202
    assert len(running.entered) == 1


def test_what_is_mended_before_it_is_sent_again_is_corrected(operator: httpx.Client, running: ScriptedNode) -> None:
    mine = DRAFT | {"report_id": "6f1c"}
    for changed in ({}, {"seen": "balloon"}, {"seen": "balloon", "minutes_ago": 9.0}, {"seen": "balloon"}):
        assert operator.post("/api/reports", json=mine | changed).status_code == 202
    told = [one for one in running.entered if isinstance(one, HumanReport)]
    assert [one.state for one in told] == ["made", "corrected", "corrected", "corrected"]
    assert [one.seen for one in told] == ["drone", "balloon", "balloon", "balloon"]


def test_a_withdrawn_report_that_is_sent_again_stays_withdrawn(operator: httpx.Client, running: ScriptedNode) -> None:
    mine = DRAFT | {"report_id": "6f1c"}
    operator.post("/api/reports", json=mine)
    assert operator.post("/api/reports/6f1c/withdraw").json() == {"report_id": "6f1c", "counts": False}
    assert operator.post("/api/reports", json=mine).status_code == 202
    assert [one.state for one in running.entered if isinstance(one, HumanReport)] == ["made", "withdrawn"]


def test_a_report_that_an_account_may_not_see_it_neither_corrects_nor_withdraws(
    operator: httpx.Client, running: ScriptedNode
) -> None:
    assert operator.post("/api/reports", json=DRAFT | {"report_id": "r-1"}).status_code == 202
    running.accounts.create("kadri", PASSWORD, "operator", nation="EST")
    operator.delete("/api/session")
    session = operator.post("/api/session", json={"name": "kadri", "password": PASSWORD}).json()
    operator.headers[CSRF_HEADER] = session["csrf_token"]
    assert operator.post("/api/reports/r-1/withdraw").status_code == 404
    assert operator.post("/api/reports", json=DRAFT | {"report_id": "r-1", "seen": "bird"}).status_code == 404
    for _ in range(2):
        assert operator.post("/api/reports", json=DRAFT | {"report_id": "r-2", "source_id": "k"}).status_code == 202
    told = [one for one in running.entered if isinstance(one, HumanReport)]
    assert [(one.report_id, one.state, one.entered_by) for one in told] == [
        ("r-1", "made", "jonas"),
        ("r-2", "made", "kadri"),
    ]


def test_many_at_once_of_one_report_are_one(operator: httpx.Client, running: ScriptedNode) -> None:
    mine = DRAFT | {"report_id": "6f1c"}
    with ThreadPoolExecutor(8) as senders:
        told = list(senders.map(lambda _: operator.post("/api/reports", json=mine).status_code, range(16)))
    assert told == [202] * 16
    assert len(running.entered) == 1


def test_a_report_that_was_not_journaled_is_not_known(operator: httpx.Client, running: ScriptedNode) -> None:
    working = running.app.state.console.settings.enter

    def fail(*records: object) -> None:
        raise HTTPException(503, "the journal is full")

    object.__setattr__(running.app.state.console.settings, "enter", fail)
    assert operator.post("/api/reports", json=DRAFT | {"report_id": "6f1c"}).status_code == 503
    object.__setattr__(running.app.state.console.settings, "enter", working)
    assert operator.post("/api/reports", json=DRAFT | {"report_id": "6f1c"}).status_code == 202
    assert len(running.entered) == 1


@pytest.mark.parametrize(("minutes_ago", "counts"), [(0.0, True), (14.9, True), (15.0, False), (1440.0, False)])
def test_a_late_report_keeps_its_own_time_and_says_when_it_is_too_old(
    operator: httpx.Client, running: ScriptedNode, minutes_ago: float, counts: bool
) -> None:
    assert operator.post("/api/reports", json=DRAFT | {"minutes_ago": minutes_ago}).json()["counts"] is counts
    [report] = [one for one in running.entered if isinstance(one, HumanReport)]
    assert report.observed_ns == NOW_NS - round(minutes_ago * 60e9)


def test_the_phone_page_knows_for_how_long_a_report_counts() -> None:
    entries = (ROOT / "web" / "src" / "report" / "entries.ts").read_text(encoding="utf-8")
    told = dict(re.findall(r"export const (COUNTS_FOR_MINUTES|TAKEN_FOR_MINUTES) = (\d+);", entries))
    assert int(told["COUNTS_FOR_MINUTES"]) * 60 * NS_PER_S == LIFE_NS
    taken = ReportDraft.model_json_schema()["properties"]["minutes_ago"]["anyOf"][0]["maximum"]
    assert int(told["TAKEN_FOR_MINUTES"]) == taken
