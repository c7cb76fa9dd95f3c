"""Log-in by an OpenID provider: authorization code with PKCE, id tokens checked by the provider's published keys.

OpenID Connect Core 1.0 sections 3.1 and 3.1.3.7, RFC 7636 (PKCE, S256 alone), RFC 7515 (RS256 and ES256 alone).
Off unless ``[oidc] issuer`` is set. Page: docs/accounts.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext
from typing import Any
from urllib.parse import urlencode

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from sargas.model.columns import NS_PER_S
from sargas.runtime.oidc_settings import OidcSettings

SKEW_S = 60
"""Clocks of node and provider may differ by so much."""
BEGUN_LASTS_NS = 600 * NS_PER_S
MOST_BEGUN = 1000
KEYS_ASKED_NS = 60 * NS_PER_S
"""Keys are asked for again no sooner, however many tokens name one that is not known."""
FOUND_LASTS_NS = 3600 * NS_PER_S
TIMEOUT_S = 10.0
MOST_BYTES = 1 << 20


class OidcError(Exception):
    """Say in one line why a log-in by the provider failed."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in that is under way at the provider."""

    verifier: str
    nonce: str
    redirect_url: str
    begun_ns: int
    again: bool
    """The person must show the provider again who it is, however short the last time is ago."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who the provider says it is: ``subject`` is for ever, the name may change; ``proved_ns``: none: not said."""

    issuer: str
    subject: str
    name: str
    claims: Mapping[str, Any]
    proved_ns: int | None


class OidcProvider:
    """One provider, asked when somebody logs in. Safe to use from any thread; its calls may take seconds."""

    def __init__(self, settings: OidcSettings, now_ns: Callable[[], int]) -> None:
        """Use a provider as set up; nothing is asked yet."""
        self._settings = settings
        self._now_ns = now_ns
        self._lock = threading.Lock()
        self._begun: OrderedDict[str, Begun] = OrderedDict()
        self._found: tuple[int, dict[str, Any]] | None = None
        self._keys: dict[str, dict[str, Any]] = {}
        self._keys_asked_ns: int | None = None

    def begin(self, redirect_url: str, *, again: bool = False) -> tuple[str, str]:
        """Begin a log-in: return the state that must come back, and the provider's address. Raises OidcError."""
        found = self._discover()
        state, verifier, nonce = (secrets.token_urlsafe(32) for _ in range(3))
        redirect_url = self._settings.redirect_url or redirect_url
        with self._lock:
            self._begun[state] = Begun(verifier, nonce, redirect_url, self._now_ns(), again)
            while len(self._begun) > MOST_BEGUN:
                self._begun.popitem(last=False)
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_url,
            "scope": self._settings.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": _base64(hashlib.sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        if again:
            query |= {"prompt": "login", "max_age": "0"}
        address = found["authorization_endpoint"]
        return state, f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

    def finish(self, state: str, code: str) -> Person:
        """Exchange what came back for a person, once. Raises OidcError."""
        with self._lock:
            begun = self._begun.pop(state, None)
        now_ns = self._now_ns()
        if begun is None or now_ns - begun.begun_ns > BEGUN_LASTS_NS:
            raise OidcError("expected a log-in that was begun here not long ago, was none")
        claims = self._check(self._exchange(code, begun), begun)
        auth_time = claims.get("auth_time")
        proved_ns = min(int(auth_time) * NS_PER_S, now_ns) if isinstance(auth_time, int) else None
        if begun.again and (proved_ns is None or proved_ns < begun.begun_ns - SKEW_S * NS_PER_S):
            raise OidcError("expected the person to have logged in anew, was an older log-in")
        name = claims.get(self._settings.name_claim)
        if not isinstance(name, str):
            raise OidcError(f"expected a claim {self._settings.name_claim} with a name, was {type(name).__name__}")
        return Person(self._settings.issuer or "", str(claims["sub"]), name, claims, proved_ns)

    def _exchange(self, code: str, begun: Begun) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": begun.redirect_url,
            "client_id": self._settings.client_id,
            "code_verifier": begun.verifier,
        }
        secret = self._settings.client_secret
        auth = None if secret is None else httpx.BasicAuth(self._settings.client_id, secret.get_secret_value())
        told = self._ask("POST", self._discover()["token_endpoint"], data=form, auth=auth)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise OidcError("token endpoint: expected an id_token, was none")
        return token

    def _check(self, token: str, begun: Begun) -> dict[str, Any]:
        """Return the claims of an id token that is entirely right (OpenID Connect Core 3.1.3.7)."""
        head, claims, signed, signature = _parts(token)
        _verify(self._key(head), str(head.get("alg")), signed, signature)
        now_s = self._now_ns() // NS_PER_S
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        holds = {
            "iss": claims.get("iss") == self._settings.issuer,
            "aud": self._settings.client_id in audiences,
            "azp": claims.get("azp", self._settings.client_id) == self._settings.client_id
            and (len(audiences) == 1 or "azp" in claims),
            "exp": _is_number(claims.get("exp")) and claims["exp"] > now_s - SKEW_S,
            "iat": _is_number(claims.get("iat")) and claims["iat"] < now_s + SKEW_S,
            "nonce": isinstance(claims.get("nonce"), str)
            and secrets.compare_digest(claims["nonce"].encode(), begun.nonce.encode()),
            "sub": isinstance(claims.get("sub"), str) and claims["sub"] != "",
        }
        wrong = [name for name, right in holds.items() if not right]
        if wrong:
            raise OidcError(f"id token: expected it to be for this log-in, was not by {', '.join(wrong)}")
        return claims

    def _key(self, head: Mapping[str, Any]) -> dict[str, Any]:
        """Find the key that a token names; asks the provider again when it is not known, for keys are renewed."""
        kid = head.get("kid", "")
        with self._lock:
            known, asked_ns = self._keys.get(str(kid)), self._keys_asked_ns
        if known is None and (asked_ns is None or self._now_ns() - asked_ns >= KEYS_ASKED_NS):
            told = self._ask("GET", self._discover()["jwks_uri"])
            keys = {str(key.get("kid", "")): key for key in told.get("keys", ()) if isinstance(key, dict)}
            with self._lock:
                self._keys, self._keys_asked_ns = keys, self._now_ns()
            known = keys.get(str(kid))
        if known is None:
            raise OidcError(f"id token: expected a key that the provider publishes, was {str(kid)[:60]!r}")
        return known

    def _discover(self) -> dict[str, Any]:
        with self._lock:
            found = self._found
        if found is None or self._now_ns() - found[0] > FOUND_LASTS_NS:
            told = self._ask("GET", f"{(self._settings.issuer or '').rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != self._settings.issuer:
                raise OidcError(f"provider: expected issuer {self._settings.issuer}, was {told.get('issuer')!r}")
            missing = [n for n in ("authorization_endpoint", "token_endpoint", "jwks_uri") if not told.get(n)]
            if missing:
                raise OidcError(f"provider: expected {missing[0]} in its description, was none")
            found = (self._now_ns(), told)
            with self._lock:
                self._found = found
        return found[1]

    def _ask(self, method: str, url: str, **given: Any) -> dict[str, Any]:
        try:
            with httpx.Client(timeout=TIMEOUT_S, headers={"Accept": "application/json"}, verify=_trusted()) as client:
                answer = client.request(method, url, **given)
            told = answer.json() if answer.is_success and len(answer.content) <= MOST_BYTES else None
        except (httpx.HTTPError, ValueError) as error:
            raise OidcError(f"provider: expected an answer from {url}, was {type(error).__name__}") from None
        if not isinstance(told, dict):
            raise OidcError(f"provider: expected JSON from {url}, was status {answer.status_code}")
        return told


@cache
def _trusted() -> SSLContext:
    """Read the trusted certificates once: it takes 20 ms, and a log-in asks the provider up to three times."""
    return httpx.create_ssl_context()


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Take a compact JWS apart: header, claims, signed bytes, signature. Raises OidcError."""
    pieces = token.split(".")
    try:
        head, claims = (json.loads(_unbase64(piece)) for piece in pieces[:2])
        signature = _unbase64(pieces[2])
    except (ValueError, IndexError):
        raise OidcError("id token: expected three parts of base64url, was something else") from None
    if len(pieces) != 3 or not isinstance(head, dict) or not isinstance(claims, dict) or "crit" in head:
        raise OidcError("id token: expected a plain compact JWS, was something else")
    return head, claims, ".".join(pieces[:2]).encode(), signature


def _verify(key: Mapping[str, Any], algorithm: str, signed: bytes, signature: bytes) -> None:
    """Check a signature by a published key; the algorithm must be that of the key. Raises OidcError."""
    try:
        match (algorithm, key.get("kty")):
            case ("RS256", "RSA"):
                public = rsa.RSAPublicNumbers(_whole(key["e"]), _whole(key["n"])).public_key()
                if public.key_size < 2048:
                    raise OidcError(f"id token: expected a key of 2048 bits or more, was {public.key_size}")
                public.verify(signature, signed, padding.PKCS1v15(), SHA256())
            case ("ES256", "EC") if key.get("crv") == "P-256" and len(signature) == 64:
                numbers = ec.EllipticCurvePublicNumbers(_whole(key["x"]), _whole(key["y"]), ec.SECP256R1())
                two = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
                numbers.public_key().verify(encode_dss_signature(*two), signed, ec.ECDSA(SHA256()))
            case _:
                raise OidcError(f"id token: expected RS256 or ES256 by a key of its kind, was {algorithm[:20]!r}")
    except (InvalidSignature, ValueError, KeyError, TypeError):
        raise OidcError("id token: expected the provider's signature, was not") from None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(text: str) -> int:
    return int.from_bytes(_unbase64(text), "big")


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unbase64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
