"""The outbox: what is to be sent, written in the transaction of the record it tells of, read by the bus relay.

The relay reads ``read_unsent``, publishes each with its uuid as message id, and marks it sent after the bus
acknowledged it. A relay killed in between publishes again under the same uuid; the receiver drops the second one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from sargas.model.label import Label
from sargas.runtime.store.schema import OUTBOX


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One message to send: the payload is the record's canonical JSON, the times are UTC ns; positions rise."""

    uuid: str
    subject: str
    payload: bytes
    created_ns: int
    label: Label
    position: int


def read_unsent(connection: sa.Connection, limit: int = 100, after: int = 0) -> tuple[OutboxMessage, ...]:
    """Read what is not marked sent, in the order it was stored; behind a position."""
    columns = (OUTBOX.c.uuid, OUTBOX.c.subject, OUTBOX.c.payload, OUTBOX.c.created_ns, OUTBOX.c.label)
    unsent = sa.select(*columns, OUTBOX.c.position).where(OUTBOX.c.sent_ns.is_(None), OUTBOX.c.position > after)
    query = unsent.order_by(OUTBOX.c.position).limit(limit)
    return tuple(OutboxMessage(*row) for row in connection.execute(query))


def mark_sent(connection: sa.Connection, uuids: Sequence[str], sent_ns: int) -> int:
    """Note that the bus acknowledged these at ``sent_ns``; return how many were not marked before."""
    unsent = sa.update(OUTBOX).where(OUTBOX.c.uuid.in_(uuids), OUTBOX.c.sent_ns.is_(None))
    return connection.execute(unsent.values(sent_ns=sent_ns)).rowcount


def delete_sent(connection: sa.Connection, before_ns: int) -> int:
    """Delete what was sent before a time; return how many."""
    return connection.execute(sa.delete(OUTBOX).where(OUTBOX.c.sent_ns < before_ns)).rowcount
