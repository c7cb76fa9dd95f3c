"""Migrations go up and down on both engines and keep what the lower schema has room for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from sargas.model.label import Label
from sargas.runtime.accounts import Accounts
from sargas.runtime.store import Store, open_store, schema
from sargas.runtime.store.engine import open_engine
from sargas.runtime.store.migrate import current, downgrade, head, revisions, upgrade
from sargas.runtime.store.schema import METADATA
from tests.runtime.processes import PROCESSES
from tests.runtime.store_cases import make_alert, make_configuration


def table_names(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def test_migrations_make_exactly_the_schema_the_program_uses(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
        assert current(connection) == head()


def test_down_and_up_again_keeps_the_records(store: Store) -> None:
    alert, configuration = make_alert(1, 10), make_configuration(1, 1)
    store.write([alert, configuration])
    Accounts(store, lambda: 1).create("rasa", "five sober geese fly north", "operator")
    downgrade(store.engine, "0001")
    assert "accounts" not in table_names(store.engine)
    upgrade(store.engine)
    assert table_names(store.engine) == set(METADATA.tables)
    assert store.alerts() == (alert,)
    assert store.configurations() == (configuration,)
    assert Accounts(store, lambda: 1).list() == ()


def test_down_below_columns_of_accounts_keeps_what_belongs_to_them(store: Store) -> None:
    accounts = Accounts(store, lambda: 1)
    rasa = accounts.create("rasa", "five sober geese fly north", "operator")
    token, _ = accounts.tokens.issue("rasa", ["read"], 30)
    session = accounts.open_session(rasa)
    downgrade(store.engine, "0013")
    upgrade(store.engine)
    assert accounts.session_of_token(token) is not None
    assert accounts.session(session) is not None


def test_every_revision_goes_down_to_nothing_and_up_again(store: Store) -> None:
    downgrade(store.engine, "base")
    assert table_names(store.engine) == set()
    upgrade(store.engine)
    assert table_names(store.engine) == set(METADATA.tables)
    assert store.write([make_alert(1, 10)]) == 1


@pytest.mark.parametrize("revision", revisions())
def test_a_store_of_every_earlier_program_goes_up_and_back_with_its_records(store_url: str, revision: str) -> None:
    engine = open_engine(store_url)
    upgrade(engine, revision)
    alert, earlier = make_alert(1, 10), table_names(engine)
    Store(engine).write([alert])
    engine.dispose()
    store = open_store(store_url)
    assert table_names(store.engine) == set(METADATA.tables)
    assert store.alerts() == (alert,)
    later = make_alert(2, 20)
    store.write([later])
    downgrade(store.engine, revision)
    with store.engine.connect() as connection:
        assert current(connection) == revision
    assert table_names(store.engine) == earlier
    assert set(store.alerts()) == {alert, later}
    store.close()


def test_a_migration_that_fails_half_way_leaves_the_old_schema(store_url: str) -> None:
    engine = open_engine(store_url)
    upgrade(engine, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE login_failures (surprise INTEGER)")
    before = table_names(engine)
    with pytest.raises(sa.exc.DBAPIError, match="login_failures"):
        upgrade(engine)
    assert table_names(engine) == before
    with engine.connect() as connection:
        assert current(connection) == "0001"
    engine.dispose()


def open_and_write(url: str, number: int) -> None:
    store = open_store(url)
    store.write([make_alert(number, number)])
    store.close()


def test_programs_that_start_at_the_same_time_migrate_once(store_url: str) -> None:
    processes = [PROCESSES.Process(target=open_and_write, args=(store_url, n)) for n in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    store = open_store(store_url)
    assert len(store.alerts()) == 3
    store.close()


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        store = open_store(f"sqlite:///{tmp_path}/store.sqlite")
        store.write([make_alert(1, 1)])
        assert len(store.alerts()) == 1
        store.close()


def test_rows_in_every_table_go_down_step_by_step_and_up_again(store: Store) -> None:
    """What a lower schema has room for stays; all else is dropped with its table, and nothing keeps it from that."""
    with store.write_transaction() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(sa.insert(table).values({one.name: some_value(one) for one in table.columns}))
    held, known = {name: count_rows(store, name) for name in METADATA.tables}, revisions()
    downgrade(store.engine, known[-2])
    upgrade(store.engine)
    assert {name: count_rows(store, name) for name in METADATA.tables} == held
    for below in [*reversed(known[:-1]), "base"]:
        downgrade(store.engine, below)
        for name in table_names(store.engine):
            assert count_rows(store, name) == held[name], f"{name} at {below}"
    for revision in known:
        upgrade(store.engine, revision)
    assert table_names(store.engine) == set(METADATA.tables)


def some_value(column: sa.Column[Any]) -> object:
    """Make a value for a column; keys of other tables find theirs, for all texts are alike."""
    match column.type:
        case schema.LabelText():
            return Label()
        case sa.Text():
            return "x"
        case sa.LargeBinary():
            return b"x"
    return 1


def count_rows(store: Store, table: str) -> int:
    with store.engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
