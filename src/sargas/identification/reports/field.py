"""Where the object of several reports may be: a probability over a square of ground, carried on in time.

Reports are taken in the order of observation. Between two, and on to now, the probability spreads as of an object on
an unknown course; with a heading told it is moved that way too. Every report multiplies it by its density, with what
is left of doubt spread evenly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.ndimage import gaussian_filter, shift

from sargas.identification.reports.likelihood import Offsets, ground_density, observation_times
from sargas.model.columns import NS_PER_S, Float64
from sargas.model.report_records import HumanReport

CELLS = 81
CELL_M = 500.0
SPREAD_MPS = 20.0
"""One sigma of the way made a second on an unknown course, each axis."""
TOLD_MPS = 30.0
"""Speed along a heading that was told."""
INSIDE = 0.8
_METRES_PER_DEG = 111_320.0
_SIDE_M: Float64 = (np.arange(CELLS) - CELLS // 2).astype(np.float64) * CELL_M


@dataclass(frozen=True, slots=True)
class Field:
    """Probability (rows north, columns east) around a centre at a time; it adds up to one."""

    latitude_deg: float
    longitude_deg: float
    time_ns: int
    density: Float64

    @classmethod
    def around(cls, report: HumanReport) -> Field:
        """Start with nothing known around the place of a report, at the time of it."""
        density = np.full((CELLS, CELLS), CELLS**-2.0)
        return cls(report.latitude_deg, report.longitude_deg, observed_ns(report), density)

    def later(self, time_ns: int, heading_deg: float | None = None) -> Field:
        """Carry on to a time; never back."""
        seconds = max(time_ns - self.time_ns, 0) / NS_PER_S
        if seconds == 0.0:
            return self
        moved = self.density
        if heading_deg is not None:
            way = TOLD_MPS * seconds / CELL_M
            moved = shift(
                moved, (way * np.cos(np.radians(heading_deg)), way * np.sin(np.radians(heading_deg))), order=1
            )
        spread = gaussian_filter(moved, SPREAD_MPS * seconds / CELL_M, mode="constant")
        total = float(spread.sum())
        density = spread / total if total > 1e-9 else np.full_like(moved, CELLS**-2.0)
        return Field(self.latitude_deg, self.longitude_deg, max(time_ns, self.time_ns), density)

    def weigh(self, report: HumanReport, reliability: float) -> Field:
        """Take one more report of the same time."""
        fits = self.fit(report)
        mean = float((self.density * fits).sum())
        density = reliability * self.density * fits / max(mean, 1e-300) + (1.0 - reliability) * self.density
        return Field(self.latitude_deg, self.longitude_deg, self.time_ns, density / density.sum())

    def fit(self, report: HumanReport) -> Float64:
        """Return the density (1/rad) of a report at each cell."""
        east_deg = _METRES_PER_DEG * np.cos(np.radians(self.latitude_deg))
        east_m = _SIDE_M + (self.longitude_deg - report.longitude_deg) * east_deg
        north_m = _SIDE_M + (self.latitude_deg - report.latitude_deg) * _METRES_PER_DEG
        east, north = np.meshgrid(east_m, north_m)
        return ground_density(report, Offsets(east, north))

    def expect(self, report: HumanReport) -> float:
        """Return the mean density (1/rad) of a report over where the object may be."""
        return float((self.density * self.fit(report)).sum())

    def outline(self) -> tuple[tuple[float, float], ...]:
        """Return a ring lon, lat around the likeliest cells that hold 80 %."""
        order = np.argsort(-self.density, axis=None, kind="stable")
        held = np.cumsum(self.density.ravel()[order])
        chosen = order[: int(np.searchsorted(held, INSIDE)) + 1]
        north, east = _SIDE_M[chosen // CELLS], _SIDE_M[chosen % CELLS]
        hull = shapely.MultiPoint(np.column_stack([east, north])).convex_hull.buffer(0.5 * CELL_M, quad_segs=2)
        ring = shapely.get_coordinates(hull.exterior.simplify(0.2 * CELL_M))[:-1]
        return tuple((round(self._longitude(x), 5), round(self._latitude(y), 5)) for x, y in ring.tolist())

    def likeliest(self) -> tuple[float, float]:
        """Return latitude and longitude (deg) of the likeliest cell."""
        row, column = divmod(int(self.density.argmax()), CELLS)
        return self._latitude(float(_SIDE_M[row])), self._longitude(float(_SIDE_M[column]))

    def _latitude(self, north_m: float) -> float:
        return self.latitude_deg + north_m / _METRES_PER_DEG

    def _longitude(self, east_m: float) -> float:
        return self.longitude_deg + east_m / (_METRES_PER_DEG * float(np.cos(np.radians(self.latitude_deg))))


def observed_ns(report: HumanReport) -> int:
    """Return when a report's object was noticed, as well as is known (UTC ns)."""
    return int(observation_times(report)[3])
