"""What separates from a track is told as a split of it, once; what only comes near, or crosses, is not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from sargas.model.plots import Plots, concatenate
from sargas.model.records import Sensor
from sargas.model.tracks import TrackStatus
from sargas.tracking.tracker import TrackChange, Tracker
from tests.tracking.scene import ORIGIN, Flight, at_ns, radar, see

KAUNAS = radar("kaunas", 55.7, 23.5, clutter_per_scan=0.1)
RIGA = radar("riga", 56.5, 24.3, clutter_per_scan=0.1)
CELL_RANGE_M, CELL_AZIMUTH_DEG = 420.0, 1.0
"""What a radar with 70 m and 0.1 deg of noise resolves."""
LEADER = Flight((10e3, 20e3, 3000.0), (120.0, 40.0, 0.0))


def beside(flight: Flight, north_m: float, north_mps: float, time_s: float) -> Flight:
    """Return what flies along ``north_m`` to the north and moves away from ``time_s`` on."""
    (east, north, up), (vx, vy, vz) = flight.start, flight.velocity
    return Flight((east, north + north_m - north_mps * time_s, up), (vx, vy + north_mps, vz))


def resolve(sensor: Sensor, flights: Sequence[Flight], time_s: float, scan: int, rng: np.random.Generator) -> Plots:
    """Return the plots of one scan; two objects in one cell give one plot between them."""
    true = see(sensor, list(flights), time_s, scan)
    if len(flights) == 2:
        close = abs(true.range_m[0] - true.range_m[1]) < CELL_RANGE_M
        if close and abs(true.azimuth_deg[0] - true.azimuth_deg[1]) < CELL_AZIMUTH_DEG:
            points = np.mean([flight.start for flight in flights], axis=0), flights[0].velocity
            middle = np.mean([flight.at(time_s)[:3] for flight in flights], axis=0) - time_s * np.array(points[1])
            return see(sensor, [Flight(tuple(middle), points[1])], time_s, scan, rng)
    return concatenate([see(sensor, [flight], time_s, scan, rng) for flight in flights])


def fly(
    first: Flight, second: Flight | None, later: Flight, parted_s: float, *, sensors: tuple[Sensor, ...] = (KAUNAS,),
    seconds: int = 160, seed: int = 2,
) -> tuple[Tracker, list[TrackChange]]:  # fmt: skip
    """Fly ``first`` with ``second``, which from ``parted_s`` on flies as ``later``; return what was told."""
    tracker, rng, events = Tracker(sensors, ORIGIN), np.random.default_rng(seed), list[TrackChange]()
    for time_s in range(seconds):
        other = second if time_s < parted_s else later
        flights = [first] if other is None else [first, other]
        for k, sensor in enumerate(sensors):
            if time_s % 4 == k:
                tracker.update(resolve(sensor, flights, float(time_s), time_s, rng))
        tracker.advance(at_ns(time_s + 0.5))
        events += tracker.events()
    return tracker, events


@pytest.mark.parametrize("seed", range(6))
def test_two_aircraft_in_one_cell_that_separate_are_told_once_with_the_older_as_parent(seed: int) -> None:
    wing, away = beside(LEADER, 200.0, 0.0, 0.0), beside(LEADER, 200.0, 15.0, 60.0)
    tracker, events = fly(LEADER, wing, away, 60.0, seed=seed)
    assert [event.kind for event in events] == ["split"]
    older, younger = sorted(tracker.report(at_ns(160.0)).track_id.tolist())
    assert (events[0].kept, events[0].other) == (older, younger)
    assert at_ns(60.0) < events[0].time_ns < at_ns(160.0)
    assert events[0].gap_s == 0.0


def test_a_drone_released_from_a_carrier_is_a_split_of_it() -> None:
    carrier = Flight((20e3, 5e3, 4000.0), (110.0, 0.0, 0.0))
    drone = Flight((20e3 + 60 * 110.0 - 60 * 80.0, 5e3, 4000.0), (80.0, 0.0, 0.0))
    tracker, events = fly(carrier, None, drone, 60.0)
    assert [event.kind for event in events] == ["split"]
    assert (events[0].kept, events[0].other) == tuple(sorted(tracker.report(at_ns(160.0)).track_id.tolist()))


def test_what_begins_far_away_is_no_split() -> None:
    stranger = beside(LEADER, 8_000.0, 0.0, 0.0)
    tracker, events = fly(LEADER, None, stranger, 60.0)
    assert len(tracker.report(at_ns(160.0))) == 2
    assert events == []


def test_what_begins_near_but_flies_otherwise_is_no_split() -> None:
    start = LEADER.at(60.0)[:3]
    against = Flight((float(start[0]) + 60 * 120.0, float(start[1]) + 60 * 40.0 + 400.0, 3000.0), (-120.0, -40.0, 0.0))
    tracker, events = fly(LEADER, None, against, 60.0)
    assert len(tracker.report(at_ns(160.0))) == 2
    assert events == []


@pytest.mark.parametrize("seed", range(4))
def test_tracks_that_cross_do_not_split(seed: int) -> None:
    meet = LEADER.at(80.0)[:3]
    crossing = Flight((float(meet[0]) - 80 * 60.0, float(meet[1]) + 80 * 110.0, 3000.0), (60.0, -110.0, 0.0))
    tracker, events = fly(LEADER, crossing, crossing, 0.0, sensors=(KAUNAS, RIGA), seed=seed)
    assert len(tracker.report(at_ns(160.0))) == 2
    assert [event.kind for event in events if event.kind == "split"] == []


def test_a_second_track_of_one_aircraft_by_a_radar_that_is_off_is_no_split() -> None:
    tracker, rng, events, numbers = Tracker((KAUNAS, RIGA), ORIGIN), np.random.default_rng(5), [], set[int]()
    was_beside = False
    for time_s in range(120):
        for k, sensor in enumerate((KAUNAS, RIGA)):
            if time_s % 4 == k and (k == 0 or time_s > 40):
                plots = see(sensor, [LEADER], float(time_s), time_s, rng)
                plots.azimuth_deg[:] += 1.5 * k
                tracker.update(plots)
        tracker.advance(at_ns(time_s + 0.5))
        numbers |= set(tracker.report(at_ns(time_s + 0.5)).track_id.tolist())
        book = tracker._state.book
        was_beside |= bool(((book["status"] == TrackStatus.CONFIRMED) & (book["parent"] > 0)).any())
        events += tracker.events()
    assert len(numbers) == 2
    assert was_beside, "there was a second track beside the first"
    assert [event.kind for event in events if event.kind == "split"] == []


def test_a_split_waits_in_a_snapshot() -> None:
    wing, away = beside(LEADER, 200.0, 0.0, 0.0), beside(LEADER, 200.0, 15.0, 60.0)
    _, whole = fly(LEADER, wing, away, 60.0)
    told_s = (whole[0].time_ns - at_ns(0.0)) // 1_000_000_000
    tracker, before = fly(LEADER, wing, away, 60.0, seconds=int(told_s) - 2)
    assert before == []
    assert (tracker._state.book["parent"] > 0).any(), "it waits"
    other = Tracker((KAUNAS,), ORIGIN)
    other.restore(tracker.snapshot())
    assert (other._state.book["parent"] > 0).any()
