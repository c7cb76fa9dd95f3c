"""The command line: light to start, plain in its errors, quiet when its reader goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sargas.cli.failure import Failure, describe, run_reporting_failures
from sargas.cli.main import COLLECT_AFTER, build_commands

HEAVY = ("numpy", "pyarrow", "numba", "pydantic", "rich", "fastapi", "sqlalchemy", "duckdb", "asyncio")


def test_help_loads_nothing_heavy() -> None:
    """What makes a start slow is what it imports; typer itself is the floor."""
    code = f"import sys, sargas.cli.main; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_start_looks_for_garbage_seldom(sargas: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, ...]] = []
    monkeypatch.setattr("gc.set_threshold", lambda *numbers: told.append(numbers))
    sargas("version")
    assert told == [COLLECT_AFTER], "with Python's own numbers a seventh of a start goes into looking for some"


def test_help_names_every_command(sargas: Callable[..., Any]) -> None:
    from sargas.cli.main import COMMANDS

    ended = sargas("--help")
    assert ended.code == 0
    assert all(f"  {name} " in ended.out for name in COMMANDS)


def test_no_command_shows_the_help_and_is_wrong_usage(sargas: Callable[..., Any]) -> None:
    ended = sargas()
    assert ended.code == 2
    assert ended.err.startswith("Usage: sargas")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["cofig"], "sargas: no such command 'cofig'; did you mean 'config'? (see 'sargas --help')"),
        (["doctor", "--jsn"], "sargas: no such option: --jsn; did you mean --json? (see 'sargas doctor --help')"),
    ],
)
def test_misspelt_words_are_answered_with_the_nearest(
    sargas: Callable[..., Any], arguments: list[str], line: str
) -> None:
    ended = sargas(*arguments)
    assert ended.code == 2
    assert ended.err == f"{line}\n"


def test_a_missing_file_is_one_line(sargas: Callable[..., Any], tmp_path: Path) -> None:
    ended = sargas("config", "show", "--config", str(tmp_path / "none.toml"))
    assert ended.code == 1
    assert ended.err == f"sargas: {tmp_path}/none.toml: no such file or directory; check the path\n"


def test_a_full_disk_is_one_line_that_says_how_to_mend(capsys: pytest.CaptureFixture[str]) -> None:
    def fill() -> None:
        with open("/dev/full", "wb", buffering=0) as full:
            full.write(b"x")

    with pytest.raises(SystemExit):
        run_reporting_failures(fill)
    told = "sargas: [Errno 28] No space left on device; free space: sargas doctor says how much there is\n"
    assert capsys.readouterr().err == told


def test_a_fault_of_ours_hides_its_traceback_until_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise KeyError("x")

    monkeypatch.delenv("SARGAS_DEBUG", raising=False)
    with pytest.raises(SystemExit) as end:
        run_reporting_failures(broken)
    assert end.value.code == 1
    line = "sargas: unexpected KeyError: 'x' (a fault of ours; SARGAS_DEBUG=1 shows where)\n"
    assert capsys.readouterr().err == line
    monkeypatch.setenv("SARGAS_DEBUG", "1")
    with pytest.raises(KeyError):
        run_reporting_failures(broken)


def test_failures_choose_their_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    def refused() -> None:
        raise Failure("expected this, was that", exit_code=2)

    with pytest.raises(SystemExit) as end:
        run_reporting_failures(refused)
    assert end.value.code == 2
    assert capsys.readouterr().err == "sargas: expected this, was that\n"


def test_an_error_of_many_lines_becomes_one() -> None:
    assert describe(ValueError("expected x,\n  was y")) == "expected x, was y"


def test_control_c_ends_clean_within_a_second() -> None:
    code = (
        "import signal, time; from sargas.cli.failure import run_reporting_failures as run\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # who tests in the background has it ignored
        "run(lambda: (print('up', flush=True), time.sleep(30)))"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        try:
            _, err = process.communicate(timeout=10)
        finally:
            process.kill()
    assert (process.returncode, err) == (130, "sargas: interrupted\n")
    assert time.monotonic() - begun < 1


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    command = f"{sys.executable} -m sargas.cli.main schema export --help | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stderr == ""
    assert done.stdout.strip() in {"0", "1"}


def test_the_version_is_that_of_the_package(sargas: Callable[..., Any]) -> None:
    from sargas import __version__

    assert sargas("version").out.startswith(f"sargas {__version__} (Python ")
    assert f'"sargas": "{__version__}"' in sargas("version", "--json").out


@pytest.fixture
def built_anew() -> Iterator[None]:
    """Have the commands built for one test alone, for what depends on the environment they are built in."""
    build_commands.cache_clear()
    yield
    build_commands.cache_clear()


@pytest.mark.usefixtures("built_anew")
def test_completion_is_offered_for_the_shell(sargas: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    ended = sargas("--show-completion", "bash")
    assert ended.code == 0
    assert "_SARGAS_COMPLETE" in ended.out


def test_a_command_that_computes_first_drops_kernels_of_other_code(
    sargas: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[str] = []
    for command in ("replay", "assess", "track", "journal", "decode", "version", "serve"):
        monkeypatch.setattr(
            "sargas.runtime.kernel_cache.drop_kernels_of_other_code", lambda named=command: dropped.append(named)
        )
        sargas(command, "--missing")
    assert dropped == ["replay", "assess", "track", "journal", "decode"]
