"""Heights of members: who rises goes up to a ceiling, who falls comes down and stays down, who floats floats."""

import numpy as np
import pytest

from sargas.assessment.drift.draws import Draws
from sargas.assessment.drift.ensemble import AHEAD_S, MEMBERS
from sargas.assessment.drift.heights import CEILING_M, Vertical, draw_heights, phases_of


def heights(vertical: Vertical) -> tuple[np.ndarray, np.ndarray]:
    return draw_heights(vertical, MEMBERS, AHEAD_S, Draws.of(1, 5))


def test_the_phase_follows_the_rate_and_its_doubt() -> None:
    assert phases_of(Vertical(2000.0, 50.0, 4.5, 0.4)).rising > 0.99
    assert phases_of(Vertical(2000.0, 50.0, 0.0, 0.2)).floating > 0.99
    assert phases_of(Vertical(2000.0, 50.0, -6.0, 0.4)).falling > 0.99
    doubtful = phases_of(Vertical(2000.0, 50.0, 0.5, 3.0))
    assert min(doubtful) > 0.1
    assert sum(doubtful) == pytest.approx(1.0)


def test_the_rising_rise_at_their_rate_and_none_beyond_the_ceiling() -> None:
    found, aloft = heights(Vertical(1000.0, 30.0, 4.5, 0.3))
    assert np.median(found[:, 2]) == pytest.approx(1540.0, abs=60.0)
    assert found.max() <= CEILING_M[1]
    assert aloft[:, 1].all()


def test_the_falling_land_and_stay() -> None:
    found, aloft = heights(Vertical(2000.0, 30.0, -5.0, 0.4))
    assert (np.diff(found, axis=1) <= 1e-9).mean() > 0.99
    assert not aloft[:, 30].any()
    assert (found[:, 30:] == 0.0).all()
    assert np.median(np.argmin(aloft, axis=1)) == pytest.approx(2000.0 / 5.0 / 60.0, abs=2.0)


def test_one_that_rose_beyond_the_usual_may_rise_on() -> None:
    found, _ = heights(Vertical(15_000.0, 30.0, 5.0, 0.3))
    assert np.isfinite(found).all()
    assert found.max() > 16_000.0
