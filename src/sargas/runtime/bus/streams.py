"""Streams and consumers of a partner: made once, kept as configured here at every start.

Out: ``STATE`` keeps the latest release of each subject, ``LOG`` all of them and refuses when full, ``PLOTS`` some
minutes. In: the same, sourced by the partner's durable consumer with flow-control acks (NATS ADR-60): what a cut
interrupted is sent again in order, and no release comes twice. Durations in requests are nanoseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client

from sargas.runtime.bus.names import READER, TRAFFIC, Traffic, deliver_subject, reader_subject, stream_of
from sargas.runtime.bus.requests import API, Refused, ask

SECOND_NS = 1_000_000_000
DUPLICATES_NS = 600 * SECOND_NS
"""A release handed in again within this, with its id, is kept once."""
LOG_AGE_NS = 7 * 86_400 * SECOND_NS
PLOTS_AGE_NS = 60 * SECOND_NS
ACK_WAIT_NS = 60 * SECOND_NS
OUTSTANDING_RELEASES = 1000
UNREAD_RELEASES = 256
"""Releases that may lie before a reader, not yet acknowledged."""
READER_HEARTBEAT_S = 2
SECONDS_UNDER_WAY = 1.0
TYPICAL_RELEASE_BYTES = 1000
NAME_IN_USE = 10058


@dataclass(frozen=True, slots=True)
class Limits:
    """How much each stream of a partner may hold, bytes."""

    state_bytes: int = 64 << 20
    log_bytes: int = 512 << 20
    plots_bytes: int = 64 << 20

    def of(self, traffic: Traffic) -> int:
        """Return the limit of a class."""
        return {"state": self.state_bytes, "log": self.log_bytes, "plots": self.plots_bytes}[traffic]


def most_under_way(link_bps: int | None) -> int:
    """Return how many releases of a class may be on the link before their arrival is confirmed.

    On a slow link one second's worth: whatever is more urgent, of another class, waits no longer than that.
    """
    if link_bps is None:
        return OUTSTANDING_RELEASES
    return max(1, min(OUTSTANDING_RELEASES, int(link_bps / 8 * SECONDS_UNDER_WAY / TYPICAL_RELEASE_BYTES)))


def out_stream(nation: str, traffic: Traffic, limits: Limits, replicas: int) -> dict[str, Any]:
    """Return the configuration of a stream that holds what we release to one partner."""
    return {
        **_common(traffic, limits, replicas),
        "subjects": [f"release.{nation}.{traffic}.>"],
        "deny_delete": True,
        "discard": "new" if traffic == "log" else "old",
    }


def in_stream(origin: str, nation: str, traffic: Traffic, limits: Limits, replicas: int) -> dict[str, Any]:
    """Return the configuration of a stream that takes what one partner released to us."""
    source = {
        "name": stream_of(traffic),
        "external": {"api": f"$JS.{origin}.API", "deliver": ""},
        "consumer": {"name": nation, "deliver_subject": deliver_subject(origin, nation, traffic)},
    }
    return {**_common(traffic, limits, replicas), "discard": "old", "sources": [source]}


def link_consumer(nation: str, partner: str, traffic: Traffic, link_bps: int | None) -> dict[str, Any]:
    """Return the consumer from which the partner's server takes a class over the link."""
    return {
        "name": partner,
        "durable_name": partner,
        "deliver_subject": deliver_subject(nation, partner, traffic),
        "ack_policy": "flow_control",
        "flow_control": True,
        "idle_heartbeat": SECOND_NS,  # the server allows no other
        "deliver_policy": "all",
        "max_ack_pending": most_under_way(link_bps),
    }


def reader_consumer(traffic: Traffic) -> dict[str, Any]:
    """Return the consumer with which our node reads a class that a partner released to us."""
    return {
        "name": READER,
        "durable_name": READER,
        "deliver_subject": reader_subject(traffic),
        "idle_heartbeat": READER_HEARTBEAT_S * SECOND_NS,
        "ack_policy": "explicit",
        "ack_wait": ACK_WAIT_NS,
        "deliver_policy": "all",
        "max_ack_pending": UNREAD_RELEASES,
    }


async def set_up_out(
    client: Client, nation: str, partner: str, link_bps: int | None, limits: Limits, replicas: int
) -> None:
    """Make what a partner reads from, in its OUT account. Raises BusError."""
    for traffic in TRAFFIC:
        await _keep_stream(client, out_stream(nation, traffic, limits, replicas))
        await _keep_consumer(client, stream_of(traffic), link_consumer(nation, partner, traffic, link_bps))


async def set_up_in(client: Client, origin: str, nation: str, limits: Limits, replicas: int) -> None:
    """Make what we take a partner's releases into, in its IN account. Raises BusError."""
    for traffic in TRAFFIC:
        await _keep_stream(client, in_stream(origin, nation, traffic, limits, replicas))
        await _keep_consumer(client, stream_of(traffic), reader_consumer(traffic))


def _common(traffic: Traffic, limits: Limits, replicas: int) -> dict[str, Any]:
    config: dict[str, Any] = {
        "name": stream_of(traffic),
        "storage": "file",
        "retention": "limits",
        "duplicate_window": min(DUPLICATES_NS, PLOTS_AGE_NS if traffic == "plots" else DUPLICATES_NS),
        "max_bytes": limits.of(traffic),
        "num_replicas": replicas,
    }
    if traffic == "state":
        return config | {"max_msgs_per_subject": 1}
    return config | {"max_age": LOG_AGE_NS if traffic == "log" else PLOTS_AGE_NS}


async def _keep_stream(client: Client, config: dict[str, Any]) -> None:
    name = config["name"]
    try:
        await ask(client, f"{API}.STREAM.CREATE.{name}", config)
    except Refused as refused:
        if refused.code != NAME_IN_USE:
            raise
        await ask(client, f"{API}.STREAM.UPDATE.{name}", config)


async def _keep_consumer(client: Client, stream: str, config: dict[str, Any]) -> None:
    subject = f"{API}.CONSUMER.CREATE.{stream}.{config['name']}"
    await ask(client, subject, {"stream_name": stream, "config": config})
