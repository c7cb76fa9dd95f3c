"""Routes: airways, rivers, valleys; how likely a track follows one, and where that would take it.

The track's own past answers: at moments spread over its last minutes, how far aside of the line it was and how well
its way agreed with the line's. Each moment is weighed against a flight that cares for no route; moments near in time
tell the same, so that the whole past counts as a few. What follows a route goes on along the line at its speed and
keeps its distance from the middle, ever less.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp, hypot, log, pi, sqrt
from typing import NamedTuple

import numpy as np

from sargas.assessment.prediction.fits import CURVE, LINE, NOISE
from sargas.assessment.prediction.past import COARSE, FINE, T, Track, X, Y
from sargas.geo.kernels import ecef_from_geodetic_scalar, enu_from_ecef_scalar
from sargas.model.columns import Float64, Int64
from sargas.model.kernel import inner_kernel
from sargas.model.records import Route

LONGEST_LEG_M = 20_000.0
"""Longer legs are cut, so that each is straight in the plane of a track to a few metres."""
NEAR_M = 60_000.0
"""A route farther off says nothing."""
PRIOR = 0.05
"""Probability, before anything is seen, that a track follows one of the routes about."""
APART_S = 20.0
"""Between two moments that are looked at."""
MOMENTS = 10
INDEPENDENT_S = 60.0
"""Moments of so long a time count as one."""
FREE_M = 4_000.0
"""Who follows no route is anywhere within so much of it, either side."""
AGREES = 16.0
"""Concentration (von Mises) of the way of who follows a route about the line's."""
STRAYS = 0.02
"""Share of moments at which who follows a route is anywhere."""
HEALS_M = 6_000.0
"""Way over which the distance from the middle falls to a third."""
LEAST_MPS = 3.0
FOUND = 6
"""Figures of a route found."""


class Routes(NamedTuple):
    """Corners of all routes on end, as ECEF metres; route r has corners first[r] to first[r + 1]."""

    corner: Float64
    """(c, 3)."""
    first: Int64
    """(r + 1,)."""
    half_width_m: Float64
    """(r,)."""


def no_routes() -> Routes:
    """Return routes of which there is none."""
    return Routes(np.zeros((0, 3)), np.zeros(1, np.int64), np.zeros(0))


def routes_of(routes: Sequence[Route]) -> Routes:
    """Lay out routes for the compiled loop; long legs are cut."""
    corners, first = [], [0]
    for route in routes:
        line = [np.array(ecef_from_geodetic_scalar(latitude, longitude, 0.0)) for longitude, latitude in route.line]
        count = 1
        corners.append(line[0])
        for before, after in pairwise(line):
            parts = max(1, int(np.ceil(np.linalg.norm(after - before) / LONGEST_LEG_M)))
            corners += [before + (after - before) * (k / parts) for k in range(1, parts + 1)]
            count += parts
        first.append(first[-1] + count)
    if not corners:
        return no_routes()
    return Routes(np.array(corners), np.array(first), np.array([0.5 * route.width_m for route in routes]))


@inner_kernel
def find_route(routes: Routes, track: Track, fits: Float64, line: Float64, found: Float64) -> int:
    """Find the route that a track most probably follows; return its number of corners, 0: none is near.

    ``line`` (most corners, 2) becomes its corners in the track's plane, in the direction flown. ``found`` (``FOUND``,)
    becomes the probability, the leg now, the way along that leg (m), the distance left of it (m), half the width (m)
    and the number of the route.
    """
    found[:] = 0.0
    speed = hypot(fits[LINE + 10], fits[LINE + 11])
    if len(routes.half_width_m) == 0 or speed < LEAST_MPS:
        return 0
    moments = np.empty((MOMENTS, 4))
    kept = _moments(track, moments)
    best, total, chosen, forwards, about = 0.0, 0.0, -1, True, 0
    for r in range(len(routes.half_width_m)):
        n = _laid_out(routes, r, track, True, line)
        if n == 0:
            continue
        about += 1
        for is_forward in (True, False):
            odds = exp(_evidence(moments[:kept], fits[NOISE], line[:n], is_forward, routes.half_width_m[r]))
            total += odds
            if odds > best:
                best, chosen, forwards = odds, r, is_forward
    if chosen < 0:
        return 0
    n = _laid_out(routes, chosen, track, forwards, line)
    # each of the routes about has an equal part of the prior, in either direction; those farther off have none
    share = PRIOR / (1.0 - PRIOR) / about / 2.0
    found[0] = share * best / (1.0 + share * total)
    leg, along, aside, _, _ = _nearest(line[:n], fits[CURVE], fits[CURVE + 1])
    found[1], found[2], found[3], found[4] = leg, along, aside, routes.half_width_m[chosen]
    found[5] = chosen
    return n


@inner_kernel
def follow_route(line: Float64, n: int, found: Float64, way_m: float, out: Float64) -> None:
    """Set the place (2,) after a way along the line; past its end it goes straight on."""
    leg, left = int(found[1]), found[2] + way_m
    while leg < n - 2:
        length = hypot(line[leg + 1, 0] - line[leg, 0], line[leg + 1, 1] - line[leg, 1])
        if left <= length:
            break
        left -= length
        leg += 1
    dx, dy = line[leg + 1, 0] - line[leg, 0], line[leg + 1, 1] - line[leg, 1]
    length = hypot(dx, dy)
    aside = found[3] * exp(-way_m / HEALS_M)
    out[0] = line[leg, 0] + (dx * left - dy * aside) / length
    out[1] = line[leg, 1] + (dy * left + dx * aside) / length


@inner_kernel
def _laid_out(routes: Routes, r: int, track: Track, is_forward: bool, line: Float64) -> int:
    """Lay a route out in the plane of a track; return its number of corners, 0 where all are far off."""
    first, end = routes.first[r], routes.first[r + 1]
    frame, nearest = track.frame, np.inf
    for k in range(first, end):
        at = k - first if is_forward else end - 1 - k
        x, y, z = routes.corner[k, 0], routes.corner[k, 1], routes.corner[k, 2]
        east_m, north_m, _ = enu_from_ecef_scalar(x, y, z, frame[2:5], frame[5:14].reshape(3, 3))
        line[at, 0], line[at, 1] = east_m, north_m
        nearest = min(nearest, hypot(east_m - track.last[0, 1], north_m - track.last[0, 2]))
    return end - first if nearest < NEAR_M else 0


@inner_kernel
def _nearest(line: Float64, x: float, y: float) -> tuple[int, float, float, float, float]:
    """Return the nearest leg, the way along it, the distance left of it, and its direction (2)."""
    best, leg, along, aside, ux, uy = np.inf, 0, 0.0, 0.0, 1.0, 0.0
    for k in range(len(line) - 1):
        dx, dy = line[k + 1, 0] - line[k, 0], line[k + 1, 1] - line[k, 1]
        length = hypot(dx, dy)
        dx, dy = dx / length, dy / length
        gone = (x - line[k, 0]) * dx + (y - line[k, 1]) * dy
        held = min(max(gone, 0.0), length)
        off = hypot(x - line[k, 0] - held * dx, y - line[k, 1] - held * dy)
        if off < best:
            best, leg, along, ux, uy = off, k, held, dx, dy
            left = (y - line[k, 1]) * dx - (x - line[k, 0]) * dy
            aside = off if left >= 0.0 else -off
    return leg, along, aside, ux, uy


@inner_kernel
def _evidence(moments: Float64, noise_m: float, line: Float64, is_forward: bool, half_width_m: float) -> float:
    """Return the log of how much likelier the past is for who follows the line in a direction than for who does not."""
    sign = 1.0 if is_forward else -1.0
    wide = sqrt((0.6 * half_width_m) ** 2 + noise_m**2 + 50.0**2)
    n = len(moments)
    if n == 0:
        return -20.0
    summed = 0.0
    for m in range(n):
        x, y, vx, vy = moments[m]
        gone = hypot(vx, vy)
        _, _, aside, ux, uy = _nearest(line, x, y)
        follows = exp(-0.5 * (aside / wide) ** 2) / (wide * sqrt(2.0 * pi))
        if gone > 1e-6:
            # over the density of a direction that may be any: 1 / I0(AGREES), by its asymptote
            turned = sign * (vx * ux + vy * uy) / gone
            follows *= exp(AGREES * (turned - 1.0)) * sqrt(2.0 * pi * AGREES)
        summed += log((1.0 - STRAYS) * follows * 2.0 * FREE_M + STRAYS)
    return summed / n * (1.0 + n * APART_S / INDEPENDENT_S)


@inner_kernel
def _moments(track: Track, out: Float64) -> int:
    """Fill place (2,) and way since the moment before (2,) of moments ``APART_S`` apart, newest first; their number."""
    n, x, y, due_s = 0, track.last[0, X], track.last[0, Y], track.last[0, T] - APART_S
    for k in range(track.fine_count - 1, max(track.fine_count - FINE, 0) - 1, -1):
        slot = track.fine[k % FINE]
        if slot[T] <= due_s:
            out[n, 0], out[n, 1], out[n, 2], out[n, 3] = x, y, x - slot[X], y - slot[Y]
            n += 1
            x, y, due_s = slot[X], slot[Y], slot[T] - APART_S
            if n == len(out):
                return n
    for k in range(track.coarse_count - 1, max(track.coarse_count - COARSE, 0) - 1, -1):
        slot = track.coarse[k % COARSE]
        if slot[0] <= due_s:
            out[n, 0], out[n, 1], out[n, 2], out[n, 3] = x, y, x - slot[1], y - slot[2]
            n += 1
            x, y, due_s = slot[1], slot[2], slot[0] - APART_S
            if n == len(out):
                return n
    return n
