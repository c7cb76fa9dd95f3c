"""The roster: who has an account here, with what rights, and what an administrator changes of it (docs/accounts.md).

Nothing here can leave a node without an administrator who can log in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from sargas.model.label import Classification
from sargas.runtime.account_terms import (
    AccountError,
    Home,
    Role,
    account_of,
    check_name,
    check_nation,
    check_role,
    no_such,
)
from sargas.runtime.audit import Deed
from sargas.runtime.store import Store
from sargas.runtime.store import account_rows as rows
from sargas.runtime.store.account_rows import AccountRow


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may do and see, and the view its screen begins with; ``nation`` empty: the node's."""

    role: Role
    nation: str = ""
    clearance: Classification | None = None
    home: Home | None = None
    """None: that of the role."""


@dataclass(frozen=True, slots=True)
class Member:
    """An account as an administrator sees it; times are UTC ns."""

    name: str
    rights: Rights
    created_ns: int
    has_password: bool
    """A password was chosen, or a provider vouches for the person."""
    has_second_factor: bool
    by_provider: bool
    locked_ns: int | None
    """When an administrator locked it."""
    refused_until_ns: int | None
    """Too many failed logins: until when none is looked at."""
    sessions: int
    last_used_ns: int | None
    """When the sessions that are open were last used."""


class Roster:
    """The accounts of one node as an administrator keeps them. Safe to use from any thread.

    ``by`` is in whose name: an account, or ``command``. What cannot be raises AccountError.
    """

    def __init__(
        self,
        store: Store,
        now_ns: Callable[[], int],
        audit: Callable[[Deed], object],
        hash_of_nothing: Callable[[], str],
    ) -> None:
        """``hash_of_nothing`` makes the hash of a password that nobody knows."""
        self._store = store
        self._now_ns = now_ns
        self._audit = audit
        self._hash_of_nothing = hash_of_nothing

    def list(self) -> tuple[Member, ...]:
        """List the accounts, sorted by name."""
        now_ns = self._now_ns()
        with self._store.read_transaction() as connection:
            accounts, sessions = rows.read_accounts(connection), rows.read_sessions(connection)
            failures = {row.value: row for row in rows.read_all_failures(connection) if row.kind == "name"}
        open_ = [one for one in sessions if one.expires_ns > now_ns]
        return tuple(_member(row, open_, failures.get(row.name), now_ns) for row in accounts)

    def find(self, name: str) -> Member:
        """Find one account. Raises AccountError."""
        found = next((one for one in self.list() if one.name == name), None)
        if found is None:
            raise no_such(name)
        return found

    def enter(self, name: str, rights: Rights, by: str) -> Member:
        """Make an account that nobody has a password of: a one-time link lets the person in to choose one."""
        name = check_name(name)
        _check(rights)
        made = AccountRow(
            name, self._hash_of_nothing(), rights.role, rights.nation, self._now_ns(), 0,
            clearance=rights.clearance, home=rights.home,
        )  # fmt: skip
        with self._store.write_transaction() as connection:
            if not rows.insert_account(connection, made):
                raise AccountError(f"account {name}: expected a new name, was one that exists; choose another")
        self._note(by, "account:create", name, **_told(rights))
        return self.find(name)

    def change(self, name: str, rights: Rights, by: str) -> Member:
        """Give an account other rights; its sessions and one-time links end, its API tokens may what it now may.

        Who is the last administrator that can log in stays one, and nobody changes rights of their own.
        """
        _check(rights)
        with self._store.write_transaction() as connection:
            before = _read(connection, name)
            told = _rights(before)
            if replace(rights, home=None) != replace(told, home=None):
                _refuse_own(name, by)
                _refuse_against_provider(before, rights)
                if rights.role != "administrator":
                    _refuse_last(connection, before)
                rows.close_sessions(connection, name)
            rows.update_account(
                connection, name, role=rights.role, nation=rights.nation, clearance=rights.clearance, home=rights.home
            )
        if rights != told:
            self._note(by, "account:rights", name, **_told(rights))
        return self.find(name)

    def lock(self, name: str, by: str) -> Member:
        """Lock an account: nothing opens it, what is open ends, its API tokens open nothing meanwhile."""
        _refuse_own(name, by)
        with self._store.write_transaction() as connection:
            before = _read(connection, name)
            _refuse_last(connection, before)
            if before.locked_ns is None:
                rows.update_account(connection, name, locked_ns=self._now_ns())
            rows.close_sessions(connection, name)
        if before.locked_ns is None:
            self._note(by, "account:lock", name)
        return self.find(name)

    def unlock(self, name: str, by: str) -> Member:
        """Unlock an account, and forget the logins that failed under its name."""
        with self._store.write_transaction() as connection:
            before = _read(connection, name)
            rows.update_account(connection, name, locked_ns=None)
            failed = rows.read_failures(connection, "name", name)
            if failed.failures:
                rows.write_failures(connection, replace(failed, failures=0, locked_until_ns=0))
        if before.locked_ns is not None or failed.failures:
            self._note(by, "account:unlock", name)
        return self.find(name)

    def end_sessions(self, name: str, by: str) -> int:
        """End every session and one-time link of an account; return how many sessions."""
        with self._store.write_transaction() as connection:
            _read(connection, name)
            ended = rows.close_sessions(connection, name)
        self._note(by, "account:end-sessions", name, sessions=str(ended))
        return ended

    def _note(self, actor: str, action: str, subject: str, **detail: str) -> None:
        self._audit(Deed(actor=actor, action=action, object=subject, detail=detail))


def _read(connection: sa.Connection, name: str) -> AccountRow:
    row = rows.read_account(connection, name)
    if row is None:
        raise no_such(name)
    return row


def _check(rights: Rights) -> None:
    check_role(rights.role)
    check_nation(rights.nation)


def _refuse_own(name: str, by: str) -> None:
    if name == by:
        raise AccountError(f"account {name}: expected another administrator to do this, was {by}: nobody does it alone")


def _refuse_against_provider(row: AccountRow, rights: Rights) -> None:
    if row.issuer is not None and (rights.role, rights.nation) != (row.role, row.nation):
        raise AccountError(
            f"account {row.name}: expected role and nation as its provider says ({row.role}, {row.nation or 'none'}), "
            f"was {rights.role}, {rights.nation or 'none'}: they are changed there"
        )


def _refuse_last(connection: sa.Connection, row: AccountRow) -> None:
    """Raise AccountError when nobody else could administer this node any more."""
    others = [one for one in rows.read_accounts(connection) if one.name != row.name]
    if _can_administer(row) and not any(_can_administer(one) for one in others):
        raise AccountError(
            f"account {row.name}: expected another administrator who can log in, was none: make one first"
        )


def _can_administer(row: AccountRow) -> bool:
    return row.role == "administrator" and row.locked_ns is None and account_of(row).has_password


def _rights(row: AccountRow) -> Rights:
    account = account_of(row)
    return Rights(account.role, account.nation, account.clearance, account.home if row.home else None)


def _told(rights: Rights) -> dict[str, str]:
    clearance = "" if rights.clearance is None else rights.clearance.name.lower()
    return {"role": rights.role, "nation": rights.nation, "clearance": clearance, "home": rights.home or ""}


def _member(row: AccountRow, sessions: list[rows.SessionRow], failed: rows.FailureRow | None, now_ns: int) -> Member:
    own = [one for one in sessions if one.account == row.name]
    is_refused = failed is not None and failed.locked_until_ns > now_ns
    return Member(
        name=row.name,
        rights=_rights(row),
        created_ns=row.created_ns,
        has_password=row.password_changed_ns > 0,
        has_second_factor=row.totp_secret is not None,
        by_provider=row.issuer is not None,
        locked_ns=row.locked_ns,
        refused_until_ns=failed.locked_until_ns if failed is not None and is_refused else None,
        sessions=len(own),
        last_used_ns=max((one.last_used_ns for one in own), default=None),
    )
