"""Observed drifts move the wind near them, less so further away in height, time and place; the drift's spread."""

import numpy as np
import pytest

from sargas.assessment.drift.draws import Draws
from sargas.assessment.drift.ensemble import draw_winds
from sargas.assessment.drift.layer_wind import Points, Pool, spread_m

NONE = Points(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0), np.zeros((0, 2)), np.zeros(0))


def points(
    height_m: list[float], *, x_m: float = 0.0, time_s: float | list[float] = 0.0, sigma_mps: float = 2.5
) -> Points:
    n = len(height_m)
    times = np.broadcast_to(np.asarray(time_s, np.float64), n).copy()
    mean = np.tile([5.0, 0.0], (n, 1))
    return Points(np.full(n, x_m), np.zeros(n), np.array(height_m), times, mean, np.full(n, sigma_mps))


def test_without_observations_the_tables_stand() -> None:
    pool = Pool.of(NONE, np.zeros((0, 2)), np.zeros(0), has_tables=True)
    mean, cov = pool.posterior(points([1000.0, 5000.0]))
    assert mean == pytest.approx(np.tile([5.0, 0.0], (2, 1)))
    assert np.sqrt(cov[0, 0]) == pytest.approx(np.hypot(2.5, 1.2))


def test_a_balloon_moves_the_wind_at_its_height_most() -> None:
    pool = Pool.of(points([2000.0]), np.array([[8.0, 2.0]]), np.array([0.3]), has_tables=True)
    mean, cov = pool.posterior(points([2000.0, 3000.0, 9000.0]))
    found = mean[:, 0] - 5.0
    assert 2.5 < found[0] < 3.0
    assert found[0] > found[1] > found[2] > 0.0
    sigma = np.sqrt(np.diag(cov))
    assert sigma[0] < 0.7 < sigma[1] < sigma[2]


@pytest.mark.parametrize("far", [{"x_m": 150e3}, {"time_s": 3 * 3600.0}])
def test_far_away_and_long_after_it_counts_less(far: dict[str, float]) -> None:
    pool = Pool.of(points([2000.0]), np.array([[8.0, 2.0]]), np.array([0.3]), has_tables=True)
    near, away = (pool.posterior(one)[0][0, 0] for one in (points([2000.0]), points([2000.0], **far)))
    assert 5.0 < away < near - 0.5


def test_two_balloons_tell_more_than_one() -> None:
    one = Pool.of(points([1800.0]), np.array([[8.0, 2.0]]), np.array([0.3]), has_tables=True)
    two = Pool.of(points([1800.0, 2200.0]), np.array([[8.0, 2.0], [8.0, 2.0]]), np.array([0.3, 0.3]), has_tables=True)
    asked = points([2000.0])
    assert two.posterior(asked)[1][0, 0] < one.posterior(asked)[1][0, 0] - 0.05


def test_without_tables_a_balloon_is_all_there_is_and_wins_over_the_calm() -> None:
    calm = points([2000.0], sigma_mps=12.0)._replace(mean_mps=np.zeros((1, 2)))
    pool = Pool.of(calm, np.array([[12.0, -4.0]]), np.array([0.3]), has_tables=False)
    mean, _ = pool.posterior(calm)
    assert mean[0] == pytest.approx([12.0, -4.0], abs=0.2)


def test_winds_are_drawn_with_the_covariance_that_is_told_and_around_its_mean() -> None:
    pool = Pool.of(points([2000.0]), np.array([[8.0, 2.0]]), np.array([0.3]), has_tables=True)
    asked = points([500.0, 2000.0, 6000.0])
    mean, cov = pool.posterior(asked)
    x_mps, y_mps = draw_winds(pool, asked, 80_000, Draws.of(1, 0))
    assert x_mps.mean(axis=0) == pytest.approx(mean[:, 0], abs=1e-6)
    assert y_mps.mean(axis=0) == pytest.approx(mean[:, 1], abs=1e-6)
    assert np.cov(x_mps.T) == pytest.approx(cov, abs=0.15)


def test_the_spread_is_that_of_the_formula() -> None:
    """Fully correlated it is sigma t: 2.5 m/s for 50 min are 7.5 km (reference, section 10)."""
    assert spread_m(2.5, 1e9, np.array([3000.0]))[0] == pytest.approx(7500.0, rel=1e-3)
    rng = np.random.default_rng(3)
    tau, step, sigma = 600.0, 10.0, 2.0
    error, gone = rng.normal(0.0, sigma, 4000), np.zeros(4000)
    keep = np.exp(-step / tau)
    for _ in range(180):
        gone += error * step
        error = keep * error + rng.normal(0.0, sigma * np.sqrt(1 - keep**2), 4000)
    assert gone.std() == pytest.approx(spread_m(sigma, tau, np.array([1800.0]))[0], rel=0.05)
