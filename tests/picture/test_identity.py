"""The picture keeps what everybody says about a track, concludes from it at ticks, and corrects what rests on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S
from sargas.model.records import Claim, Configuration, Zone
from sargas.model.saying import Said, in_english, in_lithuanian
from sargas.model.tracks import CLASSES, Tracks, TrackStatus
from sargas.picture.identity import MOST_A_TICK, IdentityBook
from tests.picture.aircraft import LABEL, START_S, Sky

BORDER = Zone(
    id="ltu", name="Lithuania", kind="border", polygon=((23.0, 54.0), (25.0, 54.0), (25.0, 56.0), (23.0, 56.0))
)
DRONE, BIRD = CLASSES.index("one_way_drone"), CLASSES.index("bird")


def book() -> IdentityBook:
    configuration = Configuration(
        id="c", time_ns=0, origin="n", label=LABEL, node="n", nation="LTU", origin_latitude_deg=55.0,
        origin_longitude_deg=24.0, zones=(BORDER,),
    )  # fmt: skip
    return IdentityBook.of(configuration, RegionPlane(55.0, 24.0))


def tracks(classes: dict[int, tuple[int, float] | None], status: TrackStatus = TrackStatus.CONFIRMED) -> Tracks:
    n = len(classes)
    probabilities = np.full((n, len(CLASSES)), np.nan, np.float32)
    for row, told in enumerate(classes.values()):
        if told is not None:
            probabilities[row] = (1.0 - told[1]) / (len(CLASSES) - 1)
            probabilities[row, told[0]] = told[1]
    return Tracks.of(
        time_ns=np.full(n, 1), track_id=np.array(list(classes), np.int64), latitude_deg=np.full(n, 55.0),
        longitude_deg=np.full(n, 24.9), altitude_m=np.full(n, 200.0), velocity_east_mps=np.full(n, -45.0),
        velocity_north_mps=np.zeros(n), velocity_up_mps=np.zeros(n), label=LABEL,
        class_probabilities=probabilities, status=np.full(n, status, np.uint8),
    )  # fmt: skip


def claim(value: str, time_ns: int, **fields: Any) -> Claim:
    made = {
        "id": f"ona/{value}/{time_ns}", "time_ns": time_ns, "origin": "n", "label": LABEL, "claim_id": "ona/7/class",
        "track_id": 7, "about": "class", "value": value, "reliability": "B", "credibility": 1, "source": "ona",
    }  # fmt: skip
    return Claim.model_validate(made | fields)


def why(track_id: int) -> tuple[Said, ...]:
    return (Said(f"track {track_id} flies straight", f"taikinys {track_id} skrenda tiesiai"),)


def told(claims: tuple[Claim, ...]) -> dict[str, tuple[str, str]]:
    return {made.about: (made.state, made.value) for made in claims}


def test_a_drone_from_abroad_is_claimed_to_be_dangerous_with_what_that_rests_on() -> None:
    identity = book()
    claims = identity.tick(tracks({7: (DRONE, 0.9)}), 10, why)
    assert told(claims) == {
        "origin": ("made", "abroad"), "class": ("made", "one_way_drone"), "danger": ("made", "armed_possible"),
    }  # fmt: skip
    danger = next(made for made in claims if made.about == "danger")
    assert danger.based_on == ("sargas/7/class", "sargas/7/origin")
    of_class = next(made for made in claims if made.about == "class")
    assert (of_class.evidence, of_class.evidence_lt) == (in_english(why(7)), in_lithuanian(why(7)))
    assert identity.tick(tracks({7: (DRONE, 0.92)}), 20, why) == ()


def test_a_correction_of_the_class_corrects_the_danger() -> None:
    identity = book()
    identity.tick(tracks({7: (DRONE, 0.9)}), 10, why)
    assert told(identity.tick(tracks({7: (BIRD, 0.9)}), 20, why)) == {
        "class": ("corrected", "bird"), "danger": ("corrected", "armed_unlikely"),
    }  # fmt: skip


def test_what_the_node_itself_claims_is_not_counted_again() -> None:
    identity, known = book(), tracks({7: (CLASSES.index("light_aircraft"), 0.6)})
    before = identity.danger(7, known.class_probabilities[0], 5)
    claims = identity.tick(known, 10, why)
    assert told(claims)["class"] == ("made", "light_aircraft")
    # what it may be besides weighs as much as before; that it comes from abroad is new
    after, abroad = identity.danger(7, known.class_probabilities[0], 11), identity.book.answer(7, "origin", 11)
    odds = before.armed / (1.0 - before.armed)
    assert after.armed / (1.0 - after.armed) == pytest.approx(2.0**abroad.probability * odds)


def test_a_person_masks_the_class_and_when_it_runs_out_the_machines_is_back() -> None:
    identity, known = book(), tracks({7: (DRONE, 0.9), 8: (DRONE, 0.9)})
    identity.tick(known, 10, why)
    assert identity.mask(known) is known
    identity.take(claim("bird", 20, is_override=True, until_ns=100))
    shown = identity.mask(known)
    assert shown.class_probabilities.argmax(axis=1).tolist() == [BIRD, DRONE]
    assert shown.class_probabilities.sum(axis=1) == pytest.approx(1.0)
    claims = identity.tick(known, 30, why)
    assert told(claims) == {"danger": ("corrected", "armed_unlikely")}
    assert "ona/7/class" in claims[0].based_on
    back = identity.tick(known, 100, why)
    assert [(made.about, made.state, made.value) for made in back] == [
        ("class", "withdrawn", "bird"), ("danger", "corrected", "armed_possible"),
    ]  # fmt: skip
    assert identity.mask(known) is known


def test_an_override_by_unknown_takes_the_class_away() -> None:
    identity, known = book(), tracks({7: (DRONE, 0.9)})
    identity.take(claim("unknown", 20, is_override=True))
    assert np.isnan(identity.mask(known).class_probabilities).all()


def test_the_danger_follows_the_classes_also_where_none_of_them_is_claimed() -> None:
    identity, small = book(), CLASSES.index("small_fixed_wing_drone")
    harmless, armed = tracks({7: None}), tracks({7: None})
    for one, classes in ((harmless, [BIRD, CLASSES.index("balloon")]), (armed, [DRONE, small])):
        one.class_probabilities[:] = 0.01
        one.class_probabilities[0, classes] = 0.45
    assert told(identity.tick(harmless, 10, why))["danger"] == ("made", "armed_unlikely")
    assert 7 not in identity.suspects
    assert told(identity.tick(armed, 20, why)) == {"danger": ("corrected", "armed_possible")}
    assert identity.suspects[7] > 0.3
    assert identity.tick(armed, 30, why) == ()


def test_a_class_is_held_a_little_below_where_it_is_claimed_and_then_withdrawn() -> None:
    identity = book()
    identity.tick(tracks({7: (DRONE, 0.55)}), 10, why)
    assert identity.tick(tracks({7: (DRONE, 0.45)}), 20, why) == ()
    assert told(identity.tick(tracks({7: (DRONE, 0.35)}), 30, why))["class"] == ("withdrawn", "one_way_drone")


def test_a_raid_is_concluded_about_some_hundred_a_tick_and_nobody_is_left_out() -> None:
    identity, known = book(), tracks(dict.fromkeys(range(2 * MOST_A_TICK + 1), (DRONE, 0.9)))
    counts = [sum(made.about == "class" for made in identity.tick(known, now, why)) for now in range(1, 5)]
    assert counts == [MOST_A_TICK, MOST_A_TICK, 1, 0]


def test_what_is_dropped_is_forgotten_and_tentative_tracks_are_not_spoken_of() -> None:
    identity = book()
    assert identity.tick(tracks({7: (DRONE, 0.9)}, TrackStatus.TENTATIVE), 10, why) == ()
    identity.tick(tracks({7: (DRONE, 0.9)}), 20, why)
    identity.take(claim("bird", 25, is_override=True))
    identity.forget_dropped(tracks({7: None}, TrackStatus.DROPPED))
    assert identity.book.claims == {}
    assert identity.mask(tracks({7: (DRONE, 0.9)})).class_probabilities.argmax() == DRONE


def test_it_goes_on_from_a_snapshot() -> None:
    identity, known = book(), tracks({7: (DRONE, 0.9), 8: (BIRD, 0.6)})
    identity.tick(known, 10, why)
    identity.take(claim("bird", 20, is_override=True, until_ns=100))
    other = book()
    other.restore(identity.snapshot())
    assert other.snapshot() == identity.snapshot()
    for now in (30, 100, 110):
        assert other.tick(known, now, why) == identity.tick(known, now, why)
        assert (other.mask(known).class_probabilities == identity.mask(known).class_probabilities).all()


def test_a_claim_that_comes_in_is_told_and_what_follows_comes_with_the_tick() -> None:
    sky = Sky(zones=(BORDER,))
    for second in range(START_S, START_S + 8):
        sky.hear(second + 0.5, a1b2c3=(45_000.0 - 60.0 * (second - START_S), 0.0, -60.0, 0.0))
        sky.tick(second + 1)
    assert sky.state.picture is not None
    [track_id] = sky.state.picture.tracker.report((START_S + 8) * NS_PER_S).track_id.tolist()
    made = claim("one_way_drone", (START_S + 8) * NS_PER_S, track_id=track_id, is_override=True)
    assert sky.record(START_S + 8, made) == (made,)
    after = [message for message in sky.tick(START_S + 9) if isinstance(message, Claim)]
    assert [(c.about, c.value) for c in after] == [("danger", "armed_possible")]
    shown = [m for m in sky.hear(START_S + 9.5, a1b2c3=(44_430.0, 0.0, -60.0, 0.0)) if isinstance(m, Tracks)]
    assert shown[-1].class_probabilities.argmax() == DRONE


def test_what_is_said_of_a_track_that_has_just_ended_is_told_and_not_kept() -> None:
    sky = Sky()
    for second in range(1, 5):
        sky.hear(START_S + second, x501dd1=(1000.0 + 90 * second, 0.0, 90.0, 0.0))
    [number] = live_numbers(sky)
    said = claim("helicopter", (START_S + 5) * NS_PER_S, claim_id=f"ona/{number}/class", track_id=number)
    sky.record(START_S + 5, said)
    assert sky.state.picture is not None
    identity = sky.state.picture.identity
    assert identity.book.answer(number, "class", sky.state.time_ns).value == "helicopter"
    second = 5
    while live_numbers(sky):
        second += 1
        sky.tick(START_S + second)
    late = said.model_copy(update={"id": "late", "time_ns": sky.state.time_ns, "is_override": True})
    assert sky.record(START_S + second, late) == (late,), "it stays on record"
    assert (identity.book.claims, identity.masks, identity.waiting) == ({}, {}, {})
    assert identity.said.numbers().tolist() == []


def live_numbers(sky: Sky) -> list[int]:
    assert sky.state.picture is not None
    numbers: list[int] = sky.state.picture.tracker.report(sky.state.time_ns).track_id.tolist()
    return numbers
