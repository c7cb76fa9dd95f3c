"""The fused picture is never worse than ours alone and as consistent, whatever the partner does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import gammaincinv  # scipy.stats takes a second to import

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.fused_rows import STALE_NS
from sargas.picture.fused_tracks import FusedTracks
from tests.picture.two_pictures import CASES, OBJECTS, run, whole
from tests.tracking.test_correlation import seen, theirs
from tests.tracking.test_groups import flock
from tests.tracking.two_nodes import Scene

LATVIA = Label(releasable_to=("LVA",), originator="LVA")
BAND = float(2.0 * gammaincinv(3 * OBJECTS, 0.975)) / OBJECTS
"""Upper end of the 95 % band of the mean NEES of one step."""


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", [31, 32])
def test_with_a_partner_the_picture_is_no_worse_and_stays_consistent(case: str, seed: int) -> None:
    found = run(case, seed)
    assert found.nees <= max(BAND, found.own_nees)
    assert found.nees <= found.own_nees * 1.02
    assert found.position <= found.own_position * 1.005
    assert found.velocity <= found.own_velocity * 1.005


@pytest.mark.parametrize("case", ["apart", "shared radar", "fuses ours"])
def test_an_honest_partner_makes_the_picture_better(case: str) -> None:
    found = run(case, 33)
    assert found.joined == OBJECTS
    assert found.position < 0.97 * found.own_position


def test_our_own_track_sent_back_adds_nothing_and_promises_nothing() -> None:
    found = run("sends ours back", 34)
    assert found.joined == OBJECTS
    assert found.nees == pytest.approx(found.own_nees, rel=1e-3)
    assert found.position == pytest.approx(found.own_position, rel=1e-3)


def test_the_offset_of_a_partner_is_learnt() -> None:
    found = run("offset", 35)
    np.testing.assert_allclose(found.fused.correlation.bias(0).offset_m, [250.0, -150.0], atol=25.0)


class Pair:
    """A scene of a few objects, of which both sides report all, for tests of what is told."""

    def __init__(self, node: str = "ours", objects: int = 4) -> None:
        self.scene, self.fused = Scene(objects, 5), FusedTracks(node)
        self.told: list[Tracks] = []

    def partner(self, **columns: object) -> Tracks:
        given = {"label": LATVIA, "sensor_ids": ("riga",)} | columns
        masks = np.ones((len(self.scene.truth), 1), np.uint64)
        return self.scene.tracks(self.scene.partner.x, self.scene.partner.p, **({"contributing": masks} | given))

    def own(self, **columns: object) -> Tracks:
        masks = np.ones((len(self.scene.truth), 1), np.uint64)
        given = {"sensor_ids": ("vilnius",), "contributing": masks} | columns
        return self.scene.tracks(self.scene.own.x, self.scene.own.p, **given)

    def fly(self, steps: int, **columns: object) -> list[str]:
        events = []
        for _ in range(steps):
            self.scene.step()
            self.told += self.fused.take("lv", self.partner(**columns), self.scene.time_ns)
            told, changes = self.fused.advance(self.own(), self.scene.time_ns)
            self.told += told
            events += ["joined" if change.joined else "parted" for change in changes]
        return events


def test_a_correlated_remote_track_ends_in_public_and_the_own_one_names_its_sensors() -> None:
    pair = Pair()
    assert pair.fly(6) == ["joined"] * 4
    numbers = {int(n) for batch in pair.told for n in batch.track_id}
    assert numbers == {1, 2, 3, 4}, "theirs began with ours: never told by themselves"
    (own,) = pair.fused.read(pair.own())
    assert own.contributing_sensor_ids() == [["vilnius", "riga"]] * 4
    assert own.label.releasable_to == ()
    assert own.label.originator == "LTU+LVA"
    assert np.isfinite(own.position_95_m).all()
    assert len(pair.fused.take("lv", pair.partner(), pair.scene.time_ns)) == 0


def test_a_remote_track_that_was_told_and_is_ours_after_all_ends_in_public() -> None:
    fused, told = FusedTracks("ours"), list[Tracks]()
    for s in range(8):
        told += fused.take("lv", seen(theirs([60], [0]), s), s * NS_PER_S)
        told += fused.advance(seen(flock([0], [0]) if s >= 2 else flock([], []), s), s * NS_PER_S)[0]
    remote = [int(status) for b in told for n, status in zip(b.track_id, b.status, strict=True) if n >= 1 << 31]
    assert remote == [TrackStatus.CONFIRMED] * 5 + [TrackStatus.DROPPED]


def test_what_begins_anew_names_what_was_told_of_partners_and_gives_no_number_twice() -> None:
    fused, fresh, told = FusedTracks("ours"), FusedTracks("ours"), list[Tracks]()
    for s in range(6):
        told += fused.take("lv", seen(theirs([60], [0]), s), s * NS_PER_S)
        told += fused.advance(seen(flock([], []), s), s * NS_PER_S)[0]
    numbers = {int(n) for batch in told for n in batch.track_id}
    ending = fresh.go_on_from(fused, 6 * NS_PER_S)
    assert {int(n) for batch in ending for n in batch.track_id} == numbers != set()
    assert not fresh.partners.shown()
    for s in range(6, 12):
        told = [*fresh.take("lv", seen(theirs([60], [0]), s), s * NS_PER_S)]
        told += fresh.advance(seen(flock([], []), s), s * NS_PER_S)[0]
    assert told
    assert numbers.isdisjoint(int(n) for batch in told for n in batch.track_id)


def test_labels_of_partners_mark_only_what_they_are_in() -> None:
    pair = Pair()
    pair.fly(6)
    alone = replace(pair.own().take([0]), track_id=np.array([99]))
    both = whole([pair.own(), alone])
    batches = {batch.label.originator: batch.track_id.tolist() for batch in pair.fused.read(both)}
    assert batches == {"": [99], "LVA": [1, 2, 3, 4]}


def test_a_track_that_holds_ours_is_not_fused_back_but_told_once() -> None:
    pair = Pair(node="riga")  # the sensor behind the partner's tracks is this node
    assert pair.fly(6) == ["joined"] * 4
    own = pair.own()
    (read,) = pair.fused.read(own)
    np.testing.assert_array_equal(read.covariance, own.covariance)
    assert read.contributing_sensor_ids() == [["vilnius"]] * 4
    assert len(pair.fused.take("lv", pair.partner(), pair.scene.time_ns)) == 0


def test_a_remote_track_that_parts_is_told_again_under_a_new_number() -> None:
    pair = Pair()
    pair.fly(6)
    pair.scene.partner.x[:, 0] += 4000.0
    pair.told.clear()
    pair.scene.step(partner_looks=False)
    for _ in range(12):
        pair.scene.time_ns += 2 * NS_PER_S
        pair.told += pair.fused.take("lv", pair.partner(), pair.scene.time_ns)
        pair.told += pair.fused.advance(pair.own(), pair.scene.time_ns)[0]
    numbers = {int(n) for batch in pair.told for n in batch.track_id if n >= 1 << 31}
    assert numbers == {(1 << 31) + k for k in range(4, 8)}


def test_a_pair_that_suddenly_disagrees_is_not_fused_even_before_it_parts() -> None:
    pair = Pair()
    pair.fly(6)
    pair.scene.partner.x[1, 0] += 1500.0
    pair.fused.take("lv", pair.partner(), pair.scene.time_ns)
    own = pair.own()
    read = whole(pair.fused.read(own))
    changed = (read.covariance != own.covariance).any(axis=1)
    assert changed.tolist() == [True, False, True, True]
    assert read.latitude_deg[1] == own.latitude_deg[1]
    assert len(pair.fused.hidden) == 4


def test_a_late_report_is_not_fused_and_a_silent_partner_ends() -> None:
    pair = Pair()
    pair.fly(6)
    own = pair.own(time_ns=pair.scene.time_ns + STALE_NS + 1)
    (read,) = pair.fused.read(own)
    np.testing.assert_array_equal(read.latitude_deg, own.latitude_deg)
    late_ns = pair.scene.time_ns + 40 * NS_PER_S
    assert sum(len(batch) for batch in pair.fused.silence(late_ns)) == 0
    assert len(pair.fused.read(pair.own())) == 1, "what is gone is not looked for"
    _, changes = pair.fused.advance(pair.own(), late_ns)
    assert [change.reason.en for change in changes] == ["the remote track ended"] * 4


def test_codes_that_only_the_partner_knows_are_told() -> None:
    pair = Pair()
    pair.fly(6, icao_address=np.full(4, 0x4CA001, np.int32), callsign=np.full(4, b"BTI1", "S8"))
    own = pair.own(icao_address=np.array([-1, -1, 5, -1], np.int32))
    (read,) = pair.fused.read(own)
    assert read.icao_address.tolist() == [0x4CA001, 0x4CA001, 5, 0x4CA001]
    assert set(read.callsign.tolist()) == {b"BTI1"}


def test_an_own_track_that_coasts_is_told_at_each_tick_as_the_partner_sees_it() -> None:
    pair = Pair()
    pair.fly(6)
    own = pair.own(status=np.array([1, 2, 1, 1], np.uint8))
    told, _ = pair.fused.advance(own, pair.scene.time_ns)
    assert [batch.track_id.tolist() for batch in told] == [[2]]


def test_two_partners_add_one_after_the_other() -> None:
    pair = Pair()
    for _ in range(6):
        pair.scene.step()
        pair.fused.take("lv", pair.partner(), pair.scene.time_ns)
        pair.fused.take("ee", pair.partner(sensor_ids=("tallinn",), label=Label(originator="EST")), pair.scene.time_ns)
        pair.fused.advance(pair.own(), pair.scene.time_ns)
    (read,) = pair.fused.read(pair.own())
    assert read.contributing_sensor_ids() == [["vilnius", "riga", "tallinn"]] * 4
    assert read.label.originator == "EST+LTU+LVA"


def test_a_remote_track_that_goes_over_to_another_of_ours_stays_untold() -> None:
    """Codes that come late show that the pair was the wrong one: joined anew at once, never told by itself between."""
    fused, address = FusedTracks("ours"), {"icao_address": np.array([0x4CA001], np.int32)}
    events, told = list[tuple[bool, int, int]](), list[Tracks]()
    for s in range(10):
        codes = np.array([0x4CA002, 0x4CA001] if s >= 5 else [-1, -1], np.int32)
        own = seen(flock([0, 400], [0, 0], icao_address=codes), s)
        told += fused.take("lv", seen(theirs([60], [0], **address), s), s * NS_PER_S)
        batches, changes = fused.advance(own, s * NS_PER_S)
        told += batches
        events += [(change.joined, change.own, change.remote) for change in changes]
    number = 1 << 31
    assert events == [(True, 1, number), (False, 1, number), (True, 2, number)]
    remote = [int(status) for b in told for n, status in zip(b.track_id, b.status, strict=True) if n >= number]
    assert remote == []


@pytest.mark.parametrize(("east_m", "told"), [(60.0, []), (700.0, [0])])
def test_a_remote_track_that_begins_where_we_have_one_is_told_only_if_it_is_another(
    east_m: float, told: list[int]
) -> None:
    fused, numbers = FusedTracks("ours"), list[int]()
    for s in range(12):
        batches = list(fused.take("lv", seen(theirs([east_m], [0]), s), s * NS_PER_S)) if s >= 4 else []
        batches += fused.advance(seen(flock([0], [0]), s), s * NS_PER_S)[0]
        numbers += [int(n) - (1 << 31) for batch in batches for n in batch.track_id if n >= 1 << 31]
    assert sorted(set(numbers)) == told
    assert len(numbers) == (8 if told else 0), "told from its first tick on, once a report"


@pytest.mark.parametrize("how", ["ours ends", "theirs flies away"])
def test_a_remote_track_waits_no_longer_than_it_is_probably_ours(how: str) -> None:
    fused = FusedTracks("ours")
    fused.advance(seen(flock([0], [0]), 0), 0)
    assert len(fused.take("lv", seen(theirs([60], [0]), 1), NS_PER_S)) == 0
    assert fused.advance(seen(flock([0], [0]), 1), NS_PER_S) == ((), ())
    assert fused.hidden.tolist() == [1 << 31]
    own = flock([0], [0], ids=[1]) if how != "ours ends" else flock([], [])
    remote = theirs([60], [0]) if how == "ours ends" else theirs([2500], [0])
    assert len(fused.take("lv", seen(remote, 2), 2 * NS_PER_S)) == 0
    ((batch,), changes) = fused.advance(seen(own, 2), 2 * NS_PER_S)
    assert (batch.track_id.tolist(), changes) == ([1 << 31], ())
    assert len(fused.hidden) == 0


def test_a_close_formation_is_told_once_though_nobody_knows_which_is_which() -> None:
    fused, numbers, events = FusedTracks("ours"), set[int](), list[bool]()
    for s in range(20):
        batches = list(fused.take("lv", seen(theirs([50, 70], [0, 0]), s), s * NS_PER_S))
        told, changes = fused.advance(seen(flock([0, 120], [0, 0]), s), s * NS_PER_S)
        numbers |= {int(n) for batch in (*batches, *told) for n in batch.track_id}
        events += [change.joined for change in changes]
    assert (numbers, events) == (set(), [])
    assert fused.hidden.tolist() == [1 << 31, (1 << 31) + 1]


@pytest.mark.parametrize(
    ("status", "reported", "told"),
    [
        (TrackStatus.CONFIRMED, True, True),
        (TrackStatus.CONFIRMED, False, False),
        (TrackStatus.COASTING, True, False),
    ],
)
@pytest.mark.parametrize("seconds", [2, 6])
def test_what_was_ours_is_told_by_itself_only_when_the_partner_sees_it_after_we_lost_it(
    status: TrackStatus, reported: bool, told: bool, seconds: int
) -> None:
    fused, numbers = FusedTracks("ours"), set[int]()
    for s in range(10):
        remote = replace(seen(theirs([60], [0]), s), status=np.array([status if s > seconds else 1], np.uint8))
        batches = list(fused.take("lv", remote, s * NS_PER_S)) if s <= seconds or reported else []
        own = flock([0], [0]) if s <= seconds else flock([], [])
        batches += fused.advance(seen(own, s), s * NS_PER_S)[0]
        numbers |= {int(n) for batch in batches for n in batch.track_id if n >= 1 << 31}
    assert bool(numbers) == told
    assert bool(sum(len(batch) for batch in fused.alone(9 * NS_PER_S))) == told


def test_a_remote_track_that_ends_while_it_waits_was_never_there() -> None:
    fused = FusedTracks("ours")
    fused.advance(seen(flock([0], [0]), 0), 0)
    fused.take("lv", seen(theirs([60], [0]), 1), NS_PER_S)
    ended = replace(seen(theirs([60], [0]), 2), status=np.array([TrackStatus.DROPPED], np.uint8))
    assert len(fused.take("lv", ended, 2 * NS_PER_S)) == 0
    assert fused.advance(seen(flock([0], [0]), 2), 2 * NS_PER_S) == ((), ())
    assert len(fused.hidden) == 0


def test_labels_of_many_partners_stay_apart() -> None:
    """More partners than a machine word has bits: no row loses the label of one that is in it."""
    fused, places = FusedTracks("ours"), np.arange(70) * 20_000.0
    for s in range(4):
        for k in range(70):
            remote = replace(seen(theirs(places[k : k + 1], [0]), s), label=Label(originator=f"P{k}"))
            fused.take(f"p{k}", remote, s * NS_PER_S)
            second = replace(seen(theirs(places[:1], [0]), s), label=Label(originator=f"Q{k}"))
            fused.take(f"q{k}", second, s * NS_PER_S)
        own = replace(seen(flock(places, places * 0), s), label=Label(originator="LTU"))
        fused.advance(own, s * NS_PER_S)
    origin = {int(n): batch.label.originator for batch in fused.read(own) for n in batch.track_id}
    assert [origin[n] for n in (2, 40, 70)] == ["LTU+P1", "LTU+P39", "LTU+P69"]
    assert set(origin[1].split("+")) == {"LTU", "P0"} | {f"Q{k}" for k in range(70)}


def lone_partner(pair: Pair, seconds: int, heard: frozenset[str], status: TrackStatus = TrackStatus.CONFIRMED) -> int:
    """Report one track of riga's for a while, while ours are far away or none; return how many rows were told."""
    told = 0
    for _ in range(seconds // 2):
        pair.scene.step()
        one = pair.partner().take([0])
        batches = pair.fused.take("lv", replace(one, status=np.array([status], np.uint8)), pair.scene.time_ns)
        now, _ = pair.fused.advance(pair.own().take(slice(0, 0)), pair.scene.time_ns, heard)
        told += sum(len(batch) for batch in (*batches, *now))
    return told


def test_what_a_partner_has_of_our_sensors_alone_is_not_told_until_it_lasts() -> None:
    assert lone_partner(Pair(), 18, frozenset()) > 0
    assert lone_partner(Pair(), 18, frozenset(("vilnius",))) > 0
    pair = Pair()
    assert lone_partner(pair, 18, frozenset(("riga", "vilnius"))) == 0
    assert lone_partner(pair, 10, frozenset(("riga", "vilnius"))) > 0


def test_what_only_coasts_on_our_sensors_is_never_told() -> None:
    assert lone_partner(Pair(), 60, frozenset(("riga",)), TrackStatus.COASTING) == 0


def test_a_track_of_our_sensors_begins_to_be_told_when_we_no_longer_hear_them() -> None:
    pair = Pair()
    assert lone_partner(pair, 10, frozenset(("riga",))) == 0
    assert lone_partner(pair, 6, frozenset()) > 0


def test_a_correlated_track_of_our_sensors_alone_changes_nothing_of_ours() -> None:
    pair = Pair()
    for _ in range(6):
        pair.scene.step()
        pair.fused.take("lv", pair.partner(), pair.scene.time_ns)
        pair.fused.advance(pair.own(), pair.scene.time_ns, frozenset(("riga",)))
    own = pair.own()
    (read,) = pair.fused.read(own)
    np.testing.assert_array_equal(read.covariance, own.covariance)
    np.testing.assert_array_equal(read.latitude_deg, own.latitude_deg)


def test_what_is_idle_goes_on_from_a_snapshot() -> None:
    pair, heard = Pair(), frozenset(("riga",))
    lone_partner(pair, 14, heard)
    restored = FusedTracks("ours")
    restored.restore(pair.fused.snapshot())
    pair.fused = restored
    assert lone_partner(pair, 4, heard) == 0
    assert lone_partner(pair, 8, heard) > 0
