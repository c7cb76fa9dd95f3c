"""What the node knows of each partner's link: connected, behind, full, last heard, what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from nats.aio.client import Client
from nats.errors import Error

from sargas.runtime.bus.errors import BusAway, BusError
from sargas.runtime.bus.names import TRAFFIC, Traffic, in_account, out_account, stream_of
from sargas.runtime.bus.requests import API, TIMEOUT_S, ask, parse_answer
from sargas.runtime.bus.server import check_version

GATHER_S = 1.0
"""How long after one answer a further server of a cluster is waited for: a link of a late one is not down."""
ALARM_FILL = 0.7
"""Share of the outbox from which on its filling is a thing for the screen."""
TRIM_FILL = 0.5
"""Share of the outbox from which on what the partner has confirmed is dropped."""


MOST_CONFIRMED, CONFIRMED_KEPT = 20_000, 10_000
"""Confirmed releases that a log may hold, and how many are left of them. A server that was killed reads its log before
it serves: 80,000 took it 3 s (measured). Those left still keep what is handed in again from being kept twice."""


@dataclass(frozen=True, slots=True)
class PartnerStatus:
    """One partner's link as it was when it was last looked at."""

    partner: str
    is_dialled: bool = False
    """Our server has reached its server: what it releases can come."""
    dials_us: bool = False
    """Its server has reached ours: what we release can go."""
    lag: Mapping[Traffic, int] = field(default_factory=dict)
    """Releases to it that its node has not acknowledged yet."""
    outbox_fill: float = 0.0
    """Share of the outbox for what must be complete, 0 to 1; at 1 releases are refused."""
    last_message_ns: int | None = None
    """UTC ns at which a release of it last came in, since the start."""
    round_trip_ms: float | None = None
    """Of the link that its server dialled."""
    refused: int = 0
    """Releases to it that the bus did not take, since the start."""
    last_error: str = ""
    """The last thing that went wrong, empty for nothing."""

    @property
    def connected(self) -> bool:
        """Say whether both ways of the link are up."""
        return self.is_dialled and self.dials_us

    @property
    def is_filling(self) -> bool:
        """Say whether the outbox is so full that somebody should look."""
        return self.outbox_fill >= ALARM_FILL


@dataclass(frozen=True, slots=True)
class OutLook:
    """What the OUT account of a partner tells: releases not confirmed by class, and how full its log is."""

    lag: dict[Traffic, int]
    fill: float


async def look_out(client: Client, partner: str) -> OutLook:
    """Look at what a partner has not taken yet, and drop most of what it has confirmed long ago. Raises BusError."""
    lag: dict[Traffic, int] = {}
    floor = 0
    for traffic in TRAFFIC:
        found = await ask(client, f"{API}.CONSUMER.INFO.{stream_of(traffic)}.{partner}")
        lag[traffic] = int(found["num_pending"]) + int(found["num_ack_pending"])
        floor = int(found["ack_floor"]["stream_seq"]) if traffic == "log" else floor
    log = await ask(client, f"{API}.STREAM.INFO.{stream_of('log')}")
    fill = log["state"]["bytes"] / log["config"]["max_bytes"]
    confirmed = floor + 1 - log["state"]["first_seq"]
    kept = 0 if fill >= TRIM_FILL else CONFIRMED_KEPT if confirmed > MOST_CONFIRMED else confirmed
    if confirmed > kept:
        await ask(client, f"{API}.STREAM.PURGE.{stream_of('log')}", {"seq": floor + 1 - kept})
        log = await ask(client, f"{API}.STREAM.INFO.{stream_of('log')}")
        fill = log["state"]["bytes"] / log["config"]["max_bytes"]
    return OutLook(lag, fill)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf connection of our server."""

    account: str
    round_trip_ms: float | None
    connection: str = ""
    """Which connection it is: another one after each break."""


async def look_at_leaves(system: Client) -> tuple[Leaf, ...]:
    """List the leaf connections of our server, in a cluster of all of them. Raises BusError."""
    return tuple(
        Leaf(one["account"], _milliseconds(one.get("rtt", "")), f"{found.get('server_id')}/{one.get('id')}")
        for found in await _ask_servers(system, "LEAFZ")
        for one in found.get("leafs") or ()
    )


def link_of(partner: str, leaves: Iterable[Leaf]) -> tuple[bool, bool, float | None]:
    """Return whether we reached a partner, whether it reached us, and that link's round trip in ms."""
    by_account = {leaf.account: leaf for leaf in leaves}
    ours, theirs = by_account.get(in_account(partner)), by_account.get(out_account(partner))
    return ours is not None, theirs is not None, theirs.round_trip_ms if theirs else None


async def check_servers(system: Client) -> None:
    """Refuse a server that is too old, or that confirms a release before it is on the disk. Raises BusError."""
    for found in await _ask_servers(system, "VARZ"):
        check_version(str(found.get("server_name", "NATS server")), str(found.get("version", "")))
        jetstream = (found.get("jetstream") or {}).get("config") or {}
        if jetstream.get("sync_always") is not True:
            raise BusError(
                f"{found.get('server_name')}: expected JetStream with sync_interval: always, was "
                f"{jetstream or 'no JetStream'}: what it has confirmed would be lost with its power"
            )


async def _ask_servers(system: Client, page: str) -> list[dict[str, Any]]:
    """Return a page of our server's monitoring; of a cluster, one of each server that answers. Raises BusError."""
    inbox, subject = system.new_inbox(), f"$SYS.REQ.SERVER.PING.{page}"
    found: list[dict[str, Any]] = []
    try:
        subscription = await system.subscribe(inbox)
    except (Error, OSError) as error:  # the connection has just ended
        raise BusAway(f"{subject}: not asked ({type(error).__name__})") from error
    try:
        await system.publish(subject, reply=inbox)
        is_cluster = True
        while is_cluster:
            message = await subscription.next_msg(timeout=GATHER_S if found else TIMEOUT_S)
            answer = parse_answer(subject, message.data)
            found.append(answer["data"])
            is_cluster = bool(answer.get("server", {}).get("cluster"))
    except (TimeoutError, Error, OSError) as error:
        if not found:
            raise BusAway(f"{subject}: no answer ({type(error).__name__})") from error
    finally:
        with suppress(Error, OSError):
            await subscription.unsubscribe()
    return found


def _milliseconds(duration: str) -> float | None:
    """Return a duration as Go writes it (``1.5ms``, ``850µs``, ``2s``) in ms; none for other forms."""
    for unit, factor in (("µs", 1e-3), ("ms", 1.0), ("ns", 1e-6), ("s", 1e3)):
        if duration.endswith(unit):
            try:
                return float(duration.removesuffix(unit)) * factor
            except ValueError:
                return None
    return None
