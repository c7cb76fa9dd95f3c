"""Tracks that fly together get a group, keep their numbers, and are counted; the same calls give the same groups."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.model.columns import NS_PER_S, PlotFlag
from sargas.model.label import Label
from sargas.model.records import Sensor
from sargas.model.tracks import Tracks, TrackStatus
from sargas.tracking.groups import GroupChange, Groups
from sargas.tracking.neighbours import Flights

NORTH_M = 1.0 / 111_320.0
EAST_M = 1.0 / (111_320.0 * np.cos(np.radians(55.0)))
RADAR = Sensor(
    id="radar", kind="radar-3d", latitude_deg=55.0, longitude_deg=24.0, sigma_range_m=50.0, sigma_azimuth_deg=0.1
)


def flock(
    east_m: Any, north_m: Any, *, ids: Any = None, speed: Any = 50.0, far_m: float = 0.0, **columns: Any
) -> Tracks:
    """Return tracks at places near (55 N, 24 E + far), flying north."""
    east, north = np.asarray(east_m, float), np.asarray(north_m, float)
    n = len(east)
    return Tracks.of(
        time_ns=np.zeros(n, np.int64),
        track_id=np.arange(1, n + 1) if ids is None else np.asarray(ids, np.int64),
        latitude_deg=55.0 + north * NORTH_M,
        longitude_deg=24.0 + (east + far_m) * EAST_M,
        altitude_m=np.full(n, 500.0),
        velocity_east_mps=np.zeros(n),
        velocity_north_mps=np.broadcast_to(np.asarray(speed, float), n).copy(),
        velocity_up_mps=np.zeros(n),
        label=Label(),
        **columns,
    )


def run(groups: Groups, tracks: Tracks, seconds: range, sensors: tuple[Sensor, ...] = ()) -> list[GroupChange]:
    return [c for s in seconds for c in groups.advance(tracks, s * NS_PER_S, sensors)[1]]


def test_tracks_together_for_thirty_seconds_are_a_group_and_keep_their_numbers() -> None:
    groups, tracks = Groups(first_id=7), flock([0, 300, 600, 5000], [0, 0, 0, 0])
    assert run(groups, tracks, range(30)) == []
    column, (formed,) = groups.advance(tracks, 30 * NS_PER_S)
    assert column.tolist() == [7, 7, 7, -1]
    assert (formed.event, formed.group_id, formed.track_ids, formed.count_low) == ("group_formed", 7, (1, 2, 3), 3)
    assert groups.mark(tracks).group_id.tolist() == [7, 7, 7, -1]
    assert groups.advance(tracks, 31 * NS_PER_S)[1] == ()


@pytest.mark.parametrize(
    "columns",
    [
        {"speed": [50.0, 62.0]},
        {"flags": np.array([PlotFlag.SIMULATED, 0], np.uint16)},
        {"altitude_m": np.array([500.0, 1100.0])},
        {"speed": [np.nan, 50.0]},
    ],
    ids=["other speed", "one is simulated", "other height", "speed unknown"],
)
def test_what_does_not_fly_together_is_no_group(columns: dict[str, Any]) -> None:
    height = columns.pop("altitude_m", None)
    tracks = flock([0, 100], [0, 0], **columns)
    tracks = tracks if height is None else replace(tracks, altitude_m=height)
    assert run(Groups(), tracks, range(60)) == []


def test_a_height_nobody_knows_well_does_not_part_a_group() -> None:
    covariance = np.zeros((2, 21))
    covariance[:, 11] = 1000.0**2
    tracks = replace(flock([0, 100], [0, 0]), altitude_m=np.array([500.0, 1900.0]), covariance=covariance)
    assert [c.event for c in run(Groups(), tracks, range(40))] == ["group_formed"]
    tracks = replace(flock([0, 100], [0, 0]), altitude_m=np.array([500.0, np.nan]))
    assert [c.event for c in run(Groups(), tracks, range(40))] == ["group_formed"]


def test_a_member_leaves_only_after_thirty_seconds_apart() -> None:
    groups = Groups()
    run(groups, flock([0, 300, 600], [0, 0, 0]), range(31))
    assert run(groups, flock([0, 300, 1040], [0, 0, 0]), range(31, 100)) == []  # 740 m: neither close nor apart
    assert run(groups, flock([0, 300, 1500], [0, 0, 0]), range(100, 129)) == []
    assert run(groups, flock([0, 300, 1000], [0, 0, 0]), range(129, 131)) == []
    (left,) = run(groups, flock([0, 300, 1500], [0, 0, 0]), range(131, 170))
    assert (left.event, left.track_ids, left.reason.en) == ("group_changed", (1, 2), "1 left")
    (ended,) = run(groups, flock([0, 5000, 9000], [0, 0, 0]), range(170, 210))
    assert (ended.event, ended.track_ids, ended.reason.en) == (
        "group_ended",
        (1, 2),
        "fewer than two still fly together",
    )


def test_a_member_that_is_dropped_leaves_at_once() -> None:
    groups, tracks = Groups(), flock([0, 300, 600], [0, 0, 0])
    run(groups, tracks, range(31))
    column, (changed,) = groups.advance(tracks.take([0, 1]), 31 * NS_PER_S)
    assert (changed.track_ids, changed.reason.en, column.tolist()) == ((1, 2), "1 left", [1, 1])
    assert groups.column(np.array([3])).tolist() == [-1]


def test_of_two_groups_that_meet_the_larger_keeps_its_number_and_the_other_says_where_it_went() -> None:
    groups = Groups()
    run(groups, flock([0, 300, 9000, 9300, 9600], [0] * 5), range(31))
    changes = run(groups, flock([0, 300, 600, 900, 1200], [0] * 5), range(31, 70))
    assert [(c.event, c.group_id) for c in changes] == [("group_ended", 1), ("group_changed", 2)]
    assert changes[0].reason.en == "joined group 2"
    parted = run(groups, flock([0, 300, 9000, 9300, 9600], [0] * 5), range(70, 120))
    assert {c.group_id: c.track_ids for c in parted} == {2: (3, 4, 5), 3: (1, 2)}


def test_the_count_tells_what_radars_far_away_cannot_tell_apart() -> None:
    mask = np.ones((3, 1), np.uint64)
    for far_m, high in ((2_000.0, 3), (100_000.0, 3 * 4)):
        tracks = flock([0, 150, 300], [0, 0, 0], far_m=far_m, contributing=mask, sensor_ids=("radar",))
        formed = run(Groups(), tracks, range(31), (RADAR,))[0]
        assert (formed.count_low, formed.count_high) == (3, high)
    coasting = np.array([1, 1, TrackStatus.COASTING], np.uint8)
    formed = run(Groups(), flock([0, 150, 300], [0, 0, 0], status=coasting), range(31), (RADAR,))[0]
    assert (formed.count_low, formed.count_high) == (2, 3)


def test_a_count_that_flickers_is_told_every_ten_seconds_at_most() -> None:
    groups = Groups()
    run(groups, flock([0, 300], [0, 0]), range(31))
    told = []
    for s in range(31, 91):
        status = np.array([1, 1 + s % 2], np.uint8)
        told += groups.advance(flock([0, 300], [0, 0], status=status), s * NS_PER_S)[1]
    assert 3 <= len(told) <= 6
    assert {c.reason.en for c in told} == {"count"}


def test_pairs_meet_across_the_antimeridian_and_at_any_latitude() -> None:
    for latitude in (0.0, 55.0, 84.0):
        tracks = flock([0, 0], [0, 0])
        step = 200.0 / (111_320.0 * np.cos(np.radians(latitude)))
        tracks = replace(tracks, latitude_deg=np.full(2, latitude), longitude_deg=np.array([180 - step, -180 + step]))
        distance_m, _ = Flights.of(tracks).separations(np.array([0]), np.array([1]))
        assert distance_m[0] == pytest.approx(400.0, rel=5e-3)
        assert [c.event for c in run(Groups(), tracks, range(31))] == ["group_formed"]


SKY = st.lists(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3), st.integers(0, 2)), min_size=2, max_size=9),
    min_size=1,
    max_size=4,
)


def sky(places: list[tuple[int, int, int]]) -> Tracks:
    return flock(
        [p[0] * 240.0 for p in places], [p[1] * 240.0 for p in places], speed=[50.0 + 6 * p[2] for p in places]
    )


@settings(max_examples=60)
@given(phases=SKY, seed=st.integers(0, 2**16))
def test_the_order_of_rows_changes_nothing(phases: list[list[tuple[int, int, int]]], seed: int) -> None:
    straight, shuffled, random = Groups(), Groups(), np.random.default_rng(seed)
    for phase, places in enumerate(phases):
        tracks = sky(places)
        for s in range(40 * phase, 40 * phase + 40, 5):
            order = random.permutation(len(tracks))
            column, changes = straight.advance(tracks, s * NS_PER_S, (RADAR,))
            other, same = shuffled.advance(tracks.take(order), s * NS_PER_S, (RADAR,))
            assert changes == same
            assert column[order].tolist() == other.tolist()
    assert straight.snapshot() == shuffled.snapshot()


@settings(max_examples=60)
@given(phases=SKY)
def test_numbers_are_never_used_twice_and_a_dump_goes_on_as_it_was(phases: list[list[tuple[int, int, int]]]) -> None:
    groups, formed, ended = Groups(), list[int](), list[int]()
    for phase, places in enumerate(phases):
        tracks = sky(places)
        for s in range(70 * phase, 70 * phase + 70, 5):
            restored = Groups()
            restored.restore(groups.snapshot())
            assert restored.snapshot() == groups.snapshot()
            column, changes = groups.advance(tracks, s * NS_PER_S)
            again = restored.advance(tracks, s * NS_PER_S)
            assert (column.tolist(), changes) == (again[0].tolist(), again[1])
            formed += [c.group_id for c in changes if c.event == "group_formed"]
            ended += [c.group_id for c in changes if c.event == "group_ended"]
            standing = set(formed) - set(ended)
            assert set(column.tolist()) - {-1} == standing
            assert all((column == group).sum() >= 2 for group in standing)
    assert len(set(formed)) == len(formed)
    assert len(set(ended)) == len(ended)
    assert formed == sorted(formed)


def test_a_swarm_of_hundreds_is_one_group_of_bounded_memory() -> None:
    random = np.random.default_rng(3)
    tracks = flock(random.uniform(0, 900, 400), random.uniform(0, 900, 400))
    groups = Groups()
    (formed,) = run(groups, tracks, range(0, 31, 10))
    assert len(formed.track_ids) == 400
    assert len(groups.snapshot()) < 400 * 12 * 40 + 20_000


def test_ten_thousand_tracks_cost_milliseconds() -> None:
    random = np.random.default_rng(4)
    tracks = flock(random.uniform(-3e5, 3e5, 10_000), random.uniform(-3e5, 3e5, 10_000), speed=random.uniform(20, 250))
    groups = Groups()
    run(groups, tracks, range(2))
    spent = []
    for s in range(2, 12):
        began = time.thread_time()
        groups.advance(tracks, s * NS_PER_S)
        spent.append(time.thread_time() - began)
    assert sorted(spent)[5] < 0.02  # a loaded machine may take longer than the 5 ms of the benchmark
