"""The published conformance vectors are what their oracles say, and sargas.geo passes them."""

import json
from typing import Any

import numpy as np
import pytest

from sargas.geo import enu, polar, wgs84
from sargas.geo.plane import RegionPlane
from sargas.geo.zone_geojson import zones_from_geojson
from sargas.geo.zones import ZoneIndex
from tests.geo import vectors
from tests.geo.oracle import ground_degrees_apart

GEODESY = json.loads((vectors.VECTORS / "geodesy.json").read_text())
ZONES = json.loads((vectors.VECTORS / "zones.json").read_text())


def test_the_geodesy_vectors_are_what_proj_says_today() -> None:
    made = vectors.geodesy()["cases"]
    assert len(made) == len(GEODESY["cases"])
    for name in ("geodetic", "ecef_m", "enu_m", "polar", "plane_m"):
        stored = [case[name] for case in GEODESY["cases"]]
        np.testing.assert_allclose(stored, [case[name] for case in made], rtol=0, atol=1e-6, err_msg=name)


def test_the_zone_vectors_are_what_shapely_says_today() -> None:
    made = vectors.zones()
    assert made["zones"] == ZONES["zones"]
    assert made["cases"] == ZONES["cases"]


@pytest.mark.parametrize("case", GEODESY["cases"])
def test_geodesy_passes_its_vectors(case: dict[str, Any]) -> None:
    origin, geodetic = case["origin"], np.array(case["geodetic"])
    metres, degrees = GEODESY["tolerance"]["m"], GEODESY["tolerance"]["deg"]
    frame, plane = enu.Frame(**origin), RegionPlane(origin["latitude_deg"], origin["longitude_deg"])
    np.testing.assert_allclose(wgs84.ecef_from_geodetic(*geodetic), case["ecef_m"], rtol=0, atol=metres)
    np.testing.assert_allclose(frame.enu_from_geodetic(*geodetic), case["enu_m"], rtol=0, atol=metres)
    np.testing.assert_allclose(polar.enu_from_polar(*case["polar"]), case["enu_m"], rtol=0, atol=metres)
    range_m, *angles_deg = polar.polar_from_enu(case["enu_m"])
    assert range_m == pytest.approx(case["polar"][0], abs=metres)
    np.testing.assert_allclose(angles_deg, case["polar"][1:], rtol=0, atol=degrees)
    np.testing.assert_allclose(plane.plane_from_geodetic(*geodetic[:2]), case["plane_m"], rtol=0, atol=metres)
    for found in (
        wgs84.geodetic_from_ecef(case["ecef_m"]),
        frame.geodetic_from_enu(case["enu_m"]),
        (*plane.geodetic_from_plane(*case["plane_m"]), geodetic[2]),
    ):
        assert abs(found[0] - geodetic[0]) < degrees
        assert ground_degrees_apart(geodetic[0], found[1], geodetic[1]) < degrees
        assert abs(found[2] - geodetic[2]) < metres


def test_zones_pass_their_vectors() -> None:
    zones = zones_from_geojson(ZONES["zones"])
    index = ZoneIndex.of(zones, RegionPlane(**ZONES["region"]))
    for case in ZONES["cases"]:
        if "point" in case:
            longitude, latitude, altitude = case["point"]
            found = index.contains(latitude, longitude, altitude)[0]
        elif "segment" in case:
            (lon0, lat0, alt0), (lon1, lat1, alt1) = case["segment"]
            found = index.crossed(lat0, lon0, alt0, lat1, lon1, alt1)[0]
        else:
            found = index.overlaps(case["ring"])
        assert [zone.id for zone, hit in zip(zones, found, strict=True) if hit] == case["zones"], case
    assert {name for case in ZONES["cases"] for name in case} == {"point", "segment", "ring", "zones"}
    assert {len(case["zones"]) for case in ZONES["cases"]} == {0, 1, 2, 3}
