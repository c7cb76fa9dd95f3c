"""Measure the simulated night, one JSON line a figure: python benchmarks/bench_night.py [--targets N]."""

from __future__ import annotations

import argparse
import json
import os
import resource
import time

from sargas.exercise import Night

SPAN_S = 60.0


def report(figure: str, value: float, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure and whether it keeps its limit."""
    line = {
        "figure": figure,
        "value": round(value, 3),
        "unit": unit,
        "limit": limit,
        "ok": ok,
        "command": "python benchmarks/bench_night.py",
        "note": f"{note}; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
    }
    print(json.dumps(line), flush=True)


def measure(targets: int) -> None:
    """Make a minute of a night and say what share of one core it took."""
    night = Night.of(1, targets=targets, duration_s=SPAN_S)
    next(night.datagrams())  # loads the kernels
    started = time.process_time()
    count = octets = 0
    for datagram in night.datagrams():
        count += 1
        octets += len(datagram.data)
    share = (time.process_time() - started) / SPAN_S
    note = f"{count / SPAN_S:.0f} datagrams/s, {octets / SPAN_S / 1e3:.0f} kB/s"
    report(f"making a night of {targets} objects", 100 * share, "% of a core", "<= 25 %", share <= 0.25, note)


def main() -> None:
    """Measure a small and a large night."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--targets", type=int, nargs="*", default=[300, 10_000])
    for targets in arguments.parse_args().targets:
        measure(targets)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report("memory of the nights", peak_mb, "MB", None, None, "peak resident set")


if __name__ == "__main__":
    main()
