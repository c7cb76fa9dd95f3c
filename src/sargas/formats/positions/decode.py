"""Decoder of one source of position tables: a whole file or any slice of it that starts with its header."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sargas.formats.contract import Decoded, Reject
from sargas.formats.cooperative import METRES_PER_FOOT, MPS_PER_FPM, MPS_PER_KNOT, PositionMemory, Reports, plots_of
from sargas.formats.positions.dialect import Quantity, Table, read_table
from sargas.formats.positions.times import read_times
from sargas.formats.rows import Malformed, RejectLog, read_callsigns, read_codes, read_numbers, unpack
from sargas.model.columns import NO_CODE, Float64, Int32, PlotFlag, UInt16
from sargas.model.records import Sensor, Source

UNIT_FACTORS = {"m": 1.0, "ft": METRES_PER_FOOT, "m/s": 1.0, "km/h": 1 / 3.6, "kn": MPS_PER_KNOT, "ft/min": MPS_PER_FPM}
LIMITS: dict[Quantity, tuple[float, float]] = {
    "altitude": (-1_000.0, 50_000.0),
    "flight_level": (-1_000.0, 50_000.0),
    "ground_speed": (0.0, 1_500.0),
    "climb": (-300.0, 300.0),
}
"""In metres and metres a second; beyond is garbage (radiosondes reach 40 km)."""
TRUE_TEXTS, FALSE_TEXTS = ("true", "1", "1.0"), ("false", "0", "0.0", "")


@dataclass(slots=True)
class PositionsDecoder:
    """Decode tables of one source; remembers each object's last position so that a held one gives no second plot."""

    source: Source
    memory: PositionMemory = field(default_factory=PositionMemory)
    every_row: bool = False
    """Give every row that has a time, held or without a place: for checks of what a source says, not for tracking."""

    def decode(self, receive_time_ns: int, data: bytes) -> Decoded:
        """Decode one table, gzip or not. Never raises on any bytes; rejects name the row, 0 the first."""
        try:
            table = read_table(unpack(data))
        except Malformed as error:
            return Decoded(rejects=(Reject(error.offset, str(error)),))
        log = RejectLog()
        reports = read_reports(table, log, every_row=self.every_row)
        plots, held = plots_of(reports, None if self.every_row else self.memory, self.source, receive_time_ns)
        return Decoded(plots=plots, records=len(plots), rejects=tuple(log.rejects), duplicates=held)

    def snapshot(self) -> bytes:
        """Return the positions remembered."""
        return json.dumps(self.memory.to_lists()).encode()

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot."""
        self.memory = PositionMemory.from_lists(json.loads(data))


def open_decoder(source: Source, sensors: Sequence[Sensor]) -> PositionsDecoder:
    """Make the decoder of one source; its plots carry the source's ``sensor_id``, else its name."""
    return PositionsDecoder(source)


def read_reports(table: Table, log: RejectLog, *, every_row: bool = False) -> Reports:
    """Read every row that has a time and a place, or with ``every_row`` a time; the others are logged."""
    rows = range(len(table.rows))
    time_ns = read_times(table, "position_time", log)
    stamp_ns = read_times(table, "time", log)
    no_position_time = time_ns == NO_CODE
    latitude_deg = _numbers(table, "latitude", -90, 90, log)
    longitude_deg = _numbers(table, "longitude", -180, 180, log)
    placed = ~np.isnan(latitude_deg) & ~np.isnan(longitude_deg)
    if every_row:  # a velocity holds at the time of its row
        no_position_time |= ~placed & (stamp_ns != NO_CODE)
    time_ns = np.where(no_position_time, stamp_ns, time_ns)
    whole = (time_ns != NO_CODE) & (placed | every_row)
    log.add_where(~whole, rows, "expected a row with time, latitude and longitude; row dropped")
    ground_speed_mps, track_deg = _metric(table, "ground_speed", log), _numbers(table, "track", -360, 360, log) % 360.0
    if every_row:  # a speed without direction is still a speed: checks hold lengths against each other
        track_deg = np.where(np.isnan(track_deg) & ~np.isnan(ground_speed_mps), 0.0, track_deg)
    address, callsign = _addresses(table, log), read_callsigns(_values(table, "callsign"), rows, log)
    codes = read_codes(_values(table, "mode_3a"), rows, "squawk", 8, 4, log).astype(np.int16)
    nothing = np.full(len(rows), NO_CODE, np.int8)
    reports = Reports(
        keys=[
            f"{code:06x}" if code >= 0 else name.decode()
            for code, name in zip(address.tolist(), callsign.tolist(), strict=True)
        ],
        time_ns=time_ns,
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        altitude_m=_metric(table, "altitude", log),
        flight_level_ft=_metric(table, "flight_level", log) / METRES_PER_FOOT,
        ground_speed_mps=ground_speed_mps,
        track_deg=track_deg,
        climb_mps=_metric(table, "climb", log),
        icao_address=address,
        mode_3a=codes,
        callsign=callsign,
        nic=nothing,
        nac_p=nothing,
        sil=nothing,
        flags=_flags(table, log),
        claim=nothing,
    )
    return reports.take(np.flatnonzero(whole))


def _values(table: Table, quantity: Quantity) -> list[Any]:
    values = table.values(quantity)
    return [None] * len(table.rows) if values is None else values


def _numbers(table: Table, quantity: Quantity, low: float, high: float, log: RejectLog) -> Float64:
    values = _values(table, quantity)
    column = table.dialect.columns.get(quantity)
    if column is not None and column.pattern is not None:
        found = [re.search(column.pattern, value) if isinstance(value, str) else None for value in values]
        values = [None if match is None else match[1] for match in found]
    name = quantity if column is None else column.column
    return read_numbers(values, range(len(values)), name, low, high, log)


def _metric(table: Table, quantity: Quantity, log: RejectLog) -> Float64:
    column = table.dialect.columns.get(quantity)
    factor = 1.0 if column is None else UNIT_FACTORS[column.unit]
    low, high = LIMITS[quantity]
    return _numbers(table, quantity, low / factor, high / factor, log) * factor


def _addresses(table: Table, log: RejectLog) -> Int32:
    return read_codes(_values(table, "address"), range(len(table.rows)), "icao24", 16, 6, log)


def _flags(table: Table, log: RejectLog) -> UInt16:
    flags = np.zeros(len(table.rows), np.uint16)
    marks: tuple[tuple[Quantity, PlotFlag], ...] = (("on_ground", PlotFlag.ON_GROUND), ("spi", PlotFlag.SPI))
    for quantity, mark in marks:
        for row, value in enumerate(_values(table, quantity)):
            text = str(value).strip().lower()
            if value is not None and text in TRUE_TEXTS:
                flags[row] |= int(mark)
            elif value is not None and text not in FALSE_TEXTS:
                log.add(row, f"expected {quantity} true or false; field dropped")
    return flags
