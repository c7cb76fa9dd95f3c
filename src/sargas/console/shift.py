"""What a shift lead looks at: alerts against their budget, how soon they are answered, the warning clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query

from sargas.console.sessions import HasConsole, LoggedIn
from sargas.console.shift_messages import ShiftPerson, ShiftView, Spread
from sargas.console.waiting import waits
from sargas.model.columns import NS_PER_S
from sargas.model.records import Alert, Decision, PublicWarning

router = APIRouter(prefix="/api")
HOUR_NS = 3600 * NS_PER_S
MOST_READ = 10_000


@router.get("/shift")
def read_shift(
    console: HasConsole,
    session: LoggedIn,
    hours: Annotated[float, Query(gt=0, le=24, description="How far back from the picture's time")] = 8.0,
) -> ShiftView:
    """Tell how the shift goes: alerts and their budget, how fast they were answered, who decided, the warning clock."""
    shown = console.picture.snapshot()
    now_ns = shown.valid_time_ns if console.settings.replay else console.settings.now_ns()
    since_ns = max(0, now_ns - round(hours * HOUR_NS))
    policy = shown.configuration.alerting if shown.configuration is not None else None
    alerts = console.store.alerts(False, since_ns, MOST_READ)
    known = {one.alert_id for one in alerts}
    older = [one for one in shown.alerts if waits(one) and one.alert_id not in known]
    return tell_shift(
        [*alerts, *older],
        console.store.newest(PublicWarning, limit=MOST_READ, since_ns=since_ns),
        console.store.decisions(None, since_ns, MOST_READ),
        since_ns,
        now_ns,
        None if policy is None else policy.advisories_per_hour,
    )


def tell_shift(
    alerts: Sequence[Alert],
    warnings: Sequence[PublicWarning],
    decisions: Sequence[Decision],
    since_ns: int,
    now_ns: int,
    advisories_per_hour: int | None,
) -> ShiftView:
    """Return the figures of the time between; alerts in their newest state, decisions of any order."""
    raised = [one for one in alerts if one.raised_ns >= since_ns and one.merged_into is None]
    shown = [one for one in raised if one.was_shown and one.state != "held_back"]
    waiting = [one for one in alerts if waits(one)]
    return ShiftView(
        since_ns=since_ns,
        until_ns=now_ns,
        critical=sum(one.tier == "critical" for one in shown),
        advisories=sum(one.tier == "advisory" for one in shown),
        held_back=sum(not one.was_shown or one.state == "held_back" for one in raised),
        advisories_last_hour=sum(one.tier == "advisory" and one.raised_ns > now_ns - HOUR_NS for one in shown),
        advisories_per_hour=advisories_per_hour,
        waiting=len(waiting),
        oldest_waiting_ns=min((one.raised_ns for one in waiting), default=None),
        standing_over_hour=sum(one.state != "ended" and one.raised_ns < now_ns - HOUR_NS for one in alerts),
        answered_after_s=spread(_answered_after_s(alerts, decisions)),
        people=_people(decisions),
        drafted=len(warnings),
        undecided=sum(one.state == "drafted" for one in warnings),
        firm_to_draft_s=spread(_after_s((one.firm_ns, one.drafted_ns) for one in warnings if one.number == 1)),
        draft_to_decision_s=spread(_after_s((one.drafted_ns, one.decided_ns) for one in warnings)),
        decision_to_sent_s=spread(_after_s((one.decided_ns, one.sent_ns) for one in warnings)),
    )


def spread(seconds: Sequence[float]) -> Spread | None:
    """Return median and 90 % of times, None of none."""
    if not seconds:
        return None
    middle, slow = np.percentile(seconds, (50, 90))
    return Spread(count=len(seconds), median=round(float(middle), 2), p90=round(float(slow), 2))


def _answered_after_s(alerts: Iterable[Alert], decisions: Iterable[Decision]) -> list[float]:
    first: dict[str, int] = {}
    for one in decisions:
        if one.action in ("acknowledge", "shelve"):
            first[one.subject] = min(first.get(one.subject, one.time_ns), one.time_ns)
    return [(first[one.alert_id] - one.raised_ns) / NS_PER_S for one in alerts if one.alert_id in first]


def _after_s(moments: Iterable[tuple[int | None, int | None]]) -> list[float]:
    return [(end - begin) / NS_PER_S for begin, end in moments if begin is not None and end is not None]


def _people(decisions: Sequence[Decision]) -> tuple[ShiftPerson, ...]:
    made = Counter(one.actor for one in decisions)
    last = {name: max(one.time_ns for one in decisions if one.actor == name) for name in made}
    return tuple(ShiftPerson(name=name, decisions=count, last_ns=last[name]) for name, count in made.most_common())
