"""Remote tracks are matched with ours after three reports, by motion first and codes second, one to one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sargas.model.columns import NS_PER_S, PlotFlag
from sargas.model.tracks import Tracks
from sargas.tracking.correlation import Correlation, CorrelationChange
from sargas.tracking.correlation_kernels import nearest_rows
from sargas.tracking.likeness import marginals
from tests.tracking.test_groups import flock

SENDER = 1 << 31


def seen(tracks: Tracks, second: int, sigma_m: float = 60.0) -> Tracks:
    covariance = np.zeros((len(tracks), 21))
    covariance[:, [0, 6, 11]] = sigma_m**2
    covariance[:, [15, 18, 20]] = 25.0
    return replace(tracks, covariance=covariance, time_ns=np.full(len(tracks), second * NS_PER_S))


def run(
    correlation: Correlation, own: Tracks, remote: Tracks, seconds: range, senders: Any = 0
) -> list[CorrelationChange]:
    changes = []
    for s in seconds:
        sender = np.broadcast_to(np.asarray(senders, np.int64), len(remote)).copy()
        changes += correlation.advance(seen(own, s), seen(remote, s), sender, s * NS_PER_S)
    return changes


def theirs(east_m: Any, north_m: Any, **columns: Any) -> Tracks:
    return flock(east_m, north_m, ids=SENDER + np.arange(len(east_m)), **columns)


def test_tracks_on_either_side_of_180_degrees_are_near() -> None:
    own, remote = flock(np.zeros(1), np.zeros(1)), theirs(np.zeros(1), np.zeros(1))
    own = replace(own, longitude_deg=np.array([179.999]))
    found = nearest_rows(own, remote.latitude_deg, np.array([-179.999]), 500.0)
    assert found[0].max() == 0
    assert nearest_rows(own, remote.latitude_deg, np.array([-179.9]), 500.0)[0].max() == -1


def told(changes: list[CorrelationChange]) -> list[tuple[bool, int, int]]:
    return [(change.joined, change.own, change.remote - SENDER) for change in changes]


def test_a_pair_is_joined_at_its_third_report_and_stays() -> None:
    correlation, own, remote = Correlation(), flock([0, 9000], [0, 0]), theirs([80], [-60])
    assert run(correlation, own, remote, range(2)) == []
    assert told(run(correlation, own, remote, range(2, 3))) == [(True, 1, 0)]
    assert run(correlation, own, remote, range(3, 30)) == []


def test_the_same_report_counts_once() -> None:
    correlation, own, remote = Correlation(), flock([0], [0]), seen(theirs([80], [0]), 0)
    for s in range(8):
        assert correlation.advance(seen(own, s), remote, np.zeros(1, np.int64), s * NS_PER_S) == ()


def test_a_pair_that_flies_apart_is_parted_late_and_for_good() -> None:
    correlation, own = Correlation(), flock([0], [0])
    run(correlation, own, theirs([80], [0]), range(5))
    assert run(correlation, own, theirs([350], [0]), range(5, 9)) == []
    changes = run(correlation, own, theirs([2500], [0]), range(9, 30))
    assert told(changes) == [(False, 1, 0)]
    assert changes[0].reason.en == "the two fly apart"


def test_a_pair_long_joined_is_parted_as_soon_as_one_joined_just_now() -> None:
    """What went well for minutes is no reason to hide an object that flies on elsewhere."""
    for seconds in (range(5), range(200)):
        correlation, own = Correlation(), flock([0], [0])
        run(correlation, own, theirs([80], [0]), seconds)
        changes = run(correlation, own, theirs([1000], [0]), range(seconds[-1] + 1, seconds[-1] + 5))
        assert told(changes) == [(False, 1, 0)]


@pytest.mark.parametrize("gone", ["own", "remote"])
def test_a_pair_ends_with_either_of_its_tracks(gone: str) -> None:
    correlation, own, remote = Correlation(), flock([0], [0]), theirs([80], [0])
    run(correlation, own, remote, range(5))
    nobody = np.zeros(0, np.int64)
    own, remote = (own.take(nobody), remote) if gone == "own" else (own, remote.take(nobody))
    (change,) = run(correlation, own, remote, range(5, 6))
    assert (change.joined, change.reason.en) == (False, f"the {gone} track ended")


def test_an_address_is_a_strong_prior_and_no_proof() -> None:
    address = {"icao_address": np.array([0x4CA001], np.int32)}
    far, near = theirs([600], [0], **address), theirs([80], [0], icao_address=np.array([0x4CA002], np.int32))
    assert run(Correlation(), flock([0], [0]), theirs([600], [0]), range(20)) == []
    assert told(run(Correlation(), flock([0], [0], **address), far, range(20))) == [(True, 1, 0)]
    assert run(Correlation(), flock([0], [0], **address), theirs([3000], [0], **address), range(6)) == []
    assert run(Correlation(), flock([0], [0], **address), near, range(20)) == []


def test_codes_that_many_share_say_nothing() -> None:
    own = flock([0], [0], mode_3a=np.array([0o7000], np.int16))
    other = theirs([80], [0], mode_3a=np.array([0o2000], np.int16))
    assert told(run(Correlation(), own, other, range(4))) == [(True, 1, 0)]


def test_a_simulated_track_is_never_a_real_one() -> None:
    own = flock([0], [0], icao_address=np.array([0x4CA001], np.int32))
    drill = replace(
        theirs([0], [0], icao_address=np.array([0x4CA001], np.int32)), flags=np.array([PlotFlag.SIMULATED], np.uint16)
    )
    assert run(Correlation(), own, drill, range(20)) == []


def test_a_formation_is_matched_one_to_one() -> None:
    places = np.arange(6) * 400.0
    changes = run(Correlation(), flock(places, places * 0), theirs(places + 60.0, places * 0), range(10))
    assert told(changes) == [(True, k + 1, k) for k in range(6)]


def test_where_two_fit_alike_nothing_is_joined() -> None:
    correlation = Correlation()
    assert run(correlation, flock([0, 120], [0, 0]), theirs([60], [0]), range(2)) == []
    assert (correlation.ours.tolist(), correlation.probably_ours().tolist()) == ([], [SENDER])
    assert run(correlation, flock([0, 120], [0, 0]), theirs([60], [0]), range(2, 20)) == []
    assert correlation.ours.tolist() == [SENDER], "but it is one of the two"


def test_a_third_beside_two_of_ours_is_not_taken_for_one_of_them() -> None:
    correlation = Correlation()
    run(correlation, flock([0, 120], [0, 0]), theirs([0, 60, 120], [0, 0, 0]), range(20))
    assert len(correlation.ours) < 3


def test_what_is_ours_in_doubt_is_let_go_as_quickly_as_a_pair() -> None:
    correlation = Correlation()
    run(correlation, flock([0, 120], [0, 0]), theirs([60], [0]), range(100))
    run(correlation, flock([0, 120], [0, 0]), theirs([1100], [0]), range(100, 104))
    assert correlation.ours.tolist() == []


def test_each_sender_has_its_own_match() -> None:
    changes = run(Correlation(), flock([0], [0]), theirs([80, -70], [0, 0]), range(5), senders=[0, 1])
    assert told(changes) == [(True, 1, 0), (True, 1, 1)]
    twice = run(Correlation(), flock([0], [0]), theirs([0, 900], [0, 0]), range(5), senders=[0, 0])
    assert told(twice) == [(True, 1, 0)]


def test_a_match_goes_on_under_the_number_that_its_track_goes_on_under() -> None:
    correlation = Correlation()
    run(correlation, flock([0, 5000], [0, 0]), theirs([80, 5080], [0, 0]), range(5))
    correlation.rename(2, 9)
    correlation.rename(7, 1)
    assert run(correlation, flock([0, 5000], [0, 0], ids=[1, 9]), theirs([80, 5080], [0, 0]), range(5, 9)) == []
    correlation.rename(9, 1)
    changes = run(correlation, flock([0], [0]), theirs([80, 5080], [0, 0]), range(9, 20))
    assert told(changes) == [(False, 1, 1)]


def test_the_order_of_rows_changes_nothing() -> None:
    random = np.random.default_rng(3)
    east, north = random.uniform(0, 20_000, 60), random.uniform(0, 20_000, 60)
    straight, shuffled = Correlation(), Correlation()
    for s in range(8):
        own = seen(flock(east, north), s)
        remote = seen(theirs(east + random.normal(0, 60, 60), north + random.normal(0, 60, 60)), s)
        sender = np.arange(60) % 2
        a, b = random.permutation(60), random.permutation(60)
        changes = straight.advance(own, remote, sender, s * NS_PER_S)
        assert changes == shuffled.advance(own.take(a), remote.take(b), sender[b], s * NS_PER_S)
    for one, other in zip(straight.pairs, shuffled.pairs, strict=True):
        np.testing.assert_array_equal(one, other)
    assert (straight.pairs.joined == 1).sum() > 40


def test_the_offset_of_a_sender_is_learnt_from_many_and_taken_off() -> None:
    correlation, random = Correlation(), np.random.default_rng(4)
    east, north = np.arange(30) * 6000.0, np.zeros(30)
    for s in range(60):
        remote = theirs(east + 200.0 + random.normal(0, 40, 30), north - 90.0 + random.normal(0, 40, 30))
        correlation.advance(seen(flock(east, north), s), seen(remote, s), np.zeros(30, np.int64), s * NS_PER_S)
    np.testing.assert_allclose(correlation.bias(0).offset_m, [200.0, -90.0], atol=15.0)
    assert (correlation.bias(1).offset_m == 0.0).all()


def test_an_offset_of_few_is_not_believed() -> None:
    correlation = Correlation()
    run(correlation, flock([0, 9000], [0, 0]), theirs([200, 9200], [0, 0]), range(60))
    assert (correlation.bias(0).offset_m == 0.0).all()
    assert correlation.pairs.inflation.max() > 1.0


def test_the_passed_messages_give_the_true_probabilities_of_small_clusters() -> None:
    from itertools import product

    random = np.random.default_rng(5)
    for _ in range(200):
        scores = random.uniform(-2, 6, (3, 3))
        total, joint = 0.0, np.zeros((3, 3))
        for choice in product(range(-1, 3), repeat=3):
            used = [c for c in choice if c >= 0]
            if len(set(used)) == len(used):
                weight = np.exp(sum(scores[i, c] for i, c in enumerate(choice) if c >= 0))
                total += weight
                for i, c in enumerate(choice):
                    if c >= 0:
                        joint[i, c] += weight
        rows, columns = np.divmod(np.arange(9), 3)
        found = marginals(scores.ravel(), rows, columns).reshape(3, 3)
        np.testing.assert_allclose(found, joint / total, atol=0.25)
        assert (joint[found > 0.9] / total > 0.7).all()
