"""Read a stream in its order, each release again until it is acknowledged.

After any break the consumer is set back to the last acknowledged release and counts its deliveries from 1 again; only
the delivery that is next in that count is taken. Without that a server would hand out new releases first, and those
that were under way a minute later. The consumer pushes: a pull request that is still open at the server when its
reader has gone gets what is delivered again, and the order is lost (measured on 2.15.1).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import structlog
from nats.aio.msg import Msg
from nats.errors import Error

from sargas.runtime.bus.connection import Connection
from sargas.runtime.bus.errors import BusError
from sargas.runtime.bus.names import READER, Traffic, reader_subject, stream_of
from sargas.runtime.bus.requests import API, ask
from sargas.runtime.bus.streams import READER_HEARTBEAT_S

RETRY_S = 0.25

_log = structlog.get_logger("sargas.bus")


class Delivery(NamedTuple):
    """What a partner released, and what to await once it is safe here."""

    data: bytes
    ack: Callable[[], Awaitable[None]]


async def read_in_order(
    connection: Connection, traffic: Traffic, is_current: Callable[[], bool]
) -> AsyncGenerator[Delivery, None]:
    """Yield what there is of a class and what comes, as long as this is the current reader of it.

    A break of connection or server is waited out.
    """
    last = ""
    while is_current():
        session = _read_session(connection, traffic, is_current)
        try:
            async for delivery in session:
                yield delivery
        except (TimeoutError, BusError, Error, OSError) as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # the client makes an error of its own of being cancelled
                raise asyncio.CancelledError from error
            if str(error) != last:
                last = str(error)
                _log.warning("reading a partner's releases broke", traffic=traffic, error=repr(error))
        finally:
            await session.aclose()
        await asyncio.sleep(RETRY_S)


async def _read_session(
    connection: Connection, traffic: Traffic, is_current: Callable[[], bool]
) -> AsyncGenerator[Delivery, None]:
    """Read until the connection breaks or a delivery is missing. Raises what the client library raises, BusError."""
    client, generation = connection.client, connection.generation
    subscription = await client.subscribe(reader_subject(traffic))
    expected, is_counted = 1, False
    try:
        await ask(client, f"{API}.CONSUMER.RESET.{stream_of(traffic)}.{READER}")
        while connection.generation == generation:
            message = await subscription.next_msg(timeout=2.5 * READER_HEARTBEAT_S)
            if not is_current():
                return
            number = _delivery_number(message)
            if number is None:
                if _delivered_so_far(message) >= expected:  # and did not come
                    return
            elif number == expected:
                expected, is_counted = expected + 1, True
                yield Delivery(message.data, partial(_acknowledge, message))
            elif is_counted:
                return
            # before the first in the new count: left over from the count before
    finally:
        with suppress(Error, OSError):
            await subscription.unsubscribe()


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
