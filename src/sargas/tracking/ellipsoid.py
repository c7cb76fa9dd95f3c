"""The region frame in kernels: altitude, local up and local axes of its points.

The region frame is a rigid east-north-up frame at the origin: region = rotation @ (ecef - origin_ecef). It is exact at
any distance (no projection); its z is not altitude, so altitude and the local up are derived from the position.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.geo.enu import Frame
from sargas.geo.kernels import A, B, ecef_from_enu_scalar, geodetic_from_ecef_scalar
from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel

REGION = np.dtype([("rotation", "f8", (3, 3)), ("origin_ecef", "f8", (3,))])
"""The region frame: ``rotation`` rows east, north, up; ``origin_ecef`` m."""
Region: TypeAlias = Any
"""A record of ``REGION``, which kernels take by its address."""


def region_of(frame: Frame) -> Region:
    """Take a frame for the kernels."""
    region = np.zeros(1, REGION)
    region["rotation"], region["origin_ecef"] = frame.rotation, frame.origin_ecef
    return region[0]


@kernel
def up_at(region: Region, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Find the unit vector of local up at a region-frame point, in the region frame.

    It is the normal of the ellipsoid scaled through the point: within 1e-5 rad of the geodetic normal at 20 km.
    """
    ex, ey, ez = ecef_from_enu_scalar(x, y, z, region.origin_ecef, region.rotation)
    nx, ny, nz = ex / (A * A), ey / (A * A), ez / (B * B)
    length = np.sqrt(nx * nx + ny * ny + nz * nz)
    r = region.rotation
    return (
        (r[0, 0] * nx + r[0, 1] * ny + r[0, 2] * nz) / length,
        (r[1, 0] * nx + r[1, 1] * ny + r[1, 2] * nz) / length,
        (r[2, 0] * nx + r[2, 1] * ny + r[2, 2] * nz) / length,
    )


@kernel
def altitude_at(region: Region, x: float, y: float, z: float) -> float:
    """Find the ellipsoidal height (m) of a region-frame point."""
    ex, ey, ez = ecef_from_enu_scalar(x, y, z, region.origin_ecef, region.rotation)
    return geodetic_from_ecef_scalar(ex, ey, ez)[2]


@kernel
def fill_local_axes(region: Region, latitude_deg: float, longitude_deg: float, axes: Float64) -> None:
    """Write the east, north and up directions at a place, in the region frame, into the rows of ``axes`` (3, 3)."""
    sp, cp = np.sin(np.radians(latitude_deg)), np.cos(np.radians(latitude_deg))
    sl, cl = np.sin(np.radians(longitude_deg)), np.cos(np.radians(longitude_deg))
    r = region.rotation
    for k in range(3):
        axes[0, k] = -r[k, 0] * sl + r[k, 1] * cl
        axes[1, k] = -r[k, 0] * sp * cl - r[k, 1] * sp * sl + r[k, 2] * cp
        axes[2, k] = r[k, 0] * cp * cl + r[k, 1] * cp * sl + r[k, 2] * sp


@inner_kernel
def fill_local_axes_at(region: Region, place: Float64, axes: Float64) -> None:
    """Write the east, north and up directions at a region-frame point (m) into the rows of ``axes`` (3, 3)."""
    ex, ey, ez = ecef_from_enu_scalar(place[0], place[1], place[2], region.origin_ecef, region.rotation)
    latitude_deg, longitude_deg, _ = geodetic_from_ecef_scalar(ex, ey, ez)
    fill_local_axes(region, latitude_deg, longitude_deg, axes)
