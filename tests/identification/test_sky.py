"""How frequent a class is in a sky counts for the young tracks of its height, by what was known then; nothing else."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from sargas.identification.classifier import USUAL
from sargas.identification.model_file import ClassifierModel, shipped_model
from sargas.identification.sky import MOST_RATIO, Expected, expected_sky, weigh_by_sky
from sargas.model.columns import NS_PER_S, Float32, Float64
from sargas.model.tracks import CLASSES

N = len(CLASSES)
AIRLINER, BALLOON, BIRD = (CLASSES.index(name) for name in ("airliner", "balloon", "bird"))
EXPECTED = Expected(np.array([3_000.0]), np.full((2, N), 1.0 / N))
HIGH_M, LOW_M = 11_000.0, 400.0


class Rows(NamedTuple):
    """Rows of a sky: time s, number of the track, height, age and classes of each."""

    time_s: Float64
    track: np.ndarray
    altitude_m: Float64
    age_s: Float64
    probabilities: Float32

    def weighed(self, expected: Expected = EXPECTED) -> Float32:
        time_ns = (self.time_s * NS_PER_S).astype(np.int64)
        return weigh_by_sky(time_ns, self.track, self.altitude_m, self.age_s, self.probabilities, expected)[0]

    def take(self, rows: np.ndarray) -> Rows:
        return Rows(*(column[rows] for column in self))


def mostly(index: int, share: float) -> Float32:
    probabilities = np.full(N, (1.0 - share) / (N - 1), np.float32)
    probabilities[index] = share
    return probabilities


def torn() -> Float32:
    """Return what one place at 11 km says: an airliner or a balloon."""
    probabilities = np.full(N, 0.01, np.float32)
    probabilities[[AIRLINER, BALLOON]] = 0.45
    return probabilities / probabilities.sum()


def sky(n: int = 40, altitude_m: float = HIGH_M) -> Rows:
    """Return n airliners that begin a second apart, of each its first row, one after 30 s and one after a minute."""
    began, age_s = np.repeat(np.arange(n, dtype=float), 3), np.tile([0.0, 30.0, 60.0], n)
    probabilities = np.tile(np.stack([torn(), torn(), mostly(AIRLINER, 0.99)]), (n, 1))
    return Rows(began + age_s, np.repeat(np.arange(n), 3), np.full(3 * n, altitude_m), age_s, probabilities)


def with_late(rows: Rows, altitude_m: float, age_s: float, probabilities: Float32) -> Rows:
    """Add one row of a new track, after all others."""
    late = (np.array([500.0]), np.array([999]), np.array([altitude_m]), np.array([age_s]), probabilities[None])
    return Rows(*(np.concatenate([one, other]) for one, other in zip(rows, late, strict=True)))


def test_who_has_no_altitude_is_of_no_sky() -> None:
    late = with_late(sky(), np.nan, 0.0, torn())
    np.testing.assert_array_equal(late.weighed()[-1], torn())
    np.testing.assert_array_equal(sky(altitude_m=np.nan).weighed(), sky().probabilities)
    unplaced = with_late(sky(altitude_m=np.nan), HIGH_M, 0.0, torn())
    np.testing.assert_array_equal(unplaced.weighed()[-1], torn())


def test_a_young_track_is_thought_to_be_what_flies_at_its_height() -> None:
    found = with_late(sky(), HIGH_M, 0.0, torn()).weighed()[-1]
    assert found[AIRLINER] > 0.85
    assert 0.02 < found[BALLOON] < 0.08
    assert found.sum() == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(("altitude_m", "age_s"), [(LOW_M, 0.0), (HIGH_M, 60.0), (HIGH_M, 500.0)])
def test_what_flies_elsewhere_and_what_is_older_is_left_alone(altitude_m: float, age_s: float) -> None:
    assert (with_late(sky(), altitude_m, age_s, torn()).weighed()[-1] == torn()).all()


def test_it_counts_less_from_twenty_seconds_on() -> None:
    shares = [
        with_late(sky(), HIGH_M, age_s, torn()).weighed()[-1][AIRLINER] for age_s in (5.0, 20.0, 30.0, 40.0, 59.0)
    ]
    assert shares[0] == shares[1] > shares[2] > shares[3] > shares[4] > torn()[AIRLINER]


def test_nothing_is_so_rare_that_it_could_not_come() -> None:
    found = with_late(sky(600), HIGH_M, 0.0, torn()).weighed()[-1]
    assert found[AIRLINER] / found[BALLOON] == pytest.approx(MOST_RATIO, rel=1e-3)


def test_what_is_like_nothing_is_not_made_what_is_frequent() -> None:
    like_nothing = (0.25 * mostly(AIRLINER, 0.6) + 0.75 / N).astype(np.float32)
    assert (with_late(sky(), HIGH_M, 0.0, like_nothing).weighed()[-1] == like_nothing).all()


def test_a_sky_as_expected_changes_nothing() -> None:
    began = np.arange(2 * N, dtype=float)
    probabilities = np.array([mostly(k % N, 0.9) for k in range(2 * N)], np.float32)
    even = Rows(began, np.arange(2 * N), np.full(2 * N, LOW_M), np.full(2 * N, 60.0), probabilities)
    found = with_late(even, LOW_M, 0.0, mostly(BIRD, 0.5)).weighed()[-1]
    assert found[BIRD] == pytest.approx(0.5, abs=0.01)


def test_the_order_of_rows_and_the_future_do_not_matter() -> None:
    rows = sky()
    whole = rows.weighed()
    order = np.random.default_rng(3).permutation(len(whole))
    assert (rows.take(order).weighed() == whole[order]).all()
    early = np.flatnonzero(rows.time_s <= 80.0)
    assert (rows.take(early).weighed() == whole[early]).all()
    assert (whole[rows.time_s <= 59.0] == rows.probabilities[rows.time_s <= 59.0]).all()


def test_a_model_says_what_it_expects_and_one_of_before_nothing() -> None:
    header = ClassifierModel.from_bytes(shipped_model()).header
    expected = expected_sky(header, USUAL)
    assert expected is not None
    assert expected.shares.shape == (len(expected.heights_m) + 1, N)
    assert expected.shares.sum(axis=1) == pytest.approx(1.0)
    assert expected.shares[-1].argmax() == AIRLINER
    assert expected_sky({}, USUAL) is None
