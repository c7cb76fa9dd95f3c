"""Motions that the tests of the classifier share."""

from __future__ import annotations

import numpy as np

from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.model.label import Label
from sargas.model.tracks import EXCHANGE_SCHEMA, Tracks

START_NS = 1_760_000_000 * NS_PER_S
LATITUDE, LONGITUDE, METRES = 55.0, 24.0, 111_195.0


def straight(seconds: int, speed_mps: float, altitude_m: float = 300.0, step_s: float = 1.0) -> Float64:
    """Return states (n, 7) of an object due east; column 0 is the time in s."""
    t = np.arange(0.0, seconds, step_s)
    still = np.zeros(len(t))
    return place(t, speed_mps * t, still, still + altitude_m, still + speed_mps, still, still)


def circle(seconds: int, speed_mps: float, radius_m: float, climb_mps: float, wind_mps: float) -> Float64:
    """Return states of an object that circles in an air mass that moves east."""
    t = np.arange(0.0, seconds)
    angle = speed_mps / radius_m * t
    return place(
        t, radius_m * np.sin(angle) + wind_mps * t, radius_m * (1 - np.cos(angle)), 800.0 + climb_mps * t,
        speed_mps * np.cos(angle) + wind_mps, speed_mps * np.sin(angle), np.full(len(t), climb_mps),
    )  # fmt: skip


def place(
    t: Float64, east: Float64, north: Float64, up: Float64, v_east: Float64, v_north: Float64, v_up: Float64
) -> Float64:
    """Put metres on the earth."""
    latitude = LATITUDE + north / METRES
    longitude = LONGITUDE + east / (METRES * np.cos(np.deg2rad(LATITUDE)))
    return np.column_stack([t, latitude, longitude, up, v_east, v_north, v_up])


def times_ns(states: Float64) -> Int64:
    """Return the times of states."""
    return START_NS + np.round(states[:, 0] * 1e9).astype(np.int64)


def tracks_of(states: Float64, track_id: int = 7) -> Tracks:
    """Return states as a batch of one track."""
    columns = {name: states[:, k + 1] for k, name in enumerate(EXCHANGE_SCHEMA.names[2:])}
    return Tracks.of(time_ns=times_ns(states), track_id=np.full(len(states), track_id), label=Label(), **columns)
