"""Late measurements: a track goes back to where one belongs and takes again what came after.

A track remembers its last ``PAST`` measurements in order of time and the state of all its filters before every
``STRIDE`` of them. A measurement older than the newest is put in its place and everything behind it is filtered again,
with the associations made at the time: the result is what it would have been in order (docs/tracking.md).
"""

from __future__ import annotations

from numba import njit

from sargas.sensors.site import SiteTable
from sargas.tracking.ellipsoid import Region
from sargas.tracking.imm import MODELS, PACKED, FilterWork, combine, update_bank
from sargas.tracking.measurement import Measurement
from sargas.tracking.parameters import Parameters
from sargas.tracking.state import PAST, STRIDE, TrackState


@njit(cache=True, nogil=True, error_model="numpy")
def keep_state(state: TrackState, slot: int, at: int) -> None:
    """Keep the filters of a track as they are before measurement ``at * STRIDE``."""
    bank, past = state.bank, state.past
    past.time_ns[slot, at] = state.book[slot].time_ns
    for j in range(MODELS):
        past.mu[slot, at, j] = bank.mu[slot, j]
        for k in range(6):
            past.x[slot, at, j, k] = bank.x[slot, j, k]
        for k in range(PACKED):
            past.p[slot, at, j, k] = bank.p[slot, j, k]


@njit(cache=True, nogil=True, error_model="numpy")
def recall_state(state: TrackState, slot: int, at: int) -> None:
    """Set the filters of a track back to those kept before measurement ``at * STRIDE``."""
    bank, past = state.bank, state.past
    state.book[slot].time_ns = past.time_ns[slot, at]
    for j in range(MODELS):
        bank.mu[slot, j] = past.mu[slot, at, j]
        for k in range(6):
            bank.x[slot, j, k] = past.x[slot, at, j, k]
        for k in range(PACKED):
            bank.p[slot, j, k] = past.p[slot, at, j, k]
    combine(bank, slot)


@njit(cache=True, nogil=True, error_model="numpy")
def take_measurement(
    state: TrackState,
    slot: int,
    z: Measurement,
    sites: SiteTable,
    region: Region,
    par: Parameters,
    work: FilterWork,
) -> bool:
    """Update a track by a measurement of any time its memory reaches back to; False: it is older than that."""
    book, past = state.book, state.past
    track = book[slot]
    if track.past == PAST:
        _forget_oldest(state, slot)
    at = int(track.past)
    while at > 0 and past.taken[slot, at - 1].time_ns > z.time_ns:
        at -= 1
    first = at // STRIDE
    if at < track.past:
        if z.time_ns < past.time_ns[slot, first]:
            return False
        for k in range(track.past, at, -1):
            past.taken[slot, k] = past.taken[slot, k - 1]
        recall_state(state, slot, first)
    elif z.time_ns < track.time_ns:
        return False
    else:
        first = at
    past.taken[slot, at] = z
    track.past += 1
    start = first * STRIDE if at < track.past - 1 else at
    for k in range(start, track.past):
        if k % STRIDE == 0:
            keep_state(state, slot, k // STRIDE)
        _filter(state, slot, past.taken[slot, k], sites, region, par, work)
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _filter(
    state: TrackState,
    slot: int,
    z: Measurement,
    sites: SiteTable,
    region: Region,
    par: Parameters,
    work: FilterWork,
) -> None:
    track = state.book[slot]
    dt_s = (z.time_ns - track.time_ns) * 1e-9
    update_bank(state.bank, slot, dt_s, z, sites[z.site], region, par, work)
    track.time_ns = z.time_ns


@njit(cache=True, nogil=True, error_model="numpy")
def _forget_oldest(state: TrackState, slot: int) -> None:
    # the first stride of measurements goes, and the state before it
    past, kept = state.past, PAST // STRIDE
    for k in range(PAST - STRIDE):
        past.taken[slot, k] = past.taken[slot, k + STRIDE]
    for at in range(kept - 1):
        past.time_ns[slot, at] = past.time_ns[slot, at + 1]
        for j in range(MODELS):
            past.mu[slot, at, j] = past.mu[slot, at + 1, j]
            for k in range(6):
                past.x[slot, at, j, k] = past.x[slot, at + 1, j, k]
            for k in range(PACKED):
                past.p[slot, at, j, k] = past.p[slot, at + 1, j, k]
    state.book[slot].past -= STRIDE


