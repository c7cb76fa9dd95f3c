"""The region that holds a share of an ensemble: the hull of its densest members.

An ensemble under shear is bent like a banana, and one that may float or fall has two parts: an ellipse around it would
be mostly empty. The densest members are those with the highest kernel density; their convex hull is drawn a little
wider than the members themselves reach. Source of the bandwidth: Silverman 1986, equation 4.14.
"""

from __future__ import annotations

import numpy as np
import shapely
from numba import njit

from sargas.model.columns import Float64

WIDER = 0.35
"""Bandwidths that a region is wider than the hull of its members; tuned on seeds of their own (docs/drifters.md)."""
LEAST_M = 100.0


def region_of(x_m: Float64, y_m: Float64, share: float) -> Float64:
    """Return the ring (k, 2), plane metres, of the region that holds a share of members (m,)."""
    cov = np.cov(x_m, y_m) + LEAST_M**2 / 100.0 * np.eye(2)
    white = np.linalg.solve(np.linalg.cholesky(cov), np.stack([x_m - x_m.mean(), y_m - y_m.mean()]))
    bandwidth = len(x_m) ** (-1.0 / 6.0)
    density = np.empty(len(x_m))
    _densities(np.ascontiguousarray(white), bandwidth, density)
    kept = np.argsort(-density, kind="stable")[: max(3, round(share * len(x_m)))]
    hull = shapely.convex_hull(shapely.multipoints(np.column_stack([x_m[kept], y_m[kept]])))
    wider_m = max(LEAST_M, WIDER * bandwidth * float(np.sqrt(np.linalg.det(cov) ** 0.5)))
    wide = hull.buffer(wider_m, quad_segs=2)
    return np.asarray(wide.exterior.coords)[:-1]


def area_km2(ring: Float64) -> float:
    """Return the area of a ring in plane metres."""
    x, y = ring.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2e6


@njit(cache=True, nogil=True, error_model="numpy")
def _densities(white: Float64, bandwidth: float, out: Float64) -> None:
    """Fill the density (m,) of others around each member, not counting itself."""
    n = white.shape[1]
    out[:] = 0.0
    scale = -0.5 / (bandwidth * bandwidth)
    for i in range(n):
        for j in range(i):
            dx, dy = white[0, i] - white[0, j], white[1, i] - white[1, j]
            near = np.exp(scale * (dx * dx + dy * dy))
            out[i] += near
            out[j] += near
