"""``sargas audit``: a whole audit holds, a changed one does not, and the entries read as lines."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sargas.runtime.audit import AuditLog, Deed
from sargas.runtime.audit.files import segments


def audited(folder: Path) -> Path:
    log = AuditLog(folder, "vilnius", time.time_ns, lambda: 7)
    log.append(*(Deed(actor=who, action="acknowledge", object=f"alert-{who}") for who in ("anna", "jonas")))
    log.checkpoint()
    return folder


def test_a_whole_audit_holds_and_a_changed_one_is_named(sargas: Callable[..., Any], tmp_path: Path) -> None:
    folder = audited(tmp_path / "audit")
    ended = sargas("audit", "verify", str(folder))
    assert (ended.code, ended.err) == (0, "")
    assert "holds: 2 entries, 1 signed checkpoints, 0 entries after the last" in ended.out
    first = segments(folder)[0]
    first.write_bytes(first.read_bytes().replace(b"jonas", b"janis"))
    ended = sargas("audit", "verify", str(folder))
    assert ended.code == 1
    assert "audit-000000000000.jsonl:2: entry 1: expected the bytes whose SHA-256 is" in ended.err
    assert "BROKEN" in ended.out


def test_another_key_is_refused(sargas: Callable[..., Any], tmp_path: Path) -> None:
    ended = sargas("audit", "verify", str(audited(tmp_path / "audit")), "--key", "00" * 32)
    assert ended.code == 1
    assert "signed by somebody else" in ended.err


def test_entries_are_lines(sargas: Callable[..., Any], tmp_path: Path) -> None:
    ended = sargas("audit", "show", str(audited(tmp_path / "audit")), "--actor", "jonas")
    (line,) = ended.out.splitlines()
    assert line.split("\t")[0::2] == ["1", "jonas", "alert-jonas"]
    assert line.split("\t")[-1] == "7"


def test_a_folder_that_is_not_there_is_named(sargas: Callable[..., Any], tmp_path: Path) -> None:
    for command in ("verify", "show"):
        ended = sargas("audit", command, str(tmp_path / "none"))
        assert ended.code == 1
        assert "expected the folder of an audit, was none" in ended.err


@pytest.mark.parametrize("command", ["verify", "show"])
def test_a_folder_without_an_audit_does_not_hold(sargas: Callable[..., Any], tmp_path: Path, command: str) -> None:
    audited(tmp_path / "audit")
    ended = sargas("audit", command, str(tmp_path))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"sargas: {tmp_path}: expected the folder of an audit, was none: check the path\n"
