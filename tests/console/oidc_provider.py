"""An OpenID provider on loopback, for tests: discovery, authorization with PKCE, tokens signed with RS256, keys.

It holds a client to what the standards say: registered address, S256 challenge, a code once and by its verifier. What
an id token says and how it is signed a test may spoil by ``spoil``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

CLIENT, SECRET = "sargas-ltu", "a secret of the client"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """A signing key with its id, as the provider publishes it."""

    def __init__(self, kid: str, bits: int = 2048) -> None:
        self.kid = kid
        self.private = rsa.generate_private_key(65537, bits)

    def published(self) -> dict[str, str]:
        numbers = self.private.public_key().public_numbers()
        n, e = (base64url(v.to_bytes((v.bit_length() + 7) // 8, "big")) for v in (numbers.n, numbers.e))
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": n, "e": e}

    def sign(self, claims: dict[str, Any], head: dict[str, Any] | None = None) -> str:
        head = {"alg": "RS256", "typ": "JWT", "kid": self.kid} | (head or {})
        signed = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
        signature = self.private.sign(signed.encode(), padding.PKCS1v15(), SHA256())
        return f"{signed}.{base64url(signature)}"


@cache
def first_key() -> Key:
    """Return the key that providers begin with; to find its primes takes 0.1 s."""
    return Key("k1")


@dataclass
class Provider:
    """Who is logged in there, what is registered, and how many codes were asked for."""

    now_s: Callable[[], int]
    redirect_urls: set[str] = field(default_factory=set)
    user: dict[str, Any] = field(default_factory=dict)
    key: Key = field(default_factory=first_key)
    spoil: Callable[[Provider, dict[str, Any]], str] | None = None
    """Makes the id token of its claims; none: as it should be."""
    issuer: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    tokens: int = 0
    keys_asked: int = 0

    def authorize(self, query: dict[str, str]) -> tuple[int, str]:
        """Return status and where the browser is sent; the person is logged in and agrees."""
        self.asked.append(query)
        if query.get("client_id") != CLIENT or query.get("redirect_uri") not in self.redirect_urls:
            return 400, ""
        if query.get("code_challenge_method") != "S256" or len(query.get("code_challenge", "")) != 43:
            return 400, ""
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return 303, f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Exchange a code, once."""
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        query = self.codes.pop(form.get("code", ""), None)
        if authorization != expected or query is None or form.get("redirect_uri") != query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        challenge = base64url(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if challenge != query["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        self.tokens += 1
        claims = self.claims(query["nonce"])
        token = self.key.sign(claims) if self.spoil is None else self.spoil(self, claims)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}

    def claims(self, nonce: str) -> dict[str, Any]:
        now_s = self.now_s()
        return {
            "iss": self.issuer, "aud": CLIENT, "exp": now_s + 300, "iat": now_s, "nonce": nonce, "auth_time": now_s,
            **self.user,
        }  # fmt: skip

    def description(self) -> dict[str, Any]:
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in ends.items()}


@contextmanager
def serve_provider(provider: Provider) -> Iterator[Provider]:
    """Serve the provider from a thread on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            match parts.path:
                case "/.well-known/openid-configuration":
                    self.tell(200, provider.description())
                case "/keys":
                    provider.keys_asked += 1
                    self.tell(200, {"keys": [provider.key.published()]})
                case "/authorize":
                    status, where = provider.authorize({k: v[0] for k, v in parse_qs(parts.query).items()})
                    self.send_response(status)
                    self.send_header("Location", where)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                case _:
                    self.tell(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {k: v[0] for k, v in parse_qs(body).items()}
            self.tell(*provider.token(form, self.headers.get("Authorization", "")))

        def tell(self, status: int, told: dict[str, Any]) -> None:
            data = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join(5)
