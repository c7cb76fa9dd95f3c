"""Made-up flights for the tests of forecasts."""

from __future__ import annotations

from math import cos, hypot, radians, sin

import numpy as np
from pyproj import Geod

from sargas.assessment.prediction.frame import FRAME, geodetic_from_plane, set_frame
from sargas.assessment.prediction.predictor import States
from sargas.model.columns import Float64

WGS84 = Geod(ellps="WGS84")
START_NS = 1_700_000_000_000_000_000
HOME = (55.0, 24.0)


def on_earth(plane: Float64, home: tuple[float, float] = HOME) -> Float64:
    """Return latitude and longitude of points (n, 2) of the plane around a place."""
    frame = np.zeros(FRAME)
    set_frame(frame, *home)
    return np.array([geodetic_from_plane(frame, x, y) for x, y in plane])


def straight(
    seconds: Float64, *, speed_mps: float = 60.0, course_deg: float = 70.0, home: tuple[float, float] = HOME
) -> Float64:
    """Return latitude, longitude along the great circle that leaves a place."""
    n = len(seconds)
    longitude, latitude, _ = WGS84.fwd(
        np.full(n, home[1]), np.full(n, home[0]), np.full(n, course_deg), speed_mps * seconds
    )
    return np.column_stack([latitude, longitude])


def circle(seconds: Float64, *, radius_m: float = 150.0, period_s: float = 40.0, drift_mps: float = 3.0) -> Float64:
    """Return latitude, longitude of a circle whose centre drifts east."""
    angle = 2.0 * np.pi * seconds / period_s
    return on_earth(np.column_stack([radius_m * np.cos(angle) + drift_mps * seconds, radius_m * np.sin(angle)]))


def states_of_place(
    seconds: Float64, latitude_longitude: Float64, track_id: int = 7, velocity: Float64 | None = None, cell: int = -1
) -> States:
    """Return the states of one track at 500 m."""
    n = len(seconds)
    return States(
        np.full(n, track_id),
        START_NS + np.round(seconds * 1e9).astype(np.int64),
        np.column_stack([latitude_longitude, np.full(n, 500.0)]),
        np.full((n, 3), np.nan) if velocity is None else velocity,
        np.full(n, cell),
    )


def merged(*batches: States) -> States:
    """Return several tracks' states in order of time."""
    columns = [np.concatenate([getattr(b, name) for b in batches]) for name in States.__slots__]
    order = np.argsort(columns[1], kind="stable")
    return States(*(column[order] for column in columns))


def miss_m(latitude_deg: float, longitude_deg: float, place: Float64) -> float:
    """Return the geodesic distance to a place."""
    return float(WGS84.inv(longitude_deg, latitude_deg, place[1], place[0])[2])


def velocity_of(course_deg: float, speed_mps: float, n: int) -> Float64:
    """Return (n, 3) of one steady velocity."""
    course = radians(course_deg)
    return np.tile([speed_mps * sin(course), speed_mps * cos(course), 0.0], (n, 1))


def ground_speed(velocity: Float64) -> float:
    """Return the speed of one velocity."""
    return hypot(velocity[0], velocity[1])
