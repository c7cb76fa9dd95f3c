"""Reading ahead keeps order, hurries with the first items, hands errors on, and stops when nobody listens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from sargas.runtime.feeds.playback import read_ahead


async def gather(items: Iterator[int], most: int = 10**9) -> list[int]:
    found: list[int] = []
    async with aclosing(read_ahead(items, 16)) as chunks:
        async for chunk in chunks:
            found += chunk
            if len(found) >= most:
                break
    return found


def slow_numbers(pause_s: float, count: int) -> Iterator[int]:
    for number in range(count):
        time.sleep(pause_s)
        yield number


@pytest.mark.parametrize("count", [0, 1, 16, 100])
def test_items_come_once_and_in_order(count: int) -> None:
    assert asyncio.run(gather(iter(range(count)))) == list(range(count))


def test_the_first_items_of_a_slow_maker_do_not_wait_for_a_whole_chunk() -> None:
    assert len(asyncio.run(gather(slow_numbers(0.03, 16), most=1))) < 16


def test_the_event_loop_runs_while_items_are_made() -> None:
    async def scenario() -> int:
        turns, task = 0, asyncio.create_task(gather(slow_numbers(0.02, 10)))
        while not task.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert await task == list(range(10))
        return turns

    assert asyncio.run(scenario()) > 10


def test_an_error_of_the_maker_reaches_the_player() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("torn tape")

    with pytest.raises(ValueError, match="torn tape"):
        asyncio.run(gather(broken()))
