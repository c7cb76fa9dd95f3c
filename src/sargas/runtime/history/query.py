"""Ask the history, beside its writer, in this process or another: the files of its manifest, and its log."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from sargas.runtime.history.layout import PLOTS, TRACKS, HistoryError, Kind, find_wals
from sargas.runtime.history.manifest import Entry, Manifest
from sargas.runtime.history.selection import Bbox, Query
from sargas.runtime.history.wal import read_wal

_TRIES = 5


class Asked(Protocol):
    """A question to the rows of one kind."""

    @property
    def kind(self) -> Kind: ...
    def run(
        self, database: duckdb.DuckDBPyConnection, folder: Path, entries: Sequence[Entry], logs: Sequence[pa.Table]
    ) -> pa.Table: ...


class History:
    """Read-only view of a history folder; any number of them, beside its writer, from any thread."""

    def __init__(self, root: Path) -> None:
        """Look at a history folder, which need not exist yet."""
        self._root = root
        self._manifests = {kind.name: Manifest(root / kind.name) for kind in (TRACKS, PLOTS)}
        self._lock = threading.Lock()
        self._database = duckdb.connect(config={"autoinstall_known_extensions": False})
        self._database.execute("LOAD parquet; SET parquet_metadata_cache = true")

    def tracks_between(
        self,
        start_ns: int,
        end_ns: int,
        track_id: int | None = None,
        bbox: Bbox | None = None,
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        """Read track states with start_ns <= time_ns < end_ns (UTC), sorted by track and time.

        Of one track, within a box, or both. ``columns``: the exchange columns of spec/tracks.md unless named. The
        schema metadata holds the label that covers every row; rows under different labels have a ``label`` column too.
        Raises HistoryError for columns that tracks do not have.
        """
        return self._run(Query.of(TRACKS, start_ns, end_ns, "track_id", track_id, bbox, columns))

    def plots_between(
        self,
        start_ns: int,
        end_ns: int,
        sensor_id: str | None = None,
        bbox: Bbox | None = None,
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        """Read plots with start_ns <= time_ns < end_ns (UTC), sorted by time and sensor.

        As ``tracks_between``; the columns are those of spec/plots.md. A box leaves out plots without a position.
        """
        return self._run(Query.of(PLOTS, start_ns, end_ns, "sensor_id", sensor_id, bbox, columns))

    def span_ns(self, kind: Kind = TRACKS) -> tuple[int, int] | None:
        """Return the first and the last time in the Parquet files of a kind; none: there are none yet."""
        entries, _ = self._read_manifest(kind)
        return (min(e.first_ns for e in entries), max(e.last_ns for e in entries)) if entries else None

    def close(self) -> None:
        """Close the query engine."""
        self._database.close()

    def _run(self, query: Asked) -> pa.Table:
        for _ in range(_TRIES):
            # The log before the manifest: rows that move from one to the other in between are then in both, and
            # dropped here by the serial, never in neither.
            logs = self._read_logs(query.kind)
            entries, used_wal = self._read_manifest(query.kind)
            fresh = [rows for serial, rows in logs.items() if serial > used_wal]
            with self._cursor() as cursor:
                try:
                    return query.run(cursor, self._root / query.kind.name, entries, fresh)
                except (duckdb.IOException, FileNotFoundError) as error:
                    # Compaction replaced a file between the manifest and the query; the manifest knows by now.
                    missing = str(error).splitlines()[0]
        raise HistoryError(f"history {self._root}: expected the files its manifest names, was: {missing}; restore them")

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor for one answer."""
        with self._database.cursor() as cursor:
            yield cursor

    def _read_manifest(self, kind: Kind) -> tuple[list[Entry], int]:
        manifest = self._manifests[kind.name]
        with self._lock:
            manifest.refresh()
            return list(manifest.entries.values()), manifest.used_wal

    def _read_logs(self, kind: Kind) -> dict[int, pa.Table]:
        logs = {}
        for serial, path in find_wals(self._root / kind.name).items():
            try:
                logs[serial], _ = read_wal(path, kind)
            except FileNotFoundError:
                continue  # Used up meanwhile: its rows are in the manifest, which is read next.
        return logs
