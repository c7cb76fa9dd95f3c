"""``sargas config``: faults in lines, values with their origin, nothing secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_good_settings_say_what_they_hold(sargas: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "sargas.toml"
    path.write_text('[[sensor]]\nid = "a"\nkind = "radar-2d"\n')
    ended = sargas("config", "check", "--config", str(path))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"{path}: good (0 sources, 1 sensors, 0 zones)\n"


def test_every_fault_is_one_line_and_the_exit_code_tells(sargas: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "sargas.toml"
    path.write_text("[console]\nprot = 1\nhots = 2\n")
    ended = sargas("config", "check", "--config", str(path))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines() == [
        f"sargas: {path}:2: [console]: unknown setting 'prot'; did you mean 'port'?",
        f"sargas: {path}:3: [console]: unknown setting 'hots'; did you mean 'host'?",
    ]
    ended = sargas("config", "check", "--json", "--config", str(path))
    found = json.loads(ended.out)
    assert ended.code == 1
    assert found["ok"] is False
    assert len(found["problems"]) == 2


@pytest.mark.parametrize("content", [None, "{}", "no json"])
def test_a_zones_file_that_cannot_be_used_is_a_fault(
    sargas: Callable[..., Any], tmp_path: Path, content: str | None
) -> None:
    path, zones = tmp_path / "sargas.toml", tmp_path / "zones.geojson"
    path.write_text('zones_file = "zones.geojson"\n')
    if content is not None:
        zones.write_text(content)
    ended = sargas("config", "check", "--json", "--config", str(path))
    assert ended.code == 1
    [problem] = json.loads(ended.out)["problems"]
    assert str(zones) in problem


@pytest.mark.parametrize("url", ["pcap:night.bin", "parquet:night.bin?speed=2", "file:night.bin"])
def test_a_file_of_a_source_that_is_not_there_is_told_and_no_fault(
    sargas: Callable[..., Any], tmp_path: Path, url: str
) -> None:
    path = tmp_path / "sargas.toml"
    path.write_text(f'[[source]]\nname = "night"\nurl = "{url}"\nformat = "readsb"\n')
    told = f"{path}:3: source 'night': expected the file {tmp_path}/night.bin, was none: "
    ended = sargas("config", "check", "--config", str(path))
    assert ended.code == 0
    assert ended.out.startswith(f"{path}: good (1 sources")
    assert ended.err.startswith(f"sargas: {told}")
    assert ended.err.count("\n") == 1
    found = json.loads(sargas("config", "check", "--json", "--config", str(path)).out)
    assert (found["ok"], len(found["doubts"])) == (True, 1)
    (tmp_path / "night.bin").touch()
    assert sargas("config", "check", "--config", str(path)).err == ""


def test_show_gives_values_with_origin_and_masks_passwords(
    sargas: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sargas.toml"
    path.write_text('[node]\nname = "vilnius"\n[store]\nurl = "postgresql+pg8000://sargas:geheim@db/sargas"\n')
    monkeypatch.setenv("SARGAS_NODE__NATION", "LVA")
    ended = sargas("config", "show", "--json", "--config", str(path))
    shown = json.loads(ended.out)
    assert shown["node.name"] == {"value": "vilnius", "origin": f"{path}:2"}
    assert shown["node.nation"] == {"value": "LVA", "origin": "SARGAS_NODE__NATION"}
    assert shown["console.port"] == {"value": 8710, "origin": "default"}
    assert shown["store.url"]["value"] == "**********"
    text = sargas("config", "show", "--config", str(path)).out
    assert "geheim" not in ended.out + text
    assert "…" not in text, "nothing is cut, however narrow the terminal"


def test_serve_refuses_before_it_says_that_it_is_ready(sargas: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "sargas.toml"
    text = '[[source]]\nname = "riga"\nurl = "udp://0.0.0.0:8600"\neditions = { 048 = "9" }\n'
    path.write_text(text, encoding="utf-8")
    ended = sargas("serve", "--config", str(path))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"sargas: {path}:4: source 'riga'")
    assert [one.name for one in tmp_path.iterdir()] == ["sargas.toml"], "nothing was begun"
