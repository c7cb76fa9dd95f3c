"""What a track may be making for: the probability of each protected zone, and when it would be there.

Bridging distributions (B. I. Ahmad, J. K. Murphy, P. M. Langdon and S. J. Godsill, Bayesian intent prediction in object
tracking using bridging distributions, IEEE Trans. Cybernetics 48, 2018): whoever makes for a place is a motion pinned
to be there at its time of arrival. For a Markov motion the likelihood of a track so far, pinned against free, is

    p(there at T | state now) / p(there at T | first place, direction unknown),

so one motion serves all zones: no filter a zone. The direction of flight diffuses, calmly for those who go straight and
quickly for those who go by way points; both, and a range of arrival times, are summed. What fits no zone is "none".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, pi, sqrt
from typing import NamedTuple, Self

import numpy as np

from sargas.assessment.prediction.bridge import QUANTILES, weigh_arrivals
from sargas.assessment.prediction.predictor import States
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.model.kernel import kernel
from sargas.model.parts import pack, unpack
from sargas.model.records import Zone
from sargas.model.rising import are_among, missing_from
from sargas.model.tracks import Tracks

MARK = b"sargas-goals-1\n"
NONE_PRIOR = 0.5
"""Probability, before anything is seen, that a track makes for no zone."""
LEAST_SPEED_MPS = 3.0
"""Who is slower makes for nothing that could be said."""
INSIDE = 10.0
"""Least evidence for a zone that the track is in: it may be on its way to another."""
MEAN_S = 60.0
"""Time constant over which the velocity is averaged: a turn to a way point is not yet an intent."""
LEAST_PROBABILITY = 1e-6
"""What is less likely speaks no more against a zone."""
MOST_PAIRS = 200_000
"""Of tracks and zones that are worked out at once."""


class Goals(NamedTuple):
    """What n tracks may be making for, of z protected zones."""

    probability: Float64
    """(n, z); rows sum to 1 less the probability of none of them. NaN: nothing can be said (too slow, too new)."""
    eta_s: Float64
    """(n, z, 3): 10 %, 50 % and 90 % of the time until the zone's edge, should it be the goal; 0 inside."""


@dataclass(slots=True)
class GoalBook:
    """Remember where tracks were first seen and how they move; say what they make for."""

    zones: tuple[Zone, ...]
    plane: RegionPlane
    centre: Float64
    """(z, 2) plane metres."""
    radius_m: Float64
    """(z,) of the circle of the zone's area."""
    prior: Float64
    """(z,) by the zone's value."""
    track_id: Int64
    """Sorted."""
    memory: Float64
    """(n, 6): first x, y and second; velocity (2,) averaged, m/s; last second."""

    @classmethod
    def of(cls, zones: Sequence[Zone], plane: RegionPlane) -> Self:
        """Start with no track known; of the zones those of kind protected count."""
        kept = tuple(zone for zone in zones if zone.kind == "protected")
        shapes = [_circle(zone, plane) for zone in kept]
        value = np.array([max(zone.value, 1e-3) for zone in kept])
        return cls(
            kept,
            plane,
            np.array([shape[:2] for shape in shapes]).reshape(-1, 2),
            np.array([shape[2] for shape in shapes]),
            (1.0 - NONE_PRIOR) * value / value.sum() if kept else value,
            np.zeros(0, np.int64),
            np.zeros((0, 6)),
        )

    def update(self, tracks: Tracks) -> None:
        """Take in states, one a track; dropped tracks are forgotten."""
        is_dropped = tracks.is_dropped
        alive = tracks
        if is_dropped.any():
            self.forget(tracks.track_id[is_dropped])
            alive = tracks.take(~is_dropped)
        now = self._now(alive)
        self._make_place(alive.track_id)
        rows = np.searchsorted(self.track_id, alive.track_id)
        memory = self.memory[rows]
        fresh = np.isnan(memory[:, 0])
        memory[fresh] = now[fresh][:, [0, 1, 4, 2, 3, 4]]
        gained = 1.0 - np.exp(-np.maximum(now[:, 4] - memory[:, 5], 0.0) / MEAN_S)
        memory[:, 3:5] += gained[:, None] * (now[:, 2:4] - memory[:, 3:5])
        memory[:, 5] = now[:, 4]
        self.memory[rows] = memory

    def assess(self, tracks: Tracks) -> Goals:
        """Say what tracks make for, by what was taken in of them. Raises KeyError for a track not updated before."""
        unknown = missing_from(self.track_id, tracks.track_id)
        if len(unknown):
            raise KeyError(f"expected tracks that were updated before, was {unknown[0]}")
        memory = self.memory[np.searchsorted(self.track_id, tracks.track_id)]
        return judge_goals(self._now(tracks), memory, self.centre, self.radius_m, self.prior)

    def evidence(self, goals: Goals) -> Float64:
        """Return how far what was seen speaks for each zone, as log-odds (n, z) over nothing seen.

        0 where it speaks against it or nothing can be said: who flies elsewhere may still turn.
        """
        speaks = np.log(np.maximum(goals.probability, LEAST_PROBABILITY) / self.prior)
        return np.maximum(np.nan_to_num(speaks), 0.0)

    def follow(self, states: States, velocity: Float64) -> Goals:
        """Take in states of any tracks, in order of time for each, and say what each makes for as it was then.

        ``velocity`` (n, 2) is east and north (m/s).
        """
        if not self.zones:
            return Goals(np.zeros((len(velocity), 0)), np.zeros((len(velocity), 0, 3)))
        self._make_place(states.track_id)
        latitude_deg, longitude_deg = states.place[:, 0], states.place[:, 1]
        x, y = self.plane.plane_from_geodetic(latitude_deg, longitude_deg)
        vx, vy = self.plane.plane_velocity_from_enu(latitude_deg, longitude_deg, velocity[:, 0], velocity[:, 1])
        now = np.column_stack([x, y, vx, vy, states.time_ns / NS_PER_S])
        memories = np.empty((len(now), 6))
        remember(self.memory, np.searchsorted(self.track_id, states.track_id), now, memories)
        pieces = np.array_split(np.arange(len(now)), 1 + len(now) * len(self.zones) // MOST_PAIRS)
        found = [judge_goals(now[k], memories[k], self.centre, self.radius_m, self.prior) for k in pieces]
        return Goals(np.concatenate([g.probability for g in found]), np.concatenate([g.eta_s for g in found]))

    def forget(self, track_id: Int64) -> None:
        """Drop tracks; those not known are passed over."""
        gone = are_among(self.track_id, np.sort(track_id))
        self.track_id, self.memory = self.track_id[~gone], self.memory[~gone]

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        return pack(MARK, {"zones": [zone.id for zone in self.zones]}, [self.track_id, self.memory])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        _, (self.track_id, self.memory) = unpack(MARK, data, 2)

    def _make_place(self, track_id: Int64) -> None:
        """Make room for tracks that are new."""
        new = missing_from(self.track_id, track_id)
        if len(new):
            at = np.searchsorted(self.track_id, new)
            self.track_id = np.insert(self.track_id, at, new)
            self.memory = np.insert(self.memory, at, np.nan, axis=0)

    def _now(self, tracks: Tracks) -> Float64:
        """Lay out x, y, their rates and the second, (n, 5)."""
        x, y = self.plane.plane_from_geodetic(tracks.latitude_deg, tracks.longitude_deg)
        vx, vy = self.plane.plane_velocity_from_enu(
            tracks.latitude_deg, tracks.longitude_deg, tracks.velocity_east_mps, tracks.velocity_north_mps
        )
        return np.column_stack([x, y, vx, vy, tracks.time_ns / NS_PER_S])


@kernel
def remember(memory: Float64, rows: Int64, now: Float64, out: Float64) -> None:
    """Advance the memories of tracks by states (n, 5), one by one; ``out`` (n, 6) becomes each as it was then."""
    for k in range(len(rows)):
        held, state = memory[rows[k]], now[k]
        if np.isnan(held[0]):
            held[0], held[1], held[2], held[3], held[4] = state[0], state[1], state[4], state[2], state[3]
        elif not np.isnan(state[2]):
            gained = 1.0 - exp(-max(state[4] - held[5], 0.0) / MEAN_S)
            held[3] += gained * (state[2] - held[3])
            held[4] += gained * (state[3] - held[4])
        held[5] = state[4]
        for c in range(6):
            out[k, c] = held[c]


def judge_goals(now: Float64, memory: Float64, centre: Float64, radius_m: Float64, prior: Float64) -> Goals:
    """Weigh z zones for n tracks; ``now`` (n, 5) and ``memory`` (n, 6) are columns of ``GoalBook``."""
    to = centre[None] - now[:, None, :2]
    apart_m = np.hypot(to[..., 0], to[..., 1])
    mean = memory[:, 3:5]
    speed = np.maximum(np.hypot(now[:, 2], now[:, 3]), np.hypot(mean[:, 0], mean[:, 1]))
    known = (speed >= LEAST_SPEED_MPS) & np.isfinite(now).all(axis=1)
    speed = np.where(known, speed, 1.0)
    # the way it goes: between the direction now and the mean one, a corner that is being flown counts half
    course = now[:, 2:4] / np.maximum(np.hypot(now[:, 2], now[:, 3]), 1e-9)[:, None]
    course = course + mean / np.maximum(np.hypot(mean[:, 0], mean[:, 1]), 1e-9)[:, None]
    course /= np.maximum(np.hypot(course[:, 0], course[:, 1]), 1e-9)[:, None]
    cosine = np.einsum("nzc,nc->nz", to, course) / np.maximum(apart_m, 1.0)
    first_m = np.hypot(*(centre[None] - memory[:, None, :2]).transpose(2, 0, 1))
    evidence, eta_s = np.empty(apart_m.shape), np.empty((*apart_m.shape, len(QUANTILES)))
    weigh_arrivals(apart_m, speed, cosine, first_m, now[:, 4] - memory[:, 2], radius_m, evidence, eta_s)
    joint = prior * evidence
    inside = apart_m <= radius_m
    joint = np.where(inside, np.maximum(joint, INSIDE * prior), joint)
    probability = joint / (joint.sum(axis=1, keepdims=True) + NONE_PRIOR)
    eta_s[inside] = 0.0
    probability[~known], eta_s[~known] = np.nan, np.nan
    return Goals(probability, eta_s)


def _circle(zone: Zone, plane: RegionPlane) -> tuple[float, float, float]:
    """Return x, y (plane m) and radius (m) of the circle with a zone's centre and area."""
    if zone.centre is not None and zone.radius_m is not None:
        x, y = plane.plane_from_geodetic(zone.centre[1], zone.centre[0])
        return float(x), float(y), zone.radius_m
    ring = np.array(zone.polygon)
    x, y = plane.plane_from_geodetic(ring[:, 1], ring[:, 0])
    x0, y0 = x.mean(), y.mean()
    dx, dy = x - x0, y - y0
    cross = dx * np.roll(dy, -1) - np.roll(dx, -1) * dy
    area = 0.5 * cross.sum()
    if abs(area) < 1.0:
        return float(x0), float(y0), 1.0
    x1 = ((dx + np.roll(dx, -1)) * cross).sum() / (6.0 * area)
    y1 = ((dy + np.roll(dy, -1)) * cross).sum() / (6.0 * area)
    return float(x0 + x1), float(y0 + y1), sqrt(abs(area) / pi)
