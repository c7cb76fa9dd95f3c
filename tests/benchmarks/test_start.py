"""Every benchmark starts: what it imports is there, found as when its file is run, and its help can be asked for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
STARTED_FROM_ELSEWHERE = """
import contextlib, io, os, runpy, sys, traceback
from pathlib import Path

bare, broken = sys.path[1:], []
for file in sorted(Path(sys.argv[1]).glob("bench_*.py")):
    sys.path[:], sys.argv[:] = [str(file.parent), *bare], [str(file), "--help"]
    for name in [name for name in sys.modules if name.partition(".")[0] in ("benchmarks", "tests")]:
        del sys.modules[name]
    try:
        found = runpy.run_path(str(file), run_name=file.stem)
        if "argparse" in found:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
                found["main"]()
                raise AssertionError("--help ran it")
    except BaseException:
        traceback.print_exc()
        broken.append(file.stem)
    else:
        print(file.stem)
sys.stdout.flush()
sys.stderr.flush()
os._exit(bool(broken))  # at once: what all of them loaded takes a second to take down
"""
"""One process for all of them, as each loads the same libraries; each file is given its own folder to find things."""


def start_all(folder: Path, cwd: Path) -> tuple[set[str], str]:
    """Return which benchmarks of a folder started, and what the others said."""
    command = [sys.executable, "-c", STARTED_FROM_ELSEWHERE, str(folder)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=170)
    return set(done.stdout.split()), done.stderr


@pytest.mark.slow
def test_every_benchmark_starts(tmp_path: Path) -> None:
    started, said = start_all(BENCHMARKS, tmp_path)
    assert not said
    assert started == {path.stem for path in BENCHMARKS.glob("bench_*.py")}
    assert len(started) > 20


def test_a_benchmark_whose_import_or_help_is_broken_does_not_start(tmp_path: Path) -> None:
    folder = tmp_path / "benchmarks"
    (folder / "wheel").mkdir(parents=True)
    shutil.copy(BENCHMARKS / "bench_wheel.py", folder)
    (folder / "bench_import.py").write_text("from benchmarks.wheel.gone import run\n")
    (folder / "bench_help.py").write_text(
        "import argparse\ndef main():\n    parser = argparse.ArgumentParser()\n"
        "    parser.add_argument('--share', help='99 % of it')\n    parser.parse_args()\n"
    )
    started, said = start_all(folder, tmp_path)
    assert started == {"bench_wheel"}
    assert "ModuleNotFoundError" in said
    assert "bench_help.py" in said
