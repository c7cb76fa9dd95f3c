"""The rules of alerts and warnings over HTTP: read and changed by administrators; each change is journaled first."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from sargas.assessment.warnings.strictness import laxer_than
from sargas.console.administering import Administering, AdministeringChange
from sargas.console.context import Console
from sargas.console.decisions import entry_of
from sargas.console.policy_messages import AlertingDraft, EnteredPolicy, PoliciesView, WarningsDraft
from sargas.console.sessions import HasConsole
from sargas.model.records import AlertPolicy, Configuration, PolicyChange, WarningPolicy
from sargas.runtime.accounts import Session

router = APIRouter(prefix="/api/administration/policies")


@router.get("")
def read_policies(console: HasConsole, session: Administering) -> PoliciesView:
    """Say by which rules alerts and warnings are told, what the configuration has, and who changed them last."""
    now = _configuration(console)
    return PoliciesView(
        alerting=now.alerting,
        warnings=now.warnings,
        configured_alerting=console.settings.alerting,
        configured_warnings=console.settings.warnings,
        changes=tuple(console.store.newest(PolicyChange)),
    )


@router.put("/alerting", status_code=202)
def change_alerting(draft: AlertingDraft, console: HasConsole, session: AdministeringChange) -> EnteredPolicy:
    """Change budget and escalation of alerts from now on, also over a restart; 409 nothing is changed."""
    policy = AlertPolicy(**draft.model_dump(exclude={"reason"}))
    return _enter(console, session, policy, draft.reason)


@router.put("/warnings", status_code=202)
def change_warnings(draft: WarningsDraft, console: HasConsole, session: AdministeringChange) -> EnteredPolicy:
    """Change who approves warnings and how they prove it; never laxer than the configuration, which is 422."""
    policy = WarningPolicy(**draft.model_dump(exclude={"reason"}))
    if laxer := laxer_than(policy, console.settings.warnings):
        raise HTTPException(422, f"expected rules no laxer than the configuration, were: {'; '.join(laxer)}")
    return _enter(console, session, policy, draft.reason)


def _enter(console: Console, session: Session, policy: AlertPolicy | WarningPolicy, reason: str) -> EnteredPolicy:
    entry, now = entry_of(console, session), _configuration(console)
    is_alerting = isinstance(policy, AlertPolicy)
    if policy == (now.alerting if is_alerting else now.warnings):
        raise HTTPException(409, "expected other rules than those in force, were the same")
    name = "alerting" if is_alerting else "warnings"
    configured = console.settings.alerting if is_alerting else console.settings.warnings
    record = PolicyChange.model_validate(
        {
            "id": f"{entry.origin}/policy-change/{name}/{entry.time_ns}",
            "time_ns": entry.time_ns,
            "origin": entry.origin,
            "label": entry.label,
            "policy": name,
            "state": "as_configured" if policy == configured else "changed",
            name: policy,
            "reason": reason.strip(),
            "entered_by": session.account.name,
        }
    )
    console.settings.enter(record)
    return EnteredPolicy(record_id=record.id)


def _configuration(console: Console) -> Configuration:
    """Return what the picture runs with. Raises HTTPException 503 before there is one."""
    found = console.picture.configuration()
    if found is None:
        raise HTTPException(503, "expected a picture, was none yet: the node is starting")
    return found
