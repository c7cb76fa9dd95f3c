"""A partner's tracks as estimates that can be fused: their covariance made whole and honest, their state moved in time.

A partner may send no covariance, half of one, or one of another time; what it does not say is assumed, on the wide side
(docs/track-fusion.md, assumptions).
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sargas.geo.wgs84 import wrapped_longitudes_deg
from sargas.model.columns import Float64, Int64
from sargas.model.tracks import Tracks

SIGMA_POSITION_M = 500.0
SIGMA_ALTITUDE_M = 300.0
SIGMA_SPEED_MPS = 20.0
SIGMA_CLIMB_MPS = 10.0
"""One sigma of each axis where a partner gives a value without an accuracy."""
UNKNOWN_ALTITUDE_M = 10_000.0
UNKNOWN_SPEED_MPS = 300.0
"""One sigma where it gives no value: wide enough to say nothing."""
LEAST_POSITION_M = 15.0
LEAST_SPEED_MPS = 0.5
"""What no partner is believed to be better than: time stamps and datums differ by as much."""
NOISE_HORIZONTAL = 20.0
NOISE_VERTICAL = 2.0
"""White acceleration between report and read-out, m²/s³ an axis: a nearly constant velocity that may manoeuvre."""
_EAST, _NORTH, _UP, _EAST_RATE, _NORTH_RATE, _UP_RATE = 0, 6, 11, 15, 18, 20
DIAGONAL = (_EAST, _NORTH, _UP, _EAST_RATE, _NORTH_RATE, _UP_RATE)
"""Places of the variances in a packed covariance."""
_ASSUMED = (SIGMA_POSITION_M, SIGMA_POSITION_M, SIGMA_ALTITUDE_M, SIGMA_SPEED_MPS, SIGMA_SPEED_MPS, SIGMA_CLIMB_MPS)
_UNKNOWN = (SIGMA_POSITION_M, SIGMA_POSITION_M, UNKNOWN_ALTITUDE_M, *(UNKNOWN_SPEED_MPS,) * 3)
_LEAST = (*(LEAST_POSITION_M,) * 3, *(LEAST_SPEED_MPS,) * 3)


class Moved(NamedTuple):
    """n remote tracks at the time they are compared; NaN where the partner gave no value."""

    track_id: Int64
    latitude_deg: Float64
    longitude_deg: Float64
    altitude_m: Float64
    velocity: Float64
    """(n, 3) east, north, up, m/s."""
    covariance: Float64
    """(n, 21), whole: with assumed variances where the partner gave none."""

    def take(self, rows: Int64) -> Moved:
        """Select rows."""
        return Moved._make(column[rows] for column in self)


def metres_per_degree(latitude_deg: Float64) -> tuple[Float64, Float64]:
    """Return the length (m) of a degree of latitude and of longitude on the WGS84 ellipsoid at latitudes.

    Source: series of the meridian and parallel arcs, good to 1e-5.
    """
    cosine = np.cos(np.radians(latitude_deg))
    double = 2.0 * cosine * cosine - 1.0
    north = 111_131.779 + double * (2.35 * double - 559.822)  # 111132.954 - 559.822 cos 2 + 1.175 cos 4
    east = cosine * (111_506.222 + double * (0.472 * double - 187.236))  # 111412.84 cos 1 - 93.5 cos 3 + 0.118 cos 5
    return north, east


def move(remote: Tracks, time_ns: Int64 | int) -> Moved:
    """Return remote tracks at ``time_ns`` (one for all or one each) with honest covariances.

    Constant velocity between report and ``time_ns``, forwards or back, with white acceleration noise.
    """
    velocity = np.stack([remote.velocity_east_mps, remote.velocity_north_mps, remote.velocity_up_mps], axis=1)
    values = np.column_stack([remote.latitude_deg, remote.longitude_deg, remote.altitude_m, velocity])
    covariance = make_whole(values, remote.covariance)
    dt = (time_ns - remote.time_ns) / 1e9
    way = np.nan_to_num(velocity, nan=0.0) * dt[:, None]
    north_m, east_m = metres_per_degree(remote.latitude_deg)
    _spread(covariance, dt)
    return Moved(
        track_id=remote.track_id,
        latitude_deg=remote.latitude_deg + way[:, 1] / north_m,
        longitude_deg=remote.longitude_deg + way[:, 0] / east_m,
        altitude_m=remote.altitude_m + way[:, 2],
        velocity=velocity,
        covariance=covariance,
    )


def predict(remote: Tracks, time_ns: Int64 | int) -> Tracks:
    """Return remote tracks as they are thought to be at ``time_ns`` (UTC ns, one or one each), nothing left unsaid."""
    moved = move(remote, time_ns)
    return replace(
        remote,
        time_ns=np.full(len(remote), time_ns),
        latitude_deg=moved.latitude_deg,
        longitude_deg=moved.longitude_deg,
        altitude_m=moved.altitude_m,
        covariance=moved.covariance,
    )


def differences(own: Tracks, remote: Moved) -> Float64:
    """Return remote less own, row by row, (n, 6) m and m/s in the axes of the own track; 0 where unknown.

    0 is harmless: the variance of an unknown value says nothing.
    """
    north_m, east_m = metres_per_degree((own.latitude_deg + remote.latitude_deg) / 2.0)
    turn = wrapped_longitudes_deg(remote.longitude_deg - own.longitude_deg)
    found = np.column_stack(
        [
            turn * east_m,
            (remote.latitude_deg - own.latitude_deg) * north_m,
            remote.altitude_m - own.altitude_m,
            remote.velocity[:, 0] - own.velocity_east_mps,
            remote.velocity[:, 1] - own.velocity_north_mps,
            remote.velocity[:, 2] - own.velocity_up_mps,
        ]
    )
    return np.nan_to_num(found, nan=0.0)


def make_whole(values: Float64, covariance: Float64) -> Float64:
    """Fill in what a partner's covariances (n, 21) do not say, by which values (n, 6) it gave; copies."""
    whole = covariance.copy()
    variances = whole[:, DIAGONAL]
    assumed = np.where(np.isnan(values), np.square(_UNKNOWN), np.square(_ASSUMED))
    is_missing = ~(variances > 0.0) | np.isnan(values)
    whole[np.isnan(whole)] = 0.0
    # a row or column whose variance is assumed has no part in what the partner says of correlations
    for axis in range(6):
        touched = [_place(axis, other) for other in range(6) if other != axis]
        whole[np.flatnonzero(is_missing[:, axis])[:, None], touched] = 0.0
    whole[:, DIAGONAL] = np.where(is_missing, assumed, variances) + np.square(_LEAST)
    return whole


def _spread(covariance: Float64, dt: Float64) -> None:
    """Move covariances by dt (n,) s in place: F P Fᵀ + Q, Q by the length of time, whichever way it goes."""
    span = np.abs(dt)
    noise = (NOISE_HORIZONTAL, NOISE_HORIZONTAL, NOISE_VERTICAL)
    before = covariance.copy()
    for a in range(3):
        for b in range(3):
            rate = before[:, _place(a + 3, b + 3)]
            covariance[:, _place(a, b + 3)] = before[:, _place(a, b + 3)] + dt * rate
            if a <= b:
                cross = before[:, _place(a, b + 3)] + before[:, _place(b, a + 3)]
                covariance[:, _place(a, b)] = before[:, _place(a, b)] + dt * cross + dt * dt * rate
    for axis, q in enumerate(noise):
        covariance[:, _place(axis, axis)] += q * span**3 / 3.0
        covariance[:, _place(axis, axis + 3)] += q * dt * span / 2.0
        covariance[:, _place(axis + 3, axis + 3)] += q * span


def _place(i: int, j: int) -> int:
    low, high = min(i, j), max(i, j)
    return 6 * low - low * (low - 1) // 2 + high - low
