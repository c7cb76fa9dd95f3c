"""What is read out is the state in geodetic position and local axes, exactly."""

import numpy as np
import pytest

from sargas.geo.enu import rotation_at
from sargas.tracking.ellipsoid import region_of, up_at
from sargas.tracking.imm import MODELS, allocate_work, move_model
from sargas.tracking.motion import unpack
from sargas.tracking.parameters import DEFAULT, as_record
from sargas.tracking.tracker import Tracker
from tests.tracking.scene import FRAME, ORIGIN, Flight, at_ns, radar, see, states


@pytest.fixture
def tracker() -> Tracker:
    """Track one flight 200 km from the origin, where the local axes differ much from the region's."""
    far = Flight((150e3, 130e3, 1500.0), (-120.0, 90.0, 0.0))
    made = Tracker([radar(latitude_deg=56.8, longitude_deg=25.5)], ORIGIN)
    for scan in range(6):
        made.update(see(radar(latitude_deg=56.8, longitude_deg=25.5), [far], 4.0 * scan, scan))
    return made


def test_position_velocity_and_covariance_turn_into_the_local_frame(tracker: Tracker) -> None:
    report = tracker.report(at_ns(20.0))
    x, p = tracker._state.bank["mean"][0].copy(), tracker._state.bank["cov"][0].copy()
    latitude, longitude, altitude = FRAME.geodetic_from_enu(x[:3])
    assert report.latitude_deg[0] == pytest.approx(float(latitude), abs=1e-10)
    assert report.longitude_deg[0] == pytest.approx(float(longitude), abs=1e-10)
    assert report.altitude_m[0] == pytest.approx(float(altitude), abs=1e-6)
    turn = rotation_at(float(latitude), float(longitude)) @ FRAME.rotation.T
    velocity = (report.velocity_east_mps[0], report.velocity_north_mps[0], report.velocity_up_mps[0])
    np.testing.assert_allclose(velocity, turn @ x[3:], atol=1e-9)
    both = np.kron(np.eye(2), turn)
    np.testing.assert_allclose(unpack(report.covariance[0]), both @ unpack(p) @ both.T, rtol=1e-9, atol=1e-6)


def test_a_prediction_is_the_mixture_of_all_models_each_moved_its_own_way(tracker: Tracker) -> None:
    bank, par, work = tracker._state.bank[0], as_record(DEFAULT), allocate_work()
    up = up_at(region_of(FRAME), *bank["mean"][:3])
    mean, second = np.zeros(6), np.zeros((6, 6))
    for j in range(MODELS):
        x, p = bank["x"][j].copy(), bank["p"][j].copy()
        move_model(x, p, j, 7.0, up, (0.0, 0.0, 0.0), par, work)
        mean += bank["mu"][j] * x
        second += bank["mu"][j] * (unpack(p) + np.outer(x, x))
    report = tracker.report(at_ns(27.0))
    np.testing.assert_allclose(states(report)[0], mean[:3], atol=1e-5)
    assert np.trace(unpack(report.covariance[0])) == pytest.approx(np.trace(second - np.outer(mean, mean)), rel=1e-3)


def test_a_report_does_not_disturb_the_track(tracker: Tracker) -> None:
    before = tracker.snapshot()
    tracker.report(at_ns(100.0))
    assert tracker.snapshot() == before


def test_altitude_is_not_the_height_above_the_region_plane(tracker: Tracker) -> None:
    assert tracker.report(at_ns(20.0)).altitude_m[0] - tracker._state.bank["mean"][0, 2] > 2_500.0
