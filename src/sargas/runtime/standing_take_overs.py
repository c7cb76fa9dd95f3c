"""Which take-overs of partners' feeds stand when a node starts: those on record that nobody has given back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sargas.model.records import Decision
from sargas.runtime.journal import Journal
from sargas.runtime.journal_read import read
from sargas.runtime.store import Store
from sargas.sensors.standby import ACTIONS

KIND = b'"kind":"decision"'


def standing_take_overs(store: Store, journal: Journal, most_missing: int) -> tuple[Decision, ...]:
    """Return the decisions that lead to what stands, the oldest first; a crash between journal and store loses none.

    ``most_missing``: envelopes that the store may lack and that are still read. Raises StoreAway.
    """
    held, stored = store.decisions(actions=ACTIONS)[::-1], store.journal_sequence()
    missing = journal.status().next_sequence - 1 - (most_missing if stored is None else stored)
    if stored is not None and 0 < missing <= most_missing:
        held += journaled_take_overs(journal.directory, stored)
    return choose_take_overs(held)


def journaled_take_overs(directory: Path, after_sequence: int) -> tuple[Decision, ...]:
    """Return the decisions about taking over that a journal holds behind an envelope, in order."""
    decisions = (
        Decision.model_validate_json(envelope.data)
        for envelope in read(directory, after_sequence + 1)
        if envelope.kind == "record" and KIND in envelope.data
    )
    return tuple(one for one in decisions if one.action in ACTIONS)


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
