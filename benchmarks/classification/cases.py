"""The cases that are measured: simulated tracks of a seed of their own, and real flights as recorded and made worse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from classification.figures import AGES_S, Case
from classification.real_flights import read_pieces
from sargas.exercise.training.rows import draw_batches
from sargas.exercise.training.train import TRAIN_SIGMA
from sargas.model.tracks import CLASSES

SEED = 20_251
"""Of simulated tests; training uses others."""
OLDEST_S = AGES_S[-1] + 20.0
"""Simulated tracks are cut here."""


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
    return Case(np.concatenate(states), np.concatenate(echoes), np.array(start), np.array(label), np.arange(len(label)))


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
