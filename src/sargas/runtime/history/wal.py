"""The write-ahead log: rows since the last Parquet file, as an Arrow IPC stream that a kill cannot spoil.

The file is a schema message and then one record batch message a write (Arrow columnar format, "IPC Streaming Format"),
without dictionaries, so whatever stands whole in it can be read, and a torn last message is left out.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa

from sargas.runtime.history.layout import Kind, complete, sync_folder, wal_path


class Wal:
    """An open log of one kind; one thread at a time."""

    def __init__(self, folder: Path, kind: Kind, serial: int) -> None:
        """Make a new, empty log."""
        self.serial = serial
        self.path = wal_path(folder, serial)
        self.rows = 0
        self._file = self.path.open("wb", buffering=0)
        self._bytes = 0
        try:
            self._write_whole(kind.plain_schema.serialize())
            sync_folder(folder)
        except BaseException:
            self._file.close()
            raise

    def append(self, rows: pa.Table) -> None:
        """Write rows of the plain schema as one message and sync it to the disk; all of it or nothing."""
        if not len(rows):
            return
        (batch,) = rows.combine_chunks().to_batches()
        self._write_whole(batch.serialize())
        self.rows += len(rows)

    def close(self) -> None:
        """Close the file; what is in it stays."""
        self._file.close()

    def _write_whole(self, message: pa.Buffer) -> None:
        try:
            left = memoryview(message)
            while left:
                left = left[self._file.write(left) :]
            os.fsync(self._file.fileno())
        except OSError:
            # Half a message would hide every later one from the reader.
            os.truncate(self._file.fileno(), self._bytes)
            os.lseek(self._file.fileno(), self._bytes, os.SEEK_SET)
            raise
        self._bytes += message.size


def read_wal(path: Path, kind: Kind) -> tuple[pa.Table, int]:
    """Read every whole message of a log; return the rows and how many torn bytes stood behind them.

    A log of an older program may lack columns that this one knows: they are null. Raises FileNotFoundError when the log
    is used up meanwhile.
    """
    schema = written = kind.plain_schema
    data = pa.py_buffer(path.read_bytes())
    reader = pa.BufferReader(data)
    batches: list[pa.RecordBatch] = []
    whole = 0
    try:
        written = pa.ipc.read_schema(reader)
        if not _is_part_of(written, schema):
            return schema.empty_table(), data.size
        whole = reader.tell()
        while whole < data.size:
            batches.append(pa.ipc.read_record_batch(pa.ipc.read_message(reader), written))
            whole = reader.tell()
    except (pa.ArrowInvalid, OSError, EOFError):
        pass  # The torn end that a kill in mid-write leaves; its bytes are in the answer.
    return complete(pa.Table.from_batches(batches, written), schema), data.size - whole


def _is_part_of(written: pa.Schema, schema: pa.Schema) -> bool:
    """Say whether a log has only columns that this program knows, and lacks only such as may be null."""
    known = all(field.name in schema.names and schema.field(field.name).equals(field) for field in written)
    return known and all(field.nullable or field.name in written.names for field in schema)
