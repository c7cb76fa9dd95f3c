"""TCP feeds against real servers: framing, silence, ends of connections, and finding the way back."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tests.runtime.feeds.test_framing import asterix_block
from tests.runtime.feeds.wires import Bench, free_port, until

BLOCKS = [asterix_block(48, 30 + i, i) for i in range(10)]
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(answer: Answer, port: int = 0) -> AsyncIterator[int]:
    """Serve every connection with ``answer``; yields the port."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await answer(writer)
        finally:
            writer.transport.abort()
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def send_and_stay(writer: asyncio.StreamWriter) -> None:
    for block in BLOCKS:
        writer.write(block[:7])
        await writer.drain()
        writer.write(block[7:])
        await writer.drain()
    await asyncio.sleep(60)


def test_blocks_of_a_stream_become_datagrams() -> None:
    async def scenario() -> None:
        bench = Bench()
        async with serving(send_and_stay) as port:
            feed = bench.add(f"tcp://127.0.0.1:{port}", "radar")
            async with bench.running():
                found = await bench.receive(len(BLOCKS))
        assert [a.data for a in found] == BLOCKS
        assert feed.counters.received == len(BLOCKS)
        assert feed.counters.bytes == sum(map(len, BLOCKS))

    asyncio.run(scenario())


def test_a_closed_connection_is_called_again_and_the_unfinished_frame_is_kept() -> None:
    async def send_a_part(writer: asyncio.StreamWriter) -> None:
        writer.write(BLOCKS[0] + BLOCKS[1][:9])
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def scenario() -> None:
        bench = Bench()
        async with serving(send_a_part) as port:
            feed = bench.add(f"tcp://127.0.0.1:{port}", "radar")
            async with bench.running():
                found = await bench.receive(6)
                await until(lambda: feed.counters.restarts >= 3)
        assert [a.data for a in found[:6]] == [BLOCKS[0], BLOCKS[1][:9]] * 3
        assert "closed the connection" in feed.counters.last_error

    asyncio.run(scenario())


def test_garbage_in_a_stream_is_kept_counted_and_survived() -> None:
    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(BLOCKS[:5]) + bytes(50) + b"".join(BLOCKS[5:]))
        await writer.drain()
        await asyncio.sleep(60)

    async def scenario() -> None:
        bench = Bench()
        async with serving(send) as port:
            feed = bench.add(f"tcp://127.0.0.1:{port}", "radar")
            async with bench.running():
                found = await bench.receive(11)
                assert feed.counters.resyncs == 1
        assert [a.data for a in found] == [*BLOCKS[:5], bytes(50), *BLOCKS[5:]]

    asyncio.run(scenario())


def test_silence_longer_than_allowed_is_a_break_with_its_reason() -> None:
    async def stay_silent(_: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async def scenario() -> None:
        bench = Bench()
        async with serving(stay_silent) as port:
            feed = bench.add(f"tcp://127.0.0.1:{port}?idle=0.1", "radar")
            async with bench.running():
                await until(lambda: feed.counters.restarts >= 2)
        assert feed.counters.last_error == f"TimeoutError: no data from 127.0.0.1:{port} for 0.1 s"

    asyncio.run(scenario())


def test_a_server_that_is_not_there_yet_is_found_when_it_comes() -> None:
    async def scenario() -> None:
        bench, port = Bench(), free_port(socket.SOCK_STREAM)
        feed = bench.add(f"tcp://127.0.0.1:{port}?framing=newline", "radar")

        async def send(writer: asyncio.StreamWriter) -> None:
            writer.write(b"one\ntwo\n")
            await writer.drain()
            await asyncio.sleep(60)

        async with bench.running():
            await until(lambda: feed.counters.restarts >= 2)
            assert feed.counters.last_error.startswith("ConnectionRefusedError")
            async with serving(send, port):
                assert [a.data for a in await bench.receive(2)] == [b"one", b"two"]

    asyncio.run(scenario())
