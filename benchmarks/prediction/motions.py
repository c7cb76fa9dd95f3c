"""Seeded motion of single objects, second by second: what forecasts are trained on where no real flights are at hand.

These are simulated tracks, not measured ones. Ranges are those of kinds of objects (domain figures) and of what is
published of soaring birds, gliders and model aircraft; every object draws its own speed, wind, habit and patience.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, exp, hypot, pi, sin, sqrt, tan

import numpy as np
from numba import njit

from benchmarks.prediction.wanderers import WANDERERS, wander
from sargas.model.columns import Float64

GRAVITY_MPS2 = 9.81
CALMEST = 0.03
"""How rough the calmest flight is, of the roughest: gusts and hands that are never still."""


@dataclass(frozen=True, slots=True)
class Winged:
    """How a kind of object that must keep moving flies; ranges are drawn from once for each object."""

    speed_mps: tuple[float, float]
    bank_deg: tuple[float, float]
    leg_s: tuple[float, float]
    """Mean time straight on."""
    circle_s: tuple[float, float]
    """Mean time of circling."""
    circling: tuple[float, float]
    """Share of legs that are followed by circling; the others by a turn."""
    climb_mps: tuple[float, float]
    circle_climb_mps: tuple[float, float]
    wind_mps: tuple[float, float]
    wander_deg_s: float
    """Sigma of the turn rate when it flies straight on."""
    height_m: tuple[float, float]


WINGED = {
    "one_way_drone": Winged(
        (30, 60), (10, 30), (60, 900), (30, 90), (0, 0.05),
        (-1, 1), (0, 0), (0, 12), 0.15, (80, 3000),
    ),
    "small_fixed_wing_drone": Winged(
        (10, 32), (15, 45), (8, 120), (20, 240), (0, 0.8),
        (-2, 2), (-1, 2), (0, 9), 1.5, (50, 1500),
    ),
    "bird": Winged(
        (8, 19), (20, 45), (15, 240), (20, 240), (0, 0.9),
        (-1.2, 0.3), (0.3, 3.5), (0, 10), 3.0, (20, 1500),
    ),
    "bird_flock": Winged(
        (11, 22), (10, 30), (60, 600), (20, 120), (0, 0.3),
        (-0.5, 0.5), (0.2, 2), (0, 10), 1.0, (20, 2500),
    ),
    "glider": Winged(
        (22, 42), (20, 45), (15, 250), (30, 300), (0.2, 0.9),
        (-2, -0.4), (0.3, 3.5), (0, 12), 2.0, (300, 2800),
    ),
    "light_aircraft": Winged(
        (30, 75), (10, 30), (40, 600), (60, 300), (0, 0.2),
        (-4, 4), (-1, 1), (0, 12), 0.3, (150, 3000),
    ),
    "fast_jet": Winged(
        (130, 300), (15, 65), (20, 240), (40, 240), (0, 0.4),
        (-30, 30), (-5, 5), (0, 20), 0.3, (100, 11000),
    ),
    "helicopter": Winged(
        (20, 75), (8, 25), (40, 400), (40, 200), (0, 0.2),
        (-4, 4), (-1, 1), (0, 10), 0.8, (50, 1500),
    ),
}  # fmt: skip
ALL_KINDS = (*WINGED, "multirotor", "balloon")
TRAINING_KINDS = (*ALL_KINDS, "cruiser")
"""What the blend is trained on: also what is no class, and calibrates nothing."""
OTHER_HEIGHTS_M = {"multirotor": (20.0, 300.0), "cruiser": (3000.0, 12_000.0)}
TRAINED_WANDERING = 0.35
"""Share of the flights of a kind that go from turn to turn by chance (``wanderers``), where the blend is trained."""
WANDERING = {"multirotor": 0.85, "bird": 0.6}
"""The same where cones are calibrated, of the kinds of which more do: nobody knows how many roam and how many stay."""


def simulate_motion(
    kind: str, duration_s: int, generator: np.random.Generator, wandering: float = TRAINED_WANDERING
) -> Float64:
    """Return (duration_s + 1, 7): second, x east, y north, altitude (m), velocity east, north, up (m/s).

    ``wandering`` is the share of flights that go from turn to turn. Raises ValueError for a kind that is none of
    ``TRAINING_KINDS``.
    """
    track = np.empty((duration_s + 1, 7))
    if kind == "cruiser" or (kind in WANDERERS and generator.random() < wandering):
        lowest_m, highest_m = WINGED[kind].height_m if kind in WINGED else OTHER_HEIGHTS_M[kind]
        wander(track, kind, generator.uniform(lowest_m, highest_m), generator)
    elif kind in WINGED:
        how = WINGED[kind]
        drawn = np.array(
            [
                generator.uniform(*pair)
                for pair in (
                    how.speed_mps, how.bank_deg, how.leg_s, how.circle_s, how.circling, how.climb_mps,
                    how.circle_climb_mps, how.wind_mps, how.height_m,
                )
            ]
        )  # fmt: skip
        # legs and circles are of all lengths: the middle of a range is not the rule
        hover = 0.15 if kind == "helicopter" else 0.0
        _fly(track, drawn, np.radians(how.wander_deg_s), hover, np.array(how.climb_mps), generator)
    elif kind == "multirotor":
        _hop(track, generator)
    elif kind == "balloon":
        _drift(track, generator)
    else:
        raise ValueError(f"expected one of {', '.join(TRAINING_KINDS)}, was {kind!r}")
    return track


@njit(cache=True, nogil=True, error_model="numpy")
def _fly(
    track: Float64, drawn: Float64, wander: float, hover: float, climbs: Float64, generator: np.random.Generator
) -> None:
    cruise, bank, leg_s, circle_s, circling, climb, circle_climb, wind, height = drawn
    towards = generator.uniform(0.0, 2.0 * pi)
    wind_x, wind_y = wind * cos(towards), wind * sin(towards)
    heading = generator.uniform(0.0, 2.0 * pi)
    speed, x, y, z, drift, rise = cruise, 0.0, 0.0, height, 0.0, 0.0
    left_s, turn, aim_speed, aim_rise = generator.exponential(leg_s), 0.0, cruise, 0.0
    uneven, swing, haste = generator.uniform(0.05, 0.4), 0.0, generator.uniform(0.05, 0.35)
    # still air and an autopilot, to a rough day by hand
    rough = CALMEST ** generator.random()
    is_leg = True
    for k in range(len(track)):
        vx, vy = speed * cos(heading) + wind_x, speed * sin(heading) + wind_y
        track[k, 0], track[k, 1], track[k, 2], track[k, 3] = k, x, y, z
        track[k, 4], track[k, 5], track[k, 6] = vx, vy, rise
        if left_s <= 0.0:
            aim_speed = cruise * (1.0 + haste * generator.uniform(-1.0, 1.0))
            if is_leg and hover > 0.0 and generator.random() < hover:
                left_s, turn, aim_speed, aim_rise = generator.exponential(60.0) + 10.0, 0.0, 0.5, 0.0
            elif is_leg and generator.random() < circling:
                aim_speed *= 0.85
                turn = GRAVITY_MPS2 * tan(np.radians(bank)) / max(speed, 5.0) * (1 if generator.random() < 0.5 else -1)
                left_s, aim_rise = generator.exponential(circle_s) + 10.0, circle_climb * generator.uniform(0.3, 1.5)
            elif is_leg:
                rate = GRAVITY_MPS2 * tan(np.radians(bank)) / max(speed, 5.0) * generator.uniform(0.3, 1.0)
                by = min(generator.exponential(1.0), 3.5)
                turn = rate if generator.random() < 0.5 else -rate
                left_s = by / rate
            if not is_leg or left_s <= 0.0:
                left_s, turn = generator.exponential(leg_s) + 3.0, 0.0
                aim_rise = generator.uniform(climbs[0], climbs[1]) if generator.random() < 0.5 else 0.3 * climb
                is_leg = True
            else:
                is_leg = False
        left_s -= 1.0
        # what turns, climbs and hurries does so over a few seconds; air is never still
        drift += -0.3 * drift + rough * wander * 0.5 * generator.normal()
        swing += -0.07 * swing + 0.37 * generator.normal()
        heading += turn * max(0.1, 1.0 + uneven * swing) + drift
        speed += 0.15 * (aim_speed - speed) + 0.02 * rough * cruise * generator.normal()
        rise += 0.25 * (aim_rise - rise) + 0.15 * rough * generator.normal()
        if z + rise < 20.0:
            rise, aim_rise = max(rise, 0.0), abs(aim_rise)
        x, y, z = x + vx, y + vy, z + rise


@njit(cache=True, nogil=True, error_model="numpy")
def _hop(track: Float64, generator: np.random.Generator) -> None:
    """Fly as a multirotor: hover, dash between places near home, rows of a survey, round a point, or roam."""
    top = generator.uniform(3.0, 20.0)
    push = generator.uniform(0.8, 4.0)
    habit = generator.random()
    reach = top * generator.uniform(15.0, 80.0)
    hovering = generator.uniform(0.05, 0.5)
    x, y, z, vx, vy, rise = 0.0, 0.0, generator.uniform(20.0, 300.0), 0.0, 0.0, 0.0
    goal_x, goal_y, wait_s, aim = 0.0, 0.0, 0.0, top
    rough, way, whim = CALMEST ** generator.random(), generator.uniform(0.0, 2.0 * pi), generator.uniform(0.0, 0.12)
    row, radius, sense = 0, generator.uniform(15.0, 150.0), 1.0 if generator.random() < 0.5 else -1.0
    length, gap, tilt = generator.uniform(80.0, 600.0), generator.uniform(10.0, 60.0), generator.uniform(0.0, 2.0 * pi)
    for k in range(len(track)):
        track[k, 0], track[k, 1], track[k, 2], track[k, 3] = k, x, y, z
        track[k, 4], track[k, 5], track[k, 6] = vx, vy, rise
        if wait_s > 0.0:
            wait_s -= 1.0
            want_x, want_y = 0.0, 0.0
        elif habit < 0.2:
            out = max(hypot(x, y), 1.0)
            inward = 0.3 * (radius - out)
            want_x = -sense * aim * y / out + inward * x / out
            want_y = sense * aim * x / out + inward * y / out
        elif habit > 0.88:  # roams: never straight for long, now and then off to another side
            way += whim * generator.normal()
            if generator.random() < 0.03:
                way += generator.uniform(-1.5, 1.5)
            aim += 0.1 * (0.6 * top - aim) + 0.1 * top * generator.normal()
            want_x, want_y = max(aim, 0.0) * cos(way), max(aim, 0.0) * sin(way)
        else:
            dx, dy = goal_x - x, goal_y - y
            far = hypot(dx, dy)
            if far < max(3.0, 1.2 * aim):
                if habit < 0.5:  # rows of a survey, with a step aside at each end
                    row += 1
                    along, aside = length * ((row // 2) % 2), gap * ((row + 1) // 2)
                    goal_x = cos(tilt) * along - sin(tilt) * aside
                    goal_y = sin(tilt) * along + cos(tilt) * aside
                else:
                    goal_x, goal_y = reach * generator.normal(), reach * generator.normal()
                    aim = top * generator.uniform(0.3, 1.0)
                    if generator.random() < hovering:
                        wait_s = generator.exponential(25.0)
                want_x, want_y = 0.0, 0.0
            else:
                slow = min(aim, sqrt(2.0 * push * far) * 0.7)
                want_x, want_y = slow * dx / far, slow * dy / far
        need_x, need_y = want_x - vx, want_y - vy
        need = max(hypot(need_x, need_y), 1e-6)
        gained = min(push, 0.7 * need)
        vx += gained * need_x / need + 0.2 * rough * generator.normal()
        vy += gained * need_y / need + 0.2 * rough * generator.normal()
        if generator.random() < 0.05:
            rise = 1.5 * generator.normal() if generator.random() < 0.4 else 0.0
        if z + rise < 5.0:
            rise = 1.0
        x, y, z = x + vx, y + vy, z + rise


@njit(cache=True, nogil=True, error_model="numpy")
def _drift(track: Float64, generator: np.random.Generator) -> None:
    """Drift as a balloon: the wind turns and grows with height and changes slowly with time."""
    climb = generator.uniform(2.5, 6.5) if generator.random() < 0.7 else generator.uniform(-0.3, 0.3)
    z, top = generator.uniform(100.0, 12_000.0), generator.uniform(9_000.0, 32_000.0)
    speed, towards = generator.uniform(1.0, 12.0), generator.uniform(0.0, 2.0 * pi)
    layers = np.empty((400, 2))  # of 100 m
    wx, wy = speed * cos(towards), speed * sin(towards)
    shear, rough, sway = generator.uniform(0.3, 1.5), generator.uniform(0.0, 0.8), generator.uniform(0.0, 2.0)
    pace = generator.uniform(0.3, 0.7)
    for layer in range(400):
        wx += 0.16 * cos(towards) + shear * generator.normal()
        wy += 0.16 * sin(towards) + shear * generator.normal()
        # a random walk would blow any wind up: the wind is drawn back to what it was lower down
        wx += 0.02 * (speed * cos(towards) * (1.0 + layer / 60.0) - wx)
        wy += 0.02 * (speed * sin(towards) * (1.0 + layer / 60.0) - wy)
        layers[layer, 0], layers[layer, 1] = wx + rough * generator.normal(), wy + rough * generator.normal()
    x, y, gust_x, gust_y, burst = 0.0, 0.0, 0.0, 0.0, False
    for k in range(len(track)):
        up = climb + 0.3 * generator.normal()
        if burst:
            up = -max(5.0, 7.0 * exp(z / 14_000.0)) + 0.5 * generator.normal()
        at = min(max(z / 100.0, 0.0), 398.0)
        share = at - int(at)
        vx = layers[int(at), 0] * (1.0 - share) + layers[int(at) + 1, 0] * share + gust_x
        vy = layers[int(at), 1] * (1.0 - share) + layers[int(at) + 1, 1] * share + gust_y
        track[k, 0], track[k, 1], track[k, 2], track[k, 3] = k, x, y, z
        # the load swings below its balloon
        vx += sway * cos(pace * k) * 0.7
        vy += sway * sin(1.07 * pace * k) * 0.7
        track[k, 4], track[k, 5], track[k, 6] = vx, vy, up
        gust_x += -0.05 * gust_x + 0.2 * generator.normal()
        gust_y += -0.05 * gust_y + 0.2 * generator.normal()
        burst = burst or z > top
        x, y, z = x + vx, y + vy, max(z + up, 10.0)
