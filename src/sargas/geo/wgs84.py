"""The WGS84 ellipsoid: geodetic and earth-centred, earth-fixed (ECEF) coordinates.

Latitudes and longitudes in degrees, heights above the ellipsoid in metres, ECEF in metres. Everything broadcasts like
numpy. Source: NIMA TR8350.2 (World Geodetic System 1984); accuracy in docs/geodesy.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sargas.geo.broadcasting import flat_columns, flat_vectors, shaped
from sargas.geo.kernels import (
    E2,
    A,
    B,
    F,
    ecef_from_geodetic_columns,
    geodetic_from_ecef_columns,
)
from sargas.model.columns import Float64

__all__ = [
    "E2", "A", "B", "F", "curvature_radius_m", "ecef_from_geodetic", "geodetic_from_ecef", "wrapped_longitudes_deg",
]  # fmt: skip


def ecef_from_geodetic(latitude_deg: ArrayLike, longitude_deg: ArrayLike, height_m: ArrayLike) -> Float64:
    """Convert geodetic positions of any common shape to ECEF (..., 3)."""
    columns, shape = flat_columns(latitude_deg, longitude_deg, height_m)
    ecef: Float64 = ecef_from_geodetic_columns(*columns)
    return ecef.reshape(*shape, 3)


def geodetic_from_ecef(ecef: ArrayLike) -> tuple[Float64, Float64, Float64]:
    """Convert ECEF (..., 3) to latitude, longitude (-180..180 deg) and height (m).

    Holds from 5,000 km below the ellipsoid upwards; the earth's centre itself has no latitude and gives NaN.
    Raises ValueError when the last axis is not of length 3.
    """
    vectors, shape = flat_vectors(ecef, "x, y, z")
    latitude_deg, longitude_deg, height_m = shaped(geodetic_from_ecef_columns(vectors), shape)
    return latitude_deg, longitude_deg, height_m


def curvature_radius_m(latitude_deg: ArrayLike, azimuth_deg: ArrayLike) -> Float64:
    """Return the radius (m) of the ellipsoid's normal section at a latitude towards an azimuth.

    The sphere that fits best under a radar beam; for ``polar.elevation_from_height``. Source: Euler's formula.
    """
    sin_latitude = np.sin(np.radians(np.asarray(latitude_deg, np.float64)))
    azimuth = np.radians(np.asarray(azimuth_deg, np.float64))
    w2 = 1.0 - E2 * sin_latitude**2
    along_meridian, across = A * (1.0 - E2) / w2**1.5, A / np.sqrt(w2)
    radius_m: Float64 = 1.0 / (np.cos(azimuth) ** 2 / along_meridian + np.sin(azimuth) ** 2 / across)
    return radius_m


def wrapped_longitudes_deg(longitude_deg: ArrayLike) -> Float64:
    """Return longitudes or differences of longitudes of any shape in [-180, 180]."""
    longitude = np.asarray(longitude_deg, np.float64)
    return longitude - 360.0 * np.rint(longitude / 360.0)
