"""Who leads: a model that does better than the blend on the tracks of a cell, beyond doubt, takes over from it.

The networks weigh models by what they were trained on. Another sky may fly straighter, or be seen more clearly, than
anything there was. So each cell keeps the mean and the square of how far each model's log miss lies under the blend's
(the blend as the networks have it, not what was put out), at every horizon, from outcomes of many tracks. A model
leads by the lower bound of that mean (``SURE`` standard errors under it); from ``FULLY`` on it counts alone.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from numba import njit

from sargas.assessment.prediction.cones import CELLS
from sargas.assessment.prediction.learning import FEW, LONG, OUTCOME, YOUNG_S
from sargas.assessment.prediction.models import MODELS
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.model.columns import Float64, Int64

SURE = 2.0
"""Standard errors that the mean must lie above nought by: some thirty models are looked at."""
FULLY = 0.04
"""Lead, of the logarithm of the miss, from which a model counts alone."""
MOST_WEIGHT = 2000.0
"""Outcomes that are remembered: what flies changes."""
LEAST_WEIGHT = 20.0
M = len(MODELS)


class Leads(NamedTuple):
    """What was seen of the models in each cell (cells, horizons, ...)."""

    ahead: Float64
    """(..., m) sum of the blend's log miss over the model's."""
    square: Float64
    """(..., m) sum of its squares."""
    weight: Float64
    """Outcomes behind them."""
    heard: Int64
    """Tracks behind them."""


def no_leads() -> Leads:
    """Return what is known before anything has flown."""
    shape = (len(CELLS), len(HORIZONS_S))
    return Leads(np.zeros((*shape, M)), np.zeros((*shape, M)), np.zeros(shape), np.zeros(shape, np.int64))


@njit(cache=True, nogil=True, error_model="numpy")
def compare(leads: Leads, cell: int, age_s: float, h: int, taught: Float64, ahead: Float64) -> None:
    """Count one outcome: ``ahead`` (m,) is the blend's log miss over each model's.

    ``taught`` (h, 2) is what the track has taught so far (``learning``): overlapping outcomes are one, and one track
    is one track. Forecasts of a track's first minute are not counted.
    """
    if age_s < YOUNG_S:
        return
    if taught[h, 1] != cell + 1:
        leads.heard[cell, h] += 1
    weight = OUTCOME[h] / (1.0 + taught[h, 0] / LONG)
    kept = min(1.0, MOST_WEIGHT / (leads.weight[cell, h] + weight))
    leads.weight[cell, h] = kept * (leads.weight[cell, h] + weight)
    for e in range(M):
        leads.ahead[cell, h, e] = kept * (leads.ahead[cell, h, e] + weight * ahead[e])
        leads.square[cell, h, e] = kept * (leads.square[cell, h, e] + weight * ahead[e] * ahead[e])


@njit(cache=True, nogil=True, error_model="numpy")
def find_leader(leads: Leads, cell: int, h: int) -> tuple[int, float]:
    """Return the model that leads a cell at a horizon, and how much it counts: 0, not at all, to 1, alone."""
    weight = leads.weight[cell, h]
    if weight < LEAST_WEIGHT or leads.heard[cell, h] < FEW:
        return 0, 0.0
    leader, most = 0, 0.0
    for e in range(M):
        mean = leads.ahead[cell, h, e] / weight
        if mean > most:
            variance = leads.square[cell, h, e] / weight - mean * mean
            lead = mean - SURE * sqrt(max(variance, 0.0) / weight)
            if lead > most:
                leader, most = e, lead
    return leader, min(most / FULLY, 1.0)
