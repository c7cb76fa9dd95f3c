"""Late measurements: a track goes back to where one belongs and takes again what came after.

A track remembers its last ``PAST`` measurements in order of time and the state of all its filters before every
``STRIDE`` of them. A measurement older than the newest is put in its place and everything behind it is filtered again,
with the associations made at the time: the result is what it would have been in order (docs/tracking.md).
"""

from __future__ import annotations

from typing import Any, TypeAlias

from sargas.model.kernel import inner_kernel
from sargas.sensors.site import SiteTable
from sargas.tracking.ellipsoid import Region
from sargas.tracking.imm import MODELS, PACKED, Bank, Work, update_bank
from sargas.tracking.measurement import Measurement
from sargas.tracking.parameters import Tuning
from sargas.tracking.state import PAST, STRIDE, BookRow

PastOfTrack: TypeAlias = Any


@inner_kernel
def keep_state(past: PastOfTrack, at: int, bank: Bank, time_ns: int) -> None:
    """Keep the filters of a track as they are before measurement ``at * STRIDE``."""
    past.time_ns[at] = time_ns
    past.kept[at] = bank


@inner_kernel
def take_measurement(
    track: BookRow,
    bank: Bank,
    past: PastOfTrack,
    z: Measurement,
    sites: SiteTable,
    region: Region,
    par: Tuning,
    work: Work,
) -> bool:
    """Update a track by a measurement of any time its memory reaches back to; False: it is older than that."""
    if track.past == PAST:
        _forget_oldest(past)
        track.past -= STRIDE
    at = int(track.past)
    while at > 0 and past.taken[at - 1].time_ns > z.time_ns:
        at -= 1
    first = at // STRIDE
    if at < track.past:
        if z.time_ns < past.time_ns[first]:
            return False
        for k in range(track.past, at, -1):
            past.taken[k] = past.taken[k - 1]
        _restore(bank, past, first)
        track.time_ns = past.time_ns[first]
    elif z.time_ns < track.time_ns:
        return False
    else:
        first = at
    past.taken[at] = z
    track.past += 1
    start = first * STRIDE if at < track.past - 1 else at
    for k in range(start, track.past):
        if k % STRIDE == 0:
            keep_state(past, k // STRIDE, bank, track.time_ns)
        now = past.taken[k]
        update_bank(bank, (now.time_ns - track.time_ns) * 1e-9, now, sites, region, par, work)
        track.time_ns = now.time_ns
    return True


@inner_kernel
def _restore(bank: Bank, past: PastOfTrack, at: int) -> None:
    kept = past.kept[at]
    for j in range(MODELS):
        bank.mu[j] = kept.mu[j]
        for k in range(6):
            bank.x[j, k] = kept.x[j, k]
        for k in range(PACKED):
            bank.p[j, k] = kept.p[j, k]
    for k in range(6):
        bank.mean[k] = kept.mean[k]
    for k in range(PACKED):
        bank.cov[k] = kept.cov[k]


@inner_kernel
def _forget_oldest(past: PastOfTrack) -> None:
    # the first stride of measurements goes, and the state before it
    for k in range(PAST - STRIDE):
        past.taken[k] = past.taken[k + STRIDE]
    for at in range(PAST // STRIDE - 1):
        past.time_ns[at] = past.time_ns[at + 1]
        past.kept[at] = past.kept[at + 1]
