"""Time differences of arrival: hyperbolas that cross start tracks, and steer those of others."""

import numpy as np
import pytest

from sargas.model.plots import Plots
from sargas.model.records import Sensor
from sargas.model.tracks import Tracks
from sargas.tracking.tracker import Tracker
from tests.tracking.hearing import as_plots, hearer, horizontal_errors, listen, time_differences
from tests.tracking.scene import LABEL, ORIGIN, Flight, at_ns, radar, see

PLACES = [(0.0, 0.0), (12e3, -3e3), (-4e3, 11e3), (9e3, 10e3)]


def receivers(count: int) -> list[Sensor]:
    fields = {"kind": "rf", "max_range_m": 80e3, "sigma_tdoa_s": 1e-7}
    return [hearer(f"receiver-{i}", *PLACES[i], **fields) for i in range(count)]


def follow(tracker: Tracker, batches: list[Plots]) -> list[tuple[float, Tracks]]:
    reports = []
    for plots in batches:
        tracker.update(plots)
        time_s = float(plots.receive_time_ns[0] - at_ns(0.0)) * 1e-9
        tracker.advance(at_ns(time_s))
        reports.append((time_s, tracker.report(at_ns(time_s))))
    return reports


@pytest.mark.parametrize(("count", "most_m"), [(3, 150.0), (4, 100.0)])
def test_pairs_of_three_or_four_receivers_put_an_emitter_on_the_map(count: int, most_m: float) -> None:
    flight = Flight((-3e3, 6e3, 300.0), (60.0, -20.0, 0.0))
    sensors = receivers(count)
    batches = time_differences(sensors, flight, 120, np.random.default_rng(3))
    tracker = Tracker(sensors, ORIGIN)
    reports = follow(tracker, batches)
    first_s = min(time_s for time_s, report in reports if len(report))
    errors, distances = horizontal_errors(reports, flight)
    assert {len(report) for _, report in reports} == {0, 1}
    assert first_s < 20.0
    assert np.median(errors) < most_m
    assert np.mean(distances < 5.99) > 0.85
    assert sum(tracker.counts.values()) == sum(len(plots) for plots in batches)
    assert tracker.counts["started"] == 1


def test_where_hyperbolas_cross_twice_or_hardly_no_ghost_is_shown() -> None:
    flight = Flight((-14e3, 16e3, 300.0), (60.0, -40.0, 0.0))
    sensors = receivers(4)
    reports = follow(Tracker(sensors, ORIGIN), time_differences(sensors, flight, 120, np.random.default_rng(3)))
    errors, _ = horizontal_errors(reports, flight)
    assert (errors < 2_000.0).all()


def test_one_pair_alone_puts_nothing_on_the_map() -> None:
    sensors = receivers(2)
    tracker = Tracker(sensors, ORIGIN)
    reports = follow(tracker, time_differences(sensors, Flight((-14e3, 16e3, 300.0)), 60, np.random.default_rng(3)))
    assert not any(len(report) for _, report in reports)
    assert tracker.counts["started"] == 0


def test_a_pair_and_bearings_start_a_track_together() -> None:
    sensors = receivers(2)
    finder = hearer("finder", -9e3, 2e3, kind="rf", max_range_m=80e3, sigma_azimuth_deg=1.5)
    flight = Flight((1e3, 5e3, 300.0), (60.0, -40.0, 0.0))
    rng = np.random.default_rng(3)
    pairs = time_differences(sensors, flight, 60, rng)
    bearings = listen([finder], [flight], 60, rng, false_per_look=0.0)
    tracker = Tracker([*sensors, finder], ORIGIN)
    batches = sorted([*pairs, *(as_plots([b], [finder]) for b in bearings)], key=lambda b: int(b.receive_time_ns[0]))
    reports = follow(tracker, batches)
    errors, _ = horizontal_errors(reports, flight)
    assert len(errors) > 40
    assert np.median(errors) < 400.0


def test_pairs_make_a_radar_track_more_accurate() -> None:
    sensors = receivers(4)
    flight = Flight((40e3, 30e3, 1_000.0), (60.0, -40.0, 0.0))
    coarse = radar(sigma_azimuth_deg=0.5, sigma_range_m=200.0)
    sigmas = []
    for pairs in (False, True):
        tracker, rng = Tracker([coarse, *sensors], ORIGIN), np.random.default_rng(5)
        heard = {int(plots.scan[0]): plots for plots in time_differences(sensors, flight, 60, rng)}
        for second in range(60):
            if second % 4 == 0:
                tracker.update(see(coarse, [flight], float(second), second // 4, rng))
            if pairs and second >= 20 and second in heard:
                tracker.update(heard[second])
        report = tracker.report(at_ns(60.0))
        assert len(report) == 1
        sigmas.append(float(np.sqrt(report.covariance[0, 0] + report.covariance[0, 6])))
    assert sigmas[1] < 0.7 * sigmas[0]
    assert tracker.counts["used"] > 80


def test_random_pairs_confirm_nothing_in_ten_minutes() -> None:
    sensors, rng = receivers(4), np.random.default_rng(9)
    tracker, confirmed = Tracker(sensors, ORIGIN), 0
    for second in range(600):
        count = int(rng.poisson(0.3 * 3))
        if count:
            time_ns = np.full(count, at_ns(float(second)))
            plots = Plots.of(
                time_ns=time_ns,
                receive_time_ns=time_ns,
                sensor=rng.integers(1, 4, count).astype(np.int16),
                scan=np.full(count, second),
                sensor_ids=tuple(sensor.id for sensor in sensors),
                label=LABEL,
                tdoa_s=rng.uniform(-3.5e-5, 3.5e-5, count),
                reference_sensor=np.zeros(count, np.int16),
            )
            tracker.update(plots)
        tracker.advance(at_ns(float(second)))
        confirmed += len(tracker.report(at_ns(float(second))))
    assert confirmed == 0


@pytest.mark.parametrize(
    ("sensors", "difference_s", "reason"),
    [
        (receivers(2), 1e-3, "out_of_range"),
        (receivers(2), 1e-6, "bearing_only"),
        (receivers(1), 1e-6, "unplaced"),
    ],
)
def test_a_pair_that_cannot_be_used_is_counted(sensors: list[Sensor], difference_s: float, reason: str) -> None:
    tracker = Tracker(sensors, ORIGIN)
    time_ns = np.array([at_ns(0.0)])
    pair = Plots.of(
        time_ns=time_ns,
        receive_time_ns=time_ns,
        sensor_ids=("receiver-0", "receiver-1"),
        label=LABEL,
        tdoa_s=np.array([difference_s]),
        reference_sensor=np.array([1], np.int16),
    )
    tracker.update(pair)
    assert tracker.counts == dict.fromkeys(tracker.counts, 0) | {reason: 1}


def test_microphones_that_measure_time_differences_find_a_drone() -> None:
    fields = {"max_range_m": 6e3, "sigma_tdoa_s": 0.02}
    sensors = [hearer(f"array-{i}", 0.25 * east, 0.25 * north, **fields) for i, (east, north) in enumerate(PLACES)]
    flight = Flight((-3e3, 4e3, 150.0), (40.0, -25.0, 0.0))
    tracker = Tracker(sensors, ORIGIN)
    reports = follow(tracker, time_differences(sensors, flight, 90, np.random.default_rng(1)))
    errors, distances = horizontal_errors(reports, flight)
    assert len(errors) > 40
    assert np.median(errors) < 150.0
    assert np.mean(distances < 5.99) > 0.8
