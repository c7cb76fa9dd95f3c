"""The bounds of every release in plain Python: a second opinion on each decision of the rules (bounds.cedar)."""

from __future__ import annotations

from sargas.model.label import Label
from sargas.sharing.policy.words import EXERCISE, Owner, Recipient, is_exercise

LABEL_POLICY = "SARGAS"


def broken_bounds(owner: Owner, recipient: Recipient, label: Label) -> tuple[str, ...]:
    """Name the bounds that forbid to tell a nation anything under a label, sorted; empty: none does."""
    marks = set(label.caveats) - {EXERCISE}
    bounds = {
        "bound-releasable-to": recipient.nation in label.releasable_to,
        "bound-originator-control": label.originator == owner.nation,
        "bound-clearance": label.classification <= recipient.clearance,
        "bound-caveats": marks <= set(recipient.caveats),
        "bound-exercise": is_exercise(label) == owner.exercise and recipient.exercise == owner.exercise,
        "bound-label-policy": label.policy == LABEL_POLICY,
        "bound-not-to-itself": recipient.nation != owner.nation,
    }
    return tuple(sorted(name for name, holds in bounds.items() if not holds))
