"""A night in its own process is the night of this one; it ends when its feed does, and says what ails it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from contextlib import aclosing

import pytest

from sargas.exercise.open import open_night
from sargas.runtime.feeds import night_process
from sargas.runtime.feeds.night_process import HEAD, READY, STRETCH_NS, PlayedDatagram, play_night

START_NS = 1_700_000_000_000_000_000
SMALL = {"targets": "20", "seed": "3", "duration_s": "25", "heard_by": "LVA"}


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
    assert here[-1].offset_ns > 2 * STRETCH_NS, "the child had to be told to go on"


def test_no_more_is_made_than_two_stretches_beyond_what_was_played() -> None:
    command = [sys.executable, "-m", night_process.__name__, "baltic-night", "targets=20", "seed=3"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.read(1) == READY
        child.stdin.write(b"%d\n" % START_NS)
        child.stdin.flush()
        for stretches in (2, 3):
            offset_ns, name_bytes = 0, 1
            while name_bytes or offset_ns < stretches * STRETCH_NS:
                offset_ns, name_bytes, data_bytes = HEAD.unpack(child.stdout.read(HEAD.size))
                child.stdout.read(name_bytes + data_bytes)
            os.set_blocking(child.stdout.fileno(), False)
            time.sleep(0.5)
            assert not child.stdout.read(1), "it waits to be told that the first of them was played"
            os.set_blocking(child.stdout.fileno(), True)
            child.stdin.write(b"\n")
            child.stdin.flush()
        child.kill()


def test_a_feed_that_leaves_while_the_pipe_is_full_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night_process, "AHEAD_BYTES", 1 << 12)
    crowded = {"targets": "5000", "seed": "3"}

    async def leave() -> None:
        async with aclosing(play_night("baltic-night", crowded, lambda: START_NS)) as items:
            assert await anext(items) == START_NS
            await anext(items)
            await asyncio.sleep(2.0)  # meanwhile more is made than is read ahead

    asyncio.run(asyncio.wait_for(leave(), 60))


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(ValueError, match=r"expected parameters out of .*, was tragets"):
        asyncio.run(asyncio.wait_for(play({"tragets": "20"}), 60))
