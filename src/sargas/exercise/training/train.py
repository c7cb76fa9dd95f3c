"""Train the classifier: simulated tracks, boosted trees, tables of echoes, calibration on other tracks. All seeded.

scikit-learn is imported here alone, when it trains; on one thread, so that equal seeds give equal bytes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sargas.exercise.flights.kinds import STRAIN_CLASS
from sargas.exercise.training.calibrate import AGES_S, calibrate, term_rows
from sargas.exercise.training.echo_tables import draw_tables
from sargas.exercise.training.rows import SECONDS, Rows, draw_batches, draw_rows
from sargas.identification.forest import Forest
from sargas.identification.model_file import ClassifierModel, flatten
from sargas.identification.motion_features import FEATURES
from sargas.identification.opinion import KEY, TERMS, N, Tables
from sargas.model.columns import Float32, Int64

TRAIN_SIGMA, HELD_OUT_SIGMA = 0.07, 0.12
"""Log-sigma of the scaling of figures in training and, wider, in calibration: nothing flies quite as simulated."""
ROUNDS = 100
LEAVES = 16
HEIGHTS_M = (500.0, 1_500.0, 3_000.0, 6_000.0, 9_000.0)
"""Edges of the bands of height that shares of classes are told of."""
LEAST_SHARE = 0.02
"""Added to every class's share of a band: what was not simulated there may yet fly there."""
MARGIN = 0.25
"""How far beyond what training saw of a class, in parts of its span, a feature may lie."""


def train(
    seed: int,
    tracks: int,
    rounds: int = ROUNDS,
    tell: Callable[[str], None] = lambda line: None,
    seconds: int = SECONDS,
) -> ClassifierModel:
    """Train on about so many tracks of every class, of so many seconds each, calibrate on a fifth as many more."""
    draws = [np.random.default_rng([seed, part]) for part in range(3)]
    rows = draw_rows(tracks, TRAIN_SIGMA, draws[0], seconds)
    tell(f"{len(rows.label)} rows of {rows.track[-1] + 1} simulated tracks")
    forest = fit(rows, rounds)
    tell(f"{len(forest.tree) - 1} trees with {len(forest.feature)} nodes")
    rcs, spread = draw_tables(max(20 * tracks, 500), draws[1])
    key, envelope = _envelope(rows)
    member = np.array(STRAIN_CLASS, np.int64)
    tables = Tables(
        member, rcs, spread, AGES_S.copy(), np.ones((len(AGES_S), TERMS)), np.zeros((len(AGES_S), N)), key, envelope
    )
    others = draw_batches(max(tracks // 5, 12), HELD_OUT_SIGMA, draws[2], seconds)
    held_out = term_rows(others, forest, tables)
    ages_s, gain, bias = calibrate(held_out, member)
    tell(f"calibrated on {len(held_out.label)} rows of {held_out.track[-1] + 1} other tracks")
    header = {
        "seed": seed, "tracks": tracks, "rounds": rounds, "heights_m": HEIGHTS_M, "shares": shares_by_height(rows)
    }  # fmt: skip
    return ClassifierModel(header, forest, tables._replace(ages_s=ages_s, gain=gain, bias=bias))


def fit(rows: Rows, rounds: int) -> Forest:
    """Fit boosted trees that tell the strains by the features, every class weighing alike."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    counts = np.bincount(rows.label, minlength=N)
    weight = len(rows.label) / (N * counts[rows.label])
    boosting = HistGradientBoostingClassifier(
        max_iter=rounds, learning_rate=0.1, max_leaf_nodes=LEAVES, min_samples_leaf=60, l2_regularization=2.0,
        max_features=0.4, early_stopping=False, random_state=0,
    )  # fmt: skip
    with threadpool_limits(1, "openmp"):
        boosting.fit(rows.features, rows.strain, sample_weight=weight)
    trees = [tree.nodes for trees in boosting._predictors for tree in trees]
    return flatten(trees, boosting._baseline_prediction.ravel())


def shares_by_height(rows: Rows) -> list[list[float]]:
    """Return which share of the rows in each band of height is of each class, had every class as many in all."""
    band = np.searchsorted(HEIGHTS_M, rows.features[:, FEATURES.index("altitude_m")], side="right")
    counts = np.zeros((len(HEIGHTS_M) + 1, N))
    np.add.at(counts, (band, rows.label), 1.0 / np.bincount(rows.label, minlength=N)[rows.label])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12) + LEAST_SHARE
    told: list[list[float]] = (shares / shares.sum(axis=1, keepdims=True)).round(4).tolist()
    return told


def _envelope(rows: Rows) -> tuple[Int64, Float32]:
    """Return which features must lie within what training saw of a class, and the bounds (classes, key, 2)."""
    key = np.array([FEATURES.index(name) for name in KEY], np.int64)
    bounds = np.zeros((N, len(key), 2), np.float32)
    for label in range(N):
        values = rows.features[rows.label == label][:, key]
        low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
        bounds[label] = np.stack([low - MARGIN * (high - low), high + MARGIN * (high - low)], axis=1)
    return key, bounds
