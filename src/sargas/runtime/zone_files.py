"""Files of zones and routes: one GeoJSON FeatureCollection of both."""

from __future__ import annotations

import json
from pathlib import Path

from sargas.geo.route_geojson import routes_from_geojson
from sargas.geo.zone_geojson import zones_from_geojson
from sargas.model.records import Route, Zone


def read_zones_file(path: Path | None) -> tuple[tuple[Zone, ...], tuple[Route, ...]]:
    """Read the zones and the routes of a file; none without one. Raises ValueError that names file and feature."""
    if path is None:
        return (), ()
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        return zones_from_geojson(document), routes_from_geojson(document)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
