"""Routes stand in the file of zones; each reader takes its own and refuses what is wrong with it by name."""

from typing import Any

import pytest

from sargas.geo.route_geojson import routes_from_geojson
from sargas.geo.zone_geojson import zones_from_geojson

LINE = [[24.0, 55.0], [24.5, 55.1, 120.0], [25.0, 55.0]]
PLANT = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [25.0, 55.0]},
         "properties": {"id": "plant", "kind": "protected", "radius_m": 2000}}  # fmt: skip


def feature(shape: str = "LineString", coordinates: Any = None, **properties: Any) -> dict[str, Any]:
    fields = {"id": "neris", "kind": "route"} | properties
    geometry = {"type": shape, "coordinates": LINE if coordinates is None else coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": fields}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def test_one_file_holds_zones_and_routes() -> None:
    document = collection(PLANT, feature(name="Neris", width_m=900, stroke="#00f"))
    (zone,), (route,) = zones_from_geojson(document), routes_from_geojson(document)
    assert (zone.id, route.id, route.name, route.width_m) == ("plant", "neris", "Neris", 900.0)
    assert route.line == ((24.0, 55.0), (24.5, 55.1), (25.0, 55.0))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (feature("Polygon", [LINE]), "feature 0: geometry.type"),
        (feature(coordinates=[[24.0]]), r"geometry.coordinates\[0\]"),
        (feature(coordinates=LINE[:1]), "two or more corners"),
        (feature(coordinates=[[24.0, 55.0], [24.0, 95.0]]), "properties.line"),
        (feature(width_m=0), "properties.width_m"),
        (feature(radius_m=5), "properties.radius_m"),
        ({"type": "Feature", "geometry": {"type": "LineString", "coordinates": LINE}, "properties": {"kind": "route"}},
         "properties.id"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        routes_from_geojson(collection(wrong))


def test_a_line_that_is_no_route_is_no_zone_either() -> None:
    with pytest.raises(ValueError, match=r"geometry.type"):
        zones_from_geojson(collection(feature(kind="protected")))
