"""Paths: where n flights are at every whole second, and how fast, in metres east, north and up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import Float64

Bool: TypeAlias = NDArray[np.bool_]
STEP_S = 0.5
"""Inner step of the motion."""


@dataclass(slots=True)
class Paths:
    """Positions and velocities (n, seconds, 3): east, north, height above the ground (m, m/s) at whole seconds."""

    position_m: Float64
    velocity_mps: Float64

    @classmethod
    def empty(cls, n: int, seconds: int) -> Paths:
        """Return paths to be filled."""
        return cls(np.zeros((n, seconds, 3)), np.zeros((n, seconds, 3)))

    def put(self, second: int, position_m: Float64, velocity_mps: Float64) -> None:
        """Write all flights at one second."""
        self.position_m[:, second], self.velocity_mps[:, second] = position_m, velocity_mps


def draw_heights(rng: np.random.Generator, n: int, bounds_m: tuple[float, float], low_share: float) -> Float64:
    """Draw heights above the ground (n,): evenly, or for a share of flights within the lowest fifth."""
    low, high = bounds_m
    is_low = rng.random(n) < low_share
    return low + (high - low) * rng.random(n) * np.where(is_low, 0.2, 1.0)
