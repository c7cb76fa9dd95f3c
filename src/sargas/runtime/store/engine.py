"""From a store URL to a SQLAlchemy engine: SQLite in a file, or PostgreSQL through pg8000."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from sargas.runtime.store.errors import StoreError

WRITES = "sargas_writes"
"""Execution option of the engine whose transactions take the write lock when they begin."""

WRITE_LOCK_KEY = 0x5A26A5
"""Key of the PostgreSQL advisory lock that write transactions hold, so that there is one writer on both engines."""

_SQLITE_PRAGMAS = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_SOCKET_TIMEOUT_S = 30


def open_engine(url: str) -> sa.Engine:
    """Make the engine of a store URL; connects nothing yet.

    ``sqlite:///PATH``, ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE`` or the same with ``postgresql+pg8000``;
    ``?host=FOLDER`` reaches PostgreSQL by the Unix socket in that folder, as in libpq. Raises StoreError for any other.
    """
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(_expected_url("one that cannot be read")) from error
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return _open_sqlite(parsed)
    if parsed.drivername in ("postgresql", "postgresql+pg8000"):
        return _open_postgresql(parsed)
    raise StoreError(_expected_url(parsed.render_as_string(hide_password=True)))


def writing(engine: sa.Engine) -> sa.Engine:
    """Return a view of the engine whose transactions wait for the write lock, then hold it until they end."""
    return engine.execution_options(**{WRITES: True})


def _expected_url(was: str) -> str:
    return (
        "store url: expected sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
        f"was {was}; mend url in [store]"
    )


def _open_sqlite(url: sa.URL) -> sa.Engine:
    if not url.database or url.database == ":memory:" or url.query:
        raise StoreError(_expected_url(f"{url} (the store needs a file, and takes no options)"))
    engine = sa.create_engine(url)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Python's driver would begin transactions late and never around DDL; None leaves beginning to _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # IMMEDIATE: a transaction that reads first and then writes would fail at once, not wait, when another one wrote.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")


def _open_postgresql(url: sa.URL) -> sa.Engine:
    unknown = sorted(set(url.query) - {"host", "application_name"})
    if unknown or not url.database:
        raise StoreError(_expected_url(f"{url.render_as_string(hide_password=True)} (options: host, application_name)"))
    query: dict[str, Any] = {k: v for k, v in url.query.items() if k != "host"}
    if "host" in url.query:
        query["unix_sock"] = f"{url.query['host']}/.s.PGSQL.{url.port or 5432}"
    arguments = {"timeout": _SOCKET_TIMEOUT_S, "application_name": "sargas"}
    arguments = {name: value for name, value in arguments.items() if name not in query}
    engine = sa.create_engine(
        url.set(drivername="postgresql+pg8000", query=query), connect_args=arguments, pool_pre_ping=True
    )
    sa.event.listen(engine, "begin", _begin_postgresql)
    return engine


def _begin_postgresql(connection: sa.Connection) -> None:
    if connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK_KEY})")
