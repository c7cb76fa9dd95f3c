"""Reading a journal: in order, from any sequence or time, over open segments and compacted files alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sargas.model.envelope import Envelope
from sargas.runtime.journal_segment import (
    END_OF_STREAM,
    HEAD,
    SCHEMA,
    JournalDamaged,
    Segment,
    list_segments,
    read_whole_batches,
)

_SEQUENCE, _RECEIVE_TIME = 0, 1
_LAST_SEQUENCE = 2**63 - 1


def is_start(envelope: Envelope) -> bool:
    """Say whether a picture can begin here: with a configuration, as each start of a node journals one first."""
    return envelope.kind == "record" and b'"kind":"configuration"' in envelope.data


def journal_folder(directory: Path) -> Path:
    """Return the folder of a journal's files: that in a node's ``DATA_DIR``, else the folder itself."""
    inner = directory / "journal"
    return inner if inner.is_dir() else directory


def read(
    directory: Path, from_sequence: int = 0, *, from_time_ns: int | None = None, to_time_ns: int | None = None
) -> Iterator[Envelope]:
    """Yield a journal's envelopes in sequence order up to its present end; the writer may be alive.

    ``from_time_ns`` (included) and ``to_time_ns`` (excluded) select by receive time, UTC ns. Beside a live writer
    rows may appear that are not acknowledged yet. Raises JournalDamaged, naming the file and where to go on;
    a gap between two files (after retention or a damaged disk) is stepped over.
    """
    for batch in read_batches(directory, from_sequence, from_time_ns=from_time_ns, to_time_ns=to_time_ns):
        yield from map(Envelope, *(column.to_pylist() for column in batch.columns))


def read_batches(
    directory: Path, from_sequence: int = 0, *, from_time_ns: int | None = None, to_time_ns: int | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield the same rows as ``read`` as Arrow record batches (columns of ``journal_segment.SCHEMA``)."""
    times = (from_time_ns, to_time_ns)
    wanted = from_sequence
    while True:
        segments = [s for s in _with_bounds(list_segments(directory)) if s[1] > wanted]
        if not segments:
            return
        segment, next_first = segments[0]
        is_last = next_first > _LAST_SEQUENCE
        started_at = wanted
        try:
            for batch in _segment_batches(segment, wanted, times, is_last):
                wanted = int(batch.column(_SEQUENCE)[-1].as_py()) + 1
                selected = _select_times(batch, times)
                if selected.num_rows:
                    yield selected
        except FileNotFoundError:
            continue  # Compacted or retired since it was listed: look again from where we are.
        if not is_last:
            wanted = max(wanted, next_first)
        elif wanted == started_at or list_segments(directory)[-1] == segment:
            return


def last_sequence(directory: Path) -> int:
    """Return the last whole row's sequence, -1 for an empty journal."""
    last = -1
    segments = list_segments(directory)
    if segments:
        last = segments[-1].first_sequence - 1
        for batch in _segment_batches(segments[-1], 0, (None, None), is_last=True):
            last = int(batch.column(_SEQUENCE)[-1].as_py())
    return last


def _with_bounds(segments: tuple[Segment, ...]) -> Iterator[tuple[Segment, int]]:
    """Pair each segment with the first sequence that is not in it any more."""
    for i, segment in enumerate(segments):
        yield segment, segments[i + 1].first_sequence if i + 1 < len(segments) else _LAST_SEQUENCE + 1


def _segment_batches(
    segment: Segment, from_sequence: int, times: tuple[int | None, int | None], is_last: bool
) -> Iterator[pa.RecordBatch]:
    """Yield a file's batches from a sequence on; Parquet row groups outside the times are left out whole."""
    batches = (
        _parquet_batches(segment, from_sequence, times)
        if segment.form == "parquet"
        else _arrow_batches(segment, is_last)
    )
    for batch in batches:
        skip = from_sequence - int(batch.column(_SEQUENCE)[0].as_py())
        if skip < batch.num_rows:
            yield batch.slice(max(0, skip))


def _arrow_batches(segment: Segment, is_last: bool) -> Iterator[pa.RecordBatch]:
    # Read, not mapped: the writer may cut the unfinished end off at any time.
    data = segment.path.read_bytes()
    end, next_sequence = len(HEAD), segment.first_sequence
    for whole in read_whole_batches(segment.path, data):
        end, next_sequence = whole.end, int(whole.batch.column(_SEQUENCE)[-1].as_py()) + 1
        yield whole.batch
    if not is_last and data[end:] not in (b"", END_OF_STREAM):
        raise JournalDamaged(
            f"{segment.path}: expected a whole batch at offset {end}, was {data[end : end + 8].hex()!r}; "
            f"rows from {next_sequence} on are unreadable in this file: read on from the next file's first sequence"
        )


def _parquet_batches(
    segment: Segment, from_sequence: int, times: tuple[int | None, int | None]
) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(segment.path) as file:
        for group in range(file.num_row_groups):
            columns = file.metadata.row_group(group)
            sequence, time_ns = columns.column(_SEQUENCE).statistics, columns.column(_RECEIVE_TIME).statistics
            if sequence.max >= from_sequence and _overlaps(time_ns.min, time_ns.max, times):
                for batch in file.read_row_group(group).cast(SCHEMA).to_batches():
                    yield pa.RecordBatch.from_arrays(batch.columns, schema=SCHEMA)


def _overlaps(earliest_ns: int, latest_ns: int, times: tuple[int | None, int | None]) -> bool:
    from_ns, to_ns = times
    return (from_ns is None or latest_ns >= from_ns) and (to_ns is None or earliest_ns < to_ns)


def _select_times(batch: pa.RecordBatch, times: tuple[int | None, int | None]) -> pa.RecordBatch:
    from_ns, to_ns = times
    if from_ns is None and to_ns is None:
        return batch
    time_ns = batch.column(_RECEIVE_TIME).to_numpy()
    keep = np.ones(len(time_ns), bool)
    if from_ns is not None:
        keep &= time_ns >= from_ns
    if to_ns is not None:
        keep &= time_ns < to_ns
    return batch if keep.all() else batch.filter(pa.array(keep))
