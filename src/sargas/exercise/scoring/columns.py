"""What is scored: where the objects were, and what the tracker said, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sargas.geo.azimuthal import AzimuthalPlane
from sargas.model.columns import Float64, Int64

Words: TypeAlias = NDArray[Any]
"""Column of texts or of numbers used as names."""

BENCHMARK_CENTRE = (56.2, 24.5)
"""Latitude and longitude (deg) of the plane in which benchmark scenarios are scored."""
FAR_M = 1_000e3
"""Beyond this from the benchmark's centre its plane would stretch errors by more than 0.4 %: take another centre."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class States:
    """Hold n positions and velocities as columns: UTC ns, degrees, WGS84 ellipsoidal metres, m/s east, north, up."""

    time_ns: Int64
    latitude_deg: Float64
    longitude_deg: Float64
    altitude_m: Float64
    velocity_east_mps: Float64
    velocity_north_mps: Float64
    velocity_up_mps: Float64

    def __len__(self) -> int:
        return len(self.time_ns)

    def in_plane(self, plane: AzimuthalPlane) -> Float64:
        """Return (n, 5): x, y in the plane (m), altitude (m), velocity east and north (m/s)."""
        x_m, y_m = plane.plane_from_geodetic(self.latitude_deg, self.longitude_deg)
        return np.c_[x_m, y_m, self.altitude_m, self.velocity_east_mps, self.velocity_north_mps]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Truth:
    """Hold where the objects were at the report times; ``observable``: some sensor could have tracked it by then."""

    states: States
    object_id: Int64
    kind: Words
    observable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Picture:
    """Hold the confirmed tracks at the report times.

    ``covariance`` (n, 21) as in spec/tracks.md, rows of NaN where the filter gave none; None: the file has no such
    column.
    """

    states: States
    track_id: Words
    covariance: Float64 | None = None


def plane_for(truth: Truth) -> AzimuthalPlane:
    """Return the benchmark's plane, or one centred on the truth when that is far from it."""
    plane = AzimuthalPlane(*BENCHMARK_CENTRE)
    reach_m = np.hypot(*plane.plane_from_geodetic(truth.states.latitude_deg, truth.states.longitude_deg)).max()
    if reach_m <= FAR_M:
        return plane
    return AzimuthalPlane(float(truth.states.latitude_deg.mean()), float(truth.states.longitude_deg.mean()))
