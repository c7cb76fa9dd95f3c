"""A person's own password, chosen after a one-time link or changed."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request

from sargas.console.account_messages import SessionView
from sargas.console.administering import OwnChange, refusing
from sargas.console.administration_messages import NewPassword
from sargas.console.sessions import COOKIE, HasConsole, view_of

router = APIRouter(prefix="/api/session")


@router.put("/password")
def choose_password(new: NewPassword, request: Request, console: HasConsole, session: OwnChange) -> SessionView:
    """Set the password of the session's own account; its other sessions, links and API tokens end."""
    token = request.cookies[COOKIE]
    with refusing():
        console.accounts.choose_password(token, new.password)
    renewed = console.accounts.session(token)
    if renewed is None:
        raise HTTPException(401, "expected a session, was none: log in first")
    return view_of(renewed, console)
