"""How particles fly on: courses that end and are followed by others, by the manner of their class."""

from __future__ import annotations

from typing import Any

import numpy as np

from sargas.assessment.lost.chance import draw, draw_small
from sargas.assessment.lost.figures import DRIFTING, ROTARY
from sargas.assessment.lost.particles import DOWN, FLIES, GROUND, LOW, LOWEST_CRUISE_M, Particles
from sargas.model.columns import UInt64
from sargas.model.kernel import inner_kernel, kernel

GRAVITY_MPS2 = 9.81
RAD_PER_DEG = float(np.pi / 180.0)
SLOWEST_TURN_MPS = 8.0
LEVEL_OFF_S = 60.0
"""Climb and descent of what flies on die away."""
STOP_S = 6.0
"""What can hover and lands slows down by e in so long; what cannot, over ``SLOW_S``."""
SLOW_S = 150.0
WIND_CHANGE, WIND_SHEAR = 0.05, 0.12
"""Random walk of the wind that carries it: m/s in a root second, and in a root metre of height."""
WIND_PER_M = 0.3 / 1000.0
"""The wind at a height, against that near the ground: 0.8 + so much."""


@kernel
def fly(particles: Particles, streams: UInt64, step_s: float, manners: Any) -> None:
    """Move every particle on by ``step_s``."""
    root, level_off = np.sqrt(step_s), np.exp(-step_s / LEVEL_OFF_S)
    for i in range(len(particles)):
        p = particles[i]
        if p.intent == GROUND:
            continue
        manner = manners[p.kind]
        p.left_s -= step_s
        if p.left_s <= 0.0 and manner.style != DRIFTING:
            _take_course(p, manner, streams, i)
        a, b, u = draw_small(streams, i)
        change = 1.0 + manner.speed_walk * root * b
        _turn(p, p.turn_rad_s * step_s + RAD_PER_DEG * manner.heading_walk * root * a, change)
        if p.intent == FLIES or p.intent == LOW:
            _change_mind(p, manner, step_s, u, streams, i)
        if manner.style == DRIFTING:
            shear = WIND_CHANGE * root + WIND_SHEAR * np.sqrt(abs(p.climb_mps) * step_s)
            p.vx_mps += shear * a
            p.vy_mps += shear * b
        _climb(p, manner, step_s, level_off)
        p.x_m += p.vx_mps * step_s
        p.y_m += p.vy_mps * step_s


@inner_kernel
def _turn(p: Any, angle_rad: float, change: float) -> None:
    """Turn the velocity and change the speed; the series is right to 1e-6 where it is used."""
    if abs(angle_rad) < 0.1:
        square = angle_rad * angle_rad
        c, s = change * (1.0 - 0.5 * square + square * square / 24.0), change * angle_rad * (1.0 - square / 6.0)
    else:
        c, s = change * np.cos(angle_rad), change * np.sin(angle_rad)
    p.vx_mps, p.vy_mps = c * p.vx_mps - s * p.vy_mps, s * p.vx_mps + c * p.vy_mps


@inner_kernel
def _between(bounds: Any, u: float) -> float:
    """Return a value evenly in the logarithm."""
    return float(bounds[0] * (bounds[1] / bounds[0]) ** u)


@inner_kernel
def _take_course(p: Any, manner: Any, streams: UInt64, i: int) -> None:
    """Take the next course: home where it has strayed, else a turn, circles, or straight on; rotary kinds a dash."""
    u, v, w = draw(streams, i), draw(streams, i), draw(streams, i)
    dx, dy = p.home_x_m - p.x_m, p.home_y_m - p.y_m
    away = np.sqrt(dx * dx + dy * dy)
    strayed = p.home_m > 0.0 and away > p.home_m
    p.turn_rad_s = 0.0
    if manner.style == ROTARY:
        p.left_s = _between(manner.straight_s, v)
        speed = manner.cruise_mps[0] + (manner.cruise_mps[1] - manner.cruise_mps[0]) * w * w
        if u < 0.35 and not strayed:
            speed = 0.0
        angle = 2.0 * np.pi * draw(streams, i)
        toward = np.arctan2(dy, dx)
        if strayed or u > 0.9:
            angle = toward
            p.left_s = min(p.left_s, away / max(speed, 1.0))
        if p.intent != DOWN:
            p.vx_mps, p.vy_mps = speed * np.cos(angle), speed * np.sin(angle)
        return
    speed = max(np.sqrt(p.vx_mps * p.vx_mps + p.vy_mps * p.vy_mps), SLOWEST_TURN_MPS)
    bank = np.deg2rad(manner.bank_deg[0] + (manner.bank_deg[1] - manner.bank_deg[0]) * w)
    rate = GRAVITY_MPS2 * np.tan(bank) / speed
    side = 1.0 if draw(streams, i) < 0.5 else -1.0
    if strayed:
        off = np.arctan2(p.vx_mps * dy - p.vy_mps * dx, p.vx_mps * dx + p.vy_mps * dy)
        p.turn_rad_s = np.sign(off) * rate
        p.left_s = max(abs(off) / rate, 2.0)
    elif u < manner.turn_share:
        p.turn_rad_s = side * rate
        angle = np.deg2rad(manner.angle_deg[0] + (manner.angle_deg[1] - manner.angle_deg[0]) * v)
        p.left_s = angle / rate
    elif u < manner.turn_share + manner.circle_share:
        p.turn_rad_s = side * rate
        p.left_s = _between(manner.circle_s, v)
    else:
        p.left_s = _between(manner.straight_s, v)


@inner_kernel
def _change_mind(p: Any, manner: Any, step_s: float, u: float, streams: UInt64, i: int) -> None:
    end = manner.ends_per_h * step_s / 3600.0
    dive = manner.dives_per_h * step_s / 3600.0 if p.intent == FLIES else 0.0
    if u < end:
        steep = draw(streams, i) < manner.crash_share
        bounds = manner.crash_mps if steep else manner.land_mps
        p.intent, p.level_m = DOWN, 1.0 if steep else 0.0
        p.climb_mps = -(bounds[0] + (bounds[1] - bounds[0]) * draw(streams, i) ** 2)
    elif u < end + dive:
        p.intent = LOW
        p.climb_mps = -(manner.dive_mps[0] + (manner.dive_mps[1] - manner.dive_mps[0]) * draw(streams, i))


@inner_kernel
def _climb(p: Any, manner: Any, step_s: float, level_off: float) -> None:
    before = p.height_m
    p.height_m += p.climb_mps * step_s
    if p.intent == FLIES:
        if manner.style == DRIFTING:
            if p.height_m <= 0.0:
                _settle(p)
        else:
            p.climb_mps *= level_off
            if p.height_m < LOWEST_CRUISE_M:
                p.height_m, p.climb_mps = LOWEST_CRUISE_M, 0.0
    elif p.intent == LOW:
        if p.height_m <= p.level_m or before <= p.level_m:
            p.height_m, p.climb_mps = p.level_m, 0.0
    else:
        if p.level_m == 0.0 and manner.style != DRIFTING:
            slower = np.exp(-step_s / (STOP_S if manner.style == ROTARY else SLOW_S))
            p.vx_mps *= slower
            p.vy_mps *= slower
        if p.height_m <= 0.0:
            _settle(p)
    if manner.style == DRIFTING and p.intent != GROUND:
        ratio = (0.8 + WIND_PER_M * min(p.height_m, 11_000.0)) / (0.8 + WIND_PER_M * min(max(before, 0.0), 11_000.0))
        p.vx_mps *= ratio
        p.vy_mps *= ratio


@inner_kernel
def _settle(p: Any) -> None:
    p.intent, p.height_m, p.vx_mps, p.vy_mps, p.climb_mps = GROUND, 0.0, 0.0, 0.0, 0.0
