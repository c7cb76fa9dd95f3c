"""UDP feeds, unicast and multicast: receive time from the kernel, losses read from the socket itself."""

from __future__ import annotations

import asyncio
import socket
import struct
import weakref
from contextlib import suppress

from sargas.runtime.clock import Clock
from sargas.runtime.feeds.contract import Emit, Feed
from sargas.runtime.feeds.url import UdpUrl

# Linux values (asm-generic/socket.h, linux/in.h) that the socket module does not name.
_SO_RCVBUFFORCE = 33
_SO_TIMESTAMPNS = 35
_SO_MEMINFO = 55
_IP_ADD_SOURCE_MEMBERSHIP = 39
_IP_MULTICAST_ALL = 49

_MEMINFO = struct.Struct("9I")
_MEMINFO_DROPS = 8
_TIMESPEC = struct.Struct("@qq")
_LARGEST_DATAGRAM = 65_535
_ANCILLARY_BYTES = 128
_MOST_DISCARDED = 1_000_000
_DATAGRAMS_A_WAKE = 64
_PAUSE_S = 0.005
"""Then the event loop looks at the other feeds again, so that a flood delays them by well under a millisecond each."""


class UdpFeed(Feed):
    """Listen on one port; a socket error ends the run."""

    def __init__(self, url: UdpUrl, source_name: str, emit: Emit, clock: Clock) -> None:
        super().__init__(source_name, emit, clock)
        self._url = url
        self._drops = 0
        self._stamped_ns = 0
        self._resume: asyncio.TimerHandle | None = None
        self._bound: socket.socket | None = None

    def take_over(self, bound: socket.socket) -> None:
        """Take over a socket that holds the port already, for the first run; it is closed with the feed."""
        self._bound = bound
        weakref.finalize(self, bound.close)

    async def run(self) -> None:
        """Receive until cancelled."""
        loop = asyncio.get_running_loop()
        broken: asyncio.Future[None] = loop.create_future()
        bound, self._bound = self._bound, None
        with bound or open_udp_socket(self._url) as receiver:
            if bound is not None:
                _discard(bound)
            self._drops = _drops_of(receiver)
            self.counters.state = "running"
            self._listen(receiver, broken)
            try:
                await broken
            finally:
                if self._resume is not None:
                    self._resume.cancel()
                loop.remove_reader(receiver)
                self._count_drops(receiver)

    def _listen(self, receiver: socket.socket, broken: asyncio.Future[None]) -> None:
        asyncio.get_running_loop().add_reader(receiver, self._receive, receiver, broken)

    def _receive(self, receiver: socket.socket, broken: asyncio.Future[None]) -> None:
        lost_before = self.counters.lost_queue
        try:
            for _ in range(_DATAGRAMS_A_WAKE):
                data, notes, _, _ = receiver.recvmsg(_LARGEST_DATAGRAM, _ANCILLARY_BYTES)
                # while a step back of the clock is worked off, what it adds to the kernel's stamps shrinks
                self._stamped_ns = max(self._stamped_ns, self._clock.stamp_ns(_kernel_time_ns(notes)))
                self.deliver(data, self._stamped_ns)
        except BlockingIOError:
            pass
        except OSError as error:
            if not broken.done():
                broken.set_exception(error)
        self._count_drops(receiver)
        if self.counters.lost_queue > lost_before:
            self._pause(receiver, broken)

    def _pause(self, receiver: socket.socket, broken: asyncio.Future[None]) -> None:
        """Leave the socket alone for a moment: dropping in the kernel costs the other feeds nothing."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(receiver)
        self._resume = loop.call_later(_PAUSE_S, self._listen, receiver, broken)

    def _count_drops(self, receiver: socket.socket) -> None:
        drops = _drops_of(receiver)
        self.counters.lost_socket += (drops - self._drops) & 0xFFFFFFFF
        self._drops = drops


def _drops_of(receiver: socket.socket) -> int:
    """Return what the kernel has dropped; before Linux 4.12 a socket does not tell, and nothing is counted."""
    with suppress(OSError):
        told = receiver.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
        return int(_MEMINFO.unpack(told)[_MEMINFO_DROPS])
    return 0


def _discard(receiver: socket.socket) -> None:
    """Leave out what came before anybody listened: a feed that stood by begins with what comes now."""
    with suppress(BlockingIOError):
        for _ in range(_MOST_DISCARDED):
            receiver.recv(1)


def open_udp_socket(url: UdpUrl) -> socket.socket:
    """Open, tune, bind and join. Raises OSError that names the address."""
    family = socket.AF_INET6 if ":" in url.host else socket.AF_INET
    receiver = socket.socket(family, socket.SOCK_DGRAM)
    try:
        receiver.setblocking(False)
        if url.group:  # Others may hear the group too. Of one address the last to bind would take all, unseen.
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _enlarge_buffer(receiver, url.receive_buffer_bytes)
        with suppress(OSError):  # Without kernel stamps the time of reading stands in.
            receiver.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        interface = socket.if_nametoindex(url.interface) if url.interface else 0
        # Bound to the group's own address, so that other groups on the same port stay out.
        address = url.group or url.host
        receiver.bind((address, url.port, 0, interface) if family == socket.AF_INET6 else (address, url.port))
        if url.group:
            _join(receiver, url, interface)
    except OSError as error:
        receiver.close()
        place = f"{url.group}@{url.host}" if url.group else url.host
        raise OSError(
            error.errno, f"cannot listen on udp {place} port {url.port}: {error.strerror or error}"
        ) from error
    return receiver


def _enlarge_buffer(receiver: socket.socket, size: int) -> None:
    try:
        receiver.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, size)
    except PermissionError:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)


def _join(receiver: socket.socket, url: UdpUrl, interface: int) -> None:
    assert url.group is not None
    if receiver.family == socket.AF_INET6:
        group = socket.inet_pton(socket.AF_INET6, url.group)
        receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group + struct.pack("@I", interface))
        return
    group, own = socket.inet_aton(url.group), socket.inet_aton(url.host)
    receiver.setsockopt(socket.IPPROTO_IP, _IP_MULTICAST_ALL, 0)
    if url.sender:
        request = group + own + socket.inet_aton(url.sender)
        receiver.setsockopt(socket.IPPROTO_IP, _IP_ADD_SOURCE_MEMBERSHIP, request)
    else:
        receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group + own + struct.pack("@i", interface))


def _kernel_time_ns(notes: list[tuple[int, int, bytes]]) -> int | None:
    for level, kind, data in notes:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) >= _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return None
