"""A bad store URL, a missing server and a schema from the future are each said in one line."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from sargas.runtime.store import Store, StoreAway, StoreError, open_store
from sargas.runtime.store.engine import open_engine
from tests.runtime.conftest import Postgresql
from tests.runtime.store_cases import make_alert


def error_line(url: str) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(url)
    line = str(caught.value)
    assert "\n" not in line
    return line


@pytest.mark.parametrize(
    "url", ["", "store.sqlite", "mysql://u:p@host/db", "sqlite://", "sqlite:///:memory:", "sqlite:///x?mode=ro"]
)
def test_a_url_of_another_kind_is_refused_with_the_kinds_there_are(url: str) -> None:
    line = error_line(url)
    assert "expected sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/DATABASE, was " in line
    assert "mend url in [store]" in line


def test_an_unknown_option_is_refused_and_the_password_hidden() -> None:
    line = error_line("postgresql://rasa:hemlig@localhost/sargas?colour=blue")
    assert "options: host, application_name" in line
    assert "hemlig" not in line


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    line = error_line(f"sqlite:///{tmp_path}/absent/store.sqlite")
    assert f"{tmp_path}/absent/store.sqlite: unable to open database file; make its folder" in line


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, and longer than the header of one would be\n" * 40)
    before = path.read_bytes()
    assert "file is not a database; the file is something else" in error_line(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = error_line(f"postgresql://rasa:hemlig@127.0.0.1:{port}/sargas")
    assert f"rasa:***@127.0.0.1:{port}/sargas" in line
    assert "Connection refused; start the PostgreSQL server, or mend [store] url" in line
    assert "hemlig" not in line


def test_a_missing_postgresql_database_is_named(postgresql: Postgresql) -> None:
    line = error_line(f"postgresql+pg8000://postgres@/nowhere?host={postgresql.folder}")
    assert 'database "nowhere" does not exist; make the database first: createdb nowhere' in line


def test_an_unknown_postgresql_user_is_named(postgresql: Postgresql) -> None:
    line = error_line(f"postgresql://nobody@/postgres?host={postgresql.folder}")
    assert 'role "nobody" does not exist; mend user and password' in line


def test_a_schema_newer_than_the_program_is_refused(store_url: str) -> None:
    store = open_store(store_url)
    with store.write_transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    line = error_line(store_url)
    assert "expected a schema up to 0023, was 9999, which is newer than this program; run the newer Sargas" in line


def test_an_older_schema_is_brought_up_to_date(store_url: str) -> None:
    from sargas.runtime.store.migrate import upgrade

    engine = open_engine(store_url)
    upgrade(engine, "0001")
    engine.dispose()
    store = open_store(store_url)
    assert store.health()["schema"] == "0023"
    store.close()


def test_sqlite_connections_are_durable_and_check_foreign_keys(sqlite_store: Store) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    with sqlite_store.read_transaction() as first, sqlite_store.read_transaction() as second:
        for connection in (first, second):
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
            assert found == wanted


def test_a_full_disk_is_told_as_one(sqlite_store: Store) -> None:
    sqlite_store.write([make_alert(1, 1)])
    with sqlite_store.engine.connect() as one:  # the pool's only one from here on
        one.exec_driver_sql(f"PRAGMA max_page_count={one.exec_driver_sql('PRAGMA page_count').scalar()}")
    with pytest.raises(StoreAway, match="is full; free space on the disk of the database"):
        sqlite_store.write([make_alert(number, 1) for number in range(2, 500)])


def test_a_locked_sqlite_file_is_away_not_broken(sqlite_store: Store) -> None:
    other = open_store(str(sqlite_store.engine.url))
    with other.write_transaction(), sqlite_store.engine.connect() as impatient:
        impatient.exec_driver_sql("PRAGMA busy_timeout=10")
        impatient.rollback()
        impatient.close()
        with pytest.raises(StoreAway, match="database is locked; another program holds the file"):
            sqlite_store.write([make_alert(1, 1)])
    other.close()
    assert sqlite_store.write([make_alert(1, 1)]) == 1
