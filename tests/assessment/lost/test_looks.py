"""What one look would show: horizon, elevations, range, rate, ground; and what its silence takes off."""

from __future__ import annotations

import numpy as np
import pytest

from sargas.assessment.lost.lookers import LookerBook, ground_of
from sargas.assessment.lost.looks import (
    DOWN_CODE,
    HIDDEN_CODE,
    LEFT_CODE,
    UNWATCHED_CODE,
    Lookers,
    seen_probability,
    subtract,
    tell_apart,
)
from sargas.assessment.lost.particles import FLIES, GROUND, PARTICLE
from sargas.geo.enu import Frame
from sargas.sensors.site import Sites
from tests.assessment.lost.scene import ORIGIN, PLANE, START_S, radar


def lookers(**fields: object) -> Lookers:
    sites = Sites((radar(**fields),), Frame(*ORIGIN, 0.0))  # type: ignore[arg-type]
    sites.table["heard_ns"][0] = START_S * 10**9
    book = LookerBook(PLANE)
    book.refresh(sites, START_S * 10**9, ())
    return book.rows


def particle(
    x_m: float, height_m: float, vx_mps: float = -45.0, echo_m2: float = 1.0, intent: int = FLIES
) -> np.ndarray:
    one = np.zeros(1, PARTICLE)
    one["x_m"], one["height_m"], one["vx_mps"], one["echo_m2"], one["intent"] = x_m, height_m, vx_mps, echo_m2, intent
    return one


def seen(x_m: float, height_m: float, **fields: object) -> float:
    return float(seen_probability(lookers(**fields)[0], particle(x_m, height_m)[0]))


def test_at_its_reach_a_square_metre_is_seen_with_nine_tenths() -> None:
    assert seen(140e3, 3_000.0) == pytest.approx(0.9, abs=0.005)
    assert seen(140e3 * 1.62, 6_000.0) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(("height_m", "horizon_km"), [(30.0, 38.5), (100.0, 57.2), (500.0, 108.1)])
def test_the_horizon_is_that_of_the_domain_table(height_m: float, horizon_km: float) -> None:
    assert seen(1e3 * horizon_km * 0.8, height_m) > 0.75
    assert seen(1e3 * horizon_km * 1.3, height_m) < 0.1


def test_below_its_elevations_above_them_and_beyond_its_range_nothing_is_seen() -> None:
    assert seen(2e3, 9_000.0) == 0.0
    assert seen(20e3, 500.0, lowest_elevation_deg=3.0) == 0.0
    assert seen(60e3, 2_000.0, max_range_m=50e3) == 0.0


def test_what_is_slow_towards_it_is_not_seen_and_neither_is_what_lies_on_the_ground() -> None:
    row = lookers(min_range_rate_mps=6.0)[0]
    across = particle(20e3, 500.0, vx_mps=0.0)[0]
    across["vy_mps"] = 45.0
    assert seen_probability(row, across) == 0.0
    assert seen_probability(row, particle(20e3, 500.0)[0]) > 0.9
    assert seen_probability(row, particle(20e3, 0.0, intent=GROUND)[0]) == 0.0


def test_silence_takes_off_one_less_pd_for_each_look_and_none_of_a_silent_sensor() -> None:
    rows, one = lookers(), particle(140e3, 3_000.0)
    rows["looks"] = 3
    subtract(one, rows)
    assert float(one["log_weight"][0]) == pytest.approx(3 * np.log(0.1), rel=0.03)
    rows["live"] = 0
    other = particle(140e3, 3_000.0)
    subtract(other, rows)
    assert other["log_weight"][0] == 0.0
    masked = particle(140e3, 3_000.0)
    masked["masked"] = 1
    rows["live"] = 1
    subtract(masked, rows)
    assert masked["log_weight"][0] == 0.0


def test_places_stand_for_hypotheses() -> None:
    rows = lookers()
    places = [particle(60e3, 0.0, intent=GROUND), particle(80e3, 40.0), particle(300e3, 300.0), particle(60e3, 800.0)]
    codes = np.zeros(4, np.int8)
    tell_apart(np.concatenate(places), rows, codes)
    assert codes.tolist() == [DOWN_CODE, HIDDEN_CODE, LEFT_CODE, UNWATCHED_CODE]
    rows["live"] = 0
    tell_apart(np.concatenate(places), rows, codes)
    assert codes.tolist() == [DOWN_CODE, UNWATCHED_CODE, LEFT_CODE, UNWATCHED_CODE]


def test_ground_that_nobody_told_lies_twenty_metres_below_the_antenna() -> None:
    assert ground_of(radar(ground_m=None, height_m=150.0)) == 130.0
    assert ground_of(radar(ground_m=None, height_m=5.0)) == 0.0
    assert ground_of(radar()) == 100.0
