"""Read what a partner released, over the link, in its order, each release again until it is acknowledged.

After any break the consumer at the partner's server is set back to the last acknowledged release and counts its
deliveries from 1 again; only the delivery that is next in that count is taken, so that none is left out. Two ways that
are less work were tried on server 2.15.1 and lost releases or their order: durable sourcing into a stream of our own
(the first delivery that comes after a break is taken for the next one), and pull requests (one that is open when its
reader has gone gets what is sent again).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeVar

import structlog
from nats.aio.msg import Msg
from nats.errors import Error

from sargas.runtime.bus.connection import Connection
from sargas.runtime.bus.errors import BusAway, BusError
from sargas.runtime.bus.requests import ask

RETRY_S = 0.25
LOOK_S = 0.5
SILENT_HEARTBEATS = 2.5
MOST_SILENT_HEARTBEATS = 20.0
LONGEST_RESET_S = 600.0
T = TypeVar("T")

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
    link_returns: Callable[[], int]
    """How often the link came up: what was asked before that is not answered any more."""
    note_message: Callable[[], None]

    def mark(self) -> tuple[int, int]:
        """Return what changes with every break on the way."""
        return self.connection.generation, self.link_returns()


async def read_in_order(source: Source) -> AsyncGenerator[Delivery, None]:
    """Yield what there is and what comes, as long as the source is current; a break of link or server is waited out.

    A link slower than thought is silent while a block is under way, and giving up brings all of it once more: so each
    time in vain doubles the silence that is taken for a break, until the link is another one.
    """
    patience = SILENT_HEARTBEATS
    while source.is_current():
        session = _read_session(source, patience * source.heartbeat_s)
        try:
            async for delivery in session:
                yield delivery
        except TimeoutError:
            patience = min(2 * patience, MOST_SILENT_HEARTBEATS)
            _log.debug("a partner's releases fell silent", subject=source.deliver_subject, next_patience=patience)
        except (BusError, Error, OSError) as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # the client makes an error of its own of being cancelled
                raise asyncio.CancelledError from error
            patience = SILENT_HEARTBEATS
            _log.debug("reading a partner's releases broke", subject=source.deliver_subject, error=repr(error))
        finally:
            await session.aclose()
        await asyncio.sleep(RETRY_S)


async def _read_session(source: Source, patience_s: float) -> AsyncGenerator[Delivery, None]:
    """Read until something breaks or a delivery is missing. Raises TimeoutError of silence, BusError, Error."""
    client, mark = source.connection.client, source.mark()
    came: asyncio.Queue[Msg] = asyncio.Queue()  # bounded by what the server lets be under way

    async def take(message: Msg) -> None:
        came.put_nowait(message)

    subscription = await client.subscribe(source.deliver_subject, cb=take)
    expected = 1
    try:
        await _until(ask(client, source.reset_subject, patience_s=LONGEST_RESET_S), source, mark, patience_s)
        while source.mark() == mark:
            message = await _until(came.get(), source, mark, patience_s) if came.empty() else came.get_nowait()
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


async def _until(work: Coroutine[Any, Any, T], source: Source, mark: tuple[int, int], patience_s: float) -> T:
    """Return what comes of something. Raises TimeoutError after ``patience_s``, BusAway at a break of the way."""
    loop = asyncio.get_running_loop()
    task, give_up_s = asyncio.ensure_future(work), loop.time() + patience_s
    try:
        while not task.done():
            left_s = give_up_s - loop.time()
            if left_s <= 0.0:
                raise TimeoutError
            if source.mark() != mark:
                raise BusAway(f"{source.deliver_subject}: the link broke and returned")
            await asyncio.wait((task,), timeout=min(left_s, LOOK_S))
        return await task
    finally:
        task.cancel()


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
