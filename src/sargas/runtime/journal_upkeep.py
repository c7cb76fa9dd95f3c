"""Upkeep of the journal while a node runs: closed segments become Parquet, once an hour, beside everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from sargas.model.saying import Said, quoted
from sargas.runtime.journal_compact import compact
from sargas.runtime.journal_segment import JournalError
from sargas.runtime.saying import say

PERIOD_S = 3600.0

_log = structlog.get_logger("sargas.journal")


async def compact_regularly(directory: Path, show_trouble: Callable[[Said], None], period_s: float = PERIOD_S) -> None:
    """Compact the journal each ``period_s`` until cancelled.

    ``show_trouble`` hears what is wrong, ``NOTHING`` when nothing is.
    A compaction that fails leaves every segment as it was, and the next one tries again.
    """
    while True:
        await asyncio.sleep(period_s)
        try:
            done = await asyncio.to_thread(compact, directory)
        except (JournalError, OSError) as error:
            _log.error("compaction failed", reason=str(error))
            show_trouble(say("compaction_failed", error=error))
            continue
        for reason in done.refused:
            _log.error("segment left as it is", reason=reason)
        show_trouble(quoted("; ".join(done.refused)))
        if done.files:
            _log.info("journal compacted", segments=len(done.files), before=done.bytes_before, after=done.bytes_after)
