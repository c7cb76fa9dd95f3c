"""What is on record when a node starts: in the store, and in the journal where the store ends before it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TypeVar, get_args

import structlog

from sargas.model.envelope import Envelope
from sargas.model.records import RECORD, EnteredRecord, Record
from sargas.runtime.journal import Journal
from sargas.runtime.journal_read import read
from sargas.runtime.store import Store, StoreAway, StoreError
from sargas.runtime.store.read import Revised

MOST_MISSING = 500_000
"""Envelopes that the store may lack and that are still read at the start: some seconds."""

Entered = TypeVar("Entered", bound=Record)
_log = structlog.get_logger("sargas.node")


def newest_on_record(store: Store, journal: Journal, kind: type[Revised], key: str) -> dict[str, Revised]:
    """Return the newest revision of each thing of a kind by the field that names it. Raises StoreAway."""
    held = {getattr(one, key): one for one in store.newest(kind, limit=None)}
    return held | {getattr(one, key): one for one in beyond_store(store, journal, kind)}


def beyond_store(store: Store, journal: Journal, kind: type[Entered]) -> Iterator[Entered]:
    """Yield the records of a kind that the journal holds and the store lacks: a crash between both forgets nothing.

    None where the store lacks more than ``MOST_MISSING`` envelopes or does not know how many. Raises StoreAway.
    """
    stored = _last_stored(store, journal)
    if stored is not None:
        yield from journaled(journal.directory, stored, kind)


def store_entered(store: Store, journal: Journal, besides: Collection[str]) -> int:
    """Store what persons entered and only the journal has, but for the record ids ``besides``; return how many.

    As ``beyond_store`` where the store lacks too much. Raises StoreAway, and StoreError for what it refuses.
    """
    stored = _last_stored(store, journal)
    if stored is None:
        return 0
    found = (RECORD.validate_json(one.data) for one in _marked(journal.directory, stored, get_args(EnteredRecord)))
    entered = [record for record in found if isinstance(record, EnteredRecord) and record.id not in besides]
    return store.write(entered) if entered else 0


def keep_entered(store: Store, journal: Journal, besides: Collection[str]) -> None:
    """Do ``store_entered`` as a node starts: what was handed in comes to the store of the core; say how it went."""
    try:
        new = store_entered(store, journal, besides)
    except StoreError as error:
        _log.warning("what persons entered last may be in the journal only", error=str(error))
        return
    if new:
        _log.info("the store has what persons entered just before the last stop", records=new)


def warn_of_missing_records(store: Store, journal: Journal) -> None:
    """Say when the store ends before the journal, or that nobody knows."""
    try:
        stored = store.journal_sequence()
    except StoreAway as error:
        _log.warning("the store is away; what it lacks is not known", error=str(error))
        return
    last = journal.status().next_sequence - 1
    if last >= 0 and (stored is None or stored < last):
        _log.warning(
            "the store ends before the journal; write what it lacks: sargas journal records DIR --store URL",
            stored=stored, journaled=last,
        )  # fmt: skip


def _last_stored(store: Store, journal: Journal) -> int | None:
    """Say after which envelope the store lacks some, not too many; none: nothing, too many, or nobody knows."""
    stored, last = store.journal_sequence(), journal.status().next_sequence - 1
    return stored if stored is not None and 0 < last - stored <= MOST_MISSING else None


def journaled(directory: Path, after_sequence: int, kind: type[Entered]) -> Iterator[Entered]:
    """Yield the records of a kind that a journal holds behind an envelope, in order."""
    for envelope in _marked(directory, after_sequence, (kind,)):
        yield kind.model_validate_json(envelope.data)


def _marked(directory: Path, after_sequence: int, kinds: Sequence[type[Record]]) -> Iterator[Envelope]:
    """Yield the envelopes behind one that say that they are of a kind."""
    marks = [f'"kind":"{kind.model_fields["kind"].default}"'.encode() for kind in kinds]
    for envelope in read(directory, after_sequence + 1):
        if envelope.kind == "record" and any(mark in envelope.data for mark in marks):
            yield envelope
