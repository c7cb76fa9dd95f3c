"""Tracks survive the wire within the steps that spec/release.md promises, in the octets it promises."""

import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.formats.release.octets import ReleaseError
from sargas.formats.release.track_wire import Detail, ToldTracks, pack_tracks, unpack_tracks
from sargas.geo.wgs84 import curvature_radius_m
from sargas.model.columns import PlotFlag
from sargas.model.tracks import CLASSES, Tracks
from tests.formats.release.making import LABEL, MS, T0_NS, told, tracks

LEAST = Detail()
WHOLE = Detail(full_accuracy=True, sensor_names=True, echo=True)


def round_trip(one: ToldTracks, bucket: int = 0, buckets: int = 1, detail: Detail = LEAST) -> ToldTracks:
    found, got_bucket, got_buckets = unpack_tracks(pack_tracks(one, "LVA", bucket, buckets, detail), "LVA", LABEL)
    assert (got_bucket, got_buckets) == (bucket, buckets)
    return found


def assert_alike(before: Tracks, after: Tracks) -> None:
    assert after.track_id.tolist() == before.track_id.tolist()
    north = np.radians(after.latitude_deg - before.latitude_deg) * 6_400_000
    east = np.radians((after.longitude_deg - before.longitude_deg + 180) % 360 - 180) * 6_400_000
    assert (np.hypot(north, east * np.cos(np.radians(before.latitude_deg))) <= 1.5).all(), "promised: 5 m"
    np.testing.assert_allclose(after.altitude_m, before.altitude_m, atol=0.51)
    for name, half in (("velocity_east_mps", 0.051), ("velocity_north_mps", 0.051), ("velocity_up_mps", 0.251)):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), atol=half, err_msg=name)
    age, told_age = ((b.time_ns - b.update_time_ns) / 1e9 for b in (before, after))
    assert ((told_age <= age) & (age - told_age < 0.5)).all()
    assert after.status.tolist() == before.status.tolist()
    assert after.class_probabilities.argmax(axis=1).tolist() == before.class_probabilities.argmax(axis=1).tolist()
    told_chance, chance = after.class_probabilities.max(axis=1), before.class_probabilities.max(axis=1)
    np.testing.assert_allclose(told_chance, chance, atol=0.034 + 0.05)


@settings(max_examples=100)
@given(n=st.integers(0, 40), seed=st.integers(0, 10_000), buckets=st.integers(1, 32))
def test_tracks_survive_the_wire_within_its_steps(n: int, seed: int, buckets: int) -> None:
    batch = tracks(n, seed, buckets)
    assert_alike(batch, round_trip(told(batch), 7 % buckets, buckets).tracks)


@given(seed=st.integers(0, 1000))
def test_what_was_read_is_written_again_bit_by_bit(seed: int) -> None:
    named = tracks(9, seed, sensor_ids=("a", "b"), contributing=np.full((9, 1), 2, np.uint64))
    for detail in (LEAST, Detail(sensor_names=True, echo=True)):
        first = pack_tracks(told(named, T0_NS - 5 * MS, 2), "LVA", 0, 1, detail)
        found, _, _ = unpack_tracks(first, "LVA", LABEL)
        stripped = replace(found.tracks, sensor_ids=tuple(s.removeprefix("LVA:") for s in found.tracks.sensor_ids))
        assert pack_tracks(replace(found, tracks=stripped), "LVA", 0, 1, detail) == first


@given(
    since=st.lists(st.one_of(st.just(-1), st.integers(0, T0_NS + 60_000 * MS)), min_size=1, max_size=20),
    foreign=st.lists(
        st.sampled_from([b"", b"LTU-1", b"POL-999999999999", b"LVA-7", b"EST-0"]), min_size=20, max_size=20
    ),
)
def test_identities_and_their_ages_survive_exactly(since: list[int], foreign: list[bytes]) -> None:
    n = len(since)
    batch = tracks(n, network_id=np.array(foreign[:n], "S16"), network_since_ns=np.array(since, np.int64))
    found = round_trip(ToldTracks(batch, np.zeros(n, np.uint8)))
    own = [f"LVA-{number}".encode() for number in batch.track_id.tolist()]
    assert found.tracks.network_id.tolist() == [f or o for f, o in zip(foreign, own, strict=False)][:n]
    assert found.tracks.network_since_ns.tolist() == since


def test_accuracy_is_never_told_better_than_it_is_and_by_default_in_whole_octaves() -> None:
    batch = tracks(200, 3)
    true = np.sqrt((batch.covariance[:, 0] + batch.covariance[:, 6]) / 2 + np.hypot(
        (batch.covariance[:, 0] - batch.covariance[:, 6]) / 2, batch.covariance[:, 1]))  # fmt: skip
    coarse = round_trip(told(batch)).tracks.covariance
    sigma = np.sqrt(coarse[:, 0])
    assert ((sigma >= true * 0.999) & (sigma <= true * 2.001)).all()
    np.testing.assert_allclose(np.log2(sigma) % 1, 0, atol=1e-9)
    assert (coarse[:, 1] == 0).all()
    fine = round_trip(told(batch), detail=Detail(full_accuracy=True)).tracks.covariance
    for place in (0, 6):
        ratio = np.sqrt(fine[:, place] / batch.covariance[:, place])
        assert ((ratio > 0.9) & (ratio < 1.35)).all()


def test_sensors_echo_and_shape_are_told_only_when_granted() -> None:
    batch = tracks(
        4,
        sensor_ids=("north-radar", "south-radar"),
        contributing=np.array([[1], [2], [3], [0]], np.uint64),
        rcs_dbsm=np.array([-10.2, 3, np.nan, 200], np.float32),
    )
    least = pack_tracks(told(batch), "LVA", 0, 1)
    assert b"radar" not in least
    found = round_trip(told(batch)).tracks
    assert found.contributing_sensor_ids() == [["partner:LVA"]] * 4
    assert np.isnan(found.rcs_dbsm).all()
    whole = round_trip(told(batch), detail=WHOLE).tracks
    assert whole.contributing_sensor_ids() == [
        ["LVA:north-radar"], ["LVA:south-radar"], ["LVA:north-radar", "LVA:south-radar"], [],
    ]  # fmt: skip
    assert whole.rcs_dbsm.tolist()[:2] == [-10, 3]
    assert np.isnan(whole.rcs_dbsm[2])
    assert whole.rcs_dbsm[3] == 127


def test_what_is_unknown_stays_unknown_and_marks_survive() -> None:
    batch = tracks(
        3,
        altitude_m=np.array([np.nan, 10, 20]),
        velocity_up_mps=np.array([1, np.nan, 2]),
        velocity_east_mps=np.array([np.nan, 5000.0, -5000.0]),
        covariance=np.full((3, 21), np.nan),
        class_probabilities=np.full((3, len(CLASSES)), np.nan, np.float32),
        flags=np.array([PlotFlag.SIMULATED, PlotFlag.ON_GROUND, PlotFlag.SPI | PlotFlag.FIELD_MONITOR], np.uint16),
        time_ns=np.array([T0_NS, T0_NS - 1500 * MS, T0_NS], np.int64),
    )
    found = round_trip(ToldTracks(batch, np.array([0, 1, 2], np.uint8)))
    after = found.tracks
    assert np.isnan(after.altitude_m[0])
    assert np.isnan(after.velocity_up_mps[1])
    assert np.isnan(after.velocity_east_mps[0])
    assert after.velocity_east_mps[1] == pytest.approx(3276.7), "what is beyond the scale is told at its end"
    assert np.isnan(after.covariance).all()
    assert np.isnan(after.position_95_m).all()
    assert np.isnan(after.class_probabilities).all()
    assert after.flags.tolist() == [PlotFlag.SIMULATED, PlotFlag.ON_GROUND, PlotFlag.SIMULATED]
    assert after.time_ns.tolist() == batch.time_ns.tolist()
    assert found.danger.tolist() == [0, 1, 2]
    assert (after.icao_address == -1).all()


def test_a_track_costs_at_most_24_octets() -> None:
    batch = tracks(60, 5, buckets=4)
    body = pack_tracks(told(batch, T0_NS - 754_321 * MS, 1), "LVA", 3, 4)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = packer.compress(body) + packer.flush()
    assert min(len(body), len(deflated)) / 60 <= 24.0
    without_ages = pack_tracks(told(batch), "LVA", 3, 4)
    assert len(without_ages) / 60 <= 20.5


@pytest.mark.parametrize(
    ("columns", "bucket", "buckets", "reason"),
    [
        ({}, 1, 2, None),
        ({}, 0, 2, "expected numbers of bucket 0 of 2"),
        ({}, 0, 33, "below 1..32 buckets"),
        ({"track_id": np.array([7, 7, 7])}, 0, 1, "each once"),
        ({"latitude_deg": np.array([1, np.nan, 2])}, 0, 1, "leave the row out"),
        ({"network_id": np.array([b"lva-1"] * 3, "S16")}, 0, 1, "network identity such as LTU-1234"),
    ],
)
def test_rows_that_fit_no_column_are_refused(
    columns: dict[str, Any], bucket: int, buckets: int, reason: str | None
) -> None:
    batch = told(tracks(3, buckets=buckets, **columns))
    if reason is None:
        assert pack_tracks(batch, "LVA", bucket, buckets)
    else:
        with pytest.raises(ReleaseError, match=reason):
            pack_tracks(batch, "LVA", bucket, buckets)


@settings(max_examples=300)
@given(st.data())
def test_any_body_is_read_or_refused(data: st.DataObject) -> None:
    if data.draw(st.booleans()):
        body = data.draw(st.binary(max_size=200))
    else:
        whole = bytearray(pack_tracks(told(tracks(3), T0_NS - 1, 1), "LVA", 0, 1, WHOLE))
        for _ in range(data.draw(st.integers(1, 4))):
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
        body = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        found, _, _ = unpack_tracks(body, "LVA", LABEL)
    except ReleaseError:
        return
    assert np.all(np.abs(found.tracks.latitude_deg) <= 90)
    assert np.all(np.abs(found.tracks.longitude_deg) <= 180)
    assert len(set(found.tracks.track_id.tolist())) == len(found.tracks)


def test_the_step_of_a_position_is_below_three_metres() -> None:
    radius = float(np.max(curvature_radius_m(np.array([0.0]), np.array([0.0]))))
    assert np.radians(360.0 / (1 << 24)) * radius < 3.0
