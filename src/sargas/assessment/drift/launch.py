"""Where balloons were let go: drifted back down from where they were first seen, and one site found for several.

Only a balloon that rose when it was first seen tells of its launch: how long a floating one has floated is not known.
Errors of several balloons are partly one error, that of the night's wind: many from one site do not make it exact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sargas.assessment.drift.draws import Draws
from sargas.assessment.drift.ensemble import AHEAD_S, MEMBERS, Start, Told, carry
from sargas.assessment.drift.heights import RATE_RANGE_MPS, phases_of
from sargas.assessment.drift.layer_wind import Pool
from sargas.model.columns import Float64

RISING = 0.9
"""Least probability that it rose when first seen."""
USUAL_MPS, USUAL_SIGMA_MPS = 4.3, 1.3
"""How fast balloons rise: 3 to 6 m/s (reference values), weighed with the rate that was seen."""
RATE_SHARE = 0.1
"""A balloon rose below at a rate so unlike the one seen, one sigma."""
SHARED = 0.5
"""Share of the error that balloons of one night have in common: the wind's."""
SAME_SITE = 6.0
"""Greatest squared distance of two launches of one site, in their own doubt: 95 %."""
SITE_M = 1500.0
"""One sigma of how far apart one site's launches are."""
SCALE_50, SCALE_90 = float(np.sqrt(2.0 * np.log(2.0))), float(np.sqrt(2.0 * np.log(10.0)))


class Launch(NamedTuple):
    """One balloon's launch: plane metres with covariance, and how long before it was first seen (s): 5, 50, 95 %."""

    x_m: float
    y_m: float
    covariance_m2: Float64
    before_s: tuple[float, float, float]


class Site(NamedTuple):
    """Balloons held to come from one site, by place in the order they were given."""

    members: tuple[int, ...]
    x_m: float
    y_m: float
    covariance_m2: Float64


def back_track(start: Start, pool: Pool, told: Told, draws: Draws) -> Launch | None:
    """Drift a balloon back from its first state; None when it did not rise then, or came from too long ago."""
    vertical = start.vertical
    if phases_of(vertical).rising < RISING:
        return None
    normal = draws.normal(3, MEMBERS)
    gain = USUAL_SIGMA_MPS**2 / (USUAL_SIGMA_MPS**2 + vertical.rate_sigma_mps**2)
    likely, sigma = USUAL_MPS + gain * (vertical.rate_mps - USUAL_MPS), vertical.rate_sigma_mps * np.sqrt(gain)
    rate = likely * (1.0 + RATE_SHARE * normal[0]) + sigma * normal[1]
    rate = np.clip(rate, *RATE_RANGE_MPS)
    z0 = np.maximum(vertical.altitude_m + vertical.altitude_sigma_m * normal[2], vertical.ground_m + 1.0)
    before_s = (z0 - vertical.ground_m) / rate
    heights = np.maximum(z0[:, None] - rate[:, None] * AHEAD_S, vertical.ground_m)
    aloft = (heights > vertical.ground_m).astype(np.float64)
    within = before_s <= AHEAD_S[-1]
    if within.mean() < 0.5:
        return None
    back = carry(start, heights, aloft, before_s, pool, told, draws, -1.0)
    x, y = back.x_m[within, -1], back.y_m[within, -1]
    low, middle, high = np.quantile(before_s[within], (0.05, 0.5, 0.95)).tolist()
    return Launch(float(x.mean()), float(y.mean()), np.cov(x, y), (low, middle, high))


def find_sites(launches: list[Launch]) -> list[Site]:
    """Put launches together that may be of one site: each in turn to the nearest site it fits, else to its own."""
    sites: list[Site] = []
    for k, launch in enumerate(launches):
        away = [_distance(launch, site) for site in sites]
        nearest = int(np.argmin(away)) if away else -1
        if away and away[nearest] < SAME_SITE:
            sites[nearest] = _site((*sites[nearest].members, k), launches)
        else:
            sites.append(_site((k,), launches))
    return sites


def ellipse(x_m: float, y_m: float, covariance_m2: Float64, scale: float, points: int = 24) -> Float64:
    """Return the ring (points, 2) of a normal distribution's ellipse; ``scale`` in its sigmas."""
    angle = 2.0 * np.pi * np.arange(points) / points
    factor = np.linalg.cholesky(covariance_m2 + np.eye(2))
    found: Float64 = np.array([x_m, y_m]) + scale * (factor @ np.stack([np.cos(angle), np.sin(angle)])).T
    return found


def _distance(launch: Launch, site: Site) -> float:
    miss = np.array([launch.x_m - site.x_m, launch.y_m - site.y_m])
    doubt = (1.0 - SHARED) * (launch.covariance_m2 + site.covariance_m2) + 2.0 * SITE_M**2 * np.eye(2)
    return float(miss @ np.linalg.solve(doubt, miss))


def _site(members: tuple[int, ...], launches: list[Launch]) -> Site:
    """Weigh launches by their exactness; the part of the error they share does not shrink."""
    own = [launches[k] for k in members]
    precisions = [np.linalg.inv(one.covariance_m2 + SITE_M**2 * np.eye(2)) for one in own]
    together = np.linalg.inv(np.sum(precisions, axis=0))
    places = [precision @ np.array([one.x_m, one.y_m]) for precision, one in zip(precisions, own, strict=True)]
    x, y = together @ np.sum(places, axis=0)
    if len(own) == 1:
        return Site(members, float(x), float(y), own[0].covariance_m2)
    mean = np.mean([one.covariance_m2 for one in own], axis=0)
    return Site(members, float(x), float(y), (1.0 - SHARED) * together + SHARED * mean)
