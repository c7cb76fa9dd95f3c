"""The outbox of public warnings: what each channel is to send, kept in the store, so that a crash forgets nothing.

States: ``waiting`` (to be tried at ``next_ns``), ``sending`` (begun; after a crash nobody knows), and at the end
``sent``, ``refused``, ``unclear`` or ``expired``. A message has one row a channel for ever: it is entered once.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from sargas.model.label import Label
from sargas.runtime.store import Store
from sargas.runtime.store.schema import WARNING_OUTBOX as TABLE
from sargas.runtime.store.write import insert
from sargas.runtime.warnings.channels import Notice

OPEN = ("waiting", "sending")
_OF_DUE = tuple(TABLE.c[name] for name in ("message_id", "notice", "attempts", "next_ns", "expires_ns", "label"))


@dataclass(frozen=True, slots=True)
class Due:
    """One message that a channel is to send; times UTC ns."""

    message_id: str
    notice: Notice
    attempts: int
    next_ns: int
    expires_ns: int
    label: Label


class WarningOutbox:
    """Rows of one store. Every method raises StoreAway while the database is out of reach."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def enter(
        self, message_id: str, notice: Notice, channels: Sequence[str], expires_ns: int, label: Label, time_ns: int
    ) -> None:
        """Note that a message is to be sent over channels; those that have it already keep what they know."""
        row = {
            "message_id": message_id, "state": "waiting", "notice": _dump(notice), "attempts": 0, "next_ns": time_ns,
            "expires_ns": expires_ns, "label": label,
        }  # fmt: skip
        with self._store.write_transaction() as connection:
            statement = insert(connection, TABLE).on_conflict_do_nothing(index_elements=["message_id", "channel"])
            for channel in channels:
                connection.execute(statement, [row | {"channel": channel}])

    def known(self) -> frozenset[str]:
        """Name the messages that were entered."""
        with self._store.read_transaction() as connection:
            return frozenset(connection.execute(sa.select(TABLE.c.message_id).distinct()).scalars())

    def due(self, channel: str, state: str) -> tuple[Due, ...]:
        """Read the rows of a channel in a state, the next first."""
        query = (
            sa.select(*_OF_DUE)
            .where(TABLE.c.channel == channel, TABLE.c.state == state)
            .order_by(TABLE.c.next_ns, TABLE.c.message_id)
        )
        with self._store.read_transaction() as connection:
            rows = connection.execute(query).all()
        return tuple(Due(row.message_id, _load(row.notice), *row[2:]) for row in rows)

    def strays(self, channels: Sequence[str]) -> tuple[tuple[str, Due, str], ...]:
        """Read what is still to be sent over other channels than these: the channel, the message, its state."""
        query = sa.select(*_OF_DUE, TABLE.c.channel, TABLE.c.state).where(
            TABLE.c.state.in_(OPEN), TABLE.c.channel.not_in(channels)
        )
        with self._store.read_transaction() as connection:
            rows = connection.execute(query.order_by(TABLE.c.next_ns, TABLE.c.message_id)).all()
        return tuple((row.channel, Due(row.message_id, _load(row.notice), *row[2:-2]), row.state) for row in rows)

    def later(self, channel: str, message_id: str) -> str | None:
        """Name the newest message of the same warning at a channel, if it came after this one; none: this is it."""
        warning_id, _, number = message_id.rpartition("/")
        same = TABLE.c.message_id.startswith(f"{warning_id}/", autoescape=True)
        with self._store.read_transaction() as connection:
            found = connection.execute(sa.select(TABLE.c.message_id).where(TABLE.c.channel == channel, same)).scalars()
            numbers = [int(last) for one in found if (last := one.removeprefix(f"{warning_id}/")).isdecimal()]
        newest = max(numbers, default=0)
        return f"{warning_id}/{newest}" if number.isdecimal() and newest > int(number) else None

    def mark(self, message_id: str, channel: str, state: str, attempts: int, next_ns: int) -> None:
        """Note what became of a message at a channel."""
        row = sa.update(TABLE).where(TABLE.c.message_id == message_id, TABLE.c.channel == channel)
        with self._store.write_transaction() as connection:
            connection.execute(row.values(state=state, attempts=attempts, next_ns=next_ns))

    def reopen(self, message_id: str, channel: str, time_ns: int, expires_ns: int) -> bool:
        """Send again what ended without being sent, as a person asked; False: there is no such row."""
        ended = TABLE.c.state.in_(("refused", "unclear", "expired"))
        row = sa.update(TABLE).where(TABLE.c.message_id == message_id, TABLE.c.channel == channel, ended)
        with self._store.write_transaction() as connection:
            new = {"state": "waiting", "attempts": 0, "next_ns": time_ns, "expires_ns": expires_ns}
            found = connection.execute(row.values(**new))
        return found.rowcount > 0


def _dump(notice: Notice) -> str:
    said = {"identifier": notice.identifier, "headline": notice.headline, "text": notice.text}
    return json.dumps(said | {"cap": b64encode(notice.cap).decode()})


def _load(text: str) -> Notice:
    said = json.loads(text)
    return Notice(said["identifier"], said["headline"], said["text"], b64decode(said["cap"]))
