"""The radar horizon over a smooth earth of 4/3 its radius."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sargas.model.columns import Float64

EFFECTIVE_EARTH_RADIUS_M = 6_371_000.0 * 4.0 / 3.0
"""Mean earth radius times 4/3: standard refraction bends rays as if the earth were that large (ITU-R P.310)."""


def radar_horizon_m(antenna_height_m: ArrayLike, target_height_m: ArrayLike) -> Float64:
    """Return the greatest distance (m) at which an antenna sees a target; heights above the surface, m.

    Heights below 0 count as 0. Terrain and trees only shorten it. Broadcasts like numpy: antennas (n, 1) against
    targets (m,) give (n, m). Source: 4.12 km (sqrt(antenna) + sqrt(target)), Skolnik, Introduction to Radar Systems.
    """
    antenna = np.maximum(np.asarray(antenna_height_m, np.float64), 0.0)
    target = np.maximum(np.asarray(target_height_m, np.float64), 0.0)
    distance_m: Float64 = np.sqrt(2.0 * EFFECTIVE_EARTH_RADIUS_M) * (np.sqrt(antenna) + np.sqrt(target))
    return distance_m
