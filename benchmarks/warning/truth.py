"""Where what flies in a night truly is, which areas it is over, and when; read by what measures alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import shapely

from sargas.assessment.warnings.areas import WarnedAreas
from sargas.exercise.night import Night
from sargas.exercise.tables import KINDS
from sargas.geo.wgs84 import ecef_from_geodetic
from sargas.model.columns import Float64
from sargas.model.tracks import Tracks

INTRUDERS = frozenset(kind.kind for kind in KINDS if kind.behaviour == "intrude")
NEAR_M = 2_000.0
"""A track further than this from every object is of none."""
EVERY_S = 5.0
METRES_PER_DEGREE = 111_195.0


@dataclass(slots=True)
class Overflown:
    """Which areas one object is over: second of entry by area id, in order."""

    kind: str
    entered_s: dict[str, float] = field(default_factory=dict)
    was_inside: bool = False
    """It was over an area when the night began, or when it came into being."""

    def within(self, from_s: float, ahead_s: float) -> list[str]:
        """List the areas entered after a second and within so long."""
        return [area for area, at_s in self.entered_s.items() if from_s <= at_s <= from_s + ahead_s]


class TruePaths:
    """The ways of all intruders of a night over the areas of its countries."""

    def __init__(self, night: Night, areas: WarnedAreas, until_s: float) -> None:
        self.km2 = {area.area_id: _km2(shape) for area, shape in zip(areas.areas, areas.tree.geometries, strict=True)}
        self.of: dict[int, Overflown] = {}
        ids = [area.area_id for area in areas.areas]
        for time_s in np.arange(0.0, until_s, EVERY_S).tolist():
            there = night.truth(time_s)
            rows = [row for row, kind in enumerate(there.kind) if kind in INTRUDERS]
            points = shapely.points(there.longitude_deg[rows], there.latitude_deg[rows])
            over = defaultdict(list)
            for point, area in zip(*areas.tree.query(points, predicate="within").tolist(), strict=True):
                over[point].append(ids[area])
            for k, row in enumerate(rows):
                number = int(there.object_id[row])
                is_new = number not in self.of
                one = self.of.setdefault(number, Overflown(there.kind[row]))
                one.was_inside |= is_new and bool(over[k])
                for area_id in over[k]:
                    one.entered_s.setdefault(area_id, time_s)


def match(night: Night, tracks: Tracks, time_s: float) -> dict[int, tuple[int, str]]:
    """Say of which object each track is, by track id: object id and kind; those near none are left out."""
    if not len(tracks):
        return {}
    there = night.truth(time_s)
    places = ecef_from_geodetic(there.latitude_deg, there.longitude_deg, there.altitude_m)
    altitude_m: Float64 = np.nan_to_num(tracks.altitude_m)
    found = {}
    for row, place in enumerate(ecef_from_geodetic(tracks.latitude_deg, tracks.longitude_deg, altitude_m)):
        gaps = np.linalg.norm(places - place, axis=1)
        nearest = int(gaps.argmin())
        if gaps[nearest] <= NEAR_M:
            found[int(tracks.track_id[row])] = (int(there.object_id[nearest]), there.kind[nearest])
    return found


def _km2(shape: shapely.Polygon) -> float:
    return float(shape.area * (METRES_PER_DEGREE / 1e3) ** 2 * np.cos(np.radians(shape.centroid.y)))
