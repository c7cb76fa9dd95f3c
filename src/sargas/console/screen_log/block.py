"""One block of the log: a second of updates in little room. Specification: spec/screen-log.md.

A block that is a key begins with one entry that holds everything; each further entry is one update as readers had it.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from sargas.console.frame import FrameFlag, decode_frame
from sargas.console.screen_log.layout import HEADER, MAGIC
from sargas.console.screen_log.table import Bits, Rows, Table, join, pack, rows_of, unpack
from sargas.console.screen_log.texts import Names, Piece, changed_text, text_change

_SIZES = struct.Struct("<III")
ENTRY = np.dtype(
    [("time_ns", "<i8"), ("valid_ms", "<f8"), ("flags", "<u4"), ("rows", "<u4"), ("deleted", "<u4"), ("frame", "u1")]
)
ZSTD_LEVEL = 3
_FORGET_ALL = int(FrameFlag.SNAPSHOT)
_zstd = pa.Codec("zstd", compression_level=ZSTD_LEVEL)


class Damaged(ValueError):
    """A block whose bytes are not those that were written."""


@dataclass(frozen=True, slots=True)
class ScreenUpdate:
    """What readers were given at one moment (UTC ns): a track frame, the names that belong to it, changed sections."""

    time_ns: int
    frame: bytes | None = None
    names: str | None = None
    sections: dict[str, str] = field(default_factory=dict)
    is_whole: bool = False
    """It holds everything: forget what was before."""
    is_after_gap: bool = False
    """Something was lost before it."""


class Told(NamedTuple):
    """Texts of one entry."""

    entry: int
    names: str | None
    sections: dict[str, list[Piece]]


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it was read: entries (n,) of ``ENTRY``, their rows as changes, numbers that are gone, and texts."""

    entries: Bits
    rows: Rows
    deleted: Bits
    told: tuple[Told, ...]


class Touched(NamedTuple):
    """Numbers of tracks that entries told of: rows, deleted, names; and whether there was a track frame at all."""

    track_id: Bits
    deleted: Bits
    named: list[int]
    has_frame: bool


NOTHING = Touched(np.zeros(0, np.uint32), np.zeros(0, np.uint32), [], False)


@dataclass(frozen=True, slots=True)
class Entry:
    """An update with its frame taken apart: rows, deleted numbers, and valid time in ms with flags; none: no frame."""

    update: ScreenUpdate
    rows: Rows
    deleted: Bits
    head: tuple[float, int] | None


class Screen:
    """The state that blocks tell of, for the writer and for readers alike."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Know nothing."""
        self.table = Table()
        self.names = Names()
        self.sections: dict[str, str] = {}
        self.time_ns, self.valid_ms, self.flags = 0, 0.0, 0

    def whole(self) -> Entry:
        """Return everything as one entry, at the time of the last update."""
        rows = self.table.present()
        names = self.names.of(rows.track_id.tolist(), snapshot=True)
        update = ScreenUpdate(self.time_ns, None, names, dict(self.sections), is_whole=True)
        return Entry(update, rows, np.zeros(0, np.uint32), (self.valid_ms, self.flags))


def take_apart(update: ScreenUpdate) -> Entry:
    """Decode an update's frame. Raises ValueError for a frame that the log cannot keep."""
    if update.frame is None:
        return Entry(update, join([]), np.zeros(0, np.uint32), None)
    frame = decode_frame(update.frame)
    head = (frame.valid_time_ms, int(frame.flags) & ~_FORGET_ALL)
    return Entry(update, rows_of(frame.columns), frame.deleted.astype(np.uint32), head)


def encode(updates: Sequence[Entry], screen: Screen) -> tuple[bytes, int]:
    """Encode entries that follow ``screen``, and move it on; returns the body and its size before compression."""
    entries = np.zeros(len(updates), ENTRY)
    told: list[list[Any]] = []
    for i, one in enumerate(updates):
        screen.time_ns = one.update.time_ns
        screen.valid_ms, screen.flags = one.head or (screen.valid_ms, screen.flags)
        counts = (len(one.rows.track_id), len(one.deleted), one.head is not None)
        entries[i] = (screen.time_ns, screen.valid_ms, screen.flags, *counts)
        told += _take_texts(i, one.update, screen)
        screen.table.mark(screen.table.places(one.deleted), present=False)
        screen.table.mark(screen.table.places(one.rows.track_id), present=True)
        screen.names.forget(one.deleted.tolist())
    rows = pack(screen.table.difference(join([one.rows for one in updates])))
    texts = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    deleted = np.concatenate([one.deleted for one in updates]).astype("<u4")
    raw = b"".join(
        (_SIZES.pack(len(entries), len(deleted), len(texts)), entries.tobytes(), deleted.tobytes(), texts, rows)
    )
    return bytes(_zstd.compress(raw, asbytes=True)), len(raw)


def _take_texts(i: int, update: ScreenUpdate, screen: Screen) -> list[list[Any]]:
    changes = {}
    for name, text in update.sections.items():
        changes[name] = text_change(screen.sections.get(name, ""), text)
        screen.sections[name] = text
    if update.names is not None:
        screen.names.take(update.names)
    return [[i, update.names, changes]] if changes or update.names is not None else []


def decode(data: bytes) -> Block:
    """Read a block with its header. Raises Damaged."""
    header = np.frombuffer(data, HEADER, 1)[0] if len(data) >= HEADER.itemsize else None
    if header is None or header["magic"] != MAGIC or len(data) != HEADER.itemsize + int(header["stored_bytes"]):
        raise Damaged("expected a whole block, was another")
    body = memoryview(data)[HEADER.itemsize :]
    if zlib.crc32(body) != header["body_crc"]:
        raise Damaged(f"expected the check sum {header['body_crc']:08x}, was {zlib.crc32(body):08x}")
    try:
        raw = memoryview(_zstd.decompress(pa.py_buffer(body), int(header["raw_bytes"])))
        n, n_deleted, n_texts = _SIZES.unpack_from(raw)
        at = _SIZES.size
        entries = np.frombuffer(raw, ENTRY, n, at)
        deleted = np.frombuffer(raw, "<u4", n_deleted, at := at + n * ENTRY.itemsize)
        texts = bytes(raw[(at := at + 4 * n_deleted) : (at := at + n_texts)])
        rows = unpack(raw[at:], int(entries["rows"].sum()))
        told = tuple(Told(*one) for one in json.loads(texts))
    except (ValueError, struct.error, TypeError, OSError, pa.ArrowException) as error:
        raise Damaged(f"expected a block of this form, was another: {error}") from None
    return Block(entries, rows, deleted, told)


def apply(block: Block, screen: Screen, first: int, until: int) -> Touched:
    """Move ``screen`` on by the entries ``first`` to before ``until`` and say what they touched.

    The first entry of a key block must find a screen that knows nothing.
    """
    if until <= first:
        return NOTHING
    row_ends, gone_ends = _ends(block.entries["rows"]), _ends(block.entries["deleted"])
    some = block.rows.take(slice(row_ends[first], row_ends[until]))
    deleted = block.deleted[gone_ends[first] : gone_ends[until]]
    places, gone = screen.table.places(some.track_id), screen.table.places(deleted)
    screen.table.add(places, some.groups)
    for i in range(first, until):
        screen.table.mark(gone[gone_ends[i] - gone_ends[first] : gone_ends[i + 1] - gone_ends[first]], present=False)
        screen.table.mark(places[row_ends[i] - row_ends[first] : row_ends[i + 1] - row_ends[first]], present=True)
    last = block.entries[until - 1]
    screen.time_ns, screen.valid_ms, screen.flags = int(last["time_ns"]), float(last["valid_ms"]), int(last["flags"])
    has_frame = bool(block.entries["frame"][first:until].any())
    return Touched(some.track_id, deleted, _apply_texts(block, screen, first, until, gone_ends), has_frame)


def _apply_texts(block: Block, screen: Screen, first: int, until: int, gone_ends: Bits) -> list[int]:
    told = {one.entry: one for one in block.told if first <= one.entry < until}
    named: list[int] = []
    for i in range(first, until):
        one = told.get(i)
        if one is not None:
            for name, change in one.sections.items():
                screen.sections[name] = changed_text(screen.sections.get(name, ""), change)
            if one.names is not None:
                named += screen.names.take(one.names)
        screen.names.forget(block.deleted[gone_ends[i] : gone_ends[i + 1]].tolist())
    return named


def _ends(counts: Bits) -> Bits:
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
