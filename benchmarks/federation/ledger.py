"""What was released and what came, by link: the judge of a run. Each log release carries its number.

A receiver applies a log release whose number follows the last one, drops one it has applied (it came again after a
break), and finds a hole when a number is missing. States are applied when newer than the one of their bucket.
"""

from __future__ import annotations

import random
import time
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

CANARY = b"NATIONAL-CANARY"
PADDING = random.Random(0).randbytes(1 << 20)
"""Each release takes another piece: no compression of a link shrinks what is under way."""
RELEASE_BYTES = 500


class Waiting(NamedTuple):
    """A log release whose arrival somebody waits for: number, and since when (monotonic s)."""

    number: int
    since_s: float


@dataclass
class Ledger:
    """Counts of one link, from origin to destination."""

    origin: str
    destination: str
    confirmed: int = 0
    """Log releases that the origin's bus has taken; their numbers are 1 to this."""
    states_confirmed: int = 0
    refused: int = 0
    """Publications that were not taken and were handed in again."""
    applied: int = 0
    came_again: int = 0
    holes: int = 0
    misdirected: int = 0
    leaked: int = 0
    states_applied: int = 0
    states_backwards: int = 0
    latest_sent: dict[int, int] = field(default_factory=dict)
    latest_held: dict[int, int] = field(default_factory=dict)
    publish_ms: list[float] = field(default_factory=list)
    arrival_ms: list[float] = field(default_factory=list)
    last_state_s: float = 0.0
    applied_at: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=200_000))

    def write(self, number: int, created_ns: int) -> bytes:
        """Return the bytes of a release: origin, destination, number, created (UTC ns by the origin's clock)."""
        head = f"{self.origin} {self.destination} {number} {created_ns} {time.monotonic_ns()} ".encode()
        begin = number * 7919 % (len(PADDING) - RELEASE_BYTES)
        return head + PADDING[begin : begin + RELEASE_BYTES - len(head)]

    def take_log(self, data: bytes) -> None:
        """Judge a log release that came."""
        number = self._open(data)
        if number == self.applied + 1:
            self.applied = number
            self.applied_at.append((number, time.monotonic()))
        elif number <= self.applied:
            self.came_again += 1
        else:
            self.holes += 1

    def take_state(self, bucket_and_data: bytes) -> None:
        """Judge a state that came: ``bucket version …``."""
        head, data = bucket_and_data.split(b"|", 1)
        version, bucket = self._open(data), int(head)
        held = self.latest_held.get(bucket, 0)
        if version > held:
            self.latest_held[bucket] = version
            self.states_applied += 1
            self.last_state_s = time.monotonic()
        elif version < held:
            self.states_backwards += 1

    def _open(self, data: bytes) -> int:
        origin, destination, number, _, sent_ns, _ = data.split(b" ", 5)
        self.misdirected += (origin.decode(), destination.decode()) != (self.origin, self.destination)
        self.leaked += CANARY in data
        if len(self.arrival_ms) < 400_000:
            self.arrival_ms.append((time.monotonic_ns() - int(sent_ns)) / 1e6)
        return int(number)

    @property
    def lag(self) -> int:
        """Return how many releases that were taken have not come."""
        return self.confirmed - self.applied

    @property
    def is_settled(self) -> bool:
        """Say whether everything that was taken has come."""
        return self.lag == 0 and self.latest_held == self.latest_sent
