"""Local accounts: who may log in, with what role, for how long. Specification: docs/accounts.md.

Passwords are kept as argon2id hashes, tokens as SHA-256 of 256 random bits: a stolen database opens no session.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from sargas.model.columns import NS_PER_S
from sargas.model.label import Classification
from sargas.runtime.account_terms import (
    LONGEST_PASSWORD,
    NAME,
    Account,
    AccountError,
    Role,
    account_of,
    check_name,
    check_nation,
    check_password,
    check_role,
    no_such,
    normalise,
)
from sargas.runtime.api_tokens import SCOPES, ApiTokens, Scope
from sargas.runtime.audit import Deed
from sargas.runtime.login_limits import Attempt, LockedOut, begin_attempt, forgive_attempt
from sargas.runtime.roster import Roster
from sargas.runtime.second_factor import make_secret, matching_step
from sargas.runtime.store import Store, StoreAway
from sargas.runtime.store import account_rows as rows

HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4, hash_len=32, salt_len=16)
"""RFC 9106 section 4, second recommended option: 3 passes over 64 MiB in 4 lanes."""

_IMPOSSIBLE_NAME = "?"
_TOKEN_BYTES = 32
_HASHES_AT_ONCE = threading.BoundedSemaphore(2)
"""Each takes 64 MiB: a flood of logins must not take the memory of the picture."""

__all__ = ["HASHER", "Account", "AccountError", "Accounts", "LockedOut", "Role", "SecondFactorNeeded", "Session"]


class SecondFactorNeeded(Exception):
    """The password is right, and the account has a second factor: the code of the authenticator is to come with it."""


@dataclass(frozen=True, slots=True)
class Session:
    """An open session: whose, until when unless used again (UTC ns), and what a changing request must repeat."""

    account: Account
    expires_ns: int
    latest_ns: int
    """Until when however much it is used (UTC ns)."""
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
        self.roster = Roster(store, now_ns, audit, lambda: self._hash(secrets.token_urlsafe(_TOKEN_BYTES)))
        # What an unknown name is checked against, so that its answer takes as long as a known one's.
        self._no_ones_hash = _hash_of_no_one(hasher)

    def create(
        self,
        name: str,
        password: str,
        role: Role,
        nation: str | None = None,
        clearance: Classification | None = None,
    ) -> Account:
        """Make an account. Raises AccountError for a bad or taken name, a bad password, nation or an unknown role."""
        name = check_name(name)
        check_role(role)
        hashed = self._hash(check_password(name, password))
        now_ns = self._now_ns()
        nation = self._nation if nation is None else nation
        check_nation(nation)
        row = rows.AccountRow(name, hashed, role, nation, now_ns, now_ns, clearance=clearance)
        with self._store.write_transaction() as connection:
            if not rows.insert_account(connection, row):
                raise AccountError(f"account {name}: expected a new name, was one that exists; choose another")
        self._note("command", "account:create", name, role=role, nation=row.nation)
        return account_of(row)

    def verify(self, name: str, password: str, remote: str, code: str = "") -> Account | None:
        """Check a login from a remote address; none: wrong name, password or code, which is not told apart.

        Raises LockedOut while the name or the address has failed too often, SecondFactorNeeded for a right password
        without the code that goes with it; that counts as a failure until the code comes.
        """
        name = name.strip().lower()
        # Impossible names share one count: the table must not grow by what anyone may send.
        attempt = self._begin_attempt(name if NAME.fullmatch(name) else _IMPOSSIBLE_NAME, remote)
        with self._store.read_transaction() as connection:
            row = rows.read_account(connection, attempt.name)
        if not self._is_proven(row, attempt, password, code, "login") or row is None:
            return None
        self._renew_hash(row, password)
        return account_of(row)

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

    def enrol_second_factor(self, name: str, by: str = "command") -> str:
        """Give an account a new shared secret, end its sessions and tokens, return the secret. Raises AccountError."""
        secret = make_secret()
        self._set_second_factor(name.strip().lower(), secret, "account:second-factor", by)
        return secret

    def remove_second_factor(self, name: str) -> None:
        """Take the second factor away, and end the sessions. Raises AccountError."""
        self._set_second_factor(name.strip().lower(), None, "account:no-second-factor", "command")

    def set_password(self, name: str, password: str) -> None:
        """Set a new password and end every session, link and token. Raises AccountError as ``create`` does."""
        name = name.strip().lower()
        hashed = self._hash(check_password(name, password))
        with self._store.write_transaction() as connection:
            if not rows.update_password(connection, name, hashed, self._now_ns()):
                raise no_such(name)
            rows.close_all(connection, name)
        self._note("command", "account:password", name)

    def choose_password(self, session_token: str, password: str) -> None:
        """Set the password of a session's own account; every other session, link and token of it ends.

        Raises AccountError for a bad password or no such session.
        """
        kept = _digest(session_token)
        with self._store.read_transaction() as connection:
            found = rows.read_session(connection, kept)
        if found is None:
            raise AccountError("password: expected an open session, was none: log in first")
        name = found[1].name
        hashed = self._hash(check_password(name, password))
        with self._store.write_transaction() as connection:
            rows.update_password(connection, name, hashed, self._now_ns())
            rows.close_all(connection, name, but_session=kept)
        self._note(name, "account:password", name)

    def list(self) -> tuple[Account, ...]:
        """List the accounts, sorted by name."""
        with self._store.read_transaction() as connection:
            return tuple(account_of(row) for row in rows.read_accounts(connection))

    def admit(self, issuer: str, subject: str, name: str, role: Role, nation: str) -> Account:
        """Return the account of a person whom an OpenID provider vouches for; made at the first time.

        Role and nation are what the provider says now; the name stays the first one. No password opens it. Raises
        AccountError for a name that cannot be or is another's.
        """
        check_nation(nation)
        now_ns = self._now_ns()
        with self._store.read_transaction() as connection:
            found = rows.read_subject(connection, issuer, subject)
        if found is None:
            name = check_name(name.replace("@", "."))
            unknown = self._hash(secrets.token_urlsafe(_TOKEN_BYTES))
            made = rows.AccountRow(name, unknown, role, nation, now_ns, now_ns, issuer=issuer, subject=subject)
            with self._store.write_transaction() as connection:
                if not rows.insert_account(connection, made):
                    raise AccountError(
                        f"account {name}: expected one of this person, was another's; rename one of them"
                    )
            self._note("oidc", "account:create", name, role=role, nation=nation)
            return account_of(made)
        if found.locked_ns is not None:
            raise AccountError(f"account {found.name}: expected one that is not locked, was locked by an administrator")
        if (found.role, found.nation) != (role, nation):
            with self._store.write_transaction() as connection:
                rows.update_rights(connection, found.name, role, nation)
            self._note("oidc", "account:rights", found.name, role=role, nation=nation)
        return account_of(replace(found, role=role, nation=nation))

    def note_refused(self, name: str, remote: str, why: str) -> None:
        """Note in the audit that an OpenID provider's word did not open anything."""
        self._note(name[:200] or "?", "login:oidc-refused", remote, why=why[:300])

    def note_deed(self, name: str, action: str, subject: str, **detail: str) -> None:
        """Note in the audit what an account did that is no decision and no change."""
        self._note(name, action, subject, **detail)

    def open_session(self, account: Account, proved_ns: int | None = -1) -> str:
        """Open a session and return its token: 256 random bits, shown this once, stored only as SHA-256.

        ``proved_ns``: when the person last showed who it is (UTC ns), none: not known; left out: now.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now_ns = self._now_ns()
        proved_ns = now_ns if proved_ns == -1 else proved_ns
        row = rows.SessionRow(_digest(token), account.name, now_ns, now_ns, now_ns + self._session_ns, proved_ns)
        with self._store.write_transaction() as connection:
            held = rows.read_account(connection, account.name)
            if held is None:
                raise no_such(account.name)
            if held.locked_ns is not None:
                raise AccountError(f"account {account.name}: expected one that is not locked, was locked")
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
        if account.locked_ns is not None or now_ns >= min(row.expires_ns, row.last_used_ns + self._idle_ns):
            return None
        # Sixty uses of a session within its idle time cost one write, not sixty; a full disk shuts nobody out.
        # A use from the future, for the clock was set back, would keep the session open until then.
        if abs(now_ns - row.last_used_ns) > self._idle_ns // 60:
            with suppress(StoreAway), self._store.write_transaction() as connection:
                rows.touch_session(connection, row.token_sha256, now_ns)
        ends_ns = min(row.expires_ns, now_ns + self._idle_ns)
        return Session(account_of(account), ends_ns, row.expires_ns, _csrf_token(token), proved_ns=row.proved_ns)

    def session_of_token(self, token: str) -> Session | None:
        """Find what an API token opens, and count this as its use; none: unknown, revoked or over."""
        found = self.tokens.find(token)
        if found is None:
            return None
        told, row = found
        if row.locked_ns is not None:
            return None
        return Session(account_of(row), told.expires_ns, told.expires_ns, "", frozenset(told.scopes), told.token_id)

    def close_session(self, token: str) -> None:
        """End a session (log out); nothing happens when there is none."""
        with self._store.write_transaction() as connection:
            found = rows.read_session(connection, _digest(token))
            rows.delete_session(connection, _digest(token))
        if found is not None:
            self._note(found[1].name, "logout", found[1].role)

    def issue_one_time_link(self, account_name: str, valid_s: float, by: str = "command") -> str:
        """Make a token that logs in once within ``valid_s``; stored only as SHA-256. Raises AccountError."""
        if not 0 < valid_s <= 24 * 3600:
            raise AccountError(f"one-time link: expected a life of more than 0 s up to 24 h, was {valid_s} s")
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now_ns = self._now_ns()
        name = account_name.strip().lower()
        with self._store.write_transaction() as connection:
            held = rows.read_account(connection, name)
            if held is None:
                raise no_such(name)
            if held.locked_ns is not None:
                raise AccountError(f"account {name}: expected one that is not locked, was locked; unlock it first")
            rows.insert_link(connection, _digest(token), name, now_ns, now_ns + int(valid_s * NS_PER_S))
        self._note(by, "account:link", name)
        return token

    def redeem(self, token: str) -> Account | None:
        """Use up a one-time link; none: unknown, used before, or too late."""
        with self._store.write_transaction() as connection:
            row = rows.use_link(connection, _digest(token), self._now_ns())
        return None if row is None or row.locked_ns is not None else account_of(row)

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
        if row.locked_ns is not None:
            self._note(attempt.name, f"{deed}:account-locked", attempt.remote)
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

    def _set_second_factor(self, name: str, secret: str | None, action: str, by: str) -> None:
        with self._store.write_transaction() as connection:
            if not rows.update_totp_secret(connection, name, secret):
                raise no_such(name)
            rows.close_all(connection, name)
        self._note(by, action, name)

    def _note(self, actor: str, action: str, subject: str, **detail: str) -> None:
        self._audit(Deed(actor=actor, action=action, object=subject, detail=detail))

    def _hash(self, password: str) -> str:
        with _HASHES_AT_ONCE:
            return self._hasher.hash(password)

    def _fits(self, password_hash: str, password: str) -> bool:
        with _HASHES_AT_ONCE:
            try:
                return self._hasher.verify(password_hash, normalise(password[:LONGEST_PASSWORD]))
            except VerifyMismatchError:
                return False

    def _renew_hash(self, row: rows.AccountRow, password: str) -> None:
        if self._hasher.check_needs_rehash(row.password_hash):
            hashed = self._hash(normalise(password))
            with self._store.write_transaction() as connection:
                rows.update_password_hash(connection, row.name, row.password_hash, hashed)


@cache
def _hash_of_no_one(hasher: PasswordHasher) -> str:
    """Hash what no one knows, once for a hasher: 0.2 s of a core."""
    return hasher.hash(secrets.token_urlsafe(_TOKEN_BYTES))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _csrf_token(token: str) -> str:
    """Derive the token that changing requests repeat: who lacks the session's token cannot compute it."""
    return hashlib.sha256(b"sargas csrf\0" + token.encode()).hexdigest()
