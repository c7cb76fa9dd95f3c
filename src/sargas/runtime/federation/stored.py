"""Which records partners may be told of come of the store's outbox, where they are written with the record itself."""

from __future__ import annotations

from sargas.model.records import Alert, Decision, GnssInterference, PublicWarning, Record

OUTBOX_SUBJECT = "release"
STORED = (Alert, Decision, PublicWarning, GnssInterference)


def subject_of(record: Record) -> str | None:
    """Name the outbox subject of what the guard is to look at; none: it stays here."""
    return OUTBOX_SUBJECT if isinstance(record, STORED) else None
