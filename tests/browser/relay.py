"""A line between a browser and a node that can die as real ones do: nothing comes any more, and nobody says so."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Line:
    """Every connection through it; ``go_dead`` silences those that are there, new ones are carried."""

    def __init__(self, url: str) -> None:
        self._node = urlsplit(url)
        self._ways: set[asyncio.Task[None]] = set()
        self._dead: set[asyncio.Task[None]] = set()
        self.url = ""
        self.begun, self.is_over = threading.Event(), asyncio.Event()

    def go_dead(self) -> None:
        """Carry nothing more of the connections that are there, and close none."""
        self._dead |= self._ways

    async def serve(self) -> None:
        """Carry connections until it is over."""
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self.begun.set()
        await self.is_over.wait()
        server.close()
        for way in self._ways:
            way.cancel()
        await asyncio.gather(*self._ways, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self._node.hostname, self._node.port)
        ways = (
            asyncio.ensure_future(self._carry(reader, far_writer)),
            asyncio.ensure_future(self._carry(far_reader, writer)),
        )
        self._ways.update(ways)
        await asyncio.gather(*ways, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                if asyncio.current_task() in self._dead:
                    await asyncio.Event().wait()
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


@contextmanager
def relay(url: str) -> Iterator[Line]:
    """Carry connections to the node at ``url`` over a port of this machine."""
    line, loop = Line(url), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(line.serve(),), daemon=True)
    thread.start()
    assert line.begun.wait(10), "the relay listens"
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(line.is_over.set)
        thread.join(10)
        loop.close()
