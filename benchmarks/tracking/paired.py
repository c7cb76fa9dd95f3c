"""Ratios over paired seeds: how sure they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import binomtest

DRAWS = 4000


def ratio_interval(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """Return mean(ours) / mean(theirs) over pairs with its 95 % interval by drawing pairs anew (Efron's bootstrap)."""
    a, b = np.asarray(ours, float), np.asarray(theirs, float)
    rows = np.random.default_rng(1).integers(0, len(a), (DRAWS, len(a)))
    below = b[rows].sum(axis=1)
    drawn = a[rows].sum(axis=1) / np.where(below > 0, below, np.nan)
    low, high = np.nanquantile(drawn, (0.025, 0.975)) if np.isfinite(drawn).any() else (np.nan, np.nan)
    return float(a.sum() / b.sum()) if b.sum() else float("nan"), float(low), float(high)


def sign_test(ours: Sequence[float], theirs: Sequence[float]) -> tuple[int, int, float]:
    """Return wins, pairs that differ, and the two-sided p of so many wins if both were equal (binomial)."""
    difference = np.asarray(theirs, float) - np.asarray(ours, float)
    wins, differing = int((difference > 0).sum()), int((difference != 0).sum())
    return wins, differing, float(binomtest(wins, differing).pvalue) if differing else 1.0


def describe(
    ours: Sequence[float], theirs: Sequence[float], digits: int = 1, names: tuple[str, str] = ("product", "peer")
) -> str:
    """Say the means, the interval of their ratio, and the sign test."""
    _, low, high = ratio_interval(ours, theirs)
    wins, differing, p = sign_test(ours, theirs)
    return (
        f"{names[0]} {np.mean(ours):.{digits}f}, {names[1]} {np.mean(theirs):.{digits}f}, {len(ours)} paired seeds, "
        f"95 % interval {low:.3f} to {high:.3f}, better on {wins} of {differing} that differ (sign test p {p:.3g})"
    )


def quantile_interval(values: Sequence[float], share: float) -> tuple[float, float]:
    """Return the 95 % interval of a quantile by drawing anew."""
    v = np.asarray(values, float)
    rows = np.random.default_rng(2).integers(0, len(v), (1000, len(v)))
    low, high = np.quantile(np.quantile(v[rows], share, axis=1, method="higher"), (0.025, 0.975), method="nearest")
    return float(low), float(high)
