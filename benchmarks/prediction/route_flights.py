"""Seeded flights along routes, and the routes: rivers and valleys that wind, airways with few corners.

A flight joins its route somewhere, keeps to its corridor by steering for a point ahead, and may leave it at a corner.
"""

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin

import numpy as np
from numba import njit

from benchmarks.prediction.flights import Flight, Floats, places_on_earth
from sargas.assessment.prediction.frame import FRAME, set_frame
from sargas.model.records import Route

KINDS = {"one_way_drone": (30.0, 60.0), "light_aircraft": (30.0, 75.0), "helicopter": (25.0, 70.0),
         "airliner": (150.0, 250.0)}  # fmt: skip
LEAVES = 0.06
"""Probability at each corner that a flight leaves its route there."""


def route_flight(kind: str, duration_s: int, generator: np.random.Generator) -> tuple[Flight, Route]:
    """Fly one object of a kind along a route somewhere in Europe."""
    frame = np.zeros(FRAME)
    set_frame(frame, generator.uniform(40.0, 60.0), generator.uniform(0.0, 30.0))
    winds = kind != "airliner"
    line = _line(winds, generator)
    width_m = float(generator.uniform(600.0, 3000.0) if winds else generator.uniform(4000.0, 10_000.0))
    speed_mps = float(generator.uniform(*KINDS[kind]))
    motion = np.empty((duration_s + 1, 7))
    _follow(motion, line, width_m, speed_mps, 0.6 if winds else 0.8, generator)
    corners = tuple((float(longitude), float(latitude)) for latitude, longitude in places_on_earth(frame, line))
    flight = Flight(f"route {kind}", "", kind, motion[:, 0], motion[:, 1:4], motion[:, 4:7], frame)
    return flight, Route(id="route", name="route", line=corners, width_m=width_m)


def route_through(flight: Flight, generator: np.random.Generator) -> Route:
    """Draw a route that winds through where a flight is, of which the flight knows nothing."""
    line = _line(True, generator)
    at = flight.place[int(generator.integers(len(flight.place))), :2]
    line = line - line[len(line) // 2] + at
    corners = tuple((float(longitude), float(latitude)) for latitude, longitude in places_on_earth(flight.frame, line))
    return Route(id="route", name="route", line=corners, width_m=float(generator.uniform(600.0, 3000.0)))


def _line(winds: bool, generator: np.random.Generator) -> Floats:
    """Draw the corners (n, 2) of a line: legs of 2 to 12 km that wind, or of 30 to 90 km."""
    n = int(generator.integers(12, 30)) if winds else int(generator.integers(4, 8))
    low, high, bend = (2e3, 12e3, 0.6) if winds else (30e3, 90e3, 0.5)
    course = generator.uniform(0.0, 2.0 * pi) + np.cumsum(bend * generator.normal(size=n).clip(-2.0, 2.0))
    length = generator.uniform(low, high, n)
    legs = np.column_stack([np.cos(course), np.sin(course)]) * length[:, None]
    return np.vstack([np.zeros(2), np.cumsum(legs, axis=0)]) - legs[: n // 3].sum(axis=0)


@njit(cache=True, nogil=True, error_model="numpy")
def _follow(
    track: Floats, line: Floats, width_m: float, speed_mps: float, spread: float, generator: np.random.Generator
) -> None:
    """Steer for a point ahead on the line, with an offset that wanders within the corridor."""
    leg = int(generator.integers(0, max(1, len(line) // 2)))
    share = generator.random()
    offset = spread * 0.25 * width_m * generator.normal()
    x = line[leg, 0] + share * (line[leg + 1, 0] - line[leg, 0])
    y = line[leg, 1] + share * (line[leg + 1, 1] - line[leg, 1])
    heading = atan2(line[leg + 1, 1] - y, line[leg + 1, 0] - x) + 0.3 * generator.normal()
    x, y = x + 0.3 * width_m * generator.normal(), y + 0.3 * width_m * generator.normal()
    speed, has_left, z = speed_mps, False, generator.uniform(100.0, 2000.0)
    most = np.radians(generator.uniform(1.5, 5.0)) * min(1.0, 60.0 / speed_mps)
    ahead_m = generator.uniform(8.0, 25.0) * speed_mps
    rough = generator.uniform(0.03, 1.0)
    for k in range(len(track)):
        vx, vy = speed * cos(heading), speed * sin(heading)
        track[k, 0], track[k, 1], track[k, 2], track[k, 3] = k, x, y, z
        track[k, 4], track[k, 5], track[k, 6] = vx, vy, 0.0
        dx, dy = line[leg + 1, 0] - line[leg, 0], line[leg + 1, 1] - line[leg, 1]
        length = hypot(dx, dy)
        gone = ((x - line[leg, 0]) * dx + (y - line[leg, 1]) * dy) / length
        if gone + ahead_m > length and not has_left and leg < len(line) - 2:
            leg += 1
            if generator.random() < LEAVES:
                has_left = True
                heading += 0.5 * generator.normal()
        elif not has_left:
            aim_x = line[leg, 0] + (dx * (gone + ahead_m) - dy * offset) / length
            aim_y = line[leg, 1] + (dy * (gone + ahead_m) + dx * offset) / length
            off = (atan2(aim_y - y, aim_x - x) - heading + pi) % (2.0 * pi) - pi
            heading += min(max(off, -most), most)
        offset += -0.01 * offset + spread * 0.035 * width_m * generator.normal()
        heading += rough * 0.003 * generator.normal()
        speed += 0.03 * (speed_mps - speed) + rough * 0.006 * speed_mps * generator.normal()
        x, y = x + vx, y + vy
