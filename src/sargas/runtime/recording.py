"""Recordings of others as inputs of the core: which format a file is in, and its datagrams in order of time."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sargas.formats.pcap import PcapReader, is_capture
from sargas.model.arrow_times import as_ns
from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.records import Configuration, Tick
from sargas.runtime.feeds.recording import plot_slices

PLOT_SLICE_NS = NS_PER_S // 10
"""Plots of so much receive time make one datagram of a replayed file."""

PARQUET_MAGIC = b"PAR1"

LONGEST_GAP_TICKS = 120
"""Ticks in a gap without data: enough for every track to drop; a gap of days need not tick through the nights."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded file: its format, and its content as (time UTC ns, bytes), a stretch of one source each."""

    path: Path
    format: str

    def datagrams(self) -> Iterator[tuple[int, bytes]]:
        """Yield the datagrams in order of time. Raises ValueError that names the file when it holds none."""
        if self.format == "plots":
            yield from plot_slices(self.path, PLOT_SLICE_NS)
            return
        is_parquet = self.format == "positions" and _is_parquet(self.path)
        data = _rows_of_parquet(self.path) if is_parquet else self.path.read_bytes()
        try:
            if self.format == "asterix":
                yield from ((packet.time_ns, packet.payload) for packet in PcapReader(data))
            else:
                yield from import_module(f"sargas.formats.{self.format}.recording").slices(data)
        except ValueError as error:
            raise ValueError(f"{self.path}: {error}") from error


def open_recording(path: Path) -> Recording:
    """Recognise a recording by its name and first bytes.

    Raises FileNotFoundError, or ValueError that lists what can be replayed.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head[:2] == b"\x1f\x8b":
        try:
            with gzip.open(path) as unpacked:
                head = unpacked.read(4096)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise ValueError(f"{path}: expected a whole gzip member, was damaged or cut short") from None
    name = path.name.removesuffix(".gz")
    if is_capture(head):
        return Recording(path, "asterix")
    if head[:4] == PARQUET_MAGIC:
        names = pq.read_schema(path).names
        return Recording(path, "positions" if {"timestamp", "icao24"} <= set(names) else "plots")
    if name.endswith(".json") and (b'"trace"' in head or b'"aircraft"' in head):
        return Recording(path, "readsb")
    if name.endswith((".csv", ".json", ".jsonl")):
        return Recording(path, "positions")
    raise ValueError(
        f"{path}: expected a journal folder, a pcap with ASTERIX, plots in Parquet, a readsb trace or aircraft.json, "
        "or a table of positions (CSV, JSON, Parquet); was none of them"
    )


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == PARQUET_MAGIC


def _rows_of_parquet(path: Path) -> bytes:
    """Return the rows of a table as a JSON array, times as UTC nanoseconds."""
    table = pq.read_table(path)
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, as_ns(table.column(place)))
    wanted = [name for name in table.schema.names if not pa.types.is_nested(table.schema.field(name).type)]
    return json.dumps(table.select(wanted).to_pylist(), default=str).encode()


def envelopes(configuration: Configuration, source: str, datagrams: Iterable[tuple[int, bytes]]) -> Iterator[Envelope]:
    """Yield what a node would have journaled: configuration, datagrams, and a tick each second of their time."""
    sequence, tick_ns = 0, None
    for time_ns, data in datagrams:
        if tick_ns is None:
            yield _record(sequence, time_ns, configuration.model_copy(update={"time_ns": time_ns}))
            sequence, tick_ns = sequence + 1, (time_ns // NS_PER_S + 1) * NS_PER_S
        elif time_ns - tick_ns > LONGEST_GAP_TICKS * NS_PER_S:
            for _ in range(LONGEST_GAP_TICKS):
                yield _tick(sequence, tick_ns, configuration)
                sequence, tick_ns = sequence + 1, tick_ns + NS_PER_S
            tick_ns = time_ns // NS_PER_S * NS_PER_S
        while tick_ns <= time_ns:
            yield _tick(sequence, tick_ns, configuration)
            sequence, tick_ns = sequence + 1, tick_ns + NS_PER_S
        yield Envelope(sequence, time_ns, source, "datagram", data)
        sequence += 1
    if tick_ns is not None:
        yield _tick(sequence, tick_ns, configuration)


def _tick(sequence: int, time_ns: int, configuration: Configuration) -> Envelope:
    tick = Tick(
        id=f"{configuration.node}/tick/{time_ns}", time_ns=time_ns, origin=configuration.node, label=configuration.label
    )
    return _record(sequence, time_ns, tick)


def _record(sequence: int, time_ns: int, record: Configuration | Tick) -> Envelope:
    return Envelope(sequence, time_ns, record.origin, "record", record.model_dump_json().encode())
