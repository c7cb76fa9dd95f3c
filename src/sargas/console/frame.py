"""Track frames: the binary feed of the console, version 2. Specification: spec/track-feed.md.

Little endian. 48 bytes of header, then whole columns, each padded to 4 bytes, so that a reader needs no copies.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

import numpy as np

MAGIC = 0x52544753
"""The bytes "SGTR"."""
VERSION = 2
HEADER = struct.Struct("<IHHIIddIIII")
MAX_ID = 2**32 - 1


class FrameFlag(IntFlag):
    """What a whole frame is."""

    SNAPSHOT = 1
    REPLAY = 2
    EXERCISE = 4
    TRUNCATED = 8
    """Cut to the reader's viewport."""
    DEGRADED = 16
    """Some source is silent, quarantined, failed or paused."""


class Optional(IntFlag):
    """Columns a frame may have beyond the 22 bytes a row, in this order."""

    VERTICAL_RATE = 1
    SIGMA_MAJOR = 2
    SIGMA_MINOR = 4
    SIGMA_BEARING = 8
    AGE = 16
    SOURCES = 32


LEADING_COLUMNS = (
    ("track_id", "<u4"),
    ("longitude_deg", "<f4"),
    ("latitude_deg", "<f4"),
    ("altitude_code", "<u2"),
    ("course_code", "<u2"),
    ("speed_dmps", "<u2"),
)
CODE_COLUMNS = (("affiliation", "u1"), ("type", "u1"), ("threat", "u1"), ("status", "u1"))
OPTIONAL_COLUMNS = (
    (Optional.VERTICAL_RATE, "vertical_rate_dmps", "<i2"),
    (Optional.SIGMA_MAJOR, "sigma_major_code", "u1"),
    (Optional.SIGMA_MINOR, "sigma_minor_code", "u1"),
    (Optional.SIGMA_BEARING, "sigma_bearing", "u1"),
    (Optional.AGE, "age_half_s", "u1"),
    (Optional.SOURCES, "sources", "<u2"),
)

Column = np.ndarray[Any, Any]


class MalformedFrame(ValueError):
    """The bytes are no frame of this version."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TrackFrame:
    """One frame: times as epoch milliseconds, ``columns`` by name, each n long, and the ids that are no more.

    ``base_sequence`` is the frame this one changes; 0: it stands alone (a snapshot).
    """

    sequence: int
    base_sequence: int
    valid_time_ms: float
    send_time_ms: float
    flags: FrameFlag
    columns: dict[str, Column]
    deleted: Column = field(default_factory=lambda: np.zeros(0, np.uint32))

    def __len__(self) -> int:
        return len(self.columns["track_id"])


def encode_frame(frame: TrackFrame) -> bytes:
    """Lay a frame out as bytes. Raises ValueError for an id over 32 bits or a column of another length."""
    n = len(frame)
    optional = Optional(0)
    for bit, name, _ in OPTIONAL_COLUMNS:
        optional |= bit if name in frame.columns else Optional(0)
    _check_ids(frame.columns["track_id"])
    _check_ids(frame.deleted)
    header = HEADER.pack(
        MAGIC,
        VERSION,
        HEADER.size,
        n,
        frame.sequence,
        frame.valid_time_ms,
        frame.send_time_ms,
        frame.base_sequence,
        frame.flags,
        optional,
        len(frame.deleted),
    )
    parts = [header]
    for name, kind, length in _layout(n, len(frame.deleted), optional):
        values = frame.deleted if name == "deleted" else frame.columns[name]
        if len(values) != length:
            raise ValueError(f"expected {length} values in column {name}, was {len(values)}")
        data = np.ascontiguousarray(values, kind).tobytes()
        parts.append(data + bytes(-len(data) % 4))
    return b"".join(parts)


def decode_frame(data: bytes) -> TrackFrame:
    """Read a frame as views into ``data``. Raises MalformedFrame that says what was expected and what was there."""
    if len(data) < HEADER.size:
        raise MalformedFrame(f"expected at least {HEADER.size} bytes, was {len(data)}")
    magic, version, header, n, sequence, valid, sent, base, flags, optional, deleted = HEADER.unpack_from(data)
    if (magic, version) != (MAGIC, VERSION):
        raise MalformedFrame(f"expected magic {MAGIC:#x} version {VERSION}, was {magic:#x} version {version}")
    if header < HEADER.size or header % 4:
        raise MalformedFrame(f"expected a header of {HEADER.size} bytes or more in fours, was {header}")
    if optional & ~int(sum(bit for bit, _, _ in OPTIONAL_COLUMNS)):
        raise MalformedFrame(f"expected optional columns out of 0b111111, was {optional:#b}")
    layout = list(_layout(n, deleted, Optional(optional)))
    expected = header + sum(-(-np.dtype(kind).itemsize * length // 4) * 4 for _, kind, length in layout)
    if len(data) != expected:
        raise MalformedFrame(f"expected {expected} bytes for {n} rows and {deleted} deleted, was {len(data)}")
    columns: dict[str, Column] = {}
    offset = header
    for name, kind, length in layout:
        columns[name] = np.frombuffer(data, kind, length, offset)
        offset += -(-np.dtype(kind).itemsize * length // 4) * 4
    return TrackFrame(
        sequence=sequence,
        base_sequence=base,
        valid_time_ms=valid,
        send_time_ms=sent,
        flags=FrameFlag(flags),
        deleted=columns.pop("deleted"),
        columns=columns,
    )


def _layout(n: int, deleted: int, optional: Optional) -> Iterator[tuple[str, str, int]]:
    """Yield name, dtype and length of every column in the order of the wire."""
    for name, kind in LEADING_COLUMNS:
        yield name, kind, n
    yield "deleted", "<u4", deleted
    for name, kind in CODE_COLUMNS:
        yield name, kind, n
    for bit, name, kind in OPTIONAL_COLUMNS:
        if optional & bit:
            yield name, kind, n


def _check_ids(ids: Column) -> None:
    if len(ids) and (int(ids.min()) < 0 or int(ids.max()) > MAX_ID):
        raise ValueError(f"expected track ids from 0 to {MAX_ID}, was {int(ids.min())} to {int(ids.max())}")
