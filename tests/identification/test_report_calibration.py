"""The shares of a report are made to come true without changing which track fits best."""

from __future__ import annotations

import numpy as np
import pytest

from sargas.identification.reports.figures import FIGURES, CalibrationFigures
from sargas.identification.reports.meaning import calibrate

TRACKS = np.array([3.0, 1.0, 0.2])


@pytest.mark.parametrize("figures", [FIGURES.calibration, CalibrationFigures(power=1.7, track=-0.4)])
def test_shares_add_up_to_one_and_the_order_of_the_tracks_stays(figures: CalibrationFigures) -> None:
    tracks, untracked, nothing = calibrate(TRACKS, 0.5, 0.3, figures)
    assert tracks.sum() + untracked + nothing == pytest.approx(1.0)
    assert tracks[0] > tracks[1] > tracks[2] > 0.0


def test_a_power_of_one_changes_nothing_but_the_sum() -> None:
    tracks, untracked, nothing = calibrate(TRACKS, 0.5, 0.3, CalibrationFigures(power=1.0, track=0.0))
    assert tracks == pytest.approx(TRACKS / 5.0)
    assert (untracked, nothing) == (pytest.approx(0.1), pytest.approx(0.06))


def test_a_larger_power_makes_the_likely_likelier_and_log_odds_of_a_track_those_of_all_tracks() -> None:
    before, _, _ = calibrate(TRACKS, 0.5, 0.3, CalibrationFigures(power=1.0, track=0.0))
    sharper, _, _ = calibrate(TRACKS, 0.5, 0.3, CalibrationFigures(power=2.0, track=0.0))
    assert sharper[0] > before[0]
    assert sharper[2] < before[2]
    surer, untracked, nothing = calibrate(TRACKS, 0.5, 0.3, CalibrationFigures(power=1.0, track=1.0))
    assert np.log(surer.sum() / (untracked + nothing)) == pytest.approx(np.log(before.sum() / (1 - before.sum())) + 1.0)


def test_no_track_leaves_what_no_track_shows_and_nothing() -> None:
    tracks, untracked, nothing = calibrate(np.zeros(0), 0.5, 0.5)
    assert len(tracks) == 0
    assert (untracked, nothing) == (0.5, 0.5)
