"""What a person hands in, as a deed: who, what, on what, and the SHA-256 of the whole of it."""

from __future__ import annotations

from sargas.model.records import (
    Claim,
    Configuration,
    Decision,
    EnteredRecord,
    FlightPermission,
    HumanReport,
    PolicyChange,
    SourceLabel,
    SourcePause,
    Unit,
    WarningDelivery,
    WindTable,
    ZoneChange,
)
from sargas.runtime.audit.entry import Deed


def deed_of(record: EnteredRecord | WarningDelivery | Configuration) -> Deed:
    """Name the deed that a record is."""
    inputs = record.model_dump_json().encode()
    match record:
        case Decision():
            told = {"reason": record.reason} if record.reason else {}
            return Deed(actor=record.actor, action=record.action, object=record.subject, inputs=inputs, detail=told)
        case FlightPermission():
            return _entered(record.entered_by or record.origin, "permission", record.permission_id, inputs)
        case WindTable():
            return _entered(record.entered_by or record.origin, "wind", record.table_id, inputs)
        case ZoneChange():
            return _entered(record.entered_by or record.origin, "zone", record.zone_id, inputs)
        case Unit():
            return _entered(record.entered_by or record.origin, "unit", record.unit_id, inputs)
        case PolicyChange():
            detail = {"reason": record.reason, "state": record.state}
            return Deed(actor=record.entered_by, action="policy", object=record.policy, inputs=inputs, detail=detail)
        case SourceLabel():
            marking = f"{record.marking.classification.name.lower()} {' '.join(record.marking.releasable_to)}".strip()
            detail = {"reason": record.reason, "marking": marking, "from_ns": str(record.from_ns)}
            return Deed(
                actor=record.entered_by, action="source:label", object=record.source, inputs=inputs, detail=detail
            )
        case SourcePause():
            action = "source:pause" if record.state == "paused" else "source:resume"
            told = {"reason": record.reason} if record.reason else {}
            return Deed(actor=record.entered_by, action=action, object=record.source, inputs=inputs, detail=told)
        case HumanReport():
            return _entered(record.entered_by or record.origin, "report", record.id, inputs)
        case Claim():
            return _entered(record.source, f"claim:{record.about}", f"track {record.track_id}", inputs)
        case WarningDelivery():
            detail = {"state": record.state}
            return Deed(
                actor=record.origin, action="delivery", object=f"{record.message_id}@{record.channel}", inputs=inputs,
                detail=detail,
            )  # fmt: skip
        case Configuration():
            return _entered(record.origin, "configuration", record.node, inputs)


def _entered(actor: str, action: str, subject: str, inputs: bytes) -> Deed:
    return Deed(actor=actor, action=action, object=subject, inputs=inputs)
