"""Made-up hearing: bearings of straight flights by microphones (the sound travels), direction finders and cameras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sargas.geo.enu import Frame
from sargas.geo.polar import polar_from_enu
from sargas.model.plots import Plots
from sargas.model.records import Sensor
from sargas.model.tracks import Tracks
from sargas.sensors.site import LIGHT_MPS, SOUND_MPS
from sargas.tracking.tracker import Tracker
from tests.tracking.scene import FRAME, LABEL, ORIGIN, Flight, at_ns, radar, states


def hearer(name: str, east_m: float, north_m: float, **fields: Any) -> Sensor:
    """Make a microphone at a place of the region frame, 10 m above the ellipsoid; other kinds by ``fields``."""
    latitude, longitude, _ = FRAME.geodetic_from_enu(np.array([east_m, north_m, 10.0]))
    usual = {
        "kind": "acoustic",
        "height_m": 10.0,
        "scan_period_s": 1.0,
        "max_range_m": 5e3,
        "sigma_azimuth_deg": 3.0,
        "clutter_per_scan": 0.01,
    }
    return radar(name, float(latitude), float(longitude), **(usual | fields))


@dataclass(frozen=True)
class Bearing:
    """One bearing: when it arrived at the sensor and at the node (s), which sensor, which look, what it says (deg)."""

    arrival_s: float
    time_s: float
    sensor: int
    look: int
    azimuth_deg: float
    elevation_deg: float


def listen(
    sensors: list[Sensor],
    flights: list[Flight],
    duration_s: int,
    rng: np.random.Generator,
    *,
    detection: float = 0.8,
    false_per_look: float = 0.01,
    tilted: bool = False,
    noise: float = 1.0,
) -> list[Bearing]:
    """Return what the sensors hear, by arrival; sound that arrives at t left its object range / 343 m/s earlier."""
    heard = []
    for i, sensor in enumerate(sensors):
        assert sensor.latitude_deg is not None
        assert sensor.longitude_deg is not None
        site = Frame(sensor.latitude_deg, sensor.longitude_deg, sensor.height_m)
        for look in range(int(duration_s / sensor.scan_period_s)):
            left_s = (look + 0.37 * i % 1.0) * sensor.scan_period_s
            for flight in flights:
                r, azimuth, elevation = polar_from_enu(site.enu_from_ecef(FRAME.ecef_from_enu(flight.at(left_s)[:3])))
                if r < sensor.max_range_m and rng.random() < detection:
                    time_s = left_s + (float(r) / SOUND_MPS if sensor.kind == "acoustic" else 0.0)
                    off = noise * rng.normal(size=2) * (sensor.sigma_azimuth_deg, sensor.sigma_elevation_deg)
                    tilt = float(elevation + off[1]) if tilted else np.nan
                    arrival_s = time_s + rng.uniform(0.1, 0.5)
                    heard.append(Bearing(arrival_s, time_s, i, look, float(azimuth + off[0]) % 360.0, tilt))
            for _ in range(rng.poisson(false_per_look)):
                heard.append(Bearing(left_s + 0.3, left_s, i, look, rng.uniform(0.0, 360.0), np.nan))
    heard = [bearing for bearing in heard if bearing.arrival_s < duration_s]
    return sorted(heard, key=lambda bearing: bearing.arrival_s)


def time_differences(
    receivers: list[Sensor], flight: Flight, duration_s: int, rng: np.random.Generator, detection: float = 0.9
) -> list[Plots]:
    """Return the pairs of all receivers with the first, a batch an emission and second, with the sensors' noise.

    A row's time is when the wave arrived at its sensor: sound takes its time.
    """
    batches = []
    speeds = [SOUND_MPS if receiver.kind == "acoustic" else LIGHT_MPS for receiver in receivers]
    sites = [FRAME.enu_from_geodetic(r.latitude_deg, r.longitude_deg, r.height_m) for r in receivers]
    for second in range(duration_s):
        x = flight.at(float(second))[:3]
        travel_s = np.array([np.linalg.norm(x - site) / v for site, v in zip(sites, speeds, strict=True)])
        heard = [i for i in range(1, len(receivers)) if rng.random() < detection]
        differences = [travel_s[i] - travel_s[0] + rng.normal(0.0, receivers[i].sigma_tdoa_s) for i in heard]
        if heard:
            batches.append(
                Plots.of(
                    time_ns=np.array([at_ns(second + travel_s[i]) for i in heard]),
                    receive_time_ns=np.full(len(heard), at_ns(second + max(travel_s) + 0.2)),
                    sensor=np.array(heard, np.int16),
                    scan=np.full(len(heard), second),
                    sensor_ids=tuple(receiver.id for receiver in receivers),
                    label=LABEL,
                    tdoa_s=np.array(differences),
                    reference_sensor=np.zeros(len(heard), np.int16),
                )
            )
    return batches


def as_plots(bearings: list[Bearing], sensors: list[Sensor]) -> Plots:
    """Return the bearings as a batch."""
    return Plots.of(
        time_ns=np.array([at_ns(b.time_s) for b in bearings]),
        receive_time_ns=np.array([at_ns(b.arrival_s) for b in bearings]),
        sensor=np.array([b.sensor for b in bearings], np.int16),
        scan=np.array([b.look for b in bearings]),
        sensor_ids=tuple(sensor.id for sensor in sensors),
        label=LABEL,
        azimuth_deg=np.array([b.azimuth_deg for b in bearings]),
        elevation_deg=np.array([b.elevation_deg for b in bearings]),
    )


def follow_heard(
    sensors: list[Sensor], bearings: list[Bearing], duration_s: int, tracker: Tracker | None = None
) -> tuple[Tracker, list[tuple[float, Tracks]]]:
    """Feed the bearings second by second, with a tick and a report after each."""
    tracker = Tracker(sensors, ORIGIN) if tracker is None else tracker
    reports, at = [], 0
    for second in range(1, duration_s + 1):
        upto = at
        while upto < len(bearings) and bearings[upto].arrival_s < second:
            upto += 1
        if upto > at:
            tracker.update(as_plots(bearings[at:upto], sensors))
        at = upto
        tracker.advance(at_ns(float(second)))
        reports.append((float(second), tracker.report(at_ns(float(second)))))
    return tracker, reports


def horizontal_errors(reports: list[tuple[float, Tracks]], flight: Flight) -> tuple[np.ndarray, np.ndarray]:
    """Return the horizontal error (m) of every row against one flight, and its squared statistical distance."""
    errors, distances = [], []
    for time_s, report in reports:
        for row, place in enumerate(states(report)):
            off = place[:2] - flight.at(time_s)[:2]
            c = report.covariance[row]
            errors.append(np.hypot(*off))
            distances.append(off @ np.linalg.solve([[c[0], c[1]], [c[1], c[6]]], off))
    return np.array(errors), np.array(distances)
