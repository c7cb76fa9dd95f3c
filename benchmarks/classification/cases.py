"""The cases that are measured: simulated tracks of a seed of their own, and real flights as recorded and made worse.

Each case is one sky, as a file of ``sargas classify`` is: real flights in the order they were recorded in, simulated
ones begun at moments drawn over an hour.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.classification.figures import AGES_S, Case
from benchmarks.classification.real_flights import read_pieces
from sargas.exercise.training.rows import draw_batches
from sargas.exercise.training.train import TRAIN_SIGMA
from sargas.model.columns import Float64, Int64
from sargas.model.tracks import CLASSES

SEED = 20_251
"""Of simulated tests; training uses others."""
OLDEST_S = AGES_S[-1] + 20.0
"""Simulated tracks are cut here."""
SKY_S = 3_600.0
"""Simulated tracks begin within so long."""


def simulated(tracks: int) -> Case:
    """Return about so many simulated tracks of each class, figures as in training, with echoes."""
    states, echoes, start, label = [], [], [0], []
    for batch in draw_batches(tracks, TRAIN_SIGMA, np.random.default_rng(SEED)):
        young = batch.age_s <= OLDEST_S
        states.append(batch.states[young])
        echoes.append(batch.echoes[young])
        kept = np.add.reduceat(young.astype(np.int64), batch.start[:-1])
        start += (start[-1] + kept.cumsum()).tolist()
        label += [batch.label] * len(batch)
    case = Case(np.concatenate(states), np.concatenate(echoes), np.array(start), np.array(label), np.arange(len(label)))
    return spread_over(case, np.random.default_rng([SEED, 1]))


def spread_over(case: Case, rng: np.random.Generator) -> Case:
    """Return the same tracks, begun at moments drawn evenly over ``SKY_S``."""
    began = rng.uniform(0.0, SKY_S, len(case.label))
    states = case.states.copy()
    states[:, 0] += np.repeat(began - states[case.start[:-1], 0], np.diff(case.start))
    return replace(case, states=states)


def drawn(case: Case, shares: Float64, tracks: int, rng: np.random.Generator) -> tuple[Case, Int64]:
    """Return a sky of so many tracks drawn with replacement, classes as frequent as ``shares``, and their rows."""
    weight = shares[case.label] / np.maximum(np.bincount(case.label, minlength=len(shares))[case.label], 1)
    return chosen(case, rng.choice(len(case.label), tracks, p=weight / weight.sum()), rng)


def first_pieces(case: Case) -> tuple[Case, Int64]:
    """Return the earliest track of each flight alone, and its rows."""
    order = np.argsort(case.states[case.start[:-1], 0], kind="stable")
    _, first = np.unique(case.flight[order], return_index=True)
    return chosen(case, order[first], None)


def chosen(case: Case, tracks: Int64, rng: np.random.Generator | None) -> tuple[Case, Int64]:
    """Return some tracks of a case, spread over an hour where ``rng`` is given, and the rows they are of."""
    rows = np.concatenate([np.arange(case.start[i], case.start[i + 1]) for i in tracks])
    start = np.concatenate([[0], np.cumsum(np.diff(case.start)[tracks])])
    some = Case(case.states[rows], case.echoes[rows], start, case.label[tracks], case.flight[tracks])
    return (some if rng is None else spread_over(some, rng)), rows


def without_echoes(case: Case) -> Case:
    """Return the same tracks with nothing known but their motion."""
    return replace(case, echoes=np.full_like(case.echoes, np.nan))


def real(folder: Path, noise_m: float = 0.0, velocities: bool = True, seed: int = 7) -> Case:
    """Return the real pieces, with white noise on places (1.5 times as much in height), with velocities or without."""
    rng, pieces = np.random.default_rng(seed), read_pieces(folder)
    flights = {name: index for index, name in enumerate(sorted({piece.flight for piece in pieces}))}
    start = np.concatenate([[0], np.cumsum([len(piece.states) for piece in pieces])])
    states = np.concatenate([piece.states for piece in pieces])
    if noise_m:
        noise = rng.normal(0.0, noise_m, (len(states), 3))
        states[:, 1] += noise[:, 0] / 111_195.0
        states[:, 2] += noise[:, 1] / (111_195.0 * np.cos(np.deg2rad(states[:, 1])))
        states[:, 3] += 1.5 * noise[:, 2]
    if not velocities:
        states[:, 4:] = np.nan
    return Case(
        states,
        np.full((len(states), 2), np.nan),
        start,
        np.array([CLASSES.index(piece.label) for piece in pieces]),
        np.array([flights[piece.flight] for piece in pieces]),
    )
