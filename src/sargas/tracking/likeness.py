"""How probable it is that an own and a remote track are one object: distance, neighbours, codes, and one to one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import NO_CODE, Float64
from sargas.model.tracks import Tracks
from sargas.tracking.neighbours import NOT_REAL

LN_DENSITY = float(-2.0 * np.log(20_000.0) - np.log(np.pi * 150.0**2) - np.log(5_000.0))
"""Of other objects: one on 400 km², any velocity within 150 m/s, any of 5 km of height."""
NUMBERS = 5
WEIGHT = 1.5
"""Errors of tracks last from report to report: all reports of a pair count as one and a half independent ones."""
LN_SAME_ADDRESS, LN_OTHER_ADDRESS = 12.0, -14.0
LN_NEVER = -1000.0
"""Of a simulated or test track and a real one."""
LN_SAME_CODE, LN_OTHER_CODE = 3.0, -3.0
SHARED_CODES = np.array([0o0000, 0o1000, 0o1200, 0o2000, 0o7000, 0o7500, 0o7600, 0o7700], np.int16)
_PASSES = 20


def score(distance: Float64, log_volume: Float64) -> Float64:
    """Return the logarithm of how much better "one object" explains n pairs than "two objects".

    ``distance``: mean of dᵀ S⁻¹ d over the last reports; ``log_volume``: ln det S of five numbers.
    """
    log_norm = 0.5 * (NUMBERS * np.log(2.0 * np.pi) + log_volume)
    found: Float64 = -0.5 * WEIGHT * distance - log_norm - LN_DENSITY
    return found


def compare_codes(own: Tracks, remote: Tracks) -> Float64:
    """Return what 24-bit addresses and Mode 3/A codes add to the score, rows paired: a strong prior, never a proof."""
    marks = np.uint16(NOT_REAL)
    apart = (own.flags & marks) != (remote.flags & marks)
    both = (own.icao_address != NO_CODE) & (remote.icao_address != NO_CODE)
    same = own.icao_address == remote.icao_address
    found = np.where(apart, LN_NEVER, 0.0)
    found += np.where(both, np.where(same, LN_SAME_ADDRESS, LN_OTHER_ADDRESS), 0.0)
    told = (own.mode_3a != NO_CODE) & (remote.mode_3a != NO_CODE)
    told &= ~np.isin(own.mode_3a, SHARED_CODES) & ~np.isin(remote.mode_3a, SHARED_CODES)
    return found + np.where(told, np.where(own.mode_3a == remote.mode_3a, LN_SAME_CODE, LN_OTHER_CODE), 0.0)


def marginals(scores: Float64, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Float64:
    """Return the probability of each pair when a row and a column are in one pair or none.

    ``scores`` (n,): logarithms against "in no pair"; ``rows``, ``columns``: what each pair is of. Loopy belief
    propagation, in each pass the same sums in the same order. Source: Williams, Lau 2014, IEEE TAES 50 (4).
    """
    if not len(scores):
        return np.zeros(0)
    likely = np.exp(np.clip(scores, -40.0, 40.0))
    back = np.ones(len(likely))
    for _ in range(_PASSES):
        weighted = likely * back
        forth = likely / (1.0 + np.maximum(np.bincount(rows, weighted)[rows] - weighted, 0.0))
        back = 1.0 / (1.0 + np.maximum(np.bincount(columns, forth)[columns] - forth, 0.0))
    weighted = likely * back
    found: Float64 = weighted / (1.0 + np.bincount(rows, weighted)[rows])
    return found
