"""Which take-overs of partners' feeds stand when a node starts: those on record that nobody has given back."""

from __future__ import annotations

from collections.abc import Iterable

from sargas.model.records import Decision
from sargas.runtime.journal import Journal
from sargas.runtime.on_record import beyond_store
from sargas.runtime.store import Store
from sargas.sensors.standby import ACTIONS


def standing_take_overs(store: Store, journal: Journal) -> tuple[Decision, ...]:
    """Return the decisions that lead to what stands, the oldest first. Raises StoreAway."""
    return choose_take_overs((*store.decisions(actions=ACTIONS)[::-1], *beyond_store(store, journal, Decision)))


def choose_take_overs(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return, the oldest first, the decisions that lead to what stands; ``decisions`` in order, any may come twice."""
    newest = dict[str, Decision]()
    for decision in decisions:
        if decision.action not in ACTIONS:
            continue
        nation, _, source = decision.subject.partition("/")
        newest.pop(decision.subject, None)
        if not source:  # it says all about the nation's sources
            newest = {subject: one for subject, one in newest.items() if not subject.startswith(f"{nation}/")}
        newest[decision.subject] = decision
    chosen = list[Decision]()
    for one in newest.values():
        nation = one.subject.partition("/")[0]
        if one.action == "take_over" or any(c.subject == nation for c in chosen):
            chosen.append(one)
    return tuple(chosen)
