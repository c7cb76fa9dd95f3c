"""Which areas a forecast reaches, and when."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians
from typing import Any

import numpy as np
from shapely.affinity import scale
from shapely.geometry import Point, Polygon
from shapely.ops import unary_union

from sargas.assessment.warnings.areas import WarnedAreas
from sargas.assessment.warnings.threat import Point4
from sargas.model.columns import NS_PER_S
from sargas.model.warning_records import WarningArea

METRES_PER_DEGREE = 111_195.0
STEP_S = 15.0
NEAR_M = 10_000.0
"""So near a cone must come to an area that it hardly touches for that area to be warned."""


def reached(
    areas: WarnedAreas, reaches: Sequence[Sequence[Point4]], time_ns: int
) -> tuple[tuple[WarningArea, ...], tuple[int, int] | None]:
    """Return the areas that forecasts reach, and when (UTC ns) any is first and last touched; none: it is there.

    ``reaches``: seconds ahead of ``time_ns``, latitude and longitude in degrees, radius in m.
    """
    if not areas.areas:
        return (), None
    points = [point for reach in reaches for point in _every(STEP_S, reach)]
    discs = [_disc(*point[1:]) for point in points]
    whole = unary_union(discs)
    found = areas.touched(whole)
    if not found:
        # it is likely to come in, but its cone hardly does yet: the first district is warned all the same
        found = areas.nearest(whole, NEAR_M / METRES_PER_DEGREE)
        if not found:
            return (), None
        shapes = [Polygon(area.polygon) for area in found]
        gaps = [min(disc.distance(shape) for shape in shapes) for disc in discs]
        seconds = [point[0] for point, gap in zip(points, gaps, strict=True) if gap <= min(gaps)]
        return found, _between(seconds, time_ns)
    seconds = [point[0] for point, disc in zip(points, discs, strict=True) if areas.touched(disc)]
    if not seconds or min(seconds) == 0.0:
        return found, None
    return found, _between(seconds, time_ns)


def _between(seconds: Sequence[float], time_ns: int) -> tuple[int, int]:
    return time_ns + round(min(seconds) * NS_PER_S), time_ns + round(max(seconds) * NS_PER_S)


def _every(step_s: float, reach: Sequence[Point4]) -> list[Point4]:
    """Put points of the forecast between those given, so that none is more than a step from the next."""
    ahead_s = np.array([point[0] for point in reach])
    wanted = np.arange(ahead_s[0], ahead_s[-1] + step_s, step_s)
    columns = [np.interp(wanted, ahead_s, [point[k] for point in reach]).tolist() for k in range(4)]
    return list(zip(*columns, strict=True))


def _disc(latitude_deg: float, longitude_deg: float, radius_m: float) -> Any:
    """Draw a disc on the ground in degrees."""
    ring = Point(longitude_deg, latitude_deg).buffer(radius_m / METRES_PER_DEGREE, quad_segs=8)
    return scale(ring, xfact=1.0 / cos(radians(latitude_deg)), yfact=1.0, origin=(longitude_deg, latitude_deg))
