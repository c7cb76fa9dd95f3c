"""Write src/sargas/exercise/figures/borders.json: the land borders of the simulated nations, from Natural Earth.

    .venv/bin/python scripts/make_borders.py

Fetches the npm package world-atlas 2.0.2 (TopoJSON of Natural Earth 1:10m, public domain) with ``npm pack``, takes the
largest polygon of each nation and simplifies it arc by arc, so that neighbours still share one line. The result is
committed: nothing is fetched when Sargas is built or run.
"""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon

PACKAGE = "world-atlas@2.0.2"
NATIONS = {"440": ("LTU", "Lithuania"), "428": ("LVA", "Latvia"), "616": ("POL", "Poland")}
TOLERANCE_DEG = 0.008
"""About 0.5 to 0.9 km, less than the 1:10m source claims."""
OUT = Path(__file__).parents[1] / "src/sargas/exercise/figures/borders.json"
ORIGIN = {
    "what": "Land borders of Lithuania, Latvia and Poland, largest polygon each, simplified to 0.008 degrees",
    "origin": f"Natural Earth 1:10m admin 0 countries by way of the npm package {PACKAGE} (scripts/make_borders.py)",
    "licence": "Public domain (Natural Earth); the package that carries it: ISC",
    "use": "Simulation and display; no authority for where a border runs",
}


def main() -> None:
    """Fetch, simplify, write."""
    atlas = fetch_atlas()
    arcs = [simplify(decode_arc(arc, atlas["transform"])) for arc in atlas["arcs"]]
    shapes = {shape.get("id"): shape for shape in atlas["objects"]["countries"]["geometries"]}
    nations = {}
    for number, (code, name) in NATIONS.items():
        shape = shapes[number]
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        rings = [join_arcs(polygon[0], arcs) for polygon in polygons]
        ring = max(rings, key=lambda points: Polygon(points).area)
        assert Polygon(ring).is_valid, name
        nations[code] = {"name": name, "ring": [[round(x, 4), round(y, 4)] for x, y in ring[:-1].tolist()]}
        print(code, len(nations[code]["ring"]), "points")
    lines = [f' "{key}": {json.dumps(value)}' for key, value in ORIGIN.items()]
    lines += [f' "nations": {json.dumps(nations, separators=(",", ":"))}']
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def fetch_atlas() -> Any:
    """Return the TopoJSON of the package."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
        archive = next(Path(folder).glob("*.tgz"))
        with tarfile.open(archive) as package:
            member = package.extractfile("package/countries-10m.json")
            assert member is not None
            return json.load(member)


def decode_arc(arc: list[list[int]], transform: dict[str, list[float]]) -> NDArray[np.float64]:
    """Undo TopoJSON's quantisation: (n, 2) longitude, latitude."""
    return np.cumsum(np.array(arc, np.float64), axis=0) * transform["scale"] + transform["translate"]


def simplify(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Drop points nearer than the tolerance to the line through the others (Douglas-Peucker); the ends stay."""
    return np.array(LineString(line).simplify(TOLERANCE_DEG).coords)


def join_arcs(indices: list[int], arcs: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Join arcs to a closed ring; a negative index is the arc ~index backwards."""
    parts = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in indices]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


if __name__ == "__main__":
    main()
