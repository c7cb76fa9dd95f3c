"""Measure public warnings on seeded nights: their clock, whether they name the right districts, what they cry wolf of.

Each night (``exercise.night``) runs through ``picture.step`` as a node would have lived it; nobody decides on a draft.
The truth is read by what measures alone: where each intruder flies in the night and in ten minutes after it. Prints a
JSON object a line: figure, value, unit, limit, ok, command, note. ``--seeds 1-8 --workers 1``. Page: docs/warnings.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.warning.nights import HORIZON_S, NIGHT_S, TARGETS, Draft, Told, run_night
from sargas.model.columns import NS_PER_S

COMMAND = "python benchmarks/bench_warnings.py"
LIMIT_S = 10.0
IN_TIME_S = 30.0
"""An area can be named in time when its intruder was firm for so long before it came there."""


class Case(NamedTuple):
    """One intruder that was firm, and the first draft about it; infinite: there was none.

    A draft that stood for its raid counts from when it is told anew with a track of this one.
    """

    night: Told
    number: int
    firm_s: float
    due_s: float
    """Firm and, by its true way, within ten minutes of an area or over one; infinite: never."""
    drafted_s: float
    draft: Draft | None


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1-8", help="first and last seed")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    first, last = given.seeds.split("-")
    seeds = range(int(first), int(last) + 1)
    with ProcessPoolExecutor(given.workers) as pool:
        nights = list(pool.map(run_night, seeds))
    note = f"{len(seeds)} nights of {NIGHT_S} s, {TARGETS} targets, seeds {first} to {last}"
    cases = [case for night in nights for case in cases_of(night)]
    tell_late(cases)
    report_clock(cases, note)
    report_districts(cases, note)
    report_load(nights, note)


def cases_of(night: Told) -> list[Case]:
    """Lay out what became of each intruder that was firm."""
    cases = []
    for number, firm_s in sorted(night.firm_s.items()):
        about = [draft for draft in night.drafts if number in draft.objects]
        entries = sorted(night.paths.of[number].entered_s.values())
        after = [at_s for at_s in entries if at_s >= firm_s]
        is_over = any(at_s < firm_s for at_s in entries)
        due_s = firm_s if is_over else max(firm_s, after[0] - HORIZON_S) if after else float("inf")
        drafted_s = about[0].at_s if about else float("inf")
        cases.append(Case(night, number, firm_s, due_s, drafted_s, about[0] if about else None))
    return cases


def report_clock(cases: list[Case], note: str) -> None:
    """Print the seconds from each moment of an intruder to its first draft."""
    drafted = [(case, case.draft) for case in cases if case.draft is not None]
    covered = sum(draft.is_retold for _, draft in drafted)
    note = f"{len(drafted)} intruders drafted of {len(cases)} that were firm, {covered} by a draft that stood; {note}"
    held = [
        draft.at_s - draft.threatening_s[case.number] for case, draft in drafted if case.number in draft.threatening_s
    ]
    tell_p95("firm and threatening by the core's own judgement, to draft", held, LIMIT_S, note)
    tell_p95("firm to draft", [case.drafted_s - case.firm_s for case, _ in drafted], LIMIT_S,
             f"far ones are firm long before they threaten any place; {note}")  # fmt: skip
    due = [case for case in cases if case.due_s < NIGHT_S - LIMIT_S]
    waits = [max(case.drafted_s - case.due_s, 0.0) for case in due]
    tell_p95("firm and by its true way within ten minutes of an area, to draft", waits, LIMIT_S,
             f"{len(due)} such intruders, {sum(np.isinf(waits))} never drafted; {note}")  # fmt: skip
    in_time = sum(wait <= LIMIT_S for wait in waits)
    tell("the same, drafted within 10 s", 100.0 * in_time / max(len(due), 1), "%", ">= 95 %",
         in_time >= 0.95 * len(due), f"{in_time} of {len(due)}; {note}")  # fmt: skip
    tell_lead([case for case in cases if case.draft is not None], note)
    plots = [
        (draft.warning.drafted_ns - draft.warning.first_plot_ns) / NS_PER_S
        for _, draft in drafted
        if draft.warning.first_plot_ns is not None and not draft.is_retold
    ]
    tell("first plot to draft, median", float(np.median(plots)), "s", None, None, note)
    alerted = [(case, case.night.alerted_s[case.number]) for case in cases if case.number in case.night.alerted_s]
    waits = [max(case.drafted_s - at_s, 0.0) for case, at_s in alerted]
    before = sum(case.drafted_s < at_s for case, at_s in alerted)
    tell_p95("first alert to draft, 0 where the draft came before", waits, LIMIT_S,
             f"{before} of {len(alerted)} drafted before; {note}")  # fmt: skip


def tell_lead(cases: list[Case], note: str) -> None:
    """Print how long before an intruder comes over its first area it is drafted, and so of those drafted late."""
    ahead = [(case, min(case.night.paths.of[case.number].entered_s.values(), default=0.0)) for case in cases]
    leads = [
        (first_s - case.drafted_s, case.drafted_s - case.firm_s) for case, first_s in ahead if first_s > case.firm_s
    ]
    late = [lead_s for lead_s, wait_s in leads if wait_s > LIMIT_S]
    least = f"{min(late):.0f} s" if late else "none"
    tell("first draft to the first area it truly comes over, least", min((lead_s for lead_s, _ in leads), default=None),
         "s", None, None, f"{len(leads)} intruders that were firm before; of the {len(late)} drafted more than "
         f"{LIMIT_S:g} s after they were firm: {least}; {note}")  # fmt: skip


def tell_late(cases: list[Case]) -> None:
    """Say of each intruder that waited for longer than the limit what it was and when; to stderr."""
    for case in cases:
        if case.drafted_s - case.firm_s > LIMIT_S:
            kind, alerted_s = case.night.paths.of[case.number].kind, case.night.alerted_s.get(case.number)
            since_s = case.draft.threatening_s.get(case.number) if case.draft else None
            print(f"seed {case.night.seed}: {case.number} {kind} firm {case.firm_s:.0f} s, due {case.due_s:.0f} s, "
                  f"threatening {since_s} s, alerted {alerted_s} s, drafted {case.drafted_s:.0f} s",
                  file=sys.stderr)  # fmt: skip


def report_districts(cases: list[Case], note: str) -> None:
    """Say whether the areas that intruders came over were named before, and how much else was."""
    first, every = list[bool](), list[bool]()
    drafted_km2, flown_km2 = list[float](), list[float]()
    for case in cases:
        path, drafts = case.night.paths.of[case.number], [d for d in case.night.drafts if case.number in d.objects]
        for area_id, at_s in sorted(path.entered_s.items(), key=lambda item: item[1]):
            if not case.firm_s + IN_TIME_S <= at_s <= NIGHT_S:
                continue
            named = any(area_id == area.area_id for d in standing_at(drafts, at_s) for area in d.warning.areas)
            if not path.was_inside and area_id == min(path.entered_s, key=lambda one: path.entered_s[one]):
                first.append(named)
            every.append(named)
        if case.draft is None:
            continue
        there = [area for area, at_s in path.entered_s.items() if at_s <= case.drafted_s][-1:]
        flown = dict.fromkeys([*there, *path.within(case.drafted_s, HORIZON_S)])
        drafted_km2.append(sum(case.night.paths.km2[area.area_id] for area in case.draft.warning.areas))
        flown_km2.append(sum(case.night.paths.km2[area_id] for area_id in flown))
    for figure, found in (("first area it comes over", first), ("areas it comes over", every)):
        share, kept = (100.0 * sum(found) / len(found), all(found)) if found else (None, None)
        tell(f"{figure}, named by a standing draft before", share, "%", ">= 100 %", kept,
             f"{sum(found)} of {len(found)} whose intruder was firm {IN_TIME_S:.0f} s before; {note}")  # fmt: skip
    tell("area of a first draft, median", float(np.median(drafted_km2)), "km2", None, None, note)
    hit = [(a, b) for a, b in zip(drafted_km2, flown_km2, strict=True) if b > 0.0]
    tell("area of a first draft over that of the areas truly overflown in ten minutes, median",
         float(np.median([a / b for a, b in hit])), "", None, None, f"{len(hit)} drafts; {note}")  # fmt: skip


def standing_at(drafts: list[Draft], at_s: float) -> list[Draft]:
    """List the drafts that stood just before a second."""
    return [draft for draft in drafts if draft.at_s < at_s <= draft.withdrawn_s]


def report_load(nights: list[Told], note: str) -> None:
    """Say how many drafts an operator has, and of what that is no intruder."""
    hours = len(nights) * NIGHT_S / 3600.0
    first = [draft for night in nights for draft in night.drafts if draft.warning.number == 1 and not draft.is_retold]
    false = [draft for draft in first if not draft.objects]
    kinds = Counter(kind for draft in false for kind in draft.kinds)
    told = ", ".join(f"{n} {kind}" for kind, n in kinds.most_common()) or "none"
    tell("warnings drafted of no intruder, an hour", len(false) / hours, "", None, None,
         f"{len(false)} of {len(first)} ({told}), {sum(d.warning.level == 'red' for d in false)} of them red, "
         f"three countries; {note}")  # fmt: skip
    tell("drafts that stood at once, most", float(max(night.most_standing for night in nights)), "", "<= 12",
         max(night.most_standing for night in nights) <= 12, note)  # fmt: skip
    messages = sum(not draft.is_retold for night in nights for draft in night.drafts)
    tell("messages drafted a warning", messages / max(len(first), 1), "", None, None, note)
    areas = float(np.median([len(draft.warning.areas) for draft in first]))
    tell("areas a first draft names, median", areas, "areas", None, None, note)


def tell_p95(figure: str, seconds: list[float], limit_s: float, note: str) -> None:
    """Print the 95 % quantile of times, their median and slowest in the note; never is not measured in seconds."""
    p95 = float(np.quantile(seconds, 0.95, method="higher")) if seconds else float("inf")
    slowest = "never" if not seconds or np.isinf(max(seconds)) else f"{max(seconds):.1f} s"
    middle = float(np.median(seconds)) if seconds else float("inf")
    tell(f"{figure}, p95", p95 if np.isfinite(p95) else None, "s", f"<= {limit_s:g} s", p95 <= limit_s,
         f"median {middle:.1f} s, slowest {slowest}; {note}")  # fmt: skip


def tell(figure: str, value: float | None, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure as a JSON line."""
    line = {
        "figure": figure, "value": None if value is None else round(value, 3), "unit": unit, "limit": limit,
        "ok": None if ok is None else bool(ok), "command": COMMAND, "note": note,
    }  # fmt: skip
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
