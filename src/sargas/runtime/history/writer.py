"""Keep every plot and track: one thread behind a bounded queue, so that the picture never waits for a disk."""

from __future__ import annotations

import fcntl
import threading
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import structlog

from sargas.model import plots, tracks
from sargas.model.plots import Plots
from sargas.model.tracks import Tracks
from sargas.runtime.history.layout import KINDS, LABEL_COLUMN, LOCK, PLOTS, TRACKS, HistoryError, Kind
from sargas.runtime.history.recorder import Recorder

_log = structlog.get_logger(__name__)

_SYNC_PAUSE_S = 0.2
_RETRY_PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class HistoryStatus:
    """What the writer did since start, in rows, and how it is."""

    queued: int = 0
    written: int = 0
    """On the disk, durably."""
    refused: int = 0
    """Not taken: the queue was full. The journal has what they came of."""
    rejected: int = 0
    """Taken and put aside: batches that are no whole columns. ``last_error`` says why."""
    recovered: int = 0
    """Found in logs that the program before left behind."""
    torn_bytes: int = 0
    """Half written by the program before when it ended; never acknowledged by ``flush``."""
    failures: int = 0
    last_error: str = ""
    failing: bool = False


class HistoryWriter:
    """Append plots and tracks to the history below a folder. One writer a folder; safe to use from any thread."""

    def __init__(
        self,
        root: Path,
        roll_after_s: float = 60.0,
        roll_rows: int = 500_000,
        compact_after_s: float = 300.0,
        capacity_rows: int = 1_000_000,
    ) -> None:
        """Recover what is there and start the thread.

        A log becomes Parquet after ``roll_after_s`` of data or ``roll_rows``, an hour one sorted file
        ``compact_after_s`` after it ended (all by the times in the data). Raises HistoryError when another writer has
        the folder, or its manifest is lost or damaged.
        """
        root.mkdir(parents=True, exist_ok=True)
        self._lock = _lock_folder(root)
        try:
            recorders = [Recorder(root, kind, roll_after_s, roll_rows, compact_after_s) for kind in KINDS]
        except BaseException:
            self._lock.close()
            raise
        self._recorders = {recorder.kind.name: recorder for recorder in recorders}
        self._capacity_rows = capacity_rows
        self._waiting: deque[Plots | Tracks] = deque()
        self._waiting_rows = 0
        self._changed = threading.Condition()
        self._in_hand = 0
        self._flushing = 0
        self._has_rejected = False
        self._closing = threading.Event()
        self._status = HistoryStatus(
            recovered=sum(recorder.recovered_rows for recorder in recorders),
            torn_bytes=sum(recorder.torn_bytes for recorder in recorders),
        )
        self._thread = threading.Thread(target=self._run, name="history-writer", daemon=True)
        self._thread.start()

    def append(self, batch: Plots | Tracks) -> bool:
        """Queue a batch; it is on the disk within a fifth of a second, or when ``flush`` returns True.

        Returns False, and counts its rows as refused, when the queue is full. Raises HistoryError after ``close``.
        """
        with self._changed:
            if self._closing.is_set():
                raise HistoryError("history writer: expected batches before close, was after; append before closing")
            queued = self._queued()
            if queued and queued + len(batch) > self._capacity_rows:
                self._status = replace(self._status, refused=self._status.refused + len(batch))
                return False
            if len(batch):
                self._waiting.append(batch)
                self._waiting_rows += len(batch)
                if len(self._waiting) == 1:  # a thread woken for each batch would take its turns from the core's
                    self._changed.notify_all()
        return True

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until everything appended so far is on the disk.

        False when it was not in time, or when a batch since the last call was rejected.
        """
        with self._changed:
            self._flushing += 1
            self._changed.notify_all()
            done = self._changed.wait_for(lambda: not self._queued(), timeout_s)
            self._flushing -= 1
            done, self._has_rejected = done and not self._has_rejected, False
            return done

    def status(self) -> HistoryStatus:
        """Say how the writer is and what it counted."""
        with self._changed:
            return replace(self._status, queued=self._queued())

    def close(self, timeout_s: float = 10.0) -> bool:
        """Write what is queued, end the thread and give the folder free; False when the disk did not take it all."""
        drained = self.flush(timeout_s)
        with self._changed:
            self._closing.set()
            self._changed.notify_all()
        self._thread.join()
        for recorder in self._recorders.values():
            recorder.close()
        self._lock.close()
        return drained

    def _queued(self) -> int:
        return self._waiting_rows + self._in_hand

    def _run(self) -> None:
        while not self._closing.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing.is_set())
                # Let a fifth of a second's batches become one write and one sync, unless someone waits for it.
                self._changed.wait_for(lambda: self._flushing or self._closing.is_set(), _SYNC_PAUSE_S)
                batches = list(self._waiting)
                self._waiting.clear()
                self._in_hand, self._waiting_rows = self._waiting_rows, 0
            for kind, of_kind in ((TRACKS, Tracks), (PLOTS, Plots)):
                self._write([batch for batch in batches if isinstance(batch, of_kind)], kind)
            with self._changed:
                self._in_hand = 0
                self._changed.notify_all()

    def _write(self, batches: list[Plots | Tracks], kind: Kind) -> None:
        """Log batches, trying again for as long as the disk refuses; then let the recorder tidy its files."""
        rows = self._join(batches, kind)
        if not len(rows) or not self._log_with_patience(rows, kind):
            return
        try:
            self._recorders[kind.name].tidy(rows)
        # The rows are safe in the log; whatever hinders tidying is shown, and the next batch tries again.
        except Exception as error:
            self._note_failure(error)
        else:
            with self._changed:
                self._status = replace(self._status, failing=False)

    def _join(self, batches: list[Plots | Tracks], kind: Kind) -> pa.Table:
        rows = [kind.plain_schema.empty_table()]
        for alike in _group_alike(batches):
            try:
                rows.append(plain_rows(_concatenate(alike), kind))
            # One of them is no whole columns; what the others hold is kept.
            except Exception:
                rows += self._join_singly(alike, kind)
        return pa.concat_tables(rows)

    def _join_singly(self, batches: list[Plots | Tracks], kind: Kind) -> list[pa.Table]:
        rows = []
        for batch in batches:
            try:
                rows.append(plain_rows(batch, kind))
            # A batch that cannot be converted costs only itself, and is shown and counted.
            except Exception as error:
                self._note_failure(error)
                with self._changed:
                    self._status = replace(self._status, rejected=self._status.rejected + len(batch))
                    self._has_rejected = True
        return rows

    def _log_with_patience(self, rows: pa.Table, kind: Kind) -> bool:
        while True:
            try:
                self._recorders[kind.name].log(rows)
            except OSError as error:
                self._note_failure(error)
                if self._closing.wait(_RETRY_PAUSE_S):
                    return False
            else:
                with self._changed:
                    self._status = replace(self._status, written=self._status.written + len(rows))
                return True

    def _note_failure(self, error: Exception) -> None:
        with self._changed:
            first = not self._status.failing
            status = replace(self._status, failures=self._status.failures + 1, failing=True)
            self._status = replace(status, last_error=" ".join(str(error).split()))
        if first:
            _log.error("history cannot be written; it is tried again", error=str(error))


def _group_alike(batches: list[Plots | Tracks]) -> list[list[Plots | Tracks]]:
    """Group batches whose rows can stand in one batch, in order of appearance: converting is by batch what costs."""
    groups: dict[Any, list[Plots | Tracks]] = {}
    for batch in batches:
        groups.setdefault((batch.label, batch.sensor_ids), []).append(batch)
    return list(groups.values())


def _concatenate(batches: list[Plots | Tracks]) -> Plots | Tracks:
    if isinstance(batches[0], Tracks):
        return tracks.concatenate([batch for batch in batches if isinstance(batch, Tracks)])
    return plots.concatenate([batch for batch in batches if isinstance(batch, Plots)])


def plain_rows(batch: Plots | Tracks, kind: Kind) -> pa.Table:
    """Return a batch as rows of the kind's plain schema, each with its label."""
    rows = pa.Table.from_batches([batch.to_arrow()]).replace_schema_metadata(None)
    label = pa.repeat(pa.scalar(batch.label.model_dump_json()), len(batch))
    return rows.append_column(pa.field(LABEL_COLUMN, pa.string(), nullable=False), label).cast(kind.plain_schema)


def _lock_folder(root: Path) -> BinaryIO:
    lock = (root / LOCK).open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise HistoryError(
            f"history {root}: expected to be its only writer, was the second; end the other program, "
            "or give this one a data_dir of its own"
        ) from error
    return lock
