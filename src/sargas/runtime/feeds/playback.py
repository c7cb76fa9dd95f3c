"""Playing what has its own time axis: read ahead in a thread, wait for each moment, lose nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from itertools import islice
from typing import TypeVar

from sargas.runtime.feeds.contract import Emit

Item = TypeVar("Item")

_CHUNK = 256
_CHUNK_S = 0.05
_PATIENCE_S = 0.002
"""Closer than this to its moment a datagram goes at once; the event loop cannot sleep much finer."""


async def read_ahead(items: Iterator[Item], chunk: int = _CHUNK) -> AsyncGenerator[list[Item], None]:
    """Yield an iterator's items in chunks; the next chunk is made in a thread while this one is in use."""
    ahead = asyncio.create_task(asyncio.to_thread(_take, items, chunk))
    try:
        while taken := await ahead:
            ahead = asyncio.create_task(asyncio.to_thread(_take, items, chunk))
            yield taken
    finally:
        ahead.cancel()


class Pacer:
    """Let a recording's time pass at ``speed`` times the real one; speed 0 does not wait for time at all."""

    def __init__(self, speed: float, emit: Emit) -> None:
        self._speed = speed
        self._emit = emit
        self._loop = asyncio.get_running_loop()
        self._started_s = self._loop.time()

    async def wait_for(self, offset_ns: int) -> None:
        """Wait until ``offset_ns`` of the recording has passed and the queue has room."""
        if not self._emit.has_room:
            await self._emit.room()
        if self._speed:
            ahead_s = self._started_s + offset_ns / 1e9 / self._speed - self._loop.time()
            if ahead_s > _PATIENCE_S:
                await asyncio.sleep(ahead_s)


def _take(items: Iterator[Item], most: int) -> list[Item]:
    """Take some items; a slow iterator gives few, so that the first need not wait for many."""
    taken: list[Item] = []
    started_s = time.perf_counter()
    for item in islice(items, most):
        taken.append(item)
        if time.perf_counter() - started_s > _CHUNK_S:
            break
    return taken
