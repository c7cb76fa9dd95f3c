"""Which records partners may be told of come of the store's outbox, where they are written with the record itself.

Each partner reads them at its own pace: what one that takes nothing has not got yet waits in the store for it alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sargas.model.records import Alert, Decision, GnssInterference, PublicWarning, Record
from sargas.runtime.store import OutboxMessage, Store

OUTBOX_SUBJECT = "release"
STORED = (Alert, Decision, PublicWarning, GnssInterference)
MOST_OF_OUTBOX = 200
"""Rows read at once."""


def subject_of(record: Record) -> str | None:
    """Name the outbox subject of what the guard is to look at; none: it stays here."""
    return OUTBOX_SUBJECT if isinstance(record, STORED) else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that some partners are to be told of now, in order; ``is_new``: nobody has read them before."""

    partners: tuple[str, ...]
    rows: tuple[OutboxMessage, ...]
    until: int
    is_new: bool

    @property
    def ids(self) -> tuple[tuple[int, str], ...]:
        """Return position and uuid of each row."""
        return tuple((row.position, row.uuid) for row in self.rows)


class StoredReading:
    """Read the outbox for each partner from where it is; a row is done once the bus has it for all of them."""

    def __init__(self, store: Store, partners: Collection[str]) -> None:
        self._store = store
        self._read_to = dict.fromkeys(partners, 0)
        self._kept_to = dict.fromkeys(partners, 0)
        self._front = 0
        self._unmarked: list[str] = []

    def is_behind(self, partner: str) -> bool:
        """Say whether others have read what this one has not."""
        return self._read_to[partner] < self._front

    def read(self, with_room: Collection[str]) -> list[Stretch]:
        """Read on for the partners that have room, those behind the others first. Raises StoreAway."""
        places = {self._read_to[partner] for partner in with_room} if self._read_to else {self._front}
        return [self._read_from(place, with_room) for place in sorted(places)]

    def note_kept(self, partner: str | None, until: int, ids: Sequence[tuple[int, str]]) -> None:
        """Note that the bus has all that follows for a partner of a stretch; none: there is no partner."""
        if partner is not None:
            self._kept_to[partner] = until
        least = min(self._kept_to.values(), default=until)
        self._unmarked += [uuid for position, uuid in ids if position <= least]

    def mark(self, now_ns: int) -> None:
        """Note in the store what is done, at a time (UTC ns). Raises StoreAway: then it is noted the next time."""
        done = tuple(self._unmarked)
        if done:
            self._store.mark_sent(done, now_ns)
            del self._unmarked[: len(done)]

    def _read_from(self, place: int, with_room: Collection[str]) -> Stretch:
        partners = tuple(name for name in self._read_to if name in with_room and self._read_to[name] == place)
        found: Sequence[OutboxMessage] = self._store.unsent(MOST_OF_OUTBOX, place)
        is_new = place == self._front
        if not is_new:
            found = [row for row in found if row.position <= self._front]
        until = found[-1].position if found else self._front
        self._front = max(self._front, until)
        self._read_to.update(dict.fromkeys(partners, until))
        rows = tuple(row for row in found if row.subject == OUTBOX_SUBJECT)
        return Stretch(partners, rows, until, is_new)
