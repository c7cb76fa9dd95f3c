"""Zones in the region plane: which tracks are inside, which crossed, which areas overlap.

Edges are straight in the plane (docs/geodesy.md). A zone's volume runs from its floor to its ceiling, both included;
a floor of 0 or less is the ground, and no altitude lies below it. An altitude that is not known (NaN) may be inside,
so it counts as inside. Positions outside the plane are in no zone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sargas.geo.broadcasting import flat_columns
from sargas.geo.footprint_kernels import MAX_BANDS, MAX_X, MAX_Y, MIN_X, MIN_Y, Footprints, list_by_band
from sargas.geo.plane import RegionPlane
from sargas.geo.zone_grid import CELLS, Grid, list_cells
from sargas.geo.zone_kernels import Columns3, list_containing, list_entered, mark_overlaps
from sargas.model.columns import Float64, Int32
from sargas.model.records import Zone

Bool = NDArray[np.bool_]
Ring = Sequence[tuple[float, float]]

MIN_HEIGHT_M = 1e-3
"""A footprint flatter than this is banded as if it were this high."""
BELOW_ALL_M = -1e6
"""Where a zone begins whose floor is the ground."""


@dataclass(frozen=True, slots=True)
class ZoneIndex:
    """Answer point, segment and polygon queries against z zones; columns of answers are in the order of ``zones``."""

    zones: tuple[Zone, ...]
    plane: RegionPlane
    footprints: Footprints = field(repr=False, compare=False)
    grid: Grid = field(repr=False, compare=False)

    @classmethod
    def of(cls, zones: Sequence[Zone], plane: RegionPlane) -> Self:
        """Build the index. Raises ValueError for two zones of one id, and for a zone that leaves the region plane."""
        ids = [zone.id for zone in zones]
        double = sorted({zone_id for zone_id in ids if ids.count(zone_id) > 1})
        if double:
            raise ValueError(f"expected zone ids to be unique, was twice: {', '.join(double)}; rename one of each pair")
        footprints = _footprints([_placed(zone, plane) for zone in zones])
        return cls(tuple(zones), plane, footprints, _grid(footprints))

    def __len__(self) -> int:
        return len(self.zones)

    def contains(self, latitude_deg: ArrayLike, longitude_deg: ArrayLike, altitude_m: ArrayLike) -> Bool:
        """Say which of n positions (deg, deg, ellipsoidal m) are in which zones: (n, z)."""
        (latitude, longitude, altitude), _ = flat_columns(latitude_deg, longitude_deg, altitude_m)
        x_m, y_m = self.plane.plane_from_geodetic(latitude, longitude)
        return self._scattered(len(x_m), *self.containing_pairs((x_m, y_m, altitude)))

    def crossed(
        self,
        latitude0_deg: ArrayLike,
        longitude0_deg: ArrayLike,
        altitude0_m: ArrayLike,
        latitude1_deg: ArrayLike,
        longitude1_deg: ArrayLike,
        altitude1_m: ArrayLike,
    ) -> Bool:
        """Say which of n straight segments have any point in which zones, ends included: (n, z)."""
        columns, _ = flat_columns(
            latitude0_deg, longitude0_deg, altitude0_m, latitude1_deg, longitude1_deg, altitude1_m
        )
        begin = (*self.plane.plane_from_geodetic(columns[0], columns[1]), columns[2])
        end = (*self.plane.plane_from_geodetic(columns[3], columns[4]), columns[5])
        rows, zones, _ = self.entered_pairs(begin, end)
        return self._scattered(len(columns[0]), rows, zones)

    def overlaps(self, polygon: Ring) -> Bool:
        """Say which zones' footprints have any point in common with a ring of (lon, lat) deg: (z,), heights aside.

        Raises ValueError for a ring of fewer than 3 points or outside the plane.
        """
        if len(polygon) < 3:
            raise ValueError(f"expected a ring of 3 or more (lon, lat) points, was {len(polygon)}")
        ring = _footprints([_Placed((_placed_ring(polygon, self.plane, "the ring"),), None, 0.0, 0.0, 1.0)])
        overlapped = np.zeros(len(self), np.uint8)
        mark_overlaps(*self.footprints, *ring, overlapped)
        return overlapped.astype(np.bool_)

    def containing_pairs(self, points: Columns3) -> tuple[Int32, Int32]:
        """List the pairs (row, zone) of points in zones, by row then zone.

        ``points`` are columns (n,) of x, y (plane m) and altitude (m).
        """

        def list_pairs(rows: Int32, zones: Int32, _: Float64) -> int:
            return list_containing(*self.footprints, *self.grid, points, rows, zones)

        return _with_room(list_pairs, 2 * len(points[0]))[:2]

    def entered_pairs(self, begins: Columns3, ends: Columns3) -> tuple[Int32, Int32, Float64]:
        """List (row, zone, first fraction inside, 0 to 1) of segments with any point in a zone, by row then zone.

        ``begins`` and ``ends`` are columns (n,) of x, y (plane m) and altitude (m).
        """

        def list_pairs(rows: Int32, zones: Int32, fractions: Float64) -> int:
            return list_entered(*self.footprints, *self.grid, begins, ends, rows, zones, fractions)

        return _with_room(list_pairs, 2 * len(begins[0]))

    def _scattered(self, n: int, rows: Int32, zones: Int32) -> Bool:
        answer = np.zeros((n, len(self)), np.bool_)
        answer[rows, zones] = True
        return answer


def _with_room(list_pairs: Callable[[Int32, Int32, Float64], int], room: int) -> tuple[Int32, Int32, Float64]:
    """Call a listing kernel with room for its answer; twice when the guess was too small."""
    while True:
        rows, zones, fractions = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room)
        found = list_pairs(rows, zones, fractions)
        if found <= room:
            return rows[:found], zones[:found], fractions[:found]
        room = found


@dataclass(frozen=True, slots=True)
class _Placed:
    """A zone's shape in plane metres: rings (k, 2), or a centre and a radius."""

    rings: tuple[Float64, ...]
    centre: tuple[float, float] | None
    radius_m: float
    floor_m: float
    ceiling_m: float

    def bounds(self) -> tuple[float, float, float, float]:
        if self.centre is not None:
            x, y = self.centre
            return x - self.radius_m, y - self.radius_m, x + self.radius_m, y + self.radius_m
        low, high = self.rings[0].min(axis=0), self.rings[0].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def edges(self) -> Float64:
        """Return the edges (e, 4), each from its lower to its upper end."""
        if self.centre is not None:
            return np.zeros((0, 4))
        edges = np.concatenate([np.hstack([ring, np.roll(ring, -1, axis=0)]) for ring in self.rings])
        swapped = (edges[:, 1] > edges[:, 3]) | ((edges[:, 1] == edges[:, 3]) & (edges[:, 0] > edges[:, 2]))
        edges[swapped] = edges[swapped][:, [2, 3, 0, 1]]
        return edges


def _placed(zone: Zone, plane: RegionPlane) -> _Placed:
    # a floor of 0 means the ground: nothing flies below it, but what flies low is measured there by radars far off
    floor_m = zone.floor_m if zone.floor_m > 0.0 else BELOW_ALL_M
    if zone.centre is not None and zone.radius_m is not None:
        ring = _placed_ring([zone.centre], plane, f"zone {zone.id}: the centre")
        scale = float(plane.convergence_scale(zone.centre[1], zone.centre[0])[1])
        return _Placed((), (float(ring[0, 0]), float(ring[0, 1])), zone.radius_m * scale, floor_m, zone.ceiling_m)
    rings = [_placed_ring(zone.polygon, plane, f"zone {zone.id}: the polygon")]
    rings += [_placed_ring(hole, plane, f"zone {zone.id}: hole {i}") for i, hole in enumerate(zone.holes)]
    return _Placed(tuple(rings), None, 0.0, floor_m, zone.ceiling_m)


def _placed_ring(ring: Ring, plane: RegionPlane, what: str) -> Float64:
    points = np.asarray(ring, np.float64).reshape(-1, 2)
    placed = np.stack(plane.plane_from_geodetic(points[:, 1], points[:, 0]), axis=1)
    outside = np.flatnonzero(np.isnan(placed).any(axis=1))
    if len(outside):
        raise ValueError(
            f"{what}: expected points within 3,900 km of the region's meridian {plane.longitude_deg} deg, was "
            f"{tuple(points[outside[0]].tolist())} (lon, lat); check the order of the coordinates and the region"
        )
    return placed


def _footprints(placed: Sequence[_Placed]) -> Footprints:
    shapes = np.zeros((len(placed), 10))
    starts, edges, band_counts, edge_count = [np.zeros(1, np.int64)], [np.zeros((0, 4))], [0], 0
    for zone, shape in enumerate(placed):
        bounds, own_edges = shape.bounds(), shape.edges()
        bands = min(max(len(own_edges) // 2, 1), MAX_BANDS) if len(own_edges) else 0
        height_m = max(bounds[3] - bounds[1], MIN_HEIGHT_M) / max(bands, 1)
        centre = shape.centre or (0.0, 0.0)
        shapes[zone] = (shape.floor_m, shape.ceiling_m, *bounds, *centre, shape.radius_m, height_m)
        start, listed = list_by_band(own_edges, bounds[1], height_m, bands)
        starts.append(start[1:] + edge_count)
        edges.append(listed)
        band_counts.append(bands)
        edge_count += len(listed)
    return Footprints(shapes, np.cumsum(band_counts), np.concatenate(starts), np.concatenate(edges))


def _grid(footprints: Footprints) -> Grid:
    shapes = footprints.shapes
    if not len(shapes):
        empty = np.zeros(CELLS * CELLS + 1, np.int64)
        return Grid((0.0, 0.0, 1.0, 1.0), empty, np.zeros(0, np.int32), np.zeros(0, np.uint8))
    min_x, min_y = float(shapes[:, MIN_X].min()), float(shapes[:, MIN_Y].min())
    cell_x = max(float(shapes[:, MAX_X].max()) - min_x, 1.0) / CELLS
    cell_y = max(float(shapes[:, MAX_Y].max()) - min_y, 1.0) / CELLS
    box = (min_x, min_y, cell_x, cell_y)
    return Grid(box, *list_cells(*footprints, box))
