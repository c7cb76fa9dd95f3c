"""Who may administer: a person who is logged in as an administrator and from whom nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, HTTPException

from sargas.console.decisions import refuse_stale_proof
from sargas.console.sessions import Changing, HasConsole, find_person, refuse_token
from sargas.console.sight import sight_of
from sargas.runtime.account_terms import AccountError
from sargas.runtime.accounts import Session
from sargas.runtime.api_tokens import TokenError

PROOF_LASTS_S = 300.0
"""Whoever changes accounts has given password or code within so long."""


def require_own_session(
    session: Annotated[Session | None, Depends(find_person)], _: Annotated[None, Depends(refuse_token)]
) -> Session:
    """Return the session of a person who only looks. Raises HTTPException 401, of an API token 403."""
    if session is None:
        raise HTTPException(401, "expected a session, was none: log in first")
    return session


def refuse_unless_administrator(console: HasConsole, session: Session) -> None:
    """Let only administrators pass who may see everything: else they could give others what is kept from them."""
    if session.account.role != "administrator":
        raise HTTPException(403, f"expected the role administrator, was {session.account.role}")
    if not sight_of(session.account, console.settings.nation).is_whole:
        raise HTTPException(
            403, f"expected an administrator who may see everything, was {session.account.name}: another must do it"
        )


def require_administrator(console: HasConsole, session: Annotated[Session, Depends(require_own_session)]) -> Session:
    """Return the session of an administrator who looks."""
    refuse_unless_administrator(console, session)
    return session


def require_administrator_changing(console: HasConsole, session: Changing) -> Session:
    """Return the session of an administrator who changes something and gave password or code not long ago."""
    refuse_unless_administrator(console, session)
    refuse_stale_proof(console, session, PROOF_LASTS_S)
    return session


def require_fresh_person(console: HasConsole, session: Changing) -> Session:
    """Return the session of a person who changes something of their own and gave password or code not long ago."""
    refuse_stale_proof(console, session, PROOF_LASTS_S)
    return session


OwnSession = Annotated[Session, Depends(require_own_session)]
Administering = Annotated[Session, Depends(require_administrator)]
AdministeringChange = Annotated[Session, Depends(require_administrator_changing)]
OwnChange = Annotated[Session, Depends(require_fresh_person)]


@contextmanager
def refusing() -> Iterator[None]:
    """Answer with 422 what cannot be as asked."""
    try:
        yield
    except (AccountError, TokenError) as fault:
        raise HTTPException(422, str(fault)) from None
