"""From our records to what a nation is told of them: new records out of a list of allowed fields."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sargas.formats.release.record_wire import WRITTEN
from sargas.model.record_base import Record
from sargas.model.records import Alert, Decision, GnssInterference, PublicWarning
from sargas.model.saying import NOTHING, Said
from sargas.model.sharing_records import Cue, Handover, PartnerNotice
from sargas.sharing.policy.words import Verdict
from sargas.sharing.region import outline_of
from sargas.sharing.saying import say

LIVE_ALERTS = ("raised", "escalated", "acknowledged", "shelved")
FREE_TEXT = {"reason", "reason_lt"}
"""Fields told only where the rules grant free text."""
About = Literal["alert", "warning", "approval", "interference"]


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells: its nation, and the key that turns our own ids into names that say nothing."""

    nation: str
    pseudonym_key: bytes

    def name(self, about: str, own_id: str) -> str:
        """Return the name under which a thing of ours is told: the same each time, and no one finds ours from it."""
        digest = hmac.new(self.pseudonym_key, f"{about}\x00{own_id}".encode(), "sha256").hexdigest()
        return f"{self.nation}-{about}-{digest[:12]}"

    def tell(self, record: Record, about: About, notice_id: str, headline: Said, **told: Any) -> PartnerNotice:
        """Make a notice of a record of ours: its time, its label and what is ``told``, nothing else of it."""
        return PartnerNotice(
            id="-",
            time_ns=record.time_ns,
            origin=self.nation,
            label=record.label,
            nation=self.nation,
            notice_id=notice_id,
            about=about,
            headline=headline.en,
            headline_lt=headline.lt,
            **told,
        )


def notice_of_alert(alert: Alert, network_ids: Mapping[int, str], teller: Teller) -> PartnerNotice:
    """Tell an alert: tier, state, arrival, and those of its tracks that the nation is told; no zone, no reason."""
    told = tuple(sorted(network_ids[number] for number in alert.track_ids if number in network_ids))
    words = say(alert.rule)
    if len(alert.track_ids) > 1 and len(told) == len(alert.track_ids):
        words = say("objects", count=len(told), what=words)
    return teller.tell(
        alert,
        "alert",
        teller.name("alert", alert.alert_id),
        state=alert.state,
        level=alert.tier,
        headline=_capitalised(words),
        network_ids=told,
        eta_ns=None if alert.eta_ns is None else (alert.eta_ns, alert.eta_ns),
        is_over=alert.state == "ended",
    )


def notice_of_warning(warning: PublicWarning, network_ids: Mapping[int, str], teller: Teller) -> PartnerNotice:
    """Tell a public warning: level, area, arrival; its words once a person approved them for the public."""
    told = tuple(sorted(network_ids[number] for number in warning.track_ids if number in network_ids))
    return teller.tell(
        warning,
        "warning",
        teller.name("warning", warning.warning_id),
        state=warning.state,
        level=warning.level,
        headline=_headline(warning),
        network_ids=told,
        polygon=outline_of(tuple(area.polygon for area in warning.areas)),
        eta_ns=_window(warning),
        is_over=warning.state in ("refused", "withdrawn")
        or (warning.message == "all_clear" and warning.state == "approved"),
    )


def notice_of_decision(decision: Decision, warning: PublicWarning, teller: Teller) -> PartnerNotice:
    """Tell that a person approved or refused a public warning; never who, nor why."""
    state = "approved" if decision.action == "approve" else "refused"
    return teller.tell(
        decision,
        "approval",
        teller.name("warning", warning.warning_id),
        state=state,
        level=warning.level,
        headline=say(f"warning_{state}"),
    )


def completes(decision: Decision, warning: PublicWarning) -> bool:
    """Say whether a decision is the last word on a warning: of two persons' approvals the first is not."""
    if decision.action != "approve" or warning.approvals_needed == 1:
        return True
    return (warning.decided_by, warning.decided_ns) == (decision.actor, decision.time_ns)


def notice_of_interference(event: GnssInterference, teller: Teller) -> PartnerNotice:
    """Tell that satellite navigation is disturbed in an area: cause, area, band; no aircraft, no track."""
    band = NOTHING if event.band is None else say(f"band_{event.band}")
    return teller.tell(
        event,
        "interference",
        teller.name("interference", event.event_id),
        state=event.state,
        level=event.cause,
        headline=say("navigation", cause=say(event.cause), band=band),
        polygon=outline_of((event.polygon,)),
        is_over=event.state == "ended",
    )


def redact_handover(handover: Handover, verdict: Verdict) -> Handover:
    """Tell a hand-over: who decided never, in which words only where granted."""
    kept = _kept(handover, verdict)
    return Handover(id="-", origin=handover.origin, label=handover.label, **kept)


def redact_cue(cue: Cue, verdict: Verdict) -> Cue:
    """Tell a cue: place and object; in which words only where granted."""
    return Cue(id="-", origin=cue.origin, label=cue.label, **_kept(cue, verdict))


def _kept(record: Handover | Cue, verdict: Verdict) -> dict[str, object]:
    names = set(WRITTEN[record.kind]) - (set() if verdict.grants("free_text") else FREE_TEXT)
    return {name: getattr(record, name) for name in names}


def _headline(warning: PublicWarning) -> Said:
    """Return what a warning says once it is approved: the English, else the first of its texts, and the Lithuanian."""
    if warning.state != "approved":
        return say(f"warning_{warning.state}")
    words = {text.language: text.headline for text in warning.texts}
    return Said(words.get("en", warning.texts[0].headline), words.get("lt", ""))


def _capitalised(words: Said) -> Said:
    return Said(*(text[:1].upper() + text[1:] for text in words))


def _window(warning: PublicWarning) -> tuple[int, int] | None:
    if warning.eta_from_ns is None or warning.eta_until_ns is None:
        return None
    return warning.eta_from_ns, warning.eta_until_ns
