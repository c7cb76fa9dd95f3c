"""Radar minus ADS-B: how far each plot that names an aircraft lies from where that aircraft says it is.

Compared in what the radar measures, range and azimuth, each with the radar's own sigma, what is left of its bias, and
the doubt of the claim: its codes, its age, its height. Method: docs/gnss-integrity.md.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.geo.kernels import ecef_from_geodetic_scalar, enu_from_ecef_scalar
from sargas.model.kernel import inner_kernel, kernel
from sargas.sensors.site import SiteTable
from sargas.tracking.ellipsoid import Region
from sargas.tracking.scan import position_sigma

RADARS = 6
"""Radars remembered of each aircraft; the one heard longest ago gives way."""
OLDEST_CLAIM_S = 12.0
"""A claim is moved on by its velocity for no longer."""
MANOEUVRE_MPS2 = 3.0
LATE_S = 0.3
"""One sigma of the age that a claimed position has and does not tell."""
FEET_M = 0.3048
HEIGHT_SIGMA_M, PRESSURE_SIGMA_M = 60.0, 250.0
UNKNOWN_HEIGHT_M, UNKNOWN_SIGMA_M = 5_000.0, 5_000.0
FAR = 11.83
"""Squared distance in two directions that three sigma leave to chance in one (0.27 %)."""
SAME_LOOK = 0.5
"""Plots closer in time than this part of a scan period are of one look."""
MOST_ODD = 100

CLAIM = np.dtype(
    [
        ("time_ns", "i8"),
        ("latitude_deg", "f8"),
        ("longitude_deg", "f8"),
        ("altitude_m", "f8"),
        ("altitude_sigma_m", "f8"),
        ("east_mps", "f8"),
        ("north_mps", "f8"),
        ("sigma_m", "f8"),
        ("radar", "i2", (RADARS,)),
        ("odd", "i2", (RADARS,)),
        ("look_ns", "i8", (RADARS,)),
        ("first_odd_ns", "i8", (RADARS,)),
        ("range_m", "f8", (RADARS,)),
        ("azimuth_rad", "f8", (RADARS,)),
        ("range_sigma_m", "f8", (RADARS,)),
        ("azimuth_sigma_rad", "f8", (RADARS,)),
        ("ground_m", "f8", (RADARS,)),
    ],
    align=True,
)
"""The last claim of an aircraft (``time_ns`` 0: none), and what the radars made of it.

Of each of ``RADARS``: its site (``look_ns`` 0: none), looks in turn that were odd and the first of them, the newest
look, radar minus claim and one sigma of that, and how far it is over ground.
"""
OFFSET = np.dtype([("range_m", "f8"), ("azimuth_rad", "f8"), ("scale", "f8"), ("is_fit", "u1")], align=True)
"""Of each site: what is common to all its aircraft, by how much its sigmas are too small, whether it may judge."""
Claims: TypeAlias = Any
"""(aircraft,) array of ``CLAIM``."""
Offsets: TypeAlias = Any
"""(sites,) array of ``OFFSET``."""
LOOK = np.dtype(
    [
        ("row", "i8"),
        ("site", "i2"),
        ("time_ns", "i8"),
        ("latitude_deg", "f8"),
        ("longitude_deg", "f8"),
        ("altitude_m", "f8"),
        ("flight_level_ft", "f8"),
        ("east_mps", "f8"),
        ("north_mps", "f8"),
        ("range_m", "f8"),
        ("azimuth_deg", "f8"),
        ("nic", "i1"),
        ("nac_p", "i1"),
        ("sil", "i1"),
    ],
    align=True,
)
"""A plot with an address: a claim when it has no azimuth, a radar's look when it has one. ``row``: of its aircraft."""
Looks: TypeAlias = Any


@kernel
def take_looks(looks: Looks, claims: Claims, offsets: Offsets, sites: SiteTable, region: Region) -> None:
    """Take claims and looks in order of arrival into ``claims``."""
    for k in range(len(looks)):
        look = looks[k]
        if look.row < 0:
            continue
        if np.isnan(look.azimuth_deg):
            _take_claim(look, claims[look.row], sites[look.site].sigma_position_m)
        elif sites[look.site].placed:
            _take_look(look, claims[look.row], offsets, sites, region)


@inner_kernel
def _take_claim(look: Any, claim: Any, unmarked_sigma_m: float) -> None:
    if look.time_ns <= claim.time_ns:
        return
    claim.time_ns = look.time_ns
    claim.latitude_deg, claim.longitude_deg = look.latitude_deg, look.longitude_deg
    claim.east_mps, claim.north_mps = look.east_mps, look.north_mps
    claim.sigma_m = position_sigma(look.nac_p, look.nic, look.sil, unmarked_sigma_m)
    if not np.isnan(look.altitude_m):
        claim.altitude_m, claim.altitude_sigma_m = look.altitude_m, HEIGHT_SIGMA_M
    elif not np.isnan(look.flight_level_ft):
        claim.altitude_m, claim.altitude_sigma_m = look.flight_level_ft * FEET_M, PRESSURE_SIGMA_M
    elif claim.altitude_sigma_m == 0.0:
        claim.altitude_m, claim.altitude_sigma_m = UNKNOWN_HEIGHT_M, UNKNOWN_SIGMA_M


@inner_kernel
def _take_look(look: Any, claim: Any, offsets: Offsets, sites: SiteTable, region: Region) -> None:
    site = sites[look.site]
    dt_s = (look.time_ns - claim.time_ns) * 1e-9 - site.bias[3]
    speed = np.hypot(claim.east_mps, claim.north_mps)
    if claim.time_ns == 0 or abs(dt_s) > OLDEST_CLAIM_S or np.isnan(speed) or np.isnan(look.range_m):
        return
    latitude = claim.latitude_deg + claim.north_mps * dt_s / 111_195.0
    longitude = claim.longitude_deg + claim.east_mps * dt_s / (111_195.0 * np.cos(np.deg2rad(latitude)))
    x, y, z = ecef_from_geodetic_scalar(latitude, longitude, claim.altitude_m)
    x, y, z = enu_from_ecef_scalar(x, y, z, region.origin_ecef, region.rotation)
    origin, axes = site.position_enu, site.rotation
    x, y, z = x - origin[0], y - origin[1], z - origin[2]
    east = axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z
    north = axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z
    up = axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z
    ground = max(np.hypot(east, north), 1.0)
    slant = np.hypot(ground, up)
    place_sigma = claim.sigma_m**2 + (0.5 * MANOEUVRE_MPS2 * dt_s * dt_s) ** 2 + (LATE_S * speed) ** 2
    range_variance = site.sigma_range_m**2 + (site.range_part * slant) ** 2 + site.bias_variance[0] + place_sigma
    range_variance += (claim.altitude_sigma_m * up / slant) ** 2 + site.bias_variance[3] * speed * speed
    azimuth_variance = site.sigma_azimuth_rad**2 + site.bias_variance[1]
    azimuth_variance += (place_sigma + site.bias_variance[3] * speed * speed) / (ground * ground)
    azimuth = np.deg2rad(look.azimuth_deg) - site.bias[1] - np.arctan2(east, north)
    azimuth -= 2.0 * np.pi * np.round(azimuth / (2.0 * np.pi))
    _note_look(
        look.site,
        look.time_ns,
        claim,
        look.range_m - site.bias[0] - slant,
        azimuth,
        np.sqrt(range_variance),
        np.sqrt(azimuth_variance),
        ground,
        offsets[look.site],
        SAME_LOOK * site.scan_period_s * 1e9,
    )


@inner_kernel
def _note_look(
    site: int,
    time_ns: int,
    claim: Any,
    range_m: float,
    azimuth_rad: float,
    range_sigma_m: float,
    azimuth_sigma_rad: float,
    ground_m: float,
    offset: Any,
    look_ns: float,
) -> None:
    place = 0
    for k in range(RADARS):
        if claim.look_ns[k] > 0 and claim.radar[k] == site:
            place = k
            break
        if claim.look_ns[k] < claim.look_ns[place]:
            place = k
    if claim.look_ns[place] == 0 or claim.radar[place] != site:
        claim.radar[place], claim.odd[place] = site, 0
    elif time_ns - claim.look_ns[place] < look_ns:
        return
    claim.look_ns[place] = time_ns
    claim.range_m[place], claim.azimuth_rad[place] = range_m, azimuth_rad
    claim.ground_m[place] = ground_m
    claim.range_sigma_m[place], claim.azimuth_sigma_rad[place] = range_sigma_m, azimuth_sigma_rad
    across = (range_m - offset.range_m) / (range_sigma_m * offset.scale)
    along = (azimuth_rad - offset.azimuth_rad) / (azimuth_sigma_rad * offset.scale)
    if offset.is_fit and across * across + along * along > FAR:
        if claim.odd[place] == 0:
            claim.first_odd_ns[place] = time_ns
        claim.odd[place] = min(claim.odd[place] + 1, MOST_ODD)
    else:
        claim.odd[place] = 0
