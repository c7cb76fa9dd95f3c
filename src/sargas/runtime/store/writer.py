"""The one writer of a node's records: a thread behind a bounded queue, so that the picture never waits for a disk.

While the database is away the thread tries again with growing pauses and keeps the order. Records that do not fit the
queue meanwhile are refused and counted; they are in the journal, and ``Store.journal_sequence`` stays at the last
envelope before the first refused one, so the next start can say so; ``sargas journal records`` writes what is missing.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from sargas.model.records import Record
from sargas.runtime.store.errors import StoreAway, StoreError
from sargas.runtime.store.store import Store

_log = structlog.get_logger(__name__)

_BATCH_RECORDS = 1000
_MARK_PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class WriterStatus:
    """What the writer did since start, in records, and how it is."""

    queued: int = 0
    written: int = 0
    """Handed to the database and committed, whether new there or not."""
    refused: int = 0
    """Not taken: the queue was full. ``sargas journal records`` makes them of the journal."""
    rejected: int = 0
    """Taken and put aside: the database will never accept them. ``last_error`` says why."""
    waits: int = 0
    """Calls of ``submit`` that found the queue full (back-pressure)."""
    retries: int = 0
    last_error: str = ""
    away: bool = False
    """True while the database is out of reach."""


@dataclass(frozen=True, slots=True)
class _Batch:
    records: tuple[Record, ...]
    journal_sequence: int | None


class StoreWriter:
    """Write records to the store from one thread of its own, in the order of ``submit``."""

    def __init__(
        self,
        store: Store,
        capacity: int = 20_000,
        first_pause_s: float = 0.1,
        longest_pause_s: float = 10.0,
    ) -> None:
        """Start the thread. ``capacity``: records that may wait; the pauses are those between tries."""
        self._store = store
        self._capacity = capacity
        self._pauses_s = (first_pause_s, longest_pause_s)
        self._waiting: deque[_Batch] = deque()
        self._waiting_records = 0
        self._changed = threading.Condition()
        self._status = WriterStatus()
        self._in_hand = 0
        self._is_writing = False
        self._mark: int | None = None
        self._has_gap = False
        self._flushing = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, records: Sequence[Record], journal_sequence: int | None = None, timeout_s: float = 0.0) -> bool:
        """Queue records to be written after all earlier ones; return False when they were refused.

        ``journal_sequence``: the envelope of the journal they came of; hand it over for envelopes without records too,
        so that the store knows how far it is (it is noted with the next records, or once a second). With a full queue
        this waits ``timeout_s`` for room. Raises StoreError after ``close``.
        """
        batch = _Batch(tuple(records), journal_sequence)
        with self._changed:
            if self._closing.is_set():
                raise StoreError("store writer: expected records before close, was after; submit before closing")
            if batch.records and not self._has_room(batch):
                self._count(waits=1)
                self._changed.wait_for(lambda: self._has_room(batch) or self._closing.is_set(), timeout_s)
                if not self._has_room(batch) or self._closing.is_set():
                    self._count(refused=len(batch.records))
                    self._has_gap = True
                    return False
            self._append(batch)
            if batch.records:  # a mark alone can wait: woken for each datagram, the thread would never note one
                self._changed.notify_all()
        return True

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until everything queued is in the database; False when it was not in time."""
        with self._changed:
            self._flushing += 1
            self._changed.notify_all()
            done = self._changed.wait_for(lambda: not self._is_due() and not self._is_writing, timeout_s)
            self._flushing -= 1
            return done

    def status(self) -> WriterStatus:
        """Say how the writer is and what it counted."""
        with self._changed:
            return replace(self._status, queued=self._waiting_records + self._in_hand)

    def close(self, timeout_s: float = 10.0) -> bool:
        """Write what is queued, then end the thread; False when the database did not take it all in time."""
        drained = self.flush(timeout_s)
        with self._changed:
            self._closing.set()
            self._changed.notify_all()
        self._thread.join()
        return drained

    def _has_room(self, batch: _Batch) -> bool:
        queued = self._waiting_records + self._in_hand
        # A batch larger than the whole queue is let in alone, else it could never be written.
        return queued == 0 or queued + len(batch.records) <= self._capacity

    def _append(self, batch: _Batch) -> None:
        sequence = None if self._has_gap else batch.journal_sequence
        if batch.records:
            self._waiting.append(replace(batch, journal_sequence=sequence))
            self._waiting_records += len(batch.records)
        elif sequence is not None and self._waiting:
            self._waiting[-1] = replace(self._waiting[-1], journal_sequence=sequence)
        elif sequence is not None:
            self._mark = sequence

    def _is_due(self) -> bool:
        """Tell whether something is to be written now; a mark without records can wait unless someone flushes."""
        return bool(self._waiting) or (self._mark is not None and self._flushing > 0)

    def _count(self, **more: int) -> None:
        self._status = replace(self._status, **{name: getattr(self._status, name) + n for name, n in more.items()})

    def _run(self) -> None:
        while batch := self._take():
            self._write_with_patience(batch)
            with self._changed:
                self._in_hand, self._is_writing = 0, False
                self._changed.notify_all()

    def _take(self) -> _Batch | None:
        """Wait for batches and join as many as make one transaction; none: closed."""
        with self._changed:
            while not self._is_due() and not self._closing.is_set():
                if not self._changed.wait(_MARK_PAUSE_S) and self._mark is not None:
                    break
            if self._closing.is_set():
                return None
            records: list[Record] = []
            sequence, self._mark = self._mark, None
            while self._waiting and (not records or len(records) + len(self._waiting[0].records) <= _BATCH_RECORDS):
                batch = self._waiting.popleft()
                self._waiting_records -= len(batch.records)
                records.extend(batch.records)
                sequence = sequence if batch.journal_sequence is None else batch.journal_sequence
            self._in_hand, self._is_writing = len(records), True
            return _Batch(tuple(records), sequence)

    def _write_with_patience(self, batch: _Batch) -> None:
        pause_s, longest_s = self._pauses_s
        while True:
            try:
                self._store.write(batch.records, batch.journal_sequence)
            except StoreAway as error:
                self._note_away(error)
                if self._closing.wait(pause_s):
                    return
                pause_s = min(2 * pause_s, longest_s)
            # Whatever it is: the thread must live, and the error is counted, logged and in status().
            except Exception as error:
                self._put_aside_or_split(batch, error)
                return
            else:
                self._note_written(len(batch.records))
                return

    def _put_aside_or_split(self, batch: _Batch, error: Exception) -> None:
        """Write the records of a refused transaction one by one, so that a bad one costs only itself."""
        if len(batch.records) > 1:
            for record in batch.records:
                self._write_with_patience(_Batch((record,), None))
        else:
            names = ", ".join(record.id for record in batch.records) or "journal sequence"
            _log.error("store refused a record for good; it is in the journal only", record=names, error=str(error))
            with self._changed:
                self._count(rejected=len(batch.records))
                self._status = replace(self._status, last_error=f"record {names}: {error}")
        if batch.records and batch.journal_sequence is not None:
            self._write_with_patience(_Batch((), batch.journal_sequence))

    def _note_away(self, error: StoreAway) -> None:
        with self._changed:
            first = not self._status.away
            self._count(retries=1)
            self._status = replace(self._status, away=True, last_error=str(error))
        if first:
            _log.warning("store is away; records wait and are tried again", error=str(error))

    def _note_written(self, records: int) -> None:
        with self._changed:
            was_away = self._status.away
            self._count(written=records)
            self._status = replace(self._status, away=False)
        if was_away:
            _log.info("store is back", written=records)
