"""A partner's releases as a feed: each is confirmed once the journal has it, and not before."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import pytest

from sargas.runtime.bus.names import Traffic
from sargas.runtime.bus.reading import Delivery
from sargas.runtime.clock import SystemClock
from sargas.runtime.federation.partner_feed import PartnerFeed
from sargas.runtime.feeds import Intake


class Inbox:
    """Releases of three classes, and which of them were confirmed."""

    def __init__(self, log: int) -> None:
        self.count = {"state": 2, "log": log, "plots": 0}
        self.confirmed: list[bytes] = []

    async def messages(self, partner: str, traffic: Traffic) -> AsyncGenerator[Delivery, None]:
        for k in range(self.count[traffic]):
            data = f"{traffic}-{k}".encode()
            yield Delivery(data, lambda data=data: self._confirm(data))  # type: ignore[misc]
        await asyncio.Event().wait()

    async def _confirm(self, data: bytes) -> None:
        self.confirmed.append(data)


async def start(inbox: Inbox, intake: Intake, queue_datagrams: int = 100) -> tuple[PartnerFeed, asyncio.Task[None]]:
    async def bus() -> Any:
        return inbox

    feed = PartnerFeed("LVA", intake.open_queue(queue_datagrams), SystemClock(), bus)
    return feed, asyncio.create_task(feed.run())


async def end(running: asyncio.Task[None]) -> None:
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def test_only_what_the_journal_has_is_confirmed() -> None:
    async def run() -> None:
        inbox, intake = Inbox(log=3), Intake()
        feed, running = await start(inbox, intake)
        arrivals = []
        while len(arrivals) < 5:
            arrivals += await intake.next_batch(10, 1.0)
        assert {arrival.source for arrival in arrivals} == {"partner-LVA"}
        await asyncio.sleep(0.02)
        assert inbox.confirmed == []
        feed.note_journaled(2)
        await asyncio.sleep(0.02)
        assert inbox.confirmed == [arrival.data for arrival in arrivals[:2]]
        feed.note_journaled(100)
        await asyncio.sleep(0.02)
        assert inbox.confirmed == [arrival.data for arrival in arrivals]
        await end(running)

    asyncio.run(run())


def test_a_full_queue_holds_the_bus_up_and_drops_nothing() -> None:
    async def run() -> None:
        inbox, intake = Inbox(log=60), Intake()
        feed, running = await start(inbox, intake, queue_datagrams=4)
        got: list[bytes] = []
        while len(got) < 62:
            batch = await intake.next_batch(3, 1.0)
            assert batch, f"stuck after {len(got)}"
            got += [arrival.data for arrival in batch]
            feed.note_journaled(len(batch))
        assert [data for data in got if data.startswith(b"log")] == [f"log-{k}".encode() for k in range(60)]
        assert feed.read_counters().lost == 0
        await end(running)

    asyncio.run(run())


def test_a_bus_that_goes_away_breaks_the_feed_so_that_it_begins_again() -> None:
    async def run() -> None:
        feed, running = await start(Inbox(log=1), Intake())
        await asyncio.sleep(0.02)
        feed.note_bus_gone()
        with pytest.raises(ExceptionGroup) as broken:
            await asyncio.wait_for(running, 5)
        assert "the bus went away" in str(broken.value.exceptions)

    asyncio.run(run())


def test_what_a_reader_before_handed_on_confirms_nothing_of_the_next() -> None:
    async def run() -> None:
        inbox, intake = Inbox(log=1), Intake()
        feed, running = await start(inbox, intake)
        first = [*await intake.next_batch(10, 1.0)]  # on its way while the journal is full
        assert len(first) == 3
        feed.note_bus_gone()
        with pytest.raises(ExceptionGroup):
            await asyncio.wait_for(running, 5)
        running = asyncio.create_task(feed.run())
        second = [*await intake.next_batch(10, 1.0)]
        feed.note_journaled(len(first))
        await asyncio.sleep(0.02)
        assert inbox.confirmed == []
        feed.note_journaled(len(second))
        await asyncio.sleep(0.02)
        assert len(inbox.confirmed) == 3
        await end(running)

    asyncio.run(run())
