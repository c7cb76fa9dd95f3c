"""One object, one number: tracks stitched to what they continue, and second tracks of one object merged.

A track that is confirmed looks for one that was lost nearby and could have flown there: it takes its number. Two
confirmed tracks that stay in one place with one velocity, and never had plots of the same scan, are one object: the
younger goes. Both are noted as events. A wrong stitch is worse than a new number: it must be ten times likelier than
a new object.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.model.columns import NO_CODE, Float64
from sargas.model.kernel import inner_kernel
from sargas.tracking.ellipsoid import Region
from sargas.tracking.gating import TEST_FLAGS, cell_coordinate
from sargas.tracking.imm import Work, predict_combined
from sargas.tracking.parameters import Tuning
from sargas.tracking.state import (
    COASTING_STATUS,
    CONFIRMED_STATUS,
    EVENT_COUNT,
    GRID_FIRST,
    GRID_SIDE,
    LEVELS,
    LOOKS,
    LOST,
    LOST_AT,
    BookRow,
    TrackState,
)

STITCHED, MERGED, SPLIT = 1, 2, 3
STITCH_S = 60.0
"""A track lost longer ago is not stitched."""
STITCH_DISTANCE = 13.3
"""Largest squared statistical distance of place and velocity (4 components, 99 %)."""
STITCH_ACCELERATION = 25.0
"""Density of horizontal acceleration (m^2/s^3) while nobody looked."""
BIRTH_PER_SQUARE_M = 1e-9
BIRTH_SPREAD_MPS = 100.0
"""New objects expected where a lost track could be: one in 1,000 km^2, any velocity up to this."""
ADDRESS_S = 900.0
NEAR_ADDRESS_M = 5_000.0
SURE = 100.0
"""The same 24-bit address within what an aircraft flies in so long is one aircraft, whatever it did between."""
LN_RATIO = np.log(10.0)
MERGE_DISTANCE = 6.0
MERGE_TICKS = 4
"""Squared statistical distance below which, for so many ticks, two tracks are one."""
MERGE_M = 1_500.0
Row: TypeAlias = Any


@inner_kernel
def note_event(state: TrackState, kind: int, kept: int, other: int, time_ns: int, gap_s: float) -> None:
    """Append an event; when nobody has collected them for long, the oldest are overwritten."""
    event = state.events[state.registers[EVENT_COUNT] % len(state.events)]
    event.kind, event.kept, event.other, event.time_ns, event.gap_s = kind, kept, other, time_ns, gap_s
    state.registers[EVENT_COUNT] += 1


@inner_kernel
def bury(state: TrackState, slot: int) -> None:
    """Remember a confirmed track that is dropped, so that its object may come back under its number."""
    lost = state.lost[state.registers[LOST_AT] % LOST]
    track, bank = state.book[slot], state.bank[slot]
    lost.number, lost.time_ns, lost.hit_ns = track.number, track.time_ns, track.hit_ns
    lost.icao_address, lost.flags, lost.bank, lost.labels = track.icao_address, track.flags, bank, track.labels
    state.registers[LOST_AT] += 1


@inner_kernel
def stitch(state: TrackState, slot: int, region: Region, par: Tuning, work: Work) -> bool:
    """Give a track that has just been confirmed the number of the lost one that it continues; False: there is none."""
    track, bank = state.book[slot], state.bank[slot]
    best, where, grave = LN_RATIO, -1, -1
    for level in range(LEVELS):
        side, first = GRID_SIDE[level], GRID_FIRST[level]
        i, j = cell_coordinate(bank.mean[0], level), cell_coordinate(bank.mean[1], level)
        for a in range(max(i - 1, 0), min(i + 1, side - 1) + 1):
            for b in range(max(j - 1, 0), min(j + 1, side - 1) + 1):
                other = state.head[first + a * side + b]
                while other >= 0:
                    old = state.book[other]
                    lost = old.status == COASTING_STATUS or (
                        _same_address(old, track) and not _is_held(old, track, par)
                    )
                    if lost and old.status > 0 and other != slot:
                        gain = _continues(state, slot, old, state.bank[other], region, par, work)
                        if gain > best:
                            best, where = gain, other
                    other = state.near[other].following
    for k in range(min(state.registers[LOST_AT], LOST)):
        grave_row = state.lost[k]
        if grave_row.number > 0:
            gain = _continues(state, slot, grave_row, grave_row.bank, region, par, work)
            if gain > best:
                best, where, grave = gain, -1, k
    if where < 0 and grave < 0:
        return False
    gap_s = 0.0
    if grave >= 0:
        number, gap_s = state.lost[grave].number, (track.birth_ns - state.lost[grave].hit_ns) * 1e-9
        state.lost[grave].number = 0
        track.labels |= state.lost[grave].labels  # that it goes on says something of the plots it had before
    else:
        old = state.book[where]
        number, gap_s = old.number, (track.birth_ns - old.hit_ns) * 1e-9
        track.labels |= old.labels
        # the coasting one goes at the next tick, under the number that nobody has seen
        old.number, old.stitched = track.number, 1
    note_event(state, STITCHED, number, track.number, track.time_ns, gap_s)
    track.number = number
    return True


@inner_kernel
def _continues(state: TrackState, slot: int, old: Row, old_bank: Row, region: Region, par: Tuning, work: Work) -> float:
    # log-likelihood ratio of one object against two, by place and velocity at the younger's newest time
    track, bank = state.book[slot], state.bank[slot]
    gap_s = (track.birth_ns - old.hit_ns) * 1e-9
    dt_s = (track.time_ns - old.time_ns) * 1e-9
    if gap_s <= 0.0 or dt_s <= 0.0 or (old.flags ^ track.flags) & TEST_FLAGS:
        return -np.inf
    if _same_address(old, track):
        dx, dy = bank.mean[0] - old_bank.mean[0], bank.mean[1] - old_bank.mean[1]
        reach = NEAR_ADDRESS_M + par.speed_cap_mps * dt_s
        return SURE if gap_s <= ADDRESS_S and dx * dx + dy * dy <= reach * reach else -np.inf
    if gap_s > STITCH_S:
        return -np.inf
    if old.icao_address != NO_CODE and track.icao_address != NO_CODE and old.icao_address != track.icao_address:
        return -np.inf
    predict_combined(old_bank, dt_s, region, par, work.x, work.p)
    p, q = work.p, bank.cov
    spread = STITCH_ACCELERATION * dt_s
    s = np.zeros((4, 4))
    index = ((0, 1, 3, 4), (1, 6, 8, 9), (3, 8, 15, 16), (4, 9, 16, 18))
    for a in range(4):
        for b in range(4):
            s[a, b] = p[index[a][b]] + q[index[a][b]]
    for a in range(2):
        s[a, a] += spread * dt_s * dt_s / 3.0
        s[a, a + 2] += spread * dt_s / 2.0
        s[a + 2, a] += spread * dt_s / 2.0
        s[a + 2, a + 2] += spread
    d = np.zeros(4)
    d[0], d[1] = bank.mean[0] - work.x[0], bank.mean[1] - work.x[1]
    d[2], d[3] = bank.mean[3] - work.x[3], bank.mean[4] - work.x[4]
    distance, ln_determinant = _distance(s, d)
    if distance > STITCH_DISTANCE:
        return -np.inf
    born = np.log(BIRTH_PER_SQUARE_M) - 2.0 * np.log(BIRTH_SPREAD_MPS)
    return -0.5 * (distance + ln_determinant) - 2.0 * np.log(2.0 * np.pi) - born


@inner_kernel
def _same_address(old: Row, track: BookRow) -> bool:
    return bool(old.icao_address != NO_CODE and old.icao_address == track.icao_address)


@inner_kernel
def _is_held(old: Row, track: BookRow, par: Tuning) -> bool:
    # what only claims its place never takes the number of what sensors see somewhere else under its address
    silent_s = (track.time_ns - old.witness_ns) * 1e-9
    return bool(track.witness_ns == 0 and old.witness_ns > 0 and silent_s <= par.coast_looks * old.period_s)


@inner_kernel
def _distance(s: Float64, d: Float64) -> tuple[float, float]:
    # squared statistical distance and ln|S| by Cholesky, both arguments used up
    n, total, ln_determinant = len(d), 0.0, 0.0
    for j in range(n):
        for k in range(j):
            s[j, j] -= s[j, k] * s[j, k]
        s[j, j] = np.sqrt(max(s[j, j], 1e-12))
        ln_determinant += 2.0 * np.log(s[j, j])
        for i in range(j + 1, n):
            for k in range(j):
                s[i, j] -= s[i, k] * s[j, k]
            s[i, j] /= s[j, j]
        for k in range(j):
            d[j] -= s[j, k] * d[k]
        d[j] /= s[j, j]
        total += d[j] * d[j]
    return total, ln_determinant


@inner_kernel
def find_twins(state: TrackState, slot: int, time_ns: int) -> bool:
    """Say whether a confirmed track has been one object with an older one for long enough: it is then to be dropped."""
    track, bank = state.book[slot], state.bank[slot]
    twin = -1
    cell = state.near[slot].cell
    other = state.head[cell]
    while other >= 0:
        old = state.book[other]
        if old.status == CONFIRMED_STATUS and old.number < track.number and not old.stitched:
            dx = bank.mean[0] - state.bank[other].mean[0]
            dy = bank.mean[1] - state.bank[other].mean[1]
            elder = twin < 0 or old.number < state.book[twin].number
            if elder and dx * dx + dy * dy < MERGE_M * MERGE_M and _are_one(state, slot, other, time_ns):
                twin = other
        other = state.near[other].following
    if twin < 0 or state.book[twin].number != track.twin:
        track.twin, track.twin_ticks = (-1, 0) if twin < 0 else (state.book[twin].number, 1)
        return False
    track.twin_ticks += 1
    return bool(track.twin_ticks >= MERGE_TICKS)


@inner_kernel
def _are_one(state: TrackState, slot: int, other: int, time_ns: int) -> bool:
    track, old, a, b = state.book[slot], state.book[other], state.bank[slot], state.bank[other]
    if (track.flags ^ old.flags) & TEST_FLAGS:
        return False
    if track.icao_address != NO_CODE and old.icao_address != NO_CODE and track.icao_address != old.icao_address:
        return False
    if _same_address(old, track):
        return True
    if _had_one_scan(track, old):
        return False
    s, d = np.zeros((4, 4)), np.zeros(4)
    index = ((0, 1, 3, 4), (1, 6, 8, 9), (3, 8, 15, 16), (4, 9, 16, 18))
    # both at the time of the younger's state; a second or two of motion is taken straight
    dt_s = (track.time_ns - old.time_ns) * 1e-9
    for i in range(4):
        for j in range(4):
            s[i, j] = a.cov[index[i][j]] + b.cov[index[i][j]]
    for k in range(2):
        d[k] = a.mean[k] - b.mean[k] - dt_s * b.mean[3 + k]
        d[2 + k] = a.mean[3 + k] - b.mean[3 + k]
    return bool(_distance(s, d)[0] < MERGE_DISTANCE)


@inner_kernel
def _had_one_scan(track: BookRow, old: BookRow) -> bool:
    # two plots of one scan are two objects
    for k in range(LOOKS):
        mine = track.look[k]
        if mine.site >= 0 and mine.hits > 0:
            for m in range(LOOKS):
                theirs = old.look[m]
                if theirs.site == mine.site and theirs.hits > 0 and abs(theirs.time_ns - mine.time_ns) < 1_000_000_000:
                    return True
    return False
