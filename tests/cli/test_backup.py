"""``sargas backup``: make, check, restore."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sargas.runtime.audit import AuditLog, Deed
from sargas.runtime.store import open_store


def test_the_commands_make_check_and_restore(sargas: Callable[..., Any], tmp_path: Path) -> None:
    data, copy, config = tmp_path / "data", tmp_path / "copy", tmp_path / "sargas.toml"
    data.mkdir()
    open_store(f"sqlite:///{data / 'sargas.db'}").close()
    AuditLog(data / "audit", "vilnius", time.time_ns).append(Deed(actor="rasa", action="login", object="operator"))
    config.write_text('[node]\nname = "vilnius"\ndata_dir = "data"\n')
    made = sargas("backup", "make", str(copy), "--config", str(config))
    assert (made.code, made.err) == (0, "")
    assert "all whole" in made.out
    assert sargas("backup", "check", str(copy)).code == 0
    assert sargas("backup", "restore", str(copy), "--config", str(config)).code == 1
    config.write_text('[node]\nname = "vilnius"\ndata_dir = "restored"\n')
    ended = sargas("backup", "restore", str(copy), "--config", str(config))
    assert (ended.code, ended.err) == (0, "")
    assert "its audit holds: 1 entries" in ended.out
    assert (tmp_path / "restored" / "sargas.db").read_bytes() == (copy / "sargas.db").read_bytes()
