"""The plane of a track: there and back, straight lines are great circles, east and north turn with the place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.assessment.prediction.frame import (
    FRAME,
    convergence,
    geodetic_from_plane,
    move_points,
    plane_from_geodetic,
    set_frame,
)
from tests.assessment.prediction.states import WGS84

latitudes = st.floats(-75.0, 75.0)
longitudes = st.floats(-180.0, 180.0)
courses = st.floats(0.0, 360.0)


def frame_at(latitude_deg: float, longitude_deg: float) -> np.ndarray:
    frame = np.zeros(FRAME)
    set_frame(frame, latitude_deg, longitude_deg)
    return frame


@given(latitudes, longitudes, courses, st.floats(0.0, 60e3))
def test_a_place_comes_back_within_centimetres(
    latitude_deg: float, longitude_deg: float, course_deg: float, distance_m: float
) -> None:
    frame = frame_at(latitude_deg, longitude_deg)
    there = WGS84.fwd(longitude_deg, latitude_deg, course_deg, distance_m)
    back = geodetic_from_plane(frame, *plane_from_geodetic(frame, there[1], there[0]))
    assert WGS84.inv(there[0], there[1], back[1], back[0])[2] < 0.02


@given(latitudes, longitudes, courses, courses)
def test_a_straight_way_from_near_the_middle_is_a_great_circle(
    latitude_deg: float, longitude_deg: float, from_deg: float, course_deg: float
) -> None:
    frame = frame_at(latitude_deg, longitude_deg)
    start = WGS84.fwd(longitude_deg, latitude_deg, from_deg, 30e3)
    points = [WGS84.fwd(start[0], start[1], course_deg, distance) for distance in (0.0, 1000.0, 150e3)]
    here, near, far = (np.array(plane_from_geodetic(frame, p[1], p[0])) for p in points)
    assert np.hypot(*(here + 150.0 * (near - here) - far)) < 20.0


@given(latitudes, longitudes, courses, courses)
def test_east_and_north_are_turned_as_the_plane_is(
    latitude_deg: float, longitude_deg: float, from_deg: float, course_deg: float
) -> None:
    frame = frame_at(latitude_deg, longitude_deg)
    at = WGS84.fwd(longitude_deg, latitude_deg, from_deg, 25e3)
    ahead = WGS84.fwd(at[0], at[1], course_deg, 100.0)
    way = np.array(plane_from_geodetic(frame, ahead[1], ahead[0])) - plane_from_geodetic(frame, at[1], at[0])
    turn, course = convergence(frame, at[1], at[0]), np.radians(course_deg)
    turned = complex(np.sin(course), np.cos(course)) * complex(np.cos(turn), np.sin(turn))
    assert abs(complex(*way) / 100.0 - turned) < 2e-4


def test_points_keep_their_places_in_a_new_plane() -> None:
    old, new = frame_at(55.0, 24.0), frame_at(55.2, 24.4)
    points = np.array([[1000.0, 2000.0], [np.nan, np.nan], [-30_000.0, 12_000.0]])
    before = [geodetic_from_plane(old, *point) for point in points[[0, 2]]]
    move_points(old, new, points)
    after = [geodetic_from_plane(new, *point) for point in points[[0, 2]]]
    assert np.isnan(points[1]).all()
    assert after == [pytest.approx(place, abs=1e-6) for place in before]
