"""The model bank: transitions that compose, mixing by the book, and probabilities that find the manoeuvre."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.tracking.imm import (
    BANK,
    DWELL_S,
    LEFT,
    MODELS,
    QUIET,
    RIGHT,
    SHARES,
    combine,
    fill_shares,
    mix,
)
from sargas.tracking.motion import unpack
from sargas.tracking.tracker import Tracker
from tests.tracking.scene import ORIGIN, Flight, radar, see
from tests.tracking.test_motion import random_covariance


def bank_of(seed: int) -> np.ndarray:
    """Return a bank with five different states."""
    rng = np.random.default_rng(seed)
    bank = np.zeros(1, BANK)
    bank["mu"][0] = rng.dirichlet(np.ones(MODELS))
    bank["x"][0] = rng.normal(size=(MODELS, 6)) * [100, 100, 100, 10, 10, 1]
    bank["p"][0] = [random_covariance(seed + j) for j in range(MODELS)]
    combine(bank[0])
    return bank


@given(st.integers(0, 500))
def test_the_combined_estimate_has_the_moments_of_the_mixture(seed: int) -> None:
    bank = bank_of(seed)[0]
    mean = bank["mu"] @ bank["x"]
    second = sum(bank["mu"][j] * (unpack(bank["p"][j]) + np.outer(bank["x"][j], bank["x"][j])) for j in range(MODELS))
    np.testing.assert_allclose(bank["mean"], mean, atol=1e-9)
    np.testing.assert_allclose(unpack(bank["cov"]), second - np.outer(mean, mean), rtol=1e-6, atol=1e-3)


@given(st.integers(0, 500), st.floats(0.1, 20.0), st.floats(0.0, 250.0))
def test_mixing_is_that_of_the_full_transition_matrix(seed: int, dt_s: float, speed: float) -> None:
    """The short form, weight of the own past and of the combined, equals the double sum over all pairs of models."""
    bank, shares = bank_of(seed), np.zeros(MODELS)
    dwell = fill_shares(speed, shares)
    stay = np.exp(-dt_s / dwell)
    transition = stay * np.eye(MODELS) + (1 - stay) * np.tile(shares, (MODELS, 1))
    mu, x, p = bank["mu"][0].copy(), bank["x"][0].copy(), unpack(bank["p"][0]).copy()
    before = mu @ transition
    for j in range(MODELS):
        weights = transition[:, j] * mu / before[j]
        mean = weights @ x
        cov = sum(w * (p[i] + np.outer(x[i] - mean, x[i] - mean)) for i, w in enumerate(weights))
        mix(bank[0], j, stay * mu[j] / before[j])
        np.testing.assert_allclose(bank["x"][0, j], mean, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(unpack(bank["p"][0, j]), cov, rtol=1e-6, atol=1e-3)


@given(st.floats(0.0, 10.0), st.floats(0.0, 10.0), st.floats(0.0, 250.0))
def test_two_short_transitions_equal_one_long_one(a: float, b: float, speed: float) -> None:
    shares = np.zeros(MODELS)
    dwell = fill_shares(speed, shares)

    def transition(dt_s: float) -> np.ndarray:
        stay = np.exp(-dt_s / dwell)
        return stay * np.eye(MODELS) + (1 - stay) * np.tile(shares, (MODELS, 1))

    np.testing.assert_allclose(transition(a) @ transition(b), transition(a + b), atol=1e-9)
    assert shares.sum() == pytest.approx(1.0)
    assert DWELL_S.min() <= dwell <= DWELL_S.max()


def test_every_row_of_shares_is_a_distribution() -> None:
    np.testing.assert_allclose(SHARES.sum(axis=1), 1.0)


def fly(turn_rate: float) -> Tracker:
    """Track a drone at 50 m/s that flies straight for 40 s and then turns (rad/s, counter-clockwise) for 16 s."""
    near, rng = radar(scan_period_s=2.0, sigma_range_m=20.0, sigma_azimuth_deg=0.1), np.random.default_rng(4)
    tracker = Tracker([near], ORIGIN)
    x, y, heading = 12e3, 9e3, 0.3
    for step in range(29):
        velocity = (50.0 * np.cos(heading), 50.0 * np.sin(heading), 0.0)
        tracker.update(
            see(
                near,
                [Flight((x, y, 300.0), velocity)],
                0.0,
                step,
                rng,
                time_ns=np.array([at(step)]),
                receive_time_ns=np.array([at(step)]),
            )
        )
        rate = turn_rate if step >= 20 else 0.0
        heading += 2.0 * rate
        x, y = x + 100.0 * np.cos(heading - rate), y + 100.0 * np.sin(heading - rate)
    return tracker


def at(step: int) -> int:
    """Return the UTC ns of a step."""
    return 1_760_000_000_000_000_000 + step * 2_000_000_000


@pytest.mark.parametrize(("turn_rate", "model"), [(0.0, QUIET), (0.085, LEFT), (-0.085, RIGHT)])
def test_the_likeliest_model_is_the_one_flown(turn_rate: float, model: int) -> None:
    tracker = fly(turn_rate)
    assert len(tracker) == 1
    assert int(tracker._state.bank["mu"][0].argmax()) == model
