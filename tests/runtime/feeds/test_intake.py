"""Queues are bounded and drop the oldest, counted; a batch serves all feeds alike and keeps each one's order."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.runtime.arrival import Arrival
from sargas.runtime.feeds import FeedQueue, Intake


def fill(queue: FeedQueue, source: str, count: int, size: int = 1, start_ns: int = 0) -> int:
    return sum(queue(Arrival(source, start_ns + i, bytes(size))) for i in range(count))


def next_batch(intake: Intake, most: int, wait_s: float = 0.01) -> list[Arrival]:
    return asyncio.run(intake.next_batch(most, wait_s))


def test_a_full_queue_drops_its_oldest_and_says_how_many() -> None:
    intake = Intake()
    queue = intake.open_queue(queue_datagrams=10)
    assert fill(queue, "radar", 25) == 15
    assert [a.receive_time_ns for a in next_batch(intake, 100)] == list(range(15, 25))


def test_a_queue_is_bounded_by_bytes_too_but_takes_one_large_datagram() -> None:
    intake = Intake()
    queue = intake.open_queue(queue_bytes=1000)
    assert fill(queue, "radar", 5, size=400) == 3
    assert queue(Arrival("radar", 99, bytes(5000))) == 2
    assert len(queue) == 1
    assert not queue.has_room
    assert [len(a.data) for a in next_batch(intake, 10)] == [5000]
    assert queue.has_room


def test_a_flood_in_one_queue_leaves_the_others_their_share() -> None:
    intake = Intake()
    flood, calm, quiet = (intake.open_queue() for _ in range(3))
    fill(flood, "flood", 9000)
    fill(calm, "calm", 20)
    fill(quiet, "quiet", 1)
    batch = next_batch(intake, 100)
    counts = {name: sum(a.source == name for a in batch) for name in ("flood", "calm", "quiet")}
    assert counts == {"flood": 79, "calm": 20, "quiet": 1}


def test_with_less_room_than_feeds_each_gets_its_turn() -> None:
    intake = Intake()
    for name in "abcde":
        fill(intake.open_queue(), name, 100)
    sources = [a.source for _ in range(5) for a in next_batch(intake, 2)]
    assert set(sources) == set("abcde")


@given(st.lists(st.lists(st.integers(0, 50), max_size=30), max_size=5), st.integers(1, 40))
def test_batches_hold_everything_once_and_keep_every_feeds_order(times: list[list[int]], most: int) -> None:
    intake = Intake()
    for number, times_ns in enumerate(times):
        queue = intake.open_queue()
        for row, time_ns in enumerate(times_ns):
            queue(Arrival(str(number), time_ns, bytes([row])))
    batches = []
    while intake.waiting():
        batches.append(next_batch(intake, most))
        assert 0 < len(batches[-1]) <= most
    found = [arrival for batch in batches for arrival in batch]
    for number, times_ns in enumerate(times):
        assert [a.data[0] for a in found if a.source == str(number)] == list(range(len(times_ns)))


@given(st.lists(st.lists(st.integers(0, 50), max_size=20).map(sorted), max_size=4))
def test_a_batch_is_in_order_of_receive_time(times: list[list[int]]) -> None:
    intake = Intake()
    for times_ns in times:
        queue = intake.open_queue()
        for time_ns in times_ns:
            queue(Arrival("x", time_ns, b""))
    found = [a.receive_time_ns for a in next_batch(intake, 1000)]
    assert found == sorted(found)


def test_an_empty_intake_waits_its_time_and_wakes_at_the_first_datagram() -> None:
    async def scenario() -> None:
        intake, loop = Intake(), asyncio.get_running_loop()
        queue = intake.open_queue()
        started_s = loop.time()
        assert await intake.next_batch(10, 0.05) == []
        assert loop.time() - started_s >= 0.049
        loop.call_later(0.02, queue, Arrival("radar", 1, b"x"))
        assert len(await intake.next_batch(10, 10)) == 1
        assert loop.time() - started_s < 5

    asyncio.run(scenario())


def test_who_waits_for_room_goes_on_when_something_was_taken() -> None:
    async def scenario() -> None:
        intake = Intake()
        queue = intake.open_queue(queue_datagrams=2)
        fill(queue, "recording", 2)
        waiting = asyncio.create_task(queue.room())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        await intake.next_batch(1, 1)
        await asyncio.wait_for(waiting, 1)

    asyncio.run(scenario())


def test_a_queue_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="was 0"):
        Intake().open_queue(queue_datagrams=0)
