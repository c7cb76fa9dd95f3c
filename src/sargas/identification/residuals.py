"""Who is elsewhere than it says: radar minus ADS-B over three scans, what a radar does to all aircraft taken off.

A radar that is wrong for many aircraft has a bias, and they are not spoofed: what all its residuals share is the
radar's, and a radar that no shift makes agree with most of them may judge nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sargas.identification.address_table import AddressTable
from sargas.identification.residual_kernels import CLAIM, FAR, LOOK, OFFSET, Claims, Looks, take_looks
from sargas.identification.saying import say
from sargas.model.columns import NO_CODE, NS_PER_S, Int16, Int64, PlotFlag
from sargas.model.parts import pack, unpack
from sargas.model.plots import Plots
from sargas.model.saying import Said
from sargas.sensors.site import Sites
from sargas.tracking.ellipsoid import Region

MARK = b"SARGAS-RESIDUALS-1\n"
ODD_LOOKS = 3
LEAST_AIRCRAFT = 5
"""A radar's common offset is found from so many; a radar of fewer judges only once it is registered."""
LONGEST_LOOK_NS = 30 * NS_PER_S
"""Looks so old say nothing of now."""
END_AFTER_NS = 60 * NS_PER_S
"""A disagreement ends after so long without an odd look."""
LARGEST_RANGE_M, LARGEST_AZIMUTH_RAD = 3_000.0, np.deg2rad(3.0)
"""A shift beyond these is no bias of a radar that works."""
LARGEST_SCALE = 3.0
MOST_ODD_SHARE = 0.3
"""A radar that finds more of its aircraft odd than this judges none of them."""
_NORMAL = 1.4826
"""Standard deviation of a normal by its median absolute deviation."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Radar and ADS-B tell different places of one aircraft; times UTC ns, ``end_ns`` None while it goes on."""

    icao_address: int
    sensor_id: str
    start_ns: int
    found_ns: int
    end_ns: int | None
    distance_m: float
    sigmas: float

    @property
    def why(self) -> Said:
        """Say it in words."""
        off = {"distance": self.distance_m / 1e3, "sigmas": min(self.sigmas, 99.0)}
        return say("gnss_elsewhere", sensor=self.sensor_id, looks=ODD_LOOKS, **off)


class Residuals:
    """Hold radar plots that name an aircraft against its own claims. Deterministic."""

    def __init__(self, table: AddressTable) -> None:
        self._table = table
        self._claims = np.zeros(64, CLAIM)
        self._offsets = np.zeros(0, OFFSET)
        self._open: dict[int, Disagreement] = {}
        self._last_ns: dict[int, int] = {}
        """The newest odd look at each aircraft that disagrees."""

    def update(self, plots: Plots, is_claim: NDArray[np.bool_], sites: Sites, region: Region) -> None:
        """Take a batch; ``is_claim`` (n,) marks the positions that aircraft say themselves. Other rows are looks."""
        named = plots.icao_address != NO_CODE
        polar = np.isfinite(plots.azimuth_deg) & np.isfinite(plots.range_m)
        rows = np.flatnonzero(named & (is_claim | polar) & (plots.flags & int(PlotFlag.ON_GROUND) == 0))
        if not len(rows):
            return
        numbers = self._table.find(plots.icao_address[rows])
        rows, numbers = rows[numbers >= 0], numbers[numbers >= 0]
        if not len(rows):
            return
        self._make_room(len(sites.sensors))
        looks = _looks_of(plots, rows, numbers, sites.indices(plots.sensor_ids))
        take_looks(looks, self._claims, self._offsets, sites.table, region)

    def advance(self, time_ns: int, sites: Sites) -> list[Disagreement]:
        """Find what is common to each radar, and what begins and ends, at ``time_ns`` (UTC ns)."""
        self._make_room(len(sites.sensors))
        claims = self._claims[: len(self._table)]
        row, place = np.nonzero((claims["look_ns"] > 0) & (claims["look_ns"] >= time_ns - LONGEST_LOOK_NS))
        site = claims["radar"][row, place]
        self._offsets[:] = 0
        self._offsets["scale"] = 1.0
        for number in np.unique(site).tolist():
            at = site == number
            self._fit(number, claims, row[at], place[at], bool(sites.table[number]["registered"]))
        self._judge_anew(claims, row, place)
        return self._tell(claims, row, place, time_ns, sites)

    def disagreeing(self) -> Int64:
        """Return the addresses that disagree now, rising."""
        return np.array(sorted(self._open), np.int64)

    def seen_by_radar(self, time_ns: int) -> NDArray[np.bool_]:
        """Say of each row of the table whether a radar has named it in the last 30 s."""
        self._make_room(0)
        newest: NDArray[np.bool_] = self._claims[: len(self._table)]["look_ns"].max(axis=1) >= time_ns - LONGEST_LOOK_NS
        return newest

    def keep(self, rows: Int64) -> None:
        """Forget all other aircraft; those kept are numbered anew."""
        self._make_room(0)
        kept = np.zeros(max(64, 2 * len(rows)), CLAIM)
        inside = rows[rows < len(self._claims)]
        kept[: len(inside)] = self._claims[inside]
        self._claims = kept

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        names = Disagreement.__dataclass_fields__
        header = {
            "open": [[getattr(one, name) for name in names] for one in self._open.values()],
            "last_ns": list(self._last_ns.items()),
        }
        return pack(MARK, header, [self._claims[: len(self._table)], self._offsets])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot, the table already restored. Raises ValueError for bytes that are none."""
        header, (claims, self._offsets) = unpack(MARK, data, 2)
        self._claims = np.zeros(max(64, 2 * len(claims)), CLAIM)
        self._claims[: len(claims)] = claims
        found = [Disagreement(*values) for values in header["open"]]
        self._open = {one.icao_address: one for one in found}
        self._last_ns = dict(header["last_ns"])

    def _make_room(self, sites: int) -> None:
        if len(self._table) > len(self._claims):
            grown = np.zeros(2 * len(self._table), CLAIM)
            grown[: len(self._claims)] = self._claims
            self._claims = grown
        if sites > len(self._offsets):
            offsets = np.zeros(sites, OFFSET)
            offsets["scale"] = 1.0
            offsets[: len(self._offsets)] = self._offsets
            self._offsets = offsets

    def _fit(self, number: int, claims: Claims, row: Int64, place: Int64, is_registered: bool) -> None:
        """Find what all aircraft of one radar share, and whether it may judge them."""
        offset = self._offsets[number]
        if len(row) < LEAST_AIRCRAFT:
            offset["is_fit"] = is_registered
            return
        range_m, azimuth = claims["range_m"][row, place], claims["azimuth_rad"][row, place]
        offset["range_m"], offset["azimuth_rad"] = np.median(range_m), np.median(azimuth)
        across = np.abs(range_m - offset["range_m"]) / claims["range_sigma_m"][row, place]
        along = np.abs(azimuth - offset["azimuth_rad"]) / claims["azimuth_sigma_rad"][row, place]
        offset["scale"] = max(1.0, _NORMAL * float(np.median(across)), _NORMAL * float(np.median(along)))
        odd = np.mean((across**2 + along**2) / offset["scale"] ** 2 > FAR)
        offset["is_fit"] = (
            abs(offset["range_m"]) <= LARGEST_RANGE_M
            and abs(offset["azimuth_rad"]) <= LARGEST_AZIMUTH_RAD
            and offset["scale"] <= LARGEST_SCALE
            and odd <= MOST_ODD_SHARE
        )

    def _judge_anew(self, claims: Claims, row: Int64, place: Int64) -> None:
        """Take back the odd looks of radars that may not judge."""
        unfit = self._offsets["is_fit"][claims["radar"][row, place]] == 0
        claims["odd"][row[unfit], place[unfit]] = 0

    def _tell(self, claims: Claims, row: Int64, place: Int64, time_ns: int, sites: Sites) -> list[Disagreement]:
        told = list[Disagreement]()
        odd = np.flatnonzero(claims["odd"][row, place] >= ODD_LOOKS)
        for one, at in zip(row[odd].tolist(), place[odd].tolist(), strict=True):
            address = int(self._table.addresses[one])
            self._last_ns[address] = max(self._last_ns.get(address, 0), int(claims["look_ns"][one, at]))
            if address not in self._open:
                self._open[address] = self._measure(claims[one], at, address, sites)
                told.append(self._open[address])
        for address in sorted(self._open):
            if time_ns - self._last_ns[address] > END_AFTER_NS:
                told.append(replace(self._open.pop(address), end_ns=self._last_ns.pop(address)))
        return told

    def _measure(self, claim: np.void, at: int, address: int, sites: Sites) -> Disagreement:
        """Say how far off a claim is by one radar."""
        offset = self._offsets[claim["radar"][at]]
        range_m = float(claim["range_m"][at] - offset["range_m"])
        azimuth = float(claim["azimuth_rad"][at] - offset["azimuth_rad"])
        sigmas = np.hypot(range_m / claim["range_sigma_m"][at], azimuth / claim["azimuth_sigma_rad"][at])
        return Disagreement(
            icao_address=address,
            sensor_id=sites.ids[int(claim["radar"][at])],
            start_ns=int(claim["first_odd_ns"][at]),
            found_ns=int(claim["look_ns"][at]),
            end_ns=None,
            distance_m=float(np.hypot(range_m, 2.0 * np.sin(0.5 * azimuth) * claim["ground_m"][at])),
            sigmas=float(sigmas / offset["scale"]),
        )


def _looks_of(plots: Plots, rows: Int64, numbers: Int64, sites: Int16) -> Looks:
    """Lay plots out for the kernel."""
    looks = np.empty(len(rows), LOOK)
    looks["row"], looks["site"] = numbers, sites[plots.sensor[rows]]
    for name in LOOK.names or ():
        if name not in ("row", "site", "east_mps", "north_mps"):
            looks[name] = getattr(plots, name)[rows]
    looks["east_mps"], looks["north_mps"] = plots.velocity_east_mps[rows], plots.velocity_north_mps[rows]
    return looks
