"""Speed without a peer: the slowest scans of 10,000 objects, 20,000 objects, start of a process, snapshot."""

from __future__ import annotations

import resource
import statistics
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.tracking.figure import Limit, tell
from benchmarks.tracking.lab import Lab
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Sensor
from sargas.tracking.tracker import Tracker

SEED = 21
NS_PER_S = 1_000_000_000


def measure_speed(lab: Lab) -> None:
    """Tell every figure of speed."""
    small = lab.scenario(100, SEED, "surveillance")
    measure_start(lab, small)
    measure_snapshot()
    runs = 1 if lab.is_quick else 3
    scenario = lab.scenario(10_000, SEED, "surveillance", 40)
    figures = [lab.track(scenario)[0] for _ in range(runs)]
    p99 = statistics.median(f["p99_ms"] for f in figures)
    tell(
        "p99 of one scan, 10,000 objects", p99, "ms", Limit(at_most=20, goal="<= 5 ms"),
        f"40 s, {figures[0]['plots']} plots, {figures[0]['scans']} scans, median of {runs} runs; p50 "
        f"{figures[0]['p50_ms']} ms, {figures[0]['plots_per_second']:.0f} plots per CPU s; CPU time, one thread",
    )  # fmt: skip
    if lab.is_quick:
        return
    scenario = lab.scenario(20_000, SEED, "surveillance", 40)
    figures = [lab.track(scenario)[0] for _ in range(2)]
    best = min(f["cpu_seconds"] for f in figures)
    tell(
        "real-time factor, 20,000 objects", 40.0 / best, "x", Limit(at_least=10, goal=">= 50 x"),
        f"{figures[0]['plots']} plots of 40 s in {best:.2f} CPU s, one thread; p99 {figures[0]['p99_ms']} ms a scan; "
        f"peak {figures[0]['peak_rss_mb']} MB",
    )  # fmt: skip


def measure_start(lab: Lab, scenario: Path) -> None:
    """Time whole processes that track one scan: start, imports, kernels from their cache, one report."""
    table = pq.read_table(scenario / "plots.parquet")
    changes = np.diff(table["receive_time_ns"].to_numpy()) != 0
    pq.write_table(table.slice(0, int(np.argmax(changes)) + 1), scenario / "one-scan.parquet")
    lab.track(scenario, plots="one-scan.parquet")  # now the kernels are cached
    wall, cpu = [], []
    for _ in range(5):
        began, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        lab.track(scenario, plots="one-scan.parquet")
        wall.append(time.perf_counter() - began)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime)
    tell(
        "cold start of a process to its first tracked scan, kernels cached", statistics.median(wall), "s",
        Limit(at_most=2, goal="<= 1 s"), f"sargas track on one scan, wall time, median of 5, "
        f"{min(wall):.2f} to {max(wall):.2f} s; CPU time {statistics.median(cpu):.2f} s",
    )  # fmt: skip


def measure_snapshot(tracks: int = 10_000) -> None:
    """Time snapshot and restore, and go on from both: the same bytes and the same reports."""
    radar = Sensor(
        id="radar", kind="radar-3d", latitude_deg=56.0, longitude_deg=24.0, height_m=50.0, scan_period_s=4.0,
        max_range_m=450e3,
    )  # fmt: skip
    tracker, restored = Tracker([radar], (56.0, 24.0)), Tracker([], (56.0, 24.0))
    for scan in range(4):
        tracker.update(_scan(scan, tracks))
    began = time.process_time()
    data = tracker.snapshot()
    restored.restore(data)
    taken_ms = (time.process_time() - began) * 1e3
    is_equal = restored.snapshot() == data
    for scan in (4, 5):
        for each in (tracker, restored):
            each.update(_scan(scan, tracks))
    first, second = (each.report(24 * NS_PER_S) for each in (tracker, restored))
    is_equal = is_equal and first.to_arrow().equals(second.to_arrow()) and tracker.snapshot() == restored.snapshot()
    tell(
        "snapshot and restore of 10,000 tracks", taken_ms if is_equal else np.inf, "ms", Limit(at_most=200),
        f"{len(tracker)} tracks, {len(data) / 1e6:.1f} MB; bytes, later reports and later snapshots equal: {is_equal}; "
        "CPU time",
    )  # fmt: skip


def _scan(scan: int, n: int) -> Plots:
    rng, noise = np.random.default_rng(1), np.random.default_rng(100 + scan)
    place, azimuth = rng.uniform(5e3, 4e5, n), rng.uniform(0, 360, n)
    when = np.full(n, scan * 4 * NS_PER_S)
    return Plots.of(
        time_ns=when, receive_time_ns=when, sensor_ids=("radar",), label=Label(), scan=np.full(n, scan),
        range_m=place + noise.normal(0, 30, n), azimuth_deg=(azimuth + noise.normal(0, 0.05, n)) % 360,
        elevation_deg=np.ones(n),
    )  # fmt: skip
