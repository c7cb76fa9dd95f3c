"""Seeded drones that fly to a place by way points: what goals and times of arrival are measured on."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin

import numpy as np

from sargas.model.columns import Float64


@dataclass(frozen=True, slots=True)
class Inbound:
    """One flight: its states each second (n, 5: second, x, y, rates; m, m/s) until it is at its goal, and which."""

    states: Float64
    goal: int


def fly_inbound(goals: Float64, generator: np.random.Generator) -> Inbound:
    """Fly one drone from 30 to 120 km off to one of ``goals`` (z, 2: x, y m) over up to four way points.

    Way points lie aside of the straight way by up to a third of its length, at random; turns take their time, the speed
    wanders by some percent, and the wind is in it.
    """
    goal = int(generator.integers(len(goals)))
    target = goals[goal]
    bearing, away_m = generator.uniform(0.0, 2.0 * pi), generator.uniform(30e3, 120e3)
    start = target + away_m * np.array([cos(bearing), sin(bearing)])
    stops = np.sort(generator.uniform(0.1, 0.95, generator.integers(0, 5)))
    along, aside = target - start, np.array([-(target - start)[1], (target - start)[0]])
    points = [start + share * along + aside * min(0.33, 0.12 * abs(z)) * np.sign(z) for share, z in
              zip(stops, generator.normal(size=len(stops)), strict=True)]  # fmt: skip
    return Inbound(_fly([start, *points, target], generator), goal)


def _fly(points: list[Float64], generator: np.random.Generator) -> Float64:
    speed_mps = generator.uniform(35.0, 56.0)
    turn_rad_s = np.radians(generator.uniform(2.0, 6.0))
    x, y = points[0]
    heading = atan2(points[1][1] - y, points[1][0] - x)
    rows: list[tuple[float, ...]] = []
    speed = speed_mps
    for point in points[1:]:
        while hypot(point[0] - x, point[1] - y) > 1.2 * speed_mps / turn_rad_s * 0.5 and len(rows) < 10_000:
            wanted = atan2(point[1] - y, point[0] - x)
            off = (wanted - heading + pi) % (2.0 * pi) - pi
            heading += min(max(off, -turn_rad_s), turn_rad_s) + np.radians(0.2) * generator.normal()
            speed += 0.02 * (speed_mps - speed) + 0.15 * generator.normal()
            vx, vy = speed * cos(heading), speed * sin(heading)
            rows.append((float(len(rows)), x, y, vx, vy))
            x, y = x + vx, y + vy
    return np.array(rows)
