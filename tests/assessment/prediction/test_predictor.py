"""Forecasts follow what a track does, use nothing of its future, and are the same however the states came."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sargas.assessment.prediction.cones import CELLS
from sargas.assessment.prediction.models import MODELS
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.assessment.prediction.predictor import Forecasts, Predictor, States, shipped_cones, states_of
from sargas.model.label import Label
from sargas.model.tracks import CLASSES, UP_VARIANCE, Tracks, TrackStatus
from tests.assessment.prediction.states import (
    START_NS,
    circle,
    merged,
    miss_m,
    states_of_place,
    straight,
    velocity_of,
)

HORIZONS = np.array([30.0, 60.0, 300.0, 600.0])


def part(states: States, rows: Any) -> States:
    return States(*(getattr(states, name)[rows] for name in States.__slots__))


def same(one: Forecasts, other: Forecasts) -> bool:
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("period_s", [0.1, 1.0, 4.0, 10.0])
@pytest.mark.parametrize("has_velocity", [True, False])
def test_a_straight_flight_is_followed_along_its_great_circle(period_s: float, has_velocity: bool) -> None:
    seconds = np.arange(0.0, 400.0, period_s)
    velocity = None
    if has_velocity:  # the course of a great circle turns as it goes
        step = straight(seconds + 0.5)
        place = straight(seconds)
        azimuth = [
            np.degrees(np.arctan2((b[1] - a[1]) * np.cos(np.radians(a[0])), b[0] - a[0]))
            for a, b in zip(place, step, strict=True)
        ]
        velocity = np.concatenate([velocity_of(course, 60.0, 1) for course in azimuth])
    forecasts = Predictor().follow(states_of_place(seconds, straight(seconds), velocity=velocity), HORIZONS)
    for k, horizon_s in enumerate(HORIZONS):
        truth = straight(seconds[-1:] + horizon_s)[0]
        miss = miss_m(forecasts.latitude_deg[-1, k], forecasts.longitude_deg[-1, k], truth)
        assert miss < 0.01 * 60.0 * horizon_s
        assert miss < forecasts.radius_90_m[-1, k]
        assert forecasts.altitude_m[-1, k] == pytest.approx(500.0, abs=1.0)


@pytest.mark.parametrize(("class_name", "fastest_mps"), [("airliner", 350.0), ("multirotor", 80.0)])
def test_a_cone_reaches_no_further_than_anything_of_its_class_could_fly(class_name: str, fastest_mps: float) -> None:
    seconds = np.arange(0.0, 3.0)
    states = states_of_place(
        seconds, straight(seconds, speed_mps=50.0), velocity=velocity_of(70.0, 50.0, 3), cell=CLASSES.index(class_name)
    )
    wide = shipped_cones()
    wide.factor[:] *= 100.0
    forecasts = Predictor(cones=wide).follow(states, HORIZONS)
    assert (forecasts.radius_90_m <= 1.02 * (fastest_mps + 50.0) * HORIZONS).all()
    assert (forecasts.radius_90_m >= fastest_mps * HORIZONS).all()


def test_who_circles_is_expected_on_the_circle_not_along_its_tangent() -> None:
    seconds = np.arange(0.0, 300.0)
    forecasts = Predictor().follow(states_of_place(seconds, circle(seconds)), HORIZONS)
    for k, horizon_s in enumerate(HORIZONS[:2]):
        truth = circle(seconds[-60:] + horizon_s)
        misses = [
            miss_m(forecasts.latitude_deg[row, k], forecasts.longitude_deg[row, k], truth[row]) for row in range(-60, 0)
        ]
        assert np.median(misses) < 75.0  # half the radius; along the tangent it would be kilometres


def test_nothing_of_the_future_is_used() -> None:
    seconds = np.arange(0.0, 600.0, 2.0)
    calm = straight(seconds)
    turned = calm.copy()
    turned[200:] = circle(seconds)[200:]
    one = Predictor().follow(states_of_place(seconds, calm), HORIZONS)
    other = Predictor().follow(states_of_place(seconds, turned), HORIZONS)
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a[:200], b[:200], equal_nan=True)
    assert not np.array_equal(one.latitude_deg[200:], other.latitude_deg[200:])


def test_tracks_do_not_see_each_other_but_for_what_their_cell_learns() -> None:
    seconds = np.arange(0.0, 200.0, 2.0)
    one, other = states_of_place(seconds, straight(seconds), 3), states_of_place(seconds, circle(seconds), 9)
    both = merged(one, other)
    together = Predictor().follow(both, HORIZONS)
    alone = Predictor().follow(one, HORIZONS)
    assert np.array_equal(together.latitude_deg[both.track_id == 3], alone.latitude_deg)


def test_states_may_come_in_any_portions() -> None:
    seconds = np.arange(0.0, 500.0, 3.0)
    states = merged(
        states_of_place(seconds, straight(seconds), 3), states_of_place(seconds + 1.0, circle(seconds + 1.0), 9)
    )
    whole, predictor = Predictor().follow(states, HORIZONS), Predictor()
    pieces = [predictor.follow(part(states, slice(k, k + 7)), HORIZONS) for k in range(0, len(states.track_id), 7)]
    assert same(whole, Forecasts(*(np.concatenate(columns) for columns in zip(*pieces, strict=True))))


def test_a_forecast_now_is_that_of_the_last_state() -> None:
    seconds = np.arange(0.0, 100.0)
    predictor = Predictor()
    rows = predictor.follow(states_of_place(seconds, circle(seconds)), HORIZONS)
    now = predictor.forecast(np.array([7]), HORIZONS)
    assert np.array_equal(now.latitude_deg[0], rows.latitude_deg[-1])
    assert np.array_equal(now.radius_90_m[0], rows.radius_90_m[-1])


def test_a_state_that_is_no_later_changes_nothing() -> None:
    seconds = np.arange(0.0, 60.0)
    predictor = Predictor()
    predictor.follow(states_of_place(seconds, straight(seconds)))
    before = predictor.snapshot()
    predictor.follow(states_of_place(seconds[-3:], circle(seconds[-3:])))
    assert predictor.snapshot() == before


def test_a_snapshot_goes_on_as_if_nothing_had_been() -> None:
    seconds = np.arange(0.0, 700.0, 5.0)
    states = merged(states_of_place(seconds, straight(seconds), 3), states_of_place(seconds, circle(seconds), 9))
    half = len(states.track_id) // 2
    predictor, later = Predictor(), Predictor()
    predictor.follow(part(states, slice(0, half)))
    data = predictor.snapshot()
    later.restore(data)
    assert later.snapshot() == data
    rest = part(states, slice(half, None))
    assert same(predictor.follow(rest, HORIZONS), later.follow(rest, HORIZONS))
    assert predictor.snapshot() == later.snapshot()


def test_a_place_taken_over_leaves_no_trace() -> None:
    seconds = np.arange(0.0, 120.0)
    used, fresh = Predictor(), Predictor()
    used.follow(states_of_place(seconds, circle(seconds), 5))
    used.forget(np.array([5]))
    for predictor in (used, fresh):
        predictor.follow(states_of_place(seconds, straight(seconds), 6))
        assert len(predictor) == 1
    assert used.forecast(np.array([6]), HORIZONS).latitude_deg == pytest.approx(
        fresh.forecast(np.array([6]), HORIZONS).latitude_deg, abs=0.0
    )


def tracks_at(second: int, status: TrackStatus = TrackStatus.CONFIRMED) -> Tracks:
    place = straight(np.array([float(second)]))
    probabilities = np.zeros((1, len(CLASSES)), np.float32)
    probabilities[0, CLASSES.index("airliner")] = 0.9
    probabilities[0, CLASSES.index("fast_jet")] = 0.1
    return Tracks.of(
        time_ns=np.array([START_NS + second * 1_000_000_000]), track_id=np.array([4]), latitude_deg=place[:, 0],
        longitude_deg=place[:, 1], altitude_m=np.array([9000.0]), velocity_east_mps=np.array([np.nan]),
        velocity_north_mps=np.array([np.nan]), velocity_up_mps=np.array([np.nan]), label=Label(),
        status=np.array([status], np.uint8), class_probabilities=probabilities,
    )  # fmt: skip


def test_tracks_of_the_picture_are_taken_with_their_most_probable_class() -> None:
    predictor = Predictor()
    for second in range(40):
        predictor.update(tracks_at(second))
    forecasts = predictor.forecast(np.array([4]), HORIZONS)
    assert CELLS[forecasts.cell[0]] == "airliner, no velocity"  # these tracks tell none
    assert states_of(tracks_at(3)).cell.tolist() == [CLASSES.index("airliner")]


def test_a_height_that_is_nearly_open_is_no_part_of_a_forecast() -> None:
    predictor, guessed_m, covariance = Predictor(), np.linspace(1500.0, -7235.0, 40), np.zeros((1, 21))
    covariance[0, UP_VARIANCE] = 2000.0**2
    for second in range(40):
        track = tracks_at(second)
        height, climb = guessed_m[second : second + 1], np.array([-224.0])
        predictor.update(replace(track, altitude_m=height, velocity_up_mps=climb, covariance=covariance))
    forecasts = predictor.forecast(np.array([4]), HORIZONS)
    assert np.isnan(forecasts.altitude_m).all()
    assert np.isfinite(forecasts.latitude_deg).all()


def test_a_dropped_track_is_forgotten() -> None:
    predictor = Predictor()
    predictor.update(tracks_at(1))
    predictor.update(tracks_at(2, TrackStatus.DROPPED))
    assert len(predictor) == 0
    with pytest.raises(KeyError, match="updated before"):
        predictor.forecast(np.array([4]), HORIZONS)


def test_silent_tracks_are_named() -> None:
    predictor = Predictor()
    predictor.update(tracks_at(10))
    assert predictor.silent_since(START_NS + 11_000_000_000).tolist() == [4]
    assert predictor.silent_since(START_NS + 9_000_000_000).tolist() == []


def test_the_mixture_is_what_the_forecast_is_blended_of() -> None:
    seconds = np.arange(0.0, 200.0)
    predictor = Predictor()
    predictor.follow(states_of_place(seconds, circle(seconds)))
    mixture = predictor.mixture(np.array([7]), HORIZONS)
    forecasts = predictor.forecast(np.array([7]), HORIZONS)
    assert mixture.weight.shape == (1, len(HORIZONS), len(MODELS) + 1)
    assert mixture.weight[..., -1].max() == 0.0  # no routes are known
    assert mixture.weight.sum(axis=-1) == pytest.approx(1.0)
    for k in range(len(HORIZONS)):
        latitudes = mixture.latitude_deg[0, k]
        assert latitudes.min() - 0.05 <= forecasts.latitude_deg[0, k] <= latitudes.max() + 0.05


def test_radii_grow_with_the_horizon_and_between_trained_ones_lie_between() -> None:
    seconds = np.arange(0.0, 300.0)
    states = states_of_place(seconds, straight(seconds))
    radius = Predictor().follow(states, np.array([30.0, 45.0, 60.0])).radius_90_m[-1]
    assert min(radius[0], radius[2]) <= radius[1] <= max(radius[0], radius[2])


def test_no_radius_is_claimed_beyond_what_was_calibrated() -> None:
    seconds = np.arange(0.0, 100.0)
    radius = Predictor().follow(states_of_place(seconds, straight(seconds)), np.array([5.0, 700.0])).radius_90_m
    assert np.isnan(radius).all()
    assert HORIZONS_S[0] == 10.0


def test_a_class_that_was_never_calibrated_has_no_radius() -> None:
    seconds = np.arange(0.0, 100.0)
    states = states_of_place(seconds, straight(seconds), cell=CLASSES.index("clutter"))
    forecasts = Predictor().follow(states, HORIZONS)
    assert np.isnan(forecasts.radius_90_m).all()
    assert np.isfinite(forecasts.latitude_deg).all()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_comes_the_place_is_on_earth_and_the_radius_is_positive(seed: int) -> None:
    generator = np.random.default_rng(seed)
    n = 300
    seconds = np.cumsum(generator.choice([0.0, 0.05, 1.0, 7.0, 50.0, 400.0], size=n))
    place = np.array([generator.uniform(-89.0, 89.0), 179.99]) + 0.02 * np.cumsum(generator.normal(size=(n, 2)), axis=0)
    place[:, 0] = np.clip(place[:, 0], -90.0, 90.0)
    place[generator.random(n) < 0.3] = place[0]  # told twice, or jumped back
    velocity = 200.0 * generator.normal(size=(n, 3))
    velocity[generator.random(n) < 0.4] = np.nan
    states = states_of_place(seconds, place, velocity=velocity)
    states.place[generator.random(n) < 0.2, 2] = np.nan
    forecasts = Predictor().follow(states, HORIZONS)
    assert np.isfinite(forecasts.latitude_deg).all()
    assert np.abs(forecasts.latitude_deg).max() <= 90.0
    assert np.abs(forecasts.longitude_deg).max() <= 180.0
    assert (forecasts.radius_90_m[np.isfinite(forecasts.radius_90_m)] > 0.0).all()
    assert np.isfinite(forecasts.radius_90_m).mean() > 0.5


def test_a_place_alone_has_no_radius_but_with_its_velocity_it_has() -> None:
    place = straight(np.zeros(1))
    forecasts = Predictor().follow(states_of_place(np.zeros(1), place), HORIZONS)
    assert miss_m(forecasts.latitude_deg[0, 1], forecasts.longitude_deg[0, 1], place[0]) < 100.0
    assert np.isnan(forecasts.radius_90_m).all()
    moving = Predictor().follow(states_of_place(np.zeros(1), place, velocity=velocity_of(70.0, 60.0, 1)), HORIZONS)
    assert (moving.radius_90_m > 0.0).all()


def test_a_peek_is_the_forecast_and_leaves_no_trace() -> None:
    seconds = np.arange(0.0, 400.0)
    asked, unasked = Predictor(), Predictor()
    for rows in (slice(0, 130), slice(130, 131), slice(131, 400)):
        states = part(states_of_place(seconds, circle(seconds)), rows)
        for one in (asked, unasked):
            one.follow(states)
        time_ns, peeked = asked.peek(states.track_id[-1:], HORIZONS)
        assert time_ns[0] == states.time_ns[-1]
        assert asked.snapshot() == unasked.snapshot()
    assert same(peeked, asked.forecast(states.track_id[-1:], HORIZONS))
    with pytest.raises(KeyError):
        asked.peek(np.array([999]), HORIZONS)
