"""What the console is given by the node: the picture, the accounts, the history and a way to hand in decisions."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry

from sargas.console.broadcast import Broadcast
from sargas.console.entered_reports import EnteredReports
from sargas.console.narrowed import NarrowedHistory, NarrowedPicture
from sargas.console.screen_log.index import ScreenIndex
from sargas.console.screen_log.recorder import ScreenRecorder
from sargas.console.screen_log.writer import Retention
from sargas.console.shown import ShownHistory, ShownPicture
from sargas.console.sight import Sight, sight_of
from sargas.console.throttle import Throttle
from sargas.console.unseen import refuse_unseen
from sargas.model.records import AlertPolicy, EnteredRecord, WarningPolicy
from sargas.model.saying import Said
from sargas.picture.ahead import Ahead
from sargas.runtime.accounts import Accounts, Session
from sargas.runtime.history import History
from sargas.runtime.history.search import TrackSearch
from sargas.runtime.oidc import OidcProvider
from sargas.runtime.oidc_settings import OidcSettings
from sargas.runtime.parts import PartState
from sargas.runtime.release_rules import ReleaseRules
from sargas.runtime.take_over import TakenSource
from sargas.runtime.tasks import cancel

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
    nation: str = ""
    """ISO 3166-1 alpha-3 code of the node's nation; empty: not known, and accounts are taken to be of it."""
    now_ns: Callable[[], int] = time.time_ns
    replay: bool = False
    """The picture is a recording: nothing can be decided on it."""
    frame_interval_s: float = 0.1
    most_clients: int = 100
    """Readers of streams and events; a quarter of the places is kept for persons."""
    login_burst: int = 10
    login_refill_s: float = 6.0
    request_burst: int = 200
    requests_per_s: float = 20.0
    """How often a session, an API token or an address without either may ask the API."""
    static_folder: Path = PACKAGE / "static"
    basemap_folder: Path = PACKAGE / "basemap"
    registry: CollectorRegistry | None = None
    """Figures of the node; none: of a recording."""
    metrics_token: str = ""
    """Who reads the figures must send it; empty: only clients on this machine may."""
    oidc: OidcSettings = OidcSettings()
    """A provider that people may log in by; without an issuer none."""
    history: History | None = None
    """Kept plots and tracks; none: of a recording."""
    search: TrackSearch | None = None
    """The same for analysts, by label; none: of a recording."""
    alerting: AlertPolicy = AlertPolicy()
    warnings: WarningPolicy = WarningPolicy()
    """Rules of alerts and warnings as the configuration has them, whatever is in force."""
    why_not_ready: Callable[[], list[str]] = list
    look_ahead: Callable[[int], Ahead | None] = lambda _: None
    """Where a track will be by the node's own predictor; raises TimeoutError."""
    taken_over: Callable[[], tuple[TakenSource, ...]] = tuple
    """Sources taken over from partners, and how fast each came."""
    parts: Callable[[], tuple[PartState, ...]] = tuple
    """How each part of the node is."""
    release_rules: Callable[[], ReleaseRules | None] = lambda: None
    """Rules of release in force; none: of a recording."""
    audit_folder: Path | None = None
    """Where the audit stands; none: of a recording."""
    screen_folder: Path | None = None
    """Where what screens show is kept, so that it can be shown again; none: it is not."""
    screen_retention: Retention = Retention(72 * 3_600_000_000_000, 20 << 30)
    show_screen_trouble: Callable[[Said], None] | None = None
    """Hears why it cannot be kept; nothing when it can again."""


@dataclass(slots=True)
class Sights:
    """The console as each sight has it: made when the first of its people comes; safe to ask from any thread."""

    consoles: dict[Sight, Console] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _loop: asyncio.AbstractEventLoop | None = None
    _following: list[asyncio.Task[None]] = field(default_factory=list)

    def of(self, console: Console, session: Session | None) -> Console:
        """Return the console as the session's account may see it; the whole of it for most."""
        if session is None:
            return console
        sight = sight_of(session.account, console.settings.nation)
        if sight.is_whole:
            return console
        with self._lock:
            narrowed = self.consoles.get(sight)
            if narrowed is None:
                narrowed = self.consoles[sight] = _narrow(console, sight)
                if self._loop is not None:
                    self._loop.call_soon_threadsafe(self._follow, narrowed.broadcast)
        return narrowed

    def begin(self) -> None:
        """Follow the picture from now on, in the event loop that is running."""
        with self._lock:
            self._loop = asyncio.get_running_loop()
            for narrowed in self.consoles.values():
                self._follow(narrowed.broadcast)

    async def end(self) -> None:
        """Follow it no more."""
        for task in self._following:
            await cancel(task)

    def _follow(self, broadcast: Broadcast) -> None:
        self._following.append(asyncio.get_running_loop().create_task(broadcast.run()))


@dataclass(slots=True)
class Console:
    """Everything a request needs; one per application."""

    picture: ShownPicture
    accounts: Accounts
    store: ShownHistory
    settings: ConsoleSettings
    broadcast: Broadcast
    throttle: Throttle
    """Of log-in tries."""
    requests: Throttle
    """Of requests to the API."""
    reports: EnteredReports
    oidc: OidcProvider | None = None
    screen_log: ScreenRecorder | None = None
    timeline: ScreenIndex | None = None
    """What the log holds, looked at once for all clients, in turn."""
    timeline_turn: threading.Lock = field(default_factory=threading.Lock)
    playbacks: set[object] = field(default_factory=set)
    playback_turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """Playbacks work one after another: beside core and feeds there is no more room in the interpreter."""
    audit_turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """One verification of the audit at a time."""
    clients: set[object] = field(default_factory=set)
    sights: Sights = field(default_factory=Sights)
    """This console as accounts see it that may not see everything."""

    def has_room_for(self, session: Session) -> bool:
        """Say whether one more may read: programs, however many, leave places for persons."""
        kept = self.settings.most_clients // 4 if session.token_id else 0
        return len(self.clients) < self.settings.most_clients - kept


def _narrow(console: Console, sight: Sight) -> Console:
    def enter(*records: EnteredRecord) -> None:
        refuse_unseen(console.picture, sight, *records)
        console.settings.enter(*records)

    settings = replace(console.settings, enter=enter, taken_over=tuple, history=None)  # not asked by label
    picture = NarrowedPicture(console.picture, sight)
    broadcast = Broadcast(picture, settings.now_ns, replay=settings.replay, interval_s=settings.frame_interval_s)
    history = NarrowedHistory(console.store, sight)
    # What screens showed is kept as those who see everything saw it.
    return replace(console, picture=picture, store=history, settings=settings, broadcast=broadcast, screen_log=None)
