"""The Makefile says in one line what a bare machine lacks; pages name only targets that are there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.tables import ROOT, markdown_pages

MAKE = shutil.which("make")
pytestmark = pytest.mark.skipif(MAKE is None, reason="make is not installed")

PYTHON = f"""#!{sys.executable}
import sys
code = sys.argv[2] if sys.argv[1] == "-c" else ""
if sys.argv[1] == "--version":
    print("Python 3.10.2")
sys.exit(1 if "MISSING" in code else 0)
"""


def make(folder: Path, missing: str) -> subprocess.CompletedProcess[str]:
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-install.lock"):
        shutil.copy(ROOT / name, folder / name)
    python = folder / "python"
    python.write_text(PYTHON.replace("MISSING", missing))
    python.chmod(0o755)
    command = [str(MAKE), "--no-print-directory", f"PY={python}", "demo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("missing", "line"),
    [
        ("version_info", "sargas: expected Python 3.11 or newer, was Python 3.10.2; name another: make PY=python3.12"),
        ("ensurepip", "sargas: Python's venv is missing; run: sudo apt-get install -y python3-venv"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_installed(tmp_path: Path, missing: str, line: str) -> None:
    ended = make(tmp_path, missing)
    assert ended.returncode != 0
    assert ended.stderr.splitlines()[0] == line
    assert not (tmp_path / ".venv").exists()


def test_every_target_named_in_a_page_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in markdown_pages():
        named = set(re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8")))
        assert named <= targets, page


def test_continuous_integration_runs_check_and_test() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.splitlines()[-2:] == ["make check", "make test"]
    assert "set -euo pipefail" in script
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111, "expected it to be executable"
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)
