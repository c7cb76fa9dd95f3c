"""Cones: the radius that holds nine of ten, per class and horizon.

Split conformal prediction by cells (Mondrian): the score of a forecast is its miss over the spread that the blend
claimed; a cell's factor is the ceil((n + 1) 0.9)-th smallest score of n calibration tracks, one score a track. Cells
with fewer than ``LEAST_TRACKS`` have none, and no radius is shown. Factors are told apart by the age of the track, for
the blend claims too much or too little of what it has hardly seen. From there on they learn (``learning``).
"""

from __future__ import annotations

import json
from math import ceil, hypot
from typing import NamedTuple

import numpy as np

from sargas.assessment.prediction.fits import CURVE, LINE, MEAN, MEANS_S, NOISE
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.model.columns import Float64, Int64
from sargas.model.kernel import inner_kernel, kernel
from sargas.model.tracks import CLASSES

ALPHA = 0.1
LEAST_TRACKS = 30
SPEEDS_MPS = (4.0, 12.0, 25.0, 50.0, 120.0)
"""Edges of the speeds by which a track of no class is filed."""
STRAIGHT = 0.8
"""A track goes straight when its mean velocity over a minute is this share of its speed or more."""
MINUTE = MEAN + 2 * MEANS_S.index(60.0)
FASTEST_MPS = {
    "one_way_drone": 250.0, "small_fixed_wing_drone": 90.0, "multirotor": 80.0, "balloon": 120.0, "bird": 60.0,
    "bird_flock": 60.0, "light_aircraft": 180.0, "glider": 130.0, "helicopter": 140.0, "airliner": 350.0,
}  # fmt: skip
"""Over the ground with a strong wind behind; other classes and none: that of a fast jet."""
FASTEST_OF_ALL_MPS = 800.0
SPEED_NAMES = ("0-4", "4-12", "12-25", "25-50", "50-120", "120+")
REGIMES = tuple(f"{speed} m/s {way}" for speed in SPEED_NAMES for way in ("winding", "straight"))
ROUTE = len(CLASSES) + len(REGIMES)
SEEING = (*CLASSES, *REGIMES, "on a route", *(f"{name} on a route" for name in CLASSES))
CELLS = (*SEEING, *(f"{name}, no velocity" for name in SEEING))
"""Where a track's cone comes from: its class, or how it moves where no class is known, the route that it
follows and its class there; with and without velocities."""
AGES_S = (20.0, 60.0, 180.0, 420.0)
"""Edges of the ages of a track by which its factors are told apart."""
AGES = len(AGES_S) + 1


class Cones(NamedTuple):
    """Factors of the cells, and what was learned since (2 cells, horizons): of elder tracks, then of young ones."""

    factor: Float64
    """(cells, ages, horizons) of the spread; NaN: not calibrated."""
    tracks: Int64
    """(cells, horizons) calibration tracks behind it."""
    learned: Float64
    """Logarithm of what the factor was found to be wrong by, beyond what is carried from shorter horizons."""
    weight: Float64
    """Outcomes behind it."""
    heard: Int64
    """Tracks behind it."""
    pace: Float64
    """(2,) of a track's and of a cell's learning: 1, or 0: it does not learn."""
    fastest: Float64
    """(cells,) speed over the ground (m/s) that nothing filed there exceeds; the cones of nothing reach further."""


def empty_cones() -> Cones:
    """Return cones of which none is calibrated."""
    cells, horizons = len(CELLS), len(HORIZONS_S)
    twice = np.zeros((2 * cells, horizons))
    return Cones(
        np.full((cells, AGES, horizons), np.nan), np.zeros((cells, horizons), np.int64), twice, twice.copy(),
        twice.astype(np.int64), np.ones(2), _fastest(),
    )  # fmt: skip


def unit_cones() -> Cones:
    """Return cones that are the blend's own spread however wide, and learn nothing: what a calibration measures."""
    cones = empty_cones()
    cones.factor[:] = 1.0
    cones.pace[:] = 0.0
    cones.fastest[:] = np.inf
    return cones


def _fastest() -> Float64:
    of_class = [FASTEST_MPS.get(name, FASTEST_OF_ALL_MPS) for name in CLASSES]
    others = [FASTEST_OF_ALL_MPS] * (len(REGIMES) + 1)
    return np.array(2 * [*of_class, *others, *of_class])


def conformal_factor(scores: Float64) -> float:
    """Return the ceil((n + 1) 0.9)-th smallest of n scores, NaN for fewer than ``LEAST_TRACKS``."""
    n = len(scores)
    if n < LEAST_TRACKS:
        return float("nan")
    return float(np.sort(scores)[min(ceil((n + 1) * (1.0 - ALPHA)), n) - 1])


def read_cones(text: str) -> Cones:
    """Read cones from JSON; one row of factors counts for all ages.

    Raises ValueError for other horizons or ages, unknown cells or text that is none.
    """
    found = json.loads(text)
    if not isinstance(found, dict) or found.get("horizons_s") != list(HORIZONS_S):
        raise ValueError(f"expected cones for the horizons {list(HORIZONS_S)}: make them again (sargas calibrate)")
    if found.get("ages_s", list(AGES_S)) != list(AGES_S):
        raise ValueError(f"expected cones for the ages {list(AGES_S)}: make them again (sargas calibrate)")
    cones = empty_cones()
    for name, rows in found["cells"].items():
        if name not in CELLS:
            raise ValueError(f"expected a cell out of {', '.join(CELLS)}, was {name!r}")
        cell = CELLS.index(name)
        cones.factor[cell] = np.array(rows["factor"], np.float64)  # null becomes NaN
        cones.tracks[cell] = rows["tracks"]
    return cones


def write_cones(cones: Cones, note: str) -> str:
    """Write cones as JSON: of each cell with tracks its factors by age (null: not calibrated), and how many tracks."""
    cells = {
        name: {
            "factor": [
                [None if np.isnan(value) else round(float(value), 4) for value in row] for row in cones.factor[cell]
            ],
            "tracks": cones.tracks[cell].tolist(),
        }
        for cell, name in enumerate(CELLS)
        if cones.tracks[cell].any()
    }
    head = json.dumps({"note": note, "horizons_s": list(HORIZONS_S), "ages_s": list(AGES_S)})
    body = ",".join(f'\n  "{name}": {json.dumps(found)}' for name, found in cells.items())
    return f'{head[:-1]}, "cells": {{{body}}}}}\n'


@kernel
def stage_of(age_s: float) -> int:
    """Return the number of the ages that an age of a track lies in."""
    stage = 0
    for edge in AGES_S:
        if age_s >= edge:
            stage += 1
    return stage


@inner_kernel
def cell_of(fits: Float64, class_: int, is_on_route: bool) -> int:
    """Return the cell of a track: its route, its class (-1: none known), or how it moves; and if it told velocities.

    On a route it is that of the class there (``ROUTE`` + 1 + class), where one is known.
    """
    cell = ROUTE + 1 + class_ if is_on_route else class_ if class_ >= 0 else regime_of(fits)
    return cell if fits[NOISE + 2] >= 0.0 else cell + len(SEEING)


@inner_kernel
def regime_of(fits: Float64) -> int:
    """Return the cell of a track of no class: by the speed of its last seconds and how straight its last minute was."""
    speed_mps = hypot(fits[CURVE + 8], fits[CURVE + 9])
    line_mps = hypot(fits[LINE + 2], fits[LINE + 3])
    speed_mps = 0.5 * (speed_mps + line_mps)
    bin_ = 0
    for edge in SPEEDS_MPS:
        if speed_mps >= edge:
            bin_ += 1
    is_straight = hypot(fits[MINUTE], fits[MINUTE + 1]) >= STRAIGHT * speed_mps
    return len(CLASSES) + 2 * bin_ + (1 if is_straight else 0)
