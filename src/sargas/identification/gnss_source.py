"""Where a jammer most probably stands: the place whose distance best parts the aircraft affected from the others.

A jammer reaches no farther than its horizon and no farther than its power; who is within both is affected. The place,
the reach and how sharp the reach is are searched on a grid that narrows, so the cost does not rise with the area.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sargas.identification.gnss_cells import Visits
from sargas.identification.gnss_motion import METRES_PER_DEGREE
from sargas.model.columns import NS_PER_S, Float64

HORIZON_M_PER_ROOT_M = 4_120.0
"""Radio horizon of an antenna at height h: so many metres times the root of h in metres."""
SOURCE_HEIGHT_M = 30.0
GRID = 13
ROUNDS = 4
SPREADS, LEAST_NARROWED, MOST_NARROWED = 2.5, 0.25, 0.7
"""The next grid reaches so many standard deviations, within these shares of the one before."""
MARGIN_M = 150e3
REACHES_M = np.array([20e3, 30e3, 45e3, 60e3, 80e3, 100e3, 130e3, 170e3, 220e3, 280e3, 350e3])
SOFT_SHARE = 0.15
"""The chance to be affected falls over this share of the reach."""
STRAY = 0.03
"""Chance that an aircraft is affected, or is not, against what its distance says."""
MOST_AIRCRAFT = 400
LEAST_AFFECTED = 5
SETTLED_NS = 30 * NS_PER_S
"""An aircraft is known to be affected so long after it is."""


class Source(NamedTuple):
    """A place (deg), and the radius (m) that holds it with 90 % probability, given that there is one source."""

    latitude_deg: float
    longitude_deg: float
    radius_90_m: float


def locate_source(visits: Visits, since_ns: int) -> Source | None:
    """Estimate the source from aircraft affected and not; None for fewer than ``LEAST_AFFECTED`` affected.

    ``since_ns`` (UTC ns) is when it began: who was well before then says nothing, and who is spoofed neither.
    """
    known = visits[(visits["is_spoofed"] == 0) & (visits["last_ns"] >= since_ns + SETTLED_NS)]
    if np.count_nonzero(known["is_bad"]) < LEAST_AFFECTED:
        return None
    known = known[:: -(-len(known) // MOST_AIRCRAFT)]
    is_bad = known["is_bad"] != 0
    if not is_bad.any():
        return None
    latitude0, longitude0 = float(known["latitude_deg"][is_bad].mean()), float(known["longitude_deg"][is_bad].mean())
    scale = METRES_PER_DEGREE * np.array([np.cos(np.deg2rad(latitude0)), 1.0])
    place = np.c_[known["longitude_deg"] - longitude0, known["latitude_deg"] - latitude0] * scale
    height_m = np.maximum(0.3048 * known["level_ft"], 0.0)
    horizon_m = HORIZON_M_PER_ROOT_M * (np.sqrt(height_m) + np.sqrt(SOURCE_HEIGHT_M))
    middle, half_m = np.zeros(2), float(np.ptp(place[is_bad], axis=0).max()) / 2 + MARGIN_M
    for _ in range(ROUNDS):
        steps = np.linspace(-half_m, half_m, GRID)
        grid = middle + np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        weight = _weigh(grid, place, horizon_m, is_bad)
        middle = weight @ grid
        spread_m = float(np.sqrt(weight @ ((grid - middle) ** 2).sum(axis=1)))
        half_m = min(max(SPREADS * spread_m, LEAST_NARROWED * half_m), MOST_NARROWED * half_m)
    distance_m = np.linalg.norm(grid - middle, axis=1)
    order = np.argsort(distance_m, kind="stable")
    within = np.searchsorted(np.cumsum(weight[order]), 0.9)
    radius_m = float(distance_m[order][min(within, len(order) - 1)])
    east, north = (middle / scale).tolist()
    return Source(latitude0 + north, longitude0 + east, max(radius_m, float(steps[1] - steps[0])))


def _weigh(grid: Float64, place: Float64, horizon_m: Float64, is_bad: NDArray[np.bool_]) -> Float64:
    """Return the probability of each place of a grid (n,), whatever the reach."""
    distance_m = np.linalg.norm(grid[:, None] - place[None], axis=-1)
    likelihood = np.empty((len(REACHES_M), len(grid)))
    for k, reach_m in enumerate(REACHES_M):
        edge_m = np.minimum(reach_m, horizon_m)
        chance = 1.0 / (1.0 + np.exp(np.clip((distance_m - edge_m) / (SOFT_SHARE * reach_m), -50.0, 50.0)))
        chance = STRAY + (1.0 - 2.0 * STRAY) * chance
        likelihood[k] = np.log(np.where(is_bad, chance, 1.0 - chance)).sum(axis=1)
    total = np.exp(likelihood - likelihood.max()).sum(axis=0)
    probability: Float64 = total / total.sum()
    return probability
