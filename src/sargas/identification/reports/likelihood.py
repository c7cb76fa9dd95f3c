"""How likely a report is of an object somewhere at some time: direction, words of distance, whether it is noticed.

A report is of an object of class k at ground distance d and slant range R with

    notice_k(R) x von-Mises(bearing) x P(word | d) x P(told | k),

each of them a density or probability of what was said. Sound left the object R / c before it was heard. The place of
the person is uncertain: the direction is wider the nearer the object. Figures: figures/reports.toml; page:
docs/human-reports.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import i0e

from sargas.identification.reports.figures import (
    DISTANCES,
    FIGURES,
    HEARD_M,
    SEEN,
    SEEN_M,
    TOLD_AT_RANDOM,
    WORD_M,
    WORD_SPREAD,
    bearing_sigma_deg,
    place_sigma_m,
    reliability_prior,
    told_given_class,
)
from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.model.report_records import HumanReport
from sargas.model.tracks import CLASSES

SOUND_MPS = 343.0
REACH_M = 20e3
"""Nobody notices anything further off; reports are compared with what could be anywhere within."""
NEAREST_M = 30.0
"""Distances below are told apart by nobody."""
QUANTILES = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
NORMAL_QUANTILES: Float64 = np.array([-1.645, -0.8416, -0.3853, 0.0, 0.3853, 0.8416, 1.645])
"""Of the standard normal distribution, for times of observation."""
EVEN: Float64 = np.full(len(CLASSES), 1.0 / len(CLASSES))
_METRES_PER_DEG = 111_320.0
_EDGES_M = np.geomspace(NEAREST_M, REACH_M, 120)
_RING_M: Float64 = np.sqrt(_EDGES_M[1:] * _EDGES_M[:-1])
_RING_WIDTH_M: Float64 = np.diff(_EDGES_M)


class Offsets(NamedTuple):
    """Where places lie from a person: metres east and north on the ground."""

    east_m: Float64
    north_m: Float64

    def distance_m(self) -> Float64:
        """Return ground distances, none below ``NEAREST_M``."""
        distance: Float64 = np.maximum(np.hypot(self.east_m, self.north_m), NEAREST_M)
        return distance


def offsets(report: HumanReport, latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> Offsets:
    """Lay places (WGS84 deg) out around a person; within 1 % up to 30 km."""
    latitude, longitude = np.asarray(latitude_deg, np.float64), np.asarray(longitude_deg, np.float64)
    turned = (longitude - report.longitude_deg + 180.0) % 360.0 - 180.0
    east_m = turned * _METRES_PER_DEG * np.cos(np.radians(0.5 * (latitude + report.latitude_deg)))
    return Offsets(east_m, (latitude - report.latitude_deg) * _METRES_PER_DEG)


def direction_density(report: HumanReport, at: Offsets, doubt_m: ArrayLike = 0.0) -> Float64:
    """Return the density (1/rad) of the direction said, of objects at places; even where none was said.

    ``doubt_m``: one sigma of the places.
    """
    distance_m = at.distance_m()
    if report.bearing_deg is None:
        return np.full(distance_m.shape, 0.5 / np.pi)
    across_m = np.hypot(place_sigma_m(report), doubt_m)
    variance = np.radians(bearing_sigma_deg(report)) ** 2 + (across_m / distance_m) ** 2
    off = np.arctan2(at.east_m, at.north_m) - np.radians(report.bearing_deg)
    kappa = 1.0 / np.maximum(variance, 1e-4)
    density: Float64 = np.exp(kappa * (np.cos(off) - 1.0)) / (2.0 * np.pi * i0e(kappa))
    return density


def word_probability(report: HumanReport, distance_m: Float64) -> Float64:
    """Return how likely the words of distance said are of objects at ground distances; 1 where none were said."""
    if report.distance is None:
        return np.ones(distance_m.shape)
    known_m = np.maximum(distance_m, 0.5 * place_sigma_m(report))
    off = (np.log(known_m)[..., None] - np.log(WORD_M)) / WORD_SPREAD
    # beyond the last word, and before the first, there is no other to choose
    off[..., -1] = np.minimum(off[..., -1], 0.0)
    off[..., 0] = np.maximum(off[..., 0], 0.0)
    share = np.exp(-0.5 * off * off)
    chosen: Float64 = share[..., DISTANCES.index(report.distance)] / share.sum(axis=-1)
    return chosen


def notice_probability(report: HumanReport, range_m: Float64) -> Float64:
    """Return (..., classes): how likely an object at slant ranges is noticed in the way the report says."""
    reach_m = {"seen": SEEN_M, "heard": HEARD_M, "both": np.minimum(SEEN_M, HEARD_M)}[report.sense]
    part = range_m[..., None] / np.maximum(reach_m, 1.0)
    noticed: Float64 = np.exp(-np.log(2.0) * np.minimum(part, 20.0) ** 3)
    return noticed


def report_density(report: HumanReport, at: Offsets, height_m: ArrayLike = 0.0) -> Float64:
    """Return (..., classes): density (1/rad) that an object of a class, at places and heights above, is so reported."""
    distance_m = at.distance_m()
    range_m = np.hypot(distance_m, np.nan_to_num(np.asarray(height_m, np.float64)))
    place = direction_density(report, at) * word_probability(report, distance_m)
    density: Float64 = place[..., None] * notice_probability(report, range_m) * told_given_class(report)
    return density


def ground_density(report: HumanReport, at: Offsets) -> Float64:
    """Return ``report_density`` of what may be anything, on the ground; by distance from a table, for many places."""
    along = word_probability(report, _RING_M) * (
        notice_probability(report, _RING_M) @ (EVEN * told_given_class(report))
    )
    density: Float64 = direction_density(report, at) * np.interp(at.distance_m(), _RING_M, along, right=0.0)
    return density


def reach_integral(report: HumanReport) -> Float64:
    """Return (classes,): the densities of ``report_density`` integrated over the ground around the person (m^2)."""
    return _ring_integral(report, word_probability(report, _RING_M)) * told_given_class(report)


def notice_integral(report: HumanReport) -> Float64:
    """Return (classes,): ground within which such a person notices an object of each class (m^2)."""
    return 2.0 * np.pi * _ring_integral(report, np.ones(len(_RING_M)))


def _ring_integral(report: HumanReport, weight: Float64) -> Float64:
    # the direction integrates to one whatever was said; nearer than the first ring nothing is told apart
    ring = weight * _RING_M * _RING_WIDTH_M
    integral: Float64 = (ring[:, None] * notice_probability(report, _RING_M)).sum(axis=0)
    return integral


def random_density(report: HumanReport) -> float:
    """Return the density (1/rad) of such a report where nothing flew: any direction, any word, any kind."""
    words = 1.0 if report.distance is None else 1.0 / len(DISTANCES)
    return 0.5 / np.pi * words * float(TOLD_AT_RANDOM[SEEN.index(report.seen)])


def observation_times(report: HumanReport) -> Int64:
    """Return seven times (UTC ns), equally likely, at which the person may have noticed it, ascending."""
    figures = FIGURES.channel[report.channel]
    if report.observed_ns is None:
        delay_s = figures.delay_median_s * np.exp(figures.delay_spread * NORMAL_QUANTILES)
        times = report.time_ns - np.rint(delay_s * NS_PER_S).astype(np.int64)
    else:
        sigma_s = _told_sigma_s(report)
        times = report.observed_ns + np.rint(sigma_s * NORMAL_QUANTILES * NS_PER_S).astype(np.int64)
    found: Int64 = np.sort(np.minimum(times, report.time_ns))
    return found


def time_likelihood(report: HumanReport, time_ns: ArrayLike) -> Float64:
    """Return log-likelihoods of times of observation (UTC ns), 0 at the likeliest."""
    figures = FIGURES.channel[report.channel]
    if report.observed_ns is not None:
        off = (np.asarray(time_ns, np.int64) - report.observed_ns) / (NS_PER_S * _told_sigma_s(report))
        told: Float64 = -0.5 * off * off
        return told
    delay_s = np.maximum((report.time_ns - np.asarray(time_ns, np.int64)) / NS_PER_S, 0.1)
    off = np.log(delay_s / figures.delay_median_s) / figures.delay_spread
    untold: Float64 = -0.5 * off * off
    return untold


def report_likelihood(
    report: HumanReport,
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    time_ns: ArrayLike,
    *,
    reliability: float | None = None,
    classes: Float64 = EVEN,
) -> Float64:
    """Return log-likelihood ratios of a report, of an object at places (WGS84 deg) at times of observation (UTC ns).

    The ratio is against an object that may be anywhere within ``REACH_M``: 0 says nothing, above it speaks for the
    place. With ``1 - reliability`` (none: usual of such a person) the report is of something else, so no place loses
    more than the logarithm of that. ``classes`` (12,): what the object may be. Times: those of ``observation_times``,
    or any other; far from them the report says nothing. Sound is taken back to when it left the object. Shapes are
    broadcast; units metres, radians, seconds inside.
    """
    if reliability is None:
        right, wrong = reliability_prior(report.reporter)
        reliability = right / (right + wrong)
    at = offsets(report, latitude_deg, longitude_deg)
    density = report_density(report, at) @ classes
    mean = float(reach_integral(report) @ classes) / (np.pi * REACH_M**2)
    heard_ns = np.asarray(time_ns, np.int64)
    if report.sense == "heard":
        heard_ns = heard_ns + np.rint(at.distance_m() / SOUND_MPS * NS_PER_S).astype(np.int64)
    meant = reliability * np.exp(time_likelihood(report, heard_ns))
    found: Float64 = np.log1p(meant * (density / max(mean, 1e-30) - 1.0))
    return found


def _told_sigma_s(report: HumanReport) -> float:
    figures = FIGURES.channel[report.channel]
    delay_s = (report.time_ns - (report.observed_ns or report.time_ns)) / NS_PER_S
    return float(np.hypot(figures.told_delay_least_s, figures.told_delay_part * delay_s))
