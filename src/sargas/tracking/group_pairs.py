"""Pairs of tracks that fly close: linked after a while, parted after a while, so that noise neither makes nor breaks.

Within 500 m and 10 m/s for 30 s two tracks are linked; beyond 750 m or 15 m/s for 30 s they no longer are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.tracking.neighbours import Flights

CLOSE_M, CLOSE_MPS = 500.0, 10.0
APART_M, APART_MPS = 750.0, 15.0
JOIN_NS = LEAVE_NS = 30 * NS_PER_S
MOST_PAIRS = 12
"""Pairs remembered of one track before it takes no more; a swarm stays one group through chains."""


class Pairs(NamedTuple):
    """Remembered pairs of track numbers, first < second, sorted."""

    first: Int64
    second: Int64
    close_ns: Int64
    """Since when they fly close."""
    apart_ns: Int64
    """Since when a linked pair is apart; -1: it is not."""
    linked: Int64
    """1: they are of one group; 0: not yet."""


def advance_pairs(pairs: Pairs, flights: Flights, time_ns: int) -> tuple[Pairs, Float64]:
    """Bring the remembered pairs to ``time_ns`` and add new ones; return them with their distances (m)."""
    n = len(flights.track_id)
    first, second = np.searchsorted(flights.track_id, pairs.first), np.searchsorted(flights.track_id, pairs.second)
    there = (first < n) & (second < n)
    there[there] = (flights.track_id[first[there]] == pairs.first[there]) & (
        flights.track_id[second[there]] == pairs.second[there]
    )
    pairs, first, second = Pairs(*(column[there] for column in pairs)), first[there], second[there]
    distance_m, speed_mps = flights.separations(first, second)
    is_apart = (distance_m > APART_M) | (speed_mps > APART_MPS)
    apart_ns = np.where(is_apart, np.where(pairs.apart_ns < 0, time_ns, pairs.apart_ns), -1)
    is_linked = pairs.linked == 1
    kept = np.where(is_linked, ~is_apart | (time_ns - apart_ns < LEAVE_NS), ~is_apart)
    linked = (is_linked | (~is_apart & (time_ns - pairs.close_ns >= JOIN_NS))).astype(np.int64)
    pairs = pairs._replace(apart_ns=apart_ns, linked=linked)
    pairs = Pairs(*(column[kept] for column in pairs))
    first, second, distance_m = first[kept], second[kept], distance_m[kept]
    degree = np.bincount(first, minlength=n) + np.bincount(second, minlength=n)
    new_first, new_second = flights.close_pairs(CLOSE_M, CLOSE_MPS, first * n + second, degree, MOST_PAIRS)
    if not len(new_first):
        return pairs, distance_m
    fresh = Pairs(
        flights.track_id[new_first], flights.track_id[new_second], np.full(len(new_first), time_ns),
        np.full(len(new_first), -1), np.zeros(len(new_first), np.int64),
    )  # fmt: skip
    joined = Pairs(*(np.concatenate(columns) for columns in zip(pairs, fresh, strict=True)))
    order = np.lexsort((joined.second, joined.first))
    distances = np.concatenate([distance_m, flights.separations(new_first, new_second)[0]])
    return Pairs(*(column[order] for column in joined)), distances[order]


def no_pairs() -> Pairs:
    """Remember nothing yet."""
    whole = np.zeros(0, np.int64)
    return Pairs(whole, whole, whole, whole, whole)
