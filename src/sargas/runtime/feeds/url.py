"""Feed URLs: parsed and checked before anything is opened. Every form and parameter stands in docs/feeds.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Literal, TypeAlias, get_args
from urllib.parse import unquote, urlsplit

from sargas.runtime.feeds.parameters import Parameters

Framing = Literal["asterix", "final", "newline"]
_FRAMINGS: dict[str, Framing] = {name: name for name in get_args(Framing)}

FORMS = {
    "udp": "udp://[group@]host:port",
    "tcp": "tcp://host:port",
    "pcap": "pcap:PATH",
    "parquet": "parquet:PATH",
    "file": "file:PATH",
    "http": "http://host[:port]/path",
    "https": "https://host[:port]/path",
    "sim": "sim:SCENARIO",
}
SCHEMES = tuple(FORMS)
_HOST_PORT = re.compile(r"(?:(?P<group>[^@]*)@)?(?P<host>\[[^\]]*\]|[^:\[\]]*):(?P<port>[^:]*)")


@dataclass(frozen=True, slots=True)
class UdpUrl:
    """``udp://``: where to listen; ``group`` is a multicast group, ``host`` then the interface's own address."""

    host: str
    port: int
    group: str | None
    sender: str | None
    interface: str | None
    receive_buffer_bytes: int


@dataclass(frozen=True, slots=True)
class TcpUrl:
    """``tcp://``: whom to call, and how the stream is cut into datagrams."""

    host: str
    port: int
    framing: Framing
    connect_s: float
    idle_s: float


@dataclass(frozen=True, slots=True)
class RecordingUrl:
    """``pcap:`` and ``parquet:``: a recording; ``speed`` 0 means as fast as it is taken."""

    scheme: Literal["pcap", "parquet"]
    path: str
    speed: float
    loop: bool
    port: int | None
    slice_ms: float


@dataclass(frozen=True, slots=True)
class PollUrl:
    """``http:``, ``https:`` and ``file:``: a document read again and again."""

    scheme: Literal["http", "https", "file"]
    location: str
    interval_s: float
    timeout_s: float


@dataclass(frozen=True, slots=True)
class SimulationUrl:
    """``sim:``: a scenario with its own parameters."""

    scenario: str
    speed: float
    over_udp: bool
    parameters: dict[str, str]


FeedUrl: TypeAlias = UdpUrl | TcpUrl | RecordingUrl | PollUrl | SimulationUrl


def parse_url(url: str) -> FeedUrl:
    """Parse and check a feed's URL. Raises ValueError with one line: what was expected, what it was, the right form."""
    scheme, colon, rest = url.partition(":")
    if not colon or scheme not in FORMS:
        raise ValueError(f"expected a feed url that starts with {', '.join(f'{s}:' for s in SCHEMES)}, was {scheme!r}")
    try:
        return _parse_known(scheme, rest)
    except ValueError as error:
        raise ValueError(f"{error} (form: {FORMS[scheme]}; see docs/feeds.md)") from None


def _parse_known(scheme: str, rest: str) -> FeedUrl:
    if scheme in ("http", "https"):
        return _parse_http(scheme, rest)
    place, _, query = rest.partition("?")
    parameters = Parameters(query)
    parsed: FeedUrl
    match scheme:
        case "udp":
            parsed = _parse_udp(place, parameters)
        case "tcp":
            parsed = _parse_tcp(place, parameters)
        case "file":
            parsed = PollUrl("file", _path(place), parameters.number("interval", 0.5, 0.05, 3600), 10.0)
        case "sim":
            return _parse_simulation(place, parameters)
        case _:
            parsed = _parse_recording(scheme, place, parameters)
    parameters.refuse_others()
    return parsed


def _parse_udp(place: str, parameters: Parameters) -> UdpUrl:
    group, host, port = _group_host_port(place)
    own = _ip(host, "the address of an interface of this machine, 0.0.0.0 or [::]")
    if group is not None:
        joined = _ip(group, "a multicast group")
        if not joined.is_multicast or joined.version != own.version:
            raise ValueError(f"expected a multicast group of IPv{own.version} before @, was {group!r}")
    elif own.is_multicast:
        raise ValueError(f"expected the group before the interface's own address, was {host!r} alone as host")
    sender = parameters.text("sender", None)
    if sender is not None and (group is None or _ip(sender, "the sender's address").version != own.version):
        raise ValueError(f"expected sender= of IPv{own.version} together with a multicast group, was {sender!r}")
    if sender is not None and own.version == 6:
        raise ValueError("expected sender= with an IPv4 group only, was IPv6")
    return UdpUrl(
        host=str(own),
        port=port,
        group=None if group is None else str(_ip(group, "a multicast group")),
        sender=sender,
        interface=parameters.text("interface", None),
        receive_buffer_bytes=int(parameters.number("buffer", 8 * 2**20, 4096, 2**30)),
    )


def _parse_tcp(place: str, parameters: Parameters) -> TcpUrl:
    group, host, port = _group_host_port(place)
    if group is not None or not host:
        raise ValueError(f"expected one host to connect to, was {place!r}")
    framing = parameters.text("framing", "asterix")
    if framing not in _FRAMINGS:
        raise ValueError(f"expected framing= one of {', '.join(_FRAMINGS)}, was {framing!r}")
    connect_s, idle_s = parameters.number("connect", 5, 0.1, 300), parameters.number("idle", 60, 0.1, 86_400)
    return TcpUrl(host, port, _FRAMINGS[framing], connect_s, idle_s)


def _parse_recording(scheme: str, place: str, parameters: Parameters) -> RecordingUrl:
    speed = parameters.text("speed", "1")
    port = parameters.number("port", 0, 1, 65535) if scheme == "pcap" and parameters.has("port") else None
    return RecordingUrl(
        scheme="pcap" if scheme == "pcap" else "parquet",
        path=_path(place),
        speed=0.0 if speed == "max" else parameters.number("speed", 1, 0.001, 100_000, "or max"),
        loop=parameters.switch("loop"),
        port=None if port is None else int(port),
        slice_ms=parameters.number("slice_ms", 50, 1, 60_000) if scheme == "parquet" else 0.0,
    )


def _parse_http(scheme: str, rest: str) -> PollUrl:
    # Our parameters stand in the fragment, which is never sent: the query is the server's.
    address, _, fragment = rest.partition("#")
    parameters = Parameters(fragment)
    split = urlsplit(f"{scheme}:{address}")
    if not split.hostname:
        raise ValueError(f"expected a host, was {split.netloc!r}")
    if split.port is not None and split.port < 1:
        raise ValueError(f"expected a port from 1 to 65535, was {split.port}")
    parsed = PollUrl(
        scheme="http" if scheme == "http" else "https",
        location=f"{scheme}:{address}",
        interval_s=parameters.number("interval", 1, 0.05, 3600),
        timeout_s=parameters.number("timeout", 5, 0.1, 300),
    )
    parameters.refuse_others()
    return parsed


def _parse_simulation(place: str, parameters: Parameters) -> SimulationUrl:
    scenario = unquote(place)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", scenario):
        raise ValueError(f"expected a scenario's name, was {scenario!r}")
    speed = parameters.number("speed", 1, 0.001, 100_000)
    return SimulationUrl(scenario, speed, parameters.switch("udp"), parameters.take_others())


def _group_host_port(place: str) -> tuple[str | None, str, int]:
    match = _HOST_PORT.fullmatch(place.removeprefix("//")) if place.startswith("//") else None
    if match is None:
        raise ValueError(f"expected //host:port, was {place!r}")
    port = match["port"]
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        raise ValueError(f"expected a port from 1 to 65535, was {port!r}")
    group = match["group"]
    return None if group is None else group.strip("[]"), match["host"].strip("[]"), int(port)


def _ip(text: str, meaning: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(text)
    except ValueError:
        raise ValueError(f"expected {meaning}, was {text!r}") from None


def _path(place: str) -> str:
    path = unquote(place.removeprefix("//") if place.startswith("///") else place)
    if not path:
        raise ValueError("expected a path, was none")
    return path
