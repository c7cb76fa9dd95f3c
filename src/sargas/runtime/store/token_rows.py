"""Rows of API tokens; what they mean is decided in runtime/api_tokens.py."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sargas.runtime.store.account_rows import AccountRow, read_account
from sargas.runtime.store.schema import API_TOKENS


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token, known by its SHA-256; ``scopes`` divided by spaces. Times are UTC ns."""

    token_sha256: str
    token_id: str
    account: str
    scopes: str
    purpose: str
    created_ns: int
    expires_ns: int
    last_used_ns: int | None = None


def insert_token(connection: sa.Connection, row: TokenRow) -> None:
    """Insert a token, and delete those whose time was over when it was made."""
    connection.execute(sa.delete(API_TOKENS).where(API_TOKENS.c.expires_ns <= row.created_ns))
    connection.execute(sa.insert(API_TOKENS).values({name: getattr(row, name) for name in TokenRow.__slots__}))


def read_token(connection: sa.Connection, token_sha256: str) -> tuple[TokenRow, AccountRow] | None:
    """Read a token and its account; none: there is none such."""
    found = connection.execute(sa.select(API_TOKENS).where(API_TOKENS.c.token_sha256 == token_sha256)).one_or_none()
    if found is None:
        return None
    row = TokenRow(**found._mapping)
    account = read_account(connection, row.account)
    return None if account is None else (row, account)


def read_tokens(connection: sa.Connection, account: str | None = None) -> tuple[TokenRow, ...]:
    """Read the tokens of one account or of all, by account and the time they were made."""
    query = sa.select(API_TOKENS)
    if account is not None:
        query = query.where(API_TOKENS.c.account == account)
    rows = [TokenRow(**found._mapping) for found in connection.execute(query)]
    return tuple(sorted(rows, key=lambda row: (row.account, row.created_ns, row.token_id)))


def touch_token(connection: sa.Connection, token_sha256: str, used_ns: int) -> None:
    """Note that a token was used."""
    connection.execute(
        sa.update(API_TOKENS).where(API_TOKENS.c.token_sha256 == token_sha256).values(last_used_ns=used_ns)
    )


def delete_token(connection: sa.Connection, token_id: str) -> str | None:
    """Delete a token by its id and return whose it was; none: there is none such."""
    deleted = sa.delete(API_TOKENS).where(API_TOKENS.c.token_id == token_id).returning(API_TOKENS.c.account)
    return connection.execute(deleted).scalar_one_or_none()
