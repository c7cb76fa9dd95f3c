"""Write one Parquet file of the history so that it is there whole or not at all, and say what is in it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sargas.runtime.history.layout import LABEL_COLUMN, Kind, parquet_path, sync_folder
from sargas.runtime.history.manifest import Entry

ROW_GROUP_ROWS = 131_072
_POSITION = ("longitude_deg", "latitude_deg")


def write_parquet(
    folder: Path, kind: Kind, hour: int, number: int, batches: Iterable[pa.Table], is_sorted: bool
) -> Entry:
    """Write rows of one hour to a new file, sync it, give it its name, and return its manifest entry.

    ``batches`` have the columns of ``kind.stored_schema``, plain or dictionary-encoded; at least one row in all.
    """
    path = folder / parquet_path(hour, number)
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_suffix(".parquet.tmp")
    contents = _Contents(kind)
    with pq.ParquetWriter(unfinished, kind.stored_schema, **_parquet_options(kind)) as writer:
        for batch in batches:
            contents.add(batch)
            writer.write_table(batch.cast(kind.stored_schema), row_group_size=ROW_GROUP_ROWS)
    with unfinished.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    unfinished.rename(path)
    sync_folder(path.parent)
    sync_folder(folder)
    return Entry(
        path=str(path.relative_to(folder)),
        number=number,
        hour=hour,
        bytes=path.stat().st_size,
        sha256=digest,
        is_sorted=is_sorted,
        **contents.summary(),
    )


class _Contents:
    """Sum up the rows that pass by."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._rows = 0
        self._times: list[int] = []
        self._sensors: set[str] = set()
        self._labels: set[str] = set()
        self._bounds: list[tuple[float, float, float, float]] = []

    def add(self, batch: pa.Table) -> None:
        """Count a batch in."""
        self._rows += len(batch)
        extremes = pc.min_max(batch.column("time_ns"))
        self._times += [extremes["min"].as_py(), extremes["max"].as_py()]
        sensors = batch.column(self._kind.sensor_column)
        if pa.types.is_list(sensors.type):
            sensors = pc.list_flatten(sensors)
        self._sensors.update(pc.unique(sensors).to_pylist())
        self._labels.update(pc.unique(batch.column(LABEL_COLUMN)).to_pylist())
        east, north = (pc.min_max(batch.column(name)) for name in _POSITION)
        if east["min"].is_valid and north["min"].is_valid:
            self._bounds.append((east["min"].as_py(), north["min"].as_py(), east["max"].as_py(), north["max"].as_py()))

    def summary(self) -> dict[str, Any]:
        """Return the fields of a manifest entry that come from the rows."""
        bounds = None
        if self._bounds:
            west, south, east, north = zip(*self._bounds, strict=True)
            bounds = (min(west), min(south), max(east), max(north))
        return {
            "rows": self._rows,
            "first_ns": min(self._times),
            "last_ns": max(self._times),
            "sensors": tuple(sorted(self._sensors)),
            "labels": tuple(sorted(self._labels)),
            "west_south_east_north_deg": bounds,
        }


def _parquet_options(kind: Kind) -> dict[str, Any]:
    """Choose LZ4 for the exchange columns, which every query reads, and zstd 1 for the bulk that few ask for."""
    leaves = {field.name: _leaf(field) for field in kind.stored_schema}
    hot = {leaves[name]: "lz4" for name in kind.exchange_columns}
    cold = {leaf: "zstd" for name, leaf in leaves.items() if name not in kind.exchange_columns}
    few_values = [leaves[field.name] for field in kind.stored_schema if not pa.types.is_floating(_leaf_type(field))]
    return {
        "compression": hot | cold,
        "compression_level": dict.fromkeys(cold, 1),
        "use_dictionary": [leaf for leaf in few_values if leaf not in ("time_ns", "update_time_ns")],
    }


def _leaf(field: pa.Field) -> str:
    is_list = pa.types.is_list(field.type) or pa.types.is_fixed_size_list(field.type)
    return f"{field.name}.list.element" if is_list else str(field.name)


def _leaf_type(field: pa.Field) -> pa.DataType:
    is_list = pa.types.is_list(field.type) or pa.types.is_fixed_size_list(field.type)
    return field.type.value_type if is_list else field.type
