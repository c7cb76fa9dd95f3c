"""Measure lost tracks: is the truth in the region, how large is that, is it sure of what became of it, what it costs.

``python benchmarks/bench_lost.py [--quick] [--seeds 305-354] [--calibrate]``. Flights of the exercise (one-way drones,
small drones, balloons, light aircraft, helicopters) over five sensor layouts are tracked by the node's own tracker and
classified by its own classifier; then they dive, land, crash, leave, or the sensors fail (benchmarks/lost/truths.py).
The truth is never shown to what is measured. ``--calibrate`` prints what weight regions must take (telling.mass_at),
by age, from the seeds given: never those that are tested. Prints one JSON object a line: figure, value, unit,
limit, ok, command, note. Page: docs/lost-tracks.md.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.lost.judge import AGES_S, Verdict
from benchmarks.lost.search import Found, ReportEffect, search
from benchmarks.lost.trial import Trial

COMMAND = "python benchmarks/bench_lost.py"
QUICK = "--quick" in sys.argv
KEPT = 0.80
CASES = 20
GROUPS = ("one-way drone", "small drone", "balloon", "light aircraft", "helicopter")


def seeds() -> range:
    """Return the seeds to run: those of the page unless others are asked for."""
    if "--seeds" in sys.argv:
        first, _, last = sys.argv[sys.argv.index("--seeds") + 1].partition("-")
        return range(int(first), int(last or first) + 1)
    return range(305, 310) if QUICK else range(305, 355)


def report(figure: str, value: float | None, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure."""
    line = {
        "figure": figure,
        "value": None if value is None else float(f"{value:.4g}"),
        "unit": unit,
        "limit": limit,
        "ok": ok if ok is None else bool(ok),
        "command": COMMAND,
        "note": note,
    }
    print(json.dumps(line), flush=True)


def run_seed(seed: int) -> Found:
    """Draw and search one trial."""
    return search(Trial.of(seed))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    z = 1.96
    middle = (hits + z * z / 2.0) / (n + z * z)
    half = z * np.sqrt(hits * (n - hits) / n + z * z / 4.0) / (n + z * z)
    return float(middle - half), float(middle + half)


def tell_coverage(verdicts: list[Verdict], where: str) -> None:
    """Tell the share of truths in the region at each age, and by kind."""
    for age in AGES_S:
        rows = [v for v in verdicts if v.age_s == age]
        hits = sum(v.is_inside for v in rows)
        low, high = wilson(hits, len(rows))
        kinds = ", ".join(_share(rows, group) for group in GROUPS)
        report(
            f"lost: truth in the 80 % region after {age // 60} min", 100.0 * hits / len(rows), "%", "75 to 85 %",
            0.75 <= hits / len(rows) <= 0.85,
            f"{hits} of {len(rows)} still lost, interval {100 * low:.0f} to {100 * high:.0f} %; {kinds}; {where}",
        )  # fmt: skip


def _share(rows: list[Verdict], group: str) -> str:
    own = [v for v in rows if v.group == group]
    return (
        f"{group} {100.0 * float(np.mean([v.is_inside for v in own])):.0f} % of {len(own)}" if own else f"{group} none"
    )


def tell_areas(verdicts: list[Verdict], where: str) -> None:
    """Tell how much smaller the region is than dead reckoning's, like for like and as the reference draws it."""
    for age in AGES_S:
        rows = [v for v in verdicts if v.age_s == age]
        area = np.array([v.area_m2 for v in rows]) / 1e6
        sector = np.array([v.sector_m2 for v in rows]) / 1e6
        half = widened_half_angle(rows)
        held = 100.0 * float(np.mean([v.is_in_sector for v in rows]))
        ratios = sector * half / 20.0 / area
        low, high = _bootstrap(ratios)
        report(
            f"lost: dead reckoning's area over the region's after {age // 60} min", float(np.median(ratios)), "x",
            ">= 3 x", float(np.median(ratios)) >= 3.0,
            f"median case, interval {low:.1f} to {high:.1f}; region {np.median(area):.3g} km2; dead reckoning: "
            f"sector of the last course, (speed + 3 sigma) x time long, opened to {half:.0f} degrees to either side so "
            f"that it holds as many of these truths as the region; {where}",
        )  # fmt: skip
        report(
            f"lost: the +-20 degree sector over the region after {age // 60} min", float(np.median(sector / area)),
            "x", None, None,
            f"median case; that sector, {np.median(sector):.3g} km2, holds {held:.0f} % of the truths, so it is no "
            f"80 % region; one-way drones alone: {_of_group(rows, 'one-way drone')}; {where}",
        )  # fmt: skip


def widened_half_angle(rows: list[Verdict]) -> float:
    """Return the least half angle (deg) at which the sector holds as many truths as the region; 180 is the circle."""
    off = np.array([v.off_deg if v.away <= 1.0 else 180.0 for v in rows])
    return float(np.quantile(off, np.mean([v.is_inside for v in rows]), method="higher"))


def _of_group(rows: list[Verdict], group: str) -> str:
    own = [v for v in rows if v.group == group]
    if not own:
        return "none"
    ratio = np.median([v.sector_m2 / v.area_m2 for v in own])
    return f"{ratio:.2f} x, sector holds {100 * np.mean([v.is_in_sector for v in own]):.0f} %"


def _bootstrap(values: np.ndarray) -> tuple[float, float]:
    rng = np.random.default_rng(5)
    drawn = np.median(rng.choice(values, (500, len(values))), axis=1)
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def tell_hypotheses(verdicts: list[Verdict], where: str) -> None:
    """Tell Brier and log score of what became of them, against always saying how often each is so."""
    for age in (60, 300, 1200):
        rows = [v for v in verdicts if v.age_s == age]
        brier = np.mean([sum((p - (name == v.truth)) ** 2 for name, p in v.shares.items()) for v in rows])
        log_score = np.mean([-np.log(max(v.shares[v.truth], 1e-3)) for v in rows])
        counts = Counter(v.truth for v in rows)
        base = 1.0 - sum((c / len(rows)) ** 2 for c in counts.values())
        entropy = -sum(c / len(rows) * np.log(c / len(rows)) for c in counts.values())
        mean = ", ".join(
            f"{name} said {100 * np.mean([v.shares[name] for v in rows]):.0f} %, "
            f"is {100 * counts[name] / len(rows):.0f} %"
            for name in rows[0].shares
        )
        report(
            f"lost: Brier score of the hypotheses after {age // 60} min", float(brier), "", f"< {base:.3f}",
            bool(brier < base),
            f"limit: the score of always saying how often each is so; log score {log_score:.2f} against {entropy:.2f}; "
            f"{mean}; {where}",
        )  # fmt: skip


def tell_reports(found: list[Found], where: str) -> None:
    """Tell what one citizen's report does."""
    effects = [effect for one in found for effect in one.reports]
    true = [e for e in effects if e.is_about_it]
    ratio = float(np.median([e.after_m2 / e.before_m2 for e in true]))
    worst = max(e.ticks for e in effects)
    report(
        "lost: a report is weighed in and told", float(worst), "s", "<= 5 s", worst <= 5,
        f"most of {len(effects)} reports, in ticks of 1 s; {where}",
    )  # fmt: skip
    report(
        "lost: region after a true report over before", ratio, "", None, None,
        f"median of {len(true)} reports 5 min after loss, from 0.5 to 3 km, 20 degrees and half the distance at one "
        f"sigma; truth inside {_kept(true)}; with {len(effects) - len(true)} reports about something else among "
        f"{len(effects)}: {_kept(effects)}; {where}",
    )  # fmt: skip


def _kept(effects: list[ReportEffect]) -> str:
    before = np.mean([e.was_inside for e in effects])
    after = np.mean([e.is_inside for e in effects])
    return f"{100 * before:.0f} % before, {100 * after:.0f} % after"


def tell_cost(found: list[Found], where: str) -> None:
    """Tell CPU time and what reappearance came to."""
    idle = sum(one.idle_s for one in found) / max(sum(one.idle_ticks for one in found), 1)
    ticks, case_ticks = sum(one.ticks for one in found), max(sum(one.case_ticks for one in found), 1)
    per_case = (sum(one.cpu_s for one in found) - idle * ticks) / case_ticks
    worst, mean_ms = 1e3 * max(one.worst_s for one in found), 1e3 * (idle + per_case * CASES)
    report(
        f"lost: CPU a tick with {CASES} lost tracks", mean_ms, "ms", "<= 2 ms", mean_ms <= 2.0,
        f"process time of one thread: a tick without any and {CASES} times what one adds, mean over {ticks} ticks "
        f"with {case_ticks / max(ticks, 1):.0f} on average; load {os.getloadavg()[0]:.0f} on 2 cores; longest tick "
        f"{worst:.0f} ms (cases open at once draw four times the particles); {where}",
    )  # fmt: skip
    report("lost: CPU a tick with none", 1e3 * idle, "ms", "<= 0.5 ms", 1e3 * idle <= 0.5, f"tracks watched; {where}")
    back, offered = sum(one.came_back for one in found), sum(one.offered for one in found)
    wrong = sum(one.wrong_offers for one in found)
    report(
        "lost: objects that come back offered as the lost one", 100.0 * offered / max(back, 1), "%", None, None,
        f"{offered} of {back} new tracks of lost objects; {wrong} offers of another object; {where}",
    )  # fmt: skip


def main() -> None:
    """Run the trials, tell the figures."""
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(run_seed, seeds()))
    verdicts = [verdict for one in found for verdict in one.verdicts]
    if "--calibrate" in sys.argv:
        for age in AGES_S:
            mass = [v.mass for v in verdicts if v.age_s == age]
            print(age, round(float(np.quantile(mass, KEPT)), 3), len(mass), file=sys.stderr)
        return
    cases = sum(one.cases for one in found)
    where = f"seeds {seeds()[0]} to {seeds()[-1]}, {cases} cases, {sum(one.skipped for one in found)} of no flight"
    tell_coverage(verdicts, where)
    tell_areas(verdicts, where)
    tell_hypotheses(verdicts, where)
    tell_reports(found, where)
    tell_cost(found, where)


if __name__ == "__main__":
    main()
