"""Chance for kernels: a stream of its own for each particle, a function of its seed and of nothing else.

The stream is that of ``splitmix``.
"""

from __future__ import annotations

import numpy as np

from sargas.assessment.splitmix import GOLDEN, scramble
from sargas.model.columns import UInt64
from sargas.model.kernel import inlined_kernel, kernel


@inlined_kernel
def draw(streams: UInt64, i: int) -> float:
    """Return the next number of a stream, evenly in 0..1."""
    streams[i] += GOLDEN
    return float(scramble(streams[i]) >> np.uint64(11)) * 1.1102230246251565e-16


@inlined_kernel
def draw_two(streams: UInt64, i: int) -> tuple[float, float]:
    """Return two numbers of mean 0 and sigma 1, each the sum of four even ones: within 3.5, near enough a normal."""
    streams[i] += GOLDEN
    a = scramble(streams[i])
    streams[i] += GOLDEN
    b = scramble(streams[i])
    return _sum_of_four(a), _sum_of_four(b)


@inlined_kernel
def draw_small(streams: UInt64, i: int) -> tuple[float, float, float]:
    """Return two numbers of mean 0 and sigma 1 for a step among many, each the sum of two even ones, and one in 0..1.

    The last is coarse: steps of 2^-32.
    """
    streams[i] += GOLDEN
    z = scramble(streams[i])
    streams[i] += GOLDEN
    u = scramble(streams[i])
    mask = np.uint64(0xFFFF)
    a = float((z & mask) + ((z >> np.uint64(16)) & mask))
    b = float(((z >> np.uint64(32)) & mask) + (z >> np.uint64(48)))
    share = float(u >> np.uint64(32)) * 2.3283064365386963e-10
    return (a / 65535.0 - 1.0) * 2.449489742783178, (b / 65535.0 - 1.0) * 2.449489742783178, share


@inlined_kernel
def _sum_of_four(z: np.uint64) -> float:
    mask = np.uint64(0xFFFF)
    total = (z & mask) + ((z >> np.uint64(16)) & mask) + ((z >> np.uint64(32)) & mask) + (z >> np.uint64(48))
    return (float(total) / 65535.0 - 2.0) * 1.7320508075688772


@kernel
def seed_streams(streams: UInt64, seed: np.uint64) -> None:
    """Start every stream anew from one seed."""
    for i in range(len(streams)):
        streams[i] = scramble(seed + np.uint64(i + 1) * GOLDEN)
