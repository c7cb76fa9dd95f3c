"""Sensors of the test: models of the domain table (reference, section 9), in five layouts about one place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.geo.plane import RegionPlane
from sargas.model.columns import Float64
from sargas.model.records import Sensor

ORIGIN = (55.2, 24.4)
GROUND_M = 120.0
FALSE_ALARM = 1e-6
REFERENCE_SNR = np.log(FALSE_ALARM) / np.log(0.9) - 1.0
HORIZON_M_PER_ROOT_M = 4122.0


@dataclass(frozen=True)
class Radar:
    """A radar as it really is; the node is told the same, as an operator would from the maker's sheet."""

    id: str
    x_m: float
    y_m: float
    mast_m: float
    reach_m: float
    max_range_m: float
    scan_s: float
    sigma_range_m: float
    sigma_azimuth_deg: float
    sigma_elevation_deg: float
    elevation_deg: tuple[float, float]
    least_rate_mps: float

    def told(self, plane: RegionPlane) -> Sensor:
        """Return what the node knows of it."""
        latitude, longitude = plane.geodetic_from_plane(self.x_m, self.y_m)
        return Sensor(
            id=self.id, kind="radar-3d", latitude_deg=float(latitude), longitude_deg=float(longitude),
            height_m=GROUND_M + self.mast_m, scan_period_s=self.scan_s, max_range_m=self.max_range_m,
            sigma_range_m=self.sigma_range_m, sigma_azimuth_deg=self.sigma_azimuth_deg,
            sigma_elevation_deg=self.sigma_elevation_deg, clutter_per_scan=2.0, reach_m=self.reach_m,
            lowest_elevation_deg=self.elevation_deg[0], highest_elevation_deg=self.elevation_deg[1],
            min_range_rate_mps=self.least_rate_mps, ground_m=GROUND_M, aligned=True,
        )  # fmt: skip

    def detection_probability(self, position_m: Float64, velocity_mps: Float64, rcs_m2: Float64 | float) -> Float64:
        """Return Pd of objects at places (n, 3; heights above ground), velocities (n, 3): Swerling 1, sharp horizon."""
        east, north, height = position_m[..., 0] - self.x_m, position_m[..., 1] - self.y_m, position_m[..., 2]
        ground = np.hypot(east, north)
        rise = height - self.mast_m - ground**2 / (2.0 * 6_371_000.0 * 4.0 / 3.0)
        slant = np.maximum(np.hypot(ground, rise), 1.0)
        elevation = np.degrees(np.arctan2(rise, np.maximum(ground, 1.0)))
        rate = (east * velocity_mps[..., 0] + north * velocity_mps[..., 1] + rise * velocity_mps[..., 2]) / slant
        horizon = HORIZON_M_PER_ROOT_M * (np.sqrt(self.mast_m) + np.sqrt(np.maximum(height, 0.0)))
        seen = (ground < horizon) & (slant < self.max_range_m) & (height > 2.0)
        seen &= (elevation > self.elevation_deg[0]) & (elevation < self.elevation_deg[1])
        seen &= np.abs(rate) >= self.least_rate_mps
        snr = REFERENCE_SNR * rcs_m2 * (self.reach_m / slant) ** 4
        found: Float64 = np.where(seen, FALSE_ALARM ** (1.0 / (1.0 + snr)), 0.0)
        return found


def _long(name: str, x_km: float, y_km: float, mast_m: float = 25.0) -> Radar:
    return Radar(name, 1e3 * x_km, 1e3 * y_km, mast_m, 260e3, 470e3, 10.0, 80.0, 0.15, 0.25, (-1.0, 25.0), 10.0)


def _mobile(name: str, x_km: float, y_km: float, mast_m: float = 12.0) -> Radar:
    return Radar(name, 1e3 * x_km, 1e3 * y_km, mast_m, 140e3, 250e3, 2.5, 40.0, 0.2, 0.3, (-1.0, 70.0), 6.0)


def _gap(name: str, x_km: float, y_km: float, mast_m: float = 20.0) -> Radar:
    return Radar(name, 1e3 * x_km, 1e3 * y_km, mast_m, 40e3, 75e3, 1.0, 25.0, 0.3, 0.5, (-1.0, 70.0), 3.0)


def _drone(name: str, x_km: float, y_km: float, mast_m: float = 5.0) -> Radar:
    return Radar(name, 1e3 * x_km, 1e3 * y_km, mast_m, 6.5e3, 5e3, 1.0, 5.0, 1.0, 2.0, (-5.0, 60.0), 1.0)


LAYOUTS: dict[str, tuple[Radar, ...]] = {
    "border": (_mobile("mr-1", -35.0, 0.0), _mobile("mr-2", 35.0, 5.0), _long("lr-1", -20.0, -90.0)),
    "gap": (_gap("gap-1", -45.0, 0.0), _gap("gap-2", 5.0, 10.0), _gap("gap-3", 50.0, -15.0)),
    "long": (_long("lr-1", -75.0, 0.0), _long("lr-2", 75.0, 20.0, 40.0)),
    "mixed": (_long("lr-1", 0.0, -60.0), _mobile("mr-1", -40.0, 30.0), _gap("gap-1", 30.0, 0.0),
              _gap("gap-2", 60.0, 40.0)),
    "site": (_drone("fm-1", -1.5, 0.0), _drone("fm-2", 1.8, 0.8), _gap("gap-1", 12.0, -9.0, 8.0)),
}  # fmt: skip
