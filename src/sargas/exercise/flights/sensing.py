"""What sensors and trackers make of a flight: when it is seen, how exactly, with velocities or not. Classes alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.exercise.flights.path import Paths
from sargas.model.columns import Float64, Int64

METRES_PER_DEGREE = 111_195.0
FOOT_M = 0.3048
KNOT_MPS = 0.514444
HIGHEST_GROUND_M = 1500.0
SMOOTHED, GIVEN = 0.3, 0.35
"""Shares of tracks that a tracker smoothed, and whose velocities the object itself gives; the others have none."""


FRESH, OLDER = 0.5, 0.4
"""Shares of tracks whose places are of their own time, and of one a little before; the others are a feed's."""
LATEST_S = 12.0
"""Age up to which a feed repeats a place."""


@dataclass(frozen=True, slots=True)
class Sightings:
    """States of n tracks, one after the other: track i has rows ``start[i]`` to ``start[i + 1]``; NaN: not known."""

    start: Int64
    time_s: Float64
    latitude_deg: Float64
    longitude_deg: Float64
    altitude_m: Float64
    velocity_east_mps: Float64
    velocity_north_mps: Float64
    velocity_up_mps: Float64

    def __len__(self) -> int:
        return len(self.start) - 1


def sight(paths: Paths, rng: np.random.Generator) -> Sightings:
    """See every flight with a sensor of its own, drawn without regard to what it is."""
    n, seconds = paths.position_m.shape[:2]
    columns: list[Float64] = []
    lengths = np.zeros(n, np.int64)
    for i in range(n):
        states = _see_one(paths.position_m[i], paths.velocity_mps[i], seconds, rng)
        lengths[i] = len(states)
        columns.append(states)
    rows = np.concatenate(columns)
    return Sightings(np.concatenate([[0], lengths.cumsum()]), *np.ascontiguousarray(rows.T))


def _see_one(position_m: Float64, velocity_mps: Float64, seconds: int, rng: np.random.Generator) -> Float64:
    """Return (rows, 7): time s, latitude, longitude deg, altitude m, velocity east, north, up m/s."""
    time_s = _draw_times(seconds, rng)
    place, velocity = _between(position_m, velocity_mps, _place_times(time_s, rng))
    place = place + _noise(len(time_s), rng, time_s)
    style = rng.random()
    if style < SMOOTHED:
        smoothed = np.zeros((len(time_s), 6))
        follow(time_s, place, rng.uniform(0.25, 0.8), smoothed)
        place, velocity = smoothed[:, :3], smoothed[:, 3:]
    elif style < SMOOTHED + GIVEN:
        velocity = _as_given(velocity, rng)
    else:
        velocity = np.full((len(time_s), 3), np.nan)
    if rng.random() < 0.2:
        velocity[:, 2] = np.nan
    if rng.random() < 0.15:
        velocity[rng.random(len(time_s)) < rng.uniform(0.0, 0.5)] = np.nan
    return _as_reported(time_s, place, velocity, rng)


def _draw_times(seconds: int, rng: np.random.Generator) -> Float64:
    period = rng.choice((1.0, float(np.exp(rng.uniform(np.log(0.4), np.log(12.0)))), 10.0), p=(0.35, 0.53, 0.12))
    first = rng.uniform(3.0, min(60.0, seconds / 4.0))
    time_s = np.arange(first, seconds - 2.0, period)
    time_s = time_s + rng.normal(0.0, rng.choice((0.0, 0.02, 0.15)) * period, len(time_s))
    seen = rng.random(len(time_s)) >= rng.choice((0.0, 0.05, 0.3), p=(0.5, 0.3, 0.2))
    seen[:2] = True
    time_s = np.maximum.accumulate(time_s[seen])
    if rng.random() < 0.25:
        time_s = np.floor(time_s)
    fresh = np.concatenate([[True], np.diff(time_s) > 1e-3])
    return time_s[fresh]


def _place_times(time_s: Float64, rng: np.random.Generator) -> Float64:
    """Return the times that places are of: a report's own, a little before it, or a feed's last known one.

    A feed at even times tells the last place heard: fresh, but for reports that went unheard for seconds, and the first
    of a record oftener (state vectors of ADS-B networks, whose time of the place is not their time).
    """
    style = rng.random()
    if style < FRESH:
        return time_s
    if style < FRESH + OLDER:
        return time_s - rng.uniform(0.0, rng.choice((1.0, 3.0, 6.0), p=(0.5, 0.3, 0.2)), len(time_s))
    is_late = rng.random(len(time_s)) < rng.uniform(0.02, 0.3)
    is_late[0] = rng.random() < 0.4
    age = rng.uniform(0.0, np.where(is_late, LATEST_S, 1.0))
    return np.asarray(np.maximum.accumulate(time_s - age), np.float64)


def _between(position_m: Float64, velocity_mps: Float64, time_s: Float64) -> tuple[Float64, Float64]:
    """Interpolate places and velocities at times (Hermite between whole seconds)."""
    at = np.clip(time_s, 0.0, len(position_m) - 1.001)
    k = at.astype(np.int64)
    s = (at - k)[:, None]
    p, q, v, w = position_m[k], position_m[k + 1], velocity_mps[k], velocity_mps[k + 1]
    place = p * (1 + 2 * s) * (1 - s) ** 2 + v * s * (1 - s) ** 2 + q * s * s * (3 - 2 * s) + w * s * s * (s - 1)
    return place, v + (w - v) * s


def _noise(n: int, rng: np.random.Generator, time_s: Float64) -> Float64:
    """Draw the error of the place (n, 3): white or slow, of unlike sigma along and across, larger in height."""
    is_fine = rng.random() < 0.4
    sigma = float(np.exp(rng.uniform(np.log(0.4), np.log(6.0)) if is_fine else rng.uniform(np.log(3.0), np.log(120.0))))
    shape = np.array([sigma, sigma * np.exp(rng.uniform(np.log(0.3), 0.0)), 0.0])
    angle = rng.uniform(0.0, np.pi)
    up = sigma * float(np.exp(rng.uniform(np.log(0.3), np.log(4.0))))
    white = rng.standard_normal((n, 3))
    if rng.random() < 0.3:
        keep = np.exp(-np.diff(time_s, prepend=time_s[0]) / rng.uniform(3.0, 40.0))
        fresh = np.sqrt(1.0 - keep * keep)
        slow = white.copy()
        for k in range(1, n):
            slow[k] = keep[k] * slow[k - 1] + fresh[k] * white[k]
        white = slow
    east = shape[0] * white[:, 0] * np.cos(angle) - shape[1] * white[:, 1] * np.sin(angle)
    north = shape[0] * white[:, 0] * np.sin(angle) + shape[1] * white[:, 1] * np.cos(angle)
    return np.stack([east, north, up * white[:, 2]], axis=1)


def _as_given(velocity: Float64, rng: np.random.Generator) -> Float64:
    """Round velocities to knots and steps of 64 ft/min as transponders do, or add noise as a log does."""
    if rng.random() < 0.5:
        speed = np.round(np.hypot(velocity[:, 0], velocity[:, 1]) / KNOT_MPS) * KNOT_MPS
        track = np.arctan2(velocity[:, 0], velocity[:, 1])
        step = 64.0 * FOOT_M / 60.0
        up = np.round(velocity[:, 2] / step) * step
        return np.stack([speed * np.sin(track), speed * np.cos(track), up], axis=1)
    sigma = float(np.exp(rng.uniform(np.log(0.05), np.log(3.0))))
    return velocity + sigma * rng.standard_normal(velocity.shape)


def _as_reported(time_s: Float64, place: Float64, velocity: Float64, rng: np.random.Generator) -> Float64:
    """Put the flight somewhere on the earth, and round and hold its place as feeds do."""
    latitude_0, longitude_0 = rng.uniform(30.0, 66.0), rng.uniform(-20.0, 40.0)
    ground = rng.uniform(0.0, HIGHEST_GROUND_M) * rng.random()
    latitude = latitude_0 + place[:, 1] / METRES_PER_DEGREE
    longitude = longitude_0 + place[:, 0] / (METRES_PER_DEGREE * np.cos(np.deg2rad(latitude)))
    altitude = place[:, 2] + ground + rng.normal(0.0, 40.0)
    step = rng.choice((0.0, 25.0 * FOOT_M, 100.0 * FOOT_M, 1.0), p=(0.5, 0.25, 0.1, 0.15))
    if step > 0.0:
        altitude = np.round(altitude / step) * step
    grid = rng.choice((0.0, 1e-5, 1e-4), p=(0.8, 0.15, 0.05))
    if grid > 0.0:
        latitude, longitude = np.round(latitude / grid) * grid, np.round(longitude / grid) * grid
    states = np.column_stack([time_s, latitude, longitude, altitude, velocity])
    if rng.random() < 0.12:
        held = rng.random(len(states)) < rng.uniform(0.05, 0.4)
        held[0] = False
        last = np.maximum.accumulate(np.where(held, 0, np.arange(len(states))))
        states[:, 1:3] = states[last, 1:3]
    if rng.random() < 0.06:
        states[:, 3] = np.nan
        states[:, 6] = np.nan
    return states


def follow(time_s: Float64, place: Float64, alpha: float, out: Float64) -> None:
    """Smooth places (n, 3) m as an alpha-beta tracker does; writes places and velocities (n, 6).

    Source: Kalata 1984, beta = alpha^2 / (2 - alpha).
    """
    beta = alpha * alpha / (2.0 - alpha)
    step_s = np.maximum(np.diff(time_s), 1e-3).tolist()
    for axis in range(3):
        line = place[:, axis].tolist()  # plain floats: faster than arrays of one
        at, speed = line[0], (line[1] - line[0]) / step_s[0] if step_s else 0.0
        states = [(at, speed)]
        for seen, dt in zip(line[1:], step_s, strict=True):
            miss = seen - (at + speed * dt)
            at += speed * dt + alpha * miss
            speed += beta * miss / dt
            states.append((at, speed))
        out[:, axis], out[:, axis + 3] = np.array(states).T
