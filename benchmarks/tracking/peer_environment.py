"""An environment of its own for the peer, made on demand: it is no dependency of the product, not even of its tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.tracking.lab import KEPT

PACKAGES = ("stonesoup==1.9.1", "numpy", "scipy", "pyarrow", "pyproj")


def find_peer() -> tuple[Path | None, str]:
    """Return an interpreter that has the peer, or None and why not. SARGAS_PEER_PYTHON names one that is there."""
    named = os.environ.get("SARGAS_PEER_PYTHON")
    python = Path(named) if named else KEPT / "venv" / "bin" / "python"
    if has_peer(python):
        return python, ""
    if named:
        return None, f"SARGAS_PEER_PYTHON={named} cannot import stonesoup"
    print("  making an environment for the peer ...", file=sys.stderr, flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(KEPT / "venv")], capture_output=True, text=True, check=False
    )
    if made.returncode == 0:
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        made = subprocess.run(install, capture_output=True, text=True, check=False)
    if made.returncode or not has_peer(python):
        said = (made.stderr.strip().splitlines() or ["nothing said"])[-1]
        return None, f"the peer's environment cannot be made: {said}"
    return python, ""


def has_peer(python: Path) -> bool:
    """Say whether an interpreter is there and has the peer."""
    if not python.is_file():
        return False
    found = subprocess.run([str(python), "-c", "import stonesoup, pyarrow, pyproj"], capture_output=True, check=False)
    return found.returncode == 0
