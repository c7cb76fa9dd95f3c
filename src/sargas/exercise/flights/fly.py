"""Flights of one kind, whatever moves them."""

from __future__ import annotations

import numpy as np

from sargas.exercise.flights.drifting import fly_drifting
from sargas.exercise.flights.echoes import fly_echoes
from sargas.exercise.flights.kinds import Kind
from sargas.exercise.flights.path import Paths
from sargas.exercise.flights.rotary import fly_rotary
from sargas.exercise.flights.winged import fly_winged

MOTIONS = {"winged": fly_winged, "rotary": fly_rotary, "drifting": fly_drifting, "echo": fly_echoes}


def fly(kind: Kind, n: int, seconds: int, rng: np.random.Generator) -> Paths:
    """Fly n flights of one kind for whole seconds."""
    return MOTIONS[kind.motion](kind, n, seconds, rng)
