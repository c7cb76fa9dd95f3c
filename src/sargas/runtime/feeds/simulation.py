"""Simulated nights: the exercise's datagrams, put straight into the intake or sent through the real UDP feeds."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import ExitStack, aclosing
from typing import Protocol

from sargas.runtime.clock import Clock
from sargas.runtime.feeds.contract import Emit, Feed
from sargas.runtime.feeds.night_process import play_night
from sargas.runtime.feeds.playback import Pacer, read_ahead
from sargas.runtime.feeds.url import SimulationUrl, UdpUrl

_LARGEST_PAYLOAD = 65_507
"""Of a UDP datagram over IPv4; a whole aircraft.json can be larger."""


class SimulatedDatagram(Protocol):
    """What a simulated sensor sends: when after the start of the night, as which source, and the bytes."""

    @property
    def offset_ns(self) -> int:
        """Time since the start of the night, in its own time."""
        ...

    @property
    def source(self) -> str:
        """Name of the source that sends it."""
        ...

    @property
    def data(self) -> bytes:
        """What it sends."""
        ...


class Night(Protocol):
    """A scenario ready to be played."""

    def datagrams(self) -> Iterator[SimulatedDatagram]:
        """Yield what the sensors send, in the order of time."""
        ...


OpenNight = Callable[..., Night]
"""Scenario name, ``start_time_ns`` and the parameters of the URL as texts."""


class SimulationFeed(Feed):
    """Play a scenario from the present moment on at ``speed``; it speaks for as many sources as it has sensors.

    With ``udp=1`` a datagram whose source has a ``udp://`` feed is sent there as a real sensor would; that feed
    receives and counts it. The others, and what is too large for UDP, are emitted here under their own source name.
    The night is simulated in another process; one that ``open_night`` makes, in a thread of this one.
    """

    def __init__(
        self,
        url: SimulationUrl,
        source_name: str,
        emit: Emit,
        clock: Clock,
        *,
        listeners: Mapping[str, UdpUrl],
        open_night: OpenNight | None = None,
    ) -> None:
        super().__init__(source_name, emit, clock)
        self._url = url
        self._listeners = dict(listeners) if url.over_udp else {}
        self._open_night = open_night

    async def run(self) -> None:
        """Play the scenario to its end. Raises ValueError for an unknown scenario or parameter."""
        with ExitStack() as stack:
            senders = {name: stack.enter_context(_open_sender(url)) for name, url in sorted(self._listeners.items())}
            async with aclosing(self._played()) as played:
                start_ns, pacer = 0, None
                async for item in played:
                    if isinstance(item, int):
                        start_ns, pacer = item, Pacer(self._url.speed, self._emit)
                        continue
                    assert pacer is not None
                    await pacer.wait_for(item.offset_ns)
                    sender = senders.get(item.source)
                    if sender is None or not self._send(sender, item.data):
                        self.deliver(item.data, start_ns + item.offset_ns, item.source)

    async def _played(self) -> AsyncGenerator[SimulatedDatagram | int, None]:
        """Yield when the night begins, then its datagrams."""
        if self._open_night is None:
            async with aclosing(play_night(self._url.scenario, self._url.parameters, self._clock.now_ns)) as items:
                async for item in items:
                    yield item
            return
        start_ns = self._clock.now_ns()
        yield start_ns
        night = self._open_night(self._url.scenario, start_time_ns=start_ns, **self._url.parameters)
        async with aclosing(read_ahead(night.datagrams())) as chunks:
            async for chunk in chunks:
                for datagram in chunk:
                    yield datagram
                await asyncio.sleep(0)

    def _send(self, sender: socket.socket, data: bytes) -> bool:
        """Send over the wire; return False for what is too large for a datagram."""
        self.counters.state = "running"
        if len(data) > _LARGEST_PAYLOAD:
            return False
        try:
            sender.send(data)
        except (BlockingIOError, ConnectionRefusedError):
            # As on a real network: nobody listens, or not now. The loss is counted where it happens.
            self.counters.lost_socket += 1
        return True


def _open_sender(url: UdpUrl) -> socket.socket:
    """Open a socket that sends to where a UDP feed listens, over loopback where it listens everywhere."""
    family = socket.AF_INET6 if ":" in url.host else socket.AF_INET
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(url.host, url.host)
    sender = socket.socket(family, socket.SOCK_DGRAM)
    sender.setblocking(False)
    if url.group and family == socket.AF_INET:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(host))
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 0)
    sender.connect((url.group or host, url.port))
    return sender
