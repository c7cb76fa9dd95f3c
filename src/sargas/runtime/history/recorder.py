"""Record one kind of batch: log first, then Parquet by the hour, then one sorted file an hour.

Nothing here looks at a clock: time is the middle of the batch times handed in, so one wild stamp moves nothing.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from sargas.model.columns import NS_PER_S
from sargas.runtime.history.files import ROW_GROUP_ROWS, write_parquet
from sargas.runtime.history.layout import LABEL_COLUMN, NS_PER_HOUR, Kind, complete, find_wals, hour_of
from sargas.runtime.history.manifest import Entry, Manifest
from sargas.runtime.history.wal import Wal, read_wal

_SORT_MEMORY = "1GB"
_SORT_FOLDER = "sort.tmp"


class Recorder:
    """The files of one kind, written by one thread."""

    def __init__(self, root: Path, kind: Kind, roll_after_s: float, roll_rows: int, compact_after_s: float) -> None:
        """Recover what a crash left: finish logs that were not yet Parquet, drop files that were not yet in use."""
        self.kind = kind
        self.folder = root / kind.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.torn_bytes = 0
        self.recovered_rows = 0
        self._roll_after_ns = int(roll_after_s * NS_PER_S)
        self._roll_rows = roll_rows
        self._compact_after_ns = int(compact_after_s * NS_PER_S)
        self._first_ns: int | None = None
        self._compacted_hour: int | None = None
        self._manifest = Manifest(self.folder)
        self._manifest.open_for_writing()
        self._remove_strays()
        self._recover_logs()
        self._wal = Wal(self.folder, self.kind, self._manifest.used_wal + 1)

    def log(self, rows: pa.Table) -> None:
        """Write rows of the plain schema to the log and sync it. Raises OSError when the disk does not take them."""
        self._wal.append(rows)
        if self._first_ns is None and len(rows):
            self._first_ns = _middle_ns(rows)

    def tidy(self, rows: pa.Table) -> None:
        """Write Parquet and compact hours when the times of the newest rows say that it is due.

        May be called again after it raised; what it had done by then stays.
        """
        now_ns = _middle_ns(rows)
        is_old = self._first_ns is not None and abs(now_ns - self._first_ns) >= self._roll_after_ns
        if self._wal.rows >= self._roll_rows or is_old:
            self.roll()
        hour = hour_of(now_ns - self._compact_after_ns)
        if hour != self._compacted_hour:
            self.compact(hour)
            self._compacted_hour = hour

    def roll(self) -> None:
        """Turn the log into Parquet files, one for each hour in it, and begin a new log."""
        if not self._wal.rows:
            return
        # The new log first: once the old one is noted as used up, nothing that is written to it would be read again.
        old, new = self._wal, Wal(self.folder, self.kind, self._wal.serial + 1)
        try:
            rows, _ = read_wal(old.path, self.kind)
            self._store(rows, old.serial)
        except BaseException:
            new.close()
            raise
        self._wal, self._first_ns = new, None
        old.close()
        old.path.unlink()

    def compact(self, before_hour: int) -> None:
        """Make each hour before this one a single file in the kind's order; hours that are so already stay."""
        by_hour: dict[int, list[Entry]] = defaultdict(list)
        for entry in self._manifest.entries.values():
            by_hour[entry.hour].append(entry)
        for hour in sorted(by_hour):
            entries = sorted(by_hour[hour], key=lambda entry: entry.number)
            if hour < before_hour and (len(entries) > 1 or not entries[0].is_sorted):
                self._compact_hour(hour, entries)

    def close(self) -> None:
        """Close the log; the next start turns it into Parquet."""
        self._wal.close()

    def _compact_hour(self, hour: int, entries: Sequence[Entry]) -> None:
        paths = [self.folder / entry.path for entry in entries]
        new = write_parquet(self.folder, self.kind, hour, self._manifest.next_number, self._sort(paths), is_sorted=True)
        self._manifest.commit(add=[new], remove=[entry.path for entry in entries])
        for path in paths:
            path.unlink()

    def _sort(self, paths: Sequence[Path]) -> Iterator[pa.Table]:
        """Read files and yield their rows in the kind's order; sorts on disk what does not fit the memory."""
        # One thread: tidying up must leave the processors to the picture.
        settings = {"threads": 1, "memory_limit": _SORT_MEMORY, "temp_directory": str(self.folder / _SORT_FOLDER)}
        # The label ends the sort key, so that rows alike but for it always come in the same order.
        query = "SELECT * FROM read_parquet($paths, union_by_name = true)"
        query += f" ORDER BY {', '.join(self.kind.order)}, {LABEL_COLUMN}"
        with duckdb.connect(config=settings) as database:
            relation = database.sql(query, params={"paths": [str(path) for path in paths]})
            for batch in relation.to_arrow_reader(ROW_GROUP_ROWS):
                if batch.num_rows:
                    yield complete(pa.Table.from_batches([batch]), self.kind.stored_schema)

    def _store(self, rows: pa.Table, serial: int) -> None:
        """Write the rows of a log to one file an hour, and note in the same manifest line that the log is used up."""
        hours = rows.column("time_ns").to_numpy() // NS_PER_HOUR
        entries = []
        for number, hour in enumerate(np.unique(hours).tolist(), start=self._manifest.next_number):
            of_hour = rows.filter(pa.array(hours == hour))
            entries.append(write_parquet(self.folder, self.kind, hour, number, [of_hour], is_sorted=False))
        self._manifest.commit(add=entries, used_wal=serial)

    def _recover_logs(self) -> None:
        for serial, path in find_wals(self.folder).items():
            if serial > self._manifest.used_wal:
                rows, torn_bytes = read_wal(path, self.kind)
                if len(rows):
                    self._store(rows, serial)
                self.torn_bytes += torn_bytes
                self.recovered_rows += len(rows)
            path.unlink()

    def _remove_strays(self) -> None:
        """Remove files that no manifest line names: half written, not yet in use, or replaced by a compaction."""
        shutil.rmtree(self.folder / _SORT_FOLDER, ignore_errors=True)
        for path in self.folder.glob("*/*.parquet*"):
            if str(path.relative_to(self.folder)) not in self._manifest.entries:
                path.unlink()


def _middle_ns(rows: pa.Table) -> int:
    return int(np.median(rows.column("time_ns").to_numpy()))
