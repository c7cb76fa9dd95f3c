"""API tokens over HTTP, for people alone: which there are, and an end to one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path

from sargas.console.account_messages import TokenView
from sargas.console.sessions import Changing, HasConsole, find_person, refuse_token
from sargas.runtime.accounts import Session
from sargas.runtime.api_tokens import ApiToken

router = APIRouter(prefix="/api/tokens")
TokenId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}$", description="Id of the token")]


@router.get("", dependencies=[Depends(refuse_token)])
def list_tokens(console: HasConsole, session: Annotated[Session | None, Depends(find_person)]) -> list[TokenView]:
    """List the API tokens of the session's account, of an administrator those of all; never a token itself."""
    if session is None:
        raise HTTPException(401, "expected a session, was none: log in first")
    return [
        TokenView(
            token_id=one.token_id,
            account=one.account,
            scopes=one.scopes,
            purpose=one.purpose,
            created_ns=one.created_ns,
            expires_ns=one.expires_ns,
            last_used_ns=one.last_used_ns,
        )
        for one in console.accounts.tokens.list(_whose(session))
    ]


@router.delete("/{token_id}", status_code=204)
def revoke_token(token_id: TokenId, console: HasConsole, session: Changing) -> None:
    """End an API token of the session's account, as an administrator of any: it opens nothing from now on."""
    if _find(console.accounts.tokens.list(_whose(session)), token_id) is None:
        raise HTTPException(404, f"expected a token of {session.account.name}, was {token_id!r}")
    console.accounts.tokens.revoke(token_id, session.account.name)


def _whose(session: Session) -> str | None:
    return None if session.account.role == "administrator" else session.account.name


def _find(tokens: tuple[ApiToken, ...], token_id: str) -> ApiToken | None:
    return next((one for one in tokens if one.token_id == token_id), None)
