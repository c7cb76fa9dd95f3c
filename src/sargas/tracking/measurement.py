"""What a sensor reported, and what it measures of a state: innovation, Jacobian row and variance of each component.

Every component is one scalar row, so that a radar with or without elevation, range rate or flight level, a cooperative
position and a bearing take one path. All rows are linearised at the same predicted state: applying them one after the
other equals the joint extended Kalman update, in any order. Source: reference formulas of Bar-Shalom, Li, Kirubarajan
2001, chapter 10; docs/tracking.md.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel
from sargas.sensors.site import Site, SiteTable
from sargas.tracking.ellipsoid import Region, altitude_at, fill_local_axes_at, up_at

POLAR, POSITION, BEARING, DIFFERENCE = 1, 2, 3, 4
COMPONENTS = 4
"""Components that plots of one scan may share when several of them may be the track's (``spread`` of a measurement)."""
MEASUREMENT = np.dtype(
    [
        ("time_ns", "i8"),
        ("site", "i4"),
        ("kind", "i2"),
        ("reference", "i2"),
        ("weight", "f8"),
        ("range_m", "f8"),
        ("azimuth_rad", "f8"),
        ("elevation_rad", "f8"),
        ("range_rate_mps", "f8"),
        ("height_m", "f8"),
        ("variance_range", "f8"),
        ("variance_azimuth", "f8"),
        ("variance_elevation", "f8"),
        ("variance_height", "f8"),
        ("place", "f8", (3,)),
        ("sigma_m", "f8"),
        ("bias", "f8", (4,)),
        ("velocity", "f8", (3,)),
        ("velocity_sigma_mps", "f8"),
        ("horizontal", "f8"),
        ("vertical", "f8"),
        ("spread", "f8", (COMPONENTS, COMPONENTS)),
    ],
    align=True,
)
"""One measurement as the filters take it: registered (bias removed), in SI units, NaN where not measured.

``site`` indexes the site table; ``kind`` POLAR, POSITION, BEARING, DIFFERENCE (of ranges, from ``site`` less from the
site ``reference``, in ``range_m``: a time difference of arrival) or 0 (unusable); ``place`` in the region frame (m)
with ``sigma_m`` on its larger horizontal axis; ``bias`` what was taken off (range, azimuth,
elevation, time); ``height_m`` ellipsoidal; ``velocity`` east, north, up at the place.
``horizontal`` and ``vertical`` are extra densities of acceleration (m^2/s^3) for the step that leads to it. A track
that several plots of a scan may belong to takes their mean: ``weight`` is the probability that one of them is the
track's, ``spread`` the lower Cholesky factor of their covariance about the mean, by component in the order of the rows.
"""
Measurements: TypeAlias = Any
"""(n,) array of ``MEASUREMENT``."""
Measurement: TypeAlias = Any

ROWS = 8
"""Most components of one plot: range, azimuth, elevation, range rate, height and three of velocity."""
LN_2PI = np.log(2.0 * np.pi)

LN_AZIMUTH = np.log(2.0 * np.pi)
LN_ELEVATION = np.log(np.deg2rad(3.0))
LN_RANGE_RATE = np.log(53.0)
LN_HEIGHT = np.log(12_000.0)
LN_POSITION = np.log(600_000.0)
LN_VELOCITY = np.log(500.0)
"""Logarithm of how far false plots spread in each component (rad, m/s, m); of range it is the instrumented range.

The clutter density is the clutter per scan over the product of the spreads.
"""


Rows: TypeAlias = Float64
"""(ROWS, 9): the Jacobian row (6), then innovation, variance and logarithm of the clutter spread of each component."""
INNOVATION, VARIANCE, LN_SPREAD = 6, 7, 8


def allocate_rows() -> Rows:
    """Make scratch rows."""
    return np.zeros((ROWS, 9))


@inner_kernel
def is_line(z: Measurement) -> bool:
    """Tell whether a measurement says on which line its object is, but not where along it."""
    return bool(z.kind == BEARING or z.kind == DIFFERENCE)


@inner_kernel
def _set_row(
    rows: Rows,
    m: int,
    axes: Float64,
    a: float,
    b: float,
    c: float,
    innovation: float,
    variance: float,
    ln_spread: float,
) -> int:
    # (a, b, c) is the derivative by position in the sensor's axes; the row is wanted in the region frame
    for k in range(3):
        rows[m, k] = a * axes[0, k] + b * axes[1, k] + c * axes[2, k]
        rows[m, 3 + k] = 0.0
    rows[m, INNOVATION], rows[m, VARIANCE], rows[m, LN_SPREAD] = innovation, variance, ln_spread
    return m + 1


@kernel
def wrap_rad(angle: float) -> float:
    """Wrap an angle to (-pi, pi]."""
    turns = np.ceil((angle - np.pi) / (2.0 * np.pi))
    return angle - 2.0 * np.pi * turns


@kernel
def fill_rows(rows: Rows, z: Measurement, sites: SiteTable, region: Region, x: Float64, axes: Float64) -> int:
    """Write the rows of a measurement at state ``x`` (6,) of the region frame; returns how many.

    Components that are NaN are left out. ``axes`` (3, 3) is scratch.
    """
    if z.kind == POLAR:
        m = _fill_polar(rows, z, sites[z.site], x)
    elif z.kind == BEARING:
        return _fill_bearing(rows, z, sites[z.site], x)
    elif z.kind == DIFFERENCE:
        return _fill_difference(rows, z, sites[z.site], sites[z.reference], x)
    else:
        fill_local_axes_at(region, z.place, axes)
        m = _fill_position(rows, axes, x, z.place, z.sigma_m)
    if not np.isnan(z.height_m):
        m = add_height_row(rows, m, region, x, z.height_m, z.variance_height)
    if np.isnan(z.velocity[0]) and np.isnan(z.velocity[1]) and np.isnan(z.velocity[2]):
        return m
    if z.kind == POLAR:
        fill_local_axes_at(region, z.place, axes)
    return add_velocity(rows, m, axes, x, z.velocity, z.velocity_sigma_mps)


@inner_kernel
def _fill_polar(rows: Rows, z: Measurement, site: Site, x: Float64) -> int:
    axes, place = site.rotation, site.position_enu
    dx, dy, dz = x[0] - place[0], x[1] - place[1], x[2] - place[2]
    east = axes[0, 0] * dx + axes[0, 1] * dy + axes[0, 2] * dz
    north = axes[1, 0] * dx + axes[1, 1] * dy + axes[1, 2] * dz
    up = axes[2, 0] * dx + axes[2, 1] * dy + axes[2, 2] * dz
    h2 = max(east * east + north * north, 1.0)
    h, r = np.sqrt(h2), np.sqrt(h2 + up * up)
    m = 0
    m = _set_row(rows, m, axes, east / r, north / r, up / r, z.range_m - r, z.variance_range, site.ln_max_range)
    turn = wrap_rad(z.azimuth_rad - np.arctan2(east, north))
    m = _set_row(rows, m, axes, north / h2, -east / h2, 0.0, turn, z.variance_azimuth, LN_AZIMUTH)
    if not np.isnan(z.elevation_rad):
        tilt = z.elevation_rad - np.arctan2(up, h)
        a, b, c = -east * up / (r * r * h), -north * up / (r * r * h), h / (r * r)
        m = _set_row(rows, m, axes, a, b, c, tilt, z.variance_elevation, LN_ELEVATION)
    if not np.isnan(z.range_rate_mps):
        m = _set_range_rate(rows, m, axes, x, east, north, up, r, z.range_rate_mps, site.sigma_range_rate_mps)
    return m


@inner_kernel
def _fill_bearing(rows: Rows, z: Measurement, site: Site, x: Float64) -> int:
    """Write azimuth and, where measured, elevation of where the object was when its sound or wave left it."""
    axes = site.rotation
    tau, g, dx, dy, dz = _emission(site, x)
    east = axes[0, 0] * dx + axes[0, 1] * dy + axes[0, 2] * dz
    north = axes[1, 0] * dx + axes[1, 1] * dy + axes[1, 2] * dz
    up = axes[2, 0] * dx + axes[2, 1] * dy + axes[2, 2] * dz
    h2 = max(east * east + north * north, 1.0)
    h, r2 = np.sqrt(h2), h2 + up * up
    m = int(np.int64(0))
    turn = wrap_rad(z.azimuth_rad - np.arctan2(east, north))
    m = _set_row(rows, m, axes, north / h2, -east / h2, 0.0, turn, z.variance_azimuth, LN_AZIMUTH)
    if not np.isnan(z.elevation_rad):
        tilt = z.elevation_rad - np.arctan2(up, h)
        a, b, c = -east * up / (r2 * h), -north * up / (r2 * h), h / r2
        m = _set_row(rows, m, axes, a, b, c, tilt, z.variance_elevation, LN_ELEVATION)
    _refer_to_emission(rows, m, x, tau, g, dx, dy, dz)
    return m


@inner_kernel
def _fill_difference(rows: Rows, z: Measurement, site: Site, reference: Site, x: Float64) -> int:
    """Write the row of a range difference, from the sensor less from the reference, to where the wave left the object.

    Its derivative by position is the difference of the unit vectors. False ones spread over twice the baseline.
    """
    tau, g, dx, dy, dz = _emission(site, x)
    bx = site.position_enu[0] - reference.position_enu[0]
    by = site.position_enu[1] - reference.position_enu[1]
    bz = site.position_enu[2] - reference.position_enu[2]
    ox, oy, oz = dx + bx, dy + by, dz + bz
    r = max(np.sqrt(dx * dx + dy * dy + dz * dz), 1.0)
    s = max(np.sqrt(ox * ox + oy * oy + oz * oz), 1.0)
    rows[0, 0], rows[0, 1], rows[0, 2] = dx / r - ox / s, dy / r - oy / s, dz / r - oz / s
    rows[0, 3] = rows[0, 4] = rows[0, 5] = 0.0
    rows[0, INNOVATION], rows[0, VARIANCE] = z.range_m - (r - s), z.variance_range
    rows[0, LN_SPREAD] = np.log(2.0 * max(np.sqrt(bx * bx + by * by + bz * bz), 1.0))
    _refer_to_emission(rows, 1, x, tau, g, dx, dy, dz)
    return 1


@inner_kernel
def _emission(site: Site, x: Float64) -> tuple[float, float, float, float, float]:
    """Find how long a wave that arrives now has travelled (s), and from where it came (from the sensor, m).

    Heard at t, sound left the object tau earlier: |d - v tau| = c tau with d = p - p_s. It comes from e = d - v tau,
    with dtau/dp = e / g, dtau/dv = -tau e / g, g = (c^2 - v^2) tau + d.v (docs/tracking.md). Returns tau, g, e.
    """
    place = site.position_enu
    dx, dy, dz = x[0] - place[0], x[1] - place[1], x[2] - place[2]
    tau, g = 0.0, 1.0
    if site.wave_mps > 0.0:
        dv = dx * x[3] + dy * x[4] + dz * x[5]
        gap = max(site.wave_mps**2 - x[3] ** 2 - x[4] ** 2 - x[5] ** 2, 1.0)
        tau = (-dv + np.sqrt(dv * dv + gap * (dx * dx + dy * dy + dz * dz))) / gap
        g = max(gap * tau + dv, 1.0)
        dx, dy, dz = dx - x[3] * tau, dy - x[4] * tau, dz - x[5] * tau
    return tau, g, dx, dy, dz


@inner_kernel
def _refer_to_emission(rows: Rows, m: int, x: Float64, tau: float, g: float, dx: float, dy: float, dz: float) -> None:
    # derivatives by where the wave left become those by the state now: de/dp = I - v (e/g)^T, de/dv = -tau de/dp
    if tau <= 0.0:
        return
    for k in range(m):
        j0, j1, j2 = rows[k, 0], rows[k, 1], rows[k, 2]
        toward = (j0 * x[3] + j1 * x[4] + j2 * x[5]) / g
        rows[k, 0], rows[k, 1], rows[k, 2] = j0 - toward * dx, j1 - toward * dy, j2 - toward * dz
        rows[k, 3] = -tau * (j0 - toward * dx)
        rows[k, 4] = -tau * (j1 - toward * dy)
        rows[k, 5] = -tau * (j2 - toward * dz)


@inner_kernel
def _set_range_rate(
    rows: Rows,
    m: int,
    axes: Float64,
    x: Float64,
    east: float,
    north: float,
    up: float,
    r: float,
    range_rate_mps: float,
    sigma: float,
) -> int:
    ve = axes[0, 0] * x[3] + axes[0, 1] * x[4] + axes[0, 2] * x[5]
    vn = axes[1, 0] * x[3] + axes[1, 1] * x[4] + axes[1, 2] * x[5]
    vu = axes[2, 0] * x[3] + axes[2, 1] * x[4] + axes[2, 2] * x[5]
    a, b, c = east / r, north / r, up / r
    rate = a * ve + b * vn + c * vu
    _set_row(
        rows,
        m,
        axes,
        (ve - rate * a) / r,
        (vn - rate * b) / r,
        (vu - rate * c) / r,
        range_rate_mps - rate,
        sigma * sigma,
        LN_RANGE_RATE,
    )
    for k in range(3):
        rows[m, 3 + k] = a * axes[0, k] + b * axes[1, k] + c * axes[2, k]
    return m + 1


@kernel
def add_height_row(rows: Rows, m: int, region: Region, x: Float64, height_m: float, variance: float) -> int:
    """Append the row of an ellipsoidal height measured at state ``x``; its derivative is local up."""
    up = up_at(region, x[0], x[1], x[2])
    for k in range(3):
        rows[m, k], rows[m, 3 + k] = up[k], 0.0
    rows[m, INNOVATION] = height_m - altitude_at(region, x[0], x[1], x[2])
    rows[m, VARIANCE], rows[m, LN_SPREAD] = variance, LN_HEIGHT
    return m + 1


@inner_kernel
def _fill_position(rows: Rows, axes: Float64, x: Float64, place: Float64, sigma_m: float) -> int:
    """Write the east and north rows of a position ``place`` (region frame) with local ``axes`` (3, 3)."""
    dx, dy, dz = place[0] - x[0], place[1] - x[1], place[2] - x[2]
    for k in range(2):
        offset = axes[k, 0] * dx + axes[k, 1] * dy + axes[k, 2] * dz
        _set_row(rows, k, axes, 1.0 - k, 1.0 * k, 0.0, offset, sigma_m * sigma_m, LN_POSITION)
    return 2


@inner_kernel
def add_velocity(rows: Rows, m: int, axes: Float64, x: Float64, velocity: Float64, sigma_mps: float) -> int:
    """Append a row for each component of a velocity (m/s along the local ``axes``) that is not NaN."""
    for k in range(3):
        if not np.isnan(velocity[k]):
            for i in range(3):
                rows[m, i], rows[m, 3 + i] = 0.0, axes[k, i]
            expected = axes[k, 0] * x[3] + axes[k, 1] * x[4] + axes[k, 2] * x[5]
            rows[m, INNOVATION], rows[m, VARIANCE] = velocity[k] - expected, sigma_mps * sigma_mps
            rows[m, LN_SPREAD] = LN_VELOCITY
            m += 1
    return m


@kernel
def shift_rows(rows: Rows, m: int, dt_s: float, acceleration: float) -> None:
    """Refer rows of a plot older than the state (``dt_s`` < 0), or newer, to the state: z = h(F(dt) x) + noise.

    The motion noise of the step is added to the variances; its correlation with the state is neglected (the plots
    between are taken as if they knew nothing of it), which errs to the cautious side for the few seconds allowed.
    """
    span = abs(dt_s)
    for c in range(m):
        pp = pv = vv = 0.0
        for k in range(3):
            hp, hv = rows[c, k], rows[c, 3 + k]
            pp, pv, vv = pp + hp * hp, pv + hp * hv, vv + hv * hv
            rows[c, 3 + k] = hv + dt_s * hp
        rows[c, VARIANCE] += acceleration * (span**3 / 3.0 * pp + dt_s * span * pv + span * vv)


@kernel
def apply_rows(rows: Rows, m: int, p: Float64, shift: Float64, limit: float) -> tuple[float, float]:
    """Update the packed covariance ``p`` and the state's ``shift`` (6,) in place.

    ``shift`` comes in as the state minus the state that the rows were written at: zero, or what a motion model differs
    by. Returns the squared statistical distance of the innovation and ln|S|; stops early (state half done) once the
    distance exceeds ``limit``.
    """
    distance, determinant = 0.0, 1.0
    for c in range(m):
        h = rows[c]
        h0, h1, h2 = h[0], h[1], h[2]
        c0 = p[0] * h0 + p[1] * h1 + p[2] * h2
        c1 = p[1] * h0 + p[6] * h1 + p[7] * h2
        c2 = p[2] * h0 + p[7] * h1 + p[11] * h2
        c3 = p[3] * h0 + p[8] * h1 + p[12] * h2
        c4 = p[4] * h0 + p[9] * h1 + p[13] * h2
        c5 = p[5] * h0 + p[10] * h1 + p[14] * h2
        innovation = h[INNOVATION] - h0 * shift[0] - h1 * shift[1] - h2 * shift[2]
        h3, h4, h5 = h[3], h[4], h[5]
        if h3 != 0.0 or h4 != 0.0 or h5 != 0.0:
            c0 += p[3] * h3 + p[4] * h4 + p[5] * h5
            c1 += p[8] * h3 + p[9] * h4 + p[10] * h5
            c2 += p[12] * h3 + p[13] * h4 + p[14] * h5
            c3 += p[15] * h3 + p[16] * h4 + p[17] * h5
            c4 += p[16] * h3 + p[18] * h4 + p[19] * h5
            c5 += p[17] * h3 + p[19] * h4 + p[20] * h5
            innovation -= h3 * shift[3] + h4 * shift[4] + h5 * shift[5]
        s = h[VARIANCE] + h0 * c0 + h1 * c1 + h2 * c2 + h3 * c3 + h4 * c4 + h5 * c5
        distance += innovation * innovation / s
        if distance > limit:
            return distance, 0.0
        determinant *= s
        _subtract_gain(p, shift, innovation / s, 1.0 / s, c0, c1, c2, c3, c4, c5)
    return distance, np.log(determinant)


@kernel
def apply_mixture(rows: Rows, m: int, p: Float64, shift: Float64, z: Measurement, work: Float64) -> tuple[float, float]:
    """Update as ``apply_rows`` by the mean of several plots that may or may not be the track's (PDA).

    P+ = P - w (P - P_hard) + sum_k w g_k g_k^T + w (1 - w) s s^T: w the weight, P_hard and s what the mean alone would
    give, g_k what the columns of the spread's Cholesky factor would move the state by. ``work`` (4 + COMPONENTS, 21).
    Source: Bar-Shalom, Tse 1975; Bar-Shalom, Li, Kirubarajan 2001, section 3.4.3.
    """
    before, came = work[0], work[1]
    for k in range(21):
        before[k] = p[k]
    for k in range(6):
        came[k] = shift[k]
    parts = min(m, COMPONENTS)
    for k in range(parts):
        _gain_of_column(rows, m, before, z, k, work)
    distance, log_determinant = apply_rows(rows, m, p, shift, np.inf)
    w = z.weight
    for i in range(6):
        came[i] = shift[i] - came[i]
        shift[i] -= (1.0 - w) * came[i]
    at = 0
    for i in range(6):
        for j in range(i, 6):
            total = before[at] - w * (before[at] - p[at]) + w * (1.0 - w) * came[i] * came[j]
            for k in range(parts):
                total += w * work[2 + k, i] * work[2 + k, j]
            p[at] = total
            at += 1
    return distance, log_determinant


@inner_kernel
def _gain_of_column(rows: Rows, m: int, before: Float64, z: Measurement, k: int, work: Float64) -> None:
    # K times a column of the spread: an update whose innovation is that column, on a copy of the covariance
    gain, copy, kept = work[2 + k], work[2 + COMPONENTS], work[3 + COMPONENTS]
    for e in range(21):
        copy[e] = before[e]
    for e in range(6):
        gain[e] = 0.0
    for c in range(m):
        kept[c] = rows[c, INNOVATION]
        rows[c, INNOVATION] = z.spread[c, k] if c < COMPONENTS else 0.0
    apply_rows(rows, m, copy, gain, np.inf)
    for c in range(m):
        rows[c, INNOVATION] = kept[c]


@inner_kernel
def _subtract_gain(
    p: Float64,
    shift: Float64,
    pull: float,
    inverse: float,
    c0: float,
    c1: float,
    c2: float,
    c3: float,
    c4: float,
    c5: float,
) -> None:
    # P -= c c^T / s and shift += c innovation / s, written out: this is where a tracker spends its time
    shift[0] += c0 * pull
    shift[1] += c1 * pull
    shift[2] += c2 * pull
    shift[3] += c3 * pull
    shift[4] += c4 * pull
    shift[5] += c5 * pull
    g0, g1, g2, g3, g4, g5 = c0 * inverse, c1 * inverse, c2 * inverse, c3 * inverse, c4 * inverse, c5 * inverse
    p[0] -= g0 * c0
    p[1] -= g0 * c1
    p[2] -= g0 * c2
    p[3] -= g0 * c3
    p[4] -= g0 * c4
    p[5] -= g0 * c5
    p[6] -= g1 * c1
    p[7] -= g1 * c2
    p[8] -= g1 * c3
    p[9] -= g1 * c4
    p[10] -= g1 * c5
    p[11] -= g2 * c2
    p[12] -= g2 * c3
    p[13] -= g2 * c4
    p[14] -= g2 * c5
    p[15] -= g3 * c3
    p[16] -= g3 * c4
    p[17] -= g3 * c5
    p[18] -= g4 * c4
    p[19] -= g4 * c5
    p[20] -= g5 * c5
