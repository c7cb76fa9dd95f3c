"""Units that could respond, from CSV and GeoJSON: all rows good, or every bad one with its line. Page: docs/units.md.

Pure: text in, units and problems out; nothing of a file with a problem is meant to take effect.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sargas.identification.permission_files import Entry, Problem, read_time_ns
from sargas.model.unit_records import Unit

FIELDS = ("unit_id", "name", "role", "state", "ready_in_s", "contact", "position_time")
"""Properties of a GeoJSON feature, and columns of a CSV file beside the place."""
COLUMNS = (*FIELDS, "latitude_deg", "longitude_deg")
NEEDED = ("unit_id", "name", "role", "latitude_deg", "longitude_deg")
SAME = {"id", "time_ns", "origin", "label", "entered_by"}
"""Fields of a record that say who entered it and when, not what the unit is."""
Row = tuple[int, dict[str, Any] | str]
"""Line or number of a row, and what stands in it, or why it cannot be read."""


@dataclass(frozen=True, slots=True)
class UnitFile:
    """What a file holds; with a problem nothing of it is to take effect."""

    units: tuple[Unit, ...]
    problems: tuple[Problem, ...]


def read_units(text: str, entry: Entry) -> UnitFile:
    """Read a CSV or GeoJSON text, told apart by how it begins: GeoJSON with a brace."""
    text = text.removeprefix("\ufeff")
    rows = _features(text) if text.lstrip().startswith("{") else _lines(text)
    units, problems = dict[str, Unit](), list[Problem]()
    for line, fields in rows:
        try:
            unit = _unit(fields, entry)
        except ValueError as error:
            problems.append(Problem(line, str(error)))
            continue
        if unit.unit_id in units:
            problems.append(Problem(line, f"unit_id: expected each once, was {unit.unit_id!r} before already"))
        units[unit.unit_id] = unit
    if not units and not problems:
        problems.append(Problem(1, "expected one or more units, was none"))
    return UnitFile(tuple(units.values()), tuple(problems))


def is_same(unit: Unit, other: Unit) -> bool:
    """Say whether two revisions say the same of a unit, whoever entered them and when."""
    return unit.model_dump(exclude=SAME) == other.model_dump(exclude=SAME)


def _lines(text: str) -> Iterator[Row]:
    """Yield the rows of a CSV text; separators are commas, or semicolons where the header has them."""
    header = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = names
        wrong = [*(name for name in names if name not in COLUMNS), *(name for name in NEEDED if name not in names)]
        wrong += sorted({name for name in names if names.count(name) > 1} - set(wrong))
        if wrong:
            told = ", ".join(wrong)
            yield 1, f"expected the columns {', '.join(COLUMNS)}, each once; missing, unknown or twice: {told}"
            return
        for row in reader:
            if None in row:
                yield reader.line_num, "expected as many cells as the header has, was more"
            elif given := {name: value.strip() for name, value in row.items() if value and value.strip()}:
                yield reader.line_num, given
    except csv.Error as error:
        yield max(reader.line_num, 1), f"expected CSV, was not: {error}"


def _features(text: str) -> Iterator[Row]:
    """Yield the features of a GeoJSON text: points with properties."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield getattr(error, "lineno", 1), f"expected GeoJSON, was not: {error}"
        return
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        yield 1, f"expected a GeoJSON FeatureCollection with features, was type {document.get('type')!r}"
        return
    yield from ((number, _feature(feature)) for number, feature in enumerate(features, 1))


def _feature(feature: Any) -> dict[str, Any] | str:
    if not isinstance(feature, Mapping) or not isinstance(feature.get("properties"), Mapping):
        return "expected a Feature with properties, was none"
    geometry = feature.get("geometry")
    place = geometry.get("coordinates") if isinstance(geometry, Mapping) and geometry.get("type") == "Point" else None
    if not isinstance(place, list) or len(place) < 2:
        return "geometry: expected a Point, was none"
    given = {name: value for name, value in feature["properties"].items() if value is not None}
    unknown = [name for name in given if name not in FIELDS]
    if unknown:
        return f"properties.{unknown[0]}: expected one of {', '.join(FIELDS)}"
    if feature.get("id") is not None:
        given.setdefault("unit_id", str(feature["id"]))
    return given | {"longitude_deg": place[0], "latitude_deg": place[1]}


def _unit(fields: dict[str, Any] | str, entry: Entry) -> Unit:
    """Make the record; raises ValueError that names the field."""
    if isinstance(fields, str):
        raise ValueError(fields)
    missing = [name for name in NEEDED if name not in fields]
    if missing:
        raise ValueError(f"expected {missing[0]}, was missing")
    if fields.get("state") == "removed":
        raise ValueError("state: expected ready, busy or unavailable, was 'removed': delete the unit instead")
    given = dict(fields)
    told = given.pop("position_time", None)
    header = {
        "id": f"unit/{entry.origin}/{given['unit_id']}/{entry.time_ns}",
        "time_ns": entry.time_ns,
        "origin": entry.origin,
        "label": entry.label,
        "entered_by": entry.entered_by,
        "position_ns": entry.time_ns if told is None else read_time_ns("position_time", told),
    }
    try:
        return Unit.model_validate(header | given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{where}: {first['msg']}, was {first['input']!r}") from None
