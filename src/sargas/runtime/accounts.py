"""Local accounts: who may log in, with what role, for how long. Specification: docs/accounts.md.

Passwords are kept as argon2id hashes, tokens as SHA-256 of 256 random bits: a stolen database opens no session.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from sargas.model.columns import NS_PER_S
from sargas.model.label import Classification
from sargas.runtime.api_tokens import SCOPES, ApiTokens, Scope
from sargas.runtime.audit import Deed
from sargas.runtime.login_limits import Attempt, LockedOut, begin_attempt, forgive_attempt
from sargas.runtime.second_factor import make_secret, matching_step
from sargas.runtime.store import Store
from sargas.runtime.store import account_rows as rows

Role = Literal["viewer", "operator", "administrator"]

HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4, hash_len=32, salt_len=16)
"""RFC 9106 section 4, second recommended option: 3 passes over 64 MiB in 4 lanes."""

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_NATION = re.compile(r"[A-Z]{3}")
_IMPOSSIBLE_NAME = "?"
_TOKEN_BYTES = 32
_HASHES_AT_ONCE = threading.BoundedSemaphore(2)
"""Each takes 64 MiB: a flood of logins must not take the memory of the picture."""

__all__ = ["HASHER", "Account", "AccountError", "Accounts", "LockedOut", "Role", "SecondFactorNeeded", "Session"]


class AccountError(ValueError):
    """Say in one line why an account cannot be as asked."""


class SecondFactorNeeded(Exception):
    """The password is right, and the account has a second factor: the code of the authenticator is to come with it."""


@dataclass(frozen=True, slots=True)
class Account:
    """A named person (or screen) that may log in; ``nation`` is an ISO 3166-1 alpha-3 code, or empty."""

    name: str
    role: Role
    nation: str
    clearance: Classification | None = None
    """Highest classification it may see; none: everything on a node of its own nation, else unclassified."""


@dataclass(frozen=True, slots=True)
class Session:
    """An open session: whose, until when unless used again (UTC ns), and what a changing request must repeat."""

    account: Account
    expires_ns: int
    csrf_token: str
    scopes: frozenset[Scope] = frozenset(SCOPES)
    """What it may be used for; of a person's session everything that the role allows."""
    token_id: str = ""
    """Of the API token that was sent in the place of a session; empty: a person has logged in."""
    proved_ns: int | None = None
    """When the person last gave password, code or one-time link (UTC ns); none: not noted."""


class Accounts:
    """The accounts of one node. Safe to use from any thread."""

    def __init__(
        self,
        store: Store,
        now_ns: Callable[[], int],
        *,
        nation: str = "",
        session_s: float = 12 * 3600,
        idle_s: float = 3600,
        hasher: PasswordHasher = HASHER,
        audit: Callable[[Deed], object] = lambda deed: None,
    ) -> None:
        """Use the accounts in a store. ``nation``: of accounts made without one; ``audit`` is told of every deed.

        A session ends ``session_s`` after it was opened, and ``idle_s`` after its last use.
        """
        self._store = store
        self._now_ns = now_ns
        self._nation = nation
        self._session_ns = int(session_s * NS_PER_S)
        self._idle_ns = int(idle_s * NS_PER_S)
        self._hasher = hasher
        self._audit = audit
        self.tokens = ApiTokens(store, now_ns, audit)
        # What an unknown name is checked against, so that its answer takes as long as a known one's.
        self._no_ones_hash = hasher.hash(secrets.token_urlsafe(_TOKEN_BYTES))

    def create(
        self,
        name: str,
        password: str,
        role: Role,
        nation: str | None = None,
        clearance: Classification | None = None,
    ) -> Account:
        """Make an account. Raises AccountError for a bad or taken name, a bad password, nation or an unknown role."""
        name = _check_name(name)
        if role not in get_args(Role):
            raise AccountError(f"role: expected one of {', '.join(get_args(Role))}, was {role!r}")
        hashed = self._hash(_check_password(name, password))
        now_ns = self._now_ns()
        nation = self._nation if nation is None else nation
        if nation and not _NATION.fullmatch(nation):
            raise AccountError(f"nation: expected three capital letters (ISO 3166-1 alpha-3), was {nation!r}")
        row = rows.AccountRow(name, hashed, role, nation, now_ns, now_ns, clearance=clearance)
        with self._store.write_transaction() as connection:
            if not rows.insert_account(connection, row):
                raise AccountError(f"account {name}: expected a new name, was one that exists; choose another")
        self._note("command", "account:create", name, role=role, nation=row.nation)
        return _account(row)

    def verify(self, name: str, password: str, remote: str, code: str = "") -> Account | None:
        """Check a login from a remote address; none: wrong name, password or code, which is not told apart.

        Raises LockedOut while the name or the address has failed too often, SecondFactorNeeded for a right password
        without the code that goes with it; that counts as a failure until the code comes.
        """
        name = name.strip().lower()
        # Impossible names share one count: the table must not grow by what anyone may send.
        attempt = self._begin_attempt(name if _NAME.fullmatch(name) else _IMPOSSIBLE_NAME, remote)
        with self._store.read_transaction() as connection:
            row = rows.read_account(connection, attempt.name)
        if not self._is_proven(row, attempt, password, code, "login") or row is None:
            return None
        self._renew_hash(row, password)
        return _account(row)

    def prove(self, session_token: str, remote: str, password: str = "", code: str = "") -> bool:
        """Take a logged-in person's password, with the code that goes with it, or the code alone; note when it was.

        False: wrong, or no such session. Raises LockedOut and SecondFactorNeeded as ``verify`` does.
        """
        with self._store.read_transaction() as connection:
            found = rows.read_session(connection, _digest(session_token))
        if found is None:
            return False
        row = found[1]
        attempt = self._begin_attempt(row.name, remote)
        if not self._is_proven(row, attempt, password, code, "proof", code_alone=not password and bool(code)):
            return False
        with self._store.write_transaction() as connection:
            rows.prove_session(connection, _digest(session_token), self._now_ns())
        self._note(row.name, "proof", row.role)
        return True

    def enrol_second_factor(self, name: str) -> str:
        """Give an account a new shared secret, end its sessions and tokens, return the secret. Raises AccountError."""
        secret = make_secret()
        self._set_second_factor(name.strip().lower(), secret, "account:second-factor")
        return secret

    def remove_second_factor(self, name: str) -> None:
        """Take the second factor away, and end the sessions. Raises AccountError."""
        self._set_second_factor(name.strip().lower(), None, "account:no-second-factor")

    def set_password(self, name: str, password: str) -> None:
        """Set a new password and end every session, link and token. Raises AccountError as ``create`` does."""
        name = name.strip().lower()
        hashed = self._hash(_check_password(name, password))
        with self._store.write_transaction() as connection:
            if not rows.update_password(connection, name, hashed, self._now_ns()):
                raise _no_such(name)
            rows.close_all(connection, name)
        self._note("command", "account:password", name)

    def list(self) -> tuple[Account, ...]:
        """List the accounts, sorted by name."""
        with self._store.read_transaction() as connection:
            return tuple(_account(row) for row in rows.read_accounts(connection))

    def admit(self, issuer: str, subject: str, name: str, role: Role, nation: str) -> Account:
        """Return the account of a person whom an OpenID provider vouches for; made at the first time.

        Role and nation are what the provider says now; the name stays the first one. No password opens it. Raises
        AccountError for a name that cannot be or is another's.
        """
        if nation and not _NATION.fullmatch(nation):
            raise AccountError(f"nation: expected three capital letters (ISO 3166-1 alpha-3), was {nation!r}")
        now_ns = self._now_ns()
        with self._store.read_transaction() as connection:
            found = rows.read_subject(connection, issuer, subject)
        if found is None:
            name = _check_name(name.replace("@", "."))
            unknown = self._hash(secrets.token_urlsafe(_TOKEN_BYTES))
            made = rows.AccountRow(name, unknown, role, nation, now_ns, now_ns, issuer=issuer, subject=subject)
            with self._store.write_transaction() as connection:
                if not rows.insert_account(connection, made):
                    raise AccountError(
                        f"account {name}: expected one of this person, was another's; rename one of them"
                    )
            self._note("oidc", "account:create", name, role=role, nation=nation)
            return _account(made)
        if (found.role, found.nation) != (role, nation):
            with self._store.write_transaction() as connection:
                rows.update_rights(connection, found.name, role, nation)
            self._note("oidc", "account:rights", found.name, role=role, nation=nation)
        return Account(found.name, role, nation, _account(found).clearance)

    def note_refused(self, name: str, remote: str, why: str) -> None:
        """Note in the audit that an OpenID provider's word did not open anything."""
        self._note(name[:200] or "?", "login:oidc-refused", remote, why=why[:300])

    def open_session(self, account: Account, proved_ns: int | None = -1) -> str:
        """Open a session and return its token: 256 random bits, shown this once, stored only as SHA-256.

        ``proved_ns``: when the person last showed who it is (UTC ns), none: not known; left out: now.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now_ns = self._now_ns()
        proved_ns = now_ns if proved_ns == -1 else proved_ns
        row = rows.SessionRow(_digest(token), account.name, now_ns, now_ns, now_ns + self._session_ns, proved_ns)
        with self._store.write_transaction() as connection:
            if rows.read_account(connection, account.name) is None:
                raise _no_such(account.name)
            rows.insert_session(connection, row)
        self._note(account.name, "login", account.role)
        return token

    def session(self, token: str) -> Session | None:
        """Find the session of a token and count this as its use; none: unknown, closed or expired."""
        now_ns = self._now_ns()
        with self._store.read_transaction() as connection:
            found = rows.read_session(connection, _digest(token))
        if found is None:
            return None
        row, account = found
        if now_ns >= min(row.expires_ns, row.last_used_ns + self._idle_ns):
            return None
        # Sixty uses of a session within its idle time cost one write, not sixty.
        if now_ns - row.last_used_ns > self._idle_ns // 60:
            with self._store.write_transaction() as connection:
                rows.touch_session(connection, row.token_sha256, now_ns)
        ends_ns = min(row.expires_ns, now_ns + self._idle_ns)
        return Session(_account(account), ends_ns, _csrf_token(token), proved_ns=row.proved_ns)

    def session_of_token(self, token: str) -> Session | None:
        """Find what an API token opens, and count this as its use; none: unknown, revoked or over."""
        found = self.tokens.find(token)
        if found is None:
            return None
        told, row = found
        return Session(_account(row), told.expires_ns, "", frozenset(told.scopes), told.token_id)

    def close_session(self, token: str) -> None:
        """End a session (log out); nothing happens when there is none."""
        with self._store.write_transaction() as connection:
            found = rows.read_session(connection, _digest(token))
            rows.delete_session(connection, _digest(token))
        if found is not None:
            self._note(found[1].name, "logout", found[1].role)

    def issue_one_time_link(self, account_name: str, valid_s: float) -> str:
        """Make a token that logs in once within ``valid_s``; stored only as SHA-256. Raises AccountError."""
        if not 0 < valid_s <= 24 * 3600:
            raise AccountError(f"one-time link: expected a life of more than 0 s up to 24 h, was {valid_s} s")
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now_ns = self._now_ns()
        name = account_name.strip().lower()
        with self._store.write_transaction() as connection:
            if rows.read_account(connection, name) is None:
                raise _no_such(name)
            rows.insert_link(connection, _digest(token), name, now_ns, now_ns + int(valid_s * NS_PER_S))
        self._note("command", "account:link", name)
        return token

    def redeem(self, token: str) -> Account | None:
        """Use up a one-time link; none: unknown, used before, or too late."""
        with self._store.write_transaction() as connection:
            row = rows.use_link(connection, _digest(token), self._now_ns())
        return None if row is None else _account(row)

    def _begin_attempt(self, name: str, remote: str) -> Attempt:
        # Outside the transaction: what was counted must be committed, also when the answer is LockedOut.
        with self._store.write_transaction() as connection:
            outcome = begin_attempt(connection, name, remote, self._now_ns())
        if isinstance(outcome, LockedOut):
            self._note(name, "login:locked", remote)
            raise outcome
        return outcome

    def _is_proven(
        self,
        row: rows.AccountRow | None,
        attempt: Attempt,
        password: str,
        code: str,
        deed: Literal["login", "proof"],
        *,
        code_alone: bool = False,
    ) -> bool:
        """Check password and code, and forgive the attempt when both are right."""
        has_factor = row is not None and row.totp_secret is not None
        fits = (code_alone and has_factor) or self._fits(row.password_hash if row else self._no_ones_hash, password)
        if row is None or not fits:
            self._note(attempt.name, f"{deed}:refused", attempt.remote)
            return False
        if has_factor and not self._has_second_factor(row, code):
            self._note(attempt.name, f"{deed}:code-refused", attempt.remote)
            return False
        with self._store.write_transaction() as connection:
            forgive_attempt(connection, attempt)
        return True

    def _has_second_factor(self, row: rows.AccountRow, code: str) -> bool:
        assert row.totp_secret is not None
        if not code:
            raise SecondFactorNeeded
        step = matching_step(row.totp_secret, code, self._now_ns(), row.totp_step)
        if step is None:
            return False
        with self._store.write_transaction() as connection:
            return rows.use_totp_step(connection, row.name, step)

    def _set_second_factor(self, name: str, secret: str | None, action: str) -> None:
        with self._store.write_transaction() as connection:
            if not rows.update_totp_secret(connection, name, secret):
                raise _no_such(name)
            rows.close_all(connection, name)
        self._note("command", action, name)

    def _note(self, actor: str, action: str, subject: str, **detail: str) -> None:
        self._audit(Deed(actor=actor, action=action, object=subject, detail=detail))

    def _hash(self, password: str) -> str:
        with _HASHES_AT_ONCE:
            return self._hasher.hash(password)

    def _fits(self, password_hash: str, password: str) -> bool:
        with _HASHES_AT_ONCE:
            try:
                return self._hasher.verify(password_hash, _normalise(password[:LONGEST_PASSWORD]))
            except VerifyMismatchError:
                return False

    def _renew_hash(self, row: rows.AccountRow, password: str) -> None:
        if self._hasher.check_needs_rehash(row.password_hash):
            hashed = self._hash(_normalise(password))
            with self._store.write_transaction() as connection:
                rows.update_password_hash(connection, row.name, row.password_hash, hashed)


def _account(row: rows.AccountRow) -> Account:
    role: Role = row.role  # type: ignore[assignment]
    return Account(row.name, role, row.nation, None if row.clearance is None else Classification(row.clearance))


def _check_name(name: str) -> str:
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        raise AccountError(
            "account name: expected a letter or digit, then up to 63 letters, digits, dots, dashes and underscores "
            f"(a-z only), was {name!r}"
        )
    return name


def _check_password(name: str, password: str) -> str:
    password = _normalise(password)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountError(
            f"password: expected {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, was {len(password)}; "
            "a sentence of four or five words is good"
        )
    if password.casefold() == name.casefold():
        raise AccountError("password: expected something other than the account's name; choose another")
    return password


def _normalise(password: str) -> str:
    """Give the same letters the same bytes however the keyboard composed them (NIST SP 800-63B section 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _csrf_token(token: str) -> str:
    """Derive the token that changing requests repeat: who lacks the session's token cannot compute it."""
    return hashlib.sha256(b"sargas csrf\0" + token.encode()).hexdigest()


def _no_such(name: str) -> AccountError:
    return AccountError(f"account {name}: expected one that exists, was none; `sargas accounts list` shows them")
