"""The way between two servers as a TCP proxy: it can be cut, swallow everything, be slow, or late by chance.

A cut resets what is open and refuses what comes (RST). A black hole takes connections and bytes and passes none on;
when it ends, what was under way goes on, as in a network. A rate is a token bucket of one packet a direction; what a
busy machine sleeps too long is made up for with the packets behind, so that the link is as quick as it says.
"""

from __future__ import annotations

import asyncio
import random
import socket
from contextlib import suppress
from typing import Literal, TypeAlias

State: TypeAlias = Literal["open", "cut", "black hole"]
HOST = "127.0.0.1"
PACKET_BYTES = 1400
SLOW_PACKET_BYTES = 128
BUFFER_BYTES = 8192
MADE_UP_S = 0.2
"""The most that is made up for at once."""


class Link:
    """One proxied link to ``target_port`` on loopback, listening on ``port``."""

    def __init__(self, target_port: int, *, rate_bps: float | None = None, seed: int = 0) -> None:
        self.target_port = target_port
        self.port = _free_port()
        self.rate_bps = rate_bps
        self.longest_delay_s = 0.0
        self.passed_bytes = {"to": 0, "from": 0}
        self.cuts = 0
        self._random = random.Random(seed)
        self._open = asyncio.Event()
        self._open.set()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.state: State = "open"

    async def start(self) -> None:
        """Begin to listen."""
        listening = _segmented()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, self.port))
        self._server = await asyncio.start_server(self._accept, sock=listening, limit=BUFFER_BYTES)

    async def stop(self) -> None:
        """End it and everything that is open."""
        await self.cut()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def cut(self) -> None:
        """Reset every connection, and refuse new ones until it is healed."""
        self.state = "cut"
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            self.cuts += 1
            writer.transport.abort()
        await asyncio.sleep(0)

    async def swallow(self) -> None:
        """Pass nothing on any more, without a word to either side."""
        self.state = "black hole"
        self._open.clear()

    async def heal(self) -> None:
        """Pass everything again."""
        self.state = "open"
        self._open.set()
        if self._server is None:
            await self.start()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        onward: asyncio.StreamWriter | None = None
        try:
            back, onward = await self._dial()
            self._writers.add(onward)
            for one in (writer, onward):
                _keep_buffers_small(one, is_slow=self.rate_bps is not None)
            ways = [
                asyncio.create_task(self._pass(reader, onward, "to")),
                asyncio.create_task(self._pass(back, writer, "from")),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except OSError:
            pass
        finally:
            for opened in (writer, onward):
                if opened is not None:
                    self._writers.discard(opened)
                    opened.transport.abort()
                    with suppress(OSError, asyncio.CancelledError):
                        await opened.wait_closed()
            self._tasks.discard(task)

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        made = _segmented()
        try:
            await asyncio.get_running_loop().sock_connect(made, (HOST, self.target_port))
            return await asyncio.open_connection(sock=made, limit=BUFFER_BYTES)
        except BaseException:
            made.close()
            raise

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        loop, late_s = asyncio.get_running_loop(), 0.0
        with suppress(OSError):
            while data := await reader.read(PACKET_BYTES if self.rate_bps is None else SLOW_PACKET_BYTES):
                await self._open.wait()
                if self.rate_bps is not None:
                    due_s = loop.time() + len(data) * 8 / self.rate_bps - late_s
                    await asyncio.sleep(due_s - loop.time())
                    late_s = min(MADE_UP_S, loop.time() - due_s)
                if self.longest_delay_s:
                    await asyncio.sleep(self._random.uniform(0.0, self.longest_delay_s))
                await self._open.wait()
                writer.write(data)
                self.passed_bytes[way] += len(data)
                await writer.drain()


def _segmented() -> socket.socket:
    """Return a socket whose segments are those of a network: with the 64 KiB of loopback and a window that was closed
    for a while, the kernel sends a few kB in each 40 to 200 ms until its queue is empty (measured)."""
    made = socket.socket()
    made.setblocking(False)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, PACKET_BYTES)
    return made


def _keep_buffers_small(writer: asyncio.StreamWriter, *, is_slow: bool) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if is_slow:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
