"""Real radiosondes through the product's drifting: no forecast, no other balloon, only what each shows itself."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import shapely

from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Configuration, DriftForecast
from sargas.model.tracks import CLASSES, Tracks
from sargas.picture.drifting import Drifting

STEP_S = 20.0
SIGMA_M = 60.0
"""Of the noise put on the reported places, as a radar's track would have."""


def read_flight(path: Path) -> np.ndarray:
    """Return rows (n, 4): UTC s, latitude, longitude, altitude; one a second at most, in order of time."""
    rows = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter=";"):
            time_s = datetime.strptime(row["DateTime"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
            rows[time_s] = tuple(float(row[name]) for name in ("Latitude", "Longitude", "Altitude"))
    return np.array([(time_s, *rows[time_s]) for time_s in sorted(rows)])


def run_flight(path: Path) -> list[tuple[float, bool, float, bool]]:
    """Return (horizon s, within the region, area km2, has burst by then) of every forecast that can be judged."""
    flight = read_flight(path)
    plane = RegionPlane(float(flight[0, 1]), float(flight[0, 2]))
    x, y = plane.plane_from_geodetic(flight[:, 1], flight[:, 2])
    burst_s = flight[int(np.argmax(flight[:, 3])), 0]
    configuration = Configuration(
        id="c", time_ns=0, origin="bench", label=Label(), node="bench", nation="LTU",
        origin_latitude_deg=plane.latitude_deg, origin_longitude_deg=plane.longitude_deg,
    )  # fmt: skip
    drifting, rng, told = Drifting.of(configuration, plane), np.random.default_rng(1), []
    for time_s in np.arange(flight[0, 0], flight[-1, 0], STEP_S):
        at_m = np.array([np.interp(time_s, flight[:, 0], column) for column in (x, y, flight[:, 3])])
        tracks = _track(plane, at_m + SIGMA_M * rng.standard_normal(3), round(time_s * NS_PER_S))
        told += [one for one in drifting.tick(tracks, round(time_s * NS_PER_S)) if isinstance(one, DriftForecast)]
    rows = []
    for forecast in told:
        for place in forecast.places:
            at_s = forecast.time_ns / NS_PER_S + place.ahead_s
            if at_s > flight[-1, 0]:
                continue
            true = [float(np.interp(at_s, flight[:, 0], column)) for column in (x, y)]
            ring = np.array(place.region_90)
            shape = shapely.Polygon(np.column_stack(plane.plane_from_geodetic(ring[:, 1], ring[:, 0])))
            rows.append((place.ahead_s, bool(shapely.contains_xy(shape, *true)), place.area_km2, at_s > burst_s))
    return rows


def _track(plane: RegionPlane, place: np.ndarray, time_ns: int) -> Tracks:
    latitude, longitude = plane.geodetic_from_plane(place[0], place[1])
    probabilities = np.full((1, len(CLASSES)), 0.02, np.float32)
    probabilities[0, CLASSES.index("balloon")] = 0.8
    covariance = np.zeros((1, 21))
    covariance[0, [0, 6, 11]] = SIGMA_M**2
    none = np.array([np.nan])
    return Tracks.of(
        time_ns=np.array([time_ns]), track_id=np.array([1]), latitude_deg=np.array([float(latitude)]),
        longitude_deg=np.array([float(longitude)]), altitude_m=np.array([place[2]]), velocity_east_mps=none,
        velocity_north_mps=none, velocity_up_mps=none, covariance=covariance, class_probabilities=probabilities,
        label=Label(),
    )  # fmt: skip
