"""Three nations with a real NATS server each, whose links run through proxies that can be cut."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from typing import Any, TypeVar

import pytest

from benchmarks.federation.link import Link
from sargas.runtime.bus.bus import Bus
from sargas.runtime.bus.names import Traffic, release_subject
from sargas.runtime.network.folder import NetworkFolder, read_identity
from tests.runtime.network.nations import join_nations, make_nation

NATIONS = ("LTU", "LVA", "POL")
T = TypeVar("T")


@dataclass
class Nations:
    """Three nations: folders, buses and links; ``links[dialler, origin]`` carries the origin's releases."""

    runner: asyncio.Runner
    folders: dict[str, NetworkFolder] = field(default_factory=dict)
    buses: dict[str, Bus] = field(default_factory=dict)
    links: dict[tuple[str, str], Link] = field(default_factory=dict)
    count: int = 0

    def run(self, work: Coroutine[Any, Any, T], within_s: float = 30.0) -> T:
        """Run something on the loop that servers and proxies live on."""

        async def bounded() -> T:
            return await asyncio.wait_for(work, within_s)

        return self.runner.run(bounded())

    async def release(
        self, origin: str, to: str, traffic: Traffic, token: str, data: bytes, message_id: str = ""
    ) -> str:
        """Publish one release and return its id."""
        self.count += 1
        message_id = message_id or f"{origin}-{to}-{traffic}-{token}-{self.count}"
        await self.buses[origin].publish(to, release_subject(origin, traffic, token), data, message_id)
        return message_id

    async def take(self, at: str, origin: str, traffic: Traffic, count: int, *, acked: bool = True) -> list[bytes]:
        """Read so many releases and acknowledge them."""
        found: list[bytes] = []
        stream = self.buses[at].messages(origin, traffic)
        try:
            async for data, ack in stream:
                found.append(data)
                if acked:
                    await ack()
                if len(found) == count:
                    break
        finally:
            await stream.aclose()
        return found

    async def lag(self, origin: str, to: str, traffic: Traffic) -> int:
        """Return how many releases of a class the partner has not confirmed."""
        [status] = [one for one in await self.buses[origin].look() if one.partner == to]
        return status.lag[traffic]


async def until(condition: Callable[[], Awaitable[bool]], within_s: float = 20.0) -> float:
    """Wait until something holds and return how long it took (s); fails when it never does."""
    began_s = time.monotonic()
    while not await condition():
        assert time.monotonic() - began_s < within_s, "it never came about"
        await asyncio.sleep(0.05)
    return time.monotonic() - began_s


@pytest.fixture(scope="module")
def nations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nations]:
    """Start three nations that all share with each other."""
    with asyncio.Runner() as runner:
        started = Nations(runner)
        stack = AsyncExitStack()
        runner.run(_start(started, stack, tmp_path_factory.mktemp("nations")))
        try:
            yield started
        finally:
            runner.run(stack.aclose())


async def _start(started: Nations, stack: AsyncExitStack, root: Path) -> None:
    now_ns = time.time_ns()
    for nation in NATIONS:
        make_nation(root, nation, now_ns)
    ports = {}
    for dialler, origin in permutations(NATIONS, 2):
        link = Link(read_identity(root / origin).leaf_port)
        await link.start()
        stack.push_async_callback(link.stop)
        started.links[dialler, origin] = link
        ports[dialler, origin] = link.port
    started.folders = join_nations(root, NATIONS, ports, now_ns)
    started.buses = {nation: Bus(folder) for nation, folder in started.folders.items()}
    await asyncio.gather(*(stack.enter_async_context(bus) for bus in started.buses.values()))

    async def all_connected() -> bool:
        looks = [await bus.look() for bus in started.buses.values()]
        return all(one.connected for look in looks for one in look)

    await until(all_connected)
