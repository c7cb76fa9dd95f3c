"""SplitMix64: the hash under every number that is drawn below the runtime; no generator, the same for ever.

Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA, figure 16.
"""

from __future__ import annotations

import numpy as np

from sargas.model.kernel import inlined_kernel

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""Step between the states of one stream."""
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)


@inlined_kernel
def scramble(z: np.uint64) -> np.uint64:
    """Return 64 bits that depend on all of ``z``."""
    z = (z ^ (z >> np.uint64(30))) * FIRST
    z = (z ^ (z >> np.uint64(27))) * SECOND
    return z ^ (z >> np.uint64(31))
