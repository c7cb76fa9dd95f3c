"""What one nation is told in words: alerts as long as they stand, and each warning, approval, hand-over, cue once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sargas.formats.release.record_wire import WRITTEN, pack_record, token_of
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label, most_restrictive
from sargas.model.records import Alert, Decision, GnssInterference, OneRecord, PublicWarning
from sargas.model.sharing_records import Cue, Handover, PartnerNotice, SharedRecord
from sargas.sharing.drafts import Ledger
from sargas.sharing.notices import (
    LIVE_ALERTS,
    Teller,
    completes,
    notice_of_alert,
    notice_of_decision,
    notice_of_interference,
    notice_of_warning,
    redact_cue,
    redact_handover,
)
from sargas.sharing.policy.words import EXERCISE, Kind, Verdict
from sargas.sharing.region import touches

TIERS = {"advisory": 1, "critical": 2}
ETA_STEP_NS, ETA_SHARE = 15 * NS_PER_S, 0.2
"""An expected arrival is told anew when it moved by so much, and by this share of the time that is left."""
NO_TRACK, OUTSIDE, NOT_TOLD, LOG_FULL = "no-track-told", "agreement-region", "no-warning-told", "log-full"
WarningOf = Callable[[Decision], PublicWarning | None]


@dataclass(frozen=True, slots=True)
class _Told:
    """An alert as it was last told."""

    notice: PartnerNotice
    verdict: Verdict


class PartnerLog:
    """Tell one nation what must not be missed: complete, in order, ahead of everything else."""

    def __init__(self, ledger: Ledger, teller: Teller) -> None:
        self._ledger, self._teller = ledger, teller
        self._told: dict[str, _Told] = {}
        self._warned: dict[str, None] = {}

    def tiers(self, alerts: Sequence[Alert]) -> dict[int, int]:
        """Return the danger tier of tracks by number, as far as the nation may be told the alert behind it."""
        found: dict[int, int] = {}
        for alert in alerts:
            if alert.state in LIVE_ALERTS and self._ledger.decide(alert.label, "alert").is_released:
                for number in alert.track_ids:
                    found[number] = max(found.get(number, 0), TIERS[alert.tier])
        return found

    def tell(
        self,
        records: Sequence[OneRecord],
        alerts: Sequence[Alert],
        network_ids: Mapping[int, str],
        warning_of: WarningOf,
    ) -> None:
        """Tell what of these may be told, the alerts first."""
        for alert in sorted(alerts, key=lambda one: (-TIERS[one.tier], one.raised_ns, one.alert_id)):
            self._tell_alert(alert, network_ids)
        for record in records:
            match record:
                case PublicWarning():
                    self._tell_warning(record, network_ids)
                case Decision():
                    self._tell_decision(record, warning_of(record))
                case GnssInterference():
                    self._tell_interference(record)
                case Handover():
                    self._tell_between(record, "handover", {record.giver, record.taker}, record.handover_id)
                case Cue():
                    self._tell_between(record, "cue", {record.asker, record.asked}, record.cue_id)

    def leave_out(self, records: Sequence[OneRecord]) -> None:
        """Write down that hand-overs and cues do not go, for the log is full: unlike all else of it they lapse."""
        for record in records:
            if isinstance(record, Handover) and self._is_between({record.giver, record.taker}, record):
                self._ledger.refuse("handover", record.label, (LOG_FULL,), (record.handover_id,))
            elif isinstance(record, Cue) and self._is_between({record.asker, record.asked}, record):
                self._ledger.refuse("cue", record.label, (LOG_FULL,), (record.cue_id,))

    def note_missed(self, over: Sequence[Alert]) -> None:
        """Write down which alerts came and went while the log was full: nobody needs to be told of those."""
        for alert in over:
            if alert.was_shown and alert.alert_id not in self._told:
                self._ledger.refuse("alert", alert.label, (LOG_FULL,), (alert.alert_id,))

    def _tell_alert(self, alert: Alert, network_ids: Mapping[int, str]) -> None:
        before = self._told.get(alert.alert_id)
        if alert.state not in LIVE_ALERTS and alert.state != "ended":  # held back: a matter of our own screens
            if before is not None:
                self._withdraw(alert.alert_id, before)
            return
        verdict = self._ledger.decide(alert.label, "alert")
        reason = ""
        if verdict.is_released and before is None and not any(n in network_ids for n in alert.track_ids):
            reason = NO_TRACK
        if not verdict.is_released or reason:
            self._ledger.refuse("alert", alert.label, (*verdict.rules, *filter(None, [reason])), (alert.alert_id,))
            if before is not None:
                self._withdraw(alert.alert_id, before)
            return
        notice = notice_of_alert(alert, network_ids, self._teller)
        if before is not None and not self._is_news(notice, before.notice):
            return
        if before is None and notice.is_over:
            return
        self._put(notice, "alert", verdict, alert.label, alert.alert_id)
        self._told[alert.alert_id] = _Told(notice, verdict)
        if notice.is_over:
            del self._told[alert.alert_id]

    def _withdraw(self, alert_id: str, before: _Told) -> None:
        """Tell that an alert is told no more: under the label it was told under, and nothing new of it."""
        over = before.notice.model_copy(
            update={"state": "withdrawn", "is_over": True, "network_ids": (), "eta_ns": None}
        )
        self._put(over, "alert", before.verdict, before.notice.label, alert_id)
        del self._told[alert_id]

    def _is_news(self, notice: PartnerNotice, before: PartnerNotice) -> bool:
        same = {"time_ns": 0, "eta_ns": None, "label": before.label}
        if notice.model_copy(update=same) != before.model_copy(update=same):
            return True
        if notice.eta_ns is None or before.eta_ns is None:
            return notice.eta_ns != before.eta_ns
        moved, left = abs(notice.eta_ns[0] - before.eta_ns[0]), notice.eta_ns[0] - self._ledger.time_ns
        return moved > max(ETA_STEP_NS, ETA_SHARE * left)

    def _tell_warning(self, warning: PublicWarning, network_ids: Mapping[int, str]) -> None:
        label = _marked(warning.label, exercise=warning.is_exercise)
        verdict = self._ledger.decide(label, "warning")
        notice = notice_of_warning(warning, network_ids, self._teller)
        refused = "" if touches(self._ledger.agreement.region, notice.polygon) else OUTSIDE
        if self._goes("warning", label, verdict, warning.message_id, refused):
            self._put(notice, "warning", verdict, label, warning.message_id)
            self._warned.pop(warning.message_id, None)
            self._warned[warning.message_id] = None
            while len(self._warned) > 1000:
                del self._warned[next(iter(self._warned))]

    def _tell_decision(self, decision: Decision, warning: PublicWarning | None) -> None:
        if warning is None or decision.action not in ("approve", "refuse"):
            return
        if not completes(decision, warning):
            return
        own = self._ledger.decide(decision.label, "approval")  # joined with the warning's, an originator may hide
        if not self._goes("approval", decision.label, own, decision.id, ""):
            return
        label = most_restrictive((decision.label, _marked(warning.label, exercise=warning.is_exercise)))
        verdict = self._ledger.decide(label, "approval")
        refused = "" if warning.message_id in self._warned else NOT_TOLD
        if self._goes("approval", label, verdict, decision.id, refused):
            notice = notice_of_decision(decision, warning, self._teller)
            self._put(notice, "approval", verdict, label, decision.id)

    def _tell_interference(self, event: GnssInterference) -> None:
        if not event.is_alarm or event.cell is None:
            return  # of a single aircraft: told by its track, if at all
        verdict = self._ledger.decide(event.label, "interference")
        notice = notice_of_interference(event, self._teller)
        refused = "" if touches(self._ledger.agreement.region, notice.polygon) else OUTSIDE
        if self._goes("interference", event.label, verdict, event.event_id, refused):
            self._put(notice, "interference", verdict, event.label, event.event_id)

    def _tell_between(self, record: Handover | Cue, kind: Kind, parties: set[str], own_id: str) -> None:
        """Tell a hand-over or cue to its other party, and to nobody else."""
        if not self._is_between(parties, record):
            return
        verdict = self._ledger.decide(record.label, kind)
        if self._goes(kind, record.label, verdict, own_id, ""):
            redact: SharedRecord = (
                redact_handover(record, verdict) if isinstance(record, Handover) else redact_cue(record, verdict)
            )
            self._put(redact, kind, verdict, record.label, own_id)

    def _is_between(self, parties: set[str], record: Handover | Cue) -> bool:
        """Say whether it is of ours with that nation, and not what that nation said itself."""
        nation = self._ledger.agreement.nation
        return parties == {self._ledger.owner.nation, nation} and record.label.originator != nation

    def _goes(self, kind: Kind, label: Label, verdict: Verdict, own_id: str, refused: str) -> bool:
        if verdict.is_released and not refused:
            return True
        self._ledger.refuse(kind, label, (*verdict.rules, *filter(None, [refused])), (own_id,))
        return False

    def _put(self, record: SharedRecord, kind: Kind, verdict: Verdict, label: Label, own_id: str) -> None:
        body = pack_record(record)
        release = self._ledger.draft("log", token_of(record), label, body)
        default = {name: field.default for name, field in type(record).model_fields.items()}
        fields = [n for n in WRITTEN[record.kind] if getattr(record, n) != default[n]]
        self._ledger.release(release, kind, verdict, (own_id,), fields)


def _marked(label: Label, *, exercise: bool) -> Label:
    """Return the label of something that says by itself whether it is of an exercise."""
    if not exercise or EXERCISE in label.caveats:
        return label
    return label.model_copy(update={"caveats": tuple(sorted((*label.caveats, EXERCISE)))})
