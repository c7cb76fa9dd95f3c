"""One journal segment on disk: names, Arrow schema, whole batches, where they end. Specification: spec/journal.md."""

from __future__ import annotations

import fcntl
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from sargas.runtime.arrival import Arrival

SCHEMA = pa.schema(
    [
        pa.field("sequence", pa.int64(), nullable=False),
        pa.field("receive_time_ns", pa.int64(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("data", pa.binary(), nullable=False),
    ]
)
"""The columns of every journal file, open or compacted: the fields of ``Envelope``."""

HEAD = SCHEMA.serialize().to_pybytes()
"""The schema message a segment begins with."""

END_OF_STREAM = b"\xff\xff\xff\xff\x00\x00\x00\x00"
BATCH_DATA_BYTES = 32 * 2**20
"""An append with more data than this is written as several batches."""

COMPACTION_LOCK = "compaction.lock"
COMPACTING = ".parquet.tmp"
"""Ending of a file a compaction is still writing."""

CRC_KEY = b"sargas.crc32"
_EMPTY_BATCH = pa.RecordBatch.from_pylist([], schema=SCHEMA)
_CONTINUATION = b"\xff\xff\xff\xff"
_ALIGNMENT = 8
_NAME = re.compile(r"journal-(\d{20})\.(arrows|parquet)")
_UNREADABLE = (pa.ArrowException, OSError, EOFError, StopIteration, ValueError, KeyError)


class JournalError(Exception):
    """Base of everything the journal refuses to do silently."""


class JournalFull(JournalError):
    """No space for the rows; nothing written before is lost, and appending works again once space returns."""


class JournalBroken(JournalError):
    """The disk failed under the journal; it must be opened anew, which recovers what is whole."""


class JournalLocked(JournalError):
    """Another process writes this journal."""


class JournalDamaged(JournalError):
    """Rows inside a closed file cannot be read back."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of a journal; ``first_sequence`` is in its name."""

    path: Path
    first_sequence: int
    form: Literal["arrows", "parquet"]


class WholeBatch(NamedTuple):
    """A batch that can be trusted, and the file offset behind it."""

    batch: pa.RecordBatch
    end: int


def segment_path(directory: Path, first_sequence: int, form: Literal["arrows", "parquet"] = "arrows") -> Path:
    """Name the file that begins with ``first_sequence``; names sort like the sequences."""
    return directory / f"journal-{first_sequence:020d}.{form}"


def list_segments(directory: Path) -> tuple[Segment, ...]:
    """List a journal's files in order. Where both forms exist the Parquet one counts: it was verified before naming."""
    found: dict[int, Segment] = {}
    for path in sorted(directory.iterdir()):
        match = _NAME.fullmatch(path.name)
        if match:
            form: Literal["arrows", "parquet"] = "arrows" if match[2] == "arrows" else "parquet"
            found[int(match[1])] = Segment(path, int(match[1]), form)
    return tuple(found[first] for first in sorted(found))


def build_batches(first_sequence: int, arrivals: Sequence[Arrival]) -> tuple[pa.RecordBatch, ...]:
    """Make record batches of ``SCHEMA`` out of arrivals, numbered from ``first_sequence``, each of bounded size."""
    batches, start, data_bytes = [], 0, 0
    for row, arrival in enumerate(arrivals):
        if data_bytes and data_bytes + len(arrival.data) > BATCH_DATA_BYTES:
            batches.append(_build_batch(first_sequence + start, arrivals[start:row]))
            start, data_bytes = row, 0
        data_bytes += len(arrival.data)
    if start < len(arrivals):
        batches.append(_build_batch(first_sequence + start, arrivals[start:]))
    return tuple(batches)


def _build_batch(first_sequence: int, arrivals: Sequence[Arrival]) -> pa.RecordBatch:
    sources, times_ns, data, kinds = zip(*arrivals, strict=True)
    columns = [
        pa.array(range(first_sequence, first_sequence + len(arrivals)), pa.int64()),
        pa.array(times_ns, pa.int64()),
        pa.array(sources, pa.string()),
        pa.array(kinds, pa.string()),
        pa.array(data, pa.binary()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


class BatchEncoder:
    """Turn batches into the encapsulated messages of an Arrow IPC stream, each with the CRC-32 of its body."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._writer = pa.ipc.new_stream(_PartSink(self._parts), SCHEMA)
        # The first write carries the schema message, which the segment has already.
        self._writer.write_batch(_EMPTY_BATCH)

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Return the message of one batch: prefix, metadata, padded body."""
        body = pa.ipc.read_message(batch.serialize()).body
        self._parts.clear()
        self._writer.write_batch(batch, custom_metadata={CRC_KEY: b"%08x" % zlib.crc32(body)})
        return b"".join(self._parts)


class _PartSink:
    """What pyarrow writes into; keeps the pieces."""

    closed = False

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """The pieces outlive the stream."""


def whole_batches(data: bytes) -> Iterator[WholeBatch]:
    """Read the whole batches of a segment's bytes and stop in front of the first thing that is not one.

    Whole means: complete, its body matches its CRC-32, and its sequences run on from the batch before.
    Raises JournalDamaged when the bytes do not begin with the schema message of a journal.
    """
    frames = pa.BufferReader(data)
    try:
        schema = pa.ipc.read_schema(pa.ipc.read_message(frames))
        rows = pa.ipc.open_stream(pa.BufferReader(data))
    except _UNREADABLE as error:
        raise JournalDamaged(f"expected the schema message of a journal at offset 0, was {data[:8].hex()!r}") from error
    if not schema.equals(SCHEMA):
        raise JournalDamaged(f"expected the journal columns {SCHEMA.names}, was {schema.names}")
    expected: int | None = None
    while True:
        try:
            body = pa.ipc.read_message(frames).body
            batch, notes = rows.read_next_batch_with_custom_metadata()
            stored = int(notes[CRC_KEY], 16)
        except (*_UNREADABLE, TypeError):
            return
        sequences = batch.column(0).to_numpy(zero_copy_only=False)
        follows = len(sequences) > 0 and (expected is None or int(sequences[0]) == expected)
        if zlib.crc32(body) != stored or not follows:
            return
        expected = int(sequences[-1]) + 1
        yield WholeBatch(batch, frames.tell())


def read_whole_batches(path: Path, data: bytes) -> Iterator[WholeBatch]:
    """Do as ``whole_batches``, with the file named in the error."""
    try:
        yield from whole_batches(data)
    except JournalDamaged as error:
        raise JournalDamaged(f"{path}: {error}") from error


def salvage_batches(torn: bytes) -> Iterator[pa.RecordBatch]:
    """Find whole batches behind a damaged place: try every aligned offset that looks like a message."""
    offset = torn.find(_CONTINUATION)
    while offset >= 0:
        step = 1
        if offset % _ALIGNMENT == 0:
            message = _message_at(torn, offset)
            for whole in whole_batches(HEAD + message):
                step = len(message)
                yield whole.batch
        offset = torn.find(_CONTINUATION, offset + step)


def _message_at(torn: bytes, offset: int) -> bytes:
    reader = pa.BufferReader(pa.py_buffer(torn).slice(offset))
    try:
        pa.ipc.read_message(reader)
    except _UNREADABLE:
        return b""
    return torn[offset : offset + reader.tell()]


def take_lock(path: Path) -> int | None:
    """Lock a file for this process without waiting; None when another holds it. Closing the descriptor unlocks."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def sync_directory(directory: Path) -> None:
    """Make names created, renamed or removed in a directory survive a power loss."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole_file(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, fsync it, and give it its name in one step."""
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync_directory(path.parent)
