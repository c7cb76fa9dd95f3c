"""The region plane: one flat, conformal map of a node's region, in metres.

Transverse Mercator with scale 1 on the meridian of the region's centre. Distances grow by x² / (2 R²) away from that
meridian: 0.12 % at 300 km, 0.31 % at 500 km. Why this one: docs/decisions/0004-region-plane.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from sargas.geo.broadcasting import flat_columns, shaped
from sargas.geo.plane_columns import geodetic_from_plane_columns, plane_from_geodetic_columns, plane_turn_columns
from sargas.geo.plane_kernels import plane_from_geodetic_scalar
from sargas.model.columns import Float64


@dataclass(frozen=True, slots=True)
class RegionPlane:
    """Map latitude and longitude (WGS84, deg) to x east and y north (m) of the region's centre, and back.

    The plane ends about 3,900 km from the central meridian; what lies outside is NaN, never a wrong number.
    Raises ValueError for a centre that is not a place.
    """

    latitude_deg: float
    longitude_deg: float
    origin_y_m: float = field(init=False, repr=False, compare=False)
    """Distance of the centre from the equator along its meridian."""

    def __post_init__(self) -> None:
        if not (abs(self.latitude_deg) <= 90.0 and abs(self.longitude_deg) <= 180.0):
            raise ValueError(
                "expected a centre with latitude within 90 and longitude within 180 deg, "
                f"was {self.latitude_deg}, {self.longitude_deg}"
            )
        y_m = plane_from_geodetic_scalar(float(self.latitude_deg), 0.0, 0.0)[1]
        object.__setattr__(self, "origin_y_m", y_m)

    def plane_from_geodetic(self, latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> tuple[Float64, Float64]:
        """Convert positions of any common shape to x, y (m)."""
        (latitudes_deg, longitudes_deg), shape = flat_columns(latitude_deg, longitude_deg)
        x_m, y_m = shaped(
            plane_from_geodetic_columns(latitudes_deg, longitudes_deg, float(self.longitude_deg), self.origin_y_m),
            shape,
        )
        return x_m, y_m

    def geodetic_from_plane(self, x_m: ArrayLike, y_m: ArrayLike) -> tuple[Float64, Float64]:
        """Convert x, y (m) of any common shape to latitude and longitude (-180..180 deg)."""
        (xs_m, ys_m), shape = flat_columns(x_m, y_m)
        latitude_deg, longitude_deg = shaped(
            geodetic_from_plane_columns(xs_m, ys_m, float(self.longitude_deg), self.origin_y_m),
            shape,
        )
        return latitude_deg, longitude_deg

    def convergence_scale(self, latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> tuple[Float64, Float64]:
        """Return the bearing of the plane's y axis (deg, clockwise from true north) and the scale at positions."""
        real, imaginary = self._turn(latitude_deg, longitude_deg)
        return np.degrees(np.arctan2(imaginary, real)), np.hypot(real, imaginary)

    def plane_velocity_from_enu(
        self, latitude_deg: ArrayLike, longitude_deg: ArrayLike, east_mps: ArrayLike, north_mps: ArrayLike
    ) -> tuple[Float64, Float64]:
        """Turn velocities east and north (m/s) at positions into rates of x and y (m/s)."""
        real, imaginary = self._turn(latitude_deg, longitude_deg)
        east, north = np.asarray(east_mps, np.float64), np.asarray(north_mps, np.float64)
        return real * east - imaginary * north, imaginary * east + real * north

    def _turn(self, latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> tuple[Float64, Float64]:
        (latitudes_deg, longitudes_deg), shape = flat_columns(latitude_deg, longitude_deg)
        real, imaginary = shaped(plane_turn_columns(latitudes_deg, longitudes_deg, float(self.longitude_deg)), shape)
        return real, imaginary
