"""ASGI middleware: the headers that bind a browser to this site alone, and a limit on what a client may send."""

from __future__ import annotations

import asyncio

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
PLACE_ALLOWED = "camera=(), geolocation=(self), microphone=()"
"""Permissions-Policy of the phone page, which asks where the person stands; no other page may."""
MOST_BODY_BYTES = 65_536
MOST_FILE_BYTES = 2 << 20
LONGEST_PAUSE_S = 30.0
"""Between two pieces of a body: who has begun one and sends no more holds a connection."""
FILES = ("/api/permissions/import", "/api/units/import", "/api/winds/import", "/api/zones/import")
"""Paths that take whole files."""


class Protection:
    """Add ``HEADERS`` to every answer, keep answers of the API out of caches, refuse large request bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            refused = JSONResponse({"detail": "expected an address without NUL, was with it"}, 400)
            await refused(scope, receive, send)
            return
        received, is_whole, has_begun = 0, False, False
        most = MOST_FILE_BYTES if scope["path"] in FILES else MOST_BODY_BYTES

        async def receive_limited() -> Message:
            nonlocal received, is_whole
            try:
                async with asyncio.timeout(None if is_whole else LONGEST_PAUSE_S):
                    message = await receive()
            except TimeoutError:
                over = f"expected more of the body within {LONGEST_PAUSE_S:g} s, was none"
                raise HTTPException(408, over, {"Connection": "close"}) from None
            is_whole = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > most:
                raise HTTPException(413, f"expected at most {most} bytes")
            return message

        async def send_protected(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if scope["path"] == "/report" or scope["path"].startswith("/report/"):
                    headers["Permissions-Policy"] = PLACE_ALLOWED
                if scope["path"].startswith("/api") or scope["path"] == "/enter":
                    headers["Cache-Control"] = "no-store"
            await send(message)

        try:
            await self._app(scope, receive_limited, send_protected)
        except Exception:
            if not has_begun:  # else it is answered above this, where nothing adds headers
                await PlainTextResponse("Internal Server Error", 500)(scope, receive, send_protected)
            raise
