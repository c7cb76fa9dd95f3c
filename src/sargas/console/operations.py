"""For machines that watch the node: is it alive, is it ready, and its figures for Prometheus."""

from __future__ import annotations

import secrets
from ipaddress import ip_address

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.exception_handlers import http_exception_handler
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from sargas.console.context import Console
from sargas.console.sessions import HasConsole
from sargas.runtime.control import NotJournaled

router = APIRouter()


@router.get("/healthz", include_in_schema=False)
async def say_alive() -> Response:
    """Say that the event loop turns."""
    return Response("alive\n", media_type="text/plain")


@router.get("/readyz", include_in_schema=False)
async def say_ready(console: HasConsole) -> Response:
    """Say whether the node takes and keeps what comes: 200, or 503 with a line for each reason why not."""
    reasons = console.settings.why_not_ready()
    return Response("\n".join(reasons or ["ready"]) + "\n", 503 if reasons else 200, media_type="text/plain")


@router.get("/metrics", include_in_schema=False)
def read_metrics(request: Request, console: HasConsole) -> Response:
    """Return the figures as text, to this machine or to who has the token."""
    if console.settings.registry is None:
        raise HTTPException(404, "expected a node that runs, was a recording: it has no figures")
    if not _may_read(request, console):
        raise HTTPException(
            401, "expected Authorization: Bearer with console.metrics_token, or a client on this machine"
        )
    return Response(generate_latest(console.settings.registry), media_type=CONTENT_TYPE_LATEST)


def _may_read(request: Request, console: Console) -> bool:
    token = console.settings.metrics_token
    if token:
        given = request.headers.get("authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {token}".encode())
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def say_not_journaled(request: Request, error: Exception) -> Response:
    """Answer that what was handed in waits for the journal (503): nobody is told that it is done before it is."""
    assert isinstance(error, NotJournaled)
    return await http_exception_handler(
        request,
        HTTPException(503, "expected the journal to take it at once: it waits, and takes effect once the journal can"),
    )
