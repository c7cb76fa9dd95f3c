"""Entry: certain when the whole cone enters, half when it straddles, never behind; monotone; the same each time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.assessment.entry_probability import PATHS, Entries, Reach, entry_probability, spiral
from sargas.geo.plane import RegionPlane
from sargas.geo.zones import ZoneIndex
from sargas.model.records import Zone

PLANE = RegionPlane(55.0, 24.0)
PLANT = Zone(id="plant", name="Plant", kind="protected", centre=(24.0, 55.0), radius_m=5000.0, ceiling_m=3000.0)
EAST = Zone(id="east", name="East", kind="protected", polygon=((24.5, 54.0), (26.0, 54.0), (26.0, 56.0), (24.5, 56.0)))
INDEX = ZoneIndex.of([PLANT, EAST], PLANE)
AHEAD_S = np.array([0.0, 60.0, 120.0, 300.0, 600.0])


def reach(
    east_m: float, north_m: float, east_mps: float, north_mps: float, spread: float = 5.0, altitude_m: float = 200.0
) -> Reach:
    """A straight flight from a place east and north of the plant; the cone grows by ``spread`` m/s."""
    x, y = east_m + east_mps * AHEAD_S, north_m + north_mps * AHEAD_S
    latitude, longitude = PLANE.geodetic_from_plane(x, y)
    radius = 100.0 + spread * AHEAD_S
    return Reach(AHEAD_S, latitude[None], longitude[None], np.full((1, 5), altitude_m), radius[None])


def enters(*args: float, **kwargs: float) -> Entries:
    return entry_probability(INDEX, reach(*args, **kwargs))


def test_who_flies_straight_at_it_enters_about_when_it_should() -> None:
    found = enters(-20_000.0, 0.0, 50.0, 0.0)
    assert found.probability[0, 0] == 1.0
    assert found.median_s[0, 0] == pytest.approx(300.0, abs=20.0)
    assert found.earliest_s[0, 0] < found.median_s[0, 0] < found.latest_s[0, 0]


def test_who_flies_away_or_over_it_does_not() -> None:
    away = enters(-20_000.0, 0.0, -50.0, 0.0)
    assert away.probability[0, 0] == 0.0
    assert np.isnan(away.median_s[0, 0])
    assert enters(-20_000.0, 0.0, 50.0, 0.0, altitude_m=5000.0).probability[0, 0] == 0.0


def test_who_flies_at_an_unknown_height_may_be_at_any() -> None:
    assert enters(-20_000.0, 0.0, 50.0, 0.0, altitude_m=float("nan")).probability[0, 0] == 1.0


def test_who_grazes_it_enters_with_half_of_the_paths() -> None:
    assert enters(-20_000.0, 5000.0, 50.0, 0.0).probability[0, 0] == pytest.approx(0.5, abs=0.12)


def test_who_is_inside_is_there_now() -> None:
    found = enters(0.0, 0.0, 0.0, 0.0)
    assert found.probability[0, 0] == 1.0
    assert found.latest_s[0, 0] == 0.0


@given(st.floats(-30_000, 30_000), st.floats(-30_000, 30_000), st.floats(-60, 60), st.floats(-60, 60))
def test_a_larger_zone_is_never_entered_less(east: float, north: float, u: float, v: float) -> None:
    larger = ZoneIndex.of([PLANT, PLANT.model_copy(update={"id": "larger", "radius_m": 8000.0})], PLANE)
    found = entry_probability(larger, reach(east, north, u, v)).probability[0]
    assert found[1] >= found[0]


def test_many_tracks_at_once_are_the_same_as_each_alone() -> None:
    alone = [reach(-20_000.0 + 3000.0 * k, 900.0 * k, 50.0, 0.0) for k in range(7)]
    together = Reach(AHEAD_S, *(np.concatenate([one[i] for one in alone]) for i in range(1, 5)))
    found = entry_probability(INDEX, together)
    for k, one in enumerate(alone):
        for many, single in zip(found, entry_probability(INDEX, one), strict=True):
            np.testing.assert_array_equal(many[k], single[0])


def test_no_tracks_or_no_zones_is_no_question() -> None:
    none = Reach(AHEAD_S, *(np.zeros((0, 5)) for _ in range(4)))
    assert entry_probability(INDEX, none).probability.shape == (0, 2)
    assert entry_probability(ZoneIndex.of([], PLANE), reach(0.0, 0.0, 1.0, 1.0)).probability.shape == (1, 0)


def test_the_paths_are_a_standard_normal_distribution() -> None:
    x, y = spiral(PATHS)
    assert np.hypot(x, y)[int(0.9 * PATHS)] == pytest.approx(2.146, abs=0.05)
    assert abs(x.mean()) < 0.03
    assert x.std() == pytest.approx(1.0, abs=0.05)
    assert y.std() == pytest.approx(1.0, abs=0.05)
