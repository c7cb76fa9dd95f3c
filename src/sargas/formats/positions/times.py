"""Times of a table's rows: Unix seconds, stamps of any usual unit, or UTC as text."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from sargas.formats.positions.dialect import Quantity, Table
from sargas.formats.rows import EARLIEST_UNIX_S, LATEST_UNIX_S, RejectLog, read_numbers
from sargas.model.columns import NO_CODE, NS_PER_S, Float64, Int64

_UTC_TEXT = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?)\s?(?:Z|UTC|([+-])(\d\d):?([0-5]\d))?", re.ASCII
)
PER_SECOND = (1.0, 1e3, 1e6, 1e9)
"""Units of a stamp: pandas writes milliseconds, other versions and tools seconds, microseconds or nanoseconds."""


def read_times(table: Table, quantity: Quantity, log: RejectLog) -> Int64:
    """Read the times of a column, UTC ns; ``NO_CODE`` where there is none or it is garbage (logged)."""
    values = table.values(quantity)
    if values is None:
        return np.full(len(table.rows), NO_CODE, np.int64)
    column = table.dialect.columns[quantity]
    rows = range(len(values))
    if column.unit == "stamp":
        return _read_stamps(values, column.column, log)
    if column.unit == "utc text":
        found = [_utc_ns(value) for value in values]
        for row, time_ns in enumerate(found):
            if time_ns is None and values[row] is not None:
                log.add(row, f"expected {column.column} as YYYY-MM-DD HH:MM:SS in UTC; field dropped")
        return np.array([NO_CODE if time_ns is None else time_ns for time_ns in found], np.int64)
    return _ns_of(read_numbers(values, rows, column.column, EARLIEST_UNIX_S, LATEST_UNIX_S, log), 1.0)


def _read_stamps(values: list[Any], name: str, log: RejectLog) -> Int64:
    """Read stamps: text in UTC, or numbers whose size tells their unit, for this century's differ a thousandfold."""
    found = np.array([NO_CODE if (ns := _utc_ns(value)) is None else ns for value in values], np.int64)
    numbers = [None if known != NO_CODE else value for known, value in zip(found.tolist(), values, strict=True)]
    stamps = read_numbers(numbers, range(len(values)), name, EARLIEST_UNIX_S, LATEST_UNIX_S * PER_SECOND[-1], log)
    unread = ~np.isnan(stamps)
    for per_second in PER_SECOND:
        fits = (stamps > EARLIEST_UNIX_S * per_second) & (stamps < LATEST_UNIX_S * per_second)
        found[fits] = _ns_of(stamps[fits], per_second)
        unread &= ~fits
    log.add_where(unread, range(len(values)), f"expected {name} as a time of this century; field dropped")
    return found


def _ns_of(stamps: Float64, per_second: float) -> Int64:
    known = ~np.isnan(stamps)
    microseconds = np.round(np.where(known, stamps, 0.0) * (1e6 / per_second)).astype(np.int64)
    return np.where(known, microseconds * 1000, NO_CODE)


def _utc_ns(value: object) -> int | None:
    match = _UTC_TEXT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        time_ns = int(np.datetime64(f"{match[1]}T{match[2]}", "ns").astype(np.int64))
    except (ValueError, OverflowError):
        return None
    if match[3]:
        ahead_ns = (int(match[4]) * 60 + int(match[5])) * 60 * NS_PER_S
        time_ns -= ahead_ns if match[3] == "+" else -ahead_ns
    return time_ns if EARLIEST_UNIX_S * 1e9 < time_ns < LATEST_UNIX_S * 1e9 else None
