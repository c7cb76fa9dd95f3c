"""Transverse Mercator by Krüger's series to the sixth order, compiled.

Source: C. F. F. Karney, Transverse Mercator with an accuracy of a few nanometers, J. Geodesy 85 (2011), 475-485:
equations 7-11 (conformal latitude), 12-14, 19-21 (Newton), 24-26 (convergence, scale), 35 and 36 (series).
"""

from __future__ import annotations

from math import asinh, atan, atan2, atanh, cos, cosh, degrees, hypot, radians, sin, sinh, sqrt, tan

import numpy as np
from numba import njit

from sargas.geo.kernels import E2, A, F
from sargas.model.columns import Float64

_N = F / (2.0 - F)
_E = sqrt(E2)
RECTIFYING_RADIUS_M = A / (1.0 + _N) * (1.0 + _N**2 / 4.0 + _N**4 / 64.0 + _N**6 / 256.0)
_FORWARD = np.array(
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
MAX_ETA = 0.65
"""Beyond about 3,900 km from the central meridian the series is no longer good to nanometres: outside the plane."""


@njit(cache=True, nogil=True, error_model="numpy")
def wrapped_longitude_deg(longitude_deg: float) -> float:
    """Return a longitude or difference of longitudes in [-180, 180]."""
    return longitude_deg - 360.0 * np.rint(longitude_deg / 360.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _sine_series(coefficients: Float64, xi: float, eta: float) -> complex:
    """Sum coefficients[j] sin(2 (j + 1) (xi + i eta)) by Clenshaw's recurrence."""
    cos_2, sin_2, cosh_2, sinh_2 = cos(2 * xi), sin(2 * xi), cosh(2 * eta), sinh(2 * eta)
    twice_cosine = 2.0 * complex(cos_2 * cosh_2, -sin_2 * sinh_2)
    newer, older = complex(0.0, 0.0), complex(0.0, 0.0)
    for j in range(5, -1, -1):
        newer, older = twice_cosine * newer - older + coefficients[j], newer
    return newer * complex(sin_2 * cosh_2, cos_2 * sinh_2)


@njit(cache=True, nogil=True, error_model="numpy")
def _series_slope(coefficients: Float64, xi: float, eta: float) -> complex:
    """Return the derivative of zeta + series by zeta."""
    cosine = complex(cos(2 * xi) * cosh(2 * eta), -sin(2 * xi) * sinh(2 * eta))
    newer, older = complex(0.0, 0.0), complex(0.0, 0.0)
    for j in range(5, -1, -1):
        newer, older = 2.0 * cosine * newer - older + 2.0 * (j + 1) * coefficients[j], newer
    return 1.0 + newer * cosine - older


@njit(cache=True, nogil=True, error_model="numpy")
def _conformal_tangent(tangent: float) -> float:
    """Return the tangent of the conformal latitude from that of the geodetic latitude."""
    secant = hypot(1.0, tangent)
    sigma = sinh(_E * atanh(_E * tangent / secant))
    return tangent * hypot(1.0, sigma) - sigma * secant


@njit(cache=True, nogil=True, error_model="numpy")
def _geodetic_tangent(conformal: float) -> float:
    """Invert ``_conformal_tangent`` by Newton's method; quadratic, so four steps reach rounding from anywhere."""
    tangent = conformal / (1.0 - E2)
    if abs(tangent) > 1e12:
        return conformal * np.exp(_E * atanh(_E))
    for _ in range(4):
        found = _conformal_tangent(tangent)
        tangent += (
            (conformal - found)
            / hypot(1.0, found)
            * (1.0 + (1.0 - E2) * tangent * tangent)
            / ((1.0 - E2) * hypot(1.0, tangent))
        )
    return tangent


@njit(cache=True, nogil=True, error_model="numpy")
def plane_from_geodetic_scalar(
    latitude_deg: float, longitude_deg: float, central_meridian_deg: float
) -> tuple[float, float]:
    """Return x east of the central meridian and y north of the equator (m), both NaN outside the plane."""
    longitude = radians(wrapped_longitude_deg(longitude_deg - central_meridian_deg))
    conformal = _conformal_tangent(tan(radians(latitude_deg)))
    xi = atan2(conformal, cos(longitude))
    eta = asinh(sin(longitude) / hypot(conformal, cos(longitude)))
    if not abs(eta) <= MAX_ETA:
        return np.nan, np.nan
    series = _sine_series(_FORWARD, xi, eta)
    return RECTIFYING_RADIUS_M * (eta + series.imag), RECTIFYING_RADIUS_M * (xi + series.real)


@njit(cache=True, nogil=True, error_model="numpy")
def geodetic_from_plane_scalar(x_m: float, y_m: float, central_meridian_deg: float) -> tuple[float, float]:
    """Return latitude and longitude (deg) of x, y (m; y from the equator), both NaN outside the plane."""
    xi, eta = y_m / RECTIFYING_RADIUS_M, x_m / RECTIFYING_RADIUS_M
    series = _sine_series(_INVERSE, xi, eta)
    xi, eta = xi - series.real, eta - series.imag
    if not abs(eta) <= MAX_ETA:
        return np.nan, np.nan
    conformal = sin(xi) / hypot(sinh(eta), cos(xi))
    latitude_deg = degrees(atan(_geodetic_tangent(conformal)))
    longitude_deg = central_meridian_deg + degrees(atan2(sinh(eta), cos(xi)))
    return latitude_deg, wrapped_longitude_deg(longitude_deg)


@njit(cache=True, nogil=True, error_model="numpy")
def convergence_scale_scalar(
    latitude_deg: float, longitude_deg: float, central_meridian_deg: float
) -> tuple[float, float]:
    """Return the bearing of grid north (rad, clockwise from true north) and the scale, both NaN outside the plane."""
    longitude = radians(wrapped_longitude_deg(longitude_deg - central_meridian_deg))
    tangent = tan(radians(latitude_deg))
    conformal = _conformal_tangent(tangent)
    eta = asinh(sin(longitude) / hypot(conformal, cos(longitude)))
    if not abs(eta) <= MAX_ETA:
        return np.nan, np.nan
    slope = _series_slope(_FORWARD, atan2(conformal, cos(longitude)), eta)
    sin_conformal = conformal / hypot(1.0, conformal)
    convergence = atan2(sin_conformal * sin(longitude), cos(longitude)) - atan2(slope.imag, slope.real)
    secant = hypot(1.0, tangent)
    sin_latitude = tangent / secant
    spherical = sqrt(1.0 - E2 * sin_latitude * sin_latitude) * secant / hypot(conformal, cos(longitude))
    return convergence, spherical * (RECTIFYING_RADIUS_M / A) * hypot(slope.real, slope.imag)


@njit(cache=True, nogil=True)
def plane_from_geodetic_columns(
    latitude_deg: Float64, longitude_deg: Float64, central_meridian_deg: float, origin_y_m: float
) -> tuple[Float64, Float64]:
    """Project n positions; y is counted from ``origin_y_m``."""
    x_m, y_m = np.empty(latitude_deg.size), np.empty(latitude_deg.size)
    for i in range(latitude_deg.size):
        x_m[i], y = plane_from_geodetic_scalar(latitude_deg[i], longitude_deg[i], central_meridian_deg)
        y_m[i] = y - origin_y_m
    return x_m, y_m


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def convergence_scale_columns(
    latitude_deg: Float64, longitude_deg: Float64, central_meridian_deg: float
) -> tuple[Float64, Float64]:
    """Return convergence (rad) and scale at n positions."""
    convergence, scale = np.empty(latitude_deg.size), np.empty(latitude_deg.size)
    for i in range(latitude_deg.size):
        convergence[i], scale[i] = convergence_scale_scalar(latitude_deg[i], longitude_deg[i], central_meridian_deg)
    return convergence, scale
