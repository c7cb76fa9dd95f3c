"""Pairs of measurements of one track by two sensors, for registration."""

from __future__ import annotations

import numpy as np

from sargas.model.columns import Float64, Int32
from sargas.model.kernel import inner_kernel
from sargas.sensors.registration_kernels import BIASES, Registry, add_pair
from sargas.sensors.site import Site, SiteTable
from sargas.tracking.imm import Bank
from sargas.tracking.measurement import POLAR, POSITION, Measurement
from sargas.tracking.past import PastOfTrack
from sargas.tracking.state import BookRow

NEAR_S = 1.2
"""Two measurements this near in time are a pair."""
PARTNERS = 2
"""Pairs that one measurement makes at most."""
ACCELERATION_MPS2 = 3.0
HEIGHT_UNKNOWN_M = 2_000.0
LAG_S = 0.1
"""One sigma of a cooperative report's own latency."""


@inner_kernel
def pair_up(
    track: BookRow,
    bank: Bank,
    past: PastOfTrack,
    z: Measurement,
    sites: SiteTable,
    index: Int32,
    entries: Registry,
    information: Float64,
    pull: Float64,
) -> None:
    """Pair a measurement just taken with the track's last ones of other sensors."""
    own = index[z.site]
    if own >= 0:
        entries[own].offered += 1
        if (entries[own].offered + track.number) % entries[own].stride:
            return
    done = 0
    for k in range(track.past - 1, -1, -1):
        other = past.taken[k]
        dt_s = (z.time_ns - other.time_ns) * 1e-9
        if dt_s > NEAR_S or done == PARTNERS:
            break
        if abs(dt_s) > NEAR_S or other.site == z.site or other.weight < 1.0 or np.isnan(other.place[0]):
            continue
        if other.kind != POLAR and other.kind != POSITION:
            continue
        if index[z.site] < 0 and index[other.site] < 0:
            continue
        _add(bank, z, other, dt_s, sites, index, entries, information, pull)
        done += 1


@inner_kernel
def _add(
    bank: Bank,
    z: Measurement,
    other: Measurement,
    dt_s: float,
    sites: SiteTable,
    index: Int32,
    entries: Registry,
    information: Float64,
    pull: Float64,
) -> None:
    mean, cov = bank.mean, bank.cov
    jacobian, covariance, difference = np.zeros((3, 2 * BIASES)), np.zeros((3, 3)), np.zeros(3)
    noise = (0.5 * ACCELERATION_MPS2 * dt_s * dt_s) ** 2
    vv = (cov[15], cov[18], cov[20])
    for i in range(3):
        covariance[i, i] = noise + vv[i] * dt_s * dt_s
    place_a, place_b = np.zeros(3), np.zeros(3)
    _fill_side(z, sites[z.site], mean, 0, 1.0, place_a, jacobian, covariance)
    _fill_side(other, sites[other.site], mean, BIASES, -1.0, place_b, jacobian, covariance)
    for i in range(3):
        difference[i] = place_a[i] - place_b[i] - dt_s * mean[3 + i]
    add_pair(index, entries, information, pull, sites, z.site, other.site, difference, jacobian, covariance)


@inner_kernel
def _fill_side(
    z: Measurement,
    site: Site,
    mean: Float64,
    column: int,
    sign: float,
    place: Float64,
    jacobian: Float64,
    covariance: Float64,
) -> None:
    """Write a measurement's place with the present bias, its derivative by the biases, and add its noise."""
    if z.kind == POSITION:
        for i in range(3):
            place[i] = z.place[i]
            covariance[i, i] += z.sigma_m**2 + (LAG_S * mean[3 + i]) ** 2
        # the height of a report without one is a guess
        covariance[2, 2] += HEIGHT_UNKNOWN_M**2 if np.isnan(z.height_m) else z.variance_height
        return
    axes, origin = site.rotation, site.position_enu
    dx, dy, dz = z.place[0] - origin[0], z.place[1] - origin[1], z.place[2] - origin[2]
    east = axes[0, 0] * dx + axes[0, 1] * dy + axes[0, 2] * dz
    north = axes[1, 0] * dx + axes[1, 1] * dy + axes[1, 2] * dz
    up = axes[2, 0] * dx + axes[2, 1] * dy + axes[2, 2] * dz
    h, r = max(np.hypot(east, north), 1.0), max(np.sqrt(dx * dx + dy * dy + dz * dz), 1.0)
    elevation_variance = z.variance_elevation
    if np.isnan(z.elevation_rad):
        elevation_variance = (HEIGHT_UNKNOWN_M if np.isnan(z.height_m) else np.sqrt(z.variance_height)) ** 2 / (r * r)
    variances = (site.sigma_range_m**2, site.sigma_azimuth_rad**2, elevation_variance)
    for i in range(3):
        along = (axes[0, i] * east + axes[1, i] * north + axes[2, i] * up) / r
        across = axes[0, i] * north - axes[1, i] * east
        tilt = (-axes[0, i] * east * up - axes[1, i] * north * up) / h + axes[2, i] * h
        jacobian[i, column], jacobian[i, column + 1] = sign * along, sign * across
        jacobian[i, column + 2], jacobian[i, column + 3] = sign * tilt, -sign * mean[3 + i]
    for i in range(3):
        # taken with the bias of its time: what has been learned since is taken off now
        place[i] = z.place[i]
        for k in range(3):
            place[i] -= sign * jacobian[i, column + k] * (site.bias[k] - z.bias[k])
        for j in range(3):
            for k in range(3):
                covariance[i, j] += variances[k] * jacobian[i, column + k] * jacobian[j, column + k]
