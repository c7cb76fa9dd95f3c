"""The calibration of human reports finds the figures under which its cases were drawn."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.reporting.learn import Case, learn
from sargas.identification.reports.figures import CalibrationFigures
from sargas.identification.reports.meaning import calibrate


def test_what_makes_the_shares_come_true_is_learnt() -> None:
    rng, true, cases = np.random.default_rng(8), CalibrationFigures(power=1.6, track=0.7), []
    for _ in range(1500):
        parts = rng.dirichlet(np.full(5, 0.6))
        tracks, untracked, nothing = calibrate(parts[:3], parts[3], parts[4], true)
        came = int(rng.choice(5, p=np.r_[tracks, untracked, nothing]))
        cases.append(Case(parts[:3], parts[3], parts[4], came if came < 3 else came - 5))
    found = learn(cases)
    assert found.power == pytest.approx(1.6, abs=0.15)
    assert found.track == pytest.approx(0.7, abs=0.2)
