"""A straight course into a protected zone within three minutes is an advisory with its expected time."""

import pytest

from sargas.model.tracks import TrackStatus
from tests.assessment.flights import at, square, start, tracks_at

INBOUND = {"x": 10.0, "vx": -50.0}


def test_a_course_into_a_protected_zone_is_an_advisory_with_its_time() -> None:
    (alert,) = start().assess(tracks_at(0, INBOUND), at(0.5))
    assert (alert.alert_id, alert.tier, alert.state) == ("zone_predicted:plant:1:1", "advisory", "raised")
    assert alert.eta_ns == pytest.approx(at(100), abs=2e8)
    assert alert.reasons[0] == "on a straight course into Plant, 5.0 km and 100 s away"
    assert alert.reasons[2].startswith("50 m/s towards 270°")


@pytest.mark.parametrize(
    "other",
    [
        {"vx": 50.0},
        {"vx": -20.0},
        {"vx": 0.0, "vy": -50.0},
        {"altitude": 5000.0},
        {"vz": 40.0},
        {"vx": float("nan")},
        {"status": TrackStatus.TENTATIVE},
        {"status": TrackStatus.COASTING},
    ],
)
def test_no_advisory_for_a_course_that_does_not_lead_in(other: dict[str, float]) -> None:
    assert start().assess(tracks_at(0, INBOUND | other), at(0)) == ()


def test_a_descent_into_the_zone_counts_and_one_to_the_ground_does_not_leave_it() -> None:
    (descending,) = start().assess(tracks_at(0, INBOUND | {"altitude": 5000.0, "vz": -30.0}), at(0))
    assert descending.eta_ns == pytest.approx(at(100), abs=2e8)
    low = square("low", "protected", 0, 0, 5, floor_m=-50.0)
    (grounded,) = start((low,)).assess(tracks_at(0, INBOUND | {"altitude": 30.0, "vz": -5.0}), at(0))
    assert grounded.zone_id == "low"


def test_restricted_zones_and_borders_are_not_predicted() -> None:
    assert (
        start().assess(tracks_at(0, {"x": 60.0, "y": 50.0, "vx": -50.0}, {"id": 2, "x": 104, "vx": -50}), at(0)) == ()
    )


def test_the_expected_time_is_told_when_it_moves_by_five_seconds() -> None:
    entry = start()
    entry.assess(tracks_at(0, INBOUND), at(0))
    assert entry.assess(tracks_at(4, INBOUND | {"x": 9.8}), at(4)) == ()
    (sooner,) = entry.assess(tracks_at(8, INBOUND | {"x": 9.6, "vx": -60.0}), at(8))
    assert sooner.eta_ns == pytest.approx(at(8 + 4600 / 60), abs=2e8)
    assert sooner.alert_id == "zone_predicted:plant:1:1"


def test_entry_ends_the_prediction_and_is_critical() -> None:
    entry = start()
    entry.assess(tracks_at(0, INBOUND), at(0))
    entered, ended = entry.assess(tracks_at(104, INBOUND | {"x": 4.8}), at(104))
    assert (entered.rule, entered.tier, entered.state) == ("zone_entry", "critical", "raised")
    assert (ended.rule, ended.state, ended.reasons[0]) == ("zone_predicted", "ended", "the track is inside now")
    assert ended.eta_ns is None
    assert entry.active() == (entered,)


def test_a_track_just_out_of_the_zone_is_not_predicted_while_its_entry_is_an_alert() -> None:
    entry = start()
    entry.assess(tracks_at(0, {"x": 4.9}), at(0))
    assert entry.assess(tracks_at(4, INBOUND | {"x": 5.2}), at(4)) == ()


def test_a_prediction_ends_thirty_seconds_after_the_course_has_changed() -> None:
    entry = start()
    entry.assess(tracks_at(0, INBOUND), at(0))
    assert entry.assess(tracks_at(4, INBOUND | {"vx": 50.0}), at(4)) == ()
    assert entry.assess(tracks_at(8, INBOUND | {"x": 9.6}), at(8)) == ()
    assert entry.assess(tracks_at(12, INBOUND | {"vx": 50.0}), at(12)) == ()
    assert entry.assess(tracks_at(41, INBOUND | {"vx": 50.0}), at(41.9)) == ()
    (ended,) = entry.assess(tracks_at(42, INBOUND | {"vx": 50.0}), at(42))
    assert (ended.state, ended.reasons[0]) == ("ended", "for 30 s no longer on a course into the zone")
