"""``sargas doctor`` finds what is wrong, by making it wrong."""

from __future__ import annotations

import errno
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sargas.cli import doctor_checks
from sargas.cli.doctor_checks import (
    Finding,
    check_database,
    check_disk_space,
    check_disk_speed,
    check_kernels,
    check_ports,
)
from sargas.runtime.config import Settings


def by_name(text: str) -> dict[str, dict[str, str]]:
    return {finding["name"]: finding for finding in json.loads(text)}


@pytest.fixture
def port() -> Any:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_port_in_use_fails_with_how_to_mend(port: int) -> None:
    [finding] = check_ports(Settings(console={"port": port}))
    assert finding.status == "fail"
    assert f"127.0.0.1:{port}: address already in use" in finding.text
    assert "[console] port" in finding.mend


def test_a_feed_port_in_use_names_the_feed() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        url = f"udp://127.0.0.1:{taken.getsockname()[1]}"
        settings = Settings(console={"port": 0}, source=[{"name": "riga", "url": url, "format": "asterix"}])
        _, finding = check_ports(settings)
    assert (finding.name, finding.status) == ("feed riga", "fail")
    assert [f.status for f in check_ports(settings)] == ["ok", "ok"], "and free again once it is left"


def test_a_free_port_is_ok() -> None:
    [finding] = check_ports(Settings(console={"port": 0}))
    assert finding.status == "ok"


def test_settings_that_cannot_be_read_fail_and_the_rest_is_still_looked_at(
    sargas: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "sargas.toml").write_text("[console]\nport = 'x'\n")
    ended = sargas("doctor", "--json", "--config", str(tmp_path / "sargas.toml"))
    found = by_name(ended.out)
    assert ended.code == 1
    assert found["settings"]["status"] == "fail"
    assert "sargas.toml:2" in found["settings"]["text"]
    assert {"console port", "clock", "receive clock", "disk space", "disk", "database", "basemap", "kernels"} <= set(
        found
    )


def test_a_recording_that_is_not_there_is_a_warning(sargas: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "sargas.toml"
    path.write_text('[console]\nport = 0\n[[source]]\nname = "night"\nurl = "pcap:night.pcap"\n')
    ended = sargas("doctor", "--json", "--config", str(path))
    told = [one for one in json.loads(ended.out) if one["name"] == "settings"]
    assert [one["status"] for one in told] == ["ok", "warn"]
    assert "night.pcap, was none" in told[1]["text"]


def test_every_finding_that_is_not_ok_says_how_to_mend(sargas: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "sargas.toml").write_text("[console]\nport = 0\n")
    ended = sargas("doctor", "--json", "--config", str(tmp_path / "sargas.toml"))
    assert all(finding["mend"] for finding in json.loads(ended.out) if finding["status"] != "ok")
    assert not (tmp_path / "data").exists(), "looking must leave no trace"


def test_people_read_one_line_a_finding(
    sargas: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = [Finding("disk", "ok", "fsync within 1.0 ms"), Finding("clock", "warn", "is wrong", "set it")]
    monkeypatch.setattr(doctor_checks, "examine", lambda config: findings)
    ended = sargas("doctor")
    assert ended.code == 0, "a warning is no failure"
    assert ended.out.splitlines() == ["ok    disk: fsync within 1.0 ms", "warn  clock: is wrong", "      mend: set it"]


def test_a_full_disk_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_checks, "DISK_FAIL_BYTES", 1 << 80)
    assert check_disk_space(tmp_path).status == "fail"
    monkeypatch.setattr(doctor_checks, "DISK_FAIL_BYTES", 0)
    monkeypatch.setattr(doctor_checks, "DISK_WARN_BYTES", 1 << 80)
    assert check_disk_space(tmp_path).status == "warn"


def test_a_slow_disk_warns_and_a_closed_folder_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_checks, "FSYNC_WARN_S", 0.0)
    assert check_disk_speed(tmp_path / "not" / "yet").status == "warn"
    assert check_disk_speed(Path("/proc/self")).status == "fail"
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_not_told_as_one_without_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    finding = check_disk_speed(tmp_path)
    assert (finding.status, finding.mend) == ("fail", "free some")


def test_kernels_that_are_not_compiled_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert check_kernels().status == "warn"
    (tmp_path / "a.nbi").touch()
    assert check_kernels().status == "ok"


def test_a_database_is_opened_and_asked(tmp_path: Path) -> None:
    finding = check_database(Settings(store={"url": f"sqlite:///{tmp_path}/sargas.db"}))
    assert finding.status == "ok"
    assert f"{tmp_path}/sargas.db" in finding.text
    (tmp_path / "sargas.db").write_bytes(b"no database at all" * 1000)
    assert check_database(Settings(store={"url": f"sqlite:///{tmp_path}/sargas.db"})).status == "fail"


def test_a_database_that_does_not_answer_fails_and_its_password_stays_hidden() -> None:
    finding = check_database(Settings(store={"url": "postgresql+pg8000://sargas:geheim@127.0.0.1:1/sargas"}))
    assert finding.status == "fail"
    assert "geheim" not in finding.text
