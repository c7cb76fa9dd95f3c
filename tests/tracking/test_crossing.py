"""Bearings that cross start tracks: drones that only microphones hear, without ghosts and without false ones."""

import numpy as np
import pytest

from sargas.model.columns import Float64, PlotFlag
from sargas.model.tracks import Tracks, TrackStatus
from sargas.tracking.tracker import Tracker
from tests.tracking.hearing import as_plots, follow_heard, hearer, horizontal_errors, listen
from tests.tracking.scene import ORIGIN, Flight, at_ns, radar, same, see, states

LINE = [hearer(f"mic-{i}", 200.0 * (i % 2), -3e3 + 3e3 * i) for i in range(3)]
DRONE = Flight((-6e3, -1.5e3, 150.0), (48.0, 14.0, 0.0))


@pytest.mark.parametrize("seed", range(4))
def test_a_drone_that_three_microphones_hear_is_on_the_map_where_it_is(seed: int) -> None:
    bearings = listen(LINE, [DRONE], 200, np.random.default_rng(seed))
    tracker, reports = follow_heard(LINE, bearings, 200)
    numbers = {int(number) for _, report in reports for number in report.track_id}
    first_s = min(time_s for time_s, report in reports if len(report))
    errors, distances = horizontal_errors(reports, DRONE)
    # it comes into the hearing of a second microphone at about 36 s, and its sound 14 s later
    assert len(numbers) == 1
    assert first_s < 75.0
    assert len(errors) > 100
    assert np.median(errors) < 200.0
    assert np.mean(distances < 5.99) > 0.85
    assert np.mean(distances) < 3.5
    assert sum(tracker.counts.values()) == len(bearings)
    assert tracker.counts["started"] == 1
    middle = next(report for time_s, report in reports if time_s == 110.0)
    assert np.hypot(middle.velocity_east_mps[0] - 48.0, middle.velocity_north_mps[0] - 14.0) < 15.0
    assert middle.status.tolist() == [TrackStatus.CONFIRMED]
    assert middle.contributing_sensor_ids() == [[sensor.id for sensor in LINE]]


def test_a_start_from_exact_bearings_is_where_the_sound_came_from_and_flew_on() -> None:
    bearings = listen(LINE, [DRONE], 100, np.random.default_rng(1), detection=1.0, false_per_look=0.0, noise=0.0)
    tracker = Tracker(LINE, ORIGIN)
    for bearing in bearings:
        touched = tracker.update(as_plots([bearing], LINE))
        if len(touched):
            break
    assert touched.status.tolist() == [TrackStatus.TENTATIVE]
    truth = DRONE.at(bearing.time_s)
    found = states(touched)[0]
    sigma = np.sqrt(touched.covariance[0, [0, 6, 11]])
    assert (np.abs(found - truth[:3]) < sigma).all()
    assert touched.time_ns.tolist() == [at_ns(bearing.time_s)]
    for later in bearings[bearings.index(bearing) + 1 :]:
        touched = tracker.update(as_plots([later], LINE))
    # bearings taken as those of the moment, without the travel of sound, would be off by 500 m
    assert np.hypot(*(states(touched)[0] - DRONE.at(later.time_s)[:3])[:2]) < 60.0


def test_one_microphone_alone_puts_nothing_on_the_map() -> None:
    bearings = listen(LINE[:1], [Flight((-3e3, -1e3, 150.0), (48.0, 14.0, 0.0))], 100, np.random.default_rng(3))
    tracker, reports = follow_heard(LINE[:1], bearings, 100)
    assert tracker.counts == dict.fromkeys(tracker.counts, 0) | {"bearing_only": len(bearings)}
    assert len(bearings) > 40
    assert not any(len(report) for _, report in reports)


def wrong_rows(reports: list[tuple[float, Tracks]], flights: list[Flight]) -> tuple[int, int]:
    """Count the rows of all reports, and those that no flight explains within 1.3 times their own 95 % circle."""
    rows = wrong = 0
    for time_s, report in reports:
        truth: Float64 = np.array([flight.at(time_s)[:2] for flight in flights]).reshape(-1, 2)
        for place, radius in zip(states(report), report.position_95_m, strict=True):
            rows += 1
            wrong += not (np.linalg.norm(truth - place[:2], axis=1) < max(500.0, 1.3 * radius)).any()
    return rows, wrong


def test_bearings_of_several_drones_that_cross_make_no_ghosts() -> None:
    microphones = [hearer(f"mic-{i}", 400.0 * (i % 2), -6e3 + 3e3 * i) for i in range(5)]
    drones = [
        Flight((-4e3, -4e3, 150.0), (45.0, 20.0, 0.0)),
        Flight((-4.5e3, -1e3, 150.0), (50.0, 0.0, 0.0)),
        Flight((-4.2e3, 2e3, 200.0), (48.0, -10.0, 0.0)),
    ]
    rows = wrong = started = 0
    for seed in range(4):
        bearings = listen(microphones, drones, 140, np.random.default_rng(seed))
        tracker, reports = follow_heard(microphones, bearings, 140)
        more, more_wrong = wrong_rows(reports, drones)
        rows, wrong, started = rows + more, wrong + more_wrong, started + tracker.counts["started"]
    assert rows > 4 * 150
    assert wrong < 0.06 * rows
    assert started < 40


@pytest.mark.parametrize(("kind", "reach_m", "false_per_look"), [("rf", 60e3, 0.3), ("acoustic", 5e3, 0.2)])
def test_random_bearings_confirm_nothing_in_ten_minutes(kind: str, reach_m: float, false_per_look: float) -> None:
    fields = {"kind": kind, "max_range_m": reach_m, "clutter_per_scan": false_per_look}
    wide = 10e3 if kind == "rf" else 2e3
    sensors = [hearer(f"{kind}-{i}", wide * (i % 2), wide * (i // 2), **fields) for i in range(4)]
    bearings = listen(sensors, [], 600, np.random.default_rng(5), false_per_look=false_per_look)
    tracker, reports = follow_heard(sensors, bearings, 600)
    confirmed = {int(number) for _, report in reports for number in report.track_id}
    # 40 sensor-minutes: one an hour of each sensor would be at most 0.7
    assert len(bearings) > 400
    assert len(confirmed) == 0
    assert sum(tracker.counts.values()) == len(bearings)


def test_elevations_of_cameras_give_the_height() -> None:
    fields = {"kind": "camera", "max_range_m": 12e3, "sigma_azimuth_deg": 0.3, "sigma_elevation_deg": 0.3}
    cameras = [hearer(f"camera-{i}", 0.0, 5e3 * i, **fields) for i in range(2)]
    flight = Flight((-8e3, 2e3, 2_500.0), (80.0, 5.0, 0.0))
    bearings = listen(cameras, [flight], 60, np.random.default_rng(2), tilted=True, false_per_look=0.0)
    _, reports = follow_heard(cameras, bearings, 60)
    time_s, report = reports[-1]
    assert len(report) == 1
    assert np.linalg.norm(states(report)[0] - flight.at(time_s)[:3]) < 120.0


def test_a_radar_track_is_not_kept_alive_by_bearings_of_others() -> None:
    finder = hearer("finder", 0.0, 0.0, kind="rf", max_range_m=60e3, sigma_azimuth_deg=2.0)
    flight = Flight((30e3, 20e3, 1500.0), (0.0, 0.0, 0.0))
    tracker = Tracker([radar(), finder], ORIGIN)
    for scan in range(8):
        tracker.update(see(radar(), [flight], 4.0 * scan, scan))
    assert len(tracker.report(at_ns(28.0))) == 1
    bearings = listen([finder], [Flight((15e3, 10e3, 300.0), (0.0, 0.0, 0.0))], 150, np.random.default_rng(4))
    dropped_s, steered = 0.0, tracker.counts["used"]
    for bearing in bearings:
        if bearing.time_s > 30.0:
            tracker.update(as_plots([bearing], [finder]))
            tracker.advance(at_ns(bearing.arrival_s))
            if not len(tracker.report(at_ns(bearing.arrival_s))):
                dropped_s = bearing.arrival_s
                break
    assert tracker.counts["used"] > steered
    assert 40.0 < dropped_s < 92.0


def test_what_two_sensors_hear_of_a_track_ends_its_coasting_and_one_does_not() -> None:
    finders = [hearer(f"finder-{i}", 0.0, 20e3 * i, kind="rf", max_range_m=60e3) for i in range(2)]
    flight = Flight((30e3, 15e3, 1500.0), (0.0, 0.0, 0.0))
    for used, status in ((1, TrackStatus.COASTING), (2, TrackStatus.CONFIRMED)):
        tracker = Tracker([radar(), *finders], ORIGIN)
        for scan in range(8):
            tracker.update(see(radar(), [flight], 4.0 * scan, scan))
        tracker.advance(at_ns(39.0))
        assert tracker.report(at_ns(39.0)).status.tolist() == [TrackStatus.COASTING]
        bearings = listen(finders[:used], [flight], 44, np.random.default_rng(4), false_per_look=0.0)
        for bearing in bearings:
            if bearing.time_s > 39.0:
                tracker.update(as_plots([bearing], finders[:used]))
        assert tracker.report(at_ns(44.0)).status.tolist() == [status]


def test_simulated_and_real_bearings_never_cross() -> None:
    two = LINE[:2]
    bearings = listen(two, [DRONE], 120, np.random.default_rng(0))
    for flag, started in ((0, 1), (PlotFlag.SIMULATED, 0)):
        tracker = Tracker(two, ORIGIN)
        for bearing in bearings:
            plots = as_plots([bearing], two)
            plots.flags[:] = flag if bearing.sensor == 1 else 0
            tracker.update(plots)
        assert tracker.counts["started"] == started


def test_a_snapshot_between_bearings_changes_nothing() -> None:
    bearings = listen(LINE, [DRONE], 120, np.random.default_rng(0))
    straight, broken = Tracker(LINE, ORIGIN), Tracker(LINE, ORIGIN)
    started = next(k for k, bearing in enumerate(bearings) if len(straight.update(as_plots([bearing], LINE))))
    straight = Tracker(LINE, ORIGIN)
    for bearing in bearings[: started - 3]:
        for tracker in (straight, broken):
            tracker.update(as_plots([bearing], LINE))
    assert len(broken) == 0
    restored = Tracker([], ORIGIN)
    restored.restore(broken.snapshot())
    for bearing in bearings[started - 3 :]:
        plots = as_plots([bearing], LINE)
        assert same(straight.update(plots), restored.update(plots))
    assert len(restored.report(at_ns(120.0))) == 1
    assert straight.snapshot() == restored.snapshot()


def test_the_order_of_bearings_in_a_batch_of_one_look_does_not_matter() -> None:
    drones = [DRONE, Flight((-6e3, 2e3, 150.0), (48.0, -5.0, 0.0))]
    finders = [hearer(f"rf-{i}", 0.0, 4e3 * i, kind="rf", max_range_m=20e3) for i in range(3)]
    bearings = listen(finders, drones, 30, np.random.default_rng(6), detection=1.0)
    ordered, shuffled = Tracker(finders, ORIGIN), Tracker(finders, ORIGIN)
    looks: dict[tuple[int, int], list[int]] = {}
    for k, bearing in enumerate(bearings):
        looks.setdefault((bearing.look, bearing.sensor), []).append(k)
    for key in sorted(looks):
        plots = as_plots([bearings[k] for k in looks[key]], finders)
        assert same(ordered.update(plots), shuffled.update(plots.take(np.arange(len(plots))[::-1])))
    assert ordered.counts["started"] > 0
