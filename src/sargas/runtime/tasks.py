"""The end of tasks that run beside others until they are told to stop."""

from __future__ import annotations

import asyncio
from contextlib import suppress


async def cancel(task: asyncio.Task[None]) -> None:
    """End a task, and wait until it has ended. Raises what the task itself ended with, if not by this."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
