"""``sargas wind``: files are checked row by row, and handed to a running node in somebody's name."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.console.node import NOW_NS, PASSWORD, make_configuration, make_node, serve
from tests.console.test_winds import CSV


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A good file."""
    path = tmp_path / "winds.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_a_good_file_is_good(sargas: Callable[..., Any], file: Path) -> None:
    ended = sargas("wind", "check", str(file))
    assert (ended.code, ended.out, ended.err) == (0, f"{file}: good (2 wind tables of 3 levels together)\n", "")


def test_every_bad_row_is_named_with_file_and_line(sargas: Callable[..., Any], file: Path) -> None:
    file.write_text(CSV.replace("12,200", "x,200").replace(",6,190", ",6,900"), encoding="utf-8")
    ended = sargas("wind", "check", str(file))
    assert ended.code == 1
    first, second = ended.err.splitlines()
    assert first.startswith(f"{file}:3: speed_mps: expected a number")
    assert second.startswith(f"{file}:4: expected speed_mps of 0 or more and from_deg within 0..360")


def test_a_file_reaches_a_running_node_once(
    sargas: Callable[..., Any], file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "node").mkdir()
    node = make_node(tmp_path / "node")
    node.picture.apply([make_configuration()], NOW_NS)
    with serve(node):

        def hand_in() -> Any:
            monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
            return sargas("wind", "import", str(file), "--account", "jonas", "--url", node.url, "--password-stdin")

        assert hand_in().out == f"{file}: 2 entered, 0 unchanged\n"
        assert hand_in().out == f"{file}: 0 entered, 2 unchanged\n"
        file.write_text(CSV.replace("12,200", "x,200"), encoding="utf-8")
        refused = hand_in()
        assert (refused.code, refused.err.startswith(f"{file}:3: ")) == (1, True)
    assert [table.entered_by for table in node.picture.snapshot().winds] == ["jonas", "jonas"]
    node.store.close()
