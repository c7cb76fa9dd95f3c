"""NEES and NIS of the single-target benchmark are what they must be for errors drawn from the covariances."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.tracking.own_scenarios import CENTRE, nanoseconds
from benchmarks.tracking.single_target import innovations, squared, tell_band
from benchmarks.tracking.straight_flights import APART_M, GROUP, GROUPS, SCANS, TARGETS, Estimates, fly
from sargas.exercise.scoring.columns import States
from sargas.geo.enu import rotation_at


@pytest.mark.parametrize(("scale", "is_kept"), [(1.0, True), (1.3, False)])
def test_honest_predictions_keep_the_bands_and_bold_ones_do_not(
    scale: float, is_kept: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    flights, rng, chosen = fly(0.0), np.random.default_rng(7), (20, 21)
    scans, targets = np.repeat(chosen, TARGETS), np.tile(np.arange(TARGETS), len(chosen))
    true = flights.states[scans, targets]
    root = np.diag([90.0, 80.0, 150.0, 4.0, 4.0, 2.0]) + np.tril(rng.normal(0, 1, (6, 6)), -1)
    latitude, longitude, altitude = CENTRE.geodetic_from_enu(true[:, :3])
    turn = rotation_at(latitude, longitude) @ CENTRE.rotation.T
    errors = scale * rng.normal(0, 1, (len(true), 6)) @ root.T
    moved = true[:, :3] + np.einsum("nji,nj->ni", turn, errors[:, :3])
    latitude, longitude, altitude = CENTRE.geodetic_from_enu(moved)
    states = States(
        time_ns=nanoseconds(scans * 4.0), latitude_deg=latitude, longitude_deg=longitude, altitude_m=altitude,
        velocity_east_mps=true[:, 3], velocity_north_mps=true[:, 4], velocity_up_mps=true[:, 5],
    )  # fmt: skip
    predicted = Estimates(scans, targets, errors, np.tile(root @ root.T, (len(true), 1, 1)), states)
    innovation, spread_of = innovations(flights, predicted)
    tell_band("NEES, single constant-velocity target", squared(errors, predicted.covariances), predicted, 6, True)
    tell_band("NIS, single constant-velocity target", squared(innovation, spread_of), predicted, 3, True)
    nees, nis = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert nees["value"] == pytest.approx(6.0 * scale**2, rel=0.06)
    assert nees["ok"] is is_kept
    if is_kept:
        assert nis["value"] == pytest.approx(3.0, rel=0.08)
        assert nis["ok"] is True
    else:
        assert nis["value"] > 3.2


def test_targets_of_a_group_keep_their_distance_and_fly_straight() -> None:
    flights = fly(0.0)
    assert flights.measured.shape == (SCANS, TARGETS, 3)
    steps = np.diff(flights.states[:, :, :3], axis=0)
    assert np.abs(np.diff(steps, axis=0)).max() < 1e-6
    for group in range(GROUPS):
        places = flights.states[:, group * GROUP : (group + 1) * GROUP, :2]
        for place in places:
            apart = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1)) + 1e9 * np.eye(GROUP)
            assert apart.min() > APART_M
