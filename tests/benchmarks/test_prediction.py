"""What the training and the measuring of forecasts rest on: splits by name, causal rows, and real flights beaten."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.bench_prediction import calibration_error
from benchmarks.prediction.collect import collect_rows
from benchmarks.prediction.flights import Flight, recorded_flights, simulated_flight
from benchmarks.prediction.judged import baselines, judge_together
from benchmarks.prediction.network import Examples, train_network
from benchmarks.prediction.observe import View, observe
from sargas.assessment.prediction.features import FEATURES
from sargas.assessment.prediction.models import MODELS
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.model.tracks import CLASSES


@pytest.fixture(scope="module")
def flights(shared_data: Path) -> list[Flight]:
    return recorded_flights(shared_data / "real")


def test_recorded_flights_are_cut_at_gaps_and_split_by_name_alone(flights: list[Flight]) -> None:
    assert len({(f.source, f.name) for f in flights}) == len(flights)
    assert {f.part() for f in flights} == set(range(10))
    for flight in flights[:200]:
        assert (np.diff(flight.second) > 0.0).all()
        assert np.diff(flight.second).max() <= 70.0


def test_forecasts_beat_the_baselines_on_airliners_that_were_held_out(flights: list[Flight]) -> None:
    held = [f for f in flights if f.source == "switzerland" and f.part() >= 7][:30]
    generator = np.random.default_rng(1)
    seen = [observe(f, View(), generator) for f in held]
    judged = judge_together(seen, [CLASSES.index("airliner")] * len(held))
    miss = np.concatenate([j.miss_m[60.0] for j in judged])
    radius = np.concatenate([j.radius_m[60.0] for j in judged])
    medians = np.median(miss, axis=0)
    assert medians[0] < 0.7 * medians[1:4].min()
    assert medians[0] < 0.95 * medians[4], "the velocity told, straight on"
    assert 0.84 < np.mean(miss[:, 0] <= radius) < 0.96


def test_a_constant_turn_baseline_turns() -> None:
    flight = simulated_flight("glider", 100, np.random.default_rng(2))
    angle = 0.1 * flight.second
    turning = Flight(
        "made up", "", "glider", flight.second,
        np.column_stack([100.0 * np.cos(angle), 100.0 * np.sin(angle), angle]), flight.velocity, flight.frame,
    )  # fmt: skip
    seen = observe(turning, View(velocity="none"), np.random.default_rng(2))
    _, _, turn, _ = baselines(seen, np.array([60]), 20.0)
    assert np.hypot(*(turn[0] - turning.place[80, :2])) < 8.0


def test_the_velocity_told_is_taken_straight_on() -> None:
    flight = simulated_flight("light_aircraft", 200, np.random.default_rng(2))
    seconds, course = flight.second, np.radians(30.0)
    way = np.array([np.sin(course), np.cos(course)])
    velocity = np.tile([*(40.0 * way), 0.0], (len(seconds), 1))
    straight = Flight(
        "made up", "", "light_aircraft", seconds,
        np.column_stack([40.0 * seconds[:, None] * way, 500.0 + 0.0 * seconds]), velocity, flight.frame,
    )  # fmt: skip
    noisy = observe(straight, View(1.0, 30.0), np.random.default_rng(2))
    *_, told = baselines(noisy, np.array([100]), 60.0)
    assert np.hypot(*(told[0] - noisy.plane[100] - 2400.0 * way)) < 3.0  # north turns in the plane
    blind = observe(straight, View(1.0, 30.0, "none"), np.random.default_rng(2))
    five, *_, untold = baselines(blind, np.array([100]), 60.0)
    assert np.array_equal(five, untold)


def test_training_rows_know_nothing_of_what_comes() -> None:
    flight = simulated_flight("bird", 260, np.random.default_rng(3))
    other = Flight(
        flight.source, "", flight.kind, flight.second, flight.place.copy(), flight.velocity, flight.frame,
    )  # fmt: skip
    other.place[200:] += 500.0
    rows = [
        collect_rows(observe(f, View(), np.random.default_rng(4)), 60, np.random.default_rng(5))
        for f in (flight, other)
    ]
    assert rows[0] is not None
    assert rows[1] is not None
    before = rows[0].age_s < 200.0
    assert before.sum() > 10
    assert np.array_equal(rows[0].features[before], rows[1].features[before])
    assert not np.array_equal(rows[0].truth[before], rows[1].truth[before], equal_nan=True)


def turning_examples(count: int, seed: int) -> tuple[Examples, np.ndarray]:
    """Make examples of which one model is right but for noise; return the noise too."""
    generator = np.random.default_rng(seed)
    features = np.zeros((count, FEATURES), np.float32)
    features[:, : 2 * len(MODELS)] = 0.4 * generator.normal(size=(count, 2 * len(MODELS)))
    right = MODELS.index("turn-20")
    unit = np.ones(count, np.float32)
    noise = 2.0 * generator.normal(size=(count, 2))
    truth = np.sinh(features[:, [right, len(MODELS) + right]] / 0.3) + noise
    return Examples(features, truth.astype(np.float32), unit, unit), noise


def test_a_network_learns_which_model_is_right() -> None:
    examples, _ = turning_examples(32_768, 6)
    network = train_network(examples, 60.0, 7, 30)  # steps enough that the weights kept, a running mean, are settled
    unseen, noise = turning_examples(8192, 8)
    blended, spread = network.predict(unseen)
    miss = np.hypot(*(blended - unseen.truth).T)
    assert np.median(miss) < 1.1 * np.median(np.hypot(*noise.T))
    assert 0.85 < np.mean(miss < spread) < 0.95


def test_perfect_calibration_has_no_error() -> None:
    told = np.repeat([0.05, 0.95], 1000)
    came = np.concatenate([np.arange(1000) < 50, np.arange(1000) < 950])
    assert calibration_error(told, came) == pytest.approx(0.0, abs=1e-9)
    assert calibration_error(np.full(100, 0.9), np.zeros(100, bool)) == pytest.approx(0.9)


def test_there_is_a_horizon_for_every_figure() -> None:
    assert {30.0, 60.0, 300.0, 600.0} <= set(HORIZONS_S)
