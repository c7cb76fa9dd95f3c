"""The looks of a night's balloons at the wind, kept few enough to be solved at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from sargas.assessment.drift.following import Look
from sargas.assessment.drift.layer_wind import WIDE_WITHOUT_TABLE, Points, Pool
from sargas.assessment.drift.wind_table import Read, WindField
from sargas.geo.plane import RegionPlane
from sargas.model.columns import Float64

MOST = 140
OLDEST_S = 2.5 * 3600.0
SAME_LAYER_M, SAME_TIME_S = 200.0, 420.0
"""Looks of one balloon so near each other are made one: weather at one place is one error."""


@dataclass(slots=True)
class PooledLooks:
    """Hold looks by track; solve them when they changed."""

    looks: list[tuple[int, Look, int]] = field(default_factory=list)
    """Track, look, and how many looks it is the mean of, in order of time."""
    _pool: Pool | None = None

    def add(self, track_id: int, look: Look) -> None:
        """Add a look of a drifter."""
        self._pool = None
        for k in range(len(self.looks) - 1, -1, -1):
            owner, held, count = self.looks[k]
            if owner != track_id:
                continue
            near = abs(held.altitude_m - look.altitude_m) < SAME_LAYER_M and look.time_s - held.time_s < SAME_TIME_S
            if near and count < 4:
                self.looks[k] = (owner, _mean(held, look, count), count + 1)
                return
            break
        self.looks.append((track_id, look, 1))
        self.looks = [one for one in self.looks if look.time_s - one[1].time_s < OLDEST_S][-MOST:]

    def tell(self, wind: WindField, plane: RegionPlane) -> None:
        """Look up anew what the tables say at every look: they changed."""
        self._pool = None
        self.looks = [(owner, told_by(look, wind, plane), count) for owner, look, count in self.looks]

    def solve(self, *, has_tables: bool) -> Pool:
        """Return the pool of all looks, as plane velocities."""
        if self._pool is None:
            own = [look for _, look, _ in self.looks]
            drift = np.array([[one.x_mps, one.y_mps] for one in own]).reshape(-1, 2)
            variance = np.array([one.variance for one in own])
            self._pool = Pool.of(points_of_looks(own), drift, variance, has_tables=has_tables)
        return self._pool


def points_of_looks(looks: list[Look]) -> Points:
    """Place looks in the air, with what the tables told there."""
    rows = np.array([[one.x_m, one.y_m, one.altitude_m, one.time_s, *one.told] for one in looks]).reshape(-1, 7)
    x_m, y_m, altitude_m, time_s = (np.ascontiguousarray(rows[:, k]) for k in range(4))
    return Points(x_m, y_m, altitude_m, time_s, rows[:, 4:6], rows[:, 6])


def told_by(look: Look, wind: WindField, plane: RegionPlane) -> Look:
    """Return a look with what the tables tell at it."""
    if not wind:
        return replace(look, told=(0.0, 0.0, WIDE_WITHOUT_TABLE.sigma_mps))
    x, y, time, level = (np.array([v]) for v in (look.x_m, look.y_m, look.time_s, look.altitude_m))
    at = told_points(wind, plane, x, y, time, level)
    return replace(look, told=(float(at.mean_mps[0, 0]), float(at.mean_mps[0, 1]), float(at.sigma_mps[0])))


def told_points(
    wind: WindField, plane: RegionPlane, x_m: Float64, y_m: Float64, time_s: Float64, levels_m: Float64
) -> Points:
    """Place all heights (l,) above n places at their times, and say what the tables tell there, as rates of x and y.

    Points are by place, then height.
    """
    n, levels = len(x_m), len(levels_m)
    mean, sigma = np.zeros((n, levels), np.complex128), np.full((n, levels), WIDE_WITHOUT_TABLE.sigma_mps)
    if wind:
        degrees, scale = plane.convergence_scale(*plane.geodetic_from_plane(x_m, y_m))
        turn = scale * np.exp(1j * np.deg2rad(degrees))
        read: Read = {}
        for k in range(n):
            at = wind.at(float(x_m[k]), float(y_m[k]), levels_m, float(time_s[k]), read)
            mean[k], sigma[k] = (at.east_mps + 1j * at.north_mps) * turn[k], at.sigma_mps
    flat = mean.ravel()
    return Points(
        np.repeat(x_m, levels),
        np.repeat(y_m, levels),
        np.tile(levels_m, n),
        np.repeat(time_s, levels),
        np.column_stack([flat.real, flat.imag]),
        sigma.ravel(),
    )


def _mean(held: Look, look: Look, count: int) -> Look:
    share = 1.0 / (count + 1)
    names = ("x_m", "y_m", "altitude_m", "time_s", "x_mps", "y_mps")
    mixed = {name: (1.0 - share) * getattr(held, name) + share * getattr(look, name) for name in names}
    told = tuple((1.0 - share) * a + share * b for a, b in zip(held.told, look.told, strict=True))
    return Look(**mixed, variance=max(held.variance * count / (count + 1), 0.1), told=(told[0], told[1], told[2]))
