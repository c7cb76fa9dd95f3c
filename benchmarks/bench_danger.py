"""Measure danger on seeded scenes with hidden intent: discrimination, calibration, ranking; and what it costs.

``python benchmarks/bench_danger.py [--scenes 210] [--workers 2] [--train entry]``. Scenes of ``danger/scenes.py`` run
through ``picture.step``; at two times of each, what is held of every firm track and asset is kept, and later held
against what came. ``--train`` first learns weights on other scenes and writes them: those of the entry, or ``all``.
Prints a JSON object a line: figure, value,
unit, limit, ok, command, note. Page: docs/threat.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.danger.cases import DECIDED_S, Case, watch
from benchmarks.danger.learn import (
    NAMES,
    calibrated,
    learn_entry,
    learn_weights,
    learnt_on,
    offset_of,
    terms_of,
    write_weights,
)
from benchmarks.danger.load import measure_load
from sargas.assessment.threat import Facts, judge_threat, weights
from sargas.model.columns import Float64

TEST, TRAINING = 1001, range(2001, 2211)
HORIZON_S = 600.0
HARMFUL = 0.5
"""Entry of an intent that does as much is harm."""
HARM_S = 240.0
"""Harm that comes so much later weighs e times less."""
BINS = 10
RESAMPLES = 200


def tell(figure: str, value: float | None, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure."""
    line = {
        "figure": figure, "value": value, "unit": unit, "limit": limit, "ok": ok,
        "command": "python benchmarks/bench_danger.py", "note": note,
    }  # fmt: skip
    print(json.dumps(line), flush=True)


def auc(score: Float64, truth: Float64) -> float:
    """Return the area under the curve: how often what came stands before what did not; a tie is half."""
    order = np.argsort(score, kind="stable")
    _, first, counts = np.unique(score[order], return_index=True, return_counts=True)
    ranks = np.empty(len(score))
    ranks[order] = np.repeat(first + (counts + 1) / 2.0, counts)
    n = truth.sum()
    return float((ranks[truth > 0.5].sum() - n * (n + 1) / 2.0) / (n * (len(truth) - n)))


def calibration_error(told: Float64, truth: Float64) -> float:
    """Return the expected calibration error over ten bins of equal width."""
    bins = np.minimum((told * BINS).astype(int), BINS - 1)
    gaps = [abs(told[bins == k].mean() - truth[bins == k].mean()) * (bins == k).mean() for k in np.unique(bins)]
    return float(np.sum(gaps))


def concordance(score: Float64, harm: Float64) -> tuple[int, int]:
    """Count the pairs of one scene and time that harm orders: those the score orders alike, and all of them."""
    more = harm[:, None] > harm[None, :]
    alike = (more & (score[:, None] > score[None, :])).sum() + 0.5 * (more & (score[:, None] == score[None, :])).sum()
    return float(alike), int(more.sum())  # type: ignore[return-value]


def judged(cases: Sequence[Case]) -> tuple[Float64, Float64, Float64]:
    """Return what the shipped weights make of the cases: P(entry), P(harm), and the score that ranks."""
    entry = calibrated(cases)
    threats = [
        judge_threat(
            Facts(
                float(share), None if math.isnan(case.entry_s) else case.entry_s, case.distance_m, case.armed,
                case.identity if case.identity in ("confirmed", "friend", "doubtful") else "none",  # type: ignore[arg-type]
                case.identity_probability, case.value, case.speed_mps, case.heading, case.exists,
            )
        )
        for case, share in zip(cases, entry, strict=True)
    ]  # fmt: skip
    return entry, np.array([t.probability for t in threats]), np.array([t.score for t in threats])


def report(cases: list[Case], scenes: Sequence[int]) -> None:
    """Print all figures, with intervals by drawing scenes again."""
    entry, harm, score = judged(cases)
    seed = np.array([case.seed for case in cases])
    outside = np.array([case.distance_m > 0.0 for case in cases])
    enters = np.array([case.enters_s <= HORIZON_S for case in cases], float)
    harms = enters * np.array([case.harm >= HARMFUL for case in cases])
    note = f"{len(scenes)} scenes, seeds {scenes[0]} to {scenes[-1]}, at {', '.join(map(str, DECIDED_S))} s"
    pairs = f"{note}: {int(outside.sum())} pairs of track and asset outside, {int(enters[outside].sum())} entries"

    def interval(measure: object, kept: np.ndarray) -> str:
        low, high = _resampled(measure, seed, kept)
        return f"95 % interval {low:.3f} to {high:.3f}"

    def auc_entry(rows: np.ndarray) -> float:
        return auc(entry[rows], enters[rows])

    def auc_harm(rows: np.ndarray) -> float:
        return auc(harm[rows], harms[rows])

    rows = np.flatnonzero(outside)
    found = auc_entry(rows)
    tell("P(entry within 10 min), area under the curve", found, "", ">= 0.95", found >= 0.95,
         f"{pairs}; {interval(auc_entry, rows)}")  # fmt: skip
    found = calibration_error(entry[rows], enters[rows])
    error = interval(lambda r: calibration_error(entry[r], enters[r]), rows)
    hard = np.flatnonzero(outside & (entry > 0.02))
    tell("P(entry within 10 min), calibration error", found, "", "<= 0.05", found <= 0.05,
         f"{pairs}; {error}; {calibration_error(entry[hard], enters[hard]):.3f} of {len(hard)} above 2 %")  # fmt: skip
    every = np.arange(len(cases))
    found = auc_harm(every)
    tell("P(harm within 10 min), area under the curve", found, "", ">= 0.95", found >= 0.95,
         f"{note}: {len(cases)} pairs, {int(harms.sum())} harmed; {interval(auc_harm, every)}")  # fmt: skip
    found = calibration_error(harm, harms)
    error = interval(lambda r: calibration_error(harm[r], harms[r]), every)
    hard = np.flatnonzero(harm > 0.02)
    tell("P(harm within 10 min), calibration error", found, "", "<= 0.05", found <= 0.05,
         f"{note}; {error}; {calibration_error(harm[hard], harms[hard]):.3f} of the {len(hard)} above 2 %")  # fmt: skip
    _report_ranking(cases, score, note)


def _report_ranking(cases: list[Case], score: Float64, note: str) -> None:
    """Rank the tracks of each scene and time by their worst asset, and hold it against the harm they do."""
    from scipy.stats import kendalltau

    groups = dict[tuple[int, int], dict[int, tuple[float, float]]]()
    for case, told in zip(cases, score.tolist(), strict=True):
        does = case.harm * case.value * math.exp(-case.enters_s / HARM_S) if case.enters_s <= HORIZON_S else 0.0
        group = groups.setdefault((case.seed, case.second), {})
        before = group.get(case.track_id, (0.0, 0.0))
        group[case.track_id] = (max(before[0], told), max(before[1], does))
    counts, taus, by_seed = list[tuple[float, int]](), list[float](), list[int]()
    for (seed, _), group in groups.items():
        told, does = np.array(list(group.values())).T
        counts.append(concordance(told, does))
        by_seed.append(seed)
        if len(np.unique(does)) > 1:
            taus.append(float(kendalltau(told, does).statistic))
    alike, total = np.array(counts).T

    def tau(rows: np.ndarray) -> float:
        return float(2.0 * alike[rows].sum() / total[rows].sum() - 1.0)

    every = np.arange(len(counts))
    low, high = _resampled(tau, np.array(by_seed), every)
    found = tau(every)
    tell("ranking against time-weighted harm, Kendall tau", found, "", ">= 0.8", found >= 0.8,
         f"{note}: over the {int(total.sum())} pairs that harm orders, 95 % interval {low:.3f} to {high:.3f}; tau-b, "
         f"which counts ties of harm against it, {np.mean(taus):.3f} on the mean of {len(taus)}")  # fmt: skip


def _resampled(measure: object, seed: np.ndarray, kept: np.ndarray) -> tuple[float, float]:
    rng = np.random.default_rng(5)
    by_seed = {one: kept[seed[kept] == one] for one in np.unique(seed[kept]).tolist()}
    names = list(by_seed)
    values = []
    for _ in range(RESAMPLES):
        drawn = rng.choice(len(names), len(names))
        rows = np.concatenate([by_seed[names[k]] for k in drawn.tolist()])
        values.append(measure(rows))  # type: ignore[operator]
    return float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))


def train(cases: list[Case], *, only_entry: bool) -> None:
    """Learn the weights of the entry, and those of harm with it calibrated, and write them."""
    enters = np.array([case.enters_s <= HORIZON_S for case in cases], float)
    harms = enters * np.array([case.harm >= HARMFUL for case in cases])
    note = f"{len(TRAINING)} scenes, seeds {TRAINING[0]} to {TRAINING[-1]}."
    entry, before = learn_entry(cases, enters), asdict(weights())
    write_weights({name: before[name] for name in NAMES}, entry, learnt_on(), note)
    if not only_entry:
        write_weights(learn_weights(terms_of(cases, calibrated(cases)), offset_of(cases), harms), entry, note, note)


def collect(seeds: Sequence[int], workers: int) -> list[Case]:
    """Run scenes, some at a time; figures come with the last one, so that every tenth is told to stderr."""
    cases: list[Case] = []
    with ProcessPoolExecutor(workers) as pool:
        for done, found in enumerate(pool.map(watch, seeds, chunksize=5), 1):
            cases += found
            if done % 10 == 0:
                print(f"{done} of {len(seeds)} scenes", file=sys.stderr, flush=True)
    return cases


def main() -> None:
    """Measure, after training if that is asked for."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scenes", type=int, default=210)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--train", choices=("entry", "all"))
    given = arguments.parse_args()
    if given.train:
        train(collect(TRAINING, given.workers), only_entry=given.train == "entry")
        os.execv(sys.executable, [sys.executable, __file__, "--scenes", str(given.scenes)])
    scenes = range(TEST, TEST + given.scenes)
    report(collect(scenes, given.workers), scenes)
    measure_load(tell)


if __name__ == "__main__":
    main()
