"""From a URL to the feed that serves it."""

from __future__ import annotations

from collections.abc import Mapping

from sargas.runtime.clock import Clock
from sargas.runtime.feeds.contract import Emit, Feed
from sargas.runtime.feeds.poll import FileFeed, HttpFeed
from sargas.runtime.feeds.recording import RecordingFeed
from sargas.runtime.feeds.simulation import SimulationFeed
from sargas.runtime.feeds.tcp import TcpFeed
from sargas.runtime.feeds.udp import UdpFeed
from sargas.runtime.feeds.url import PollUrl, RecordingUrl, SimulationUrl, TcpUrl, UdpUrl, parse_url


def open_feed(
    url: str, source_name: str, emit: Emit, clock: Clock, *, source_urls: Mapping[str, str] | None = None
) -> Feed:
    """Make the feed of one source; nothing is opened before its ``run``.

    ``source_urls`` are the URLs of all sources by name: a simulation with ``udp=1`` sends to the ``udp://`` ones.
    Raises ValueError with one line that names the source, what was expected, what it was and the right form.
    """
    try:
        parsed = parse_url(url)
        match parsed:
            case UdpUrl():
                return UdpFeed(parsed, source_name, emit, clock)
            case TcpUrl():
                return TcpFeed(parsed, source_name, emit, clock)
            case RecordingUrl():
                return RecordingFeed(parsed, source_name, emit, clock)
            case PollUrl(scheme="file"):
                return FileFeed(parsed, source_name, emit, clock)
            case PollUrl():
                return HttpFeed(parsed, source_name, emit, clock)
            case SimulationUrl():
                others = {name: parse_url(other) for name, other in (source_urls or {}).items()}
                listeners = {name: other for name, other in others.items() if isinstance(other, UdpUrl)}
                return SimulationFeed(parsed, source_name, emit, clock, listeners=listeners)
    except ValueError as error:
        raise ValueError(f"source {source_name!r}: {error}") from None
