"""Which of a partner's records come first where not all can be taken or shown at once."""

from __future__ import annotations

from sargas.model.sharing_records import PartnerNotice, SharedRecord


def is_urgent(record: SharedRecord) -> bool:
    """Say whether a record goes before others: a hand-over or cue, which runs out, or an alarm that stands."""
    if not isinstance(record, PartnerNotice):
        return True
    return record.about in ("alert", "warning") and record.level != "advisory" and not record.is_over


def key_of(record: SharedRecord) -> tuple[str, str]:
    """Name what a record is the newest word on: a later record of the same takes its place."""
    if isinstance(record, PartnerNotice):
        return record.about, record.notice_id
    return record.kind, record.cue_id if record.kind == "cue" else record.handover_id
