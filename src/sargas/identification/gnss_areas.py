"""Areas: alarmed cells that lie side by side are one disturbance, with one outline and one name through its life."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import h3.api.basic_int as h3

from sargas.identification.gnss_alarms import CellState, Place
from sargas.identification.saying import say
from sargas.model.parts import pack, unpack
from sargas.model.saying import NOTHING, Said

MARK = b"SARGAS-GNSS-AREAS-1\n"
Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Area:
    """Alarmed cells of one band that touch each other; ``first`` is the cell it is named after, times UTC ns."""

    first: int
    is_high: bool
    start_ns: int
    found_ns: int
    cells: tuple[int, ...]
    end_ns: int | None = None
    why_ended: Said = NOTHING

    def outline(self) -> Ring:
        """Return its outer ring, lon, lat; not closed by a repeated point. Cells not alarmed within it are inside."""
        shape = h3.cells_to_h3shape(self.cells)
        rings = [shape.outer] if isinstance(shape, h3.LatLngPoly) else [poly.outer for poly in shape]
        longest = max(rings, key=len)
        return tuple((round(longitude, 5), round(latitude, 5)) for latitude, longitude in longest)


class Areas:
    """Follow areas from count to count. Deterministic."""

    def __init__(self) -> None:
        self._areas: list[Area] = []

    def update(self, states: Iterable[CellState], time_ns: int) -> list[Area]:
        """Take the cells alarmed at ``time_ns`` (UTC ns); return the areas that begin, changed their cells or end.

        Where two grow together the older goes on; where one falls apart its largest part does.
        """
        alarmed: dict[Place, CellState] = {(state.cell, state.is_high): state for state in states if state.alarm_ns}
        before, changes = sorted(self._areas, key=lambda area: (area.found_ns, area.first, area.is_high)), list[Area]()
        parts = _parts_of(alarmed)
        self._areas = []
        for area in before:
            heirs = [
                part for part in parts if part[0][1] == area.is_high and not {c for c, _ in part}.isdisjoint(area.cells)
            ]
            if not heirs:
                joined = any(
                    set(area.cells) & set(other.cells) for other in self._areas if other.is_high == area.is_high
                )
                why = say("gnss_area_joined" if joined else "gnss_area_fell")
                changes.append(replace(area, end_ns=time_ns, why_ended=why))
                continue
            heir = max(heirs, key=len)
            parts.remove(heir)
            cells = tuple(sorted(cell for cell, _ in heir))
            self._areas.append(replace(area, cells=cells))
            if cells != area.cells:
                changes.append(self._areas[-1])
        for part in parts:
            first = min((alarmed[place] for place in part), key=lambda state: (state.start_ns, state.cell))
            area = Area(first.cell, first.is_high, first.start_ns, time_ns, tuple(sorted(cell for cell, _ in part)))
            self._areas.append(area)
            changes.append(area)
        return changes

    @property
    def open(self) -> tuple[Area, ...]:
        """What goes on, the oldest first."""
        return tuple(self._areas)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        rows = [[area.first, area.is_high, area.start_ns, area.found_ns, area.cells] for area in self._areas]
        return pack(MARK, {"areas": rows})

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        rows = unpack(MARK, data, 0)[0]["areas"]
        self._areas = [Area(first, high, start, found, tuple(cells)) for first, high, start, found, cells in rows]


def cell_outline(cell: int) -> Ring:
    """Return the ring of a cell, lon, lat."""
    return tuple((round(longitude, 5), round(latitude, 5)) for latitude, longitude in h3.cell_to_boundary(cell))


def _parts_of(alarmed: dict[Place, CellState]) -> list[tuple[Place, ...]]:
    """Part places into those that hang together, in order of their smallest cell."""
    left, parts = set(alarmed), list[tuple[Place, ...]]()
    for place in sorted(alarmed):
        if place not in left:
            continue
        left.remove(place)
        part, waiting = [place], [place]
        while waiting:
            cell, is_high = waiting.pop()
            for neighbour in sorted(h3.grid_disk(cell, 1)):
                if (neighbour, is_high) in left:
                    left.remove((neighbour, is_high))
                    part.append((neighbour, is_high))
                    waiting.append((neighbour, is_high))
        parts.append(tuple(part))
    return parts
