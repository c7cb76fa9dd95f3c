"""The time bar: how far back one can go, where nothing was recorded, and what happened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.console.node import NOW_NS, ScriptedNode, make_alert, make_health, make_node
from tests.console.screen_log.night import Night
from tests.runtime.store_cases import make_warning

S = 1_000_000_000
MS = NOW_NS / 1e6


@pytest.fixture
def node(tmp_path: Path) -> Iterator[ScriptedNode]:
    """A node that ran twice before, a minute apart."""
    folder = tmp_path / "screen"
    first = Night(folder).run(20)
    first.end()
    second = Night(folder, start_ns=first.now_ns + 60 * S, seed=2).run(20)
    second.end()
    made = make_node(tmp_path, screen_folder=folder, now_ns=lambda: NOW_NS + 600 * S)
    yield made
    made.store.close()


def test_the_record_its_gap_and_what_happened(operator: httpx.Client, node: ScriptedNode) -> None:
    alerts = [make_alert("a", 7, raised_ns=NOW_NS + S), make_alert("held", 8, state="held_back", was_shown=False)]
    sources = [make_health("radar-east"), make_health("radar-west", "failed", time_ns=NOW_NS + 3 * S)]
    node.store.write([*alerts, *sources])
    told = operator.get("/api/timeline", params={"from_ms": MS, "until_ms": MS + 120_000}).json()
    assert told["first_ms"] == MS + 250
    assert told["gaps"] == [{"from_ms": MS + 5000, "until_ms": MS + 65_250, "fault": ""}]
    assert told["marks"] == [
        {"time_ms": MS + 1000, "kind": "alert", "level": "critical", "text": "Rytų siena", "track_id": 7},
        {"time_ms": MS + 3000, "kind": "source", "level": "failed", "text": "radar-west", "track_id": None},
    ]
    later = operator.get("/api/timeline", params={"from_ms": MS + 70_000, "until_ms": MS + 80_000}).json()
    assert (later["gaps"], later["marks"]) == ([], [])


def test_a_drafted_warning_is_a_mark(operator: httpx.Client, node: ScriptedNode) -> None:
    warning = make_warning(NOW_NS)
    node.store.write([warning])
    drafted_ms = warning.drafted_ns / 1e6
    told = operator.get("/api/timeline", params={"from_ms": drafted_ms - 1, "until_ms": drafted_ms + 1}).json()
    assert [(mark["kind"], mark["level"]) for mark in told["marks"]] == [("warning", warning.level)]


def test_who_is_not_logged_in_learns_nothing(client: httpx.Client) -> None:
    assert client.get("/api/timeline", params={"from_ms": 0, "until_ms": 1}).status_code == 401


def test_without_a_log_there_are_marks_alone(operator: httpx.Client, node: ScriptedNode) -> None:
    node.app.state.console.screen_log = None
    node.store.write([make_alert("a", 7)])
    told = operator.get("/api/timeline", params={"from_ms": MS - 1, "until_ms": MS + 1}).json()
    assert (told["first_ms"], told["gaps"], len(told["marks"])) == (None, [], 1)
