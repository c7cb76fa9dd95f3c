"""What judging 1,000 tracks against 50 zones costs one core."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import numpy as np

from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Configuration, Zone
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.appraisal import Appraisal
from sargas.picture.outlook import Outlook

TRACKS, ZONES, TIMES = 1_000, 50, 5
PLANE = RegionPlane(55.0, 24.0)


def measure_load(tell: Callable[..., None]) -> None:
    """Print the CPU time of a judgement of all tracks and zones, forecasts included."""
    rng = np.random.default_rng(9)
    configuration = Configuration(
        id="load", time_ns=0, origin="bench", label=Label(), node="bench", nation="LTU",
        origin_latitude_deg=55.0, origin_longitude_deg=24.0, zones=tuple(_zone(k, rng) for k in range(ZONES)),
    )  # fmt: skip
    outlook, appraisal = Outlook.of(configuration, PLANE), Appraisal.of(configuration, PLANE)
    places, velocity = rng.uniform(-200e3, 200e3, (TRACKS, 2)), rng.normal(0.0, 50.0, (TRACKS, 2))
    spent = []
    for second in range(TIMES + 2):
        tracks = _tracks(places + second * velocity, velocity, second)
        appraisal.tick(tracks, (1_800_000_000 + second) * NS_PER_S)
        began = time.process_time()
        speaks = appraisal.goals.evidence(appraisal.make_for(tracks))
        outlook.judge(tracks, np.full(TRACKS, 0.1), appraisal.forecast(tracks), speaks)
        spent.append(time.process_time() - began)
    worst_ms = 1e3 * float(np.median(spent[2:]))
    tell(f"danger of {TRACKS:,} tracks against {ZONES} zones", worst_ms, "ms", "<= 200 ms", worst_ms <= 200.0,
         f"CPU time of one core, median of {TIMES}: forecast, 96 paths each, entries, distances, headings; half the "
         f"zones polygons of 24 corners; load average {os.getloadavg()[0]:.1f}")  # fmt: skip


def _zone(k: int, rng: np.random.Generator) -> Zone:
    x, y, radius_m = *rng.uniform(-150e3, 150e3, 2), float(rng.uniform(2e3, 9e3))
    value = float(rng.uniform(1.0, 5.0))
    if k % 2:
        latitude, longitude = PLANE.geodetic_from_plane(np.array([x]), np.array([y]))
        centre = (float(longitude[0]), float(latitude[0]))
        return Zone(id=f"z{k}", name=f"Z{k}", kind="protected", value=value, centre=centre, radius_m=radius_m)
    turn = np.arange(24) * 2.0 * np.pi / 24
    away = radius_m * rng.uniform(0.6, 1.4, 24)
    latitude, longitude = PLANE.geodetic_from_plane(x + away * np.sin(turn), y + away * np.cos(turn))
    ring = tuple(zip(longitude.tolist(), latitude.tolist(), strict=True))
    return Zone(id=f"z{k}", name=f"Z{k}", kind="protected", value=value, polygon=ring)


def _tracks(places: np.ndarray, velocity: np.ndarray, second: int) -> Tracks:
    latitude, longitude = PLANE.geodetic_from_plane(places[:, 0], places[:, 1])
    n = len(places)
    return Tracks.of(
        time_ns=np.full(n, (1_800_000_000 + second) * NS_PER_S, np.int64), track_id=np.arange(1, n + 1),
        latitude_deg=latitude, longitude_deg=longitude, altitude_m=np.full(n, 500.0), velocity_east_mps=velocity[:, 0],
        velocity_north_mps=velocity[:, 1], velocity_up_mps=np.zeros(n),
        status=np.full(n, TrackStatus.CONFIRMED, np.uint8), position_95_m=np.full(n, 100.0, np.float32), label=Label(),
    )  # fmt: skip
