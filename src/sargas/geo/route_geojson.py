"""Routes from GeoJSON (RFC 7946): the LineStrings of kind ``route`` in a file of zones. Fields: docs/prediction.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from sargas.model.records import Route

KIND = "route"
PROPERTIES = ("id", "name", "kind", "width_m")
DRAWING_PROPERTIES = ("title", "description", "stroke", "stroke-width", "stroke-opacity")
"""Left by map editors (simplestyle); they mean nothing here and are passed over."""


def routes_from_geojson(document: Mapping[str, Any]) -> tuple[Route, ...]:
    """Read the routes of a FeatureCollection; features of another kind are passed over.

    Raises ValueError that names the feature by index and the field, for anything missing, unknown or of a wrong kind.
    """
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise ValueError(f"expected a GeoJSON FeatureCollection with features, was type {document.get('type')!r}")
    return tuple(_route(index, feature) for index, feature in enumerate(features) if is_route(feature))


def is_route(feature: Any) -> bool:
    """Say whether a feature is a route, right or wrong in what else it says."""
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    return isinstance(properties, Mapping) and properties.get("kind") == KIND


def _route(index: int, feature: Mapping[str, Any]) -> Route:
    properties, geometry = feature["properties"], feature.get("geometry")
    for name in properties:
        if name not in PROPERTIES and name not in DRAWING_PROPERTIES:
            raise _wrong(index, f"properties.{name}", f"one of {', '.join(PROPERTIES)}", name)
    identity = properties.get("id", feature.get("id"))
    if identity is None:
        raise _wrong(index, "properties.id", "a name that is unique among the routes", None)
    kind = geometry.get("type") if isinstance(geometry, Mapping) else geometry
    if not isinstance(geometry, Mapping) or kind != "LineString":
        raise _wrong(index, "geometry.type", "a LineString, for it is a route", kind)
    line = geometry.get("coordinates")
    if not isinstance(line, list):
        raise _wrong(index, "geometry.coordinates", "a list of positions", line)
    fields = {"id": str(identity), "name": properties.get("name") or str(identity)}
    fields["line"] = tuple(_position(index, f"geometry.coordinates[{i}]", position) for i, position in enumerate(line))
    if properties.get("width_m") is not None:
        fields["width_m"] = properties["width_m"]
    try:
        return Route.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(["properties", *(str(part) for part in first["loc"])])
        raise ValueError(f"feature {index} (route {fields['id']}): {field}: {first['msg']}") from None


def _position(index: int, field: str, position: Any) -> tuple[float, float]:
    numbers = position if isinstance(position, list) else []
    if len(numbers) < 2 or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in numbers):
        raise _wrong(index, field, "longitude, latitude in degrees", position)
    return float(numbers[0]), float(numbers[1])


def _wrong(index: int, field: str, expected: str, was: Any) -> ValueError:
    return ValueError(f"feature {index}: {field}: expected {expected}, was {was!r}")
