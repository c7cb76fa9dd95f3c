"""A connection that fails, breaks or is closed in the midst of either leaves no socket behind."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import psutil
import pytest
from nats.aio.client import Client

from benchmarks.federation.link import Link
from sargas.runtime.bus.connection import Connection
from sargas.runtime.bus.errors import BusAway
from sargas.runtime.bus.status import look_at_leaves
from tests.runtime.bus.conftest import Nations


@pytest.fixture(autouse=True)
def _keep_garbage() -> Iterator[None]:
    """Keep the collector of garbage from closing what was forgotten."""
    gc.disable()
    yield
    gc.enable()


def sockets_to(port: int) -> int:
    """Count the sockets of this process that were opened to a port and are not closed."""
    held = psutil.Process().net_connections("tcp")
    return sum(bool(one.raddr) and one.raddr.port == port and one.status != psutil.CONN_NONE for one in held)


@asynccontextmanager
async def hanging_up() -> AsyncIterator[tuple[int, list[int]]]:
    """Serve a port that takes connections and ends each at once; yields it and one entry for each connection."""
    taken: list[int] = []

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(1)
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], taken


async def through_a_link(nations: Nations) -> tuple[Link, Connection]:
    """Connect the guard of a nation to its server through a link of its own."""
    link = Link(int(nations.buses["LTU"].url.rsplit(":", 1)[1]))
    await link.start()
    connection = Connection(f"nats://127.0.0.1:{link.port}", "guard", nations.folders["LTU"].guard, "_INBOX_guard")
    await connection.open(10.0)
    return link, connection


async def publish_for_ever(connection: Connection) -> None:
    """Publish until nothing is taken any more, and wait there."""
    while True:
        await connection.client.publish("_INBOX_guard.nobody", b"." * 500_000)
        await connection.client.flush(60)


def test_a_server_that_hangs_up_at_once_leaves_nothing_open(nations: Nations) -> None:
    guard = nations.folders["LTU"].guard

    async def try_it() -> tuple[int, int]:
        async with hanging_up() as (port, taken):
            connection = Connection(f"nats://127.0.0.1:{port}", "guard", guard, "_INBOX_guard")
            with pytest.raises(BusAway):
                await connection.open(0.5)
            await connection.close()
            return len(taken), sockets_to(port)

    tries, left = nations.run(try_it())
    assert tries >= 2
    assert left == 0


def test_tries_to_come_back_leave_nothing_open(nations: Nations) -> None:
    async def try_it() -> tuple[int, int]:
        link, connection = await through_a_link(nations)
        assert sockets_to(link.port) == 1
        link.target_port = 1  # nobody is there: each connection is taken and ended before a word
        await link.cut()
        await link.heal()
        await asyncio.sleep(2.5)
        during = sockets_to(link.port)
        await connection.close()
        left = sockets_to(link.port)
        await link.stop()
        return during, left

    during, left = nations.run(try_it())
    assert during <= 1
    assert left == 0


def test_one_whose_server_takes_nothing_is_closed_all_the_same(nations: Nations) -> None:
    async def try_it() -> int:
        link, connection = await through_a_link(nations)
        await link.swallow()
        publishing = asyncio.create_task(publish_for_ever(connection))
        await asyncio.wait((publishing,), timeout=2.0)
        publishing.cancel()
        await connection.close()
        left = sockets_to(link.port)
        await link.stop()
        return left

    assert nations.run(try_it()) == 0


def test_one_that_the_server_closed_comes_back_although_the_first_try_failed(nations: Nations) -> None:
    async def try_it() -> bool:
        link, connection = await through_a_link(nations)
        url, connection._url = connection._url, "nats://127.0.0.1:1"  # nobody is there
        await connection.client.close()  # as the library does when the server says that it must not come back
        with pytest.raises(BusAway):
            await connection.mend()
        connection._url = url
        await connection.mend()
        is_back = connection.client.is_connected
        await connection.close()
        await link.stop()
        return is_back

    assert nations.run(try_it())


def test_links_are_looked_at_again_after_a_connection_that_has_just_ended() -> None:
    """Any other error would end the look for good: links would stand as they were, however they are."""

    async def look() -> None:
        ended = Client()
        ended._status = Client.CLOSED
        with pytest.raises(BusAway):
            await look_at_leaves(ended)

    asyncio.run(look())
