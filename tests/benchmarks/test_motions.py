"""Simulated motion: seeded, within what its kind can do."""

import numpy as np
import pytest

from benchmarks.prediction.motions import ALL_KINDS, simulate_motion

FASTEST_MPS = {"multirotor": 30.0, "balloon": 90.0, "fast_jet": 480.0}


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_seed_gives_the_same_flight_and_another_seed_another(kind: str) -> None:
    one, again, other = (simulate_motion(kind, 200, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_places_follow_velocities_and_speeds_are_those_of_the_kind(kind: str) -> None:
    for seed in range(5):
        track = simulate_motion(kind, 600, np.random.default_rng(seed))
        assert np.isfinite(track).all()
        # a multirotor's velocity changes within the second
        assert np.diff(track[:, 1:3], axis=0) == pytest.approx(
            track[:-1, 4:6], abs=6.0 if kind == "multirotor" else 1e-6
        )
        assert np.hypot(track[:, 4], track[:, 5]).max() < FASTEST_MPS.get(kind, 120.0)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="zeppelin"):
        simulate_motion("zeppelin", 10, np.random.default_rng(1))
