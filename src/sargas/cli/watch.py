"""A replay on a console: paced, private, marked as replay; nothing can be decided on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sargas.model.envelope import Envelope

LONGEST_NAP_S = 0.2


def watch(inputs: Iterator[Envelope], speed: float, host: str, port: int) -> None:
    """Serve a console that shows ``inputs`` at ``speed`` times real time until they end and Ctrl-C is pressed."""
    import asyncio
    import threading
    import time
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

    picture, stopping = LivePicture(), threading.Event()

    def refuse(*records: EnteredRecord) -> None:
        raise ValueError(f"{records[0].kind}: this is a replay, nothing can be decided on it")

    def play() -> None:
        started_s, first_ns = time.monotonic(), None
        for envelope, messages in replay(inputs, State(), ReplaySummary()):
            first_ns = envelope.receive_time_ns if first_ns is None else first_ns
            due_s = started_s + (envelope.receive_time_ns - first_ns) / 1e9 / speed
            while (wait_s := due_s - time.monotonic()) > 0 and not stopping.is_set():
                stopping.wait(min(wait_s, LONGEST_NAP_S))
            if stopping.is_set():
                return
            picture.apply(messages, envelope.receive_time_ns)
        typer.echo("The replay has ended; its last picture stays. Ctrl-C stops.", err=True)
        stopping.wait()

    async def work() -> None:
        await asyncio.to_thread(play)

    with TemporaryDirectory(prefix="sargas-replay-") as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'sargas.db'}")
        accounts = Accounts(store, time.time_ns)
        link = issue_link(accounts, "replay", "viewer")
        app = create_app(picture, accounts, store, ConsoleSettings(node="replay", enter=refuse, replay=True))

        def say_ready(url: str) -> None:
            typer.echo(f"Replay at {speed:g} times real time. Open (works once):\n\n    {url}/enter?token={link}\n")

        asyncio.run(serve_beside(app, host, port, work, stopping.set, say_ready))
        store.close()
