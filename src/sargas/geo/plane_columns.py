"""Columns of positions to the region plane: the loops of ``plane_kernels``, written so that they vectorise.

Within about 600 km of the central meridian (and not across a pole) everything is plain arithmetic without a branch or
a call, which the compiler does four positions at a time and five times as fast; what lies farther takes the scalar
functions. Both ways agree to some nanometres, and neither depends on the vector width: no operation is reordered.
"""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from sargas.geo.plane_kernels import (
    FORWARD,
    RECTIFYING_RADIUS_M,
    conformal_excess,
    geodetic_from_plane_scalar,
    plane_from_geodetic_scalar,
    plane_turn_scalar,
)
from sargas.model.columns import Float64, UInt8
from sargas.model.kernel import inlined_kernel, inner_kernel, kernel

MAX_NEAR = 0.1
"""Greatest |sinh eta| and |sin(xi - latitude)| at which the series of asinh and asin below are exact to rounding."""

_A1, _A2, _A3, _A4, _A5, _A6 = (float(value) for value in FORWARD)
_RAD = pi / 180.0
# Taylor coefficients: sin and cos to 45 deg (the first left out is below 1e-17), asin and asinh to MAX_NEAR (1e-17).
_S3, _S5, _S7, _S9, _S11, _S13, _S15 = (
    -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800, 1 / 6227020800, -1 / 1307674368000,
)  # fmt: skip
_C4, _C6, _C8, _C10, _C12, _C14, _C16 = (
    1 / 24, -1 / 720, 1 / 40320, -1 / 3628800, 1 / 479001600, -1 / 87178291200, 1 / 20922789888000,
)  # fmt: skip
_R3, _R5, _R7, _R9, _R11, _R13 = 1 / 6, 3 / 40, 15 / 336, 105 / 3456, 945 / 42240, 10395 / 599040


@inlined_kernel
def _sin_cos(angle_deg: float) -> tuple[float, float]:
    """Return sin and cos of degrees, by their series within 45 deg of a multiple of 90, which is taken off exactly."""
    quarters = np.rint(angle_deg * (1.0 / 90.0))
    x = (angle_deg - 90.0 * quarters) * _RAD
    z = x * x
    sine = x + x * z * (_S3 + z * (_S5 + z * (_S7 + z * (_S9 + z * (_S11 + z * (_S13 + z * _S15))))))
    cosine = 1.0 - 0.5 * z + z * z * (_C4 + z * (_C6 + z * (_C8 + z * (_C10 + z * (_C12 + z * (_C14 + z * _C16))))))
    halves = np.floor(quarters * 0.5)
    is_odd = quarters - 2.0 * halves
    sign = 1.0 - 2.0 * (halves - 2.0 * np.floor(halves * 0.5))
    return sign * (cosine if is_odd == 1.0 else sine), sign * (-sine if is_odd == 1.0 else cosine)


@inner_kernel
def _project_near(
    latitude_deg: Float64, longitude_deg: Float64, meridian_deg: float, x_m: Float64, y_m: Float64, is_far: UInt8
) -> None:
    """Project positions, y from the equator; mark those for which this is not exact."""
    for i in range(latitude_deg.size):
        turned_deg = longitude_deg[i] - meridian_deg
        sin_latitude, cos_latitude = _sin_cos(latitude_deg[i])
        sin_longitude, cos_longitude = _sin_cos(turned_deg - 360.0 * np.rint(turned_deg * (1.0 / 360.0)))
        excess = conformal_excess(sin_latitude)
        up, right = sin_latitude * sqrt(1.0 + excess * excess) - excess, cos_latitude * cos_longitude
        inverse = 1.0 / sqrt(up * up + right * right)
        sin_xi, cos_xi, sinh_eta = up * inverse, right * inverse, cos_latitude * sin_longitude * inverse
        cosh_eta = sqrt(1.0 + sinh_eta * sinh_eta)
        # sin and cos of 2 zeta, then Clenshaw's recurrence, real and imaginary parts written out.
        sin_2, cos_2 = 2.0 * sin_xi * cos_xi, (cos_xi - sin_xi) * (cos_xi + sin_xi)
        sinh_2, cosh_2 = 2.0 * sinh_eta * cosh_eta, 1.0 + 2.0 * sinh_eta * sinh_eta
        tr, ti = 2.0 * cos_2 * cosh_2, -2.0 * sin_2 * sinh_2
        br, bi = _A6 * tr + _A5, _A6 * ti
        cr, ci, br, bi = br, bi, tr * br - ti * bi - _A6 + _A4, tr * bi + ti * br
        cr, ci, br, bi = br, bi, tr * br - ti * bi - cr + _A3, tr * bi + ti * br - ci
        cr, ci, br, bi = br, bi, tr * br - ti * bi - cr + _A2, tr * bi + ti * br - ci
        cr, ci, br, bi = br, bi, tr * br - ti * bi - cr + _A1, tr * bi + ti * br - ci
        sine_r, sine_i = sin_2 * cosh_2, cos_2 * sinh_2
        # xi is the latitude and a small angle more, eta is small: both by series.
        d = sin_xi * cos_latitude - cos_xi * sin_latitude
        d2, e2 = d * d, sinh_eta * sinh_eta
        more = d + d * d2 * (_R3 + d2 * (_R5 + d2 * (_R7 + d2 * (_R9 + d2 * (_R11 + d2 * _R13)))))
        less = e2 * (_R3 - e2 * (_R5 - e2 * (_R7 - e2 * (_R9 - e2 * (_R11 - e2 * _R13)))))
        x_m[i] = RECTIFYING_RADIUS_M * (sinh_eta - sinh_eta * less + br * sine_i + bi * sine_r)
        y_m[i] = RECTIFYING_RADIUS_M * (latitude_deg[i] * _RAD + more + br * sine_r - bi * sine_i)
        is_same_side = cos_xi * cos_latitude + sin_xi * sin_latitude > 0.0
        is_far[i] = 0 if (abs(sinh_eta) <= MAX_NEAR) & (abs(d) <= MAX_NEAR) & is_same_side else 1


@kernel
def plane_from_geodetic_columns(
    latitude_deg: Float64, longitude_deg: Float64, central_meridian_deg: float, origin_y_m: float
) -> tuple[Float64, Float64]:
    """Project n positions; y is counted from ``origin_y_m``."""
    n = latitude_deg.size
    x_m, y_m, is_far = np.empty(n), np.empty(n), np.empty(n, np.uint8)
    _project_near(latitude_deg, longitude_deg, central_meridian_deg, x_m, y_m, is_far)
    for i in range(n):
        if is_far[i]:
            x_m[i], y_m[i] = plane_from_geodetic_scalar(latitude_deg[i], longitude_deg[i], central_meridian_deg)
        y_m[i] -= origin_y_m
    return x_m, y_m


@kernel
def geodetic_from_plane_columns(
    x_m: Float64, y_m: Float64, central_meridian_deg: float, origin_y_m: float
) -> tuple[Float64, Float64]:
    """Invert ``plane_from_geodetic_columns``."""
    latitude_deg, longitude_deg = np.empty(x_m.size), np.empty(x_m.size)
    for i in range(x_m.size):
        latitude_deg[i], longitude_deg[i] = geodetic_from_plane_scalar(
            x_m[i], y_m[i] + origin_y_m, central_meridian_deg
        )
    return latitude_deg, longitude_deg


@kernel
def plane_turn_columns(
    latitude_deg: Float64, longitude_deg: Float64, central_meridian_deg: float
) -> tuple[Float64, Float64]:
    """Return the real and imaginary parts of ``plane_turn_scalar`` at n positions."""
    real, imaginary = np.empty(latitude_deg.size), np.empty(latitude_deg.size)
    for i in range(latitude_deg.size):
        turn = plane_turn_scalar(latitude_deg[i], longitude_deg[i], central_meridian_deg)
        real[i], imaginary[i] = turn.real, turn.imag
    return real, imaginary
