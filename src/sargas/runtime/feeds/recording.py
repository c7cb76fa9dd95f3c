"""Recordings: packets of a pcap file and plots of a Parquet file, played at a chosen speed and never dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sargas.formats.pcap import PcapReader
from sargas.model.arrow_times import whole_ns
from sargas.model.columns import Int64
from sargas.model.plots import EXCHANGE_SCHEMA
from sargas.runtime.clock import Clock
from sargas.runtime.feeds.contract import Emit, Feed
from sargas.runtime.feeds.playback import Pacer, read_ahead
from sargas.runtime.feeds.url import RecordingUrl

_LOOP_GAP_NS = 1_000_000_000


class Moment(NamedTuple):
    """One datagram of a recording and the UTC ns it was received at then."""

    time_ns: int
    data: bytes


class RecordingFeed(Feed):
    """Play a recording once, or with ``loop`` for ever; receive times are the recorded ones, moved on at each round."""

    def __init__(self, url: RecordingUrl, source_name: str, emit: Emit, clock: Clock) -> None:
        super().__init__(source_name, emit, clock)
        self._url = url

    async def run(self) -> None:
        """Play to the end. Raises OSError when the file cannot be read, ValueError when it is not what it should be."""
        shift_ns = 0
        while True:
            last_ns, first_ns = await self._play(shift_ns)
            if not self._url.loop:
                return
            if last_ns is None or first_ns is None:
                raise ValueError(f"{self._url.path}: expected datagrams to repeat, was none")
            shift_ns += last_ns - first_ns + _LOOP_GAP_NS

    async def _play(self, shift_ns: int) -> tuple[int | None, int | None]:
        """Play once; return the last and the first recorded time."""
        first_ns = last_ns = None
        pacer = Pacer(self._url.speed, self._emit)
        async with aclosing(read_ahead(self._moments())) as chunks:
            async for moments in chunks:
                for moment in moments:
                    first_ns = moment.time_ns if first_ns is None else first_ns
                    last_ns = max(moment.time_ns, last_ns or moment.time_ns)
                    await pacer.wait_for(moment.time_ns - first_ns)
                    self.deliver(moment.data, moment.time_ns + shift_ns)
                await asyncio.sleep(0)
        return last_ns, first_ns

    def _moments(self) -> Iterator[Moment]:
        if self._url.scheme == "pcap":
            return _packets(Path(self._url.path), self._url.port)
        return plot_slices(Path(self._url.path), int(self._url.slice_ms * 1e6))


def _packets(path: Path, port: int | None) -> Iterator[Moment]:
    for packet in PcapReader(path.read_bytes()):
        if port is None or packet.port == port:
            yield Moment(packet.time_ns, packet.payload)


def plot_slices(path: Path, slice_ns: int) -> Iterator[Moment]:
    """Cut a file of plots into Arrow IPC streams, one for each slice of receive time, in the order of receive time.

    Of what came at once the earlier seen is first; rows of equal times keep the order of the file. Each stream carries
    the largest receive time in it. A file in this order is read row group by row group, another is sorted in memory.
    Raises ValueError that names every missing column, and for a row without a time.
    """
    with pq.ParquetFile(path) as file:
        missing = [name for name in EXCHANGE_SCHEMA.names if name not in file.schema_arrow.names]
        if missing:
            raise ValueError(f"{path}: expected the plot columns {EXCHANGE_SCHEMA.names}, was without {missing}")
        try:
            order = _order(file.read(["receive_time_ns", "time_ns"]))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        if np.all(np.diff(order) > 0):
            yield from _slices_by_group(file, slice_ns)
        else:
            table = file.read()
            yield from _slices(table.take(pa.array(order)), slice_ns)


def _order(table: pa.Table) -> Int64:
    """Return the rows by time of arrival, then by time seen; a row without that one is the decoder's to refuse."""
    seen = table.column("time_ns").cast(pa.int64()).fill_null(0).to_numpy()
    order: Int64 = np.lexsort((seen, _times(table)))
    return order


def _slices_by_group(file: pq.ParquetFile, slice_ns: int) -> Iterator[Moment]:
    """Read row group by row group; a slice that goes over their edge stays one, however the file was written."""
    rest: pa.Table | None = None
    for group in range(file.num_row_groups):
        read = file.read_row_group(group)
        table = read if rest is None else pa.concat_tables([rest, read])
        slice_of = _times(table) // slice_ns
        cut = int(np.searchsorted(slice_of, slice_of[-1])) if len(slice_of) else 0
        yield from _slices(table.slice(0, cut), slice_ns)
        rest = table.slice(cut)
    if rest is not None:
        yield from _slices(rest, slice_ns)


def _slices(table: pa.Table, slice_ns: int) -> Iterator[Moment]:
    if table.num_rows == 0:
        return
    times_ns = _times(table)
    starts = np.flatnonzero(np.diff(times_ns // slice_ns, prepend=-1))
    for start, stop in zip(starts, [*starts[1:], table.num_rows], strict=True):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.slice(start, stop - start).combine_chunks())
        yield Moment(int(times_ns[stop - 1]), sink.getvalue().to_pybytes())


def _times(table: pa.Table) -> Int64:
    return whole_ns(table.column("receive_time_ns"), "receive_time_ns")
