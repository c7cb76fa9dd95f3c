"""A replay on a console: paced, private, marked as replay; nothing can be decided on it.

What has run can be gone back to: the console keeps what it showed in a folder that goes with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sargas.model.envelope import Envelope
    from sargas.model.message import Message

LONGEST_NAP_S = 0.2
STORED_EVERY_S = 1.0


class RecordingClock:
    """The time of a recording while it runs at a speed, UTC ns; at its end it stands."""

    def __init__(self, first_ns: int, speed: float, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._first_ns, self._speed, self._monotonic_s = first_ns, speed, monotonic_s
        self._started_s = monotonic_s()
        self._last_ns: int | None = None

    def now_ns(self) -> int:
        """Return the recording's time now."""
        if self._last_ns is not None:
            return self._last_ns
        return self._first_ns + int((self._monotonic_s() - self._started_s) * self._speed * 1e9)

    def wait_s(self, time_ns: int) -> float:
        """Return how long it is until a time of the recording; negative: it is over."""
        return (time_ns - self.now_ns()) / 1e9 / self._speed

    def stop(self) -> None:
        """Stand from now on: the recording has ended."""
        self._last_ns = self.now_ns()


def watch(inputs: Iterator[Envelope], speed: float, host: str, port: int) -> None:
    """Serve a console that shows ``inputs`` at ``speed`` times real time until they end and Ctrl-C is pressed."""
    import asyncio
    import threading
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from sargas.cli.one_time_link import issue_link
    from sargas.console.app import create_app
    from sargas.console.context import ConsoleSettings
    from sargas.console.serving import serve_beside
    from sargas.model.records import EnteredRecord
    from sargas.picture.state import State
    from sargas.runtime.accounts import Accounts
    from sargas.runtime.live_picture import LivePicture
    from sargas.runtime.replay import ReplaySummary, replay
    from sargas.runtime.store import open_store
    from sargas.runtime.store.write import records_to_keep

    picture, stopping = LivePicture(), threading.Event()
    first = next(inputs, None)
    clock = RecordingClock(0 if first is None else first.receive_time_ns, speed)

    def refuse(*records: EnteredRecord) -> None:
        raise ValueError(f"{records[0].kind}: this is a replay, nothing can be decided on it")

    def play() -> None:
        kept: list[Message] = []
        stored_s = time.monotonic()
        for envelope, messages in replay(chain(() if first is None else (first,), inputs), State(), ReplaySummary()):
            while (wait_s := clock.wait_s(envelope.receive_time_ns)) > 0 and not stopping.is_set():
                stopping.wait(min(wait_s, LONGEST_NAP_S))
            if stopping.is_set():
                return
            picture.apply(messages, envelope.receive_time_ns)
            kept += messages
            if time.monotonic() - stored_s >= STORED_EVERY_S:
                store.write(records_to_keep(kept))
                kept, stored_s = [], time.monotonic()
        store.write(records_to_keep(kept))
        clock.stop()
        typer.echo("The replay has ended; its last picture stays. Ctrl-C stops.", err=True)
        stopping.wait()

    async def work() -> None:
        await asyncio.to_thread(play)

    with TemporaryDirectory(prefix="sargas-replay-") as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'sargas.db'}")
        accounts = Accounts(store, time.time_ns)
        link = issue_link(accounts, "replay", "viewer")
        settings = ConsoleSettings(
            node="replay", enter=refuse, replay=True, now_ns=clock.now_ns, screen_folder=Path(folder) / "screens"
        )
        app = create_app(picture, accounts, store, settings)

        def say_ready(url: str) -> None:
            typer.echo(f"Replay at {speed:g} times real time. Open (works once):\n\n    {url}/enter?token={link}\n")

        asyncio.run(serve_beside(app, host, port, work, stopping.set, say_ready))
        store.close()
