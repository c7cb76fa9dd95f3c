"""What people report: a direction is a wide bearing, an estimated distance makes it a coarse place."""

import numpy as np

from sargas.geo.enu import Frame
from sargas.geo.polar import polar_from_enu
from sargas.model.plots import Plots
from sargas.model.records import Sensor
from sargas.model.tracks import TrackStatus
from sargas.sensors.site import tabulate
from sargas.tracking.tracker import Tracker
from tests.tracking.hearing import hearer
from tests.tracking.scene import FRAME, LABEL, ORIGIN, Flight, at_ns, radar, see, states

DRONE = Flight((3e3, 1e3, 200.0), (-20.0, 10.0, 0.0))


def person(name: str, east_m: float = 0.0, north_m: float = 0.0) -> Sensor:
    fields = {"kind": "human", "scan_period_s": 60.0, "clutter_per_scan": 0.2, "max_range_m": 15e3}
    return hearer(name, east_m, north_m, **fields, sigma_range_m=200.0, sigma_azimuth_deg=15.0)


def sighting(sensor: Sensor, time_s: float, *, distance: bool, scale: float = 1.0, off_deg: float = 0.0) -> Plots:
    """Return what a person says of the drone: where it is, and how far if ``distance`` (times ``scale``)."""
    assert sensor.latitude_deg is not None
    assert sensor.longitude_deg is not None
    site = Frame(sensor.latitude_deg, sensor.longitude_deg, sensor.height_m)
    r, azimuth, _ = polar_from_enu(site.enu_from_ecef(FRAME.ecef_from_enu(DRONE.at(time_s)[:3])))
    time_ns = np.array([at_ns(time_s)])
    return Plots.of(
        time_ns=time_ns,
        receive_time_ns=time_ns + 5_000_000_000,
        scan=np.array([round(time_s)]),
        sensor_ids=(sensor.id,),
        label=LABEL,
        range_m=np.array([scale * r if distance else np.nan]),
        azimuth_deg=np.array([float(azimuth + off_deg) % 360.0]),
        altitude_m=np.array([200.0]),
    )


def test_a_person_is_never_taken_for_exact() -> None:
    careless = hearer("person", 0.0, 0.0, kind="human", sigma_azimuth_deg=0.1, max_range_m=400e3)
    site = tabulate([careless, radar()], FRAME)
    assert np.rad2deg(site["sigma_azimuth_rad"]).round(6).tolist() == [10.0, 0.1]
    assert site["range_part"].tolist() == [0.5, 0.0]
    assert site["max_range_m"].tolist() == [20e3, 250e3]


def test_directions_alone_start_nothing() -> None:
    people = [person("anna"), person("jonas", 2e3, 3e3), person("rasa", 4e3, -1e3)]
    tracker = Tracker(people, ORIGIN)
    for k in range(9):
        tracker.update(sighting(people[k % 3], 5.0 * k, distance=False))
    assert len(tracker) == 0
    assert tracker.counts["bearing_only"] == 9


def test_a_sighting_with_a_distance_is_a_coarse_place_that_waits_for_another() -> None:
    tracker = Tracker([person("anna")], ORIGIN)
    touched = tracker.update(sighting(person("anna"), 0.0, distance=True))
    assert touched.status.tolist() == [TrackStatus.TENTATIVE]
    # half of 3.2 km along, 15 degrees across
    assert 0.9 < np.sqrt(touched.covariance[0, 0] + touched.covariance[0, 6]) / np.hypot(1_600.0, 830.0) < 1.1
    assert np.linalg.norm(states(touched)[0][:2] - DRONE.at(0.0)[:2]) < 100.0
    for second in range(1, 130):
        assert len(tracker.advance(at_ns(float(second)))) == 0
        assert len(tracker.report(at_ns(float(second)))) == 0
    assert tracker.advance(at_ns(140.0)).status.tolist() == [TrackStatus.DROPPED]


def test_several_people_together_put_an_object_on_the_map() -> None:
    people = [person("anna"), person("jonas", 2e3, 3e3), person("rasa", 4e3, -1e3)]
    rng, tracker, reported = np.random.default_rng(4), Tracker(people, ORIGIN), []
    for k in range(12):
        plots = sighting(
            people[k % 3], 12.0 * k, distance=True, scale=float(rng.uniform(0.7, 1.4)), off_deg=float(rng.normal(0, 12))
        )
        tracker.update(plots)
        report = tracker.report(at_ns(12.0 * k + 5.0))
        reported.append(len(report))
    assert reported[0] == reported[1] == 0
    assert reported[-1] == 1
    off = states(report)[0][:2] - DRONE.at(137.0)[:2]
    c = report.covariance[0]
    assert off @ np.linalg.solve([[c[0], c[1]], [c[1], c[6]]], off) < 9.2
    assert tracker.counts["started"] == 1


def test_a_radar_takes_over_what_a_person_has_seen_first() -> None:
    sensors = [person("anna"), radar()]
    tracker = Tracker(sensors, ORIGIN)
    number = tracker.update(sighting(sensors[0], 0.0, distance=True)).track_id[0]
    for scan in range(1, 8):
        touched = tracker.update(see(sensors[1], [DRONE], 4.0 * scan, scan))
    assert touched.status.tolist() == [TrackStatus.CONFIRMED]
    assert touched.track_id.tolist() == [number]
    assert np.linalg.norm(states(touched)[0] - DRONE.at(28.0)[:3]) < 60.0
    # and the pace is the radar's: silent for 12 s, it coasts
    assert tracker.advance(at_ns(40.0)).status.tolist() == [TrackStatus.COASTING]


def test_a_sighting_supports_a_radar_track_and_hardly_moves_it() -> None:
    sensors = [radar(), person("anna")]
    alone, seen = Tracker(sensors, ORIGIN), Tracker(sensors, ORIGIN)
    for tracker in (alone, seen):
        for scan in range(8):
            tracker.update(see(sensors[0], [DRONE], 4.0 * scan, scan))
    seen.update(sighting(sensors[1], 29.0, distance=True, scale=1.3, off_deg=15.0))
    assert seen.counts["used"] == alone.counts["used"] + 1
    before, after = alone.report(at_ns(30.0)), seen.report(at_ns(30.0))
    assert np.linalg.norm(states(after) - states(before)) < 10.0
    assert seen.advance(at_ns(42.0)).status.tolist() == [TrackStatus.COASTING]
