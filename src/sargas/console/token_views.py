"""API tokens over HTTP, for people alone: which there are, and an end to one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path

from sargas.console.account_messages import TokenView
from sargas.console.administering import OwnChange, OwnSession, refuse_unless_administrator, refusing
from sargas.console.administration_messages import NewToken, TokenDraft
from sargas.console.context import Console
from sargas.console.sessions import Changing, HasConsole, may_administer
from sargas.runtime.accounts import Session
from sargas.runtime.api_tokens import ApiToken

router = APIRouter(prefix="/api/tokens")
TokenId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}$", description="Id of the token")]


@router.get("")
def list_tokens(console: HasConsole, session: OwnSession) -> list[TokenView]:
    """List the API tokens of the session's account, of an administrator those of all; never a token itself."""
    return [_view(one) for one in console.accounts.tokens.list(_whose(console, session))]


@router.post("", status_code=201)
def issue_token(draft: TokenDraft, console: HasConsole, session: OwnChange) -> NewToken:
    """Make an API token, shown this once: in the person's own name, by an administrator in that of any account."""
    own = session.account.name
    name = draft.account.strip().lower() or own
    if name != own:
        refuse_unless_administrator(console, session)
    with refusing():
        token, told = console.accounts.tokens.issue(name, draft.scopes, draft.days, draft.purpose, by=own)
    return NewToken(token=token, told=_view(told))


@router.delete("/{token_id}", status_code=204)
def revoke_token(token_id: TokenId, console: HasConsole, session: Changing) -> None:
    """End an API token of the session's account, as an administrator of any: it opens nothing from now on."""
    if _find(console.accounts.tokens.list(_whose(console, session)), token_id) is None:
        raise HTTPException(404, f"expected a token of {session.account.name}, was {token_id!r}")
    console.accounts.tokens.revoke(token_id, session.account.name)


def _view(one: ApiToken) -> TokenView:
    return TokenView(
        token_id=one.token_id,
        account=one.account,
        scopes=one.scopes,
        purpose=one.purpose,
        created_ns=one.created_ns,
        expires_ns=one.expires_ns,
        last_used_ns=one.last_used_ns,
    )


def _whose(console: Console, session: Session) -> str | None:
    return None if may_administer(console, session) else session.account.name


def _find(tokens: tuple[ApiToken, ...], token_id: str) -> ApiToken | None:
    return next((one for one in tokens if one.token_id == token_id), None)
