"""Public warnings: drafts that wait, the one approval that makes one valid, and each message as CAP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Response

from sargas.assessment.warnings.approval import first_has_lapsed
from sargas.console.decisions import enter_decision, refuse_unless_allowed, refuse_without_proof
from sargas.console.messages import Accepted, Reason
from sargas.console.sessions import Changing, HasConsole, LoggedIn
from sargas.formats.cap import encode_cap
from sargas.model.records import PublicWarning

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
    """Approve or refuse a drafted message in the name of the session's account.

    Where two persons must approve, the first approval leaves it a draft that waits for the second.
    """
    refuse_unless_allowed(console, session)
    shown = console.picture.snapshot().warnings
    draft = next((w for w in shown if w.message_id == message_id and w.state == "drafted"), None)
    if draft is None:
        raise HTTPException(404, f"expected a draft that waits, was {message_id!r}: it may be decided or withdrawn")
    if action == "approve" and _has_approved(draft, session.account.name, console.settings.now_ns()):
        raise HTTPException(409, f"expected a second person to approve, was {session.account.name}, who did already")
    refuse_without_proof(console, session)
    return enter_decision(console, session, action, message_id, reason.reason, draft.label)


@router.post("/{message_id:path}/resend/{channel}", status_code=202)
def resend_warning(message_id: str, channel: str, reason: Reason, console: HasConsole, session: Changing) -> Accepted:
    """Send an approved message again over a channel that refused it, was too late, or of which nobody knows."""
    refuse_unless_allowed(console, session)
    shown = console.picture.snapshot().warnings
    ended = [
        one
        for warning in shown
        if warning.message_id == message_id
        for one in warning.deliveries
        if one.channel == channel and one.state in ("refused", "unclear", "expired")
    ]
    if not ended:
        raise HTTPException(404, f"expected a message that {channel!r} did not take, was {message_id!r}")
    told = next(warning for warning in shown if warning.message_id == message_id)
    later = [one for one in shown if one.warning_id == told.warning_id and one.number > told.number]
    newest = max((one for one in later if one.state == "approved"), key=lambda one: one.number, default=None)
    if newest is not None:
        raise HTTPException(
            409,
            f"expected the newest approved message of a warning, was {message_id}: {newest.message_id} goes instead",
        )
    refuse_without_proof(console, session)
    label = told.label
    return enter_decision(console, session, "resend", f"{message_id}@{channel}", reason.reason, label)


def _has_approved(draft: PublicWarning, name: str, now_ns: int) -> bool:
    first = draft.first_approval
    return first is not None and first.approved_by == name and not first_has_lapsed(draft, now_ns)


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
