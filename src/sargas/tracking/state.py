"""Track state as a structure of arrays: one row a slot, capacity up front, growth by doubling outside the kernels."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from sargas.model.columns import Int32, Int64, UInt64
from sargas.model.tracks import TrackStatus
from sargas.tracking.imm import BANK
from sargas.tracking.measurement import MEASUREMENT

LOOKS = 10
"""Sensors that a track keeps account of: when each last saw it, and when it should again."""
PAST = 12
"""Measurements that a track remembers, so that a late one can be taken where it belongs."""
STRIDE = 4
"""A state is kept before every so many of them."""
LEVELS = 3
GRID_CELL_M = (8_000.0, 16_000.0, 32_000.0)
GRID_SIDE = (128, 64, 32)
GRID_FIRST = (0, 128 * 128, 128 * 128 + 64 * 64)
"""Levels of the grid, the finest for most tracks, the others for uncertain ones: cell size, cells a side, first
cell."""
WIDE = 128 * 128 + 64 * 64 + 32 * 32
"""The extra cell of tracks too uncertain for any level; it is searched for every plot."""

NEXT_NUMBER, FREE_TOP, HIGH_WATER, NOW_NS, GRID_NS, LOST_AT, EVENT_COUNT = range(7)
"""Meaning of the entries of ``TrackState.registers``."""


LOOK = np.dtype(
    [
        ("site", "i4"),
        ("hits", "i4"),
        ("missed", "i4"),
        ("line", "i4"),
        ("scan", "i8"),
        ("time_ns", "i8"),
        ("due_ns", "i8"),
    ],
    align=True,
)
"""What a track keeps of one sensor: its last plot by scan number and time, and when its next look is due.

``site`` is -1 where the entry is free; ``hits`` 0 while that sensor has never seen the
track (it only should); ``missed`` looks without a plot since the last one; ``line`` 1 where its last plot was a line
of position.
"""

BOOK = np.dtype(
    [
        ("time_ns", "i8"),
        ("hit_ns", "i8"),
        ("vouched_ns", "i8"),
        ("birth_ns", "i8"),
        ("number", "i8"),
        ("score", "f8"),
        ("detected", "f8"),
        ("looked", "f8"),
        ("consistency", "f8"),
        ("period_s", "f8"),
        ("callsign", "i8"),
        ("uas_id", "i8", (3,)),
        ("rcs_dbsm", "f8"),
        ("echoes", "f8"),
        ("spread_mps", "f8"),
        ("spreads", "f8"),
        ("labels", "u8"),
        ("touched", "i8"),
        ("hits", "i4"),
        ("icao_address", "i4"),
        ("free", "i4"),
        ("row", "i4"),
        ("past", "i4"),
        ("twin", "i8"),
        ("twin_ticks", "i4"),
        ("stitched", "i4"),
        ("parent", "i8"),
        ("shared_ns", "i8"),
        ("parent_slot", "i4"),
        ("shared_scans", "i4"),
        ("claim_ns", "i8"),
        ("witness_ns", "i8"),
        ("named_ns", "i8"),
        ("witness_score", "f8"),
        ("offset_ns", "i8"),
        ("offset_information", "f8", (3,)),
        ("offset_pull", "f8", (2,)),
        ("claim_variance", "f8"),
        ("mode_3a", "i2"),
        ("flags", "u2"),
        ("live", "u1"),
        ("status", "u1"),
        ("located", "u1"),
        ("look", LOOK, (LOOKS,)),
    ],
    align=True,
)
"""What is kept of a track beside its filters.

``time_ns`` of the state; ``hit_ns`` of its last plot, ``vouched_ns`` of the last that was no lone line of position;
``located`` 1 once a plot with a place of its own is in it; ``number`` never used twice; ``score`` log-likelihood ratio
of the track against clutter; ``detected`` of ``looked`` recent looks (forgetting); ``consistency`` mean normalised
innovation squared a component; ``period_s`` of the slowest sensor that contributed; ``callsign`` and ``uas_id`` their
characters as integers; ``rcs_dbsm`` and ``spread_mps`` forgetting means over so many ``echoes`` and ``spreads``;
``labels`` bit mask of the labels behind it; ``touched`` the call that last reported it; ``free`` the stack of free
slots; ``row`` its row while a scan is associated, -1 otherwise; ``twin`` the older track that it may be one object
with, for ``twin_ticks`` ticks; ``stitched`` 1 where another track goes on under its number; ``parent`` the track in
``parent_slot`` that it began beside while that may prove a split, -1 otherwise, and ``shared_scans`` in how many scans
one sensor saw both, the last at ``shared_ns``; ``claim_ns``, ``witness_ns`` and ``named_ns`` of the last plot by which
the object told its place, a sensor measured it by itself, and such a sensor was answered with an address;
``witness_score``, ``offset_*`` and ``claim_variance`` how far the one is from the other (``tracking.offset``);
``past`` how many measurements its memory holds; ``look`` by sensor.
"""


NEAR = np.dtype(
    [
        ("time_ns", "i8"),
        ("x", "f8", (4,)),
        ("reach_m", "f8"),
        ("following", "i4"),
        ("preceding", "i4"),
        ("cell", "i4"),
        ("hits", "i4"),
    ],
    align=True,
)
"""What gating needs of a track before anything else, in one line of the cache.

Place and velocity on the ground (region frame) at ``time_ns``, how far it may be from there within the grid's second,
and its place in the grid's linked lists.
"""
Near: TypeAlias = Any
"""(capacity,) array of ``NEAR``."""

Book: TypeAlias = Any
"""(capacity,) array of ``BOOK``."""
BookRow: TypeAlias = Any


PAST_OF_TRACK = np.dtype(
    [
        ("time_ns", "i8", (PAST // STRIDE,)),
        ("kept", BANK, (PAST // STRIDE,)),
        ("taken", MEASUREMENT, (PAST,)),
    ],
    align=True,
)
"""The last measurements of a track in order of time (``taken``, oldest first), and the filters before every STRIDE."""
HEARD = 48
"""Lines of position that no track explains, remembered of each sensor."""
HEARD_LINE = np.dtype(
    [
        ("time_ns", "i8"),
        ("scan", "i8"),
        ("kind", "i2"),
        ("reference", "i2"),
        ("label_bit", "i4"),
        ("range_m", "f8"),
        ("variance_range", "f8"),
        ("azimuth_rad", "f8"),
        ("elevation_rad", "f8"),
        ("variance_azimuth", "f8"),
        ("variance_elevation", "f8"),
        ("flags", "u2"),
    ],
    align=True,
)
"""A line of position as it was measured: fields as of ``MEASUREMENT``; ``kind`` 0 where the entry is empty and
``SPENT`` where a track has started from it."""
SPENT = -1
Heard: TypeAlias = Any
"""(sensors, HEARD) array of ``HEARD_LINE``."""

Banks: TypeAlias = Any
"""(capacity,) array of ``BANK``."""
Pasts: TypeAlias = Any
"""(capacity,) array of ``PAST_OF_TRACK``."""


LOST = 256
"""Dropped tracks remembered, so that what comes back may have its number."""
LOST_TRACK = np.dtype(
    [
        ("number", "i8"),
        ("time_ns", "i8"),
        ("hit_ns", "i8"),
        ("labels", "u8"),
        ("icao_address", "i4"),
        ("flags", "u2"),
        ("bank", BANK),
    ],
    align=True,
)
EVENTS = 256
EVENT = np.dtype([("kind", "i4"), ("kept", "i8"), ("other", "i8"), ("time_ns", "i8"), ("gap_s", "f8")], align=True)
"""What happened to track numbers: ``kind`` of ``tracking.continuity``, the number that stays and the one that goes."""
CONFIRMED_STATUS, COASTING_STATUS = int(TrackStatus.CONFIRMED), int(TrackStatus.COASTING)


class TrackState(NamedTuple):
    """Hold the tracks by slot; positions and velocities in the region frame (m, m/s), times UTC ns."""

    bank: Banks
    past: Pasts
    book: Book
    near: Near
    contributing: UInt64
    """(capacity, words) bit mask of sensors."""
    heard: Heard
    """(64 * words, HEARD) what each sensor heard that no track explains."""
    head: Int32
    """(WIDE + 1,) first slot of each cell."""
    lost: Any
    """(LOST,) of ``LOST_TRACK``: a ring."""
    events: Any
    """(EVENTS,) of ``EVENT``: a ring, emptied by whoever collects them."""
    registers: Int64


_WHOLE = ("heard", "head", "lost", "events", "registers")
"""Arrays that have no row a slot."""


def allocate(capacity: int, words: int) -> TrackState:
    """Make the arrays for ``capacity`` tracks of up to ``64 * words`` sensors, all slots free."""
    registers = np.zeros(7, np.int64)
    registers[NOW_NS] = registers[GRID_NS] = np.iinfo(np.int64).min // 2
    book = np.zeros(capacity, BOOK)
    book["row"] = -1
    return TrackState(
        bank=np.zeros(capacity, BANK),
        past=np.zeros(capacity, PAST_OF_TRACK),
        book=book,
        near=np.zeros(capacity, NEAR),
        contributing=np.zeros((capacity, words), np.uint64),
        heard=np.zeros((64 * words, HEARD), HEARD_LINE),
        head=np.full(WIDE + 1, -1, np.int32),
        lost=np.zeros(LOST, LOST_TRACK),
        events=np.zeros(EVENTS, EVENT),
        registers=registers,
    )


def grow(state: TrackState, capacity: int, words: int) -> TrackState:
    """Copy the tracks into larger arrays; slots keep their index."""
    larger = allocate(capacity, words)
    for (name, old), new in zip(state._asdict().items(), larger, strict=True):
        if name == "contributing":
            new[: len(old), : old.shape[1]] = old
        else:
            new[: len(old)] = old
    return larger


def trim(state: TrackState) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays up to the high-water mark: all there is to know of the tracks."""
    used = int(state.registers[HIGH_WATER])
    return {name: values if name in _WHOLE else values[:used] for name, values in state._asdict().items()}
