"""Small made-up scenes: radars, objects that fly straight in the region frame, and the plots of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sargas.geo.enu import Frame
from sargas.geo.polar import polar_from_enu
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Sensor
from sargas.model.tracks import Tracks, TrackStatus

ORIGIN = (56.0, 24.0)
EPOCH_NS = 1_760_000_000_000_000_000
FRAME = Frame(*ORIGIN, 0.0)
LABEL = Label(originator="LTU")


def radar(name: str = "radar", latitude_deg: float = 56.0, longitude_deg: float = 24.0, **fields: Any) -> Sensor:
    """Make a 3D radar with a scan every 4 s."""
    place = {"latitude_deg": latitude_deg, "longitude_deg": longitude_deg, "height_m": 50.0}
    return Sensor.model_validate(
        {"id": name, "kind": "radar-3d", "scan_period_s": 4.0, "max_range_m": 250e3} | place | fields
    )


@dataclass(frozen=True)
class Flight:
    """A straight flight in the region frame: position (m) at time 0, velocity (m/s)."""

    start: tuple[float, float, float] = (40e3, 30e3, 3000.0)
    velocity: tuple[float, float, float] = (150.0, -80.0, 0.0)

    def at(self, time_s: float) -> np.ndarray:
        """Return position and velocity (6,) in the region frame."""
        return np.r_[np.array(self.start) + time_s * np.array(self.velocity), self.velocity]


def see(
    sensor: Sensor,
    flights: list[Flight],
    time_s: float,
    scan: int,
    rng: np.random.Generator | None = None,
    *,
    delay_s: float = 0.05,
    label: Label = LABEL,
    **columns: Any,
) -> Plots:
    """Return the plots of one scan, all at one time, with the sensor's noise (none without ``rng``)."""
    assert sensor.latitude_deg is not None
    assert sensor.longitude_deg is not None
    points = FRAME.ecef_from_enu(np.array([flight.at(time_s)[:3] for flight in flights]).reshape(-1, 3))
    site = Frame(sensor.latitude_deg, sensor.longitude_deg, sensor.height_m)
    r, azimuth, elevation = polar_from_enu(site.enu_from_ecef(points))
    n = len(flights)
    noise = np.zeros((3, n)) if rng is None else rng.normal(size=(3, n))
    time_ns = np.full(n, EPOCH_NS + round(time_s * 1e9))
    measured: dict[str, Any] = {
        "time_ns": time_ns,
        "receive_time_ns": time_ns + round(delay_s * 1e9),
        "scan": np.full(n, scan),
        "range_m": r + sensor.sigma_range_m * noise[0],
        "azimuth_deg": azimuth + sensor.sigma_azimuth_deg * noise[1],
        "elevation_deg": elevation + sensor.sigma_elevation_deg * noise[2],
    }
    return Plots.of(sensor_ids=(sensor.id,), label=label, **(measured | columns))


def clutter(sensor: Sensor, count: int, time_s: float, scan: int, rng: np.random.Generator) -> Plots:
    """Return uniform false plots as the benchmark makes them."""
    time_ns = np.full(count, EPOCH_NS + round(time_s * 1e9))
    return Plots.of(
        time_ns=time_ns,
        receive_time_ns=time_ns,
        scan=np.full(count, scan),
        sensor_ids=(sensor.id,),
        label=LABEL,
        range_m=rng.uniform(1e3, sensor.max_range_m, count),
        azimuth_deg=rng.uniform(0.0, 360.0, count),
        elevation_deg=rng.uniform(0.0, 3.0, count),
    )


def at_ns(time_s: float) -> int:
    """Return the UTC ns of a scene's time."""
    return EPOCH_NS + round(time_s * 1e9)


def states(tracks: Tracks) -> np.ndarray:
    """Return the tracks' positions in the region frame (n, 3), m."""
    return FRAME.enu_from_geodetic(tracks.latitude_deg, tracks.longitude_deg, tracks.altitude_m)


def confirmed(tracks: Tracks) -> Tracks:
    """Return the confirmed ones."""
    return tracks.take(tracks.status == TrackStatus.CONFIRMED)


def same(a: Tracks, b: Tracks) -> bool:
    """Say whether two batches hold the same bits."""
    return bool(a.to_arrow().equals(b.to_arrow())) and a.covariance.tobytes() == b.covariance.tobytes()
