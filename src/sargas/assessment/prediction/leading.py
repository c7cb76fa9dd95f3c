"""Who leads: a model that does better than the blend on the tracks of a cell, beyond doubt, takes over from it.

The networks weigh models by what they were trained on. Another sky may fly straighter, or be seen more clearly, than
anything there was. So each cell keeps, at every horizon, how far each model's log miss lay under that of the blend (as
the networks have it, not what was put out), and how often it did, from outcomes of many tracks. A model leads that is
nearer on the mean, and by ``SURE`` standard errors either on the mean or more often than not: logarithms of small
misses scatter widely, and signs tell little of a few large ones. From ``FULLY`` beyond doubt on it counts alone.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from sargas.assessment.prediction.cones import CELLS
from sargas.assessment.prediction.learning import FEW, OUTCOME, YOUNG_S
from sargas.assessment.prediction.models import MODELS
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.model.columns import Float64, Int64
from sargas.model.kernel import kernel

SURE = 1.0
"""Standard errors that make a lead. Some thirty models are looked at; one that is as good as the blend does no harm
where it leads by chance."""
FULLY = 0.03
"""Lead beyond doubt from which a model counts alone: of the mean log miss, or of the share of wins beyond one half."""
ALIKE = 0.02
"""Misses whose logarithms differ by less count half a win."""
MOST_WEIGHT = 2000.0
"""Outcomes that are remembered: what flies changes."""
LEAST_WEIGHT = 50.0
LONG = 20.0
"""Outcomes of one track after which the next one counts half."""
M = len(MODELS)


class Leads(NamedTuple):
    """What was seen of the models in each cell (cells, horizons, ...)."""

    ahead: Float64
    """(..., m) sum of the blend's log miss over the model's."""
    square: Float64
    """(..., m) sum of its squares."""
    wins: Float64
    """(..., m) outcomes in which the model was nearer."""
    weight: Float64
    """Outcomes behind them."""
    heard: Int64
    """Tracks behind them."""


def no_leads() -> Leads:
    """Return what is known before anything has flown."""
    shape = (len(CELLS), len(HORIZONS_S))
    each = np.zeros((*shape, M))
    return Leads(each, each.copy(), each.copy(), np.zeros(shape), np.zeros(shape, np.int64))


@kernel
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
        won = 0.5 if abs(ahead[e]) < ALIKE else 1.0 if ahead[e] > 0.0 else 0.0
        leads.wins[cell, h, e] = kept * (leads.wins[cell, h, e] + weight * won)


@kernel
def find_leader(leads: Leads, cell: int, h: int) -> tuple[int, float]:
    """Return the model that leads a cell at a horizon, and how much it counts: 0, not at all, to 1, alone."""
    weight = leads.weight[cell, h]
    if weight < LEAST_WEIGHT or leads.heard[cell, h] < FEW:
        return 0, 0.0
    leader, most = 0, 0.0
    for e in range(M):
        mean, share = leads.ahead[cell, h, e] / weight, leads.wins[cell, h, e] / weight
        if mean <= 0.0:
            continue
        variance = leads.square[cell, h, e] / weight - mean * mean
        by_size = mean - SURE * sqrt(max(variance, 0.0) / weight)
        by_number = share - 0.5 - SURE * sqrt(max(share * (1.0 - share), 0.0) / weight)
        if max(by_size, by_number) > most:
            leader, most = e, max(by_size, by_number)
    return leader, min(most / FULLY, 1.0)
