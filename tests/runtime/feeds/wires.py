"""Real ends of real wires for the feeds' tests: sockets, servers, and an intake to look into."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sargas.runtime.arrival import Arrival
from sargas.runtime.clock import Clock, SystemClock
from sargas.runtime.feeds import Feed, Intake, Supervisor, open_feed


class Bench:
    """Feeds under a supervisor, and what came out of the intake."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.intake = Intake()
        self.feeds: list[Feed] = []
        self.supervisor = Supervisor([])

    def add(self, url: str, name: str, queue_datagrams: int = 10_000, **others: object) -> Feed:
        queue = self.intake.open_queue(queue_datagrams)
        self.feeds.append(open_feed(url, name, queue, self.clock, **others))  # type: ignore[arg-type]
        return self.feeds[-1]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """Run the feeds; leaving stops them, which must take less than a second."""
        self.supervisor = Supervisor(self.feeds, first_pause_s=0.02, longest_pause_s=0.1)
        task = asyncio.create_task(self.supervisor.run())
        try:
            yield task
        finally:
            task.cancel()
            done, _ = await asyncio.wait([task], timeout=1.0)
            assert done, "the feeds did not stop within a second"

    async def receive(self, count: int, within_s: float = 10.0) -> list[Arrival]:
        """Take datagrams until there are ``count``."""
        found: list[Arrival] = []
        async with asyncio.timeout(within_s):
            while len(found) < count:
                found += await self.intake.next_batch(1000, 0.1)
        return found


async def until(condition: Callable[[], bool], within_s: float = 10.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.005)


def free_port(kind: int = socket.SOCK_DGRAM, host: str = "127.0.0.1") -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
