"""Trials of lost tracks: a flight is followed and then lost, and the truth knows what became of it."""

from __future__ import annotations

import numpy as np

from benchmarks.lost.judge import true_hypothesis
from benchmarks.lost.layouts import LAYOUTS
from benchmarks.lost.truths import BEFORE_S, Flight, draw_flights


def test_a_flight_that_crashes_is_followed_then_lies_on_the_ground_where_nobody_sees_it() -> None:
    radars = LAYOUTS["border"]
    flights = draw_flights(radars, [("one-way drone", "crashed")] * 3, (), np.random.default_rng(3))
    assert flights
    for flight in flights:
        seen = [r.detection_probability(flight.position_m, flight.velocity_mps, flight.rcs_m2) for r in radars]
        best = np.max(seen, axis=0)
        assert np.median(best[BEFORE_S - 60 : BEFORE_S]) > 0.8
        assert best[BEFORE_S + 200 :].max() == 0.0
        assert (flight.position_m[-100:, :2] == flight.position_m[-1, :2]).all()
        assert true_hypothesis(radars, flight, flight.position_m[-1], flight.velocity_mps[-1]) == "landed_or_crashed"


def test_the_same_seed_draws_the_same_flights() -> None:
    drawn = [
        draw_flights(LAYOUTS["site"], [("small drone", "landed")] * 2, (), np.random.default_rng(9)) for _ in range(2)
    ]
    assert len(drawn[0]) == len(drawn[1]) > 0
    assert (drawn[0][0].position_m == drawn[1][0].position_m).all()


def test_where_sensors_fail_nobody_watches_and_beyond_them_it_has_left() -> None:
    radars = LAYOUTS["gap"]
    still = np.zeros((1, 3))
    fails = tuple(radar.id for radar in radars)
    failed = Flight("one-way drone", "shahed", "sensor failed", still, still, 1.0, fails)
    near, far = np.array([0.0, 0.0, 300.0]), np.array([0.0, 250e3, 300.0])
    assert true_hypothesis(radars, failed, near, np.array([40.0, 5.0, 0.0])) == "unwatched"
    assert true_hypothesis(radars, failed, far, np.array([40.0, 5.0, 0.0])) == "left"
    works = Flight("one-way drone", "shahed", "dived", still, still, 1.0, ())
    low = np.array([0.0, 45e3, 8.0])
    assert true_hypothesis(radars, works, low, np.array([0.0, 40.0, 0.0])) == "hidden"
