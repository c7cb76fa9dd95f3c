"""Categories 034, 063 and 065 to sensor statuses: north marks, sectors, health. Docs: docs/formats/asterix.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from sargas.formats.asterix.layout import ABSENT
from sargas.formats.asterix.sensor_table import SensorTable, follow_messages
from sargas.model.columns import Int64
from sargas.model.label import Label
from sargas.model.records import SensorStatus

PATHS: dict[int, tuple[str, ...]] = {
    34: ("010/SAC", "010/SIC", "030", "000", "020", "041", "050/COM/NOGO", "120/LAT", "120/LON", "120/HGT"),
    63: ("010/SAC", "010/SIC", "030", "050/SAC", "050/SIC", "060/CON"),
    65: ("010/SAC", "010/SIC", "030", "000", "040/NOGO"),
}
MANDATORY: dict[int, tuple[str, ...]] = {
    34: ("010/SAC", "000", "030"),
    63: ("010/SAC", "030", "050/SAC"),
    65: ("010/SAC", "000", "030"),
}
LIMITS: dict[int, tuple[tuple[str, float, float], ...]] = {
    34: (("030", 0.0, 86_399.9999), ("120/LAT", -90.0, 90.0), ("120/LON", -180.0, 180.0)),
    63: (("030", 0.0, 86_399.9999),),
    65: (("030", 0.0, 86_399.9999),),
}

_NORTH, _SECTOR = 1, 2
_END_OF_BATCH = 2
_DEGRADED = 1
_REPORTS: tuple[Literal["north", "sector", "status", "end_of_batch"], ...] = (
    "north",
    "sector",
    "status",
    "end_of_batch",
)
_IS_NORTH, _IS_SECTOR, _IS_STATUS, _IS_END = range(4)


def sensor_statuses(
    category: int,
    raw: Int64,
    receive_time_ns: int,
    sensors: SensorTable,
    label: Label,
    *,
    origin: str,
    correction_ns: int = 0,
) -> tuple[SensorStatus, ...]:
    """Convert extracted records (rows, columns as ``PATHS[category]``) to records, and count north marks as scans.

    What one sensor says several times in these rows becomes one record: the newest time, of each fact the newest value
    that was given. A datagram packed with service messages so costs no more than its sensors.
    """
    if not len(raw):
        return ()
    reports = _reports(category, raw)
    senders = sensors.number_of[raw[:, 0] << 8 | raw[:, 1]].astype(np.int64)
    times_ns = follow_messages(raw[:, 2], senders, reports == _IS_NORTH, receive_time_ns, sensors.whole, sensors.real)
    about = raw[:, 3] << 8 | raw[:, 4] if category == 63 else raw[:, 0] << 8 | raw[:, 1]
    return tuple(
        _record(category, rows, int(times_ns[last]) + correction_ns, sensors.name_of(key >> 2), key & 3, label, origin)
        for key, last, rows in _by_key(about << 2 | reports, raw)
    )


def _reports(category: int, raw: Int64) -> Int64:
    """Say what kind of report each row is, as an index into ``_REPORTS``."""
    if category == 34:
        is_sector = (raw[:, 3] == _SECTOR) & (raw[:, 4] != ABSENT)
        return np.where(raw[:, 3] == _NORTH, _IS_NORTH, np.where(is_sector, _IS_SECTOR, _IS_STATUS))
    if category == 65:
        return np.where(raw[:, 3] == _END_OF_BATCH, _IS_END, _IS_STATUS)
    return np.full(len(raw), _IS_STATUS)


def _by_key(keys: Int64, raw: Int64) -> Iterator[tuple[int, int, list[Any]]]:
    """Yield each key, its last row's number and its newest values, None where none was given; by last row."""
    found = {key: row for row, key in enumerate(keys.tolist())}
    for key, last in sorted(found.items(), key=lambda item: item[1]):
        values = raw[last]
        if len(found) < len(keys):
            rows = raw[keys == key]
            newest = len(rows) - 1 - np.argmax((rows != ABSENT)[::-1], axis=0)
            values = rows[newest, np.arange(raw.shape[1])]
        yield key, last, [None if value == ABSENT else value for value in values.tolist()]


def _record(
    category: int, values: list[Any], time_ns: int, sensor_id: str, report: int, label: Label, origin: str
) -> SensorStatus:
    return SensorStatus(
        id=f"{origin}/{sensor_id}/{_REPORTS[report]}/{time_ns}",
        time_ns=max(0, time_ns),
        origin=origin,
        label=label,
        sensor_id=sensor_id,
        report=_REPORTS[report],
        **_FACTS[category](values, report),
    )


def _radar_facts(values: list[Any], report: int) -> dict[str, Any]:
    """Read I034: 1 north mark, 2 sector crossing, the others tell of status. A place of 0 N 0 E was never set."""
    _, _, _, _, sector, period, no_go, latitude, longitude, height = values
    if not latitude and not longitude:
        latitude = longitude = height = None
    return {
        "azimuth_deg": sector * 360 / 256 if report == _IS_SECTOR else None,
        "rotation_period_s": None if period is None else period / 128,
        "operational": None if no_go is None else no_go == 0,
        "latitude_deg": None if latitude is None else latitude * 180 / 2**23,
        "longitude_deg": None if longitude is None else longitude * 180 / 2**23,
        "height_m": None if height is None else float(height),
    }


def _connection_facts(values: list[Any], report: int) -> dict[str, Any]:
    """Read I063: the state of one sensor (I063/050) as its processing system sees it; I065: the system's own."""
    return {"operational": None if values[-1] is None else values[-1] <= _DEGRADED}


_FACTS = {34: _radar_facts, 63: _connection_facts, 65: _connection_facts}
