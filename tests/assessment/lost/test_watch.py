"""Where a watched track was for some minutes, and what persons see of one, also across 180 degrees."""

from __future__ import annotations

import numpy as np
import pytest

from sargas.assessment.lost.sightings import SectorReport
from sargas.assessment.lost.watch import Watch
from sargas.model.columns import NS_PER_S
from sargas.model.tracks import Tracks, TrackStatus
from tests.assessment.lost.scene import LABEL, START_S


@pytest.mark.parametrize("home_deg", [24.0, 180.0, -180.0])
def test_the_anchor_is_where_the_track_was_on_either_side_of_180_degrees(home_deg: float) -> None:
    watch, rows = Watch(), np.zeros(1, np.int64)
    for second in range(60):
        longitude = home_deg + 0.02 * np.sin(0.2 * second)
        longitude -= 360.0 * np.rint(longitude / 360.0)
        now_ns = (START_S + second) * NS_PER_S
        one, still = np.full(1, now_ns), np.zeros(1)
        tracks = Tracks.of(
            label=LABEL, track_id=np.array([7]), time_ns=one, update_time_ns=one, latitude_deg=np.full(1, 55.0),
            longitude_deg=np.full(1, longitude), altitude_m=still, velocity_east_mps=still, velocity_north_mps=still,
            velocity_up_mps=still, status=np.full(1, TrackStatus.CONFIRMED, np.uint8),
        )  # fmt: skip
        watch = watch.refreshed(tracks, rows, np.full(1, 0.6), now_ns)
    latitude, longitude = watch.anchor[0]
    assert latitude == pytest.approx(55.0)
    assert -180.0 <= longitude <= 180.0
    assert abs((longitude - home_deg + 180.0) % 360.0 - 180.0) < 0.02


def test_who_points_across_180_degrees_points_at_what_is_there() -> None:
    report = SectorReport(55.0, 179.99, START_S * NS_PER_S, 90.0, 5.0, None)
    east, west = report.log_likelihood(np.full(2, 55.0), np.array([-179.99, 179.97]), START_S * NS_PER_S)
    assert east > west + 1.0
