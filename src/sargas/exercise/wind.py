"""Wind by height: what carries balloons and weather."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.model.columns import Float64

LAYER_HEIGHTS_M = np.array([0.0, 500.0, 1500.0, 3000.0, 5500.0, 9000.0, 12000.0])
MEAN_SPEEDS_MPS = np.array([4.0, 9.0, 12.0, 14.0, 19.0, 27.0, 31.0])


@dataclass(frozen=True, slots=True, eq=False)
class Wind:
    """Hold the wind at the layer heights, towards east and north (m/s); linear in height between them."""

    east_mps: Float64
    north_mps: Float64

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Wind:
        """Draw a night's wind: from the south-east near the ground, veering and freshening with height."""
        toward_deg = rng.uniform(290.0, 325.0) + np.linspace(0.0, rng.uniform(10.0, 45.0), len(LAYER_HEIGHTS_M))
        speed_mps = MEAN_SPEEDS_MPS * rng.uniform(0.7, 1.2) * rng.uniform(0.85, 1.15, len(LAYER_HEIGHTS_M))
        toward = np.deg2rad(toward_deg)
        return cls(speed_mps * np.sin(toward), speed_mps * np.cos(toward))

    def at(self, height_m: Float64) -> tuple[Float64, Float64]:
        """Return the wind east and north (m/s) at heights above the plain (m)."""
        east = np.interp(height_m, LAYER_HEIGHTS_M, self.east_mps)
        north = np.interp(height_m, LAYER_HEIGHTS_M, self.north_mps)
        return east, north
