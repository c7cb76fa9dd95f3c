"""The region plane is PROJ's transverse Mercator, both ways, everywhere, and says where it ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.geo import enu
from sargas.geo.plane import RegionPlane
from sargas.geo.plane_columns import plane_from_geodetic_columns
from sargas.geo.plane_kernels import plane_from_geodetic_scalar
from tests.geo.oracle import (
    MAX_ERROR_DEG,
    MAX_ERROR_M,
    PLACES,
    degrees_apart,
    ground_degrees_apart,
    positions_around,
    transverse_mercator,
)


@pytest.mark.parametrize("place", PLACES)
def test_plane_agrees_with_proj_both_ways(place: tuple[float, float, float]) -> None:
    latitudes, longitudes, _ = positions_around(*place[:2])
    plane, proj = RegionPlane(*place[:2]), transverse_mercator(*place[:2])
    x_m, y_m = plane.plane_from_geodetic(latitudes, longitudes)
    np.testing.assert_allclose((x_m, y_m), proj(longitudes, latitudes), rtol=0, atol=MAX_ERROR_M / 1000)

    latitude, longitude = plane.geodetic_from_plane(*proj(longitudes, latitudes))
    assert np.abs(latitude - latitudes).max() < MAX_ERROR_DEG / 100
    assert ground_degrees_apart(latitudes, longitude, longitudes).max() < MAX_ERROR_DEG / 100


@pytest.mark.parametrize("place", PLACES)
def test_convergence_and_scale_agree_with_proj(place: tuple[float, float, float]) -> None:
    latitudes, longitudes, _ = positions_around(*place[:2])
    convergence_deg, scale = RegionPlane(*place[:2]).convergence_scale(latitudes, longitudes)
    factors = transverse_mercator(*place[:2]).get_factors(longitudes, latitudes)
    np.testing.assert_allclose(scale, factors.meridional_scale, rtol=0, atol=1e-9)
    assert degrees_apart(convergence_deg, factors.meridian_convergence).max() < 1e-7


def test_scale_is_1_on_the_central_meridian_and_grows_to_the_documented_share() -> None:
    plane = RegionPlane(55.0, 24.0)
    assert plane.convergence_scale(57.0, 24.0)[1] == pytest.approx(1.0, abs=1e-12)
    at_300, at_500 = plane.convergence_scale(*plane.geodetic_from_plane([300e3, 500e3], 0.0))[1]
    assert at_300 == pytest.approx(1.0011, abs=1e-4)
    assert at_500 == pytest.approx(1.0031, abs=1e-4)


@pytest.mark.parametrize("offset", [(0.0, 0.0), (2.0, 7.0), (-3.0, -6.0)])
def test_velocities_turn_with_the_plane(offset: tuple[float, float]) -> None:
    plane = RegionPlane(55.0, 24.0)
    latitude_deg, longitude_deg = 55.0 + offset[0], 24.0 + offset[1]
    frame = enu.Frame(latitude_deg, longitude_deg, 0.0)
    velocity = np.array([60.0, -35.0])
    ahead = frame.geodetic_from_enu([*velocity, 0.0])
    behind = frame.geodetic_from_enu([*-velocity, 0.0])
    differences = np.subtract(plane.plane_from_geodetic(*ahead[:2]), plane.plane_from_geodetic(*behind[:2])) / 2
    found = plane.plane_velocity_from_enu(latitude_deg, longitude_deg, *velocity)
    np.testing.assert_allclose(found, differences, atol=1e-6)


@given(
    st.floats(-90, 90), st.floats(-180, 180), st.floats(-3_000e3, 3_000e3), st.floats(-3_000e3, 3_000e3)
)  # fmt: skip
def test_any_region_survives_the_round_trip(latitude_deg: float, longitude_deg: float, x_m: float, y_m: float) -> None:
    plane = RegionPlane(latitude_deg, longitude_deg)
    latitude, longitude = plane.geodetic_from_plane(x_m, y_m)
    assert abs(latitude) <= 90
    assert abs(longitude) <= 180
    back = plane.plane_from_geodetic(latitude, longitude)
    np.testing.assert_allclose(back, (x_m, y_m), rtol=0, atol=1e-6)


def test_the_quick_way_near_the_meridian_agrees_with_the_general_one_everywhere() -> None:
    random = np.random.default_rng(4)
    latitudes, longitudes = random.uniform(-90, 90, 20_000), random.uniform(-180, 180, 20_000)
    longitudes[:10_000] = 24.0 + random.uniform(-20, 20, 10_000)
    x_m, y_m = plane_from_geodetic_columns(latitudes, longitudes, 24.0, 0.0)
    expected = np.array([plane_from_geodetic_scalar(*place, 24.0) for place in zip(latitudes, longitudes, strict=True)])
    np.testing.assert_allclose(np.stack([x_m, y_m], axis=1), expected, rtol=0, atol=2e-8)
    assert 0.05 < np.isnan(x_m).mean() < 0.5


def test_the_centre_is_the_origin_also_at_the_antimeridian() -> None:
    plane = RegionPlane(64.0, -180.0)
    assert plane.plane_from_geodetic(64.0, 180.0) == pytest.approx((0.0, 0.0), abs=1e-9)
    x_m, _ = plane.plane_from_geodetic([64.0, 64.0], [179.9, -179.9])
    assert x_m[0] == pytest.approx(-x_m[1])
    assert x_m[0] == pytest.approx(-4_890, abs=10)


def test_what_lies_outside_the_plane_is_nan() -> None:
    plane = RegionPlane(55.0, 24.0)
    assert np.isnan(plane.plane_from_geodetic(0.0, 24.0 + 60.0)).all()
    assert np.isnan(plane.geodetic_from_plane(5_000e3, 0.0)).all()
    assert np.isnan(plane.convergence_scale(0.0, 114.0)).all()
    assert np.isnan(plane.plane_from_geodetic(np.nan, 24.0)).all()
    assert np.isfinite(plane.plane_from_geodetic(0.0, 24.0 + 30.0)).all()


@pytest.mark.parametrize("centre", [(90.5, 0.0), (0.0, 180.5), (float("nan"), 0.0)])
def test_a_centre_that_is_no_place_is_refused(centre: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="expected a centre with latitude within 90"):
        RegionPlane(*centre)
