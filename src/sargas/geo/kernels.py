"""Scalar geodesy for compiled loops, and the loops: geodetic, ECEF, ENU and polar coordinates.

The tracker's own kernels may call the ``*_scalar`` functions. All are plain float64 arithmetic: no fastmath, no
parallel loops, so that a replay gives the same bits. After editing this file clear numba's caches (``make clean``):
numba notices a change of the calling file only.
"""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, radians, sin, sqrt

import numpy as np

from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel

A = 6378137.0
"""Semi-major axis of WGS84, m (NIMA TR8350.2, table 3.1)."""
F = 1.0 / 298.257223563
"""Flattening of WGS84 (NIMA TR8350.2, table 3.1)."""
E2 = F * (2.0 - F)
"""First eccentricity squared."""
B = A * (1.0 - F)
"""Semi-minor axis, m."""
EP2 = E2 / (1.0 - E2)
"""Second eccentricity squared."""


@kernel
def ecef_from_geodetic_scalar(latitude_deg: float, longitude_deg: float, height_m: float) -> tuple[float, float, float]:
    """Return x, y, z (m) of a geodetic position (deg, deg, ellipsoidal m)."""
    latitude, longitude = radians(latitude_deg), radians(longitude_deg)
    sin_latitude, cos_latitude = sin(latitude), cos(latitude)
    normal_m = A / sqrt(1.0 - E2 * sin_latitude * sin_latitude)
    horizontal_m = (normal_m + height_m) * cos_latitude
    return (
        horizontal_m * cos(longitude),
        horizontal_m * sin(longitude),
        (normal_m * (1.0 - E2) + height_m) * sin_latitude,
    )


@inner_kernel
def geodetic_from_ecef_scalar(x_m: float, y_m: float, z_m: float) -> tuple[float, float, float]:
    """Return latitude, longitude (deg) and ellipsoidal height (m) of an ECEF position (m).

    Two of Bowring's steps (Bowring 1985, The accuracy of geodetic latitude and height equations): exact to rounding
    from 5,000 km below the ellipsoid to far beyond any orbit. The tangents are kept as pairs, so that poles are plain.
    """
    p_m = hypot(x_m, y_m)
    tan_up, tan_right = B * z_m * (1.0 + EP2 * B / hypot(p_m, z_m)), A * p_m
    up, right = z_m, p_m
    for _ in range(2):
        norm = hypot(tan_up, tan_right)
        sin_reduced, cos_reduced = tan_up / norm, tan_right / norm
        up = z_m + EP2 * B * sin_reduced * sin_reduced * sin_reduced
        right = p_m - E2 * A * cos_reduced * cos_reduced * cos_reduced
        tan_up, tan_right = (1.0 - F) * up, right
    norm = hypot(up, right)
    sin_latitude, cos_latitude = up / norm, right / norm
    height_m = p_m * cos_latitude + z_m * sin_latitude - A * sqrt(1.0 - E2 * sin_latitude * sin_latitude)
    return degrees(atan2(up, right)), degrees(atan2(y_m, x_m)), height_m


@inner_kernel
def polar_from_enu_scalar(east_m: float, north_m: float, up_m: float) -> tuple[float, float, float]:
    """Return slant range (m), azimuth clockwise from north in [0, 360) and elevation (deg) of an ENU position (m)."""
    horizontal_m = hypot(east_m, north_m)
    azimuth_deg = degrees(atan2(east_m, north_m))
    if azimuth_deg < 0.0:
        azimuth_deg += 360.0
    if azimuth_deg >= 360.0:
        azimuth_deg = 0.0
    return hypot(horizontal_m, up_m), azimuth_deg, degrees(atan2(up_m, horizontal_m))


@inner_kernel
def enu_from_polar_scalar(range_m: float, azimuth_deg: float, elevation_deg: float) -> tuple[float, float, float]:
    """Return east, north, up (m) of a slant range (m), azimuth clockwise from north and elevation (deg)."""
    azimuth, elevation = radians(azimuth_deg), radians(elevation_deg)
    horizontal_m = range_m * cos(elevation)
    return horizontal_m * sin(azimuth), horizontal_m * cos(azimuth), range_m * sin(elevation)


@inner_kernel
def enu_from_ecef_scalar(
    x_m: float, y_m: float, z_m: float, origin_ecef: Float64, rotation: Float64
) -> tuple[float, float, float]:
    """Return east, north, up (m) of an ECEF position in the frame of origin (3,) and rotation (3, 3)."""
    dx, dy, dz = x_m - origin_ecef[0], y_m - origin_ecef[1], z_m - origin_ecef[2]
    return (
        rotation[0, 0] * dx + rotation[0, 1] * dy + rotation[0, 2] * dz,
        rotation[1, 0] * dx + rotation[1, 1] * dy + rotation[1, 2] * dz,
        rotation[2, 0] * dx + rotation[2, 1] * dy + rotation[2, 2] * dz,
    )


@inner_kernel
def ecef_from_enu_scalar(
    east_m: float, north_m: float, up_m: float, origin_ecef: Float64, rotation: Float64
) -> tuple[float, float, float]:
    """Return x, y, z (m) of an ENU position in the frame of origin (3,) and rotation (3, 3)."""
    return (
        origin_ecef[0] + (rotation[0, 0] * east_m + rotation[1, 0] * north_m + rotation[2, 0] * up_m),
        origin_ecef[1] + (rotation[0, 1] * east_m + rotation[1, 1] * north_m + rotation[2, 1] * up_m),
        origin_ecef[2] + (rotation[0, 2] * east_m + rotation[1, 2] * north_m + rotation[2, 2] * up_m),
    )


@kernel
def ecef_from_geodetic_columns(latitude_deg: Float64, longitude_deg: Float64, height_m: Float64) -> Float64:
    """Convert n geodetic positions to ECEF (n, 3)."""
    ecef = np.empty((latitude_deg.size, 3))
    for i in range(latitude_deg.size):
        ecef[i, 0], ecef[i, 1], ecef[i, 2] = ecef_from_geodetic_scalar(latitude_deg[i], longitude_deg[i], height_m[i])
    return ecef


@kernel
def geodetic_from_ecef_columns(ecef: Float64) -> tuple[Float64, Float64, Float64]:
    """Convert ECEF (n, 3) to latitude, longitude (deg) and height (m)."""
    n = ecef.shape[0]
    latitude_deg, longitude_deg, height_m = np.empty(n), np.empty(n), np.empty(n)
    for i in range(n):
        latitude_deg[i], longitude_deg[i], height_m[i] = geodetic_from_ecef_scalar(ecef[i, 0], ecef[i, 1], ecef[i, 2])
    return latitude_deg, longitude_deg, height_m


@kernel
def enu_from_ecef_rows(ecef: Float64, origin_ecef: Float64, rotation: Float64) -> Float64:
    """Convert ECEF (n, 3) to ENU (n, 3)."""
    enu = np.empty_like(ecef)
    for i in range(ecef.shape[0]):
        x_m, y_m, z_m = ecef[i, 0], ecef[i, 1], ecef[i, 2]
        enu[i, 0], enu[i, 1], enu[i, 2] = enu_from_ecef_scalar(x_m, y_m, z_m, origin_ecef, rotation)
    return enu


@kernel
def ecef_from_enu_rows(enu: Float64, origin_ecef: Float64, rotation: Float64) -> Float64:
    """Convert ENU (n, 3) to ECEF (n, 3)."""
    ecef = np.empty_like(enu)
    for i in range(enu.shape[0]):
        east_m, north_m, up_m = enu[i, 0], enu[i, 1], enu[i, 2]
        ecef[i, 0], ecef[i, 1], ecef[i, 2] = ecef_from_enu_scalar(east_m, north_m, up_m, origin_ecef, rotation)
    return ecef


@kernel
def polar_from_enu_columns(enu: Float64) -> tuple[Float64, Float64, Float64]:
    """Convert ENU (n, 3) to slant range (m), azimuth and elevation (deg)."""
    n = enu.shape[0]
    range_m, azimuth_deg, elevation_deg = np.empty(n), np.empty(n), np.empty(n)
    for i in range(n):
        range_m[i], azimuth_deg[i], elevation_deg[i] = polar_from_enu_scalar(enu[i, 0], enu[i, 1], enu[i, 2])
    return range_m, azimuth_deg, elevation_deg


@kernel
def enu_from_polar_columns(range_m: Float64, azimuth_deg: Float64, elevation_deg: Float64) -> Float64:
    """Convert slant range (m), azimuth and elevation (deg) to ENU (n, 3)."""
    enu = np.empty((range_m.size, 3))
    for i in range(range_m.size):
        enu[i, 0], enu[i, 1], enu[i, 2] = enu_from_polar_scalar(range_m[i], azimuth_deg[i], elevation_deg[i])
    return enu
