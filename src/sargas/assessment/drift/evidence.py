"""Does the wind carry a track? The evidence both ways, as a likelihood ratio: moved as the air does, or by itself."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cholesky, solve_triangular

from sargas.assessment.drift.layer_wind import WIDE, Points, covariance
from sargas.model.columns import Float64

OWN_SIGMA_MPS = 22.0
"""Of the velocity of what moves by itself, either component: from birds to light aircraft."""
OWN_CHANGE_MPS = 1.5
"""Of its changes from one look to the next."""
MOST_EVIDENCE = 6.0
"""Nats: no wind alone makes a drifter, none alone unmakes one."""


def wind_consistency(points: Points, drift_mps: Float64, variance: Float64) -> float:
    """Return ln p(drifts | the wind carries it) - ln p(drifts | it moves by itself), within ``MOST_EVIDENCE``.

    ``points``: where the track was, with what the tables tell there; ``drift_mps`` (n, 2): its mean velocities over
    windows that do not overlap; ``variance`` (n,) of either component. Errors of the wind at one height and hour are
    one error, so that a long look at one layer counts little more than a short one. No looks: 0.
    """
    n = len(variance)
    if n == 0:
        return 0.0
    noise = np.diag(variance + 0.3**2)
    carried = _log_density(drift_mps - points.mean_mps, covariance(WIDE, points, points) + noise)
    own = _log_density(drift_mps, OWN_SIGMA_MPS**2 * np.ones((n, n)) + OWN_CHANGE_MPS**2 * np.eye(n) + noise)
    return float(np.clip(carried - own, -MOST_EVIDENCE, MOST_EVIDENCE))


def drift_probability(balloon: float, evidence: float) -> float:
    """Return the probability that the wind carries a track: of its class (balloon), moved by the wind's evidence."""
    odds = np.log(max(balloon, 1e-6)) - np.log(max(1.0 - balloon, 1e-6)) + evidence
    return float(1.0 / (1.0 + np.exp(-odds)))


def _log_density(miss: Float64, cov: Float64) -> float:
    """Return the log-density of both components (n, 2) under one covariance."""
    factor = cholesky(cov, lower=True, check_finite=False)
    white = solve_triangular(factor, miss, lower=True, check_finite=False)
    return float(-0.5 * np.sum(white**2) - 2.0 * np.sum(np.log(np.diag(factor))) - len(miss) * np.log(2.0 * np.pi))
