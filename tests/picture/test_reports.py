"""People report, through ``step``: which track they mean, what it hears of it, what is shown else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from sargas.identification.classifier import labels_of
from sargas.model.columns import NS_PER_S
from sargas.model.message import Message
from sargas.model.records import Claim, Decision, HumanReport, ReporterHistory, Sensor, Sighting
from sargas.model.tracks import CLASSES, Tracks
from sargas.picture.snapshot import dump_state, load_state
from tests.picture.aircraft import LABEL, START_S, Sky, place

RADAR = Sensor(id="radar", kind="radar-3d", latitude_deg=55.0, longitude_deg=24.0, max_range_m=100e3)
DRONE = CLASSES.index("one_way_drone")


def report(second: float, east_m: float, north_m: float, **changed: Any) -> HumanReport:
    """Report from metres east and north of the origin, told at a second and seen then."""
    latitude_deg, longitude_deg = place(east_m, north_m)
    values = {
        "id": f"report/{second}/{changed.get('report_id', 'r')}", "time_ns": round(second * NS_PER_S), "origin": "n",
        "label": LABEL, "report_id": "r", "source_id": "ona", "reporter": "soldier", "channel": "app",
        "latitude_deg": latitude_deg, "longitude_deg": longitude_deg, "observed_ns": round(second * NS_PER_S),
        "seen": "drone",
    }  # fmt: skip
    return HumanReport.model_validate(values | changed)


def fly(sky: Sky, first: int, last: int, **start: tuple[float, float, float, float]) -> None:
    """Fly aircraft straight on from where they were at START_S, with a tick a second."""
    for second in range(first, last):
        t = float(second)
        there = {k: (e + ve * t, n + vn * t, ve, vn) for k, (e, n, ve, vn) in start.items()}
        sky.hear(START_S + t + 0.2, **there)
        sky.tick(START_S + second + 1)


def sightings(messages: list[Message] | tuple[Message, ...]) -> list[Sighting]:
    return [message for message in messages if isinstance(message, Sighting)]


def histories(messages: list[Message] | tuple[Message, ...]) -> list[ReporterHistory]:
    return [message for message in messages if isinstance(message, ReporterHistory)]


def numbers(messages: list[Message] | tuple[Message, ...]) -> set[int]:
    return {int(i) for message in messages if isinstance(message, Tracks) for i in message.track_id}


EAST = {"x4ca001": (-1000.0, 0.0, 45.0, 0.0), "x4ca002": (-1000.0, 9000.0, 45.0, 0.0)}


def test_a_report_means_the_track_it_points_at_and_the_track_hears_of_it() -> None:
    sky, deaf = Sky(), Sky()
    for one in (sky, deaf):
        fly(one, 0, 60, **EAST)
    before = len(sky.messages)
    sky.record(START_S + 60.3, report(START_S + 60, 1700.0, -900.0, bearing_deg=0.0, distance="about_a_kilometre"))
    for one in (sky, deaf):
        fly(one, 60, 64, **EAST)
    told = sightings(sky.messages[before:])[0]
    assert (told.state, told.voices, told.seen, told.polygon) == ("tracked", 1, "drone", ())
    assert told.time_ns == (START_S + 61) * NS_PER_S  # at the first tick after it came
    assert told.shares[0] > 0.8
    assert sky.state.picture is not None
    assert deaf.state.picture is not None
    tracks = sky.state.picture.tracker.report((START_S + 64) * NS_PER_S)
    meant = int(tracks.track_id[np.argmin(np.abs(tracks.latitude_deg - 55.0))])
    assert told.track_ids[0] == meant
    ours, theirs = sky.state.picture.appraisal, deaf.state.picture.appraisal
    row = int(np.flatnonzero(ours.track_id == meant)[0])
    drones = [CLASSES.index(name) for name in ("one_way_drone", "small_fixed_wing_drone", "multirotor")]
    assert ours.classes[row, drones].sum() > theirs.classes[row, drones].sum() + 0.02
    np.testing.assert_array_equal(ours.classes[1 - row], theirs.classes[1 - row])
    assert any("drone seen by a soldier" in reason.en for reason in ours.reasons(meant)), ours.reasons(meant)
    claims = [m for m in sky.messages if isinstance(m, Claim) and m.source == "ona"]
    assert [(c.track_id, c.about, c.reliability) for c in claims] == [(meant, "class", "B")]


def test_a_late_report_means_where_the_track_was_then() -> None:
    sky = Sky()
    fly(sky, 0, 240, **EAST)
    # seen at 60 s, 1.7 km east; by now the track is 8 km further
    sky.record(START_S + 240.3, report(
        START_S + 240, 1700.0, -900.0, observed_ns=(START_S + 60) * NS_PER_S, channel="call", bearing_deg=0.0,
        distance="about_a_kilometre",
    ))  # fmt: skip
    told = sightings(sky.tick(START_S + 241))
    assert [one.state for one in told] == ["tracked"]
    now = report(START_S + 240, 1700.0, -900.0, bearing_deg=0.0, distance="about_a_kilometre", report_id="now")
    sky.record(START_S + 241.3, now)
    assert [one.state for one in sightings(sky.tick(START_S + 242))] == ["unconfirmed"]


def test_a_lone_report_is_an_unconfirmed_sighting_never_a_track_and_ends_with_time() -> None:
    sky = Sky(sensors=(RADAR,))
    sky.record(START_S + 0.3, report(START_S, 0.0, 0.0, bearing_deg=90.0, distance="about_a_kilometre"))
    told = sightings(sky.tick(START_S + 1))[0]
    assert (told.state, told.voices, told.track_ids) == ("unconfirmed", 1, ())
    assert told.probability < 0.7
    assert [reason.partition(", believed")[0] for reason in told.reasons] == ["drone seen by a soldier"]
    assert [reason.partition("; patikimumas")[0] for reason in told.reasons_lt] == ["dronas, matyta: karys"]
    assert shapely.Polygon(told.polygon).contains(shapely.Point(*reversed(place(1100.0, 0.0))))
    assert not shapely.Polygon(told.polygon).contains(shapely.Point(*reversed(place(-8000.0, 0.0))))
    areas = [shapely.Polygon(told.polygon).area]
    for second in range(2, 901):
        areas += [shapely.Polygon(one.polygon).area for one in sightings(sky.tick(START_S + second)) if one.polygon]
    last = sightings(sky.messages)[-1]
    assert (last.state, last.polygon) == ("ended", ())
    assert areas[10] > 2.0 * areas[0]
    assert numbers(sky.messages) == set()
    assert sky.state.picture is not None
    book = sky.state.picture.reports
    assert (book.reports, book.held, book.judged) == ({}, {}, {})
    assert book.reliability.history == {"ona": (0.0, 0.2)}  # a radar looks there, and nothing was seen


AROUND = ((0.0, -1100.0, 0.0), (0.0, 1100.0, 180.0), (-1100.0, 0.0, 90.0), (1100.0, 0.0, 270.0))


def told_by(sources: list[str], reporter: str = "citizen") -> list[Sighting]:
    """Let people around one place point at it, one every two seconds."""
    sky = Sky()
    for k, source in enumerate(sources):
        east_m, north_m, bearing_deg = AROUND[k % 4]
        sky.record(START_S + 2 * k + 0.3, report(
            START_S + 2 * k, east_m, north_m, bearing_deg=bearing_deg, distance="about_a_kilometre", source_id=source,
            report_id=f"r{k}", reporter=reporter, channel="app",
        ))  # fmt: skip
        sky.tick(START_S + 2 * k + 1)
    assert numbers(sky.messages) == set()
    return sightings(sky.messages)


def test_independent_voices_raise_a_sighting_and_repetition_does_not() -> None:
    one = told_by(["a"])[-1]
    again = told_by(["a"] * 12)[-1]
    several = told_by(["a", "b", "c", "d"])
    assert (again.voices, len(again.report_ids)) == (1, 12)
    assert again.probability == pytest.approx(one.probability, abs=0.05)
    assert (several[-1].state, several[-1].voices) == ("supported", 4)
    assert len({s.sighting_id for s in several}) == 1
    assert 0.8 < several[-1].probability <= 0.95


def test_all_hearsay_is_one_voice() -> None:
    many = told_by([f"h{k}" for k in range(12)], "hearsay")[-1]
    assert (many.state, many.voices) == ("unconfirmed", 1)
    assert many.probability < 0.3


def test_reports_of_places_far_apart_are_two_sightings() -> None:
    sky = Sky()
    for k, east_m in enumerate((0.0, 60e3)):
        sky.record(START_S + k + 0.3, report(START_S + k, east_m, 0.0, bearing_deg=90.0, report_id=f"r{k}"))
        sky.tick(START_S + k + 1)
    assert len({one.sighting_id for one in sightings(sky.messages)}) == 2


def test_a_withdrawn_report_takes_its_sighting_along() -> None:
    sky = Sky()
    made = report(START_S, 0.0, 0.0, bearing_deg=90.0)
    sky.record(START_S + 0.3, made)
    sky.tick(START_S + 1)
    sky.record(START_S + 1.3, made.model_copy(update={"id": "w", "state": "withdrawn"}))
    assert [one.state for one in sightings(sky.tick(START_S + 2))] == ["ended"]


@pytest.mark.parametrize(
    ("action", "state", "history"), [("refuse", "ended", (0.0, 1.0)), ("approve", "supported", (1.0, 0.0))]
)
def test_a_persons_word_on_a_sighting_counts_for_who_reported(
    action: str, state: str, history: tuple[float, float]
) -> None:
    sky = Sky()
    sky.record(START_S + 0.3, report(START_S, 0.0, 0.0, bearing_deg=90.0))
    told = sightings(sky.tick(START_S + 1))[0]
    sky.record(START_S + 1.3, Decision.model_validate({
        "id": "d", "time_ns": START_S * NS_PER_S, "origin": "n", "label": LABEL, "actor": "jonas", "action": action,
        "subject": told.sighting_id,
    }))  # fmt: skip
    assert [one.state for one in sightings(sky.tick(START_S + 2))] == [state]
    assert sky.state.picture is not None
    book = sky.state.picture.reports
    assert book.reliability.history == {"ona": history}
    usual, now = 0.8, book.reliability.of(report(START_S, 0.0, 0.0))
    assert (now > usual) == (action == "approve")


def test_how_a_person_fared_is_told_once_and_a_picture_that_hears_of_it_believes_that_person_alike() -> None:
    sky = Sky()
    sky.record(START_S + 0.3, report(START_S, 0.0, 0.0, bearing_deg=90.0))
    seen = sightings(sky.tick(START_S + 1))[0]
    sky.record(START_S + 1.3, Decision.model_validate({
        "id": "d", "time_ns": START_S * NS_PER_S, "origin": "n", "label": LABEL, "actor": "jonas", "action": "refuse",
        "subject": seen.sighting_id,
    }))  # fmt: skip
    told = [one for second in (2, 3, 4) for one in histories(sky.tick(START_S + second))]
    assert [(one.source_id, one.right, one.wrong) for one in told] == [("ona", 0.0, 1.0)]
    other = Sky()
    other.record(START_S + 0.3, told[0])
    assert histories(other.tick(START_S + 1)) == []
    believed = [
        one.state.picture.reports.reliability.of(report(START_S, 0.0, 0.0)) for one in (sky, other) if one.state.picture
    ]
    assert believed[0] == believed[1] < 0.8


def test_a_report_is_borne_out_by_a_track_that_is_seen_later() -> None:
    sky = Sky()
    seen = report(START_S + 2, 1000.0, -900.0, bearing_deg=0.0, distance="about_a_kilometre")
    sky.record(START_S + 2.3, seen)
    assert sightings(sky.tick(START_S + 3))[0].state == "unconfirmed"
    fly(sky, 30, 120, x4ca001=(910.0, 0.0, 45.0, 0.0))
    told = sightings(sky.messages)
    assert [one.state for one in told if one.time_ns > (START_S + 60) * NS_PER_S][-1] == "tracked"
    assert len({one.sighting_id for one in told}) == 1  # what was a sighting is now a track's
    assert sky.state.picture is not None
    assert sky.state.picture.reports.reliability.history == {"ona": (1.0, 0.0)}


def test_a_state_cut_between_reports_goes_on_bit_by_bit() -> None:
    whole, other = Sky(), Sky()
    for sky in (whole, other):
        fly(sky, 0, 40, **EAST)
        sky.record(START_S + 40.3, report(START_S + 40, 800.0, -900.0, bearing_deg=0.0, seen="helicopter"))
        sky.record(START_S + 40.4, report(START_S + 40, 20e3, 0.0, bearing_deg=0.0, report_id="q", source_id="b"))
        fly(sky, 40, 46, **EAST)
    other.state, _ = load_state(dump_state(other.state, 1))
    for sky in (whole, other):
        fly(sky, 46, 90, **EAST)
        sky.record(START_S + 90.3, report(START_S + 60, 800.0, -900.0, report_id="t", source_id="b", channel="call"))
        fly(sky, 90, 100, **EAST)
    assert whole.state.digest.hex() == other.state.digest.hex()
    assert dump_state(whole.state, 9) == dump_state(other.state, 9)
    assert whole.state.picture is not None
    assert labels_of(whole.state.picture.appraisal.classes)


def with_a_report_of_a_track() -> tuple[Sky, HumanReport, Sighting]:
    """Fly two aircraft, and let a soldier point at one of them."""
    sky = Sky()
    fly(sky, 0, 60, **EAST)
    made = report(START_S + 60, 1700.0, -900.0, bearing_deg=0.0, distance="about_a_kilometre")
    sky.record(START_S + 60.3, made)
    fly(sky, 60, 62, **EAST)
    told = sightings(sky.messages)[-1]
    assert [(m.value, m.state) for m in sky.messages if isinstance(m, Claim) and m.source == "ona"] == [
        ("one_way_drone", "made")
    ]
    return sky, made, told


def claims_of(sky: Sky) -> list[tuple[str, str]]:
    """Return the claims that stand in the name of the soldier: value and state of each."""
    assert sky.state.picture is not None
    book = sky.state.picture.identity.book
    return [(one.value, one.state) for of in book.claims.values() for one in of.values() if one.source == "ona"]


@pytest.mark.parametrize("how", ["withdrawn", "refuted"])
def test_what_is_taken_back_speaks_to_no_track_any_more(how: str) -> None:
    (sky, made, told), deaf = with_a_report_of_a_track(), Sky()
    if how == "withdrawn":
        sky.record(START_S + 62.3, made.model_copy(update={"id": "w", "state": "withdrawn"}))
    else:
        sky.record(START_S + 62.3, Decision.model_validate({
            "id": "d", "time_ns": START_S * NS_PER_S, "origin": "n", "label": LABEL, "actor": "jonas",
            "action": "refuse", "subject": told.sighting_id,
        }))  # fmt: skip
    fly(sky, 62, 66, **EAST)
    fly(deaf, 0, 66, **EAST)
    assert sky.state.picture is not None
    assert deaf.state.picture is not None
    ours, theirs = sky.state.picture.appraisal, deaf.state.picture.appraisal
    np.testing.assert_array_equal(ours.classes, theirs.classes)
    assert not any("seen by a soldier" in one.en for one in ours.reasons(told.track_ids[0]))
    assert claims_of(sky) == [("one_way_drone", "withdrawn")]
    assert sum(isinstance(m, Claim) and m.source == "ona" and m.state == "withdrawn" for m in sky.messages) == 1


def test_a_corrected_report_takes_the_place_of_what_it_said_and_counts_once_for_its_person() -> None:
    sky, made, told = with_a_report_of_a_track()
    assert sky.state.picture is not None
    book = sky.state.picture.reports
    assert book.reliability.history == {"ona": (1.0, 0.0)}
    sky.record(START_S + 62.3, made.model_copy(update={"id": "c", "state": "corrected", "seen": "bird"}))
    fly(sky, 62, 64, **EAST)
    assert claims_of(sky) == [("bird_flock", "made")]
    assert book.reliability.history == {"ona": (1.0, 0.0)}
    far = made.model_copy(update={"id": "e", "state": "corrected", "bearing_deg": 180.0})
    sky.record(START_S + 64.3, far)
    fly(sky, 64, 66, **EAST)
    assert claims_of(sky) == [("bird_flock", "withdrawn")]
    assert not any("seen by a soldier" in one.en for one in sky.state.picture.appraisal.reasons(told.track_ids[0]))


def test_reports_that_begin_anew_end_their_sightings_and_take_back_what_they_said_of_tracks() -> None:
    (sky, _, told), deaf = with_a_report_of_a_track(), Sky()
    picture = load_state(dump_state(sky.state, 1))[0].picture
    assert picture is not None
    sky.state.picture = picture
    picture.begin_anew("reports", sky.state.time_ns)
    fly(sky, 62, 66, **EAST)
    fly(deaf, 0, 66, **EAST)
    over = sightings(sky.messages)[-1]
    assert (over.sighting_id, over.state) == (told.sighting_id, "ended")
    assert over.reasons[0].startswith("reports begin anew after a fault")
    assert claims_of(sky) == [("one_way_drone", "withdrawn")]
    assert deaf.state.picture is not None
    np.testing.assert_array_equal(picture.appraisal.classes, deaf.state.picture.appraisal.classes)
    assert picture.reports.reliability.history == {"ona": (1.0, 0.0)}
