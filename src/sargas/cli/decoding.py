"""The work of ``sargas decode``: reads a recording, decodes it and writes JSON lines or Parquet."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress

from sargas.cli.failure import Failure
from sargas.formats import registry
from sargas.formats.asterix.content import physical_items
from sargas.formats.asterix.framing import HEADER_OCTETS, final_frames
from sargas.formats.asterix.read import Record, decode_datagram
from sargas.formats.asterix.specs import DEFAULT_EDITIONS, Category, category
from sargas.formats.contract import Decoded
from sargas.formats.pcap import PcapReader, is_capture
from sargas.model.plots import Plots, concatenate
from sargas.model.records import Source
from sargas.model.tracks import Tracks

Framing = Literal["none", "final"]
_ROWS_A_GROUP = 200_000
_PROGRESS_FROM_OCTETS = 1_000_000
_TIME_ITEMS = {21: ("071", "073", "077"), 34: ("030",), 48: ("140",), 62: ("070",), 63: ("030",), 65: ("030",)}


@dataclass(slots=True)
class _Recording:
    """The datagrams of a file, with how far reading has come."""

    data: bytes
    framing: Framing
    received_ns: int
    splits: bool
    pcap: PcapReader | None = None
    position: int = 0

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        if self.pcap is not None:
            for packet in self.pcap:
                self.position = self.pcap.position
                yield packet.time_ns, packet.payload
            return
        while self.position < len(self.data):
            end = self._end() if self.splits else len(self.data)
            datagram, self.position = self.data[self.position : end], end
            yield self.received_ns, datagram

    def _end(self) -> int:
        """Cut raw octets at a block, or at a frame; what has no possible length is one last piece."""
        at = self.position
        length = self.data[at : at + 2] if self.framing == "final" else self.data[at + 1 : at + 3]
        octets = int.from_bytes(length, "big")
        least = HEADER_OCTETS if self.framing == "final" else 3
        return at + octets if least < octets <= len(self.data) - at else len(self.data)


@dataclass(slots=True)
class _Tally:
    datagrams: int = 0
    records: int = 0
    duplicates: int = 0
    trailing_bytes: int = 0
    plots: int = 0
    tracks: int = 0
    statuses: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, decoded: Decoded) -> None:
        self.datagrams += 1
        self.records += decoded.records
        self.duplicates += decoded.duplicates
        self.trailing_bytes += decoded.trailing_bytes
        self.plots += 0 if decoded.plots is None else len(decoded.plots)
        self.tracks += 0 if decoded.tracks is None else len(decoded.tracks)
        self.statuses += len(decoded.statuses)
        self.reasons.update(reject.reason for reject in decoded.rejects)


class _Writer(Protocol):
    def add(self, receive_time_ns: int, datagram: bytes, decoded: Decoded) -> None: ...

    def close(self) -> tuple[int, str, str]:
        """Finish; returns what was written: how many, of what, and what was left out in words."""
        ...

    def abort(self) -> None:
        """Let go of the output, finished or not."""
        ...


class _JsonLines:
    """Write every record that was not refused, with all its items."""

    def __init__(self, path: Path, categories: Mapping[int, Category], framing: Framing) -> None:
        self._file = path.open("w", encoding="utf-8")
        self._categories = categories
        self._header = HEADER_OCTETS if framing == "final" else 0
        self._written = 0

    def add(self, receive_time_ns: int, datagram: bytes, decoded: Decoded) -> None:
        refused = {reject.offset for reject in decoded.rejects}
        for start, piece in self._pieces(datagram):
            for record in decode_datagram(piece, self._categories).records:
                if start + record.offset not in refused:
                    self._file.write(json.dumps(_record_object(record, receive_time_ns)) + "\n")
                    self._written += 1

    def _pieces(self, datagram: bytes) -> list[tuple[int, bytes]]:
        if not self._header:
            return [(0, datagram)]
        return [(start, datagram[start:end]) for start, end in final_frames(datagram)]

    def close(self) -> tuple[int, str, str]:
        self._file.close()
        return self._written, "records", ""

    def abort(self) -> None:
        self._file.close()


class _Columns:
    """Write plots in groups of rows; tracks only when there is no plot at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._plots: list[Plots] = []
        self._waiting = 0
        self._written = 0
        self._tracks: list[Tracks] = []
        self._writer: pq.ParquetWriter | None = None

    def add(self, receive_time_ns: int, datagram: bytes, decoded: Decoded) -> None:
        del receive_time_ns, datagram
        if decoded.tracks is not None:
            self._tracks.append(decoded.tracks)
        if decoded.plots is not None:
            self._plots.append(decoded.plots)
            self._waiting += len(decoded.plots)
            if self._waiting >= _ROWS_A_GROUP:
                self._flush()

    def _flush(self) -> None:
        table = pa.Table.from_batches([concatenate(self._plots).to_arrow()])
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema)
        self._writer.write_table(table)
        self._written += self._waiting
        self._plots, self._waiting = [], 0

    def close(self) -> tuple[int, str, str]:
        if self._plots:
            self._flush()
        tracks = sum(map(len, self._tracks))
        if self._writer is not None:
            self._writer.close()
            left_out = f"{tracks} tracks of category 062: a Parquet file holds plots or tracks" if tracks else ""
            return self._written, "plots", left_out
        if not tracks:
            return 0, "plots", ""
        pq.write_table(pa.Table.from_batches([t.to_arrow() for t in self._tracks]).unify_dictionaries(), self._path)
        return tracks, "tracks", ""

    def abort(self) -> None:
        if self._writer is not None:
            self._writer.close()


def decode_file(
    file: Path, out: Path, format_name: str, editions: dict[str, str], framing: Framing, received_ns: int | None
) -> dict[str, Any]:
    """Decode a recording into ``out`` and return the summary; the output appears whole or not at all.

    Raises Failure for what cannot be read, a quarantined source and a recording without one good record.
    """
    recording = _open(file, format_name, framing, received_ns)
    try:
        source = Source(name=file.name, format=format_name, editions=editions, framing=framing)
        decoder = registry.open_decoder(source, ())
        partial = out.with_name(f".{out.name}.partial")
        writer = _open_writer(out, partial, format_name, editions, framing)
    except (ValueError, ValidationError, OSError) as error:
        raise Failure(f"{file}: {error}") from None
    tally = _Tally()
    try:
        with Progress(console=Console(file=sys.stderr), transient=True, disable=not _is_long(recording)) as progress:
            task = progress.add_task("decoding", total=len(recording.data))
            for receive_time_ns, datagram in recording:
                decoded = decoder.decode(receive_time_ns, datagram)
                tally.add(decoded)
                if decoded.quarantine:
                    raise Failure(f"{file}: {decoded.quarantine} (here: --edition, --framing)")
                writer.add(receive_time_ns, datagram, decoded)
                if tally.datagrams % 256 == 0:
                    progress.update(task, completed=recording.position)
        written, content, left_out = writer.close()
        if tally.records == 0:
            reasons = "; ".join(f"{reason} ({n} x)" for reason, n in tally.reasons.most_common(3))
            raise Failure(f"{file}: no {format_name} record could be decoded: {reasons or 'it holds no datagram'}")
        if partial.exists():
            partial.replace(out)
    finally:
        writer.abort()
        partial.unlink(missing_ok=True)
    offsets = getattr(decoder, "clock_offsets_s", {}) if recording.pcap is not None else {}
    return _summary(file, out, format_name, tally, recording, offsets) | {
        "written": written,
        "content": content,
        "left_out": left_out or ("no plot or track: nothing was written" if not written else ""),
    }


def _open(file: Path, format_name: str, framing: Framing, received_ns: int | None) -> _Recording:
    try:
        data = file.read_bytes()
        when = received_ns if received_ns is not None else file.stat().st_mtime_ns
        pcap = PcapReader(data) if is_capture(data) else None
    except (OSError, ValueError) as error:
        raise Failure(f"{file}: {error}") from None
    return _Recording(data, framing, when, splits=format_name == "asterix", pcap=pcap)


def _open_writer(out: Path, partial: Path, format_name: str, editions: Mapping[str, str], framing: Framing) -> _Writer:
    if out.suffix == ".parquet":
        return _Columns(partial)
    if out.suffix != ".jsonl":
        raise ValueError(f"expected an output file *.jsonl or *.parquet, was {out.name}")
    if format_name != "asterix":
        raise ValueError(f"expected a *.parquet output for format {format_name}: only asterix has items to list")
    chosen = {**DEFAULT_EDITIONS, **editions}
    numbers = [int(name) for name in chosen if "/" not in name]
    categories = {n: category(n, chosen[f"{n:03d}"], chosen.get(f"{n:03d}/RE")) for n in numbers}
    return _JsonLines(partial, categories, framing)


def _is_long(recording: _Recording) -> bool:
    return len(recording.data) > _PROGRESS_FROM_OCTETS and sys.stderr.isatty()


def _record_object(record: Record, receive_time_ns: int) -> dict[str, Any]:
    items = physical_items(record.category, record.items)
    source = items.get("010")
    names = source if isinstance(source, dict) else {}
    times = (items[name] for name in _TIME_ITEMS[record.category.number] if name in items)
    return {
        "category": record.category.number,
        "edition": record.category.edition,
        "sac": _code(names.get("SAC")),
        "sic": _code(names.get("SIC")),
        "time_of_day_s": next(times, None),
        "receive_time_ns": receive_time_ns,
        "items": items,
    }


def _code(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _summary(
    file: Path, out: Path, format_name: str, tally: _Tally, recording: _Recording, offsets: Mapping[str, float]
) -> dict[str, Any]:
    return {
        "file": str(file),
        "format": format_name,
        "out": str(out),
        "datagrams": tally.datagrams,
        "records": tally.records,
        "plots": tally.plots,
        "tracks": tally.tracks,
        "statuses": tally.statuses,
        "duplicates": tally.duplicates,
        "rejected": tally.reasons.total(),
        "reject_reasons": dict(tally.reasons.most_common()),
        "trailing_bytes": tally.trailing_bytes,
        "skipped_packets": {} if recording.pcap is None else dict(recording.pcap.skipped),
        "clock_offsets_s": {name: round(offset, 6) for name, offset in sorted(offsets.items())},
    }
