"""While the database is away: what needs it is refused with 503, and who looks at the picture goes on looking."""

from __future__ import annotations

from fastapi import HTTPException, Request, WebSocket
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import Response
from starlette.requests import HTTPConnection

from sargas.console.context import Console
from sargas.console.sessions import forget_cookie, has_own_origin, session_of
from sargas.runtime.accounts import Session
from sargas.runtime.store import StoreAway

AGAIN_S = 5
TRY_AGAIN_LATER = 1013
"""Close code of a WebSocket (IANA registry)."""


async def refuse_while_away(connection: Request | WebSocket, error: Exception) -> Response:
    """Answer 503; where the database is and why it is away is told in the log and to administrators, not to anybody."""
    assert isinstance(error, StoreAway)
    if isinstance(connection, WebSocket):
        if has_own_origin(connection):  # else as in the stream itself: no handshake
            await connection.accept()
        await connection.close(TRY_AGAIN_LATER)
        return Response()  # goes nowhere: the close was the answer
    said = HTTPException(503, "expected the database, was away: try again in a moment", {"Retry-After": str(AGAIN_S)})
    answer = await http_exception_handler(connection, said)
    if (connection.method, connection.url.path) == ("DELETE", "/api/session") and has_own_origin(connection):
        forget_cookie(answer)  # who has left is not let in again by whoever sits there once the database is back
    return answer


def still_stands(connection: HTTPConnection, console: Console, session: Session) -> bool:
    """Say whether the session that began a stream stands, with the same rights.

    While the database is away it stands until the end that was known when it began.
    """
    try:
        now = session_of(connection, console)
    except StoreAway:
        return console.settings.now_ns() < session.expires_ns
    return now is not None and now.account == session.account and "read" in now.scopes
