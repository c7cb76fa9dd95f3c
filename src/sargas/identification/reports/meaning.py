"""Which track a report means, if any: the share of each, of an object that no track shows, and of nothing at all.

With reliability r, P_i(k) the classes of track i and g_i its density of the report (likelihood.py),

    P(track i)   ~ r g_i / E          g_i averaged over the times at which it may have been noticed
    P(untracked) ~ r rho G / E        rho objects a square metre that no track shows, G the density over the ground
    P(nothing)   ~ (1 - r) x density of such a report at random

where E is how many objects such a person would notice there, but at least a half: who lives under an airway means which
of many; and where nothing is to be noticed, more of the reports are of nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import i0e

from sargas.geo.plane import RegionPlane
from sargas.identification.reports.figures import FIGURES, CalibrationFigures, told_given_class
from sargas.identification.reports.likelihood import (
    EVEN,
    REACH_M,
    SOUND_MPS,
    Offsets,
    direction_density,
    notice_integral,
    notice_probability,
    observation_times,
    random_density,
    reach_integral,
    word_probability,
)
from sargas.identification.reports.past_places import PastPlaces, Places
from sargas.model.columns import Float32, Float64, Int64
from sargas.model.report_records import HumanReport
from sargas.model.tracks import CLASSES

UNTRACKED_PER_M2 = 2.5e-9
"""Objects to be noticed that no track shows: one in 400 km^2."""
UNTRACKED: Float64 = np.array([0.0 if name in ("airliner", "fast_jet", "clutter") else 1.0 / 9.0 for name in CLASSES])
"""What they are: what flies high and fast is tracked."""
USUALLY_NOTICED = 0.5
"""Objects to be noticed where reports are as right as usual: where fewer are, fewer of them are of anything."""
HEADING_SIGMA_RAD = np.radians(40.0)
"""Of where people say that it went."""
MOVING_MPS = 3.0
"""Below that a track goes nowhere."""


class Meaning(NamedTuple):
    """What a report may mean; shares add up to one."""

    track_id: Int64
    """(n,) Tracks it could mean, by number."""
    share: Float64
    untracked: float
    nothing: float
    evidence: Float64
    """(n, classes) Log-odds of the classes of each that the report adds, its share taken into account."""

    def best(self) -> tuple[int, float]:
        """Return the likeliest track and its share; -1 and 0 where there is none."""
        if not len(self.share):
            return -1, 0.0
        row = int(self.share.argmax())
        return int(self.track_id[row]), float(self.share[row])


def find_meaning(
    report: HumanReport, past: PastPlaces, track_id: Int64, classes: Float32, reliability: float
) -> Meaning:
    """Share a report out; ``classes`` (n, classes) of the live tracks ``track_id``, ascending; NaN: not known."""
    columns = past.near(report.latitude_deg, report.longitude_deg, REACH_M)
    places = past.at(columns, observation_times(report))
    known = _classes_of(places.track_id, track_id, classes)
    seen = _see(report, past.plane, places)
    told = told_given_class(report)
    like = (seen.place[..., None] * seen.notice).mean(axis=0) * told  # (n, classes)
    density = (like * known).sum(axis=1)
    noticed = float((seen.notice.mean(axis=0) * known).sum())
    everything = noticed + UNTRACKED_PER_M2 * float(notice_integral(report) @ UNTRACKED)
    real = reliability / max(everything, USUALLY_NOTICED)
    heading = 1.0 if report.heading_deg is None else 0.5 / np.pi
    untracked = real * UNTRACKED_PER_M2 * float(reach_integral(report) @ UNTRACKED) * heading
    nothing = (1.0 - reliability) * random_density(report) * heading
    share, untracked, nothing = calibrate(real * density, untracked, nothing)
    ratio = like / np.maximum(density, 1e-300)[:, None]
    evidence = np.log(share[:, None] * np.maximum(ratio, 1e-6) + (1.0 - share)[:, None])
    return Meaning(places.track_id, share, untracked, nothing, evidence)


def calibrate(
    tracks: Float64, untracked: float, nothing: float, figures: CalibrationFigures = FIGURES.calibration
) -> tuple[Float64, float, float]:
    """Return the shares (n,) of tracks, of an untracked object and of nothing, as they come true; they add up to one.

    The model takes its parts for independent, and each makes the shares less extreme, or more, than what comes of
    them. The order among tracks stays.
    """
    parts = np.r_[tracks, untracked, nothing]
    whole = parts / parts.sum()
    raised = whole**figures.power
    raised[: len(tracks)] *= np.exp(figures.track)
    shares = raised / raised.sum()
    return shares[: len(tracks)], float(shares[-2]), float(shares[-1])


class _Seen(NamedTuple):
    place: Float64
    """(m, n) Density of direction, words and heading."""
    notice: Float64
    """(m, n, classes)"""


def _see(report: HumanReport, plane: RegionPlane, places: Places) -> _Seen:
    """Say how well each track fits at each time; tracks that were nowhere then fit not at all."""
    x_m, y_m = plane.plane_from_geodetic(report.latitude_deg, report.longitude_deg)
    turn, scale = plane.convergence_scale(report.latitude_deg, report.longitude_deg)
    dx, dy = (places.x_m - float(x_m)) / float(scale), (places.y_m - float(y_m)) / float(scale)
    if report.sense == "heard":
        late_s = np.hypot(np.hypot(dx, dy), places.height_m) / SOUND_MPS
        dx, dy = dx - places.vx_mps * late_s, dy - places.vy_mps * late_s
    angle = np.radians(float(turn))
    at = Offsets(np.cos(angle) * dx + np.sin(angle) * dy, np.cos(angle) * dy - np.sin(angle) * dx)
    there = np.isfinite(dx)
    at = Offsets(np.where(there, at.east_m, 1e6), np.where(there, at.north_m, 1e6))
    distance_m = at.distance_m()
    place = direction_density(report, at, np.nan_to_num(places.doubt_m)) * word_probability(report, distance_m)
    if report.heading_deg is not None:
        place = place * _heading_density(report.heading_deg, places, float(turn))
    notice = notice_probability(report, np.hypot(distance_m, np.nan_to_num(places.height_m)))
    return _Seen(np.where(there, place, 0.0), np.where(there[..., None], notice, 0.0))


def _heading_density(heading_deg: float, places: Places, turn_deg: float) -> Float64:
    """Return the density (1/rad) of the heading said, half of them at random."""
    course = np.arctan2(places.vx_mps, places.vy_mps) - np.radians(turn_deg)
    kappa = 1.0 / HEADING_SIGMA_RAD**2
    fits = np.exp(kappa * (np.cos(course - np.radians(heading_deg)) - 1.0)) / (2.0 * np.pi * i0e(kappa))
    moves = np.hypot(places.vx_mps, places.vy_mps) > MOVING_MPS
    density: Float64 = 0.5 * np.where(moves, fits, 0.5 / np.pi) + 0.25 / np.pi
    return density


def _classes_of(wanted: Int64, track_id: Int64, classes: Float32) -> Float64:
    """Return (n, classes) of tracks; those not live or not classified may be anything."""
    out = np.tile(EVEN, (len(wanted), 1))
    if len(track_id):
        row = np.minimum(np.searchsorted(track_id, wanted), len(track_id) - 1)
        known = (track_id[row] == wanted) & np.isfinite(classes[row, 0])
        out[known] = classes[row[known]]
    return out
