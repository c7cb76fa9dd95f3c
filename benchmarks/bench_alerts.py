"""Measure alerts over simulated nights of 24 hours: false criticals, advisories an hour, detection, warning time.

``python benchmarks/bench_alerts.py [--seeds 101,102] [--hours 24] [--workers 2]``. Nights of ``alerts/nights.py`` run
through ``picture.step``; the truth is read by what measures alone. A night takes some 35 minutes of one core. Prints a
JSON object a line: figure, value, unit, limit, ok, command, note; what each night gave so far goes to stderr every hour
of it. Page: docs/alerts.md.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.alerts.nights import COVERED_S, IS_INTRUDER, TICK_NS, Night
from sargas.exercise.night import DEFAULT_START_NS
from sargas.exercise.tables import KINDS
from sargas.geo.wgs84 import ecef_from_geodetic, geodetic_from_ecef
from sargas.model.columns import NS_PER_S
from sargas.model.records import Alert, PublicWarning

NEAR_M = 2_000.0
"""A track further than this from every object is of none."""
IN_TIME_S = 30.0
"""After so long inside the country and inside coverage an intruder must be a critical alert."""
SEEN_EARLY_S = 60.0
"""Seen early: inside coverage for so long before it enters a protected zone."""
TARGETS = 24


@dataclass
class Intruder:
    """What becomes of one intruder."""

    covered_s: float = 0.0
    in_country_s: float = 0.0
    """Inside coverage and inside the border."""
    due_s: float | None = None
    critical_s: float | None = None
    entries: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Of protected zones: second of entry, and for how long it had been inside coverage by then."""


@dataclass
class Score:
    """What one night gave."""

    hours: float
    false: list[str] = field(default_factory=list)
    true: int = 0
    advisories: list[tuple[float, str]] = field(default_factory=list)
    held_back: int = 0
    intruders: dict[int, Intruder] = field(default_factory=dict)
    drafts: list[tuple[str, str]] = field(default_factory=list)
    """First drafts of public warnings: kind of the first object of each, level."""
    most_drafts: int = 0
    """Drafts that stood at once."""
    cpu_s: float = 0.0


def watch(seed: int, hours: float) -> Score:
    """Play one night and hold what was told against what was there."""
    began, night, score = time.process_time(), Night(seed, TARGETS, hours * 3600.0), Score(hours)
    names = dict[str, str]()
    shown, held = set[str](), set[str]()
    critical, standing = dict[str, int | None](), set[str]()
    for tick_ns, told in night.play():
        time_s = (tick_ns - DEFAULT_START_NS) / NS_PER_S
        if time_s > 0.0 and time_s % 3600.0 == 0.0:
            report([seed], [replace(score, hours=time_s / 3600.0)], so_far=True)
        _follow(night, score, tick_ns, time_s)
        _note_drafts(night, score, standing, [one for one in told if isinstance(one, PublicWarning)], tick_ns)
        alerts = [message for message in told if isinstance(message, Alert) and message.state != "ended"]
        if not alerts:
            continue
        objects = _objects(night, tick_ns)
        for alert in alerts:
            found = [objects.get(track_id, ("nothing", -1)) for track_id in alert.track_ids]
            names[alert.alert_id] = found[0][0]
            if alert.state == "held_back" and alert.alert_id not in held:
                held.add(alert.alert_id)
            if alert.tier == "advisory" and alert.was_shown and alert.alert_id not in shown | critical.keys():
                shown.add(alert.alert_id)
                score.advisories.append((time_s, found[0][0]))
            if alert.tier != "critical":
                continue
            hit = [number for _, number in found if number in score.intruders]
            for number in hit:
                one = score.intruders[number]
                one.critical_s = time_s if one.critical_s is None else one.critical_s
            if critical.get(alert.alert_id, -1) != alert.critical_ns:
                critical[alert.alert_id] = alert.critical_ns
                if hit:
                    score.true += 1
                else:
                    score.false.append(found[0][0])
                    print(
                        f"seed {seed} {time_s:.0f} s: {alert.alert_id} {found} {alert.danger} {alert.reasons}",
                        file=sys.stderr,
                    )
    score.held_back = len(held - shown)
    score.cpu_s = time.process_time() - began
    return score


def _note_drafts(night: Night, score: Score, standing: set[str], told: list[PublicWarning], tick_ns: int) -> None:
    """Note the drafts of public warnings, and of what they are."""
    objects = _objects(night, tick_ns) if told else {}
    for warning in told:
        if warning.state != "drafted":
            standing.discard(warning.message_id)
            continue
        standing.add(warning.message_id)
        if warning.message == "alert" and warning.number == 1:
            found = [objects.get(track_id, ("nothing", -1)) for track_id in warning.track_ids]
            hit = [kind for kind, number in found if number in score.intruders]
            if not hit:
                print(f"draft {tick_ns // NS_PER_S} {found} {warning.level} {warning.reasons[:3]}", file=sys.stderr)
            score.drafts.append((hit[0] if hit else f"no intruder: {found[0][0]}", warning.level))
    score.most_drafts = max(score.most_drafts, len(standing))


def _follow(night: Night, score: Score, tick_ns: int, time_s: float) -> None:
    """Note where the intruders are: inside coverage, inside the country, inside protected zones."""
    numbers, kinds, places = night.truth(tick_ns)
    rows = np.flatnonzero(IS_INTRUDER[kinds])
    if not len(rows):
        return
    numbers, places = numbers[rows], places[rows]
    covered = night.covered(numbers, places, tick_ns)
    index = night.picture.zones.index
    inside = index.contains(*geodetic_from_ecef(places))
    step_s = TICK_NS / NS_PER_S
    for row, number in enumerate(numbers.tolist()):
        one = score.intruders.setdefault(number, Intruder())
        for zone, is_inside in zip(index.zones, inside[row].tolist(), strict=True):
            if is_inside and zone.kind == "protected":
                one.entries.setdefault(zone.id, (time_s, one.covered_s))
            if is_inside and zone.kind == "border" and covered[row]:
                one.in_country_s += step_s
        one.covered_s += step_s if covered[row] else 0.0
        if one.in_country_s >= COVERED_S and one.due_s is None:
            one.due_s = time_s + IN_TIME_S - COVERED_S


def _objects(night: Night, tick_ns: int) -> dict[int, tuple[str, int]]:
    """Say of which object each track is: kind and number."""
    numbers, kinds, places = night.truth(tick_ns)
    tracks = night.picture.tracker.report(tick_ns)
    there = ecef_from_geodetic(tracks.latitude_deg, tracks.longitude_deg, tracks.altitude_m)
    found = dict[int, tuple[str, int]]()
    for row, track_id in enumerate(tracks.track_id.tolist()):
        gaps = np.linalg.norm(places - there[row], axis=1)
        nearest = int(gaps.argmin())
        if gaps[nearest] <= NEAR_M:
            found[track_id] = (KINDS[kinds[nearest]].kind, int(numbers[nearest]))
    return found


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    z, p = 1.96, hits / n
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def poisson_upper(count: int) -> float:
    """Return the 95 % upper limit of a Poisson mean of which ``count`` were seen."""
    from scipy.stats import chi2

    return float(chi2.ppf(0.95, 2 * (count + 1)) / 2.0)


def _tell(
    figure: str, value: float | None, unit: str, limit: str | None, ok: bool | None, note: str, *, so_far: bool = False
) -> None:
    """Print one figure; ``so_far``: to stderr, of a night that goes on."""
    line = {
        "figure": figure, "value": value, "unit": unit, "limit": limit, "ok": ok,
        "command": "python benchmarks/bench_alerts.py", "note": note,
    }  # fmt: skip
    print(json.dumps(line), flush=True, file=sys.stderr if so_far else sys.stdout)


def report(seeds: list[int], scores: list[Score], *, so_far: bool = False) -> None:
    """Print the figures of all nights together."""
    tell = partial(_tell, so_far=so_far)
    hours = sum(score.hours for score in scores)
    nights = f"{len(scores)} nights of {scores[0].hours:g} h, seeds {', '.join(map(str, seeds))}, {TARGETS} objects"
    false = Counter(kind for score in scores for kind in score.false)
    count = sum(false.values())
    rate, upper = 24.0 * count / hours, 24.0 * poisson_upper(count) / hours
    kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(false.items())) or "none"
    tell("false critical alerts an operator and 24 h", rate, "", "<= 1", rate <= 1.0,
         f"{nights}: {count} ({kinds}), 95 % upper limit {upper:.2f}; "
         f"{sum(s.true for s in scores)} true ones")  # fmt: skip
    advisories = [one for score in scores for one in score.advisories]
    most = max(_most_within_an_hour(score) for score in scores)
    kinds = ", ".join(f"{n} {kind}" for kind, n in Counter(kind for _, kind in advisories).most_common())
    tell("advisories an hour", len(advisories) / hours, "", "<= 6", most <= 6,
         f"{nights}: {kinds or 'none'}; most within any hour {most}; "
         f"{sum(s.held_back for s in scores)} only held back")  # fmt: skip
    due = [one for score in scores for one in score.intruders.values() if one.due_s is not None]
    hits = sum(one.critical_s is not None and one.due_s is not None and one.critical_s <= one.due_s for one in due)
    low, high = wilson(hits, len(due))
    share = 100.0 * hits / max(len(due), 1)
    tell("intruders inside coverage alerted in time", share, "%", ">= 95 %", share >= 95.0,
         f"{nights}: {hits} of {len(due)} critical within {IN_TIME_S:.0f} s inside the country and coverage, "
         f"95 % interval {100 * low:.1f} to {100 * high:.1f}")  # fmt: skip
    early = [
        (entry_s - one.critical_s if one.critical_s is not None else -math.inf)
        for score in scores
        for one in score.intruders.values()
        for entry_s, covered_s in [min(one.entries.values(), default=(0.0, 0.0))]
        if one.entries and covered_s >= SEEN_EARLY_S
    ]
    before = sum(lead > 0.0 for lead in early)
    low, high = wilson(before, len(early))
    tell("intruders seen early, critical before they enter a protected zone", 100.0 * before / max(len(early), 1), "%",
         ">= 95 %", before >= 0.95 * len(early), f"{nights}: {before} of {len(early)} inside coverage for "
         f"{SEEN_EARLY_S:.0f} s before, 95 % interval {100 * low:.1f} to {100 * high:.1f}")  # fmt: skip
    if early:
        leads = np.array([lead for lead in early if np.isfinite(lead)])
        tell("warning time before a protected zone, median", float(np.median(leads)), "s", None, None,
             f"{nights}; 5 % quantile {np.quantile(leads, 0.05):.0f} s")  # fmt: skip
    wolf = [(kind, level) for score in scores for kind, level in score.drafts if kind.startswith("no intruder")]
    kinds = ", ".join(f"{n} {kind[13:]}" for kind, n in Counter(kind for kind, _ in wolf).most_common()) or "none"
    tell("warnings drafted of no intruder in 24 h", 24.0 * len(wolf) / hours, "", None, None,
         f"{nights}: {len(wolf)} of {sum(len(s.drafts) for s in scores)} ({kinds}), "
         f"{sum(level == 'red' for _, level in wolf)} red; at once {max(s.most_drafts for s in scores)}")  # fmt: skip
    cpu_s = [score.cpu_s for score in scores]
    tell(
        "CPU time of a night",
        float(np.mean(cpu_s)),
        "s",
        None,
        None,
        f"{nights}; simulation and core, one process each",
    )


def _most_within_an_hour(score: Score) -> int:
    times = np.sort([time_s for time_s, _ in score.advisories])
    return int(max((np.searchsorted(times, t + 3600.0) - k for k, t in enumerate(times)), default=0))


def main() -> None:
    """Measure all nights."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", default="101,102")
    arguments.add_argument("--hours", type=float, default=24.0)
    arguments.add_argument("--workers", type=int, default=2)
    given = arguments.parse_args()
    seeds = [int(seed) for seed in given.seeds.split(",")]
    with ProcessPoolExecutor(given.workers) as pool:
        scores = list(pool.map(watch, seeds, [given.hours] * len(seeds)))
    report(seeds, scores)


if __name__ == "__main__":
    main()
