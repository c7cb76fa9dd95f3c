"""Simulated inbound drones reach their goal, at speeds of their kind, the same for a seed."""

import numpy as np

from sargas.exercise.inbound import fly_inbound

GOALS = np.array([[0.0, 0.0], [40e3, 10e3]])


def test_an_inbound_drone_ends_at_its_goal() -> None:
    for seed in range(10):
        flight = fly_inbound(GOALS, np.random.default_rng(seed))
        assert np.hypot(*(flight.states[-1, 1:3] - GOALS[flight.goal])) < 2500.0
        assert np.hypot(flight.states[:, 3], flight.states[:, 4]).max() < 80.0


def test_a_seed_gives_the_same_flight() -> None:
    one, again = (fly_inbound(GOALS, np.random.default_rng(9)) for _ in range(2))
    assert one.goal == again.goal
    assert np.array_equal(one.states, again.states)
