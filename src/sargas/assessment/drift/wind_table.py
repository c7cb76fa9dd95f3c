"""The wind that tables tell: between heights linear in log-pressure, between times linear, between places by distance.

Above and below the heights of a table, and before and after its tables, the nearest one holds, with more doubt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np

from sargas.assessment.drift.atmosphere import log_pressure
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S, Float64
from sargas.model.drift_records import WindTable

NEAREST = 4
"""Columns that count at a place."""
SOFT_M = 20_000.0
"""Within so far of a column it alone counts, nearly."""
AGEING_MPS_PER_H = 0.5
"""Doubt that grows per hour outside the times of the tables."""
OUTSIDE_MPS_PER_KM = 1.0
"""Doubt that grows per kilometre outside the heights of the tables."""
STALE_S = 12 * 3600.0
"""A table whose time is further away says nothing."""


Read: TypeAlias = dict[int, Float64]
"""What each table says at the same heights, by the identity of its levels: for the length of one question."""


class WindAt(NamedTuple):
    """The wind at points (n,): east, north (m/s) and one sigma of the error of either."""

    east_mps: Float64
    north_mps: Float64
    sigma_mps: Float64


@dataclass(frozen=True, slots=True)
class _Column:
    """The tables of one place, by time."""

    x_m: float
    y_m: float
    tables: tuple[WindTable, ...]
    times_s: Float64
    levels: tuple[tuple[Float64, Float64], ...]
    """Of each table: -log-pressures rising (l,), and east, north, sigma, height (4, l)."""


@dataclass(frozen=True, slots=True)
class WindField:
    """Answer what the wind is by the tables in force; make it with ``of``. Places are metres of the region plane."""

    columns: tuple[_Column, ...] = ()
    epoch_ns: int = 0
    names: tuple[str, ...] = field(default=())
    """Sources, for people."""

    @classmethod
    def of(cls, tables: Iterable[WindTable], plane: RegionPlane, time_ns: int, epoch_ns: int) -> WindField:
        """Take the active tables that are not stale at a time; columns with a place go before those for all.

        What is asked of the field later is asked in seconds after ``epoch_ns``.
        """
        fresh = [t for t in tables if t.state == "active" and abs(t.valid_ns - time_ns) <= STALE_S * NS_PER_S]
        placed = [t for t in fresh if t.latitude_deg is not None]
        chosen = sorted(
            placed or fresh, key=lambda t: (t.latitude_deg or 0.0, t.longitude_deg or 0.0, t.valid_ns, t.id)
        )
        found: dict[tuple[float | None, float | None], list[WindTable]] = {}
        for table in chosen:
            found.setdefault((table.latitude_deg, table.longitude_deg), []).append(table)
        columns = []
        for (latitude, longitude), own in found.items():
            if latitude is None or longitude is None:
                x_m, y_m = 0.0, 0.0
            else:
                x_m, y_m = (float(v) for v in plane.plane_from_geodetic(latitude, longitude))
            latest = list({table.valid_ns: table for table in own}.values())
            times = np.array([(table.valid_ns - epoch_ns) / NS_PER_S for table in latest])
            columns.append(_Column(x_m, y_m, tuple(latest), times, tuple(_levels_of(table) for table in latest)))
        names = tuple(sorted({table.source for table in chosen}))
        return cls(tuple(columns), epoch_ns, names)

    def __bool__(self) -> bool:
        return bool(self.columns)

    def at(self, x_m: float, y_m: float, altitude_m: Float64, time_s: float, read: Read | None = None) -> WindAt:
        """Return the wind above one place at heights (n,), ``time_s`` after the field's epoch.

        ``read``: what was read at these heights before, kept by who asks for several places or times. Raises
        ValueError for a field without tables.
        """
        if not self.columns:
            raise ValueError("expected wind tables, was none")
        at = {} if read is None else read
        if len(self.columns) == 1:
            return WindAt(*_profile(self.columns[0], at, altitude_m, time_s))
        away = np.array([np.hypot(c.x_m - x_m, c.y_m - y_m) for c in self.columns])
        near = np.argsort(away, kind="stable")[:NEAREST]
        weight = 1.0 / (away[near] ** 2 + SOFT_M**2)
        weight /= weight.sum()
        profiles = np.array([_profile(self.columns[k], at, altitude_m, time_s) for k in near.tolist()])
        east, north, sigma = np.tensordot(weight, profiles, axes=1)
        return WindAt(east, north, sigma)


def _profile(column: _Column, at: Read, altitude_m: Float64, time_s: float) -> Float64:
    """Return (3, n): east, north, sigma (m/s) of one column at a time; ``at``: -log-pressures of the heights."""
    times = column.times_s
    above = int(np.searchsorted(times, time_s))
    if above == 0 or above == len(times):
        nearest = min(above, len(times) - 1)
        found = _read(column.levels[nearest], at, altitude_m).copy()
        found[2] = np.hypot(found[2], AGEING_MPS_PER_H * abs(times[nearest] - time_s) / 3600.0)
        return found
    share = (time_s - times[above - 1]) / (times[above] - times[above - 1])
    before, after = (_read(column.levels[k], at, altitude_m) for k in (above - 1, above))
    return (1.0 - share) * before + share * after


def _levels_of(table: WindTable) -> tuple[Float64, Float64]:
    rows = [(one.east_mps, one.north_mps, one.sigma_mps, one.altitude_m) for one in table.levels]
    columns = np.ascontiguousarray(np.array(rows).T)
    return -log_pressure(columns[3]), columns


def _read(levels: tuple[Float64, Float64], read: Read, altitude_m: Float64) -> Float64:
    own, columns = levels
    held = read.get(id(columns))
    if held is not None:
        return held
    at = -log_pressure(altitude_m)
    found = read[id(columns)] = np.array([np.interp(at, own, column) for column in columns[:3]])
    outside_m = np.maximum(columns[3, 0] - altitude_m, altitude_m - columns[3, -1])
    found[2] = np.hypot(found[2], OUTSIDE_MPS_PER_KM * np.maximum(outside_m, 0.0) / 1000.0)
    return found
