"""Simulated flights keep to the figures of their kind, and sensors report them within theirs."""

from __future__ import annotations

import numpy as np
import pytest

from sargas.exercise.flights.echo_strength import draw_strengths
from sargas.exercise.flights.fly import fly
from sargas.exercise.flights.kinds import KINDS, Kind, kinds_of
from sargas.exercise.flights.sensing import FRESH, LATEST_S, OLDER, _place_times, follow, sight
from sargas.model.tracks import CLASSES


@pytest.mark.parametrize("flight_class", CLASSES)
def test_every_class_has_kinds_whose_shares_add_up(flight_class: str) -> None:
    assert sum(kind.share for kind in kinds_of(flight_class)) == pytest.approx(1.0)


def test_a_class_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="was 'submarine'"):
        kinds_of("submarine")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_positions_follow_velocities_and_nobody_flies_below_the_ground(kind: Kind) -> None:
    paths = fly(kind, 20, 60, np.random.default_rng(2))
    assert np.isfinite(paths.position_m).all()
    assert paths.position_m[:, :, 2].min() >= 0.0
    if kind.motion == "echo":
        return  # its place is no body's: it hops
    made = np.diff(paths.position_m[:, :, :2], axis=1)
    said = 0.5 * (paths.velocity_mps[:, 1:, :2] + paths.velocity_mps[:, :-1, :2])
    speed = np.linalg.norm(said, axis=2).mean()
    assert np.linalg.norm(made - said, axis=2).mean() < 0.35 * speed + 1.0


@pytest.mark.parametrize("name", ["shahed", "glider", "airliner_cruise", "light_aircraft"])
def test_winged_kinds_fly_near_their_speeds(name: str) -> None:
    (kind,) = (kind for kind in KINDS if kind.kind == name)
    speed = np.linalg.norm(fly(kind, 200, 60, np.random.default_rng(3)).velocity_mps[:, :, :2], axis=2)
    low, high = kind.cruise_mps
    assert 0.8 * low < np.median(speed) < 1.35 * high


def test_a_drone_flies_straighter_than_a_bird() -> None:
    def straightness(name: str) -> float:
        (kind,) = (kind for kind in KINDS if kind.kind == name)
        velocity = fly(kind, 100, 60, np.random.default_rng(4)).velocity_mps[:, :, :2]
        ratio = np.linalg.norm(velocity.mean(axis=1), axis=1) / np.linalg.norm(velocity, axis=2).mean(axis=1)
        return float(ratio.mean())

    assert straightness("shahed") > 0.97
    assert straightness("soaring_bird") < 0.85


def test_sightings_are_ordered_noisy_and_partly_without_velocities() -> None:
    (kind,) = (kind for kind in KINDS if kind.kind == "shahed")
    sightings = sight(fly(kind, 200, 120, np.random.default_rng(5)), np.random.default_rng(6))
    assert len(sightings) == 200
    steps = [np.diff(sightings.time_s[a:b]) for a, b in zip(sightings.start, sightings.start[1:], strict=False)]
    assert all((step > 0).all() for step in steps)
    known = np.isfinite(sightings.velocity_east_mps)
    assert 0.4 < known.mean() < 0.9
    assert np.isnan(sightings.altitude_m).any()


def test_the_tracker_of_the_simulation_follows_a_line() -> None:
    t = np.arange(0.0, 60.0, 2.0)
    place, out = np.column_stack([50.0 * t, -3.0 * t, 100.0 + t]), np.empty((30, 6))
    follow(t, place, 0.4, out)
    np.testing.assert_allclose(out[-1], [*place[-1], 50.0, -3.0, 1.0], rtol=1e-6)


def test_echoes_scatter_around_the_cross_section_of_their_kind() -> None:
    (kind,) = (kind for kind in KINDS if kind.kind == "airliner_cruise")
    rcs_dbsm, spread_mps = draw_strengths(kind, np.arange(0, 40_001, 40), np.random.default_rng(7))
    assert kind.rcs_dbsm[0] - 4.0 < rcs_dbsm.mean() < kind.rcs_dbsm[1]
    assert rcs_dbsm.std() > 3.0
    assert (spread_mps > 0.0).all()


def test_places_are_of_their_own_time_of_one_before_or_of_a_feed_that_repeats_the_last() -> None:
    rng, time_s = np.random.default_rng(8), np.arange(20.0, 200.0, 2.0)
    ages = np.array([time_s - _place_times(time_s, rng) for _ in range(600)])
    assert ages.min() >= 0.0
    assert ages.max() < LATEST_S + 2.0
    assert (ages == 0.0).all(axis=1).mean() == pytest.approx(FRESH, abs=0.06)
    repeated = (np.diff(time_s - ages, axis=1) == 0.0).any(axis=1)
    assert repeated.mean() == pytest.approx(1.0 - FRESH - OLDER, abs=0.06)
    assert (np.diff(time_s - ages[repeated], axis=1) >= 0.0).all()


def test_an_airliner_under_way_turns_a_little_every_few_minutes() -> None:
    (kind,) = (kind for kind in KINDS if kind.kind == "airliner_cruise")
    velocity = fly(kind, 150, 360, np.random.default_rng(9)).velocity_mps
    course = np.unwrap(np.arctan2(velocity[:, 59::60, 0], velocity[:, 59::60, 1]), axis=1)
    turned = np.abs(np.diff(course, axis=1)) > np.deg2rad(3.0)
    assert 0.1 < turned.mean() < 0.35
