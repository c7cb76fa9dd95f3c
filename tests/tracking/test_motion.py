"""Prediction composes exactly, and is the matrix formula it claims to be."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sargas.geo.enu import Frame
from sargas.tracking.ellipsoid import region_of, up_at
from sargas.tracking.motion import (
    PACKED_INDEX,
    fill_turn,
    horizontal_variance,
    predict_covariance,
    predict_state,
    turn_covariance,
    turn_state,
    unpack,
)

UP = (0.1, -0.2, float(np.sqrt(1 - 0.05)))
STEP = st.floats(0.0, 30.0)


def random_covariance(seed: int) -> np.ndarray:
    """Return a packed covariance with realistic sizes."""
    root = np.random.default_rng(seed).normal(size=(6, 6)) * np.array([300, 300, 500, 30, 30, 5])[:, None]
    full = root @ root.T
    packed = np.zeros(21)
    packed[PACKED_INDEX] = full
    return packed


def predict(p: np.ndarray, dt_s: float) -> np.ndarray:
    out = np.zeros(21)
    predict_covariance(p, dt_s, UP, 20.0, 0.5, out)
    return out


@given(STEP, STEP, st.integers(0, 1000))
def test_two_steps_equal_one_long_step(a: float, b: float, seed: int) -> None:
    p = random_covariance(seed)
    np.testing.assert_allclose(predict(predict(p, a), b), predict(p, a + b), rtol=1e-9, atol=1e-6)


@given(st.floats(-5.0, 30.0), st.integers(0, 1000))
def test_the_packed_prediction_is_the_matrix_formula(dt_s: float, seed: int) -> None:
    p = random_covariance(seed)
    f = np.eye(6)
    f[:3, 3:] = dt_s * np.eye(3)
    u = np.array(UP)
    spread = 20.0 * (np.eye(3) - np.outer(u, u)) + 0.5 * np.outer(u, u)
    span = abs(dt_s)
    q = np.kron([[span**3 / 3, dt_s * span / 2], [dt_s * span / 2, span]], spread)
    expected = f @ unpack(p) @ f.T + q
    np.testing.assert_allclose(unpack(predict(p, dt_s)), expected, rtol=1e-12, atol=1e-8)


def test_prediction_in_place_equals_prediction_aside() -> None:
    p = random_covariance(3)
    aside = predict(p, 4.0)
    predict_covariance(p, 4.0, UP, 20.0, 0.5, p)
    np.testing.assert_array_equal(p, aside)


def test_the_gate_radius_uses_the_predicted_variance() -> None:
    p = random_covariance(5)
    full = unpack(p)
    f = np.eye(6)
    f[:3, 3:] = 7.0 * np.eye(3)
    ahead = f @ full @ f.T
    expected = max(ahead[0, 0], ahead[1, 1]) + 20.0 * 7.0**3 / 3
    assert abs(horizontal_variance(p, 7.0, 20.0) / expected - 1) < 1e-12


def test_the_state_moves_straight_in_both_directions() -> None:
    out = np.zeros(6)
    predict_state(np.array([1.0, 2.0, 3.0, 10.0, 20.0, 30.0]), -2.0, (0.0, 0.0, 1.0), out)
    np.testing.assert_allclose(out, [-19.0, -38.0, -57.0, 10.0, 20.0, 30.0], atol=1e-3)


def test_level_flight_stays_level_over_two_thousand_kilometres() -> None:
    """In two hours without a plot it is off by what the ellipsoid differs from a sphere: 3e-5 m/s^2, no noise."""
    frame = Frame(56.0, 24.0, 0.0)
    region = region_of(frame)
    x = np.array([0.0, 0.0, 10_000.0, 250.0, 0.0, 0.0])
    for _ in range(1600):
        predict_state(x, 5.0, up_at(region, x[0], x[1], x[2]), x)
    height = frame.geodetic_from_enu(x[:3])[2]
    assert np.linalg.norm(x[:3]) > 1_900e3
    assert abs(float(height) - 10_000.0) < 2_000.0
    assert abs(float(np.linalg.norm(x[3:])) - 250.0) < 0.5


def turn(x: np.ndarray, dt_s: float, rate: float, up: tuple[float, float, float] = UP) -> np.ndarray:
    along, rotation, out = np.zeros((3, 3)), np.zeros((3, 3)), x.copy()
    fill_turn(dt_s, rate, up, along, rotation)
    turn_state(out, dt_s, up, along, rotation)
    return out


def test_a_turn_goes_round_a_circle_counter_clockwise_seen_from_above() -> None:
    x = np.array([0.0, 0.0, 500.0, 50.0, 0.0, 0.0])
    quarter = turn(x, np.pi / 2 / 0.1, 0.1, (0.0, 0.0, 1.0))
    np.testing.assert_allclose(quarter[:2], [500.0, 500.0], atol=0.1)
    np.testing.assert_allclose(quarter[3:5], [0.0, 50.0], atol=0.01)


@given(st.floats(0.1, 10.0), st.floats(0.1, 10.0), st.floats(-0.35, 0.35))
def test_two_turns_equal_one_long_turn(a: float, b: float, rate: float) -> None:
    x = np.array([1e3, 2e3, 3e3, 60.0, -20.0, 1.0])
    np.testing.assert_allclose(turn(turn(x, a, rate), b, rate), turn(x, a + b, rate), rtol=1e-6, atol=0.02)


@given(st.floats(0.1, 10.0), st.floats(-0.35, 0.35), st.integers(0, 1000))
def test_the_covariance_turns_with_the_state(dt_s: float, rate: float, seed: int) -> None:
    along, rotation = np.zeros((3, 3)), np.zeros((3, 3))
    fill_turn(dt_s, rate, UP, along, rotation)
    f = np.block([[np.eye(3), along], [np.zeros((3, 3)), rotation]])
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-9)
    p = random_covariance(seed)
    expected = f @ unpack(p) @ f.T
    turn_covariance(p, along, rotation, np.zeros((2, 3, 3)))
    np.testing.assert_allclose(unpack(p), expected, rtol=1e-9, atol=1e-5)
