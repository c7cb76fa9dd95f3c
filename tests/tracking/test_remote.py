"""A partner's tracks are moved in time and made whole honestly: what is not said is wide, never NaN."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.tracks import Tracks
from sargas.tracking.fusion import pack, unpack
from sargas.tracking.remote import (
    DIAGONAL,
    LEAST_POSITION_M,
    NOISE_HORIZONTAL,
    SIGMA_ALTITUDE_M,
    SIGMA_POSITION_M,
    UNKNOWN_ALTITUDE_M,
    UNKNOWN_SPEED_MPS,
    differences,
    make_whole,
    move,
)


def tracks(**columns: Any) -> Tracks:
    one = {"latitude_deg": 55.0, "longitude_deg": 24.0, "altitude_m": 3000.0, "velocity_east_mps": 100.0,
           "velocity_north_mps": -50.0, "velocity_up_mps": 5.0}  # fmt: skip
    given = {name: np.array([columns.pop(name, value)]) for name, value in one.items()}
    return Tracks.of(time_ns=np.array([0]), track_id=np.array([1]), label=Label(), **given, **columns)


def test_a_track_flies_on_as_it_flew_and_its_covariance_grows_by_the_noise() -> None:
    p = np.diag([100.0**2, 80.0**2, 50.0**2, 9.0, 4.0, 1.0])
    remote = tracks(covariance=pack(p[None]))
    moved = move(remote, 10 * NS_PER_S)
    way = differences(remote, moved)[0]
    np.testing.assert_allclose(way[:3], [1000.0, -500.0, 50.0], rtol=2e-4)
    np.testing.assert_array_equal(way[3:], 0.0)
    f = np.eye(6)
    f[:3, 3:] = 10.0 * np.eye(3)
    found = unpack(moved.covariance)[0]
    expected = f @ (p + np.diag([15.0**2] * 3 + [0.25] * 3)) @ f.T
    assert found[0, 0] == pytest.approx(expected[0, 0] + NOISE_HORIZONTAL * 1000.0 / 3.0)
    assert found[0, 3] == pytest.approx(expected[0, 3] + NOISE_HORIZONTAL * 50.0)
    assert found[3, 3] == pytest.approx(expected[3, 3] + NOISE_HORIZONTAL * 10.0)


def test_what_a_partner_does_not_say_is_assumed_wide() -> None:
    values = np.array([[0.0] * 6, [0.0, 0.0, np.nan, np.nan, np.nan, np.nan]])
    whole = make_whole(values, np.full((2, 21), np.nan))
    assert whole[0, DIAGONAL[0]] == SIGMA_POSITION_M**2 + LEAST_POSITION_M**2
    assert whole[0, DIAGONAL[2]] == SIGMA_ALTITUDE_M**2 + LEAST_POSITION_M**2
    assert whole[1, DIAGONAL[2]] > UNKNOWN_ALTITUDE_M**2
    assert whole[1, DIAGONAL[3]] > UNKNOWN_SPEED_MPS**2
    moved = move(tracks(velocity_east_mps=np.nan, velocity_north_mps=np.nan, altitude_m=np.nan), NS_PER_S)
    assert np.isfinite(moved.covariance).all()
    assert np.isnan(moved.altitude_m).all()
    assert (differences(tracks(), moved)[0, 2:5] == 0.0).all()


def test_a_correlation_with_a_variance_that_is_not_said_is_dropped() -> None:
    p = np.full((1, 21), 90.0)
    p[0, list(DIAGONAL)] = 100.0
    p[0, DIAGONAL[3]] = np.nan
    whole = unpack(make_whole(np.zeros((1, 6)), p))[0]
    assert (whole[3, [0, 1, 2, 4, 5]] == 0.0).all()
    assert whole[0, 1] == 90.0


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), dt=st.floats(-20.0, 20.0), missing=st.sets(st.integers(0, 5)))
def test_whatever_is_missing_and_however_far_it_moves_the_covariance_is_positive(
    seed: int, dt: float, missing: set[int]
) -> None:
    random = np.random.default_rng(seed)
    root = random.normal(size=(1, 6, 6)) * np.array([200.0, 200.0, 100.0, 10.0, 10.0, 5.0])[:, None]
    p = pack(root @ root.transpose(0, 2, 1))
    p[0, [DIAGONAL[axis] for axis in sorted(missing)]] = np.nan
    moved = move(tracks(covariance=p), int(dt * NS_PER_S))
    assert np.linalg.eigvalsh(unpack(moved.covariance)[0]).min() > 0.0


def test_differences_go_the_short_way_round_the_world() -> None:
    east, west = tracks(longitude_deg=179.999), tracks(longitude_deg=-179.999)
    assert differences(east, move(west, 0))[0, 0] == pytest.approx(0.002 * 63_990.0, rel=1e-3)
