"""Transverse Mercator by Krüger's series to the sixth order, compiled.

Source: C. F. F. Karney, Transverse Mercator with an accuracy of a few nanometers, J. Geodesy 85 (2011), 475-485:
equations 35 and 36 for the coefficients.
"""

from __future__ import annotations

from math import atan2, cos, cosh, degrees, hypot, log1p, radians, sin, sinh, sqrt

import numpy as np

from sargas.geo.kernels import E2, A, F
from sargas.model.columns import Float64
from sargas.model.kernel import inlined_kernel, inner_kernel, kernel

_N = F / (2.0 - F)
_E = sqrt(E2)
RECTIFYING_RADIUS_M = A / (1.0 + _N) * (1.0 + _N**2 / 4.0 + _N**4 / 64.0 + _N**6 / 256.0)
FORWARD = np.array(
    [
        np.polyval([7891 / 37800, -127 / 288, 41 / 180, 5 / 16, -2 / 3, 1 / 2, 0], _N),
        np.polyval([-1983433 / 1935360, 281 / 630, 557 / 1440, -3 / 5, 13 / 48, 0, 0], _N),
        np.polyval([167603 / 181440, 15061 / 26880, -103 / 140, 61 / 240, 0, 0, 0], _N),
        np.polyval([6601661 / 7257600, -179 / 168, 49561 / 161280, 0, 0, 0, 0], _N),
        np.polyval([-3418889 / 1995840, 34729 / 80640, 0, 0, 0, 0, 0], _N),
        np.polyval([212378941 / 319334400, 0, 0, 0, 0, 0, 0], _N),
    ]
)
_INVERSE = np.array(
    [
        np.polyval([96199 / 604800, -81 / 512, -1 / 360, 37 / 96, -2 / 3, 1 / 2, 0], _N),
        np.polyval([-1118711 / 3870720, 46 / 105, -437 / 1440, 1 / 15, 1 / 48, 0, 0], _N),
        np.polyval([5569 / 90720, -209 / 4480, -37 / 840, 17 / 480, 0, 0, 0], _N),
        np.polyval([-830251 / 7257600, -11 / 504, 4397 / 161280, 0, 0, 0, 0], _N),
        np.polyval([-108847 / 3991680, 4583 / 161280, 0, 0, 0, 0, 0], _N),
        np.polyval([20648693 / 638668800, 0, 0, 0, 0, 0, 0], _N),
    ]
)
MAX_SINH_ETA = 0.7
"""Beyond about 3,900 km from the central meridian the series is no longer good to nanometres: outside the plane."""


@inner_kernel
def wrapped_longitude_deg(longitude_deg: float) -> float:
    """Return a longitude or difference of longitudes in [-180, 180]."""
    return longitude_deg - 360.0 * np.rint(longitude_deg / 360.0)


@inner_kernel
def _series(coefficients: Float64, sine: complex, cosine: complex) -> complex:
    """Sum coefficients[j] sin(2 (j + 1) zeta) by Clenshaw's recurrence from sin and cos of 2 zeta."""
    newer, older = complex(0.0, 0.0), complex(0.0, 0.0)
    for j in range(5, -1, -1):
        newer, older = 2.0 * cosine * newer - older + coefficients[j], newer
    return newer * sine


@inner_kernel
def _series_slope(coefficients: Float64, cosine: complex) -> complex:
    """Return the derivative by zeta of zeta plus the series."""
    newer, older = complex(0.0, 0.0), complex(0.0, 0.0)
    for j in range(5, -1, -1):
        newer, older = 2.0 * cosine * newer - older + 2.0 * (j + 1) * coefficients[j], newer
    return 1.0 + newer * cosine - older


@inlined_kernel
def conformal_excess(sin_latitude: float) -> float:
    """Return sinh(e atanh(e sin latitude)) by its series: |e sin latitude| <= 0.082, the rest is below 1e-18."""
    x = _E * sin_latitude
    x2 = x * x
    tail = x2 * (1 / 5 + x2 * (1 / 7 + x2 * (1 / 9 + x2 * (1 / 11 + x2 * (1 / 13 + x2 / 15)))))
    y = _E * x * (1 + x2 * (1 / 3 + tail))
    y2 = y * y
    return y * (1 + y2 / 6 * (1 + y2 / 20 * (1 + y2 / 42)))


@inner_kernel
def _sphere_from_geodetic(
    latitude_deg: float, longitude_deg: float, central_meridian_deg: float
) -> tuple[float, float, float, float, float]:
    """Return sin and cos of xi, sinh and cosh of eta (transverse Mercator on the conformal sphere), and their norm.

    Everything is multiplied by the cosine of the latitude instead of divided, so that the poles are plain places.
    """
    latitude = radians(latitude_deg)
    longitude = radians(wrapped_longitude_deg(longitude_deg - central_meridian_deg))
    sin_latitude, cos_latitude = sin(latitude), cos(latitude)
    excess = conformal_excess(sin_latitude)
    up = sin_latitude * sqrt(1.0 + excess * excess) - excess
    right = cos_latitude * cos(longitude)
    norm = sqrt(up * up + right * right)
    sinh_eta = cos_latitude * sin(longitude) / norm
    return up / norm, right / norm, sinh_eta, sqrt(1.0 + sinh_eta * sinh_eta), norm


@inner_kernel
def _doubled(sin_xi: float, cos_xi: float, sinh_eta: float, cosh_eta: float) -> tuple[complex, complex]:
    """Return sin and cos of 2 (xi + i eta)."""
    sin_2, cos_2 = 2.0 * sin_xi * cos_xi, (cos_xi - sin_xi) * (cos_xi + sin_xi)
    sinh_2, cosh_2 = 2.0 * sinh_eta * cosh_eta, 1.0 + 2.0 * sinh_eta * sinh_eta
    return complex(sin_2 * cosh_2, cos_2 * sinh_2), complex(cos_2 * cosh_2, -sin_2 * sinh_2)


@inner_kernel
def _latitude_from_conformal(up: float, right: float) -> float:
    """Return the latitude (deg) of the conformal latitude whose tangent is up / right.

    Fixed-point steps on the excess: each shrinks the error 150-fold (by e²), so seven reach rounding from anywhere.
    """
    norm = sqrt(up * up + right * right)
    sin_conformal, cos_conformal = up / norm, right / norm
    above, sin_latitude = sin_conformal, sin_conformal
    for _ in range(7):
        excess = conformal_excess(sin_latitude)
        above = sin_conformal * sqrt(1.0 + excess * excess) + excess
        sin_latitude = above / sqrt(above * above + cos_conformal * cos_conformal)
    return degrees(atan2(above, cos_conformal))


@kernel
def plane_from_geodetic_scalar(
    latitude_deg: float, longitude_deg: float, central_meridian_deg: float
) -> tuple[float, float]:
    """Return x east of the central meridian and y north of the equator (m), both NaN outside the plane."""
    sin_xi, cos_xi, sinh_eta, cosh_eta, _ = _sphere_from_geodetic(latitude_deg, longitude_deg, central_meridian_deg)
    if not abs(sinh_eta) <= MAX_SINH_ETA:
        return np.nan, np.nan
    sine, cosine = _doubled(sin_xi, cos_xi, sinh_eta, cosh_eta)
    series = _series(FORWARD, sine, cosine)
    # asinh, from the cosh that is there already; log1p keeps the digits near the central meridian.
    xi, eta = atan2(sin_xi, cos_xi), log1p(sinh_eta + sinh_eta * sinh_eta / (1.0 + cosh_eta))
    return RECTIFYING_RADIUS_M * (eta + series.imag), RECTIFYING_RADIUS_M * (xi + series.real)


@inner_kernel
def geodetic_from_plane_scalar(x_m: float, y_m: float, central_meridian_deg: float) -> tuple[float, float]:
    """Return latitude and longitude (deg) of x, y (m; y from the equator), both NaN outside the plane."""
    xi, eta = y_m / RECTIFYING_RADIUS_M, x_m / RECTIFYING_RADIUS_M
    if not abs(eta) <= 1.0:
        return np.nan, np.nan
    sine, cosine = _doubled(sin(xi), cos(xi), sinh(eta), cosh(eta))
    series = _series(_INVERSE, sine, cosine)
    xi, sinh_eta = xi - series.real, sinh(eta - series.imag)
    if not abs(sinh_eta) <= MAX_SINH_ETA:
        return np.nan, np.nan
    right = cos(xi)
    latitude_deg = _latitude_from_conformal(sin(xi), sqrt(sinh_eta * sinh_eta + right * right))
    return latitude_deg, wrapped_longitude_deg(central_meridian_deg + degrees(atan2(sinh_eta, right)))


@inner_kernel
def plane_turn_scalar(latitude_deg: float, longitude_deg: float, central_meridian_deg: float) -> complex:
    """Return scale times exp(i convergence): it turns east + i north into x + i y; NaN outside the plane.

    The convergence is the bearing of grid north, clockwise from true north.
    """
    sin_xi, cos_xi, sinh_eta, cosh_eta, norm = _sphere_from_geodetic(latitude_deg, longitude_deg, central_meridian_deg)
    if not abs(sinh_eta) <= MAX_SINH_ETA:
        return complex(np.nan, np.nan)
    _, cosine = _doubled(sin_xi, cos_xi, sinh_eta, cosh_eta)
    slope = _series_slope(FORWARD, cosine)
    latitude = radians(latitude_deg)
    longitude = radians(wrapped_longitude_deg(longitude_deg - central_meridian_deg))
    sin_latitude, cos_latitude, up = sin(latitude), cos(latitude), sin_xi * norm
    sin_conformal = up / sqrt(up * up + cos_latitude * cos_latitude)
    sphere_turn = complex(cos(longitude), sin_conformal * sin(longitude))
    sphere_scale = sqrt(1.0 - E2 * sin_latitude * sin_latitude) / norm
    scale = sphere_scale * (RECTIFYING_RADIUS_M / A) / hypot(sphere_turn.real, sphere_turn.imag)
    return scale * sphere_turn * complex(slope.real, -slope.imag)
