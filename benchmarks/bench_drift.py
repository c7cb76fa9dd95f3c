"""Measure drift: 90 % regions, launches, closures against a plot-driven rule, real radiosondes, and the cost.

``python benchmarks/bench_drift.py [--nights N] [--first SEED]``. The nights of ``drift/nights.py`` (seeds 1 to 100;
tuned on seeds from 9000 on) share no code with what is measured. Prints one JSON object a line: figure, value, unit,
limit, ok, command, note. Pages: docs/drifters.md, docs/closures.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.drift.filter import Row
from benchmarks.drift.measure import (
    PLANE,
    START_NS,
    Launched,
    advised,
    configuration,
    coverage,
    judge_closures,
    launches,
    plot_driven,
    run_night,
    table_of,
    tell_seldom,
    tracks_of,
)
from benchmarks.drift.nights import STEP_S, make_night
from benchmarks.drift.sondes import run_flight
from sargas.model.columns import NS_PER_S, Float64
from sargas.picture import drifting as in_picture
from sargas.picture.drifting import Drifting

SHARED = Path(os.environ.get("SARGAS_SHARED") or Path(__file__).resolve().parents[2] / "shared")
CLEARING_S = 600.0
PLOT_RADII_M = (5_000.0, 10_000.0, 15_000.0)
"""15 km is what 25 m/s cover in the clearing time: the radius at which closing on plots gives as much notice."""
AFTER_S = 900.0
JOBS = int(os.environ.get("SARGAS_BENCH_JOBS") or os.cpu_count() or 1)
PHASES = {1: "rising", 2: "floating", 3: "falling"}
WITHOUT_EVERY = 10
"""One night of so many is run without the table as well."""


def report(figure: str, value: float | None, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure."""
    line = {
        "figure": figure,
        "value": value if value is None else round(float(value), 4),
        "unit": unit,
        "limit": limit,
        "ok": ok if ok is None else bool(ok),
        "command": "python benchmarks/bench_drift.py",
        "note": note,
    }
    print(json.dumps(line), flush=True)


def error_of(rows: list[np.ndarray], horizon_s: float) -> float:
    """Return one sigma of a coverage, nights taken as independent."""
    shares = [(own[own[:, 0] == horizon_s, 1].mean(), int((own[:, 0] == horizon_s).sum())) for own in rows if len(own)]
    shares = [(share, n) for share, n in shares if n]
    values, weights = np.array(shares).T
    mean = np.average(values, weights=weights)
    return float(np.sqrt(np.sum((weights * (values - mean)) ** 2)) / weights.sum())


def tell_coverage(rows: list[np.ndarray], seeds: str, words: str, *, limited: bool) -> None:
    """Tell coverage and area at the three horizons."""
    everything = np.concatenate([own for own in rows if len(own)])
    for horizon_s in (600.0, 1800.0, 3600.0):
        own = everything[everything[:, 0] == horizon_s]
        share = own[:, 1].mean()
        phases = "; ".join(
            f"{name} {100 * own[own[:, 3] == k, 1].mean():.1f} % of {int((own[:, 3] == k).sum())}"
            for k, name in PHASES.items()
            if (own[:, 3] == k).any()
        )
        note = f"{seeds}; {len(own)} forecasts; one sigma by nights {100 * error_of(rows, horizon_s):.1f} %; {phases}; "
        note += f"area median {np.median(own[:, 2]):.0f} km2; middle off by median {np.median(own[:, 4]) / 1e3:.1f} km"
        is_goal = limited and horizon_s == 1800.0
        report(
            f"drift: position in {horizon_s / 60:.0f} min within the 90 % region, {words}", 100 * share, "%",
            "87-93 %" if is_goal else None, 0.87 <= share <= 0.93 if is_goal else None, note,
        )  # fmt: skip


def tell_launches(rows: list[Launched], seeds: str) -> None:
    """Tell how far launches are off, and how often the region holds the site."""
    found = np.array(rows, float)
    single, several = found[found[:, 4] == 1], found[found[:, 4] > 1]
    note = f"{seeds}; {len(found)} sites told; 90th percentile {np.quantile(found[:, 0], 0.9) / 1e3:.1f} km; "
    note += f"one balloon: {np.median(single[:, 0]) / 1e3:.2f} km of {len(single)}; "
    note += f"several: {np.median(several[:, 0]) / 1e3:.2f} km of {len(several)}"
    report("drift: launch site off by (median)", np.median(found[:, 0]) / 1e3, "km", None, None, note)
    report("drift: launch site within its 90 % region", 100 * found[:, 2].mean(), "%", None, None,
           f"50 % region: {100 * found[:, 1].mean():.0f} %; launch times within the window told: "
           f"{100 * found[:, 3].mean():.0f} %")  # fmt: skip


@dataclass
class Judged:
    """What became of one night."""

    seed: int
    with_table: np.ndarray
    without: np.ndarray | None
    sites: list[Launched]
    closed: dict[str, np.ndarray]
    """By rule: minutes, entries, missed, told on short notice, closures."""


def judge_night(seed: int) -> Judged:
    """Run one night and judge it."""
    told = run_night(seed)
    closed, told_at = advised(told)
    judged = {"advice": judge_closures(told.night, closed, told_at, CLEARING_S)}
    for radius_m in PLOT_RADII_M:
        marked = plot_driven(told, radius_m, AFTER_S)
        begins = np.flatnonzero(marked & ~np.concatenate([[False], marked[:-1]]))
        since = np.concatenate([[0], begins])[np.searchsorted(begins, np.arange(len(marked)), "right")]
        judged[f"{radius_m / 1e3:.0f} km"] = judge_closures(told.night, marked, since * STEP_S, CLEARING_S)
    rows = {
        name: np.array([one.minutes, one.entries, one.missed, one.short_notice, one.spans], float)
        for name, one in judged.items()
    }
    without = None
    if seed % WITHOUT_EVERY == 0:
        without = np.array(coverage(run_night(seed, with_table=False)), float).reshape(-1, 6)
    return Judged(seed, np.array(coverage(told), float).reshape(-1, 6), without, launches(told), rows)


def measure_nights(first: int, nights: int) -> None:
    """Run the nights, some at a time, and tell everything about them."""
    found: list[Judged] = []
    with ProcessPoolExecutor(JOBS) as pool:
        for one in pool.map(judge_night, range(first, first + nights)):
            found.append(one)
            own = one.closed["advice"]
            print(f"seed {one.seed}: closed {own[0]:.0f} min, missed {own[2]:.0f}", file=sys.stderr, flush=True)
            if len(found) % 10 == 0:
                print(f"# after {len(found)} nights", file=sys.stderr, flush=True)
                with redirect_stdout(sys.stderr):
                    tell_nights(found)
    tell_nights(found)


def tell_nights(found: list[Judged]) -> None:
    """Tell everything about the nights so far."""
    first, nights = found[0].seed, len(found)
    seeds = f"seeds {first}-{first + nights - 1}"
    tell_coverage([one.with_table for one in found], seeds, "with a wind table", limited=True)
    without = [one.without for one in found if one.without is not None]
    if without:
        tell_coverage(without, f"{seeds}, every {WITHOUT_EVERY}th", "without any table", limited=False)
    tell_launches([site for one in found for site in one.sites], seeds)
    totals = {name: np.sum([one.closed[name] for one in found], axis=0) for name in found[0].closed}
    tell_closures(totals, seeds, nights)


def tell_closures(totals: dict[str, np.ndarray], seeds: str, nights: int) -> None:
    """Tell minutes closed against the plot-driven rules, and entries missed."""
    minutes, entries, missed, short, spans = totals["advice"]
    base = totals["15 km"]
    others = "; ".join(
        f"plots within {name}: {row[0]:.0f} min in {row[4]:.0f} closures, {row[2]:.0f} missed, "
        f"{row[3]:.0f} on short notice"
        for name, row in totals.items()
        if name != "advice"
    )
    note = (
        f"{seeds}; {minutes:.0f} min in {spans:.0f} closures against {base[0]:.0f} min; {others}; 15 min after the last"
    )
    saved = 100 * (1 - minutes / max(base[0], 1.0))
    report("closures: minutes fewer than plot-driven (15 km)", saved, "%", ">= 40 %", saved >= 40.0, note)
    saved = 100 * (1 - minutes / max(totals["10 km"][0], 1.0))
    report("closures: minutes fewer than plot-driven (10 km)", saved, "%", None, None, "a rule that gives less notice")
    report("closures: entries while open", missed, "", "0", missed == 0,
           f"{seeds}; {entries:.0f} entries of balloons into the volume in {nights} nights")  # fmt: skip
    report("closures: entries told less than the clearing time before", short, "", None, None,
           f"of {entries:.0f}; the volume was closed, the runway may not yet have been clear")  # fmt: skip


def measure_sondes() -> None:
    """Tell the coverage on real radiosondes."""
    paths = sorted((SHARED / "data/real/balloon").glob("*.csv.gz"))
    if not paths:
        report("drift: real radiosondes", None, "%", None, None, "data/real/balloon is not there")
        return
    tell_seldom()
    rows = np.array([row for path in paths for row in run_flight(path)], float)
    for horizon_s in (600.0, 1800.0, 3600.0):
        own = rows[rows[:, 0] == horizon_s]
        after = own[own[:, 3] > 0]
        note = f"{len(paths)} flights, {len(own)} forecasts that overlap; no table; judged before the burst "
        note += f"{100 * own[own[:, 3] == 0, 1].mean():.0f} %, after it "
        note += f"{100 * after[:, 1].mean():.0f} %" if len(after) else "none"
        note += f"; area median {np.median(own[:, 2]):.0f} km2"
        report(f"drift: radiosonde in {horizon_s / 60:.0f} min within the 90 % region", 100 * own[:, 1].mean(), "%",
               None, None, note)  # fmt: skip


class _Row(Row):
    def __init__(self, number: int, x: Float64) -> None:
        self.number, self.x, self.p, self.age_s, self.missed_s = number, x, 60.0**2 * np.eye(6), 600.0, 0.0


def measure_cost(balloons: int = 30, seconds: int = 900) -> None:
    """Tell what a tick costs with many drifters, and with none."""
    night = make_night(9999)
    in_picture.TOLD_EVERY_NS = 30 * NS_PER_S  # as live
    drifting = Drifting.of(configuration(), PLANE)
    drifting.hear(table_of(night), START_NS)
    rng = np.random.default_rng(2)
    start = np.column_stack([rng.uniform(10e3, 60e3, balloons), rng.uniform(-60e3, 0.0, balloons),
                             rng.uniform(500.0, 6000.0, balloons)])  # fmt: skip
    spent = []
    for second in range(seconds):
        places = start + second * np.array([-8.0, 6.0, 0.0]) + 40.0 * rng.standard_normal((balloons, 3))
        rows = [_Row(k + 1, np.r_[place, -8.0, 6.0, 0.0]) for k, place in enumerate(places)]
        tracks = tracks_of(rows, float(second))
        began = time.process_time()
        drifting.tick(tracks, START_NS + second * NS_PER_S)
        spent.append(1e3 * (time.process_time() - began))
    late = np.array(spent[300:])
    note = f"CPU time; 95th percentile {np.quantile(late, 0.95):.1f} ms; {balloons} drifters, one airport; "
    note += f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    report("drift: a tick with 30 drifters (mean)", late.mean(), "ms", "<= 5 ms", late.mean() <= 5.0, note)
    empty = Drifting.of(configuration(), PLANE)
    none = tracks_of([], 0.0)
    began = time.process_time()
    for second in range(1000):
        empty.tick(none, START_NS + second * NS_PER_S)
    report(
        "drift: a tick without drifters",
        1e3 * (time.process_time() - began),
        "us",
        None,
        None,
        "CPU time, mean of 1000",
    )


def main() -> None:
    """Run everything."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--nights", type=int, default=100)
    arguments.add_argument("--first", type=int, default=1)
    given = arguments.parse_args()
    measure_sondes()
    measure_nights(given.first, given.nights)
    measure_cost()


if __name__ == "__main__":
    main()
