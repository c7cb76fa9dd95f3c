"""Prediction composes exactly, and is the matrix formula it claims to be."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sargas.tracking.motion import PACKED_INDEX, horizontal_variance, predict_covariance, predict_state, unpack

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
    predict_state(np.array([1.0, 2.0, 3.0, 10.0, 20.0, 30.0]), -2.0, out)
    assert out.tolist() == [-19.0, -38.0, -57.0, 10.0, 20.0, 30.0]
