"""What flies by moving forward: aircraft, winged drones, birds. Turns by bank, speed and climb with lag, in modes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.exercise.flights.air import Air, wander
from sargas.exercise.flights.kinds import Kind, Pair
from sargas.exercise.flights.path import STEP_S, Paths, draw_heights
from sargas.model.columns import Float64, Int64

GRAVITY_MPS2 = 9.81
SLOWEST_TURN_MPS = 12.0
"""Below this speed a helicopter turns by pedal: its bank no longer says how fast."""
HOME_BANK_RAD = np.deg2rad(28.0)
GUST_S = 6.0


@dataclass(slots=True)
class _Commands:
    """What each flight tries to do (n,), and for how much longer (s)."""

    left_s: Float64
    bank_rad: Float64
    side: Float64
    speed_mps: Float64
    climb_mps: Float64


def fly_winged(kind: Kind, n: int, seconds: int, rng: np.random.Generator) -> Paths:
    """Fly n flights of one kind for whole seconds, from somewhere in the middle of them."""
    paths, air = Paths.empty(n, seconds), Air.draw(n, rng)
    cruise = rng.uniform(*kind.cruise_mps, n)
    home = np.full(n, np.inf) if kind.home_m is None else _log_uniform(rng, kind.home_m, n)
    commands = _Commands(*(np.zeros(n) for _ in range(5)))
    heading, speed, turn, climb = rng.uniform(-np.pi, np.pi, n), cruise.copy(), np.zeros(n), np.zeros(n)
    position = np.stack([np.zeros(n), np.zeros(n), draw_heights(rng, n, kind.height_m, kind.low_share)], axis=1)
    noises, gust, stray = np.zeros((3, n)), np.zeros((n, 3)), np.zeros((n, 2))
    reach = np.zeros(n) if kind.wander_m is None else _log_uniform(rng, kind.wander_m, n)
    accel = float(kind.accel_mps2) if not isinstance(kind.accel_mps2, tuple) else kind.accel_mps2[0]
    for step in range(round(seconds / STEP_S)):
        done = np.flatnonzero(commands.left_s <= 0.0)
        _choose(commands, done, kind, cruise, position[:, 2], rng)
        if step == 0:
            commands.left_s *= rng.random(n)
            speed, climb = commands.speed_mps.copy(), commands.climb_mps.copy()
        commands.left_s -= STEP_S
        bank, side = _turn_home(commands, position, heading, home)
        rate = side * GRAVITY_MPS2 * np.tan(bank) / np.maximum(speed, SLOWEST_TURN_MPS)
        turn += (rate - turn) * min(1.0, STEP_S / kind.roll_s)
        speed += np.clip(commands.speed_mps - speed, -accel * STEP_S, accel * STEP_S)
        climb += (commands.climb_mps - climb) * min(1.0, STEP_S / kind.pitch_s)
        normal = rng.standard_normal((8, n))
        noises[0] = wander(noises[0], np.deg2rad(kind.heading_noise_deg_s), 4.0, STEP_S, normal[0])
        noises[1] = wander(noises[1], kind.speed_noise_mps, 8.0, STEP_S, normal[1])
        noises[2] = wander(noises[2], kind.climb_noise_mps, 4.0, STEP_S, normal[2])
        gust = wander(gust, kind.gust_share * air.gust_mps[:, None], GUST_S, STEP_S, normal[3:6].T)
        before = stray
        stray = wander(stray, reach[:, None], 20.0, STEP_S, normal[6:8].T)
        east, north = air.wind(position[:, 2])
        over_ground, drift = _over_ground(kind, np.maximum(speed + noises[1], 0.0), heading, east, north)
        scale = over_ground / np.maximum(speed, 1.0) if kind.holds_track else 1.0
        heading += (turn * np.clip(scale, 0.3, 2.0) + noises[0]) * STEP_S
        velocity = np.stack(
            [
                over_ground * np.sin(heading) + drift[0] + gust[:, 0] + (stray - before)[:, 0] / STEP_S,
                over_ground * np.cos(heading) + drift[1] + gust[:, 1] + (stray - before)[:, 1] / STEP_S,
                climb + noises[2] + 0.5 * gust[:, 2],
            ],
            axis=1,
        )
        position = position + velocity * STEP_S
        position[:, 2] = np.maximum(position[:, 2], 0.0)
        if step % 2 == 1:
            paths.put(step // 2, position, velocity)
    return paths


def _log_uniform(rng: np.random.Generator, bounds: Pair, n: int) -> Float64:
    return np.exp(rng.uniform(np.log(bounds[0]), np.log(bounds[1]), n))


def _choose(
    commands: _Commands, rows: Int64, kind: Kind, cruise: Float64, height_m: Float64, rng: np.random.Generator
) -> None:
    """Give the flights of these rows a new mode; who is out of its heights climbs or sinks back."""
    if not len(rows):
        return
    weights = np.array([mode.weight for mode in kind.mode])
    modes = rng.choice(len(kind.mode), len(rows), p=weights / weights.sum())
    draws = rng.random((5, len(rows)))

    def draw(name: str, row: int) -> Float64:
        low, high = (np.array([getattr(mode, name)[side] for mode in kind.mode])[modes] for side in (0, 1))
        values: Float64 = low + (high - low) * draws[row]
        return values

    bank, climb = np.deg2rad(draw("bank_deg", 0)), draw("climb", 1)
    speed = draw("speed", 2) * cruise[rows]
    low_s, high_s = (np.array([mode.seconds[side] for mode in kind.mode])[modes] for side in (0, 1))
    lasts = low_s * (high_s / low_s) ** draws[3]
    angles = np.array([mode.angle_deg or (np.nan, np.nan) for mode in kind.mode])[modes]
    angle = np.deg2rad(angles[:, 0] + (angles[:, 1] - angles[:, 0]) * draws[4])
    rate = GRAVITY_MPS2 * np.tan(np.maximum(bank, 1e-3)) / np.maximum(speed, SLOWEST_TURN_MPS)
    lasts = np.where(np.isnan(angle), lasts, np.clip(angle / rate, 1.0, 400.0))
    low_m, high_m = kind.height_m
    climb = np.where(height_m[rows] < low_m, np.abs(climb), np.where(height_m[rows] > high_m, -np.abs(climb), climb))
    commands.left_s[rows], commands.bank_rad[rows], commands.climb_mps[rows] = lasts, bank, climb
    commands.speed_mps[rows], commands.side[rows] = speed, rng.choice((-1.0, 1.0), len(rows))


def _turn_home(commands: _Commands, position: Float64, heading: Float64, home: Float64) -> tuple[Float64, Float64]:
    """Return bank and side, towards home for those that are too far from it and fly away."""
    bearing = np.arctan2(-position[:, 0], -position[:, 1])
    off = np.angle(np.exp(1j * (bearing - heading)))
    away = (np.hypot(position[:, 0], position[:, 1]) > home) & (np.abs(off) > 0.5)
    return np.where(away, HOME_BANK_RAD, commands.bank_rad), np.where(away, np.sign(off), commands.side)


def _over_ground(
    kind: Kind, speed: Float64, heading: Float64, east: Float64, north: Float64
) -> tuple[Float64, tuple[Float64, Float64]]:
    """Return the speed along the heading and the drift: who holds a track crabs, others are carried along."""
    if not kind.holds_track:
        return speed, (east, north)
    along = east * np.sin(heading) + north * np.cos(heading)
    across = np.sqrt(np.maximum(east * east + north * north - along * along, 0.0))
    is_slow = speed < SLOWEST_TURN_MPS  # a hovering helicopter or a model plane against a gale holds its place
    made = along + np.sqrt(np.maximum(speed * speed - across * across, 0.0))
    still = np.zeros_like(speed)
    return np.maximum(np.where(is_slow & (kind.flight_class == "helicopter"), speed, made), 0.0), (still, still)
