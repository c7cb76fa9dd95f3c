"""Layer winds measured anew by the balloons themselves, pooled over the night: a Gaussian process over the tables.

The error of the wind that the tables tell has two parts: a wide one, alike over kilometres of height, hours and more
than a hundred kilometres, and a fine one of weather and gusts. Every balloon's drift is an observation of the wind at
its height, place and time. Without tables the wind itself is taken for the error of a calm, with as much doubt.
Source: Rasmussen and Williams 2006, algorithm 2.1; correlation in time as in the drift formula of docs/drifters.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular

from sargas.model.columns import Float64


class Scales(NamedTuple):
    """How alike wind errors are: sigma (m/s) and the lengths over which they are, of one part."""

    sigma_mps: float
    height_m: float
    time_s: float
    place_m: float


WIDE = Scales(2.5, 3000.0, 4 * 3600.0, 200_000.0)
"""Of tables; their own sigma stands in for this one."""
WIDE_WITHOUT_TABLE = Scales(12.0, 4500.0, 6 * 3600.0, 400_000.0)
"""Of no table: the wind itself."""
FINE = Scales(1.2, 500.0, 1500.0, 30_000.0)
JITTER_MPS2 = 1e-4


class Points(NamedTuple):
    """Points (n,) of the air: plane metres, height, seconds of any common epoch, prior mean (n, 2) and sigma."""

    x_m: Float64
    y_m: Float64
    altitude_m: Float64
    time_s: Float64
    mean_mps: Float64
    sigma_mps: Float64
    """Of the wide part."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Observations of the wind, solved once for all points that are asked for."""

    scales: Scales
    points: Points
    factor: Float64
    """(n, n) lower Cholesky factor of the observations' covariance."""
    weights: Float64
    """(n, 2)."""

    @classmethod
    def of(cls, points: Points, drift_mps: Float64, variance: Float64, *, has_tables: bool) -> Pool:
        """Solve for drifts (n, 2) m/s seen at points, each with the variance (n,) of either component."""
        scales = WIDE if has_tables else WIDE_WITHOUT_TABLE
        own = covariance(scales, points, points)
        own[np.diag_indices_from(own)] += variance + JITTER_MPS2
        factor = cholesky(own, lower=True, check_finite=False) if len(own) else own
        miss = drift_mps - points.mean_mps
        weights = cho_solve((factor, True), miss, check_finite=False) if len(own) else miss
        return cls(scales, points, factor, weights)

    def posterior(self, asked: Points) -> tuple[Float64, Float64]:
        """Return the wind's mean (k, 2) m/s and the covariance (k, k) of either component at points."""
        own = covariance(self.scales, asked, asked)
        if not len(self.points.x_m):
            return asked.mean_mps, own
        cross = covariance(self.scales, asked, self.points)
        mean = asked.mean_mps + cross @ self.weights
        half = solve_triangular(self.factor, cross.T, lower=True, check_finite=False)
        return mean, own - half.T @ half


def covariance(scales: Scales, a: Points, b: Points) -> Float64:
    """Return the covariance (n, m) of the wind's error between points."""
    height = np.abs(a.altitude_m[:, None] - b.altitude_m[None])
    time = np.abs(a.time_s[:, None] - b.time_s[None])
    place = np.hypot(a.x_m[:, None] - b.x_m[None], a.y_m[:, None] - b.y_m[None])
    far = np.sqrt(3.0) / scales.height_m * height
    # smooth in height, as winds are; abrupt in time and place, where weather moves through
    wide = (1.0 + far) * np.exp(-far - time / scales.time_s - place / scales.place_m)
    fine = np.exp(-height / FINE.height_m - time / FINE.time_s - place / FINE.place_m)
    found: Float64 = a.sigma_mps[:, None] * b.sigma_mps[None] * wide + FINE.sigma_mps**2 * fine
    return found


def spread_m(sigma_mps: float, correlation_s: float, ahead_s: Float64) -> Float64:
    """Return one sigma of the drift's error after times, for a wind error of one sigma and its correlation time.

    sigma^2 = 2 sigma_w^2 T (t - T (1 - exp(-t / T))): the ensembles' own spread is checked against it in the tests.
    """
    t, tau = np.asarray(ahead_s, np.float64), correlation_s
    return sigma_mps * np.sqrt(2.0 * tau * (t - tau * (1.0 - np.exp(-t / tau))))
