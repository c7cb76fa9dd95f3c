"""Senders: what every aircraft and drone says of its own place, and what tells against it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np

from sargas.geo.wgs84 import wrapped_longitudes_deg
from sargas.identification.sender_kernels import (
    BURST,
    HEARD_REPORT,
    METRES_PER_DEGREE,
    SENDER,
    SERIAL,
    hear_reports,
)
from sargas.model.columns import NO_CODE, NS_PER_S, Float64, Int64, PlotFlag
from sargas.model.parts import pack, unpack
from sargas.model.plots import Plots
from sargas.sensors.site import Sites

MARK = b"SARGAS-SENDERS-1\n"
DRONE = 1 << 32
"""Keys of Remote ID serials begin here, below are 24-bit addresses."""
NOBODY = -1
FORGET_NS = 600 * NS_PER_S
MOST_SENDERS = 20_000
"""Fake serials are cheap: beyond so many the longest unheard are forgotten."""
BURST_IDS, BURST_NS = 10, 10 * NS_PER_S
"""More new serials than so many within so long at one receiver are a flood."""
FAR_RANGES = 3.0
"""A place is impossible beyond so many times its receiver's range."""
FEET_M = 0.3048
SERIAL_PATTERN = re.compile(rb"[0-9A-HJ-NP-Z]{4}([1-9A-F])([0-9A-HJ-NP-Z]+)")
"""CTA-2063-A: four characters of the maker, one of the length, then so many."""


class Said(NamedTuple):
    """What senders last said, moved on to one time; columns of one length, NaN and 0 of those not heard."""

    time_ns: Int64
    latitude_deg: Float64
    longitude_deg: Float64
    is_drone: np.ndarray[Any, np.dtype[np.bool_]]
    is_poor: np.ndarray[Any, np.dtype[np.bool_]]
    """NIC below 7 or NACp below 8, where said."""
    nic: Int64
    nac_p: Int64
    tell_ns: Int64
    """(n, TELLS)."""


class SenderBook:
    """Remember what each sender last said, by address or serial. Deterministic; knows only what it was told."""

    def __init__(self) -> None:
        self._senders = np.zeros(64, SENDER)
        self._row = dict[int, int]()
        self._free = list(range(63, -1, -1))
        self._serials = dict[bytes, int]()
        self._next_serial = 0
        self._new = dict[str, list[int]]()
        """By receiver, when it first heard its newest serials."""
        self._gap_m = np.full(1, np.nan)

    def __len__(self) -> int:
        return len(self._row)

    def key_of_serial(self, uas_id: bytes) -> int:
        """Return the key of a Remote ID serial; ``NOBODY`` for one not heard."""
        return self._serials.get(uas_id, NOBODY)

    def hear(self, plots: Plots, sites: Sites) -> None:
        """Take the reports of a batch in which objects tell their own place; everything else says nothing here."""
        flags = int(PlotFlag.ON_GROUND) | int(PlotFlag.NOT_ICAO)
        named = ((plots.icao_address != NO_CODE) | (plots.uas_id != b"")) & (plots.flags & flags == 0)
        placed = np.isfinite(plots.latitude_deg) & np.isfinite(plots.longitude_deg)
        if not (named & placed).any():
            return
        site = sites.indices(plots.sensor_ids)[plots.sensor]
        rows = np.flatnonzero(named & placed & (sites.table["claimant"][site] == 1))
        if not len(rows):
            return
        reports = np.zeros(len(rows), HEARD_REPORT)
        for name in ("nic", "nac_p", "time_ns", "receive_time_ns", "latitude_deg", "longitude_deg", "altitude_m"):
            reports[name] = getattr(plots, name)[rows]
        reports["level_m"] = plots.flight_level_ft[rows] * FEET_M
        reports["east_mps"], reports["north_mps"] = plots.velocity_east_mps[rows], plots.velocity_north_mps[rows]
        reports["is_far"] = _is_far(reports, site[rows], sites)
        keys = self._keys(plots, rows)
        reports["sender"] = [self._row[key] for key in keys]
        hear_reports(reports, self._senders, self._gap_m)

    def said(self, keys: Int64, time_ns: int, east_mps: Float64, north_mps: Float64) -> Said:
        """Return what the senders with these keys last said, moved on to ``time_ns`` (UTC ns).

        ``east_mps`` and ``north_mps`` move those that tell no velocity of their own.
        """
        rows = np.array([self._row.get(key, -1) for key in keys.tolist()], np.int64)
        found = self._senders[rows]
        found[rows < 0] = np.zeros(1, SENDER)
        dt_s = (time_ns - found["time_ns"]) * 1e-9
        north = np.where(np.isnan(found["north_mps"]), north_mps, found["north_mps"]) * dt_s
        east = np.where(np.isnan(found["east_mps"]), east_mps, found["east_mps"]) * dt_s
        latitude = found["latitude_deg"] + north / METRES_PER_DEGREE
        longitude = found["longitude_deg"] + east / (METRES_PER_DEGREE * np.cos(np.deg2rad(found["latitude_deg"])))
        is_heard = found["time_ns"] > 0
        nic, nac_p = found["nic"].astype(np.int64), found["nac_p"].astype(np.int64)
        return Said(
            time_ns=found["time_ns"],
            latitude_deg=np.where(is_heard, latitude, np.nan),
            longitude_deg=np.where(is_heard, longitude, np.nan),
            is_drone=found["is_drone"] == 1,
            is_poor=is_heard & (((nic >= 0) & (nic < 7)) | ((nac_p >= 0) & (nac_p < 8))),
            nic=nic,
            nac_p=nac_p,
            tell_ns=found["tell_ns"],
        )

    def forget(self, time_ns: int) -> None:
        """Forget who was not heard for ten minutes, and the longest unheard beyond ``MOST_SENDERS``."""
        heard = sorted((max(int(self._senders[row]["time_ns"]), 0), key) for key, row in self._row.items())
        old = [key for when, key in heard if when < time_ns - FORGET_NS]
        for key in old if len(heard) - len(old) <= MOST_SENDERS else [key for _, key in heard[:-MOST_SENDERS]]:
            self._free.append(self._row.pop(key))
        self._serials = {name: key for name, key in self._serials.items() if key in self._row}

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "rows": list(self._row.items()),
            "free": self._free,
            "serials": [(name.decode("latin-1"), key) for name, key in self._serials.items()],
            "next_serial": self._next_serial,
            "new": self._new,
        }
        return pack(MARK, header, [self._senders, self._gap_m])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, (self._senders, self._gap_m) = unpack(MARK, data, 2)
        self._row, self._free = dict(header["rows"]), header["free"]
        self._serials = {name.encode("latin-1"): key for name, key in header["serials"]}
        self._next_serial, self._new = header["next_serial"], header["new"]

    def _keys(self, plots: Plots, rows: Int64) -> list[int]:
        """Return the key of each report's sender; a serial goes before an address. New ones get a row."""
        keys = []
        for row, address, serial in zip(
            rows.tolist(), plots.icao_address[rows].tolist(), plots.uas_id[rows].tolist(), strict=True
        ):
            key = self._serials.get(serial, NOBODY) if serial else address
            if key not in self._row:
                key = self._begin(serial, address, plots.sensor_ids[plots.sensor[row]], int(plots.time_ns[row]))
            keys.append(key)
        return keys

    def _begin(self, serial: bytes, address: int, receiver: str, time_ns: int) -> int:
        key = address
        if serial:
            key = self._serials[serial] = DRONE + self._next_serial
            self._next_serial += 1
        if not self._free:
            count = len(self._senders)
            self._senders = np.concatenate([self._senders, np.zeros(count, SENDER)])
            self._free = list(range(2 * count - 1, count - 1, -1))
        row = self._row[key] = self._free.pop()
        self._senders[row] = np.zeros(1, SENDER)[0]
        sender = self._senders[row]
        sender["key"], sender["first_ns"], sender["nic"], sender["nac_p"] = key, time_ns, NO_CODE, NO_CODE
        sender["is_drone"] = bool(serial)
        if serial and not is_serial(serial):
            sender["tell_ns"][SERIAL] = time_ns
        if serial and self._is_burst(receiver, time_ns):
            sender["tell_ns"][BURST] = time_ns
        return key

    def _is_burst(self, receiver: str, time_ns: int) -> bool:
        times = [when for when in self._new.get(receiver, []) if when > time_ns - BURST_NS]
        self._new[receiver] = [*times, time_ns][-BURST_IDS - 1 :]
        return len(self._new[receiver]) > BURST_IDS


def is_serial(uas_id: bytes) -> bool:
    """Say whether a Remote ID serial is written as CTA-2063-A demands."""
    found = SERIAL_PATTERN.fullmatch(uas_id)
    return found is not None and len(found[2]) == int(found[1], 16)


def _is_far(reports: Any, site: Any, sites: Sites) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say which places lie beyond what their receiver, where its place is known, can hear."""
    latitude, longitude = sites.places_deg[:, site]
    north = (reports["latitude_deg"] - latitude) * METRES_PER_DEGREE
    turn = wrapped_longitudes_deg(reports["longitude_deg"] - longitude)
    east = turn * METRES_PER_DEGREE * np.cos(np.deg2rad(reports["latitude_deg"]))
    far: np.ndarray[Any, np.dtype[np.bool_]] = np.hypot(north, east) > FAR_RANGES * sites.table["max_range_m"][site]
    return far
