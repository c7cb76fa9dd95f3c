"""Recordings of positions in order of time, cut into tables of one second that each carry their header."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import numpy as np

from sargas.formats.positions.dialect import Table, read_table
from sargas.formats.positions.times import read_times
from sargas.formats.rows import Malformed, RejectLog, unpack
from sargas.model.columns import NO_CODE, NS_PER_S


def slices(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (time ns, table) second by second in order of time; rows of one second keep their order in the file.

    A row goes by its time of applicability and the slice is stamped with the end of its second. Rows without a time
    come first, so that the decoder counts them. Raises ValueError (Malformed) for a table that is not understood,
    with the known headers, or that holds no row with a time.
    """
    table = read_table(unpack(data))
    unread = RejectLog()
    position_ns, stamp_ns = read_times(table, "position_time", unread), read_times(table, "time", unread)
    time_ns = np.where(position_ns == NO_CODE, stamp_ns, position_ns)
    known = time_ns != NO_CODE
    if not known.any():
        raise Malformed("expected rows with a time, was none")
    second = np.where(known, time_ns, time_ns[known].min()) // NS_PER_S
    order = np.lexsort((np.arange(len(second)), known, second))
    starts = np.flatnonzero(np.r_[True, np.diff(second[order]) > 0])
    for first, last in zip(starts, np.r_[starts[1:], len(order)], strict=True):
        yield (int(second[order[first]]) + 1) * NS_PER_S, _write(table, order[first:last].tolist())


def _write(table: Table, rows: list[int]) -> bytes:
    if table.dialect.container == "json":
        return json.dumps([table.rows[row] for row in rows], separators=(",", ":")).encode()
    text = io.StringIO()
    writer = csv.writer(text, delimiter=table.dialect.delimiter, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(table.rows[row] for row in rows)
    return text.getvalue().encode()
