"""The intake: one bounded queue a feed, drained fairly into batches, so that no feed can slow another."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Callable
from operator import itemgetter

from sargas.runtime.arrival import Arrival

QUEUE_DATAGRAMS = 10_000
QUEUE_BYTES = 64 * 2**20


class FeedQueue:
    """One feed's waiting datagrams. When full the oldest go, counted: a picture needs the newest."""

    def __init__(self, wake: Callable[[], None], queue_datagrams: int, queue_bytes: int) -> None:
        self._waiting: deque[Arrival] = deque()
        self._bytes = 0
        self._wake = wake
        self._queue_datagrams = queue_datagrams
        self._queue_bytes = queue_bytes
        self._room = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def has_room(self) -> bool:
        """Say whether one more datagram can be taken without dropping another."""
        return len(self._waiting) < self._queue_datagrams and self._bytes < self._queue_bytes

    def __call__(self, arrival: Arrival) -> int:
        """Take one datagram; return how many older ones were dropped for it."""
        waiting, dropped = self._waiting, 0
        self._bytes += len(arrival.data)
        while waiting and (len(waiting) >= self._queue_datagrams or self._bytes > self._queue_bytes):
            self._bytes -= len(waiting.popleft().data)
            dropped += 1
        waiting.append(arrival)
        if len(waiting) == 1:
            self._wake()
        return dropped

    async def room(self) -> None:
        """Wait until there is room."""
        while not self.has_room:
            self._room.clear()
            await self._room.wait()

    def take(self, most: int) -> list[Arrival]:
        """Remove and return up to ``most`` datagrams, the oldest first."""
        taken = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
        self._bytes -= sum(len(arrival.data) for arrival in taken)
        self._room.set()
        return taken


class Intake:
    """All queues of a node; use it from one event loop."""

    def __init__(self) -> None:
        self._queues: list[FeedQueue] = []
        self._filled = asyncio.Event()
        self._first = 0

    def open_queue(self, queue_datagrams: int = QUEUE_DATAGRAMS, queue_bytes: int = QUEUE_BYTES) -> FeedQueue:
        """Make the queue of one feed; it holds at most so many datagrams and bytes."""
        if queue_datagrams < 1 or queue_bytes < 1:
            raise ValueError(f"expected a queue of 1 or more datagrams and bytes, was {queue_datagrams}, {queue_bytes}")
        queue = FeedQueue(self._filled.set, queue_datagrams, queue_bytes)
        self._queues.append(queue)
        return queue

    def waiting(self) -> int:
        """Count the datagrams in all queues."""
        return sum(len(queue) for queue in self._queues)

    async def next_batch(self, max_datagrams: int, max_wait_s: float) -> list[Arrival]:
        """Wait for datagrams and return what is there, at most ``max_datagrams``; empty when ``max_wait_s`` ran out.

        Every feed with something waiting gets an equal share, and what one leaves over goes to the others. A batch is
        in order of receive time; each feed's own order is kept whatever its times say.
        """
        if not self.waiting():
            self._filled.clear()
            try:
                await asyncio.wait_for(self._filled.wait(), max_wait_s)
            except TimeoutError:
                return []
        return self._drain(max_datagrams)

    def _drain(self, max_datagrams: int) -> list[Arrival]:
        self._first = (self._first + 1) % max(1, len(self._queues))
        queues = self._queues[self._first :] + self._queues[: self._first]
        taken: dict[int, list[Arrival]] = {}
        remaining = max_datagrams
        while remaining > 0 and (active := [queue for queue in queues if len(queue)]):
            share = max(1, remaining // len(active))
            for queue in active[:remaining]:
                part = queue.take(min(share, remaining))
                taken.setdefault(id(queue), []).extend(part)
                remaining -= len(part)
        parts = [taken[id(queue)] for queue in self._queues if id(queue) in taken]
        return parts[0] if len(parts) == 1 else list(heapq.merge(*parts, key=itemgetter(1)))
