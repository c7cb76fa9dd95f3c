"""Drift ensembles: where the wind may carry a balloon within the hour, as members drawn from all that is in doubt.

Each member draws where the balloon is, how its height goes on (``heights``) and one wind out of the pooled layer winds
(``layer_wind``): a whole profile that changes with time, not a noise a step. The draws are seeded by track and time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from scipy.linalg import cholesky

from sargas.assessment.drift.draws import Draws
from sargas.assessment.drift.heights import Vertical, draw_heights
from sargas.assessment.drift.layer_wind import Points, Pool
from sargas.model.columns import Float64
from sargas.model.kernel import kernel

MEMBERS = 256
STEP_S = 60.0
AHEAD_S = np.arange(0.0, 3600.0 + STEP_S, STEP_S)
NODES_S = np.array([0.0, 300.0, 900.0, 1800.0, 3600.0])
"""Times for which whole profiles of wind are drawn."""
LEVELS_M = np.array([
    0.0, 300.0, 700.0, 1200.0, 1800.0, 2500.0, 3300.0, 4200.0, 5200.0, 6300.0, 7500.0, 8800.0, 10_200.0, 12_000.0,
    14_000.0, 17_000.0, 20_000.0, 24_000.0, 28_000.0, 33_000.0, 40_000.0,
])  # fmt: skip
BESIDE_M = 150.0
"""Levels are put beside a balloon's own height: what it felt just now counts there most."""


Told: TypeAlias = Callable[[Float64, Float64, Float64, Float64], Points]
"""Says what the tables tell at all heights above places: x, y (plane m) and time (s) of each, heights (m)."""


class Start(NamedTuple):
    """What is known of a track at one time: plane metres with their covariance, and its height."""

    x_m: float
    y_m: float
    covariance_m2: Float64
    """(2, 2)"""
    vertical: Vertical
    time_s: float
    """Since the epoch of the wind field."""


class Ensemble(NamedTuple):
    """Members (m, k) at times (k,) from the start: plane metres, height above the ellipsoid, 1 aloft or 0 landed."""

    ahead_s: Float64
    x_m: Float64
    y_m: Float64
    altitude_m: Float64
    aloft: Float64


def drift(start: Start, pool: Pool, told: Told, draws: Draws) -> Ensemble:
    """Drift a start forward over the hour; ``told`` says what the tables tell at points."""
    heights, aloft = draw_heights(start.vertical, MEMBERS, AHEAD_S, draws)
    landed = np.where((aloft > 0.0).all(axis=1), np.inf, (aloft > 0.0).argmin(axis=1) - 0.5)
    return carry(start, heights, aloft, landed * STEP_S, pool, told, draws, 1.0)


def carry(
    start: Start,
    heights: Float64,
    aloft: Float64,
    landed_s: Float64,
    pool: Pool,
    told: Told,
    draws: Draws,
    direction: float,
) -> Ensemble:
    """Carry members whose heights (m, k) are known with winds drawn for each; ``direction`` -1: back in time.

    ``landed_s`` (m,): when each comes to the ground, infinite if it does not.
    """
    levels = levels_for(start.vertical.altitude_m, float(heights.max()))
    wind_x, wind_y = draw_winds(pool, _nodes(start, pool, told, levels, direction), len(heights), draws)
    own = draws.normal(2, len(heights))
    factor = cholesky(start.covariance_m2 + 1.0 * np.eye(2), lower=True)
    at = np.array([[start.x_m], [start.y_m]]) + factor @ own
    shape = (len(heights), len(NODES_S), len(levels))
    x, y = np.empty(heights.shape), np.empty(heights.shape)
    _carry(
        wind_x.reshape(shape),
        wind_y.reshape(shape),
        NODES_S,
        levels,
        heights,
        landed_s,
        np.ascontiguousarray(at),
        STEP_S,
        direction,
        x,
        y,
    )
    return Ensemble(AHEAD_S, x, y, heights, aloft)


def levels_for(altitude_m: float, highest_m: float) -> Float64:
    """Return the heights at which winds are drawn: up to the highest member, and beside the balloon's own height."""
    top = int(np.searchsorted(LEVELS_M, highest_m)) + 1
    beside = altitude_m + np.array([-BESIDE_M, BESIDE_M])
    levels = np.unique(np.concatenate([LEVELS_M[:top], beside[beside > 0.0]]))
    return levels[np.concatenate([[True], np.diff(levels) > 20.0])]


def draw_winds(pool: Pool, asked: Points, members: int, draws: Draws) -> tuple[Float64, Float64]:
    """Draw winds at points: rates of x and of y (members, k), m/s."""
    mean, cov = pool.posterior(asked)
    cov[np.diag_indices_from(cov)] += 1e-3
    factor = cholesky(cov, lower=True, check_finite=False)
    drawn = np.empty((2, members, len(cov)))
    for component in range(2):
        half = draws.normal(members // 2, len(cov)) @ factor.T
        # antithetic: the middle of the draws is the mean itself
        np.add(mean[:, component], half, out=drawn[component, : members // 2])
        np.subtract(mean[:, component], half, out=drawn[component, members // 2 :])
    return drawn[0], drawn[1]


def _nodes(start: Start, pool: Pool, told: Told, levels: Float64, direction: float) -> Points:
    """Ask for the wind at all levels and nodes in time, each node where the balloon will be about then."""
    here = told(*(np.array([v]) for v in (start.x_m, start.y_m, start.time_s, start.vertical.altitude_m)))
    x_mps, y_mps = direction * pool.posterior(here)[0][0]
    x, y = start.x_m + x_mps * NODES_S, start.y_m + y_mps * NODES_S
    return told(x, y, start.time_s + direction * NODES_S, levels)


@kernel
def _carry(
    wind_x: Float64,
    wind_y: Float64,
    nodes_s: Float64,
    levels: Float64,
    heights: Float64,
    landed_s: Float64,
    at: Float64,
    step_s: float,
    direction: float,
    x: Float64,
    y: Float64,
) -> None:
    """Step members (m, k) with the wind at the middle of each step in height and time; landed ones stay."""
    members, steps = heights.shape
    for m in range(members):
        px, py = at[0, m], at[1, m]
        x[m, 0], y[m, 0] = px, py
        node, level = 0, 0
        for k in range(1, steps):
            lasts = min(step_s, landed_s[m] - (k - 1) * step_s)
            if lasts > 0.0:
                z = 0.5 * (heights[m, k - 1] + heights[m, k])
                t = (k - 0.5) * step_s
                while node < len(nodes_s) - 2 and t > nodes_s[node + 1]:
                    node += 1
                while level < len(levels) - 2 and z > levels[level + 1]:
                    level += 1
                while level > 0 and z < levels[level]:
                    level -= 1
                u = min(max((z - levels[level]) / (levels[level + 1] - levels[level]), 0.0), 1.0)
                s = min(max((t - nodes_s[node]) / (nodes_s[node + 1] - nodes_s[node]), 0.0), 1.0)
                a, b = (1.0 - s) * (1.0 - u), (1.0 - s) * u
                c, d = s * (1.0 - u), s * u
                vx = a * wind_x[m, node, level] + b * wind_x[m, node, level + 1]
                vx += c * wind_x[m, node + 1, level] + d * wind_x[m, node + 1, level + 1]
                vy = a * wind_y[m, node, level] + b * wind_y[m, node, level + 1]
                vy += c * wind_y[m, node + 1, level] + d * wind_y[m, node + 1, level + 1]
                px += direction * vx * lasts
                py += direction * vy * lasts
            x[m, k], y[m, k] = px, py
