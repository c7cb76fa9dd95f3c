"""The container file, as far as it can be tried without a container engine: what it names is there and works."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from sargas.cli.main import app
from sargas.runtime.config_load import load_settings
from tests.console.node import make_node, serve
from tests.docs.tables import ROOT

FILE = ROOT / "deploy" / "Containerfile"
KNOWN = {
    "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT",
    "CMD",
}  # fmt: skip


def read_stages() -> list[list[tuple[str, str]]]:
    """Read the instructions of each stage, continued lines joined."""
    text = re.sub(r"^#.*\n", "", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    stages: list[list[tuple[str, str]]] = []
    for line in lines:
        name, value = line.split(None, 1)
        if name == "FROM":
            stages.append([])
        stages[-1].append((name, " ".join(value.split())))
    return stages


BUILD, LAST = read_stages()
FINAL = dict(LAST)


def test_it_has_two_stages_of_known_instructions_and_the_last_is_not_root() -> None:
    assert {name for stage in (BUILD, LAST) for name, _ in stage} == KNOWN
    assert BUILD[0][1].endswith(" AS build")
    names = [name for name, _ in LAST]
    assert FINAL["USER"] == "sargas"
    assert "RUN" not in names[names.index("USER") :]
    assert [value for name, value in LAST if name == "COPY"] == ["--from=build /opt/sargas /opt/sargas"]


def test_it_copies_what_there_is_and_all_that_the_wheel_is_made_of() -> None:
    copied = {source for name, value in BUILD if name == "COPY" for source in value.split()[:-1]}
    for source in copied:
        assert (ROOT / source).exists(), source
    assert {"pyproject.toml", "hatch_build.py", "src", "web", "requirements.lock", "README.md"} <= copied


def test_its_shell_is_one_that_a_shell_reads() -> None:
    for stage in (BUILD, LAST):
        for name, value in stage:
            if name == "RUN":
                done = subprocess.run(["sh", "-n", "-c", value], capture_output=True, text=True, check=False)
                assert (done.returncode, done.stderr) == (0, "")


def test_its_settings_and_its_command_are_the_programs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (pair.split("=", 1) for pair in shlex.split(FINAL["ENV"])):
        if name.startswith("SARGAS_"):
            monkeypatch.setenv(name, value)
    settings = load_settings(None).settings
    assert (str(settings.node.data_dir), settings.console.host) == ("/var/lib/sargas", "0.0.0.0")
    assert FINAL["EXPOSE"] == f"{settings.console.port}/tcp"
    assert str(settings.node.data_dir) in json.loads(FINAL["VOLUME"])
    command, option, _ = json.loads(FINAL["CMD"])
    known = typer.main.get_command(app).commands[command]  # type: ignore[attr-defined]
    assert option in {name for parameter in known.params for name in parameter.opts}


def test_its_health_check_is_passed_by_a_node_that_answers_and_by_no_other(tmp_path: Path) -> None:
    _, check = FINAL["HEALTHCHECK"].split(" CMD ", 1)
    _, flag, code = json.loads(check)
    node = make_node(tmp_path)
    with serve(node):
        here = code.replace("http://127.0.0.1:8710", node.url)
        assert here != code
        assert subprocess.run([sys.executable, flag, here], check=False).returncode == 0
    gone = subprocess.run([sys.executable, flag, here], capture_output=True, check=False)
    assert gone.returncode != 0
    node.store.close()
