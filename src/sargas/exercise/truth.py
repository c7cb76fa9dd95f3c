"""Where everything really is at one time of a simulated night."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.exercise.adsb import motion_at
from sargas.exercise.sky import Sky
from sargas.exercise.tables import KINDS
from sargas.geo.enu import rotation_at
from sargas.geo.wgs84 import geodetic_from_ecef
from sargas.model.columns import Bytes8, Float64, Int32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Hold where every object is at one time; columns of one length, velocities east, north, up of the object."""

    object_id: Int64
    kind: tuple[str, ...]
    latitude_deg: Float64
    longitude_deg: Float64
    altitude_m: Float64
    velocity_east_mps: Float64
    velocity_north_mps: Float64
    velocity_up_mps: Float64
    icao_address: Int32
    callsign: Bytes8

    def __len__(self) -> int:
        return len(self.object_id)


def truth_of(sky: Sky, time_s: float) -> Truth:
    """Return where everything is, ``time_s`` seconds after the start; the sky must reach it."""
    row = int(sky.rows_at(np.array([time_s]))[0])
    there = np.flatnonzero(sky.starts[row] <= time_s)
    position, velocity = motion_at(sky, there, np.full(len(there), time_s))
    latitude_deg, longitude_deg, altitude_m = geodetic_from_ecef(position)
    enu_mps = np.einsum("nij,nj->ni", rotation_at(latitude_deg, longitude_deg), velocity)
    return Truth(
        object_id=sky.object_id[row, there],
        kind=tuple(KINDS[kind].kind for kind in sky.kind[there].tolist()),
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        altitude_m=altitude_m,
        velocity_east_mps=enu_mps[:, 0],
        velocity_north_mps=enu_mps[:, 1],
        velocity_up_mps=enu_mps[:, 2],
        icao_address=sky.icao_address[row, there],
        callsign=sky.callsign[row, there],
    )
