"""Who is asking: session cookie or API token, the token against forged requests, log-in, log-out, one-time link."""

from __future__ import annotations

import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response, Security
from fastapi.responses import RedirectResponse
from fastapi.security import SecurityScopes
from starlette.requests import HTTPConnection

from sargas.console.account_messages import Login, Proof, SessionView
from sargas.console.context import MAY_DECIDE, Console
from sargas.console.credentials import COOKIE, BearerToken, SessionCookie
from sargas.console.sight import sight_of
from sargas.runtime.accounts import Account, LockedOut, SecondFactorNeeded, Session
from sargas.runtime.remote_address import holder_of

__all__ = [
    "COOKIE",
    "CSRF_HEADER",
    "Changing",
    "HasConsole",
    "LoggedIn",
    "address_of",
    "find_session",
    "forget_cookie",
    "has_own_origin",
    "may_administer",
    "open_for",
    "remember_session",
    "remote_of",
    "session_of",
    "throttle_login",
    "too_many",
    "view_of",
]

COOKIE_OF, TOKEN_OF = SessionCookie(), BearerToken()
CSRF_HEADER = "X-CSRF-Token"
_FOUND = "sargas.session"
NS_PER_S = 1_000_000_000

router = APIRouter()


def console_of(connection: HTTPConnection) -> Console:
    """Return the console as who is asking may see it: what labels forbid is not in it."""
    whole: Console = connection.app.state.console
    return whole.sights.of(whole, remember_session(connection, whole))


HasConsole = Annotated[Console, Depends(console_of)]


def find_session(
    connection: HTTPConnection,
    console: HasConsole,
    cookie: Annotated[str | None, Security(COOKIE_OF)],
    bearer: Annotated[str | None, Security(TOKEN_OF)],
) -> Session | None:
    """Return what the request's API token opens, else the session of its cookie, None without a valid one."""
    return remember_session(connection, console)


def session_of(connection: HTTPConnection, console: Console) -> Session | None:
    """Return what a connection's token or cookie opens now, None once that has ended."""
    bearer, cookie = TOKEN_OF(connection), COOKIE_OF(connection)
    if bearer is not None:
        return console.accounts.session_of_token(bearer)
    return console.accounts.session(cookie) if cookie else None


def remember_session(connection: HTTPConnection, console: Console) -> Session | None:
    """Return what ``session_of`` found when this request first asked."""
    if _FOUND not in connection.scope:
        connection.scope[_FOUND] = session_of(connection, console)
    found: Session | None = connection.scope[_FOUND]
    return found


def find_person(
    connection: HTTPConnection, console: HasConsole, cookie: Annotated[str | None, Security(COOKIE_OF)]
) -> Session | None:
    """Return the session of the request's cookie, None without a valid one."""
    session = remember_session(connection, console)
    return None if session is None or session.token_id else session


def require_session(needed: SecurityScopes, session: Annotated[Session | None, Depends(find_session)]) -> Session:
    """Return the session, or refuse with 401; a token that lacks a scope which is needed with 403."""
    if session is None:
        raise HTTPException(
            401, "expected a session or a token, was none: log in first", {"WWW-Authenticate": "Bearer"}
        )
    missing = [scope for scope in needed.scopes if scope not in session.scopes]
    if missing:
        raise HTTPException(403, f"expected a token with scope {missing[0]}, was {' '.join(sorted(session.scopes))}")
    return session


def require_same_origin(request: Request) -> None:
    """Refuse a request that another site's page has sent."""
    if not has_own_origin(request):
        raise HTTPException(403, f"expected a request from this site, was {request.headers.get('origin')!r}")


def require_changing_session(
    request: Request, console: HasConsole, session: Annotated[Session, Depends(require_session)]
) -> Session:
    """Return the session of a request that changes something; what a token asks for is noted in the audit first.

    A cookie is sent by browsers whatever page asks, so the session's own token must come with it; an API token is not.
    """
    if session.token_id:
        asked = f"{request.method} {request.url.path}"
        console.accounts.tokens.note_change(session.account.name, session.token_id, asked)
        return session
    return _require_csrf_token(request, session)


def refuse_token(connection: HTTPConnection) -> None:
    """Refuse an API token where only a person who has logged in will do."""
    if connection.headers.get("authorization", "").lower().startswith("bearer "):
        raise HTTPException(403, "expected a person who has logged in, was an API token")


def require_person(
    request: Request,
    session: Annotated[Session | None, Depends(find_person)],
    _: Annotated[None, Depends(refuse_token)],
) -> Session:
    """Return the session of a person who changes something that no program may."""
    if session is None:
        raise HTTPException(401, "expected a session, was none: log in first")
    return _require_csrf_token(request, session)


def _require_csrf_token(request: Request, session: Session) -> Session:
    require_same_origin(request)
    given = request.headers.get(CSRF_HEADER, "")
    if not secrets.compare_digest(given.encode(), session.csrf_token.encode()):
        raise HTTPException(403, f"expected the header {CSRF_HEADER} of this session: reload the page")
    return session


LoggedIn = Annotated[Session, Security(require_session, scopes=["read"])]
Changing = Annotated[Session, Depends(require_person)]
"""Of a person alone: no API token will do."""
Deciding = Annotated[Session, Security(require_changing_session, scopes=["decide"])]
Reporting = Annotated[Session, Security(require_changing_session, scopes=["report"])]
Claiming = Annotated[Session, Security(require_changing_session, scopes=["claim"])]
Entering = Annotated[Session, Security(require_changing_session, scopes=["enter"])]
Networking = Annotated[Session, Security(require_changing_session, scopes=["network"])]


def has_own_origin(connection: HTTPConnection) -> bool:
    """Say whether the Origin header, when there is one, names the host that was asked."""
    origin = connection.headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == connection.headers.get("host", "")
    except ValueError:  # no address at all
        return False


@router.get("/api/session")
def read_session(console: HasConsole, session: Annotated[Session | None, Depends(find_session)]) -> SessionView:
    """Say who is logged in; never an error, so that the page can ask before it shows the log-in form."""
    return view_of(session, console) if session else SessionView(oidc=console.oidc is not None)


@router.post("/api/session", dependencies=[Depends(require_same_origin)])
def log_in(login: Login, request: Request, response: Response, console: HasConsole) -> SessionView:
    """Open a session by name and password."""
    remote = remote_of(request)
    throttle_login(console, remote)
    try:
        account = console.accounts.verify(login.name, login.password, remote, login.code)
    except SecondFactorNeeded:
        raise HTTPException(428, "expected the code of the second factor too, was none") from None
    except LockedOut as locked:
        raise too_many(locked.until_ns - console.settings.now_ns()) from locked
    if account is None:
        raise HTTPException(401, "expected a known name with its password, and its code where it has a second factor")
    return open_for(console, request, response, account)


@router.post("/api/session/proof")
def prove(proof: Proof, request: Request, console: HasConsole, session: Changing) -> SessionView:
    """Give password or code again, as deciding on a public warning asks for; wrong ones lock out as at log-in."""
    remote = remote_of(request)
    throttle_login(console, remote)
    token = request.cookies[COOKIE]
    try:
        is_proven = console.accounts.prove(token, remote, proof.password, proof.code)
    except SecondFactorNeeded:
        raise HTTPException(428, "expected the code of the second factor too, was none") from None
    except LockedOut as locked:
        raise too_many(locked.until_ns - console.settings.now_ns()) from locked
    renewed = console.accounts.session(token) if is_proven else None
    if renewed is None:
        raise HTTPException(401, "expected the session's own password, or a code of its second factor not used before")
    return view_of(renewed, console)


@router.delete("/api/session", status_code=204)
def log_out(request: Request, response: Response, console: HasConsole, session: Changing) -> None:
    """Close the session."""
    console.accounts.close_session(request.cookies[COOKIE])
    forget_cookie(response)


def forget_cookie(response: Response) -> None:
    """Let the browser forget the session's cookie."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


@router.get("/enter", include_in_schema=False)
def enter(token: Annotated[str, Query(max_length=200)], request: Request, console: HasConsole) -> RedirectResponse:
    """Open a session by a one-time link and go to the picture, or to the log-in form when the link is spent."""
    throttle_login(console, remote_of(request))
    account = console.accounts.redeem(token)
    if account is None:
        return RedirectResponse("/?link=spent", 303)
    response = RedirectResponse(address_of(account), 303)
    open_for(console, request, response, account)
    return response


def address_of(account: Account) -> str:
    """Return the address of the view that an account's screen begins with."""
    return "/" if account.home == "picture" else f"/?view={account.home}"


def open_for(
    console: Console, request: Request, response: Response, account: Account, proved_ns: int | None = -1
) -> SessionView:
    """Open a session and give the browser its cookie; ``proved_ns`` as ``Accounts.open_session`` has it."""
    token = console.accounts.open_session(account, proved_ns)
    session = console.accounts.session(token)
    if session is None:
        raise HTTPException(503, "expected the session just opened to be stored: run sargas doctor")
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)
    return view_of(session, console)


def view_of(session: Session, console: Console) -> SessionView:
    """Say who is logged in, and what they may do here."""
    return SessionView(
        name=session.account.name,
        role=session.account.role,
        csrf_token=session.csrf_token or None,
        expires_ns=session.expires_ns,
        latest_ns=session.latest_ns,
        may_decide=session.account.role in MAY_DECIDE and not console.settings.replay,
        proved_ns=session.proved_ns,
        oidc=console.oidc is not None,
        scopes=tuple(sorted(session.scopes)) if session.token_id else (),
        home=session.account.home,
        needs_password=not session.account.has_password,
        may_administer=may_administer(console, session),
    )


def may_administer(console: Console, session: Session) -> bool:
    """Say whether a session is an administrator's from whom nothing is kept."""
    is_whole = sight_of(session.account, console.settings.nation).is_whole
    return session.account.role == "administrator" and is_whole


def throttle_login(console: Console, remote: str) -> None:
    """Count a try to log in from an address. Raises HTTPException 429."""
    wait_ns = console.throttle.wait_ns(holder_of(remote), console.settings.now_ns())
    if wait_ns:
        raise too_many(wait_ns)


def too_many(wait_ns: int) -> HTTPException:
    """Return what refuses a client that asked too often, with how long it is to wait."""
    wait_s = max(1, -(-wait_ns // NS_PER_S))
    return HTTPException(429, f"expected fewer requests: wait {wait_s} s", {"Retry-After": str(wait_s)})


def remote_of(request: Request) -> str:
    """Return the address that asks."""
    return request.client.host if request.client else "unknown"
