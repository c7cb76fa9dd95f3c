"""How cones go on learning from what became of forecasts: each track by itself, each cell from many tracks.

Online quantile tracking (adaptive conformal inference, Gibbs and Candes 2021) with steps that shrink as outcomes
gather (Angelopoulos, Barber and Bates 2024): the logarithm of a cell's factor grows by 0.9 of a step where a
forecast missed its cone and shrinks by 0.1 of it where it did not, so that one of ten is missed in the long run. Three
things make it fit for tracks:

- Long horizons learn late. Until they have, they go by what the next shorter one has learned (``CARRIED``).
- Forecasts of one track that overlap are one outcome, not eight, and a track that goes on and on counts less
  and less: a cell is a statement about tracks. Below ``FEW`` tracks it hardly moves.
- A track's first minute teaches its cell for first minutes alone: such forecasts miss by other shares of their spread.
"""

from __future__ import annotations

from math import exp, sqrt

import numpy as np

from sargas.assessment.prediction.cones import ALPHA, CELLS, Cones, stage_of
from sargas.model.columns import Float64
from sargas.model.kernel import kernel

YOUNG_S = 60.0
"""Forecasts made at a lesser age of their track are learned from apart."""
OUTCOME = (0.3, 1.0 / 6.0, 0.13, 0.125, 0.125, 0.125)
"""Weight of one outcome at each horizon: the time between two notes over the horizon, for so far they overlap."""
CARRIED = (0.0, 0.0, 0.3, 0.85, 0.95, 0.95)
"""Share of what a horizon has learned that the next longer one takes over; what is left it learns itself."""
FIRST = 20.0
"""Outcomes that the calibration is worth."""
STEP, LEAST_STEP = 4.0, 0.1
"""A step is STEP over all outcomes so far: about one over the density of log scores at their 0.9 quantile. Never less
than LEAST_STEP: what flies changes."""
FEW = 10.0
"""Tracks from which on the outcomes of a cell count in full."""
LONG = 5.0
"""Outcomes of one track after which the next one counts half."""
TRACK_STEP = 0.01
"""Of a track's own logarithm, an outcome."""
NOISE_SQUARES, MOST_NOISE = 4.0, 0.5
"""How many times the square of the noise is taken off the square of a miss, and no more than this share of it."""
NOISE_PERIOD_S = 6.0
"""Where states are farther apart, turns look like noise: none is taken off."""
MOST = 2.0
"""Bound of the logarithms learned, so that one strange track cannot blind a class."""


@kernel
def row_of(cell: int, age_s: float) -> int:
    """Return the row of what was learned of a cell's forecasts at an age of their track."""
    return cell if age_s >= YOUNG_S else cell + len(CELLS)


@kernel
def learned_of(cones: Cones, row: int, h: int) -> float:
    """Return the logarithm by which the factor of a row was found to be wrong at a horizon."""
    found = 0.0
    for shorter in range(h + 1):
        found = CARRIED[shorter] * found + cones.learned[row, shorter]
    return min(max(found, -MOST), MOST)


@kernel
def true_score(miss_m: float, noise_m: float, spread_m: float) -> float:
    """Return the miss over the spread without what the noise of the place that was seen adds to it.

    ``noise_m`` is sigma east and north. Of what is normal 4.6 of its squares would make the 0.9 quantile right, of
    what has longer tails fewer, and the mean square 2.
    """
    square = miss_m * miss_m
    return sqrt(max(square - NOISE_SQUARES * noise_m * noise_m, (1.0 - MOST_NOISE) * square)) / spread_m


@kernel
def learn(cones: Cones, cell: int, age_s: float, h: int, own: Float64, taught: Float64, score: float) -> None:
    """Learn from one outcome of a track that was so old when it was forecast: its cell, and itself, ``own`` (h,).

    ``taught`` (h, 2) is what the track has taught so far: outcomes by weight, and the row they went to, plus one.
    """
    factor, row = cones.factor[cell, stage_of(age_s), h], row_of(cell, age_s)
    if np.isnan(factor):
        return
    learned = learned_of(cones, row, h)
    misses_own = 1.0 if score > factor * exp(learned + own[h]) else 0.0
    misses_cell = 1.0 if score > factor * exp(learned) else 0.0
    own[h] = min(max(own[h] + cones.pace[0] * TRACK_STEP * (misses_own - ALPHA), -MOST), MOST)
    if taught[h, 1] != row + 1:
        if (taught[h, 1] > len(CELLS)) != (row >= len(CELLS)):
            taught[h, 0] = 0.0  # grown up: it has taught the elder nothing yet
        taught[h, 1] = row + 1
        cones.heard[row, h] += 1
    weight = OUTCOME[h] / (1.0 + taught[h, 0] / LONG) * min(1.0, cones.heard[row, h] / FEW)
    step = max(STEP / (FIRST + cones.weight[row, h]), LEAST_STEP) * weight
    taught[h, 0] += OUTCOME[h]
    cones.weight[row, h] += weight
    learned_here = cones.learned[row, h] + cones.pace[1] * step * (misses_cell - ALPHA)
    cones.learned[row, h] = min(max(learned_here, -MOST), MOST)
