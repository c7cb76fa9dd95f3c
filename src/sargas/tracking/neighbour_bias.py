"""What all tracks of one sender have in common: an offset, and covariances that promise too much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import Float64
from sargas.tracking.correlation_kernels import measure_pairs

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


def inflate(before: Float64, difference: Float64, own: Float64, remote: Float64, is_new: NDArray[np.bool_]) -> Float64:
    """Bring the inflation of each pair nearer to where its position and all of its distances are as expected.

    ``difference`` (n, 6), remote less own; ``own``, ``remote`` (n, 21) as claimed; what is not new keeps its own. A
    tenth down or twice up at most in one report: a partner is quickly doubted and slowly believed.
    """
    wide, volume = np.full(len(before), 1e8), np.empty(len(before))
    whole, place = np.empty(len(before)), np.empty(len(before))
    none = np.zeros(len(before))
    measure_pairs(difference, own, remote, before, none, 0.0, 0.0, whole, volume)
    measure_pairs(_position_of(difference), own, _blind_rates(remote, wide), before, none, 0.0, 0.0, place, volume)
    factor = np.clip(1.0 + 0.2 * (np.maximum(whole / 5.0, place / 2.0) - 1.0), 0.9, 2.0)
    return np.where(is_new, np.clip(before * factor, 1.0, 1e4), before)


def _position_of(difference: Float64) -> Float64:
    found = np.zeros_like(difference)
    found[:, :2] = difference[:, :2]
    return found


def _blind_rates(covariance: Float64, wide: Float64) -> Float64:
    found = covariance.copy()
    found[:, 15] = found[:, 18] = wide
    return found
