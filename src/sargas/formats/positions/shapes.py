"""Shapes in which a table is written as JSON: the orients of pandas ``to_json``, whole or one row a line."""

from __future__ import annotations

from typing import Any

from sargas.formats.rows import Malformed, parse_json


def read_json_rows(text: bytes) -> list[Any] | None:
    """Return the rows of a JSON table, one object each; None for JSON that is none. Raises Malformed for no JSON."""
    try:
        document = parse_json(text)
    except Malformed:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise
        return [parse_json(line) for line in lines]
    if isinstance(document, dict):
        return _rows_of_object(document)
    return document if isinstance(document, list) else None


def _rows_of_object(document: dict[str, Any]) -> list[Any] | None:
    data, names = document.get("data"), document.get("columns")
    if isinstance(data, list):
        if isinstance(names, list):  # split
            if not all(isinstance(name, str) for name in names):
                return None
            return [dict(zip(names, row, strict=False)) if isinstance(row, list) else row for row in data]
        return data  # table
    columns = {name: values for name, values in document.items() if isinstance(values, dict | list)}
    if not columns or len(columns) != len(document):
        return [document] if document else None  # one row a line, of one row
    lists = {name: values for name, values in columns.items() if isinstance(values, list)}
    if len(lists) == len(columns):
        most = max(map(len, lists.values()))
        return [{name: values[k] for name, values in lists.items() if k < len(values)} for k in range(most)]
    objects = {name: values for name, values in columns.items() if isinstance(values, dict)}
    if len(objects) != len(columns):
        return None
    if "timestamp" not in objects:  # index: one object a row, by its number
        return list(objects.values())
    return [{name: values.get(row) for name, values in objects.items()} for row in objects["timestamp"]]
