"""The hourly compaction beside a writer: it works, it says what is wrong, and it tries again."""

import asyncio
import os
from pathlib import Path

from sargas.model.saying import NOTHING, Said
from sargas.runtime.arrival import Arrival
from sargas.runtime.clock import ManualClock
from sargas.runtime.journal import Journal
from sargas.runtime.journal_read import read
from sargas.runtime.journal_segment import COMPACTION_LOCK, take_lock
from sargas.runtime.journal_upkeep import compact_regularly


async def keep_up(journal: Path, said: list[Said], times: int) -> None:
    async def until_said() -> None:
        while len(said) < times:
            await asyncio.sleep(0.005)

    upkeep = asyncio.create_task(compact_regularly(journal, said.append, period_s=0.01))
    await asyncio.wait_for(until_said(), 20)
    upkeep.cancel()
    await asyncio.wait((upkeep,))


def test_closed_segments_become_parquet_beside_the_writer(tmp_path: Path) -> None:
    with Journal.open(tmp_path, clock=ManualClock(), fsync_interval_ms=0, segment_bytes=4096) as journal:
        for row in range(20):
            journal.append([Arrival("radar", row, bytes(1000), "datagram")])
        said: list[Said] = []
        asyncio.run(keep_up(tmp_path, said, 1))
        journal.append([Arrival("radar", 20, b"later", "datagram")])
    assert said[0] == NOTHING
    assert list(tmp_path.glob("*.parquet"))
    assert [envelope.sequence for envelope in read(tmp_path)] == list(range(21))


def test_a_compaction_that_cannot_run_is_told_and_tried_again(tmp_path: Path) -> None:
    lock = take_lock(tmp_path / COMPACTION_LOCK)
    assert lock is not None
    said: list[Said] = []
    asyncio.run(keep_up(tmp_path, said, 2))
    assert all(one.en.startswith("compaction failed: expected no other compaction") for one in said)
    assert said[0].lt.startswith("žurnalo suglaudinti nepavyko: ")
    os.close(lock)
    said.clear()
    asyncio.run(keep_up(tmp_path, said, 1))
    assert said[0] == NOTHING
