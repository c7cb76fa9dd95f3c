"""The journal's writer: every input of the core on disk before anything decodes it. Specification: spec/journal.md."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from sargas.model.envelope import Envelope
from sargas.model.saying import NOTHING, Said
from sargas.runtime.arrival import Arrival
from sargas.runtime.clock import Clock
from sargas.runtime.journal_recover import Recovery, recover
from sargas.runtime.journal_segment import (
    END_OF_STREAM,
    HEAD,
    BatchEncoder,
    JournalBroken,
    JournalError,
    JournalFull,
    JournalLocked,
    build_batches,
    segment_path,
    sync_directory,
    take_lock,
)
from sargas.runtime.saying import say

SEGMENT_BYTES = 64 * 2**20
SEGMENT_S = 600.0
FSYNC_INTERVAL_MS = 100.0
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FSYNC_SAMPLES = 1024


@dataclass(frozen=True, slots=True)
class JournalStatus:
    """What an operator wants to know of the journal; times since it was opened."""

    state: Literal["ok", "full", "broken", "closed"]
    reason: Said
    next_sequence: int
    acknowledged_sequence: int
    rows: int
    bytes: int
    segments: int
    fsyncs: int
    fsync_p99_ms: float


@dataclass(slots=True)
class _Open:
    """The segment being written: descriptor, size up to the last whole batch, when it was begun."""

    descriptor: int
    path: Path
    size: int
    opened_ns: int


@dataclass(slots=True)
class _Counters:
    rows: int = 0
    bytes: int = 0
    segments: int = 0
    fsyncs: int = 0
    fsync_ms: deque[float] = field(default_factory=lambda: deque(maxlen=_FSYNC_SAMPLES))


class Journal:
    """Append arrivals to numbered segments; safe to call from several threads, one process at a time.

    A row is *written* when ``append`` returns (it outlives the process) and *acknowledged* after the next fsync
    (it outlives the machine). One fsync serves everything appended before it.
    """

    def __init__(
        self, directory: Path, clock: Clock, lock: int, recovery: Recovery, fsync_interval_s: float,
        segment_bytes: int, segment_s: float,
    ) -> None:  # fmt: skip
        self.directory = directory
        self.recovery = recovery
        self._clock = clock
        self._lock_descriptor = lock
        self._fsync_interval_s = fsync_interval_s
        self._segment_bytes = segment_bytes
        self._segment_ns = int(segment_s * 1e9)
        self._next_sequence = recovery.next_sequence
        self._acknowledged = recovery.next_sequence - 1
        self._encoder = BatchEncoder()
        self._open: _Open | None = None
        self._state: Literal["ok", "full", "broken", "closed"] = "ok"
        self._reason = NOTHING
        self._counters = _Counters()
        self._write_lock = threading.Lock()
        self._sync_lock = threading.Lock()
        self._stop = threading.Event()
        self._syncer = threading.Thread(target=self._sync_regularly, name="journal-fsync", daemon=True)
        if fsync_interval_s > 0:
            self._syncer.start()

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        clock: Clock,
        fsync_interval_ms: float = FSYNC_INTERVAL_MS,
        segment_bytes: int = SEGMENT_BYTES,
        segment_s: float = SEGMENT_S,
    ) -> Self:
        """Lock, recover and open a journal; ``recovery`` says what was found.

        ``fsync_interval_ms`` is the longest an appended row waits for its fsync; 0 makes every append sync itself.
        Raises JournalLocked when another writer has it, JournalFull or JournalDamaged when it cannot be recovered.
        """
        _make_directory(directory)
        lock = _lock(directory)
        try:
            recovery = recover(directory)
        except BaseException:
            os.close(lock)
            raise
        return cls(directory, clock, lock, recovery, fsync_interval_ms / 1e3, segment_bytes, segment_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def next_sequence(self) -> int:
        """The sequence the next row will get."""
        return self._next_sequence

    @property
    def acknowledged_sequence(self) -> int:
        """The last sequence that survives a power loss; -1 when there is none."""
        return self._acknowledged

    def append(self, arrivals: Sequence[Arrival]) -> tuple[Envelope, ...]:
        """Write arrivals as the next rows and return them numbered; all of them or, with an error, none.

        Raises JournalFull without space: the file ends with its last whole batch, and a later call may work.
        Raises JournalBroken when the disk failed, and from then on until the journal is opened anew.
        """
        if not arrivals:
            return ()
        with self._write_lock:
            self._check_usable()
            first = self._next_sequence
            message = b"".join(self._encoder.encode(batch) for batch in build_batches(first, arrivals))
            segment = self._segment_for(len(message))
            self._write(segment, message)
            self._next_sequence += len(arrivals)
            self._counters.rows += len(arrivals)
            self._counters.bytes += len(message)
            self._state, self._reason = "ok", NOTHING
        if self._fsync_interval_s <= 0:
            self.sync()
        return tuple(
            Envelope(first + row, a.receive_time_ns, a.source, a.kind, a.data) for row, a in enumerate(arrivals)
        )

    def sync(self) -> int:
        """Wait until everything appended so far is acknowledged and return the last such sequence.

        Callers that wait at the same time share one fsync. Raises JournalBroken when the disk refuses: what was
        not acknowledged may then be lost with the power, though not with the process.
        """
        wanted = self._next_sequence - 1
        with self._sync_lock:
            if self._acknowledged >= wanted:
                return self._acknowledged
            with self._write_lock:
                self._check_usable()
                target = self._next_sequence - 1
                if self._open is None:
                    return self._acknowledged
                # A second descriptor, so that a roll may close the segment while it is being synced.
                descriptor = os.dup(self._open.descriptor)
            try:
                self._fsync(descriptor)
            finally:
                os.close(descriptor)
            with self._write_lock:
                self._acknowledged = max(self._acknowledged, target)
            return self._acknowledged

    def close(self) -> None:
        """Sync, close the segment and give the lock back; closing twice is harmless."""
        if self._state == "closed":
            return
        self._stop.set()
        if self._syncer.is_alive():
            self._syncer.join()
        try:
            with self._write_lock:
                if self._open is not None and self._state != "broken":
                    self._finish_segment(self._open)
        finally:
            if self._open is not None:
                os.close(self._open.descriptor)
                self._open = None
            self._state, self._reason = "closed", NOTHING
            os.close(self._lock_descriptor)

    def status(self) -> JournalStatus:
        """Report state and counters."""
        counters, samples = self._counters, sorted(self._counters.fsync_ms)
        return JournalStatus(
            state=self._state,
            reason=self._reason,
            next_sequence=self._next_sequence,
            acknowledged_sequence=self._acknowledged,
            rows=counters.rows,
            bytes=counters.bytes,
            segments=counters.segments,
            fsyncs=counters.fsyncs,
            fsync_p99_ms=samples[int(0.99 * (len(samples) - 1))] if samples else 0.0,
        )

    def _check_usable(self) -> None:
        if self._state in ("broken", "closed"):
            raise JournalBroken(f"journal {self.directory}: {self._reason.en or 'it is closed'}; open it anew")

    def _segment_for(self, message_bytes: int) -> _Open:
        """Return the open segment, or a new one when this message would make it too large or it is too old."""
        now_ns = self._clock.now_ns()
        segment = self._open
        if segment is not None:
            fits = segment.size + message_bytes <= self._segment_bytes or segment.size <= len(HEAD)
            if fits and now_ns - segment.opened_ns < self._segment_ns:
                return segment
            self._finish_segment(segment)
            os.close(segment.descriptor)
            self._open = None
        self._open = self._begin_segment(now_ns)
        return self._open

    def _begin_segment(self, now_ns: int) -> _Open:
        path = segment_path(self.directory, self._next_sequence)
        temporary = path.with_name(path.name + ".tmp")
        descriptor = -1
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o640)
            _write_all(descriptor, HEAD)
            os.fsync(descriptor)
            os.rename(temporary, path)
            sync_directory(self.directory)
        except OSError as error:
            if descriptor >= 0:
                os.close(descriptor)
            temporary.unlink(missing_ok=True)
            raise self._failure(error, say("beginning", path=path)) from error
        self._counters.segments += 1
        return _Open(descriptor, path, len(HEAD), now_ns)

    def _write(self, segment: _Open, message: bytes) -> None:
        try:
            _write_all(segment.descriptor, message)
        except OSError as error:
            self._cut_back(segment, error)
            raise self._failure(error, say("writing", octets=len(message), path=segment.path)) from error
        segment.size += len(message)

    def _cut_back(self, segment: _Open, cause: OSError) -> None:
        """Remove the part of a batch that was written before the error."""
        try:
            os.ftruncate(segment.descriptor, segment.size)
        except OSError as error:
            why = {"cause": cause.strerror, "error": error.strerror}
            self._break(say("cutting_back", path=segment.path, octets=segment.size, **why))
            raise JournalBroken(f"journal {self.directory}: {self._reason.en}; open it anew") from error

    def _finish_segment(self, segment: _Open) -> None:
        """Sync a segment for the last time; without space for the end mark it stays a valid stream without one."""
        try:
            _write_all(segment.descriptor, END_OF_STREAM)
        except OSError as error:
            self._cut_back(segment, error)
        self._fsync(segment.descriptor)
        self._acknowledged = self._next_sequence - 1

    def _fsync(self, descriptor: int) -> None:
        started = time.perf_counter()
        try:
            os.fdatasync(descriptor)
        except OSError as error:
            # After a failed fsync the kernel may call the lost pages clean: a second try would lie.
            self._break(say("fsync_failed", error=error.strerror))
            raise JournalBroken(f"journal {self.directory}: {self._reason.en}; open it anew") from error
        self._counters.fsyncs += 1
        self._counters.fsync_ms.append((time.perf_counter() - started) * 1e3)

    def _failure(self, error: OSError, doing: Said) -> JournalError:
        if error.errno in _NO_SPACE:
            self._state = "full"
            self._reason = say("no_space", doing=doing, error=error.strerror)
            return JournalFull(say("journal_full", journal=self.directory, reason=self._reason).en)
        self._break(say("failed_while", doing=doing, error=error.strerror))
        return JournalBroken(f"journal {self.directory}: {self._reason.en}; open it anew")

    def _break(self, reason: Said) -> None:
        self._state, self._reason = "broken", reason

    def _sync_regularly(self) -> None:
        while not self._stop.wait(self._fsync_interval_s):
            try:
                self.sync()
            except JournalBroken:
                return  # The state says so, and the next append raises it.


def _make_directory(directory: Path) -> None:
    """Make the folder and those above it, so that their names survive a power loss too."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    for path in reversed(missing):
        sync_directory(path.parent)


def _lock(directory: Path) -> int:
    path = directory / "journal.lock"
    descriptor = take_lock(path)
    if descriptor is None:
        owner = path.read_text("ascii", "replace").strip() or "unknown"
        raise JournalLocked(
            f"expected the journal {directory} to be free, was locked by process {owner}: "
            "stop that node or give this one another data_dir"
        )
    with suppress(OSError):  # The process number is a courtesy; a full disk must not keep the node from starting.
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
