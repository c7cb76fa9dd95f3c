"""What would go of one thing to one nation, field by field, and by which rule; nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sargas.formats.release.record_wire import WRITTEN
from sargas.formats.release.track_wire import pack_tracks, unpack_tracks
from sargas.model.label import Label
from sargas.model.records import Alert, Decision, GnssInterference, PublicWarning
from sargas.model.sharing_records import Cue, Handover, PartnerNotice, SharedRecord
from sargas.model.tracks import CLASSES, COLUMN_NAMES, Tracks, TrackStatus
from sargas.sharing.agreement import Agreement
from sargas.sharing.drafts import NOT_AGREED
from sargas.sharing.notices import (
    FREE_TEXT,
    LIVE_ALERTS,
    Teller,
    notice_of_alert,
    notice_of_interference,
    notice_of_warning,
    redact_cue,
    redact_handover,
)
from sargas.sharing.partner_state import TOLD_STATES
from sargas.sharing.policy.policy import Policy
from sargas.sharing.policy.words import Kind, Owner, Verdict
from sargas.sharing.redaction import FIELDS_GRANTED, TOLD, is_tellable, redact_tracks
from sargas.sharing.region import inside, touches

TellableRecord = Alert | PublicWarning | GnssInterference | Handover | Cue
KIND_OF: dict[type[BaseModel], Kind] = {
    Alert: "alert",
    PublicWarning: "warning",
    Decision: "approval",
    GnssInterference: "interference",
    Handover: "handover",
    Cue: "cue",
}
GRANT_OF = {"contributing": "sensor_identity", "rcs_dbsm": "performance"}
COARSER = {
    "covariance": "full_accuracy",
    "position_95_m": "full_accuracy",
    "velocity_95_mps": "full_accuracy",
    "class_probabilities": "",
    "flags": "",
}
"""Columns told coarser, and the grant that tells them finer."""


@dataclass(frozen=True, slots=True)
class FieldFate:
    """What becomes of one field: as it is here, as it would go ("" if it does not), and why."""

    name: str
    here: str
    there: str
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What would become of one thing."""

    subject: str
    kind: Kind
    partner: str
    label: Label
    policy: str
    policy_hash: str
    goes: bool
    rules: tuple[str, ...]
    obstacles: tuple[str, ...]
    """What stands against it besides the rules, in words."""
    fields: tuple[FieldFate, ...]


def explain_track(policy: Policy, owner: Owner, agreement: Agreement, track: Tracks, tier: int = 0) -> Explanation:
    """Explain one track: a batch of one row. Raises ValueError for another number of rows."""
    if len(track) != 1:
        raise ValueError(f"expected one track, was {len(track)} rows")
    verdict = _decide(policy, owner, agreement, track.label, "track")
    number, status = int(track.track_id[0]), int(track.status[0])
    obstacles = []
    if status not in TOLD_STATES:
        obstacles.append(f"it is {TrackStatus(status).name.lower()}: confirmed and coasting tracks go")
    if not is_tellable(track, exercise=owner.exercise)[0]:
        obstacles.append("it is simulated or a test target on a live node, or its place or velocity is unknown")
    if not inside(agreement.region, track.latitude_deg, track.longitude_deg)[0]:
        obstacles.append("it is outside the region of the agreement")
    goes = verdict.is_released and not obstacles
    fields = _track_fates(track, verdict, agreement, owner, tier) if goes else ()
    return _explanation(f"track {number}", "track", policy, agreement, track.label, verdict, obstacles, fields)


def explain_record(policy: Policy, owner: Owner, agreement: Agreement, record: TellableRecord) -> Explanation:
    """Explain an alert, a public warning, disturbed navigation, a hand-over or a cue."""
    kind = KIND_OF[type(record)]
    verdict = _decide(policy, owner, agreement, record.label, kind)
    obstacles = _obstacles(record, owner, agreement)
    fields = (
        _record_fates(record, _told(record, owner, verdict), verdict) if verdict.is_released and not obstacles else ()
    )
    subject = f"{kind} {_own_id(record)}"
    return _explanation(subject, kind, policy, agreement, record.label, verdict, obstacles, fields)


def _explanation(
    subject: str,
    kind: Kind,
    policy: Policy,
    agreement: Agreement,
    label: Label,
    verdict: Verdict,
    obstacles: Sequence[str],
    fields: tuple[FieldFate, ...],
) -> Explanation:
    return Explanation(
        subject=subject,
        kind=kind,
        partner=agreement.nation,
        label=label,
        policy=policy.name,
        policy_hash=policy.digest.hex(),
        goes=verdict.is_released and not obstacles,
        rules=verdict.rules,
        obstacles=tuple(obstacles),
        fields=fields,
    )


def _decide(policy: Policy, owner: Owner, agreement: Agreement, label: Label, kind: Kind) -> Verdict:
    if kind not in agreement.kinds:
        return Verdict(False, (NOT_AGREED,))
    return policy.decide(owner, agreement.to_recipient(), label, kind)


def _obstacles(record: TellableRecord, owner: Owner, agreement: Agreement) -> list[str]:
    if isinstance(record, Handover | Cue):
        named = {record.giver, record.taker} if isinstance(record, Handover) else {record.asker, record.asked}
        both = named == {owner.nation, agreement.nation}
        return [] if both else [f"it is between {' and '.join(sorted(named))}"]
    if isinstance(record, Alert):
        held = record.state not in (*LIVE_ALERTS, "ended")
        return ["it is held back: a matter of our own screens"] if held else []
    if isinstance(record, GnssInterference) and (record.cell is None or not record.is_alarm):
        return ["it is about one aircraft, or no alarm: areas in alarm go"]
    told = _told(record, owner, Verdict(False, ()))
    outline = told.polygon if isinstance(told, PartnerNotice) else ()
    return [] if touches(agreement.region, outline) else ["its area is outside the region of the agreement"]


def _told(record: TellableRecord, owner: Owner, verdict: Verdict) -> SharedRecord:
    teller = Teller(owner.nation, b"explained, not told")
    match record:
        case Alert():
            return notice_of_alert(record, {n: f"{owner.nation}-{n}" for n in record.track_ids}, teller)
        case PublicWarning():
            return notice_of_warning(record, {n: f"{owner.nation}-{n}" for n in record.track_ids}, teller)
        case GnssInterference():
            return notice_of_interference(record, teller)
        case Handover():
            return redact_handover(record, verdict)
        case Cue():
            return redact_cue(record, verdict)


NEW_NAMES = {
    "alert_id": "notice_id",
    "warning_id": "notice_id",
    "event_id": "notice_id",
    "tier": "level",
    "cause": "level",
    "eta_from_ns": "eta_ns",
    "eta_until_ns": "eta_ns",
    "areas": "polygon",
    "track_ids": "network_ids",
    "rule": "headline",
    "texts": "headline",
    "band": "headline",
}
"""Fields of our records that a notice tells under another name."""


def _record_fates(record: TellableRecord, told: SharedRecord, verdict: Verdict) -> tuple[FieldFate, ...]:
    found, by = [], ", ".join(verdict.rules)
    written = set(WRITTEN[told.kind])
    for name in type(record).model_fields:
        here = getattr(record, name)
        if name in ("kind", "label"):
            continue
        other = NEW_NAMES.get(name, name)
        if name in FREE_TEXT and isinstance(told, Handover | Cue):
            rules = dict(verdict.fields).get("free_text", ())
            why = f"granted by {', '.join(rules)}" if rules else "no rule grants release_free_text"
            found.append(FieldFate(name, _text(here), _text(getattr(told, name)) if rules else "", why))
        elif other in written and getattr(told, other) not in (None, (), ""):
            words = by if other == name else f"{by}; as {other}"
            found.append(FieldFate(name, _text(here), _text(_goes(told, other)), words))
        else:
            found.append(FieldFate(name, _text(here), "", "in no list of fields that go"))
    return tuple(found)


def _goes(told: SharedRecord, name: str) -> Any:
    """Return a field as it goes; a headline in both its languages."""
    if isinstance(told, PartnerNotice) and name == "headline" and told.headline_lt not in ("", told.headline):
        return told.headline, told.headline_lt
    return getattr(told, name)


def _track_fates(
    track: Tracks, verdict: Verdict, agreement: Agreement, owner: Owner, tier: int
) -> tuple[FieldFate, ...]:
    number = int(track.track_id[0])
    redacted = redact_tracks(track, verdict, agreement, {number: tier} if tier else {})
    body = pack_tracks(redacted.told, owner.nation, number % agreement.buckets, agreement.buckets, redacted.detail)
    there, _, _ = unpack_tracks(body, owner.nation, track.label)
    granted: dict[str, tuple[str, ...]] = dict(verdict.fields)
    found, by = [], ", ".join(verdict.rules)
    for name in COLUMN_NAMES:
        here, goes = _cell(track, name), _cell(there.tracks, name)
        if name in GRANT_OF:
            rules = granted.get(GRANT_OF[name], ())
            why = f"granted by {', '.join(rules)}" if rules else f"no rule grants release_{GRANT_OF[name]}"
            found.append(FieldFate(name, here, goes if rules else "", why))
        elif name in COARSER:
            grant = COARSER[name]
            rules = granted.get(grant, ()) if grant else ()
            finer = f", {FIELDS_GRANTED[grant]} granted by {', '.join(rules)}" if rules else ", coarser"
            found.append(FieldFate(name, here, goes, f"{by}{finer}"))
        elif name in TOLD:
            found.append(FieldFate(name, here, goes, by))
        else:
            found.append(FieldFate(name, here, "", "in no list of fields that go"))
    found.append(FieldFate("danger tier", str(tier), str(int(there.danger[0])), f"{by}; only with its alert"))
    return tuple(found)


def _cell(tracks: Tracks, name: str) -> str:
    if name == "contributing":
        return ", ".join(tracks.contributing_sensor_ids()[0])
    value = getattr(tracks, name)[0]
    if name == "covariance":
        return f"{value[0] ** 0.5:.0f} m east, {value[6] ** 0.5:.0f} m north (one sigma)"
    if name == "class_probabilities":
        return "not classified" if value.max() != value.max() else _best(value)
    return _text(value.item())


def _best(chances: Any) -> str:
    best = int(chances.argmax())
    return f"{CLASSES[best]} {chances[best]:.2f}"


def _own_id(record: TellableRecord) -> str:
    match record:
        case Alert():
            return record.alert_id
        case PublicWarning():
            return record.message_id
        case GnssInterference():
            return record.event_id
        case Handover():
            return record.handover_id
        case Cue():
            return record.cue_id


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("ascii", "replace")
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1000 else f"{value:.1f}"
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        return "; ".join(getattr(v, "name", "") or getattr(v, "headline", "") or "..." for v in value)
    if isinstance(value, tuple):
        return "; ".join(map(_text, value))
    return "" if value is None else str(value)
