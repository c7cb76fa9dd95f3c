"""Who is asking: the session cookie, the token against forged requests, log-in, log-out and the one-time link."""

from __future__ import annotations

import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.requests import HTTPConnection

from sargas.console.context import MAY_DECIDE, Console
from sargas.console.messages import Login, SessionView
from sargas.runtime.accounts import Account, LockedOut, SecondFactorNeeded, Session

COOKIE = "sargas_session"
CSRF_HEADER = "X-CSRF-Token"
NS_PER_S = 1_000_000_000

router = APIRouter()


def console_of(connection: HTTPConnection) -> Console:
    """Return the console this request belongs to."""
    console: Console = connection.app.state.console
    return console


HasConsole = Annotated[Console, Depends(console_of)]


def find_session(connection: HTTPConnection, console: HasConsole) -> Session | None:
    """Return the session of the request's cookie, None without a valid one."""
    token = connection.cookies.get(COOKIE)
    return console.accounts.session(token) if token else None


def require_session(session: Annotated[Session | None, Depends(find_session)]) -> Session:
    """Return the session, or refuse with 401."""
    if session is None:
        raise HTTPException(401, "expected a session, was none: log in first")
    return session


def require_same_origin(request: Request) -> None:
    """Refuse a request that another site's page has sent."""
    if not has_own_origin(request):
        raise HTTPException(403, f"expected a request from this site, was {request.headers.get('origin')!r}")


def require_changing_session(request: Request, session: Annotated[Session, Depends(require_session)]) -> Session:
    """Return the session of a request that changes something: it must also carry the session's token."""
    require_same_origin(request)
    given = request.headers.get(CSRF_HEADER, "")
    if not secrets.compare_digest(given.encode(), session.csrf_token.encode()):
        raise HTTPException(403, f"expected the header {CSRF_HEADER} of this session: reload the page")
    return session


LoggedIn = Annotated[Session, Depends(require_session)]
Changing = Annotated[Session, Depends(require_changing_session)]


def has_own_origin(connection: HTTPConnection) -> bool:
    """Say whether the Origin header, when there is one, names the host that was asked."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host", "")


@router.get("/api/session")
def read_session(console: HasConsole, session: Annotated[Session | None, Depends(find_session)]) -> SessionView:
    """Say who is logged in; never an error, so that the page can ask before it shows the log-in form."""
    return _view(session, console) if session else SessionView()


@router.post("/api/session", dependencies=[Depends(require_same_origin)])
def log_in(login: Login, request: Request, response: Response, console: HasConsole) -> SessionView:
    """Open a session by name and password."""
    remote = _remote(request)
    _throttle(console, remote)
    try:
        account = console.accounts.verify(login.name, login.password, remote, login.code)
    except SecondFactorNeeded:
        raise HTTPException(428, "expected the code of the second factor too, was none") from None
    except LockedOut as locked:
        raise _too_many(locked.until_ns - console.settings.now_ns()) from locked
    if account is None:
        raise HTTPException(401, "expected a known name with its password, and its code where it has a second factor")
    return _open(console, request, response, account)


@router.delete("/api/session", status_code=204)
def log_out(request: Request, response: Response, console: HasConsole, session: Changing) -> None:
    """Close the session."""
    console.accounts.close_session(request.cookies[COOKIE])
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


@router.get("/enter", include_in_schema=False)
def enter(token: Annotated[str, Query(max_length=200)], request: Request, console: HasConsole) -> RedirectResponse:
    """Open a session by a one-time link and go to the picture, or to the log-in form when the link is spent."""
    _throttle(console, _remote(request))
    account = console.accounts.redeem(token)
    if account is None:
        return RedirectResponse("/?link=spent", 303)
    response = RedirectResponse("/", 303)
    _open(console, request, response, account)
    return response


def _open(console: Console, request: Request, response: Response, account: Account) -> SessionView:
    token = console.accounts.open_session(account)
    session = console.accounts.session(token)
    if session is None:
        raise HTTPException(503, "expected the session just opened to be stored: run sargas doctor")
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)
    return _view(session, console)


def _view(session: Session, console: Console) -> SessionView:
    return SessionView(
        name=session.account.name,
        role=session.account.role,
        csrf_token=session.csrf_token,
        expires_ns=session.expires_ns,
        may_decide=session.account.role in MAY_DECIDE and not console.settings.replay,
    )


def _throttle(console: Console, remote: str) -> None:
    wait_ns = console.throttle.wait_ns(remote, console.settings.now_ns())
    if wait_ns:
        raise _too_many(wait_ns)


def _too_many(wait_ns: int) -> HTTPException:
    wait_s = max(1, -(-wait_ns // NS_PER_S))
    return HTTPException(429, f"too many attempts: wait {wait_s} s", {"Retry-After": str(wait_s)})


def _remote(request: Request) -> str:
    return request.client.host if request.client else "unknown"
