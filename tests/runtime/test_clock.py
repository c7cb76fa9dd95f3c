"""The node's clock never runs backwards, notices when it is set, and believes kernel stamps within reason."""

from __future__ import annotations

import time

import pytest

from sargas.runtime.clock import JUMP_NS, ManualClock, SystemClock

S = 1_000_000_000


class Machine:
    """A wall clock and a counter that tests turn by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall_ns, self.counter_ns = 1_700_000_000 * S, 5 * S
        monkeypatch.setattr(time, "time_ns", lambda: self.wall_ns)
        monkeypatch.setattr(time, "clock_gettime_ns", lambda _: self.counter_ns)

    def run(self, elapsed_ns: int, step_ns: int = 0) -> None:
        self.counter_ns += elapsed_ns
        self.wall_ns += elapsed_ns + step_ns


def test_the_system_clock_tells_utc() -> None:
    assert abs(SystemClock().now_ns() - time.time_ns()) < S


def test_a_step_back_is_worked_off_at_half_speed_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = SystemClock()
    before_ns = clock.now_ns()
    machine.run(S, step_ns=-10 * S)
    assert clock.now_ns() == before_ns + S // 2
    assert (clock.jumps.count, clock.jumps.last_step_ns) == (1, -10 * S)
    for _ in range(30):
        machine.run(S)
        clock.now_ns()
    assert clock.now_ns() == machine.wall_ns
    assert clock.jumps.count == 1


def test_a_step_forward_is_followed_at_once_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = SystemClock()
    machine.run(S, step_ns=3600 * S)
    assert clock.now_ns() == machine.wall_ns
    assert clock.jumps.count == 1


def test_slewing_over_a_long_silence_is_no_jump(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = SystemClock()
    machine.run(3600 * S, step_ns=JUMP_NS + S)
    clock.now_ns()
    assert clock.jumps.count == 0


def test_kernel_stamps_are_taken_when_they_are_believable(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = SystemClock()
    now_ns = clock.now_ns()
    assert clock.stamp_ns(machine.wall_ns - 5_000_000) == now_ns - 5_000_000
    assert clock.stamp_ns(machine.wall_ns + S) == now_ns
    assert clock.stamp_ns(machine.wall_ns - 3600 * S) == now_ns
    assert clock.stamp_ns(None) == now_ns


def test_the_manual_clock_moves_only_forwards_and_only_when_told() -> None:
    clock = ManualClock(7)
    assert (clock.now_ns(), clock.stamp_ns(99)) == (7, 7)
    assert clock.advance(3) == 10
    with pytest.raises(ValueError, match="was -1"):
        clock.advance(-1)
