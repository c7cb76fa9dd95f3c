"""``sargas permissions``: files are checked line by line, and handed to a running node in somebody's name."""

from __future__ import annotations

import io
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.console.node import NOW_NS, PASSWORD, make_configuration, make_node, serve
from tests.console.test_permissions import CSV


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A good file."""
    path = tmp_path / "leidimai.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_a_good_file_is_good(sargas: Callable[..., Any], file: Path) -> None:
    ended = sargas("permissions", "check", str(file))
    assert (ended.code, ended.out, ended.err) == (0, f"{file}: good (2 flight permissions)\n", "")


def test_every_bad_row_is_named_with_file_and_line(sargas: Callable[..., Any], file: Path) -> None:
    file.write_text(CSV.replace("1000\n", "no\n"), encoding="utf-8")
    ended = sargas("permissions", "check", str(file))
    assert ended.code == 1
    first, second = ended.err.splitlines()
    assert first.startswith(f"{file}:2: radius_m: expected a number")
    assert second.startswith(f"{file}:3: ")


def test_text_in_another_coding_is_named(sargas: Callable[..., Any], file: Path) -> None:
    file.write_bytes(b"\xff\xfe" + CSV.encode("utf-16-le"))
    ended = sargas("permissions", "check", str(file))
    assert (ended.code, "save it as CSV UTF-8" in ended.err) == (1, True)


def test_a_file_reaches_a_running_node_once(
    sargas: Callable[..., Any], file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "node").mkdir()
    node = make_node(tmp_path / "node")
    node.picture.apply([make_configuration()], NOW_NS)
    with serve(node):

        def hand_in(password: str = PASSWORD, account: str = "jonas") -> Any:
            monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
            return sargas(
                "permissions", "import", str(file), "--account", account, "--url", node.url, "--password-stdin"
            )

        assert hand_in().out == f"{file}: 2 entered, 0 unchanged\n"
        assert hand_in().out == f"{file}: 0 entered, 2 unchanged\n"
        assert hand_in("wrong").err.count("expected a known name with its password") == 1
        assert "expected a role out of" in hand_in(account="ona").err
        file.write_text(CSV.replace("1000\n", "no\n"), encoding="utf-8")
        refused = hand_in()
        assert (refused.code, len(refused.err.splitlines())) == (1, 2)
        assert refused.err.startswith(f"{file}:2: ")
    assert [one.entered_by for one in node.picture.snapshot().permissions] == ["jonas", "jonas"]
    node.store.close()


def test_where_no_node_runs_it_says_so(sargas: Callable[..., Any], file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    monkeypatch.setattr(sys, "stdin", io.StringIO("x\n"))
    ended = sargas("permissions", "import", str(file), "--account", "jonas", "--url", url, "--password-stdin")
    assert ended.code == 1
    assert f"{url}: expected a running node, was none" in ended.err
