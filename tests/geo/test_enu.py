"""Local frames agree with PROJ's topocentric conversion both ways."""

import numpy as np
import pytest

from sargas.geo import enu, polar, wgs84
from tests.geo.oracle import (
    CART,
    MAX_ERROR_DEG,
    MAX_ERROR_M,
    PLACES,
    ground_degrees_apart,
    positions_around,
    topocentric,
)


@pytest.mark.parametrize("place", PLACES)
def test_enu_agrees_with_proj_both_ways(place: tuple[float, float, float]) -> None:
    latitudes, longitudes, heights = positions_around(*place[:2])
    frame, proj = enu.Frame(*place), topocentric(*place)
    expected = np.stack(proj.transform(longitudes, latitudes, heights), axis=-1)
    assert np.abs(frame.enu_from_geodetic(latitudes, longitudes, heights) - expected).max() < MAX_ERROR_M / 1000

    latitude, longitude, height = frame.geodetic_from_enu(expected)
    assert np.abs(latitude - latitudes).max() < MAX_ERROR_DEG / 100
    assert ground_degrees_apart(latitudes, longitude, longitudes).max() < MAX_ERROR_DEG / 100
    assert np.abs(height - heights).max() < MAX_ERROR_M / 1000


@pytest.mark.parametrize("place", PLACES)
def test_range_azimuth_elevation_agree_with_extended_precision_both_ways(place: tuple[float, float, float]) -> None:
    latitudes, longitudes, heights = positions_around(*place[:2])
    frame = enu.Frame(*place)
    east, north, up = np.asarray(topocentric(*place).transform(longitudes, latitudes, heights), np.longdouble)
    range_m, azimuth_deg, elevation_deg = polar.polar_from_enu(frame.enu_from_geodetic(latitudes, longitudes, heights))
    assert np.abs(range_m - np.sqrt(east**2 + north**2 + up**2)).max() < MAX_ERROR_M / 1000
    # An angle is worth range times angle on the ground: 1e-9 deg at 500 km is 9 µm.
    across = np.abs((azimuth_deg - np.degrees(np.arctan2(east, north)) + 180) % 360 - 180) * np.hypot(east, north)
    assert np.max(across) / 500e3 < MAX_ERROR_DEG
    flat = np.degrees(np.arctan2(up, np.sqrt(east**2 + north**2)))
    assert np.max(np.abs(elevation_deg - flat) * range_m) / 500e3 < MAX_ERROR_DEG

    back = frame.geodetic_from_enu(polar.enu_from_polar(range_m, azimuth_deg, elevation_deg))
    assert np.abs(back[0] - latitudes).max() < MAX_ERROR_DEG
    assert ground_degrees_apart(latitudes, back[1], longitudes).max() < MAX_ERROR_DEG
    assert np.abs(back[2] - heights).max() < MAX_ERROR_M


def test_rotations_are_orthonormal_with_up_along_the_normal() -> None:
    rotation = enu.rotation_at(np.array([[-90.0], [54.0], [90.0]]), np.array([0.0, 25.0, 180.0, -179.9]))
    assert rotation.shape == (3, 4, 3, 3)
    np.testing.assert_allclose(
        rotation @ rotation.swapaxes(-1, -2), np.broadcast_to(np.eye(3), (3, 4, 3, 3)), atol=1e-15
    )
    np.testing.assert_allclose(np.linalg.det(rotation), 1.0, atol=1e-14)
    above = wgs84.ecef_from_geodetic(54.0, 25.0, 1000.0) - wgs84.ecef_from_geodetic(54.0, 25.0, 0.0)
    np.testing.assert_allclose(rotation[1, 1] @ above, [0, 0, 1000.0], atol=1e-8)


def test_the_origin_is_the_place_and_is_kept_from_change() -> None:
    frame = enu.Frame(54.9, 24.1, 120.0)
    np.testing.assert_allclose(frame.origin_ecef, CART.transform(24.1, 54.9, 120.0), atol=1e-8)
    np.testing.assert_array_equal(frame.enu_from_ecef(frame.origin_ecef), [0, 0, 0])
    assert frame == enu.Frame(54.9, 24.1, 120.0)
    assert hash(frame) == hash(enu.Frame(54.9, 24.1, 120.0))
    with pytest.raises(ValueError, match="read-only"):
        frame.rotation[0, 0] = 2.0


@pytest.mark.parametrize("place", [(91.0, 0.0, 0.0), (54.0, float("nan"), 0.0), (54.0, 25.0, float("inf"))])
def test_a_frame_of_no_place_is_refused(place: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="expected a latitude within 90 deg"):
        enu.Frame(*place)
