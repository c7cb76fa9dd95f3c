"""The nations' borders: who owns a place, and where a way in crosses."""

from __future__ import annotations

import numpy as np

from sargas.exercise.tables import BORDERS, PLACES
from sargas.model.columns import Float64, Int64
from sargas.model.kernel import inner_kernel, kernel
from sargas.model.label import Nation
from sargas.model.records import Zone

NOBODY = -1


@inner_kernel
def _is_inside(ring: Float64, longitude: float, latitude: float) -> bool:
    """Even-odd rule over a ring (m, 2) that closes by itself."""
    inside = False
    before = len(ring) - 1
    for here in range(len(ring)):
        x0, y0, x1, y1 = ring[before, 0], ring[before, 1], ring[here, 0], ring[here, 1]
        if (y0 > latitude) != (y1 > latitude) and longitude < x0 + (latitude - y0) / (y1 - y0) * (x1 - x0):
            inside = not inside
        before = here
    return inside


@kernel
def _find_owners(rings: Float64, starts: Int64, latitude_deg: Float64, longitude_deg: Float64, owners: Int64) -> None:
    for row in range(len(latitude_deg)):
        owners[row] = NOBODY
        for nation in range(len(starts) - 1):
            if _is_inside(rings[starts[nation] : starts[nation + 1]], longitude_deg[row], latitude_deg[row]):
                owners[row] = nation
                break


_RINGS = {nation: np.array(border.ring, np.float64) for nation, border in BORDERS.items()}


def find_owners(nations: tuple[Nation, ...], latitude_deg: Float64, longitude_deg: Float64) -> Int64:
    """Return, per place, the index of the nation it lies in, or ``NOBODY``."""
    rings = [_RINGS[nation] for nation in nations]
    starts = np.cumsum([0, *(len(ring) for ring in rings)]).astype(np.int64)
    owners = np.empty(len(latitude_deg), np.int64)
    _find_owners(np.concatenate(rings), starts, latitude_deg, longitude_deg, owners)
    return owners


def make_zones(nations: tuple[Nation, ...]) -> tuple[Zone, ...]:
    """Make the zones of a night: each nation's border, then its protected places."""
    borders = tuple(
        Zone(id=f"border-{nation.lower()}", name=BORDERS[nation].name, kind="border", polygon=BORDERS[nation].ring)
        for nation in nations
    )
    places = tuple(
        Zone(
            id=place.id,
            name=place.name,
            kind="protected",
            value=place.value,
            centre=place.centre,
            radius_m=place.radius_m,
            ceiling_m=place.ceiling_m,
        )
        for place in PLACES.zone
        if place.nation in nations
    )
    return borders + places
