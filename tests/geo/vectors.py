"""Make the conformance vectors of spec/vectors from PROJ and shapely: ``python -m tests.geo.vectors``.

They are for every implementation of the specification, in any language; none of the numbers comes from sargas.geo.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from tests.geo.oracle import CART, PLACES, positions_around, topocentric, transverse_mercator

VECTORS = Path(__file__).parents[2] / "spec" / "vectors"
POSITIONS = 8
"""A place."""
REGION = (55.5, 24.0)
"""Centre (lat, lon deg) of the plane of the zone vectors."""


def main() -> None:
    """Write both files."""
    for name, content in (("geodesy.json", geodesy()), ("zones.json", zones())):
        (VECTORS / name).write_text(_as_json(content))


def _as_json(content: dict[str, Any]) -> str:
    """Write one case a line, so that a change shows as one line."""
    cases = ",\n".join("  " + json.dumps(case) for case in content["cases"])
    head = {name: value for name, value in content.items() if name != "cases"}
    return json.dumps(head, indent=1)[:-2] + ',\n "cases": [\n' + cases + "\n ]\n}\n"


def geodesy() -> dict[str, Any]:
    """Spread positions around each place and convert them with PROJ."""
    cases = [case for place in PLACES for case in _geodesy_around(place)]
    return {
        "what": "Geodetic positions in ECEF, ENU, polar and region-plane coordinates; docs/geodesy.md",
        "made_with": f"PROJ {pyproj.proj_version_str}: cart, topocentric, tmerc (poder_engsager); polar by its formula",
        "tolerance": {"m": 1e-3, "deg": 1e-9, "note": "longitude and azimuth as degrees of great circle"},
        "cases": cases,
    }


def _geodesy_around(place: tuple[float, float, float]) -> list[dict[str, Any]]:
    latitudes, longitudes, heights = positions_around(*place[:2], n=POSITIONS)
    ecef = np.stack(CART.transform(longitudes, latitudes, heights), axis=1)
    enu = np.stack(topocentric(*place).transform(longitudes, latitudes, heights), axis=1)
    plane = np.stack(transverse_mercator(*place[:2])(longitudes, latitudes), axis=1)
    east, north, up = enu.astype(np.longdouble).T
    azimuth = np.degrees(np.arctan2(east, north)) % 360
    elevation = np.degrees(np.arctan2(up, np.hypot(east, north)))
    polar = np.stack([np.sqrt(east**2 + north**2 + up**2), azimuth, elevation], axis=1).astype(float)
    return [
        {
            "origin": {"latitude_deg": place[0], "longitude_deg": place[1], "height_m": place[2]},
            "geodetic": [latitudes[i], longitudes[i], heights[i]],
            "ecef_m": ecef[i].tolist(),
            "enu_m": enu[i].tolist(),
            "polar": polar[i].tolist(),
            "plane_m": plane[i].tolist(),
        }
        for i in range(POSITIONS)
    ]


def zones() -> dict[str, Any]:
    """Ask shapely, in PROJ's transverse Mercator plane, about points, segments and rings against a few zones."""
    features = _features()
    shapes = [(_shape(feature), feature["properties"]) for feature in features]
    random = np.random.default_rng(17)
    cases = [case for _ in range(60) for case in _zone_cases(random, shapes)]
    return {
        "what": "Zones (GeoJSON) and which of them points are in, segments cross and rings overlap; docs/geodesy.md",
        "made_with": f"shapely {shapely.__version__} in PROJ {pyproj.proj_version_str} tmerc, k = 1",
        "region": {"latitude_deg": REGION[0], "longitude_deg": REGION[1]},
        "note": "Nothing lies nearer than 5 m to an edge. Points and segments: longitude, latitude, altitude.",
        "zones": {"type": "FeatureCollection", "features": features},
        "cases": cases,
    }


def _features() -> list[dict[str, Any]]:
    ring = [[24.0, 55.0], [25.0, 55.1], [25.2, 55.9], [24.4, 55.5], [23.8, 55.8], [24.0, 55.0]]
    hole = [[24.3, 55.15], [24.7, 55.2], [24.6, 55.4], [24.3, 55.15]]
    border = [[22.5, 54.6], [26.0, 54.4], [26.4, 56.4], [22.2, 56.2], [22.5, 54.6]]
    shapes = (
        ("plant", "protected", {"type": "Polygon", "coordinates": [ring, hole]}, {"ceiling_m": 3000.0}),
        (
            "range",
            "restricted",
            {"type": "Point", "coordinates": [25.5, 55.6]},
            {"radius_m": 25000.0, "floor_m": 500.0},
        ),
        ("border", "border", {"type": "Polygon", "coordinates": [border]}, {}),
    )
    return [
        {"type": "Feature", "geometry": geometry, "properties": {"id": zone_id, "kind": kind} | fields}
        for zone_id, kind, geometry, fields in shapes
    ]


def _shape(feature: dict[str, Any]) -> shapely.Geometry:
    plane, geometry = transverse_mercator(*REGION), feature["geometry"]
    if geometry["type"] == "Point":
        longitude, latitude = geometry["coordinates"]
        scale = plane.get_factors(longitude, latitude).meridional_scale
        return shapely.Point(plane(longitude, latitude)).buffer(
            feature["properties"]["radius_m"] * scale, quad_segs=400
        )
    rings = [np.stack(plane(*np.array(ring).T), axis=1) for ring in geometry["coordinates"]]
    return shapely.Polygon(rings[0], rings[1:])


def _zone_cases(random: np.random.Generator, shapes: list[tuple[shapely.Geometry, dict[str, Any]]]) -> list[Any]:
    plane = transverse_mercator(*REGION)
    middle = np.array([random.uniform(22.8, 26.2), random.uniform(54.5, 56.3)])
    points = np.round(middle + random.normal(0, [0.5, 0.25], (3, 2)), 6)
    altitude_m = float(np.round(random.uniform(0, 4000)))
    flat = np.stack(plane(*points.T), axis=1)
    asked = {
        "point": ([*points[0].tolist(), altitude_m], shapely.Point(flat[0])),
        "segment": ([[*point.tolist(), altitude_m] for point in points[:2]], shapely.LineString(flat[:2])),
        "ring": (points.tolist(), shapely.Polygon(flat)),
    }
    cases = []
    for query, (question, shape) in asked.items():
        if any(_is_doubtful(zone, shape) for zone, _ in shapes):
            continue
        answer = [
            fields["id"]
            for zone, fields in shapes
            if zone.intersects(shape)
            and (query == "ring" or fields.get("floor_m", -1e3) <= altitude_m <= fields.get("ceiling_m", 1e5))
        ]
        cases.append({query: question, "zones": answer})
    return cases


def _is_doubtful(zone: shapely.Geometry, shape: shapely.Geometry, margin_m: float = 5.0) -> bool:
    return bool(zone.buffer(margin_m).intersects(shape) != zone.buffer(-margin_m).intersects(shape))


if __name__ == "__main__":
    main()
