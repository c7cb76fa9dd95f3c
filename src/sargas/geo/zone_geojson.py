"""Zones from GeoJSON (RFC 7946), so that any map editor can draw them. Fields: docs/geodesy.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from sargas.geo.route_geojson import is_route
from sargas.model.records import Zone

PROPERTIES = ("id", "name", "kind", "value", "closes", "floor_m", "ceiling_m", "radius_m")
DRAWING_PROPERTIES = ("title", "description", "stroke", "stroke-width", "stroke-opacity", "fill", "fill-opacity")
"""Left by map editors (simplestyle); they mean nothing here and are passed over."""


def zones_from_geojson(document: Mapping[str, Any]) -> tuple[Zone, ...]:
    """Read the zones of a FeatureCollection: Polygon, MultiPolygon, and Point with ``radius_m`` (a cylinder).

    Routes are passed over: ``route_geojson`` reads them. A MultiPolygon of n parts becomes n zones, their ids ``id/1``
    to ``id/n``. Raises ValueError that names the feature
    by index and the field, for anything missing, unknown or of a wrong kind.
    """
    if not isinstance(document, Mapping):
        raise ValueError(f"expected a GeoJSON FeatureCollection, was a {type(document).__name__}: wrap its features")
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise ValueError(
            f"expected a GeoJSON FeatureCollection with features, was type {document.get('type')!r}; "
            "wrap single features as {'type': 'FeatureCollection', 'features': [...]}"
        )
    drawn = ((index, feature) for index, feature in enumerate(features) if not is_route(feature))
    return tuple(zone for index, feature in drawn for zone in _zones_of(index, feature))


def shape_from_geometry(geometry: Any, *, has_radius: bool) -> dict[str, Any]:
    """Return ``polygon`` and ``holes`` of a Polygon, ``centre`` of a Point that has a radius.

    Raises ValueError that names the part of the geometry.
    """
    if not isinstance(geometry, Mapping):
        raise _wrong(None, "geometry", "a Polygon, or a Point with radius_m", geometry)
    kind = geometry.get("type")
    if kind == "Point" and has_radius:
        return {"centre": _position(None, "geometry.coordinates", geometry.get("coordinates"))}
    if kind == "Polygon" and not has_radius:
        return _rings(None, "geometry.coordinates", geometry.get("coordinates"))
    raise _wrong(
        None, "geometry", "a Polygon, or a Point with radius_m", f"{kind}{' with radius_m' if has_radius else ''}"
    )


def _zones_of(index: int, feature: Any) -> list[Zone]:
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        raise _wrong(index, "type", "'Feature'", feature.get("type") if isinstance(feature, Mapping) else feature)
    fields = _fields(index, feature)
    geometry = feature.get("geometry")
    if not isinstance(geometry, Mapping):
        raise _wrong(index, "geometry", "a Polygon, MultiPolygon or Point", geometry)
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Point":
        if "radius_m" not in fields:
            raise _wrong(index, "properties.radius_m", "a radius in metres, for a Point is a cylinder", None)
        return [_zone(index, fields | {"centre": _position(index, "geometry.coordinates", coordinates)})]
    if "radius_m" in fields:
        raise _wrong(index, "properties.radius_m", f"none, for a {kind} has its own shape", fields["radius_m"])
    if kind == "Polygon":
        return [_zone(index, fields | _rings(index, "geometry.coordinates", coordinates))]
    if kind == "MultiPolygon" and isinstance(coordinates, list) and coordinates:
        return [
            _zone(index, fields | {"id": f"{fields['id']}/{n}"} | _rings(index, f"geometry.coordinates[{n - 1}]", part))
            for n, part in enumerate(coordinates, start=1)
        ]
    raise _wrong(index, "geometry.type", "Polygon, MultiPolygon (not empty) or Point", kind)


def _fields(index: int, feature: Mapping[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    if not isinstance(properties, Mapping):
        raise _wrong(index, "properties", "an object with id and kind", properties)
    for name in properties:
        if name not in PROPERTIES and name not in DRAWING_PROPERTIES and not str(name).startswith("marker-"):
            raise _wrong(index, f"properties.{name}", f"one of {', '.join(PROPERTIES)}", name)
    fields = {name: properties[name] for name in PROPERTIES if properties.get(name) is not None}
    identity = fields.get("id", feature.get("id"))
    if identity is None:
        raise _wrong(index, "properties.id", "a name that is unique among the zones", None)
    if isinstance(identity, bool) or not isinstance(identity, str | int | float):
        raise _wrong(index, "properties.id", "a name or a number", identity)
    fields["id"] = str(identity)
    fields.setdefault("name", fields["id"])
    return fields


def _rings(index: int | None, field: str, coordinates: Any) -> dict[str, Any]:
    if not isinstance(coordinates, list) or not coordinates:
        raise _wrong(index, field, "a list of rings", coordinates)
    rings = [_ring(index, f"{field}[{i}]", ring) for i, ring in enumerate(coordinates)]
    return {"polygon": rings[0], "holes": tuple(rings[1:])}


def _ring(index: int | None, field: str, ring: Any) -> tuple[tuple[float, float], ...]:
    if not isinstance(ring, list):
        raise _wrong(index, field, "a list of positions", ring)
    positions = [_position(index, f"{field}[{i}]", position) for i, position in enumerate(ring)]
    if len(positions) > 1 and positions[0] == positions[-1]:
        positions.pop()
    if len(set(positions)) < 3:
        raise _wrong(index, field, "a ring of 3 or more different positions", len(set(positions)))
    return tuple(positions)


def _position(index: int | None, field: str, position: Any) -> tuple[float, float]:
    numbers = position if isinstance(position, list) else []
    if len(numbers) < 2 or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in numbers):
        raise _wrong(index, field, "longitude, latitude in degrees", position)
    longitude_deg, latitude_deg = numbers[:2]
    if not (abs(longitude_deg) <= 180 and abs(latitude_deg) <= 90):  # as they stand: not every integer is a float
        raise _wrong(index, field, "longitude within 180 and latitude within 90 deg, in this order", position)
    return float(longitude_deg), float(latitude_deg)


def _zone(index: int, fields: dict[str, Any]) -> Zone:
    try:
        return Zone.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(["properties", *(str(part) for part in first["loc"])])
        raise ValueError(f"feature {index} (zone {fields['id']}): {field}: {first['msg']}") from None


def _wrong(index: int | None, field: str, expected: str, was: Any) -> ValueError:
    owner = "" if index is None else f"feature {index}: "
    return ValueError(f"{owner}{field}: expected {expected}, was {was!r}")
