"""The areas that warnings are given for: municipalities that the operator supplies, else cells around places.

A cell is all that lies nearer to one place than to any other of its country, cut to the border; it is no boundary of
anything, and warnings say so (``areas_are``). Places: GeoNames, 5,000 inhabitants and more (CC BY 4.0).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from math import cos, radians
from typing import Literal

import shapely
from shapely.geometry import MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from sargas.model.records import Zone
from sargas.model.warning_records import WarningArea

LEAST_SHARE = 0.02
"""An area is warned when at least this share of it, or of what may be reached, lies in both."""
DIGITS = 4
"""Of coordinates in degrees: ten metres."""
Kind = Literal["municipalities", "cells"]


@dataclass(frozen=True, slots=True)
class Place:
    """A town: where it is and how many live there."""

    id: int
    name: str
    nation: str
    latitude_deg: float
    longitude_deg: float
    population: int


@dataclass(frozen=True, slots=True)
class WarnedAreas:
    """All areas of a node, for finding those that something may reach."""

    kind: Kind
    areas: tuple[WarningArea, ...]
    tree: shapely.STRtree

    @classmethod
    def of(cls, municipalities: Sequence[WarningArea], borders: Sequence[Zone]) -> WarnedAreas:
        """Take the municipalities; without any, cells around the places inside each border."""
        kind: Kind = "municipalities" if municipalities else "cells"
        areas = tuple(municipalities) or tuple(cell for zone in borders for cell in _cells(zone))
        return cls(kind, areas, shapely.STRtree([Polygon(area.polygon) for area in areas]))

    def touched(self, reach: BaseGeometry) -> tuple[WarningArea, ...]:
        """Return the areas that a shape (lon, lat deg) lies in, the most of it first."""
        shares = []
        for index in self.tree.query(reach, predicate="intersects").tolist():
            polygon = self.tree.geometries[index]
            common = polygon.intersection(reach).area
            if common >= LEAST_SHARE * min(polygon.area, reach.area):
                shares.append((-common, self.areas[index].area_id, index))
        return tuple(self.areas[index] for _, _, index in sorted(shares))

    def nearest(self, reach: BaseGeometry, within_deg: float) -> tuple[WarningArea, ...]:
        """Return the area that a shape (lon, lat deg) lies in most, else the nearest within so much; none: too far."""
        near = self.tree.query(reach, predicate="dwithin", distance=within_deg).tolist()
        polygons = {index: self.tree.geometries[index] for index in near}
        best = min(
            near, default=None, key=lambda k: (-polygons[k].intersection(reach).area, polygons[k].distance(reach), k)
        )
        return () if best is None else (self.areas[best],)


@cache
def places() -> tuple[Place, ...]:
    """Read the places of the region, by nation and id."""
    text = resources.files("sargas.assessment").joinpath("figures", "places.json").read_text(encoding="utf-8")
    return tuple(Place(**row) for row in json.loads(text))


@lru_cache(maxsize=64)
def _cells(zone: Zone) -> tuple[WarningArea, ...]:
    """Draw the cells of a border, once while it stays: those of three countries take 0.08 s, and any new zone asks."""
    if not zone.polygon:
        return ()
    border = Polygon(zone.polygon, zone.holes).buffer(0)
    inside = [place for place in places() if border.contains(Point(place.longitude_deg, place.latitude_deg))]
    if not inside:
        return ()
    if len(inside) == 1:
        return (_area(zone, inside[0], border),)
    # degrees of longitude are shorter than those of latitude: cells are of what is nearer on the ground
    scale = cos(radians(border.centroid.y))
    points = MultiPoint([(place.longitude_deg * scale, place.latitude_deg) for place in inside])
    frame = shapely.box(border.bounds[0] * scale, border.bounds[1], border.bounds[2] * scale, border.bounds[3])
    cells = shapely.voronoi_polygons(points, extend_to=frame, ordered=True).geoms
    return tuple(
        _area(zone, place, shapely.transform(cell, lambda xy: xy / (scale, 1.0)).intersection(border))
        for place, cell in zip(inside, cells, strict=True)
    )


def _area(zone: Zone, place: Place, shape: BaseGeometry) -> WarningArea:
    """Draw an area; of one in pieces the largest stays, a warning's polygon is one ring."""
    largest = max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)
    ring = tuple((round(x, DIGITS), round(y, DIGITS)) for x, y in largest.exterior.coords)
    return WarningArea(area_id=f"{zone.id}/{place.id}", name=place.name, polygon=ring)
