"""The plane of one track: distances and straight ways from a place near it, on compiled scalars.

East and north of the tangent plane are stretched along each ray to the length on the ground, so that a straight line
through the middle is a great circle. Within ``RECENTRE_M`` of the middle a straight way of 150 km keeps its shape to
10 m, which is far below what any forecast of that length can claim.
"""

from __future__ import annotations

from math import asin, cos, hypot, radians, sin

import numpy as np

from sargas.geo.kernels import (
    ecef_from_enu_scalar,
    ecef_from_geodetic_scalar,
    enu_from_ecef_scalar,
    geodetic_from_ecef_scalar,
)
from sargas.geo.plane_kernels import wrapped_longitude_deg
from sargas.model.columns import Float64
from sargas.model.kernel import kernel

RADIUS_M = 6_371_000.0
RECENTRE_M = 30_000.0
"""A track this far from the middle of its plane gets a new one."""
FRAME = 14
"""Figures of a plane: latitude, longitude (deg), origin (3,) and rotation (3, 3) to the tangent plane."""


@kernel
def set_frame(frame: Float64, latitude_deg: float, longitude_deg: float) -> None:
    """Put the middle of a plane (``FRAME``,) at a place."""
    latitude, longitude = radians(latitude_deg), radians(longitude_deg)
    s, c, sl, cl = sin(latitude), cos(latitude), sin(longitude), cos(longitude)
    frame[0], frame[1] = latitude_deg, longitude_deg
    frame[2], frame[3], frame[4] = ecef_from_geodetic_scalar(latitude_deg, longitude_deg, 0.0)
    frame[5], frame[6], frame[7] = -sl, cl, 0.0
    frame[8], frame[9], frame[10] = -s * cl, -s * sl, c
    frame[11], frame[12], frame[13] = c * cl, c * sl, s


@kernel
def plane_from_geodetic(frame: Float64, latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Return x east and y north (m) of a place within a few hundred kilometres of the middle."""
    x, y, z = ecef_from_geodetic_scalar(latitude_deg, longitude_deg, 0.0)
    east_m, north_m, _ = enu_from_ecef_scalar(x, y, z, frame[2:5], frame[5:14].reshape(3, 3))
    chord_m = hypot(east_m, north_m)
    if chord_m < 1.0:
        return east_m, north_m
    stretch = RADIUS_M / chord_m * asin(min(1.0, chord_m / RADIUS_M))
    return east_m * stretch, north_m * stretch


@kernel
def geodetic_from_plane(frame: Float64, x_m: float, y_m: float) -> tuple[float, float]:
    """Return latitude and longitude (deg) of a point of the plane (m)."""
    ground_m = hypot(x_m, y_m)
    shrink, down_m = 1.0, 0.0
    if ground_m > 1.0:
        arc = ground_m / RADIUS_M
        shrink, down_m = sin(arc) / arc, RADIUS_M * (1.0 - cos(arc))
    x, y, z = ecef_from_enu_scalar(x_m * shrink, y_m * shrink, -down_m, frame[2:5], frame[5:14].reshape(3, 3))
    latitude_deg, longitude_deg, _ = geodetic_from_ecef_scalar(x, y, z)
    return latitude_deg, longitude_deg


@kernel
def convergence(frame: Float64, latitude_deg: float, longitude_deg: float) -> float:
    """Return how far east and north at a place are turned against the plane's (rad, anticlockwise positive)."""
    turned_deg = wrapped_longitude_deg(longitude_deg - frame[1])
    return radians(turned_deg) * sin(radians(0.5 * (latitude_deg + frame[0])))


@kernel
def move_points(old: Float64, new: Float64, points: Float64) -> None:
    """Carry points (n, 2) from one plane to another, in place; NaN stays."""
    for i in range(points.shape[0]):
        if not np.isnan(points[i, 0]):
            latitude_deg, longitude_deg = geodetic_from_plane(old, points[i, 0], points[i, 1])
            points[i, 0], points[i, 1] = plane_from_geodetic(new, latitude_deg, longitude_deg)
