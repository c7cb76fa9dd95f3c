"""The way in by an OpenID provider: off to it, and back with a code; every failure leads to the log-in form."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse

from sargas.console.context import Console
from sargas.console.sessions import HasConsole, address_of, open_for, remote_of, throttle_login
from sargas.runtime.accounts import AccountError
from sargas.runtime.oidc import OidcError, OidcProvider, Person

COOKIE = "sargas_oidc"
CALLBACK = "/oidc/callback"
STATE_LASTS_S = 600

router = APIRouter()


@router.get("/oidc/login", include_in_schema=False)
def begin(request: Request, console: HasConsole, again: bool = False) -> RedirectResponse:
    """Send the browser to the provider; ``again``: the person must show it anew who it is."""
    provider = _provider(console)
    throttle_login(console, remote_of(request))
    own = f"{request.url.scheme}://{request.headers.get('host', '')}{CALLBACK}"
    try:
        state, address = provider.begin(own, again=again)
    except OidcError as error:
        return _refuse(console, request, "", error, "failed")
    response = RedirectResponse(address, 303)
    # Lax: the way back begins at the provider. It binds the log-in to the browser that began it.
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, state, max_age=STATE_LASTS_S, path=CALLBACK, httponly=True, samesite="lax", secure=secure
    )
    return response


@router.get(CALLBACK, include_in_schema=False)
def finish(
    request: Request,
    console: HasConsole,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> RedirectResponse:
    """Open a session for whom the provider names, and go to the picture."""
    provider = _provider(console)
    throttle_login(console, remote_of(request))
    begun = request.cookies.get(COOKIE, "")
    if error or not code or not secrets.compare_digest(begun.encode(), state.encode()):
        what = f"provider: {error}" if error else "expected the browser that began, was another"
        return _refuse(console, request, "", OidcError(what), "failed")
    try:
        person = provider.finish(state, code)
    except OidcError as fault:
        return _refuse(console, request, "", fault, "failed")
    role = console.settings.oidc.role_of(person.claims)
    if role is None:
        return _refuse(console, request, person.name, OidcError("expected a role for it, was none"), "no_role")
    try:
        nation = _nation(console, person)
        account = console.accounts.admit(person.issuer, person.subject, person.name, role, nation)
    except (AccountError, OidcError) as fault:
        return _refuse(console, request, person.name, fault, "no_account")
    response = RedirectResponse(address_of(account), 303)
    open_for(console, request, response, account, proved_ns=person.proved_ns)
    response.delete_cookie(COOKIE, path=CALLBACK, httponly=True, samesite="lax")
    return response


def _nation(console: Console, person: Person) -> str:
    claim = console.settings.oidc.nation_claim
    if claim is None:
        return console.settings.nation
    nation = person.claims.get(claim)
    if not isinstance(nation, str) or not nation:
        raise OidcError(f"expected a claim {claim} with a nation, was none")
    return nation


def _provider(console: Console) -> OidcProvider:
    if console.oidc is None:
        raise HTTPException(404, "expected [oidc] in the settings, was none: log in by a local account")
    return console.oidc


def _refuse(console: Console, request: Request, name: str, error: Exception, word: str) -> RedirectResponse:
    """Note why in the audit, and say to the browser which kind of failure it was."""
    console.accounts.note_refused(name, remote_of(request), str(error))
    response = RedirectResponse(f"/?oidc={word}", 303)
    response.delete_cookie(COOKIE, path=CALLBACK, httponly=True, samesite="lax")
    return response
