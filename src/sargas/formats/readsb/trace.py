"""Trace files: one aircraft's day as rows (README-json.md, trace jsons; fields 9 to 13 as readsb writes them).

Row: 0 seconds after ``timestamp``, 1 lat, 2 lon, 3 altitude ft or "ground", 4 ground speed kn, 5 track deg (on the
ground: true heading), 6 flags (4: rate is geometric, 8: altitude is geometric), 7 rate ft/min, 8 aircraft object or
null, 9 source, 10 geometric altitude ft, 11 geometric rate ft/min, 12 indicated air speed, 13 roll. A row becomes the
aircraft object that says the same, so both kinds of document are read by one code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sargas.formats.rows import RejectLog

GEOMETRIC_RATE, GEOMETRIC_ALTITUDE = 4, 8
SHORTEST_ROW = 8

KEPT_DETAILS = ("flight", "squawk", "nic", "nac_p", "sil", "version", "spi")
"""What only the sparse aircraft objects of a trace say; it holds until the next of them."""

Details = dict[str, Any]


def aircraft_of_rows(
    icao: str, rows: Sequence[Any], details: Details, log: RejectLog
) -> tuple[list[dict[str, Any]], list[int], list[Any]]:
    """Return aircraft objects, their row numbers, and their seconds after the timestamp.

    ``details`` holds what earlier rows of this aircraft said and is brought up to date.
    """
    aircraft: list[dict[str, Any]] = []
    numbers: list[int] = []
    seconds: list[Any] = []
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) < SHORTEST_ROW:
            log.add(number, f"expected a trace row of at least {SHORTEST_ROW} values; row dropped")
            continue
        extra = row[8] if len(row) > 8 and isinstance(row[8], dict) else {}
        if extra:
            details.clear()
            details.update((name, extra[name]) for name in KEPT_DETAILS if name in extra)
        aircraft.append({"hex": icao, "seen_pos": 0.0, **details, **_fields(row, extra)})
        numbers.append(number)
        seconds.append(row[0])
    return aircraft, numbers, seconds


def _fields(row: Sequence[Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    flags = row[6] if isinstance(row[6], int) else 0
    altitude, rate = row[3], row[7]
    on_ground = altitude == "ground"
    is_geometric = bool(flags & GEOMETRIC_ALTITUDE) and not on_ground
    found = {
        "lat": row[1],
        "lon": row[2],
        "alt_baro": None if is_geometric else altitude,
        "alt_geom": altitude if is_geometric else _at(row, 10, extra.get("alt_geom")),
        "gs": row[4],
        "track": None if on_ground else row[5],
        "geom_rate": rate if flags & GEOMETRIC_RATE else _at(row, 11, extra.get("geom_rate")),
        "baro_rate": None if flags & GEOMETRIC_RATE else rate,
    }
    return {name: value for name, value in found.items() if value is not None}


def _at(row: Sequence[Any], index: int, otherwise: Any) -> Any:
    return row[index] if len(row) > index and row[index] is not None else otherwise
