"""Scenarios of our own, in the files of the shared generator: a few radars and given flights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sargas.geo.enu import Frame, rotation_at
from sargas.geo.wgs84 import geodetic_from_ecef
from sargas.model.columns import Float64, Int64

EPOCH_NS = 1_760_000_000_000_000_000
PLACE = (56.2, 24.5)
MEASURED = ("range_m", "azimuth_deg", "elevation_deg")
UNMEASURED = ("range_rate_mps", "rcs_dbsm", "latitude_deg", "longitude_deg", "altitude_m")


@dataclass(frozen=True)
class Radar:
    """A 3D radar at a place east and north of the centre; metres, degrees, one-sigma accuracies."""

    id: str
    east_m: float = 0.0
    north_m: float = 0.0
    height_m: float = 40.0
    period_s: float = 4.0
    max_range_m: float = 250e3
    sigma_range_m: float = 50.0
    sigma_azimuth_deg: float = 0.15
    sigma_elevation_deg: float = 0.35
    clutter_per_scan: float = 0.01
    aligned: bool = False

    @property
    def frame(self) -> Frame:
        """Its local frame."""
        latitude, longitude, _ = CENTRE.geodetic_from_enu([self.east_m, self.north_m, 0.0])
        return Frame(float(latitude), float(longitude), self.height_m)

    @property
    def noise(self) -> Float64:
        """(3, 3) covariance of range, azimuth, elevation (m, rad)."""
        angles = np.radians((self.sigma_azimuth_deg, self.sigma_elevation_deg))
        return np.diag(np.square([self.sigma_range_m, *angles]))

    def toml(self) -> str:
        """Its table in sensors.toml."""
        frame = self.frame
        fields = {
            "id": f'"{self.id}"', "kind": '"radar-3d"', "latitude_deg": f"{frame.latitude_deg:.9f}",
            "longitude_deg": f"{frame.longitude_deg:.9f}", "height_m": self.height_m, "scan_period_s": self.period_s,
            "max_range_m": self.max_range_m, "sigma_range_m": self.sigma_range_m,
            "sigma_azimuth_deg": self.sigma_azimuth_deg, "sigma_elevation_deg": self.sigma_elevation_deg,
            "clutter_per_scan": self.clutter_per_scan, "aligned": str(self.aligned).lower(),
        }  # fmt: skip
        return "\n".join(["[[sensor]]", *(f"{name} = {value}" for name, value in fields.items()), ""])


CENTRE = Frame(*PLACE, 0.0)
"""East, north and up of the place all scenarios are around."""


def polar(enu: Float64) -> Float64:
    """Return (n, 3) range (m), azimuth and elevation (rad) of ENU vectors (n, 3)."""
    range_m = np.linalg.norm(enu, axis=1)
    measured: Float64 = np.c_[range_m, np.arctan2(enu[:, 0], enu[:, 1]), np.arcsin(enu[:, 2] / range_m)]
    return measured


def seen_by(radar: Radar, centre_enu: Float64) -> Float64:
    """Turn positions (n, 3) in the frame of the centre into ENU at a radar."""
    return radar.frame.enu_from_ecef(CENTRE.ecef_from_enu(centre_enu))


@dataclass
class Plots:
    """Collect plots radar by radar, scan by scan."""

    rows: list[tuple[float, float, str, int, Float64]]

    def add(self, time_s: float, radar: Radar, scan: int, measured: Float64, delay_s: float = 0.0) -> None:
        """Add the (n, 3) range, azimuth, elevation (m, rad) of one scan."""
        self.rows.append((time_s, time_s + delay_s, radar.id, scan, measured))

    def write(self, path: Path) -> None:
        """Write them in order of arrival."""
        rows = sorted((row for row in self.rows if len(row[4])), key=lambda row: (row[1], row[2]))
        count = [len(row[4]) for row in rows]
        columns: dict[str, object] = {
            "time_ns": np.repeat(nanoseconds([row[0] for row in rows]), count),
            "receive_time_ns": np.repeat(nanoseconds([row[1] for row in rows]), count),
            "sensor_id": pa.array(np.repeat([row[2] for row in rows], count)).dictionary_encode(),
            "scan": np.repeat(np.array([row[3] for row in rows], np.int64), count),
        }
        values = np.concatenate([row[4] for row in rows])
        for name, value in zip(MEASURED, values.T, strict=True):
            columns[name] = value if name == "range_m" else np.degrees(value) % (360.0 if name[0] == "a" else 1e9)
        columns["elevation_deg"] = np.degrees(values[:, 2])
        columns |= {name: pa.nulls(len(values), pa.float64()) for name in UNMEASURED}
        columns["icao_address"] = pa.nulls(len(values), pa.string())
        pq.write_table(pa.table(columns), path)


def nanoseconds(seconds: object) -> Int64:
    """Return UTC ns of seconds since the start."""
    return EPOCH_NS + np.round(np.asarray(seconds, float) * 1e9).astype(np.int64)


def write_sensors(folder: Path, radars: list[Radar]) -> None:
    """Write sensors.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sensors.toml").write_text("\n".join(radar.toml() for radar in radars), encoding="utf-8")


def write_truth(folder: Path, times_s: Float64, states: Float64, kind: str, observable: object = True) -> None:
    """Write truth.parquet from states (times, n, 6): position and velocity in the frame of the centre."""
    steps, n, _ = states.shape
    flat = states.reshape(-1, 6)
    latitude, longitude, altitude = geodetic_from_ecef(CENTRE.ecef_from_enu(flat[:, :3]))
    turn = rotation_at(latitude, longitude) @ CENTRE.rotation.T
    velocity = np.einsum("nij,nj->ni", turn, flat[:, 3:])
    columns = {
        "time_ns": np.repeat(nanoseconds(times_s), n),
        "object_id": np.tile(np.arange(n, dtype=np.int32), steps),
        "kind": pa.array([kind] * (steps * n)).dictionary_encode(),
        "latitude_deg": latitude, "longitude_deg": longitude, "altitude_m": altitude,
        "velocity_east_mps": velocity[:, 0], "velocity_north_mps": velocity[:, 1], "velocity_up_mps": velocity[:, 2],
        "observable": np.broadcast_to(np.asarray(observable), (steps, n)).ravel(),
    }  # fmt: skip
    pq.write_table(pa.table(columns), folder / "truth.parquet")
