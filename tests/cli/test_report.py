"""``sargas report``: what a person saw reaches a running node, and what cannot be is refused with the reason."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sargas.model.records import HumanReport
from tests.console.node import NOW_NS, PASSWORD, make_configuration, make_node, serve

WHERE = ("--latitude", "54.6", "--longitude", "25.7")


def test_a_report_reaches_a_running_node(
    sargas: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = make_node(tmp_path)
    node.picture.apply([make_configuration()], NOW_NS)
    with serve(node):

        def open_sessions() -> int:
            return sum(one.sessions for one in node.accounts.roster.list())

        def hand_in(*said: str, account: str = "jonas") -> Any:
            monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
            return sargas("report", "--account", account, *WHERE, *said, "--url", node.url, "--password-stdin")

        ended = hand_in("--seen", "dronas", "--bearing", "NE", "--distance", "netoli", "--minutes-ago", "2")
        assert (ended.code, ended.out) == (0, f"handed in as jonas/{NOW_NS}\n")
        assert "expected seen in words" in hand_in("--seen", "dragon").err
        before = open_sessions()
        assert "expected a role out of" in hand_in("--seen", "drone", account="ona").err
        assert open_sessions() == before, "a refused command logs out too"
    [report] = [one for one in node.entered if isinstance(one, HumanReport)]
    assert (report.bearing_deg, report.distance, report.seen, report.source_id) == (45.0, "near", "drone", "jonas")
    node.store.close()


def test_where_no_node_runs_it_says_so(sargas: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("x\n"))
    ended = sargas(
        "report", "--account", "jonas", *WHERE, "--seen", "drone", "--url", "http://127.0.0.1:9", "--password-stdin"
    )
    assert ended.code == 1
    assert "expected a running node, was none" in ended.err
