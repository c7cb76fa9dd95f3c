"""What the console is given by the node: the picture, the accounts, the history and a way to hand in decisions."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry

from sargas.console.broadcast import Broadcast
from sargas.console.throttle import Throttle
from sargas.model.records import EnteredRecord
from sargas.runtime.accounts import Accounts
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
    request_burst: int = 200
    requests_per_s: float = 20.0
    """How often a session, an API token or an address without either may ask the API."""
    static_folder: Path = PACKAGE / "static"
    basemap_folder: Path = PACKAGE / "basemap"
    registry: CollectorRegistry | None = None
    """Figures of the node; none: of a recording."""
    metrics_token: str = ""
    """Who reads the figures must send it; empty: only clients on this machine may."""
    why_not_ready: Callable[[], list[str]] = list
    taken_over: Callable[[], tuple[TakenSource, ...]] = tuple
    """Sources taken over from partners, and how fast each came."""


@dataclass(slots=True)
class Console:
    """Everything a request needs; one per application."""

    picture: LivePicture
    accounts: Accounts
    store: Store
    settings: ConsoleSettings
    broadcast: Broadcast
    throttle: Throttle
    """Of log-in tries."""
    requests: Throttle
    """Of requests to the API."""
    clients: set[object] = field(default_factory=set)
