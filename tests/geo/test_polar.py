"""Polar coordinates wrap where a radar's do, and heights give elevations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.geo import enu, polar, wgs84
from tests.geo.oracle import positions_around


def test_azimuth_runs_clockwise_from_north_within_0_and_360() -> None:
    _, azimuth_deg, _ = polar.polar_from_enu([[0, 1, 0], [1, 0, 0], [0, -1, 0], [-1, 0, 0], [-1e-30, 1, 0]])
    np.testing.assert_allclose(azimuth_deg, [0, 90, 180, 270, 0])
    assert (azimuth_deg < 360).all()


def test_the_zenith_and_the_origin_are_defined() -> None:
    range_m, azimuth_deg, elevation_deg = polar.polar_from_enu([[0, 0, 10.0], [0, 0, -10.0], [0, 0, 0]])
    np.testing.assert_array_equal(range_m, [10, 10, 0])
    np.testing.assert_array_equal(azimuth_deg, [0, 0, 0])
    np.testing.assert_array_equal(elevation_deg, [90, -90, 0])


@given(st.floats(1.0, 500e3), st.floats(0, 359.999), st.floats(-89.9, 89.9))
def test_polar_survives_the_round_trip(range_m: float, azimuth_deg: float, elevation_deg: float) -> None:
    back = polar.polar_from_enu(polar.enu_from_polar(range_m, azimuth_deg, elevation_deg))
    assert back[0] == pytest.approx(range_m, rel=1e-14)
    assert min(abs(back[1] - azimuth_deg), 360 - abs(back[1] - azimuth_deg)) < 1e-9
    assert back[2] == pytest.approx(elevation_deg, abs=1e-9)


def test_polar_broadcasts() -> None:
    assert polar.enu_from_polar(np.ones((5, 1)), [0.0, 90.0], 0.0).shape == (5, 2, 3)


def test_elevation_from_height_is_exact_on_a_sphere() -> None:
    radius, sensor, target, angle = 6_371_000.0, 150.0, 9_000.0, np.linspace(0.001, 0.06, 50)
    east, up = (radius + target) * np.sin(angle), (radius + target) * np.cos(angle) - (radius + sensor)
    found = polar.elevation_from_height(np.hypot(east, up), sensor, target, radius)
    np.testing.assert_allclose(found, np.degrees(np.arctan2(up, east)), atol=1e-9)


def test_elevation_from_height_lands_within_metres_on_the_ellipsoid() -> None:
    frame = enu.Frame(54.9, 24.1, 120.0)
    latitudes, longitudes, heights = positions_around(54.9, 24.1, radius_m=400e3)
    range_m, azimuth_deg, elevation_deg = polar.polar_from_enu(frame.enu_from_geodetic(latitudes, longitudes, heights))
    radius_m = wgs84.curvature_radius_m(54.9, azimuth_deg)
    found_deg = polar.elevation_from_height(range_m, 120.0, heights, radius_m)
    found = frame.geodetic_from_enu(polar.enu_from_polar(range_m, azimuth_deg, found_deg))
    low = np.abs(elevation_deg) < 45
    apart_m = np.radians(found_deg - elevation_deg) * range_m
    assert np.abs(apart_m[low]).max() < 25.0
    assert np.abs(found[0] - latitudes)[low].max() * 111e3 < 5.0


def test_impossible_triangles_point_straight_up_or_down() -> None:
    found = polar.elevation_from_height([100.0, 100.0, 0.0], [0.0, 5000.0, 0.0], [5000.0, 0.0, 10.0], 6.4e6)
    np.testing.assert_array_equal(found, [90.0, -90.0, np.nan])
