"""Tables of what echoes of each class look like: log densities of mean cross-section and spread, by number of looks."""

from __future__ import annotations

import numpy as np

from sargas.exercise.flights.echo_strength import draw_strengths
from sargas.exercise.flights.kinds import KINDS, STRAINS, strain_of
from sargas.identification.opinion import (
    LOOKS,
    RCS_BINS,
    RCS_LOW_DBSM,
    RCS_STEP_DB,
    SPREAD_BINS,
    SPREAD_LOW,
    SPREAD_STEP,
)
from sargas.model.columns import Float32, Float64

EXAMPLE_LOOKS = (1, 2, 6, 14, 40)
"""Looks drawn for each table; the tables part at LOOKS."""
FLOOR = 2e-4
"""Least probability of a bin: a radar may be wrong by more than it should."""


def draw_tables(tracks: int, rng: np.random.Generator) -> tuple[Float32, Float32]:
    """Return (looks, strains, bins) log densities of mean dBsm and of mean log spread, from so many tracks a class."""
    rcs = np.zeros((len(LOOKS) + 1, len(STRAINS), RCS_BINS))
    spread = np.zeros((len(LOOKS) + 1, len(STRAINS), SPREAD_BINS))
    for part, looks in enumerate(EXAMPLE_LOOKS):
        for kind in KINDS:
            n = max(1, round(tracks * kind.share))
            strain = strain_of(kind)
            dbsm, mps = draw_strengths(kind, np.arange(n + 1, dtype=np.int64) * looks, rng)
            means = dbsm.reshape(n, looks).mean(axis=1)
            logs = np.log(np.maximum(mps, 0.02)).reshape(n, looks).mean(axis=1)
            rcs[part, strain] += _count(means, RCS_LOW_DBSM, RCS_STEP_DB, RCS_BINS)
            spread[part, strain] += _count(logs, SPREAD_LOW, SPREAD_STEP, SPREAD_BINS)
    return _log_density(rcs, 1.5), _log_density(spread, 0.8)


def _count(values: Float64, low: float, step: float, bins: int) -> Float64:
    at = np.clip(np.round((values - low) / step), 0, bins - 1).astype(np.int64)
    return np.bincount(at, minlength=bins).astype(float)


def _log_density(counts: Float64, sigma_bins: float) -> Float32:
    """Smooth counts along the bins, and take the logarithm of what share each bin has."""
    reach = np.arange(-6, 7)
    kernel = np.exp(-0.5 * (reach / sigma_bins) ** 2)
    kernel /= kernel.sum()
    smooth = np.apply_along_axis(lambda row: np.convolve(np.pad(row, 6, mode="edge"), kernel, "valid"), -1, counts)
    share = smooth / smooth.sum(axis=-1, keepdims=True)
    return np.asarray(np.log((1 - FLOOR * counts.shape[-1]) * share + FLOOR), np.float32)
