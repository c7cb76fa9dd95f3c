"""Ensembles follow the wind of each height, spread as the doubt of the wind says, and are the same in every run."""

import numpy as np
import pytest
import shapely

from sargas.assessment.drift.draws import Draws
from sargas.assessment.drift.drifters import Drifters
from sargas.assessment.drift.ensemble import Ensemble, Start, drift
from sargas.assessment.drift.heights import Vertical
from sargas.assessment.drift.regions import area_km2, region_of
from sargas.model.columns import NS_PER_S
from tests.assessment.drift.winds import PLANE, START_NS, fly, seen, table

FLOATS = Vertical(2000.0, 20.0, 0.0, 0.1)


def run(drifters: Drifters, vertical: Vertical = FLOATS, seed: int = 1) -> Ensemble:
    start = Start(0.0, 0.0, 50.0**2 * np.eye(2), vertical, 0.0)
    return drift(start, drifters.pool(), drifters.told, Draws.of(seed, START_NS))


def with_table(**fields: float) -> Drifters:
    drifters = Drifters(PLANE)
    drifters.hear(table(**fields), START_NS)
    return drifters


def test_a_floating_balloon_goes_with_the_wind_of_its_height() -> None:
    found = run(with_table(east_mps=10.0, shear=2.0))
    aloft = found.aloft[:, 30] > 0.0
    assert found.x_m[aloft, 30].mean() == pytest.approx(1800.0 * 14.0, rel=0.03)
    assert found.y_m[aloft, 30].mean() == pytest.approx(0.0, abs=800.0)


def test_it_spreads_as_the_doubt_of_the_wind_says() -> None:
    found = run(with_table(east_mps=10.0))
    aloft = (found.aloft[:, 50] > 0.0) & (found.altitude_m[:, 50] > 1500.0)
    wide, fine = 2.5 * 3000.0, 1.2 * 2200.0
    assert found.y_m[aloft, 50].std() == pytest.approx(np.hypot(wide, fine), rel=0.2)


def test_a_balloon_that_was_seen_is_known_better_than_the_table_has_it() -> None:
    drifters = with_table(east_mps=10.0)
    end_ns = fly(drifters, (14.0, -3.0, 0.0), seconds=900)
    [drifted] = drifters.refresh(end_ns)
    ahead = drifted.ensemble
    start = drifted.start
    stays = ahead.altitude_m[:, 10] > 1800.0  # who falls comes into layers that nobody has seen
    assert (ahead.x_m[stays, 10].mean() - start.x_m) / 600.0 == pytest.approx(14.0, abs=0.8)
    assert (ahead.y_m[stays, 10].mean() - start.y_m) / 600.0 == pytest.approx(-3.0, abs=0.8)
    table_alone = run(with_table(east_mps=10.0))
    assert ahead.y_m[:, 10].std() < 0.6 * table_alone.y_m[:, 10].std()


def test_without_tables_it_drifts_as_it_drifted_so_far() -> None:
    drifters = Drifters(PLANE)
    end_ns = fly(drifters, (14.0, -3.0, 0.0), seconds=600)
    [drifted] = drifters.refresh(end_ns)
    assert not drifters.wind
    gone = drifted.ensemble.x_m[:, 10].mean() - drifted.start.x_m
    assert gone / 600.0 == pytest.approx(14.0, abs=1.0)


def test_one_balloon_tells_the_wind_to_the_next() -> None:
    drifters = with_table(east_mps=10.0)
    fly(drifters, (14.0, -3.0, 0.0), seconds=900)
    alone = run(with_table(east_mps=10.0), seed=2)
    told = run(drifters, seed=2)
    assert told.x_m[:, 30].mean() > alone.x_m[:, 30].mean() + 1800.0 * 2.0
    assert told.y_m[:, 30].std() < alone.y_m[:, 30].std()


def test_the_same_track_at_the_same_time_has_the_same_ensemble() -> None:
    first, second, other = (run(with_table(east_mps=10.0), seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(first.x_m, second.x_m)
    assert not np.array_equal(first.x_m, other.x_m)


def test_a_region_holds_its_share_and_little_more() -> None:
    rng = np.random.default_rng(5)
    shares, areas = [], []
    for _ in range(40):
        x, y = rng.multivariate_normal([0.0, 0.0], [[4e6, 2e6], [2e6, 2e6]], 256).T
        ring = region_of(x, y, 0.9)
        tx, ty = rng.multivariate_normal([0.0, 0.0], [[4e6, 2e6], [2e6, 2e6]], 400).T
        shares.append(shapely.contains_xy(shapely.Polygon(ring), tx, ty).mean())
        areas.append(area_km2(ring))
    assert 0.86 < np.mean(shares) < 0.94
    ellipse_km2 = np.pi * 2.0 * np.log(10.0) * 2.0
    assert np.mean(areas) < 1.2 * ellipse_km2


def test_of_many_some_are_drifted_each_tick_and_all_in_turn() -> None:
    drifters = with_table(east_mps=10.0)
    for track_id in range(1, 6):
        end_ns = fly(drifters, (10.0, 0.0, 0.0), track_id=track_id, start_m=(5000.0 * track_id, 0.0, 2000.0))
    turns = [[one.drifter.followed.track_id for one in drifters.refresh(end_ns + k * NS_PER_S)] for k in range(4)]
    assert turns == [[1], [2], [3], [4]]


def test_what_flies_against_the_wind_is_no_drifter() -> None:
    drifters = with_table(east_mps=10.0)
    fly(drifters, (-20.0, 5.0, 0.0), balloon=0.6)
    assert not drifters.by_track[1].is_drifter
    fly(drifters, (10.5, 0.5, 0.0), track_id=2, balloon=0.3)
    assert drifters.by_track[2].is_drifter


def test_a_lost_balloon_found_again_is_the_same() -> None:
    drifters = with_table(east_mps=10.0)
    end_ns = fly(drifters, (10.0, 0.0, 0.0), seconds=400)
    drifters.refresh(end_ns)
    drifters.lose(set(), end_ns + 60 * NS_PER_S)
    assert 1 in drifters.by_track, "the wind goes on with it"
    seconds = 400 + 300
    for second in range(seconds, seconds + 200, 20):
        row = seen(9, float(second), (10.0 * second, 0.0, 2000.0), (10.0, 0.0, 0.0))
        drifters.see([row], START_NS + second * NS_PER_S)
    assert drifters.adopt(drifters.by_track[9], START_NS + (seconds + 200) * NS_PER_S) == 1
    assert 1 not in drifters.by_track


def test_new_tables_weigh_the_evidence_anew() -> None:
    drifters = with_table(east_mps=10.0)
    end_ns = fly(drifters, (10.0, 0.0, 0.0))
    before = drifters.by_track[1].evidence
    drifters.hear(table(-15.0, 10.0), end_ns)
    assert before > 1.0
    assert drifters.by_track[1].evidence < -2.0
