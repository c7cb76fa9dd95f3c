"""Read what a partner released, over the link, in its order, each release again until it is acknowledged.

After any break the consumer at the partner's server is set back to the last acknowledged release and counts its
deliveries from 1 again; only the delivery that is next in that count is taken, so that none is left out. Two ways that
are less work were tried on server 2.15.1 and lost releases or their order: durable sourcing into a stream of our own
(the first delivery that comes after a break is taken for the next one), and pull requests (one that is open when its
reader has gone gets what is sent again).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import structlog
from nats.aio.msg import Msg
from nats.errors import Error

from sargas.runtime.bus.connection import Connection
from sargas.runtime.bus.errors import BusError
from sargas.runtime.bus.requests import ask

RETRY_S = 0.25

_log = structlog.get_logger("sargas.bus")


class Delivery(NamedTuple):
    """What a partner released, and what to await once it is safe here."""

    data: bytes
    ack: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a class of a partner is read: connection, subject, and consumer at its server."""

    connection: Connection
    deliver_subject: str
    reset_subject: str
    heartbeat_s: float
    is_current: Callable[[], bool]
    """Whether no other reader has been asked for since."""
    note_message: Callable[[], None]


async def read_in_order(source: Source) -> AsyncGenerator[Delivery, None]:
    """Yield what there is and what comes, as long as the source is current; a break of link or server is waited out."""
    while source.is_current():
        session = _read_session(source)
        try:
            async for delivery in session:
                yield delivery
        except (BusError, Error, TimeoutError, OSError) as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # the client makes an error of its own of being cancelled
                raise asyncio.CancelledError from error
            _log.debug("reading a partner's releases broke", subject=source.deliver_subject, error=repr(error))
        finally:
            await session.aclose()
        await asyncio.sleep(RETRY_S)


async def _read_session(source: Source) -> AsyncGenerator[Delivery, None]:
    """Read until something breaks or a delivery is missing. Raises what the client library raises, BusError."""
    client, generation = source.connection.client, source.connection.generation
    came: asyncio.Queue[Msg] = asyncio.Queue()  # bounded by what the server lets be under way

    async def take(message: Msg) -> None:
        came.put_nowait(message)

    subscription = await client.subscribe(source.deliver_subject, cb=take)
    expected = 1
    try:
        await ask(client, source.reset_subject)
        while source.connection.generation == generation:
            message = await _next(came, 2.5 * source.heartbeat_s)
            if not source.is_current():
                return
            number = _delivery_number(message)
            if number is None:
                if _delivered_so_far(message) >= expected:  # and did not come
                    return
            elif number == expected:
                expected += 1
                source.note_message()
                yield Delivery(message.data, partial(_acknowledge, message))
            elif expected > 1:
                return
            # before the first of the new count: left over from the count before
    finally:
        with suppress(Error, OSError):
            await subscription.unsubscribe()


async def _next(came: asyncio.Queue[Msg], patience_s: float) -> Msg:
    """Return what came next; without a timer while there is something. Raises TimeoutError."""
    if came.empty():
        return await asyncio.wait_for(came.get(), patience_s)
    return came.get_nowait()


def _delivery_number(message: Msg) -> int | None:
    """Return the how-many-th delivery since the count began a release is; none for what is no release."""
    if not message.reply.startswith("$JS.ACK."):
        return None
    try:
        number: int = message.metadata.sequence.consumer
    except (Error, ValueError, IndexError):
        return None
    return number


def _delivered_so_far(heartbeat: Msg) -> int:
    """Return how many deliveries the server says it made; 0 when it says nothing."""
    said = (heartbeat.headers or {}).get("Nats-Last-Consumer", "")
    return int(said) if said.isdecimal() else 0


async def _acknowledge(message: Msg) -> None:
    """Say that a release is safe here; a lost acknowledgement brings it once more."""
    with suppress(Error, OSError):
        await message.respond(b"+ACK")
