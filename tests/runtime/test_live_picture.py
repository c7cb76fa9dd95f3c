"""A reader of the live picture sees every change once, or a snapshot when it knows too little."""

import asyncio
import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sargas.model.label import Label
from sargas.model.records import Alert, Configuration, SensorStatus, SourceHealth
from sargas.model.tracks import Tracks, TrackStatus
from sargas.runtime.live_picture import LivePicture
from tests.runtime.store_cases import make_claim, make_interference, make_permission

LABEL = Label(originator="LTU")


def tracks_of(
    rows: dict[int, TrackStatus], *, latitude_deg: float = 55.0, sensor_ids: tuple[str, ...] = ("a",)
) -> Tracks:
    n = len(rows)
    whole, real = np.arange(n, dtype=np.int64), np.full(n, latitude_deg)
    words = -(-len(sensor_ids) // 64)
    return Tracks.of(
        time_ns=whole, track_id=np.array(list(rows), np.int64), latitude_deg=real, longitude_deg=real,
        altitude_m=real, velocity_east_mps=real, velocity_north_mps=real, velocity_up_mps=real, label=LABEL,
        status=np.array(list(rows.values()), np.uint8), sensor_ids=sensor_ids,
        contributing=np.ones((n, words), np.uint64),
    )  # fmt: skip


def alert(alert_id: str, state: str = "raised") -> Alert:
    return Alert(
        id=f"{alert_id}-{state}", time_ns=1, origin="LTU-1", label=LABEL, alert_id=alert_id, tier="critical",
        state=state, rule="zone_entry", track_ids=(1,), zone_id="z", zone_name="Zone", raised_ns=1,
    )  # fmt: skip


def test_tentative_tracks_are_not_shown_and_dropped_ones_are_deleted() -> None:
    picture = LivePicture()
    picture.apply([tracks_of({1: TrackStatus.CONFIRMED, 2: TrackStatus.TENTATIVE})], 10)
    assert picture.snapshot().tracks.track_id.tolist() == [1]
    known = picture.revision
    picture.apply([tracks_of({1: TrackStatus.DROPPED, 3: TrackStatus.COASTING})], 20)
    change = picture.changes(known)
    assert not change.snapshot
    assert change.deleted.tolist() == [1]
    assert change.tracks.track_id.tolist() == [3]
    assert change.receive_time_ns.tolist() == [20]
    assert picture.snapshot().tracks.track_id.tolist() == [3]
    assert picture.snapshot().deleted.tolist() == []


def test_a_reader_from_the_future_gets_a_snapshot() -> None:
    picture = LivePicture()
    picture.apply([tracks_of({1: TrackStatus.CONFIRMED})], 10)
    assert picture.changes(99).snapshot


def test_sensors_keep_their_names_over_batches_that_number_them_differently() -> None:
    picture = LivePicture()
    picture.apply([tracks_of({1: TrackStatus.CONFIRMED}, sensor_ids=("a",))], 10)
    picture.apply([tracks_of({2: TrackStatus.CONFIRMED}, sensor_ids=("b", "a"))], 10)
    picture.apply([tracks_of({3: TrackStatus.CONFIRMED}, sensor_ids=tuple(f"s{i}" for i in range(130)))], 10)
    assert picture.snapshot().tracks.contributing_sensor_ids() == [["a"], ["b"], ["s0", "s64", "s128"]]


def test_alerts_sources_and_configuration_come_once_and_in_snapshots() -> None:
    picture = LivePicture()
    health = SourceHealth(id="h", time_ns=1, origin="n", label=LABEL, source="riga", state="ok")
    settings = Configuration(
        id="c", time_ns=1, origin="n", label=LABEL, node="LTU-1", nation="LTU", exercise=True, origin_latitude_deg=55,
        origin_longitude_deg=24,
    )  # fmt: skip
    picture.apply([alert("x"), health, settings], 10)
    first = picture.changes(0)
    assert [a.alert_id for a in first.alerts] == ["x"]
    assert first.sources == (health,)
    assert first.configuration == settings
    assert first.exercise
    picture.apply([alert("x", "ended")], 20)
    second = picture.changes(first.revision)
    assert [a.state for a in second.alerts] == ["ended"]
    assert second.configuration is None
    assert second.exercise
    assert len(picture.snapshot().alerts) == 1


def test_ended_alerts_do_not_pile_up_but_raised_ones_stay() -> None:
    picture = LivePicture()
    picture.apply([alert("stays")], 1)
    for i in range(500):
        picture.apply([alert(f"a{i}", "ended")], 1)
    states = [a.state for a in picture.snapshot().alerts]
    assert states.count("raised") == 1
    assert states.count("ended") == 200


def test_waiting_ends_at_the_next_change_or_the_timeout() -> None:
    picture = LivePicture()

    async def wait() -> tuple[bool, bool]:
        early = await picture.wait_for_change(0, 0.02)
        timer = threading.Timer(0.05, picture.apply, ([tracks_of({1: TrackStatus.CONFIRMED})], 10))
        timer.start()
        return early, await picture.wait_for_change(0, 5.0)

    assert asyncio.run(wait()) == (False, True)


def test_what_is_not_shown_wakes_nobody_and_yet_moves_the_picture_s_time() -> None:
    picture = LivePicture()
    status = SensorStatus(id="s", time_ns=20, origin="riga", label=LABEL, sensor_id="riga", report="north")
    picture.apply([tracks_of({1: TrackStatus.CONFIRMED})], 10)
    known = picture.revision
    picture.apply([status], 20)
    assert not asyncio.run(picture.wait_for_change(known, 0.02))
    assert picture.revision > known
    assert picture.changes(known).valid_time_ns == 20
    picture.apply([status, alert("x")], 30)
    assert asyncio.run(picture.wait_for_change(known, 0.02))


@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 30), st.sampled_from(TrackStatus)), min_size=1, max_size=8), max_size=30
    ),
    st.integers(1, 5),
)
def test_following_changes_equals_a_snapshot(batches: list[list[tuple[int, TrackStatus]]], every: int) -> None:
    picture, seen, known = LivePicture(), dict[int, float](), -1
    for i, batch in enumerate(batches):
        picture.apply([tracks_of(dict(batch), latitude_deg=float(i))], i)
        if i % every == 0 or i == len(batches) - 1:
            change = picture.changes(known)
            if change.snapshot:
                seen.clear()
            for number in change.deleted.tolist():
                seen.pop(number, None)
            seen.update(zip(change.tracks.track_id.tolist(), change.tracks.latitude_deg.tolist(), strict=True))
            known = change.revision
    whole = picture.snapshot().tracks
    assert seen == dict(zip(whole.track_id.tolist(), whole.latitude_deg.tolist(), strict=True))


def test_interference_permissions_and_claims_are_part_of_the_picture() -> None:
    picture = LivePicture()
    begun, permission, claim = make_interference("4ca8e2", 5), make_permission(1, 5), make_claim(1, 5)
    picture.apply([tracks_of({1: TrackStatus.CONFIRMED}), begun, permission, claim], 10)
    known = picture.revision
    assert picture.snapshot().interference == (begun,)
    assert picture.snapshot().permissions == (permission,)
    assert picture.claims(1) == (claim,)
    ended, withdrawn = make_interference("4ca8e2", 8, "ended"), make_claim(1, 8, state="withdrawn")
    picture.apply([ended, withdrawn], 20)
    assert picture.changes(known).interference == (ended,)
    assert picture.changes(known).permissions == ()
    assert picture.claims(1) == (withdrawn,)
    picture.apply([tracks_of({1: TrackStatus.DROPPED})], 30)
    assert picture.claims(1) == ()


def test_deletions_and_claims_since_a_revision_come_in_the_order_they_were_told() -> None:
    picture = LivePicture()
    picture.apply([tracks_of(dict.fromkeys(range(1, 7), TrackStatus.CONFIRMED))], 1)
    picture.apply([make_claim(number, 2) for number in (1, 2, 3)], 2)
    known = picture.revision
    picture.apply([make_claim(2, 3)], 3)
    picture.apply([make_claim(5, 4)], 4)
    picture.apply([tracks_of({6: TrackStatus.DROPPED, 1: TrackStatus.DROPPED})], 5)
    last = picture.revision
    picture.apply([tracks_of({4: TrackStatus.DROPPED})], 6)
    change = picture.changes(known)
    assert change.claimed.tolist() == [2, 5]
    assert change.deleted.tolist() == [6, 1, 4]
    assert picture.changes(last).deleted.tolist() == [4]
    assert sorted(picture.snapshot().claimed.tolist()) == [2, 3, 5]


def test_a_claim_about_a_track_that_has_just_ended_is_not_kept() -> None:
    picture = LivePicture()
    picture.apply([tracks_of({7: TrackStatus.CONFIRMED}), make_claim(7, 1)], 1)
    assert len(picture.claims(7)) == 1
    picture.apply([tracks_of({7: TrackStatus.DROPPED})], 2)
    picture.apply([make_claim(7, 2)], 3)
    assert picture.claims(7) == ()
    assert picture.changes(2).claimed.tolist() == []
