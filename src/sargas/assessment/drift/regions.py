"""The region that holds a share of an ensemble: the hull of its densest members.

An ensemble under shear is bent like a banana, and one that may float or fall has two parts: an ellipse around it would
be mostly empty. The densest members are those with the highest kernel density; their convex hull is drawn a little
wider than the members themselves reach. Source of the bandwidth: Silverman 1986, equation 4.14.
"""

from __future__ import annotations

import numpy as np
import shapely

from sargas.model.columns import Float64
from sargas.model.kernel import kernel

WIDER = 0.35
"""Bandwidths that a region is wider than the hull of its members; tuned on seeds of their own (docs/drifters.md)."""
LEAST_M = 100.0


def region_of(x_m: Float64, y_m: Float64, share: float) -> Float64:
    """Return the ring (k, 2), plane metres, of the region that holds a share of members (m,)."""
    dx, dy = x_m - x_m.mean(), y_m - y_m.mean()
    n = len(x_m)
    xx = float(dx @ dx) / n + LEAST_M**2 / 100.0
    yy = float(dy @ dy) / n + LEAST_M**2 / 100.0
    xy = float(dx @ dy) / n
    sx, slope = np.sqrt(xx), xy / xx
    sy = np.sqrt(yy - slope * xy)
    bandwidth = n ** (-1.0 / 6.0)
    density = np.empty(n)
    _densities(dx / sx, (dy - slope * dx) / sy, bandwidth, density)
    kept = np.argsort(-density, kind="stable")[: max(3, round(share * n))]
    points = np.column_stack([x_m[kept], y_m[kept]])
    hull = shapely.convex_hull(shapely.linestrings(points))
    wider_m = max(LEAST_M, WIDER * bandwidth * float(np.sqrt(sx * sy)))
    wide = hull.buffer(wider_m, quad_segs=2)
    return np.asarray(wide.exterior.coords)[:-1]


def area_km2(ring: Float64) -> float:
    """Return the area of a ring in plane metres."""
    x, y = ring.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2e6


@kernel
def _densities(x: Float64, y: Float64, bandwidth: float, out: Float64) -> None:
    """Fill the density (m,) of others around each member, not counting itself; places are in sigmas."""
    n = len(x)
    out[:] = 0.0
    scale = -0.5 / (bandwidth * bandwidth)
    for i in range(n):
        for j in range(i):
            dx, dy = x[i] - x[j], y[i] - y[j]
            near = np.exp(scale * (dx * dx + dy * dy))
            out[i] += near
            out[j] += near
