"""How often one client may ask the API: a bucket for each session, each API token and each address without either."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from sargas.console.context import Console
from sargas.console.sessions import console_of, remember_session, too_many
from sargas.runtime.accounts import Session
from sargas.runtime.remote_address import holder_of

LIMITED = "/api/"


def limit_rate(connection: HTTPConnection, console: Annotated[Console, Depends(console_of)]) -> None:
    """Count a request of the API; refuse with 429 and Retry-After when its client has asked too often.

    A person who has logged in may always acknowledge a critical alert: that is neither counted nor refused.
    """
    path = connection.url.path
    if not path.startswith(LIMITED):
        return
    session = remember_session(connection, console)
    if session is not None and not session.token_id and _acknowledges_critical(connection, console):
        return
    wait_ns = console.requests.wait_ns(_client(connection, session), time.monotonic_ns())
    if wait_ns:
        raise too_many(wait_ns)


def _client(connection: HTTPConnection, session: Session | None) -> str:
    """Name whose bucket it is; the csrf_token tells sessions apart without being the session's secret."""
    if session is None:
        return f"address {holder_of(connection.client.host) if connection.client else 'unknown'}"
    return f"token {session.token_id}" if session.token_id else f"session {session.csrf_token}"


def _acknowledges_critical(connection: HTTPConnection, console: Console) -> bool:
    if not connection.url.path.endswith("/acknowledge"):
        return False
    alert_id = connection.path_params.get("alert_id")
    return any(alert.alert_id == alert_id and alert.tier == "critical" for alert in console.broadcast.alerts)
