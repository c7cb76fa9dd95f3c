"""Figures are what can be worked out by hand: for perfect tracks, shifted, lost, false, swapped ones."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.exercise.scoring.columns import Picture, Truth
from sargas.exercise.scoring.frames import build_frames
from sargas.exercise.scoring.report import plain, score_picture
from tests.exercise.scoring.stage import STEP_S, joined, keep, perfect, shifted, stage

TIMES = 12
WARM_UP_S = 8.0


def score(truth: Truth, picture: Picture) -> dict[str, Any]:
    report: dict[str, Any] = plain(score_picture(build_frames(truth, picture), truth, picture, WARM_UP_S))
    return report


@given(objects=st.integers(1, 12), order=st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_perfect_tracks_lose_nothing_in_whatever_order(objects: int, order: Any) -> None:
    truth = stage(objects, TIMES, ("one_way_drone", "bird"))
    rows = list(range(objects * TIMES))
    order.shuffle(rows)
    report = score(truth, keep(perfect(truth), rows))
    zero = ("gospa_per_target", "loc_rmse", "altitude_rmse", "velocity_rmse", "missed", "false", "spurious")
    assert [report[name] for name in zero] == pytest.approx([0.0] * len(zero), abs=1e-7)
    assert report["id_switches"] == report["siap"]["number_changes_per_object_minute"] == 0
    assert report["completeness"] == report["ambiguity"] == report["continuity"]["track_life_share"] == 1
    assert report["siap"]["longest_segment_share"] == report["field_trial"]["track_completeness"] == 1
    assert report["ospa"]["worst_m"] == pytest.approx(0.0, abs=1e-7)
    assert report["latency"]["all"] == {"objects": objects, "median_s": 0, "p90_s": 0, "worst_s": 0, "never": 0}


@given(offset_m=st.floats(1, 400), azimuth=st.floats(0, 6.28))
@settings(max_examples=20)
def test_a_shift_is_the_location_error_and_all_of_gospa(offset_m: float, azimuth: float) -> None:
    truth = stage(5, TIMES)
    picture = shifted(perfect(truth), offset_m * np.cos(azimuth), offset_m * np.sin(azimuth))
    report = score(truth, picture)
    for figure in (report["loc_rmse"], report["gospa_per_target"], report["ospa"]["mean_m"]):
        assert figure == pytest.approx(offset_m, rel=2e-3)
    assert report["siap"]["position_accuracy_m"] == pytest.approx(offset_m, rel=2e-3)


@given(lost=st.integers(0, 6), false=st.integers(0, 6))
@settings(max_examples=20)
def test_each_missed_and_each_false_costs_half_the_cut_off_squared(lost: int, false: int) -> None:
    truth = stage(6, TIMES)
    seen = keep(perfect(truth), truth.object_id >= lost)
    ghosts = keep(perfect(truth), truth.object_id < false)
    ghosts = shifted(Picture(states=ghosts.states, track_id=ghosts.track_id + 900), 0.0, 40e3)
    report = score(truth, joined(seen, ghosts))
    assert report["gospa_per_target"] == pytest.approx(np.sqrt(1000.0**2 / 2 * (lost + false) / 6), abs=1e-3)
    assert report["missed"] == pytest.approx(lost / 6)
    assert report["false"] == pytest.approx(false / 6)
    most = max(6, 6 - lost + false)
    assert report["ospa"]["mean_m"] == pytest.approx(1000.0 * np.sqrt((most - 6 + lost) / most), abs=1e-3)
    assert report["latency"]["one_way_drone"]["never"] == lost
    assert report["field_trial"]["false_tracks_per_hour"] == pytest.approx(false * 3600 / ((TIMES - 2) * STEP_S))


@given(swaps=st.lists(st.integers(3, TIMES - 1), unique=True, max_size=5))
@settings(max_examples=20)
def test_every_swap_of_two_numbers_is_two_switches(swaps: list[int]) -> None:
    truth = stage(4, TIMES)
    picture = perfect(truth)
    numbers = picture.track_id.copy()
    for swap in swaps:
        later = truth.states.time_ns >= truth.states.time_ns.min() + swap * int(STEP_S * 1e9)
        numbers[later & np.isin(numbers, (100, 101))] = 201 - numbers[later & np.isin(numbers, (100, 101))]
    report = score(truth, Picture(states=picture.states, track_id=numbers))
    minutes = 4 * (TIMES - 2) * STEP_S / 60
    assert report["continuity"]["changes"] == 2 * len(swaps)
    assert report["id_switches"] == pytest.approx(2 * len(swaps) / minutes)
    assert report["siap"]["number_changes_per_object_minute"] == pytest.approx(report["id_switches"])


def test_a_gap_costs_continuity_but_is_no_switch() -> None:
    truth = stage(1, TIMES)
    age = np.arange(TIMES)
    report = score(truth, keep(perfect(truth), (age != 5) & (age != 6)))
    life = report["continuity"]
    assert (life["changes"], life["track_life_share"]) == (0, pytest.approx(8 / 10))
    assert life["gaps_per_object_minute"] == pytest.approx(60 / (10 * STEP_S))
    assert report["siap"]["longest_segment_share"] == pytest.approx(5 / 10)
    assert report["field_trial"]["track_continuity"] == pytest.approx(1 / 2)


def test_a_track_of_an_object_not_yet_observable_is_neither_good_nor_bad() -> None:
    truth = stage(2, TIMES)
    truth.observable[truth.object_id == 1] = False
    report = score(truth, perfect(truth))
    assert (report["false"], report["siap"]["spuriousness"], report["latency"]["all"]["objects"]) == (0, 0, 1)


def test_each_kind_is_scored_on_its_own() -> None:
    truth = stage(6, TIMES, ("one_way_drone", "bird"))
    picture = shifted(perfect(truth), np.where(truth.kind == "bird", 100.0, 0.0))
    kinds = score(truth, keep(picture, truth.object_id != 0))["by_kind"]
    assert kinds["bird"]["loc_rmse"] == pytest.approx(100.0, rel=2e-3)
    assert kinds["bird"]["missed"] == 0
    assert kinds["one_way_drone"]["loc_rmse"] == pytest.approx(0.0, abs=1e-7)
    assert kinds["one_way_drone"]["missed"] == pytest.approx(1 / 3)
    assert kinds["one_way_drone"]["latency"]["never"] == 1
    assert "false" not in kinds["bird"]


def test_no_tracks_at_all_is_a_score_and_fits_json() -> None:
    truth = stage(3, TIMES)
    report = score(truth, keep(perfect(truth), slice(0, 0)))
    assert report["gospa_per_target"] == pytest.approx(np.sqrt(1000.0**2 / 2))
    assert report["loc_rmse"] is report["ambiguity"] is report["confirmation_median_s"] is None
    assert json.loads(json.dumps(report, allow_nan=False)) == report
