"""What the console is given by the node: the picture, the accounts, the history and a way to hand in decisions."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry

from sargas.console.broadcast import Broadcast
from sargas.console.entered_reports import EnteredReports
from sargas.console.screen_log.index import ScreenIndex
from sargas.console.screen_log.recorder import ScreenRecorder
from sargas.console.screen_log.writer import Retention
from sargas.console.throttle import Throttle
from sargas.model.records import EnteredRecord
from sargas.picture.ahead import Ahead
from sargas.runtime.accounts import Accounts
from sargas.runtime.history import History
from sargas.runtime.live_picture import LivePicture
from sargas.runtime.store import Store
from sargas.runtime.take_over import TakenSource

PACKAGE = Path(__file__).parent
MAY_DECIDE = frozenset({"operator", "administrator"})
"""Roles that may acknowledge and enter permissions; every other account only looks."""


class Enter(Protocol):
    """Journal what a person hands in, all of it together; raise when that cannot be."""

    def __call__(self, *records: EnteredRecord) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """How the console runs; ``enter`` journals what a person hands in, and raises when it cannot."""

    node: str
    enter: Enter
    now_ns: Callable[[], int] = time.time_ns
    replay: bool = False
    """The picture is a recording: nothing can be decided on it."""
    frame_interval_s: float = 0.1
    most_clients: int = 100
    login_burst: int = 10
    login_refill_s: float = 6.0
    static_folder: Path = PACKAGE / "static"
    basemap_folder: Path = PACKAGE / "basemap"
    registry: CollectorRegistry | None = None
    """Figures of the node; none: of a recording."""
    metrics_token: str = ""
    """Who reads the figures must send it; empty: only clients on this machine may."""
    history: History | None = None
    """Kept plots and tracks; none: of a recording."""
    why_not_ready: Callable[[], list[str]] = list
    look_ahead: Callable[[int], Ahead | None] = lambda _: None
    """Where a track will be by the node's own predictor; raises TimeoutError."""
    taken_over: Callable[[], tuple[TakenSource, ...]] = tuple
    """Sources taken over from partners, and how fast each came."""
    screen_folder: Path | None = None
    """Where what screens show is kept, so that it can be shown again; none: it is not."""
    screen_retention: Retention = Retention(72 * 3_600_000_000_000, 20 << 30)
    show_screen_trouble: Callable[[str], None] | None = None
    """Hears why it cannot be kept; "" when it can again."""


@dataclass(slots=True)
class Console:
    """Everything a request needs; one per application."""

    picture: LivePicture
    accounts: Accounts
    store: Store
    settings: ConsoleSettings
    broadcast: Broadcast
    throttle: Throttle
    reports: EnteredReports
    screen_log: ScreenRecorder | None = None
    timeline: ScreenIndex | None = None
    """What the log holds, looked at once for all clients, in turn."""
    timeline_turn: threading.Lock = field(default_factory=threading.Lock)
    playbacks: set[object] = field(default_factory=set)
    playback_turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """Playbacks work one after another: beside core and feeds there is no more room in the interpreter."""
    clients: set[object] = field(default_factory=set)
