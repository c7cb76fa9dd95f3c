"""``sargas schema export`` writes what the model says and notices what is stale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sargas.cli.schema import all_schemas


def test_export_writes_every_schema_and_then_nothing(sargas: Callable[..., Any], tmp_path: Path) -> None:
    count = len(all_schemas())
    assert sargas("schema", "export", "--out", str(tmp_path)).out == f"{tmp_path}: {count} schemas, {count} changed\n"
    assert sargas("schema", "export", "--out", str(tmp_path)).out == f"{tmp_path}: {count} schemas, 0 changed\n"


def test_the_files_in_spec_are_all_current_and_no_more(sargas: Callable[..., Any]) -> None:
    folder = Path(__file__).resolve().parents[2] / "spec" / "schema"
    assert sargas("schema", "export", "--check", "--out", str(folder)).code == 0
    assert {path.name for path in folder.iterdir()} == set(all_schemas())


def test_check_names_the_stale_file_and_leaves_it(sargas: Callable[..., Any], tmp_path: Path) -> None:
    sargas("schema", "export", "--out", str(tmp_path))
    (tmp_path / "Alert.json").write_text("{}")
    ended = sargas("schema", "export", "--check", "--out", str(tmp_path))
    assert ended.code == 1
    assert ended.err.endswith("was out of date: Alert.json; run sargas schema export\n")
    assert (tmp_path / "Alert.json").read_text() == "{}"
