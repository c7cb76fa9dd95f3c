"""Times of a table's rows: Unix seconds or milliseconds, or UTC as text."""

from __future__ import annotations

import re

import numpy as np

from sargas.formats.positions.dialect import Quantity, Table
from sargas.formats.rows import EARLIEST_UNIX_S, LATEST_UNIX_S, RejectLog, read_numbers
from sargas.model.columns import NO_CODE, Float64, Int64

_UTC_TEXT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,9})?Z?", re.ASCII)


def read_times(table: Table, quantity: Quantity, log: RejectLog) -> Int64:
    """Read the times of a column, UTC ns; ``NO_CODE`` where there is none or it is garbage (logged)."""
    values = table.values(quantity)
    if values is None:
        return np.full(len(table.rows), NO_CODE, np.int64)
    column = table.dialect.columns[quantity]
    rows = range(len(values))
    if column.unit == "utc text":
        found = [_utc_ns(value) for value in values]
        for row, time_ns in enumerate(found):
            if time_ns is None and values[row] is not None:
                log.add(row, f"expected {column.column} as YYYY-MM-DD HH:MM:SS in UTC; field dropped")
        return np.array([NO_CODE if time_ns is None else time_ns for time_ns in found], np.int64)
    per_second = 1e3 if column.unit == "unix ms" else 1.0
    stamps = read_numbers(values, rows, column.column, EARLIEST_UNIX_S * per_second, LATEST_UNIX_S * per_second, log)
    return _ns_of(stamps, per_second)


def _ns_of(stamps: Float64, per_second: float) -> Int64:
    known = ~np.isnan(stamps)
    microseconds = np.round(np.where(known, stamps, 0.0) * (1e6 / per_second)).astype(np.int64)
    return np.where(known, microseconds * 1000, NO_CODE)


def _utc_ns(value: object) -> int | None:
    if not isinstance(value, str) or not _UTC_TEXT.fullmatch(value.strip()):
        return None
    try:
        time_ns = int(np.datetime64(value.strip().rstrip("Z"), "ns").astype(np.int64))
    except (ValueError, OverflowError):
        return None
    return time_ns if EARLIEST_UNIX_S * 1e9 < time_ns < LATEST_UNIX_S * 1e9 else None
