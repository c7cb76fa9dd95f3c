"""Where the history lies on disk and which columns its files have. Specification: docs/store.md.

``<root>/<kind>/`` holds ``manifest.jsonl``, ``wal-NNNNNNNN.arrows`` and ``YYYY-MM-DD/HH-NNNNNNNN.parquet``: the UTC
day and hour of the rows' ``time_ns``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from sargas.model import plots, tracks
from sargas.model.columns import NS_PER_S

NS_PER_HOUR = 3600 * NS_PER_S
LABEL_COLUMN = "label"
MANIFEST = "manifest.jsonl"
LOCK = "writer.lock"


class HistoryError(Exception):
    """Say in one line what is wrong with the history, where, and how to mend it."""


@dataclass(frozen=True)
class Kind:
    """One kind of batch that the history keeps; ``order`` is how a compacted hour is sorted."""

    name: str
    schema: pa.Schema
    exchange_columns: tuple[str, ...]
    order: tuple[str, ...]
    sensor_column: str

    @property
    def stored_schema(self) -> pa.Schema:
        """Return the columns of a Parquet file: those of the batch, and the label of each row as JSON."""
        return self.schema.append(pa.field(LABEL_COLUMN, pa.dictionary(pa.int32(), pa.string()), nullable=False))

    @property
    def plain_schema(self) -> pa.Schema:
        """Return the same without dictionaries: in the write-ahead log every message stands for itself."""
        fields = [
            field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field
            for field in self.stored_schema
        ]
        return pa.schema(fields)


TRACKS = Kind(
    "tracks",
    tracks.SCHEMA,
    tuple(tracks.EXCHANGE_SCHEMA.names),
    order=("track_id", "time_ns"),
    sensor_column="contributing_sensors",
)
PLOTS = Kind(
    "plots",
    plots.SCHEMA,
    tuple(plots.EXCHANGE_SCHEMA.names),
    order=("time_ns", "sensor_id"),
    sensor_column="sensor_id",
)
KINDS = (TRACKS, PLOTS)


def complete(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Select the columns of a schema from rows that an older program may have written: what it did not know is null."""
    for field in schema:
        if field.nullable and field.name not in rows.schema.names:
            rows = rows.append_column(field, pa.nulls(len(rows), field.type))
    return rows.select(schema.names)


def hour_of(time_ns: int) -> int:
    """Return the number of the hour since 1970 that a UTC time lies in."""
    return time_ns // NS_PER_HOUR


def parquet_path(hour: int, number: int) -> str:
    """Name a file of one hour's rows, relative to the folder of its kind."""
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    return f"{start:%Y-%m-%d/%H}-{number:08d}.parquet"


def wal_path(folder: Path, serial: int) -> Path:
    """Name a write-ahead log."""
    return folder / f"wal-{serial:08d}.arrows"


def find_wals(folder: Path) -> dict[int, Path]:
    """Find the write-ahead logs of a kind by serial, the oldest first."""
    return {int(path.stem.removeprefix("wal-")): path for path in sorted(folder.glob("wal-*.arrows"))}


def sync_folder(folder: Path) -> None:
    """Make renames, new files and removals in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
