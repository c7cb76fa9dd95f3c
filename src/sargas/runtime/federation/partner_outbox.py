"""What is on its way to one partner: the log in order until each is on the disk, of state and plots the newest.

Of the log so much waits here as is soon told; what comes after waits in the store, for this partner alone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sargas.model.saying import NOTHING, Said, quoted
from sargas.runtime.bus.errors import BusAway
from sargas.runtime.saying import say

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 5.0
MOST_LOG = 1000
"""Releases of the log that may wait; what is beyond is not made before there is room."""
MOST_PLOTS = 200
"""Batches of shared plots that may wait; older ones go: they are short lived."""
AT_ONCE = 16
"""States published side by side: each waits for its own place on the disk."""


class Publisher(Protocol):
    """Where sealed releases are published."""

    async def publish(self, partner: str, release_subject: str, data: bytes, message_id: str) -> None:
        """Return once it is kept. Raises BusAway when that is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Sealed:
    """A release as it is published."""

    subject: str
    message_id: str
    data: bytes
    traffic: str


class PartnerOutbox:
    """Publish to one partner: log first and complete, then the newest state of each bucket, then plots."""

    def __init__(self, partner: str, on_trouble: Callable[[Said], None]) -> None:
        self.partner = partner
        self.published = {"state": 0, "log": 0, "plots": 0}
        self.dropped_plots = 0
        self._log: deque[Sealed | Callable[[], None]] = deque()
        self._state: dict[str, Sealed] = {}
        self._plots: deque[Sealed] = deque()
        self._filled = asyncio.Event()
        self._on_trouble = on_trouble

    @property
    def waiting(self) -> int:
        """Return how many releases wait for the bus."""
        return len(self._log) + len(self._state) + len(self._plots)

    @property
    def has_room(self) -> bool:
        """Say whether more of the log may come."""
        return len(self._log) < MOST_LOG

    def call_when_kept(self, done: Callable[[], None]) -> None:
        """Call once all of the log that waits now is kept."""
        self._log.append(done)
        self._filled.set()

    def put(self, sealed: Sealed) -> None:
        """Take a release; of state it takes the place of the one before in its bucket."""
        if sealed.traffic == "log":
            self._log.append(sealed)
        elif sealed.traffic == "state":
            self._state.pop(sealed.subject, None)
            self._state[sealed.subject] = sealed
        else:
            self._plots.append(sealed)
            while len(self._plots) > MOST_PLOTS:
                self._plots.popleft()
                self.dropped_plots += 1
        self._filled.set()

    async def run(self, publisher: Publisher) -> None:
        """Publish until cancelled; what the bus does not take waits and is offered again under the same id."""
        pause_s = FIRST_PAUSE_S
        while True:
            if not self.waiting:
                self._filled.clear()
                await self._filled.wait()
            try:
                await self._publish_next(publisher)
            except BusAway as away:
                full = say("log_waits", nation=self.partner, error=away)
                self._on_trouble(quoted(str(away)) if self.has_room else full)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            else:
                if pause_s > FIRST_PAUSE_S:
                    self._on_trouble(NOTHING)
                pause_s = FIRST_PAUSE_S

    async def _publish_next(self, publisher: Publisher) -> None:
        if self._log:
            first = self._log[0]
            if isinstance(first, Sealed):
                await self._publish(publisher, first)
            else:
                first()
            self._log.popleft()
        elif self._state:
            batch = list(self._state.values())[:AT_ONCE]
            await asyncio.gather(*(self._publish(publisher, sealed) for sealed in batch))
            for sealed in batch:
                if self._state.get(sealed.subject) is sealed:
                    del self._state[sealed.subject]
        elif self._plots:
            await self._publish(publisher, self._plots[0])
            self._plots.popleft()

    async def _publish(self, publisher: Publisher, sealed: Sealed) -> None:
        await publisher.publish(self.partner, sealed.subject, sealed.data, sealed.message_id)
        self.published[sealed.traffic] += 1
