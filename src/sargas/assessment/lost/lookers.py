"""Which sensors can be held to have looked, where they stand and what they see, as columns for the kernels."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from sargas.assessment.lost.looks import LOOKER, REFERENCE_SNR, Lookers
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.model.records import Sensor
from sargas.sensors.site import SCANNING, Sites, SiteTable

ASSUMED_MAST_M = 20.0
"""Height of an antenna over ground that nobody told the height of."""
HEARD_SCANS = 3.0
"""A sensor that told of no look for so many scan periods is silent: it subtracts nothing."""


def ground_of(sensor: Sensor) -> float:
    """Return the height of the ground about a sensor (m, ellipsoidal), as told, else as its antenna suggests."""
    return sensor.ground_m if sensor.ground_m is not None else max(sensor.height_m - ASSUMED_MAST_M, 0.0)


@dataclass(slots=True)
class LookerBook:
    """Lay sensors out as ``LOOKER`` rows, anew where a sensor moved or came in."""

    plane: RegionPlane
    table: SiteTable | None = None
    """The sites it was laid out of; compared by identity."""
    rows: Lookers = field(default_factory=lambda: np.zeros(0, LOOKER))
    period_ns: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    ground_m: Float64 = field(default_factory=lambda: np.zeros(0))
    counted: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    """Rows of those whose reach is not told: what they were seen to detect counts."""

    def refresh(self, sites: Sites, time_ns: int, out_of_order: Collection[str]) -> None:
        """Take over where the sensors stand and which of them look now."""
        if self.table is not sites.table:
            self._lay_out(sites)
        table = sites.table
        for row in self.counted.tolist():
            self.rows["pd"][row] = table["pd"][row, :, 0] / table["pd"][row, :, 1]
        live = (time_ns - table["heard_ns"] <= HEARD_SCANS * self.period_ns) & (table["scans"] == 1)
        if out_of_order:
            live &= [sensor_id not in out_of_order for sensor_id in sites.ids]
        self.rows["live"] = live

    def nearest_ground_m(self, x_m: float, y_m: float) -> float:
        """Return the ground's height at the nearest scanning sensor; 0 where there is none."""
        placed = np.flatnonzero(self.rows["max_range_m"] > 0.0)
        if not len(placed):
            return 0.0
        away = np.hypot(self.rows["x_m"][placed] - x_m, self.rows["y_m"][placed] - y_m)
        return float(self.ground_m[placed[np.argmin(away)]])

    def _lay_out(self, sites: Sites) -> None:
        self.table = sites.table
        rows = np.zeros(len(sites.sensors), LOOKER)
        self.ground_m = np.array([ground_of(sensor) for sensor in sites.sensors], np.float64)
        self.period_ns = np.array([s.scan_period_s * NS_PER_S for s in sites.sensors], np.float64).astype(np.int64)
        for k, sensor in enumerate(sites.sensors):
            if sensor.kind not in SCANNING or sensor.latitude_deg is None or sensor.longitude_deg is None:
                continue  # its silence says nothing that could be counted: max_range_m 0 sees nothing
            x_m, y_m = self.plane.plane_from_geodetic(sensor.latitude_deg, sensor.longitude_deg)
            row = rows[k]
            row["x_m"], row["y_m"], row["max_range_m"] = float(x_m), float(y_m), sensor.max_range_m
            row["antenna_m"] = max(sensor.height_m - self.ground_m[k], 1.0)
            row["reach_m4"] = 0.0 if sensor.reach_m is None else REFERENCE_SNR * sensor.reach_m**4
            row["lowest_slope"] = np.tan(np.deg2rad(max(sensor.lowest_elevation_deg, -89.0)))
            row["highest_slope"] = np.tan(np.deg2rad(min(sensor.highest_elevation_deg, 89.0)))
            row["least_rate_mps"] = sensor.min_range_rate_mps
        self.rows = rows
        self.counted = np.flatnonzero((rows["max_range_m"] > 0.0) & (rows["reach_m4"] == 0.0))
