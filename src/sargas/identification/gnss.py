"""GNSS integrity from position reports: who is jammed or spoofed, since when, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sargas.identification.gnss_aircraft import (
    ACCURACY,
    AIRCRAFT,
    EVENT,
    JUMP,
    MOTION,
    STALL,
    check_reports,
    reports_of,
)
from sargas.model.columns import NO_CODE, Int64, PlotFlag
from sargas.model.plots import Plots

REASONS = {
    MOTION: "the way made and the velocity reported differ by more than 50 m/s, three times in turn",
    JUMP: "the position jumped farther than an aircraft can fly, and stayed there",
    STALL: "under 60 m/s above 25,000 ft after having flown at more than 120 m/s",
    ACCURACY: "NIC below 7 or NACp below 8 for 30 s after having been better",
}


@dataclass(frozen=True, slots=True)
class GnssEvent:
    """A stretch of time in which an aircraft's satellite navigation is not to be trusted; times UTC ns.

    ``found_ns`` is the report that told; ``end_ns`` None while it goes on.
    """

    kind: Literal["spoofing", "jamming"]
    icao_address: int
    start_ns: int
    found_ns: int
    end_ns: int | None
    why: str


class GnssMonitor:
    """Hold each aircraft's reports against each other. Deterministic; knows only what it was told."""

    def __init__(self) -> None:
        self._index: dict[int, int] = {}
        self._aircraft = np.zeros(64, AIRCRAFT)
        self._open: dict[tuple[int, bool], GnssEvent] = {}

    def update(self, plots: Plots) -> list[GnssEvent]:
        """Take a batch; returns the events that begin (``end_ns`` None) and that end, in order of their reports.

        Reports without ICAO address, without position or on the ground say nothing. Each aircraft's own must be in
        order of time; earlier ones are passed over.
        """
        flags = int(PlotFlag.ON_GROUND) | int(PlotFlag.NOT_ICAO)
        usable = (plots.icao_address != NO_CODE) & np.isfinite(plots.latitude_deg) & np.isfinite(plots.longitude_deg)
        rows = np.flatnonzero(usable & (plots.flags & flags == 0))
        if not len(rows):
            return []
        addresses = plots.icao_address[rows]
        reports = reports_of(
            self._places(addresses.astype(np.int64)),
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
        events = np.zeros(2 * len(reports), EVENT)
        found = check_reports(reports, self._aircraft, events)
        known = {place: address for address, place in self._index.items()} if found else {}
        return [self._tell(event, known[int(event["aircraft"])]) for event in events[:found]]

    @property
    def aircraft(self) -> int:
        """How many aircraft have reported so far."""
        return len(self._index)

    def open_events(self) -> list[GnssEvent]:
        """Return what goes on, by start and address."""
        return sorted(self._open.values(), key=lambda event: (event.start_ns, event.icao_address))

    def _places(self, addresses: Int64) -> Int64:
        """Return the place of each report's aircraft (n,); those not heard before get one."""
        heard, which = np.unique(addresses, return_inverse=True)
        for address in heard.tolist():
            self._index.setdefault(address, len(self._index))
        if len(self._index) > len(self._aircraft):
            grown = np.zeros(2 * len(self._index), AIRCRAFT)
            grown[: len(self._aircraft)] = self._aircraft
            self._aircraft = grown
        return np.array([self._index[address] for address in heard.tolist()], np.int64)[which]

    def _tell(self, event: np.void, address: int) -> GnssEvent:
        is_jamming = int(event["why"]) == ACCURACY
        key = (address, is_jamming)
        if event["ends"]:
            begun = self._open.pop(key)
            return GnssEvent(begun.kind, address, begun.start_ns, begun.found_ns, int(event["start_ns"]), begun.why)
        told = GnssEvent(
            "jamming" if is_jamming else "spoofing", address, int(event["start_ns"]), int(event["time_ns"]), None,
            REASONS[int(event["why"])],
        )  # fmt: skip
        self._open[key] = told
        return told
