"""How probably what a track says of itself is true: every piece of evidence as log-odds. Page: docs/cooperation.md."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sargas.geo.wgs84 import wrapped_longitudes_deg
from sargas.identification.sender_kernels import (
    BURST,
    CLIMB,
    FAR,
    HEIGHTS,
    JUMP,
    METRES_PER_DEGREE,
    MOTION,
    SERIAL,
    STALE,
    TELLS,
    TWO_PLACES,
)
from sargas.identification.senders import Said
from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.model.tracks import Tracks
from sargas.tracking.support import Support

Bool = NDArray[np.bool_]

PRIOR, DRONE_PRIOR = 4.6, 2.9
"""Log-odds of a true claim before any evidence: 99 % of aircraft; 95 % of drones, whose reports anybody can fake."""
MOST_AGREEMENT, LEAST_AGREEMENT = 6.0, -20.0
"""Of what witnesses say: they share a way of being wrong, so together they are worth no more than this."""
MOST_OFFSET = 3.0
SILENCE_NS = 10 * NS_PER_S
"""Witnesses that look and see nothing count only after so long."""
WITNESS_NS = 20 * NS_PER_S
"""A witness's plot supports a place for so long."""
CLAIM_NS = 15 * NS_PER_S
"""A claim older than this says nothing of where the sender is now."""
TELL_NS = 60 * NS_PER_S
ELSEWHERE = -7.0
"""The same address or serial is told, or seen, at another place."""
SPOOFED = -6.0
BEHIND_NS = 3 * NS_PER_S
"""A track has no part in claims when its last one is so much older than the sender's."""
APART_M, SIGMAS, LAG_S = 100.0, 3.0, 0.5
"""Places are two when they are further apart than this, three sigmas, and what is flown in so long."""
CLAIM_SIGMA_M = 40.0
TELL_ODDS = np.zeros(TELLS)
TELL_ODDS[[JUMP, TWO_PLACES, MOTION, CLIMB]] = (-3.0, -4.0, -3.0, -2.0)
TELL_ODDS[[STALE, HEIGHTS, SERIAL, BURST, FAR]] = (-2.0, -1.5, -1.0, -3.0, -4.0)
"""Log-odds of a true claim that each tell takes away while it is fresh; set by judgement, not counted."""


class Evidence(NamedTuple):
    """What speaks for and against each track's own word; columns of one length."""

    log_odds: Float64
    witness: Float64
    """Of there being something at the place, by witnesses."""
    offset: Float64
    is_seen: Bool
    """A witness has seen it lately."""
    is_watched: Bool
    is_named: Bool
    """A radar has lately been answered with the address."""
    claims: Bool
    """The object tells its own place now."""
    tells: Bool
    """(n, TELLS) fresh ones."""


def weigh(support: Support, said: Said, elsewhere: Bool, spoofed: Bool, time_ns: int) -> Evidence:
    """Weigh the evidence on each track at ``time_ns`` (UTC ns); all columns are of the same tracks.

    ``elsewhere``: the same name is at another place too; ``spoofed``: its satellite navigation is known to be.
    """
    is_seen = time_ns - support.witness_ns <= WITNESS_NS
    is_watched = support.watchers > 0
    silent_ns = time_ns - np.maximum(support.birth_ns, support.witness_ns)
    for_it = np.where(is_seen, np.maximum(support.witness_score, 0.0), 0.0)
    against = np.where(is_watched & (silent_ns >= SILENCE_NS), np.minimum(support.witness_score, 0.0), 0.0)
    witness = for_it + against
    claims = time_ns - support.claim_ns <= CLAIM_NS
    offset = np.where(claims & is_seen, np.clip(support.offset_score, LEAST_AGREEMENT, MOST_OFFSET), 0.0)
    tells = (said.tell_ns > 0) & (time_ns - said.tell_ns <= TELL_NS)
    tells[:, SERIAL] = said.tell_ns[:, SERIAL] > 0
    is_named = time_ns - support.named_ns <= WITNESS_NS
    # that something is near does not make up for its being seen beside the place: a small shift has both; nor does it
    # for a name that is told elsewhere, unless a radar was answered by that name
    is_apart = (offset < 0.0) | (elsewhere & ~is_named)
    agreement = np.where(is_apart, np.minimum(witness, 0.0), witness) + np.where(
        is_apart, np.minimum(offset, 0.0), offset
    )
    log_odds = np.where(said.is_drone, DRONE_PRIOR, PRIOR) + np.clip(agreement, LEAST_AGREEMENT, MOST_AGREEMENT)
    log_odds = log_odds + tells @ TELL_ODDS
    log_odds += np.where(elsewhere, ELSEWHERE, 0.0) + np.where(spoofed, SPOOFED, 0.0)
    return Evidence(log_odds, witness, offset, is_seen, is_watched, is_named, claims, tells)


def distances_m(tracks: Tracks, latitude_deg: Float64, longitude_deg: Float64) -> Float64:
    """Return how far places (deg) are from tracks on the ground, m."""
    north = (latitude_deg - tracks.latitude_deg) * METRES_PER_DEGREE
    turn = wrapped_longitudes_deg(longitude_deg - tracks.longitude_deg)
    east = turn * METRES_PER_DEGREE * np.cos(np.deg2rad(tracks.latitude_deg))
    return np.asarray(np.hypot(north, east))


def apart_m(tracks: Tracks) -> Float64:
    """Return beyond which distance (m) a place is not a track's."""
    sigma = np.sqrt(np.maximum(np.nan_to_num(tracks.covariance[:, 0]) + np.nan_to_num(tracks.covariance[:, 6]), 0.0))
    speed = np.hypot(tracks.velocity_east_mps, tracks.velocity_north_mps)
    return np.asarray(APART_M + SIGMAS * np.hypot(sigma, CLAIM_SIGMA_M) + LAG_S * speed)


def find_elsewhere(tracks: Tracks, support: Support, said: Said, keys: Int64, time_ns: int) -> tuple[Float64, Int64]:
    """Find where else the names of tracks are: the distance (m, NaN: nowhere) and the other track (-1: only told).

    ``keys`` names the senders, negative for nobody. Of two tracks of one name both are told.
    """
    is_behind = support.claim_ns < said.time_ns - BEHIND_NS
    is_fresh = time_ns - said.time_ns <= CLAIM_NS
    distance = distances_m(tracks, said.latitude_deg, said.longitude_deg)
    limit = apart_m(tracks)
    found = np.where(is_behind & is_fresh & (distance > limit), distance, np.nan)
    other = np.full(len(tracks), -1, np.int64)
    named = np.flatnonzero(keys >= 0)
    order = named[np.argsort(keys[named], kind="stable")]
    same = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    for a, b in zip(order[same].tolist(), order[same + 1].tolist(), strict=True):
        between = float(distances_m(tracks.take([a]), tracks.latitude_deg[[b]], tracks.longitude_deg[[b]])[0])
        if between > max(limit[a], limit[b]):
            for row, twin in ((a, b), (b, a)):
                found[row], other[row] = between, int(tracks.track_id[twin])
    return found, other


def probability_of(log_odds: Any) -> Any:
    """Return the probability that log-odds stand for."""
    return 1.0 / (1.0 + np.exp(-log_odds))
