"""How flights reflect: radar cross-section that fluctuates as Swerling's cases, and the spread of radial speed."""

from __future__ import annotations

import numpy as np

from sargas.exercise.flights.kinds import Kind
from sargas.model.columns import Float64, Int64

CALIBRATION_DB = 2.0
"""Sigma of what a radar is wrong by in all it measures."""
SHAPES = (1.0, 2.0, 6.0)
"""Of the gamma distribution of the power: Swerling 1, Swerling 3, and what is averaged over some plots."""


def draw_strengths(kind: Kind, start: Int64, rng: np.random.Generator) -> tuple[Float64, Float64]:
    """Return cross-section (dBsm) and spread (m/s) of every row of tracks of one kind that begin at ``start``."""
    lengths = np.diff(start)
    n = len(lengths)
    mean = rng.uniform(*kind.rcs_dbsm, n) + rng.normal(0.0, CALIBRATION_DB, n)
    shape = np.repeat(rng.choice(SHAPES, n), lengths)
    power = np.maximum(rng.gamma(shape, 1.0 / shape), 1e-3)
    low, high = kind.spread_mps
    spread = low * (high / low) ** rng.random(n)
    jitter = np.exp(rng.normal(0.0, 0.35, len(shape)))
    resolution = np.repeat(rng.uniform(0.0, 0.3, n), lengths)
    return (
        np.repeat(mean, lengths) + 10.0 * np.log10(power),
        np.hypot(np.repeat(spread, lengths) * jitter, resolution),
    )
