"""One question to the history: which files, which rows, in what order, under what label; by DuckDB or by merging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sargas.model.label import Label, most_restrictive
from sargas.model.plots import LABEL_KEY
from sargas.runtime.history.layout import LABEL_COLUMN, TRACKS, HistoryError, Kind
from sargas.runtime.history.manifest import Entry
from sargas.runtime.history.merge import read_tracks

Bbox = tuple[float, float, float, float]
"""West, south, east, north in degrees WGS84; the edges belong to it. West above east: across 180 degrees."""


@dataclass(frozen=True)
class Query:
    """Rows of one kind with start_ns <= time_ns < end_ns, of one track or sensor, in a box."""

    kind: Kind
    start_ns: int
    end_ns: int
    key_column: str
    key: int | str | None
    bbox: Bbox | None
    columns: tuple[str, ...]

    @classmethod
    def of(
        cls,
        kind: Kind,
        start_ns: int,
        end_ns: int,
        key_column: str,
        key: int | str | None,
        bbox: Bbox | None,
        columns: Sequence[str] | None,
    ) -> Query:
        """Make a query; without ``columns`` for the exchange columns. Raises HistoryError for unknown columns."""
        unknown = [name for name in columns or () if name not in kind.schema.names]
        if unknown or (columns is not None and not columns):
            raise HistoryError(
                f"columns of {kind.name}: expected some of {', '.join(kind.schema.names)}, was {unknown}"
            )
        names = kind.exchange_columns if columns is None else tuple(columns)
        return cls(kind, start_ns, end_ns, key_column, key, bbox, names)

    def run(
        self, database: duckdb.DuckDBPyConnection, folder: Path, entries: Sequence[Entry], logs: Sequence[pa.Table]
    ) -> pa.Table:
        """Select from the files of the manifest and from logged rows; return them in the kind's order."""
        entries = [entry for entry in entries if self.may_hold_rows(entry)]
        logged = [rows for rows in logs if self._overlaps_time(rows)]
        sources: list[str] = []
        if entries:
            sources.append(self._from_files(database))
        if logged:
            database.register("logged", pa.concat_tables(logged))
            sources.append("SELECT * FROM logged")
        labels = {label for entry in entries for label in entry.labels}
        labels.update(label for rows in logged for label in pc.unique(rows.column(LABEL_COLUMN)).to_pylist())
        schema = self._schema(sorted(labels))
        if not sources:
            return schema.empty_table()
        is_in_order = not logged and len(entries) == 1 and entries[0].is_sorted
        if self.kind is TRACKS and self.key is None and self.bbox is None and len(labels) == 1:
            entries = sorted(entries, key=lambda entry: (entry.hour, entry.number))
            paths = [folder / entry.path for entry in entries]
            return read_tracks(paths, logged, self.start_ns, self.end_ns, schema, is_in_order)
        conditions = self._conditions(entries, bool(logged))
        sql = f"SELECT {', '.join(schema.names)} FROM ({' UNION ALL BY NAME '.join(sources)})"
        if conditions:
            sql += f" WHERE {' AND '.join(conditions)}"
        if not is_in_order:
            sql += f" ORDER BY {', '.join(self.kind.order)}, {LABEL_COLUMN}"
        return database.sql(sql, params=self._parameters(sql, folder, entries)).to_arrow_table().cast(schema)

    def _from_files(self, database: duckdb.DuckDBPyConnection) -> str:
        """Select from the files; columns that files of an older program lack are null, where they are asked for."""
        if set(self.columns) <= set(self.kind.exchange_columns):
            return "SELECT * FROM read_parquet($paths)"
        database.register("blank", self.kind.plain_schema.empty_table())
        return "SELECT * FROM read_parquet($paths, union_by_name = true) UNION ALL BY NAME SELECT * FROM blank"

    def may_hold_rows(self, entry: Entry) -> bool:
        """Say whether a file may hold rows that are asked for."""
        if entry.last_ns < self.start_ns or entry.first_ns >= self.end_ns:
            return False
        if isinstance(self.key, str) and self.key not in entry.sensors:
            return False
        if self.bbox is None:
            return True
        if entry.west_south_east_north_deg is None:
            return False
        west, south, east, north = entry.west_south_east_north_deg
        in_latitude = south <= self.bbox[3] and north >= self.bbox[1]
        crosses_180 = self.bbox[0] > self.bbox[2]
        return in_latitude and (crosses_180 or (west <= self.bbox[2] and east >= self.bbox[0]))

    def _overlaps_time(self, rows: pa.Table) -> bool:
        if not len(rows):
            return False
        extremes = pc.min_max(rows.column("time_ns"))
        return bool(extremes["max"].as_py() >= self.start_ns and extremes["min"].as_py() < self.end_ns)

    def _conditions(self, entries: Sequence[Entry], has_logged: bool) -> list[str]:
        conditions = []
        if has_logged or any(e.first_ns < self.start_ns or e.last_ns >= self.end_ns for e in entries):
            # Left out when whole files are wanted: half of the time of such a query would go into the comparison.
            conditions.append("time_ns >= $start_ns AND time_ns < $end_ns")
        if self.key is not None:
            conditions.append(f"{self.key_column} = $key")
        if self.bbox is not None:
            joint = "OR" if self.bbox[0] > self.bbox[2] else "AND"
            conditions.append("latitude_deg BETWEEN $south AND $north")
            conditions.append(f"(longitude_deg >= $west {joint} longitude_deg <= $east)")
        return conditions

    def _parameters(self, sql: str, folder: Path, entries: Sequence[Entry]) -> dict[str, Any]:
        parameters: dict[str, Any] = {
            "paths": [str(folder / entry.path) for entry in entries],
            "start_ns": self.start_ns,
            "end_ns": self.end_ns,
            "key": self.key,
        }
        if self.bbox is not None:
            parameters |= dict(zip(("west", "south", "east", "north"), self.bbox, strict=True))
        return {name: value for name, value in parameters.items() if f"${name}" in sql}

    def _schema(self, labels: Sequence[str]) -> pa.Schema:
        """Return the columns of the answer; with several labels each row says its own."""
        fields = [self.kind.schema.field(name) for name in self.columns]
        if len(labels) > 1:
            fields.append(self.kind.stored_schema.field(LABEL_COLUMN))
        metadata = None
        if labels:
            label = most_restrictive(Label.model_validate_json(text) for text in labels)
            metadata = {LABEL_KEY: label.model_dump_json().encode()}
        return pa.schema(fields, metadata=metadata)
