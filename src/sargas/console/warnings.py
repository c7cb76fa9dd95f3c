"""Public warnings: drafts that wait, the one approval that makes one valid, and each message as CAP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Response

from sargas.console.context import MAY_DECIDE
from sargas.console.messages import Accepted, Reason
from sargas.console.sessions import Changing, HasConsole, LoggedIn
from sargas.formats.cap import encode_cap
from sargas.model.records import Decision, PublicWarning

router = APIRouter(prefix="/api/warnings")


@router.get("")
def list_warnings(
    console: HasConsole,
    session: LoggedIn,
    state: Annotated[Literal["drafted", "approved", "refused", "withdrawn"] | None, Query(description="Only")] = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> list[PublicWarning]:
    """List the messages of warnings, the latest change first."""
    return list(console.store.newest(PublicWarning, state, limit))


@router.post("/{message_id:path}/decide/{action}", status_code=202)
def decide_on_warning(
    message_id: str, action: Literal["approve", "refuse"], reason: Reason, console: HasConsole, session: Changing
) -> Accepted:
    """Approve or refuse a drafted message in the name of the session's account."""
    if session.account.role not in MAY_DECIDE:
        raise HTTPException(403, f"expected a role out of {', '.join(sorted(MAY_DECIDE))}, was {session.account.role}")
    if console.settings.replay:
        raise HTTPException(409, "expected a live picture, was a recording: nothing can be decided on it")
    shown = console.picture.snapshot().warnings
    draft = next((w for w in shown if w.message_id == message_id and w.state == "drafted"), None)
    if draft is None:
        raise HTTPException(404, f"expected a draft that waits, was {message_id!r}: it may be decided or withdrawn")
    now_ns = console.settings.now_ns()
    decision = Decision(
        id=f"decision/{console.settings.node}/{session.account.name}/{now_ns}",
        time_ns=now_ns,
        origin=console.settings.node,
        label=draft.label,
        actor=session.account.name,
        action=action,
        subject=message_id,
        reason=reason.reason,
    )
    console.settings.enter(decision)
    return Accepted(decision_id=decision.id)


@router.get("/{message_id:path}/cap", response_class=Response)
def read_cap(message_id: str, console: HasConsole, session: LoggedIn) -> Response:
    """Write a message as OASIS CAP 1.2 XML; one that nobody approved says Draft."""
    known = console.store.newest(PublicWarning)
    warning = next((w for w in known if w.message_id == message_id), None)
    if warning is None:
        raise HTTPException(404, f"expected a message on record, was {message_id!r}")
    earlier = [
        w
        for w in reversed(known)
        if w.warning_id == warning.warning_id and w.state == "approved" and w.number < warning.number
    ]
    return Response(encode_cap(warning, console.settings.node, earlier), media_type="application/cap+xml")
