"""Features tell how an object moves, whatever the rate, the noise and whether velocities are given."""

from __future__ import annotations

import numpy as np
import pytest

from sargas.identification.motion_features import COUNT, FEATURES, is_first_off
from sargas.identification.motion_history import add_state, new_histories, unroll
from sargas.identification.smoothing import noise_of
from sargas.identification.trace import trace
from sargas.model.columns import Float32, Float64
from tests.identification.motions import circle, place, straight, times_ns

AT = {name: k for k, name in enumerate(FEATURES)}


def last(states: Float64) -> Float32:
    """Return the features at the last state."""
    nothing = np.full((len(states), 2), np.nan)
    start, wanted = np.array([0, len(states)]), np.ones(len(states), bool)
    features, _, _ = trace(start, times_ns(states), states, nothing, wanted)
    return features[-1]


def without_velocity(states: Float64) -> Float64:
    bare = states.copy()
    bare[:, 4:] = np.nan
    return bare


def test_names_are_of_columns_and_each_is_once() -> None:
    assert len(set(FEATURES)) == COUNT


@pytest.mark.parametrize("step_s", [0.2, 1.0, 4.0, 10.0])
@pytest.mark.parametrize("given", [True, False])
def test_a_straight_flight_is_straight_at_its_speed(step_s: float, given: bool) -> None:
    states = straight(180, 46.0, step_s=step_s)
    f = last(states if given else without_velocity(states))
    assert f[AT["speed_60"]] == pytest.approx(46.0, rel=0.01)
    assert f[AT["speed_life"]] == pytest.approx(46.0, rel=0.01)
    assert f[AT["straightness_60"]] == pytest.approx(1.0, abs=1e-3)
    assert f[AT["turn_abs_60"]] == pytest.approx(0.0, abs=1e-3)
    assert f[AT["altitude_m"]] == pytest.approx(300.0)
    assert f[AT["has_velocity"]] == given


@pytest.mark.parametrize("off_m", [1500.0, -1500.0])
def test_a_first_place_of_another_moment_does_not_slow_the_flight_down(off_m: float) -> None:
    states = without_velocity(straight(60, 230.0, step_s=10.0))
    off = states.copy()
    way = states[1, 1:3] - states[0, 1:3]
    off[0, 1:3] += off_m / 2300.0 * way
    noisy = last(off)
    for name in ("speed_60", "speed_low_60", "speed_high_60", "speed_low_life", "speed_high_life"):
        assert noisy[AT[name]] == pytest.approx(230.0, rel=0.02), name
    assert noisy[AT["thrust_sd_60"]] < 1.0


def test_a_turn_from_the_first_state_on_is_no_wrong_place() -> None:
    states = np.empty((64, 7))
    turning, steady = circle(100, 200.0, 4000.0, 0.0, 0.0), straight(100, 230.0)
    for flown in (turning, steady):
        track = new_histories(1)
        for k in range(0, 60, 10):
            add_state(track[0], k * 10**9 + 1, flown[k])
            count = unroll(track[0], states)
            assert not is_first_off(states, count)


@pytest.mark.parametrize("given", [True, False])
def test_circles_in_wind_tell_airspeed_wind_and_climb(given: bool) -> None:
    states = circle(150, 11.0, 35.0, 1.5, 6.0)
    f = last(states if given else without_velocity(states))
    assert f[AT["circle_speed"]] == pytest.approx(11.0, rel=0.15)
    assert f[AT["circle_wind"]] == pytest.approx(6.0, rel=0.15)
    assert f[AT["circle_misfit"]] < 0.1
    assert f[AT["circle_held"]] < 1.5, "it drifts with the air"
    assert f[AT["turn_net_60"]] == pytest.approx(11.0 / 35.0, rel=0.15)
    assert f[AT["climb_60"]] == pytest.approx(1.5, abs=0.1)


def test_a_circle_held_over_the_ground_differs_from_one_that_drifts() -> None:
    t = np.arange(0.0, 150.0)
    angle, course = np.zeros(len(t)), 0.0
    speed = np.zeros(len(t))
    for k in range(len(t)):
        angle[k] = course
        speed[k] = 6.0 * np.sin(course) + np.sqrt(15.0**2 - (6.0 * np.cos(course)) ** 2)
        course += speed[k] / 60.0
    v_east, v_north = speed * np.sin(angle), speed * np.cos(angle)
    east, north = v_east.cumsum(), v_north.cumsum()
    f = last(place(t, east, north, np.full(len(t), 400.0), v_east, v_north, np.zeros(len(t))))
    assert f[AT["circle_wind"]] == pytest.approx(6.0, rel=0.3)
    assert f[AT["circle_held"]] > 3.0


@pytest.mark.parametrize("sigma", [5.0, 30.0])
def test_the_noise_is_found_and_the_speed_survives_it(sigma: float) -> None:
    rng = np.random.default_rng(3)
    states = without_velocity(straight(180, 46.0))
    noise = rng.normal(0.0, sigma, (len(states), 3))
    noisy = states.copy()
    noisy[:, 1] += noise[:, 0] / 111_195.0
    noisy[:, 2] += noise[:, 1] / (111_195.0 * np.cos(np.deg2rad(55.0)))
    noisy[:, 3] += noise[:, 2]
    f = last(noisy)
    assert f[AT["noise_m"]] == pytest.approx(sigma, rel=0.3)
    assert f[AT["speed_60"]] == pytest.approx(46.0, rel=0.05)
    assert f[AT["straightness_60"]] > 0.99


def test_turns_do_not_pass_for_noise() -> None:
    states = circle(60, 20.0, 60.0, 0.0, 0.0)
    east = states[:, 2] * 111_195.0 * np.cos(np.deg2rad(55.0))
    north = states[:, 1] * 111_195.0
    assert noise_of(states[:, 0].copy(), east, north, np.empty(64)) < 1.0


def test_a_hover_is_a_hover() -> None:
    states = straight(90, 0.0)
    assert last(states)[AT["hover_share_60"]] == 1.0


def test_given_velocities_that_contradict_the_way_are_not_believed() -> None:
    states = straight(90, 100.0)
    states[:, 4] = 0.0
    assert last(states)[AT["speed_60"]] == pytest.approx(100.0, rel=0.01)


def test_one_state_tells_its_altitude_and_nothing_of_motion_without_velocity() -> None:
    f = last(without_velocity(straight(1, 46.0)))
    assert f[AT["altitude_m"]] == pytest.approx(300.0)
    assert np.isnan(f[AT["speed_60"]])


def test_features_do_not_depend_on_where_on_earth_it_is() -> None:
    states = circle(120, 30.0, 200.0, 1.0, 3.0)
    moved = states.copy()
    moved[:, 2] += 180.0 - states[60, 2]  # across the date line
    moved[:, 2] = (moved[:, 2] + 180.0) % 360.0 - 180.0
    np.testing.assert_allclose(last(moved), last(states), rtol=1e-3, atol=1e-3)
