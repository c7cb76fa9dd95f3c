"""Keep what readers are given, beside the node: the event loop hands over, one thread writes.

A slow or full disk costs the log a gap and nobody else anything: what waits is bounded, handing over never blocks.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import structlog

from sargas.console.screen_log.block import ScreenUpdate
from sargas.console.screen_log.writer import Retention, ScreenWriter
from sargas.model.saying import NOTHING, Said
from sargas.runtime.saying import say

BLOCK_S = 1.0
"""Time of one block: what a kill may cost, and how far the log is behind the screen."""
RETRY_S = 5.0
MOST_WAITING_BYTES = 64 << 20
LEAST_FREE_BYTES = 1 << 30
"""The last of a disk is left to the journal, without which nothing is taken in."""

_log = structlog.get_logger("sargas.screen_log")


class ScreenRecorder:
    """Take updates from the event loop and write them by a thread of its own."""

    def __init__(self, folder: Path, retention: Retention, show_trouble: Callable[[Said], None] | None = None) -> None:
        """Begin a run. ``show_trouble`` hears from the thread why nothing is kept now; ``NOTHING``: it is again."""
        self.folder, self._retention = folder, retention
        self._show_trouble = show_trouble or (lambda reason: None)
        self._changed = threading.Condition()
        self._waiting: list[ScreenUpdate] = []
        self._waiting_bytes = 0
        self._taken, self._done = 0, 0
        self._flushing, self._stopping = 0, False
        self._trouble = NOTHING
        self._writer: ScreenWriter | None = None
        self.wants_whole = True
        """Whether the next update must hold everything: at the start, and after one was lost."""
        self.lost_updates = 0
        self._thread = threading.Thread(target=self._run, name="screen-log", daemon=True)
        self._thread.start()

    def take(self, update: ScreenUpdate) -> None:
        """Take over an update. It is left out when too much waits: the log has a gap then. Never blocks long."""
        size = _size(update)
        with self._changed:
            if self._stopping or self._waiting_bytes + size > MOST_WAITING_BYTES:
                self.lost_updates += 1
                self.wants_whole = True
            elif update.is_whole or not self.wants_whole:
                self._waiting.append(replace(update, is_after_gap=True) if self.wants_whole else update)
                self.wants_whole = False
                self._waiting_bytes += size
                self._taken += 1

    def flush(self, timeout_s: float) -> None:
        """Wait until what was taken so far is written, or the time is over; for any thread but the event loop's."""
        with self._changed:
            wanted = self._taken
            self._flushing += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._stopping or self._done >= wanted, timeout_s)
            self._flushing -= 1

    def close(self) -> None:
        """Write what waits and end the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(10.0)

    def _run(self) -> None:
        pause_s, stopping = BLOCK_S, False
        while not stopping:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or (self._flushing and self._waiting), pause_s)
                taken, self._waiting, self._waiting_bytes = self._waiting, [], 0
                stopping = self._stopping
            pause_s = BLOCK_S if not taken or self._keep(taken) else RETRY_S
            with self._changed:
                self._done += len(taken)
                self._changed.notify_all()
        if self._writer is not None:
            self._writer.close()

    def _keep(self, taken: list[ScreenUpdate]) -> bool:
        """Write updates; what cannot be written is lost to the log, which then begins anew."""
        try:
            if self._writer is None:
                self._writer = ScreenWriter(self.folder, self._retention)
            _leave_room(self.folder)
            self._writer.write(taken)
        except Exception as error:  # whatever it is: the thread goes on, the log has a gap and says why
            if not isinstance(error, OSError | ValueError):
                _log.exception("the screen log failed", exc_info=error)
            self._lose(error, len(taken))
            return False
        self._say(NOTHING)
        return True

    def _lose(self, error: Exception, updates: int) -> None:
        if self._writer is not None:
            self._writer.lose()
        with self._changed:
            self.wants_whole = True
            self.lost_updates += updates
        self._say(say("screens_not_kept", error=error))

    def _say(self, trouble: Said) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            _log.error("nothing is kept", reason=trouble.en) if trouble.en else _log.warning("the screen log goes on")
            self._show_trouble(trouble)


def _leave_room(folder: Path) -> None:
    disk = os.statvfs(folder)
    if disk.f_bavail * disk.f_frsize < LEAST_FREE_BYTES:
        raise OSError(f"{folder}: expected {LEAST_FREE_BYTES >> 30} GiB free, was less: the rest is the journal's")


def _size(update: ScreenUpdate) -> int:
    return len(update.frame or b"") + len(update.names or "") + sum(map(len, update.sections.values()))
