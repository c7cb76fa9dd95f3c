"""Existence: misses count only where somebody looks, and clutter confirms as little as promised."""

import numpy as np

from sargas.model.tracks import TrackStatus
from sargas.tracking.tracker import Tracker
from tests.tracking.scene import ORIGIN, Flight, at_ns, radar, see

NEAR = radar("near", scan_period_s=2.0, max_range_m=60e3)
FAR = radar("far", 56.3, 25.2, scan_period_s=2.0, max_range_m=200e3)
FLIGHT = Flight((30e3, 20e3, 2500.0), (60.0, 0.0, 0.0))


def score(tracker: Tracker) -> float:
    return float(tracker._state.book["score"][0])


def followed(sensors: list[object] | None = None) -> Tracker:
    tracker = Tracker([NEAR, FAR], ORIGIN)
    for scan in range(8):
        tracker.update(see(NEAR, [FLIGHT], 2.0 * scan, scan))
        tracker.advance(at_ns(2.0 * scan + 1.0))
    return tracker


def test_a_radar_that_looks_and_sees_nothing_lowers_the_score() -> None:
    tracker = followed()
    before = score(tracker)
    for second in range(17, 26):
        tracker.hear("near", at_ns(float(second)))
        tracker.advance(at_ns(float(second)))
    assert score(tracker) < before - 3.0


def test_a_radar_that_is_silent_itself_says_nothing() -> None:
    tracker = followed()
    before = score(tracker)
    for second in range(17, 26):
        tracker.advance(at_ns(float(second)))
    assert score(tracker) == before


def test_a_radar_that_cannot_see_that_low_says_nothing() -> None:
    low = Flight((30e3, 20e3, 160.0), (60.0, 0.0, 0.0))
    distant = radar("distant", 57.6, 24.0, scan_period_s=2.0, max_range_m=300e3)
    tracker = Tracker([NEAR, distant], ORIGIN)
    for scan in range(8):
        tracker.update(see(NEAR, [low], 2.0 * scan, scan))
        tracker.hear("distant", at_ns(2.0 * scan + 1.0))
        tracker.advance(at_ns(2.0 * scan + 1.0))
    looks = tracker._state.book["look"][0]
    before = score(tracker)
    for second in range(16, 26):
        tracker.hear("distant", at_ns(float(second)))
        tracker.advance(at_ns(float(second)))
    assert before - score(tracker) < 0.2
    assert (looks["site"] >= 0).any()


def test_where_everybody_looks_and_nobody_sees_a_track_goes() -> None:
    tracker = followed()
    status = TrackStatus.CONFIRMED
    for second in range(17, 60):
        for name in ("near", "far"):
            tracker.hear(name, at_ns(float(second)))
        for row in tracker.advance(at_ns(float(second))).status.tolist():
            status = row
        if status == TrackStatus.DROPPED:
            break
    assert status == TrackStatus.DROPPED
    assert second < 45


def test_detection_probability_is_counted_where_the_tracks_are() -> None:
    tracker, rng = Tracker([NEAR], ORIGIN), np.random.default_rng(2)
    flights = [Flight((10e3 + 1500.0 * i, 12e3, 2500.0), (40.0, 10.0 * (i % 3), 0.0)) for i in range(12)]
    for scan in range(60):
        plots = see(NEAR, flights, 2.0 * scan, scan, rng)
        tracker.update(plots.take(rng.random(len(plots)) < 0.55))
        tracker.advance(at_ns(2.0 * scan + 1.0))
    counted = tracker.sites.table["pd"][0]
    used = counted[:, 1] > 60
    assert used.any()
    np.testing.assert_allclose(counted[used, 0] / counted[used, 1], 0.55, atol=0.1)
