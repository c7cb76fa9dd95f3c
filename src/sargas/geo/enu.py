"""Local frames: east, north, up in the tangent plane of the ellipsoid at one place."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from sargas.geo.broadcasting import flat_vectors
from sargas.geo.kernels import ecef_from_enu_rows, enu_from_ecef_rows
from sargas.geo.wgs84 import ecef_from_geodetic, geodetic_from_ecef
from sargas.model.columns import Float64


def rotation_at(latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> Float64:
    """Return the rotations (..., 3, 3) from ECEF to ENU at places; the rows are the east, north and up unit vectors."""
    latitude, longitude = np.broadcast_arrays(
        np.radians(np.asarray(latitude_deg, np.float64)), np.radians(np.asarray(longitude_deg, np.float64))
    )
    sin_latitude, cos_latitude = np.sin(latitude), np.cos(latitude)
    sin_longitude, cos_longitude = np.sin(longitude), np.cos(longitude)
    east = np.stack([-sin_longitude, cos_longitude, np.zeros_like(latitude)], axis=-1)
    north = np.stack([-sin_latitude * cos_longitude, -sin_latitude * sin_longitude, cos_latitude], axis=-1)
    up = np.stack([cos_latitude * cos_longitude, cos_latitude * sin_longitude, sin_latitude], axis=-1)
    return np.stack([east, north, up], axis=-2)


@dataclass(frozen=True, slots=True)
class Frame:
    """The ENU frame of one place, for example of a radar's antenna: metres east, north and up of it.

    Raises ValueError for a place that is not on the ellipsoid (latitude beyond 90 deg, anything not finite).
    """

    latitude_deg: float
    longitude_deg: float
    height_m: float
    origin_ecef: Float64 = field(init=False, repr=False, compare=False)
    """(3,) metres."""
    rotation: Float64 = field(init=False, repr=False, compare=False)
    """(3, 3) from ECEF to ENU; rows east, north, up."""

    def __post_init__(self) -> None:
        place = (self.latitude_deg, self.longitude_deg, self.height_m)
        if not (np.isfinite(place).all() and abs(self.latitude_deg) <= 90.0):
            raise ValueError(f"expected a latitude within 90 deg, a longitude and a height, all finite, was {place}")
        object.__setattr__(self, "origin_ecef", ecef_from_geodetic(*place))
        object.__setattr__(self, "rotation", rotation_at(self.latitude_deg, self.longitude_deg))
        self.origin_ecef.flags.writeable = False
        self.rotation.flags.writeable = False

    def enu_from_ecef(self, ecef: ArrayLike) -> Float64:
        """Convert ECEF (..., 3) to ENU (..., 3), metres."""
        vectors, shape = flat_vectors(ecef, "x, y, z")
        enu: Float64 = enu_from_ecef_rows(vectors, self.origin_ecef, self.rotation)
        return enu.reshape(*shape, 3)

    def ecef_from_enu(self, enu: ArrayLike) -> Float64:
        """Convert ENU (..., 3) to ECEF (..., 3), metres."""
        vectors, shape = flat_vectors(enu, "east, north, up")
        ecef: Float64 = ecef_from_enu_rows(vectors, self.origin_ecef, self.rotation)
        return ecef.reshape(*shape, 3)

    def enu_from_geodetic(self, latitude_deg: ArrayLike, longitude_deg: ArrayLike, height_m: ArrayLike) -> Float64:
        """Convert geodetic positions (deg, deg, ellipsoidal m) to ENU (..., 3), metres."""
        return self.enu_from_ecef(ecef_from_geodetic(latitude_deg, longitude_deg, height_m))

    def geodetic_from_enu(self, enu: ArrayLike) -> tuple[Float64, Float64, Float64]:
        """Convert ENU (..., 3), metres, to latitude, longitude (deg) and ellipsoidal height (m)."""
        return geodetic_from_ecef(self.ecef_from_enu(enu))
