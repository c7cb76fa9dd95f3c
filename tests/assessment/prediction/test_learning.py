"""Cones heal: one miss in ten in the long run, long horizons led by short ones, one track no more than a track."""

import numpy as np
import pytest

from sargas.assessment.prediction.cones import CELLS, Cones, empty_cones
from sargas.assessment.prediction.learning import FEW, MOST, YOUNG_S, learn, learned_of, row_of, true_score
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.model.columns import Float64

H = len(HORIZONS_S)
MINUTE = HORIZONS_S.index(60.0)
CELL = CELLS.index("bird")


def calibrated() -> Cones:
    cones = empty_cones()
    cones.factor[CELL] = 1.0
    return cones


def new_track() -> tuple[Float64, Float64]:
    return np.zeros(H), np.zeros((H, 2))


def scores(generator: np.random.Generator, wrong_by: float, n: int) -> Float64:
    """Return scores whose 0.9 quantile is off by a factor."""
    drawn: Float64 = wrong_by * generator.lognormal(-0.5 * 1.2816, 0.5, size=n)
    return drawn


@pytest.mark.parametrize("wrong_by", [0.4, 1.0, 2.5])
def test_a_cell_that_is_wrong_is_healed_by_many_tracks(wrong_by: float) -> None:
    generator, cones, missed = np.random.default_rng(4), calibrated(), []
    for _ in range(300):
        own, taught = new_track()
        for score in scores(generator, wrong_by, 40):
            missed.append(score > np.exp(learned_of(cones, CELL, MINUTE)))
            learn(cones, CELL, MINUTE, own, taught, score)
    assert 0.08 <= np.mean(missed[6000:]) <= 0.12
    assert np.exp(learned_of(cones, CELL, MINUTE)) == pytest.approx(wrong_by, rel=0.2)


@pytest.mark.parametrize("wrong_by", [0.5, 2.0])
def test_a_track_whose_misses_are_of_another_size_is_learned_by_itself(wrong_by: float) -> None:
    generator, cones, missed = np.random.default_rng(5), calibrated(), []
    own, taught = new_track()
    for score in scores(generator, wrong_by, 6000):
        missed.append(score > np.exp(learned_of(cones, CELL, MINUTE) + own[MINUTE]))
        learn(cones, CELL, MINUTE, own, taught, score)
    assert 0.08 <= np.mean(missed[3000:]) <= 0.12


def test_one_wild_track_leaves_its_class_nearly_as_calibrated() -> None:
    cones = calibrated()
    own, taught = new_track()
    for _ in range(60):  # eight minutes, each forecast of a minute missed threefold
        learn(cones, CELL, MINUTE, own, taught, 3.0)
    assert np.exp(learned_of(cones, CELL, MINUTE)) < 1.1
    assert np.exp(own[MINUTE]) > 2.0
    assert cones.heard[CELL, MINUTE] == 1


def test_ten_wild_tracks_teach_more_than_ten_times_as_much_as_one() -> None:
    learned = []
    for tracks in (1, int(FEW)):
        cones = calibrated()
        for _ in range(tracks):
            own, taught = new_track()
            for _ in range(8):
                learn(cones, CELL, MINUTE, own, taught, 3.0)
        learned.append(learned_of(cones, CELL, MINUTE))
    assert learned[1] > 10.0 * learned[0] > 0.0


def test_what_a_short_horizon_learned_widens_the_longer_ones_until_they_know_better() -> None:
    cones, ten = calibrated(), H - 1
    cones.learned[CELL, MINUTE] = 1.0
    assert learned_of(cones, CELL, 0) == 0.0
    assert 0.4 < learned_of(cones, CELL, ten) < 0.8
    generator = np.random.default_rng(6)
    for _ in range(200):
        own, taught = new_track()
        for score in scores(generator, 1.0, 16):
            learn(cones, CELL, ten, own, taught, score)
    assert learned_of(cones, CELL, ten) == pytest.approx(0.0, abs=0.2)
    assert cones.learned[CELL, MINUTE] == 1.0


def test_young_forecasts_teach_young_ones_alone() -> None:
    cones = calibrated()
    young, elder = row_of(CELL, YOUNG_S - 1.0), row_of(CELL, YOUNG_S)
    for _ in range(50):
        own, taught = new_track()
        for _ in range(4):
            learn(cones, young, MINUTE, own, taught, 3.0)
    assert learned_of(cones, young, MINUTE) > 0.3
    assert learned_of(cones, elder, MINUTE) == 0.0


def test_a_track_that_grows_up_is_heard_again() -> None:
    cones = calibrated()
    own, taught = new_track()
    for row in (row_of(CELL, 0.0), row_of(CELL, 0.0), row_of(CELL, 100.0), row_of(CELL, 110.0)):
        learn(cones, row, MINUTE, own, taught, 0.5)
    assert cones.heard[row_of(CELL, 0.0), MINUTE] == 1
    assert cones.heard[row_of(CELL, 100.0), MINUTE] == 1


def test_what_is_learned_is_bounded() -> None:
    cones = calibrated()
    for _ in range(3000):
        own, taught = new_track()
        learn(cones, CELL, MINUTE, own, taught, 1e9)
    assert learned_of(cones, CELL, MINUTE) == MOST
    assert learned_of(cones, CELL, H - 1) <= MOST


def test_what_is_not_calibrated_learns_nothing() -> None:
    cones = empty_cones()
    own, taught = new_track()
    learn(cones, 1, 0, own, taught, 100.0)
    assert own[0] == 0.0
    assert not cones.learned.any()
    assert not cones.heard.any()


def test_a_noisy_place_adds_nothing_to_a_miss_on_the_mean() -> None:
    generator = np.random.default_rng(7)
    off = 80.0 * generator.normal(size=(20000, 2))
    seen = np.hypot(*(off + 50.0 * generator.normal(size=off.shape)).T)
    told = np.array([true_score(miss, 50.0, 1.0) for miss in seen])
    # the 0.9 quantile of true misses is 172 m, of those seen 202 m
    assert np.quantile(told, 0.9) == pytest.approx(np.quantile(np.hypot(*off.T), 0.9), rel=0.1)
    assert np.quantile(seen, 0.9) > 1.15 * np.quantile(np.hypot(*off.T), 0.9)
