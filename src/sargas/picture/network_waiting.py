"""Records of a partner that wait for their turn: the newest word on each thing, urgent ones first, so many at most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sargas.model.records import RECORD
from sargas.model.sharing_records import Cue, Handover, PartnerNotice, SharedRecord
from sargas.sharing.urgency import is_urgent, key_of

MOST_WAITING = 5_000
"""Records of one source that wait; the least urgent that came first goes for what is beyond, and is counted."""


class WaitingRecords:
    """Keep records of one source until they are taken, within each urgency in the order in which they came."""

    def __init__(self) -> None:
        self._urgent: dict[tuple[str, str], SharedRecord] = {}
        self._others: dict[tuple[str, str], SharedRecord] = {}

    def __len__(self) -> int:
        return len(self._urgent) + len(self._others)

    def put(self, record: SharedRecord) -> int:
        """Let a record wait in the place of an older word on the same thing; returns how many had to go."""
        key = key_of(record)
        queue, other = (self._urgent, self._others) if is_urgent(record) else (self._others, self._urgent)
        other.pop(key, None)
        queue[key] = record
        if len(self) <= MOST_WAITING:
            return 0
        least = self._others or self._urgent
        del least[next(iter(least))]
        return 1

    def take(self) -> SharedRecord | None:
        """Return the next one, or none."""
        queue = self._urgent or self._others
        return queue.pop(next(iter(queue))) if queue else None

    def to_header(self) -> list[Any]:
        """Return it as JSON."""
        return [[one.model_dump(mode="json") for one in queue.values()] for queue in (self._urgent, self._others)]

    @classmethod
    def of_header(cls, header: Sequence[Any]) -> WaitingRecords:
        """Return it as it was. Raises ValueError for a header that is none."""
        found = cls()
        for queue, fields in zip((found._urgent, found._others), header, strict=True):
            for one in map(RECORD.validate_python, fields):
                if not isinstance(one, Handover | Cue | PartnerNotice):
                    raise ValueError(f"expected a record of a partner, was {one.kind}")
                queue[key_of(one)] = one
        return found
