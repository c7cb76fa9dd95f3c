"""Arrivals and writer processes shared by the journal's tests."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path

from sargas.model.envelope import Envelope
from sargas.runtime.arrival import Arrival
from sargas.runtime.clock import ManualClock, SystemClock
from sargas.runtime.journal import Journal
from sargas.runtime.journal_compact import compact

START_NS = 1_760_000_000_000_000_000


@cache
def arrival_at(sequence: int) -> Arrival:
    """Make the arrival that any writer of these tests puts at a sequence: what is read back can be checked alone."""
    chance = random.Random(sequence)
    data = chance.randbytes(chance.randrange(0, 200))
    source = ("radar-kaunas", "ads-b", "wärnung")[sequence % 3]
    return Arrival(source, START_NS + sequence * 1_000_000, data, "record" if sequence % 50 == 0 else "datagram")


def arrivals(first: int, count: int) -> list[Arrival]:
    return [arrival_at(sequence) for sequence in range(first, first + count)]


def envelopes(first: int, count: int) -> list[Envelope]:
    return [
        Envelope(first + i, a.receive_time_ns, a.source, a.kind, a.data) for i, a in enumerate(arrivals(first, count))
    ]


def open_journal(directory: Path, **settings: float) -> Journal:
    settings = {"fsync_interval_ms": 0, **settings}
    return Journal.open(directory, clock=ManualClock(START_NS), **settings)  # type: ignore[arg-type]


def write_until_killed(directory: Path, acknowledged: Connection) -> None:
    """Append and sync without end, telling the other side what is acknowledged."""
    journal = Journal.open(directory, clock=SystemClock(), fsync_interval_ms=5, segment_bytes=60_000)
    chance = random.Random(journal.next_sequence)
    acknowledged.send(journal.acknowledged_sequence)
    while True:
        journal.append(arrivals(journal.next_sequence, chance.randrange(1, 60)))
        if chance.random() < 0.3:
            acknowledged.send(journal.sync())


def compact_until_killed(directory: Path, started: Connection) -> None:
    """Say so, then compact all there is."""
    started.send(0)
    compact(directory)
    started.send(1)


Target = Callable[[Path, Connection], None]
