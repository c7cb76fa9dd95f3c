"""Particles are drawn by their seed alone, fly in their manner, and end on the ground where they come down."""

from __future__ import annotations

import numpy as np
import pytest

from sargas.assessment.lost.chance import draw_small, draw_two, seed_streams
from sargas.assessment.lost.dead_reckoning import sector_area_m2
from sargas.assessment.lost.figures import MANNER_TABLE, MANNERS
from sargas.assessment.lost.flight import fly
from sargas.assessment.lost.particles import DOWN, GROUND, PARTICLE, START, spawn, thin, weigh
from sargas.assessment.lost.sightings import SectorReport
from sargas.model.tracks import CLASSES


def spawned(kind: str = "one_way_drone", n: int = 4_000, climb_mps: float = 0.0, seed: int = 11) -> tuple:
    start = np.zeros(1, START)[0]
    start["x_m"] = (0.0, 0.0, 300.0, 45.0, 0.0, climb_mps)
    start["root"] = np.diag([50.0, 50.0, 50.0, 2.0, 2.0, 0.5])
    start["rcs_dbsm"], start["has_height"] = -8.0, 1
    start["classes"] = (np.arange(12) >= CLASSES.index(kind)).astype(float)
    particles, streams = np.zeros(n, PARTICLE), np.zeros(n, np.uint64)
    spawn(particles, streams, np.uint64(seed), start, MANNER_TABLE)
    return particles, streams


def test_there_is_a_manner_for_every_class() -> None:
    assert tuple(MANNERS) == CLASSES
    for manner in MANNERS.values():
        assert manner.low_share + manner.down_share <= 1.0


def test_numbers_are_of_mean_0_and_sigma_1_and_of_their_seed_alone() -> None:
    streams, again = np.zeros(20_000, np.uint64), np.zeros(20_000, np.uint64)
    seed_streams(streams, np.uint64(5))
    seed_streams(again, np.uint64(5))
    assert (streams == again).all()
    drawn = np.array([[*draw_two(streams, i), *draw_small(streams, i)] for i in range(20_000)])
    assert np.abs(drawn[:, :4].mean(axis=0)).max() < 0.03
    assert np.abs(drawn[:, :4].std(axis=0) - 1.0).max() < 0.03
    assert 0.49 < drawn[:, 4].mean() < 0.51
    assert np.abs(np.corrcoef(drawn.T) - np.eye(5)).max() < 0.03


def test_equal_seeds_fly_equal_ways_and_others_do_not() -> None:
    one, other, third = spawned(), spawned(), spawned(seed=12)
    for particles, streams in (one, other, third):
        for _ in range(30):
            fly(particles, streams, 2.0, MANNER_TABLE)
    assert one[0].tobytes() == other[0].tobytes()
    assert one[0].tobytes() != third[0].tobytes()


def test_who_comes_down_lies_still_on_the_ground_behind_its_last_place() -> None:
    particles, streams = spawned()
    coming = particles["intent"] == DOWN
    for _ in range(400):
        fly(particles, streams, 2.0, MANNER_TABLE)
    landed = particles[coming]
    assert (landed["intent"] == GROUND).all()
    assert (landed["height_m"] == 0.0).all()
    assert 100.0 < np.median(landed["x_m"]) < 6_000.0
    before = landed.copy()
    fly(particles, streams, 2.0, MANNER_TABLE)
    assert (particles[coming]["x_m"] == before["x_m"]).all()


def test_a_straight_kind_stays_ahead_and_a_hovering_one_near() -> None:
    ahead, near = spawned(), spawned("multirotor")
    for particles, streams in (ahead, near):
        for _ in range(150):
            fly(particles, streams, 2.0, MANNER_TABLE)
    flying = ahead[0][ahead[0]["intent"] != GROUND]
    assert np.median(flying["x_m"]) == pytest.approx(45.0 * 300.0, rel=0.1)
    assert np.median(np.hypot(near[0]["x_m"], near[0]["y_m"])) < 2_500.0


def test_sinking_weighs_for_coming_down() -> None:
    share = []
    for climb in (0.0, -4.0):
        particles, _ = spawned(climb_mps=climb)
        weights = np.empty(len(particles))
        weigh(particles, weights)
        share.append(weights[particles["intent"] != 0].sum())
    assert share[0] < 0.6
    assert share[1] > 0.9


def test_thinning_keeps_what_is_likely() -> None:
    particles, _ = spawned()
    particles["log_weight"] = np.where(particles["y_m"] > 0.0, 0.0, np.log(0.01))
    chosen, streams = np.zeros(1_000, PARTICLE), np.zeros(1_000, np.uint64)
    thin(particles, chosen, streams, np.uint64(3), 0.0)
    assert (chosen["y_m"] > 0.0).mean() > 0.97
    assert (chosen["log_weight"] == 0.0).all()
    assert len(np.unique(streams)) == 1_000


def test_dead_reckoning_is_the_sector_of_the_reference() -> None:
    # 10 min at 180 km/h: 30 km long
    assert sector_area_m2(50.0, 0.0, 600.0) == pytest.approx(np.radians(20.0) * 30e3**2)
    assert sector_area_m2(50.0, 5.0, 600.0) > sector_area_m2(50.0, 0.0, 600.0)


def test_a_report_points_and_never_rules_anything_out() -> None:
    report = SectorReport(55.0, 24.0, 0, 90.0, 10.0, 2_000.0)
    east = 24.0 + 2_000.0 / (111_195.0 * np.cos(np.radians(55.0)))
    found = report.log_likelihood(np.array([55.0, 55.0, 56.0]), np.array([east, 24.0 - (east - 24.0), 24.0]), 0)
    assert found[0] > found[1] + 2.0
    assert found[2] > -10.0
    nowhere = SectorReport(55.0, 24.0, 0, 90.0, 10.0, None).log_likelihood(np.array([55.0]), np.array([east]), 0)
    assert np.isfinite(nowhere).all()
