"""Places that a question to the history is about, as conditions of SQL with bound values only. Degrees WGS84."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sargas.runtime.history.selection import Bbox

MOST_CORNERS = 200
_M_PER_DEG = 111_195.0
"""Of a great circle on the mean sphere: an area of a question need not be exact to a part in a thousand."""


@dataclass(frozen=True, slots=True)
class Area:
    """A box, and inside it a ring or a circle where one is given; a ring has its edges straight in degrees."""

    box: Bbox
    ring: tuple[tuple[float, float], ...] = ()
    """Corners lon, lat; closed by itself."""
    centre: tuple[float, float] | None = None
    """Of a circle: lon, lat."""
    radius_m: float = 0.0

    @classmethod
    def of_ring(cls, ring: tuple[tuple[float, float], ...]) -> Area:
        """Return what is inside a ring. Raises ValueError for one that is none, or has too many corners."""
        if not 3 <= len(ring) <= MOST_CORNERS:
            raise ValueError(f"area: expected 3 to {MOST_CORNERS} corners, was {len(ring)}")
        longitudes, latitudes = [lon for lon, _ in ring], [lat for _, lat in ring]
        return cls((min(longitudes), min(latitudes), max(longitudes), max(latitudes)), ring=ring)

    @classmethod
    def of_circle(cls, centre: tuple[float, float], radius_m: float) -> Area:
        """Return what is within a distance of a place."""
        height = radius_m / _M_PER_DEG
        width = height / max(math.cos(math.radians(centre[1])), 0.01)
        west, south = centre[0] - width, centre[1] - height
        return cls((west, south, centre[0] + width, centre[1] + height), centre=centre, radius_m=radius_m)

    def condition(self) -> tuple[str, dict[str, Any]]:
        """Return the condition on ``longitude_deg`` and ``latitude_deg``, and what is bound in it."""
        west, south, east, north = self.box
        joint = "OR" if west > east else "AND"
        sql = [
            "latitude_deg BETWEEN $south AND $north",
            f"(longitude_deg >= $west {joint} longitude_deg <= $east)",
        ]
        bound: dict[str, Any] = {"west": west, "south": south, "east": east, "north": north}
        if self.centre is not None:
            sql.append(
                "pow((longitude_deg - $centre_lon) * cos(radians($centre_lat)), 2) + pow(latitude_deg - $centre_lat, 2)"
                " <= pow($radius_deg, 2)"
            )
            bound |= {
                "centre_lon": self.centre[0],
                "centre_lat": self.centre[1],
                "radius_deg": self.radius_m / _M_PER_DEG,
            }
        if self.ring:
            crossings, corners = _crossings(self.ring)
            sql.append(f"({crossings}) % 2 = 1")
            bound |= corners
        return " AND ".join(sql), bound

    def contains(self, longitude_deg: float, latitude_deg: float) -> bool:
        """Say the same of one place."""
        west, south, east, north = self.box
        across = longitude_deg >= west or longitude_deg <= east if west > east else west <= longitude_deg <= east
        if not (across and south <= latitude_deg <= north):
            return False
        if self.centre is not None:
            east_deg = (longitude_deg - self.centre[0]) * math.cos(math.radians(self.centre[1]))
            return math.hypot(east_deg, latitude_deg - self.centre[1]) <= self.radius_m / _M_PER_DEG
        inside = not self.ring
        for (x1, y1), (x2, y2) in zip(self.ring, (*self.ring[1:], *self.ring[:1]), strict=True):
            if (y1 > latitude_deg) != (y2 > latitude_deg):
                inside ^= longitude_deg < (x2 - x1) * (latitude_deg - y1) / (y2 - y1) + x1
        return inside


def _crossings(ring: tuple[tuple[float, float], ...]) -> tuple[str, dict[str, float]]:
    """Count how often a line from the place to the east crosses the ring: odd inside."""
    terms: list[str] = []
    bound: dict[str, float] = {}
    count = len(ring)
    for at, (longitude, latitude) in enumerate(ring):
        bound |= {f"x{at}": longitude, f"y{at}": latitude}
        a, b = at, (at + 1) % count
        # A level edge is crossed by no such line; the guard keeps SQL from dividing by its height.
        terms.append(
            f"CASE WHEN ($y{a} > latitude_deg) <> ($y{b} > latitude_deg) AND longitude_deg <"
            f" ($x{b} - $x{a}) * (latitude_deg - $y{a}) / nullif($y{b} - $y{a}, 0) + $x{a} THEN 1 ELSE 0 END"
        )
    return " + ".join(terms), bound
