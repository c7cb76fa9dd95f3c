"""The dialects: which tables are understood, and how one is recognised by its header (dialects.toml)."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from sargas.formats.positions.shapes import read_json_rows
from sargas.formats.rows import Malformed

HEADER_ROWS = 1000
"""Rows of a JSON table whose names make its header: some writers leave out what a row does not have."""
Quantity = Literal[
    "time",
    "position_time",
    "latitude",
    "longitude",
    "altitude",
    "flight_level",
    "ground_speed",
    "track",
    "climb",
    "address",
    "callsign",
    "mode_3a",
    "on_ground",
    "spi",
]
Unit = Literal["unix s", "stamp", "utc text", "deg", "m", "ft", "m/s", "km/h", "kn", "ft/min", "hex", "octal", "text", "truth"]  # fmt: skip # noqa: E501


class Column(BaseModel):
    """Where a table holds one quantity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    unit: Unit
    pattern: str | None = None


class Dialect(BaseModel):
    """One kind of table: how to recognise it and where its quantities are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    container: Literal["json", "csv"]
    delimiter: str = ","
    header: tuple[str, ...]
    columns: dict[Quantity, Column]


DIALECTS = tuple(
    Dialect.model_validate(entry)
    for entry in tomllib.loads(resources.files("sargas.formats.positions").joinpath("dialects.toml").read_text())[
        "dialect"
    ]
)


@dataclass(frozen=True, slots=True)
class Table:
    """Hold the rows of a recognised table as they were written."""

    dialect: Dialect
    header: tuple[str, ...]
    rows: Sequence[Any]
    """JSON: one object a row; CSV: one list of texts a row. What is neither is refused where it is read."""

    def values(self, quantity: Quantity) -> list[Any] | None:
        """Return the raw values of a quantity, None where a row lacks it; None if the dialect has no such column."""
        column = self.dialect.columns.get(quantity)
        if column is None:
            return None
        if self.dialect.container == "json":
            return [row.get(column.column) if isinstance(row, dict) else None for row in self.rows]
        if column.column not in self.header:
            return None
        place = self.header.index(column.column)
        return [row[place] if len(row) > place else None for row in self.rows]


def read_table(text: bytes) -> Table:
    """Read a table and recognise its dialect. Raises Malformed that lists the known headers."""
    if text.lstrip()[:1] in (b"[", b"{"):
        rows = read_json_rows(text)
        if rows is None:
            raise Malformed(f"expected a JSON array of rows; {known_headers()}")
        names = tuple(dict.fromkeys(name for row in rows[:HEADER_ROWS] if isinstance(row, dict) for name in row))
        return Table(_recognise("json", names), names, rows)
    try:
        lines = text.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise Malformed("expected a table in UTF-8", error.start) from error
    header_line = next((line for line in lines if line.strip()), "")
    delimiter = ";" if header_line.count(";") > header_line.count(",") else ","
    try:
        header, *rows = csv.reader((line for line in lines if line.strip()), delimiter=delimiter)
    except (csv.Error, ValueError) as error:
        raise Malformed(f"expected a CSV table; {known_headers()}") from error
    names = tuple(name.strip() for name in header)
    return Table(_recognise("csv", names, delimiter), names, rows)


def known_headers() -> str:
    """List the headers that are understood, for errors."""
    return "known headers: " + "; ".join(
        f"{dialect.name} ({dialect.container}): {dialect.delimiter.join(dialect.header)}" for dialect in DIALECTS
    )


def _recognise(container: str, header: Sequence[str], delimiter: str = ",") -> Dialect:
    for dialect in DIALECTS:
        is_shaped = dialect.container == container and (container == "json" or dialect.delimiter == delimiter)
        if is_shaped and set(dialect.header) <= set(header):
            return dialect
    raise Malformed(f"expected a table with a known header; {known_headers()}")
