"""WGS84 agrees with PROJ both ways, everywhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.geo import wgs84
from tests.geo.oracle import (
    CART,
    GEOD,
    MAX_ERROR_DEG,
    MAX_ERROR_M,
    PLACES,
    ground_degrees_apart,
    positions_around,
)


@pytest.mark.parametrize("place", PLACES)
def test_ecef_agrees_with_proj_both_ways(place: tuple[float, float, float]) -> None:
    latitudes, longitudes, heights = positions_around(*place[:2])
    expected = np.stack(CART.transform(longitudes, latitudes, heights), axis=-1)
    found = wgs84.ecef_from_geodetic(latitudes, longitudes, heights)
    assert np.abs(found - expected).max() < MAX_ERROR_M / 1000

    latitude, longitude, height = wgs84.geodetic_from_ecef(expected)
    assert np.abs(latitude - latitudes).max() < MAX_ERROR_DEG / 1000
    assert ground_degrees_apart(latitudes, longitude, longitudes).max() < MAX_ERROR_DEG / 1000
    assert np.abs(height - heights).max() < MAX_ERROR_M / 1000


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-5_000_000, 50_000_000))
def test_any_height_survives_the_round_trip(latitude_deg: float, longitude_deg: float, height_m: float) -> None:
    latitude, longitude, height = wgs84.geodetic_from_ecef(
        wgs84.ecef_from_geodetic(latitude_deg, longitude_deg, height_m)
    )
    assert latitude == pytest.approx(latitude_deg, abs=MAX_ERROR_DEG)
    assert ground_degrees_apart(latitude_deg, longitude, longitude_deg) < MAX_ERROR_DEG
    assert height == pytest.approx(height_m, abs=MAX_ERROR_M)


def test_poles_and_axes_are_exact() -> None:
    np.testing.assert_allclose(wgs84.ecef_from_geodetic([90, -90], 0, 0)[:, 2], [wgs84.B, -wgs84.B], atol=1e-9)
    np.testing.assert_array_equal(wgs84.ecef_from_geodetic(0, 0, 10.0), [wgs84.A + 10.0, 0, 0])
    latitude, _, height = wgs84.geodetic_from_ecef([[0, 0, wgs84.B + 5.0], [0, 0, -wgs84.B]])
    np.testing.assert_allclose(latitude, [90, -90])
    np.testing.assert_allclose(height, [5.0, 0.0], atol=1e-8)


def test_the_earths_centre_has_no_position() -> None:
    latitude, _, height = wgs84.geodetic_from_ecef([0.0, 0.0, 0.0])
    assert np.isnan([latitude, height]).all()


def test_shapes_broadcast_like_numpy() -> None:
    ecef = wgs84.ecef_from_geodetic(np.zeros((4, 1)), [1.0, 2.0, 3.0], 0.0)
    assert ecef.shape == (4, 3, 3)
    latitude, longitude, _ = wgs84.geodetic_from_ecef(ecef)
    assert latitude.shape == (4, 3)
    np.testing.assert_allclose(longitude[2], [1, 2, 3])
    assert wgs84.ecef_from_geodetic(54.0, 25.0, 0.0).shape == (3,)
    assert np.isscalar(wgs84.geodetic_from_ecef(ecef[0, 0])[0])
    assert wgs84.ecef_from_geodetic([], [], []).shape == (0, 3)


def test_vectors_of_a_wrong_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a last axis of 3 \(x, y, z\), was the shape \(4, 2\)"):
        wgs84.geodetic_from_ecef(np.zeros((4, 2)))


@pytest.mark.parametrize("latitude_deg", [0.0, 30.0, 54.9, 89.0])
def test_curvature_radius_is_that_of_proj_meridian_and_parallel_arcs(latitude_deg: float) -> None:
    _, _, arc_m = GEOD.inv(0, latitude_deg - 0.005, 0, latitude_deg + 0.005)
    assert wgs84.curvature_radius_m(latitude_deg, 0.0) == pytest.approx(arc_m / np.radians(0.01), rel=1e-6)
    step = 1e-4
    ends = CART.transform([0, step], [latitude_deg] * 2, [0, 0])
    chord_m = float(np.linalg.norm(np.diff(np.stack(ends), axis=1)))
    across = chord_m / np.radians(step) / np.cos(np.radians(latitude_deg))
    assert wgs84.curvature_radius_m(latitude_deg, 90.0) == pytest.approx(across, rel=1e-6)
