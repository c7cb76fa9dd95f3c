"""What sensors that measure by themselves say of the place an object claims: is anything there, and how far off.

A track whose object tells its own place (ADS-B, Remote ID) keeps two accounts. ``witness_score`` is the log-likelihood
ratio, by witnesses alone, of something being where the track is: their plots raise it, their looks without one lower
it. The offset is the mean difference of a radar's plot from the claim nearest in time, along its beam and across, with
forgetting. Neither changes the track. Page: docs/cooperation.md.
"""

from __future__ import annotations

import numpy as np

from sargas.model.columns import NO_CODE, Float64
from sargas.model.kernel import inner_kernel, kernel
from sargas.sensors.registration import PRIOR_SIGMA
from sargas.sensors.site import Site, SiteTable
from sargas.tracking.imm import Bank
from sargas.tracking.measurement import POLAR, POSITION, Measurement, wrap_rad
from sargas.tracking.past import PastOfTrack
from sargas.tracking.scan import PlotRow
from sargas.tracking.state import BookRow

MEMORY_S = 30.0
"""Time constant of forgetting: a place that becomes false is seen to be within so long."""
PAIR_NS = 5_000_000_000
"""A claim further from a plot in time is not held against it."""
ACCELERATION_MPS2 = 3.0
LAG_S = 0.3
"""One sigma of the latency of a claim that its stamp does not show."""
STEEP = 0.5
"""Sine of the elevation above which a radar's range says too little of the ground."""
CLAIM_SHARE = 0.1
"""What the newest claim adds to the mean of their variances."""
SHIFTED_M = (600.0, 5_000.0)
"""One sigma an axis of how far false places are off: nearly right, or anywhere."""
MOST_HIT = 1.5
MOST_SCORE = 6.0
LEAST_SCORE = -9.0
"""Most that one plot may add: beside a false place are plots of the true one. Most that can be saved up, and least, so
that what changes is seen to."""
MOST_PD = 0.95
UNREGISTERED = 0.3
"""What a look without a plot of a radar that is not registered counts."""
PRIOR_RANGE_M2, PRIOR_AZIMUTH_RAD2 = float(PRIOR_SIGMA[0] ** 2), float(PRIOR_SIGMA[1] ** 2)


@inner_kernel
def credit_witness(track: BookRow, site: Site, total: float, ratio: float, pd: float) -> None:
    """Count a look of a witness with plots near the track: one of them is its own with probability ``total``.

    ``ratio`` is the best one's log-likelihood ratio against clutter, its P_D included.
    """
    if site.witness:
        gain = np.log(max(1.0 - pd, 1.0 - MOST_PD) + total * np.exp(min(ratio, MOST_HIT)))
        track.witness_score = min(max(track.witness_score + gain, LEAST_SCORE), MOST_SCORE)


@inner_kernel
def debit_witness(track: BookRow, site: Site, pd: float) -> None:
    """Count a look of a witness that shows nothing where it detects with probability ``pd``."""
    if site.witness:
        track.witness_score = max(track.witness_score + _ln_miss(site, pd), LEAST_SCORE)


@inner_kernel
def excuse_witness(track: BookRow, site: Site, pd: float) -> None:
    """Take a look back that was counted as empty: its plot only came late."""
    if site.witness:
        track.witness_score = min(track.witness_score - _ln_miss(site, pd), MOST_SCORE)


@inner_kernel
def _ln_miss(site: Site, pd: float) -> float:
    # a radar whose bias is not known may well see the object beside its place
    return np.log(1.0 - min(pd, MOST_PD)) * (1.0 if site.registered or site.aligned or not site.scans else UNREGISTERED)


@inner_kernel
def note_origin(
    track: BookRow, bank: Bank, past: PastOfTrack, plot: PlotRow, z: Measurement, sites: SiteTable, vouches: bool
) -> None:
    """Note who said where the track is: its object, or a sensor by itself, whose plot is held against the claim."""
    site = sites[z.site]
    if site.claimant:
        track.claim_ns = max(track.claim_ns, z.time_ns)
    if site.witness and vouches:
        track.witness_ns = max(track.witness_ns, z.time_ns)
        if plot.icao_address != NO_CODE:
            track.named_ns = max(track.named_ns, z.time_ns)
        if z.kind == POLAR and z.weight == 1.0:
            hold_against_claim(track, bank, past, z, sites)


@inner_kernel
def hold_against_claim(track: BookRow, bank: Bank, past: PastOfTrack, z: Measurement, sites: SiteTable) -> None:
    """Count how far a radar's plot is from what the object said of its place within 5 s of it, if it said anything.

    Also of a plot in the gate that the track does not take, because it lies too far off: of a track that false claims
    lead these are the ones that tell.
    """
    nearest, gap = -1, np.int64(PAIR_NS)
    for k in range(track.past):
        other = past.taken[k]
        if other.kind == POSITION and sites[other.site].claimant and abs(z.time_ns - other.time_ns) < gap:
            nearest, gap = k, abs(z.time_ns - other.time_ns)
    if nearest < 0:
        return
    claim, site, mean, cov = past.taken[nearest], sites[z.site], bank.mean, bank.cov
    dt_s, since_s = (z.time_ns - claim.time_ns) * 1e-9, (z.time_ns - track.time_ns) * 1e-9
    axes, origin = site.rotation, site.position_enu
    # the claim's own place on the ground; the height is the track's, which the plot itself may have measured
    dx = claim.place[0] + dt_s * mean[3] - origin[0]
    dy = claim.place[1] + dt_s * mean[4] - origin[1]
    dz = mean[2] + since_s * mean[5] - origin[2]
    east = axes[0, 0] * dx + axes[0, 1] * dy + axes[0, 2] * dz
    north = axes[1, 0] * dx + axes[1, 1] * dy + axes[1, 2] * dz
    up = axes[2, 0] * dx + axes[2, 1] * dy + axes[2, 2] * dz
    h, r = max(np.hypot(east, north), 1.0), max(np.sqrt(dx * dx + dy * dy + dz * dz), 1.0)
    if abs(up) > STEEP * r:
        return
    along = (z.range_m - r) * r / h
    across = wrap_rad(z.azimuth_rad - np.arctan2(east, north)) * h
    moved = (0.5 * ACCELERATION_MPS2 * dt_s * dt_s) ** 2 + cov[15] * dt_s * dt_s
    range_bias, azimuth_bias = _bias_variances(site)
    looks = max(MEMORY_S / site.scan_period_s, 1.0)
    # a bias is the same in all looks: together they never know better than it is known
    along_variance = (site.sigma_range_m**2 + looks * range_bias) * (r / h) ** 2 + cov[11] * (up / h) ** 2 + moved
    across_variance = (site.sigma_azimuth_rad**2 + looks * azimuth_bias) * h * h + moved
    ax = (axes[0, 0] * east + axes[1, 0] * north) / h
    ay = (axes[0, 1] * east + axes[1, 1] * north) / h
    cx = (axes[0, 0] * north - axes[1, 0] * east) / h
    cy = (axes[0, 1] * north - axes[1, 1] * east) / h
    _weigh_offset(track, z.time_ns, (ax, ay), along, 1.0 / along_variance, (cx, cy), across, 1.0 / across_variance)
    speed2 = mean[3] ** 2 + mean[4] ** 2
    _weigh_claim(track, claim.sigma_m**2 + LAG_S**2 * speed2)


@inner_kernel
def _bias_variances(site: Site) -> tuple[float, float]:
    # of a radar that is not registered the prior holds, not what the gates make of it
    if site.aligned or not site.scans:
        return 0.0, 0.0
    if site.registered:
        return site.bias_variance[0], site.bias_variance[1]
    return max(site.bias_variance[0], PRIOR_RANGE_M2), max(site.bias_variance[1], PRIOR_AZIMUTH_RAD2)


@inner_kernel
def _weigh_offset(
    track: BookRow,
    time_ns: int,
    a: tuple[float, float],
    along: float,
    wa: float,
    c: tuple[float, float],
    across: float,
    wc: float,
) -> None:
    keep = np.exp(-max(time_ns - track.offset_ns, 0) * 1e-9 / MEMORY_S)
    information, pull = track.offset_information, track.offset_pull
    information[0] = keep * information[0] + wa * a[0] * a[0] + wc * c[0] * c[0]
    information[1] = keep * information[1] + wa * a[0] * a[1] + wc * c[0] * c[1]
    information[2] = keep * information[2] + wa * a[1] * a[1] + wc * c[1] * c[1]
    pull[0] = keep * pull[0] + wa * along * a[0] + wc * across * c[0]
    pull[1] = keep * pull[1] + wa * along * a[1] + wc * across * c[1]
    track.offset_ns = max(track.offset_ns, time_ns)


@inner_kernel
def _weigh_claim(track: BookRow, variance: float) -> None:
    if track.claim_variance == 0.0:
        track.claim_variance = variance
    track.claim_variance += CLAIM_SHARE * (variance - track.claim_variance)


@inner_kernel
def forget_origin(track: BookRow) -> None:
    """Begin the accounts of a track anew."""
    track.claim_ns = track.witness_ns = track.named_ns = track.offset_ns = 0
    track.witness_score = track.claim_variance = 0.0
    for k in range(3):
        track.offset_information[k] = 0.0
    for k in range(2):
        track.offset_pull[k] = 0.0


@kernel
def compare_offset(information: Float64, pull: Float64, claim_variance: float) -> float:
    """Return ln of how much likelier an offset is with a true claim than with one shifted by any distance.

    Offsets of true claims spread by ``claim_variance`` (m^2 an axis), of shifted ones by one of ``SHIFTED_M``, each as
    likely; all are two-dimensional normal. 0 where nothing was compared.
    """
    if claim_variance <= 0.0:
        return 0.0
    near, far = (
        _ln_likelihood(information, pull, claim_variance + SHIFTED_M[0] ** 2),
        _ln_likelihood(information, pull, claim_variance + SHIFTED_M[1] ** 2),
    )
    most = max(near, far)
    shifted = most + np.log(0.5 * np.exp(near - most) + 0.5 * np.exp(far - most))
    return _ln_likelihood(information, pull, claim_variance) - shifted


@inner_kernel
def _ln_likelihood(information: Float64, pull: Float64, variance: float) -> float:
    # of the pairs: -1/2 ln|I + variance * information| + 1/2 pull' (information + 1/variance)^-1 pull
    b, p, q = information[1], information[0] + 1.0 / variance, information[2] + 1.0 / variance
    determinant = p * q - b * b
    quadratic = (q * pull[0] * pull[0] - 2.0 * b * pull[0] * pull[1] + p * pull[1] * pull[1]) / determinant
    return 0.5 * (quadratic - np.log(determinant * variance * variance))
