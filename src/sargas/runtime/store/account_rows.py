"""Rows of accounts, sessions, one-time links and login failures; what they mean is decided in runtime/accounts.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from sargas.runtime.store.schema import ACCOUNTS, API_TOKENS, LOGIN_FAILURES, ONE_TIME_LINKS, SESSIONS
from sargas.runtime.store.write import insert

FailureKind = Literal["name", "remote"]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A person's account; the hash is an argon2id string with its parameters. Times are UTC ns."""

    name: str
    password_hash: str
    role: str
    nation: str
    created_ns: int
    password_changed_ns: int
    totp_secret: str | None = None
    """Shared with the person's authenticator; none: no second factor."""
    totp_step: int | None = None
    """Last step of which a code was used."""
    clearance: int | None = None
    """Highest classification that may be seen; none: as is usual for the account's nation."""
    issuer: str | None = None
    """OpenID provider that vouches for the person; none: a local account."""
    subject: str | None = None
    """Identity of the person there, which never changes."""
    locked_ns: int | None = None
    """When an administrator locked it; none: it is not locked."""
    home: str | None = None
    """View that its screen begins with; none: that of the role."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """An open session, known by the SHA-256 of its token. Times are UTC ns."""

    token_sha256: str
    account: str
    created_ns: int
    last_used_ns: int
    expires_ns: int
    proved_ns: int | None = None
    """When the person last gave password, code or one-time link; none: before this was noted."""


@dataclass(frozen=True, slots=True)
class FailureRow:
    """Failed logins under one account name or from one remote address. Times are UTC ns."""

    kind: FailureKind
    value: str
    failures: int = 0
    refusals: int = 0
    """Tries that came while locked and were not looked at."""
    last_ns: int = 0
    locked_until_ns: int = 0


def read_account(connection: sa.Connection, name: str) -> AccountRow | None:
    """Read one account; none: there is none of that name."""
    row = connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.name == name)).one_or_none()
    return None if row is None else AccountRow(**row._mapping)


def read_subject(connection: sa.Connection, issuer: str, subject: str) -> AccountRow | None:
    """Read the account of a person whom an OpenID provider vouches for; none: there is none yet."""
    query = sa.select(ACCOUNTS).where(ACCOUNTS.c.issuer == issuer, ACCOUNTS.c.subject == subject)
    row = connection.execute(query).one_or_none()
    return None if row is None else AccountRow(**row._mapping)


def update_rights(connection: sa.Connection, name: str, role: str, nation: str) -> None:
    """Give an account another role and nation."""
    connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(role=role, nation=nation))


def read_accounts(connection: sa.Connection) -> tuple[AccountRow, ...]:
    """Read every account, sorted by name."""
    rows = [AccountRow(**row._mapping) for row in connection.execute(sa.select(ACCOUNTS))]
    return tuple(sorted(rows, key=lambda row: row.name))


def insert_account(connection: sa.Connection, row: AccountRow) -> bool:
    """Insert an account; False: one of that name was there, and stays as it is."""
    statement = insert(connection, ACCOUNTS).on_conflict_do_nothing(index_elements=["name"]).returning(ACCOUNTS.c.name)
    values = {name: getattr(row, name) for name in AccountRow.__slots__}
    return connection.execute(statement, values).one_or_none() is not None


def update_password_hash(connection: sa.Connection, name: str, was: str, password_hash: str) -> None:
    """Replace a hash by one of the same password with other parameters, unless the password changed meanwhile."""
    same = sa.update(ACCOUNTS).where(ACCOUNTS.c.name == name, ACCOUNTS.c.password_hash == was)
    connection.execute(same.values(password_hash=password_hash))


def update_totp_secret(connection: sa.Connection, name: str, secret: str | None) -> bool:
    """Set or take away the second factor; False: there is no such account."""
    new = {"totp_secret": secret, "totp_step": None}
    return connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(new)).rowcount == 1


def use_totp_step(connection: sa.Connection, name: str, step: int) -> bool:
    """Note that a step's code was used; False: this or a later one was used meanwhile."""
    unused = ACCOUNTS.c.totp_step.is_(None) | (ACCOUNTS.c.totp_step < step)
    statement = sa.update(ACCOUNTS).where(ACCOUNTS.c.name == name, unused).values(totp_step=step)
    return connection.execute(statement).rowcount == 1


def update_password(connection: sa.Connection, name: str, password_hash: str, changed_ns: int) -> bool:
    """Set a new password; False: there is no such account."""
    new = {"password_hash": password_hash, "password_changed_ns": changed_ns}
    return connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(new)).rowcount == 1


def update_account(connection: sa.Connection, name: str, **new: object) -> None:
    """Set columns of an account."""
    connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(**new))


def close_all(connection: sa.Connection, account: str, but_session: str = "") -> None:
    """Delete every session, one-time link and API token of an account; one session may stay (SHA-256 of its token)."""
    close_sessions(connection, account, but_session)
    connection.execute(sa.delete(API_TOKENS).where(API_TOKENS.c.account == account))


def close_sessions(connection: sa.Connection, account: str, but_session: str = "") -> int:
    """Delete the sessions and one-time links of an account; return how many sessions."""
    ended = sa.delete(SESSIONS).where(SESSIONS.c.account == account, SESSIONS.c.token_sha256 != but_session)
    count = connection.execute(ended).rowcount
    connection.execute(sa.delete(ONE_TIME_LINKS).where(ONE_TIME_LINKS.c.account == account))
    return count


def read_sessions(connection: sa.Connection) -> tuple[SessionRow, ...]:
    """Read every session, also those whose time is over and that nobody has deleted yet."""
    return tuple(SessionRow(**row._mapping) for row in connection.execute(sa.select(SESSIONS)))


def insert_session(connection: sa.Connection, row: SessionRow) -> None:
    """Insert a session, and delete those whose time is over when it begins."""
    connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.expires_ns <= row.created_ns))
    connection.execute(sa.insert(SESSIONS).values({name: getattr(row, name) for name in SessionRow.__slots__}))


def read_session(connection: sa.Connection, token_sha256: str) -> tuple[SessionRow, AccountRow] | None:
    """Read a session and its account."""
    row = connection.execute(sa.select(SESSIONS).where(SESSIONS.c.token_sha256 == token_sha256)).one_or_none()
    if row is None:
        return None
    session = SessionRow(**row._mapping)
    account = read_account(connection, session.account)
    return None if account is None else (session, account)


def touch_session(connection: sa.Connection, token_sha256: str, used_ns: int) -> None:
    """Note that a session was used."""
    found = sa.update(SESSIONS).where(SESSIONS.c.token_sha256 == token_sha256)
    connection.execute(found.values(last_used_ns=used_ns))


def prove_session(connection: sa.Connection, token_sha256: str, proved_ns: int) -> None:
    """Note that a session's person has given password or code again."""
    found = sa.update(SESSIONS).where(SESSIONS.c.token_sha256 == token_sha256)
    connection.execute(found.values(proved_ns=proved_ns))


def delete_session(connection: sa.Connection, token_sha256: str) -> None:
    """End a session; nothing happens when there is none."""
    connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.token_sha256 == token_sha256))


def insert_link(connection: sa.Connection, token_sha256: str, account: str, created_ns: int, expires_ns: int) -> None:
    """Insert a one-time link, and delete those whose time was over when it was made."""
    connection.execute(sa.delete(ONE_TIME_LINKS).where(ONE_TIME_LINKS.c.expires_ns <= created_ns))
    row = {"token_sha256": token_sha256, "account": account, "created_ns": created_ns, "expires_ns": expires_ns}
    connection.execute(sa.insert(ONE_TIME_LINKS).values(row))


def use_link(connection: sa.Connection, token_sha256: str, used_ns: int) -> AccountRow | None:
    """Use up a link and read its account; none: unknown, used before, or too late."""
    links = ONE_TIME_LINKS
    valid = (links.c.token_sha256 == token_sha256, links.c.used_ns.is_(None), links.c.expires_ns > used_ns)
    statement = sa.update(links).where(*valid).values(used_ns=used_ns).returning(links.c.account)
    account = connection.execute(statement).scalar_one_or_none()
    return None if account is None else read_account(connection, account)


def read_failures(connection: sa.Connection, kind: FailureKind, value: str) -> FailureRow:
    """Read the failures under a name or from an address; zeros when there are none."""
    query = sa.select(LOGIN_FAILURES).where(LOGIN_FAILURES.c.kind == kind, LOGIN_FAILURES.c.value == value)
    row = connection.execute(query).one_or_none()
    return FailureRow(kind, value) if row is None else FailureRow(**row._mapping)


def write_failures(connection: sa.Connection, row: FailureRow) -> None:
    """Set the failures under a name or from an address."""
    values = {name: getattr(row, name) for name in FailureRow.__slots__}
    statement = insert(connection, LOGIN_FAILURES).values(values)
    counts = {name: value for name, value in values.items() if name not in ("kind", "value")}
    connection.execute(statement.on_conflict_do_update(index_elements=["kind", "value"], set_=counts))


def delete_failures_before(connection: sa.Connection, time_ns: int) -> None:
    """Forget failures that have been quiet since a time."""
    connection.execute(sa.delete(LOGIN_FAILURES).where(LOGIN_FAILURES.c.last_ns < time_ns))


def read_all_failures(connection: sa.Connection) -> tuple[FailureRow, ...]:
    """Read every remembered failure count, the latest first."""
    query = sa.select(LOGIN_FAILURES).order_by(LOGIN_FAILURES.c.last_ns.desc(), LOGIN_FAILURES.c.kind)
    return tuple(FailureRow(**row._mapping) for row in connection.execute(query))
