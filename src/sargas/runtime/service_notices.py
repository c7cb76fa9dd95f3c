"""What a node tells the service manager that started it: ready, still alive, stopping (sd_notify, without its library).

Source: systemd sd_notify(3) and sd_watchdog_enabled(3): datagrams of NAME=value lines to the socket in NOTIFY_SOCKET.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

US_PER_S = 1_000_000
TELLS_PER_WATCHDOG = 3
"""Signs of life in each time after which the manager loses patience."""


@dataclass(frozen=True, slots=True)
class ServiceNotices:
    """Where to tell it; without a service manager nothing is told."""

    address: str = ""
    watchdog_s: float = 0.0
    """The manager restarts a node that gives no sign of life for so long; 0: it does not watch."""

    @classmethod
    def of(cls, environment: Mapping[str, str], process_id: int | None = None) -> ServiceNotices:
        """Read what the manager set. Raises ValueError for a socket that is neither a path nor abstract."""
        address = environment.get("NOTIFY_SOCKET", "")
        if not address:
            return cls()
        if address[0] not in "/@":
            raise ValueError(f"NOTIFY_SOCKET: expected a path or @name, was {address!r}")
        mine = str(os.getpid() if process_id is None else process_id)
        is_watched = environment.get("WATCHDOG_PID", mine) == mine
        microseconds = int(environment.get("WATCHDOG_USEC", "0")) if is_watched else 0
        return cls(address, microseconds / US_PER_S)

    def ready(self, status: str) -> None:
        """Tell that the node answers, and what it is, in a line."""
        self._tell("READY=1", f"STATUS={status}")

    def stopping(self) -> None:
        """Tell that it was asked to stop and writes what it has."""
        self._tell("STOPPING=1")

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Give signs of life from the event loop while the block runs: a loop that hangs gives none."""
        giving = asyncio.create_task(self._give_signs(), name="watchdog")
        try:
            yield
        finally:
            giving.cancel()

    async def _give_signs(self) -> None:
        while self.watchdog_s > 0.0:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self.watchdog_s / TELLS_PER_WATCHDOG)

    def _tell(self, *lines: str) -> None:
        if not self.address:
            return
        address = "\0" + self.address[1:] if self.address[0] == "@" else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as telling:
            try:
                telling.connect(address)
                telling.send("\n".join(lines).encode())
            except OSError:
                return  # a manager that does not listen is no reason for a node to stop
