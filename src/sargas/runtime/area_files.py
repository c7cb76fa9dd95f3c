"""Files of the areas that the public is warned by: a GeoJSON FeatureCollection of municipalities."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shapely import Polygon, get_parts, make_valid, simplify, union_all
from shapely.geometry import shape

from sargas.model.records import Zone
from sargas.model.warning_records import WarningArea

DETAIL_DEG = 0.0005
"""Of a border, 30 to 55 m: official ones have a point every few metres, and each tick that warns compares them all."""

ASTRAY_DEG = 25.0
"""No nation's areas are all so far from the centre of its region; with places swapped those of the Baltic are."""


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
    if not all(-180.0 <= x <= 180.0 and -90.0 <= y <= 90.0 for x, y, *_ in largest.exterior.coords):
        raise ValueError("longitude and latitude in degrees are needed, a national grid is not")
    ring = tuple((x, y) for x, y, *_ in largest.exterior.coords)
    return WarningArea(area_id=_text(named, "id"), name=_text(named, "name"), polygon=ring)


def _text(named: Any, key: str) -> str:
    """Return a property in words: the public is told it, and CAP takes no control characters."""
    value = named[key]
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{key} is neither text nor a whole number: {value!r}")
    text = " ".join(str(value).split())
    if not text or not text.isprintable():
        raise ValueError(f"{key} is empty or has control characters: {value!r}")
    return text


def find_astray(areas: Sequence[WarningArea], latitude_deg: float, longitude_deg: float) -> str | None:
    """Say what is wrong when no area is near the centre of the region, as where latitudes stand before longitudes."""
    corners = [corner for area in areas for corner in area.polygon[:1]]
    if not areas or any(
        abs(x - longitude_deg) <= ASTRAY_DEG and abs(y - latitude_deg) <= ASTRAY_DEG for x, y in corners
    ):
        return None
    x, y = corners[0]
    return (
        f"expected areas near the centre of the region ({latitude_deg:g}, {longitude_deg:g}), "
        f"was around ({y:g}, {x:g}): longitude stands first in GeoJSON"
    )


def uncovered_share(areas: Sequence[WarningArea], border: Zone) -> float:
    """Return the share of a country that lies in no area: who is there is warned of nothing."""
    country = make_valid(Polygon(border.polygon, border.holes))
    return float(
        country.difference(union_all([make_valid(Polygon(area.polygon)) for area in areas])).area / country.area
    )
