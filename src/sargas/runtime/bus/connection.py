"""A connection of one user to our own server: it comes back by itself, and counts how often it had to."""

from __future__ import annotations

import asyncio
from urllib.parse import ParseResult

import structlog
from nats.aio.client import Client
from nats.aio.transport import TcpTransport
from nats.errors import Error

from sargas.runtime.bus.errors import BusAway
from sargas.runtime.network.keys import UserSeed

RECONNECT_S = 0.2
RETRY_S = 0.1
CLOSE_S = 2.0
PENDING_BYTES = 8 << 20

_log = structlog.get_logger("sargas.bus")


class OneSocket(TcpTransport):
    """A client's way to its server that never has two sockets: the library forgets that of a try that failed."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def __bool__(self) -> bool:
        """Say yes, connected or not: the library puts another in the place of one that says no."""
        return True

    async def connect(self, uri: ParseResult, buffer_size: int, connect_timeout: int) -> None:
        """Connect; what an earlier try left open is ended."""
        self.end()
        await super().connect(uri, buffer_size, connect_timeout)

    def end(self) -> None:
        """Give up the socket at once, with what was still to be sent."""
        if self._io_writer is not None:
            self._io_writer.transport.abort()


class Connection:
    """One user's connection; ``generation`` grows at each break and return, when answers under way are lost."""

    def __init__(self, url: str, name: str, user: UserSeed, inbox: str) -> None:
        self.client = Client()
        self.generation = 0
        self.last_error = ""
        self._url, self._name, self._user, self._inbox = url, name, user, inbox
        self._socket = OneSocket()
        self._is_open = False

    async def open(self, patience_s: float) -> None:
        """Connect; a server that is just starting is waited for. Raises BusAway after ``patience_s``."""
        loop = asyncio.get_running_loop()
        give_up_s, self._is_open = loop.time() + patience_s, False
        while True:
            self.client = Client()
            self.client._transport = self._socket = OneSocket()  # the library lets nobody choose one
            self._broken = asyncio.get_running_loop().create_future()
            try:
                await self._connect()
                self._is_open = True
                return
            except (TimeoutError, Error, OSError) as error:
                self._socket.end()
                if loop.time() > give_up_s:
                    text = f"{self._url}: expected a NATS server that knows {self._name}, was none ({error!r})"
                    raise BusAway(text) from error
            await asyncio.sleep(RETRY_S)

    async def mend(self) -> None:
        """Open it anew when the server closed it for good, or the last try to failed (the library tries no more)."""
        if self.client.is_closed or not self._is_open:
            self.generation += 1
            await self.open(0.0)

    async def ask(self, subject: str, data: bytes, headers: dict[str, str], patience_s: float) -> bytes:
        """Send a request and return the answer; a break is told at once, for its answer would never come.

        Raises BusAway at a break, and what the client library raises, TimeoutError among it.
        """
        request = asyncio.ensure_future(self.client.request(subject, data, timeout=patience_s, headers=headers))
        try:
            await asyncio.wait((request, self._broken), return_when=asyncio.FIRST_COMPLETED)
            if not request.done():
                raise BusAway(f"{subject}: not confirmed (the connection broke)")
            return (await request).data
        finally:
            request.cancel()

    async def close(self) -> None:
        """Close it; a server that is gone is not waited for."""
        if self.client.is_closed:
            self._socket.end()
            return
        # In a task of its own: the library may cancel what it waits for there, and that is no cancellation of ours.
        closing = asyncio.ensure_future(self.client.close())
        await asyncio.wait((closing,), timeout=CLOSE_S)
        closing.cancel()
        self._socket.end()
        await asyncio.sleep(0)

    async def _connect(self) -> None:
        await self.client.connect(
            servers=[part.strip() for part in self._url.split(",")],
            name=f"sargas {self._name}",
            nkeys_seed_str=self._user.seed,
            inbox_prefix=self._inbox,
            connect_timeout=2,
            ping_interval=5,
            max_outstanding_pings=2,
            max_reconnect_attempts=1,  # the first time: how long to wait is decided above
            reconnect_time_wait=RECONNECT_S,  # type: ignore[arg-type]  # a fraction works as well
            pending_size=PENDING_BYTES,
            error_cb=self._note_error,
            reconnected_cb=self._note_return,
            disconnected_cb=self._note_break,
        )
        self.client.options["max_reconnect_attempts"] = -1

    async def _note_error(self, error: Exception) -> None:
        self.last_error = f"{type(error).__name__}: {error}"

    async def _note_break(self) -> None:
        self.generation += 1
        if not self._broken.done():
            self._broken.set_result(None)
        self._broken = asyncio.get_running_loop().create_future()

    async def _note_return(self) -> None:
        self.generation += 1
        _log.info("bus connection is back", user=self._name)
