"""A link of 9600 bits a second: alerts at once, sixty tracks at a useful rate, and never more than the link takes."""

from dataclasses import replace

import numpy as np
import pytest

from sargas.formats.release.track_wire import ToldTracks
from sargas.model.tracks import Tracks
from sargas.sharing.drafts import Draft
from sargas.sharing.envelope import seal
from sargas.sharing.pacing import TRANSPORT_OCTETS, Link, Sent, size_on_link, urgency
from tests.formats.release.making import T0_NS
from tests.sharing.making import SEED, S, agreement, alert, guard, read_state, tracks

N = 70
SLOW = agreement(link_bps=9600)


def at(batch: Tracks, second: float) -> Tracks:
    """Fly straight for some seconds."""
    time_ns = T0_NS + int(second * S)
    north = batch.latitude_deg + batch.velocity_north_mps * second / 111_195
    east = batch.longitude_deg + batch.velocity_east_mps * second / 111_195 / np.cos(np.radians(batch.latitude_deg))
    since = {"time_ns": np.full(len(batch), time_ns), "update_time_ns": np.full(len(batch), time_ns)}
    return replace(batch, latitude_deg=north, longitude_deg=east, **since)


def on_link(draft: Draft) -> int:
    return len(seal(draft.release, SEED)) + TRANSPORT_OCTETS


def test_sixty_and_more_tracks_come_every_few_seconds_and_fit_the_link() -> None:
    one, batch, told, octets = guard(SLOW), tracks(N), dict[int, list[float]](), 0
    for second in range(120):
        offer = one.offer(T0_NS + second * S, [at(batch, second)])
        for draft in offer.drafts:
            octets += on_link(draft)
            for number in read_state(draft).tracks.track_id.tolist():
                told.setdefault(number, []).append(second)
    assert len(told) == N
    gaps = np.array([np.diff(times).max() for times in told.values()])
    assert gaps.max() <= 6.0
    assert np.mean([len(times) for times in told.values()]) >= 120 / 4.0, "each track every four seconds at least"
    assert octets / 120 <= 1.05 * 9600 / 8


def test_an_alert_goes_first_and_at_once_whatever_waits() -> None:
    one, batch = guard(SLOW), tracks(N)
    for second in range(5):
        one.offer(T0_NS + second * S, [at(batch, second)])
    offer = one.offer(T0_NS + 5 * S + 1, None, [alert(numbers=(3,))])
    assert offer.drafts[0].release.token == "alert"
    assert on_link(offer.drafts[0]) * 8 / 9600 <= 0.4, "seconds on the link"
    states = [d for d in one.offer(T0_NS + 6 * S, [at(batch, 6)]).drafts if d.release.traffic == "state"]
    assert 3 in read_state(states[0]).tracks.track_id.tolist(), "then the bucket of the dangerous track"


def test_many_alerts_hold_state_back_and_none_of_them_waits() -> None:
    one, batch = guard(SLOW), tracks(N)
    one.offer(T0_NS, [at(batch, 0)])
    alerts = [alert(f"a{k}", numbers=(k + 1,)) for k in range(10)]
    offer = one.offer(T0_NS + S, [at(batch, 1)], alerts)
    assert [d.release.token for d in offer.drafts[:10]] == ["alert"] * 10
    assert [d for d in offer.drafts[10:] if d.release.traffic == "state"] == []
    quiet = [second for second in range(2, 8) if not one.offer(T0_NS + second * S, [at(batch, second)]).drafts]
    assert quiet, "the link pays the alerts back before state goes on"


def test_a_track_that_turns_goes_before_those_that_fly_on() -> None:
    one, batch = guard(agreement(link_bps=9600, state_period_s=0.1)), tracks(N)
    for second in range(10):
        one.offer(T0_NS + second * S, [at(batch, second)])
    moved = at(batch, 10)
    north = moved.latitude_deg.copy()
    north[40] += 2_000 / 111_195
    offer = one.offer(T0_NS + 10 * S, [replace(moved, latitude_deg=north)])
    assert int(moved.track_id[40]) in read_state(offer.drafts[0]).tracks.track_id.tolist()


def test_a_fast_link_takes_every_bucket_at_each_tick() -> None:
    one, batch = guard(agreement(link_bps=10_000_000)), tracks(200)
    for second in range(3):
        offer = one.offer(T0_NS + second * S, [at(batch, second)])
        assert sorted(d.release.token for d in offer.drafts) == [f"b{k:02d}" for k in range(32)]


def test_between_ticks_what_waits_goes_on() -> None:
    one, batch = guard(SLOW), tracks(N)
    first = one.offer(T0_NS, [batch])
    assert len(first.drafts) < 4
    later = one.offer(T0_NS + S // 2)
    assert later.drafts
    assert {d.release.token for d in first.drafts}.isdisjoint(d.release.token for d in later.drafts)


def test_a_link_keeps_to_its_rate() -> None:
    link, sent = Link(9600), 0
    for tenth in range(600):
        link.advance(T0_NS + tenth * S // 10)
        while link.is_free():
            link.take(500)
            sent += 500
    assert sent == pytest.approx(60 * 1200, rel=0.03)


@pytest.mark.parametrize("n", [0, 1, 17, 70])
def test_the_size_reckoned_is_never_below_the_size_sealed(n: int) -> None:
    for draft in guard(SLOW).offer(T0_NS, [tracks(n)], [alert()]).drafts:
        assert on_link(draft) <= size_on_link(draft.release)


def test_urgency_is_of_new_ended_moved_and_dangerous_tracks() -> None:
    batch = tracks(3)
    told = ToldTracks(batch, np.zeros(3, np.uint8))
    still = urgency(told, Sent(told, T0_NS), T0_NS)
    assert still == 0
    assert urgency(told, None, T0_NS) == 6000
    assert urgency(told, Sent(told, T0_NS - S), T0_NS) == 60
    two = ToldTracks(batch.take([0, 1]), np.zeros(2, np.uint8))
    assert urgency(two, Sent(told, T0_NS), T0_NS) == 1000
    assert urgency(told, Sent(two, T0_NS), T0_NS) == 2000
    danger = ToldTracks(batch, np.array([2, 0, 0], np.uint8))
    assert urgency(danger, Sent(told, T0_NS), T0_NS) == 5000
