"""Flight permissions from CSV and GeoJSON: all rows good, or every bad one with its line. Page: docs/cooperation.md.

Pure: text in, permissions and problems out; nothing of a file with a problem is meant to take effect.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from sargas.geo.zone_geojson import DRAWING_PROPERTIES, shape_from_geometry
from sargas.model.columns import NS_PER_S
from sargas.model.identity_records import FlightPermission
from sargas.model.label import Label

if TYPE_CHECKING:
    from sargas.geo.plane import RegionPlane

TEXT_FIELDS = ("permission_id", "holder", "purpose", "icao_address", "mode_3a", "callsign", "uas_id")
NUMBER_FIELDS = ("floor_m", "ceiling_m", "radius_m", "count")
TIME_FIELDS = ("valid_from", "valid_until")
FIELDS = (*TEXT_FIELDS, *NUMBER_FIELDS, *TIME_FIELDS, "classes")
"""Properties of a GeoJSON feature, and columns of a CSV file beside its shape."""
SHAPE_COLUMNS = ("latitude_deg", "longitude_deg", "polygon")
COLUMNS = (*FIELDS, *SHAPE_COLUMNS)
NEEDED = ("permission_id", "holder", *TIME_FIELDS)
LONGEST = {"permission_id": 100, "holder": 200}
"""Characters: each goes to every screen, as often as something of the permissions changes."""
TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:?\d\d)?")
FIRST_YEAR, LAST_YEAR = 1970, 2261
"""Years that nanoseconds since 1970 hold as a whole."""
SAME = {"id", "time_ns", "origin", "label", "entered_by"}
"""Fields of a record that say who entered it and when, not what is permitted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Who enters permissions, when and under which label."""

    time_ns: int
    origin: str
    label: Label
    entered_by: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row: its line in a CSV file, the number of its feature in GeoJSON, from 1; and why."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class PermissionFile:
    """What a file holds; with a problem nothing of it is to take effect."""

    permissions: tuple[FlightPermission, ...]
    problems: tuple[Problem, ...]


def read_permissions(text: str, entry: Entry) -> PermissionFile:
    """Read a CSV or GeoJSON text, told apart by how it begins: GeoJSON with a brace."""
    rows = _features(text) if text.lstrip("\ufeff \t\r\n").startswith("{") else _lines(text)
    permissions, problems, first = list[FlightPermission](), list[Problem](), dict[str, int]()
    for line, make in rows:
        try:
            permission = _permission(make(), entry)
        except ValueError as error:
            problems.append(Problem(line, str(error)))
            continue
        if permission.permission_id in first:
            earlier = first[permission.permission_id]
            problems.append(Problem(line, f"permission_id: expected each once, was {permission.permission_id!r} "
                                          f"in {earlier} already"))  # fmt: skip
            continue
        first[permission.permission_id] = line
        permissions.append(permission)
    if not permissions and not problems:
        problems.append(Problem(1, "expected one or more permissions, was none"))
    return PermissionFile(tuple(permissions), tuple(problems))


def is_same(permission: FlightPermission, other: FlightPermission) -> bool:
    """Say whether two revisions permit the same, whoever entered them and when."""
    return permission.model_dump(exclude=SAME) == other.model_dump(exclude=SAME)


def is_in_plane(permission: FlightPermission, plane: RegionPlane) -> bool:
    """Say whether a permission lies in the region plane as a whole."""
    points = [permission.centre] if permission.centre is not None else list(permission.polygon)
    points += [point for hole in permission.holes for point in hole]
    longitude, latitude = np.array(points, np.float64).T
    return bool(np.isfinite(plane.plane_from_geodetic(latitude, longitude)[0]).all())


Row = tuple[int, Callable[[], dict[str, Any]]]


def _lines(text: str) -> Iterator[Row]:
    """Yield the rows of a CSV text; separators are commas, or semicolons where the header has them."""
    text = text.removeprefix("\ufeff")
    header = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = names
        unknown = [name for name in names if name not in COLUMNS]
        missing = [name for name in NEEDED if name not in names]
        twice = sorted({name for name in names if names.count(name) > 1} - set(unknown))
        if unknown or missing or twice:
            text = f"expected the columns {', '.join(COLUMNS)}"
            text += f", was also {', '.join(map(repr, unknown))}" if unknown else ""
            text += f", was twice {', '.join(twice)}" if twice else ""
            text += f", was without {', '.join(missing)}" if missing else ""
            yield 1, _raising(text)
            return
        for row in reader:
            if any((value or "").strip() for value in row.values() if not isinstance(value, list)):
                yield reader.line_num, partial(_csv_fields, dict(row))
    except csv.Error as error:
        yield max(reader.line_num, 1), _raising(f"expected CSV, was not: {error}")


def _raising(text: str) -> Callable[[], dict[str, Any]]:
    def make() -> dict[str, Any]:
        raise ValueError(text)

    return make


def _csv_fields(row: Mapping[str | None, Any]) -> dict[str, Any]:
    if None in row:
        raise ValueError(f"expected as many cells as the header has, was {len(row[None])} more")
    given = {str(name): value.strip() for name, value in row.items() if value is not None and value.strip()}
    fields = {name: value for name, value in given.items() if name not in SHAPE_COLUMNS}
    place = [name for name in ("latitude_deg", "longitude_deg", "radius_m") if name in given]
    if ("polygon" in given) == bool(place):
        raise ValueError("expected latitude_deg, longitude_deg and radius_m, or polygon, and not both")
    if place:
        if len(place) < 3:
            raise ValueError(f"expected latitude_deg, longitude_deg and radius_m together, was only {', '.join(place)}")
        fields["centre"] = (
            _number("longitude_deg", given["longitude_deg"]),
            _number("latitude_deg", given["latitude_deg"]),
        )
    else:
        fields["polygon"] = _polygon(given["polygon"])
    return fields


def _polygon(text: str) -> tuple[tuple[float, float], ...]:
    """Read ``lon lat, lon lat, ...``, also as WKT ``POLYGON ((...))`` of one ring."""
    inner = text.strip()
    if inner.upper().startswith("POLYGON"):
        inner = inner[len("POLYGON") :].strip().removeprefix("((").removesuffix("))")
    points = []
    for part in inner.split(","):
        numbers = part.split()
        if len(numbers) != 2:
            raise ValueError(f"polygon: expected 'lon lat, lon lat, ...' of one ring, was {part.strip()!r} in it")
        points.append((_number("polygon", numbers[0]), _number("polygon", numbers[1])))
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return tuple(points)


def _features(text: str) -> Iterator[Row]:
    """Yield the features of a GeoJSON text."""
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        yield getattr(error, "lineno", 1), _raising(f"expected GeoJSON, was not: {error}")
        return
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        yield 1, _raising(f"expected a GeoJSON FeatureCollection with features, was type {document.get('type')!r}")
        return
    for number, feature in enumerate(features, 1):
        yield number, partial(_feature_fields, feature)


def _feature_fields(feature: Any) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(properties, Mapping):
        raise ValueError("expected a Feature with properties, was none")
    fields = {name: value for name, value in properties.items() if value is not None and name not in DRAWING_PROPERTIES}
    unknown = [name for name in fields if name not in FIELDS and not name.startswith("marker-")]
    if unknown:
        raise ValueError(f"properties.{unknown[0]}: expected one of {', '.join(FIELDS)}")
    if "permission_id" not in fields and feature.get("id") is not None:
        fields["permission_id"] = str(feature["id"])
    return {name: value for name, value in fields.items() if name in FIELDS} | shape_from_geometry(
        feature.get("geometry"), has_radius="radius_m" in fields
    )


def _permission(fields: dict[str, Any], entry: Entry) -> FlightPermission:
    """Make the record; raises ValueError that names the field."""
    missing = [name for name in NEEDED if name not in fields]
    if missing:
        raise ValueError(f"expected {missing[0]}, was missing")
    given = {name: value for name, value in fields.items() if name not in TIME_FIELDS and name != "classes"}
    for name in TIME_FIELDS:
        given[f"{name}_ns"] = read_time_ns(name, fields[name])
    for name in NUMBER_FIELDS:
        if name in given:
            given[name] = _number(name, given[name])
    if "classes" in fields:
        classes = fields["classes"]
        given["classes"] = classes.replace(";", " ").split() if isinstance(classes, str) else classes
    if isinstance(given.get("icao_address"), str):
        given["icao_address"] = given["icao_address"].lower()
    for name, most in LONGEST.items():
        if len(str(given[name])) > most:
            raise ValueError(f"{name}: expected at most {most} characters, was {len(str(given[name]))}")
    permission_id = str(given["permission_id"])
    header = {"id": f"permission/{entry.origin}/{permission_id}/{entry.time_ns}", "time_ns": entry.time_ns}
    try:
        return FlightPermission.model_validate(
            header | {"origin": entry.origin, "label": entry.label, "entered_by": entry.entered_by} | given
        )
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        told = first["msg"].removeprefix("Value error, ")
        raise ValueError(f"{where}: {told}, was {first['input']!r}" if where else told) from None


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name}: expected a number with a decimal point, was {value!r}") from None


def read_time_ns(name: str, value: Any) -> int:
    """Read an ISO 8601 time with its offset; raises ValueError for one without: whose noon it is must be said."""
    found = TIME.fullmatch(str(value).strip())
    if found is None:
        raise ValueError(f"{name}: expected a time as 2026-05-01T08:00:00Z, was {value!r}")
    day, clock, offset = found.groups()
    if offset is None:
        raise ValueError(f"{name}: expected a time with Z or an offset as +03:00, was {value!r}")
    if not FIRST_YEAR <= int(day[:4]) <= LAST_YEAR:  # others would come out as quite another year
        raise ValueError(f"{name}: expected a year within {FIRST_YEAR}..{LAST_YEAR}, was {value!r}")
    try:
        time_ns = int(np.datetime64(f"{day}T{clock}", "ns").astype(np.int64))
    except ValueError:
        raise ValueError(f"{name}: expected a time as 2026-05-01T08:00:00Z, was {value!r}") from None
    if offset == "Z":
        return time_ns
    if int(offset[1:3]) > 23 or int(offset[-2:]) > 59:
        raise ValueError(f"{name}: expected an offset as +03:00, was {value!r}")
    minutes = 60 * int(offset[1:3]) + int(offset[-2:])
    return time_ns - (-1 if offset[0] == "-" else 1) * minutes * 60 * NS_PER_S
