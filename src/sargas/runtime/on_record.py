"""What is on record when a node starts: in the store, and in the journal where the store ends before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from sargas.model.records import (
    Decision,
    FlightPermission,
    PolicyChange,
    SourceLabel,
    SourcePause,
    Unit,
    WarningDelivery,
    WindTable,
    ZoneChange,
)
from sargas.runtime.journal import Journal
from sargas.runtime.journal_read import read
from sargas.runtime.store import Store

MOST_MISSING = 500_000
"""Envelopes that the store may lack and that are still read at the start: some seconds."""

Entered = TypeVar(
    "Entered",
    Decision,
    FlightPermission,
    WindTable,
    ZoneChange,
    Unit,
    SourcePause,
    SourceLabel,
    PolicyChange,
    WarningDelivery,
)
Revised = TypeVar("Revised", FlightPermission, WindTable, ZoneChange, Unit, SourcePause, SourceLabel, PolicyChange)


def newest_on_record(store: Store, journal: Journal, kind: type[Revised], key: str) -> dict[str, Revised]:
    """Return the newest revision of each thing of a kind by the field that names it. Raises StoreAway."""
    held = {getattr(one, key): one for one in store.newest(kind)}
    return held | {getattr(one, key): one for one in beyond_store(store, journal, kind)}


def beyond_store(store: Store, journal: Journal, kind: type[Entered]) -> Iterator[Entered]:
    """Yield the records of a kind that the journal holds and the store lacks: a crash between both forgets nothing.

    None where the store lacks more than ``MOST_MISSING`` envelopes or does not know how many. Raises StoreAway.
    """
    stored, last = store.journal_sequence(), journal.status().next_sequence - 1
    if stored is not None and 0 < last - stored <= MOST_MISSING:
        yield from journaled(journal.directory, stored, kind)


def journaled(directory: Path, after_sequence: int, kind: type[Entered]) -> Iterator[Entered]:
    """Yield the records of a kind that a journal holds behind an envelope, in order."""
    mark = f'"kind":"{kind.model_fields["kind"].default}"'.encode()
    for envelope in read(directory, after_sequence + 1):
        if envelope.kind == "record" and mark in envelope.data:
            yield kind.model_validate_json(envelope.data)
