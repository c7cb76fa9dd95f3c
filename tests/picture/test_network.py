"""Two nations, one picture: an object keeps one identity across the border, is told once, and one answers for it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Cue, Decision, Handover, NetworkIdentity, PartnerNotice
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.network import MOST_A_SECOND
from sargas.picture.partner_tracks import FIRST_NUMBER
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from sargas.sharing.handover import EXPIRES_NS
from tests.picture.two_nations import Nation, Night, label_of, last_identities, replayed, use_wire, write
from tests.tracking.scene import EPOCH_NS, Flight, at_ns, see, states

NORTH = Flight((2e3, -45e3, 3000.0), (0.0, 250.0, 0.0))
"""Seen by LTU at once, by LVA 30 km before the border, no more by LTU 15 km behind it."""


@pytest.fixture(scope="module")
def crossing() -> Night:
    night = Night([NORTH], 1)
    night.run(320)
    return night


def seconds(time_ns: int) -> float:
    return (time_ns - EPOCH_NS) / NS_PER_S


def first_told(nation: Nation, network_id: str) -> float:
    return next(
        seconds(time_ns)
        for time_ns, m in nation.messages
        if isinstance(m, Tracks) and network_id.encode() in m.network_id
    )


def firm_ids(nation: Nation) -> set[bytes]:
    return {
        name
        for batch in nation.told(Tracks)
        for name, status in zip(batch.network_id.tolist(), batch.status.tolist(), strict=True)
        if status in (TrackStatus.CONFIRMED, TrackStatus.COASTING) and name
    }


def test_an_intruder_keeps_one_identity_on_both_screens(crossing: Night) -> None:
    assert firm_ids(crossing["LTU"]) == firm_ids(crossing["LVA"]) == {b"LTU-100"}
    assert first_told(crossing["LVA"], "LTU-100") - first_told(crossing["LTU"], "LTU-100") <= 3.0
    ours = [m for m in crossing["LVA"].told(NetworkIdentity) if m.track_id < FIRST_NUMBER]
    assert {m.network_id for m in ours} == {"LTU-100"}
    assert crossing["LVA"].identities() == {"LTU-100": 1}
    assert crossing["LTU"].identities() == {"LTU-100": 1}, "the partner's track goes on where ours was lost"


def test_the_object_is_handed_over_before_the_border_and_only_once(crossing: Night) -> None:
    for name in ("LTU", "LVA"):
        course = [(m.state, m.giver, m.taker) for m in crossing[name].told(Handover)]
        assert course[0] == ("offered", "LTU", "LVA")
        assert set(course[1:]) == {("accepted", "LTU", "LVA")}
        record = list(last_identities(crossing[name]).values())[-1]
        assert (record.network_id, record.holder) == ("LTU-100", "LVA")
    offered = next(m for m in crossing["LTU"].told(Handover))
    assert -60 * 250 < NORTH.at(seconds(offered.offered_ns))[1] < 0
    accepted = next(m for m in crossing["LTU"].told(Handover) if m.state == "accepted")
    assert seconds(accepted.time_ns) - seconds(offered.offered_ns) < EXPIRES_NS / NS_PER_S


def test_an_object_is_told_once_but_for_the_second_in_which_our_own_track_begins(crossing: Night) -> None:
    shown = dict[int, bool]()
    doubled = list[float]()
    for time_ns, message in crossing["LVA"].messages:
        if isinstance(message, Tracks):
            for number, status in zip(message.track_id.tolist(), message.status.tolist(), strict=True):
                shown[number] = status in (TrackStatus.CONFIRMED, TrackStatus.COASTING)
            if sum(shown.values()) > 1:
                doubled.append(seconds(time_ns))
    assert doubled
    assert max(doubled) - min(doubled) <= 1.5


def test_what_is_offered_is_our_own_and_nothing_of_a_partner(crossing: Night) -> None:
    for name, nation in crossing.nations.items():
        assert nation.offered
        for _, batch in nation.offered:
            assert batch.label == label_of(name)
            assert (batch.track_id < FIRST_NUMBER).all()
            assert batch.sensor_ids == (f"radar-{name}",)
            assert {sensor for row in batch.contributing_sensor_ids() for sensor in row} == {f"radar-{name}"}
            assert (batch.network_id != b"").all()
            assert (batch.network_since_ns > EPOCH_NS).all()
    assert all(time_ns >= at_ns(100) for time_ns, _ in crossing["LVA"].offered), "before it has no track of its own"


def test_an_offered_track_is_the_state_of_our_own_filter(crossing: Night) -> None:
    nation = crossing["LVA"]
    assert nation.state.picture is not None
    (time_ns, batch) = nation.offered[-1]
    own = nation.state.picture.tracker.report(time_ns)
    for column in ("latitude_deg", "longitude_deg", "altitude_m", "covariance", "update_time_ns"):
        np.testing.assert_array_equal(getattr(batch, column), getattr(own, column))


CUTS = (0.55, 0.83)


@pytest.fixture(scope="module")
def again(crossing: Night) -> tuple[State, list[tuple[int, bytes]]]:
    """The replay of one nation's journal, and its snapshots on the way."""
    state, journal, snapshots = State(), crossing["LVA"].journal, list[tuple[int, bytes]]()
    cuts = [int(share * len(journal)) for share in CUTS]
    for k, envelope in enumerate(journal):
        if k in cuts:
            snapshots.append((k, dump_state(state, k)))
        step(state, envelope)
        if envelope.sequence == 1:
            use_wire(state)
    return state, snapshots


def test_a_replay_of_the_journal_gives_the_same_digest(
    crossing: Night, again: tuple[State, list[tuple[int, bytes]]]
) -> None:
    assert again[0].digest.hex() == crossing["LVA"].state.digest.hex()
    assert replayed(crossing["LTU"]).digest.hex() == crossing["LTU"].state.digest.hex()


def test_a_network_that_begins_anew_ends_the_identities_it_told_and_keeps_who_answers(crossing: Night) -> None:
    state, _ = load_state(dump_state(crossing["LVA"].state, 1))
    picture = state.picture
    assert picture is not None
    before, told = picture.network, {*picture.network.told}
    assert told
    picture.begin_anew("network", state.time_ns)
    ended = [m for m in picture.take_ended() if isinstance(m, NetworkIdentity)]
    assert {m.track_id for m in ended} == told
    assert all(m.is_ended for m in ended)
    assert picture.network is not before
    assert picture.network.duty.handovers.holder_of("LTU-100") == "LVA"
    assert picture.network.duty.handovers.courses == before.duty.handovers.courses != {}


@pytest.mark.parametrize("at", range(len(CUTS)))
def test_a_run_goes_on_bit_by_bit_from_a_snapshot(
    crossing: Night, again: tuple[State, list[tuple[int, bytes]]], at: int
) -> None:
    nation, (cut, snapshot) = crossing["LVA"], again[1][at]
    state, _ = load_state(snapshot)
    use_wire(state)
    for envelope in nation.journal[cut:]:
        step(state, envelope)
    assert state.digest.hex() == nation.state.digest.hex()
    assert dump_state(state, 1) == dump_state(nation.state, 1)


@pytest.fixture(scope="module")
def crowd() -> Night:
    """Ten objects that both see from the first second, each first confirmed by one or the other."""
    rng = np.random.default_rng(4)
    flights = [
        Flight((float(e), float(n), float(h)), (float(u), float(v), 0.0))
        for e, n, h, u, v in zip(
            rng.uniform(-20e3, 20e3, 10), rng.uniform(-9e3, 9e3, 10), rng.uniform(1e3, 6e3, 10),
            rng.uniform(-80, 80, 10), rng.uniform(-80, 80, 10), strict=True,
        )
    ]  # fmt: skip
    night = Night(flights, 4)
    night.run(60)
    return night


def test_objects_of_both_have_one_identity_each_and_are_told_once(crowd: Night) -> None:
    ids = [nation.identities() for nation in crowd.nations.values()]
    assert ids[0] == ids[1]
    assert list(ids[0].values()) == [1] * 10


def test_two_nodes_that_find_one_object_agree_within_three_reports(crowd: Night) -> None:
    """The slower screen shows the identity that stays three reports, and their way, after both have a track."""
    for network_id in crowd["LTU"].identities():
        begun, agreed = [], []
        for nation in crowd.nations.values():
            own = next(r for r in last_identities(nation).values() if r.network_id == network_id)
            rows = [
                (seconds(time_ns), batch.network_id[batch.track_id == own.track_id][0])
                for time_ns, batch in nation.messages
                if isinstance(batch, Tracks) and own.track_id in batch.track_id
            ]
            named = [(at, name) for at, name in rows if name]
            begun.append(named[0][0])
            agreed.append(next(at for at, name in named if name.decode() == network_id))
            changes = [a for (_, a), (_, b) in pairwise(named) if a != b]
            assert len(changes) <= 1, "it changes once at most"
        assert max(agreed) - max(begun) <= 6.0


def test_nobody_answers_for_an_object_twice_and_somebody_always_does(crowd: Night) -> None:
    books = [nation.state.picture.network.duty.handovers for nation in crowd.nations.values() if nation.state.picture]
    for network_id in crowd["LTU"].identities():
        assert len({book.holder_of(network_id) for book in books}) == 1


def test_the_fused_tracks_are_no_worse_than_those_of_one_nation(crowd: Night) -> None:
    """Nothing of ours comes back as if it were news: the fused rows are as good as they say (three sigma)."""
    nation = crowd["LTU"]
    (time_ns, last) = [(t, m) for t, m in nation.messages if isinstance(m, Tracks) and len(m.label.originator) > 3][-1]
    assert last.label.originator == "LTU+LVA"
    errors = []
    for row in range(len(last)):
        away = min(
            float(np.hypot(*(flight.at(seconds(int(last.time_ns[row])))[:2] - place_of(last, row))))
            for flight in crowd.flights
        )
        errors.append(away / float(last.position_95_m[row]))
    assert time_ns > at_ns(20)
    assert np.median(errors) < 1.0


def place_of(tracks: Tracks, row: int) -> np.ndarray:
    return np.asarray(states(tracks)[row][:2])


def test_when_a_node_dies_its_partner_keeps_what_was_released_as_long_as_told() -> None:
    night = Night([Flight((2e3, -40e3, 3000.0), (20.0, 0.0, 0.0)), Flight((5e3, -5e3, 3000.0), (0.0, 30.0, 0.0))], 2)
    night.run(40)
    lva = night["LVA"]
    names = set(lva.identities())
    assert len(names) == 2
    night["LTU"].is_alive = False
    night.run(27)
    assert set(lva.identities()) == names, "what was released stays for 30 s"
    night.run(12)
    (kept,) = lva.identities()
    assert kept in names, "the object that LVA sees itself keeps its identity"
    night.run(40)
    (record,) = [r for r in last_identities(lva).values() if not r.is_ended]
    assert (record.network_id, record.holder, record.partners) == (kept, "LVA", ())
    claim = [m for m in lva.told(Handover) if m.taker == "LVA"][-1]
    assert (claim.state, claim.giver) == ("accepted", "LTU")


def test_a_nation_that_comes_back_finds_who_answers_now_and_all_agree_again() -> None:
    night = Night([Flight((5e3, 2e3, 3000.0), (10.0, 0.0, 0.0))], 3)
    night.run(30)
    night.link_is_up = False
    night.run(60)
    night.link_is_up = True
    night.run(60)
    ids = [nation.identities() for nation in night.nations.values()]
    assert ids[0] == ids[1]
    (network_id,) = ids[0]
    books = [nation.state.picture.network.duty.handovers for nation in night.nations.values() if nation.state.picture]
    assert [book.holder_of(network_id) for book in books] == ["LVA", "LVA"], "it is in the area of LVA"


def test_a_track_that_may_not_be_released_is_offered_under_its_own_label_alone() -> None:
    night = Night([NORTH], 5)
    nation = night["LTU"]
    for s in range(1, 12):
        night.run(1)
        hidden = replace(NORTH, start=(-20e3, -35e3, 2000.0))
        plots = see(nation.radar, [hidden], s + 0.05, 1000 + s, label=Label(originator="LTU"))
        night.say(nation, nation.step(at_ns(s + 0.06), "hidden", "datagram", write(plots=plots)))
    labels = {(batch.label, int(number)) for _, batch in nation.offered for number in batch.track_id}
    assert {label for label, _ in labels} == {label_of("LTU"), Label(originator="LTU")}
    open_ones = {number for label, number in labels if label == label_of("LTU")}
    hidden_ones = {number for label, number in labels if label == Label(originator="LTU")}
    assert open_ones.isdisjoint(hidden_ones)
    assert set(night["LVA"].identities()) == {f"LTU-{number}" for number in open_ones}


def test_an_object_cued_across_the_border_is_answered_with_the_track_that_fits() -> None:
    night = Night([Flight((2e3, -4e3, 3000.0), (0.0, 60.0, 0.0))], 6)
    night.run(20)
    (network_id,) = night["LTU"].identities()
    night.decide("LTU", "cue", f"{network_id}@LVA")
    night.decide("LTU", "cue", "57.9,24.0,3000@LVA")
    night.run(30)
    states = {m.cue_id: m for m in night["LTU"].told(Cue)}
    about, nowhere = (states[k] for k in sorted(states, key=lambda k: network_id not in k))
    assert (about.state, about.seen_as) == ("seen", network_id)
    assert (nowhere.state, nowhere.seen_as) == ("not_seen", None)


def test_a_cue_nobody_answers_expires() -> None:
    night = Night([NORTH], 7)
    night.run(10)
    night.link_is_up = False
    night.decide("LTU", "cue", "55.0,24.0,3000@LVA")
    night.run(62)
    assert night["LTU"].told(Cue)[-1].state == "expired"


def test_what_coasts_towards_a_partner_that_does_not_report_it_is_cued_by_rule() -> None:
    night = Night([NORTH], 8, range_m=30e3)
    asked = list[Cue]()
    while not asked and night.second < 300:
        night.run(10)
        asked = [m for m in night["LTU"].told(Cue) if m.state == "asked"]
    assert asked
    assert (asked[0].asked, asked[0].network_id) == ("LVA", "LTU-100")


def test_persons_hand_over_accept_and_decline() -> None:
    night = Night([Flight((2e3, -20e3, 3000.0), (40.0, 0.0, 0.0))], 9)
    night.run(20)
    (network_id,) = night["LTU"].identities()
    night.decide("LTU", "hand_over", f"{network_id}@LVA")
    night.run(3)
    offer = night["LVA"].told(Handover)[-1]
    assert (offer.state, offer.decided_by) == ("offered", "rita")
    night.decide("LVA", "decline", offer.handover_id)
    night.run(3)
    assert [night[n].told(Handover)[-1].state for n in ("LTU", "LVA")] == ["refused", "refused"]
    night.decide("LTU", "hand_over", f"{network_id}@LVA")
    night.run(3)
    night.decide("LVA", "accept", night["LVA"].told(Handover)[-1].handover_id)
    night.run(3)
    assert [night[n].told(Handover)[-1].state for n in ("LTU", "LVA")] == ["accepted", "accepted"]
    (record,) = last_identities(night["LTU"]).values()
    assert record.holder == "LVA"


@pytest.mark.parametrize("subject", ["LTU-1@LVA", "LTU-100@EST", "LTU-100", "x,y,z@LVA", "91,0,10@LVA", ""])
def test_a_decision_about_nothing_does_nothing(subject: str) -> None:
    nation = Nation("LTU")
    for action in ("hand_over", "accept", "decline", "cue"):
        told = nation.decide(at_ns(1), action, subject)
        assert [type(message) for message in told] == [Decision]


def notice(nation: str, number: int = 1) -> PartnerNotice:
    return PartnerNotice(
        id=f"x{number}", time_ns=at_ns(1), origin=f"node-{nation}", label=label_of(nation), nation=nation,
        notice_id=f"{nation}/{number}", about="alert", state="raised",
    )  # fmt: skip


def test_notices_of_a_partner_are_shown_within_bounds_and_never_in_the_name_of_another() -> None:
    nation = Nation("LTU")
    many = tuple(notice("LVA", k) for k in range(MOST_A_SECOND + 20))
    shown = nation.step(at_ns(1), "from-LVA", "datagram", write(shared=(notice("POL"), *many)))
    assert shown == [*many[:MOST_A_SECOND]]
    assert nation.state.picture is not None
    refused = {"a record that is not the partner's": 1}
    assert nation.state.picture.health.rejects_of("from-LVA") == refused
    assert nation.step(at_ns(1.5), "radar", "datagram", write(shared=(notice("LVA"),))) == []


def test_an_offer_of_a_node_that_died_is_shown_as_run_out_and_goes_to_nobody() -> None:
    night = Night([NORTH], 1)
    while not night["LVA"].told(Handover):
        night.run(1)
    night["LTU"].is_alive = False
    assert night["LVA"].state.picture is not None
    night["LVA"].state.picture.network.duty.handovers.courses.clear()
    offer = night["LVA"].told(Handover)[0].model_copy(update={"network_id": "LTU-9", "handover_id": "LTU/9"})
    night["LVA"].step(at_ns(night.second + 0.1), "from-LTU", "datagram", write(shared=(offer,)))
    night.run(40)
    states = [(m.state, m.origin) for m in night["LVA"].told(Handover) if m.handover_id == "LTU/9"]
    assert states == [("offered", "node-LTU"), ("timed_out", "node-LTU")]


def test_what_is_late_doubled_or_nobodys_to_say_is_not_shown() -> None:
    nation = Nation("LTU")
    offer = Handover(
        id="h", time_ns=at_ns(1), origin="node-LVA", label=label_of("LVA"), handover_id="LVA/x", state="offered",
        network_id="LVA-9", giver="LVA", taker="LTU", offered_ns=at_ns(1), expires_ns=at_ns(31),
    )  # fmt: skip

    def hear(record: Handover) -> list[tuple[str, str]]:
        told = nation.step(at_ns(2), "from-LVA", "datagram", write(shared=(record,)))
        return [(message.origin, message.state) for message in told if isinstance(message, Handover)]

    assert hear(offer) == [("node-LVA", "offered")]
    assert hear(offer) == []
    nation.decide(at_ns(3), "accept", "LVA/x")
    assert hear(offer) == [("node-LTU", "accepted")], "said again, and theirs is not shown as if it still waited"
    assert hear(offer.model_copy(update={"state": "timed_out"})) == [("node-LVA", "timed_out")]
    assert hear(offer.model_copy(update={"state": "accepted"})) == []
    forged = offer.model_copy(update={"handover_id": "POL/y", "giver": "POL", "taker": "EST", "state": "accepted"})
    assert hear(forged) == []
    assert nation.state.picture is not None
    assert nation.state.picture.health.rejects_of("from-LVA") == {"a hand-over that the partner has no say in": 1}
    of_others = forged.model_copy(update={"giver": "LVA", "taker": "EST"})
    assert hear(of_others) == [("node-LVA", "accepted")]
    assert nation.state.picture.network.duty.handovers.holder_of("LVA-9") == "EST"


def test_a_node_without_partners_has_no_identities_and_offers_nothing() -> None:
    nation = Nation("LTU")
    assert nation.state.picture is not None
    alone = nation.state.picture.network
    alone.configuration = alone.configuration.model_copy(update={"partners": ()})
    assert not alone.is_on
    tracks = Tracks.none(Label())
    assert alone.mark(tracks) is tracks
