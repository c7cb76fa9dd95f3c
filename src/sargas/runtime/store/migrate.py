"""Bring a store's schema up or down with the Alembic migrations of this package."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from sargas.runtime.store.engine import writing
from sargas.runtime.store.errors import StoreError


def head() -> str:
    """Name the newest revision this program knows."""
    revision = _script().get_current_head()
    if revision is None:
        raise StoreError("store migrations: expected at least one in the package, was none; install Sargas again")
    return revision


def revisions() -> list[str]:
    """Name every revision this program knows, the oldest first."""
    return [script.revision for script in _script().walk_revisions()][::-1]


def current(connection: sa.Connection) -> str | None:
    """Name the revision a database is at; none: it holds no Sargas schema."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the schema up to a revision, in one transaction under the write lock.

    Raises StoreError when the database is at a revision that this program does not know.
    """
    with writing(engine).begin() as connection:
        known = _check_known(connection, engine)
        if revision != "head" or current(connection) != known[0]:
            command.upgrade(_config(connection), revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take the schema down to a revision (``base``: no tables), in one transaction under the write lock."""
    with writing(engine).begin() as connection:
        _check_known(connection, engine)
        command.downgrade(_config(connection), revision)


def _check_known(connection: sa.Connection, engine: sa.Engine) -> list[str]:
    """Return the revisions this program knows, the newest first."""
    known = [script.revision for script in _script().walk_revisions()]
    was = current(connection)
    if was is not None and was not in known:
        place = engine.url.render_as_string(hide_password=True)
        raise StoreError(
            f"store {place}: expected a schema up to {known[0]}, was {was}, which is newer than this program; "
            "run the newer Sargas, or restore the backup made before its upgrade"
        )
    return known


@cache
def _script() -> ScriptDirectory:
    """Read the migrations of the package, once: it takes longer than opening a store that has them all."""
    return ScriptDirectory.from_config(_config())


def _config(connection: sa.Connection | None = None) -> Config:
    attributes: dict[str, Any] = {"connection": connection}
    config = Config(attributes=attributes)
    config.set_main_option("script_location", "sargas.runtime.store:migrations")
    config.set_main_option("path_separator", "os")
    return config
