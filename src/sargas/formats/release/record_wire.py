"""Records of the log: only the fields named here are ever written. Specification: spec/release.md, Log."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from sargas.formats.release.envelope import Release
from sargas.formats.release.octets import ReleaseError
from sargas.model.label import Label
from sargas.model.sharing_records import Cue, Handover, PartnerNotice, SharedRecord

WRITTEN: dict[str, tuple[str, ...]] = {
    "partner_notice": (
        "time_ns",
        "notice_id",
        "about",
        "state",
        "level",
        "headline",
        "headline_lt",
        "network_ids",
        "polygon",
        "eta_ns",
        "is_over",
    ),
    "handover": (
        "time_ns",
        "handover_id",
        "state",
        "network_id",
        "giver",
        "taker",
        "offered_ns",
        "expires_ns",
        "reason",
        "reason_lt",
    ),
    "cue": (
        "time_ns",
        "cue_id",
        "state",
        "asker",
        "asked",
        "latitude_deg",
        "longitude_deg",
        "altitude_m",
        "radius_m",
        "velocity_east_mps",
        "velocity_north_mps",
        "network_id",
        "seen_as",
        "expires_ns",
        "reason",
    ),
}
"""Fields on the wire. Message id, origin, label and nation are those of the envelope."""
MODELS: dict[str, type[PartnerNotice] | type[Handover] | type[Cue]] = {
    "partner_notice": PartnerNotice,
    "handover": Handover,
    "cue": Cue,
}
TOKENS: dict[str, tuple[str, ...]] = {
    "partner_notice": ("alert", "warning", "approval", "interference"),
    "handover": ("handover",),
    "cue": ("cue",),
}


def pack_record(record: SharedRecord) -> bytes:
    """Write the fields of a record that are told, those at their default left out, as canonical JSON."""
    dumped = record.model_dump(mode="json", include=set(WRITTEN[record.kind]), exclude_defaults=True)
    ordered = {"kind": record.kind} | {name: dumped[name] for name in WRITTEN[record.kind] if name in dumped}
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode()


def token_of(record: SharedRecord) -> str:
    """Return the token of the log that a record goes under."""
    return record.about if isinstance(record, PartnerNotice) else TOKENS[record.kind][0]


def unpack_record(release: Release, label: Label) -> SharedRecord:
    """Read the record of a log release, under this label. Raises ReleaseError for anything else than a known record."""
    try:
        fields: Any = json.loads(release.body)
    except (ValueError, RecursionError):
        raise ReleaseError("expected a record as JSON, was not: report it to the partner") from None
    kind = fields.pop("kind", None) if isinstance(fields, dict) else None
    if not isinstance(kind, str) or kind not in MODELS:
        raise ReleaseError(f"expected a record out of {', '.join(MODELS)}, was {str(kind)[:40]!r}: update this node")
    strange = sorted(set(fields) - set(WRITTEN[kind]))
    if strange:
        raise ReleaseError(
            f"expected fields of a {kind} that version 1 knows, was {strange[0][:40]!r}: update this node"
        )
    fields |= {"id": release.message_id, "origin": release.origin, "label": label}
    if kind == "partner_notice":
        fields["nation"] = release.origin
    try:
        record = MODELS[kind].model_validate_json(json.dumps(fields, default=_dump_label))
    except (ValidationError, ValueError, RecursionError) as error:
        raise ReleaseError(f"expected a whole {kind}, was not: {_first(error)}: report it to the partner") from None
    check_parties(record, release.origin, release.destination)
    if token_of(record) != release.token:
        raise ReleaseError(f"expected token {token_of(record)!r} on this {kind}, was {release.token!r}")
    return record


def check_parties(record: SharedRecord, origin: str, destination: str) -> None:
    """Raise ReleaseError for a hand-over or cue between others than the two nations of the release."""
    if isinstance(record, PartnerNotice):
        return
    named = {record.giver, record.taker} if isinstance(record, Handover) else {record.asker, record.asked}
    if named != {origin, destination}:
        raise ReleaseError(f"expected a {record.kind} between {origin} and {destination}, was {sorted(named)}")


def _dump_label(label: Label) -> Any:
    return label.model_dump(mode="json")


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        found = error.errors()[0]
        return f"{'.'.join(map(str, found['loc']))[:60]}: {found['msg'][:120]}"
    return type(error).__name__
