"""The azimuthal equidistant plane: true distance and azimuth from one centre, as PROJ's ``aeqd`` gives them.

Geodesics by the series of C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87 (2013), 43-55: equations 17 and 18
for the distance, 24 and 25 for the longitude, to the sixth order. The longitude on the auxiliary sphere is found by
repetition (Vincenty 1975); each turn gains a factor of about 1/f = 300.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sargas.geo.kernels import EP2, B, F
from sargas.geo.wgs84 import wrapped_longitudes_deg
from sargas.model.columns import Float64

_N = F / (2.0 - F)
_TURNS = 9
"""Turns until the longitude no longer changes; within 10,000 km of the centre six are enough."""


@dataclass(frozen=True, slots=True)
class AzimuthalPlane:
    """Map latitude and longitude (WGS84, deg) to x east and y north (m) of a centre.

    Along a ray from the centre the plane is exact; across it lengths grow by r² / (6 R²): 0.04 % at 300 km. It ends
    10,000 km from the centre, where the repetition no longer converges.
    """

    latitude_deg: float
    longitude_deg: float

    def plane_from_geodetic(self, latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> tuple[Float64, Float64]:
        """Convert positions of any common shape to x, y (m)."""
        latitude, longitude = np.broadcast_arrays(
            np.asarray(latitude_deg, np.float64), np.asarray(longitude_deg, np.float64)
        )
        distance_m, azimuth = _geodesic(
            np.float64(np.radians(self.latitude_deg)),
            np.radians(latitude),
            np.radians(wrapped_longitudes_deg(longitude - self.longitude_deg)),
        )
        return distance_m * np.sin(azimuth), distance_m * np.cos(azimuth)


def _geodesic(start: np.float64, end: Float64, longitude: Float64) -> tuple[Float64, Float64]:
    """Return length (m) and first azimuth (rad) of geodesics from one latitude to others, ``longitude`` east of it."""
    sin_1, cos_1 = _reduced(np.asarray(start))
    sin_2, cos_2 = _reduced(end)
    omega = longitude
    for _ in range(_TURNS):
        east, north = cos_2 * np.sin(omega), cos_1 * sin_2 - sin_1 * cos_2 * np.cos(omega)
        arc = np.arctan2(np.hypot(east, north), sin_1 * sin_2 + cos_1 * cos_2 * np.cos(omega))
        azimuth = np.arctan2(east, north)
        sin_0 = np.sin(azimuth) * cos_1
        first = np.arctan2(sin_1 * np.ones_like(omega), np.cos(azimuth) * cos_1)
        k2 = EP2 * (1.0 - sin_0 * sin_0)
        epsilon = k2 / (2.0 * (1.0 + np.sqrt(1.0 + k2)) + k2)
        omega = longitude + F * sin_0 * _longitude_integral(epsilon, first, arc)
    return B * _distance_integral(epsilon, first, arc), azimuth


def _reduced(latitude: Float64) -> tuple[Float64, Float64]:
    """Return sine and cosine of the reduced latitude."""
    up, right = (1.0 - F) * np.sin(latitude), np.cos(latitude)
    norm = np.hypot(up, right)
    return up / norm, right / norm


def _distance_integral(e: Float64, first: Float64, arc: Float64) -> Float64:
    """Return I1(first + arc) - I1(first) (equations 15, 17, 18); times the polar radius it is the distance."""
    e2 = e * e
    factor = (1.0 + e2 * (1 / 4 + e2 * (1 / 64 + e2 / 256))) / (1.0 - e)
    terms = (
        e * (-1 / 2 + e2 * (3 / 16 - e2 / 32)),
        e2 * (-1 / 16 + e2 * (1 / 32 - e2 * 9 / 2048)),
        e * e2 * (-1 / 48 + e2 * 3 / 256),
        e2 * e2 * (-5 / 512 + e2 * 3 / 512),
        e * e2 * e2 * (-7 / 1280),
        e2 * e2 * e2 * (-7 / 2048),
    )
    return factor * (arc + _sines(terms, first, arc))


def _longitude_integral(e: Float64, first: Float64, arc: Float64) -> Float64:
    """Return I3(first + arc) - I3(first) (equations 23 to 25)."""
    n, n2 = _N, _N * _N
    a3 = -(1 / 16 + 3 / 16 * n + n2 / 16)
    factor = 1.0 + e * (
        -(1 / 2 - n / 2) + e * (-(1 / 4 + n / 8 - 3 / 8 * n2) + e * (a3 + e * (-(3 / 64 + n / 32) - e * 3 / 128)))
    )
    e2, e3 = e * e, e * e * e
    terms = (
        e * (1 / 4 - n / 4 + e * (1 / 8 - n2 / 8 + e * (3 / 64 + 3 / 64 * n - n2 / 64 + e * (5 / 128 + n / 64)))),
        e2 * (1 / 16 - 3 / 32 * n + n2 / 32 + e * (3 / 64 - n / 32 - 3 / 64 * n2 + e * (3 / 128 + n / 128))),
        e3 * (5 / 192 - 3 / 64 * n + 5 / 192 * n2 + e * (3 / 128 - 5 / 192 * n)),
        e2 * e2 * (7 / 512 - 7 / 256 * n),
    )
    return factor * (arc + _sines(terms, first, arc))


def _sines(terms: tuple[Float64, ...], first: Float64, arc: Float64) -> Float64:
    """Sum terms[j] (sin 2 (j + 1) (first + arc) - sin 2 (j + 1) first) without cancellation."""
    total = np.zeros_like(arc)
    for j, term in enumerate(terms, start=1):
        total += term * 2.0 * np.cos(j * (2.0 * first + arc)) * np.sin(j * arc)
    return total
