"""Who follows a route is told from who does not, more surely the nearer and the truer; its forecast takes the bends."""

from itertools import pairwise

import numpy as np
import pytest

from sargas.assessment.prediction.predictor import Forecasts, Predictor
from sargas.model.columns import Float64
from sargas.model.records import Route
from tests.assessment.prediction.states import miss_m, states_of_place

LATITUDE, LONGITUDE = 55.0, 24.0
EAST_DEG = 1.0 / (111_320.0 * np.cos(np.radians(LATITUDE)))
NORTH_DEG = 1.0 / 111_180.0
HORIZONS = np.array([60.0, 300.0])


def at(x_m: Float64, y_m: Float64) -> Float64:
    return np.column_stack([LATITUDE + y_m * NORTH_DEG, LONGITUDE + x_m * EAST_DEG])


def route(*corners: tuple[float, float], width_m: float = 1500.0) -> Route:
    line = at(*np.array(corners).T)
    return Route(id="river", name="river", line=tuple((lon, lat) for lat, lon in line), width_m=width_m)


BEND = route((-20e3, 0.0), (12e3, 0.0), (12e3, 30e3))
"""East, and north from x = 12 km on."""


def flown(aside_m: float = 0.0, course_deg: float = 90.0, routes: tuple[Route, ...] = (BEND,)) -> Forecasts:
    """Fly 180 s at 40 m/s to x = 8 km and forecast the end."""
    seconds = np.arange(0.0, 181.0, 2.0)
    gone = 40.0 * (seconds - seconds[-1])
    course = np.radians(course_deg)
    place = at(8e3 + gone * np.sin(course), aside_m + gone * np.cos(course))
    predictor = Predictor(routes=routes)
    predictor.follow(states_of_place(seconds, place))
    return predictor.forecast(np.array([7]), HORIZONS)


def test_a_forecast_takes_the_bend_of_the_route_that_is_followed() -> None:
    with_route, without = flown(), flown(routes=())
    assert with_route.route_probability[0] > 0.9
    # 300 s are 12 km: 4 km east to the corner and 8 km north
    truth = at(np.array([12e3]), np.array([8e3]))[0]
    assert miss_m(with_route.latitude_deg[0, 1], with_route.longitude_deg[0, 1], truth) < 500.0
    assert miss_m(without.latitude_deg[0, 1], without.longitude_deg[0, 1], truth) > 6000.0


@pytest.mark.parametrize("course_deg", [90.0, 270.0])
def test_a_route_is_flown_either_way(course_deg: float) -> None:
    assert flown(course_deg=course_deg).route_probability[0] > 0.9


def test_the_probability_falls_with_the_distance_and_with_the_angle() -> None:
    aside = [flown(aside_m=m).route_probability[0] for m in (0.0, 300.0, 600.0, 1200.0, 2400.0)]
    assert all(a > b for a, b in pairwise(aside))
    assert aside[-1] < 0.2
    turned = [flown(course_deg=c).route_probability[0] for c in (90.0, 75.0, 60.0, 45.0, 0.0)]
    assert all(a > b for a, b in pairwise(turned))
    assert turned[-1] < 0.05


def test_who_crosses_a_route_is_forecast_as_if_there_were_none() -> None:
    crossing, free = flown(course_deg=10.0), flown(course_deg=10.0, routes=())
    assert np.array_equal(crossing.latitude_deg, free.latitude_deg)
    assert np.array_equal(crossing.radius_90_m, free.radius_90_m, equal_nan=True)


def test_a_far_route_is_no_route() -> None:
    far = route((-20e3, 200e3), (12e3, 200e3))
    assert flown(routes=(far,)).route[0] == -1


def test_routes_far_off_take_nothing_from_one_that_is_near() -> None:
    far = tuple(route((-20e3, 200e3 + 10e3 * k), (12e3, 200e3 + 10e3 * k)) for k in range(30))
    assert flown(routes=(*far, BEND)).route_probability[0] == pytest.approx(flown().route_probability[0], abs=1e-9)


def test_of_two_routes_the_nearer_is_told() -> None:
    other = route((-20e3, 2000.0), (30e3, 2000.0))
    assert flown(routes=(other, BEND)).route[0] == 1
    assert flown(aside_m=2000.0, routes=(other, BEND)).route[0] == 0


def test_the_mixture_carries_the_route_with_its_probability() -> None:
    seconds = np.arange(0.0, 181.0, 2.0)
    predictor = Predictor(routes=(BEND,))
    predictor.follow(states_of_place(seconds, at(8e3 + 40.0 * (seconds - 180.0), np.zeros(len(seconds)))))
    told, forecasts = predictor.mixture(np.array([7]), HORIZONS), predictor.forecast(np.array([7]), HORIZONS)
    assert told.weight[0, :, -1] == pytest.approx(forecasts.route_probability[0])
    assert told.weight[0].sum(axis=-1) == pytest.approx(1.0)
    truth = at(np.array([12e3]), np.array([8e3]))[0]
    assert miss_m(told.latitude_deg[0, 1, -1], told.longitude_deg[0, 1, -1], truth) < 500.0


def test_a_snapshot_goes_on_with_routes_as_before() -> None:
    seconds = np.arange(0.0, 181.0, 2.0)
    states = states_of_place(seconds, at(8e3 + 40.0 * (seconds - 180.0), np.zeros(len(seconds))))
    one, other = Predictor(routes=(BEND,)), Predictor(routes=(BEND,))
    one.follow(states)
    other.restore(one.snapshot())
    for a, b in zip(one.forecast(np.array([7]), HORIZONS), other.forecast(np.array([7]), HORIZONS), strict=True):
        assert np.array_equal(a, b, equal_nan=True)


def test_a_route_of_one_corner_is_refused() -> None:
    with pytest.raises(ValueError, match="two or more corners"):
        Route(id="x", name="x", line=((24.0, 55.0),))
