"""What a plot measures of a state: innovation, Jacobian row and variance of each component, and the update by them.

Every component is one scalar row, so that a radar with or without elevation, range rate or flight level and a
cooperative position take one path. All rows are linearised at the same predicted state: applying them one after the
other equals the joint extended Kalman update, in any order. Source: reference formulas of Bar-Shalom, Li, Kirubarajan
2001, chapter 10; docs/tracking.md.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numba import njit

from sargas.model.columns import Float64
from sargas.sensors.site import Site
from sargas.tracking.ellipsoid import Region, altitude_at, up_at

ROWS = 8
"""Most components of one plot: range, azimuth, elevation, range rate, height and three of velocity."""
LN_2PI = np.log(2.0 * np.pi)

LN_AZIMUTH = np.log(2.0 * np.pi)
LN_ELEVATION = np.log(np.deg2rad(3.0))
LN_RANGE_RATE = np.log(53.0)
LN_HEIGHT = np.log(12_000.0)
LN_POSITION = np.log(600_000.0)
LN_VELOCITY = np.log(500.0)
"""Logarithm of how far false plots spread in each component (rad, m/s, m); of range it is the instrumented range.

The clutter density is the clutter per scan over the product of the spreads.
"""


Rows: TypeAlias = Float64
"""(ROWS, 9): the Jacobian row (6), then innovation, variance and logarithm of the clutter spread of each component."""
INNOVATION, VARIANCE, LN_SPREAD = 6, 7, 8


def allocate_rows() -> Rows:
    """Make scratch rows."""
    return np.zeros((ROWS, 9))


@njit(cache=True, nogil=True, error_model="numpy")
def _set_row(
    rows: Rows, m: int, axes: Float64, a: float, b: float, c: float, innovation: float, sigma: float, ln_spread: float
) -> int:
    # (a, b, c) is the derivative by position in the sensor's axes; the row is wanted in the region frame
    for k in range(3):
        rows[m, k] = a * axes[0, k] + b * axes[1, k] + c * axes[2, k]
        rows[m, 3 + k] = 0.0
    rows[m, INNOVATION], rows[m, VARIANCE], rows[m, LN_SPREAD] = innovation, sigma * sigma, ln_spread
    return m + 1


@njit(cache=True, nogil=True, error_model="numpy")
def wrap_rad(angle: float) -> float:
    """Wrap an angle to (-pi, pi]."""
    turns = np.ceil((angle - np.pi) / (2.0 * np.pi))
    return angle - 2.0 * np.pi * turns


@njit(cache=True, nogil=True, error_model="numpy")
def fill_polar_rows(
    rows: Rows,
    site: Site,
    x: Float64,
    range_m: float,
    azimuth_rad: float,
    elevation_rad: float,
    range_rate_mps: float,
) -> int:
    """Write the rows of a radar plot at state ``x`` (6,) of the region frame; NaN components are left out.

    Returns the number of rows: range, azimuth, then elevation and range rate where measured.
    """
    axes, place = site.rotation, site.position_enu
    dx, dy, dz = x[0] - place[0], x[1] - place[1], x[2] - place[2]
    east = axes[0, 0] * dx + axes[0, 1] * dy + axes[0, 2] * dz
    north = axes[1, 0] * dx + axes[1, 1] * dy + axes[1, 2] * dz
    up = axes[2, 0] * dx + axes[2, 1] * dy + axes[2, 2] * dz
    h2 = max(east * east + north * north, 1.0)
    h, r = np.sqrt(h2), np.sqrt(h2 + up * up)
    m = int(np.int64(0))  # no constant: it would be compiled for as a type of its own
    m = _set_row(rows, m, axes, east / r, north / r, up / r, range_m - r, site.sigma_range_m, site.ln_max_range)
    turn = wrap_rad(azimuth_rad - np.arctan2(east, north))
    m = _set_row(rows, m, axes, north / h2, -east / h2, 0.0, turn, site.sigma_azimuth_rad, LN_AZIMUTH)
    if not np.isnan(elevation_rad):
        tilt = elevation_rad - np.arctan2(up, h)
        a, b, c = -east * up / (r * r * h), -north * up / (r * r * h), h / (r * r)
        m = _set_row(rows, m, axes, a, b, c, tilt, site.sigma_elevation_rad, LN_ELEVATION)
    if not np.isnan(range_rate_mps):
        m = _set_range_rate(rows, m, axes, x, east, north, up, r, range_rate_mps, site.sigma_range_rate_mps)
    return m


@njit(cache=True, nogil=True, error_model="numpy")
def _set_range_rate(
    rows: Rows,
    m: int,
    axes: Float64,
    x: Float64,
    east: float,
    north: float,
    up: float,
    r: float,
    range_rate_mps: float,
    sigma: float,
) -> int:
    ve = axes[0, 0] * x[3] + axes[0, 1] * x[4] + axes[0, 2] * x[5]
    vn = axes[1, 0] * x[3] + axes[1, 1] * x[4] + axes[1, 2] * x[5]
    vu = axes[2, 0] * x[3] + axes[2, 1] * x[4] + axes[2, 2] * x[5]
    a, b, c = east / r, north / r, up / r
    rate = a * ve + b * vn + c * vu
    _set_row(
        rows,
        m,
        axes,
        (ve - rate * a) / r,
        (vn - rate * b) / r,
        (vu - rate * c) / r,
        range_rate_mps - rate,
        sigma,
        LN_RANGE_RATE,
    )
    for k in range(3):
        rows[m, 3 + k] = a * axes[0, k] + b * axes[1, k] + c * axes[2, k]
    return m + 1


@njit(cache=True, nogil=True, error_model="numpy")
def add_height_row(rows: Rows, m: int, region: Region, x: Float64, height_m: float, sigma_m: float) -> int:
    """Append the row of an ellipsoidal height measured at state ``x``; its derivative is local up."""
    up = up_at(region, x[0], x[1], x[2])
    for k in range(3):
        rows[m, k], rows[m, 3 + k] = up[k], 0.0
    rows[m, INNOVATION] = height_m - altitude_at(region, x[0], x[1], x[2])
    rows[m, VARIANCE], rows[m, LN_SPREAD] = sigma_m * sigma_m, LN_HEIGHT
    return m + 1


@njit(cache=True, nogil=True, error_model="numpy")
def fill_position_rows(rows: Rows, axes: Float64, x: Float64, place: Float64, sigma_m: float) -> int:
    """Write the east and north rows of a position ``place`` (region frame) with local ``axes`` (3, 3)."""
    dx, dy, dz = place[0] - x[0], place[1] - x[1], place[2] - x[2]
    for k in range(2):
        offset = axes[k, 0] * dx + axes[k, 1] * dy + axes[k, 2] * dz
        _set_row(rows, k, axes, 1.0 - k, 1.0 * k, 0.0, offset, sigma_m, LN_POSITION)
    return 2


@njit(cache=True, nogil=True, error_model="numpy")
def add_velocity_rows(
    rows: Rows, m: int, axes: Float64, x: Float64, velocity: tuple[float, float, float], sigma_mps: float
) -> int:
    """Append a row for each component of a velocity (m/s along the local ``axes``) that is not NaN."""
    for k in range(3):
        if not np.isnan(velocity[k]):
            for i in range(3):
                rows[m, i], rows[m, 3 + i] = 0.0, axes[k, i]
            expected = axes[k, 0] * x[3] + axes[k, 1] * x[4] + axes[k, 2] * x[5]
            rows[m, INNOVATION], rows[m, VARIANCE] = velocity[k] - expected, sigma_mps * sigma_mps
            rows[m, LN_SPREAD] = LN_VELOCITY
            m += 1
    return m


@njit(cache=True, nogil=True, error_model="numpy")
def shift_rows(rows: Rows, m: int, dt_s: float, acceleration: float) -> None:
    """Refer rows of a plot older than the state (``dt_s`` < 0) to the newer state: z = h(F(dt) x) + noise.

    The motion noise of the step is added to the variances; its correlation with the state is neglected (the plots
    between are taken as if they knew nothing of it), which errs to the cautious side for the few seconds allowed.
    """
    span = abs(dt_s)
    for c in range(m):
        pp = pv = vv = 0.0
        for k in range(3):
            hp, hv = rows[c, k], rows[c, 3 + k]
            pp, pv, vv = pp + hp * hp, pv + hp * hv, vv + hv * hv
            rows[c, 3 + k] = hv + dt_s * hp
        rows[c, VARIANCE] += acceleration * (span**3 / 3.0 * pp - span * span * pv + span * vv)


@njit(cache=True, nogil=True, error_model="numpy")
def apply_rows(rows: Rows, m: int, p: Float64, shift: Float64, limit: float) -> tuple[float, float]:
    """Update the packed covariance ``p`` in place and collect the state's shift (6,) in ``shift``.

    Returns the squared statistical distance of the innovation and ln|S|; stops early (state half done) once the
    distance exceeds ``limit``.
    """
    distance, log_determinant = 0.0, 0.0
    for k in range(6):
        shift[k] = 0.0
    for c in range(m):
        h = rows[c]
        h0, h1, h2 = h[0], h[1], h[2]
        c0 = p[0] * h0 + p[1] * h1 + p[2] * h2
        c1 = p[1] * h0 + p[6] * h1 + p[7] * h2
        c2 = p[2] * h0 + p[7] * h1 + p[11] * h2
        c3 = p[3] * h0 + p[8] * h1 + p[12] * h2
        c4 = p[4] * h0 + p[9] * h1 + p[13] * h2
        c5 = p[5] * h0 + p[10] * h1 + p[14] * h2
        innovation = h[INNOVATION] - h0 * shift[0] - h1 * shift[1] - h2 * shift[2]
        h3, h4, h5 = h[3], h[4], h[5]
        if h3 != 0.0 or h4 != 0.0 or h5 != 0.0:
            c0 += p[3] * h3 + p[4] * h4 + p[5] * h5
            c1 += p[8] * h3 + p[9] * h4 + p[10] * h5
            c2 += p[12] * h3 + p[13] * h4 + p[14] * h5
            c3 += p[15] * h3 + p[16] * h4 + p[17] * h5
            c4 += p[16] * h3 + p[18] * h4 + p[19] * h5
            c5 += p[17] * h3 + p[19] * h4 + p[20] * h5
            innovation -= h3 * shift[3] + h4 * shift[4] + h5 * shift[5]
        s = h[VARIANCE] + h0 * c0 + h1 * c1 + h2 * c2 + h3 * c3 + h4 * c4 + h5 * c5
        distance += innovation * innovation / s
        if distance > limit:
            return distance, log_determinant
        log_determinant += np.log(s)
        _subtract_gain(p, shift, innovation / s, 1.0 / s, c0, c1, c2, c3, c4, c5)
    return distance, log_determinant


@njit(cache=True, nogil=True, error_model="numpy")
def _subtract_gain(
    p: Float64,
    shift: Float64,
    pull: float,
    inverse: float,
    c0: float,
    c1: float,
    c2: float,
    c3: float,
    c4: float,
    c5: float,
) -> None:
    # P -= c c^T / s and shift += c innovation / s, written out: this is where a tracker spends its time
    shift[0] += c0 * pull
    shift[1] += c1 * pull
    shift[2] += c2 * pull
    shift[3] += c3 * pull
    shift[4] += c4 * pull
    shift[5] += c5 * pull
    g0, g1, g2, g3, g4, g5 = c0 * inverse, c1 * inverse, c2 * inverse, c3 * inverse, c4 * inverse, c5 * inverse
    p[0] -= g0 * c0
    p[1] -= g0 * c1
    p[2] -= g0 * c2
    p[3] -= g0 * c3
    p[4] -= g0 * c4
    p[5] -= g0 * c5
    p[6] -= g1 * c1
    p[7] -= g1 * c2
    p[8] -= g1 * c3
    p[9] -= g1 * c4
    p[10] -= g1 * c5
    p[11] -= g2 * c2
    p[12] -= g2 * c3
    p[13] -= g2 * c4
    p[14] -= g2 * c5
    p[15] -= g3 * c3
    p[16] -= g3 * c4
    p[17] -= g3 * c5
    p[18] -= g4 * c4
    p[19] -= g4 * c5
    p[20] -= g5 * c5
