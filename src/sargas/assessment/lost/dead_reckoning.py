"""Dead reckoning: what a plotter draws with no more than last place, course and speed. It is what we compare with.

A sector of 20 degrees to either side of the last course, from the last place to as far as it flies at its mean speed
and three sigma of that (domain reference, section 10: 10 min at 180 km/h with 20 degrees of doubt are 30 km along and
10 km aside).
"""

from __future__ import annotations

from math import radians

HALF_ANGLE_DEG = 20.0
SIGMAS = 3.0


def reach_m(speed_mps: float, sigma_mps: float, elapsed_s: float) -> float:
    """Return how far from its last place it may be (m)."""
    return (speed_mps + SIGMAS * sigma_mps) * elapsed_s


def sector_area_m2(speed_mps: float, sigma_mps: float, elapsed_s: float) -> float:
    """Return the area of the sector (m^2)."""
    return float(radians(HALF_ANGLE_DEG) * reach_m(speed_mps, sigma_mps, elapsed_s) ** 2)
