"""Nearly constant velocity: prediction of a state and its packed covariance over any time step."""

from __future__ import annotations

import numpy as np
from numba import njit

from sargas.model.columns import Float64

PACKED_INDEX = np.array(
    [
        [0, 1, 2, 3, 4, 5],
        [1, 6, 7, 8, 9, 10],
        [2, 7, 11, 12, 13, 14],
        [3, 8, 12, 15, 16, 17],
        [4, 9, 13, 16, 18, 19],
        [5, 10, 14, 17, 19, 20],
    ]
)
"""Place of element (i, j) of a symmetric 6 x 6 matrix in its packed upper triangle."""


@njit(cache=True, nogil=True, error_model="numpy")
def predict_state(x: Float64, dt_s: float, out: Float64) -> None:
    """Move a state (6,) by ``dt_s`` (either sign) at constant velocity."""
    for i in range(3):
        out[i] = x[i] + dt_s * x[3 + i]
        out[3 + i] = x[3 + i]


@njit(cache=True, nogil=True, error_model="numpy")
def predict_covariance(
    p: Float64,
    dt_s: float,
    up: tuple[float, float, float],
    acceleration_horizontal: float,
    acceleration_vertical: float,
    out: Float64,
) -> None:
    """Move a packed covariance (21,) by ``dt_s`` (either sign) and add white acceleration; ``out`` may be ``p``.

    Q = [[dt^3/3, dt^2/2], [dt^2/2, dt]] (x) (q_h (I - u u^T) + q_v u u^T), u = ``up`` (region frame). Steps compose:
    predicting a then b equals predicting a + b. Source: Bar-Shalom, Li, Kirubarajan 2001, section 6.2.2.
    """
    span = abs(dt_s)
    q_pp, q_pv, q_vv = span * span * span / 3.0, dt_s * span / 2.0, span
    for i in range(3):
        for j in range(i, 3):
            q = (acceleration_vertical - acceleration_horizontal) * up[i] * up[j]
            if i == j:
                q += acceleration_horizontal
            vv = p[PACKED_INDEX[3 + i, 3 + j]]
            ij, ji = p[PACKED_INDEX[i, 3 + j]], p[PACKED_INDEX[j, 3 + i]]
            out[PACKED_INDEX[i, j]] = p[PACKED_INDEX[i, j]] + dt_s * (ij + ji) + dt_s * dt_s * vv + q_pp * q
            out[PACKED_INDEX[i, 3 + j]] = ij + dt_s * vv + q_pv * q
            if i != j:
                out[PACKED_INDEX[j, 3 + i]] = ji + dt_s * vv + q_pv * q
            out[PACKED_INDEX[3 + i, 3 + j]] = vv + q_vv * q


@njit(cache=True, nogil=True, error_model="numpy")
def horizontal_variance(p: Float64, dt_s: float, acceleration_horizontal: float) -> float:
    """Return the larger predicted variance (m^2) of the two horizontal coordinates of the region frame."""
    noise = acceleration_horizontal * abs(dt_s * dt_s * dt_s) / 3.0
    east = p[0] + 2.0 * dt_s * p[3] + dt_s * dt_s * p[15]
    north = p[6] + 2.0 * dt_s * p[9] + dt_s * dt_s * p[18]
    return max(east, north) + noise


@njit(cache=True, nogil=True, error_model="numpy")
def variance_along(
    p: Float64, dt_s: float, direction: tuple[float, float, float], acceleration_horizontal: float
) -> float:
    """Return at least the predicted position variance (m^2) along a unit vector of the region frame."""
    a, b, c = direction
    square = dt_s * dt_s
    total = acceleration_horizontal * abs(square * dt_s) / 3.0
    total += a * a * (p[0] + 2.0 * dt_s * p[3] + square * p[15])
    total += b * b * (p[6] + 2.0 * dt_s * p[9] + square * p[18])
    total += c * c * (p[11] + 2.0 * dt_s * p[14] + square * p[20])
    total += 2.0 * a * b * (p[1] + dt_s * (p[4] + p[8]) + square * p[16])
    total += 2.0 * a * c * (p[2] + dt_s * (p[5] + p[12]) + square * p[17])
    return total + 2.0 * b * c * (p[7] + dt_s * (p[10] + p[13]) + square * p[19])


def unpack(p: Float64) -> Float64:
    """Return packed covariances (..., 21) as full matrices (..., 6, 6)."""
    return p[..., PACKED_INDEX]
