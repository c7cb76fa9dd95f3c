"""Goals: who flies at a zone is taken to make for it, when it would be there, and when nothing can be said."""

import numpy as np
import pytest

from sargas.assessment.prediction.goals import NONE_PRIOR, GoalBook, Goals, judge_goals
from sargas.exercise.inbound import fly_inbound
from sargas.geo.plane import RegionPlane
from sargas.model.label import Label
from sargas.model.records import Zone
from sargas.model.tracks import Tracks, TrackStatus
from tests.assessment.prediction.states import HOME, START_NS, straight

PLANE = RegionPlane(*HOME)


def zone(name: str, latitude_deg: float, longitude_deg: float, kind: str = "protected") -> Zone:
    return Zone(id=name, name=name, kind=kind, centre=(longitude_deg, latitude_deg), radius_m=2000.0)


EAST, NORTH = zone("east", 55.0, 24.6), zone("north", 55.4, 24.0)


def flying(seconds: float, course_deg: float = 90.0, speed_mps: float = 50.0, **columns: object) -> Tracks:
    place = straight(np.array([seconds]), speed_mps=speed_mps, course_deg=course_deg)
    course = np.radians(course_deg)
    return Tracks.of(
        time_ns=np.array([START_NS + round(seconds * 1e9)]), track_id=np.array([5]), latitude_deg=place[:, 0],
        longitude_deg=place[:, 1], altitude_m=np.array([300.0]),
        velocity_east_mps=np.array([speed_mps * np.sin(course)]),
        velocity_north_mps=np.array([speed_mps * np.cos(course)]), velocity_up_mps=np.array([0.0]), label=Label(),
        **columns,
    )  # fmt: skip


def assess(zones: list[Zone], **how: float) -> Goals:
    book = GoalBook.of(zones, PLANE)
    for seconds in range(0, 200, 10):
        book.update(flying(seconds, **how))
    return book.assess(flying(190.0, **how))


def test_who_flies_at_a_zone_makes_for_it() -> None:
    goals = assess([EAST, NORTH])
    assert goals.probability[0, 0] > 0.6
    assert goals.probability[0, 1] < 0.1
    assert goals.probability.sum() <= 1.0


def test_the_time_of_arrival_is_that_to_the_edge() -> None:
    goals = assess([EAST, NORTH])
    distance_m = 38_360.0 - 190.0 * 50.0  # 0.6 deg of longitude at 55 N
    low, middle, high = goals.eta_s[0, 0]
    assert low < middle < high
    assert middle == pytest.approx((distance_m - 2000.0) / 50.0, rel=0.1)


def test_the_way_flown_speaks_for_the_zone_ahead_and_never_against_another() -> None:
    book = GoalBook.of([EAST, NORTH], PLANE)
    for seconds in range(0, 200, 10):
        book.update(flying(seconds))
    east, north = book.evidence(book.assess(flying(190.0)))[0]
    assert east > 0.8
    assert north == 0.0
    nothing = assess([EAST, NORTH], speed_mps=1.0)
    assert np.isnan(nothing.probability).all()
    assert book.evidence(nothing).tolist() == [[0.0, 0.0]]


def test_who_flies_away_makes_for_none() -> None:
    goals = assess([EAST, NORTH], course_deg=225.0)
    assert goals.probability.max() < 0.1


def test_within_a_zone_there_is_no_time_left() -> None:
    book = GoalBook.of([zone("here", *HOME), EAST], PLANE)
    book.update(flying(0.0))
    assert book.assess(flying(0.0)).eta_s[0, 0].tolist() == [0.0, 0.0, 0.0]


def test_of_who_hardly_moves_nothing_is_said() -> None:
    goals = assess([EAST, NORTH], speed_mps=1.0)
    assert np.isnan(goals.probability).all()
    assert np.isnan(goals.eta_s).all()


def test_the_order_of_zones_does_not_matter_and_borders_are_no_goals() -> None:
    one, other = assess([EAST, NORTH]), assess([NORTH, zone("border", 55.1, 24.1, "border"), EAST])
    assert other.probability[:, ::-1] == pytest.approx(one.probability)


def test_a_worthier_zone_is_the_likelier_goal_of_two_alike() -> None:
    worthy = EAST.model_copy(update={"id": "worthy", "value": 3.0})
    goals = assess([EAST, worthy])
    assert goals.probability[0, 1] == pytest.approx(3.0 * goals.probability[0, 0])


def test_a_polygon_counts_as_the_circle_of_its_area() -> None:
    ring = [(24.6 + 0.03 * np.cos(a), 55.0 + 0.0172 * np.sin(a)) for a in np.linspace(0.0, 2 * np.pi, 60)[:-1]]
    book = GoalBook.of([Zone(id="p", name="p", kind="protected", polygon=tuple(ring))], PLANE)
    x, y = PLANE.plane_from_geodetic(55.0, 24.6)
    assert book.centre[0] == pytest.approx([float(x), float(y)], abs=20.0)
    assert book.radius_m[0] == pytest.approx(1917.0, rel=0.01)


def test_dropped_tracks_are_forgotten_and_strangers_refused() -> None:
    book = GoalBook.of([EAST], PLANE)
    book.update(flying(0.0))
    book.update(flying(1.0, status=np.array([TrackStatus.DROPPED], np.uint8)))
    with pytest.raises(KeyError, match="updated before"):
        book.assess(flying(1.0))


def test_a_snapshot_goes_on_as_if_nothing_had_been() -> None:
    book, later = GoalBook.of([EAST, NORTH], PLANE), GoalBook.of([EAST, NORTH], PLANE)
    book.update(flying(0.0))
    later.restore(book.snapshot())
    for one in (book, later):
        one.update(flying(30.0))
    assert later.snapshot() == book.snapshot()
    assert np.array_equal(later.assess(flying(30.0)).probability, book.assess(flying(30.0)).probability)


def test_inbound_drones_arrive_about_when_told() -> None:
    generator = np.random.default_rng(11)
    off = []
    for _ in range(40):
        centres = generator.uniform(-60e3, 60e3, (8, 2))
        flight = fly_inbound(centres, generator)
        away = np.hypot(*(flight.states[:, 1:3] - centres[flight.goal]).T)
        arrival = int(np.argmax(away < 2000.0))
        for second in range(60, arrival - 30, 60):
            row = flight.states[second]
            now = np.array([[*row[1:5], row[0]]])
            memory = np.array([[*flight.states[0, 1:3], 0.0, *row[3:5], row[0]]])
            goals = judge_goals(now, memory, centres, np.full(8, 2000.0), np.full(8, (1.0 - NONE_PRIOR) / 8))
            off.append(abs(goals.eta_s[0, flight.goal, 1] / (arrival - second) - 1.0))
    assert np.median(off) < 0.1
