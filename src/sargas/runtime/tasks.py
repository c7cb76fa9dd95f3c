"""Small things about tasks and loops of asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress


def call_soon(loop: asyncio.AbstractEventLoop, call: Callable[[frozenset[str]], None], names: frozenset[str]) -> None:
    """Call something in the event loop, from the core's thread; a loop that has ended needs no feeds."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call, names)


async def cancel(task: asyncio.Task[None]) -> None:
    """End a task, and wait until it has ended."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
