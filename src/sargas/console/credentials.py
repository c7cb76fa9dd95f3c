"""What a client may show to be let in, as OpenAPI security schemes: the session cookie or an API token."""

from __future__ import annotations

from fastapi.openapi.models import APIKey, APIKeyIn, HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

COOKIE = "sargas_session"


class SessionCookie(SecurityBase):
    """The cookie of a session, of requests and WebSockets alike."""

    def __init__(self) -> None:
        told = "Session of a person: POST /api/session gives it; a change repeats its csrf_token as X-CSRF-Token"
        self.model = APIKey(**{"in": APIKeyIn.cookie}, name=COOKIE, description=told)
        self.scheme_name = "session"

    def __call__(self, connection: HTTPConnection) -> str | None:
        """Return the token of the session, None without the cookie."""
        return connection.cookies.get(COOKIE)


class BearerToken(SecurityBase):
    """An API token in the Authorization header, of requests and WebSockets alike."""

    def __init__(self) -> None:
        told = "API token: sargas account token makes it; the scopes it needs stand at each operation"
        self.model = HTTPBearer(bearerFormat="sargas_…", description=told)
        self.scheme_name = "token"

    def __call__(self, connection: HTTPConnection) -> str | None:
        """Return the token, None without one; an empty or odd one is returned, and opens nothing."""
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None
