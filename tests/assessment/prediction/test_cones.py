"""Cones: the finite-sample quantile, silence below thirty tracks, and files of them."""

import json

import numpy as np
import pytest

from sargas.assessment.prediction.cones import (
    AGES,
    CELLS,
    LEAST_TRACKS,
    REGIMES,
    SEEING,
    conformal_factor,
    empty_cones,
    read_cones,
    stage_of,
    write_cones,
)
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.model.tracks import CLASSES


def test_the_factor_is_the_finite_sample_quantile() -> None:
    # ceil(100 x 0.9) = 90th of 99
    assert conformal_factor(np.arange(99.0, 0.0, -1.0)) == 90.0
    # ceil(31 x 0.9) = 28th of 30
    assert conformal_factor(np.arange(1.0, 31.0)) == 28.0


def test_fewer_than_thirty_tracks_give_no_factor() -> None:
    assert np.isnan(conformal_factor(np.ones(LEAST_TRACKS - 1)))
    assert conformal_factor(np.ones(LEAST_TRACKS)) == 1.0


def test_exchangeable_scores_are_covered_nine_times_of_ten() -> None:
    generator = np.random.default_rng(3)
    held = [
        np.mean(generator.gamma(2.0, size=200) <= conformal_factor(generator.gamma(2.0, size=60))) for _ in range(400)
    ]
    assert 0.895 <= np.mean(held) <= 0.91  # 55 of 61 expected


def test_cones_are_written_and_read_again() -> None:
    cones = empty_cones()
    cones.factor[3], cones.tracks[3] = [1.0, 1.5, 2.0, np.nan, 1.0, 1.0], [40, 40, 40, 12, 40, 40]
    again = read_cones(write_cones(cones, "made for a test"))
    assert np.array_equal(again.factor, cones.factor, equal_nan=True)
    assert np.array_equal(again.tracks, cones.tracks)


def test_one_row_of_factors_counts_for_all_ages() -> None:
    row = [1.0, 1.1, 1.2, 1.3, 1.4, None]
    text = json.dumps({"horizons_s": list(HORIZONS_S), "cells": {"bird": {"factor": row, "tracks": [40] * 5 + [12]}}})
    found = read_cones(text).factor[CELLS.index("bird")]
    assert found.shape == (AGES, len(HORIZONS_S))
    assert (found[:, :5] == row[:5]).all()
    assert np.isnan(found[:, 5]).all()


def test_ages_follow_each_other() -> None:
    assert [stage_of(age_s) for age_s in (0.0, 19.9, 20.0, 59.0, 60.0, 200.0, 420.0, 9000.0)] == [
        0,
        0,
        1,
        1,
        2,
        3,
        4,
        4,
    ]


def test_cones_of_other_horizons_ages_or_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="sargas calibrate"):
        read_cones(json.dumps({"horizons_s": [1.0], "cells": {}}))
    with pytest.raises(ValueError, match="for the ages"):
        read_cones(json.dumps({"horizons_s": list(HORIZONS_S), "ages_s": [5.0], "cells": {}}))
    text = write_cones(empty_cones(), "").replace('"cells": {}', '"cells": {"zeppelin": {}}')
    with pytest.raises(ValueError, match="zeppelin"):
        read_cones(text)


def test_every_class_and_way_of_moving_has_a_cell() -> None:
    seeing = (*CLASSES, *REGIMES, "on a route", *(f"{name} on a route" for name in CLASSES))
    assert seeing == SEEING
    assert (*seeing, *(f"{name}, no velocity" for name in seeing)) == CELLS
    assert len(set(CELLS)) == len(CELLS)
