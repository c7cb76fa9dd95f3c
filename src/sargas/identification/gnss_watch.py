"""The watch over satellite navigation: aircraft by aircraft as reports come, cell by cell every ten seconds."""

from __future__ import annotations

from sargas.identification.address_table import AddressTable
from sargas.identification.gnss import GnssEvent, GnssMonitor
from sargas.identification.gnss_alarms import CellAlarm, CellAlarms
from sargas.identification.gnss_cells import CellCounter
from sargas.model.columns import NS_PER_S, Int64
from sargas.model.parts import pack, unpack
from sargas.model.plots import Plots

MARK = b"SARGAS-GNSS-WATCH-1\n"
COUNT_EVERY_NS = 10 * NS_PER_S
FORGET_EVERY_NS = 600 * NS_PER_S


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

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {"counted_ns": self._counted_ns, "forgot_ns": self._forgot_ns}
        return pack(MARK, header, [part.snapshot() for part in (self.table, self.monitor, self.cells, self.alarms)])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, states = unpack(MARK, data, 4)
        for part, state in zip((self.table, self.monitor, self.cells, self.alarms), states, strict=True):
            part.restore(state.tobytes())
        self._counted_ns, self._forgot_ns = header["counted_ns"], header["forgot_ns"]
