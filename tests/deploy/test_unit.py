"""The systemd unit is one that systemd takes, names what is there, and exposes little of the machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from sargas.cli.main import app
from sargas.runtime.config_load import load_settings
from tests.docs.tables import ROOT

UNIT = ROOT / "deploy" / "sargas.service"
PAGE = ROOT / "docs" / "operator" / "install.md"
ANALYZE = shutil.which("systemd-analyze")
DIRECTIVES = {
    "Unit": {"Description", "Wants", "After", "StartLimitIntervalSec", "StartLimitBurst"},
    "Service": {
        "Type", "NotifyAccess", "ExecStart", "User", "Group", "TimeoutStartSec", "TimeoutStopSec", "KillSignal",
        "KillMode", "Restart", "RestartSec", "WatchdogSec", "StateDirectory", "StateDirectoryMode", "CacheDirectory",
        "CacheDirectoryMode", "ConfigurationDirectory", "ConfigurationDirectoryMode", "WorkingDirectory", "Environment",
        "UMask", "LimitNOFILE", "OOMScoreAdjust", "NoNewPrivileges", "CapabilityBoundingSet", "AmbientCapabilities",
        "ProtectSystem", "ProtectHome", "PrivateTmp", "PrivateDevices", "PrivateIPC", "PrivateUsers", "ProtectClock",
        "ProtectControlGroups", "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables",
        "ProtectProc", "RemoveIPC", "RestrictAddressFamilies", "RestrictNamespaces", "RestrictRealtime",
        "RestrictSUIDSGID", "LockPersonality", "SystemCallArchitectures", "SystemCallFilter", "SystemCallErrorNumber",
    },
    "Install": {"WantedBy"},
}  # fmt: skip
"""Of systemd.unit(5), systemd.service(5), systemd.exec(5) and systemd.kill(5): those that the unit means to use."""


def read_unit() -> dict[str, list[tuple[str, str]]]:
    """Read the unit: by section the directives in order, several of one name as they stand."""
    found: dict[str, list[tuple[str, str]]] = {}
    section = ""
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = []
        elif line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found[section].append((name, value))
    return found


SERVICE = dict(read_unit()["Service"])


def test_every_directive_is_a_known_one_in_its_section() -> None:
    assert {section: {name for name, _ in lines} for section, lines in read_unit().items()} == DIRECTIVES


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_systemd_takes_it_and_finds_little_exposed(tmp_path: Path) -> None:
    unit = tmp_path / "sargas.service"
    unit.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/sargas/bin/sargas ", f"{sys.executable} "))
    assert ANALYZE is not None
    verified = subprocess.run([ANALYZE, "verify", unit], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
    judged = subprocess.run(
        [ANALYZE, "security", "--offline=true", unit], capture_output=True, text=True, check=False
    ).stdout
    exposure = re.search(r"exposure level for sargas.service: ([\d.]+)", judged)
    assert exposure is not None
    assert float(exposure[1]) <= 2.0


def test_it_runs_a_command_that_there_is() -> None:
    program, command, *options = SERVICE["ExecStart"].split()
    assert program == "/opt/sargas/bin/sargas"
    known = typer.main.get_command(app).commands[command]  # type: ignore[attr-defined]
    assert options[0] in {name for parameter in known.params for name in parameter.opts}


def test_it_can_write_its_own_folders_alone_and_its_settings_lead_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (value.split("=", 1) for key, value in read_unit()["Service"] if key == "Environment"):
        monkeypatch.setenv(name, value)
    assert str(load_settings(None).settings.node.data_dir) == f"/var/lib/{SERVICE['StateDirectory']}"
    assert os.environ["NUMBA_CACHE_DIR"] == f"/var/cache/{SERVICE['CacheDirectory']}"
    assert SERVICE["ProtectSystem"] == "strict"
    assert "ReadWritePaths" not in SERVICE
    assert (SERVICE["User"], SERVICE["CapabilityBoundingSet"], SERVICE["NoNewPrivileges"]) == ("sargas", "", "yes")


def test_the_page_names_its_user_and_its_folders() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for word in ("useradd", "/opt/sargas", "/etc/sargas/sargas.toml", "/var/lib/sargas", "/var/cache/sargas"):
        assert word in page


def test_the_page_makes_the_folder_of_settings_as_the_unit_wants_it_and_replaces_a_wheel_of_the_same_version() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"install -d -m {SERVICE['ConfigurationDirectoryMode']} -g {SERVICE['Group']} /etc/sargas\n" in page
    assert "pip install --force-reinstall --no-deps dist/sargas-*.whl" in page
    for name, value in (value.split("=", 1) for key, value in read_unit()["Service"] if key == "Environment"):
        assert f" {name}={value} " in page, "commands by hand have the settings of the unit"
