"""Tables of a spoofed airliner as recordings show it: held rows, gaps, a false place that stands or flickers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

FALSE_PLACE = (49.67, 23.88)
"""Where airliners over the Carpathians were made to believe they were, 2024-09-17."""
START_S = 1_726_560_000
SPOOFED_FROM_S, SPOOFED_TO_S, END_S = 800, 1_500, 1_900
SPEED_KN, SLOW_KN, LEVEL_FT = 450.0, 50.0, 38_000.0
Row = dict[str, Any]


def _true_place(t: int) -> tuple[float, float]:
    way_m = SPEED_KN * 0.5144 * t
    return 47.0 + 0.6 * way_m / 111_195.0, 14.0 + 0.8 * way_m / 74_000.0


def make_table(seed: int, change: Callable[[Row, int, np.random.Generator], Row | None]) -> bytes:
    """Return an airliner's flight of half an hour, one row a second, spoofed for twelve minutes of it.

    A position is new every one to three seconds and held between; some values are missing. ``change`` takes a row, its
    second and a generator; it returns None for no row.
    """
    rng = np.random.default_rng(seed)
    rows, held_until, held = [], 0, (np.nan, np.nan, 0.0)
    drift = rng.uniform(-np.pi, np.pi)
    for t in range(END_S):
        is_false = SPOOFED_FROM_S <= t < SPOOFED_TO_S
        if t >= held_until:
            moved_deg = SLOW_KN * 0.5144 * (t - SPOOFED_FROM_S) / 111_195.0
            false = (
                FALSE_PLACE[0] + 0.1 * np.sin(moved_deg * 10 + drift),
                FALSE_PLACE[1] + 0.15 * np.cos(moved_deg * 10),
            )
            held = (*(false if is_false else _true_place(t)), float(t))
            held_until = t + int(rng.integers(1, 4))
        row: Row = {
            "timestamp": (START_S + t) * 1000,
            "icao24": "4b1805",
            "latitude": round(held[0], 5),
            "longitude": round(held[1], 5),
            "groundspeed": SLOW_KN if is_false else SPEED_KN + rng.normal(0.0, 2.0),
            "track": float(rng.uniform(0.0, 360.0)) if is_false else 45.0,
            "altitude": LEVEL_FT if rng.random() > 0.2 else None,
            "geoaltitude": LEVEL_FT + 300.0,
            "callsign": "SPOOF1",
        }
        changed = change(row, t, rng)
        if changed is not None:
            rows += [changed] * int(rng.integers(1, 3))  # receivers of a network say the same
    return json.dumps(rows).encode()


def _as_it_is(row: Row, t: int, rng: np.random.Generator) -> Row | None:
    return row


def _stands_still(row: Row, t: int, rng: np.random.Generator) -> Row | None:
    if SPOOFED_FROM_S <= t < SPOOFED_TO_S:
        row |= {"latitude": FALSE_PLACE[0], "longitude": FALSE_PLACE[1], "groundspeed": None, "track": None}
    return row


def _keeps_its_speed(row: Row, t: int, rng: np.random.Generator) -> Row | None:
    return row | {"groundspeed": SPEED_KN, "track": 45.0}


def _is_silent_before(row: Row, t: int, rng: np.random.Generator) -> Row | None:
    return None if SPOOFED_FROM_S - 300 <= t < SPOOFED_FROM_S else row


def _flickers(row: Row, t: int, rng: np.random.Generator) -> Row | None:
    if SPOOFED_FROM_S <= t < SPOOFED_TO_S and t % 6 < 3:
        latitude, longitude = _true_place(t)
        row |= {"latitude": latitude, "longitude": longitude, "groundspeed": SPEED_KN, "track": 45.0}
    return row


def _tells_apart(row: Row, t: int, rng: np.random.Generator) -> Row | None:
    if t % 2:
        return row | {"latitude": None, "longitude": None, "altitude": None}
    return row | {"groundspeed": None, "track": None}


def _has_no_velocity(row: Row, t: int, rng: np.random.Generator) -> Row | None:
    return row | {"groundspeed": None, "track": None}


def _is_sparse(row: Row, t: int, rng: np.random.Generator) -> Row | None:
    return row if rng.random() < 0.15 else None


def _has_position_times(row: Row, t: int, rng: np.random.Generator) -> Row | None:
    return row | {"last_position": START_S + t - 0.4}


KINDS: dict[str, Callable[[Row, int, np.random.Generator], Row | None]] = {
    "drifting": _as_it_is,
    "standing": _stands_still,
    "at full speed": _keeps_its_speed,
    "after five silent minutes": _is_silent_before,
    "flickering": _flickers,
    "velocities apart": _tells_apart,
    "without velocities": _has_no_velocity,
    "sparse": _is_sparse,
    "position times in seconds": _has_position_times,
}
"""How the flight is reported, by name."""
