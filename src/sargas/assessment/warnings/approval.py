"""What a person's decision makes of a draft: refused by one, approved by one, or by two different persons in time."""

from __future__ import annotations

from typing import Any

from sargas.model.columns import NS_PER_S
from sargas.model.records import Decision
from sargas.model.warning_records import FirstApproval, PublicWarning, WarningPolicy


def decided(draft: PublicWarning, decision: Decision, policy: WarningPolicy) -> PublicWarning | None:
    """Return a draft after a decision on it; None: it changes nothing, for the same person has approved already.

    Of a draft that two persons must approve the first approval leaves it a draft that waits for the second until the
    first lapses. One person's refusal is enough.
    """
    first = None if first_has_lapsed(draft, decision.time_ns) else draft.first_approval
    if decision.action == "approve" and draft.approvals_needed > 1:
        if first is None:
            return _approved_first(draft, decision, policy)
        if first.approved_by == decision.actor:
            return None
    state = "approved" if decision.action == "approve" else "refused"
    return _revised(
        draft, state, decision.time_ns,
        state=state, decided_ns=decision.time_ns, decided_by=decision.actor, decision_reason=decision.reason,
        first_approval=first,
    )  # fmt: skip


def lapsed(draft: PublicWarning, time_ns: int) -> PublicWarning | None:
    """Return a draft whose first approval counts no more at ``time_ns`` (UTC ns); None: it does, or there is none."""
    if draft.state != "drafted" or not first_has_lapsed(draft, time_ns):
        return None
    return _revised(draft, f"lapsed/{time_ns}", time_ns, first_approval=None)


def _approved_first(draft: PublicWarning, decision: Decision, policy: WarningPolicy) -> PublicWarning:
    first = FirstApproval(
        approved_by=decision.actor,
        approved_ns=decision.time_ns,
        until_ns=decision.time_ns + round(policy.first_approval_s * NS_PER_S),
        reason=decision.reason,
    )
    return _revised(draft, f"first/{decision.time_ns}", decision.time_ns, first_approval=first)


def first_has_lapsed(draft: PublicWarning, time_ns: int) -> bool:
    """Tell whether the first approval counts no more, one from the future (the clock was set back) as an old one."""
    first = draft.first_approval
    return first is not None and abs(time_ns - first.approved_ns) >= first.until_ns - first.approved_ns


def _revised(draft: PublicWarning, what: str, time_ns: int, **changed: Any) -> PublicWarning:
    name = f"{draft.origin}/warning/{draft.message_id}/{what}"
    return draft.model_copy(update={"id": name, "time_ns": time_ns, **changed})
