"""GeoJSON zones are read whole or refused with the feature and the field named."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.geo.zone_geojson import zones_from_geojson

RING = [[24.0, 55.0], [25.0, 55.0], [25.0, 56.0], [24.0, 55.0]]
HOLE = [[24.5, 55.2], [24.8, 55.2], [24.8, 55.4], [24.5, 55.2]]


def feature(shape_type: str = "Polygon", coordinates: Any = None, **properties: Any) -> dict[str, Any]:
    shape = {"type": shape_type, "coordinates": [RING, HOLE] if coordinates is None else coordinates}
    fields = {"id": "plant", "kind": "protected"} | properties
    return {"type": "Feature", "geometry": shape, "properties": fields}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def test_a_polygon_with_a_hole_and_all_properties_is_read() -> None:
    (zone,) = zones_from_geojson(
        collection(feature(name="Plant", value=3, floor_m=0, ceiling_m=2500, fill="#f00", **{"marker-color": "#0f0"}))
    )
    assert (zone.id, zone.name, zone.kind, zone.value) == ("plant", "Plant", "protected", 3.0)
    assert (zone.floor_m, zone.ceiling_m) == (0.0, 2500.0)
    assert zone.polygon == ((24.0, 55.0), (25.0, 55.0), (25.0, 56.0))
    assert zone.holes == (((24.5, 55.2), (24.8, 55.2), (24.8, 55.4)),)


def test_a_point_with_a_radius_is_a_cylinder() -> None:
    (zone,) = zones_from_geojson(collection(feature("Point", [25.286, 54.634, 196.0], radius_m=5000)))
    assert (zone.centre, zone.radius_m, zone.polygon) == ((25.286, 54.634), 5000.0, ())


def test_a_multipolygon_gives_one_zone_a_part() -> None:
    zones = zones_from_geojson(collection(feature("MultiPolygon", [[RING], [HOLE]], kind="border", name="Coast")))
    assert [(zone.id, zone.name) for zone in zones] == [("plant/1", "Coast"), ("plant/2", "Coast")]


def test_the_features_own_id_serves_when_the_properties_have_none() -> None:
    (zone,) = zones_from_geojson(collection(feature() | {"id": 7, "properties": {"kind": "border"}}))
    assert (zone.id, zone.name) == ("7", "7")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"type": "Polygon"}, "feature 1: type: expected 'Feature', was 'Polygon'"),
        (None, "feature 1: type: expected 'Feature', was None"),
        (feature() | {"geometry": None}, "feature 1: geometry: expected a Polygon, MultiPolygon or Point, was None"),
        (feature("LineString"), "feature 1: geometry.type: expected Polygon, MultiPolygon .* was 'LineString'"),
        (feature("MultiPolygon", []), "feature 1: geometry.type"),
        (feature("Point", [25.0, 54.0]), "feature 1: properties.radius_m: expected a radius in metres"),
        (feature(radius_m=5.0), "feature 1: properties.radius_m: expected none, for a Polygon has its own shape"),
        (feature("Point", [25.0], radius_m=5), r"feature 1: geometry.coordinates: expected longitude, latitude"),
        (feature("Polygon", []), r"feature 1: geometry.coordinates: expected a list of rings, was \[\]"),
        (feature("Polygon", [7]), r"feature 1: geometry.coordinates\[0\]: expected a list of positions, was 7"),
        (feature("Polygon", [RING, RING[:2]]), r"feature 1: geometry.coordinates\[1\]: expected a ring of 3 or more"),
        (
            feature("Polygon", [[[25, 95], *RING]]),
            r"geometry.coordinates\[0\]\[0\]: .* latitude within 90 deg",
        ),
        (
            feature("MultiPolygon", [[RING], [["x"]]]),
            r"feature 1: geometry.coordinates\[1\]\[0\]\[0\]: exp",
        ),
        (feature(ceilng_m=5.0), "feature 1: properties.ceilng_m: expected one of id, name, kind"),
        (feature(id=None), "feature 1: properties.id: expected a name that is unique"),
        (feature() | {"properties": None}, "feature 1: properties: expected an object with id and kind, was None"),
        (
            feature(kind="danger"),
            r"feature 1 \(zone plant\): properties.kind: Input should be 'protected'",
        ),
        (feature(kind=None), r"feature 1 \(zone plant\): properties.kind: Field required"),
        (feature(floor_m=500, ceiling_m=100), r"feature 1 \(zone plant\): .*expected ceiling_m above floor_m"),
        (feature(value=-1), r"feature 1 \(zone plant\): properties.value: Input should be greater than or equal to 0"),
    ],
)
def test_a_wrong_feature_is_refused_by_index_and_field(wrong: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        zones_from_geojson(collection(feature(), wrong))


@pytest.mark.parametrize("document", [{}, {"type": "Feature"}, {"type": "FeatureCollection", "features": {}}])
def test_a_document_that_is_no_collection_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected a GeoJSON FeatureCollection with features"):
        zones_from_geojson(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, JSON, JSON)
def test_any_json_is_read_or_refused_with_a_value_error(geometry: Any, coordinates: Any, properties: Any) -> None:
    candidates = [
        {"type": "Feature", "geometry": geometry, "properties": properties},
        feature("Polygon", [coordinates]),
        feature("Point", coordinates, radius_m=geometry),
    ]
    for candidate in candidates:
        try:
            zones = zones_from_geojson(collection(candidate))
        except ValueError:
            continue
        assert all(zone.polygon or zone.centre for zone in zones)
