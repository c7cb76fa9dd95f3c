"""Flights of another generator, shared/bench/scenario.py: nothing here was trained or calibrated on it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np

from benchmarks.prediction.flights import Flight, shared_data
from sargas.assessment.prediction.frame import FRAME, plane_from_geodetic, set_frame

TARGETS, DURATION_S = 500, 1500.0
"""Objects of all kinds in one sky, and how long they are seen."""
KINDS = ("airliner", "one_way_drone", "multirotor", "light_aircraft", "bird")
EQUATOR_M, ECCENTRICITY_SQUARE = 6_378_137.0, 0.00669438
"""Of WGS84."""
Geodetic: TypeAlias = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
STEPS = 2
"""Of half a second each between two states."""


def generator_file() -> Path | None:
    """Find the generator; none where shared is not beside the repository."""
    folder = shared_data()
    path = folder.parents[1] / "bench" / "scenario.py" if folder is not None else None
    return path if path is not None and path.is_file() else None


def other_flights(kind: str, seed: int) -> list[Flight]:
    """Fly the objects of a kind in the sky of a seed. Raises FileNotFoundError where the generator is not there."""
    path = generator_file()
    if path is None:
        raise FileNotFoundError("expected shared/bench/scenario.py beside the repository, was none")
    spec = importlib.util.spec_from_file_location("scenario", path)
    assert spec is not None
    assert spec.loader is not None
    scenario = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scenario)
    kinds, states, step_s = scenario.make_truth(TARGETS, DURATION_S, np.random.default_rng([seed, TARGETS, 0]))
    second = np.arange(len(states))[::STEPS] * step_s
    flights = []
    for number in np.flatnonzero(kinds == scenario.KINDS.index(kind)):
        flown = states[::STEPS, number]
        latitude, longitude = scenario.geodetic(flown[:, 0], flown[:, 1])
        frame = np.zeros(FRAME)
        set_frame(frame, latitude[0], longitude[0])
        plane = [plane_from_geodetic(frame, *place) for place in zip(latitude, longitude, strict=True)]
        place = np.column_stack([np.array(plane), flown[:, 2]])
        velocity = np.column_stack([_east_north(scenario.geodetic, flown), flown[:, 5]])
        flights.append(Flight("another generator", str(number), kind, second, place, velocity, frame))
    return flights


def _east_north(geodetic: Geodetic, flown: np.ndarray) -> np.ndarray:
    """Return velocities east and north (n, 2): those of the generator are along its plane, degrees off at its edges."""
    latitude, longitude = geodetic(flown[:, 0], flown[:, 1])
    later, farther = geodetic(flown[:, 0] + flown[:, 3], flown[:, 1] + flown[:, 4])
    square = 1.0 - ECCENTRICITY_SQUARE * np.sin(np.radians(latitude)) ** 2
    prime_m = EQUATOR_M / np.sqrt(square)
    meridian_m = prime_m * (1.0 - ECCENTRICITY_SQUARE) / square
    north = np.radians(later - latitude) * meridian_m
    return np.column_stack([np.radians(farther - longitude) * prime_m * np.cos(np.radians(latitude)), north])
