"""Files of the areas that the public is warned by: a GeoJSON FeatureCollection of municipalities."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shapely import get_parts, make_valid, simplify
from shapely.geometry import shape

from sargas.model.warning_records import WarningArea

DETAIL_DEG = 0.0005
"""Of a border, 30 to 55 m: official ones have a point every few metres, and each tick that warns compares them all."""


def read_municipalities(path: Path | None) -> tuple[WarningArea, ...]:
    """Read the municipalities of a file; none without one.

    Polygons (longitude, latitude; degrees, WGS84; RFC 7946) with properties ``id`` and ``name``; of several polygons
    the largest is taken, a warning's area is one ring, its border to ``DETAIL_DEG``. Raises OSError when the file
    cannot be read, ValueError that names file and feature.
    """
    if path is None:
        return ()
    areas: dict[str, WarningArea] = {}
    try:
        for feature in json.loads(path.read_text(encoding="utf-8-sig"))["features"]:
            area = _area(feature)
            if area.area_id in areas:
                raise ValueError(f"the id {area.area_id} was given to {areas[area.area_id].name} already")
            areas[area.area_id] = area
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(
            f"{path}: expected a FeatureCollection of polygons with properties id and name, "
            f"was not at feature {len(areas)}: {error!r}"
        ) from None
    if not areas:
        raise ValueError(f"{path}: expected a FeatureCollection of polygons with properties id and name, was empty")
    return tuple(areas.values())


def _area(feature: Any) -> WarningArea:
    # of a border that crosses itself no share can be told
    parts = get_parts(get_parts(make_valid(shape(feature["geometry"]))))
    largest = simplify(max(parts, key=lambda part: part.area), DETAIL_DEG)
    named = feature["properties"]
    ring = tuple((x, y) for x, y, *_ in largest.exterior.coords)
    return WarningArea(area_id=str(named["id"]), name=str(named["name"]), polygon=ring)
