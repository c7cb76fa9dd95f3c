"""Measure forecasts: median miss against baselines, coverage and size of cones, arrival times, goals, speed.

Run: python benchmarks/bench_prediction.py (from the repository; recorded flights need shared/data). Prints one JSON
object a line: figure, value, unit, limit, ok, command, note. Airliners are those that trained and calibrated nothing
(parts 7 to 9 of their names); simulated flights have seeds of their own; the other recorded flights took part in
training, so that their figures are no proof: benchmarks/prediction/train.py prints those of networks that never saw
them, in docs/prediction.md.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.prediction.flights import (
    Flight,
    places_on_earth,
    recorded_flights,
    shared_data,
    simulated_flight,
)
from benchmarks.prediction.folds import AIRLINERS, HELD_OUT, fold_of
from benchmarks.prediction.judged import BASELINES, HORIZONS_S, PLAIN, WARM_S, Judged, judge_alone, judge_together
from benchmarks.prediction.motions import ALL_KINDS
from benchmarks.prediction.observe import View, observe
from benchmarks.prediction.other_sky import KINDS as OTHER_KINDS
from benchmarks.prediction.other_sky import generator_file, other_flights
from benchmarks.prediction.route_flights import KINDS as ROUTE_KINDS
from benchmarks.prediction.route_flights import route_flight, route_through
from sargas.assessment.prediction.frame import FRAME, plane_from_geodetic, set_frame
from sargas.assessment.prediction.goals import MEAN_S, NONE_PRIOR, judge_goals
from sargas.assessment.prediction.predictor import Predictor, States
from sargas.exercise.inbound import fly_inbound
from sargas.model.records import Route
from sargas.model.tracks import CLASSES

SEED = 2001
VIEWS = {
    "own times, velocities": View(),
    "own times, no velocities": View(velocity="none"),
    "1 Hz, 10 m, no velocities": View(1.0, 10.0, "none"),
}
RADAR = View(5.0, 50.0, "none", 0.0, 0.1)
SIMULATED_VIEWS = {
    "1 Hz, 10 m, no velocities": View(1.0, 10.0, "none"),
    "5 s, 50 m, a tenth lost, velocities of a filter": View(5.0, 50.0, "filtered", 0.0, 0.1),
}
OTHER_VIEWS = {
    "4 s, velocities": View(4.0),
    "5 s, 50 m, a tenth lost, velocities of a filter": View(5.0, 50.0, "filtered", 0.0, 0.1),
}
SIMULATED = 120
INBOUND = 1000
ROUTED = 40
BENT = 40
"""Flights to a goal, flights a kind along routes, and flights whose forecasts are bent to their goals."""
PROCESSES = 2


@dataclass(frozen=True)
class Group:
    """Flights that are forecast as one file; none: of the kind, simulated."""

    name: str
    flights: list[Flight]
    view: View
    is_labelled: bool
    kind: str = ""


def interval(values: list[np.ndarray], generator: np.random.Generator) -> tuple[float, float]:
    """Return the 95 % interval of the share of true values, by flights drawn again."""
    if len(values) < 2:
        return float("nan"), float("nan")
    hits, counts = np.array([v.sum() for v in values]), np.array([len(v) for v in values])
    drawn = generator.integers(len(values), size=(400, len(values)))
    shares = hits[drawn].sum(axis=1) / np.maximum(counts[drawn].sum(axis=1), 1)
    return float(np.quantile(shares, 0.025)), float(np.quantile(shares, 0.975))


def measure(group: Group) -> list[dict[str, object]]:
    """Return the figures of a group of flights, forecast as one file would be."""
    generator = np.random.default_rng(SEED)
    flights = group.flights or [
        simulated_flight(group.kind, int(generator.integers(600, 1900)), generator) for _ in range(SIMULATED)
    ]
    cells = [CLASSES.index(flight.kind) if group.is_labelled else -1 for flight in flights]
    judged = judge_together([observe(flight, group.view, generator) for flight in flights], cells)
    return [*figures_of(group.name, judged, generator)]


def figures_of(name: str, judged: list[Judged], generator: np.random.Generator) -> Iterator[dict[str, object]]:
    """Yield the median miss at 60 s under the baselines, and coverage with the median miss, at every horizon."""
    for horizon_s in HORIZONS_S:
        rows = [(j.miss_m[horizon_s], j.radius_m[horizon_s]) for j in judged if len(j.miss_m[horizon_s])]
        if not rows:
            continue
        miss = np.concatenate([row[0] for row in rows])
        medians = np.median(miss, axis=0)
        plain, best = medians[1:][list(PLAIN)].min(), medians[1:].min()
        about = f"{len(rows)} flights, {len(miss)} rows, seed {SEED}"
        others = ", ".join(f"{b} {m:.0f}" for b, m in zip(BASELINES, medians[1:], strict=True))
        if horizon_s == 60.0:
            against = {"constant velocity and constant turn": plain, "these and the mean of 60 s": best}
            for names, other in against.items():
                cut = 100.0 * (1.0 - medians[0] / other)
                yield figure(
                    f"{name}: median miss at 60 s under the better of {names}", cut, "%", ">= 30 %", cut >= 30.0,
                    f"{medians[0]:.0f} m; {others} m; {about}",
                )  # fmt: skip
        hit = [row[0][:, 0] <= row[1] for row in rows if np.isfinite(row[1]).any()]
        if hit:
            covered = 100.0 * float(np.concatenate(hit).mean())
            low, high = interval(hit, generator)
            radius = np.nanmedian(np.concatenate([row[1] for row in rows]))
            by = f"by flights {100 * low:.1f} to {100 * high:.1f} %; " if np.isfinite(low) else ""
            yield figure(
                f"{name}: covered at {horizon_s:g} s", covered, "%", "88 % to 92 %", 88.0 <= covered <= 92.0,
                f"{by}median radius {radius:.0f} m, miss {medians[0]:.0f} m, of {others} m; {about}",
            )  # fmt: skip


def measure_arrivals() -> list[dict[str, object]]:
    """Return how well goals and times of arrival are told on simulated inbound drones."""
    generator = np.random.default_rng(SEED)
    off, top, told, came = [], [], [], []
    for _ in range(INBOUND):
        centres, radius_m = generator.uniform(-60e3, 60e3, (12, 2)), generator.uniform(1e3, 4e3, 12)
        flight = fly_inbound(centres, generator)
        inside = np.hypot(*(flight.states[:, 1:3] - centres[flight.goal]).T) <= radius_m[flight.goal]
        arrival = int(np.argmax(inside))
        if arrival == 0:
            continue
        second = np.arange(0, arrival, 10)
        noise = generator.normal(size=(len(second), 4)) * np.array([30.0, 30.0, 1.0, 1.0])
        now = np.column_stack([flight.states[second, 1:5] + noise, second])
        memory = np.zeros((len(now), 6))
        memory[:, :2], memory[:, 5] = flight.states[0, 1:3], second
        memory[0, 3:5] = flight.states[0, 3:5]
        for k in range(1, len(now)):
            memory[k, 3:5] = memory[k - 1, 3:5] + (1.0 - np.exp(-10.0 / MEAN_S)) * (now[k, 2:4] - memory[k - 1, 3:5])
        goals = judge_goals(now, memory, centres, radius_m, np.full(12, (1.0 - NONE_PRIOR) / 12))
        off.append(100.0 * np.abs(goals.eta_s[:, flight.goal, 1] / (arrival - second) - 1.0))
        told.append(goals.probability)
        came.append(np.tile(np.arange(12) == flight.goal, (len(now), 1)))
        top += (goals.probability.argmax(axis=1) == flight.goal)[np.abs(second - arrival / 2) <= 5].tolist()
    share, probability, was = np.concatenate(off), np.concatenate(told), np.concatenate(came)
    drawn = generator.integers(len(off), size=(400, len(off)))
    sums, counts = np.array([o.sum() for o in off]), np.array([len(o) for o in off])
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    about = f"{len(off)} simulated drones over up to 4 way points, 12 zones, every 10 s, seed {SEED}"
    low, high = np.quantile(means, [0.025, 0.975])
    unit, median = "% of time to go", float(np.median(share))
    return [
        figure("time of arrival, median error", median, unit, "<= 10 %", median <= 10.0, about),
        figure(
            "time of arrival, mean error", float(share.mean()), unit, "<= 10 %", bool(share.mean() <= 10.0),
            f"by flights {low:.1f} to {high:.1f} %; {about}",
        ),
        figure("goal first named at half of the way", 100.0 * float(np.mean(top)), "%", note=about),
        figure("goal, Brier score a zone", float(((probability - was) ** 2).mean()), "", note=about),
        figure("goal, calibration error", calibration_error(probability, was), "", note=about),
    ]  # fmt: skip


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


def measure_routes(kind: str) -> list[dict[str, object]]:
    """Return the figures of flights along routes, with the routes known and not."""
    generator = np.random.default_rng(SEED)
    pairs = [route_flight(kind, int(generator.integers(900, 1900)), generator) for _ in range(ROUTED)]
    seen = [observe(flight, RADAR, generator) for flight, _ in pairs]
    cell = CLASSES.index(kind)
    known = judge_together(seen, [cell] * len(seen), tuple(_numbered(route, k) for k, (_, route) in enumerate(pairs)))
    unknown = judge_together(seen, [cell] * len(seen))
    return [*compared(f"simulated {kind} along a known route", known, unknown),
            *(f for f in figures_of(f"simulated {kind} along a known route", known, generator)
              if "covered" in str(f["figure"]))]  # fmt: skip


def _numbered(route: Route, number: int) -> Route:
    return route.model_copy(update={"id": f"route {number}"})


def measure_strays(kind: str) -> list[dict[str, object]]:
    """Return what a route that leads through where they fly does to flights that know nothing of it."""
    generator = np.random.default_rng(SEED)
    seen, routes = [], []
    for _ in range(ROUTED):
        flight = simulated_flight(kind, int(generator.integers(900, 1900)), generator)
        seen.append(observe(flight, RADAR, generator))
        routes.append(route_through(flight, generator))
    cell = CLASSES.index(kind)
    known = [judge_alone(s, cell, (route,)) for s, route in zip(seen, routes, strict=True)]
    return [*compared(f"simulated {kind} not along a known route", known, [judge_alone(s, cell, ()) for s in seen])]


def compared(name: str, known: list[Judged], unknown: list[Judged]) -> Iterator[dict[str, object]]:
    """Yield the median misses with routes known, and without."""
    for horizon_s in HORIZONS_S[1:]:
        one, other = (np.concatenate([j.miss_m[horizon_s][:, 0] for j in of]) for of in (known, unknown))
        yield figure(
            f"{name}: median miss at {horizon_s:g} s", float(np.median(one)), "m", None, None,
            f"without the route {np.median(other):.0f} m; {len(known)} flights, {len(one)} rows, seed {SEED}",
        )  # fmt: skip


def measure_bend() -> list[dict[str, object]]:
    """Return what forecasts would miss by if they were bent to a likely goal: why they are not."""
    generator, frame, rows = np.random.default_rng(SEED), np.zeros(FRAME), []
    set_frame(frame, 55.0, 24.0)
    for _ in range(BENT):
        centres, radius_m = generator.uniform(-60e3, 60e3, (12, 2)), generator.uniform(1e3, 4e3, 12)
        flown = fly_inbound(centres, generator).states[::4]
        n = len(flown)
        plane = flown[:, 1:3] + 30.0 * generator.normal(size=(n, 2))
        velocity = flown[:, 3:5] + generator.normal(size=(n, 2))
        states = States(
            np.zeros(n, np.int64), np.round(flown[:, 0] * 1e9).astype(np.int64),
            np.column_stack([places_on_earth(frame, plane), np.full(n, 500.0)]),
            np.column_stack([velocity, np.zeros(n)]), np.full(n, CLASSES.index("one_way_drone")),
        )  # fmt: skip
        told = Predictor().follow(states, np.array([300.0]))
        ahead = [plane_from_geodetic(frame, *p) for p in zip(told.latitude_deg[:, 0], told.longitude_deg[:, 0],
                                                             strict=True)]  # fmt: skip
        memory = np.column_stack([np.tile(plane[0], (n, 1)), np.zeros(n), velocity, flown[:, 0]])
        for k in range(1, n):
            memory[k, 3:5] = memory[k - 1, 3:5] + (1.0 - np.exp(-4.0 / MEAN_S)) * (velocity[k] - memory[k - 1, 3:5])
        now = np.column_stack([plane, velocity, flown[:, 0]])
        probability = judge_goals(now, memory, centres, radius_m, np.full(12, (1.0 - NONE_PRIOR) / 12)).probability
        likeliest = probability.argmax(axis=1)
        to = centres[likeliest] - plane
        far = np.hypot(*to.T)
        way = np.minimum(np.hypot(*(np.array(ahead) - plane).T), far)
        bent = plane + to / far[:, None] * way[:, None]
        truth = np.column_stack([np.interp(flown[:, 0] + 300.0, flown[:, 0], flown[:, c]) for c in (1, 2)])
        judged = (flown[:, 0] > WARM_S) & (flown[:, 0] + 300.0 <= flown[-1, 0]) & (probability.max(axis=1) >= 0.7)
        rows.append(np.column_stack([np.hypot(*(np.array(ahead) - truth).T), np.hypot(*(bent - truth).T)])[judged])
    misses = np.median(np.concatenate(rows), axis=0)
    note = f"as it is {misses[0]:.0f} m; {BENT} simulated drones over way points, goal at 70 % or more, seed {SEED}"
    return [figure("median miss at 300 s, were it bent to a likely goal", float(misses[1]), "m", None, None, note)]


def figure(
    name: str, value: float, unit: str, limit: str | None = None, ok: bool | None = None, note: str = ""
) -> dict[str, object]:
    """Return one figure; null where nothing was measured."""
    kept, known = None if ok is None else bool(ok), bool(np.isfinite(value))
    return {"figure": name, "value": round(float(value), 4) if known else None, "unit": unit, "limit": limit,
            "ok": kept, "command": "python benchmarks/bench_prediction.py", "note": note}  # fmt: skip


def tell(name: str, value: float, unit: str, limit: str | None = None, ok: bool | None = None, note: str = "") -> None:
    """Print one figure."""
    print(json.dumps(figure(name, value, unit, limit, ok, note)), flush=True)


def groups() -> Iterator[Group]:
    """Yield the groups of flights: recorded ones where they are at hand, simulated ones."""
    folder = shared_data()
    if folder is not None:
        flights = recorded_flights(folder)
        held = [f for f in flights if fold_of(f) == HELD_OUT]
        for name, view in VIEWS.items():
            yield Group(f"airliners held out, {name}", held, view, True)
        for name in ("own times, velocities", "own times, no velocities"):
            yield Group(f"airliners held out, {name}, no class", held, VIEWS[name], False)
        for source in sorted({f.source for f in flights} - set(AIRLINERS)):
            yield Group(
                f"{source} (trained on)",
                [f for f in flights if f.source == source and f.period_s <= 35.0],
                View(),
                True,
            )
    if generator_file() is not None:
        for kind in OTHER_KINDS:
            for name, view in OTHER_VIEWS.items():
                yield Group(f"{kind} of another generator, {name}", other_flights(kind, SEED), view, True)
    for kind in ALL_KINDS:
        for name, view in SIMULATED_VIEWS.items():
            yield Group(f"simulated {kind}, {name}", [], view, True, kind)


def main() -> None:
    """Print every figure."""
    measure_speed()
    if shared_data() is None:
        tell("forecasts of recorded flights", float("nan"), "", None, None, "shared/data is not beside the repository")
    with get_context("fork").Pool(PROCESSES) as pool:
        arrivals, bend = pool.apply_async(measure_arrivals), pool.apply_async(measure_bend)
        for rows in (
            arrivals.get(),
            *pool.imap(measure_routes, ROUTE_KINDS),
            *pool.imap(measure_strays, ("one_way_drone", "light_aircraft", "glider")),
            bend.get(),
        ):
            tell_all(rows)
        found = []
        for rows in pool.imap(measure, groups()):
            tell_all(rows)
            found += rows
    tell_all(summed_up(found))


def summed_up(found: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Yield how many groups and horizons keep their limits, those not trained on."""
    held = [f for f in found if "trained on" not in str(f["figure"])]
    for words in (": covered at", "constant velocity and constant turn", "these and the mean of 60 s"):
        kept = [bool(f["ok"]) for f in held if words in str(f["figure"])]
        share = 100.0 * float(np.mean(kept)) if kept else float("nan")
        note = f"{sum(kept)} of {len(kept)}, without those trained on and those along routes"
        yield figure(f"limits kept: {words.strip(': ')}", share, "%", None, None, note)


def tell_all(rows: Iterable[dict[str, object]]) -> None:
    """Print figures."""
    for row in rows:
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
