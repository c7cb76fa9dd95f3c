"""Measure tracking on the benchmark scenarios beside the repository: accuracy, speed, latency, snapshot.

Prints one JSON line a figure. Scenarios are made and scored by the shared generator and scorer in fresh processes; the
tracker runs as ``sargas track`` does, in a fresh process, so that its CPU time is its own. Where the scenarios or their
tools are missing a figure says so and is neither kept nor missed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

PEER = {(100, 1): 131.4, (100, 2): 166.0, (100, 3): 172.2, (1000, 1): 155.1}
"""GOSPA per object of the tuned peer with GNN association, surveillance, as its own results file gives them."""
PEER_HARD = {1: 212.4, 2: 288.0}
SEEDS = (1, 2, 3, 4, 5)
COMMAND = "python benchmarks/bench_tracking.py"


def main() -> None:
    """Print all figures."""
    bench = find_bench()
    if bench is None:
        tell("tracking benchmark", None, "", None, None, "skipped: shared/bench with scenario.py is not there")
        return
    with tempfile.TemporaryDirectory() as folder:
        measure_surveillance(bench, Path(folder))
        measure_large(bench, Path(folder))
        measure_hard(bench, Path(folder))
    measure_snapshot()


def find_bench() -> Path | None:
    """Find the scenario tools beside the repository, or where SARGAS_SHARED says."""
    named = os.environ.get("SARGAS_SHARED")
    places = [Path(named) / "bench"] if named else []
    places += [parent / "shared" / "bench" for parent in Path(__file__).resolve().parents]
    return next((place for place in places if (place / "scenario.py").is_file()), None)


def measure_surveillance(bench: Path, folder: Path) -> None:
    """Score 100 objects, the peer's seeds apart."""
    scores = {seed: track_and_score(bench, folder, 100, seed, "surveillance")[1] for seed in SEEDS}
    told = ", ".join(f"seed {seed}: {score['gospa_per_target']:.1f}" for seed, score in scores.items())
    paired = [seed for seed in SEEDS if (100, seed) in PEER]
    ours, peers = mean([scores[s] for s in paired]), sum(PEER[100, s] for s in paired) / len(paired)
    tell(
        "GOSPA per object, surveillance, 100 objects, seeds 1 to 5", mean(list(scores.values())), "m", None, None, told
    )
    note = f"mean of seeds {paired}; the peer (GNN, its results file) {peers:.1f}; tuning seeds of both"
    tell("GOSPA per object over the peer's, surveillance, 100 objects", ours / peers, "", "<= 1", ours <= peers, note)


def measure_large(bench: Path, folder: Path) -> None:
    """Score and time 1,000 objects, and time 10,000."""
    figures, score = track_and_score(bench, folder, 1000, 1, "surveillance", repeat=3)
    gospa, peer = score["gospa_per_target"], PEER[1000, 1]
    note = f"loc {score['loc_rmse']:.1f} m, missed {score['missed']:.4f}, false {score['false']:.4f}, "
    note += f"ID switches {score['id_switches']:.3f} per object-minute; peer {peer}"
    tell("GOSPA per object, surveillance, 1,000 objects, seed 1", gospa, "m", f"<= {peer}", gospa <= peer, note)
    speed = figures["plots_per_second"]
    note = (
        f"best of 3 runs, one thread, same run as the GOSPA above; p50 {figures['p50_ms']}, p99 {figures['p99_ms']} ms"
    )
    note += f" a scan; peak {figures['peak_rss_mb']} MB"
    tell("plots per CPU second, 1,000 objects", speed, "1/s", ">= 200000", speed >= 200_000, note)
    figures = track(make_scenario(bench, folder, 10_000, 1, "surveillance", 40), folder, 2)
    p99, rate = figures["p99_ms"], figures["plots_per_second"]
    note = f"40 s, {figures['plots']} plots at {rate:.0f} per CPU second, p50 {figures['p50_ms']} ms; CPU time"
    tell("p99 of one scan, 10,000 objects", p99, "ms", "<= 20", p99 <= 20, note)


def measure_hard(bench: Path, folder: Path) -> None:
    """Score the hard profile: biases, disorder and clutter that this tracker tolerates but does not mend."""
    scores = {seed: track_and_score(bench, folder, 100, seed, "hard")[1] for seed in PEER_HARD}
    told = ", ".join(f"seed {s}: {v['gospa_per_target']:.1f} (peer {PEER_HARD[s]})" for s, v in scores.items())
    tell("GOSPA per object, hard, 100 objects, seeds 1 and 2", mean(list(scores.values())), "m", None, None, told)


def measure_snapshot() -> None:
    """Time snapshot and restore of 10,000 tracks."""
    from sargas.model.label import Label
    from sargas.model.plots import Plots
    from sargas.model.records import Sensor
    from sargas.tracking.tracker import Tracker

    rng, n = np.random.default_rng(1), 10_000
    radar = Sensor(id="radar", kind="radar-3d", latitude_deg=56.0, longitude_deg=24.0)
    tracker = Tracker([radar], (56.0, 24.0))
    polar = {"range_m": rng.uniform(5e3, 4e5, n), "azimuth_deg": rng.uniform(0, 360, n), "elevation_deg": np.ones(n)}
    when = np.zeros(n, np.int64)
    tracker.update(Plots.of(time_ns=when, receive_time_ns=when, sensor_ids=("radar",), label=Label(), **polar))
    started = time.process_time()
    data = tracker.snapshot()
    restored = Tracker([], (56.0, 24.0))
    restored.restore(data)
    taken_ms = (time.process_time() - started) * 1e3
    equal = restored.snapshot() == data
    note = f"{len(tracker)} tracks, {len(data) / 1e6:.1f} MB, equal bytes: {equal}; CPU time"
    tell("snapshot and restore of 10,000 tracks", taken_ms, "ms", "<= 200", equal and taken_ms <= 200, note)


def track_and_score(
    bench: Path, folder: Path, targets: int, seed: int, profile: str, repeat: int = 1
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a scenario, track it and score it; the figures are those of the fastest of ``repeat`` runs."""
    scenario = make_scenario(bench, folder, targets, seed, profile)
    figures = track(scenario, folder, repeat)
    scored = run(
        [sys.executable, str(bench / "score.py"), str(scenario), str(folder / "tracks.parquet"), "--until", "116"]
    )
    return figures, json.loads(scored)


def make_scenario(bench: Path, folder: Path, targets: int, seed: int, profile: str, duration: int = 120) -> Path:
    """Let the shared generator write a scenario and return its folder."""
    place = folder / f"{profile}-{targets}-{seed}"
    options = {"targets": targets, "seed": seed, "profile": profile, "duration": duration}
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    run([sys.executable, str(bench / "scenario.py"), *arguments, str(place)])
    return place


def track(scenario: Path, folder: Path, repeat: int) -> dict[str, Any]:
    """Run ``sargas track`` and return its figures, those of the fastest run."""
    command = [sys.executable, "-m", "sargas.cli.main", "track", str(scenario / "plots.parquet")]
    command += ["--sensors", str(scenario / "sensors.toml"), "--out", str(folder / "tracks.parquet")]
    runs: list[dict[str, Any]] = [json.loads(run(command)) for _ in range(repeat)]
    return max(runs, key=lambda figures: figures["plots_per_second"])


def run(command: list[str]) -> str:
    """Run a program to its end and return what it printed."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def mean(scores: list[dict[str, Any]]) -> float:
    """Return the mean GOSPA per object."""
    return sum(score["gospa_per_target"] for score in scores) / len(scores)


def tell(figure: str, value: float | None, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure."""
    rounded = None if value is None else round(value, 4)
    keys = ("figure", "value", "unit", "limit", "ok", "command", "note")
    print(json.dumps(dict(zip(keys, (figure, rounded, unit, limit, ok, COMMAND, note), strict=True))), flush=True)


if __name__ == "__main__":
    main()
