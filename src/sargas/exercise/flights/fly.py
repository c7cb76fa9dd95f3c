"""Flights of one class, as tracks that a node would hold."""

from __future__ import annotations

import numpy as np

from sargas.exercise.flights.drifting import fly_drifting
from sargas.exercise.flights.echo_strength import draw_strengths
from sargas.exercise.flights.echoes import fly_echoes
from sargas.exercise.flights.kinds import Kind, kinds_of
from sargas.exercise.flights.path import Paths
from sargas.exercise.flights.rotary import fly_rotary
from sargas.exercise.flights.sensing import Sightings, sight
from sargas.exercise.flights.winged import fly_winged
from sargas.model.columns import Float64

MOTIONS = {"winged": fly_winged, "rotary": fly_rotary, "drifting": fly_drifting, "echo": fly_echoes}


def fly(kind: Kind, n: int, seconds: int, rng: np.random.Generator) -> Paths:
    """Fly n flights of one kind."""
    return MOTIONS[kind.motion](kind, n, seconds, rng)


def sight_class(
    flight_class: str, n: int, seconds: int, rng: np.random.Generator
) -> list[tuple[Kind, Sightings, Float64, Float64]]:
    """Fly and see about n flights of a class, each kind by its share; with cross-sections and spreads of every row."""
    seen = []
    for kind in kinds_of(flight_class):
        flights = fly(kind, max(1, round(n * kind.share)), seconds, rng)
        sightings = sight(flights, rng)
        rcs_dbsm, spread_mps = draw_strengths(kind, sightings.start, rng)
        seen.append((kind, sightings, rcs_dbsm, spread_mps))
    return seen
