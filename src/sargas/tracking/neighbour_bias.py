"""What all tracks of one sender have in common: an offset, and covariances that promise too much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from sargas.model.columns import Float64

LEAST_PAIRS = 8
"""Pairs needed before anything is said of the sender: fewer could share a manoeuvre."""
SHARE = 0.1
"""Of the newest estimate in the running one, a tick."""
SIGNIFICANT = 4.0
_NORMAL = 1.4826


@dataclass(frozen=True, slots=True)
class NeighbourBias:
    """Common errors of one sender, learnt from the pairs that are joined; nothing known: no offset, inflation 1."""

    east_m: float = 0.0
    north_m: float = 0.0
    inflation: float = 1.0
    """Median of its pairs."""
    is_significant: bool = False

    @property
    def offset_m(self) -> Float64:
        """Return what is subtracted from its positions, east and north: 0 until it stands out from the noise."""
        return np.array([self.east_m, self.north_m]) if self.is_significant else np.zeros(2)

    def learn(self, difference_m: Float64, inflation: Float64) -> Self:
        """Take the differences (n, 2), remote less own as reported, and the inflations (n,) of the joined pairs."""
        if len(difference_m) < LEAST_PAIRS:
            return replace(self, inflation=1.0, is_significant=False)
        middle = np.median(difference_m, axis=0)
        spread = _NORMAL * np.median(np.abs(difference_m - middle), axis=0)
        error = 1.2533 * spread / np.sqrt(len(difference_m))
        east, north = (1.0 - SHARE) * np.array([self.east_m, self.north_m]) + SHARE * middle
        stands_out = bool(np.hypot(*(np.array([east, north]) / np.maximum(error, 1.0))) > SIGNIFICANT)
        return replace(
            self,
            east_m=float(east),
            north_m=float(north),
            inflation=float(np.median(inflation)),
            is_significant=stands_out,
        )
