"""Cones heal where another sky flies than was calibrated; one track teaches its class no more than a track can."""

import numpy as np
import pytest
from numpy.typing import NDArray

from sargas.assessment.prediction.cones import CELLS, Cones, empty_cones
from sargas.assessment.prediction.learning import FEW, MOST, YOUNG_S, learn, learned_of, row_of, true_score
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.assessment.prediction.predictor import Forecasts, Predictor, States, shipped_cones
from sargas.model.columns import Float64
from tests.assessment.prediction.states import START_NS, merged, miss_m, on_earth, states_of_place

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
            learn(cones, CELL, YOUNG_S, MINUTE, own, taught, score)
    assert 0.08 <= np.mean(missed[6000:]) <= 0.12
    assert np.exp(learned_of(cones, CELL, MINUTE)) == pytest.approx(wrong_by, rel=0.2)


@pytest.mark.parametrize("wrong_by", [0.5, 2.0])
def test_a_track_whose_misses_are_of_another_size_is_learned_by_itself(wrong_by: float) -> None:
    generator, cones, missed = np.random.default_rng(5), calibrated(), []
    own, taught = new_track()
    for score in scores(generator, wrong_by, 6000):
        missed.append(score > np.exp(learned_of(cones, CELL, MINUTE) + own[MINUTE]))
        learn(cones, CELL, YOUNG_S, MINUTE, own, taught, score)
    assert 0.08 <= np.mean(missed[3000:]) <= 0.12


def test_one_wild_track_leaves_its_class_nearly_as_calibrated() -> None:
    cones = calibrated()
    own, taught = new_track()
    for _ in range(60):  # eight minutes, each forecast of a minute missed threefold
        learn(cones, CELL, YOUNG_S, MINUTE, own, taught, 3.0)
    assert np.exp(learned_of(cones, CELL, MINUTE)) < 1.1
    assert np.exp(own[MINUTE]) > 1.5
    assert cones.heard[CELL, MINUTE] == 1


def test_ten_wild_tracks_teach_more_than_ten_times_as_much_as_one() -> None:
    learned = []
    for tracks in (1, int(FEW)):
        cones = calibrated()
        for _ in range(tracks):
            own, taught = new_track()
            for _ in range(8):
                learn(cones, CELL, YOUNG_S, MINUTE, own, taught, 3.0)
        learned.append(learned_of(cones, CELL, MINUTE))
    assert learned[1] > 10.0 * learned[0] > 0.0


def test_what_a_short_horizon_learned_widens_the_longer_ones_until_they_know_better() -> None:
    cones, ten = calibrated(), H - 1
    cones.learned[CELL, MINUTE] = 1.0
    assert learned_of(cones, CELL, 0) == 0.0
    assert 0.4 < learned_of(cones, CELL, ten) < 0.85
    generator = np.random.default_rng(6)
    for _ in range(200):
        own, taught = new_track()
        for score in scores(generator, 1.0, 16):
            learn(cones, CELL, YOUNG_S, ten, own, taught, score)
    assert learned_of(cones, CELL, ten) == pytest.approx(0.0, abs=0.2)
    assert cones.learned[CELL, MINUTE] == 1.0


def test_young_forecasts_teach_young_ones_alone() -> None:
    cones = calibrated()
    young, elder = row_of(CELL, YOUNG_S - 1.0), row_of(CELL, YOUNG_S)
    for _ in range(50):
        own, taught = new_track()
        for _ in range(4):
            learn(cones, CELL, YOUNG_S - 1.0, MINUTE, own, taught, 3.0)
    assert learned_of(cones, young, MINUTE) > 0.3
    assert learned_of(cones, elder, MINUTE) == 0.0


def test_a_track_that_grows_up_is_heard_again() -> None:
    cones = calibrated()
    own, taught = new_track()
    for age_s in (0.0, 8.0, 100.0, 110.0):
        learn(cones, CELL, age_s, MINUTE, own, taught, 0.5)
    assert cones.heard[row_of(CELL, 0.0), MINUTE] == 1
    assert cones.heard[row_of(CELL, 100.0), MINUTE] == 1


def test_what_is_learned_is_bounded() -> None:
    cones = calibrated()
    for _ in range(3000):
        own, taught = new_track()
        learn(cones, CELL, YOUNG_S, MINUTE, own, taught, 1e9)
    assert learned_of(cones, CELL, MINUTE) == MOST
    assert learned_of(cones, CELL, H - 1) <= MOST


def test_what_is_not_calibrated_learns_nothing() -> None:
    cones = empty_cones()
    own, taught = new_track()
    learn(cones, 1, YOUNG_S, 0, own, taught, 100.0)
    assert own[0] == 0.0
    assert not cones.learned.any()
    assert not cones.heard.any()


def test_a_noisy_place_adds_little_to_a_miss() -> None:
    generator = np.random.default_rng(7)
    off = 80.0 * generator.normal(size=(20000, 2))
    seen = np.hypot(*(off + 50.0 * generator.normal(size=off.shape)).T)
    told = np.array([true_score(miss, 50.0, 1.0) for miss in seen])
    true = np.quantile(np.hypot(*off.T), 0.9)
    assert np.quantile(told, 0.9) == pytest.approx(true, rel=0.05)
    assert np.quantile(seen, 0.9) > 1.15 * true


def test_what_looks_like_noise_never_takes_a_miss_away() -> None:
    # an aircraft that circles, seen each 30 s, scatters about its lines by more than it is missed by
    assert true_score(100.0, 400.0, 50.0) == pytest.approx(2.0 * 0.5**0.5)


PERIOD_S = 5.0
SECONDS = np.arange(0.0, 900.0, PERIOD_S)
FAR_S = np.arange(0.0, 1000.0, PERIOD_S)
DRONE = CELLS.index("one_way_drone")


def restless(generator: np.random.Generator) -> Float64:
    """Return the places (n, 2) of a drone that turns each 80 s, more often than those calibrated on."""
    heading, left, side, places = generator.uniform(0.0, 2.0 * np.pi), 0.0, 1.0, np.zeros((len(FAR_S), 2))
    for k in range(1, len(FAR_S)):
        if left <= 0.0 and generator.random() < PERIOD_S / 80.0:
            left, side = generator.uniform(0.3, 1.5), generator.choice([-1.0, 1.0])
        turned = min(0.087 * PERIOD_S, left)
        left -= turned
        heading += side * turned + 0.0035 * PERIOD_S**0.5 * generator.normal()
        places[k] = places[k - 1] + 50.0 * PERIOD_S * np.array([np.sin(heading), np.cos(heading)])
    return places


@pytest.fixture(scope="module")
def sky() -> tuple[States, Float64]:
    """States of 40 such drones at once, and where each was at any time (40, n, 2), in degrees."""
    generator = np.random.default_rng(8)
    flown = np.array([on_earth(restless(generator)) for _ in range(40)])
    states = [states_of_place(SECONDS, flown[k, : len(SECONDS)], k, cell=DRONE) for k in range(40)]
    return merged(*states), flown


def covered(forecasts: Forecasts, states: States, flown: Float64, horizon_s: float, rows: NDArray[np.bool_]) -> float:
    """Return the share of rows whose radius holds where the track then is."""
    later = np.round((states.time_ns - START_NS) / 1e9 / PERIOD_S + horizon_s / PERIOD_S).astype(int)
    held = [
        miss_m(forecasts.latitude_deg[row, 0], forecasts.longitude_deg[row, 0], flown[states.track_id[row], later[row]])
        <= forecasts.radius_90_m[row, 0]
        for row in np.flatnonzero(rows)
    ]
    return float(np.mean(held))


def test_cones_heal_where_another_sky_flies_than_was_calibrated(sky: tuple[States, Float64]) -> None:
    states, flown = sky
    second = (states.time_ns - START_NS) / 1e9
    late = (second >= 400.0) & (second < 840.0)
    horizon = np.array([60.0])
    learning = Predictor().follow(states, horizon)
    fixed = Predictor(cones=shipped_cones()._replace(pace=np.zeros(2))).follow(states, horizon)
    assert covered(fixed, states, flown, 60.0, late) < 0.85
    assert 0.86 < covered(learning, states, flown, 60.0, late) < 0.94
    assert np.array_equal(fixed.latitude_deg, learning.latitude_deg)


def test_before_the_first_outcome_the_radius_is_that_of_the_calibration(sky: tuple[States, Float64]) -> None:
    states, _ = sky
    horizons = np.array([60.0, 600.0])
    learning = Predictor().follow(states, horizons)
    fixed = Predictor(cones=shipped_cones()._replace(pace=np.zeros(2))).follow(states, horizons)
    first = (states.time_ns - START_NS) / 1e9 < HORIZONS_S[0]
    assert np.isfinite(fixed.radius_90_m[first]).any()
    assert np.array_equal(learning.radius_90_m[first], fixed.radius_90_m[first], equal_nan=True)
    assert not np.array_equal(learning.radius_90_m[~first], fixed.radius_90_m[~first], equal_nan=True)


def test_two_wild_tracks_leave_the_cone_of_a_third_as_it_was_calibrated(sky: tuple[States, Float64]) -> None:
    states, flown = sky
    kept = states.track_id < 2
    wild = States(*(getattr(states, name)[kept] for name in States.__slots__))
    seconds = np.arange(850.0, 890.0, PERIOD_S)
    third = states_of_place(seconds, flown[5, : len(seconds)], 99, cell=DRONE)
    among, alone = Predictor(), Predictor()
    among.follow(wild)
    horizons = np.array(HORIZONS_S)
    one, other = (predictor.follow(third, horizons).radius_90_m[-1] for predictor in (among, alone))
    assert one == pytest.approx(other, rel=0.1)
