"""The nation's municipalities: read from a file, simple enough to compare at each tick, and what is wrong is named."""

from __future__ import annotations

import json
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import pytest
from shapely import Polygon

from sargas.runtime.area_files import DETAIL_DEG, find_astray, read_municipalities
from sargas.runtime.config_load import load_settings

RING = [[24.0, 55.0], [25.0, 55.0], [25.0, 56.0], [24.0, 56.0], [24.0, 55.0]]


def feature(area_id: Any, ring: list[list[float]] = RING) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"id": area_id, "name": f"Area {area_id}"}, "geometry": geometry}


def named(name: Any) -> dict[str, Any]:
    return feature(7) | {"properties": {"id": 7, "name": name}}


def write(folder: Path, *features: dict[str, Any]) -> Path:
    path = folder / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_a_node_warns_by_the_municipalities_of_its_settings(tmp_path: Path) -> None:
    write(tmp_path, feature(11), feature("LT-12", [[lon + 1.0, lat] for lon, lat in RING]))
    (tmp_path / "sargas.toml").write_text('municipalities_file = "areas.geojson"\n', encoding="utf-8")
    record = load_settings(tmp_path / "sargas.toml").settings.to_configuration(0)
    assert [(area.area_id, area.name) for area in record.municipalities] == [("11", "Area 11"), ("LT-12", "Area LT-12")]
    assert record.municipalities[0].polygon == tuple((lon, lat) for lon, lat in RING)


def test_a_border_with_a_point_every_few_metres_is_kept_to_its_detail(tmp_path: Path) -> None:
    turns = [2.0 * pi * k / 20_000 for k in range(20_001)]
    fine = [[25.0 + 0.3 * cos(turn), 55.0 + 0.2 * sin(turn)] for turn in turns]
    [area] = read_municipalities(write(tmp_path, feature("round", fine)))
    assert len(area.polygon) < 100
    assert Polygon(fine).hausdorff_distance(Polygon(area.polygon)) <= DETAIL_DEG


@pytest.mark.parametrize(
    ("features", "what"),
    [
        ((), "with properties id and name, was empty"),
        ((feature(1), feature(2), feature(1)), "was not at feature 2: .*the id 1 was given to Area 1 already"),
        (
            (feature(1), feature(2, [[5e5, 6e6], [6e5, 6e6], [6e5, 7e6], [5e5, 6e6]])),
            "was not at feature 1: .*a national grid is not",
        ),
        ((feature(1), named(None)), "was not at feature 1: .*name is neither text nor a whole number: None"),
        ((named(" "),), "was not at feature 0: .*name is empty"),
        ((named("Vil\anius"),), "was not at feature 0: .*control characters"),
        ((feature(None),), "was not at feature 0: .*id is neither"),
        (({"type": "Feature", "properties": {"id": 1}, "geometry": feature(1)["geometry"]},), "feature 0: .*name"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, features: tuple[dict[str, Any], ...], what: str) -> None:
    with pytest.raises(ValueError, match=f"areas.geojson: expected a FeatureCollection.*{what}"):
        read_municipalities(write(tmp_path, *features))


def test_areas_with_latitude_first_are_far_from_the_region_and_refused(tmp_path: Path) -> None:
    areas = read_municipalities(write(tmp_path, feature(1, [[lat, lon] for lon, lat in RING])))
    told = "expected areas near the centre of the region (56.2, 24.5), was around (24, 55): longitude stands first"
    assert find_astray(areas, 56.2, 24.5) == f"{told} in GeoJSON"
    assert find_astray(read_municipalities(write(tmp_path, feature(1))), 56.2, 24.5) is None
    assert find_astray((), 56.2, 24.5) is None
