"""What happens to track numbers is told: an aircraft that comes back, under its old number."""

from __future__ import annotations

from sargas.model.records import TrackEvent
from tests.picture.aircraft import LABEL, START_S, Sky


def test_an_aircraft_that_comes_back_is_told_as_stitched() -> None:
    sky = Sky(first_track_number=7)
    for second in range(1, 20):
        sky.hear(START_S + second, x4ca001=(0.0, 50.0 * second, 0.0, 50.0))
        sky.tick(START_S + second)
    for second in range(20, 120):
        sky.tick(START_S + second)
    for second in range(120, 125):
        sky.hear(START_S + second, x4ca001=(0.0, 50.0 * second, 0.0, 50.0))
        sky.tick(START_S + second)
    (event,) = [m for m in sky.messages if isinstance(m, TrackEvent)]
    assert event.event == "stitched"
    assert event.track_ids[0] == 7
    assert event.gap_s is not None
    assert 95.0 < event.gap_s < 105.0
    assert event.label == LABEL
