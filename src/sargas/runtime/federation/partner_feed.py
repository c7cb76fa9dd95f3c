"""What a partner releases, as a feed: each release is confirmed to the bus only once the journal has it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Protocol

from sargas.runtime.bus.bus import Bus
from sargas.runtime.bus.names import TRAFFIC, Traffic
from sargas.runtime.bus.reading import Delivery
from sargas.runtime.clock import Clock
from sargas.runtime.feeds.contract import Emit, Feed

MOST_UNCONFIRMED = 2000
"""Releases on their way to the journal; beyond that the bus keeps the next ones."""


class Inbox(Protocol):
    """Where releases of a partner can be read."""

    def messages(self, partner: str, traffic: Traffic) -> AsyncGenerator[Delivery, None]: ...


def source_name(nation: str) -> str:
    """Name the source that brings a partner's releases."""
    return f"partner-{nation}"


class PartnerFeed(Feed):
    """Read the three classes of one partner side by side, so that a long log never holds up the picture."""

    def __init__(self, nation: str, emit: Emit, clock: Clock, wait_for_bus: Callable[[], Awaitable[Bus]]) -> None:
        super().__init__(source_name(nation), emit, clock)
        self.nation = nation
        self._wait_for_bus = wait_for_bus
        self._unconfirmed: deque[Callable[[], Awaitable[None]]] = deque()
        self._of_before = 0
        """Handed on by a reader before this one and not journaled yet: nobody can confirm those any more."""
        self._journaled: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._room = asyncio.Event()
        self._gone = asyncio.Event()

    async def run(self) -> None:
        """Read until cancelled; a bus that is away is waited for. Raises ConnectionError when it went away for good."""
        self.counters.state = "waiting"
        bus = await self._wait_for_bus()
        self._gone.clear()
        self._of_before += len(self._unconfirmed)  # still on their way to the journal; they come again
        self._unconfirmed.clear()
        async with asyncio.TaskGroup() as group:
            for traffic in TRAFFIC:
                group.create_task(self._read(bus, traffic), name=f"{self.name} {traffic}")
            group.create_task(self._confirm(), name=f"{self.name} confirm")
            group.create_task(self._end_with_bus(), name=f"{self.name} bus")

    def note_bus_gone(self) -> None:
        """Begin again with the next bus."""
        self._gone.set()

    def note_journaled(self, count: int) -> None:
        """Confirm the next ``count`` releases that were handed on: the journal has them."""
        of_before = min(count, self._of_before)
        self._of_before -= of_before
        for _ in range(min(count - of_before, len(self._unconfirmed))):
            self._journaled.put_nowait(self._unconfirmed.popleft())
        self._room.set()

    async def _read(self, inbox: Inbox, traffic: Traffic) -> None:
        async with aclosing(inbox.messages(self.nation, traffic)) as deliveries:
            async for data, confirm in deliveries:
                while len(self._unconfirmed) >= MOST_UNCONFIRMED or not self._emit.has_room:
                    self._room.clear()
                    await self._room.wait()
                self._unconfirmed.append(confirm)
                self.deliver(data, self._clock.now_ns())

    async def _end_with_bus(self) -> None:
        await self._gone.wait()
        raise ConnectionError("the bus went away")

    async def _confirm(self) -> None:
        while True:
            confirm = await self._journaled.get()
            await confirm()
