"""Streams and consumers of a partner: made once, kept as configured here at every start.

``STATE`` keeps the latest release of each subject, ``LOG`` all of them and refuses when full, ``PLOTS`` a minute. Each
has one durable consumer, which the partner's node reads over the link. Durations in requests are nanoseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client

from sargas.runtime.bus.names import TRAFFIC, Traffic, deliver_subject, stream_of
from sargas.runtime.bus.requests import API, Refused, ask
from sargas.runtime.network.folder import SLOW_LINK_BPS

SECOND_NS = 1_000_000_000
DUPLICATES_NS = 600 * SECOND_NS
"""A release handed in again within this, with its id, is kept once."""
LOG_AGE_NS = 7 * 86_400 * SECOND_NS
PLOTS_AGE_NS = 60 * SECOND_NS
ACK_WAIT_NS = 60 * SECOND_NS
MOST_UNDER_WAY = 64
"""Of a class, on a link that nobody said is slow; 64 a round trip are thousands a second. A server writes what waits as
one compressed block: with 256 a link that had become slow said nothing for 13 s, and was taken for dead (measured)."""
SECONDS_UNDER_WAY = 1.0
TYPICAL_RELEASE_BYTES = 1000
HEARTBEAT_S = 1
SLOW_HEARTBEAT_S = 8
"""How often a server says that a consumer is there and has nothing new; on a slow link that is a part of the load."""
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
    """Return how many releases of a class may be on the link before they are acknowledged.

    On a slow link one second's worth: whatever is more urgent, of another class, waits no longer than that.
    """
    if link_bps is None:
        return MOST_UNDER_WAY
    return max(1, min(MOST_UNDER_WAY, int(link_bps / 8 * SECONDS_UNDER_WAY / TYPICAL_RELEASE_BYTES)))


def out_stream(nation: str, traffic: Traffic, limits: Limits, replicas: int) -> dict[str, Any]:
    """Return the configuration of a stream that holds what we release to one partner."""
    config: dict[str, Any] = {
        "name": stream_of(traffic),
        "subjects": [f"release.{nation}.{traffic}.>"],
        "storage": "file",
        "retention": "limits",
        "discard": "new" if traffic == "log" else "old",
        "deny_delete": True,
        "duplicate_window": PLOTS_AGE_NS if traffic == "plots" else DUPLICATES_NS,
        "max_bytes": limits.of(traffic),
        "num_replicas": replicas,
    }
    if traffic == "state":
        return config | {"max_msgs_per_subject": 1}
    return config | {"max_age": LOG_AGE_NS if traffic == "log" else PLOTS_AGE_NS}


def link_consumer(nation: str, partner: str, traffic: Traffic, link_bps: int | None) -> dict[str, Any]:
    """Return the consumer with which the partner's node reads a class over the link."""
    is_slow = link_bps is not None and link_bps <= SLOW_LINK_BPS
    return {
        "name": partner,
        "durable_name": partner,
        "deliver_subject": deliver_subject(nation, partner, traffic),
        "idle_heartbeat": (SLOW_HEARTBEAT_S if is_slow else HEARTBEAT_S) * SECOND_NS,
        "ack_policy": "explicit",
        "ack_wait": ACK_WAIT_NS,
        "deliver_policy": "all",
        "max_ack_pending": most_under_way(link_bps),
    }


async def set_up_out(
    client: Client, nation: str, partner: str, link_bps: int | None, limits: Limits, replicas: int
) -> None:
    """Make what a partner reads from, in its OUT account. Raises BusError."""
    for traffic in TRAFFIC:
        await _keep_stream(client, out_stream(nation, traffic, limits, replicas))
        await _keep_consumer(client, stream_of(traffic), link_consumer(nation, partner, traffic, link_bps))


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
