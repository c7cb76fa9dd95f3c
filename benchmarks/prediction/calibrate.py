"""Calibrate the cones that come with the package: one score a track, by class and by how the track moves.

Airliners: recorded flights of parts 5 and 6, which trained nothing. All other classes: simulated flights of their own
seed; where recorded flights of a class cover 20 stretches of ten minutes, these weigh as much as the simulated ones,
and they did take part in training. A track of more than 15 minutes counts as several, ten minutes each. Calibration on
simulation is only as good as the simulation: docs/prediction.md.

Run: python -m benchmarks.prediction.calibrate; writes cones.json for the networks that are there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.prediction.flights import Flight, recorded_flights, shared_data, simulated_flight
from benchmarks.prediction.motions import ALL_KINDS
from benchmarks.prediction.observe import Seen, View, observe, random_view
from sargas.assessment.prediction.cones import (
    LEAST_TRACKS,
    Cones,
    conformal_factor,
    empty_cones,
    unit_cones,
    write_cones,
)
from sargas.assessment.prediction.frame import plane_from_geodetic
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.assessment.prediction.predictor import Predictor, States
from sargas.model.tracks import CLASSES

TARGET = Path(__file__).resolve().parents[2] / "src" / "sargas" / "assessment" / "prediction" / "cones.json"
SEED = 1001
SIMULATED = 200
DRAWS = 40
"""Scores drawn of each track; each counts for a part of it, so that a track counts once."""
STRETCH_S = 600.0
WARM_S = 30.0


def scores_of(seen: Seen, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return stretch (n,), regime (n,) and scores (n, h) at random moments of a flight; NaN: its end came before."""
    possible = np.flatnonzero((seen.second >= WARM_S) & (seen.second + HORIZONS_S[0] <= seen.flight.second[-1]))
    if not len(possible):
        return np.zeros(0, int), np.zeros(0, int), np.zeros((0, len(HORIZONS_S)))
    n = len(seen.second)
    predictor = Predictor(cones=unit_cones())
    states = States(np.zeros(n, np.int64), seen.time_ns, seen.place, seen.velocity, np.full(n, -1))
    forecasts = predictor.follow(states, np.array(HORIZONS_S))
    stretches = max(1, round((seen.second[-1] - seen.second[0]) / STRETCH_S))
    chosen = generator.choice(possible, DRAWS * stretches)
    stretch = np.minimum((seen.second[chosen] / STRETCH_S).astype(int), stretches - 1)
    scores = np.full((len(chosen), len(HORIZONS_S)), np.nan)
    for h, horizon_s in enumerate(HORIZONS_S):
        truth = seen.truth(seen.second[chosen] + horizon_s)
        for k, row in enumerate(chosen):
            x, y = plane_from_geodetic(
                seen.flight.frame, forecasts.latitude_deg[row, h], forecasts.longitude_deg[row, h]
            )
            scores[k, h] = np.hypot(x - truth[k, 0], y - truth[k, 1]) / forecasts.radius_90_m[row, h]
    return stretch, forecasts.cell[chosen], scores


REPEATS = 60
SIMULATED_KIND, TRAINED_KIND, HELD_OUT_KIND = 0, 1, 2
LEAST_STRETCHES = 20


def calibrate_cones(seed: int = SEED, simulated: int = SIMULATED) -> tuple[Cones, str]:
    """Score flights and return cones, and what to say of them."""
    folder = shared_data()
    if folder is None:
        raise SystemExit("expected shared/data beside the repository (or SARGAS_SHARED), was none")
    generator = np.random.default_rng(seed)
    tracks: dict[tuple[int, int], list[np.ndarray]] = defaultdict(list)
    for flight, kind in _flights(recorded_flights(folder), simulated, generator):
        seen = observe(flight, _view(flight, kind, generator), generator)
        stretch, regime, scores = scores_of(seen, generator)
        for number in np.unique(stretch):
            of = stretch == number
            tracks[CLASSES.index(flight.kind), kind].append(scores[of])
            for cell in np.unique(regime[of]):
                tracks[int(cell), kind].append(scores[of & (regime == cell)])
    cones = empty_cones()
    for cell in range(len(cones.factor)):
        by_kind = [tracks[cell, kind] for kind in range(3)]
        for h in range(len(HORIZONS_S)):
            cones.factor[cell, h], cones.tracks[cell, h] = _factor(by_kind, h, generator)
    note = (
        f"Scores of one random moment a track, {REPEATS} times; seed {seed}; {simulated} simulated flights a class, "
        "recorded flights in stretches of ten minutes. Made by benchmarks/prediction/train.py."
    )
    return cones, note


def _view(flight: Flight, kind: int, generator: np.random.Generator) -> View:
    """Draw a view: recorded flights mostly as they were recorded, simulated ones at all rates and noises."""
    draw = generator.random()
    if kind == SIMULATED_KIND or draw < 0.3:
        return random_view(flight, generator)
    return View() if draw < 0.75 else View(velocity="none")


def _flights(recorded: list[Flight], simulated: int, generator: np.random.Generator) -> Iterator[tuple[Flight, int]]:
    for flight in recorded:
        if flight.source in ("switzerland", "opensky"):
            if 5 <= flight.part() < 7:
                yield flight, HELD_OUT_KIND
                yield flight, HELD_OUT_KIND
        elif flight.period_s <= 35.0:
            yield flight, TRAINED_KIND
    for kind in ALL_KINDS:
        for _ in range(simulated):
            yield simulated_flight(kind, int(generator.integers(300, 1900)), generator), SIMULATED_KIND


def _factor(by_kind: list[list[np.ndarray]], h: int, generator: np.random.Generator) -> tuple[float, int]:
    """Return the mean factor over repeated draws of one score a track, and the number of tracks."""
    held = [[kept for track in of if len(kept := track[np.isfinite(track[:, h]), h])] for of in by_kind]
    chosen = held[SIMULATED_KIND] + held[HELD_OUT_KIND]
    again = held[TRAINED_KIND]
    if len(again) < LEAST_STRETCHES:
        chosen, again = chosen + again, []
    factors = []
    for _ in range(REPEATS):
        picked = list(chosen)
        if again:
            # as many as of the simulated ones, or once each where these are fewer
            picked += [again[k] for k in generator.integers(len(again), size=max(len(chosen), len(again)))]
        factors.append(conformal_factor(np.array([float(generator.choice(scores)) for scores in picked])))
    # two views of a held-out flight are one track
    count = len(held[SIMULATED_KIND]) + len(again or held[TRAINED_KIND]) + len(held[HELD_OUT_KIND]) // 2
    factor = float(np.exp(np.mean(np.log(factors)))) if count >= LEAST_TRACKS else float("nan")
    return factor, count


def main() -> None:
    """Calibrate anew, with the networks that are there."""
    cones, note = calibrate_cones()
    TARGET.write_text(write_cones(cones, note), encoding="utf-8")


if __name__ == "__main__":
    main()
