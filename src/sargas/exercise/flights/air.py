"""The air that flights move in: a wind that changes with height, and gusts; one of each for every flight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.model.columns import Float64

LAYERS = 3
"""Sheets of shear in each profile."""


@dataclass(frozen=True, slots=True)
class Air:
    """Wind profiles of n flights: at the ground, growing and turning with height, with wavy shear."""

    ground_mps: Float64
    growth: Float64
    direction_rad: Float64
    veer_rad_m: Float64
    shear_mps: Float64
    wave_m: Float64
    phase_rad: Float64
    gust_mps: Float64

    @classmethod
    def draw(cls, n: int, rng: np.random.Generator) -> Air:
        """Draw profiles: Weibull at the ground (mean near 4 m/s), two to six times that at the tropopause."""
        return cls(
            ground_mps=np.minimum(4.5 * rng.weibull(1.9, n), 14.0),
            growth=rng.uniform(0.15, 0.5, n),
            direction_rad=rng.uniform(-np.pi, np.pi, n),
            veer_rad_m=rng.normal(0.0, 1.2e-4, n),
            shear_mps=rng.exponential(0.8, (n, LAYERS)),
            wave_m=np.exp(rng.uniform(np.log(400.0), np.log(5000.0), (n, LAYERS))),
            phase_rad=rng.uniform(0.0, 2 * np.pi, (n, LAYERS)),
            gust_mps=np.minimum(rng.exponential(0.5, n) + 0.05, 2.0),
        )

    def wind(self, height_m: Float64) -> tuple[Float64, Float64]:
        """Return the wind east and north (m/s) of every flight at its height above the ground (n,)."""
        height = np.clip(height_m, 0.0, 35_000.0)
        top = np.minimum(height, 11_000.0) - 0.35 * np.clip(height - 11_000.0, 0.0, 12_000.0)
        speed = self.ground_mps * (0.8 + self.growth * top / 1000.0)
        angle = self.direction_rad + self.veer_rad_m * height
        wave = self.shear_mps * np.sin(2 * np.pi * height[:, None] / self.wave_m + self.phase_rad)
        return speed * np.sin(angle) + wave.sum(axis=1), speed * np.cos(angle) + wave[:, ::-1].cumsum(axis=1)[:, 1]


def wander(values: Float64, sigma: Float64 | float, slow_s: Float64 | float, step_s: float, noise: Float64) -> Float64:
    """Advance Ornstein-Uhlenbeck values of a stationary sigma and correlation time; noise is standard normal."""
    keep = np.exp(-step_s / slow_s)
    return keep * values + sigma * np.sqrt(1.0 - keep * keep) * noise
