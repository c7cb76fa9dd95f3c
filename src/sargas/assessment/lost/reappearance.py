"""Whether a new track may be a lost one: how likely its place and velocity are of that, against any new object."""

from __future__ import annotations

import numpy as np

from sargas.assessment.lost.case import LostCase
from sargas.assessment.lost.particles import GROUND
from sargas.geo.plane import RegionPlane
from sargas.model.columns import Float64
from sargas.model.tracks import Tracks

PLACE_SIGMA_M = 500.0
VELOCITY_SIGMA_MPS = 12.0
NEW_PER_SQUARE_M = 1e-9
"""New objects expected: one in 1,000 km^2, of any velocity up to ``NEW_SPEED_MPS``, as the tracker has it."""
NEW_SPEED_MPS = 100.0
RISES_SHARE = 0.05
"""Of what came down: flies again within the time."""
WORTH_TELLING = 0.1


def match_new_track(cases: list[LostCase], tracks: Tracks, row: int, plane: RegionPlane) -> Float64:
    """Return, by case, the probability that the track in ``row`` is its object (n,)."""
    x, y = plane.plane_from_geodetic(tracks.latitude_deg[row], tracks.longitude_deg[row])
    east_mps, north_mps = tracks.velocity_east_mps[row], tracks.velocity_north_mps[row]
    vx, vy = plane.plane_velocity_from_enu(tracks.latitude_deg[row], tracks.longitude_deg[row], east_mps, north_mps)
    found = np.array([_likelihood(case, float(x), float(y), float(vx), float(vy)) for case in cases])
    other = NEW_PER_SQUARE_M / (np.pi * NEW_SPEED_MPS**2)
    shares: Float64 = found / (found.sum() + other)
    return shares


def _likelihood(case: LostCase, x_m: float, y_m: float, vx_mps: float, vy_mps: float) -> float:
    p = case.particles
    place = np.hypot(p["x_m"] - x_m, p["y_m"] - y_m) / PLACE_SIGMA_M
    near = place < 4.0
    if not near.any():
        return 0.0
    weight = case.weights()[near] * np.exp(-0.5 * place[near] ** 2) / (2.0 * np.pi * PLACE_SIGMA_M**2)
    velocity = np.hypot(p["vx_mps"][near] - vx_mps, p["vy_mps"][near] - vy_mps) / VELOCITY_SIGMA_MPS
    flying = np.exp(-0.5 * velocity**2) / (2.0 * np.pi * VELOCITY_SIGMA_MPS**2)
    rising = RISES_SHARE / (np.pi * NEW_SPEED_MPS**2)
    return float((weight * np.where(p["intent"][near] == GROUND, rising, flying)).sum())
