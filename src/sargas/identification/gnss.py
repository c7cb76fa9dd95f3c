"""GNSS integrity from position reports: which aircraft are jammed or spoofed, since when, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sargas.identification.address_table import AddressTable
from sargas.identification.gnss_aircraft import check_reports
from sargas.identification.gnss_layout import (
    ACCURACY,
    AIRCRAFT,
    EVENT,
    FLICKER,
    JUMP,
    MOTION,
    STALL,
    Fleet,
    reports_of,
)
from sargas.identification.saying import say
from sargas.model.columns import NO_CODE, NS_PER_S, Int64, PlotFlag
from sargas.model.parts import pack, unpack
from sargas.model.plots import Plots
from sargas.model.saying import Said

MARK = b"SARGAS-GNSS-1\n"
FORGET_AFTER_NS = 2 * 3600 * NS_PER_S
"""An aircraft that was silent for so long begins anew."""
_FIRST_ROWS = 64
REASONS = {
    MOTION: "gnss_motion",
    JUMP: "gnss_jump",
    FLICKER: "gnss_flicker",
    STALL: "gnss_stall",
    ACCURACY: "gnss_accuracy",
}
"""Templates of what is odd."""
Cause = Literal["spoofing", "jamming"]


@dataclass(frozen=True, slots=True)
class GnssEvent:
    """A stretch of time in which an aircraft's satellite navigation is not to be trusted; times UTC ns.

    ``found_ns`` is the report that told; ``end_ns`` None while it goes on.
    """

    kind: Cause
    icao_address: int
    start_ns: int
    found_ns: int
    end_ns: int | None
    why: Said


class GnssMonitor:
    """Hold each aircraft's reports against each other. Deterministic; knows only what it was told.

    ``table`` numbers the aircraft; who shares it may not call ``AddressTable.keep`` but by ``forget``.
    """

    def __init__(self, table: AddressTable | None = None) -> None:
        self.table = AddressTable() if table is None else table
        self._aircraft = np.zeros(_FIRST_ROWS, AIRCRAFT)
        self._open: dict[tuple[int, Cause], GnssEvent] = {}

    def update(self, plots: Plots) -> list[GnssEvent]:
        """Take a batch; returns the events that begin (``end_ns`` None) and that end, in order of their reports.

        Reports without ICAO address, with neither position nor velocity, or on the ground say nothing. Each aircraft's
        own must be in order of time; earlier ones are passed over.
        """
        flags = int(PlotFlag.ON_GROUND) | int(PlotFlag.NOT_ICAO)
        has_place = np.isfinite(plots.latitude_deg) & np.isfinite(plots.longitude_deg)
        has_velocity = np.isfinite(plots.velocity_east_mps) & np.isfinite(plots.velocity_north_mps)
        usable = (plots.icao_address != NO_CODE) & (has_place | has_velocity) & np.isnan(plots.azimuth_deg)
        rows = np.flatnonzero(usable & (plots.flags & flags == 0))
        if not len(rows):
            return []
        aircraft = self.table.rows(plots.icao_address[rows])
        reports = reports_of(
            aircraft,
            plots.time_ns[rows],
            plots.nic[rows].astype(np.int64),
            plots.nac_p[rows].astype(np.int64),
            {
                "latitude_deg": plots.latitude_deg[rows],
                "longitude_deg": plots.longitude_deg[rows],
                "east_mps": plots.velocity_east_mps[rows],
                "north_mps": plots.velocity_north_mps[rows],
                "flight_level_ft": plots.flight_level_ft[rows],
            },
        )
        self._make_room()
        events = np.zeros(2 * len(reports), EVENT)
        found = check_reports(reports, self._aircraft, events)
        return [self._tell(event) for event in events[:found]]

    @property
    def aircraft(self) -> int:
        """How many aircraft have reported so far."""
        return len(self.table)

    @property
    def fleet(self) -> Fleet:
        """What is remembered of each aircraft, by row of ``table``."""
        self._make_room()
        return self._aircraft[: len(self.table)]

    def open_events(self) -> list[GnssEvent]:
        """Return what goes on, by start and address."""
        return sorted(self._open.values(), key=lambda event: (event.start_ns, event.icao_address))

    def forget(self, time_ns: int) -> tuple[Int64 | None, list[GnssEvent]]:
        """Forget aircraft silent since two hours before ``time_ns`` (UTC ns).

        Returns the rows kept, in their new order, None when none is forgotten; and the events that end with them.
        """
        fleet = self.fleet
        stays = fleet["heard_ns"] >= time_ns - FORGET_AFTER_NS
        if stays.all():
            return None, []
        gone = set(self.table.addresses[~stays].tolist())
        ended = [event for event in self.open_events() if event.icao_address in gone]
        for event in ended:
            del self._open[event.icao_address, event.kind]
        kept = np.flatnonzero(stays)
        last_ns = dict(zip(self.table.addresses.tolist(), fleet["heard_ns"].tolist(), strict=True))
        aircraft = np.zeros(max(_FIRST_ROWS, 2 * len(kept)), AIRCRAFT)
        aircraft[: len(kept)] = fleet[kept]
        self._aircraft = aircraft
        return kept, [_ended(event, last_ns[event.icao_address]) for event in ended]

    def snapshot(self) -> bytes:
        """Return the whole state but the table as bytes; equal states give equal bytes."""
        header = {"open": [[e.kind, e.icao_address, e.start_ns, e.found_ns, e.why] for e in self._open.values()]}
        return pack(MARK, header, [self.fleet])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot, the table already restored. Raises ValueError for bytes that are none."""
        header, (fleet,) = unpack(MARK, data, 1)
        self._aircraft = np.zeros(max(_FIRST_ROWS, 2 * len(fleet)), AIRCRAFT)
        self._aircraft[: len(fleet)] = fleet
        events = [
            GnssEvent(kind, address, start, found, None, Said(*why))
            for kind, address, start, found, why in header["open"]
        ]
        self._open = {(event.icao_address, event.kind): event for event in events}

    def _make_room(self) -> None:
        if len(self.table) > len(self._aircraft):
            grown = np.zeros(2 * len(self.table), AIRCRAFT)
            grown[: len(self._aircraft)] = self._aircraft
            self._aircraft = grown

    def _tell(self, event: np.void) -> GnssEvent:
        kind: Cause = "jamming" if int(event["why"]) == ACCURACY else "spoofing"
        address = int(self.table.addresses[event["aircraft"]])
        if event["ends"]:
            return _ended(self._open.pop((address, kind)), int(event["start_ns"]))
        told = GnssEvent(
            kind, address, int(event["start_ns"]), int(event["time_ns"]), None, say(REASONS[int(event["why"])])
        )  # fmt: skip
        self._open[address, kind] = told
        return told


def _ended(event: GnssEvent, end_ns: int) -> GnssEvent:
    return GnssEvent(event.kind, event.icao_address, event.start_ns, event.found_ns, end_ns, event.why)
