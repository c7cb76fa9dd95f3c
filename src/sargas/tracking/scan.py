"""One scan at a time: which plots of a batch can be used, where they lie, and in which order they are taken."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.geo.kernels import ecef_from_geodetic_scalar, enu_from_ecef_scalar, enu_from_polar_scalar
from sargas.model.columns import NO_CODE, Int16, PlotFlag
from sargas.model.kernel import inner_kernel
from sargas.model.plots import Plots
from sargas.sensors.site import LIGHT_MPS, Site, SiteTable
from sargas.tracking.ellipsoid import Region, altitude_at
from sargas.tracking.measurement import BEARING, DIFFERENCE, POLAR, POSITION, Measurement
from sargas.tracking.parameters import Tuning

COUNT_NAMES = (
    "used",
    "started",
    "late",
    "duplicate",
    "doubtful",
    "bearing_only",
    "unplaced",
    "no_measurement",
    "out_of_range",
    "ahead",
    "unlikely",
)
"""What became of each plot: ``used`` updated a track, ``started`` began one, the others did neither."""
USED, STARTED, LATE, DUPLICATE, DOUBTFUL, BEARING_ONLY, UNPLACED, NO_MEASUREMENT, OUT_OF_RANGE, AHEAD, UNLIKELY = range(
    11
)

SENSOR_TENTATIVE = int(PlotFlag.SENSOR_TENTATIVE)
VELOCITY_SIGMA_MPS = 5.0
"""One sigma per component of a velocity that an aircraft reports itself."""
SAME_SCAN = 0.75
"""Part of a scan period within which two plots of one scan number belong to the same look."""
FEET_M = 0.3048
LONGEST_RANGE_M = 2_000e3
FASTEST_MPS = 5_000.0
HIGHEST_M = 100_000.0
LOWEST_M = -2_000.0
HEIGHT_SIGMA_M = 20.0
"""One sigma of a reported ellipsoidal height."""
GEOID_SIGMA_M = 30.0
"""One sigma of a height above mean sea level taken as ellipsoidal."""
AIRLINER_HEIGHT_M = 12_000.0
EARTH_RADIUS_M = 6_378e3

_EPU_M = np.array([0.0, 18520.0, 7408.0, 3704.0, 1852.0, 926.0, 555.6, 185.2, 92.6, 30.0, 10.0, 3.0])
"""95 % position error by NACp 0..11 (DO-260B table 2-70); 0 is unknown."""
_CONTAINMENT_M = np.array([0.0, 37040.0, 14816.0, 7408.0, 3704.0, 1852.0, 1111.2, 370.4, 185.2, 75.0, 25.0, 7.5])
"""Containment radius by NIC 0..11 (DO-260B table 2-69); 0 is unknown."""
_UNKNOWN_SIGMA_M = 500.0
_FLOOR_SIGMA_M = 15.0


_TAKEN = (
    ("time_ns", "i8"),
    ("receive_time_ns", "i8"),
    ("scan", "i8"),
    ("range_m", "f8"),
    ("azimuth_deg", "f8"),
    ("elevation_deg", "f8"),
    ("range_rate_mps", "f8"),
    ("latitude_deg", "f8"),
    ("longitude_deg", "f8"),
    ("altitude_m", "f8"),
    ("flight_level_ft", "f8"),
    ("velocity_east_mps", "f8"),
    ("velocity_north_mps", "f8"),
    ("velocity_up_mps", "f8"),
    ("icao_address", "i4"),
    ("mode_3a", "i2"),
    ("flags", "u2"),
    ("nic", "i1"),
    ("nac_p", "i1"),
    ("sil", "i1"),
    ("sensor_track", "i4"),
    ("tdoa_s", "f8"),
    ("rcs_dbsm", "f8"),
    ("radial_speed_spread_mps", "f8"),
)
PLOT = np.dtype(
    [
        *_TAKEN,
        ("callsign", "i8"),
        ("uas_id", "i8", (3,)),
        ("site", "i2"),
        ("reference", "i2"),
        ("late", "u1"),
        ("order", "i4"),
        ("spare", "i4"),
    ],
    align=True,
)
"""One plot as kernels read it: the columns of ``Plots`` and what is found out about it.

``site`` and ``reference`` (-1: none) index the site table; ``callsign`` and ``uas_id`` are characters as integers.
``order`` and ``spare`` are lists of rows, not fields of their row.
"""

PlotRows: TypeAlias = Any
"""(n,) array of ``PLOT``."""
PlotRow: TypeAlias = Any


def rows_of(plots: Plots, sites: Int16) -> PlotRows:
    """Lay a batch out for the kernels; ``sites`` is the site index of each of the batch's sensors."""
    rows = np.empty(len(plots), PLOT)
    for name, _ in _TAKEN:
        rows[name] = getattr(plots, name)
    rows["callsign"] = np.ascontiguousarray(plots.callsign).view(np.int64)
    rows["uas_id"] = np.ascontiguousarray(plots.uas_id.astype("S24")).view(np.int64).reshape(-1, 3)
    rows["site"] = sites[plots.sensor]
    rows["reference"] = np.append(sites, np.int16(NO_CODE))[plots.reference_sensor]
    return rows


@inner_kernel
def position_sigma(nac_p: int, nic: int, sil: int, unmarked_sigma_m: float) -> float:
    """Return one sigma (m) per axis of a cooperative position from its quality codes.

    EPU / 2.45 from NACp, else Rc / 3 from NIC with SIL >= 2, doubled because the error is correlated in time; reports
    without any code get ``unmarked_sigma_m``, reports that say "unknown" 500 m.
    """
    if nac_p < 0 and nic < 0:
        return unmarked_sigma_m
    if 0 < nac_p < 12:
        return np.hypot(2.0 * _EPU_M[nac_p] / 2.45, _FLOOR_SIGMA_M)
    if 0 < nic < 12 and sil >= 2:
        return np.hypot(2.0 * _CONTAINMENT_M[nic] / 3.0, _FLOOR_SIGMA_M)
    return _UNKNOWN_SIGMA_M


@inner_kernel
def place_plot(plot: PlotRow, z: Measurement, sites: SiteTable, region: Region, par: Tuning) -> int:
    """Check a plot, take the sensor's bias off and find where it lies: fills ``z``.

    Returns -1 when usable, else the count of why not.
    """
    site = sites[plot.site]
    z.reference = -1
    z.kind, z.site, z.weight, z.horizontal, z.vertical = 0, plot.site, 1.0, 0.0, 0.0
    z.velocity_sigma_mps = VELOCITY_SIGMA_MPS
    z.variance_range = z.variance_azimuth = z.variance_elevation = 0.0
    z.time_ns = plot.time_ns - np.int64(site.bias[3] * 1e9)
    for k in range(4):
        z.bias[k] = site.bias[k]
    if plot.time_ns - plot.receive_time_ns > par.ahead_s * 1e9 or plot.time_ns < 0:
        return AHEAD
    for v in (plot.velocity_east_mps, plot.velocity_north_mps, plot.velocity_up_mps):
        if not np.isnan(v) and not -FASTEST_MPS <= v <= FASTEST_MPS:
            return OUT_OF_RANGE
    height, sigma = plot.flight_level_ft * FEET_M, par.pressure_sigma_m
    has_position = not np.isnan(plot.latitude_deg) and not np.isnan(plot.longitude_deg)
    if has_position and not np.isnan(plot.altitude_m):
        height, sigma = plot.altitude_m, HEIGHT_SIGMA_M
    has_azimuth = not np.isnan(plot.azimuth_deg)
    has_polar = not np.isnan(plot.range_m) and has_azimuth
    if has_polar and np.isnan(height) and np.isnan(plot.elevation_deg):
        # a 3D radar that reports a height (I048/110) measured an elevation: as good as that, and the geoid's offset
        height, sigma = plot.altitude_m, np.hypot(plot.range_m * site.sigma_elevation_rad, GEOID_SIGMA_M)
    if not np.isnan(height) and not LOWEST_M <= height <= HIGHEST_M:
        return OUT_OF_RANGE
    z.height_m, z.variance_height = height, sigma * sigma
    for k in range(3):
        z.velocity[k] = np.nan
    if has_polar and site.placed:
        return _place_polar(plot, z, site, region, par)
    if has_position:
        return _place_position(plot, z, site, region, par)
    if has_polar:
        return UNPLACED
    if plot.reference >= 0 and not np.isnan(plot.tdoa_s):
        return _place_difference(plot, z, site, sites[plot.reference])
    if not has_azimuth:
        return NO_MEASUREMENT
    return _place_bearing(plot, z, site) if site.placed else UNPLACED


@inner_kernel
def is_firm_sensor_track(plot: PlotRow, z: Measurement) -> bool:
    """Tell whether a radar's own tracker vouches for a plot: a firm track of an aircraft that answers by address.

    A Mode S radar has interrogated that aircraft selectively, scan by scan, before it numbers it (I048/161, 170).
    """
    named = plot.sensor_track != NO_CODE and plot.icao_address != NO_CODE
    return named and z.kind == POLAR and plot.flags & SENSOR_TENTATIVE == 0


@inner_kernel
def _place_polar(plot: PlotRow, z: Measurement, site: Site, region: Region, par: Tuning) -> int:
    r, elevation, rate = plot.range_m, plot.elevation_deg, plot.range_rate_mps
    if not (0.0 < r <= LONGEST_RANGE_M and -360.0 <= plot.azimuth_deg <= 720.0):
        return OUT_OF_RANGE
    if not np.isnan(elevation) and not -90.0 <= elevation <= 90.0:
        return OUT_OF_RANGE
    if not np.isnan(rate) and not -FASTEST_MPS <= rate <= FASTEST_MPS:
        return OUT_OF_RANGE
    r = max(r - site.bias[0], 1.0)
    z.range_m, z.range_rate_mps = r, rate
    z.azimuth_rad = np.deg2rad(plot.azimuth_deg) - site.bias[1]
    z.elevation_rad = np.deg2rad(elevation) - site.bias[2]
    z.variance_range = site.sigma_range_m**2 + (site.range_part * r) ** 2 + site.bias_variance[0]
    z.variance_azimuth = site.sigma_azimuth_rad**2 + site.bias_variance[1]
    z.variance_elevation = site.sigma_elevation_rad**2 + site.bias_variance[2]
    sigma = max(np.sqrt(z.variance_range), r * np.sqrt(z.variance_azimuth))
    tilt = z.elevation_rad
    if np.isnan(elevation):
        wanted = z.height_m
        if np.isnan(wanted):
            # slant range alone: how far the ground point can be off if the object is as high as aircraft fly
            wanted = par.start_altitude_m
            sigma = max(sigma, (r - np.sqrt(max(r * r - AIRLINER_HEIGHT_M**2, 0.0))) / 5.0)
        radius, tall = EARTH_RADIUS_M + site.height_m, EARTH_RADIUS_M + wanted
        sine = (tall * tall - radius * radius - r * r) / (2.0 * r * radius)
        tilt = np.arcsin(min(max(sine, -1.0), 1.0))
        _fill_place(z, site, tilt)
        missing = wanted - altitude_at(region, z.place[0], z.place[1], z.place[2])
        tilt = min(max(tilt + missing / r, -0.5 * np.pi), 0.5 * np.pi)
    _fill_place(z, site, tilt)
    z.kind, z.sigma_m = POLAR, sigma
    return -1


@inner_kernel
def _fill_place(z: Measurement, site: Site, elevation_rad: float) -> None:
    east, north, up = enu_from_polar_scalar(z.range_m, np.rad2deg(z.azimuth_rad), np.rad2deg(elevation_rad))
    axes, origin = site.rotation, site.position_enu
    for k in range(3):
        z.place[k] = origin[k] + axes[0, k] * east + axes[1, k] * north + axes[2, k] * up


@inner_kernel
def _place_position(plot: PlotRow, z: Measurement, site: Site, region: Region, par: Tuning) -> int:
    if not (-90.0 <= plot.latitude_deg <= 90.0 and -180.0 <= plot.longitude_deg <= 360.0):
        return OUT_OF_RANGE
    height = par.start_altitude_m if np.isnan(z.height_m) else z.height_m
    x, y, up = ecef_from_geodetic_scalar(plot.latitude_deg, plot.longitude_deg, height)
    x, y, up = enu_from_ecef_scalar(x, y, up, region.origin_ecef, region.rotation)
    z.place[0], z.place[1], z.place[2] = x, y, up
    z.velocity[0], z.velocity[1] = plot.velocity_east_mps, plot.velocity_north_mps
    z.velocity[2] = plot.velocity_up_mps
    z.kind = POSITION
    z.range_m = z.azimuth_rad = z.elevation_rad = z.range_rate_mps = np.nan
    z.sigma_m = position_sigma(plot.nac_p, plot.nic, plot.sil, site.sigma_position_m)
    return -1


@inner_kernel
def _place_bearing(plot: PlotRow, z: Measurement, site: Site) -> int:
    # a bearing lies anywhere between the sensor and its reach: tracks are looked for around the middle of that
    if not -360.0 <= plot.azimuth_deg <= 720.0:
        return OUT_OF_RANGE
    if not np.isnan(plot.elevation_deg) and not -90.0 <= plot.elevation_deg <= 90.0:
        return OUT_OF_RANGE
    z.range_m = 0.5 * site.max_range_m
    z.azimuth_rad = np.deg2rad(plot.azimuth_deg) - site.bias[1]
    z.elevation_rad = np.deg2rad(plot.elevation_deg) - site.bias[2]
    z.variance_azimuth = site.sigma_azimuth_rad**2 + site.bias_variance[1]
    z.variance_elevation = site.sigma_elevation_rad**2 + site.bias_variance[2]
    _fill_place(z, site, 0.0)
    z.range_m = z.range_rate_mps = z.height_m = np.nan
    z.kind = BEARING
    z.sigma_m = 0.1 * site.max_range_m
    return -1


@inner_kernel
def _place_difference(plot: PlotRow, z: Measurement, site: Site, reference: Site) -> int:
    # a hyperbola may lie anywhere within reach: tracks are looked for all around the receivers
    if not (site.placed and reference.placed):
        return UNPLACED
    speed = site.wave_mps if site.wave_mps > 0.0 else LIGHT_MPS
    sigma, baseline = site.sigma_tdoa_s * speed, 0.0
    for k in range(3):
        baseline += (site.position_enu[k] - reference.position_enu[k]) ** 2
        z.place[k] = 0.5 * (site.position_enu[k] + reference.position_enu[k])
    z.range_m, z.variance_range = plot.tdoa_s * speed, sigma * sigma
    if not abs(z.range_m) <= np.sqrt(baseline) + 5.0 * sigma or plot.reference == plot.site:
        return OUT_OF_RANGE
    z.azimuth_rad = z.elevation_rad = z.range_rate_mps = z.height_m = np.nan
    z.kind, z.reference = DIFFERENCE, plot.reference
    z.sigma_m = 0.2 * site.max_range_m
    return -1


@inner_kernel
def scan_end(plots: PlotRows, start: int, stop: int, sites: SiteTable) -> int:
    """Find the end of the scan that begins at row ``start``: rows of one radar and scan number, within one look.

    A cooperative position is a scan of its own: it carries its own time and usually its own address.
    """
    first, end = plots[start], start + 1
    if np.isnan(first.range_m) and np.isnan(first.azimuth_deg):
        return end
    look_ns = SAME_SCAN * 1e9 * sites[first.site].scan_period_s
    while end < stop:
        plot = plots[end]
        if plot.site != first.site or plot.scan != first.scan or np.isnan(plot.azimuth_deg):
            break
        if abs(plot.time_ns - first.time_ns) > look_ns:
            break
        end += 1
    return end


@inner_kernel
def _compare(a: float, b: float) -> int:
    if a == b or (np.isnan(a) and np.isnan(b)):
        return 0
    return -1 if np.isnan(a) or a < b else 1


@inner_kernel
def compare_plots(a: PlotRow, b: PlotRow) -> np.int64 | int:
    """Order two plots of a scan by what they say, never by how they came; 0: they say the same."""
    side: np.int64 | int = np.int64(a.time_ns > b.time_ns) - np.int64(a.time_ns < b.time_ns)
    if side == 0:
        side = _compare(a.azimuth_deg, b.azimuth_deg)
    if side == 0:
        side = _compare(a.range_m, b.range_m)
    if side == 0:
        side = _compare(a.elevation_deg, b.elevation_deg)
    if side == 0:
        side = _compare(a.range_rate_mps, b.range_rate_mps)
    if side == 0:
        side = _compare(a.flight_level_ft, b.flight_level_ft)
    if side == 0:
        side = np.int64(a.icao_address > b.icao_address) - np.int64(a.icao_address < b.icao_address)
    if side == 0:
        side = _compare(a.tdoa_s, b.tdoa_s)
    if side == 0:
        side = np.int64(a.reference > b.reference) - np.int64(a.reference < b.reference)
    if side == 0:
        side = np.int64(a.mode_3a > b.mode_3a) - np.int64(a.mode_3a < b.mode_3a)
    return side


@inner_kernel
def sort_rows(plots: PlotRows, n: int) -> None:
    """Sort the list of the first ``n`` rows in ``plots.order`` by what the plots say (merge sort, stable)."""
    width = 1
    while width < n:
        for low in range(0, n, 2 * width):
            middle, high = min(low + width, n), min(low + 2 * width, n)
            i, j = low, middle
            for k in range(low, high):
                if i < middle and (j >= high or compare_plots(plots[plots[i].order], plots[plots[j].order]) <= 0):
                    plots[k].spare = plots[i].order
                    i += 1
                else:
                    plots[k].spare = plots[j].order
                    j += 1
        for k in range(n):
            plots[k].order = plots[k].spare
        width *= 2
