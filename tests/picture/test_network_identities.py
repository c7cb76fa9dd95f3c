"""Which identity a track of ours has: the older of two that meet, kept, given up when its partner takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from sargas.model.columns import NS_PER_S, Int64
from sargas.model.label import Label
from sargas.model.tracks import Tracks
from sargas.picture.network_identities import REMEMBERED_NS, NetworkIdentities
from sargas.tracking.correlation import Pairs
from sargas.tracking.tracker import TrackChange

START_NS = 1_760_000_000 * NS_PER_S
P = 1 << 31
"""Number of a partner's first track."""
Remote = tuple[int, str, int]
"""Number less P, identity, seconds before the start at which it was given."""
Pair = tuple[int, int, float, bool]
"""Own number, number of the partner's less P, probability, whether joined."""


def tracks(numbers: Sequence[int], second: float, north_m: Sequence[float] = (), **columns: Any) -> Tracks:
    n = len(numbers)
    north = np.array(north_m or [1e5 * number for number in range(n)], np.float64)
    covariance = np.zeros((n, 21))
    covariance[:, [0, 6, 11]], covariance[:, [15, 18, 20]] = 50.0**2, 4.0
    return Tracks.of(
        time_ns=np.full(n, START_NS + int(second * NS_PER_S)), track_id=np.array(numbers, np.int64),
        latitude_deg=50.0 + north / 111_132.0, longitude_deg=np.full(n, 24.0), altitude_m=np.full(n, 1000.0),
        velocity_east_mps=np.zeros(n), velocity_north_mps=np.full(n, 100.0), velocity_up_mps=np.zeros(n), label=Label(),
        covariance=covariance, **columns,
    )  # fmt: skip


class Node:
    def __init__(self) -> None:
        self.identities, self.second = NetworkIdentities("LTU"), 0

    def tick(
        self,
        own: Sequence[int],
        remote: Sequence[Remote] = (),
        pairs: Sequence[Pair] = (),
        changes: Sequence[TrackChange] = (),
        senders: Sequence[int] = (),
        own_at_m: Sequence[float] = (),
        remote_at_m: Sequence[float] = (),
    ) -> dict[int, str]:
        self.second += 1
        theirs = tracks(
            [P + number for number, _, _ in remote], self.second, remote_at_m,
            network_id=np.array([name.encode() for _, name, _ in remote], "S16"),
            network_since_ns=np.array([START_NS - ago * NS_PER_S for _, _, ago in remote], np.int64),
        )  # fmt: skip
        rows = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
        n = len(rows)
        found = Pairs(
            np.array([P + r for _, r, _, _ in rows], np.int64), np.array([o for o, _, _, _ in rows], np.int64),
            np.full(n, 3), np.zeros(n), np.zeros(n, np.int64), np.ones(n),
            np.array([int(j) for *_, j in rows], np.int64), np.array([p for _, _, p, _ in rows], np.float64),
        )  # fmt: skip
        sender: Int64 = np.array(senders or [0] * len(remote), np.int64)
        time_ns = START_NS + self.second * NS_PER_S
        self.identities.advance(tracks(own, self.second, own_at_m), changes, found, theirs, sender, time_ns)
        return self.names()

    def names(self) -> dict[int, str]:
        ids = self.identities
        return {n: t.decode() for n, t in zip(ids.track_id.tolist(), ids.text.tolist(), strict=True)}


def test_the_older_identity_stays_and_equally_old_ones_go_by_text() -> None:
    node = Node()
    node.tick([1, 2, 3])
    joined = [(1, 1, 0.99, True), (2, 2, 0.99, True), (3, 3, 0.99, True)]
    remote = [(1, "LVA-7", 100), (2, "LVA-8", -100), (3, "LVA-9", -1)]
    assert node.tick([1, 2, 3], remote, joined) == {1: "LVA-7", 2: "LTU-2", 3: "LTU-3"}
    first = Node()
    assert first.tick([1], [(1, "EST-7", -1)], [(1, 1, 0.99, True)]) == {1: "EST-7"}
    assert first.identities.since_ns.tolist() == [START_NS + NS_PER_S]


def test_an_identity_is_kept_when_the_correlation_or_the_partners_track_ends() -> None:
    node = Node()
    remote = [(1, "LVA-7", 100)]
    node.tick([1], remote, [(1, 1, 0.99, True)])
    assert node.tick([1], remote) == {1: "LVA-7"}
    assert node.tick([1]) == {1: "LVA-7"}
    assert node.tick([1], [(2, "LVA-9", -50)], [(1, 2, 0.99, True)]) == {1: "LVA-7"}


def test_an_identity_that_its_partner_says_is_another_objects_is_given_up() -> None:
    node = Node()
    node.tick([1], [(1, "LVA-7", 100)], [(1, 1, 0.99, True)])
    now = [(1, "LVA-7", 100), (2, "LVA-8", 50)]
    assert node.tick([1], now, [(1, 2, 0.99, True)]) == {1: "LVA-8"}
    assert node.tick([1, 2], now, [(1, 2, 0.99, True), (2, 1, 0.99, True)]) == {1: "LVA-8", 2: "LVA-7"}


def test_an_identity_follows_the_partners_track_that_it_came_from() -> None:
    node = Node()
    node.tick([1], [(1, "LVA-7", 100)], [(1, 1, 0.99, True)])
    assert node.tick([1], [(1, "POL-3", 200)], [(1, 1, 0.99, True)]) == {1: "POL-3"}
    assert node.tick([1], [(1, "LVA-9", 50)], [(1, 1, 0.99, True)]) == {1: "LVA-9"}
    assert node.tick([1], [(1, "LVA-10", -50)], [(1, 1, 0.99, True)]) == {1: "LTU-1"}


def test_an_identity_never_leaves_the_track_that_began_with_it() -> None:
    node = Node()
    node.tick([1, 2])
    assert node.tick([1, 2], [(1, "LTU-1", 0)], [(2, 1, 0.99, True)]) == {1: "LTU-1", 2: "LTU-2"}
    assert node.tick([2], [(1, "LTU-1", 0)], [(2, 1, 0.99, True)]) == {2: "LTU-1"}
    assert node.tick([1, 2], [(1, "LTU-1", 0)], [(2, 1, 0.99, True)]) == {1: "LTU-1", 2: "LTU-2"}


def test_of_two_tracks_for_one_identity_the_one_whose_partner_carries_it_keeps_it() -> None:
    node = Node()
    node.tick([1, 2], [(1, "LVA-7", 100)], [(1, 1, 0.99, True)])
    assert node.names() == {1: "LVA-7", 2: "LTU-2"}
    assert node.tick([1, 2], [(1, "LVA-7", 100)], [(2, 1, 0.99, True)]) == {1: "LTU-1", 2: "LVA-7"}


def test_numbers_that_merge_keep_the_older_identity_and_one_that_comes_back_has_its_own() -> None:
    node = Node()
    node.tick([1, 2], [(1, "LVA-7", 100)], [(2, 1, 0.99, True)])
    merged = TrackChange("merged", 1, 2, 0, 0.0)
    assert node.tick([1], changes=[merged]) == {1: "LVA-7"}
    node.tick([])
    assert node.tick([1]) == {1: "LVA-7"}
    node.tick([])
    node.second += REMEMBERED_NS // NS_PER_S + 1
    assert node.tick([]) == {}
    assert node.tick([1]) == {1: "LTU-1"}
    split = TrackChange("split", 1, 3, 0, 0.0)
    assert node.tick([1, 3], changes=[split]) == {1: "LTU-1", 3: "LTU-3"}


def test_a_young_track_takes_a_likely_identity_at_once_and_gives_it_up_when_it_was_not_so() -> None:
    node = Node()
    remote = [(1, "LVA-7", 100)]
    assert node.tick([1], remote, [(1, 1, 0.95, False)]) == {1: "LVA-7"}
    assert node.identities.met.tolist() == [P + 1]
    assert node.tick([1], remote, [(1, 1, 0.5, False)]) == {1: "LVA-7"}
    assert node.tick([1], remote, [(1, 1, 0.1, False)]) == {1: "LTU-1"}
    assert node.identities.met.tolist() == []
    old = Node()
    for _ in range(8):
        old.tick([1])
    assert old.tick([1], remote, [(1, 1, 0.95, False)]) == {1: "LTU-1"}
    assert old.tick([1], remote, [(1, 1, 0.95, True)]) == {1: "LVA-7"}


def test_a_young_track_continues_a_partners_that_flew_on_unseen_and_only_where_it_is_plain() -> None:
    def begins(own_at_m: Sequence[float], wait: int = 20) -> dict[int, str]:
        node = Node()
        node.tick([], [(1, "LVA-7", 100)], remote_at_m=[0.0])
        for _ in range(wait):
            node.tick([])
        return node.tick(list(range(1, len(own_at_m) + 1)), own_at_m=own_at_m)

    there = 100.0 * 21
    assert begins([there + 200.0]) == {1: "LVA-7"}
    assert begins([there + 30_000.0]) == {1: "LTU-1"}
    assert begins([there + 6_200.0], wait=61) == {1: "LTU-1"}
    assert begins([there - 300.0, there + 300.0]) == {1: "LTU-1", 2: "LTU-2"}


def test_names_that_are_none_and_ages_nobody_gives_change_nothing() -> None:
    node = Node()
    node.tick([1, 2])
    remote = [(1, "lva-7", 100), (2, "LVA-8", 100)]
    theirs = tracks([P + 1, P + 2], 2.0, network_id=np.array([b"\xff\xfe", b"LVA-8"], "S16"))
    pairs = Pairs(
        np.array([P + 1, P + 2]), np.array([1, 2]), np.full(2, 3), np.zeros(2), np.zeros(2, np.int64), np.ones(2),
        np.ones(2, np.int64), np.full(2, 0.99),
    )  # fmt: skip
    assert node.tick([1, 2], remote[:1], [(1, 1, 0.99, True)]) == {1: "LTU-1", 2: "LTU-2"}
    node.identities.advance(tracks([1, 2], 3.0), (), pairs, theirs, np.zeros(2, np.int64), START_NS + 3 * NS_PER_S)
    assert node.names() == {1: "LTU-1", 2: "LTU-2"}


@settings(max_examples=60)
@given(st.data())
def test_no_identity_is_ever_on_two_tracks_and_a_snapshot_goes_on(data: st.DataObject) -> None:
    node, names = Node(), ("LTU-1", "LTU-2", "LTU-3", "LVA-1", "LVA-2", "POL-1")
    for _ in range(data.draw(st.integers(1, 8))):
        own = sorted(data.draw(st.sets(st.integers(1, 4))))
        numbers = sorted(data.draw(st.sets(st.integers(1, 4))))
        remote = [(n, data.draw(st.sampled_from(names)), data.draw(st.integers(-3, 3))) for n in numbers]
        partners = data.draw(st.permutations(numbers))
        pairs = [
            (o, r, data.draw(st.sampled_from((0.2, 0.5, 0.95))), data.draw(st.booleans()))
            for o, r in zip(own, partners, strict=False)
        ]
        again = NetworkIdentities("LTU")
        again.restore(node.identities.snapshot())
        other = Node()
        other.identities, other.second = again, node.second
        senders = [n % 2 for n in numbers]
        told = node.tick(own, remote, pairs, senders=senders)
        assert len(set(told.values())) == len(told)
        assert other.tick(own, remote, pairs, senders=senders) == told
        assert again.snapshot() == node.identities.snapshot()
