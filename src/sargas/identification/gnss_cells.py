"""Which share of the aircraft in a cell of the map lost its satellite navigation: counts over ten minutes.

Cells are H3, resolution 4 (about 45 km across), below and above 5 km. A share is judged by a Beta prior, so that one
faulty set among few aircraft raises nothing. Where few fly, a cell with affected aircraft is judged with the six cells
around it. Source of prior and thresholds: docs/gnss-integrity.md.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import h3.api.basic_int as h3
import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from sargas.identification.gnss_layout import Fleet
from sargas.identification.gnss_motion import METRES_PER_DEGREE
from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.model.parts import pack, unpack

MARK = b"SARGAS-GNSS-CELLS-1\n"
RESOLUTION = 4
WINDOW_NS = 600 * NS_PER_S
HIGH_BAND_FT = 5_000.0 / 0.3048
LEAST_AIRCRAFT = 5
"""Of fewer aircraft a share says nothing."""
PRIOR_BAD, PRIOR_GOOD = 0.5, 9.5
SHARE_LIMIT = 0.10
PLACED_FOR_NS = 60 * NS_PER_S
"""An aircraft is where it said last for so long."""
CODED_FOR_NS = 60 * NS_PER_S
MOVED_M = 1_000.0
"""The cell of an aircraft is looked up again once it is so far from where that was done last."""

_PLACE = np.dtype([("cell", "i8"), ("latitude_deg", "f8"), ("longitude_deg", "f8"), ("visit", "i8")])
"""Of each aircraft: its cell, where that was looked up, and its row among the visits; -1: none."""
VISIT = np.dtype(
    [
        ("aircraft", "i8"),
        ("cell", "i8"),
        ("latitude_deg", "f8"),
        ("longitude_deg", "f8"),
        ("level_ft", "f8"),
        ("last_ns", "i8"),
        ("bad_ns", "i8"),
        ("first_bad_ns", "i8"),
        ("is_high", "u1"),
        ("is_spoofed", "u1"),
        ("is_bad", "u1"),
    ],
    align=True,
)
"""An aircraft in a cell: where it was last there, when, and when it was last and first without good navigation (0)."""
Visits: TypeAlias = Any
"""(n,) array of ``VISIT``."""


class Counts(NamedTuple):
    """One row a cell and band that aircraft were in within the window, by cell and band."""

    cell: Int64
    is_high: NDArray[np.bool_]
    aircraft: Int64
    affected: Int64
    spoofed: Int64
    first_bad_ns: Int64
    """Of the affected, the first; 0 where none is."""
    is_pooled: NDArray[np.bool_]
    """Whether the counts are of the cell and the six around it."""

    @property
    def share(self) -> Float64:
        """Share affected, one of them left out so that a single faulty set is silent (as gpsjam.org counts)."""
        return np.maximum(self.affected - 1, 0) / np.maximum(self.aircraft, 1)

    @property
    def confidence(self) -> Float64:
        """Probability that more than ``SHARE_LIMIT`` of the aircraft that fly there are affected."""
        bad, good = PRIOR_BAD + self.affected, PRIOR_GOOD + self.aircraft - self.affected
        probability: Float64 = 1.0 - betainc(bad, good, SHARE_LIMIT)
        return probability


class CellCounter:
    """Remember which aircraft were in which cell, and whether they were well. Deterministic."""

    def __init__(self) -> None:
        self._places = np.zeros(0, _PLACE)
        self._visits: Visits = np.zeros(0, VISIT)

    @property
    def visits(self) -> Visits:
        """What is remembered of the last ten minutes."""
        return self._visits

    def update(self, fleet: Fleet, time_ns: int) -> Counts:
        """Take the aircraft as they are at ``time_ns`` (UTC ns); return the counts of the window that ends then.

        Aircraft that never had good codes count only while they are spoofed: poor equipment says nothing of a place.
        """
        self._grow(len(fleet))
        is_bad = (fleet["jammed"] != 0) | (fleet["spoofed"] != 0)
        is_told = (fleet["was_good"] != 0) & (fleet["code_ns"] >= time_ns - CODED_FOR_NS)
        here = (fleet["time_ns"] >= time_ns - PLACED_FOR_NS) & (is_told | (fleet["spoofed"] != 0))
        rows = np.flatnonzero(here)
        self._look_up(fleet, rows)
        rows = rows[self._places["cell"][rows] != 0]
        self._visit(fleet, rows, is_bad[rows])
        self._drop_old(time_ns)
        return self._count(time_ns)

    def keep(self, rows: Int64) -> None:
        """Forget all other aircraft; those kept are numbered anew."""
        number = np.full(len(self._places) + 1, -1, np.int64)
        number[rows[rows < len(self._places)]] = np.arange(len(rows))[rows < len(self._places)]
        stays = number[self._visits["aircraft"]] >= 0
        self._visits = self._visits[stays]
        self._visits["aircraft"] = number[self._visits["aircraft"]]
        places = np.zeros(len(rows), _PLACE)
        places["visit"] = -1
        known = rows < len(self._places)
        places[known] = self._places[rows[known]]
        self._places = places
        self._link()

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        return pack(MARK, {}, [self._places, self._visits])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        self._places, self._visits = unpack(MARK, data, 2)[1]

    def _grow(self, aircraft: int) -> None:
        if aircraft > len(self._places):
            grown = np.zeros(aircraft, _PLACE)
            grown["visit"] = -1
            grown[: len(self._places)] = self._places
            self._places = grown

    def _look_up(self, fleet: Fleet, rows: Int64) -> None:
        """Find the cells of aircraft that moved; of one that is spoofed the cell where it last was stays."""
        rows = rows[(fleet["spoofed"][rows] == 0)]
        places, latitude, longitude = self._places, fleet["latitude_deg"], fleet["longitude_deg"]
        north_m = (latitude[rows] - places["latitude_deg"][rows]) * METRES_PER_DEGREE
        east_m = (longitude[rows] - places["longitude_deg"][rows]) * METRES_PER_DEGREE
        east_m *= np.cos(np.deg2rad(latitude[rows]))
        moved = rows[(places["cell"][rows] == 0) | (np.hypot(north_m, east_m) > MOVED_M)]
        found = [
            h3.latlng_to_cell(*place, RESOLUTION)
            for place in zip(latitude[moved].tolist(), longitude[moved].tolist(), strict=True)
        ]
        places["cell"][moved] = np.array(found, np.int64)
        places["latitude_deg"][moved], places["longitude_deg"][moved] = latitude[moved], longitude[moved]

    def _visit(self, fleet: Fleet, rows: Int64, is_bad: NDArray[np.bool_]) -> None:
        places = self._places
        is_high = (fleet["level_ns"][rows] > 0) & (fleet["flight_level_ft"][rows] > HIGH_BAND_FT)
        at = places["visit"][rows]
        known = at >= 0
        known[known] = (self._visits["cell"][at[known]] == places["cell"][rows[known]]) & (
            self._visits["is_high"][at[known]] == is_high[known]
        )
        fresh = rows[~known]
        added = np.zeros(len(fresh), VISIT)
        added["aircraft"], added["cell"], added["is_high"] = fresh, places["cell"][fresh], is_high[~known]
        places["visit"][fresh] = len(self._visits) + np.arange(len(fresh))
        self._visits = np.concatenate([self._visits, added])
        at, visits = places["visit"][rows], self._visits
        visits["last_ns"][at] = fleet["time_ns"][rows]
        visits["level_ft"][at] = np.where(fleet["level_ns"][rows] > 0, fleet["flight_level_ft"][rows], 0.0)
        visits["latitude_deg"][at], visits["longitude_deg"][at] = (
            places["latitude_deg"][rows],
            places["longitude_deg"][rows],
        )
        visits["is_bad"][at] = is_bad
        bad = at[is_bad]
        visits["bad_ns"][bad] = fleet["time_ns"][rows[is_bad]]
        visits["first_bad_ns"][bad] = np.where(
            visits["first_bad_ns"][bad] == 0, visits["bad_ns"][bad], visits["first_bad_ns"][bad]
        )
        visits["is_spoofed"][at] = fleet["spoofed"][rows] != 0

    def _drop_old(self, time_ns: int) -> None:
        stays = self._visits["last_ns"] >= time_ns - WINDOW_NS
        if not stays.all():
            self._visits = self._visits[stays]
            self._link()

    def _link(self) -> None:
        """Point each aircraft at its newest visit, which is the last one of it."""
        self._places["visit"] = -1
        self._places["visit"][self._visits["aircraft"]] = np.arange(len(self._visits))

    def _count(self, time_ns: int) -> Counts:
        """Count each aircraft once a cell and band, however often it came back."""
        visits = self._visits
        key = visits["cell"] * 2 + visits["is_high"]  # H3 indices use 60 bits
        groups, group = np.unique(key, return_inverse=True)
        was_bad = visits["bad_ns"] >= time_ns - WINDOW_NS
        pair = group << 32 | visits["aircraft"]
        is_spoofed = was_bad & (visits["is_spoofed"] != 0)
        pairs, bad_pairs, spoofed_pairs = (np.unique(pair[rows]) >> 32 for rows in (slice(None), was_bad, is_spoofed))
        first_ns = np.full(len(groups), np.iinfo(np.int64).max)
        np.minimum.at(first_ns, group[was_bad], visits["first_bad_ns"][was_bad])
        first_ns[first_ns == np.iinfo(np.int64).max] = 0
        counts = Counts(
            cell=groups // 2,
            is_high=groups % 2 == 1,
            aircraft=np.bincount(pairs, minlength=len(groups)),
            affected=np.bincount(bad_pairs, minlength=len(groups)),
            spoofed=np.bincount(spoofed_pairs, minlength=len(groups)),
            first_bad_ns=first_ns,
            is_pooled=np.zeros(len(groups), np.bool_),
        )
        self._pool(counts, groups, was_bad, is_spoofed)
        return counts

    def _pool(self, counts: Counts, groups: Int64, was_bad: NDArray[np.bool_], is_spoofed: NDArray[np.bool_]) -> None:
        """Judge cells of few aircraft, some of them affected, with the cells around; where those are few too, as is."""
        visits = self._visits
        key, aircraft = visits["cell"] * 2 + visits["is_high"], visits["aircraft"]
        for row in np.flatnonzero((counts.aircraft < LEAST_AIRCRAFT) & (counts.affected > 0)).tolist():
            around = np.array(h3.grid_disk(int(counts.cell[row]), 1), np.int64) * 2 + int(counts.is_high[row])
            inside = np.isin(key, around[np.isin(around, groups)])
            together = len(np.unique(aircraft[inside]))
            if together < LEAST_AIRCRAFT:
                continue
            counts.aircraft[row], counts.is_pooled[row] = together, True
            counts.affected[row] = len(np.unique(aircraft[inside & was_bad]))
            counts.spoofed[row] = len(np.unique(aircraft[inside & is_spoofed]))
