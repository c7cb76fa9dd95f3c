"""Every figure of the requirement, with its seeds and intervals."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.classification.cases import SEED, drawn, first_pieces, real, simulated, without_echoes
from benchmarks.classification.figures import (
    AGES_S,
    Case,
    at_ages,
    balanced,
    bird_as_drone,
    calibration_error,
    calibration_interval,
    correct,
    error_by_chance,
    in_sky,
    interval,
    told_rows,
    unknown_share,
)
from sargas.identification.classifier import EVEN, NIGHT, Classifier
from sargas.identification.model_file import ClassifierModel, shipped_model
from sargas.model.columns import NS_PER_S, Float64
from sargas.model.tracks import CLASSES

SHARED = Path(os.environ.get("SARGAS_SHARED") or Path(__file__).resolve().parents[3] / "shared")
TRACKS = 150
"""Simulated tracks of each class."""
MIXED_TRACKS = 1_500
HEADLINE_S = 60.0
FAST_TRACKS, FAST_S = 1000, 60


def main() -> int:
    """Tell every figure; 0."""
    model = ClassifierModel.from_bytes(shipped_model())
    note = f"{TRACKS} tracks a class, seed {SEED}, model of seed {model.header['seed']}"
    case = simulated(TRACKS)
    bare = without_echoes(case)
    _, alone = tell_case("simulated, motion only", bare, model, note, None)
    tell_priors("simulated, motion only", bare, alone, model, note)
    p, _ = tell_case("simulated, with cross-section and spread", case, model, note, 0.92)
    tell_birds(case, p, note)
    folder = SHARED / "data/real"
    if folder.is_dir():
        flown = tell_real(folder, model)
        flying = np.bincount(flown.label, minlength=len(CLASSES)) / len(flown.label)
        night = np.array([NIGHT[name] for name in CLASSES])
        tell_mix(bare, alone, model, {"the real flights": flying, "on the night": night}, note)
    tell_speed(model)
    return 0


def tell_case(name: str, case: Case, model: ClassifierModel, note: str, least: float | None) -> tuple[Float64, Float64]:
    """Tell balanced accuracy and calibration at each age and over all rows, and recalls at the headline's age.

    Returns the probabilities (tracks, ages, classes), and those of all rows with nothing known of the sky.
    """
    alone = told_rows(case, model)
    rows = in_sky(case, alone, model)
    told = at_ages(case, rows)
    for k, age in enumerate(AGES_S):
        there = ~np.isnan(told[:, k, 0])
        label, p = case.label[there], told[there, k]
        right = correct(label, p)
        low, high = interval(label, case.flight[there], right)
        limit = least if age == HEADLINE_S else None
        value = balanced(label, right)
        tell(
            f"balanced accuracy, {name}, age {age:.0f} s", value, None if limit is None else f">= {limit}",
            None if limit is None else value >= limit,
            f"90 % interval by flight {low:.3f} to {high:.3f}; unknown {unknown_share(p):.1%}; {note}",
        )  # fmt: skip
        low, high = calibration_interval(label, case.flight[there], p)
        tell_error(
            f"calibration error, {name}, age {age:.0f} s", calibration_error(label, p), True,
            f"10 bins; 90 % interval by flight {low:.3f} to {high:.3f}; "
            f"by chance {error_by_chance(label, p):.3f}; {note}",
        )  # fmt: skip
        tell(
            f"the same, classes weighing alike, {name}, age {age:.0f} s", calibration_error(label, p, alike=True),
            None, None, f"by chance {error_by_chance(label, p, alike=True):.3f}; {note}",
        )  # fmt: skip
        if age == HEADLINE_S:
            recalls = ", ".join(f"{CLASSES[c]} {right[label == c].mean():.2f}" for c in np.unique(label))
            tell(
                f"least recall, {name}, age {age:.0f} s",
                min(right[label == c].mean() for c in np.unique(label)),
                None,
                None,
                recalls,
            )
    label = np.repeat(case.label, np.diff(case.start))
    tell_error(
        f"calibration error, {name}, all rows", calibration_error(label, rows), True,
        f"every row that sargas classify writes, {len(label)} of them; {note}",
    )  # fmt: skip
    return told, alone


def tell_error(figure: str, error: float, is_limited: bool, note: str) -> None:
    """Tell a calibration error, with its limit or without."""
    tell(figure, error, "<= 0.05" if is_limited else None, error <= 0.05 if is_limited else None, note)


def tell_priors(name: str, case: Case, alone: Float64, model: ClassifierModel, note: str) -> None:
    """Tell the calibration error, and in the note the accuracy, had other priors been given."""
    told_with = {"even priors": EVEN, "night's priors": NIGHT}
    for said in ("nothing known of the sky", *told_with):
        rows = told_rows(case, model, told_with[said]) if said in told_with else alone
        told = at_ages(case, rows)
        for k, age in enumerate(AGES_S):
            there = ~np.isnan(told[:, k, 0])
            label, p = case.label[there], told[there, k]
            accuracy = balanced(label, correct(label, p))
            tell_error(
                f"calibration error with {said}, {name}, age {age:.0f} s", calibration_error(label, p), False,
                f"balanced accuracy {accuracy:.3f}; {note}",
            )  # fmt: skip
        label = np.repeat(case.label, np.diff(case.start))
        tell_error(f"calibration error with {said}, {name}, all rows", calibration_error(label, rows), False, note)


def tell_mix(case: Case, alone: Float64, model: ClassifierModel, shares: Mapping[str, Float64], note: str) -> None:
    """Tell the figures of skies of simulated tracks in which classes are as frequent as they are elsewhere."""
    for said, share in shares.items():
        rng = np.random.default_rng([SEED, 2])
        mixed, rows = drawn(case, share, MIXED_TRACKS, rng)
        name = f"simulated, motion only, classes as frequent as {said}"
        tell_young(name, mixed, alone[rows], model, f"{MIXED_TRACKS} tracks drawn with replacement; {note}")


def tell_young(name: str, case: Case, alone: Float64, model: ClassifierModel, note: str) -> None:
    """Tell calibration, and in the note accuracy, of one sky that is learned from and of the same told nothing."""
    for said, rows in (("", in_sky(case, alone, model)), (", nothing known of the sky", alone)):
        told = at_ages(case, rows)
        for k, age in enumerate(AGES_S):
            there = ~np.isnan(told[:, k, 0])
            label, p = case.label[there], told[there, k]
            tell_error(
                f"calibration error, {name}{said}, age {age:.0f} s", calibration_error(label, p), False,
                f"balanced accuracy {balanced(label, correct(label, p)):.3f}; {note}",
            )  # fmt: skip


def tell_birds(case: Case, told: Float64, note: str) -> None:
    """Tell birds called drones where nine in ten drones are."""
    for k, age in enumerate(AGES_S):
        share, threshold = (
            bird_as_drone(case.label, told[:, k]) if not np.isnan(told[:, k]).any() else _known(case, told[:, k])
        )
        is_headline = age == HEADLINE_S
        tell(
            f"birds called drone at drone recall 0.90, with cross-section and spread, age {age:.0f} s", share,
            "<= 0.05" if is_headline else None, share <= 0.05 if is_headline else None,
            f"threshold {threshold:.2f} on the drones' joint probability; {note}",
        )  # fmt: skip


def _known(case: Case, p: Float64) -> tuple[float, float]:
    there = ~np.isnan(p[:, 0])
    return bird_as_drone(case.label[there], p[there])


def tell_real(folder: Path, model: ClassifierModel) -> Case:
    """Tell the figures of real flights, as recorded and made worse, also with other priors; return them."""
    cases = {
        "real, as recorded": ((0.0, True), 0.70),
        "real, places only": ((0.0, False), None),
        "real, places only with 5 m of noise": ((5.0, False), None),
        "real, places only with 25 m of noise": ((25.0, False), None),
    }
    for name, ((noise_m, velocities), least) in cases.items():
        case = real(folder, noise_m, velocities)
        flights = {CLASSES[c]: len(np.unique(case.flight[case.label == c])) for c in np.unique(case.label)}
        held = ", ".join(f"{name} {n}" for name, n in flights.items())
        note = f"motion only; flights: {held}; no bird among them"
        _, alone = tell_case(name, case, model, note, least)
        tell_priors(name, case, alone, model, note)
        first, rows = first_pieces(case)
        tell_young(f"{name}, the first piece of each flight", first, alone[rows], model, note)
    return case


def tell_speed(model: ClassifierModel) -> None:
    """Tell how many tracks a second one core classifies, each told once a second."""
    rng = np.random.default_rng(3)
    classifier = Classifier(model)
    track_id = np.arange(FAST_TRACKS)
    speed = rng.uniform(10.0, 240.0, FAST_TRACKS)
    still = np.zeros(FAST_TRACKS)
    spent = 0.0
    for second in range(FAST_S + 5):
        east = 24.0 + speed * second / 63_800.0
        states = np.column_stack([still, still + 55.0, east, still + 900.0, speed, still, still])
        states[:, 1] += rng.normal(0.0, 2e-4, FAST_TRACKS)
        time_ns = np.full(FAST_TRACKS, second * NS_PER_S + 1)
        echoes = np.full((FAST_TRACKS, 2), -5.0)
        started = time.process_time()
        classifier.update_states(track_id, time_ns, time_ns, states, echoes)
        spent += time.process_time() - started if second >= 5 else 0.0
    rate = FAST_TRACKS * FAST_S / spent
    tell(
        "tracks classified a second on one core",
        rate,
        ">= 1000",
        rate >= 1000,
        f"{FAST_TRACKS} tracks told once a second, full history",
        "tracks/s",
    )


def tell(figure: str, value: float, limit: str | None, ok: bool | None, note: str, unit: str = "") -> None:
    """Print one figure."""
    line = {
        "figure": figure, "value": float(value), "unit": unit, "limit": limit or None,
        "ok": None if ok is None else bool(ok),
        "command": "python benchmarks/bench_classification.py", "note": note,
    }  # fmt: skip
    print(json.dumps(line), flush=True)
