"""What an ADS-B ground station hears: positions that aircraft claim, with the quality they claim.

Inside the interference area, once it is jammed, the receivers of aircraft lose accuracy, say so (NIC, NACp), and in its
middle go silent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.exercise.detection import GEOID_M, METRES_PER_FOOT, pressure_offset_ft
from sargas.exercise.fleet import KNOT_S
from sargas.exercise.sight import HORIZON_M_PER_ROOT_M, SimulatedSensor, look
from sargas.exercise.sky import Sky
from sargas.exercise.tables import KINDS, PLACES, PLAIN_M
from sargas.geo.enu import rotation_at
from sargas.geo.wgs84 import ecef_from_geodetic, geodetic_from_ecef
from sargas.model.columns import Bytes8, Float64, Int8, Int32, Int64

METRES_PER_DEGREE = 111_200.0
HEALTHY_NIC, HEALTHY_NAC_P, HEALTHY_SIL = 8, 9, 3
JAMMED_SIGMA_FACTOR = 60.0
SILENT_ABOVE = 0.6
EMITTER_HEIGHT_M = 30.0
HEIGHT_SIGMA_M = 8.0

_EMITTER_CATEGORY = np.array([kind.emitter_category for kind in KINDS])
_SITE_OF_JAMMER = ecef_from_geodetic(PLACES.interference.centre[1], PLACES.interference.centre[0], PLAIN_M)


@dataclass(frozen=True, slots=True, eq=False)
class Broadcasts:
    """Hold what one station heard in one second, in order of time."""

    object_id: Int64
    time_s: Float64
    latitude_deg: Float64
    longitude_deg: Float64
    altitude_m: Float64
    flight_level_ft: Float64
    velocity_east_mps: Float64
    velocity_north_mps: Float64
    icao_address: Int32
    callsign: Bytes8
    nic: Int8
    nac_p: Int8
    sil: Int8
    emitter_category: Int8

    def __len__(self) -> int:
        return len(self.time_s)


def hear(sensor: SimulatedSensor, sky: Sky, turn: int) -> Broadcasts:
    """Report one second of one station, from a noise of its own for each second."""
    rng = np.random.default_rng([sky.seed, 3, sensor.number, turn])
    seen = look(sensor, sky, turn)
    lucky = rng.random(len(seen)) < sensor.model.detection_probability
    hit = np.flatnonzero(sky.sends_adsb[seen.row, seen.slot] & lucky)
    position, velocity = motion_at(sky, seen.slot[hit], seen.time_s[hit])
    height_m = sky.heights[seen.row[hit], seen.slot[hit], 0]
    jammed = jamming_at(position, height_m) * (seen.time_s[hit] >= PLACES.interference.from_s)
    heard = rng.random(len(hit)) >= (jammed - SILENT_ABOVE) / (1.0 - SILENT_ABOVE)
    order = np.flatnonzero(heard)
    order = order[np.argsort(seen.time_s[hit][order], kind="stable")]
    hit, position, velocity, jammed = hit[order], position[order], velocity[order], jammed[order]
    row, slot = seen.row[hit], seen.slot[hit]
    noise = rng.standard_normal((3, len(hit)))
    sigma_m = sensor.model.sigma_position_m * (1.0 + JAMMED_SIGMA_FACTOR * jammed)
    latitude_deg, longitude_deg, altitude_m = geodetic_from_ecef(position)
    enu_mps = np.einsum("nij,nj->ni", rotation_at(latitude_deg, longitude_deg), velocity)
    level_ft = (altitude_m - GEOID_M) / METRES_PER_FOOT + pressure_offset_ft(sky.seed)
    return Broadcasts(
        object_id=sky.object_id[row, slot],
        time_s=seen.time_s[hit],
        latitude_deg=latitude_deg + sigma_m * noise[0] / METRES_PER_DEGREE,
        longitude_deg=longitude_deg + sigma_m * noise[1] / (METRES_PER_DEGREE * np.cos(np.deg2rad(latitude_deg))),
        altitude_m=altitude_m + HEIGHT_SIGMA_M * (1.0 + 10.0 * jammed) * noise[2],
        flight_level_ft=np.maximum(level_ft, -1000.0),
        velocity_east_mps=enu_mps[:, 0],
        velocity_north_mps=enu_mps[:, 1],
        icao_address=sky.icao_address[row, slot],
        callsign=sky.callsign[row, slot],
        nic=np.ceil(HEALTHY_NIC * (1.0 - jammed)).astype(np.int8),
        nac_p=np.ceil(HEALTHY_NAC_P * (1.0 - jammed)).astype(np.int8),
        sil=np.where(jammed > 0.0, 1, HEALTHY_SIL).astype(np.int8),
        emitter_category=_EMITTER_CATEGORY[sky.kind[slot]].astype(np.int8),
    )


def motion_at(sky: Sky, slot: Int64, time_s: Float64) -> tuple[Float64, Float64]:
    """Return positions and velocities (n, 3) in ECEF of objects at times within the sky's window."""
    cubic = sky.cubics[sky.rows_at(time_s), slot]
    s = (time_s % KNOT_S)[:, None]
    position = cubic[:, 0:3] + s * (cubic[:, 3:6] + s * (cubic[:, 6:9] + s * cubic[:, 9:12]))
    velocity = cubic[:, 3:6] + s * (2.0 * cubic[:, 6:9] + 3.0 * s * cubic[:, 9:12])
    return position, velocity


def jamming_at(position: Float64, height_m: Float64) -> Float64:
    """Return how badly navigation is jammed at ECEF places and heights above the plain: 0 not at all, 1 wholly."""
    distance_m = np.linalg.norm(position - _SITE_OF_JAMMER, axis=-1)
    horizon_m = HORIZON_M_PER_ROOT_M * (np.sqrt(EMITTER_HEIGHT_M) + np.sqrt(np.maximum(height_m, 0.0)))
    level = np.clip(1.0 - distance_m / PLACES.interference.radius_m, 0.0, 1.0)
    return np.where(distance_m < horizon_m, level, 0.0)
