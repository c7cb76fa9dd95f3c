"""Polled documents: readsb's aircraft.json over HTTP or from a file; each new body is one datagram."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from sargas.runtime.clock import Clock
from sargas.runtime.feeds.contract import Emit, Feed
from sargas.runtime.feeds.url import PollUrl

LARGEST_BODY = 64 * 2**20


class HttpFeed(Feed):
    """Ask a server at a fixed interval; an answer that is neither 200 nor 304 is a break."""

    def __init__(self, url: PollUrl, source_name: str, emit: Emit, clock: Clock) -> None:
        super().__init__(source_name, emit, clock)
        self._url = url
        self._validators: dict[str, str] = {}
        self._last_body = b""

    async def run(self) -> None:
        """Poll until cancelled. Raises httpx.HTTPError, TimeoutError or ValueError."""
        # A sensor's server is reached directly: proxy settings of the environment are not meant for it.
        async with httpx.AsyncClient(timeout=self._url.timeout_s, trust_env=False) as client:
            async for _ in _ticks(self._url.interval_s):
                try:
                    async with asyncio.timeout(self._url.timeout_s):
                        await self._poll(client)
                except TimeoutError:
                    raise TimeoutError(f"no whole answer within {self._url.timeout_s:g} s") from None

    async def _poll(self, client: httpx.AsyncClient) -> None:
        async with client.stream("GET", self._url.location, headers=self._validators) as answer:
            self.counters.state = "running"
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                self.counters.unchanged += 1
                return
            if answer.status_code != httpx.codes.OK:
                raise ConnectionError(f"expected status 200 or 304, was {answer.status_code} {answer.reason_phrase}")
            body = await _read_body(answer)
        self._validators = {
            asked: answer.headers[told]
            for asked, told in (("if-none-match", "etag"), ("if-modified-since", "last-modified"))
            if told in answer.headers
        }
        if body == self._last_body:
            self.counters.unchanged += 1
            return
        self._last_body = body
        self.deliver(body, self._clock.now_ns())


class FileFeed(Feed):
    """Read a file again whenever it changed; a missing file is a break."""

    def __init__(self, url: PollUrl, source_name: str, emit: Emit, clock: Clock) -> None:
        super().__init__(source_name, emit, clock)
        self._url = url
        self._seen: tuple[int, int, int] | None = None
        self._reading: asyncio.Future[bytes | None] | None = None

    async def run(self) -> None:
        """Poll until cancelled. Raises OSError or ValueError."""
        async for _ in _ticks(self._url.interval_s):
            async with asyncio.timeout(self._url.timeout_s):
                found = await self._read_beside()
            self.counters.state = "running"
            if found is None:
                self.counters.unchanged += 1
            else:
                self.deliver(found, self._clock.now_ns())

    async def _read_beside(self) -> bytes | None:
        """Read in a thread, one at a time: one that a file system holds up must not take all others of the node."""
        if self._reading is None:
            self._reading = asyncio.ensure_future(asyncio.to_thread(self._read_if_changed))
        try:
            return await asyncio.shield(self._reading)
        finally:
            if self._reading.done():
                self._reading = None

    def _read_if_changed(self) -> bytes | None:
        path = Path(self._url.location)
        if not stat.S_ISREG(path.stat().st_mode):  # to open a pipe waits for whoever writes to it
            raise ValueError(f"expected a file, was a pipe, folder or device: {path}")
        with path.open("rb") as file:
            facts = os.fstat(file.fileno())
            seen = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
            if seen == self._seen:
                return None
            body = file.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise ValueError(f"expected a file of at most {LARGEST_BODY} bytes, was {facts.st_size}")
        self._seen = seen
        return body


async def _read_body(answer: httpx.Response) -> bytes:
    parts, size = [], 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > LARGEST_BODY:
            raise ValueError(f"expected a body of at most {LARGEST_BODY} bytes, was more")
        parts.append(part)
    return b"".join(parts)


async def _ticks(interval_s: float) -> AsyncIterator[None]:
    """Yield at a fixed interval; after a late tick the next keeps the interval instead of hurrying."""
    loop = asyncio.get_running_loop()
    due_s = loop.time()
    while True:
        yield
        due_s = max(due_s + interval_s, loop.time())
        await asyncio.sleep(due_s - loop.time())
