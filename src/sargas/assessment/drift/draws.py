"""Numbers drawn for an ensemble: hashes of a key and a counter, no generator and no state.

Equal keys give equal numbers on every machine and with every version of any library, which a library's own stream does
not promise: a replay years later draws the same members. The hash is ``splitmix``; normal numbers: Box and Muller 1958.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, log, pi, sin, sqrt

import numpy as np

from sargas.assessment.splitmix import GOLDEN, scramble
from sargas.model.columns import NS_PER_S, Float64, UInt64
from sargas.model.kernel import inner_kernel, kernel

UNIT = 2.0**-53


@dataclass(slots=True)
class Draws:
    """Draw numbers one after the other from a key."""

    key: np.uint64
    count: int = 0
    """Numbers drawn so far."""

    @classmethod
    def of(cls, track_id: int, time_ns: int) -> Draws:
        """Begin the numbers of one track at one second."""
        return cls(_key(track_id % 2**64, time_ns // NS_PER_S % 2**64))

    def even(self, *shape: int) -> Float64:
        """Draw evenly from 0 to 1, both left out."""
        found = np.empty(shape)
        _fill_even(self.key, self.count, found.reshape(-1))
        self.count += found.size
        return found

    def normal(self, *shape: int) -> Float64:
        """Draw from the standard normal distribution."""
        found = np.empty(shape)
        _fill_normal(self.key, self.count, found.reshape(-1))
        self.count += found.size + 1
        return found


def _key(track_id: int, second: int) -> np.uint64:
    octets = np.array([track_id, second], np.uint64)
    return np.uint64(_mix_two(octets))


@kernel
def _mix_two(octets: UInt64) -> np.uint64:
    return scramble(scramble(octets[0] + GOLDEN) ^ (octets[1] * GOLDEN))


@inner_kernel
def _unit(key: np.uint64, count: int) -> float:
    """Return the number of a counter: the middle of one of 2^53 equal parts of 0 to 1."""
    return (float(scramble(key + np.uint64(count + 1) * GOLDEN) >> np.uint64(11)) + 0.5) * UNIT


@kernel
def _fill_even(key: np.uint64, count: int, out: Float64) -> None:
    for k in range(out.size):
        out[k] = _unit(key, count + k)


@kernel
def _fill_normal(key: np.uint64, count: int, out: Float64) -> None:
    for k in range(0, out.size, 2):
        radius = sqrt(-2.0 * log(_unit(key, count + k)))
        angle = 2.0 * pi * _unit(key, count + k + 1)
        out[k] = radius * cos(angle)
        if k + 1 < out.size:
            out[k + 1] = radius * sin(angle)
