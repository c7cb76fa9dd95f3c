"""Motion in the region frame: nearly constant velocity and coordinated turns, any time step, over a round earth.

A state is position and velocity (6,) in the region frame; covariances are packed upper triangles (21,). Level flight
follows the earth: what flies straight ahead at one height falls away from its tangent by v^2 / R (docs/tracking.md).
"""

from __future__ import annotations

import numpy as np

from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel

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
EARTH_RADIUS_M = 6_371e3
Vector = tuple[float, float, float]


@kernel
def predict_state(x: Float64, dt_s: float, up: Vector, out: Float64) -> None:
    """Move a state (6,) by ``dt_s`` (either sign) at constant velocity along the round earth; ``out`` may be ``x``.

    ``up`` is local up at the state. The velocity bends by the horizontal speed squared over the earth's radius.
    """
    vx, vy, vz = x[3], x[4], x[5]
    climb = up[0] * vx + up[1] * vy + up[2] * vz
    bend = -(vx * vx + vy * vy + vz * vz - climb * climb) / EARTH_RADIUS_M * dt_s
    half = 0.5 * bend * dt_s
    out[0] = x[0] + dt_s * vx + half * up[0]
    out[1] = x[1] + dt_s * vy + half * up[1]
    out[2] = x[2] + dt_s * vz + half * up[2]
    out[3], out[4], out[5] = vx + bend * up[0], vy + bend * up[1], vz + bend * up[2]


@inner_kernel
def add_noise(p: Float64, dt_s: float, up: Vector, horizontal: float, vertical: float) -> None:
    """Add white acceleration over ``dt_s`` to a packed covariance.

    Q = [[dt^3/3, dt^2/2], [dt^2/2, dt]] (x) (q_h (I - u u^T) + q_v u u^T), u = ``up``. Steps compose: predicting a then
    b equals predicting a + b. Source: Bar-Shalom, Li, Kirubarajan 2001, section 6.2.2.
    """
    span = abs(dt_s)
    q_pp, q_pv, q_vv = span * span * span / 3.0, dt_s * span / 2.0, span
    for i in range(3):
        for j in range(i, 3):
            q = (vertical - horizontal) * up[i] * up[j]
            if i == j:
                q += horizontal
            p[PACKED_INDEX[i, j]] += q_pp * q
            p[PACKED_INDEX[i, 3 + j]] += q_pv * q
            if i != j:
                p[PACKED_INDEX[j, 3 + i]] += q_pv * q
            p[PACKED_INDEX[3 + i, 3 + j]] += q_vv * q


@kernel
def predict_covariance(p: Float64, dt_s: float, up: Vector, horizontal: float, vertical: float, out: Float64) -> None:
    """Move a packed covariance (21,) by ``dt_s`` (either sign) at constant velocity; ``out`` may be ``p``."""
    for i in range(3):
        for j in range(i, 3):
            vv = p[PACKED_INDEX[3 + i, 3 + j]]
            ij, ji = p[PACKED_INDEX[i, 3 + j]], p[PACKED_INDEX[j, 3 + i]]
            out[PACKED_INDEX[i, j]] = p[PACKED_INDEX[i, j]] + dt_s * (ij + ji) + dt_s * dt_s * vv
            out[PACKED_INDEX[i, 3 + j]] = ij + dt_s * vv
            if i != j:
                out[PACKED_INDEX[j, 3 + i]] = ji + dt_s * vv
            out[PACKED_INDEX[3 + i, 3 + j]] = vv
    add_noise(out, dt_s, up, horizontal, vertical)


@kernel
def fill_turn(dt_s: float, rate_rad: float, up: Vector, along: Float64, turn: Float64) -> None:
    """Write how a turn of ``rate_rad`` (rad/s, counter-clockwise about ``up``) moves a velocity.

    ``turn`` (3, 3) is the rotation by rate * dt (Rodrigues), ``along`` (3, 3) its integral over the step: position
    becomes p + along v, velocity turn v. Source: Bar-Shalom, Li, Kirubarajan 2001, section 11.7, about any axis.
    """
    angle = rate_rad * dt_s
    s, c = np.sin(angle), 1.0 - np.cos(angle)
    if abs(angle) < 1e-4:
        one, two = 0.5 * rate_rad * dt_s * dt_s, rate_rad * rate_rad * dt_s * dt_s * dt_s / 6.0
    else:
        one, two = c / rate_rad, dt_s - s / rate_rad
    for i in range(3):
        for j in range(3):
            # (u u^T - I) is the square of the cross product by u
            square = up[i] * up[j] - (1.0 if i == j else 0.0)
            k = 3 - i - j
            cross = 0.0
            if i != j:
                cross = -up[k] if (j - i) % 3 == 1 else up[k]
            turn[i, j] = (1.0 if i == j else 0.0) + s * cross + c * square
            along[i, j] = (dt_s if i == j else 0.0) + one * cross + two * square


@kernel
def turn_state(x: Float64, dt_s: float, up: Vector, along: Float64, turn: Float64) -> None:
    """Move a state by the matrices of ``fill_turn``, in place, along the round earth."""
    vx, vy, vz = x[3], x[4], x[5]
    climb = up[0] * vx + up[1] * vy + up[2] * vz
    bend = -(vx * vx + vy * vy + vz * vz - climb * climb) / EARTH_RADIUS_M * dt_s
    half = 0.5 * bend * dt_s
    for i in range(3):
        x[i] += along[i, 0] * vx + along[i, 1] * vy + along[i, 2] * vz + half * up[i]
        x[3 + i] = turn[i, 0] * vx + turn[i, 1] * vy + turn[i, 2] * vz + bend * up[i]


@kernel
def turn_covariance(p: Float64, along: Float64, turn: Float64, work: Float64) -> None:
    """Move a packed covariance by the matrices of ``fill_turn``, in place; ``work`` (2, 3, 3) is scratch."""
    moved, cross = work[0], work[1]
    for i in range(3):
        for j in range(3):
            # cross = P_pv + along P_vv; moved = along P_vv
            total = 0.0
            for k in range(3):
                total += along[i, k] * p[PACKED_INDEX[3 + k, 3 + j]]
            moved[i, j] = total
            cross[i, j] = p[PACKED_INDEX[i, 3 + j]] + total
    for i in range(3):
        for j in range(i, 3):
            # P_pp + P_pv along^T + along P_vp + along P_vv along^T
            total = p[PACKED_INDEX[i, j]]
            for k in range(3):
                total += cross[i, k] * along[j, k] + along[i, k] * p[PACKED_INDEX[j, 3 + k]]
            p[PACKED_INDEX[i, j]] = total
    for i in range(3):
        for j in range(3):
            total = 0.0
            for k in range(3):
                total += cross[i, k] * turn[j, k]
            moved[i, j] = total
    for i in range(3):
        for j in range(3):
            p[PACKED_INDEX[i, 3 + j]] = moved[i, j]
            total = 0.0
            for k in range(3):
                total += turn[i, k] * p[PACKED_INDEX[3 + k, 3 + j]]
            cross[i, j] = total
    for i in range(3):
        for j in range(i, 3):
            total = 0.0
            for k in range(3):
                total += cross[i, k] * turn[j, k]
            p[PACKED_INDEX[3 + i, 3 + j]] = total


@kernel
def horizontal_variance(p: Float64, dt_s: float, horizontal: float) -> float:
    """Return the larger predicted variance (m^2) of the two horizontal coordinates of the region frame."""
    noise = horizontal * abs(dt_s * dt_s * dt_s) / 3.0
    east = p[0] + 2.0 * dt_s * p[3] + dt_s * dt_s * p[15]
    north = p[6] + 2.0 * dt_s * p[9] + dt_s * dt_s * p[18]
    return max(east, north) + noise


@inner_kernel
def variance_along(p: Float64, dt_s: float, direction: Vector, horizontal: float) -> float:
    """Return at least the predicted position variance (m^2) along a unit vector of the region frame."""
    a, b, c = direction
    square = dt_s * dt_s
    total = horizontal * abs(square * dt_s) / 3.0
    total += a * a * (p[0] + 2.0 * dt_s * p[3] + square * p[15])
    total += b * b * (p[6] + 2.0 * dt_s * p[9] + square * p[18])
    total += c * c * (p[11] + 2.0 * dt_s * p[14] + square * p[20])
    total += 2.0 * a * b * (p[1] + dt_s * (p[4] + p[8]) + square * p[16])
    total += 2.0 * a * c * (p[2] + dt_s * (p[5] + p[12]) + square * p[17])
    return total + 2.0 * b * c * (p[7] + dt_s * (p[10] + p[13]) + square * p[19])


def unpack(p: Float64) -> Float64:
    """Return packed covariances (..., 21) as full matrices (..., 6, 6)."""
    return p[..., PACKED_INDEX]
