"""The radar horizon is the 4/3-earth one of the textbooks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.geo.horizon import radar_horizon_m

TABLE_KM = {
    10: (36, 42, 54, 71, 105, 239),
    15: (39, 45, 57, 74, 108, 242),
    30: (45, 52, 64, 81, 115, 248),
    60: (54, 61, 73, 90, 124, 258),
}
"""Antenna height (m) to distance (km) at targets of 30, 50, 100, 200, 500 and 3,000 m by 4.12 (sqrt + sqrt)."""


def test_horizon_of_every_antenna_against_every_target_matches_the_published_table() -> None:
    antennas = np.array(list(TABLE_KM), float)[:, None]
    found = radar_horizon_m(antennas, np.array([30, 50, 100, 200, 500, 3000], float))
    assert found.shape == (4, 6)
    np.testing.assert_allclose(found / 1000, np.array(list(TABLE_KM.values())), atol=0.6)


@given(st.floats(0, 200), st.floats(0, 20_000), st.floats(0, 100))
def test_a_higher_target_is_never_hidden_earlier(antenna_m: float, target_m: float, more_m: float) -> None:
    assert radar_horizon_m(antenna_m, target_m + more_m) >= radar_horizon_m(antenna_m, target_m)
    assert radar_horizon_m(antenna_m, target_m) == pytest.approx(radar_horizon_m(target_m, antenna_m))


def test_heights_below_the_surface_count_as_on_it() -> None:
    assert radar_horizon_m(-3.0, 100.0) == radar_horizon_m(0.0, 100.0)
    assert radar_horizon_m(0.0, 0.0) == 0.0
