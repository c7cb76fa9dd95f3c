"""Read whole spans of time: columns as they lie in the files, cut to the span, merged by track.

Asking SQL to sort a million rows that are in order within each file costs several times what merging them does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sargas.model.columns import Int64
from sargas.runtime.history.layout import TRACKS, complete

_RADIX_RANGE = 2**16


def read_tracks(
    paths: Sequence[Path], logged: Sequence[pa.Table], start_ns: int, end_ns: int, schema: pa.Schema, is_sorted: bool
) -> pa.Table:
    """Read the rows of files and logs with start_ns <= time_ns < end_ns, sorted by track and time.

    ``is_sorted``: what is read is in that order already. Raises FileNotFoundError when a file was replaced meanwhile.
    """
    names = list(dict.fromkeys([*schema.names, "track_id", "time_ns"]))
    parts = [_read_columns(path, names) for path in paths]
    parts += [rows.select(names) for rows in logged]
    rows = pa.concat_tables(part.cast(_without_dictionaries(part.schema)) for part in parts)
    # Filter, join and take in Arrow: its memory pool keeps the pages that numpy would give back each time.
    time_ns = rows.column("time_ns")
    is_wanted = pc.and_(pc.greater_equal(time_ns, start_ns), pc.less(time_ns, end_ns))
    if not pc.all(is_wanted).as_py():
        rows = rows.filter(is_wanted)
    if not is_sorted:
        rows = rows.combine_chunks()
        rows = rows.take(pa.array(_order(rows.column("track_id").to_numpy(), rows.column("time_ns").to_numpy())))
    return rows.select(schema.names).cast(schema)


def _read_columns(path: Path, names: Sequence[str]) -> pa.Table:
    wanted = pa.schema([TRACKS.stored_schema.field(name) for name in names])
    with pq.ParquetFile(path, memory_map=True) as file:
        return complete(file.read(columns=names), wanted).replace_schema_metadata(None)


def _without_dictionaries(schema: pa.Schema) -> pa.Schema:
    return pa.schema([f.with_type(pa.string()) if pa.types.is_dictionary(f.type) else f for f in schema])


def _order(track_id: Int64, time_ns: Int64) -> Int64:
    """Return the rows in the order of track, then time."""
    order = np.argsort(_narrow(track_id), kind="stable")
    track, time = track_id[order], time_ns[order]
    # Files come hour by hour and rows as they were reported, so a stable sort by track mostly ends the matter.
    if ((track[1:] == track[:-1]) & (time[1:] < time[:-1])).any():
        return np.lexsort((time_ns, track_id))
    return order


def _narrow(track_id: Int64) -> np.ndarray[tuple[int], np.dtype[np.int64 | np.uint16]]:
    """Shift track ids into 16 bits where they fit: numpy sorts those by radix, in linear time."""
    if not len(track_id):
        return track_id
    lowest = track_id.min()
    return (track_id - lowest).astype(np.uint16) if track_id.max() - lowest < _RADIX_RANGE else track_id
