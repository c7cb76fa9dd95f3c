"""Cones: the radius that holds nine of ten, per class and horizon.

Split conformal prediction by cells (Mondrian): the score of a forecast is its miss over the spread that the blend
claimed; a cell's factor is the ceil((n + 1) 0.9)-th smallest score of n calibration tracks, one score a track. Cells
with fewer than ``LEAST_TRACKS`` have none, and no radius is shown. From there on they learn (``learning``).
"""

from __future__ import annotations

import json
from math import ceil, hypot
from typing import NamedTuple

import numpy as np
from numba import njit

from sargas.assessment.prediction.fits import CURVE, LINE, MEAN, MEANS_S, NOISE
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.model.columns import Float64, Int64
from sargas.model.tracks import CLASSES

ALPHA = 0.1
LEAST_TRACKS = 30
SPEEDS_MPS = (4.0, 12.0, 25.0, 50.0, 120.0)
"""Edges of the speeds by which a track of no class is filed."""
STRAIGHT = 0.8
"""A track goes straight when its mean velocity over a minute is this share of its speed or more."""
MINUTE = MEAN + 2 * MEANS_S.index(60.0)
SPEED_NAMES = ("0-4", "4-12", "12-25", "25-50", "50-120", "120+")
REGIMES = tuple(f"{speed} m/s {way}" for speed in SPEED_NAMES for way in ("winding", "straight"))
ROUTE = len(CLASSES) + len(REGIMES)
SEEING = (*CLASSES, *REGIMES, "on a route")
CELLS = (*SEEING, *(f"{name}, no velocity" for name in SEEING))
"""Where a track's cone comes from: its class, or how it moves where no class is known, the route that it
follows; with and without velocities."""


class Cones(NamedTuple):
    """Factors of the cells (cells, horizons), and what was learned since (2 cells, horizons): elder tracks, young ones."""

    factor: Float64
    """Of the spread; NaN: not calibrated."""
    tracks: Int64
    """Calibration tracks behind it."""
    learned: Float64
    """Logarithm of what the factor was found to be wrong by, beyond what is carried from shorter horizons."""
    weight: Float64
    """Outcomes behind it."""
    heard: Int64
    """Tracks behind it."""
    pace: Float64
    """(2,) of a track's and of a cell's learning: 1, or 0: it does not learn."""


def empty_cones() -> Cones:
    """Return cones of which none is calibrated."""
    shape, twice = (len(CELLS), len(HORIZONS_S)), (2 * len(CELLS), len(HORIZONS_S))
    return Cones(
        np.full(shape, np.nan), np.zeros(shape, np.int64), np.zeros(twice), np.zeros(twice), np.zeros(twice, np.int64),
        np.ones(2),
    )  # fmt: skip


def unit_cones() -> Cones:
    """Return cones that are the blend's own spread, and learn nothing: what a calibration measures."""
    cones = empty_cones()
    cones.factor[:] = 1.0
    cones.pace[:] = 0.0
    return cones


def conformal_factor(scores: Float64) -> float:
    """Return the ceil((n + 1) 0.9)-th smallest of n scores, NaN for fewer than ``LEAST_TRACKS``."""
    n = len(scores)
    if n < LEAST_TRACKS:
        return float("nan")
    return float(np.sort(scores)[min(ceil((n + 1) * (1.0 - ALPHA)), n) - 1])


def read_cones(text: str) -> Cones:
    """Read cones from JSON. Raises ValueError for other horizons, unknown cells or text that is none."""
    found = json.loads(text)
    if not isinstance(found, dict) or found.get("horizons_s") != list(HORIZONS_S):
        raise ValueError(f"expected cones for the horizons {list(HORIZONS_S)}: make them again (sargas calibrate)")
    cones = empty_cones()
    for name, rows in found["cells"].items():
        if name not in CELLS:
            raise ValueError(f"expected a cell out of {', '.join(CELLS)}, was {name!r}")
        cell = CELLS.index(name)
        cones.factor[cell] = [np.nan if value is None else value for value in rows["factor"]]
        cones.tracks[cell] = rows["tracks"]
    return cones


def write_cones(cones: Cones, note: str) -> str:
    """Write cones as JSON: for each cell with tracks its factors (null: not calibrated) and numbers of tracks."""
    cells = {
        name: {
            "factor": [None if np.isnan(value) else round(float(value), 4) for value in cones.factor[cell]],
            "tracks": cones.tracks[cell].tolist(),
        }
        for cell, name in enumerate(CELLS)
        if cones.tracks[cell].any()
    }
    return json.dumps({"note": note, "horizons_s": list(HORIZONS_S), "cells": cells}, indent=1) + "\n"


@njit(cache=True, nogil=True, error_model="numpy")
def cell_of(fits: Float64, class_: int, is_on_route: bool) -> int:
    """Return the cell of a track: its route, its class (-1: none known), or how it moves; and if it told velocities."""
    cell = ROUTE if is_on_route else class_ if class_ >= 0 else regime_of(fits)
    return cell if fits[NOISE + 2] >= 0.0 else cell + len(SEEING)


@njit(cache=True, nogil=True, error_model="numpy")
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
