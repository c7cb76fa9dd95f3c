"""Launches are found where balloons rose; of one site there is one estimate; who floated when first seen tells none."""

import numpy as np
import pytest

from sargas.assessment.drift.draws import Draws
from sargas.assessment.drift.drifters import Drifters
from sargas.assessment.drift.ensemble import Start
from sargas.assessment.drift.heights import Vertical
from sargas.assessment.drift.launch import Launch, back_track, find_sites
from tests.assessment.drift.winds import PLANE, START_NS, table


def drifters() -> Drifters:
    found = Drifters(PLANE)
    found.hear(table(10.0), START_NS)
    return found


def launch(height_m: float, rate_mps: float) -> Launch | None:
    winds = drifters()
    start = Start(0.0, 0.0, 60.0**2 * np.eye(2), Vertical(height_m, 40.0, rate_mps, 0.3), 0.0)
    return back_track(start, winds.pool(), winds.told, Draws.of(4, START_NS))


def test_a_rising_balloon_came_from_upwind_as_long_ago_as_it_rose() -> None:
    found = launch(1800.0, 4.5)
    assert found is not None
    assert found.before_s[1] == pytest.approx(400.0, abs=30.0)
    assert found.before_s[0] < found.before_s[1] < found.before_s[2]
    assert found.x_m == pytest.approx(-4000.0, abs=400.0)
    assert np.sqrt(found.covariance_m2[0, 0]) == pytest.approx(400.0 * 2.6, rel=0.3)


def test_a_floating_balloon_tells_of_no_launch() -> None:
    assert launch(1800.0, 0.0) is None


def at(x_m: float, y_m: float, sigma_m: float = 1500.0) -> Launch:
    return Launch(x_m, y_m, sigma_m**2 * np.eye(2), (100.0, 200.0, 300.0))


def test_launches_near_each_other_are_one_site_and_far_ones_are_not() -> None:
    sites = find_sites([at(0.0, 0.0), at(1500.0, -800.0), at(40e3, 0.0), at(-600.0, 400.0)])
    assert [site.members for site in sites] == [(0, 1, 3), (2,)]
    assert abs(sites[0].x_m - 300.0) < 800.0


def test_many_balloons_of_one_night_do_not_make_a_site_exact() -> None:
    [site] = find_sites([at(0.0, 0.0)] * 30)
    assert np.sqrt(site.covariance_m2[0, 0]) > 0.6 * 1500.0
