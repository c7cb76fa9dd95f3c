"""The sky: where everything is at any time, as one cubic in ECEF between two knots, for a moving window of knots.

The cubic (Hermite, through both knots with their velocities) is the truth of the night: sensors and ``Truth`` read the
same one. A window holds the last ``KNOTS_KEPT`` knots, so a night of hours needs no more memory than a minute of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sargas.exercise.fleet import KNOT_S, Fleet, Mask, advance
from sargas.exercise.population import Population
from sargas.exercise.routes import PLANE
from sargas.exercise.tables import PLAIN_M
from sargas.exercise.wind import Wind
from sargas.geo.wgs84 import ecef_from_geodetic
from sargas.model.columns import Bytes8, Float64, Int16, Int32, Int64
from sargas.model.label import Nation

KNOTS_KEPT = 12
"""A minute: the slowest radar turns in 10 s and is asked about one turn ahead."""

TRAFFIC, INTRUDERS = 1, 2
"""Streams of random numbers; sensors use others (radar.py, adsb.py)."""


@dataclass(slots=True, eq=False)
class Sky:
    """Hold the window: arrays (knots, n, ...) whose row for knot k is ``k % KNOTS_KEPT``."""

    seed: int
    fleets: tuple[Fleet, ...]
    populations: tuple[Population, ...]
    streams: tuple[int, ...]
    wind: Wind
    newest: int = -1
    """The last knot whose cubic is known."""
    cubics: Float64 = field(init=False)
    """(knots, n, 12): coefficients of 1, s, s², s³ (s since the knot), each x, y, z."""
    heights: Float64 = field(init=False)
    """(knots, n, 2): height above the plain at the knot and its rate."""
    starts: Float64 = field(init=False)
    """(knots, n): second at which the object appears."""
    object_id: Int64 = field(init=False)
    icao_address: Int32 = field(init=False)
    mode_3a: Int16 = field(init=False)
    callsign: Bytes8 = field(init=False)
    sends_adsb: Mask = field(init=False)
    answers: Mask = field(init=False)
    rcs_dbsm: Float64 = field(init=False)
    kind: Int64 = field(init=False)
    """(n,)"""

    @classmethod
    def of(
        cls,
        seed: int,
        targets: int,
        nations: tuple[Nation, ...],
        *,
        intruders_only: bool = False,
        across: bool = False,
    ) -> Sky:
        """Make the sky of a night at its start; ``across``: intruders fly on over borders between nations."""
        wind = Wind.draw(np.random.default_rng([seed, 0]))
        intruders = Population(nations, wind, across=across)
        fleets = [intruders.make_intruders(targets, np.random.default_rng([seed, INTRUDERS]))]
        populations, streams = [intruders], [INTRUDERS]
        if not intruders_only:
            traffic = Population(nations, wind, next_object_id=1_000_000)
            fleets.append(traffic.make_traffic(targets, np.random.default_rng([seed, TRAFFIC])))
            populations.append(traffic)
            streams.append(TRAFFIC)
        return cls(seed, tuple(fleets), tuple(populations), tuple(streams), wind)

    def __post_init__(self) -> None:
        self.kind = np.concatenate([fleet.kind for fleet in self.fleets])
        n = len(self.kind)
        self.cubics = np.zeros((KNOTS_KEPT, n, 12))
        self.heights = np.zeros((KNOTS_KEPT, n, 2))
        self.starts = np.zeros((KNOTS_KEPT, n))
        for name in IDENTITY_COLUMNS:
            like = getattr(self.fleets[0], name)
            setattr(self, name, np.zeros((KNOTS_KEPT, n), like.dtype))

    def reach(self, first_s: float, last_s: float) -> None:
        """Make the window cover a span of time. Raises ValueError when its beginning has been forgotten."""
        while (self.newest + 1) * KNOT_S <= last_s:
            self._step()
        if int(first_s // KNOT_S) <= self.newest - KNOTS_KEPT:
            raise ValueError(f"expected a time within the last {KNOTS_KEPT * KNOT_S:g} s of the sky, was {first_s:g} s")

    def rows_at(self, time_s: Float64) -> Int64:
        """Return the window rows that hold times (s since the start)."""
        return (time_s // KNOT_S).astype(np.int64) % KNOTS_KEPT

    def _step(self) -> None:
        knot = self.newest + 1
        time_s = knot * KNOT_S
        row = knot % KNOTS_KEPT
        for name in IDENTITY_COLUMNS:
            np.concatenate([getattr(fleet, name) for fleet in self.fleets], out=getattr(self, name)[row])
        np.concatenate([fleet.start_s for fleet in self.fleets], out=self.starts[row])
        position, rate, height = self._states()
        gone = []
        for fleet, stream in zip(self.fleets, self.streams, strict=True):
            gone.append(advance(fleet, time_s, self.wind, np.random.default_rng([self.seed, stream, 1, knot])))
        next_position, next_rate, next_height = self._states()
        waiting = self.starts[row] > time_s
        _write_cubics(self.cubics[row], position, rate, next_position, next_rate)
        self.cubics[row][waiting, 3:] = 0.0
        self.heights[row, :, 0], self.heights[row, :, 1] = height, (next_height - height) / KNOT_S
        for fleet, stream, population, over in zip(self.fleets, self.streams, self.populations, gone, strict=True):
            population.renew(fleet, over, time_s + KNOT_S, np.random.default_rng([self.seed, stream, 2, knot]))
        self.newest = knot

    def _states(self) -> tuple[Float64, Float64, Float64]:
        """Return positions (n, 3) and velocities (n, 3) in ECEF, and heights above the plain (n,)."""
        x_m, y_m, height, heading, speed, climb = (
            np.concatenate([getattr(fleet, name) for fleet in self.fleets])
            for name in ("x_m", "y_m", "height_m", "heading_rad", "speed_mps", "climb_mps")
        )
        here = _ecef(x_m, y_m, height)
        ahead = _ecef(x_m + speed * np.sin(heading), y_m + speed * np.cos(heading), height + climb)
        return here, ahead - here, height


IDENTITY_COLUMNS = ("object_id", "icao_address", "mode_3a", "callsign", "sends_adsb", "answers", "rcs_dbsm")


def _ecef(x_m: Float64, y_m: Float64, height_m: Float64) -> Float64:
    latitude_deg, longitude_deg = PLANE.geodetic_from_plane(x_m, y_m)
    return ecef_from_geodetic(latitude_deg, longitude_deg, height_m + PLAIN_M)


def _write_cubics(out: Float64, p0: Float64, v0: Float64, p1: Float64, v1: Float64) -> None:
    """Write the Hermite cubics through two knots with their velocities."""
    out[:, 0:3] = p0
    out[:, 3:6] = v0
    out[:, 6:9] = 3.0 * (p1 - p0) / KNOT_S**2 - (2.0 * v0 + v1) / KNOT_S
    out[:, 9:12] = -2.0 * (p1 - p0) / KNOT_S**3 + (v0 + v1) / KNOT_S**2
