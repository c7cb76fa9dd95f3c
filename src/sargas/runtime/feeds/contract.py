"""What every feed is: a named task that emits datagrams and counts what it did."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from sargas.runtime.arrival import Arrival
from sargas.runtime.clock import Clock

FeedState = Literal["waiting", "standby", "connecting", "running", "backing_off", "finished", "stopped"]


@dataclass(slots=True)
class FeedCounters:
    """State and counts of one feed since the node started; every field stands in docs/feeds.md."""

    state: FeedState = "waiting"
    received: int = 0
    """Datagrams taken from the outside."""
    bytes: int = 0
    lost_queue: int = 0
    """Datagrams dropped, the oldest first, because the feed's own queue was full."""
    lost_socket: int = 0
    """Datagrams the kernel dropped because its receive buffer was full."""
    resyncs: int = 0
    """Times a stream's framing was lost and found again; the bytes in between are journaled as they came."""
    unchanged: int = 0
    """Polls that brought nothing new."""
    restarts: int = 0
    last_error: str = ""
    last_receive_ns: int | None = None

    @property
    def lost(self) -> int:
        """Datagrams lost on this machine, wherever."""
        return self.lost_queue + self.lost_socket


class Emit(Protocol):
    """Where a feed puts what it received: the entry of its own bounded queue."""

    @property
    def has_room(self) -> bool:
        """Say whether one more datagram can be taken without dropping another."""
        ...

    def __call__(self, arrival: Arrival) -> int:
        """Take one datagram at once; return how many older ones were dropped for it."""
        ...

    async def room(self) -> None:
        """Wait until ``has_room``: for recordings and simulations, which can wait and so lose nothing."""
        ...


class Feed(ABC):
    """One source of datagrams; ``run`` ends when there is nothing more to come and raises when it breaks."""

    def __init__(self, source_name: str, emit: Emit, clock: Clock) -> None:
        self.name = source_name
        self.counters = FeedCounters()
        self._emit = emit
        self._clock = clock

    @abstractmethod
    async def run(self) -> None:
        """Receive and emit until the end. Cancelling ends it at once; any exception means: start again later."""

    def read_counters(self) -> FeedCounters:
        """Copy the counters as they are now."""
        return replace(self.counters)

    def deliver(self, data: bytes, receive_time_ns: int, source_name: str = "") -> None:
        """Count and emit one datagram; the state becomes ``running``."""
        counters = self.counters
        counters.state = "running"
        counters.received += 1
        counters.bytes += len(data)
        counters.last_receive_ns = receive_time_ns
        counters.lost_queue += self._emit(Arrival(source_name or self.name, receive_time_ns, data))
