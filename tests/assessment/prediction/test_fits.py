"""Fits: noise, velocities and circles are read off a track, and velocities that cannot be true are not believed."""

import numpy as np
import pytest

from sargas.assessment.prediction.fits import CIRCLE, CURVE, FITS, LINE, NOISE, measure_motion
from sargas.assessment.prediction.outcomes import TRACK
from sargas.assessment.prediction.past import append_state
from sargas.model.columns import Float64
from tests.assessment.prediction.states import START_NS, circle, on_earth, straight, velocity_of

NO_VELOCITY = np.full(3, np.nan)


def fits_of(seconds: Float64, place: Float64, velocity: Float64 | None = None) -> Float64:
    track, fits = np.zeros(1, TRACK), np.zeros(FITS)
    for k, second in enumerate(seconds):
        told = NO_VELOCITY if velocity is None else velocity[k]
        append_state(track[0], START_NS + round(second * 1e9), place[k, 0], place[k, 1], 500.0, told)
    measure_motion(track[0], fits)
    return fits


def east(seconds: Float64, speed_mps: float, noise_m: float = 0.0, seed: int = 1) -> Float64:
    noise = noise_m * np.random.default_rng(seed).normal(size=(len(seconds), 2))
    return on_earth(np.column_stack([speed_mps * seconds, 0.0 * seconds]) + noise)


@pytest.mark.parametrize("noise_m", [2.0, 10.0, 40.0])
def test_the_noise_of_places_is_measured(noise_m: float) -> None:
    fits = fits_of(np.arange(90.0), east(np.arange(90.0), 50.0, noise_m))
    assert fits[NOISE] == pytest.approx(noise_m, rel=0.4)


@pytest.mark.parametrize("rate_hz", [0.1, 1.0, 8.0])
def test_the_velocity_is_that_of_the_way_at_any_rate(rate_hz: float) -> None:
    seconds = np.arange(0.0, 90.0, 1.0 / rate_hz)
    fits = fits_of(seconds, east(seconds, 50.0))
    for at in (LINE + 2, LINE + 10, CURVE + 2, CURVE + 14):
        assert fits[at : at + 2] == pytest.approx([50.0, 0.0], abs=0.1)


def test_reported_velocities_sharpen_what_noisy_places_say() -> None:
    seconds = np.arange(60.0)
    place = east(seconds, 50.0, 25.0)
    without, told = fits_of(seconds, place), fits_of(seconds, place, velocity_of(90.0, 50.0, 60))
    assert abs(told[LINE + 6] - 50.0) < 0.2
    assert abs(told[LINE + 6] - 50.0) < abs(without[LINE + 6] - 50.0)


def test_velocities_that_the_way_contradicts_are_not_believed() -> None:
    seconds = np.arange(60.0)
    fits = fits_of(seconds, east(seconds, 50.0, 1.0), velocity_of(90.0, 80.0, 60))
    assert fits[NOISE + 2] > 20.0
    assert fits[LINE + 10] == pytest.approx(50.0, abs=2.0)


def test_a_drifting_circle_is_found() -> None:
    seconds = np.arange(90.0)
    fits = fits_of(seconds, circle(seconds, radius_m=150.0, period_s=40.0, drift_mps=3.0))
    assert fits[CIRCLE + 6] == pytest.approx(2.0 * np.pi / 40.0, rel=0.02)
    assert fits[CIRCLE + 2 : CIRCLE + 4] == pytest.approx([3.0, 0.0], abs=0.2)
    assert np.hypot(*fits[CIRCLE + 4 : CIRCLE + 6]) == pytest.approx(150.0, rel=0.05)


def test_a_straight_flight_has_no_circle() -> None:
    seconds = np.arange(90.0)
    assert fits_of(seconds, straight(seconds))[CIRCLE + 6] == 0.0
