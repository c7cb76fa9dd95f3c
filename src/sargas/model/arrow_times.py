"""Columns of times as files have them: whole nanoseconds, or times of a calendar in any unit."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import pyarrow as pa

from sargas.model.columns import Int64

Column = TypeVar("Column", pa.Array, pa.ChunkedArray)


def as_ns(column: Column) -> Column:
    """Cast a column of times to int64 UTC ns, nulls kept; times of a calendar without a zone are UTC.

    Raises pyarrow's errors for what is no time.
    """
    kind = column.type
    return (column.cast(pa.timestamp("ns", kind.tz)) if pa.types.is_timestamp(kind) else column).cast(pa.int64())


def whole_ns(column: pa.Array | pa.ChunkedArray, name: str = "time_ns") -> Int64:
    """Return a column of times as UTC ns; times of a calendar without a zone are UTC.

    Raises ValueError for other than whole numbers and times of a calendar, and for an empty row.
    """
    try:
        whole = as_ns(column)
    except pa.ArrowException as error:
        raise ValueError(f"expected {name} as whole nanoseconds, was {column.type}: {error}: convert it") from None
    if whole.null_count:
        raise ValueError(f"expected {name} as whole nanoseconds in every row, was null in {whole.null_count}: fill it")
    return np.asarray(whole.to_numpy(), np.int64)
