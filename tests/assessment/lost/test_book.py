"""A case opens when a watched track is seen no more, is told, re-weighed and ended, and goes on from a snapshot."""

from __future__ import annotations

import numpy as np
import pytest

from sargas.assessment.lost.book import MOST_CASES, LostBook
from sargas.assessment.lost.sightings import SectorReport
from sargas.assessment.lost.telling import LEVEL
from sargas.model.label import Classification, Label
from sargas.model.lost_records import LostTrack
from sargas.model.report_records import HumanReport
from sargas.model.tracks import TrackStatus
from tests.assessment.lost.scene import LABEL, PLANE, Scene, radar


def lost_scene(seconds: int = 60, **fields: object) -> Scene:
    scene = Scene(**fields)  # type: ignore[arg-type]
    scene.follow(40, 7)
    scene.wait(seconds)
    return scene


def shares(told: LostTrack) -> dict[str, float]:
    return {one.name: one.probability for one in told.hypotheses}


def test_a_track_that_is_seen_no_more_is_told_after_ten_seconds_and_then_while_it_changes() -> None:
    scene = lost_scene(120)
    first = scene.told[0]
    assert (first.track_id, first.state, first.level) == (7, "lost", LEVEL)
    assert 10e9 <= first.time_ns - first.last_seen_ns <= 12e9
    gaps = np.diff([one.time_ns for one in scene.told]) / 1e9
    assert len(scene.told) >= 8
    assert gaps.min() >= 5.0
    assert first.regions
    assert sum(shares(first).values()) == pytest.approx(1.0, abs=1e-3)
    assert first.looked == ("radar",)
    assert first.armed == 0.6


def test_a_track_that_was_hardly_followed_is_not_missed() -> None:
    scene = Scene()
    scene.follow(15, 7)
    assert scene.wait(60) == []
    assert scene.book.cases == {}


def test_one_that_coasts_is_lost_and_one_that_is_seen_again_is_not() -> None:
    scene = Scene()
    scene.follow(40, 7)
    coasting = scene.tracks(7, status=np.array([TrackStatus.COASTING], np.uint8))
    for _ in range(15):
        scene.tick(coasting)
    assert [one.state for one in scene.told][:1] == ["lost"]
    scene.follow(1, 7)
    assert (scene.told[-1].state, scene.told[-1].end) == ("ended", "seen_again")
    assert scene.book.cases == {}


def test_a_number_that_goes_on_under_another_one_is_not_lost() -> None:
    scene = Scene()
    scene.follow(40, 7)
    scene.tick(scene.tracks(5), t7=5)
    assert 7 not in scene.book.cases


def test_where_a_live_radar_would_have_seen_it_it_is_not_and_where_none_looks_it_may_be() -> None:
    live, deaf = lost_scene(60), Scene()
    deaf.follow(40, 7)
    deaf.deaf = {"radar"}
    deaf.wait(60)
    seen, unseen = live.told[-1], deaf.told[-1]
    assert shares(seen)["unwatched"] < 0.4
    assert shares(unseen)["unwatched"] > 0.6
    assert unseen.looked == ()


def test_a_radar_that_says_it_is_out_of_order_subtracts_nothing() -> None:
    scene = Scene()
    scene.follow(40, 7)
    scene.book.hear_status("radar", False)
    scene.wait(30)
    assert scene.told[-1].looked == ()
    scene.book.hear_status("radar", None)
    scene.wait(10)
    assert scene.told[-1].looked == ()
    scene.book.hear_status("radar", True)
    scene.wait(30)
    assert scene.told[-1].looked == ("radar",)


def test_a_descent_makes_a_landing_or_low_flight_likelier() -> None:
    level, sinking = Scene(deaf=set()), Scene()
    for scene, climb in ((level, 0.0), (sinking, -4.0)):
        scene.follow(40, 7, height_m=400.0, velocity=(-45.0, 0.0, climb))
        scene.deaf = {"radar"}
        scene.wait(240)
    assert shares(sinking.told[-1])["landed_or_crashed"] > 1.25 * shares(level.told[-1])["landed_or_crashed"]


def test_a_report_is_told_at_the_next_tick_shrinks_the_region_and_keeps_its_place() -> None:
    scene = lost_scene(90)
    before = scene.told[-1]
    x_m, y_m = 60e3 - 45.0 * 130, 0.0
    stand = PLANE.geodetic_from_plane(x_m, y_m - 1_500.0)
    report = SectorReport(float(stand[0]), float(stand[1]), scene.now_ns, 0.0, 15.0, 1_500.0)
    assert scene.book.report(report.log_likelihood, np.array([report.time_ns]), Label(caveats=("POLICE",))) == 1
    [after] = scene.wait(1)
    assert after.reports == 1
    assert after.area_km2 < 0.6 * before.area_km2
    assert "POLICE" in after.label.caveats
    found = PLANE.plane_from_geodetic(after.most_probable[1], after.most_probable[0])
    assert float(np.hypot(found[0] - x_m, found[1] - y_m)) < 1_500.0


def test_a_new_track_where_it_would_be_may_be_it_and_one_elsewhere_is_not() -> None:
    scene = lost_scene(60)
    scene.tick(scene.tracks(50, x_m=150e3, y_m=80e3))
    assert scene.book.cases[7].may_be == []
    scene.tick(scene.tracks(51))
    [offer] = scene.book.cases[7].may_be
    assert offer.track_id == 51
    assert offer.probability > 0.5


def test_one_that_flies_the_other_way_is_offered_with_less_or_not_at_all() -> None:
    scene = lost_scene(60)
    scene.tick(scene.tracks(51, x_m=60e3 - 90.0 * 100, velocity=(45.0, 0.0, 0.0)))
    assert all(one.probability < 0.5 for one in scene.book.cases[7].may_be)


def test_no_more_cases_than_it_can_keep_and_it_says_so() -> None:
    scene = Scene()
    numbers = range(1, MOST_CASES + 6)
    scene.follow(40, *numbers)
    for _ in range(12):
        scene.tick(scene.tracks(*range(6, MOST_CASES + 6)))
    scene.wait(12)
    assert len(scene.book.cases) == MOST_CASES
    assert {one.end for one in scene.told if one.state == "ended"} == {"too_many"}


def test_a_book_that_begins_anew_ends_the_cases_that_were_told() -> None:
    scene = lost_scene(60)
    other = LostBook.of("n", LABEL, PLANE)
    other.restore(scene.book.snapshot())
    last = scene.told[-1]
    (ended,) = LostBook.of("n", LABEL, PLANE).go_on_from(other, scene.now_ns)
    assert (ended.lost_id, ended.state, ended.end) == (last.lost_id, "ended", "begun_anew")
    assert (ended.ended_ns, ended.regions) == (scene.now_ns, last.regions)
    scene.tick(scene.tracks(7))
    assert scene.told[-1].end == "seen_again"
    assert LostBook.of("n", LABEL, PLANE).go_on_from(scene.book, scene.now_ns) == []


def test_when_a_whole_sky_is_lost_at_once_the_most_dangerous_are_kept_and_stay() -> None:
    scene, numbers = Scene(), range(1, MOST_CASES + 11)
    armed = np.array([0.1 if number <= 10 else 0.6 for number in numbers])
    scene.follow(25, *numbers)
    coasting = scene.tracks(*numbers, status=np.full(len(armed), TrackStatus.COASTING, np.uint8))
    for _ in range(45):
        scene.second += 1
        sites, now_ns = scene.sites, scene.now_ns
        scene.told += scene.book.tick(coasting, coasting.track_id, armed, sites, {}, now_ns)
    assert set(scene.book.cases) == set(range(11, MOST_CASES + 11))
    assert {one.state for one in scene.told} == {"lost"}


def test_a_run_from_a_snapshot_is_the_run_without_a_break() -> None:
    scene = lost_scene(50)
    data = scene.book.snapshot()
    again = LostBook.of("n", LABEL, PLANE)
    again.restore(data)
    assert again.snapshot() == data
    broken = Scene(second=scene.second)
    broken.book = again
    assert [one.model_dump() for one in broken.wait(60)] == [one.model_dump() for one in scene.wait(60)]
    assert broken.book.snapshot() == scene.book.snapshot()


def test_a_region_is_for_those_who_may_know_of_the_sensors_that_looked_and_names_no_other() -> None:
    scene = Scene((radar(), radar("hidden", 5e3, 5e3), radar("far", -900e3, 0.0, reach_m=None)))
    secret = Label(classification=Classification.SECRET, originator="LTU")
    labels = {"radar": LABEL, "hidden": secret, "far": secret}
    scene.book.label_of = labels.__getitem__
    scene.follow(40, 7)
    told = scene.wait(60)
    assert set(told[-1].looked) == {"radar", "hidden"}
    assert {one.label.classification for one in told if "hidden" in one.looked} == {Classification.SECRET}
    assert not any("far" in words for one in told for words in (*one.limits, *one.limits_lt))
    alone = Scene((radar(), radar("far", -900e3, 0.0, reach_m=None)))
    alone.book.label_of = {"radar": LABEL, "far": LABEL}.__getitem__
    alone.follow(40, 7)
    told = alone.wait(60)
    assert {one.label for one in told} == {LABEL}
    assert any("far" in words for words in told[-1].limits)


def told_by(scene: Scene, x_m: float, y_m: float, **fields: object) -> HumanReport:
    """Report a drone from a place."""
    latitude, longitude = PLANE.geodetic_from_plane(x_m, y_m)
    made = {
        "id": "r", "time_ns": scene.now_ns, "origin": "n", "label": LABEL, "report_id": "r", "source_id": "ona",
        "reporter": "soldier", "channel": "app", "latitude_deg": float(latitude), "longitude_deg": float(longitude),
        "bearing_deg": 0.0, "seen": "drone",
    }  # fmt: skip
    return HumanReport.model_validate(made | fields)


def test_what_a_report_may_be_taken_back_from_is_in_a_snapshot_as_it_is() -> None:
    scene = lost_scene(50)
    scene.book.hear_report(told_by(scene, 60e3 - 45.0 * 90, -1_500.0))
    broken = Scene(second=scene.second)
    broken.book.restore(scene.book.snapshot())
    for one in (scene, broken):
        one.tick(one.tracks(51))
    assert scene.book.cases[7].may_be
    assert broken.book.snapshot() == scene.book.snapshot()


def test_a_report_from_far_off_is_of_something_else() -> None:
    scene, secret = lost_scene(60), Label(caveats=("POLICE",), originator="LTU")
    before = scene.book.snapshot()
    scene.book.hear_report(told_by(scene, -60e3, 0.0, label=secret))
    assert scene.book.snapshot() == before
    scene.book.hear_report(told_by(scene, 60e3 - 45.0 * 100, -1_500.0, label=secret))
    [told] = scene.wait(1)
    assert (told.reports, told.label.caveats) == (1, ("POLICE",))
    scene.book.hear_report(told_by(scene, -60e3, 0.0, label=secret, state="corrected"))
    [told] = scene.wait(1)
    assert (told.reports, told.label) == (0, LABEL), "its correction takes it back"


def test_other_tracks_and_other_times_are_other_draws_and_equal_ones_equal() -> None:
    first, again, later = lost_scene(30), lost_scene(30), Scene(second=5)
    later.follow(40, 7)
    later.wait(30)
    assert first.book.snapshot() == again.book.snapshot()
    assert first.book.cases[7].streams.tolist() != later.book.cases[7].streams.tolist()


def test_what_is_not_known_is_said_and_the_search_goes_on() -> None:
    scene = Scene(sensors=(), kind="", covariance=False)
    scene.follow(40, 7, altitude_m=np.array([np.nan]), velocity_up_mps=np.array([np.nan]))
    told = scene.wait(30)[-1]
    said = " ".join(told.limits)
    for word in ("no accuracy", "no height", "rate of climb", "not classified", "no sensor"):
        assert word in said
    said = " ".join(told.limits_lt)
    for word in ("tikslumas nežinomas", "aukštis nežinomas", "kilimo greitis", "neklasifikuotas", "nėra jutiklio"):
        assert word in said
    assert told.area_km2 > 0.0
    assert told.last_altitude_m is None
    assert shares(told)["left"] > 0.5


def test_a_radar_without_a_reach_counts_only_for_what_it_has_shown_by_its_echo() -> None:
    shown, answered = Scene(sensors=(radar(reach_m=None),)), Scene(sensors=(radar(reach_m=None),))
    shown.follow(40, 7)
    answered.follow(40, 7, mode_3a=np.array([0o1234], np.int16))
    assert shown.wait(30)[-1].looked == ("radar",)
    told = answered.wait(30)[-1]
    assert told.looked == ()
    assert "no reach told of radar" in " ".join(told.limits)
