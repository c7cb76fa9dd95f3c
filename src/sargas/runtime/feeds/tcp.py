"""TCP feeds: connect, cut the stream into datagrams, and break loudly on silence so that the call is made again."""

from __future__ import annotations

import asyncio
import socket

from sargas.runtime.clock import Clock
from sargas.runtime.feeds.contract import Emit, Feed
from sargas.runtime.feeds.framing import Framer, make_framer
from sargas.runtime.feeds.url import TcpUrl

_CHUNK_BYTES = 16_384
"""Small, so that cutting one chunk into the smallest frames delays the other feeds by milliseconds only."""

_PAUSE_S = 0.005
"""After an overflow of the feed's queue: the sender is slowed by flow control instead of this node by dropping."""


class TcpFeed(Feed):
    """Read one server's stream; the end of the connection is a break, for a live source has no end."""

    def __init__(self, url: TcpUrl, source_name: str, emit: Emit, clock: Clock) -> None:
        super().__init__(source_name, emit, clock)
        self._url = url

    async def run(self) -> None:
        """Receive until cancelled or the connection ends. Raises TimeoutError, ConnectionError or OSError."""
        reader, writer = await self._connect()
        framer = make_framer(self._url.framing)
        resyncs_before = self.counters.resyncs
        try:
            self.counters.state = "running"
            while chunk := await self._read(reader):
                lost_before = self.counters.lost_queue
                self._deliver_frames(framer, chunk)
                self.counters.resyncs = resyncs_before + framer.resyncs
                if self.counters.lost_queue > lost_before:
                    await asyncio.sleep(_PAUSE_S)
        finally:
            writer.transport.abort()
            if rest := framer.end():
                self.deliver(rest, self._clock.now_ns())
        raise ConnectionError(f"{self._url.host}:{self._url.port} closed the connection")

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        url = self._url
        try:
            async with asyncio.timeout(url.connect_s):
                reader, writer = await asyncio.open_connection(url.host, url.port)
        except TimeoutError:
            raise TimeoutError(f"{url.host}:{url.port} did not answer within {url.connect_s:g} s") from None
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return reader, writer

    async def _read(self, reader: asyncio.StreamReader) -> bytes:
        try:
            async with asyncio.timeout(self._url.idle_s):
                return await reader.read(_CHUNK_BYTES)
        except TimeoutError:
            raise TimeoutError(f"no data from {self._url.host}:{self._url.port} for {self._url.idle_s:g} s") from None

    def _deliver_frames(self, framer: Framer, chunk: bytes) -> None:
        now_ns = self._clock.now_ns()
        for frame in framer.push(chunk):
            self.deliver(frame, now_ns)
