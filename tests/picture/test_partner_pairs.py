"""An object that two partners see and we do not is told once, under one number, whoever of them ends first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.special import gammaincinv  # scipy.stats takes a second to import

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.fused_tracks import FusedTracks
from tests.picture.two_pictures import errors_of, whole
from tests.tracking.test_correlation import seen
from tests.tracking.test_groups import NORTH_M, flock
from tests.tracking.two_nodes import Scene

FIRST = 1 << 31
NOTHING: Tracks = flock([], [])


class Picture:
    """Runs a second at a time with what each partner reports, and keeps what was told."""

    def __init__(self, node: str = "ours") -> None:
        self.fused, self.told, self.changes, self.second = FusedTracks(node), list[Tracks](), list[Any](), 0

    def fly(self, seconds: int, own: Tracks = NOTHING, **partners: Tracks) -> list[int]:
        """Fly; return the numbers on the screens afterwards."""
        for _ in range(seconds):
            self.second += 1
            now_ns = self.second * NS_PER_S
            for name, tracks in partners.items():
                report = replace(self._moved(tracks), label=Label(originator=name.upper()))
                self.told += self.fused.take(name, report, now_ns)
            self.told += self.fused.silence(now_ns)
            told, changes = self.fused.advance(self._moved(own), now_ns)
            self.told += told
            self.changes += changes
            assert self.on_screen() == sorted(numbers_of(self.fused.alone(now_ns)))
        return self.on_screen()

    def _moved(self, tracks: Tracks) -> Tracks:
        north = 50.0 * self.second * NORTH_M
        return replace(seen(tracks, self.second), latitude_deg=tracks.latitude_deg + north)

    def on_screen(self) -> list[int]:
        """List the partners' numbers told and not ended, from the first partner number on."""
        shown = set[int]()
        for number, status in ((int(n), s) for b in self.told for n, s in zip(b.track_id, b.status, strict=True)):
            if number >= FIRST:
                (shown.discard if status == TrackStatus.DROPPED else shown.add)(number)
        return sorted(number - FIRST for number in shown)


def numbers_of(batches: Iterable[Tracks]) -> list[int]:
    return [int(n) - FIRST for batch in batches for n in batch.track_id]


def at(east_m: list[float], ids: list[int] | None = None, **columns: Any) -> Tracks:
    return flock(east_m, [0.0] * len(east_m), ids=ids, **columns)


def ended(tracks: Tracks) -> Tracks:
    return replace(tracks, status=np.full(len(tracks), TrackStatus.DROPPED, np.uint8))


def test_what_two_partners_begin_together_is_told_once_from_the_beginning() -> None:
    picture = Picture()
    assert picture.fly(1, lv=at([0, 9000]), ee=at([60, 30_000])) == [0, 1, 3]
    assert picture.fly(9, lv=at([0, 9000]), ee=at([60, 30_000])) == [0, 1, 3]
    assert [(c.joined, c.own - FIRST, c.remote - FIRST) for c in picture.changes] == [(True, 0, 2)]
    assert [label.originator for label in labels_of(picture, 0)] == ["EE+LV"]
    assert [label.originator for label in labels_of(picture, 1)] == ["LV"]


def labels_of(picture: Picture, number: int) -> list[Label]:
    return [b.label for b in picture.fused.alone(picture.second * NS_PER_S) if number + FIRST in b.track_id]


def test_the_number_told_first_stays_though_the_partner_first_heard_sees_the_object_later() -> None:
    picture = Picture()
    assert picture.fly(5, lv=at([50_000]), ee=at([60])) == [0, 1]
    for _ in range(8):
        assert picture.fly(1, lv=at([50_000, 0]), ee=at([60])) == [0, 1]
    assert [(c.joined, c.own - FIRST, c.remote - FIRST) for c in picture.changes] == [(True, 1, 2)]


def test_of_two_numbers_told_the_younger_ends_when_both_turn_out_to_be_one_object() -> None:
    picture = Picture()
    assert picture.fly(4, lv=at([50_000]), ee=at([0])) == [0, 1]
    assert picture.fly(4, lv=at([50_000, 4000]), ee=at([0])) == [0, 1, 2]
    assert picture.fly(12, lv=at([50_000, 50]), ee=at([0])) == [0, 1]


@pytest.mark.parametrize("how", ["says so", "goes silent", "goes on without it"])
@pytest.mark.parametrize("leader_began", ["first", "later"])
def test_the_number_stays_when_the_partner_that_leads_loses_the_object(how: str, leader_began: str) -> None:
    picture = Picture()
    if leader_began == "later":
        picture.fly(4, lv=at([50_000]), ee=at([60]))
    assert picture.fly(8, lv=at([50_000, 0]), ee=at([60])) == [0, 1]
    if how == "says so":
        last = replace(at([50_000, 0]), status=np.array([TrackStatus.CONFIRMED, TrackStatus.DROPPED], np.uint8))
        assert picture.fly(1, lv=last, ee=at([60])) == [0, 1]
    after = {} if how == "goes silent" else {"lv": at([50_000])}
    for _ in range(40):
        assert 1 in picture.fly(1, ee=at([60]), **after)
    assert picture.on_screen() == ([1] if how == "goes silent" else [0, 1])
    assert [c for c in picture.changes if not c.joined] == []
    assert picture.fly(1, ee=ended(at([60])), **after) == ([] if how == "goes silent" else [0])


def test_a_follower_that_ends_leaves_the_number_and_a_third_partner_goes_on_under_it() -> None:
    picture = Picture()
    assert picture.fly(8, lv=at([0]), ee=at([60]), pl=at([-60])) == [0]
    assert picture.fly(1, lv=at([0]), ee=ended(at([60])), pl=at([-60])) == [0]
    assert picture.fly(1, lv=ended(at([0])), pl=at([-60])) == [0]
    assert picture.fly(5, pl=at([-60])) == [0]
    assert picture.fly(1, pl=ended(at([-60]))) == []


def test_when_both_end_in_one_second_the_number_ends() -> None:
    for first, second in (("lv", "ee"), ("ee", "lv")):
        picture = Picture()
        picture.fly(8, lv=at([0]), ee=at([60]))
        assert picture.fly(1, **{first: ended(at([0])), second: ended(at([0]))}) == []


def test_what_flies_apart_is_told_as_two_again() -> None:
    picture = Picture()
    assert picture.fly(8, lv=at([0]), ee=at([60])) == [0]
    assert len(picture.fly(12, lv=at([0]), ee=at([3000]))) == 2
    assert [c.joined for c in picture.changes] == [True, False]


def test_an_object_of_ours_hides_both_and_gives_them_back_as_one() -> None:
    picture = Picture()
    assert picture.fly(8, lv=at([0]), ee=at([60])) == [0]
    assert picture.fly(4, own=at([20], [7]), lv=at([0]), ee=at([60])) == []
    assert len(picture.fly(4, lv=at([0]), ee=at([60]))) == 1
    reasons = [c.reason.en for c in picture.changes if not c.joined]
    assert reasons == ["the own track ended"] * 2


def test_if_one_track_of_an_object_is_ours_all_of_them_are() -> None:
    """The address says that the second partner's is ours; the first one's, 700 m off, would not be by itself."""
    picture, code = Picture(), {"icao_address": np.array([0x4CA001], np.int32)}
    picture.fly(8, lv=at([600]), ee=at([300], **code))
    assert picture.fly(8, own=at([0], [7], **code), lv=at([600]), ee=at([300], **code)) == []


def test_two_close_together_are_told_once_each_though_it_is_open_which_is_which() -> None:
    picture = Picture()
    picture.fly(20, lv=at([0, 120]), ee=at([50, 70]))
    assert picture.on_screen() == [0, 1]


@pytest.mark.parametrize("seconds", [2, 10])
def test_the_order_of_rows_changes_nothing(seconds: int) -> None:
    runs = []
    for turn in (1, -1):
        picture, places = Picture(), np.arange(20) * 5000.0
        theirs = at((places + 50.0).tolist()).take(np.arange(20)[::turn])
        picture.fly(seconds, lv=at(places.tolist()), ee=theirs)
        (batch,) = picture.fused.alone(picture.second * NS_PER_S)
        runs.append(batch.longitude_deg)
    np.testing.assert_array_equal(*runs)


def fuse_scene(case: str, seed: int) -> tuple[Scene, FusedTracks, np.ndarray[Any, Any]]:
    """Let two partners, each with a filter of its own, tell of 200 objects that we do not see; errors once settled."""
    scene, fused, rows = Scene(200, seed), FusedTracks("ours"), list[tuple[float, ...]]()
    sensors = {"apart": (("a",), ("b",)), "shared radar": (("a",), ("a", "b")), "fuses theirs": (("a",), ("b",))}[case]
    mask = {"contributing": np.full((200, 1), 1, np.uint64)}
    for step in range(40):
        scene.step(shared=case == "shared radar")
        if case == "fuses theirs":
            scene.partner.take_in(scene.own.x, scene.own.p)
        first = scene.tracks(scene.own.x, scene.own.p, sensor_ids=sensors[0], **mask)
        mask_b = {"contributing": np.full((200, 1), 2 ** len(sensors[1]) - 1, np.uint64)}
        second = scene.tracks(scene.partner.x, scene.partner.p, sensor_ids=sensors[1], **mask_b)
        fused.take("lv", first, scene.time_ns)
        fused.take("ee", second, scene.time_ns)
        fused.advance(NOTHING, scene.time_ns)
        told = whole(fused.alone(scene.time_ns))
        if step >= 10:
            alone = [whole([replace(t, track_id=np.arange(1, 201))]) for t in (first, second)]
            rows.append((*errors_of(scene, told), *errors_of(scene, alone[0]), *errors_of(scene, alone[1])))
    return scene, fused, np.array(rows).mean(axis=0)


@pytest.mark.parametrize("case", ["apart", "shared radar", "fuses theirs"])
@pytest.mark.parametrize("seed", [41, 42])
def test_two_partners_together_are_consistent_and_not_worse_than_the_one_that_leads(case: str, seed: int) -> None:
    _, fused, mean = fuse_scene(case, seed)
    assert len(fused.between.joined.own) == 200
    band = float(2.0 * gammaincinv(3 * 200, 0.975)) / 200
    nees, position, velocity, lead_nees, lead_position, lead_velocity, _, other_position, _ = mean.tolist()
    assert nees <= max(band, lead_nees)
    assert position <= lead_position * 1.005
    assert velocity <= lead_velocity * 1.005
    if case == "apart":
        assert position < 0.97 * min(lead_position, other_position)


def test_the_track_with_all_sensors_of_the_other_is_taken_as_it_is() -> None:
    scene, fused, _ = fuse_scene("shared radar", 43)
    told = whole(fused.alone(scene.time_ns))
    second = scene.tracks(scene.partner.x, scene.partner.p)
    np.testing.assert_allclose(told.latitude_deg, second.latitude_deg, atol=1e-9)
