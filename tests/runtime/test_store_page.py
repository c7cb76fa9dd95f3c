"""docs/store.md names every table, column, health field and manifest field, and no other."""

from __future__ import annotations

from sargas.runtime.history.manifest import Entry
from sargas.runtime.store import Store
from sargas.runtime.store.schema import METADATA
from tests.docs.tables import ROOT, tables_of

PAGE = tables_of(ROOT / "docs" / "store.md")


def first_column(heading: str) -> list[str]:
    return [row[0].strip("`") for row in PAGE[heading]]


def test_every_table_and_column_is_on_the_page() -> None:
    for table in METADATA.sorted_tables:
        assert first_column(table.name) == [column.name for column in table.columns], table.name


def test_nullable_columns_and_keys_are_marked() -> None:
    for table in METADATA.sorted_tables:
        for column, (_, kind, _) in zip(table.columns, PAGE[table.name], strict=True):
            assert ("or null" in kind) == bool(column.nullable), f"{table.name}.{column.name}"
            assert (", key" in kind) == column.primary_key, f"{table.name}.{column.name}"
            assert (", unique" in kind) == bool(column.unique), f"{table.name}.{column.name}"


def test_every_health_field_is_on_the_page(store: Store) -> None:
    documented = set(first_column("Health"))
    only_sqlite = {"journal_mode"} if store.health()["engine"] == "postgresql" else set()
    assert documented - only_sqlite == set(store.health())


def test_every_manifest_field_is_on_the_page() -> None:
    assert first_column("Manifest entry") == list(Entry.model_fields)
