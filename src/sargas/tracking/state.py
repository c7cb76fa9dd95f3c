"""Track state as a structure of arrays: one row a slot, capacity up front, growth by doubling outside the kernels."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from sargas.model.columns import Float64, Int32, Int64, UInt64

PACKED = 21
"""Length of a packed 6 x 6 covariance: the upper triangle row by row."""
RING = 16
"""How many of its last plots a track remembers by sensor, scan and time (one plot per sensor and scan)."""
LEVELS = 2
GRID_CELL_M = (8_000.0, 32_000.0)
GRID_SIDE = (128, 32)
GRID_FIRST = (0, 128 * 128)
"""Fine level of the grid for most tracks, coarse one for uncertain ones: cell size, cells a side, first cell."""
WIDE = 128 * 128 + 32 * 32
"""The extra cell of tracks too uncertain for either level; it is searched for every plot."""

NEXT_NUMBER, FREE_TOP, HIGH_WATER, NOW_NS, GRID_NS = range(5)
"""Meaning of the entries of ``TrackState.registers``."""


BOOK = np.dtype(
    [
        ("time_ns", "i8"),
        ("hit_ns", "i8"),
        ("birth_ns", "i8"),
        ("number", "i8"),
        ("score", "f8"),
        ("period_s", "f8"),
        ("callsign", "i8"),
        ("labels", "u8"),
        ("touched", "i8"),
        ("hits", "i4"),
        ("icao_address", "i4"),
        ("cell", "i4"),
        ("following", "i4"),
        ("preceding", "i4"),
        ("free", "i4"),
        ("row", "i4"),
        ("mode_3a", "i2"),
        ("flags", "u2"),
        ("live", "u1"),
        ("status", "u1"),
        ("ring_at", "u1"),
        ("ring_site", "i2", (RING,)),
        ("ring_scan", "i8", (RING,)),
        ("ring_time_ns", "i8", (RING,)),
    ],
    align=True,
)
"""What is kept of a track beside its state.

``time_ns`` of the state; ``hit_ns`` of its last plot; ``number`` never used twice; ``score`` sum of log-likelihood
ratios against clutter; ``period_s`` of the slowest sensor that contributed; ``callsign`` its eight characters as one
integer; ``labels`` bit mask of the labels behind it; ``touched`` the call that last reported it; ``cell``,
``following`` and ``preceding`` its place in the grid's linked lists; ``free`` the stack of free slots; ``row`` its row
while a scan is associated, -1 otherwise; ``ring_*`` its last plots by sensor, scan and time.
"""


Book: TypeAlias = Any
"""(capacity,) array of ``BOOK``."""
BookRow: TypeAlias = Any


class TrackState(NamedTuple):
    """Hold the tracks by slot; positions and velocities in the region frame (m, m/s), times UTC ns."""

    x: Float64
    """(capacity, 6) position, velocity."""
    p: Float64
    """(capacity, 21) packed covariance."""
    book: Book
    contributing: UInt64
    """(capacity, words) bit mask of sensors."""
    head: Int32
    """(WIDE + 1,) first slot of each cell."""
    registers: Int64


_PER_GRID = ("head", "registers")


def allocate(capacity: int, words: int) -> TrackState:
    """Make the arrays for ``capacity`` tracks of up to ``64 * words`` sensors, all slots free."""
    registers = np.zeros(5, np.int64)
    registers[NOW_NS] = registers[GRID_NS] = np.iinfo(np.int64).min // 2
    book = np.zeros(capacity, BOOK)
    book["row"] = -1
    return TrackState(
        x=np.zeros((capacity, 6)),
        p=np.zeros((capacity, PACKED)),
        book=book,
        contributing=np.zeros((capacity, words), np.uint64),
        head=np.full(WIDE + 1, -1, np.int32),
        registers=registers,
    )


def grow(state: TrackState, capacity: int, words: int) -> TrackState:
    """Copy the tracks into larger arrays; slots keep their index."""
    larger = allocate(capacity, words)
    for name, old, new in zip(state._fields, state, larger, strict=True):
        if name == "contributing":
            new[: len(old), : old.shape[1]] = old
        else:
            new[: len(old)] = old
    return larger


def trim(state: TrackState) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays up to the high-water mark: all there is to know of the tracks."""
    used = int(state.registers[HIGH_WATER])
    return {
        name: values if name in _PER_GRID else values[:used] for name, values in zip(state._fields, state, strict=True)
    }
