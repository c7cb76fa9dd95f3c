"""How far the way flown speaks for another zone: an object makes for one of several at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from sargas.model.columns import Float64
from sargas.model.kernel import kernel

MOST = 1.5
"""Log-odds by which another zone may be spoken for more and count."""


def apart(shapes: Sequence[Any], radius_m: Float64) -> NDArray[np.bool_]:
    """Mark the pairs of zones (z, z) that share no ground: who enters one need not enter the other.

    ``shapes`` are polygons in plane metres, and of cylinders the centre; ``radius_m`` (z,): 0 of polygons.
    """
    plans = np.array(shapes, object)
    away_m: Float64 = shapely.distance(plans[:, None], plans[None, :])
    return away_m > radius_m[:, None] + radius_m[None, :]


@kernel
def measure_elsewhere(goal: Float64, is_apart: NDArray[np.bool_], out: Float64) -> None:
    """Write by how much the best of the other zones is spoken for more than each, log-odds (n, z), 0 to ``MOST``."""
    zones = goal.shape[1]
    for i in range(goal.shape[0]):
        best = 0.0
        for z in range(zones):
            best = max(best, goal[i, z])
        for z in range(zones):
            more = 0.0
            if best > goal[i, z]:
                for other in range(zones):
                    if is_apart[z, other]:
                        more = max(more, goal[i, other] - goal[i, z])
            out[i, z] = min(more, MOST)
