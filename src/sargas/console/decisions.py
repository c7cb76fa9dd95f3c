"""Whatever a person decides: who may, and how it is handed in."""

from __future__ import annotations

from fastapi import HTTPException

from sargas.console.context import MAY_DECIDE, Console
from sargas.console.messages import Accepted
from sargas.identification.permission_files import Entry
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Decision, DecisionAction, WarningPolicy
from sargas.runtime.accounts import Session


def refuse_unless_allowed(console: Console, session: Session) -> None:
    """Let only who may decide pass, and only on a live picture. Raises HTTPException 403 or 409."""
    if session.account.role not in MAY_DECIDE:
        raise HTTPException(403, f"expected a role out of {', '.join(sorted(MAY_DECIDE))}, was {session.account.role}")
    if console.settings.replay:
        raise HTTPException(409, "expected a live picture, was a recording: nothing can be decided on it")


def entry_of(console: Console, session: Session) -> Entry:
    """Say who enters something now, and under which label: the node's. Raises HTTPException 403, 409 or 503."""
    refuse_unless_allowed(console, session)
    configuration = console.picture.configuration()
    if configuration is None:
        raise HTTPException(503, "expected a picture, was none yet: the node is starting")
    return Entry(console.settings.now_ns(), console.settings.node, configuration.label, session.account.name)


def refuse_without_proof(console: Console, session: Session) -> None:
    """Let only pass who gave password or code not long ago. Raises HTTPException 428.

    How long that is stands in ``[warnings] proof_lasts_s`` of the configuration; 0: it is not asked again.
    """
    configuration = console.picture.configuration()
    lasts_s = (configuration.warnings if configuration else WarningPolicy()).proof_lasts_s
    if lasts_s:
        refuse_stale_proof(console, session, lasts_s)


def refuse_stale_proof(console: Console, session: Session, lasts_s: float) -> None:
    """Let only pass who gave password or code within a time. Raises HTTPException 428.

    A proof from the future, for the clock was set back, counts as an old one.
    """
    given_ns = session.proved_ns
    if given_ns is None or abs(console.settings.now_ns() - given_ns) > lasts_s * NS_PER_S:
        raise HTTPException(
            428, f"expected password or code given within {lasts_s:g} s: POST /api/session/proof, then again"
        )


def enter_decision(
    console: Console,
    session: Session,
    action: DecisionAction,
    subject: str,
    reason: str,
    label: Label,
    until_ns: int | None = None,
) -> Accepted:
    """Hand in a decision in the name of the session's account; it is journaled before it takes effect."""
    now_ns = console.settings.now_ns()
    decision = Decision(
        id=f"decision/{console.settings.node}/{session.account.name}/{now_ns}",
        time_ns=now_ns,
        origin=console.settings.node,
        label=label,
        actor=session.account.name,
        action=action,
        subject=subject,
        reason=reason,
        until_ns=until_ns,
    )
    console.settings.enter(decision)
    return Accepted(decision_id=decision.id)
