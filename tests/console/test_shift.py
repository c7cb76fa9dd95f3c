"""How a shift goes: alerts and their budget, how soon they are answered, who decided, the warning clock."""

from __future__ import annotations

from typing import Any

import httpx

from sargas.console.shift import spread, tell_shift
from sargas.model.columns import NS_PER_S
from sargas.model.records import Decision
from tests.console.node import LABEL, NOW_NS, ScriptedNode, make_alert, make_configuration
from tests.runtime.store_cases import make_warning

HOUR_NS = 3600 * NS_PER_S
SINCE_NS = NOW_NS - 8 * HOUR_NS


def decide(number: int, actor: str, action: str, subject: str, after_s: float) -> Decision:
    return Decision.model_validate(
        {"id": f"d{number}", "time_ns": NOW_NS - HOUR_NS + round(after_s * NS_PER_S), "origin": "n", "label": LABEL}
        | {"actor": actor, "action": action, "subject": subject}
    )


def test_a_shift_is_told_from_what_is_on_record() -> None:
    began_ns = NOW_NS - HOUR_NS
    alerts = [
        make_alert("a", 1, raised_ns=began_ns, state="acknowledged", acknowledged_by="jonas"),
        make_alert("b", 2, raised_ns=began_ns + 1, state="raised"),
        make_alert("c", 3, "advisory", raised_ns=began_ns + 1, state="ended"),
        make_alert("d", 4, "advisory", raised_ns=NOW_NS - 2 * HOUR_NS, state="escalated"),
        make_alert("e", 5, "advisory", raised_ns=began_ns + 1, state="held_back", was_shown=False),
        make_alert("f", 6, "advisory", raised_ns=SINCE_NS - 1, state="ended"),
        make_alert("g", 7, raised_ns=began_ns, state="ended", merged_into="a"),
    ]
    decisions = [
        decide(1, "jonas", "acknowledge", "a", 30.0),
        decide(2, "jonas", "acknowledge", "a", 90.0),
        decide(3, "ona", "acknowledge", "b", 10.0),
    ]
    told = tell_shift(alerts, [], decisions, SINCE_NS, NOW_NS, 6)
    assert (told.critical, told.advisories, told.held_back) == (2, 2, 1)
    assert (told.advisories_last_hour, told.advisories_per_hour) == (1, 6)
    assert (told.waiting, told.oldest_waiting_ns) == (4, SINCE_NS - 1), "as the bar counts: ended ones too"
    assert told.standing_over_hour == 1
    assert told.answered_after_s is not None
    assert (told.answered_after_s.count, round(told.answered_after_s.median)) == (2, 20)
    assert [(one.name, one.decisions) for one in told.people] == [("jonas", 2), ("ona", 1)]
    assert told.people[0].last_ns == decisions[1].time_ns
    assert (told.drafted, told.firm_to_draft_s) == (0, None)


def test_the_warning_clock_is_that_of_the_messages() -> None:
    first = make_warning(NOW_NS, firm_ns=NOW_NS - 10 * NS_PER_S, drafted_ns=NOW_NS - 7 * NS_PER_S)
    sent = first.model_copy(
        update={"id": "2", "state": "approved", "decided_ns": NOW_NS - 2 * NS_PER_S, "sent_ns": NOW_NS - NS_PER_S}
    )
    told = tell_shift([], [first, sent], [], SINCE_NS, NOW_NS, None)
    assert (told.drafted, told.undecided, told.advisories_per_hour) == (2, 1, None)
    assert told.firm_to_draft_s == spread([3.0, 3.0])
    assert told.draft_to_decision_s == spread([5.0])
    assert told.decision_to_sent_s == spread([1.0])


def test_an_update_and_an_all_clear_say_nothing_of_how_soon_a_warning_was_drafted() -> None:
    first = make_warning(NOW_NS, firm_ns=NOW_NS - 10 * NS_PER_S, drafted_ns=NOW_NS - 7 * NS_PER_S)
    later = [
        first.model_copy(
            update={"id": what, "message": what, "number": number, "drafted_ns": NOW_NS + number * 600 * NS_PER_S}
        )
        for number, what in ((2, "update"), (3, "all_clear"))
    ]
    told = tell_shift([], [first, *later], [], SINCE_NS, NOW_NS, None)
    assert (told.drafted, told.firm_to_draft_s) == (3, spread([3.0]))


def test_whoever_looks_may_see_it(operator: httpx.Client, node: ScriptedNode) -> None:
    node.picture.apply([make_configuration()], NOW_NS)
    node.store.write([make_alert("a", 1), make_alert("b", 2, "advisory"), decide(1, "jonas", "acknowledge", "a", 3700)])
    told = operator.get("/api/shift?hours=2").json()
    assert (told["critical"], told["advisories"], told["advisories_per_hour"]) == (1, 1, 6)
    assert told["people"] == [{"name": "jonas", "decisions": 1, "last_ns": NOW_NS + 100 * NS_PER_S}]
    assert operator.get("/api/shift?hours=0").status_code == 422


def test_a_busy_shift_is_told_whole(operator: httpx.Client, node: ScriptedNode) -> None:
    """Of more than a thousand decisions the oldest were left out, and whoever made them had done nothing."""
    node.picture.apply([make_configuration()], NOW_NS)
    node.store.write([decide(0, "ona", "acknowledge", "a", -60.0)])
    node.store.write([decide(number, "jonas", "acknowledge", f"b{number}", 1.0) for number in range(1, 1201)])
    people = operator.get("/api/shift").json()["people"]
    assert [(one["name"], one["decisions"]) for one in people] == [("jonas", 1200), ("ona", 1)]


def test_the_shift_counts_as_waiting_what_the_bar_does(operator: httpx.Client, node: ScriptedNode) -> None:
    ended: dict[str, Any] = {"state": "ended", "ended_ns": NOW_NS}
    alerts = [
        make_alert("stands", 1),
        make_alert("unseen", 2, **ended),
        make_alert("seen", 3, acknowledged_by="jonas", **ended),
        make_alert("kept", 4, merged_into="stands", **ended),
        make_alert("held", 5, "advisory", was_shown=False, **ended),
        make_alert("laid", 6, state="shelved"),
    ]
    node.store.write(alerts)
    old = make_alert("old", 7, raised_ns=NOW_NS - 9 * HOUR_NS, time_ns=NOW_NS - 9 * HOUR_NS)
    node.picture.apply([*alerts, old], NOW_NS)
    told = operator.get("/api/shift").json()
    assert (told["waiting"], told["oldest_waiting_ns"]) == (3, old.raised_ns)


def test_nobody_else_may(client: httpx.Client) -> None:
    assert client.get("/api/shift").status_code == 401
