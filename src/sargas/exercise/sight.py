"""What a sensor has in sight during one turn: geometry of every object at the moment the beam passes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.exercise.fleet import KNOT_S
from sargas.exercise.sky import KNOTS_KEPT, Sky
from sargas.exercise.tables import MODELS, PLAIN_M, Model, Site
from sargas.geo.enu import Frame
from sargas.model.columns import Float64, Int64
from sargas.model.kernel import inlined_kernel, inner_kernel, kernel

HORIZON_M_PER_ROOT_M = 4122.0
"""Radar horizon over a 4/3 earth: 4.12 km times (sqrt(antenna m) + sqrt(target m)) (domain.md section 10)."""


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """Hold what is in sight, in the order of the sky; columns of one length."""

    slot: Int64
    """Index of the object in the sky."""
    row: Int64
    """Row of the sky's window that held then."""
    time_s: Float64
    range_m: Float64
    azimuth_deg: Float64
    elevation_deg: Float64
    range_rate_mps: Float64

    def __len__(self) -> int:
        return len(self.slot)


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedSensor:
    """A sensor at its site, ready to look; ``number`` is its place in the night and seeds its noise."""

    site: Site
    model: Model
    number: int
    frame: Frame

    @classmethod
    def at(cls, site: Site, number: int) -> SimulatedSensor:
        """Put the model of a site on its antenna."""
        height_m = PLAIN_M + site.antenna_m
        return cls(site, MODELS[site.model], number, Frame(site.latitude_deg, site.longitude_deg, height_m))

    @property
    def height_m(self) -> float:
        """Height of the antenna above the ellipsoid."""
        return PLAIN_M + self.site.antenna_m

    @property
    def phase_s(self) -> float:
        """Second at which its first turn starts; sensors do not pass north together."""
        return round(0.618034 * self.number % 1.0 * self.model.scan_period_s, 3)

    def turn_start_s(self, turn: int) -> float:
        """Return the second at which a turn starts, the beam pointing north."""
        return self.phase_s + turn * self.model.scan_period_s


def look(sensor: SimulatedSensor, sky: Sky, turn: int) -> Sighting:
    """Find the objects in range, above the horizon and within the elevations of one turn."""
    start_s = sensor.turn_start_s(turn)
    model = sensor.model
    sky.reach(start_s, start_s + model.scan_period_s)
    n = len(sky.kind)
    slot, row, columns = np.empty(n, np.int64), np.empty(n, np.int64), np.empty((5, n))
    count = _look(
        sky.cubics,
        sky.heights,
        sky.starts,
        sensor.frame.origin_ecef,
        sensor.frame.rotation,
        start_s,
        model.scan_period_s,
        model.kind == "ads-b",
        model.min_range_m,
        model.max_range_m,
        sensor.site.antenna_m,
        model.elevation_deg[0],
        model.elevation_deg[1],
        slot,
        row,
        columns,
    )
    return Sighting(slot[:count], row[:count], *columns[:, :count])


@kernel
def _look(
    cubics: Float64,
    heights: Float64,
    starts: Float64,
    origin: Float64,
    rotation: Float64,
    start_s: float,
    period_s: float,
    is_broadcast: bool,
    min_range_m: float,
    max_range_m: float,
    antenna_m: float,
    lowest_deg: float,
    highest_deg: float,
    slot_out: Int64,
    row_out: Int64,
    columns_out: Float64,
) -> int:
    """Fill the outputs; returns how many objects are in sight."""
    count = 0
    state = np.empty(6)
    for slot in range(cubics.shape[1]):
        time_s = start_s + period_s * ((slot * 0.618034) % 1.0 if is_broadcast else 0.5)
        row = _evaluate(cubics, slot, time_s, origin, rotation, state)
        squared = state[0] ** 2 + state[1] ** 2 + state[2] ** 2
        if squared > (max_range_m + 5e3) ** 2:
            continue
        if not is_broadcast:
            for _ in range(2):
                time_s = start_s + period_s * _azimuth_deg(state) / 360.0
                row = _evaluate(cubics, slot, time_s, origin, rotation, state)
        knot_s = np.floor(time_s / KNOT_S) * KNOT_S
        if starts[row, slot] > knot_s:
            continue
        range_m = np.sqrt(state[0] ** 2 + state[1] ** 2 + state[2] ** 2)
        height_m = max(heights[row, slot, 0] + heights[row, slot, 1] * (time_s - knot_s), 0.0)
        horizon_m = HORIZON_M_PER_ROOT_M * (np.sqrt(antenna_m) + np.sqrt(height_m))
        elevation_deg = np.rad2deg(np.arcsin(state[2] / range_m))
        hidden = range_m > max_range_m or range_m < min_range_m or range_m > horizon_m
        if hidden or elevation_deg < lowest_deg or elevation_deg > highest_deg:
            continue
        slot_out[count], row_out[count] = slot, row
        columns_out[0, count], columns_out[1, count] = time_s, range_m
        columns_out[2, count], columns_out[3, count] = _azimuth_deg(state), elevation_deg
        columns_out[4, count] = (state[0] * state[3] + state[1] * state[4] + state[2] * state[5]) / range_m
        count += 1
    return count


@inlined_kernel
def _azimuth_deg(state: Float64) -> float:
    return np.rad2deg(np.arctan2(state[0], state[1])) % 360.0


@inner_kernel
def _evaluate(cubics: Float64, slot: int, time_s: float, origin: Float64, rotation: Float64, state: Float64) -> int:
    """Write position and velocity (ENU of the sensor) at a time into ``state``; returns the window row used."""
    knot = int(np.floor(time_s / KNOT_S))
    row = knot % KNOTS_KEPT
    s = time_s - knot * KNOT_S
    c = cubics[row, slot]
    for axis in range(3):
        state[axis], state[3 + axis] = 0.0, 0.0
    for k in range(3):
        position = c[k] + s * (c[3 + k] + s * (c[6 + k] + s * c[9 + k])) - origin[k]
        velocity = c[3 + k] + s * (2.0 * c[6 + k] + s * 3.0 * c[9 + k])
        for axis in range(3):
            state[axis] += rotation[axis, k] * position
            state[3 + axis] += rotation[axis, k] * velocity
    return row
