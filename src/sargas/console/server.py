"""The console's web server, with the limits it is meant to run with."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import structlog
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from sargas.runtime.remote_address import holder_of

MOST_REQUEST_BYTES = 1024
MOST_CONNECTIONS = 1000
"""Beyond that nobody is let in: each takes a file of the process, and journal and history need theirs."""
OF_ONE_ADDRESS = 250
"""Of those so many of one address, unless the settings say else: no machine takes the places of all others."""
TOLD_AGAIN_S = 60.0
FIRST_REQUEST_S = 20.0
"""A connection that has not sent its first request by then is given up; later ones are by their keep-alive."""
LONGEST_STALL_S = 60.0
"""A client that takes nothing of what waits for it for so long is given up: it holds the place of one that reads."""
_log = structlog.get_logger("sargas.console")


class ServerConfig(uvicorn.Config):
    """What the server runs with, and how many connections one address may have."""

    of_one_address: int = OF_ONE_ADDRESS
    next_told_s: float = 0.0
    """The log does not speak of who has too many before (s of the loop)."""


class _NotHeldOpen(asyncio.Protocol):
    """A connection that is given up when its client takes nothing; one on a thin line takes a little each time."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _looking: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """Look from now on whether the client takes anything of the much that waits for it."""
        super().pause_writing()
        self._look_later()

    def resume_writing(self) -> None:
        """Look no more: the client has taken nearly everything."""
        self._stop_looking()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more: the client is gone."""
        self._stop_looking()
        super().connection_lost(exc)

    def _look_later(self) -> None:
        self._stop_looking()
        waiting = self.transport.get_write_buffer_size()
        self._looking = self.loop.call_later(LONGEST_STALL_S, self._look, waiting)

    def _look(self, waited: int) -> None:
        if self.transport.get_write_buffer_size() < waited:
            self._look_later()
        else:
            self.transport.abort()

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None


class Stream(_NotHeldOpen, WebSocketsSansIOProtocol):
    """A WebSocket that cannot be held open by who reads nothing: the close after an unanswered ping would wait too."""


class Connection(_NotHeldOpen, H11Protocol):
    """A connection to the console that cannot be held open by who asks for nothing, or reads nothing."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or drop it at once when there are too many, of all or of its address."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS or self._is_of_too_many():
            transport.abort()
        else:
            self.loop.call_later(FIRST_REQUEST_S, self._give_up_unless_asked)

    def _is_of_too_many(self) -> bool:
        """Say whether its address has more than one may have; a proxy on this machine has those of all."""
        if self.client is None or _is_here(self.client[0]):
            return False
        holder, config = holder_of(self.client[0]), self.config
        assert isinstance(config, ServerConfig)
        if sum(_holder_of(one) == holder for one in self.connections) <= config.of_one_address:
            return False
        if self.loop.time() >= config.next_told_s:
            config.next_told_s = self.loop.time() + TOLD_AGAIN_S
            _log.warning("connections refused: too many of one address", address=holder, most=config.of_one_address)
        return True

    def _give_up_unless_asked(self) -> None:
        is_ours = self.transport.get_protocol() is self  # else it became a WebSocket
        has_asked = bool(self.cycle)
        if is_ours and not has_asked and not self.transport.is_closing():
            self.transport.abort()


class Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it: the node must write what it has before the console goes."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the port. Raises OSError that says why it cannot be opened: uvicorn would end the process with 3."""
        logger = logging.getLogger("uvicorn.error")
        logger.addFilter(_is_no_oserror)
        try:
            await super().startup(sockets)
        except SystemExit as end:
            place, reason = f"console at {self.config.host} port {self.config.port}", end.__context__
            text = reason.strerror if isinstance(reason, socket.gaierror) else os.strerror(getattr(reason, "errno", 0))
            mend = "set [console] host and port, or --port 0 takes a free one"
            raise OSError(f"{place}: {(text or 'cannot be opened').lower()}; {mend}") from None
        finally:
            logger.removeFilter(_is_no_oserror)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; who has not taken leave when the time is up is cut off, or its connection outlives the server."""
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(0)


def _holder_of(connection: asyncio.Protocol) -> str:
    client = getattr(connection, "client", None)
    return holder_of(client[0]) if client else ""


def _is_here(address: str) -> bool:
    return ip_address(address).is_loopback


def _is_no_oserror(record: logging.LogRecord) -> bool:
    return not isinstance(record.msg, OSError)


def make_server(app: ASGIApp, host: str, port: int, of_one_address: int = OF_ONE_ADDRESS) -> uvicorn.Server:
    """Return a server that has not started; await its ``serve()``, stop it with ``should_exit``.

    No compression of the stream: on a local network it costs more time than it saves. Behind a proxy the addresses of
    clients come from X-Forwarded-For only when the proxy runs on this machine.
    """
    config = ServerConfig(
        app,
        host=host,
        port=port,
        http=Connection,
        ws=Stream,
        ws_per_message_deflate=False,
        ws_max_size=MOST_REQUEST_BYTES,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        timeout_keep_alive=75,  # longer than a proxy or client holds one open: who closes first loses no request
        timeout_graceful_shutdown=2,
        forwarded_allow_ips="127.0.0.1",
        server_header=False,
        access_log=False,
        log_config=None,
    )
    config.of_one_address = of_one_address
    return Server(config)
