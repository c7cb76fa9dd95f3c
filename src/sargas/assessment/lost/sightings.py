"""What a person says of where something is, as a likelihood of places. The one place where reports become weights.

A ``ReportLikelihood`` takes latitudes and longitudes (n,) and a UTC time in ns and returns log-likelihoods (n,); any
constant may be left out. That of a sector and distance stands for the plots of persons, which exist today.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from sargas.geo.wgs84 import wrapped_longitudes_deg
from sargas.model.columns import Float64

ReportLikelihood: TypeAlias = Callable[[Float64, Float64, int], Float64]
METRES_PER_DEGREE = 111_195.0
ABOUT_ELSE = 0.3
"""Of reports: about something else, a star, a helicopter, another drone (domain reference, section 1)."""
WIDE = 0.05
"""Of what the middle of the sector has: any other place, by those reports. So a wrong one rules nothing out."""
RANGE_PART = 0.5
PERSON_SEES_M = 5_000.0
"""Nobody says how far: within this, falling off."""


@dataclass(frozen=True, slots=True)
class SectorReport:
    """Someone at a place points: azimuth with one sigma, distance with its own, either unknown (none)."""

    latitude_deg: float
    longitude_deg: float
    time_ns: int
    azimuth_deg: float | None
    azimuth_sigma_deg: float
    range_m: float | None
    place_sigma_m: float = 100.0

    def log_likelihood(self, latitude_deg: Float64, longitude_deg: Float64, time_ns: int) -> Float64:
        """Weigh places (n,); it holds for ``time_ns`` alone, whatever is asked."""
        north = (latitude_deg - self.latitude_deg) * METRES_PER_DEGREE
        degrees_east = wrapped_longitudes_deg(longitude_deg - self.longitude_deg)
        east = degrees_east * METRES_PER_DEGREE * np.cos(np.deg2rad(self.latitude_deg))
        away = np.maximum(np.hypot(east, north), 1.0)
        score = np.zeros(len(away))
        if self.azimuth_deg is not None:
            off = (np.degrees(np.arctan2(east, north)) - self.azimuth_deg + 180.0) % 360.0 - 180.0
            sigma = np.hypot(self.azimuth_sigma_deg, np.degrees(np.arctan2(self.place_sigma_m, away)))
            score += -0.5 * (off / sigma) ** 2
        if self.range_m is not None:
            sigma_m = np.hypot(RANGE_PART * self.range_m, self.place_sigma_m)
            score += -0.5 * ((away - self.range_m) / sigma_m) ** 2
        else:
            score += -0.5 * (away / PERSON_SEES_M) ** 2
        found: Float64 = np.log((1.0 - ABOUT_ELSE) * np.exp(score) + ABOUT_ELSE * WIDE)
        return found
