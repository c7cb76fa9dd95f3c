"""The clock of a node: UTC nanoseconds that never run backwards, and a hand-driven one for tests and replays."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Protocol

JUMP_NS = 250_000_000
"""A step of the wall clock larger than this, beyond ordinary drift, is reported as a jump."""

_DRIFT_PARTS = 1_000
"""Slewing may move the wall clock by up to 0.1 % against the counter (adjtimex allows 500 ppm) without being a jump."""

_OLDEST_STAMP_NS = 60_000_000_000


class Clock(Protocol):
    """Tell the time; everything in ``runtime`` that needs a time is handed one of these."""

    def now_ns(self) -> int:
        """Return UTC ns; never smaller than what it returned before."""
        ...

    def stamp_ns(self, kernel_time_ns: int | None) -> int:
        """Return the time of an event the kernel stamped at ``kernel_time_ns`` (its UTC ns), or now without a stamp."""
        ...


@dataclass(frozen=True, slots=True)
class ClockJumps:
    """How often the wall clock was set since start, and by how much at last (positive: forwards)."""

    count: int
    last_step_ns: int


class SystemClock:
    """The machine's UTC clock, guarded: a step back is not followed but worked off at half speed.

    A step forward is followed at once. Both are counted, because a jump spoils every time comparison near it.
    Suspend is not a jump: the reference counter (CLOCK_BOOTTIME) runs on.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counter_ns = _read_counter_ns()
        self._wall_ns = self._last_ns = time.time_ns()
        self._jumps = ClockJumps(0, 0)

    @property
    def jumps(self) -> ClockJumps:
        """Report the steps of the wall clock seen so far."""
        return self._jumps

    def now_ns(self) -> int:
        """Return UTC ns; never smaller than what it returned before."""
        with self._lock:
            counter_ns, wall_ns = _read_counter_ns(), time.time_ns()
            elapsed_ns = counter_ns - self._counter_ns
            step_ns = wall_ns - self._wall_ns - elapsed_ns
            if abs(step_ns) > JUMP_NS + elapsed_ns // _DRIFT_PARTS:
                self._jumps = ClockJumps(self._jumps.count + 1, step_ns)
            self._last_ns = max(wall_ns, self._last_ns + elapsed_ns // 2)
            self._counter_ns, self._wall_ns = counter_ns, wall_ns
            return self._last_ns

    def stamp_ns(self, kernel_time_ns: int | None) -> int:
        """Return now less the age of the kernel's stamp; an age below zero or above a minute is not believed."""
        now_ns = self.now_ns()
        if kernel_time_ns is None:
            return now_ns
        age_ns = self._wall_ns - kernel_time_ns
        return now_ns - age_ns if 0 <= age_ns <= _OLDEST_STAMP_NS else now_ns


class ManualClock:
    """A clock that stands still until it is set; kernel stamps do not move it."""

    def __init__(self, now_ns: int = 0) -> None:
        self._now_ns = now_ns

    def now_ns(self) -> int:
        """Return the time last set."""
        return self._now_ns

    def stamp_ns(self, kernel_time_ns: int | None) -> int:
        """Return the time last set, whatever the kernel says."""
        return self._now_ns

    def advance(self, by_ns: int) -> int:
        """Move on and return the new time. Raises ValueError for a step back."""
        if by_ns < 0:
            raise ValueError(f"expected a step of 0 ns or more, was {by_ns}: time does not run backwards")
        self._now_ns += by_ns
        return self._now_ns


def _read_counter_ns() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
