"""Suspects are looked at, others not; who decides on a draft decides once; it all goes on from a snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from sargas.assessment.entry_probability import Entries, Reach, entry_probability
from sargas.assessment.prediction.predictor import Predictor
from sargas.assessment.threat import Facts
from sargas.assessment.warnings.areas import WarnedAreas
from sargas.geo.plane import RegionPlane
from sargas.model.columns import Int64
from sargas.model.envelope import Envelope
from sargas.model.message import Message
from sargas.model.records import Alert, Claim, Decision, PublicWarning, Zone
from sargas.model.tracks import UP_VARIANCE, Tracks, TrackStatus
from sargas.picture.ahead import look_ahead
from sargas.picture.appraisal import HORIZONS_S
from sargas.picture.identity import IdentityBook
from sargas.picture.outlook import MOST, Outlook
from sargas.picture.public_threats import PublicThreats
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from tests.picture.test_step import LABEL, START_NS, configuration, night_inputs, record, tick, whole_night

PLANE = RegionPlane(configuration().origin_latitude_deg, configuration().origin_longitude_deg)


@pytest.fixture(scope="module")
def night() -> tuple[State, list[Message]]:
    snapshot, outputs = whole_night()
    return load_state(snapshot)[0], [message for output in outputs for message in output.messages]


def drafts(told: list[Message]) -> list[PublicWarning]:
    return [message for message in told if isinstance(message, PublicWarning)]


def test_an_intruder_leads_to_a_draft_and_says_what_it_makes_for(night: tuple[State, list[Message]]) -> None:
    found = drafts(night[1])
    assert found
    assert all(draft.is_exercise for draft in found)
    assert all(draft.texts[0].headline.startswith("PRATYBOS") for draft in found)
    intents = [m for m in night[1] if isinstance(m, Claim) and m.about == "intent"]
    assert intents
    for claim in intents:
        # a goal that its course fits is said before the threat
        first = claim.evidence[claim.value.startswith("makes for ")] if claim.state != "withdrawn" else "threat "
        assert first.startswith("threat ")


def test_a_firm_track_that_threatens_is_drafted_within_ten_seconds_and_before_any_alert(
    night: tuple[State, list[Message]],
) -> None:
    first = [draft for draft in drafts(night[1]) if draft.number == 1 and draft.state == "drafted"]
    assert [draft for draft in first if not draft.alert_ids]
    for draft in first:
        assert draft.firm_ns is not None
        assert draft.threatening_ns is not None
        assert draft.firm_ns <= draft.threatening_ns <= draft.drafted_ns
        assert draft.drafted_ns - draft.threatening_ns <= 10 * 10**9


def test_without_a_zone_the_municipalities_are_the_country_that_is_threatened() -> None:
    cells = WarnedAreas.of((), [zone for zone in configuration().zones if zone.kind == "border"]).areas
    node = configuration().model_copy(update={"zones": (), "municipalities": cells})
    state, told = State(), list[Message]()
    for envelope in night_inputs():
        first = record(0, START_NS, node) if envelope.sequence == 0 else envelope
        told += step(state, first).messages
    found = [draft for draft in drafts(told) if draft.state == "drafted"]
    assert found
    assert {draft.areas_are for draft in found} == {"municipalities"}
    assert not [message for message in told if isinstance(message, Alert)]


def test_what_is_in_a_country_and_makes_for_nothing_protected_is_drafted_for_being_there() -> None:
    def box(west: float, south: float, east: float, north: float) -> tuple[tuple[float, float], ...]:
        return (west, south), (east, south), (east, north), (west, north)

    country = Zone(id="all", name="Aukštaitija", kind="border", polygon=box(18.0, 52.0, 32.0, 60.0))
    far = Zone(id="far", name="Nida", kind="protected", polygon=box(20.9, 55.2, 21.0, 55.3))
    node = configuration().model_copy(update={"zones": (country, far)})
    state, told = State(), list[Message]()
    for envelope in night_inputs():
        told += step(state, record(0, START_NS, node) if envelope.sequence == 0 else envelope).messages
    found = [draft for draft in drafts(told) if draft.state == "drafted"]
    assert found
    for draft in found:
        assert draft.reasons[0] == "inside Aukštaitija"
        assert draft.reasons_lt[0] == "yra zonoje „Aukštaitija“"
        assert len(draft.reasons_lt) == len(draft.reasons)
        assert any("may carry a warhead" in reason for reason in draft.reasons)
        assert not any("Nida" in reason for reason in draft.reasons)


def test_an_airliner_that_is_known_is_not_looked_at(night: tuple[State, list[Message]]) -> None:
    picture = night[0].picture
    assert picture is not None
    answers = {i: picture.identity.book.answer(i, "danger", night[0].time_ns) for i in picture.identity.book.claims}
    harmless = {i for i, answer in answers.items() if answer.value == "armed_unlikely"}
    assert harmless
    assert harmless.isdisjoint(picture.identity.suspects)


def test_a_person_decides_once_and_the_message_says_who(night: tuple[State, list[Message]]) -> None:
    state, _ = load_state(dump_state(night[0], 1))
    [draft] = [w for w in latest(drafts(night[1])) if w.state == "drafted"][:1]
    out = step(state, record(10**6, state.time_ns, approve(draft))).messages
    [approved] = [message for message in out if isinstance(message, PublicWarning)]
    assert (approved.state, approved.decided_by, approved.message_id) == ("approved", "rasa", draft.message_id)
    again = step(state, record(10**6 + 1, state.time_ns, approve(draft))).messages
    assert not [message for message in again if isinstance(message, PublicWarning)]


def test_a_course_that_fits_a_zone_is_an_intent_before_its_entry_is_likely(night: tuple[State, list[Message]]) -> None:
    picture = night[0].picture
    assert picture is not None
    outlook = picture.outlook
    names = [zone.name for zone in outlook.zones.zones if zone.kind == "protected"]
    far = Facts(0.1, None, 40_000.0, 0.9, "none", 0.0, 1.0)
    fits = np.full(len(names), 0.1)
    fits[1] = 0.8
    assert outlook._intent(0, far, fits, ()).value == f"makes for {names[1]}"
    assert outlook._intent(0, far, np.full(len(names), np.nan), ()).value == "unknown"
    assert outlook._intent(0, far, np.full(len(names), np.nan), (), ("Neris", 0.8)).value == "along Neris"
    assert outlook._intent(0, far, np.full(len(names), np.nan), (), ("Neris", 0.3)).value == "unknown"
    assert outlook._intent(0, replace(far, entry=0.9), fits, ()).value == f"to {outlook.zones.zones[0].name}"


def test_a_run_from_a_snapshot_is_the_run_without_a_break(night: tuple[State, list[Message]]) -> None:
    whole, broken = night[0], load_state(dump_state(night[0], 1))[0]
    for envelope in later():
        step(broken, envelope)
        step(whole, envelope)
    assert broken.digest.hex() == whole.digest.hex()


def hovering(numbers: Int64) -> Tracks:
    columns = ("altitude_m", "velocity_east_mps", "velocity_north_mps", "velocity_up_mps")
    return Tracks.of(
        time_ns=np.full(len(numbers), START_NS), track_id=numbers, latitude_deg=np.full(len(numbers), 55.0),
        longitude_deg=np.full(len(numbers), 24.0), label=LABEL, **dict.fromkeys(columns, np.zeros(len(numbers))),
    )  # fmt: skip


def test_a_raid_with_alerts_leaves_room_for_who_comes_after_it_and_all_have_their_turn() -> None:
    outlook, numbers = Outlook.of(configuration(), PLANE), np.arange(1, 81)
    tracks = hovering(numbers)
    identity = IdentityBook.of(configuration(), PLANE)
    identity.suspects = dict.fromkeys(numbers.tolist(), 0.5)
    alerted = dict.fromkeys(range(1, 71), ("a",))
    seen = set[int]()
    for second in range(3):
        chosen = outlook._chosen(tracks, identity, alerted)
        outlook._note_looked(tracks, chosen, START_NS + second)
        assert len(chosen) == MOST
        assert {*range(71, 81)} <= set(chosen.track_id.tolist())
        seen |= set(chosen.track_id.tolist())
    assert seen == set(numbers.tolist())


def test_who_waits_for_its_turn_keeps_the_probability_of_entry_of_its_last_look() -> None:
    outlook, identity = Outlook.of(configuration(), PLANE), IdentityBook.of(configuration(), PLANE)
    identity.suspects = {1: 0.5, 2: 0.5}
    first, *others = [zone.id for zone in outlook.zones.zones]
    for number, share in ((1, 0.1), (2, 0.3)):
        outlook.looked_ns[number] = START_NS
        found = np.full((1, len(outlook.zones)), 0.005)
        found[0, 0] = share
        outlook._note_likelihood(hovering(np.array([number])), Entries(found, found, found, found), identity)
    assert (outlook.likelihood[1, first], outlook.likelihood[2, first]) == (0.1, 0.3)
    # an entry held to be unlikely is not taken for the certain one of a straight course
    assert {outlook.likelihood[number, zone] for number in (1, 2) for zone in others} == {0.005}


@pytest.mark.parametrize(("sigma_m", "is_likely"), [(2000.0, True), (50.0, False)])
def test_a_height_that_is_a_guess_keeps_nobody_above_a_zone(sigma_m: float, is_likely: bool) -> None:
    zone = Zone(id="low", name="Low", kind="protected", centre=(24.3, 55.0), radius_m=5e3, ceiling_m=1000.0)
    outlook = Outlook.of(configuration().model_copy(update={"zones": (zone,)}), PLANE)
    predictor, covariance = Predictor(), np.zeros((1, 21))
    covariance[:, UP_VARIANCE] = sigma_m**2
    for second in range(40):
        tracks = replace(
            hovering(np.array([7])), time_ns=np.array([START_NS + second * 10**9]), covariance=covariance,
            longitude_deg=np.array([24.0 + second * 50.0 / 63_900.0]), velocity_east_mps=np.array([50.0]),
            altitude_m=np.array([1500.0]), position_95_m=np.array([100.0], np.float32),
        )  # fmt: skip
        predictor.update(tracks)
    found = entry_probability(outlook.zones, outlook._reach(tracks, predictor.forecast(tracks.track_id, HORIZONS_S)))
    assert (found.probability[0, 0] > 0.2) == is_likely


def test_who_has_just_become_firm_joins_no_raid_for_three_seconds_although_its_alert_is_critical() -> None:
    threats, tracks = PublicThreats(PLANE), replace(hovering(np.array([7])), status=np.array([TrackStatus.CONFIRMED]))
    facts = Facts(1.0, 0.0, 0.0, 0.9, "none", 0.0, 1.0)
    reach = Reach(np.zeros(1), *(np.zeros((1, 1)) for _ in range(4)))
    seen = []
    for second in range(5):
        threats.begin(tracks, START_NS + second * 10**9)
        seen.append(threats.look(tracks, 0, reach, facts, ("a",), is_critical=True) is not None)
    assert seen == [False, False, False, True, True]


def latest(found: list[PublicWarning]) -> list[PublicWarning]:
    return list({draft.message_id: draft for draft in found}.values())


def approve(draft: PublicWarning) -> Decision:
    return Decision(
        id=f"d/{draft.message_id}", time_ns=draft.time_ns + 1, origin="rasa", label=LABEL, actor="rasa",
        action="approve", subject=draft.message_id,
    )  # fmt: skip


def later() -> Iterator[Envelope]:
    for second in range(75, 79):
        yield tick(2 * 10**6 + second, START_NS + second * 10**9)


def test_a_question_about_what_is_ahead_is_answered_and_leaves_no_trace(night: tuple[State, list[Message]]) -> None:
    state, _ = load_state(dump_state(night[0], 1))
    picture = state.picture
    assert picture is not None
    before = dump_state(state, 1)
    live = picture.tracker.report(state.time_ns).track_id.tolist()
    found = [look_ahead(picture, track_id) for track_id in live]
    assert dump_state(state, 1) == before
    asked = [ahead for ahead in found if ahead is not None]
    assert len(asked) > 10
    for ahead in asked:
        assert [place.ahead_s for place in ahead.places] == [30.0, 60.0, 120.0, 180.0, 300.0, 420.0, 600.0]
        assert state.time_ns - 60 * 10**9 < ahead.time_ns <= state.time_ns
        radii = [place.radius_90_m for place in ahead.places if place.radius_90_m is not None]
        assert all(radius > 0.0 for radius in radii)
    assert look_ahead(picture, 10**9) is None
