"""Wind tables from CSV, as any forecast or sounding can be written out. Columns: docs/drifters.md."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from pydantic import ValidationError

from sargas.assessment.drift.atmosphere import altitude_of_pressure
from sargas.identification.permission_files import Entry, Problem, read_time_ns
from sargas.model.drift_records import WindTable

KNOT_MPS = 1852.0 / 3600.0
HEIGHTS = ("altitude_m", "pressure_hpa")
WINDS = (("east_mps", "north_mps"), ("speed_mps", "from_deg"), ("speed_kt", "from_deg"))
NUMBERS = (*HEIGHTS, "east_mps", "north_mps", "speed_mps", "speed_kt", "from_deg", "sigma_mps", "latitude_deg",
           "longitude_deg")  # fmt: skip
COLUMNS = ("valid", *NUMBERS, "source")
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class WindFile:
    """What a file holds; with a problem nothing of it is to take effect."""

    tables: tuple[WindTable, ...]
    problems: tuple[Problem, ...]


def read_winds(text: str, entry: Entry) -> WindFile:
    """Read a CSV text: one row a level; rows of one time, place and source are one table."""
    levels: dict[tuple[str, int, float | None, float | None], list[tuple[int, dict[str, float]]]] = {}
    problems: list[Problem] = []
    for line, row in _rows(text):
        if isinstance(row, Problem):
            problems.append(row)
            continue
        try:
            key, level = _level(row)
        except ValueError as error:
            problems.append(Problem(line, str(error)))
            continue
        levels.setdefault(key, []).append((line, level))
    tables = []
    for (source, valid_ns, latitude, longitude), found in levels.items():
        try:
            tables.append(_table(entry, source, valid_ns, latitude, longitude, found))
        except ValueError as error:
            problems.append(Problem(found[0][0], str(error)))
    if not levels and not problems:
        problems.append(Problem(1, "expected one or more rows of wind, was none"))
    return WindFile(tuple(tables), tuple(sorted(problems, key=lambda problem: problem.line)))


def is_same_wind(table: WindTable, other: WindTable) -> bool:
    """Say whether two revisions tell the same wind, whoever entered them and when."""
    passed = {"id", "time_ns", "origin", "label", "entered_by"}
    return table.model_dump(exclude=passed) == other.model_dump(exclude=passed)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str] | Problem]]:
    text = text.removeprefix("\ufeff")
    header = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = names
        fault = _fault_of_header(names)
        if fault:
            yield 1, Problem(1, fault)
            return
        for row in reader:
            if reader.line_num > MOST_ROWS:
                yield reader.line_num, Problem(reader.line_num, f"expected at most {MOST_ROWS} rows, was more")
                return
            if None in row:
                extra = Problem(reader.line_num, "expected as many cells as the header has, was more")
                yield reader.line_num, extra
                continue
            given = {str(name): value.strip() for name, value in row.items() if value is not None and value.strip()}
            if given:
                yield reader.line_num, given
    except csv.Error as error:
        line = max(reader.line_num, 1)
        yield line, Problem(line, f"expected CSV, was not: {error}")


def _fault_of_header(names: list[str]) -> str:
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        return f"expected columns out of {', '.join(COLUMNS)}, was also {', '.join(map(repr, unknown))}"
    if "valid" not in names:
        return "expected the column valid, the time at which the wind blows so, was without"
    if not any(name in names for name in HEIGHTS):
        return f"expected a column {' or '.join(HEIGHTS)}, was without"
    if not any(set(pair) <= set(names) for pair in WINDS):
        return f"expected columns {' or '.join(' and '.join(pair) for pair in WINDS)}, was without"
    return ""


def _level(row: dict[str, str]) -> tuple[tuple[str, int, float | None, float | None], dict[str, float]]:
    numbers = {name: _number(name, row[name]) for name in NUMBERS if name in row}
    if "valid" not in row:
        raise ValueError("valid: expected a time as 2026-05-01T08:00:00Z, was empty")
    valid_ns = read_time_ns("valid", row["valid"])
    latitude, longitude = numbers.get("latitude_deg"), numbers.get("longitude_deg")
    if (latitude is None) != (longitude is None):
        raise ValueError("expected both latitude_deg and longitude_deg or neither, was one")
    level = {"altitude_m": _altitude(numbers)}
    level["east_mps"], level["north_mps"] = _wind(numbers)
    if "sigma_mps" in numbers:
        level["sigma_mps"] = numbers["sigma_mps"]
    return (row.get("source", "imported"), valid_ns, latitude, longitude), level


def _altitude(numbers: dict[str, float]) -> float:
    given = [name for name in HEIGHTS if name in numbers]
    if len(given) != 1:
        raise ValueError(f"expected {' or '.join(HEIGHTS)}, was {'both' if given else 'neither'}")
    if given[0] == "altitude_m":
        return numbers["altitude_m"]
    if not 1.0 <= numbers["pressure_hpa"] <= 1100.0:
        raise ValueError(f"pressure_hpa: expected 1 to 1100, was {numbers['pressure_hpa']}")
    return float(altitude_of_pressure(numbers["pressure_hpa"]))


def _wind(numbers: dict[str, float]) -> tuple[float, float]:
    given = [pair for pair in WINDS if set(pair) <= set(numbers)]
    if len(given) != 1:
        raise ValueError(
            f"expected one of {' or '.join(' and '.join(pair) for pair in WINDS)}, was {len(given)} of them"
        )
    first, second = given[0]
    if first == "east_mps":
        return numbers[first], numbers[second]
    speed = numbers[first] * (KNOT_MPS if first == "speed_kt" else 1.0)
    if speed < 0.0 or not 0.0 <= numbers[second] <= 360.0:
        raise ValueError(
            f"expected {first} of 0 or more and from_deg within 0..360, was {numbers[first]}, {numbers[second]}"
        )
    towards = np.deg2rad(numbers[second] + 180.0)
    return float(speed * np.sin(towards)), float(speed * np.cos(towards))


def _table(
    entry: Entry,
    source: str,
    valid_ns: int,
    latitude: float | None,
    longitude: float | None,
    found: list[tuple[int, dict[str, float]]],
) -> WindTable:
    ordered = sorted(found, key=lambda one: one[1]["altitude_m"])
    for (_, low), (line, high) in pairwise(ordered):
        if low["altitude_m"] == high["altitude_m"]:
            raise ValueError(
                f"expected each height once in a table, was {high['altitude_m']:.0f} m again in row {line}"
            )
    place = "region" if latitude is None else f"{latitude},{longitude}"
    table_id = f"{source}/{valid_ns}/{place}"
    fields: dict[str, Any] = {
        "id": f"wind/{entry.origin}/{table_id}/{entry.time_ns}",
        "time_ns": entry.time_ns,
        "origin": entry.origin,
        "label": entry.label,
        "table_id": table_id,
        "source": source,
        "valid_ns": valid_ns,
        "latitude_deg": latitude,
        "longitude_deg": longitude,
        "levels": [level for _, level in ordered],
        "entered_by": entry.entered_by,
    }
    try:
        return WindTable.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = first["loc"]
        if len(where) > 1 and where[0] == "levels":
            line, name = ordered[int(where[1])][0], str(where[-1])
            raise ValueError(f"row {line}: {name}: {first['msg']}, was {first['input']!r}") from None
        raise ValueError(f"{'.'.join(map(str, where))}: {first['msg'].removeprefix('Value error, ')}") from None


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{name}: expected a number with a decimal point, was {text!r}") from None
    if not np.isfinite(value):
        raise ValueError(f"{name}: expected a number, was {text!r}")
    return value
