"""Another zone counts by how much more the way flown speaks for it, unless it has ground in common with this one."""

from __future__ import annotations

import numpy as np
import shapely

from sargas.assessment.rivals import MOST, apart, measure_elsewhere
from sargas.model.columns import Float64

CITY, PORT, AIRPORT = shapely.Point(0.0, 0.0), shapely.box(30e3, 0.0, 34e3, 4e3), shapely.Point(2_000.0, 0.0)
SHAPES, RADIUS_M = (CITY, PORT, AIRPORT), np.array([8_000.0, 0.0, 1_500.0])


def elsewhere(goal: list[list[float]]) -> Float64:
    found = np.empty((len(goal), 3))
    measure_elsewhere(np.array(goal), apart(SHAPES, RADIUS_M), found)
    return found


def test_zones_are_apart_when_they_share_no_ground() -> None:
    assert apart(SHAPES, RADIUS_M).tolist() == [[False, True, False], [True, False, True], [False, True, False]]


def test_the_best_other_zone_counts_by_what_it_has_more_up_to_a_bound() -> None:
    np.testing.assert_allclose(elsewhere([[0.2, 1.0, 0.0]]), [[0.8, 0.0, 1.0]])
    np.testing.assert_allclose(elsewhere([[0.0, 4.0, 0.0]]), [[MOST, 0.0, MOST]])
    assert not elsewhere([[0.0, 0.0, 0.0]]).any()


def test_a_zone_within_another_takes_nothing_from_it() -> None:
    np.testing.assert_allclose(elsewhere([[0.1, 0.3, 1.2]]), [[0.2, 0.9, 0.0]])
