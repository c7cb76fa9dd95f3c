"""From real sockets into a real journal: what several feeds received at once is read back, byte for byte, in order."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from sargas.model.envelope import Envelope
from sargas.runtime.journal import Journal
from sargas.runtime.journal_read import read
from tests.runtime.feeds.wires import Bench, free_port, until

COUNT = 300


def test_everything_received_is_in_the_journal_before_anyone_sees_it(tmp_path: Path) -> None:
    async def scenario() -> list[Envelope]:
        bench = Bench()
        ports = {name: free_port() for name in ("radar-a", "radar-b")}
        feeds = [bench.add(f"udp://127.0.0.1:{port}", name) for name, port in ports.items()]
        seen: list[Envelope] = []
        with Journal.open(tmp_path, clock=bench.clock) as journal:
            async with bench.running():
                await until(lambda: all(feed.counters.state == "running" for feed in feeds))
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
                    for i in range(COUNT):
                        for name, port in ports.items():
                            wire.sendto(f"{name} {i}".encode(), ("127.0.0.1", port))
                        if i % 50 == 0:
                            await asyncio.sleep(0)
                while len(seen) < 2 * COUNT:
                    batch = await bench.intake.next_batch(100, 5)
                    seen += await asyncio.to_thread(journal.append, batch)
            assert [e.sequence for e in seen] == list(range(2 * COUNT))
            assert await asyncio.to_thread(journal.sync) == 2 * COUNT - 1
        return seen

    seen = asyncio.run(scenario())
    assert list(read(tmp_path)) == seen
    for name in ("radar-a", "radar-b"):
        own = [e for e in seen if e.source == name]
        assert [e.data for e in own] == [f"{name} {i}".encode() for i in range(COUNT)]
        assert [e.receive_time_ns for e in own] == sorted(e.receive_time_ns for e in own)
