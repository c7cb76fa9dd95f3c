"""What a tracker does with plots: follow, confirm, coast, drop, keep identities apart, count what it refuses."""

import numpy as np
import pytest

from sargas.model.columns import PlotFlag
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.tracks import Tracks, TrackStatus
from sargas.tracking.tracker import Tracker
from tests.tracking.scene import (
    EPOCH_NS,
    FRAME,
    LABEL,
    ORIGIN,
    Flight,
    at_ns,
    clutter,
    radar,
    same,
    see,
    states,
)

FLIGHT = Flight()
ADDRESS = 0x4CA123


def follow(
    tracker: Tracker, scans: int, flights: list[Flight] | None = None, first: int = 0, **columns: object
) -> Tracks:
    """Feed noiseless scans of the radar, 4 s apart, and return what the last one touched."""
    touched = Tracks.none(LABEL)
    for scan in range(first, first + scans):
        touched = tracker.update(see(radar(), flights or [FLIGHT], 4.0 * scan, scan, **columns))
    return touched


def position(latitude: float, longitude: float, time_s: float, **columns: object) -> Plots:
    """Return one cooperative position."""
    time_ns = np.array([at_ns(time_s)])
    values = {"latitude_deg": latitude, "longitude_deg": longitude, "altitude_m": 3000.0} | columns
    return Plots.of(
        time_ns=time_ns,
        receive_time_ns=time_ns,
        sensor_ids=("ads-b",),
        label=LABEL,
        **{name: np.array([value]) for name, value in values.items()},
    )


def test_a_straight_flight_becomes_one_confirmed_track_at_its_place() -> None:
    tracker = Tracker([radar()], ORIGIN)
    touched = follow(tracker, 8)
    assert len(tracker) == 1
    assert touched.status.tolist() == [TrackStatus.CONFIRMED]
    assert np.linalg.norm(states(touched)[0] - FLIGHT.at(28.0)[:3]) < 30.0
    report = tracker.report(at_ns(30.0))
    assert np.linalg.norm(states(report)[0] - FLIGHT.at(30.0)[:3]) < 60.0
    assert np.hypot(report.velocity_east_mps[0], report.velocity_north_mps[0]) == pytest.approx(170.0, abs=5.0)
    assert report.contributing_sensor_ids() == [["radar"]]
    assert report.update_time_ns.tolist() == [at_ns(28.0)]
    assert tracker.counts == dict.fromkeys(tracker.counts, 0) | {"used": 7, "started": 1}


@pytest.mark.parametrize(("clutter_per_scan", "plots"), [(0.5, 2), (100.0, 3)])
def test_the_more_clutter_a_radar_has_the_more_it_takes_to_confirm(clutter_per_scan: float, plots: int) -> None:
    tracker = Tracker([radar(clutter_per_scan=clutter_per_scan)], ORIGIN)
    for scan in range(plots):
        assert len(tracker.report(at_ns(4.0 * scan))) == 0
        touched = follow(tracker, 1, first=scan)
    assert touched.status.tolist() == [TrackStatus.CONFIRMED]
    assert len(tracker.report(at_ns(4.0 * plots))) == 1


def test_the_order_of_plots_in_a_scan_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    flights = [Flight((40e3, 30e3 + 2500 * i, 3000.0)) for i in range(6)]
    ordered, shuffled = Tracker([radar()], ORIGIN), Tracker([radar()], ORIGIN)
    for scan in range(8):
        plots = see(radar(), flights, 4.0 * scan, scan, rng)
        same_plots = plots.take(rng.permutation(len(plots)))
        assert same(ordered.update(plots), shuffled.update(same_plots))
    assert len(ordered.report(at_ns(30.0))) == 6


def test_a_scan_in_two_datagrams_gives_a_track_one_plot_of_it() -> None:
    tracker = Tracker([radar()], ORIGIN)
    follow(tracker, 4)
    plots = see(radar(), [FLIGHT, Flight((40e3, 30.05e3, 3000.0))], 16.0, 4)
    tracker.update(plots.take([0]))
    used = tracker.counts["used"]
    tracker.update(plots.take([1]))
    assert tracker.counts["used"] == used
    assert len(tracker) == 2


def test_exact_repeats_are_counted_and_taken_once() -> None:
    tracker = Tracker([radar()], ORIGIN)
    plots = see(radar(), [FLIGHT], 0.0, 0)
    tracker.update(plots.take([0, 0, 0]))
    assert len(tracker) == 1
    assert tracker.counts["duplicate"] == 2


def test_a_silent_track_coasts_then_drops_and_its_number_never_returns() -> None:
    tracker = Tracker([radar()], ORIGIN)
    number = follow(tracker, 6).track_id[0]
    assert len(tracker.advance(at_ns(24.0))) == 0
    coasting = tracker.advance(at_ns(30.0))
    assert coasting.status.tolist() == [TrackStatus.COASTING]
    assert len(tracker.report(at_ns(30.0))) == 1
    for second in range(31, 121):
        dropped = tracker.advance(at_ns(float(second)))
        if len(dropped):
            break
    assert dropped.status.tolist() == [TrackStatus.DROPPED]
    assert dropped.track_id.tolist() == [number]
    assert len(tracker) == 0
    again = follow(tracker, 3, first=60)
    assert again.track_id[0] > number


def test_a_coasting_track_recovers_with_its_next_plot() -> None:
    tracker = Tracker([radar()], ORIGIN)
    number = follow(tracker, 6).track_id[0]
    tracker.advance(at_ns(31.0))
    touched = follow(tracker, 1, first=8)
    assert touched.status.tolist() == [TrackStatus.CONFIRMED]
    assert touched.track_id.tolist() == [number]


def test_a_tentative_track_without_further_plots_is_dropped() -> None:
    tracker = Tracker([radar()], ORIGIN)
    follow(tracker, 1)
    assert len(tracker.advance(at_ns(8.0))) == 0
    assert tracker.advance(at_ns(30.0)).status.tolist() == [TrackStatus.DROPPED]


def test_the_same_address_sticks_where_a_nameless_plot_would_not() -> None:
    beside = Flight((41.0e3, 30e3, 3000.0))
    for address, number_stays in ((ADDRESS, True), (-1, False)):
        tracker = Tracker([radar()], ORIGIN)
        number = follow(tracker, 6, icao_address=np.array([ADDRESS])).track_id[0]
        touched = follow(tracker, 1, [beside], first=6, icao_address=np.array([address]))
        assert (touched.track_id[0] == number) == number_stays


def test_a_radar_with_a_bias_does_not_put_a_second_track_beside_the_first() -> None:
    second = radar("second", 56.4, 24.9)
    tracker = Tracker([radar(), second], ORIGIN)
    far = Flight((-60e3, 90e3, 9000.0), (220.0, 0.0, 0.0))
    for scan in range(10):
        tracker.update(see(radar(), [far], 4.0 * scan, scan))
        if scan >= 4:
            turned = see(second, [far], 4.0 * scan + 2.0, scan)
            turned.azimuth_deg[:] += 0.8
            tracker.update(turned)
    assert len(tracker.report(at_ns(38.0))) == 1


def test_every_plot_is_counted_once_whatever_becomes_of_it() -> None:
    rng, fed = np.random.default_rng(9), 0
    tracker = Tracker([radar(), radar("second", 56.3, 24.8)], ORIGIN)
    swarm = [Flight((40e3 + 250.0 * i, 30e3 + 180.0 * (i % 3), 1500.0), (50.0, 10.0, 0.0)) for i in range(7)]
    for scan in range(25):
        for name, place in (("radar", (56.0, 24.0)), ("second", (56.3, 24.8))):
            sensor, late_s = radar(name, *place), float(rng.uniform(0.0, 9.0))
            seen = see(sensor, swarm, 4.0 * scan, scan, rng, delay_s=late_s)
            for plots in (seen.take(rng.random(len(seen)) < 0.7), clutter(sensor, 60, 4.0 * scan, scan, rng)):
                tracker.update(plots)
                fed += len(plots)
        tracker.advance(at_ns(4.0 * scan + 3.0))
    assert sum(tracker.counts.values()) == fed
    assert tracker.counts["used"] > 100


def test_another_address_repels_at_the_very_place() -> None:
    tracker = Tracker([radar()], ORIGIN)
    number = follow(tracker, 6, icao_address=np.array([ADDRESS])).track_id[0]
    other = follow(tracker, 1, first=6, icao_address=np.array([ADDRESS + 1]))
    assert other.track_id[0] != number
    assert other.icao_address.tolist() == [ADDRESS + 1]


def test_mode_3a_codes_keep_two_close_tracks_apart() -> None:
    tracker = Tracker([radar()], ORIGIN)
    pair = [FLIGHT, Flight((40.3e3, 30e3, 3000.0))]
    codes = np.array([0o4321, 0o5432], np.int16)
    follow(tracker, 6, pair, mode_3a=codes)
    report = tracker.report(at_ns(20.0))
    numbers = dict(zip(report.mode_3a.tolist(), report.track_id.tolist(), strict=True))
    follow(tracker, 3, pair[::-1], first=6, mode_3a=codes[::-1])
    report = tracker.report(at_ns(32.0))
    assert dict(zip(report.mode_3a.tolist(), report.track_id.tolist(), strict=True)) == numbers


def test_simulated_plots_never_update_a_real_track() -> None:
    tracker = Tracker([radar()], ORIGIN)
    number = follow(tracker, 6).track_id[0]
    flag = np.array([PlotFlag.SIMULATED], np.uint16)
    touched = follow(tracker, 1, first=6, flags=flag)
    assert touched.track_id[0] != number
    assert touched.flags.tolist() == [PlotFlag.SIMULATED]


def test_doubtful_plots_update_but_do_not_start() -> None:
    tracker = Tracker([radar()], ORIGIN)
    flag = np.array([PlotFlag.SENSOR_DOUBTS], np.uint16)
    follow(tracker, 1, flags=flag)
    assert len(tracker) == 0
    assert tracker.counts["doubtful"] == 1


def test_a_late_plot_updates_without_turning_time_back() -> None:
    tracker = Tracker([radar(), radar("second", 56.4, 24.6)], ORIGIN)
    follow(tracker, 6)
    before = tracker.report(at_ns(22.0))
    late = see(radar("second", 56.4, 24.6), [FLIGHT], 18.0, 0, delay_s=2.5)
    touched = tracker.update(late)
    assert touched.track_id.tolist() == before.track_id.tolist()
    assert touched.time_ns.tolist() == [at_ns(20.0)]
    after = tracker.report(at_ns(22.0))
    assert after.covariance[0, 0] < before.covariance[0, 0]
    assert np.linalg.norm(states(after)[0] - FLIGHT.at(22.0)[:3]) < 60.0


def test_a_plot_too_late_is_dropped_and_counted() -> None:
    tracker = Tracker([radar(), radar("second", 56.4, 24.6)], ORIGIN)
    follow(tracker, 6)
    tracker.update(see(radar("second", 56.4, 24.6), [FLIGHT], 8.0, 0, delay_s=14.0))
    assert tracker.counts["late"] == 1
    assert len(tracker) == 1


def test_a_radar_of_unknown_place_is_used_once_it_is_placed() -> None:
    tracker = Tracker([], ORIGIN)
    plots = see(radar(), [FLIGHT], 0.0, 0)
    tracker.update(plots)
    assert tracker.counts["unplaced"] == 1
    tracker.place("radar", 56.0, 24.0, 50.0)
    tracker.update(plots)
    assert tracker.counts["started"] == 1
    assert tracker.sites.ids == ("radar",)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"range_m": [-5.0]}, "out_of_range"),
        ({"range_m": [np.inf]}, "out_of_range"),
        ({"azimuth_deg": [1e4]}, "out_of_range"),
        ({"elevation_deg": [95.0]}, "out_of_range"),
        ({"range_rate_mps": [-np.inf]}, "out_of_range"),
        ({"velocity_east_mps": [np.inf]}, "out_of_range"),
        ({"range_m": [np.nan]}, "bearing_only"),
        ({"range_m": [np.nan], "azimuth_deg": [np.nan]}, "no_measurement"),
        ({"receive_time_ns": [EPOCH_NS - 60_000_000_000]}, "ahead"),
    ],
)
def test_what_cannot_be_used_is_counted_by_reason(columns: dict[str, list[float]], reason: str) -> None:
    tracker = Tracker([radar()], ORIGIN)
    plots = see(radar(), [FLIGHT], 0.0, 0, **{name: np.array(values) for name, values in columns.items()})
    assert len(tracker.update(plots)) == 0
    assert tracker.counts == dict.fromkeys(tracker.counts, 0) | {reason: 1}


def test_a_radar_without_elevation_uses_the_flight_level() -> None:
    flat = radar(kind="radar-2d")
    flight = Flight((40e3, 30e3, 9000.0), (200.0, 0.0, 0.0))
    tracker = Tracker([flat], ORIGIN)
    level_ft = float(FRAME.geodetic_from_enu(flight.at(0.0)[:3])[2]) / 0.3048
    for scan in range(8):
        plots = see(
            flat, [flight], 4.0 * scan, scan, elevation_deg=np.array([np.nan]), flight_level_ft=np.array([level_ft])
        )
        touched = tracker.update(plots)
    assert touched.status.tolist() == [TrackStatus.CONFIRMED]
    assert np.linalg.norm(states(touched)[0] - flight.at(28.0)[:3]) < 100.0


def test_a_radar_without_any_height_still_tracks_the_ground_position() -> None:
    flat = radar(kind="radar-2d")
    tracker = Tracker([flat], ORIGIN)
    for scan in range(8):
        touched = tracker.update(see(flat, [FLIGHT], 4.0 * scan, scan, elevation_deg=np.array([np.nan])))
    assert touched.status.tolist() == [TrackStatus.CONFIRMED]
    assert np.linalg.norm(states(touched)[0][:2] - FLIGHT.at(28.0)[:2]) < 300.0
    assert np.sqrt(touched.covariance[0, 11]) > 500.0


def test_cooperative_positions_are_tracked_with_their_own_accuracy() -> None:
    sigmas = []
    for nac_p in (10, 7):
        tracker = Tracker([], ORIGIN)
        for k in range(6):
            touched = tracker.update(position(56.0 + 1e-3 * k, 24.0, float(k), icao_address=ADDRESS, nac_p=nac_p))
        assert touched.status.tolist() == [TrackStatus.CONFIRMED]
        assert touched.velocity_north_mps[0] == pytest.approx(111.0, abs=25.0)
        sigmas.append(np.sqrt(touched.covariance[0, 0]))
    assert sigmas[0] < 20.0 < 60.0 < sigmas[1]


def test_a_reported_velocity_is_believed_from_the_first_position() -> None:
    tracker = Tracker([], ORIGIN)
    touched = tracker.update(position(56.2, 24.2, 0.0, velocity_east_mps=120.0, velocity_north_mps=-40.0))
    assert touched.velocity_east_mps[0] == pytest.approx(120.0, abs=1.0)
    assert touched.velocity_north_mps[0] == pytest.approx(-40.0, abs=1.0)
    assert np.sqrt(touched.covariance[0, 15]) == pytest.approx(5.0, abs=0.1)


def test_a_plot_with_every_component_there_is_starts_a_sound_track() -> None:
    tracker = Tracker([radar()], ORIGIN)
    everything = {
        "range_rate_mps": [90.0],
        "flight_level_ft": [11_000.0],
        "velocity_east_mps": [150.0],
        "velocity_north_mps": [-80.0],
        "velocity_up_mps": [0.0],
        "icao_address": [ADDRESS],
        "sensor_track": [77],
    }
    touched = follow(tracker, 1, **{name: np.array(values) for name, values in everything.items()})
    assert touched.status.tolist() == [TrackStatus.CONFIRMED]
    assert np.sqrt(touched.covariance[0, 20]) == pytest.approx(4.5, abs=0.3)
    assert tracker._space.work["rows"].shape[0] == 8


def test_nothing_faster_than_the_cap_is_confirmed() -> None:
    tracker = Tracker([radar()], ORIGIN)
    follow(tracker, 6, [Flight((40e3, 30e3, 3000.0), (900.0, 0.0, 0.0))])
    assert len(tracker.report(at_ns(20.0))) == 0


def test_numbers_are_unique_and_room_grows_as_needed() -> None:
    rng = np.random.default_rng(1)
    tracker = Tracker([radar()], ORIGIN)
    seen: set[int] = set()
    for scan in range(3):
        touched = tracker.update(clutter(radar(), 1500, 4.0 * scan, scan, rng))
        new = set(touched.track_id.tolist())
        assert len(new) == len(touched)
        seen |= new
    assert len(seen) == tracker.counts["started"] > 2500
    assert len(tracker) > 1024


def test_a_track_inherits_the_strictest_label_of_its_plots() -> None:
    tracker = Tracker([radar()], ORIGIN)
    wide, narrow = Label(releasable_to=("LTU", "LVA")), Label(releasable_to=("LTU",))
    assert tracker.update(see(radar(), [FLIGHT], 0.0, 0, label=wide)).label == wide
    assert tracker.update(see(radar(), [FLIGHT], 4.0, 1, label=narrow)).label == narrow
    far = tracker.update(see(radar(), [Flight((-90e3, 0.0, 2000.0))], 8.0, 2, label=wide))
    assert far.label == wide


def test_the_label_of_a_track_that_ended_stands_in_an_empty_sky_and_outlives_clutter() -> None:
    rng, narrow = np.random.default_rng(1), Label(releasable_to=("LTU",), originator="LTU")
    tracker = Tracker([radar()], ORIGIN)
    for scan in range(6):
        tracker.update(see(radar(), [FLIGHT], 4.0 * scan, scan, rng, label=narrow))
        tracker.advance(at_ns(4.0 * scan + 1.0))
    (number,) = tracker.report(at_ns(22.0)).track_id.tolist()
    for second in range(23, 120):
        tracker.advance(at_ns(float(second)))
    assert len(tracker.report(at_ns(120.0))) == 0
    assert tracker.report(at_ns(120.0)).label_of(number) == narrow
    for scan in range(30, 33):
        tracker.update(clutter(radar(), 1500, 4.0 * scan, scan, rng))
    for second in range(130, 200):
        tracker.advance(at_ns(float(second)))
    assert tracker.report(at_ns(200.0)).label_of(number) == narrow
    again = Tracker([radar()], ORIGIN)
    again.restore(tracker.snapshot())
    assert again.report(at_ns(200.0)).label_of(number) == narrow


def test_tracks_of_many_sensors_name_all_that_contributed() -> None:
    sensors = [radar(f"r{i:03d}", 56.0 + 0.001 * i, 24.0) for i in range(70)]
    tracker = Tracker(sensors, ORIGIN)
    for i, sensor in enumerate(sensors):
        touched = tracker.update(see(sensor, [FLIGHT], 0.5 * i, 0))
    assert touched.contributing_sensor_ids() == [[sensor.id for sensor in sensors]]


def test_an_empty_batch_changes_nothing() -> None:
    tracker = Tracker([radar()], ORIGIN)
    assert len(tracker.update(see(radar(), [], 0.0, 0))) == 0
    assert len(tracker.advance(at_ns(1.0))) == 0


def test_a_track_keeps_the_mean_of_its_recent_echoes_and_its_remote_id() -> None:
    tracker = Tracker([radar()], ORIGIN)
    touched = follow(tracker, 6)
    assert np.isnan(touched.rcs_dbsm[0])
    assert np.isnan(touched.radial_speed_spread_mps[0])
    assert touched.uas_id.tolist() == [b""]
    serial = np.array([b"1581F4XF123456789012"], "S20")
    for scan, rcs in enumerate((-12.0, -8.0, -10.0), 6):
        one = {"rcs_dbsm": np.array([rcs]), "radial_speed_spread_mps": np.array([2.5])}
        touched = follow(tracker, 1, first=scan, uas_id=serial, **one)
    assert touched.rcs_dbsm[0] == pytest.approx((0.81 * -12.0 + 0.9 * -8.0 - 10.0) / 2.71, abs=1e-4)
    assert touched.radial_speed_spread_mps[0] == pytest.approx(2.5)
    assert touched.uas_id.tolist() == serial.tolist()


def test_two_remote_ids_are_two_objects_however_near() -> None:
    tracker = Tracker([], ORIGIN)
    for second in range(12):
        for name, latitude in ((b"A1", 55.0), (b"B2", 55.0002)):
            tracker.update(position(latitude, 24.0, float(second), uas_id=name, altitude_m=120.0))
    report = tracker.report(at_ns(12.0))
    assert sorted(report.uas_id.tolist()) == [b"A1", b"B2"]


def test_a_sensor_is_heard_while_it_tells_of_its_looks() -> None:
    tracker = Tracker([radar()], ORIGIN)
    assert tracker.heard(at_ns(0.0)) == frozenset()
    follow(tracker, 3)
    assert tracker.heard(at_ns(9.0)) == {radar().id}
    assert tracker.heard(at_ns(60.0)) == frozenset()
