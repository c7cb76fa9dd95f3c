"""A part of the federation that breaks begins again: after longer and longer pauses, or at once after a calm run."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sargas.runtime.federation import federation as module
from sargas.runtime.federation.federation import Federation


def test_after_a_calm_run_the_pause_is_short_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.02)
    monkeypatch.setattr(module, "LONGEST_PAUSE_S", 60.0)
    monkeypatch.setattr(module, "CALM_S", 0.3)
    runs_s = [0.0, 0.0, 0.0, 0.0, 0.4, 0.0]
    ended_s, begun_s = list[float](), list[float]()

    async def keep() -> None:
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        async def work() -> None:
            begun_s.append(loop.time())
            if len(begun_s) == len(runs_s):
                done.set()
            await asyncio.sleep(runs_s[len(begun_s) - 1])
            ended_s.append(loop.time())
            raise OSError("gone")

        federation = cast(Any, SimpleNamespace(_break=lambda part, error: None))
        keeping = asyncio.create_task(Federation._keep(federation, "bus", work))
        await asyncio.wait_for(done.wait(), 20)
        keeping.cancel()

    asyncio.run(keep())
    pauses_s = [begun - ended for begun, ended in zip(begun_s[1:], ended_s, strict=False)]
    assert pauses_s[3] >= 0.16, "it broke four times at once"
    assert pauses_s[4] < pauses_s[3]
    assert pauses_s[4] < 0.32
