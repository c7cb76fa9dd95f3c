"""Seeded motion of who flies from turn to turn: straight legs between way points, roaming, loitering, wandering.

The textbook's jumping motion (a course that diffuses, turns that come by chance and last as long as they last, a speed
that wanders in its range), with all of its figures drawn for every object from ranges of one to three powers of ten:
between an autopilot over way points hundreds of seconds apart and a bird that never flies straight for two seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, exp, hypot, log, pi, sin

import numpy as np
from numba import njit

from sargas.model.columns import Float64

GRAVITY_MPS2 = 9.81
STEPS = 4
"""Steps a second: turns begin and end between two seconds."""


@dataclass(frozen=True, slots=True)
class Wanderer:
    """How a kind of object may go from turn to turn; each draws its own figures, uniform in their logarithms."""

    speed_mps: tuple[float, float]
    leg_s: tuple[float, float]
    """Mean time between the end of a turn and the next."""
    turn_deg_s: tuple[float, float]
    wander_deg: tuple[float, float]
    """Of the course, in one second; it grows with the root of time."""
    hurry_mps: tuple[float, float]
    """Of the speed, in one second."""
    wind_mps: float
    """Most of it; none for half of the objects."""
    homing: float
    """Share of objects that stay about a place."""


WANDERERS = {
    "one_way_drone": Wanderer((28, 65), (40, 1500), (1, 15), (0.01, 1.2), (0.01, 0.5), 10, 0.03),
    "small_fixed_wing_drone": Wanderer((9, 35), (8, 300), (4, 40), (0.1, 8), (0.02, 1.0), 8, 0.4),
    "bird": Wanderer((6, 20), (3, 300), (3, 40), (0.3, 12), (0.05, 1.2), 8, 0.3),
    "bird_flock": Wanderer((9, 23), (10, 500), (2, 25), (0.1, 5), (0.03, 0.6), 8, 0.15),
    "glider": Wanderer((20, 45), (10, 300), (2, 25), (0.1, 4), (0.05, 0.8), 10, 0.3),
    "light_aircraft": Wanderer((30, 95), (20, 900), (0.8, 10), (0.01, 2), (0.01, 0.8), 12, 0.15),
    "fast_jet": Wanderer((120, 320), (15, 600), (0.5, 12), (0.01, 1.5), (0.05, 2), 15, 0.15),
    "helicopter": Wanderer((15, 80), (15, 600), (1.5, 20), (0.02, 3), (0.03, 0.8), 10, 0.2),
    "multirotor": Wanderer((1, 25), (4, 300), (5, 60), (0.2, 15), (0.05, 2), 6, 0.35),
    "cruiser": Wanderer((90, 280), (60, 2500), (0.4, 4), (0.003, 0.4), (0.01, 0.6), 40, 0.03),
}  # fmt: skip
"""A cruiser is any large aircraft on its way: it trains the blend, airliners are calibrated on recorded flights."""


def wander(track: Float64, kind: str, height_m: float, generator: np.random.Generator) -> None:
    """Fill a track (n, 7) of seconds as ``motions.simulate_motion`` returns it. Raises KeyError for other kinds."""
    how = WANDERERS[kind]

    def drawn(pair: tuple[float, float]) -> float:
        return exp(generator.uniform(log(pair[0]), log(pair[1])))

    # narrow as a herd's, or as wide as what the kind can do
    mid, wide = generator.uniform(*how.speed_mps), generator.uniform(0.02, 1.0)
    low, high = how.speed_mps
    slowest = 0.0 if kind == "multirotor" and generator.random() < 0.6 else mid + wide * (low - mid)
    figures = np.array(
        [
            slowest, mid + wide * (high - mid), drawn(how.leg_s), np.radians(drawn(how.turn_deg_s)),
            np.radians(drawn(how.wander_deg)), drawn(how.hurry_mps),
            how.wind_mps * max(generator.uniform(-1.0, 1.0), 0.0), height_m, drawn((0.05, 0.6)),
            drawn((20.0, 300.0)) * mid if generator.random() < how.homing else 0.0,
            *_turns(generator),
        ]
    )  # fmt: skip
    _wander(track, figures, generator)


def _turns(generator: np.random.Generator) -> tuple[float, float, float]:
    """Draw the least and the widest turn (rad), and how often one goes to the side of the one before."""
    least = generator.uniform(0.05, 0.6)
    same = 0.5 if generator.random() < 0.6 else generator.choice([0.05, 0.9, 1.0])
    return least, least + generator.uniform(0.2, 2.6), float(same)


@njit(cache=True, nogil=True, error_model="numpy")
def _wander(track: Float64, figures: Float64, generator: np.random.Generator) -> None:
    slowest, fastest, leg_s, rate, restless, hurry, wind, z, climb, reach, least, widest, same = figures
    course, towards = generator.uniform(0.0, 2.0 * pi), generator.uniform(0.0, 2.0 * pi)
    wind_x, wind_y = wind * cos(towards), wind * sin(towards)
    speed = generator.uniform(slowest, fastest)
    x, y, rise, left_s, turn, side = 0.0, 0.0, 0.0, 0.0, 0.0, 1.0
    step = 1.0 / STEPS
    root = step**0.5
    for k in range(len(track)):
        vx, vy = speed * cos(course) + wind_x, speed * sin(course) + wind_y
        track[k, 0], track[k, 1], track[k, 2], track[k, 3] = k, x, y, z
        track[k, 4], track[k, 5], track[k, 6] = vx, vy, rise
        for _ in range(STEPS):
            if left_s <= 0.0 and generator.random() < step / leg_s:
                side = side if generator.random() < same else -side
                by = generator.uniform(least, widest)
                if reach > 0.0 and hypot(x, y) > reach:  # turns back
                    off = (course - np.arctan2(-y, -x) + pi) % (2.0 * pi) - pi
                    side, by = (-1.0 if off > 0.0 else 1.0), abs(off)
                left_s, turn = by / rate, side * rate
            course += (turn * step if left_s > 0.0 else 0.0) + restless * root * generator.normal()
            left_s -= step
            speed = min(max(speed + hurry * root * generator.normal(), slowest), fastest)
            x, y = x + (speed * cos(course) + wind_x) * step, y + (speed * sin(course) + wind_y) * step
        rise += -0.04 * rise + climb * generator.normal()
        if z + rise < 20.0:
            rise = max(rise, 0.0)
        z += rise
