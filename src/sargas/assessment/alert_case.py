"""The life of one alert as an operator sees it: members come and go, a level, a person's decisions, escalation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sargas.assessment.alert_course import ETA_STEP_NS, HOLD_NS, UPDATE_PERIOD_NS
from sargas.assessment.alert_entry import Entry
from sargas.assessment.alert_worth import Level
from sargas.assessment.saying import say
from sargas.model.columns import NO_CODE
from sargas.model.label import most_restrictive
from sargas.model.records import Alert, Decision
from sargas.model.saying import Said, in_english, in_lithuanian

WORSE = 0.2
"""A shelved alert comes back when its danger has grown by so much."""
State = Literal["held_back", "raised", "escalated", "acknowledged", "shelved", "ended"]


@dataclass(slots=True)
class Case:
    """One alert: its latest message, its members, and what is not in the message."""

    alert: Alert
    revision: int = 1
    told: int = 0
    """Revision that was handed on last; what a call changed that failed is handed on later."""
    members: set[int] = field(default_factory=set)
    """Track ids; those of an ended alert are the last it had. None: of an earlier run, not seen in this one."""
    asked_ns: int = 0
    """Since when an answer is waited for: first shown, become critical, come back."""
    shelved_danger: float = 0.0
    shelved_members: set[int] = field(default_factory=set)
    """Who it was about when it was shelved; who was lost and found again by the new number."""
    shelf: dict[str, Any] = field(default_factory=dict)
    """By whom, until when and why it was shelved when it ended; empty: it was not."""

    @property
    def has_ended(self) -> bool:
        """Say whether the latest message ended the alert."""
        return self.alert.state == "ended"

    @property
    def is_unseen(self) -> bool:
        """Say whether it stands since an earlier run, and none of its members has been found again."""
        return not self.members and not self.has_ended

    def is_over(self, time_ns: int) -> bool:
        """Say whether it ended so long ago that the same cause is a new alert."""
        return self.alert.ended_ns is not None and time_ns - self.alert.ended_ns >= HOLD_NS

    def retell(self, entries: Mapping[int, Entry], time_ns: int) -> Alert | None:
        """Take over what the entries of its members (by track id) are now; none when nobody needs to be told."""
        fields, worst = _fields_of(entries), worst_of(entries)
        rises = worst.standing.level == Level.CRITICAL and self.alert.tier != "critical"
        is_shelved = self.alert.state == "shelved" or self._goes_back(time_ns)
        if is_shelved and (
            rises
            or not entries.keys() <= self.shelved_members
            or fields["danger"] >= self.shelved_danger + WORSE
            or (fields["rule"], self.alert.rule) == ("zone_entry", "zone_predicted")
        ):
            fields |= _raised(None) | {"acknowledged_by": None}
            self.asked_ns = time_ns
        if rises:
            fields |= _raised(None) | {"acknowledged_by": None, "critical_ns": time_ns, "escalated_ns": None}
            fields |= {"escalated_to": None, "was_shown": True}
            self.asked_ns = time_ns
        if self.has_ended:
            before = self.shelf | {"state": "shelved"} if is_shelved else {"state": self._state_before_end()}
            fields = before | fields | {"ended_ns": None}
        if not self._is_news(fields, time_ns):
            return None
        return self.change(time_ns, **fields)

    def show(self, time_ns: int) -> Alert:
        """Show an advisory that was held back."""
        self.asked_ns = time_ns
        return self.change(time_ns, state="raised", was_shown=True)

    def acknowledge(self, decision: Decision) -> Alert | None:
        """Note who took it on; the first person stays. An ended alert stays ended, a shelved one shelved."""
        if self.alert.acknowledged_by is not None:
            return None
        stays = self.alert.state in ("ended", "shelved")
        state = self.alert.state if stays else "acknowledged"
        return self.change(decision.time_ns, state=state, acknowledged_by=decision.actor, was_shown=True)

    def shelve(self, decision: Decision) -> Alert | None:
        """Lay it aside for a reason and a while; none when it has ended or the while is over."""
        if self.has_ended or decision.until_ns is None or decision.until_ns <= decision.time_ns:
            return None
        self.shelved_danger = self.alert.danger or 0.0
        self.shelved_members = set(self.alert.track_ids if self.is_unseen else self.members)
        told = {"shelved_by": decision.actor, "shelved_until_ns": decision.until_ns, "shelved_reason": decision.reason}
        return self.change(decision.time_ns, state="shelved", was_shown=True, **told)

    def find_again(self, lost: int, found: int) -> None:
        """Note that a member was lost and is back under another number."""
        if lost in self.shelved_members:
            self.shelved_members = self.shelved_members - {lost} | {found}

    def unshelve(self, time_ns: int) -> Alert | None:
        """Bring it back as it was: acknowledged if somebody had taken it on; none when it is not shelved."""
        if self.alert.state != "shelved":
            return None
        self.asked_ns = time_ns
        return self.change(time_ns, **_raised(self.alert.acknowledged_by))

    def escalate(self, to: str, time_ns: int) -> Alert:
        """Say that nobody has answered for too long, and to whom it goes."""
        return self.change(time_ns, state="escalated", escalated_ns=time_ns, escalated_to=to)

    def end(self, time_ns: int, why: Said, merged_into: str | None = None) -> Alert:
        """End it; the reason of its end comes first."""
        reasons, reasons_lt = (why.en, *self.alert.reasons), (why.lt, *self.alert.reasons_lt)
        told = {"reasons": reasons, "reasons_lt": reasons_lt, "merged_into": merged_into}
        is_shelved = self.alert.state == "shelved"
        self.shelf = {name: getattr(self.alert, name) for name in _off_the_shelf()} if is_shelved else {}
        return self.change(time_ns, state="ended", ended_ns=time_ns, eta_ns=None, **told, **_off_the_shelf())

    def change(self, time_ns: int, **fields: Any) -> Alert:
        """Make the next message."""
        self.revision += 1
        identity = f"{self.alert.alert_id}:{self.revision}"
        self.alert = self.alert.model_copy(update={"id": identity, "time_ns": time_ns, **fields})
        return self.alert

    def _goes_back(self, time_ns: int) -> bool:
        """Say whether an ended alert was shelved and its while is not over."""
        return self.has_ended and self.shelf.get("shelved_until_ns", 0) > time_ns

    def _state_before_end(self) -> State:
        if not self.alert.was_shown:
            return "held_back"
        return "acknowledged" if self.alert.acknowledged_by else "raised"

    def _is_news(self, fields: dict[str, Any], time_ns: int) -> bool:
        old = self.alert
        at_once = ("tier", "rule", "track_ids", "state", "label", "group_id")
        if self.has_ended or any(name in fields and fields[name] != getattr(old, name) for name in at_once):
            return True
        eta_ns = fields["eta_ns"]
        if (eta_ns is None) != (old.eta_ns is None):
            return True
        if eta_ns is not None and old.eta_ns is not None and abs(eta_ns - old.eta_ns) >= ETA_STEP_NS:
            return True
        is_old = time_ns - old.time_ns >= UPDATE_PERIOD_NS
        return is_old and any(value != getattr(old, name) for name, value in fields.items())


def open_case(alert_id: str, entries: Mapping[int, Entry], origin: str, time_ns: int, *, is_shown: bool) -> Case:
    """Begin an alert of entries into one zone, by track id."""
    first = next(iter(entries.values())).cause
    fields = _fields_of(entries)
    is_critical = fields["tier"] == "critical"
    alert = Alert(
        id=f"{alert_id}:1",
        time_ns=time_ns,
        origin=origin,
        alert_id=alert_id,
        state="raised" if is_shown else "held_back",
        zone_id=first.zone_id,
        zone_name=first.zone_name,
        raised_ns=time_ns,
        was_shown=is_shown,
        critical_ns=time_ns if is_critical else None,
        **fields,
    )
    return Case(alert, members=set(entries), asked_ns=time_ns)


def stand_case(alert: Alert, time_ns: int) -> Case:
    """Go on with an alert of an earlier run, told anew at a time (UTC ns) unless it has ended."""
    revision = alert.id.rpartition(":")[2]
    case = Case(
        alert,
        revision=int(revision) if revision.isdigit() else 1,
        members=set(alert.track_ids) if alert.state == "ended" else set(),
        asked_ns=max(alert.raised_ns, alert.critical_ns or 0),
        shelved_danger=alert.danger or 0.0,
        shelved_members=set(alert.track_ids) if alert.state == "shelved" else set(),
    )
    if not case.has_ended:
        case.change(time_ns)
    return case


def worst_of(entries: Mapping[int, Entry]) -> Entry:
    """Return the entry that an alert takes its level and its reasons from."""
    return max(entries.values(), key=lambda one: (one.standing.level, one.worth.danger, -one.track_id))


def dump_case(case: Case) -> dict[str, Any]:
    """Return a case as plain values, for a snapshot."""
    return {
        "alert": case.alert.model_dump(mode="json"),
        "revision": case.revision,
        "told": case.told,
        "members": sorted(case.members),
        "asked_ns": case.asked_ns,
        "shelved_danger": case.shelved_danger,
        "shelved_members": sorted(case.shelved_members),
        "shelf": case.shelf,
    }


def load_case(fields: dict[str, Any]) -> Case:
    """Read what ``dump_case`` gave."""
    numbers = {name: set(fields[name]) for name in ("members", "shelved_members")}
    return Case(**(fields | numbers | {"alert": Alert.model_validate(fields["alert"])}))


def _off_the_shelf() -> dict[str, Any]:
    return {"shelved_by": None, "shelved_until_ns": None, "shelved_reason": None}


def _raised(acknowledged_by: str | None) -> dict[str, Any]:
    return _off_the_shelf() | {"state": "acknowledged" if acknowledged_by else "raised"}


def _likelihood(entry: Entry) -> float | None:
    """Return the probability of entry that danger and reasons tell, else that of when the rule was last asked."""
    return entry.cause.probability if entry.worth.entry is None else entry.worth.entry


def _fields_of(entries: Mapping[int, Entry]) -> dict[str, Any]:
    """Return what the entries of its members make of an alert: level of the worst, entry of the soonest."""
    worst, all_entries = worst_of(entries), list(entries.values())
    inside = [one for one in all_entries if one.cause.rule == "zone_entry"]
    etas = [one.cause.eta_ns for one in all_entries if one.cause.eta_ns is not None]
    shares = [share for one in all_entries if (share := _likelihood(one)) is not None]
    groups = {one.group_id for one in all_entries}
    group = next(iter(groups)) if len(groups) == 1 else NO_CODE
    count = (say("objects", count=len(entries)),) if len(entries) > 1 else ()
    where, *rest = worst.cause.reasons
    where_lt, *rest_lt = worst.cause.reasons_lt or worst.cause.reasons
    return {
        "tier": "critical" if worst.standing.level == Level.CRITICAL else "advisory",
        "rule": "zone_entry" if inside else "zone_predicted",
        "track_ids": tuple(sorted(entries)),
        "probability": round(max(shares), 3) if shares else None,
        "eta_ns": None if inside or not etas else min(etas),
        "danger": round(worst.worth.danger, 3),
        "reasons": (*in_english(count), where, *worst.worth.reasons, *rest),
        "reasons_lt": (*in_lithuanian(count), where_lt, *worst.worth.reasons_lt, *rest_lt),
        "group_id": None if group == NO_CODE else group,
        "label": most_restrictive(
            label for one in all_entries for label in (one.cause.label, one.worth.label) if label is not None
        ),
    }
