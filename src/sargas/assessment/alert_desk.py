"""What an operator is told of all entries into zones: raids as one alert, two levels, a budget, shelf and escalation.

The rules (``ZoneEntry``) say who enters what; whoever judges says what that is worth. A pure state machine: the same
calls give the same alerts. Page: docs/alerts.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sargas.assessment.alert_budget import AdvisoryBudget
from sargas.assessment.alert_case import Case, dump_case, load_case, open_case, stand_case, worst_of
from sargas.assessment.alert_course import HOLD_NS
from sargas.assessment.alert_entry import AGAIN_NS, Entry, Place, dump_entry, load_entry
from sargas.assessment.alert_worth import Level, Repute, Standing, Worth
from sargas.assessment.saying import say
from sargas.model.columns import NO_CODE, NS_PER_S
from sargas.model.records import Alert, AlertPolicy, Decision
from sargas.model.saying import Said

Pair = tuple[str, int]
"""Zone id, track id."""
Judge = Callable[[Alert, int], Worth | None]
"""What a cause (rule, zone) of a track is worth; none: nothing new is known of the track."""
Placed = Callable[[int], tuple[Place, int] | None]
"""Where a track is and which group it flies in; none: it is not among those told now."""
KEPT_NS = 3600 * NS_PER_S
"""An ended alert can be acknowledged for so long."""
SHOWS_ITSELF_NS = 60 * NS_PER_S
"""After a restart a member of a critical alert that is found again is held to be critical for so long."""
JUDGED_AT_ONCE = 30
"""Entries judged in one tick; in a crowd the others wait their turn, those of an alert that is shown never."""


@dataclass(slots=True)
class AlertDesk:
    """Keep all entries and all alerts made of them."""

    origin: str
    policy: AlertPolicy
    budget: AdvisoryBudget
    entries: dict[Pair, Entry] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    lost: dict[Pair, tuple[Place, str]] = field(default_factory=dict)
    """Where objects of alerts were lost lately, and of which alert they were."""
    reputes: dict[int, Repute] = field(default_factory=dict)
    """By track: what was thought of it early."""
    turn: int = 0

    @classmethod
    def of(cls, origin: str, policy: AlertPolicy) -> AlertDesk:
        """Start with nothing told; ``origin`` names the node."""
        return cls(origin, policy, AdvisoryBudget(policy.advisories_per_hour))

    def take(self, causes: Iterable[Alert], placed: Placed, judge: Judge, time_ns: int) -> tuple[Alert, ...]:
        """Take what the rules say of tracks just told; returns the alerts that are new or changed."""
        changed, gone = dict[Pair, None](), dict[Pair, Alert]()
        for cause in causes:
            pair = (cause.zone_id, cause.track_ids[0])
            if cause.state == "ended":
                gone[pair] = cause
            elif self._note(pair, cause, placed):
                changed[pair] = None
        gone = {pair: cause for pair, cause in gone.items() if self._is_of(pair, cause)}
        for pair in changed:
            self._judge(pair, placed, judge, time_ns)
        told = self._settle(changed, time_ns)
        return self._hand_on((*told, *self._drop(gone, time_ns)))

    def tick(self, placed: Placed, judge: Judge, time_ns: int) -> tuple[Alert, ...]:
        """Judge anew, bring back, escalate, show what the budget has room for; returns what changed."""
        told = self._untold()
        self.turn += 1
        rounds = max(1, -(-len(self.entries) // JUDGED_AT_ONCE))
        due = [
            pair
            for k, (pair, entry) in enumerate(self.entries.items())
            if self._is_shown(entry) or k % rounds == self.turn % rounds
        ]
        for pair in due:
            self._judge(pair, placed, judge, time_ns)
        told += self._settle(due, time_ns)
        told += self._merge(time_ns)
        for case in list(self.cases.values()):
            told += self._let_time_pass(case, time_ns)
        told += self._show_held_back(time_ns)
        self._forget(time_ns)
        return self._hand_on(told)

    def stand(self, alert: Alert, seen: Mapping[int, Place], time_ns: int) -> tuple[Alert, ...]:
        """Go on with an alert of an earlier run at a time (UTC ns); returns it. One that has ended can be answered yet.

        ``seen``: where its members were last, by track id. It stands without members until one of them is found again
        under its new number, and ends when it is too late for that.
        """
        case = self.cases[alert.alert_id] = stand_case(alert, time_ns)
        self.lost |= {(alert.zone_id, track_id): (place, alert.alert_id) for track_id, place in seen.items()}
        return self._hand_on((case.alert,))

    def go_on_from(self, before: AlertDesk, time_ns: int) -> tuple[Alert, ...]:
        """Begin anew after a desk that failed: its alerts end, which is returned, and their numbers go on."""
        told = before._untold()
        self.cases, self.budget, self.reputes = before.cases, before.budget, before.reputes
        standing = [case for case in self.cases.values() if not case.has_ended]
        return self._hand_on([*told, *(case.end(time_ns, say("ended_anew")) for case in standing)])

    def decide(self, decision: Decision) -> tuple[Alert, ...]:
        """Apply a person's decision; empty when the alert is not known or it changes nothing."""
        case = self.cases.get(decision.subject)
        if case is None:
            return ()
        match decision.action:
            case "acknowledge":
                changed = case.acknowledge(decision)
            case "shelve":
                changed = case.shelve(decision)
            case "unshelve":
                changed = case.unshelve(decision.time_ns)
            case _:
                changed = None
        return self._hand_on((changed,) if changed is not None else ())

    def active(self) -> tuple[Alert, ...]:
        """List the alerts that have not ended, held back and shelved ones too, by alert_id."""
        standing = (case.alert for case in self.cases.values() if not case.has_ended)
        return tuple(sorted(standing, key=lambda alert: alert.alert_id))

    def snapshot(self) -> bytes:
        """Return the state as JSON; equal states give equal bytes."""
        state = {
            "entries": [dump_entry(entry) for entry in self.entries.values()],
            "cases": [dump_case(case) for case in self.cases.values()],
            "lost": [[*pair, [p.x_m, p.y_m, p.x_mps, p.y_mps, p.time_ns], of] for pair, (p, of) in self.lost.items()],
            "reputes": [[i, one.first_ns, one.was_suspected, one.last_ns] for i, one in self.reputes.items()],
            "shown_ns": self.budget.shown_ns,
            "turn": self.turn,
        }
        return json.dumps(state, separators=(",", ":")).encode()

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot."""
        state = json.loads(data)
        entries = [load_entry(fields) for fields in state["entries"]]
        self.entries = {(entry.cause.zone_id, entry.track_id): entry for entry in entries}
        cases = [load_case(fields) for fields in state["cases"]]
        self.cases = {case.alert.alert_id: case for case in cases}
        self.lost = {(zone, track): (Place(*place), of) for zone, track, place, of in state["lost"]}
        self.reputes = {i: Repute(*known) for i, *known in state["reputes"]}
        self.budget.shown_ns, self.turn = state["shown_ns"], state["turn"]

    def _untold(self) -> list[Alert]:
        """List the alerts that a call changed which failed before it told so."""
        return [case.alert for case in self.cases.values() if case.told != case.revision]

    def _hand_on(self, told: Sequence[Alert]) -> tuple[Alert, ...]:
        for alert in told:
            if alert.alert_id in self.cases:
                self.cases[alert.alert_id].told = self.cases[alert.alert_id].revision
        return tuple(told)

    def _is_shown(self, entry: Entry) -> bool:
        return entry.alert_id is not None and self.cases[entry.alert_id].alert.state != "held_back"

    def _note(self, pair: Pair, cause: Alert, placed: Placed) -> bool:
        """Keep a cause that holds; False when the object is inside already and this is the older forecast of it."""
        entry = self.entries.get(pair)
        if entry is not None:
            if (entry.cause.rule, cause.rule) == ("zone_entry", "zone_predicted"):
                return False
            self.entries[pair] = replace(entry, cause=cause)
            return True
        there = placed(pair[1])
        if there is None:
            return False
        self.entries[pair] = Entry(cause, pair[1], there[0], there[1])
        return True

    def _is_of(self, pair: Pair, ended: Alert) -> bool:
        entry = self.entries.get(pair)
        return entry is not None and entry.cause.rule == ended.rule

    def _judge(self, pair: Pair, placed: Placed, judge: Judge, time_ns: int) -> None:
        entry, there = self.entries[pair], placed(pair[1])
        if there is not None:
            entry = replace(entry, place=there[0], group_id=there[1])
        told = judge(entry.cause, entry.track_id)
        worth = entry.worth if told is None else told
        repute = self.reputes.get(entry.track_id, Repute(time_ns)).after(worth, time_ns)
        self.reputes[entry.track_id] = repute
        self.entries[pair] = entry.judged(worth, time_ns, was_suspected=repute.was_suspected)

    def _settle(self, pairs: Iterable[Pair], time_ns: int) -> list[Alert]:
        """Let entries join, found or leave alerts as their level says; tell what that changed."""
        touched, told = dict[str, None](), list[Alert]()
        for pair in pairs:
            entry = self.entries[pair]
            if entry.standing.level == Level.NOTHING:
                if entry.alert_id is not None:
                    told += self._leave(pair, entry.alert_id, time_ns, say("ended_worthless"))
                continue
            if entry.alert_id is None:
                found = self._find(entry, time_ns)
                if found is None:
                    told.append(self._found(pair, time_ns))
                    continue
                self._find_again(entry, found, time_ns)
                if self.cases[found].is_unseen and self.cases[found].alert.tier == "critical":
                    # what an earlier run knew of it stands until it has had the time to show that again
                    standing = Standing(Level.CRITICAL, entry.standing.level, time_ns + SHOWS_ITSELF_NS)
                    self.entries[pair] = replace(entry, standing=standing)
                self._join(pair, found)
                entry = self.entries[pair]
            touched[entry.alert_id or ""] = None
        for alert_id in touched:
            changed = self.cases[alert_id].retell(self._of(alert_id), time_ns)
            told += [changed] if changed is not None else []
        return told

    def _find(self, entry: Entry, time_ns: int) -> str | None:
        """Find the alert of a raid that an entry belongs to: standing, or of an object lost lately."""
        for other in self.entries.values():
            is_other = other.cause.zone_id == entry.cause.zone_id and other is not entry
            if other.alert_id is not None and is_other and entry.flies_with(other, time_ns):
                return other.alert_id
        for (zone_id, track_id), (place, of) in self.lost.items():
            alert_id = self._goes_on_as(of)
            if zone_id != entry.cause.zone_id or alert_id not in self.cases:
                continue
            if entry.follows(place, time_ns) or (
                track_id == entry.track_id and not self.cases[alert_id].is_over(time_ns)
            ):
                return alert_id
        return None

    def _find_again(self, entry: Entry, alert_id: str, time_ns: int) -> None:
        """Tell an alert which of its lost members an entry that joins it may be."""
        case = self.cases[alert_id]
        for (zone_id, track_id), (place, _) in self.lost.items():
            is_member = zone_id == entry.cause.zone_id and track_id in case.shelved_members
            if is_member and track_id != entry.track_id and entry.follows(place, time_ns):
                case.find_again(track_id, entry.track_id)
                return

    def _goes_on_as(self, alert_id: str) -> str:
        """Return the alert that one was merged into, else itself."""
        while alert_id in self.cases and (into := self.cases[alert_id].alert.merged_into) is not None:
            alert_id = into
        return alert_id

    def _found(self, pair: Pair, time_ns: int) -> Alert:
        zone_id, track_id = pair
        number = 1
        while f"{zone_id}:{track_id}:{number}" in self.cases:
            number += 1
        alert_id = f"{zone_id}:{track_id}:{number}"
        entry = self.entries[pair] = replace(self.entries[pair], alert_id=alert_id)
        is_critical = entry.standing.level == Level.CRITICAL
        is_shown = is_critical or self.budget.allows(entry.worth.danger, time_ns)
        if is_shown and not is_critical:
            self.budget.spend(time_ns)
        case = self.cases[alert_id] = open_case(alert_id, {track_id: entry}, self.origin, time_ns, is_shown=is_shown)
        return case.alert

    def _join(self, pair: Pair, alert_id: str) -> None:
        case = self.cases[alert_id]
        if case.has_ended:
            case.members.clear()
        case.members.add(pair[1])
        self.lost.pop(pair, None)
        self.entries[pair] = replace(self.entries[pair], alert_id=alert_id)

    def _leave(self, pair: Pair, alert_id: str, time_ns: int, why: Said) -> list[Alert]:
        """Take an entry out of its alert; the last one ends it."""
        self.entries[pair] = replace(self.entries[pair], alert_id=None)
        case = self.cases[alert_id]
        if case.members == {pair[1]}:
            return [case.end(time_ns, why)]
        case.members.discard(pair[1])
        changed = case.retell(self._of(alert_id), time_ns)
        return [changed] if changed is not None else []

    def _drop(self, gone: dict[Pair, Alert], time_ns: int) -> list[Alert]:
        told = list[Alert]()
        for pair, cause in gone.items():
            entry = self.entries[pair]
            if entry.alert_id is not None:
                self.lost[pair] = (entry.place, entry.alert_id)
                told += self._leave(
                    pair, entry.alert_id, time_ns, Said(cause.reasons[0], (cause.reasons_lt or cause.reasons)[0])
                )
            del self.entries[pair]
        return told

    def _of(self, alert_id: str) -> dict[int, Entry]:
        zone_id = self.cases[alert_id].alert.zone_id
        return {track_id: self.entries[zone_id, track_id] for track_id in sorted(self.cases[alert_id].members)}

    def _merge(self, time_ns: int) -> list[Alert]:
        """Make one alert of those whose members turned out to be one group: the oldest that is shown stays."""
        first, told = dict[tuple[str, int], str](), list[Alert]()
        for pair, entry in list(self.entries.items()):
            alert_id = self.entries[pair].alert_id
            if alert_id is None or entry.group_id == NO_CODE:
                continue
            kept = first.setdefault((pair[0], entry.group_id), alert_id)
            if kept == alert_id:
                continue
            kept, absorbed = sorted((kept, alert_id), key=self._seniority)
            first[pair[0], entry.group_id] = kept
            for track_id in sorted(self.cases[absorbed].members):
                self._join((pair[0], track_id), kept)
            told.append(self.cases[absorbed].end(time_ns, say("ended_merged", alert=kept), kept))
            changed = self.cases[kept].retell(self._of(kept), time_ns)
            told += [changed] if changed is not None else []
        return told

    def _seniority(self, alert_id: str) -> tuple[bool, int, str]:
        alert = self.cases[alert_id].alert
        return alert.state == "held_back", alert.raised_ns, alert_id

    def _let_time_pass(self, case: Case, time_ns: int) -> list[Alert]:
        """Take an alert off the shelf when its while is over; escalate a critical one that nobody answered."""
        alert = case.alert
        if case.is_unseen and not any(self._goes_on_as(of) == alert.alert_id for _, of in self.lost.values()):
            return [case.end(time_ns, say("ended_unseen"))]
        if alert.state == "shelved" and alert.shelved_until_ns is not None and time_ns >= alert.shelved_until_ns:
            back = case.unshelve(time_ns)
            return [back] if back is not None else []
        waits_ns = time_ns - case.asked_ns
        if case.is_unseen:
            return []
        if (alert.tier, alert.state) == ("critical", "raised") and waits_ns >= self.policy.escalate_after_s * NS_PER_S:
            return [case.escalate(self.policy.escalate_to, time_ns)]
        return []

    def _show_held_back(self, time_ns: int) -> list[Alert]:
        """Show advisories that were held back, the most dangerous first, as far as the budget goes."""
        held = [case for case in self.cases.values() if case.alert.state == "held_back" and not case.is_unseen]
        told = list[Alert]()
        for case in sorted(held, key=lambda one: (-(one.alert.danger or 0.0), one.alert.alert_id)):
            if self.budget.allows(worst_of(self._of(case.alert.alert_id)).worth.danger, time_ns):
                self.budget.spend(time_ns)
                told.append(case.show(time_ns))
        return told

    def _forget(self, time_ns: int) -> None:
        # who comes back into a zone is no new object: a flock that was one for minutes stays under a flock's limit
        since_ns = time_ns - KEPT_NS
        self.reputes = {track_id: repute for track_id, repute in self.reputes.items() if repute.last_ns >= since_ns}
        old = [key for key, case in self.cases.items() if case.has_ended and time_ns - case.alert.time_ns > KEPT_NS]
        for key in old:
            del self.cases[key]
        lost_ns = time_ns - max(AGAIN_NS, HOLD_NS)
        for pair in [pair for pair, (place, _) in self.lost.items() if place.time_ns < lost_ns]:
            del self.lost[pair]
