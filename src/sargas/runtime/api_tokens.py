"""API tokens: what a program may do in the name of an account, and until when. Specification: docs/accounts.md.

A token is 256 random bits, shown once; the database has its SHA-256 alone. What it may do is what it was made for and
what the role of its account allows now, whichever is less.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, get_args

from sargas.model.columns import NS_PER_S
from sargas.runtime.audit import Deed
from sargas.runtime.store import Store, StoreAway
from sargas.runtime.store import token_rows as rows
from sargas.runtime.store.account_rows import AccountRow, read_account

Scope = Literal["read", "decide", "report", "claim", "enter", "network"]

SCOPES: dict[Scope, str] = {
    "read": "Read the picture, what is told of it, and the streams",
    "decide": "Acknowledge, shelve and unshelve alerts; confirm and refute sightings",
    "report": "Hand in and withdraw reports of people",
    "claim": "Say what a track is, and take it back",
    "enter": "Enter, change, revoke and import flight permissions, units, winds and zones",
    "network": "Offer and take over objects, ask partners to look, take over their feeds",
}
"""What each scope lets a program do. Warnings to the public and accounts are in none: those need a person."""

SCOPES_OF_ROLE: dict[str, frozenset[Scope]] = {
    "viewer": frozenset({"read"}),
    "operator": frozenset(get_args(Scope)),
    "administrator": frozenset(get_args(Scope)),
}
LONGEST_DAYS = 400
PREFIX = "sargas_"
"""What every token begins with, so that programs that look for leaked secrets find one."""
USE_NOTED_NS = 3600 * NS_PER_S
"""A token that only reads is noted in the audit once in so long; every change it makes is noted."""
_TOKEN = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")
_LONGEST_PURPOSE = 200


class TokenError(ValueError):
    """Say in one line why a token cannot be as asked."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token without its secret: whose, what for, until when and when it was last used (UTC ns)."""

    token_id: str
    account: str
    scopes: tuple[Scope, ...]
    purpose: str
    created_ns: int
    expires_ns: int
    last_used_ns: int | None


class ApiTokens:
    """The tokens of one node. Safe to use from any thread."""

    def __init__(self, store: Store, now_ns: Callable[[], int], audit: Callable[[Deed], object]) -> None:
        self._store = store
        self._now_ns = now_ns
        self._audit = audit

    def issue(
        self, account: str, scopes: Collection[str], days: float, purpose: str = "", by: str = "command"
    ) -> tuple[str, ApiToken]:
        """Make a token of an account and return it, this once, with its record; ``by``: in whose name.

        Raises TokenError for no such account, no or an unknown scope, one that its role does not allow, or a bad life.
        """
        name, now_ns = account.strip().lower(), self._now_ns()
        if not 0 < days <= LONGEST_DAYS:
            raise TokenError(f"days: expected more than 0, at most {LONGEST_DAYS}, was {days:g}")
        if len(purpose) > _LONGEST_PURPOSE:
            raise TokenError(f"purpose: expected at most {_LONGEST_PURPOSE} characters, was {len(purpose)}")
        token = PREFIX + secrets.token_urlsafe(32)
        with self._store.write_transaction() as connection:
            found = read_account(connection, name)
            if found is None:
                raise TokenError(
                    f"account {name}: expected one that exists, was none; `sargas account create` makes it"
                )
            kept = _checked(scopes, found.role)
            expires_ns = now_ns + int(days * 86_400 * NS_PER_S)
            row = rows.TokenRow(_digest(token), secrets.token_hex(4), name, " ".join(kept), purpose, now_ns, expires_ns)
            rows.insert_token(connection, row)
        detail = {"scopes": row.scopes, "expires_ns": str(expires_ns), "purpose": purpose}
        self._audit(Deed(actor=by, action="token:issue", object=f"{name}/{row.token_id}", detail=detail))
        return token, _told(row, found.role)

    def list(self, account: str | None = None) -> tuple[ApiToken, ...]:
        """List the tokens of one account or of all that are not over, by account and time."""
        with self._store.read_transaction() as connection:
            found = rows.read_tokens(connection, account)
            roles = {row.account: read_account(connection, row.account) for row in found}
        now_ns = self._now_ns()
        return tuple(_told(row, _role(roles[row.account])) for row in found if row.expires_ns > now_ns)

    def revoke(self, token_id: str, by: str = "command") -> bool:
        """End a token by its id, in the name of an account or of the command; False: there is none such."""
        with self._store.write_transaction() as connection:
            account = rows.delete_token(connection, token_id)
        if account is not None:
            self._audit(Deed(actor=by, action="token:revoke", object=f"{account}/{token_id}"))
        return account is not None

    def find(self, token: str) -> tuple[ApiToken, AccountRow] | None:
        """Find a token and its account, and count this as its use; none: unknown, revoked or over.

        The first use, and one an hour after it, goes into the audit.
        """
        if not _TOKEN.fullmatch(token):
            return None
        with self._store.read_transaction() as connection:
            found = rows.read_token(connection, _digest(token))
        now_ns = self._now_ns()
        if found is None or now_ns >= found[0].expires_ns:
            return None
        row, account = found
        if row.last_used_ns is None or now_ns - row.last_used_ns >= USE_NOTED_NS:
            with suppress(StoreAway):  # a full disk shuts nobody out; the use is noted once it can be
                with self._store.write_transaction() as connection:
                    rows.touch_token(connection, row.token_sha256, now_ns)
                self._audit(Deed(actor=account.name, action="token:use", object=f"{account.name}/{row.token_id}"))
        return _told(row, account.role), account

    def note_change(self, account: str, token_id: str, asked: str) -> None:
        """Note in the audit what a token asks to change (``asked``: method and path), before it is done."""
        deed = Deed(actor=account, action="token:change", object=f"{account}/{token_id}", detail={"asked": asked[:500]})
        self._audit(deed)


def _checked(scopes: Collection[str], role: str) -> tuple[Scope, ...]:
    """Return scopes in the order of ``SCOPES``, each once. Raises TokenError."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise TokenError(f"scope: expected some out of {', '.join(SCOPES)}, was {', '.join(unknown) or 'none'}")
    beyond = [scope for scope in SCOPES if scope in scopes and scope not in SCOPES_OF_ROLE[role]]
    if beyond:
        allowed = ", ".join(scope for scope in SCOPES if scope in SCOPES_OF_ROLE[role])
        raise TokenError(f"scope: expected what a {role} may ({allowed}), was {', '.join(beyond)}")
    return tuple(scope for scope in SCOPES if scope in scopes)


def _told(row: rows.TokenRow, role: str) -> ApiToken:
    given = row.scopes.split()
    allowed = SCOPES_OF_ROLE.get(role, frozenset())
    scopes = tuple(scope for scope in SCOPES if scope in given and scope in allowed)
    return ApiToken(row.token_id, row.account, scopes, row.purpose, row.created_ns, row.expires_ns, row.last_used_ns)


def _role(account: AccountRow | None) -> str:
    return account.role if account else ""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
