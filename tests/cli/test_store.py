"""``sargas store``: which schema, up, and down for an older program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sargas.runtime.history import HistoryWriter
from sargas.runtime.store import StoreError, open_store
from sargas.runtime.store.migrate import head
from tests.runtime.store_cases import make_alert


@pytest.fixture
def config(tmp_path: Path) -> str:
    """Settings of a node with a database that holds an alert."""
    (tmp_path / "data").mkdir()
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'sargas.db'}")
    store.write([make_alert(1, 10)])
    store.close()
    (tmp_path / "sargas.toml").write_text('[node]\ndata_dir = "data"\n')
    return str(tmp_path / "sargas.toml")


def test_a_schema_is_shown_taken_back_and_brought_up_again(
    sargas: Callable[..., Any], config: str, tmp_path: Path
) -> None:
    assert sargas("store", "show", "-c", config).out == f"the database has {head()}, this program needs {head()}\n"
    down = sargas("store", "down", "0008", "--yes", "-c", config)
    assert (down.code, down.out) == (0, f"the database had {head()}, has 0008\n")
    assert sargas("store", "show", "-c", config).out == f"the database has 0008, this program needs {head()}\n"
    up = sargas("store", "up", "-c", config)
    assert (up.code, up.out) == (0, f"the database had 0008, has {head()}\n")
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'sargas.db'}")
    assert len(store.alerts()) == 1
    store.close()


@pytest.mark.parametrize("revision", ["0099", "base", ""])
def test_a_schema_that_nobody_knows_is_refused(sargas: Callable[..., Any], config: str, revision: str) -> None:
    ended = sargas("store", "down", revision, "--yes", "-c", config)
    assert ended.code == 1
    assert "expected a schema out of 0001, 0002" in ended.err


def test_down_never_goes_up(sargas: Callable[..., Any], config: str) -> None:
    assert sargas("store", "down", "0005", "--yes", "-c", config).code == 0
    ended = sargas("store", "down", "0008", "--yes", "-c", config)
    assert (ended.code, "0004, 0005, was '0008'" in ended.err) == (1, True)


def test_nothing_is_done_under_a_running_node(sargas: Callable[..., Any], config: str, tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path / "data" / "history")
    for command in (("up",), ("down", "0008", "--yes")):
        ended = sargas("store", *command, "-c", config)
        assert (ended.code, "stop it first" in ended.err) == (1, True)
    assert writer.close()
    assert sargas("store", "up", "-c", config).code == 0


def test_without_a_database_none_is_made(sargas: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "sargas.toml").write_text('[node]\ndata_dir = "data"\n')
    ended = sargas("store", "show", "-c", str(tmp_path / "sargas.toml"))
    assert (ended.code, "expected a database, was none" in ended.err) == (1, True)
    assert not (tmp_path / "data").exists()


def test_a_newer_schema_is_refused_in_a_line(config: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'data' / 'sargas.db'}"
    store = open_store(url)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(StoreError, match="newer than this program"):
        open_store(url)
