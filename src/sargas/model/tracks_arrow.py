"""Read tracks back from Arrow: any table with the exchange columns; what it lacks is null."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sargas.model.arrow_times import as_ns, whole_ns
from sargas.model.columns import NO_CODE, UInt64
from sargas.model.label import Label
from sargas.model.plots import LABEL_KEY, TEXTS
from sargas.model.tracks import ECHO_COLUMNS, EXCHANGE_SCHEMA, QUALITY_COLUMNS, Tracks, TrackStatus


def tracks_from_arrow(table: pa.Table, label: Label | None = None) -> Tracks:
    """Read a table with at least the exchange columns of spec/tracks.md.

    The label comes from its metadata unless given. Raises ValueError that names every missing column, and for a row
    without a time or number, and a status or a code that is none.
    """
    missing = [name for name in EXCHANGE_SCHEMA.names if name not in table.schema.names]
    if missing:
        raise ValueError(f"expected the track columns {EXCHANGE_SCHEMA.names}, was without {missing}")
    if label is None:
        stored = (table.schema.metadata or {}).get(LABEL_KEY)
        label = Label.model_validate_json(stored) if stored else Label()
    if nameless := table.column("track_id").null_count:
        raise ValueError(f"expected a track_id in every row, was null in {nameless}: fill it")
    exchange: dict[str, Any] = {field.name: _numbers(table, field.name, field.type) for field in EXCHANGE_SCHEMA}
    exchange["time_ns"] = whole_ns(table.column("time_ns")).copy()
    extension = {name: read(table, name) for name, read in _READERS.items() if name in table.schema.names}
    if "contributing_sensors" in table.schema.names:
        extension["contributing"], extension["sensor_ids"] = _sensors(_whole(table, "contributing_sensors"))
    return Tracks.of(**exchange, label=label, **extension)


def _whole(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _numbers(table: pa.Table, name: str, kind: pa.DataType) -> np.ndarray[Any, Any]:
    null = np.nan if pa.types.is_floating(kind) else 0
    return _whole(table, name).cast(kind).fill_null(null).to_numpy(zero_copy_only=False).copy()


def _matrix(table: pa.Table, name: str) -> np.ndarray[Any, Any]:
    column = _whole(table, name)
    width, inner = column.type.list_size, column.type.value_type.to_pandas_dtype()
    rows = np.full((len(column), width), np.nan, inner)
    known = column.is_valid().to_numpy(zero_copy_only=False)
    rows[known] = column.drop_null().flatten().to_numpy(zero_copy_only=False).reshape(-1, width)
    return rows


def _status(table: pa.Table, name: str) -> np.ndarray[Any, Any]:
    codes = {status.name.lower(): int(status) for status in TrackStatus} | {None: int(TrackStatus.CONFIRMED)}
    told = _whole(table, name).cast(pa.string()).to_pylist()
    strange = sorted({value for value in told if value not in codes})
    if strange:
        raise ValueError(f"expected a status out of {', '.join(str(c) for c in codes if c)}, was {strange}")
    return np.array([codes[value] for value in told], np.uint8)


def _update_time(table: pa.Table, name: str) -> np.ndarray[Any, Any]:
    times = as_ns(_whole(table, name)), as_ns(_whole(table, "time_ns"))
    return pc.coalesce(*times).to_numpy(zero_copy_only=False).copy()


def _codes(base: int, kind: Any) -> Any:
    def read(table: pa.Table, name: str) -> np.ndarray[Any, Any]:
        return np.array([NO_CODE if v is None else int(v, base) for v in _whole(table, name).to_pylist()], kind)

    return read


def _texts(table: pa.Table, name: str) -> np.ndarray[Any, Any]:
    size = TEXTS[name]
    found = [(v or "").encode("ascii", "replace")[:size] for v in _whole(table, name).to_pylist()]
    return np.array(found, f"S{size}")


def _whole_codes(table: pa.Table, name: str) -> np.ndarray[Any, Any]:
    return _whole(table, name).fill_null(NO_CODE).to_numpy(zero_copy_only=False).copy()


def _sensors(lists: pa.Array) -> tuple[UInt64, tuple[str, ...]]:
    names = sorted(set(lists.flatten().to_pylist()))
    index = {name: place for place, name in enumerate(names)}
    masks = np.zeros((len(lists), max(1, -(-len(names) // 64))), np.uint64)
    rows = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    for row, name in zip(rows.tolist(), lists.flatten().to_pylist(), strict=True):
        masks[row, index[name] // 64] |= np.uint64(1 << (index[name] % 64))
    return masks, tuple(names)


_READERS: dict[str, Any] = {
    "covariance": _matrix,
    "status": _status,
    "update_time_ns": _update_time,
    "class_probabilities": _matrix,
    "icao_address": _codes(16, np.int32),
    "mode_3a": _codes(8, np.int16),
    "callsign": _texts,
    "uas_id": _texts,
    "network_id": _texts,
    "flags": lambda table, name: _numbers(table, name, pa.uint16()),
    "group_id": _whole_codes,
    "network_since_ns": _whole_codes,
    **{name: lambda table, name: _numbers(table, name, pa.float32()) for name in (*QUALITY_COLUMNS, *ECHO_COLUMNS)},
}
