"""The decoder of one source: datagrams in, columns and sensor statuses out, with what the wire makes it remember."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from sargas.formats.asterix import adsb_plots, radar_plots, sensor_reports, specs, system_tracks
from sargas.formats.asterix.blocks import MOST_BLOCKS, BlockSpan, split_blocks
from sargas.formats.asterix.extract import (
    CUT_OFF,
    EMPTY,
    OK,
    TOO_LONG,
    UNUSED_SLOT,
    ZERO_LENGTH,
    extract_records,
)
from sargas.formats.asterix.framing import final_frames, looks_final
from sargas.formats.asterix.guard import EditionGuard
from sargas.formats.asterix.layout import ABSENT, Layout, compile_layout
from sargas.formats.asterix.sensor_table import MOST_SENSORS, SensorTable
from sargas.formats.asterix.sift import DUPLICATE, KEEP, Rules, SeenRecords, compile_rules, sift_records
from sargas.formats.contract import Decoded, Reject
from sargas.model.columns import NS_PER_S, Int16, Int64, UInt8, UInt64
from sargas.model.parts import Array, pack, unpack
from sargas.model.plots import Plots, concatenate
from sargas.model.records import Sensor, SensorStatus, Source

_DEFAULT_ROTATION_S = 4.0
_SAC, _SIC = 0, 1
MARK = b"SARGAS-ASTERIX-1\n"
_HELD_BACK = "held back: another record of its block broke a rule and the source is not yet proven"
_UNPLACED = "expected I062/105, was absent: a place in I062/100 needs a reference point that the wire does not name"
_TROUBLE = {
    UNUSED_SLOT: "expected {item} within the slots of its layout, was another: wrong edition?",
    TOO_LONG: "expected presence octets of {item} to end, was more than its layout has",
    CUT_OFF: "expected {item} to end within its block, was cut off: wrong edition?",
    ZERO_LENGTH: "expected a length of {item} of at least 1, was 0",
    EMPTY: "expected items in a record, was none",
}


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the records of one category are read."""

    category: specs.Category
    layout: Layout
    rules: Rules

    def describe(self, reason: int, slot: int) -> str:
        item = self.category.slots[slot] if 0 <= slot < len(self.category.slots) else None
        name = "the FSPEC" if slot < 0 else f"FRN {slot + 1}" if item is None else item.name
        return _TROUBLE[reason].format(item=f"I{self.category.number:03d}/{name}")


@dataclass(slots=True)
class _Gathered:
    """What the blocks of one datagram gave so far."""

    plots: list[Plots] = field(default_factory=list)
    tracks: list[Int64] = field(default_factory=list)
    statuses: list[SensorStatus] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    records: int = 0
    duplicates: int = 0
    trailing_octets: int = 0


class AsterixDecoder:
    """Decode the datagrams of one source: deterministic, in the order of arrival."""

    def __init__(self, source: Source, sensors: Sequence[Sensor], readings: Mapping[int, _Reading]) -> None:
        self._source = source
        self._readings = readings
        self._guard = EditionGuard({number: reading.category.edition for number, reading in readings.items()})
        named = {s.sac << 8 | s.sic: s.id for s in sensors if s.sac is not None and s.sic is not None}
        self._sensors = SensorTable(named)
        self._heard: Int16 = np.full(1 << 16, -1, np.int16)
        """SAC << 8 | SIC to the number of a sensor that this source has brought, else -1."""
        self._brought = set[int]()
        """The numbers of these sensors."""
        periods = [s.scan_period_s for s in sensors if s.sac is not None]
        self.seen = SeenRecords(int(max([_DEFAULT_ROTATION_S, *periods]) * NS_PER_S))
        """Memory for duplicates."""
        self._is_first_path = True
        self._correction_ns = round(source.clock_correction_s * NS_PER_S)
        self._doppler_sign = 1.0 if source.doppler_positive == "away" else -1.0
        self._trouble = np.zeros(4, np.int64)
        self._make_room(1500)

    def share_memory(self, other: AsterixDecoder) -> None:
        """Remember records, sensors and scans together with the decoder of another path, before the first datagram.

        For feeds that bring the same radars: a record is taken from the first path, and a scan has one number on all.
        """
        self.seen, self._sensors, self._is_first_path = other.seen, other._sensors, False

    def snapshot(self) -> bytes:
        """Return what it remembers; what paths remember together is the first one's."""
        header, arrays = dict[str, Any](guard=self._guard.to_lists()), list[Array | bytes]([self._heard])
        if self._is_first_path:
            table = self._sensors
            header["ids"] = table.ids
            arrays += [self.seen.hashes, self.seen.times_ns, table.number_of, table.whole, table.real]
        return pack(MARK, header, arrays)

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot of the same path. Raises ValueError for bytes that are none."""
        header, arrays = unpack(MARK, data, 6 if self._is_first_path else 1)
        self._guard.adopt(header["guard"])
        self._heard = arrays[0]
        self._brought = set(self._heard[self._heard >= 0].tolist())
        if self._is_first_path:
            table = self._sensors
            self.seen.hashes, self.seen.times_ns, table.number_of, table.whole, table.real = arrays[1:]
            table.ids = tuple(header["ids"])

    @property
    def clock_offsets_s(self) -> dict[str, float]:
        """Receive time minus stamp of each sensor with enough reports, robust; negative: its clock is ahead."""
        return self._sensors.clock_offsets_s(self._brought)

    @property
    def clock_offset_s(self) -> float | None:
        """What ``clock_correction_s`` leaves of ``clock_offsets_s``, the largest by size; none: no sensor has one."""
        left_s = (offset_s - self._source.clock_correction_s for offset_s in self.clock_offsets_s.values())
        return max(left_s, key=abs, default=None)

    def decode(self, receive_time_ns: int, data: bytes) -> Decoded:
        """Decode one datagram received at ``receive_time_ns`` (UTC ns). Never raises on any bytes."""
        if self._guard.quarantine:
            return Decoded(rejects=(Reject(0, "source is quarantined"),), quarantine=self._guard.quarantine)
        gathered = _Gathered()
        if self._source.framing == "final":
            self._decode_frames(receive_time_ns, data, gathered)
        else:
            self._decode_blocks(receive_time_ns, data, 0, gathered)
            if gathered.rejects and not gathered.records and looks_final(data):
                self._guard.quarantine = 'datagrams are FINAL frames: set framing = "final" of this source'
        if self._guard.quarantine:
            return Decoded(rejects=tuple(gathered.rejects), quarantine=self._guard.quarantine)
        return self._result(receive_time_ns, gathered)

    def _result(self, receive_time_ns: int, gathered: _Gathered) -> Decoded:
        plots, tracks = gathered.plots, None
        if gathered.tracks:
            raw = gathered.tracks[0] if len(gathered.tracks) == 1 else np.concatenate(gathered.tracks)
            tracks = system_tracks.system_tracks(
                raw, receive_time_ns, self._sensors, self._source.label, correction_ns=self._correction_ns
            )
        return Decoded(
            plots=None if not plots else plots[0] if len(plots) == 1 else concatenate(plots),
            tracks=tracks,
            statuses=tuple(gathered.statuses),
            records=gathered.records,
            rejects=tuple(gathered.rejects),
            duplicates=gathered.duplicates,
            trailing_bytes=gathered.trailing_octets,
        )

    def _decode_frames(self, receive_time_ns: int, data: bytes, gathered: _Gathered) -> None:
        frames = final_frames(data)
        if not frames:
            reason = 'expected FINAL frames, was none: set framing = "none" of this source'
            gathered.rejects.append(Reject(0, reason))
            return
        for start, end in frames[:MOST_BLOCKS]:
            self._decode_blocks(receive_time_ns, data[start:end], start, gathered)
        if len(frames) > MOST_BLOCKS:
            gathered.rejects.append(Reject(frames[MOST_BLOCKS][0], f"expected at most {MOST_BLOCKS} frames, was more"))
        gathered.trailing_octets += len(data) - frames[-1][1]

    def _decode_blocks(self, receive_time_ns: int, data: bytes, offset: int, gathered: _Gathered) -> None:
        spans, refused, trailing = split_blocks(data, self._readings)
        gathered.rejects += [Reject(offset + one.offset, one.reason) for one in refused]
        gathered.trailing_octets += trailing
        if not spans:
            return
        octets = np.frombuffer(data, np.uint8)
        for span in spans:
            if self._guard.quarantine:
                gathered.rejects.append(Reject(offset + span.offset, "source is quarantined"))
                return
            self._decode_block(receive_time_ns, octets, span, offset, gathered)

    def _decode_block(
        self, receive_time_ns: int, data: UInt8, span: BlockSpan, offset: int, gathered: _Gathered
    ) -> None:
        reading = self._readings[span.category]
        raw, kept = self._sift(receive_time_ns, data, span, reading)
        rows, is_whole = len(raw), self._trouble[0] == OK
        if kept < rows or not is_whole:
            verdicts = self._verdicts[:rows]
            gathered.duplicates += int((verdicts == DUPLICATE).sum())
            faults = self._faults(rows, reading, offset)
            if faults and not self._guard.is_proven(span.category):
                faults += [
                    Reject(offset + int(self._starts[row]), _HELD_BACK) for row in np.flatnonzero(verdicts == KEEP)
                ]
                kept = 0
            gathered.rejects += faults
            if faults:
                self._guard.note_failure(span.category, faults[0].reason)
            if not kept or self._guard.quarantine:
                return
            raw = raw[verdicts == KEEP]
        if self._trouble[3] and not self._know_sensors(raw):
            gathered.rejects.append(Reject(offset + span.offset, f"expected at most {MOST_SENSORS} sensors, was more"))
            return
        if is_whole and kept:
            self._guard.note_clean(span.category, kept)
        gathered.records += kept
        self._convert(receive_time_ns, span.category, raw, gathered)

    def _sift(self, receive_time_ns: int, data: UInt8, span: BlockSpan, reading: _Reading) -> tuple[Int64, int]:
        """Extract the records of a block and judge them; returns their rows and how many are good."""
        self._make_room(span.octets)
        layout, rules = reading.layout, reading.rules
        room = span.octets // 2 + 1
        raw = self._raw[: room * layout.columns].reshape(room, layout.columns)
        rows = extract_records(
            data, span.offset + 3, span.offset + span.octets, layout.nodes, layout.slots, layout.wanted,
            layout.uap_slots, raw, self._starts, self._hashes, self._trouble,
        )  # fmt: skip
        kept = sift_records(
            raw, rows, self._hashes, span.category, receive_time_ns,
            self.seen.window_ns, self.seen.hashes, self.seen.times_ns,
            rules.columns, rules.lowest, rules.highest, rules.optional, self._heard,
            self._verdicts, self._trouble,
        )  # fmt: skip
        return raw[:rows], kept

    def _faults(self, rows: int, reading: _Reading, offset: int) -> list[Reject]:
        """Say what is wrong with the records of the block just sifted, in their order."""
        verdicts = self._verdicts[:rows]
        faults = [
            Reject(offset + int(self._starts[row]), reading.rules.reasons[int(verdicts[row]) - 2])
            for row in np.flatnonzero(verdicts > DUPLICATE)
        ]
        if self._trouble[0] != OK:
            reason = reading.describe(int(self._trouble[0]), int(self._trouble[2]))
            faults.append(Reject(offset + int(self._trouble[1]), reason))
        return faults

    def _know_sensors(self, raw: Int64) -> bool:
        keys = raw[:, _SAC] << 8 | raw[:, _SIC]
        for key in dict.fromkeys(keys.tolist()):
            if not self._sensors.add(key):
                return False
            self._heard[key] = self._sensors.number_of[key]
            self._brought.add(int(self._heard[key]))
        return True

    def _convert(self, receive_time_ns: int, category: int, raw: Int64, gathered: _Gathered) -> None:
        label, correction_ns = self._source.label, self._correction_ns
        if category == 48:
            plots = radar_plots.radar_plots(
                raw, receive_time_ns, self._sensors, label,
                correction_ns=correction_ns, doppler_sign=self._doppler_sign,
            )  # fmt: skip
            gathered.plots += [] if plots is None else [plots]
        elif category == 21:
            plots = adsb_plots.adsb_plots(raw, receive_time_ns, self._sensors, label, correction_ns=correction_ns)
            gathered.plots += [] if plots is None else [plots]
        elif category == 62:
            gathered.tracks.append(raw.copy())
            unplaced = int((raw[:, system_tracks.LATITUDE] == ABSENT).sum())
            gathered.rejects += [Reject(0, _UNPLACED)] * unplaced
        else:
            gathered.statuses += sensor_reports.sensor_statuses(
                category, raw, receive_time_ns, self._sensors, label,
                origin=self._source.name, correction_ns=correction_ns,
            )  # fmt: skip

    def _make_room(self, octets: int) -> None:
        """Keep buffers for the records that a block of that size can hold: two octets are the least."""
        rows = octets // 2 + 1
        if rows > len(getattr(self, "_hashes", ())):
            columns = max(reading.layout.columns for reading in self._readings.values())
            self._raw: Int64 = np.zeros(rows * columns, np.int64)
            self._starts: Int64 = np.zeros(rows + 1, np.int64)
            self._hashes: UInt64 = np.zeros(rows, np.uint64)
            self._verdicts: Int64 = np.zeros(rows, np.int64)


def open_decoder(source: Source, sensors: Sequence[Sensor]) -> AsterixDecoder:
    """Make the decoder of an ASTERIX source.

    ``source.editions`` overrides ``DEFAULT_EDITIONS`` by category (``"048"``) or expansion (``"048/RE"``). Raises
    ValueError for a category or edition that is not covered, naming those that are.
    """
    unknown = sorted(set(source.editions) - set(specs.DEFAULT_EDITIONS))
    if unknown:
        known = ", ".join(specs.DEFAULT_EDITIONS)
        raise ValueError(f"source {source.name}: expected editions of {known}, was {', '.join(unknown)}")
    editions = {**specs.DEFAULT_EDITIONS, **source.editions}
    try:
        readings = {n: _reading(n, editions[f"{n:03d}"], editions.get(f"{n:03d}/RE")) for n in _CATEGORIES}
    except ValueError as error:
        raise ValueError(f"source {source.name}: {error}") from None
    return AsterixDecoder(source, sensors, readings)


@cache
def _reading(number: int, edition: str, expansion: str | None) -> _Reading:
    paths, mandatory, limits = _CATEGORIES[number]
    category = specs.category(number, edition, expansion)
    return _Reading(category, compile_layout(category, paths), compile_rules(category, paths, mandatory, limits))


_Wanted = tuple[Sequence[str], Sequence[str], Sequence[tuple[str, float, float]]]
_CATEGORIES: dict[int, _Wanted] = {
    21: (adsb_plots.PATHS, adsb_plots.MANDATORY, adsb_plots.LIMITS),
    48: (radar_plots.PATHS, radar_plots.MANDATORY, radar_plots.LIMITS),
    62: (system_tracks.PATHS, system_tracks.MANDATORY, system_tracks.LIMITS),
    **{n: (sensor_reports.PATHS[n], sensor_reports.MANDATORY[n], sensor_reports.LIMITS[n]) for n in (34, 63, 65)},
}
