"""The standard atmosphere agrees with the tables of ICAO Doc 7488 and turns back."""

import numpy as np
import pytest

from sargas.assessment.drift.atmosphere import altitude_of_pressure, log_pressure

TABLE = ((0.0, 1013.25), (1500.0, 845.56), (5500.0, 505.07), (11_000.0, 226.32), (16_000.0, 102.87), (24_000.0, 29.30))
"""Geopotential height (m) and pressure (hPa), ICAO Doc 7488/3, table 4."""


@pytest.mark.parametrize(("height_m", "pressure_hpa"), TABLE)
def test_pressures_are_those_of_the_table(height_m: float, pressure_hpa: float) -> None:
    assert 1013.25 * np.exp(log_pressure(height_m)) == pytest.approx(pressure_hpa, rel=2e-3)
    assert altitude_of_pressure(pressure_hpa) == pytest.approx(height_m, abs=20.0)


def test_heights_turn_back() -> None:
    heights = np.linspace(-300.0, 40_000.0, 200)
    assert altitude_of_pressure(1013.25 * np.exp(log_pressure(heights))) == pytest.approx(heights, abs=0.01)
