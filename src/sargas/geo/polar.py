"""What a radar measures: slant range, azimuth clockwise from true north, elevation above the tangent plane."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sargas.geo.broadcasting import flat_columns, flat_vectors, shaped
from sargas.geo.kernels import enu_from_polar_columns, polar_from_enu_columns
from sargas.model.columns import Float64


def polar_from_enu(enu: ArrayLike) -> tuple[Float64, Float64, Float64]:
    """Convert ENU (..., 3), metres, to slant range (m), azimuth in [0, 360) and elevation (deg).

    The origin itself has azimuth and elevation 0. Raises ValueError when the last axis is not of length 3.
    """
    vectors, shape = flat_vectors(enu, "east, north, up")
    range_m, azimuth_deg, elevation_deg = shaped(polar_from_enu_columns(vectors), shape)
    return range_m, azimuth_deg, elevation_deg


def enu_from_polar(range_m: ArrayLike, azimuth_deg: ArrayLike, elevation_deg: ArrayLike) -> Float64:
    """Convert slant range (m), azimuth and elevation (deg) of any common shape to ENU (..., 3), metres."""
    columns, shape = flat_columns(range_m, azimuth_deg, elevation_deg)
    enu: Float64 = enu_from_polar_columns(*columns)
    return enu.reshape(*shape, 3)


def elevation_from_height(
    range_m: ArrayLike, sensor_height_m: ArrayLike, target_height_m: ArrayLike, earth_radius_m: ArrayLike
) -> Float64:
    """Return the elevation (deg) at which a target of known height is seen at a slant range, over a sphere.

    For radars that measure no elevation, where the height comes from elsewhere (Mode C). Take the radius from
    ``wgs84.curvature_radius_m``. A range too short for the heights gives straight up or down (90 or -90), a range of 0
    gives NaN. Source: law of cosines in the triangle earth centre, sensor, target.
    """
    range_, sensor, target, radius = (
        np.asarray(value, np.float64) for value in (range_m, sensor_height_m, target_height_m, earth_radius_m)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        # Factored: the difference of two squared earth radii would lose nine digits.
        sine = ((target - sensor) * (2.0 * radius + target + sensor) - range_**2) / (2.0 * range_ * (radius + sensor))
        sine = np.where(range_ > 0.0, sine, np.nan)
    elevation_deg: Float64 = np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))
    return elevation_deg
