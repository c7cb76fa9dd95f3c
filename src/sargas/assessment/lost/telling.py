"""What is told of a case: the region, the hypotheses, dead reckoning beside them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from sargas.assessment.lost.case import LostCase
from sargas.assessment.lost.dead_reckoning import sector_area_m2
from sargas.assessment.lost.looks import DOWN_CODE, HIDDEN_CODE, LEFT_CODE, UNWATCHED_CODE, Lookers, tell_apart
from sargas.assessment.lost.outline import outline
from sargas.assessment.lost.region import Density, Region, densest_region, spread_density
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S, Float64, Int8
from sargas.model.label import Label
from sargas.model.lost_records import LostCause, LostHypothesis, LostRegion, LostTrack
from sargas.model.saying import in_english, in_lithuanian

LEVEL = 0.8
CAUSES: dict[int, LostCause] = {
    DOWN_CODE: "landed_or_crashed",
    HIDDEN_CODE: "hidden",
    LEFT_CODE: "left",
    UNWATCHED_CODE: "unwatched",
}
MASS_AT_S, MASS = (120.0, 180.0), (0.77, 0.82)
"""Of the particles' weight that a region takes, by seconds after the loss, so that it holds ``LEVEL`` of the truths:
measured on flights of other seeds than those the benchmark tests (``benchmarks/bench_lost.py --calibrate``)."""
WORTH_A_PLACE = 0.02
"""A hypothesis less likely than this is told without place and area."""
End = Literal["", "seen_again", "is_newer_track", "too_long_ago", "too_many", "begun_anew"]


def mass_at(elapsed_s: float) -> float:
    """Return the share of the particles' weight that a region takes at that age of a case."""
    return float(np.interp(elapsed_s, MASS_AT_S, MASS))


def codes_of(case: LostCase, lookers: Lookers) -> Int8:
    """Return what each particle stands for (n,)."""
    codes = np.zeros(len(case.particles), np.int8)
    tell_apart(case.particles, lookers[case.able], codes)
    return codes


def density_of(case: LostCase, weights: Float64, codes: Int8) -> Density:
    """Return the density of a case's weight, in all and by what particles stand for."""
    return spread_density(case.particles["x_m"], case.particles["y_m"], weights, codes)


def hypothesis_shares(weights: Float64, codes: Int8) -> dict[LostCause, float]:
    """Return the probability of each hypothesis."""
    return {name: float(weights[codes == code].sum()) for code, name in CAUSES.items()}


def tell(
    case: LostCase, lookers: Lookers, plane: RegionPlane, sensor_ids: tuple[str, ...], node: str, label: Label,
    time_ns: int, end: End = "",
) -> LostTrack:  # fmt: skip
    """Make the message of a case."""
    weights, codes = case.weights(), codes_of(case, lookers)
    elapsed_s = case.elapsed_s(time_ns)
    density = density_of(case, weights, codes)
    region = densest_region(density.grid, density.cells, mass_at(elapsed_s))
    speed = float(np.hypot(case.state[3], case.state[4]))
    lost_id = f"{node}/lost/{case.track_id}/{case.opened_ns}"
    altitude = float(case.state[2])
    return LostTrack(
        id=f"{lost_id}/{time_ns}",
        time_ns=time_ns,
        origin=node,
        label=label,
        lost_id=lost_id,
        track_id=case.track_id,
        state="ended" if end else "lost",
        last_seen_ns=case.last_plot_ns,
        last_seen=(round(float(case.state[1]), 5), round(float(case.state[0]), 5)),
        last_altitude_m=round(altitude, 1) if np.isfinite(altitude) else None,
        course_deg=round(float(np.degrees(np.arctan2(case.state[3], case.state[4])) % 360.0), 1),
        speed_mps=round(speed, 1),
        armed=case.armed,
        level=LEVEL,
        hypotheses=_hypotheses(weights, codes, density, plane),
        regions=_regions(region, plane),
        area_km2=round(region.area_m2 / 1e6, 3),
        dead_reckoning_km2=round(sector_area_m2(speed, case.speed_sigma_mps, elapsed_s) / 1e6, 3),
        most_probable=_place(region.peak_m, plane),
        looked=tuple(sensor_ids[k] for k in sorted(case.looked)),
        reports=case.reports,
        may_be=tuple(sorted(case.may_be, key=lambda one: (-one.probability, one.track_id))),
        limits=in_english(case.limits),
        limits_lt=in_lithuanian(case.limits),
        end=end,
        ended_ns=time_ns if end else None,
    )


def interval_ns(elapsed_s: float) -> int:
    """Return how long a case may go untold: the older, the slower it changes."""
    return int(min(max(elapsed_s / 6.0, 5.0), 60.0)) * NS_PER_S


def _hypotheses(weights: Float64, codes: Int8, density: Density, plane: RegionPlane) -> tuple[LostHypothesis, ...]:
    told = []
    for code, name in CAUSES.items():
        share = float(weights[codes == code].sum())
        place, area = None, None
        if share >= WORTH_A_PLACE and code in density.groups:
            region = densest_region(density.grid, density.groups[code], LEVEL)
            place, area = _place(region.peak_m, plane), round(region.area_m2 / 1e6, 3)
        told.append(LostHypothesis(name=name, probability=round(min(share, 1.0), 4), place=place, area_km2=area))
    return tuple(sorted(told, key=lambda one: -one.probability))


def _regions(region: Region, plane: RegionPlane) -> tuple[LostRegion, ...]:
    return tuple(
        LostRegion(polygon=_ring(ring, plane), holes=tuple(_ring(hole, plane) for hole in holes))
        for ring, holes in outline(region)
    )


def _ring(points: Float64, plane: RegionPlane) -> tuple[tuple[float, float], ...]:
    latitude, longitude = plane.geodetic_from_plane(points[:, 0], points[:, 1])
    return tuple(zip(np.round(longitude, 5).tolist(), np.round(latitude, 5).tolist(), strict=True))


def _place(place_m: tuple[float, float], plane: RegionPlane) -> tuple[float, float]:
    latitude, longitude = plane.geodetic_from_plane(place_m[0], place_m[1])
    return round(float(longitude), 5), round(float(latitude), 5)
