"""What a decoder remembers of each sensor: its name, the turn of its antenna, and how far its clock is off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import NS_PER_S, Float64, Int16, Int64
from sargas.model.kernel import inner_kernel, kernel

DAY_NS = 86_400 * NS_PER_S
TICK_NS = 7_812_500
"""1/128 s: what ASTERIX counts time of day in."""

SCAN, TURN_NS, NORTH_NS, AGE_COUNT, OFFSET_NS = range(5)
"""Scan number, times of the last turn and north mark, reports aged, receive time minus stamp (0: unknown)."""

MOST_SENSORS = 4096
"""A source that names more is not believed: the numbers are noise."""

Bool = NDArray[np.bool_]
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
        self.whole: Int64 = np.zeros((0, 5), np.int64)
        """A row a sensor, columns ``SCAN`` to ``OFFSET_NS``."""
        self.real: Float64 = np.zeros((0, 1 + _AGES))
        """A row a sensor: azimuth of its last plot (degrees), then its last ages (s)."""

    def add(self, key: int) -> bool:
        """Give the sensor of a SAC << 8 | SIC its number; false when there are too many."""
        if self.number_of[key] >= 0:
            return True
        if len(self.ids) >= MOST_SENSORS:
            return False
        self.number_of[key] = len(self.ids)
        self.ids = (*self.ids, self.name_of(key))
        if len(self.ids) > len(self.whole):
            self._grow(2 * len(self.ids))
        return True

    def name_of(self, key: int) -> str:
        """Name the sensor of a SAC << 8 | SIC: as configured, else by its numbers."""
        return self._named.get(key, f"{key >> 8:03d}/{key & 255:03d}")

    def _grow(self, size: int) -> None:
        more = size - len(self.whole)
        fresh = np.tile(np.array([[0, -DAY_NS, -DAY_NS, 0, 0]], np.int64), (more, 1))
        self.whole = np.vstack([self.whole, fresh])
        self.real = np.vstack([self.real, np.zeros((more, 1 + _AGES))])

    def clock_offsets_s(self, numbers: Iterable[int]) -> dict[str, float]:
        """Estimate receive time minus stamp for each of the sensors with enough reports (median of the last 63)."""
        counts = self.whole[:, AGE_COUNT].tolist()
        return {
            self.ids[i]: float(np.median(self.real[i, 1 : 1 + min(counts[i], _AGES)]))
            for i in sorted(numbers)
            if counts[i] >= _LEAST_AGES
        }


@inner_kernel
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


@inner_kernel
def note_age(sensor: int, age_ns: int, whole: Int64, real: Float64) -> None:
    """Remember how old a report was on receipt; renew the sensor's median now and then."""
    count = whole[sensor, AGE_COUNT]
    real[sensor, 1 + count % _AGES] = age_ns / NS_PER_S
    whole[sensor, AGE_COUNT] = count + 1
    if count + 1 == _LEAST_AGES or (count + 1) % 32 == 0:
        median_s = np.median(real[sensor, 1 : 1 + min(count + 1, _AGES)])
        whole[sensor, OFFSET_NS] = np.int64(median_s * NS_PER_S)


@inner_kernel
def note_north(sensor: int, time_ns: int, whole: Int64) -> None:
    """Count a north mark as the start of a scan."""
    whole[sensor, SCAN] += 1
    whole[sensor, TURN_NS] = time_ns
    whole[sensor, NORTH_NS] = time_ns


@kernel
def follow_messages(
    ticks: Int64, senders: Int64, is_north: Bool, receive_time_ns: int, whole: Int64, real: Float64
) -> Int64:
    """Return the times (UTC ns by the senders' clocks) of service messages, with their ages and north marks noted."""
    times_ns = np.empty(len(ticks), np.int64)
    for i in range(len(ticks)):
        sender = senders[i]
        times_ns[i] = unwrap_time(ticks[i] * TICK_NS, receive_time_ns, whole[sender, OFFSET_NS])
        note_age(sender, receive_time_ns - times_ns[i], whole, real)
        if is_north[i]:
            note_north(sender, times_ns[i], whole)
    return times_ns


@inner_kernel
def number_scan(sensor: int, time_ns: int, azimuth_deg: float, whole: Int64, real: Float64) -> int:
    """Give a plot its scan: the count of north marks or, where none came for a minute, of azimuths past north."""
    before = real[sensor, 0]
    real[sensor, 0] = azimuth_deg
    if before > 270.0 and azimuth_deg < 90.0:
        has_north = time_ns - whole[sensor, NORTH_NS] < _NORTH_VALID_NS
        if not has_north and time_ns - whole[sensor, TURN_NS] > _SHORTEST_TURN_NS:
            whole[sensor, SCAN] += 1
            whole[sensor, TURN_NS] = time_ns
    return int(whole[sensor, SCAN])
