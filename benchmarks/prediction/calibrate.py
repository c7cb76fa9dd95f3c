"""Calibrate the cones that come with the package: by class, way of moving, velocities or none, and the track's age.

Recorded flights are scored by the network that never saw them (``folds``), simulated ones, of seeds of their own, by
that of the package. Airliners are recorded flights alone; of the other classes recorded flights weigh as much as the
simulated ones where they cover 20 stretches of ten minutes. A track of more than 15 minutes counts as several, ten
minutes each. Calibration on simulation is only as good as the simulation: docs/prediction.md.

Run: python -m benchmarks.prediction.train, whose last step it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from multiprocessing import get_context

import numpy as np

from benchmarks.prediction.flights import Flight, recorded_flights, shared_data, simulated_flight
from benchmarks.prediction.folds import EVERY_FOLD, HELD_OUT, fold_of
from benchmarks.prediction.motions import ALL_KINDS
from benchmarks.prediction.observe import Seen, View, observe, random_view
from benchmarks.prediction.route_flights import KINDS as ROUTE_KINDS
from benchmarks.prediction.route_flights import route_flight
from sargas.assessment.prediction.blend import Blend
from sargas.assessment.prediction.cones import (
    AGES,
    ALPHA,
    CELLS,
    LEAST_TRACKS,
    ROUTE,
    SEEING,
    Cones,
    empty_cones,
    stage_of,
    unit_cones,
)
from sargas.assessment.prediction.frame import plane_from_geodetic
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.assessment.prediction.predictor import Predictor, States
from sargas.model.records import Route
from sargas.model.tracks import CLASSES

SEED = 1001
SIMULATED = 160
ROUTED = 240
"""Flights of a kind along routes: some leave theirs, and where they are by then is known from few."""
ROUTED_FROM = 100_000
"""Number before the first of them, where they are scored alone."""
DRAWS, YOUNG_DRAWS = 25, 10
"""Moments drawn of each stretch and look, and besides of its first minute."""
STRETCH_S = 600.0
WARM_S = 3.0
YOUNG_S = 60.0
LEAST_STRETCHES = 20
PROCESSES = 2


@dataclass(frozen=True)
class Look:
    """A flight as it is seen once to be scored; ``flight`` is None where one of kind ``kind`` is simulated."""

    flight: Flight | None
    kind: str
    fold: int
    is_blind: bool
    is_routed: bool = False
    """It flies along a route, which is known: its scores are those of the cell of routes alone."""


@dataclass
class Pile:
    """Scores of one cell: of each stretch of each flight (k, h + 1), by the flight's number; simulated and recorded.

    The last column is the number of the track's age.
    """

    simulated: dict[tuple[int, int], list[np.ndarray]] = field(default_factory=lambda: defaultdict(list))
    recorded: dict[tuple[int, int], list[np.ndarray]] = field(default_factory=lambda: defaultdict(list))


def scores_of(
    seen: Seen, blend: Blend, generator: np.random.Generator, routes: tuple[Route, ...] = ()
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return stretch (n,), cell (n,) and scores (n, h + 1) at random moments of a flight; NaN: its end came before.

    The last column is the number of the track's age.
    """
    possible = np.flatnonzero((seen.second >= WARM_S) & (seen.second + HORIZONS_S[0] <= seen.flight.second[-1]))
    stretches = max(1, round((seen.second[-1] - seen.second[0]) / STRETCH_S))
    chosen = generator.choice(possible, min(len(possible), DRAWS * stretches), replace=False)
    young = possible[seen.second[possible] < YOUNG_S]
    chosen = np.union1d(chosen, generator.choice(young, min(len(young), YOUNG_DRAWS), replace=False))
    n, horizons, track = len(seen.second), np.array(HORIZONS_S), np.zeros(1, np.int64)
    states = States(np.zeros(n, np.int64), seen.time_ns, seen.place, seen.velocity, np.full(n, -1))
    predictor, begin = Predictor(blend, unit_cones(), routes), 0
    cell, scores = np.zeros(len(chosen), np.int64), np.full((len(chosen), len(horizons) + 1), np.nan)
    scores[:, -1] = [stage_of(age_s) for age_s in seen.second[chosen] - seen.second[0]]
    for k, row in enumerate(chosen):
        predictor.follow(part_of(states, slice(begin, row + 1)))
        begin = row + 1
        told = predictor.forecast(track, horizons)
        truth = seen.truth(seen.second[row] + horizons)
        cell[k] = told.cell[0]
        for h in range(len(horizons)):
            x, y = plane_from_geodetic(seen.flight.frame, told.latitude_deg[0, h], told.longitude_deg[0, h])
            scores[k, h] = np.hypot(x - truth[h, 0], y - truth[h, 1]) / told.radius_90_m[0, h]
    return np.minimum((seen.second[chosen] / STRETCH_S).astype(int), stretches - 1), cell, scores


def part_of(states: States, rows: slice) -> States:
    """Take some of the states."""
    return States(*(getattr(states, name)[rows] for name in States.__slots__))


def looks(recorded: list[Flight]) -> Iterator[tuple[int, Look]]:
    """Yield flights by number, each seen several times with velocities and without."""
    number = 0
    for flight in recorded:
        if fold_of(flight) != HELD_OUT and flight.period_s <= 35.0:
            number += 1
            for is_blind in (False, True):
                # of airliners there are enough to see each once: every other one without velocities
                if flight.kind != "airliner" or is_blind == (number % 2 == 0):
                    yield number, Look(flight, flight.kind, fold_of(flight), is_blind)
    for kind in ALL_KINDS:
        for _ in range(SIMULATED):
            number += 1
            yield from ((number, Look(None, kind, EVERY_FOLD, is_blind)) for is_blind in (False, True))
    yield from routed_looks(number)


def routed_looks(number: int) -> Iterator[tuple[int, Look]]:
    """Yield flights along routes by number, from the next one on, each seen with velocities and without."""
    for kind in ROUTE_KINDS:
        for _ in range(ROUTED):
            number += 1
            yield from ((number, Look(None, kind, EVERY_FOLD, is_blind, True)) for is_blind in (False, True))


_BLENDS: list[Blend] = []
"""Of the folds and, last, of the package; for the processes that score."""


def score_look(task: tuple[int, tuple[int, Look]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Score one look; its place in the list seeds it, its flight's number the simulated flight."""
    place, (number, look) = task
    generator = np.random.default_rng([SEED, 1, place])
    flown = np.random.default_rng([SEED, 2, number])
    duration_s, routes = int(flown.integers(300, 1900)), tuple[Route, ...]()
    if look.is_routed:
        flight, route = route_flight(look.kind, duration_s, flown)
        routes = (route,)
    else:
        flight = look.flight or simulated_flight(look.kind, duration_s, flown)
    seen = observe(flight, _view(flight, look, generator), generator)
    return scores_of(seen, _BLENDS[look.fold], generator, routes)


def calibrate_cones(folds: list[Blend], package: Blend) -> tuple[Cones, str]:
    """Score flights and return cones, and what to say of them."""
    folder = shared_data()
    if folder is None:
        raise SystemExit("expected shared/data beside the repository (or SARGAS_SHARED), was none")
    _BLENDS[:] = [*folds, package]
    cones = _cones_of(list(looks(recorded_flights(folder))))
    note = (
        f"Scores of {DRAWS} moments a stretch of ten minutes and look, {YOUNG_DRAWS} of the first minute; seed {SEED}; "
        f"{SIMULATED} simulated flights a class; recorded flights by networks that never saw them. "
        "Made by benchmarks/prediction/train.py."
    )
    return cones, note


def calibrate_routes(package: Blend, before: Cones) -> Cones:
    """Return cones whose cells of routes are made anew, by the networks of the package; all others stay."""
    _BLENDS[:] = [package]
    found = _cones_of(list(routed_looks(ROUTED_FROM)))
    cones = before._replace(factor=before.factor.copy(), tracks=before.tracks.copy())
    for cell in range(len(CELLS)):
        if cell % len(SEEING) >= ROUTE:
            cones.factor[cell], cones.tracks[cell] = found.factor[cell], found.tracks[cell]
    return cones


def _cones_of(planned: list[tuple[int, Look]]) -> Cones:
    """Score looks and return the cones of the cells that they are in."""
    piles: dict[int, Pile] = defaultdict(Pile)
    with get_context("fork").Pool(PROCESSES) as pool:
        for (number, look), found in zip(planned, pool.imap(score_look, enumerate(planned), chunksize=16), strict=True):
            for cell, stretch, scores in _filed(look, *found):
                pile = piles[cell]
                (pile.simulated if look.flight is None else pile.recorded)[number, stretch].append(scores)
    cones = empty_cones()
    for cell in sorted(piles):
        for h in range(len(HORIZONS_S)):
            overall, cones.tracks[cell, h] = _factor(piles[cell], h)
            by_age = [_factor(piles[cell], h, age)[0] for age in range(AGES)]
            cones.factor[cell, :, h] = [overall if np.isnan(factor) else factor for factor in by_age]
    return cones


def _filed(
    look: Look, stretch: np.ndarray, cell: np.ndarray, scores: np.ndarray
) -> Iterator[tuple[int, int, np.ndarray]]:
    """Yield cell, stretch and scores: the class's and those of the ways of moving; each with velocities or without.

    Scores on a route are those of the route's cell, and of the class there.
    """
    of_class = CLASSES.index(look.kind) + (len(SEEING) if look.is_blind else 0)
    for number in np.unique(stretch):
        of = stretch == number
        if not look.is_routed:
            yield of_class, int(number), scores[of]
        for found in np.unique(cell[of]):
            if (found % len(SEEING) == ROUTE) == look.is_routed:
                yield int(found), int(number), scores[of & (cell == found)]
                if look.is_routed:
                    yield int(found) + 1 + CLASSES.index(look.kind), int(number), scores[of & (cell == found)]


def _view(flight: Flight, look: Look, generator: np.random.Generator) -> View:
    """Draw a view: recorded flights mostly as they were recorded, simulated ones at all rates and noises."""
    if look.fold == EVERY_FOLD or generator.random() < 0.4:
        while True:
            view = random_view(flight, generator)
            if (view.velocity == "none") == look.is_blind:
                return view
    return View(velocity="none" if look.is_blind else "reported")


def _factor(pile: Pile, h: int, age: int | None = None) -> tuple[float, int]:
    """Return the factor, the ceil((n + 1) 0.9) / n quantile of all that was drawn of n stretches; and n.

    Of an age alone, where one is given. Every moment counts the same, for so cones are held against what comes; but
    recorded moments together count at least as much as simulated ones where there are ``LEAST_STRETCHES``.
    """
    simulated, recorded = ([kept for parts in of.values() if len(kept := _finite(parts, h, age))]
                           for of in (pile.simulated, pile.recorded))  # fmt: skip
    n = len(simulated) + len(recorded)
    if n < LEAST_TRACKS:
        return float("nan"), n
    scores = np.concatenate([*simulated, *recorded])
    weight = np.ones(len(scores))
    first = sum(len(of) for of in simulated)
    if len(recorded) >= LEAST_STRETCHES:
        weight[first:] = max(1.0, first / (len(scores) - first))
    order = np.argsort(scores)
    reached = np.cumsum(weight[order]) / weight.sum()
    level = min(ceil((n + 1) * (1.0 - ALPHA)) / n, 1.0)
    return float(scores[order][min(int(np.searchsorted(reached, level)), len(scores) - 1)]), n


def _finite(parts: list[np.ndarray], h: int, age: int | None) -> np.ndarray:
    rows = np.concatenate(parts)
    return rows[np.isfinite(rows[:, h]) & ((age is None) | (rows[:, -1] == age)), h]
