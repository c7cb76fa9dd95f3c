"""Tracks become frame columns: units, marks, error ellipses, and no class that is not probable."""

from dataclasses import replace

import numpy as np
import pytest

from sargas.console.track_rows import ALTITUDE_UNKNOWN, Affiliation, StatusBit, Threat, ellipse, frame_columns
from sargas.model.columns import PlotFlag
from sargas.model.tracks import CLASSES, UP_VARIANCE, TrackStatus
from tests.console.node import NOW_NS, make_tracks


def test_course_is_clockwise_from_north_and_speed_is_over_ground() -> None:
    tracks = make_tracks(
        [1, 2, 3, 4],
        velocity_east_mps=np.array([0.0, 30.0, 0.0, -40.0]),
        velocity_north_mps=np.array([10.0, 0.0, -5.0, 30.0]),
    )
    columns = frame_columns(tracks, NOW_NS, {}, {})
    assert columns["course_code"].tolist() == [0, 16384, 32768, 55864]  # 306.87 degrees
    assert columns["speed_dmps"].tolist() == [100, 300, 50, 500]


def test_a_height_that_is_nearly_open_or_below_all_ground_is_unknown_and_its_climb_too() -> None:
    covariance = np.zeros((5, 21))
    covariance[:, UP_VARIANCE] = np.array([20.0, 990.0, 1010.0, 300.0, 2000.0]) ** 2
    covariance[0] = np.nan
    height_m = np.array([150.0, -50.0, 1500.0, -877.0, -7235.0])
    tracks = make_tracks([1, 2, 3, 4, 5], altitude_m=height_m, velocity_up_mps=np.full(5, 3.0))
    columns = frame_columns(replace(tracks, covariance=covariance), NOW_NS, {}, {})
    assert columns["altitude_code"].tolist() == [1150, 950, *[ALTITUDE_UNKNOWN] * 3]
    assert columns["vertical_rate_dmps"].tolist() == [30, 30, 0, 0, 0]


def test_nothing_is_called_friend_or_foe_before_it_is_identified() -> None:
    columns = frame_columns(make_tracks([1, 2], icao_address=np.array([0x503001, -1], np.int32)), NOW_NS, {}, {})
    assert set(columns["affiliation"]) == {Affiliation.UNKNOWN}


def test_a_class_is_shown_only_when_it_is_probable() -> None:
    probabilities = np.zeros((3, len(CLASSES)), np.float32)
    probabilities[0, CLASSES.index("one_way_drone")] = 0.8
    probabilities[1] = 1.0 / len(CLASSES)
    probabilities[2] = np.nan
    columns = frame_columns(make_tracks([1, 2, 3], class_probabilities=probabilities), NOW_NS, {}, {})
    assert columns["type"].tolist() == [1 + CLASSES.index("one_way_drone"), 0, 0]


def test_status_holds_the_life_of_the_track_and_its_marks() -> None:
    tracks = make_tracks(
        [1, 2, 3],
        status=np.array([TrackStatus.CONFIRMED, TrackStatus.COASTING, TrackStatus.CONFIRMED], np.uint8),
        flags=np.array([PlotFlag.SIMULATED, PlotFlag.FIELD_MONITOR | PlotFlag.ON_GROUND, 0], np.uint16),
        mode_3a=np.array([-1, 0o1234, -1], np.int16),
        icao_address=np.array([-1, -1, 0x503001], np.int32),
    )
    assert frame_columns(tracks, NOW_NS, {}, {})["status"].tolist() == [
        TrackStatus.CONFIRMED | StatusBit.SIMULATED,
        TrackStatus.COASTING | StatusBit.TEST | StatusBit.ON_GROUND | StatusBit.TRANSPONDER,
        TrackStatus.CONFIRMED | StatusBit.TRANSPONDER,
    ]


def test_threat_is_the_tier_of_the_standing_alert() -> None:
    threats = {2: Threat.CRITICAL, 3: Threat.ADVISORY, 9: Threat.CRITICAL}
    columns = frame_columns(make_tracks([1, 2, 3]), NOW_NS, threats, {})
    assert columns["threat"].tolist() == [0, 2, 1]


def test_what_nothing_is_known_of_is_unknown() -> None:
    columns = frame_columns(make_tracks([1, 2, 3]), NOW_NS, {}, {2: Affiliation.SUSPECT, 9: Affiliation.FRIEND})
    assert columns["affiliation"].tolist() == [Affiliation.UNKNOWN, Affiliation.SUSPECT, Affiliation.UNKNOWN]


def test_age_counts_half_seconds_and_stays_in_its_byte() -> None:
    ages_s = np.array([0.0, 0.6, 12.0, 900.0])
    tracks = make_tracks([1, 2, 3, 4], update_time_ns=NOW_NS - (ages_s * 1e9).astype(np.int64))
    assert frame_columns(tracks, NOW_NS, {}, {})["age_half_s"].tolist() == [0, 1, 24, 255]


def test_vertical_rate_stays_in_its_range_and_unknown_is_zero() -> None:
    tracks = make_tracks([1, 2, 3], velocity_up_mps=np.array([-12.34, 9000.0, np.nan]))
    assert frame_columns(tracks, NOW_NS, {}, {})["vertical_rate_dmps"].tolist() == [-123, 32767, 0]


@pytest.mark.parametrize("bearing_deg", [0.0, 30.0, 90.0, 135.0])
def test_the_ellipse_has_the_axes_and_the_bearing_of_the_covariance(bearing_deg: float) -> None:
    along = np.array([np.sin(np.radians(bearing_deg)), np.cos(np.radians(bearing_deg))])
    across = np.array([along[1], -along[0]])
    horizontal = 300.0**2 * np.outer(along, along) + 40.0**2 * np.outer(across, across)
    covariance = np.zeros((1, 21))
    covariance[0, [0, 1, 6]] = horizontal[0, 0], horizontal[0, 1], horizontal[1, 1]
    major, minor, bearing = ellipse(covariance)
    assert major[0] == pytest.approx(300.0)
    assert minor[0] == pytest.approx(40.0)
    assert bearing[0] == pytest.approx(bearing_deg, abs=1e-6)


def test_an_unknown_covariance_draws_no_ellipse() -> None:
    columns = frame_columns(make_tracks([1]), NOW_NS, {}, {})
    assert columns["sigma_major_code"].tolist() == [0]
