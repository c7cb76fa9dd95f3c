"""Categories 034, 063 and 065 to sensor statuses: north marks, sectors, health. Docs: docs/formats/asterix.md."""

from __future__ import annotations

from typing import Any, Literal

from sargas.formats.asterix.layout import ABSENT
from sargas.formats.asterix.sensor_table import OFFSET_NS, TICK_NS, SensorTable, note_age, note_north, unwrap_time
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
_Report = Literal["north", "sector", "status", "end_of_batch"]


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
    """Convert extracted records (rows, columns as ``PATHS[category]``) to records, and count north marks as scans."""
    found: list[SensorStatus] = []
    t = sensors
    for row in raw.tolist():
        values: list[Any] = [None if value == ABSENT else value for value in row]
        sender = int(t.number_of[values[0] << 8 | values[1]])
        time_ns = int(unwrap_time(values[2] * TICK_NS, receive_time_ns, t.whole[sender, OFFSET_NS]))
        note_age(sender, receive_time_ns - time_ns, t.whole, t.real)
        sensor_id, report, facts = _READERS[category](values, sensors)
        if report == "north":
            note_north(sender, time_ns, t.whole)
        time_ns += correction_ns
        found.append(
            SensorStatus(
                id=f"{origin}/{sensor_id}/{report}/{time_ns}",
                time_ns=max(0, time_ns),
                origin=origin,
                label=label,
                sensor_id=sensor_id,
                report=report,
                **facts,
            )
        )
    return tuple(found)


def _read_radar(values: list[Any], sensors: SensorTable) -> tuple[str, _Report, dict[str, Any]]:
    """Read I034: 1 north mark, 2 sector crossing, the others tell of status."""
    sac, sic, _, kind, sector, period, no_go, latitude, longitude, height = values
    report: _Report = "north" if kind == _NORTH else "sector" if kind == _SECTOR and sector is not None else "status"
    facts = {
        "azimuth_deg": sector * 360 / 256 if report == "sector" else None,
        "rotation_period_s": None if period is None else period / 128,
        "operational": None if no_go is None else no_go == 0,
        "latitude_deg": None if latitude is None else latitude * 180 / 2**23,
        "longitude_deg": None if longitude is None else longitude * 180 / 2**23,
        "height_m": None if height is None else float(height),
    }
    return sensors.ids[sensors.number_of[sac << 8 | sic]], report, facts


def _read_sensor(values: list[Any], sensors: SensorTable) -> tuple[str, _Report, dict[str, Any]]:
    """Read I063: the state of one sensor (I063/050) as its processing system sees it."""
    _, _, _, sac, sic, connection = values
    operational = None if connection is None else connection <= _DEGRADED
    return sensors.name_of(sac << 8 | sic), "status", {"operational": operational}


def _read_system(values: list[Any], sensors: SensorTable) -> tuple[str, _Report, dict[str, Any]]:
    """Read I065: status of a processing system, or the end of a track cycle."""
    sac, sic, _, kind, no_go = values
    report: _Report = "end_of_batch" if kind == _END_OF_BATCH else "status"
    operational = None if no_go is None else no_go <= _DEGRADED
    return sensors.ids[sensors.number_of[sac << 8 | sic]], report, {"operational": operational}


_READERS = {34: _read_radar, 63: _read_sensor, 65: _read_system}
