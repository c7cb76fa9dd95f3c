"""The wheel: how large it is, and whether it runs in a fresh environment that knows nothing of the repository.

What Sargas depends on is not installed anew: the fresh environment sees the packages of the one this runs in, but not
the Sargas in it. The pages must be current (``python hatch_build.py``), or they are built first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_MB = 10.0
COMMAND = "python benchmarks/bench_wheel.py"


def main() -> int:
    """Build, measure, install, run; print a JSON line a figure."""
    with tempfile.TemporaryDirectory(prefix="sargas-wheel-") as name:
        folder = Path(name)
        wheel = build_wheel(folder)
        python = make_environment(folder / "fresh", wheel)
        with zipfile.ZipFile(wheel) as packed:
            pages = sum(one.compress_size for one in packed.infolist() if "/console/static/" in one.filename)
            basemap = sum(one.compress_size for one in packed.infolist() if "/console/basemap/" in one.filename)
        size_mb = wheel.stat().st_size / 1e6
        note = f"console's pages {pages / 1e6:.2f} MB, basemap {basemap / 1e6:.2f} MB; python -m pip wheel --no-deps"
        kept = [tell("size of the wheel", size_mb, "MB", f"<= {MOST_MB:g} MB", note, is_kept=size_mb <= MOST_MB)]
        kept += run_installed(folder, python)
    return 0 if all(kept) else 1


def build_wheel(folder: Path) -> Path:
    """Pack the repository as it is."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("sargas-*.whl")
    return wheel


def make_environment(folder: Path, wheel: Path) -> Path:
    """Make an environment with the wheel in it; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-compile", str(wheel)], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    # A path in a .pth file is searched, the .pth files in it are not read: the editable Sargas stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return python


def run_installed(folder: Path, python: Path) -> list[bool]:
    """Run the installed command outside the repository: where it comes from, its help, its own examination."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SARGAS"))}

    def run(*command: str) -> tuple[subprocess.CompletedProcess[str], float]:
        began = time.perf_counter()
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        return done, time.perf_counter() - began

    place, _ = run(str(python), "-c", "import sargas; print(sargas.__file__)")
    is_own = place.stdout.startswith(str(python.parents[1]))
    command = str(python.parent / "sargas")
    asked, help_s = run(command, "--help")
    has_help = is_own and asked.returncode == 0 and "serve" in asked.stdout
    examined, doctor_s = run(command, "doctor", "--json")
    findings = json.loads(examined.stdout or "[]")
    failed = [f"{one['name']}: {one['text']}" for one in findings if one["status"] == "fail"]
    warned = [one["name"] for one in findings if one["status"] == "warn"]
    is_well = is_own and bool(findings) and not failed
    note = f"in {doctor_s:.1f} s; of {len(findings)}; warns of {', '.join(warned) or 'nothing'}"
    return [
        tell("`sargas --help` of the installed wheel", help_s, "s", None, "fresh environment", is_kept=has_help),
        tell("what `sargas doctor` of it fails", len(failed), "", "<= 0", "; ".join([note, *failed]), is_kept=is_well),
    ]


def tell(figure: str, value: float, unit: str, limit: str | None, note: str, *, is_kept: bool) -> bool:
    """Print one figure; return whether it is kept."""
    row = {"figure": figure, "value": round(value, 3), "unit": unit, "limit": limit, "ok": is_kept, "command": COMMAND}
    print(json.dumps(row | {"note": note}))
    return is_kept


if __name__ == "__main__":
    sys.exit(main())
