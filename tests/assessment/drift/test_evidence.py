"""What goes with the wind and what does not: the evidence speaks both ways, and says nothing without looks."""

import numpy as np
import pytest

from sargas.assessment.drift.evidence import MOST_EVIDENCE, drift_probability, wind_consistency
from sargas.assessment.drift.layer_wind import Points


def looks(n: int = 3) -> Points:
    z = np.full(n, 2000.0)
    times = 120.0 * np.arange(n)
    return Points(np.zeros(n), np.zeros(n), z, times, np.tile([9.0, 4.0], (n, 1)), np.full(n, 2.5))


def test_what_goes_with_the_wind_speaks_for_it_and_what_does_not_against() -> None:
    noise = np.full(3, 1.0)
    assert wind_consistency(looks(), np.tile([9.5, 3.0], (3, 1)), noise) > 2.0
    assert wind_consistency(looks(), np.tile([-25.0, 10.0], (3, 1)), noise) == -MOST_EVIDENCE


def test_more_looks_at_one_layer_say_little_more() -> None:
    few, many = (
        wind_consistency(looks(n), np.tile([10.0, 4.0], (n, 1)), np.full(n, 1.0)) for n in (2, 8)
    )  # fmt: skip
    assert few < many + 1.0
    assert many < few + 3.0


def test_no_looks_no_evidence() -> None:
    assert wind_consistency(looks(0), np.zeros((0, 2)), np.zeros(0)) == 0.0


def test_evidence_moves_the_class_and_never_to_certainty() -> None:
    assert drift_probability(0.5, 0.0) == pytest.approx(0.5)
    assert drift_probability(0.5, 3.0) > 0.95
    assert drift_probability(0.5, -3.0) < 0.05
    assert 0.0 < drift_probability(0.0, MOST_EVIDENCE) < 0.01
