"""The guard tells each nation what rules and agreement let go, accounts for it, and takes back what they refuse."""

from dataclasses import replace

import numpy as np
import pytest

from sargas.formats.release.plot_wire import unpack_plots
from sargas.model.columns import PlotFlag
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import SensorRegistration
from sargas.model.sharing_records import PartnerNotice
from sargas.model.tracks import TrackStatus
from sargas.sharing.agreement import SharedSensor
from sargas.sharing.drafts import Draft, Offer
from sargas.sharing.policy.policy import Policy
from sargas.sharing.policy.words import KINDS
from tests.formats.release.making import T0_NS
from tests.sharing.making import (
    OPEN,
    OWN,
    SECRET,
    THEIRS,
    TO_POL,
    S,
    agreement,
    alert,
    cue,
    decision,
    guard,
    handover,
    interference,
    read_record,
    read_state,
    told_numbers,
    tracks,
    warning,
)


def log_of(offer: Offer, partner: str = "LVA") -> list[Draft]:
    return [draft for draft in offer.drafts if draft.release.traffic == "log" and draft.partner == partner]


def test_tracks_go_by_label_and_partner() -> None:
    one = guard(agreement(), agreement(nation="POL", groups=("NATO", "neighbours")))
    batches = [
        tracks(2, OPEN, 1), tracks(2, TO_POL, 11), tracks(2, SECRET, 21), tracks(2, OWN, 31), tracks(2, THEIRS, 41),
    ]  # fmt: skip
    offer = one.offer(T0_NS, batches)
    assert told_numbers(offer.drafts, "LVA") == [1, 2]
    assert told_numbers(offer.drafts, "POL") == [1, 2, 11, 12]
    rules = {(e.partner, e.rules) for e in offer.audit if e.decision == "refused"}
    assert ("LVA", ("bound-releasable-to",)) in rules
    assert ("LVA", ("bound-clearance",)) in rules
    assert ("LVA", ("bound-originator-control",)) in rules
    assert ("POL", ("bound-originator-control",)) in rules


def test_every_draft_stands_under_a_decision_that_comes_with_it_or_came_before() -> None:
    one, written = guard(), set[str]()
    for second in range(5):
        offer = one.offer(T0_NS + second * S, [tracks(40)], [alert()] if second == 2 else [])
        written |= {entry.message_id for entry in offer.audit}
        assert offer.drafts
        assert {draft.decision for draft in offer.drafts} <= written
    released = [e for e in one.offer(T0_NS + 5 * S, [tracks(41)]).audit if e.decision == "released"]
    assert released, "another track is another decision"
    [entry] = [e for e in released if "LTU-41" in e.objects]
    assert entry.policy_hash == one.policy.digest.hex()
    assert entry.rules == (
        "ltu-accuracy-within-baltnet", "ltu-picture-to-neighbours", "ltu-unclassified-tracks-to-nato",
    )  # fmt: skip
    assert "error ellipse" in entry.fields
    assert "sensor_identity" in entry.withheld
    assert entry.to_json() == entry.to_json()
    assert entry.label == OPEN


def test_a_track_that_ends_leaves_its_bucket() -> None:
    one = guard()
    one.offer(T0_NS, [tracks(3)])
    offer = one.offer(T0_NS + S, [tracks(3).take([0, 2])])
    assert told_numbers(offer.drafts) == [1, 3]
    [empty] = [d for d in offer.drafts if not len(read_state(d).tracks)]
    assert empty.release.token == "b02"
    assert empty.subject == "outbox.LVA.release.LTU.state.b02"
    later = one.offer(T0_NS + 2 * S, [tracks(3).take([0, 2])])
    assert "b02" not in {d.release.token for d in later.drafts}, "an empty bucket is told once"


def test_after_a_start_every_bucket_is_told_once_though_it_is_empty() -> None:
    one = guard(agreement(link_bps=10_000_000))
    first = one.offer(T0_NS, [tracks(1, first=5)])
    assert sorted(d.release.token for d in first.drafts) == [f"b{k:02d}" for k in range(32)]
    assert first.drafts[0].release.token == "b05", "what is there goes first"
    assert [d.release.token for d in one.offer(T0_NS + S, [tracks(1, first=5)]).drafts] == ["b05"]
    assert guard(rules="").offer(T0_NS, [tracks(1)]).drafts == ()


def test_other_rules_take_back_what_they_refuse() -> None:
    one = guard()
    one.offer(T0_NS, [tracks(3)], [alert()])
    one.replace_policy(Policy('@id("nothing") forbid (principal, action, resource);'))
    offer = one.offer(T0_NS + S, [tracks(3)])
    assert told_numbers(offer.drafts) == []
    assert len([d for d in offer.drafts if d.release.traffic == "state"]) == 3
    [taken_back] = log_of(offer)
    notice = read_record(taken_back)
    assert isinstance(notice, PartnerNotice)
    assert (notice.state, notice.is_over, notice.network_ids, notice.eta_ns) == ("withdrawn", True, (), None)
    assert {e.rules for e in offer.audit if e.decision == "refused"} == {("nothing",)}


def test_only_confirmed_and_coasting_real_tracks_inside_the_region_go() -> None:
    status = np.array(
        [TrackStatus.TENTATIVE, TrackStatus.CONFIRMED, TrackStatus.COASTING, TrackStatus.DROPPED], np.uint8
    )
    assert told_numbers(guard().offer(T0_NS, [tracks(4, status=status)]).drafts) == [2, 3]
    flags = np.array([0, PlotFlag.SIMULATED, PlotFlag.FIELD_MONITOR, PlotFlag.TEST], np.uint16)
    assert told_numbers(guard().offer(T0_NS, [tracks(4, flags=flags)]).drafts) == [1]
    region = ((24.0, 55.0), (26.0, 55.0), (26.0, 57.0), (24.0, 57.0))
    where = {"latitude_deg": np.array([56.0, 54.0, 56.9, np.nan]), "longitude_deg": np.array([25.0, 25.0, 26.1, 25.0])}
    assert told_numbers(guard(agreement(region=region)).offer(T0_NS, [tracks(4, **where)]).drafts) == [1]


@pytest.mark.parametrize(
    ("ours", "theirs", "label", "goes"),
    [
        (False, False, OPEN, True),
        (True, True, OPEN.model_copy(update={"caveats": ("EXERCISE",)}), True),
        (True, True, OPEN, False),
        (True, False, OPEN.model_copy(update={"caveats": ("EXERCISE",)}), False),
        (False, True, OPEN, False),
        (False, False, OPEN.model_copy(update={"caveats": ("EXERCISE",)}), False),
    ],
)
def test_exercise_and_live_never_mix(ours: bool, theirs: bool, label: Label, goes: bool) -> None:
    one = guard(agreement(exercise=theirs), exercise=ours)
    records = [alert(label=label), warning(label), decision(label), cue(label), handover(label), interference(label)]
    offer = one.offer(T0_NS, [tracks(2, label)], records)
    assert bool(told_numbers(offer.drafts)) == goes
    assert bool(log_of(offer)) == goes
    assert all((d.release.traffic == "state") for d in offer.drafts if not goes), "empty buckets at most"


def test_a_warning_of_an_exercise_is_exercise_data_whatever_its_label_says() -> None:
    offer = guard().offer(T0_NS, records=[warning(is_exercise=True)])
    assert offer.drafts == ()
    assert offer.audit[0].rules == ("bound-exercise",)


def test_the_log_tells_what_is_allowed_and_no_more() -> None:
    one = guard()
    records = [alert(), warning(), warning(state="approved"), decision(), handover(), cue(), interference()]
    offer = one.offer(T0_NS, [tracks(2)], records)
    assert [d.release.traffic for d in offer.drafts[:7]] == ["log"] * 7, "before all state"
    assert [d.release.sequence for d in offer.drafts[:7]] == list(range(7))
    by_token = {d.release.token: read_record(d) for d in log_of(offer)}
    told_alert = by_token["alert"]
    assert isinstance(told_alert, PartnerNotice)
    assert told_alert.headline == "Predicted to enter a protected area"
    assert told_alert.headline_lt == "Prognozuojama, kad įskris į saugomą zoną"
    assert (told_alert.level, told_alert.network_ids) == ("critical", ("LTU-1",))
    approval = by_token["approval"]
    assert isinstance(approval, PartnerNotice)
    assert (approval.state, approval.headline) == ("approved", "Public warning approved")
    told_warning = by_token["warning"]
    assert isinstance(told_warning, PartnerNotice)
    assert (told_warning.headline, told_warning.notice_id) == ("Air danger", approval.notice_id)
    assert (told_warning.headline_lt, approval.headline_lt) == ("", "Perspėjimas gyventojams patvirtintas")
    whole = b"".join(d.release.body for d in log_of(offer))
    for word in (b"depot", b"kaunas", b"jonas", b"LOT1", b"841f1d7ffffffff", b"clear enough", b"Roki"):
        assert word not in whole
    assert b"lost behind the border" in whole, "ltu-words-of-hand-overs-and-cues"


def test_an_alert_is_told_when_it_is_news() -> None:
    one = guard()
    first = one.offer(T0_NS, [tracks(2)], [alert()])
    assert len(log_of(first)) == 1
    same = one.offer(T0_NS + S, [tracks(2)], [alert(time_ns=T0_NS + S, eta_ns=T0_NS + 303 * S, danger=0.7)])
    assert log_of(same) == []
    moved = one.offer(T0_NS + 2 * S, None, [alert(eta_ns=T0_NS + 200 * S)])
    assert len(log_of(moved)) == 1
    ended = one.offer(T0_NS + 3 * S, None, [alert(state="ended", ended_ns=T0_NS + 3 * S)])
    notice = read_record(log_of(ended)[0])
    assert isinstance(notice, PartnerNotice)
    assert notice.is_over
    assert log_of(one.offer(T0_NS + 4 * S, None, [alert(state="ended")])) == []


def test_an_alert_waits_for_its_track_and_ends_even_when_the_track_has_gone() -> None:
    one = guard()
    early = one.offer(T0_NS, [], [alert()])
    assert log_of(early) == []
    assert early.audit[0].rules[-1] == "no-track-told"
    assert len(log_of(one.offer(T0_NS + S, [tracks(1)]))) == 1
    gone = one.offer(T0_NS + 2 * S, [])
    notice = read_record(log_of(gone)[0])
    assert isinstance(notice, PartnerNotice)
    assert (notice.network_ids, notice.is_over) == ((), False)
    assert len(log_of(one.offer(T0_NS + 3 * S, [], [alert(state="ended")]))) == 1


def test_the_tier_of_a_track_goes_only_with_its_alert() -> None:
    def tiers(label: Label, kinds: tuple[str, ...] = KINDS) -> list[int]:
        offer = guard(agreement(kinds=kinds)).offer(T0_NS, [tracks(1)], [alert(label=label)])
        return [int(t) for d in offer.drafts if d.release.traffic == "state" for t in read_state(d).danger]

    assert tiers(OPEN) == [2]
    assert tiers(OWN) == [0]
    assert tiers(OPEN, ("track",)) == [0]


def test_what_was_not_agreed_never_goes() -> None:
    records = [alert(), warning(), decision(), handover(), cue(), interference()]
    offer = guard(agreement(kinds=("interference",))).offer(T0_NS, [tracks(3)], records)
    assert [d.release.token for d in offer.drafts] == ["interference"]
    assert {e.rules[0] for e in offer.audit if e.decision == "refused"} == {"agreement-kinds"}


def test_hand_overs_and_cues_go_to_their_other_party_only() -> None:
    one = guard(agreement(), agreement(nation="POL", groups=("neighbours",)))
    offer = one.offer(
        T0_NS, records=[handover(), cue(), cue(asked="POL", cue_id="x"), handover(giver="POL", taker="LVA")]
    )
    assert [(d.partner, d.release.token) for d in offer.drafts] == [("LVA", "handover"), ("LVA", "cue"), ("POL", "cue")]
    assert b"jonas" not in offer.drafts[0].release.body
    said_by_them = one.offer(T0_NS + S, records=[cue(OPEN.model_copy(update={"originator": "LVA"}))])
    assert said_by_them == Offer(), "what a nation said itself is neither told back to it nor a refusal"


def test_an_approval_of_a_warning_that_was_not_told_is_not_told() -> None:
    one = guard(rules='@id("a") permit (principal, action == Action::"release_approval", resource);')
    offer = one.offer(T0_NS, records=[warning(), decision()])
    assert offer.drafts == ()
    assert {e.kind for e in offer.audit} == {"warning", "approval"}


def test_a_bucket_of_several_labels_goes_under_the_strictest_of_all() -> None:
    narrow = Label(releasable_to=("LVA",), originator="LTU")
    one = guard(agreement(link_bps=9600))
    offer = one.offer(T0_NS, [tracks(4, OPEN, 0), tracks(4, narrow, 100)])
    assert {d.release.label for d in offer.drafts} == {narrow}
    apart = guard(
        agreement(link_bps=9600, caveats=("A", "B")),
        rules="""@id("one-mark") permit (principal, action, resource)
        unless { resource.caveats.containsAll(["A", "B"]) };""",
    )
    first, second = (OPEN.model_copy(update={"caveats": (mark,)}) for mark in "AB")
    mixed = apart.offer(T0_NS, [tracks(4, first, 0), tracks(4, second, 100)])
    assert told_numbers(mixed.drafts) == [0, 1, 2, 3]
    assert any("label-mix" in entry.rules for entry in mixed.audit)


def test_accuracy_is_coarsened_as_agreed() -> None:
    plain = agreement(groups=("NATO", "neighbours"), accuracy_floor_m=400, position_grid_m=1000)
    before = tracks(20)
    offer = guard(plain).offer(T0_NS, [before])
    found = {}
    for after in (read_state(draft).tracks for draft in offer.drafts):
        columns = (after.track_id.tolist(), after.latitude_deg, after.longitude_deg, after.covariance)
        found |= {number: values for number, *values in zip(*columns, strict=True)}
    for number, latitude, longitude in zip(
        before.track_id.tolist(), before.latitude_deg, before.longitude_deg, strict=True
    ):
        told_latitude, told_longitude, covariance = found[number]
        assert np.sqrt(covariance[0]) >= 400
        assert covariance[0] == covariance[6]
        assert abs(told_latitude - latitude) * 111_195 <= 503
        assert abs(told_longitude - longitude) * 111_195 * np.cos(np.radians(latitude)) <= 503
    grid = {round((la * 111_195 / 1000) % 1, 2) for la, _, _ in found.values()}
    assert grid <= {0.49, 0.5, 0.51}


def plots(n: int = 100, label: Label = OPEN) -> Plots:
    return Plots.of(
        time_ns=T0_NS + np.arange(n) * 1_000_000, receive_time_ns=T0_NS + np.arange(n), sensor_ids=("other", "kaunas"),
        sensor=np.full(n, 1, np.int16), label=label, scan=np.full(n, 5), range_m=np.linspace(20e3, 200e3, n),
        azimuth_deg=np.linspace(0, 359, n), elevation_deg=np.full(n, 1.0), callsign=np.full(n, b"SECRET"),
    )  # fmt: skip


SHARED = SharedSensor(sensor_id="kaunas", name="south", per_second=30.0)


def test_plots_of_shared_sensors_go_thinned_with_their_place() -> None:
    one = guard(agreement(sensors=(SHARED,)))
    counts = []
    for second in range(6):
        offer = one.offer(T0_NS + second * S, plots=[plots()])
        assert [d.release.token for d in offer.drafts] == ["south"]
        found, place = unpack_plots(offer.drafts[0].release.body, "LTU:south", T0_NS, OPEN)
        counts.append(len(found))
        assert place is not None
        assert (place.latitude_deg, place.height_m) == (54.9, 120.0)
        assert found.azimuth_deg.max() - found.azimuth_deg.min() > 300, "thinned evenly, not cut"
    assert counts == [60, 30, 30, 30, 30, 30]
    assert guard().offer(T0_NS, plots=[plots()]).drafts == (), "no shared sensor, no plots"
    assert guard(agreement(sensors=(SHARED,))).offer(T0_NS, plots=[plots(label=OWN)]).drafts == ()


def test_without_the_place_plots_go_as_positions_freed_of_known_biases() -> None:
    rules = '@id("plots") permit (principal, action == Action::"release_plots", resource);'
    bias = SensorRegistration(
        id="r", time_ns=T0_NS, origin="ltu", label=OWN, sensor_id="kaunas", state="registered", since_ns=0, pairs=500,
        range_bias_m=500, range_bias_sigma_m=1, azimuth_bias_deg=0, azimuth_bias_sigma_deg=1, elevation_bias_deg=0,
        elevation_bias_sigma_deg=1, time_bias_s=0, time_bias_sigma_s=1,
    )  # fmt: skip
    north = []
    for records in ([], [bias]):
        offer = guard(agreement(sensors=(SHARED,)), rules=rules).offer(T0_NS, None, records, [plots(1)])
        [draft] = offer.drafts
        found, place = unpack_plots(draft.release.body, "LTU:south", T0_NS, OPEN)
        assert place is None
        assert np.isnan(found.range_m).all()
        north.append(float(found.latitude_deg[0]))
    assert (north[0] - north[1]) * 111_195 == pytest.approx(500, rel=0.02)


def test_plots_outside_the_region_stay_at_home() -> None:
    north = ((20.0, 55.5), (28.0, 55.5), (28.0, 58.0), (20.0, 58.0))
    fast = SHARED.model_copy(update={"per_second": 1000.0})
    for agreed in (
        agreement(sensors=(fast.model_copy(update={"region": north}),)),
        agreement(sensors=(fast,), region=north),
    ):
        offer = guard(agreed).offer(T0_NS, plots=[plots()])
        found, _ = unpack_plots(offer.drafts[0].release.body, "LTU:south", T0_NS, OPEN)
        northwards = (found.azimuth_deg < 90) | (found.azimuth_deg > 270)
        assert northwards.all()
        assert 0 < len(found) < 50


def test_sensor_names_go_only_where_all_of_a_bucket_may_name_them() -> None:
    rules = """
        @id("tracks") permit (principal, action == Action::"release_track", resource);
        @id("names") permit (principal, action == Action::"release_sensor_identity", resource)
        when { resource.classification == 0 };"""
    restricted = OPEN.model_copy(update={"classification": 1})
    named = {"sensor_ids": ("kaunas",), "contributing": np.ones((2, 1), np.uint64)}
    both = agreement(link_bps=9600, clearance="restricted")
    open_only = guard(both, rules=rules).offer(T0_NS, [tracks(2, OPEN, 4, **named)])
    assert [b"kaunas" in d.release.body for d in open_only.drafts if len(read_state(d).tracks)] == [True, True]
    mixed = guard(both, rules=rules).offer(T0_NS, [tracks(2, OPEN, 4, **named), tracks(2, restricted, 8, **named)])
    assert told_numbers(mixed.drafts) == [4, 5, 8, 9]
    assert not any(b"kaunas" in d.release.body for d in mixed.drafts)


def test_what_the_guard_returns_depends_on_what_it_was_given_alone() -> None:
    def night() -> list[Offer]:
        one = guard(agreement(), agreement(nation="POL", groups=("neighbours",), link_bps=9600))
        return [
            one.offer(T0_NS + k * S, [replace(tracks(50), time_ns=np.full(50, T0_NS + k * S))], [alert(time_ns=k)])
            for k in range(4)
        ]

    assert night() == night()


def test_a_number_that_comes_twice_goes_once() -> None:
    narrow = Label(releasable_to=("LVA",), originator="LTU")
    offer = guard().offer(T0_NS, [tracks(2, OPEN, 1), tracks(2, narrow, 2), tracks(1, OWN, 1)])
    assert told_numbers(offer.drafts) == [1, 2, 3]


def test_one_agreement_a_nation() -> None:
    with pytest.raises(ValueError, match="expected one agreement with LVA"):
        guard(agreement(), agreement())


def test_of_two_persons_approvals_only_the_one_that_completes_is_told() -> None:
    one = guard()
    first = {"approved_by": "rasa", "approved_ns": T0_NS - S, "until_ns": T0_NS + 60 * S}
    half = [warning(approvals_needed=2), decision(id="decision/0", actor="rasa", time_ns=T0_NS - S)]
    half.append(warning(id="half", approvals_needed=2, first_approval=first))
    offer = one.offer(T0_NS, records=half)
    assert [draft.release.token for draft in offer.drafts if draft.release.token == "approval"] == []
    whole = [decision(), warning(state="approved", approvals_needed=2, first_approval=first)]
    offer = one.offer(T0_NS + S, records=whole)
    [told] = [read_record(draft) for draft in offer.drafts if draft.release.token == "approval"]
    assert isinstance(told, PartnerNotice)
    assert told.state == "approved"
    assert all(b"rasa" not in draft.release.body for draft in offer.drafts)
