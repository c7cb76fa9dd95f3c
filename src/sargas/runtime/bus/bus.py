"""The bus of a node: publish to a partner, read what a partner released, know how each link is."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any, Self

import structlog
from nats.errors import Error

from sargas.runtime.bus.connection import Connection
from sargas.runtime.bus.errors import BusAway, BusError, OutboxFull
from sargas.runtime.bus.names import (
    GUARD_INBOX,
    Traffic,
    deliver_subject,
    in_account,
    outbox_subject,
    reader_inbox,
    stream_of,
)
from sargas.runtime.bus.reading import Delivery, Source, read_in_order
from sargas.runtime.bus.requests import Refused, parse_answer
from sargas.runtime.bus.server import NatsServer, check_program, find_program, free_port
from sargas.runtime.bus.server_config import write_server_config
from sargas.runtime.bus.status import PartnerStatus, check_servers, link_of, look_at_leaves, look_out
from sargas.runtime.bus.streams import HEARTBEAT_S, SLOW_HEARTBEAT_S, Limits, set_up_out
from sargas.runtime.network.folder import LinkedPartner, NetworkFolder
from sargas.runtime.network.keys import UserSeed
from sargas.runtime.tasks import cancel

START_S = 20.0
PUBLISH_S = 5.0
WATCH_S = 2.0
FULL = {10023, 10047, 10077}
"""Error codes of JetStream: no resources, no storage, the stream holds the most bytes it may."""

_log = structlog.get_logger("sargas.bus")


class Bus:
    """The bus while it is entered: the server of our own (or ``nats_url``), accounts, streams and connections.

    ``replicas``: copies of each stream in an existing cluster. Entering raises BusError when the server is too old,
    does not write before it confirms, or is not there.
    """

    def __init__(
        self,
        network: NetworkFolder,
        *,
        nats_url: str | None = None,
        client_port: int = 0,
        limits: Limits | None = None,
        replicas: int = 1,
    ) -> None:
        self.network = network
        self.server: NatsServer | None = None
        self.url = nats_url or ""
        self._is_own = nats_url is None
        self._client_port = client_port
        self._limits = limits or Limits()
        self._replicas = replicas
        self._stack = AsyncExitStack()
        self._out: dict[str, Connection] = {}
        self._in: dict[str, Connection] = {}
        self._status = {one.nation: PartnerStatus(one.nation) for one in network.partners}
        self._refused: defaultdict[str, int] = defaultdict(int)
        self._readers: defaultdict[tuple[str, Traffic], int] = defaultdict(int)
        self._dialled: defaultdict[str, set[str]] = defaultdict(set)
        self._returns: defaultdict[str, int] = defaultdict(int)
        self._errors: dict[str, str] = {}
        self._last_ns: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        """Start or reach the server, check it, and make what each partner needs. Raises BusError."""
        try:
            if self._is_own:
                await self._start_server()
            self._system = await self._connect("system", self.network.system, "_INBOX_system")
            await check_servers(self._system.client)
            self._guard = await self._connect("guard", self.network.guard, GUARD_INBOX)
            await asyncio.gather(*(self._set_up(partner) for partner in self.network.partners))
            await self._refresh()
            self._keep(self._watch(), "bus watch")
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections and stop the server, if it is our own."""
        await self._stack.aclose()

    async def publish(self, partner: str, release_subject: str, data: bytes, message_id: str) -> None:
        """Publish a release for one partner; returns once it is on the disk of our server.

        With the same ``message_id`` it may be handed in again for ten minutes and is kept once. Raises BusAway when
        it is not known to be kept, OutboxFull when the partner's outbox is full, NetworkError for no partner of ours.
        """
        self.network.partner(partner)
        if not release_subject.startswith(f"release.{self.network.own.nation}."):
            raise ValueError(f"expected a release of {self.network.own.nation}, was {release_subject}")
        subject = outbox_subject(partner, release_subject)
        try:
            parse_answer(subject, await self._guard.ask(subject, data, {"Nats-Msg-Id": message_id}, PUBLISH_S))
        except Refused as refused:
            away = OutboxFull if refused.code in FULL or "maximum" in str(refused) else BusAway
            self._note(partner, str(refused))
            raise away(str(refused)) from refused
        except (TimeoutError, Error, OSError) as error:
            text = f"{subject}: not confirmed ({type(error).__name__})"
            self._note(partner, text)
            raise BusAway(text) from error

    def messages(self, partner: str, traffic: Traffic) -> AsyncGenerator[Delivery, None]:
        """Return what a partner released to us, ``(data, ack)`` in order, for ever; await ``ack()`` once it is safe.

        What was not acknowledged comes again after a break, still in order; so a release may come twice. A partner and
        class has one reader: asked for again, the one before ends. Raises NetworkError for no partner of ours.
        """
        self.network.partner(partner)
        self._readers[partner, traffic] += 1
        turn, own = self._readers[partner, traffic], self.network.own.nation
        slow = self.network.partner(partner).is_slow
        return read_in_order(
            Source(
                connection=self._in[partner],
                deliver_subject=deliver_subject(partner, own, traffic),
                reset_subject=f"$JS.{partner}.API.CONSUMER.RESET.{stream_of(traffic)}.{own}",
                heartbeat_s=SLOW_HEARTBEAT_S if slow else HEARTBEAT_S,
                is_current=lambda: self._readers[partner, traffic] == turn,
                link_returns=lambda: self._returns[partner],
                note_message=lambda: self._last_ns.update({partner: time.time_ns()}),
            )
        )

    def status(self) -> tuple[PartnerStatus, ...]:
        """Return how each partner's link was when it was last looked at, at most some seconds ago."""
        return tuple(self._status.values())

    async def look(self) -> tuple[PartnerStatus, ...]:
        """Look at every link now and return how each is."""
        await self._refresh()
        return self.status()

    async def _start_server(self) -> None:
        program = find_program()
        await check_program(program)
        address = f"127.0.0.1:{self._client_port or free_port()}"
        self.url = f"nats://{address}"
        self.server = NatsServer(program, write_server_config(self.network, self.network.state, address))
        self._keep(self.server.run(), "nats-server")

    async def _set_up(self, partner: LinkedPartner) -> None:
        nation, name = self.network.own.nation, partner.nation
        out = await self._connect(f"out {name}", partner.out_admin, "_INBOX_out")
        await set_up_out(out.client, nation, name, partner.link_bps, self._limits, self._replicas)
        self._out[name] = out
        self._in[name] = await self._connect(f"in {name}", partner.ingest, reader_inbox(nation))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            for connection in (self._system, self._guard, *self._out.values(), *self._in.values()):
                with suppress(BusError):
                    await connection.mend()
            await self._refresh()

    async def _refresh(self) -> None:
        try:
            leaves = await look_at_leaves(self._system.client)
        except BusError as error:
            leaves = ()
            for partner in self.network.partners:
                self._errors[partner.nation] = str(error)
        for partner in self.network.partners:
            name = partner.nation
            self._note_return(name, {leaf.connection for leaf in leaves if leaf.account == in_account(name)})
            dialled, dials_us, round_trip_ms = link_of(name, leaves)
            before = self._status[name]
            lag, fill = before.lag, before.outbox_fill
            try:
                out = await look_out(self._out[name].client, name)
                lag, fill = out.lag, out.fill
            except BusError as error:
                self._errors[name] = str(error)
            self._status[name] = PartnerStatus(
                partner=name,
                is_dialled=dialled,
                dials_us=dials_us,
                lag=lag,
                outbox_fill=fill,
                last_message_ns=self._last_ns.get(name),
                round_trip_ms=round_trip_ms,
                refused=self._refused[name],
                last_error=self._errors.get(name, ""),
            )

    def _note_return(self, partner: str, connections: set[str]) -> None:
        """Count the connections made to a partner: what was asked over the one before is never answered."""
        self._returns[partner] += bool(connections - self._dialled[partner])
        self._dialled[partner] = connections

    async def _connect(self, name: str, user: UserSeed, inbox: str) -> Connection:
        connection = Connection(self.url, name, user, inbox)
        try:
            await connection.open(START_S)
        except BusAway as away:
            if self.server is not None and self.server.last_error:
                raise BusError(f"nats-server does not start: {self.server.last_error}") from away
            raise
        self._stack.push_async_callback(connection.close)
        return connection

    def _keep(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run something until the bus is left."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(_note_end)
        self._stack.push_async_callback(cancel, task)

    def _note(self, partner: str, text: str) -> None:
        self._refused[partner] += 1
        self._errors[partner] = text


def _note_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("bus task ended", task=task.get_name(), error=repr(error))
