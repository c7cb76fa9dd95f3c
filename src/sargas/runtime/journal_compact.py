"""Compaction of closed segments to Parquet, and retention, which is only ever on request. Rules: spec/journal.md."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sargas.model.columns import NS_PER_S
from sargas.runtime.journal_segment import (
    COMPACTING,
    COMPACTION_LOCK,
    END_OF_STREAM,
    HEAD,
    SCHEMA,
    JournalDamaged,
    JournalLocked,
    Segment,
    list_segments,
    read_whole_batches,
    segment_path,
    sync_directory,
    take_lock,
)

ROW_GROUP_ROWS = 131_072
SHA256_KEY = b"sargas.sha256"
_NS_PER_DAY = 86_400 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Compaction:
    """What a compaction did; ``refused`` names segments left as they were, and why."""

    files: tuple[str, ...]
    rows: int
    bytes_before: int
    bytes_after: int
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """What a retention removed for good, and where the journal begins now."""

    files: tuple[str, ...]
    bytes_removed: int
    bytes_kept: int
    first_sequence: int


class EnvelopeHash:
    """SHA-256 of a stream of envelopes, independent of how it is cut into batches (spec/journal.md, Digest)."""

    def __init__(self) -> None:
        self.rows = 0
        self._columns = [hashlib.sha256() for _ in range(2 + 2 * 3)]

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of one batch."""
        self.rows += batch.num_rows
        for i in range(2):
            self._columns[i].update(batch.column(i).to_numpy(zero_copy_only=False).astype("<i8"))
        for i in range(2, 5):
            column = batch.column(i).cast(pa.binary())
            lengths = pc.binary_length(column).to_numpy(zero_copy_only=False)
            self._columns[2 * i - 2].update(lengths.astype("<i4"))
            self._columns[2 * i - 1].update(_joined_values(column))

    def hexdigest(self) -> str:
        """Return the digest so far."""
        return hashlib.sha256(b"".join(column.digest() for column in self._columns)).hexdigest()


def compact(directory: Path) -> Compaction:
    """Turn every closed segment into Parquet and delete it once the new file is proved equal; a writer may be alive.

    The last segment is never touched. Raises JournalLocked when another compaction runs.
    """
    lock = take_lock(directory / COMPACTION_LOCK)
    if lock is None:
        raise JournalLocked(f"expected no other compaction in {directory}, was locked: wait for it to end")
    try:
        for leftover in directory.glob(f"journal-*{COMPACTING}"):
            leftover.unlink()
        for twin in directory.glob("journal-*.parquet"):
            twin.with_suffix(".arrows").unlink(missing_ok=True)
        files, rows, before, after, refused = [], 0, 0, 0, []
        for segment in [s for s in list_segments(directory)[:-1] if s.form == "arrows"]:
            size = segment.path.stat().st_size
            try:
                written, path = _compact_segment(segment)
            except JournalDamaged as error:
                refused.append(str(error))
                continue
            rows, before, after = rows + written, before + size, after + path.stat().st_size
            files.append(path.name)
        return Compaction(tuple(files), rows, before, after, tuple(refused))
    finally:
        os.close(lock)


def retain(directory: Path, *, now_ns: int, days: float | None = None, max_bytes: int | None = None) -> Retention:
    """Delete the oldest files: those wholly older than ``days``, then as many as ``max_bytes`` demands.

    Files go from the old end only, so that what stays is one run of sequences; the last file always stays, and with
    it the numbering. Raises ValueError without a rule, JournalLocked while a compaction runs: it would write anew what
    is deleted here.
    """
    if days is None and max_bytes is None:
        raise ValueError("expected days or max_bytes, was neither: retention deletes only what it is told to")
    lock = take_lock(directory / COMPACTION_LOCK)
    if lock is None:
        raise JournalLocked(f"expected no compaction in {directory}, was locked: wait for it to end, and try again")
    try:
        return _retain(directory, now_ns, days, max_bytes)
    finally:
        os.close(lock)


def _retain(directory: Path, now_ns: int, days: float | None, max_bytes: int | None) -> Retention:
    segments = list_segments(directory)
    sizes = [segment.path.stat().st_size for segment in segments]
    removed: list[str] = []
    for segment in segments[:-1]:
        expired = days is not None and _latest_time_ns(segment) < now_ns - days * _NS_PER_DAY
        too_many = max_bytes is not None and sum(sizes[len(removed) :]) > max_bytes
        if not (expired or too_many):
            break
        _remove(segment)
        removed.append(segment.path.name)
    sync_directory(directory)
    first = segments[len(removed)].first_sequence if segments else 0
    return Retention(tuple(removed), sum(sizes[: len(removed)]), sum(sizes[len(removed) :]), first)


def _remove(segment: Segment) -> None:
    for torn in segment.path.parent.glob(f"{segment.path.stem}-*.torn"):
        torn.unlink()
    segment.path.with_suffix(".arrows").unlink(missing_ok=True)  # also the twin that a kill left of a compaction
    segment.path.with_suffix(".parquet").unlink(missing_ok=True)


def _compact_segment(segment: Segment) -> tuple[int, Path]:
    """Write, sync, read back, compare, rename, delete: in this order, so that a kill leaves one whole copy."""
    path = segment_path(segment.path.parent, segment.first_sequence, "parquet")
    temporary = path.with_name(path.name.removesuffix(".parquet") + COMPACTING)
    written = _write_parquet(segment, temporary)
    found = _hash_parquet(temporary)
    if (found.rows, found.hexdigest()) != (written.rows, written.hexdigest()):
        temporary.unlink()
        raise JournalDamaged(
            f"{temporary}: expected {written.rows} rows with SHA-256 {written.hexdigest()}, was {found.rows} with "
            f"{found.hexdigest()}; the segment {segment.path.name} stays"
        )
    os.replace(temporary, path)
    sync_directory(path.parent)
    segment.path.unlink()
    sync_directory(path.parent)
    return written.rows, path


def _write_parquet(segment: Segment, temporary: Path) -> EnvelopeHash:
    envelopes = EnvelopeHash()
    with open(temporary, "wb") as file:
        with pq.ParquetWriter(
            file,
            SCHEMA,
            compression="zstd",
            compression_level=1,
            use_dictionary=["source", "kind"],
            column_encoding={"sequence": "DELTA_BINARY_PACKED", "receive_time_ns": "DELTA_BINARY_PACKED"},
        ) as writer:
            for group in _row_groups(segment):
                for batch in group:
                    envelopes.update(batch)
                writer.write_table(pa.Table.from_batches(group, SCHEMA), row_group_size=ROW_GROUP_ROWS)
            writer.add_key_value_metadata({SHA256_KEY: envelopes.hexdigest()})
        file.flush()
        os.fsync(file.fileno())
    return envelopes


def _row_groups(segment: Segment) -> Iterator[list[pa.RecordBatch]]:
    """Gather a segment's batches into groups of about ROW_GROUP_ROWS rows. Raises JournalDamaged, naming the offset."""
    data = segment.path.read_bytes()
    end, rows = len(HEAD), 0
    group: list[pa.RecordBatch] = []
    for whole in read_whole_batches(segment.path, data):
        end, rows = whole.end, rows + whole.batch.num_rows
        group.append(whole.batch)
        if rows >= ROW_GROUP_ROWS:
            yield group
            group, rows = [], 0
    if data[end:] not in (b"", END_OF_STREAM):
        raise JournalDamaged(f"{segment.path}: expected a whole batch at offset {end}, was not; the segment stays")
    if group:
        yield group


def _hash_parquet(path: Path) -> EnvelopeHash:
    envelopes = EnvelopeHash()
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            for batch in file.read_row_group(group).to_batches():
                envelopes.update(batch)
    return envelopes


def _latest_time_ns(segment: Segment) -> int:
    if segment.form == "parquet":
        metadata = pq.read_metadata(segment.path)
        return max(metadata.row_group(i).column(1).statistics.max for i in range(metadata.num_row_groups))
    latest = 0
    for whole in read_whole_batches(segment.path, segment.path.read_bytes()):
        latest = max(latest, int(whole.batch.column(1).to_numpy().max()))
    return latest


def _joined_values(column: pa.Array) -> memoryview:
    """View the bytes of all values, one behind the other (the array may be a slice)."""
    _, offsets, values = column.buffers()
    if values is None or len(column) == 0:
        return memoryview(b"")
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    return memoryview(values)[int(ends[0]) : int(ends[-1])]
