"""Links that are cut, swallow everything or crawl, and servers that are killed: nothing lost, nothing twice, soon back.

Every fault is shown to have been one: the releases it should have stopped had not arrived before it ended.
"""

import asyncio
import os
import random
import signal
import time
from collections.abc import Sequence
from contextlib import suppress

import pytest

from sargas.runtime.bus.errors import BusAway
from tests.runtime.bus.conftest import Nations, until

RESUME_STATE_S = 5.0
RESUME_LOG_S = 15.0


class Reading:
    """One end that reads a class all the time, and when each release came (monotonic s)."""

    def __init__(self, nations: Nations, at: str, origin: str, traffic: str) -> None:
        self.came: list[tuple[float, bytes]] = []
        self._stream = nations.buses[at].messages(origin, traffic)  # type: ignore[arg-type]
        self._task = asyncio.create_task(self._read())

    @property
    def data(self) -> list[bytes]:
        return [data for _, data in self.came]

    async def _read(self) -> None:
        async for data, ack in self._stream:
            if data not in self.data:  # a receiver remembers what it has applied
                self.came.append((time.monotonic(), data))
            await ack()

    async def has(self, releases: Sequence[bytes], within_s: float) -> float:
        """Wait until all of these came and return how long that took (s)."""

        async def all_came() -> bool:
            return set(releases) <= set(self.data)

        return await until(all_came, within_s)

    async def __aenter__(self) -> "Reading":
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self._stream.aclose()


async def _released(nations: Nations, origin: str, to: str, name: str, count: int) -> list[bytes]:
    """Publish so many log releases, each handed in until it is taken."""
    data = [f"{name} {number}".encode() for number in range(count)]
    for number, one in enumerate(data):
        while True:
            try:
                await nations.release(origin, to, "log", "alert", one, f"{origin}-{to}-{name}-{number}")
                break
            except BusAway:
                await asyncio.sleep(0.1)
    return data


@pytest.mark.parametrize("fault", ["cut", "swallow"])
def test_a_link_that_fails_delays_and_loses_nothing_and_others_do_not_notice(nations: Nations, fault: str) -> None:
    link = nations.links["LVA", "LTU"]

    async def scene() -> None:
        async with (
            Reading(nations, "LVA", "LTU", "log") as log,
            Reading(nations, "LVA", "LTU", "state") as state,
            Reading(nations, "POL", "LTU", "log") as other,
        ):
            await stage(log, state, other)

    async def stage(log: Reading, state: Reading, other: Reading) -> None:
        await log.has(await _released(nations, "LTU", "LVA", f"before {fault}", 5), 10.0)
        await (link.cut() if fault == "cut" else link.swallow())
        during = await _released(nations, "LTU", "LVA", f"during {fault}", 40)
        await nations.release("LTU", "LVA", "state", "b07", f"old {fault}".encode())
        await nations.release("LTU", "LVA", "state", "b07", f"new {fault}".encode())
        untouched = await _released(nations, "LTU", "POL", f"other {fault}", 20)
        await other.has(untouched, 5.0)
        await asyncio.sleep(2.0)
        assert await nations.lag("LTU", "LVA", "log") >= 40, "the fault was none"
        assert set(during).isdisjoint(log.data), "the fault was none"
        await link.heal()
        state_s = await state.has([f"new {fault}".encode()], RESUME_STATE_S)
        log_s = state_s + await log.has(during, RESUME_LOG_S)
        assert [one for one in log.data if one in during] == during
        if fault == "cut":  # what a black hole held back was on its way, and still comes before the latest
            assert f"old {fault}".encode() not in state.data
        assert state.data[-1] == f"new {fault}".encode()
        print(f"{fault}: state after {state_s:.1f} s, log after {log_s:.1f} s")

    nations.run(scene(), 60.0)


def test_after_an_outage_the_latest_states_come_before_the_backlog_is_through(nations: Nations) -> None:
    link = nations.links["POL", "LVA"]

    async def scene() -> None:
        async with Reading(nations, "POL", "LVA", "log") as log, Reading(nations, "POL", "LVA", "state") as state:
            await stage(log, state)

    async def stage(log: Reading, state: Reading) -> None:
        await log.has(await _released(nations, "LVA", "POL", "first", 1), 10.0)
        await link.cut()
        backlog = [_backlog(nations, number) for number in range(150)]
        await asyncio.gather(*backlog)
        for version in range(5):
            for bucket in range(32):
                await nations.release("LVA", "POL", "state", f"b{bucket:02d}", b"%d/%d" % (version, bucket))
        assert await nations.lag("LVA", "POL", "state") == 32, "the latest of each, and nothing else"
        link.rate_bps = 400_000.0
        await link.heal()
        latest = [b"4/%d" % bucket for bucket in range(32)]
        await state.has(latest, 30.0)
        behind = await nations.lag("LVA", "POL", "log")
        assert behind > 75, "the whole backlog came before the picture"
        assert not [data for data in state.data if data.startswith((b"0/", b"1/", b"2/", b"3/"))]
        link.rate_bps = None
        await log.has([_backlog_data(number) for number in range(150)], 40.0)

    nations.run(scene(), 90.0)
    assert link.cuts > 0


@pytest.mark.slow
def test_a_link_that_became_slow_gets_through_what_waited(nations: Nations) -> None:
    """What is under way takes 4 s: whoever takes that for a break has it sent again, and again, and never gets it."""
    link = nations.links["LTU", "POL"]

    async def scene() -> None:
        async with Reading(nations, "LTU", "POL", "log") as log:
            await log.has(await _released(nations, "POL", "LTU", "quick", 1), 10.0)
            await link.cut()
            for number in range(70):
                await nations.release("POL", "LTU", "log", "alert", _backlog_data(number))
            link.rate_bps = 300_000.0
            await link.heal()
            took_s = await log.has([_backlog_data(number) for number in range(70)], 80.0)
            assert took_s > 3.5, "the link was not slow"

    nations.run(scene(), 100.0)
    link.rate_bps = None


async def _backlog(nations: Nations, number: int) -> None:
    await nations.release("LVA", "POL", "log", "alert", _backlog_data(number))


def _backlog_data(number: int) -> bytes:
    """Return bytes that no compression of the link shrinks: 150 of them take 6 s at 400 kbit/s."""
    return f"backlog {number} ".encode() + random.Random(number).randbytes(2000)


@pytest.mark.parametrize("killed", ["LTU", "POL"])
def test_a_killed_server_comes_back_and_nothing_is_lost_or_twice(nations: Nations, killed: str) -> None:
    async def scene() -> None:
        async with Reading(nations, "POL", "LTU", "log") as log:
            await stage(log)

    async def stage(log: Reading) -> None:
        await log.has(await _released(nations, "LTU", "POL", f"before {killed}", 3), 10.0)
        server = nations.buses[killed].server
        assert server is not None
        starts = server.starts
        publishing = asyncio.create_task(_released(nations, "LTU", "POL", f"while {killed}", 150))
        await asyncio.sleep(0.05)
        assert not publishing.done()
        os.kill(server.pid or 0, signal.SIGKILL)
        releases = await asyncio.wait_for(publishing, 30.0)
        took_s = await log.has(releases, RESUME_LOG_S)
        assert server.starts == starts + 1, "the server was not killed"
        assert [one for one in log.data if one in releases] == releases
        print(f"{killed} killed: all there {took_s:.1f} s after the last was taken")

    nations.run(scene(), 60.0)
