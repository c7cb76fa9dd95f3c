"""Simulated motion: seeded, within what its kind can do."""

import numpy as np
import pytest

from benchmarks.prediction.motions import ALL_KINDS, TRAINING_KINDS, simulate_motion
from benchmarks.prediction.wanderers import WANDERERS

FASTEST_MPS = {"multirotor": 30.0, "balloon": 90.0, "fast_jet": 480.0}


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_seed_gives_the_same_flight_and_another_seed_another(kind: str) -> None:
    one, again, other = (simulate_motion(kind, 200, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_places_follow_velocities_and_speeds_are_those_of_the_kind(kind: str) -> None:
    for seed in range(5):
        track = simulate_motion(kind, 600, np.random.default_rng(seed), 0.0)
        assert np.isfinite(track).all()
        # a multirotor's velocity changes within the second
        assert np.diff(track[:, 1:3], axis=0) == pytest.approx(
            track[:-1, 4:6], abs=6.0 if kind == "multirotor" else 1e-6
        )
        assert np.hypot(track[:, 4], track[:, 5]).max() < FASTEST_MPS.get(kind, 120.0)


@pytest.mark.parametrize("kind", WANDERERS)
def test_who_goes_from_turn_to_turn_keeps_its_speed_and_its_places_follow(kind: str) -> None:
    assert kind in TRAINING_KINDS
    slowest, fastest = WANDERERS[kind].speed_mps
    for seed in range(5):
        track = simulate_motion(kind, 600, np.random.default_rng(seed), 1.0)
        assert np.isfinite(track).all()
        assert track[:, 3].min() > 0.0
        way, mean = np.diff(track[:, 1:3], axis=0), 0.5 * (track[1:, 4:6] + track[:-1, 4:6])
        speed = np.hypot(track[1:, 4], track[1:, 5])
        assert (np.hypot(*(way - mean).T) < 1.0 + 0.3 * speed).all()
        assert speed.max() <= fastest + WANDERERS[kind].wind_mps
        assert kind == "multirotor" or speed.min() >= slowest - WANDERERS[kind].wind_mps - 1e-9


def test_of_those_that_wander_some_stay_about_a_place_and_some_fly_far() -> None:
    tracks = [simulate_motion("bird", 1800, np.random.default_rng(seed), 1.0) for seed in range(60)]
    gone = np.array(
        [np.hypot(*(t[-1, 1:3] - t[0, 1:3])) / np.hypot(*np.diff(t[:, 1:3], axis=0).T).sum() for t in tracks]
    )
    assert np.quantile(gone, 0.1) < 0.1
    assert np.quantile(gone, 0.9) > 0.5


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="zeppelin"):
        simulate_motion("zeppelin", 10, np.random.default_rng(1))
