"""A night in its own process is the night of this one; it ends when its feed does, and says what ails it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from sargas.exercise.open import open_night
from sargas.runtime.feeds import night_process
from sargas.runtime.feeds.night_process import PlayedDatagram, play_night

START_NS = 1_700_000_000_000_000_000
SMALL = {"targets": "20", "seed": "3", "duration_s": "4"}


async def play(parameters: dict[str, str], most: int | None = None) -> list[PlayedDatagram | int]:
    found: list[PlayedDatagram | int] = []
    async with aclosing(play_night("baltic-night", parameters, lambda: START_NS)) as items:
        async for item in items:
            found.append(item)
            if len(found) == most:
                break
    return found


def test_it_is_the_same_night() -> None:
    begun, *played = asyncio.run(asyncio.wait_for(play(SMALL), 60))
    assert begun == START_NS
    here = list(open_night("baltic-night", start_time_ns=START_NS, **SMALL).datagrams())
    assert played == [(datagram.offset_ns, datagram.source, datagram.data) for datagram in here]
    assert len(here) > 100


def test_a_feed_that_leaves_while_the_pipe_is_full_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night_process, "AHEAD_BYTES", 1 << 12)
    crowded = SMALL | {"targets": "5000", "duration_s": "inf"}

    async def leave() -> None:
        async with aclosing(play_night("baltic-night", crowded, lambda: START_NS)) as items:
            assert await anext(items) == START_NS
            await anext(items)
            await asyncio.sleep(2.0)  # meanwhile more is made than is read ahead

    asyncio.run(asyncio.wait_for(leave(), 60))


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(ValueError, match=r"expected parameters out of .*, was tragets"):
        asyncio.run(asyncio.wait_for(play({"tragets": "20"}), 60))
