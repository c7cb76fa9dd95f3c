"""Measure groups and the fusion with a partner's tracks: time a tick, and how much better the picture is.

Prints one JSON line a figure. Times are CPU times of the calling thread, median of 30 ticks after warm ones. The gain
is measured over simulated Kalman filters that know their own noise, as the tests do, on seeds that no test uses.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.tracks import Tracks
from sargas.picture.fused_tracks import FusedTracks
from sargas.tracking.groups import Groups

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.picture.two_pictures import run

COMMAND = "python benchmarks/bench_fusion.py"
START_NS = 1_800_000_000 * NS_PER_S
TICKS = 30
EAST_DEG, NORTH_DEG = 9.4, 5.4
"""600 km each way at 55 N."""


def main() -> None:
    """Print all figures."""
    measure_groups()
    measure_fusion()
    measure_gain()


def measure_groups() -> None:
    """Time a tick of 10,000 tracks, 1,500 of them in swarms of three."""
    tracks, groups = sky(10_000, seed=1), Groups()
    leader = np.arange(0, 1500, 3).repeat(3)
    for name in ("longitude_deg", "velocity_east_mps", "velocity_north_mps", "altitude_m"):
        getattr(tracks, name)[:1500] = getattr(tracks, name)[leader]
    tracks.latitude_deg[:1500] = tracks.latitude_deg[leader] + np.tile([0.0, 0.002, 0.004], 500)
    for second in range(35):
        column, _ = groups.advance(tracks, START_NS + second * NS_PER_S)
    found = len(set(column.tolist())) - 1
    ms = median_ms([partial(groups.advance, tracks, START_NS + second * NS_PER_S) for second in range(35, 65)])
    tell("groups, 10,000 tracks, one tick", ms, "ms", "<= 5 ms", ms <= 5.0, f"{found} groups of three; CPU time")


def measure_fusion() -> None:
    """Time a tick of 2,000 own and 2,000 remote tracks of the same objects: correlate, then fuse all of them."""
    own, fused = sky(2_000, seed=2), FusedTracks("bench")
    random = np.random.default_rng(3)
    advance_ms, read_ms, take_ms = list[float](), list[float](), list[float]()
    for second in range(10 + TICKS):
        time_ns = START_NS + second * NS_PER_S
        ours = at(own, second)
        theirs = at(own, second)
        theirs = replace(theirs, latitude_deg=theirs.latitude_deg + random.normal(0, 4e-4, len(own)))
        took = [
            cpu_ms(partial(fused.take, "lv", theirs, time_ns)),
            cpu_ms(partial(fused.advance, ours, time_ns)),
            cpu_ms(partial(fused.read, ours)),
        ]
        if second >= 10:
            for kept, ms in zip((take_ms, advance_ms, read_ms), took, strict=True):
                kept.append(ms)
    joined = int((fused.correlation.pairs.joined == 1).sum())
    take, advance, read = (float(np.median(values)) for values in (take_ms, advance_ms, read_ms))
    note = f"correlate {advance:.1f}, fuse {read:.1f}; {joined} pairs joined; taking the batch {take:.1f} ms; CPU time"
    total = advance + read
    tell("fusion, 2,000 own and 2,000 remote tracks, one tick", total, "ms", "<= 20 ms", total <= 20.0, note)


def measure_gain() -> None:
    """Compare the picture with a partner to ours alone, over 200 objects."""
    for case in ("apart", "shared radar", "fuses ours", "offset", "optimist", "stale"):
        found = [run(case, seed) for seed in (101, 102, 103)]
        ratio = float(np.mean([f.position / f.own_position for f in found]))
        nees = float(np.mean([f.nees for f in found]))
        note = f"3 seeds of 200 objects; NEES of six numbers {nees:.2f}, ours alone {mean_own(found):.2f}, expected 6"
        tell(f"position RMSE with a partner over without, {case}", ratio, "", "<= 1.005", ratio <= 1.005, note)


def mean_own(found: list[Any]) -> float:
    return float(np.mean([f.own_nees for f in found]))


def sky(n: int, seed: int) -> Tracks:
    """Make n tracks over 600 km by 600 km with covariances of 60 m and 5 m/s."""
    random = np.random.default_rng(seed)
    covariance = np.zeros((n, 21))
    covariance[:, [0, 6, 11]], covariance[:, [15, 18, 20]] = 3600.0, 25.0
    return Tracks.of(
        time_ns=np.full(n, START_NS), track_id=np.arange(1, n + 1), latitude_deg=52.0 + NORTH_DEG * random.random(n),
        longitude_deg=20.0 + EAST_DEG * random.random(n), altitude_m=random.uniform(100, 11_000, n),
        velocity_east_mps=random.uniform(-200, 200, n), velocity_north_mps=random.uniform(-200, 200, n),
        velocity_up_mps=np.zeros(n), label=Label(), covariance=covariance,
    )  # fmt: skip


def at(tracks: Tracks, second: int) -> Tracks:
    """Move tracks on by their velocities."""
    return replace(
        tracks,
        time_ns=tracks.time_ns + second * NS_PER_S,
        latitude_deg=tracks.latitude_deg + tracks.velocity_north_mps * second / 111_300.0,
        longitude_deg=tracks.longitude_deg + tracks.velocity_east_mps * second / 64_000.0,
    )


def median_ms(calls: list[Callable[[], object]]) -> float:
    """Run calls one after the other; return the median of their CPU times."""
    return float(np.median([cpu_ms(call) for call in calls]))


def cpu_ms(call: Callable[[], object]) -> float:
    """Return the CPU time of this thread that a call takes."""
    began = time.thread_time()
    call()
    return (time.thread_time() - began) * 1e3


def tell(figure: str, value: float, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure."""
    line = {"figure": figure, "value": round(value, 4), "unit": unit, "limit": limit, "ok": ok, "command": COMMAND}
    print(json.dumps(line | {"note": note}), flush=True)


if __name__ == "__main__":
    main()
