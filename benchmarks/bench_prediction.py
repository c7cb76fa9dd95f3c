"""Measure forecasts: median miss against baselines, coverage and size of cones, arrival times, goals, speed.

Run: python benchmarks/bench_prediction.py (from the repository; recorded flights need shared/data). Prints one JSON
object a line: figure, value, unit, limit, ok, command, note. Airliners are those that trained and calibrated nothing
(parts 7 to 9 of benchmarks/prediction/train.py); simulated flights have seeds of their own; the other recorded flights
took part in training, so that their figures are no proof: ``python -m benchmarks.prediction.train --leave A`` and B
give those of networks that never saw them.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.prediction.flights import Flight, recorded_flights, shared_data, simulated_flight
from benchmarks.prediction.motions import ALL_KINDS
from benchmarks.prediction.observe import Seen, View, observe
from sargas.assessment.prediction.frame import plane_from_geodetic
from sargas.assessment.prediction.goals import MEAN_S, NONE_PRIOR, judge_goals
from sargas.assessment.prediction.predictor import Predictor, States
from sargas.exercise.inbound import fly_inbound
from sargas.model.tracks import CLASSES

SEED = 2001
HORIZONS_S = (30.0, 60.0, 300.0, 600.0)
VIEWS = {
    "own times, velocities": View(),
    "own times, no velocities": View(velocity="none"),
    "1 Hz, 10 m, no velocities": View(1.0, 10.0, "none"),
}
SIMULATED = 40
BASELINES = ("mean of 5 s", "mean of 60 s", "constant turn")
WARM_S = 60.0


@dataclass(frozen=True)
class Judged:
    """Rows of one flight: misses of the forecast and of the baselines (n, 4), radii, by horizon."""

    miss_m: dict[float, np.ndarray]
    radius_m: dict[float, np.ndarray]


def judge_together(seen: list[Seen], cells: list[int]) -> list[Judged]:
    """Forecast flights as one file of tracks that begin together, and hold each against its truth and the baselines."""
    track = np.repeat(np.arange(len(seen)), [len(s.second) for s in seen])
    columns = [np.concatenate([getattr(s, name) for s in seen]) for name in ("time_ns", "place", "velocity")]
    states = States(track, *columns, np.repeat(cells, [len(s.second) for s in seen]))
    order = np.argsort(states.time_ns, kind="stable")
    ordered = States(*(getattr(states, name)[order] for name in States.__slots__))
    found = Predictor().follow(ordered, np.array(HORIZONS_S))
    back = np.argsort(order)
    latitude_deg, longitude_deg, radius_m = (
        column[back] for column in (found.latitude_deg, found.longitude_deg, found.radius_90_m)
    )
    ends = np.cumsum([len(s.second) for s in seen])
    return [
        _judge(s, latitude_deg[end - len(s.second) : end], longitude_deg[end - len(s.second) : end],
               radius_m[end - len(s.second) : end])
        for s, end in zip(seen, ends, strict=True)
    ]  # fmt: skip


def _judge(seen: Seen, latitude_deg: np.ndarray, longitude_deg: np.ndarray, radius_m: np.ndarray) -> Judged:
    rows = np.flatnonzero(seen.second >= WARM_S)
    misses, radii = {}, {}
    for k, horizon_s in enumerate(HORIZONS_S):
        truth = seen.truth(seen.second[rows] + horizon_s)
        kept = rows[np.isfinite(truth[:, 0])]
        truth = truth[np.isfinite(truth[:, 0])]
        pairs = zip(latitude_deg[kept, k], longitude_deg[kept, k], strict=True)
        plane = np.array([plane_from_geodetic(seen.flight.frame, *pair) for pair in pairs]).reshape(-1, 2)
        columns = [plane, *baselines(seen, kept, horizon_s)]
        misses[horizon_s] = np.column_stack([np.hypot(*(column - truth).T) for column in columns])
        radii[horizon_s] = radius_m[kept, k]
    return Judged(misses, radii)


def baselines(seen: Seen, rows: np.ndarray, horizon_s: float) -> Iterator[np.ndarray]:
    """Yield the places of the baselines: the mean velocities of 5 and 60 s, and a constant turn of the last 20 s."""
    second, place = seen.second, seen.plane

    def since(window_s: float) -> np.ndarray:
        return np.minimum(np.searchsorted(second, second[rows] - window_s - 1e-6), rows - 1)

    for window_s in (5.0, 60.0):
        then = since(window_s)
        yield place[rows] + (place[rows] - place[then]) / (second[rows] - second[then])[:, None] * horizon_s
    far, near = np.minimum(since(20.0), rows - 2), np.minimum(since(10.0), rows - 1)
    near = np.maximum(near, far + 1)
    one = (place[near] - place[far]) @ np.array([1.0, 1j]) / (second[near] - second[far])
    two = (place[rows] - place[near]) @ np.array([1.0, 1j]) / (second[rows] - second[near])
    rate = np.angle(two / np.where(one == 0.0, 1.0, one)) / (0.5 * (second[rows] - second[far]))
    now = two * np.exp(0.5j * rate * (second[rows] - second[near]))
    rate = np.where(np.abs(rate) < 1e-5, 1e-5, rate)
    turned = (np.exp(1j * rate * horizon_s) - 1.0) / (1j * rate)
    way = now * turned
    yield place[rows] + np.column_stack([way.real, way.imag])


def interval(values: list[np.ndarray], generator: np.random.Generator) -> tuple[float, float]:
    """Return the 95 % interval of the share of true values, by flights drawn again."""
    if len(values) < 2:
        return float("nan"), float("nan")
    hits, counts = np.array([v.sum() for v in values]), np.array([len(v) for v in values])
    drawn = generator.integers(len(values), size=(400, len(values)))
    shares = hits[drawn].sum(axis=1) / np.maximum(counts[drawn].sum(axis=1), 1)
    return float(np.quantile(shares, 0.025)), float(np.quantile(shares, 0.975))


def measure(name: str, flights: list[Flight], view: View, *, is_labelled: bool) -> None:
    """Print the figures of a group of flights, forecast as one file would be."""
    generator = np.random.default_rng(SEED)
    cells = [CLASSES.index(flight.kind) if is_labelled else -1 for flight in flights]
    judged = judge_together([observe(flight, view, generator) for flight in flights], cells)
    for horizon_s in HORIZONS_S:
        rows = [(j.miss_m[horizon_s], j.radius_m[horizon_s]) for j in judged if len(j.miss_m[horizon_s])]
        if not rows:
            continue
        miss = np.concatenate([row[0] for row in rows])
        medians = np.median(miss, axis=0)
        best = int(np.argmin(medians[1:]))
        cut = 100.0 * (1.0 - medians[0] / medians[1 + best])
        about = f"{len(rows)} flights, {len(miss)} rows, seed {SEED}"
        tell(
            f"{name}: median miss at {horizon_s:g} s", medians[0], "m",
            note=f"{', '.join(f'{b} {m:.0f}' for b, m in zip(BASELINES, medians[1:], strict=True))} m; "
            f"90 % {np.quantile(miss[:, 0], 0.9):.0f} m; {about}",
        )  # fmt: skip
        if horizon_s == 60.0:
            tell(
                f"{name}: median miss at 60 s under the better baseline",
                cut,
                "%",
                ">= 30 %",
                cut >= 30.0,
                BASELINES[best],
            )
        hit = [row[0][:, 0] <= row[1] for row in rows if np.isfinite(row[1]).any()]
        if hit:
            covered = 100.0 * float(np.concatenate(hit).mean())
            low, high = interval(hit, generator)
            radius = np.nanmedian(np.concatenate([row[1] for row in rows]))
            tell(
                f"{name}: covered at {horizon_s:g} s", covered, "%", "88 % to 92 %", 88.0 <= covered <= 92.0,
                f"by flights {100 * low:.1f} to {100 * high:.1f} %; median radius {radius:.0f} m; {about}",
            )  # fmt: skip


def measure_arrivals() -> None:
    """Print how well goals and times of arrival are told on simulated inbound drones."""
    generator = np.random.default_rng(SEED)
    off, top, told, came = [], [], [], []
    for _ in range(300):
        centres, radius_m = generator.uniform(-60e3, 60e3, (12, 2)), generator.uniform(1e3, 4e3, 12)
        flight = fly_inbound(centres, generator)
        states = flight.states
        inside = np.hypot(*(states[:, 1:3] - centres[flight.goal]).T) <= radius_m[flight.goal]
        arrival = int(np.argmax(inside))
        memory = np.array([[states[0, 1], states[0, 2], 0.0, states[0, 3], states[0, 4], 0.0]])
        for second in range(0, arrival, 10):
            noise = generator.normal(size=4) * np.array([30.0, 30.0, 1.0, 1.0])
            now = np.array([[*(states[second, 1:5] + noise), float(second)]])
            gained = 1.0 - np.exp(-10.0 / MEAN_S) if second else 0.0
            memory[0, 3:5] += gained * (now[0, 2:4] - memory[0, 3:5])
            memory[0, 5] = second
            goals = judge_goals(now, memory, centres, radius_m, np.full(12, (1.0 - NONE_PRIOR) / 12))
            off.append(abs(goals.eta_s[0, flight.goal, 1] / (arrival - second) - 1.0))
            told.append(goals.probability[0])
            came.append(np.arange(12) == flight.goal)
            if abs(second - arrival / 2) <= 5:
                top.append(goals.probability[0].argmax() == flight.goal)
    share, errors = 100.0 * np.array(off), np.concatenate(told) - np.concatenate(came)
    about = f"300 simulated drones over up to 4 way points, 12 zones, every 10 s, seed {SEED}"
    tell(
        "time of arrival, median error",
        float(np.median(share)),
        "% of time to go",
        "<= 10 %",
        np.median(share) <= 10.0,
        about,
    )
    tell("time of arrival, mean error", float(share.mean()), "% of time to go", None, None, about)
    tell("goal first named at half of the way", 100.0 * float(np.mean(top)), "%", None, None, about)
    tell("goal, Brier score a zone", float((errors**2).mean()), "", None, None, about)
    tell(
        "goal, calibration error", calibration_error(np.concatenate(told), np.concatenate(came)), "", None, None, about
    )


def calibration_error(told: np.ndarray, came: np.ndarray) -> float:
    """Return the mean distance of told probability and frequency over ten bins, by their numbers."""
    bins = np.minimum((told * 10).astype(int), 9)
    return float(
        sum(abs(told[bins == b].mean() - came[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins))
    )


def measure_speed() -> None:
    """Print how many tracks one core follows and forecasts a second, and goals of tracks times zones."""
    generator = np.random.default_rng(SEED)
    predictor, n, horizons = Predictor(), 1000, np.array(HORIZONS_S)
    place = generator.uniform([54.0, 22.0], [56.0, 26.0], (n, 2))
    velocity = generator.normal(size=(n, 3)) * np.array([60.0, 60.0, 2.0])
    spent = 0.0
    for second in range(130):
        place = place + velocity[:, [1, 0]] / 111_000.0 * np.array([1.0, 1.75])
        states = States(
            np.arange(n), np.full(n, (1_700_000_000 + second) * 1_000_000_000),
            np.column_stack([place, np.full(n, 800.0)]), velocity, np.full(n, -1),
        )  # fmt: skip
        began = time.process_time()
        predictor.follow(states, horizons)
        spent += time.process_time() - began if second >= 100 else 0.0
    rate = 30 * n / spent
    tell(
        "tracks followed and forecast at 4 horizons",
        rate,
        "a second",
        ">= 1,000 a second",
        rate >= 1000.0,
        "1,000 tracks at 1 Hz, one core, CPU time",
    )
    now = np.column_stack(
        [generator.uniform(-1e5, 1e5, (n, 2)), generator.normal(size=(n, 2)) * 40.0, np.full(n, 60.0)]
    )
    memory = np.column_stack([now[:, :2] - 3000.0, np.zeros(n), now[:, 2:4], np.full(n, 60.0)])
    began = time.process_time()
    judge_goals(now, memory, generator.uniform(-1e5, 1e5, (50, 2)), np.full(50, 2000.0), np.full(50, 0.01))
    taken = time.process_time() - began
    tell("goals of 1,000 tracks and 50 zones", taken, "s", "<= 1 s", taken <= 1.0, "CPU time")


def tell(
    figure: str, value: float, unit: str, limit: str | None = None, ok: bool | None = None, note: str = ""
) -> None:
    """Print one figure."""
    kept = None if ok is None else bool(ok)
    row = {"figure": figure, "value": round(float(value), 4), "unit": unit, "limit": limit, "ok": kept,
           "command": "python benchmarks/bench_prediction.py", "note": note}  # fmt: skip
    print(json.dumps(row), flush=True)


def main() -> None:
    """Print every figure."""
    measure_speed()
    measure_arrivals()
    folder = shared_data()
    if folder is None:
        tell("forecasts of recorded flights", float("nan"), "", None, None, "shared/data is not beside the repository")
    else:
        flights = recorded_flights(folder)
        held = [f for f in flights if f.source in ("switzerland", "opensky") and f.part() >= 7]
        for name, view in VIEWS.items():
            measure(f"airliners held out, {name}", held, view, is_labelled=True)
        measure("airliners held out, own times, velocities, no class", held, View(), is_labelled=False)
        for source in sorted({f.source for f in flights} - {"switzerland", "opensky"}):
            of = [f for f in flights if f.source == source and f.period_s <= 35.0]
            measure(f"{source} (trained on)", of, View(), is_labelled=False)
    for kind in ALL_KINDS:
        generator = np.random.default_rng(SEED)
        of = [simulated_flight(kind, int(generator.integers(600, 1900)), generator) for _ in range(SIMULATED)]
        measure(f"simulated {kind}", of, View(1.0, 10.0, "none"), is_labelled=True)


if __name__ == "__main__":
    main()
