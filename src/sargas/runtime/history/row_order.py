"""Where a row stands in an order, so that a page goes on from it: by its value there, then by what it is known by.

Rows without a value come last, whichever way the order goes, and equal ones by their id upwards. A page that goes on
from a place neither skips a row nor tells one twice, whatever came or changed elsewhere in between.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sargas.model.label import Label

Value = int | float | str | None


class RowPlace(NamedTuple):
    """The place of a row: its value in the order, none: it has none; and its id."""

    value: Value
    id: int | str


def label_key(label: Label) -> str:
    """Return what labels are sorted by: classification, then the fewer nations the stricter, then originator."""
    return f"{int(label.classification)} {999 - len(label.releasable_to):03d} {label.originator}"


def is_after(row: RowPlace, place: RowPlace, descending: bool) -> bool:
    """Say whether a row comes after a place; both of one order, so of one kind of value and id."""
    if row.value is None or place.value is None or row.value == place.value:
        has_none = (row.value is None, place.value is None)
        return row.id > place.id if has_none[0] == has_none[1] else has_none[0]  # type: ignore[operator]
    return (row.value < place.value) == descending  # type: ignore[operator]


def in_order(rows: Iterable[RowPlace], descending: bool) -> list[RowPlace]:
    """Sort the places of rows."""
    by_id = sorted(rows, key=lambda row: row.id)
    valued = [row for row in by_id if row.value is not None]
    valued.sort(key=lambda row: row.value, reverse=descending)  # type: ignore[arg-type, return-value]
    return valued + [row for row in by_id if row.value is None]


def beyond_in_sql(column: str, id_column: str, place: RowPlace, *, descending: bool, backwards: bool) -> str:
    """Return the condition of rows after a place, or before it; ``$place_value``, ``$place_id`` are to be bound."""
    later, earlier = ("<", ">") if descending else (">", "<")
    if backwards:
        if place.value is None:
            return f"({column} IS NOT NULL OR {id_column} < $place_id)"
        return f"({column} {earlier} $place_value OR ({column} = $place_value AND {id_column} < $place_id))"
    if place.value is None:
        return f"({column} IS NULL AND {id_column} > $place_id)"
    equal = f"({column} = $place_value AND {id_column} > $place_id)"
    return f"({column} {later} $place_value OR {column} IS NULL OR {equal})"
