"""Which tracks fly close to each other: a sweep along latitude, so that 10,000 tracks need no grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sargas.geo.plane_kernels import wrapped_longitude_deg
from sargas.model.columns import Float64, Int64, PlotFlag, UInt16
from sargas.model.kernel import inner_kernel, kernel
from sargas.model.tracks import Tracks

NOT_REAL = int(PlotFlag.SIMULATED | PlotFlag.TEST | PlotFlag.FIELD_MONITOR)
METRES_PER_DEG = 111_132.95
"""Of latitude at 45 deg; with the term in cos(2 latitude) good to 1e-4 anywhere (series of the WGS84 meridian)."""
_UP_VARIANCE = 11
"""Place of the variance of up in a packed covariance."""


@dataclass(frozen=True, slots=True)
class Flights:
    """Where n tracks are and fly, sorted by track number: deg, m, m/s; ``slack_m`` is two sigma of the height."""

    track_id: Int64
    latitude_deg: Float64
    longitude_deg: Float64
    altitude_m: Float64
    east_mps: Float64
    north_mps: Float64
    slack_m: Float64
    marks: UInt16
    """Simulated, test and field-monitor flags: what differs in them never flies together."""

    @classmethod
    def of(cls, tracks: Tracks) -> Self:
        """Take tracks that are sorted by number, one row each."""
        variance = np.nan_to_num(tracks.covariance[:, _UP_VARIANCE], nan=0.0)
        return cls(
            track_id=np.ascontiguousarray(tracks.track_id),
            latitude_deg=np.ascontiguousarray(tracks.latitude_deg),
            longitude_deg=np.ascontiguousarray(tracks.longitude_deg),
            altitude_m=np.ascontiguousarray(tracks.altitude_m),
            east_mps=np.ascontiguousarray(tracks.velocity_east_mps),
            north_mps=np.ascontiguousarray(tracks.velocity_north_mps),
            slack_m=2.0 * np.sqrt(np.maximum(variance, 0.0)),
            marks=tracks.flags & np.uint16(NOT_REAL),
        )

    def separations(self, first: Int64, second: Int64) -> tuple[Float64, Float64]:
        """Return, for pairs of rows, the distance (m) and the speed (m/s) of one seen from the other.

        The distance is the larger of the horizontal one and the height difference beyond its uncertainty; speeds are
        horizontal. Infinite where the two never fly together or a velocity is unknown.
        """
        distance_m, speed_mps = np.empty(len(first)), np.empty(len(first))
        _separate(
            self.latitude_deg, self.longitude_deg, self.altitude_m, self.east_mps, self.north_mps, self.slack_m,
            self.marks, first, second, distance_m, speed_mps,
        )  # fmt: skip
        return distance_m, speed_mps

    def close_pairs(
        self, within_m: float, within_mps: float, known: Int64, degree: Int64, most: int
    ) -> tuple[Int64, Int64]:
        """Find pairs of rows (first < second) closer than both limits and not in ``known``, in the order of the sweep.

        ``known``: sorted codes first * n + second. ``degree`` (n,) counts the known pairs of a row and is counted up
        here: a pair is left out when both rows have ``most`` already, which bounds the pairs of a dense swarm.
        """
        order = np.argsort(self.latitude_deg, kind="stable")
        found = np.empty((most * len(order) + 1, 2), np.int64)
        count = _sweep(
            self.latitude_deg[order], self.longitude_deg[order], self.altitude_m[order], self.east_mps[order],
            self.north_mps[order], self.slack_m[order], self.marks[order], order, within_m, within_mps, known, degree,
            most, found,
        )  # fmt: skip
        return found[:count, 0].copy(), found[:count, 1].copy()


@inner_kernel
def _distance_m(
    latitude_deg: Float64, longitude_deg: Float64, altitude_m: Float64, slack_m: Float64, i: int, j: int
) -> float:
    # the plane tangent between the two: 1e-4 of the distance at a kilometre
    middle = np.radians((latitude_deg[i] + latitude_deg[j]) / 2.0)
    lateral = METRES_PER_DEG - 559.85 * np.cos(2.0 * middle)
    north = (latitude_deg[j] - latitude_deg[i]) * lateral
    turn = wrapped_longitude_deg(longitude_deg[j] - longitude_deg[i])
    east = turn * np.cos(middle) * (111_412.88 - 93.5 * np.cos(2.0 * middle))
    level = np.sqrt(north * north + east * east)
    high = abs(altitude_m[j] - altitude_m[i]) - np.sqrt(slack_m[i] ** 2 + slack_m[j] ** 2)
    return high if high > level else level  # an unknown height is NaN and never the larger


@kernel
def _separate(
    latitude_deg: Float64,
    longitude_deg: Float64,
    altitude_m: Float64,
    east_mps: Float64,
    north_mps: Float64,
    slack_m: Float64,
    marks: UInt16,
    first: Int64,
    second: Int64,
    distance_m: Float64,
    speed_mps: Float64,
) -> None:
    for k in range(len(first)):
        i, j = first[k], second[k]
        east, north = east_mps[j] - east_mps[i], north_mps[j] - north_mps[i]
        speed = np.sqrt(east * east + north * north)
        if marks[i] != marks[j] or np.isnan(speed):
            distance_m[k] = speed_mps[k] = np.inf
        else:
            distance_m[k] = _distance_m(latitude_deg, longitude_deg, altitude_m, slack_m, i, j)
            speed_mps[k] = speed


@kernel
def _sweep(
    latitude_deg: Float64,
    longitude_deg: Float64,
    altitude_m: Float64,
    east_mps: Float64,
    north_mps: Float64,
    slack_m: Float64,
    marks: UInt16,
    order: NDArray[np.int64],
    within_m: float,
    within_mps: float,
    known: Int64,
    degree: Int64,
    most: int,
    found: Int64,
) -> int:
    count, n = 0, len(order)
    reach_deg = within_m / (METRES_PER_DEG - 560.0)
    for p in range(n):
        for q in range(p + 1, n):
            if not latitude_deg[q] - latitude_deg[p] <= reach_deg:
                break
            east, north = east_mps[q] - east_mps[p], north_mps[q] - north_mps[p]
            if not east * east + north * north <= within_mps * within_mps or marks[p] != marks[q]:
                continue
            if _distance_m(latitude_deg, longitude_deg, altitude_m, slack_m, p, q) > within_m:
                continue
            i, j = order[p], order[q]
            if degree[i] >= most and degree[j] >= most:
                continue
            low, high = min(i, j), max(i, j)
            code = low * n + high
            place = np.searchsorted(known, code)
            if place < len(known) and known[place] == code:
                continue
            found[count, 0], found[count, 1] = low, high
            degree[i] += 1
            degree[j] += 1
            count += 1
    return count
