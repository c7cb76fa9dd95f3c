"""The watch over satellite navigation: aircraft by aircraft as reports come, cell by cell every ten seconds."""

from __future__ import annotations

from typing import Literal, NamedTuple

import h3.api.basic_int as h3
import numpy as np

from sargas.identification.address_table import AddressTable
from sargas.identification.gnss import GnssEvent, GnssMonitor
from sargas.identification.gnss_alarms import CellAlarm, CellAlarms
from sargas.identification.gnss_areas import Area
from sargas.identification.gnss_cells import WINDOW_NS, CellCounter
from sargas.identification.gnss_motion import METRES_PER_DEGREE
from sargas.identification.gnss_source import Source, locate_source
from sargas.model.columns import NS_PER_S, Int64
from sargas.model.parts import Part, pack, unpack
from sargas.model.plots import Plots

MARK = b"SARGAS-GNSS-WATCH-1\n"
COUNT_EVERY_NS = 10 * NS_PER_S
FORGET_EVERY_NS = 600 * NS_PER_S
AROUND_M = 400e3
"""Aircraft so far around an area help to find its source."""


class AreaCount(NamedTuple):
    """Distinct aircraft of an area in ten minutes, and what its cells say together."""

    aircraft: int
    affected: int
    share: float
    confidence: float
    is_loud: bool
    cause: Literal["spoofing", "jamming"]


class GnssWatch:
    """Know which aircraft and which cells are disturbed. Deterministic; knows only what it was told."""

    def __init__(self) -> None:
        self.table = AddressTable()
        self.monitor = GnssMonitor(self.table)
        self.cells = CellCounter()
        self.alarms = CellAlarms()
        self._counted_ns = 0
        self._forgot_ns = 0
        self.renumbered: Int64 | None = None
        """Rows kept by the last ``advance``, in their new order; None: it left the numbers as they are."""

    def update(self, plots: Plots) -> list[GnssEvent]:
        """Take cooperative reports; return what begins and ends of aircraft."""
        return self.monitor.update(plots)

    def is_due(self, time_ns: int) -> bool:
        """Say whether the cells are to be counted at ``time_ns``."""
        return time_ns - self._counted_ns >= COUNT_EVERY_NS

    def advance(self, time_ns: int) -> tuple[list[CellAlarm], list[GnssEvent]]:
        """Count the cells at ``time_ns`` (UTC ns); return their alarms that begin and end, and what ends by silence."""
        self.renumbered = None
        self._counted_ns = time_ns
        alarms = self.alarms.update(self.cells.update(self.monitor.fleet, time_ns), time_ns)
        ended = list[GnssEvent]()
        if time_ns - self._forgot_ns >= FORGET_EVERY_NS:
            self._forgot_ns = time_ns
            kept, ended = self.monitor.forget(time_ns)
            if kept is not None:
                self.table.keep(kept)
                self.cells.keep(kept)
                self.renumbered = kept
        return alarms, ended

    def count_area(self, cells: tuple[int, ...], is_high: bool) -> AreaCount:
        """Count the aircraft of several cells of one band, each once; of cells judged with those around, these too."""
        states = [self.alarms.states[cell, is_high] for cell in cells if (cell, is_high) in self.alarms.states]
        if all(state.is_pooled for state in states):
            cells = tuple({near for cell in cells for near in h3.grid_disk(cell, 1)})
        visits = self.cells.visits
        inside = np.isin(visits["cell"], np.array(cells, np.int64)) & (visits["is_high"] == is_high)
        was_bad = inside & (visits["bad_ns"] >= self._counted_ns - WINDOW_NS)
        aircraft, affected, spoofed = (
            len(np.unique(visits["aircraft"][rows]))
            for rows in (inside, was_bad, was_bad & (visits["is_spoofed"] != 0))
        )
        return AreaCount(
            aircraft,
            affected,
            max(affected - 1, 0) / max(aircraft, 1),
            max((state.confidence for state in states), default=0.0),
            any(state.is_loud for state in states),
            "spoofing" if 2 * spoofed > affected else "jamming",
        )

    def locate(self, area: Area) -> Source | None:
        """Estimate where the source of an area's disturbance stands, from the aircraft around it."""
        visits = self.cells.visits
        inside = np.isin(visits["cell"], np.array(area.cells, np.int64))
        if not inside.any():
            return None
        latitude, longitude = visits["latitude_deg"], visits["longitude_deg"]
        middle = float(latitude[inside].mean()), float(longitude[inside].mean())
        north_m = (latitude - middle[0]) * METRES_PER_DEGREE
        east_m = (longitude - middle[1]) * METRES_PER_DEGREE * np.cos(np.deg2rad(middle[0]))
        return locate_source(visits[np.hypot(east_m, north_m) <= AROUND_M], area.start_ns)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {"counted_ns": self._counted_ns, "forgot_ns": self._forgot_ns}
        return pack(MARK, header, [part.snapshot() for part in (self.table, self.monitor, self.cells, self.alarms)])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, states = unpack(MARK, data, 4)
        parts: tuple[Part, ...] = (self.table, self.monitor, self.cells, self.alarms)
        for part, state in zip(parts, states, strict=True):
            part.restore(state.tobytes())
        self._counted_ns, self._forgot_ns = header["counted_ns"], header["forgot_ns"]
