"""Measure everything, in order, each part on its own: one that fails is told and the others go on."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from benchmarks.tracking.confirmation import measure_confirmation
from benchmarks.tracking.figure import tell_failed, tell_skipped
from benchmarks.tracking.hard import measure_hard
from benchmarks.tracking.lab import Lab
from benchmarks.tracking.peer_cache import fill_peer_cache
from benchmarks.tracking.peer_environment import find_peer
from benchmarks.tracking.single_target import measure_single_target
from benchmarks.tracking.speed import measure_speed
from benchmarks.tracking.surveillance import measure_surveillance

PARTS: dict[str, Callable[[Lab], None]] = {
    "surveillance": measure_surveillance,
    "speed": measure_speed,
    "hard": measure_hard,
    "single-target": measure_single_target,
    "confirmation": measure_confirmation,
}
ON_REQUEST: dict[str, Callable[[Lab], None]] = {"peer-cache": fill_peer_cache}
"""Parts that run only when named."""


def main(arguments: list[str]) -> int:
    """Run the parts named, or all; ``--quick`` or SARGAS_BENCH_QUICK=1 takes few seeds."""
    is_quick = "--quick" in arguments or os.environ.get("SARGAS_BENCH_QUICK") == "1"
    names = [name for name in arguments if name != "--quick"]
    known = PARTS | ON_REQUEST
    if unknown := sorted(set(names) - set(known)):
        print(f"tracking: expected parts out of {', '.join(known)}, was {', '.join(unknown)}", file=sys.stderr)
        return 2
    bench = find_bench()
    if bench is None:
        tell_skipped("tracking benchmark", "shared/bench with scenario.py is not there")
        return 0
    python, reason = find_peer()
    with tempfile.TemporaryDirectory(prefix="sargas-bench-") as folder:
        lab = Lab(bench, Path(folder), python, reason, is_quick)
        for name in names or PARTS:
            began = time.monotonic()
            try:
                known[name](lab)
            except Exception as error:  # told as a missed limit; the other parts still measure
                traceback.print_exc()
                tell_failed(f"tracking, {name}", f"{type(error).__name__}: {error}")
            print(f"  {name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return 0


def find_bench() -> Path | None:
    """Find the scenario tools beside the repository, or where SARGAS_SHARED says."""
    named = os.environ.get("SARGAS_SHARED")
    places = [Path(named) / "bench"] if named else []
    places += [parent / "shared" / "bench" for parent in Path(__file__).resolve().parents]
    return next((place for place in places if (place / "scenario.py").is_file()), None)
