"""What a decoder remembers of each sensor: its name, the turn of its antenna, and how far its clock is off."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numba import njit

from sargas.model.columns import NS_PER_S, Float64, Int16, Int64

DAY_NS = 86_400 * NS_PER_S
TICK_NS = 7_812_500
"""1/128 s: what ASTERIX counts time of day in."""

MOST_SENSORS = 4096
"""A source that names more is not believed: the numbers are noise."""

_AGES = 63
_LEAST_AGES = 8
_NORTH_VALID_NS = 60 * NS_PER_S
_SHORTEST_TURN_NS = NS_PER_S // 2


class SensorTable:
    """Number the sensors of a source in order of appearance and keep their state in arrays by that number."""

    def __init__(self, named: Mapping[int, str]) -> None:
        """``named`` maps SAC << 8 | SIC to sensor ids; others are called like ``"025/012"``."""
        self._named = dict(named)
        self.ids: tuple[str, ...] = ()
        self.number_of: Int16 = np.full(1 << 16, -1, np.int16)
        self.turn: Int64 = np.zeros((0, 3), np.int64)
        """Scan number, time of the last turn, time of the last north mark."""
        self.last_azimuth_deg: Float64 = np.zeros(0)
        self.ages_s: Float64 = np.zeros((0, _AGES))
        self.age_count: Int64 = np.zeros(0, np.int64)
        self.offset_ns: Int64 = np.zeros(0, np.int64)
        """Receive time minus stamp, robust; 0 until known."""

    def add(self, key: int) -> bool:
        """Give the sensor of a SAC << 8 | SIC its number; false when there are too many."""
        if self.number_of[key] >= 0:
            return True
        if len(self.ids) >= MOST_SENSORS:
            return False
        self.number_of[key] = len(self.ids)
        self.ids = (*self.ids, self.name_of(key))
        if len(self.ids) > len(self.turn):
            self._grow(2 * len(self.ids))
        return True

    def name_of(self, key: int) -> str:
        """Name the sensor of a SAC << 8 | SIC: as configured, else by its numbers."""
        return self._named.get(key, f"{key >> 8:03d}/{key & 255:03d}")

    def _grow(self, size: int) -> None:
        more = size - len(self.turn)
        fresh = np.tile(np.array([[0, -DAY_NS, -DAY_NS]], np.int64), (more, 1))
        self.turn = np.vstack([self.turn, fresh])
        self.last_azimuth_deg = np.concatenate([self.last_azimuth_deg, np.zeros(more)])
        self.ages_s = np.vstack([self.ages_s, np.zeros((more, _AGES))])
        self.age_count = np.concatenate([self.age_count, np.zeros(more, np.int64)])
        self.offset_ns = np.concatenate([self.offset_ns, np.zeros(more, np.int64)])

    def clock_offsets_s(self) -> dict[str, float]:
        """Estimate receive time minus stamp for each sensor with enough reports (median of the last 63)."""
        counts = self.age_count.tolist()
        return {
            name: float(np.median(self.ages_s[i, : min(counts[i], _AGES)]))
            for i, name in enumerate(self.ids)
            if counts[i] >= _LEAST_AGES
        }


@njit(cache=True, nogil=True)
def unwrap_time(tick_ns: int, receive_time_ns: int, offset_ns: int) -> int:
    """Choose the day that brings a time of day within 12 h of when it must have been stamped.

    ``offset_ns`` is the source's usual receive time minus stamp. Returns UTC ns by the source's clock.
    """
    expected = receive_time_ns - offset_ns
    stamp = expected - expected % DAY_NS + tick_ns
    if stamp - expected > DAY_NS // 2:
        stamp -= DAY_NS
    elif expected - stamp > DAY_NS // 2:
        stamp += DAY_NS
    return stamp


@njit(cache=True, nogil=True)
def note_age(sensor: int, age_ns: int, ages_s: Float64, age_count: Int64, offset_ns: Int64) -> None:
    """Remember how old a report was on receipt; renew the sensor's median now and then."""
    count = age_count[sensor]
    ages_s[sensor, count % _AGES] = age_ns / NS_PER_S
    age_count[sensor] = count + 1
    if count + 1 == _LEAST_AGES or (count + 1) % 32 == 0:
        offset_ns[sensor] = np.int64(np.median(ages_s[sensor, : min(count + 1, _AGES)]) * NS_PER_S)


@njit(cache=True, nogil=True)
def note_north(sensor: int, time_ns: int, turn: Int64) -> None:
    """Count a north mark as the start of a scan."""
    turn[sensor, 0] += 1
    turn[sensor, 1] = time_ns
    turn[sensor, 2] = time_ns


@njit(cache=True, nogil=True)
def number_scan(sensor: int, time_ns: int, azimuth_deg: float, turn: Int64, last_azimuth_deg: Float64) -> int:
    """Give a plot its scan: the count of north marks or, where none came for a minute, of azimuths past north."""
    before = last_azimuth_deg[sensor]
    last_azimuth_deg[sensor] = azimuth_deg
    has_north = time_ns - turn[sensor, 2] < _NORTH_VALID_NS
    past_north = before > 270.0 and azimuth_deg < 90.0
    if past_north and not has_north and time_ns - turn[sensor, 1] > _SHORTEST_TURN_NS:
        turn[sensor, 0] += 1
        turn[sensor, 1] = time_ns
    return turn[sensor, 0]
