"""What a case is worth at an age: whether the truth lies in its region, how large that is, how sure it was of why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.lost.layouts import Radar
from benchmarks.lost.truths import Flight
from sargas.assessment.lost.book import LostBook
from sargas.assessment.lost.case import LostCase
from sargas.assessment.lost.dead_reckoning import HALF_ANGLE_DEG, reach_m, sector_area_m2
from sargas.assessment.lost.region import densest_region
from sargas.assessment.lost.telling import codes_of, density_of, hypothesis_shares, mass_at
from sargas.model.columns import Float64

AGES_S = (60, 180, 300, 600, 1200)
SEEN_AT_M = 3_000.0


@dataclass(frozen=True)
class Verdict:
    """One case at one age."""

    seed: int
    layout: str
    group: str
    kind: str
    cause: str
    track_id: int
    age_s: int
    is_inside: bool
    mass: float
    """Of the weight in cells denser than that of the truth: the region holds it from this mass on."""
    area_m2: float
    sector_m2: float
    is_in_sector: bool
    off_deg: float
    """Of the truth from the last course, as seen from the last place."""
    away: float
    """Of the truth from the last place, as part of the sector's length."""
    truth: str
    """The hypothesis that is so."""
    shares: dict[str, float]


def judge(
    book: LostBook, case: LostCase, flight: Flight, radars: tuple[Radar, ...], seed: int, layout: str, second: int,
    age_s: int, time_ns: int,
) -> Verdict:  # fmt: skip
    """Judge a case against the truth of one second."""
    weights, codes = case.weights(), codes_of(case, book.lookers.rows)
    density = density_of(case, weights, codes)
    region = densest_region(density.grid, density.cells, mass_at(case.elapsed_s(time_ns)))
    place, rate = flight.position_m[second], flight.velocity_mps[second]
    column, row = (int(np.floor((place[k] - density.grid.corner_m[k]) / density.grid.cell_m)) for k in (0, 1))
    within = 0 <= row < density.grid.rows and 0 <= column < density.grid.columns
    here = float(density.cells[row, column]) if within else 0.0
    mass = float(density.cells[density.cells > here].sum() / density.cells.sum()) if here > 0.0 else 1.0
    start = np.array(book.plane.plane_from_geodetic(case.state[0], case.state[1]), np.float64)
    speed, elapsed_s = float(np.hypot(case.state[3], case.state[4])), case.elapsed_s(time_ns)
    return Verdict(
        seed, layout, flight.group, flight.kind, flight.cause, case.track_id, age_s,
        region.contains(float(place[0]), float(place[1])), mass, region.area_m2,
        sector_area_m2(speed, case.speed_sigma_mps, elapsed_s),
        *_from_last_course(place[:2] - start, case, reach_m(speed, case.speed_sigma_mps, elapsed_s)),
        true_hypothesis(radars, flight, place, rate), {str(k): v for k, v in hypothesis_shares(weights, codes).items()},
    )  # fmt: skip


def true_hypothesis(radars: tuple[Radar, ...], flight: Flight, place: Float64, rate: Float64) -> str:
    """Say which hypothesis is so, by the radars as they really are."""
    if place[2] <= 3.0:
        return "landed_or_crashed"
    above = np.array([place[0], place[1], max(SEEN_AT_M, place[2])])
    fast = np.array([0.0, 0.0, 0.0])
    live = [radar for radar in radars if radar.id not in flight.fails]
    if any(radar.detection_probability(place, rate, flight.rcs_m2) >= 0.5 for radar in live):
        return "unwatched"
    for radar in radars:
        toward = above - np.array([radar.x_m, radar.y_m, 0.0])
        fast = 100.0 * toward / max(float(np.linalg.norm(toward)), 1.0)
        if radar.detection_probability(above, fast, flight.rcs_m2) >= 0.5:
            return "hidden" if any(_reaches(one, above, flight) for one in live) else "unwatched"
    return "left"


def _reaches(radar: Radar, above: Float64, flight: Flight) -> bool:
    toward = above - np.array([radar.x_m, radar.y_m, 0.0])
    fast = 100.0 * toward / max(float(np.linalg.norm(toward)), 1.0)
    return bool(radar.detection_probability(above, fast, flight.rcs_m2) >= 0.5)


def _from_last_course(away_m: Float64, case: LostCase, reach: float) -> tuple[bool, float, float]:
    """Say whether a place lies in the sector, how far off the last course and, in parts of its length, how far away."""
    part = float(np.hypot(*away_m)) / max(reach, 1.0)
    turn = np.arctan2(away_m[0], away_m[1]) - np.arctan2(case.state[3], case.state[4])
    off_deg = float(abs((np.degrees(turn) + 180.0) % 360.0 - 180.0))
    return part <= 1.0 and off_deg <= HALF_ANGLE_DEG, off_deg, part
