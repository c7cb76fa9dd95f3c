"""Recovery of a journal at start: whatever a kill, a full disk or a power loss left behind. Rules: spec/journal.md."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sargas.runtime.journal_segment import (
    COMPACTING,
    COMPACTION_LOCK,
    END_OF_STREAM,
    HEAD,
    BatchEncoder,
    JournalDamaged,
    JournalFull,
    Segment,
    list_segments,
    read_whole_batches,
    salvage_batches,
    segment_path,
    sync_directory,
    take_lock,
    write_whole_file,
)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What opening a journal found and mended.

    ``torn_bytes`` were cut off the last segment and are kept in ``torn_copy``. ``lost`` are sequence ranges
    (first, last) that a damaged disk made unreadable between batches that could be saved; a kill never makes one.
    """

    next_sequence: int
    removed: tuple[str, ...] = ()
    torn_bytes: int = 0
    torn_copy: Path | None = None
    lost: tuple[tuple[int, int], ...] = ()


def recover(directory: Path) -> Recovery:
    """Bring a journal into order and say where it continues. Call it under the writer's lock only.

    Raises JournalFull when there is no space to set torn bytes aside, JournalDamaged when the last file is no journal.
    """
    removed = _remove_leftovers(directory)
    segments = list_segments(directory)
    if not segments:
        return Recovery(0, removed)
    last = segments[-1]
    if last.form == "parquet":
        rows = pq.read_metadata(last.path).num_rows
        return Recovery(last.first_sequence + rows, removed)
    return _mend_last(last, removed)


def _remove_leftovers(directory: Path) -> tuple[str, ...]:
    """Delete unfinished files, and segments whose verified Parquet twin has its name already."""
    doomed = sorted(p for p in directory.glob("journal-*.tmp") if not p.name.endswith(COMPACTING))
    compacting = take_lock(directory / COMPACTION_LOCK)
    if compacting is not None:
        doomed += sorted(directory.glob(f"journal-*{COMPACTING}"))
    doomed += [p for p in sorted(directory.glob("journal-*.arrows")) if p.with_suffix(".parquet").exists()]
    for path in doomed:
        path.unlink(missing_ok=True)
    if doomed:
        sync_directory(directory)
    if compacting is not None:
        os.close(compacting)
    return tuple(path.name for path in doomed)


def _mend_last(segment: Segment, removed: tuple[str, ...]) -> Recovery:
    data = segment.path.read_bytes()
    end, next_sequence = len(HEAD), segment.first_sequence
    try:
        for whole in read_whole_batches(segment.path, data):
            end, next_sequence = whole.end, int(whole.batch.column(0)[-1].as_py()) + 1
    except JournalDamaged as error:
        raise JournalDamaged(f"{error}; move the file away to start without it") from error
    torn = data[end:].removeprefix(END_OF_STREAM) if len(data) - end == len(END_OF_STREAM) else data[end:]
    copy = _set_aside(segment, end, torn) if torn else None
    saved = list(salvage_batches(torn)) if torn else []
    if torn:
        _truncate(segment.path, end)
        removed += _drop_if_empty(segment, next_sequence)
    ends = _store_salvaged(segment.path.parent, saved, next_sequence)
    lost = tuple((a[1], b[0] - 1) for a, b in pairwise([(0, next_sequence), *ends]) if b[0] > a[1])
    return Recovery(ends[-1][1] if ends else next_sequence, removed, len(torn), copy, lost)


def _set_aside(segment: Segment, offset: int, torn: bytes) -> Path:
    copy = segment.path.with_name(f"{segment.path.stem}-{offset}.torn")
    try:
        write_whole_file(copy, torn)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise JournalFull(
            f"expected space for {len(torn)} torn bytes in {copy.parent}, was none: free some and start again"
        ) from error
    return copy


def _truncate(path: Path, size: int) -> None:
    with open(path, "r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def _drop_if_empty(segment: Segment, next_sequence: int) -> tuple[str, ...]:
    if next_sequence > segment.first_sequence:
        return ()
    segment.path.unlink()
    sync_directory(segment.path.parent)
    return (segment.path.name,)


def _store_salvaged(directory: Path, saved: Iterable[pa.RecordBatch], next_sequence: int) -> list[tuple[int, int]]:
    """Write batches found behind the damage as segments of their own; returns (first, one past last) of each."""
    ends = []
    for batch in saved:
        first = int(batch.column(0)[0].as_py())
        if first < next_sequence:
            continue
        write_whole_file(segment_path(directory, first), HEAD + BatchEncoder().encode(batch) + END_OF_STREAM)
        next_sequence = first + batch.num_rows
        ends.append((first, next_sequence))
    return ends
