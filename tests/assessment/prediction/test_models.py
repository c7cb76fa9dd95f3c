"""The models that go by the velocity told: straight on, in the turn that it is in, and without one."""

import numpy as np
import pytest

from sargas.assessment.prediction.fits import FITS, measure_motion
from sargas.assessment.prediction.models import MODELS, predict_models
from sargas.assessment.prediction.outcomes import HORIZONS_S, TRACK, absorb_state
from sargas.model.columns import Float64
from tests.assessment.prediction.states import START_NS, on_earth

TOLD, TURN = MODELS.index("told"), MODELS.index("told-turn-ends")
SPEED_MPS, RATE = 50.0, np.radians(3.0)


def places_after(plane: Float64, velocity: Float64, horizon_s: float, period_s: float = 4.0) -> Float64:
    """Return what the models say of a track (n, 2) from its last place, in metres."""
    tracks, judged = np.zeros(1, TRACK), np.empty((len(HORIZONS_S), 4))
    ahead = np.empty((len(HORIZONS_S), len(MODELS)))
    for k, place in enumerate(on_earth(plane)):
        time_ns = START_NS + int(k * period_s * 1e9)
        absorb_state(tracks[0], time_ns, np.array([*place, 500.0]), np.array([*velocity[k], 0.0]), judged, ahead)
    fits, places = np.zeros(FITS), np.zeros((len(MODELS) + 1, 2))
    measure_motion(tracks[0], fits)
    predict_models(tracks[0], fits, horizon_s, places)
    found: Float64 = places - tracks[0]["last"][0, 1:3]
    return found


def turning(seconds: Float64) -> tuple[Float64, Float64]:
    """Return places and velocities of a constant turn to the left, east at second 0."""
    angle = RATE * seconds
    radius_m = SPEED_MPS / RATE
    place = radius_m * np.column_stack([np.sin(angle), 1.0 - np.cos(angle)])
    return place, SPEED_MPS * np.column_stack([np.cos(angle), np.sin(angle)])


def test_the_velocity_told_is_taken_straight_on_from_the_last_place() -> None:
    generator = np.random.default_rng(1)
    place = np.column_stack([4.0 * SPEED_MPS * np.arange(12.0), np.zeros(12)]) + 20.0 * generator.normal(size=(12, 2))
    velocity = np.tile([SPEED_MPS, 0.0], (12, 1))
    velocity[-1] = [0.0, 30.0]
    assert places_after(place, velocity, 60.0)[TOLD] == pytest.approx([0.0, 1800.0], abs=1.0)


def test_a_turn_told_goes_on_for_some_seconds_and_ends() -> None:
    place, velocity = turning(4.0 * np.arange(12.0))
    places = places_after(place, velocity, 4.0)
    on, _ = turning(np.array([44.0, 48.0]))
    straight_m = np.hypot(*(places[TOLD] - (on[1] - on[0])))
    assert np.hypot(*(places[TURN] - (on[1] - on[0]))) < 0.3 * straight_m
    # in the end it has turned by the rate times the time constant
    ahead = places_after(place, velocity, 600.0)[TURN] - places_after(place, velocity, 599.0)[TURN]
    assert np.arctan2(ahead[1], ahead[0]) == pytest.approx(RATE * (44.0 + 8.0), abs=0.03)


def test_without_velocities_they_are_those_of_the_short_curve() -> None:
    place, velocity = turning(4.0 * np.arange(12.0))
    places = places_after(place, np.full_like(velocity, np.nan), 60.0)
    assert places[TOLD] == pytest.approx(places[MODELS.index("curve-10")])
    assert np.isfinite(places).all()
