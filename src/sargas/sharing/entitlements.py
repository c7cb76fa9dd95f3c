"""What a nation gets of each kind of thing, as the rules answer now: the highest classification that goes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from sargas.model.label import Classification, Label
from sargas.sharing.agreement import Agreement, Clearance
from sargas.sharing.drafts import NOT_AGREED
from sargas.sharing.policy.policy import Policy
from sargas.sharing.policy.words import EXERCISE, KINDS, Field, Kind, Owner, Verdict

LEVELS: tuple[Clearance, ...] = get_args(Clearance)
"""Lowest first."""


@dataclass(frozen=True, slots=True)
class Entitled:
    """What goes of one kind: up to which classification, which further fields at that, by which rules or why not."""

    kind: Kind
    agreed: bool
    up_to: Clearance | None
    fields: tuple[Field, ...]
    rules: tuple[str, ...]


def entitlements_of(policy: Policy, owner: Owner, agreement: Agreement) -> tuple[Entitled, ...]:
    """Ask the rules of every kind of thing of our own making that its label lets the nation have."""
    return tuple(_entitled(policy, owner, agreement, kind) for kind in KINDS)


def _entitled(policy: Policy, owner: Owner, agreement: Agreement, kind: Kind) -> Entitled:
    if kind not in agreement.kinds:
        return Entitled(kind, False, None, (), (NOT_AGREED,))
    found: tuple[Clearance | None, Verdict] = (None, _ask(policy, owner, agreement, kind, LEVELS[0]))
    for level in LEVELS:
        verdict = _ask(policy, owner, agreement, kind, level)
        if verdict.is_released:
            found = (level, verdict)
    level_found, verdict = found
    return Entitled(kind, True, level_found, tuple(name for name, _ in verdict.fields), verdict.rules)


def _ask(policy: Policy, owner: Owner, agreement: Agreement, kind: Kind, level: Clearance) -> Verdict:
    label = Label(
        classification=Classification[level.upper()],
        releasable_to=(agreement.nation,),
        originator=owner.nation,
        caveats=(EXERCISE,) if owner.exercise else (),
    )
    return policy.decide(owner, agreement.to_recipient(), label, kind)
