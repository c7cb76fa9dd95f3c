"""Supervision of feeds: each runs in its own task, and one that breaks is started again after a growing pause.

A feed that stands by is not run before it is wanted, and ends when it is not wanted any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

import structlog

from sargas.runtime.feeds.contract import Feed, FeedCounters

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
CALM_S = 60.0

_log = structlog.get_logger("sargas.feeds")


class Wanted:
    """Whether a feed that stands by is wanted now; both ways can be waited for."""

    def __init__(self) -> None:
        self.yes, self.no = asyncio.Event(), asyncio.Event()
        self.no.set()

    def set(self, *, is_wanted: bool) -> None:
        """Say whether it is."""
        now, other = (self.yes, self.no) if is_wanted else (self.no, self.yes)
        now.set()
        other.clear()


class Supervisor:
    """Keep feeds running. A feed that broke waits ``first_pause_s``, doubled at each further break up to the longest.

    A run of ``calm_s`` or more without a break sets the pause back. A feed that ends by itself is ``finished``.
    """

    def __init__(
        self,
        feeds: Sequence[Feed],
        *,
        standby: Collection[str] = (),
        first_pause_s: float = FIRST_PAUSE_S,
        longest_pause_s: float = LONGEST_PAUSE_S,
        calm_s: float = CALM_S,
    ) -> None:
        names = [feed.name for feed in feeds]
        if len(set(names)) < len(names):
            raise ValueError(f"expected a different name for every source, was {sorted(names)}")
        self._feeds = tuple(feeds)
        self._wanted = {feed.name: Wanted() for feed in feeds if feed.name in standby}
        self._first_pause_s = first_pause_s
        self._longest_pause_s = longest_pause_s
        self._calm_s = calm_s

    def counters(self) -> dict[str, FeedCounters]:
        """Copy every feed's counters, by source name, in the order of configuration."""
        return {feed.name: feed.read_counters() for feed in self._feeds}

    def want(self, names: Collection[str]) -> None:
        """Let those feeds that stand by run which are named here, at once, and no others; from the event loop."""
        for name, wanted in self._wanted.items():
            wanted.set(is_wanted=name in names)

    async def run(self) -> None:
        """Run all feeds until every one is finished; cancel it to stop them (within a second)."""
        async with asyncio.TaskGroup() as group:
            for feed in self._feeds:
                wanted = self._wanted.get(feed.name)
                work = self._keep_running(feed) if wanted is None else self._keep_ready(feed, wanted)
                group.create_task(work, name=f"feed {feed.name}")

    async def _keep_ready(self, feed: Feed, wanted: Wanted) -> None:
        """Run a feed whenever it is wanted; each time without the pause that its breaks before had led to."""
        try:
            while True:
                feed.counters.state = "standby"
                await wanted.yes.wait()
                running = asyncio.create_task(self._keep_running(feed), name=f"feed {feed.name} while wanted")
                try:
                    await wanted.no.wait()
                finally:
                    running.cancel()
                    await asyncio.wait([running])
        except asyncio.CancelledError:
            feed.counters.state = "stopped"
            raise

    async def _keep_running(self, feed: Feed) -> None:
        loop, pause_s = asyncio.get_running_loop(), self._first_pause_s
        try:
            while True:
                started_s = loop.time()
                feed.counters.state = "connecting"
                try:
                    await feed.run()
                except Exception as error:  # Any break of one feed is its own affair: named, counted, tried again.
                    self._note_break(feed, error)
                else:
                    feed.counters.state = "finished"
                    return
                if loop.time() - started_s >= self._calm_s:
                    pause_s = self._first_pause_s
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, self._longest_pause_s)
        except asyncio.CancelledError:
            feed.counters.state = "stopped"
            raise

    def _note_break(self, feed: Feed, error: Exception) -> None:
        counters = feed.counters
        counters.state = "backing_off"
        counters.restarts += 1
        while isinstance(error, ExceptionGroup):  # of the tasks of one feed the first that failed took the others along
            error = error.exceptions[0]
        counters.last_error = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        _log.warning("feed broke", source=feed.name, error=counters.last_error, restarts=counters.restarts)
