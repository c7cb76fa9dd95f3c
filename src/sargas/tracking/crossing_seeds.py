"""Where two lines of position cross: the places from which a flight through them is looked for."""

from __future__ import annotations

import numpy as np

from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel
from sargas.sensors.site import Site, SiteTable
from sargas.tracking.ellipsoid import Region, altitude_at
from sargas.tracking.heard import STARTS, Crossing, fill_line
from sargas.tracking.imm import Work
from sargas.tracking.measurement import DIFFERENCE, INNOVATION
from sargas.tracking.parameters import Tuning
from sargas.tracking.state import Heard

SEED_S = 4.0
"""Most time between the moments at which two crossing lines left their object."""
SEED_SINE = 0.1
"""Sine of the least angle of a crossing that is tried; how good the place is its covariance says."""
HYPERBOLA_STEPS = 64


@inner_kernel
def find_crossings(
    heard: Heard, cross: Crossing, k: int, sites: SiteTable, region: Region, par: Tuning, work: Work
) -> int:
    """Write where the new line and ``listed[k]`` cross into ``cross.starts``, at rest; returns how often they do."""
    first, second = cross.listed[0], cross.listed[k]
    line_a, line_b = heard[first.site, first.entry], heard[second.site, second.entry]
    cross.tilted = not (np.isnan(line_a.elevation_rad) and np.isnan(line_b.elevation_rad))
    if line_a.kind == DIFFERENCE:
        return _follow_hyperbola(heard, cross, 0, k, sites, region, par, work)
    if line_b.kind == DIFFERENCE:
        return _follow_hyperbola(heard, cross, k, 0, sites, region, par, work)
    return _cross_bearings(heard, cross, k, sites, region, par)


@inner_kernel
def _cross_bearings(heard: Heard, cross: Crossing, k: int, sites: SiteTable, region: Region, par: Tuning) -> int:
    # on the ground plane of the region frame: s_a + a d_a = s_b + b d_b
    if cross.listed[k].site == cross.listed[0].site:
        return 0
    first, second = sites[cross.listed[0].site], sites[cross.listed[k].site]
    line_a = heard[cross.listed[0].site, cross.listed[0].entry]
    line_b = heard[cross.listed[k].site, cross.listed[k].entry]
    ax, ay = _direction(first, line_a.azimuth_rad)
    bx, by = _direction(second, line_b.azimuth_rad)
    sine = ax * by - ay * bx
    if abs(sine) < SEED_SINE:
        return 0
    dx, dy = second.position_enu[0] - first.position_enu[0], second.position_enu[1] - first.position_enu[1]
    a, b = (dx * by - dy * bx) / sine, (dx * ay - dy * ax) / sine
    if not (0.0 < a < first.max_range_m and 0.0 < b < second.max_range_m):
        return 0
    apart_s = (line_a.time_ns - line_b.time_ns) * 1e-9 - _travel_s(first, a) + _travel_s(second, b)
    if abs(apart_s) > SEED_S:
        return 0
    height = first.height_m + par.low_m
    if not np.isnan(line_a.elevation_rad):
        height = first.height_m + a * np.tan(min(line_a.elevation_rad, 1.5))
    elif not np.isnan(line_b.elevation_rad):
        height = second.height_m + b * np.tan(min(line_b.elevation_rad, 1.5))
    x, place = cross.starts[0], first.position_enu
    _set_place(x, place[0] + a * ax, place[1] + a * ay, place[2], height, region)
    return 1


@inner_kernel
def _set_place(x: Float64, east: float, north: float, z: float, height_m: float, region: Region) -> None:
    # at rest, at that ellipsoidal height
    x[0], x[1], x[2] = east, north, z
    x[2] += height_m - altitude_at(region, east, north, z)
    x[3] = x[4] = x[5] = 0.0


@inner_kernel
def _follow_hyperbola(
    heard: Heard, cross: Crossing, curve: int, k: int, sites: SiteTable, region: Region, par: Tuning, work: Work
) -> int:
    """Find where another line crosses the hyperbola of ``listed[curve]``, by its innovation changing sign along it.

    Foci at the receivers, half the baseline c from the middle: a cosh t along it, sqrt(c^2 - a^2) sinh t across, with
    2 a the range difference (on the ground plane of the region frame).
    """
    listed = cross.listed[curve]
    line = heard[listed.site, listed.entry]
    if abs(cross.listed[k].gap_ns - listed.gap_ns) > SEED_S * 1e9:
        return 0
    site, reference = sites[listed.site], sites[line.reference]
    mx, my = site.position_enu[0], site.position_enu[1]
    ux, uy = reference.position_enu[0] - mx, reference.position_enu[1] - my
    c = 0.5 * np.sqrt(ux * ux + uy * uy)
    a = min(max(0.5 * line.range_m, -0.999 * c), 0.999 * c)
    if c < 1.0:
        return 0
    mx, my, ux, uy = mx + 0.5 * ux, my + 0.5 * uy, 0.5 * ux / c, 0.5 * uy / c
    b, found, before, x = np.sqrt(c * c - a * a), 0, np.nan, cross.start
    most = np.arcsinh(site.max_range_m / b)
    for step in range(HYPERBOLA_STEPS + 1):
        t = most * (2.0 * step / HYPERBOLA_STEPS - 1.0)
        along, aside = a * np.cosh(t), b * np.sinh(t)
        height = site.height_m + par.low_m
        _set_place(x, mx + along * ux - aside * uy, my + along * uy + aside * ux, site.position_enu[2], height, region)
        if fill_line(heard, cross, k, x, sites, region, par, work) == 0:
            before = np.nan
            continue
        off, slope = work.rows[0, INNOVATION], np.hypot(work.rows[0, 0], work.rows[0, 1])
        # an azimuth that wraps changes sign too, but by more than any step
        if before * off < 0.0 and abs(before - off) < max(2.0, 1e3 * slope) and found < STARTS:
            for e in range(6):
                cross.starts[found, e] = x[e]
            found += 1
        before = off
    return found


@inner_kernel
def _direction(site: Site, azimuth_rad: float) -> tuple[float, float]:
    # unit vector on the ground plane of the region frame
    s, c, axes = np.sin(azimuth_rad), np.cos(azimuth_rad), site.rotation
    x, y = axes[0, 0] * s + axes[1, 0] * c, axes[0, 1] * s + axes[1, 1] * c
    length = np.sqrt(x * x + y * y)
    return x / length, y / length


@inner_kernel
def _travel_s(site: Site, range_m: float) -> float:
    return range_m / site.wave_mps if site.wave_mps > 0.0 else 0.0
