"""The azimuthal equidistant plane agrees with PROJ and keeps distance and azimuth from its centre."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.geo.azimuthal import AzimuthalPlane

ELLIPSOID = pyproj.Geod(ellps="WGS84")


@pytest.mark.parametrize("centre", [(56.2, 24.5), (0.0, 0.0), (-33.0, 179.9), (89.5, 10.0), (-90.0, 0.0)])
@pytest.mark.parametrize("reach_m", [400e3, 9_000e3])
def test_it_agrees_with_proj_to_nanometres(centre: tuple[float, float], reach_m: float) -> None:
    rng, n = np.random.default_rng(3), 2_000
    start = np.full(n, centre[1]), np.full(n, centre[0])
    longitude, latitude, _ = ELLIPSOID.fwd(*start, rng.uniform(0, 360, n), reach_m * rng.random(n))
    projection = f"+proj=aeqd +lat_0={centre[0]} +lon_0={centre[1]} +datum=WGS84 +units=m"
    proj = pyproj.Transformer.from_crs("EPSG:4326", projection, always_xy=True).transform
    x_m, y_m = AzimuthalPlane(*centre).plane_from_geodetic(latitude, longitude)
    expected_x_m, expected_y_m = proj(longitude, latitude)
    assert np.abs(x_m - expected_x_m).max() < 5e-8
    assert np.abs(y_m - expected_y_m).max() < 5e-8


@given(azimuth_deg=st.floats(-180, 180), distance_m=st.floats(0, 5_000e3), latitude_deg=st.floats(-85, 85))
def test_distance_and_azimuth_from_the_centre_are_true(
    azimuth_deg: float, distance_m: float, latitude_deg: float
) -> None:
    longitude, latitude, _ = ELLIPSOID.fwd(24.5, latitude_deg, azimuth_deg, distance_m)
    x_m, y_m = AzimuthalPlane(latitude_deg, 24.5).plane_from_geodetic(latitude, longitude)
    assert np.hypot(x_m, y_m) == pytest.approx(distance_m, abs=1e-7)
    assert x_m == pytest.approx(distance_m * np.sin(np.radians(azimuth_deg)), abs=1e-6)


def test_the_centre_is_the_origin() -> None:
    assert AzimuthalPlane(56.2, 24.5).plane_from_geodetic(56.2, 24.5) == (0.0, 0.0)
