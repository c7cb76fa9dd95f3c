"""A warning is drafted at once, decided by a person, updated as the threat moves, and ended."""

from __future__ import annotations

import pytest

from sargas.assessment.warnings.areas import WarnedAreas, places
from sargas.assessment.warnings.draft import WarningBook
from sargas.model.local_time import LocalTime
from sargas.model.warning_records import WarningArea
from tests.assessment.warnings.scene import LABEL, LITHUANIA, at, book, decide, threat

EAST = WarningArea(area_id="e", name="East", polygon=((26.0, 54.4), (26.6, 54.4), (26.6, 55.0), (26.0, 55.0)))
WEST = WarningArea(area_id="w", name="West", polygon=((25.4, 54.4), (26.0, 54.4), (26.0, 55.0), (25.4, 55.0)))


def test_the_first_threat_drafts_a_warning_of_the_areas_ahead_with_the_time_left() -> None:
    (draft,) = book(EAST, WEST).tick([threat()], at(0))
    assert (draft.state, draft.message, draft.level, draft.number) == ("drafted", "alert", "yellow", 1)
    assert [area.name for area in draft.areas] == ["East"]
    assert draft.areas_are == "municipalities"
    assert draft.eta_from_ns == at(375)  # 24 km less the cone at 45 m/s, in steps of 15 s
    assert draft.eta_until_ns == at(600)
    assert draft.drafted_ns == at(0)
    assert {text.language for text in draft.texts} == {"lt", "en", "lv", "pl"}
    english = next(text for text in draft.texts if text.language == "en")
    assert english.headline == "Air warning: East"
    assert "from about 23:06 to 23:10" in english.description


def test_what_is_over_the_area_is_there_now() -> None:
    (draft,) = book(EAST).tick([threat(26.3)], at(0))
    assert draft.eta_from_ns is None
    assert "now" in next(text.description for text in draft.texts if text.language == "en")


def test_what_reaches_no_area_warns_nobody() -> None:
    assert book(WEST).tick([threat(30.0)], at(0)) == ()


def test_where_no_area_is_nothing_is_drawn_of_what_a_threat_may_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(*_: float) -> None:
        raise AssertionError("it is drawn every second for as long as the threat lasts, for nobody")

    monkeypatch.setattr("sargas.assessment.warnings.reached._disc", draw)
    warnings = WarningBook("node", LABEL, WarnedAreas.of((), []), LocalTime(3 * 3600))
    assert warnings.tick([threat()], at(0)) == ()


def test_a_person_approves_once() -> None:
    warnings = book(EAST)
    (draft,) = warnings.tick([threat()], at(0))
    (approved,) = decide(warnings, draft, "approve")
    assert (approved.state, approved.decided_by, approved.decided_ns) == ("approved", "rasa", at(5))
    assert approved.message_id == draft.message_id
    assert decide(warnings, draft, "refuse", 6) == ()


def test_a_wider_reach_is_an_update_after_a_minute_and_a_higher_level_at_once() -> None:
    warnings = book(EAST, WEST)
    (draft,) = warnings.tick([threat()], at(0))
    decide(warnings, draft, "approve")
    assert warnings.tick([threat(26.3)], at(30)) == ()
    (update,) = warnings.tick([threat(26.3)], at(61))
    assert (update.message, update.number, update.state) == ("update", 2, "drafted")
    assert {area.name for area in update.areas} == {"East", "West"}
    withdrawn, red = warnings.tick([threat(26.3, "red")], at(70))
    assert (withdrawn.message_id, withdrawn.state) == (update.message_id, "withdrawn")
    assert (red.message, red.level, red.number) == ("update", "red", 3)


def test_a_draft_that_nobody_decided_is_withdrawn_when_the_threat_is_over() -> None:
    warnings = book(EAST)
    (draft,) = warnings.tick([threat()], at(0))
    assert warnings.tick([], at(59)) == ()
    (gone,) = warnings.tick([], at(60))
    assert (gone.message_id, gone.state) == (draft.message_id, "withdrawn")
    assert warnings.tick([], at(61)) == ()


@pytest.mark.parametrize("action", ["approve", "refuse"])
def test_what_the_public_was_told_is_ended_by_an_all_clear_that_a_person_approves(action: str) -> None:
    warnings = book(EAST)
    (draft,) = warnings.tick([threat()], at(0))
    decide(warnings, draft, action)
    ended = warnings.tick([], at(60))
    if action == "refuse":
        assert ended == ()
        return
    (clear,) = ended
    assert (clear.message, clear.state, clear.number, clear.decided_by) == ("all_clear", "drafted", 2, None)
    assert "ended" in next(text.description for text in clear.texts if text.language == "en")
    (approved,) = decide(warnings, clear, "approve", 70)
    assert approved.state == "approved"


def test_an_all_clear_waits_until_it_expires_and_no_longer() -> None:
    warnings = book(EAST)
    (draft,) = warnings.tick([threat()], at(0))
    (told,) = decide(warnings, draft, "approve")
    (clear,) = warnings.tick([], at(60))
    stood = book(EAST)
    for message in (told, clear):
        stood.stand(message, at(100))
    for one in (warnings, stood):
        assert one.tick([], clear.expires_ns - 1) == ()
        (gone,) = one.tick([], clear.expires_ns)
        assert (gone.message_id, gone.state) == (clear.message_id, "withdrawn")
        assert decide(one, clear, "approve", 1861) == (), "no channel would send it"


def test_a_threat_that_comes_back_withdraws_the_all_clear_and_goes_on_with_its_warning() -> None:
    warnings = book(EAST)
    (draft,) = warnings.tick([threat()], at(0))
    decide(warnings, draft, "approve")
    (clear,) = warnings.tick([], at(60))
    gone, update = warnings.tick([threat()], at(70))
    assert (gone.message_id, gone.message, gone.state) == (clear.message_id, "all_clear", "withdrawn")
    assert (update.warning_id, update.message, update.number) == (draft.warning_id, "update", 3)
    assert decide(warnings, clear, "approve", 71) == ()
    went_on = book(EAST)
    went_on.from_lists(warnings.to_lists())
    assert warnings.tick([threat()], at(71)) == ()
    for later in (warnings, went_on):
        withdrawn, again = later.tick([], at(131))
        assert (withdrawn.message_id, again.message, again.number) == (update.message_id, "all_clear", 4)


def test_an_all_clear_that_a_person_has_decided_on_is_not_taken_back_and_a_new_threat_is_a_new_warning() -> None:
    for action in ("approve", "refuse"):
        warnings = book(EAST)
        (draft,) = warnings.tick([threat()], at(0))
        decide(warnings, draft, "approve")
        (clear,) = warnings.tick([], at(60))
        decide(warnings, clear, action, 65)
        (new,) = warnings.tick([threat()], at(70))
        assert (new.message, new.number) == ("alert", 1)
        assert new.warning_id != draft.warning_id


def test_an_all_clear_is_for_all_areas_that_the_public_was_warned_in() -> None:
    warnings = book(EAST, WEST)
    (draft,) = warnings.tick([threat()], at(0))
    decide(warnings, draft, "approve")
    (update,) = warnings.tick([threat(25.5)], at(61))
    assert [area.name for area in update.areas] == ["West"]
    decide(warnings, update, "approve", 62)
    went_on = book(EAST, WEST)
    went_on.from_lists(warnings.to_lists())
    (clear,) = went_on.tick([], at(122))
    assert [area.name for area in clear.areas] == ["East", "West"]
    assert all("East" in text.description and "West" in text.description for text in clear.texts)


def test_an_exercise_says_so_first_in_every_language() -> None:
    (draft,) = book(EAST).tick([threat(is_exercise=True)], at(0))
    firsts = [text.headline.split()[0] for text in draft.texts]
    assert firsts == ["PRATYBOS", "EXERCISE", "MĀCĪBAS", "ĆWICZENIA"]


def test_without_municipalities_the_cells_around_places_are_warned_and_named_as_such() -> None:
    (draft,) = book().tick([threat(25.6)], at(0))
    assert draft.areas_are == "cells"
    assert "Vilnius" in [area.name for area in draft.areas]
    assert {area.area_id.split("/")[0] for area in draft.areas} == {"LTU"}


def test_cells_of_a_border_that_stays_are_not_drawn_anew_when_other_zones_change() -> None:
    before, after = (WarnedAreas.of((), [LITHUANIA.model_copy()]).areas for _ in range(2))
    assert all(one is other for one, other in zip(before, after, strict=True))
    renamed = WarnedAreas.of((), [LITHUANIA.model_copy(update={"id": "LT"})]).areas
    assert renamed[0].area_id.startswith("LT/")


def test_cells_hold_their_place_and_do_not_overlap() -> None:
    from itertools import combinations

    from shapely.geometry import Point, Polygon

    areas = book().areas.areas
    polygons = {area.area_id: Polygon(area.polygon) for area in areas}
    by_id = {f"LTU/{place.id}": place for place in places()}
    assert len(areas) > 40
    for area_id, polygon in polygons.items():
        place = by_id[area_id]
        assert polygon.buffer(1e-3).contains(Point(place.longitude_deg, place.latitude_deg)), place.name
    for a, b in combinations(polygons.values(), 2):
        assert a.intersection(b).area < 1e-4


def test_warnings_go_on_from_a_snapshot() -> None:
    warnings, other = book(EAST, WEST), book(EAST, WEST)
    (draft,) = warnings.tick([threat()], at(0))
    decide(warnings, draft, "approve")
    other.from_lists(warnings.to_lists())
    assert other.to_lists() == warnings.to_lists()
    assert other.tick([threat(26.3)], at(61)) == warnings.tick([threat(26.3)], at(61))
    assert other.tick([], at(200)) == warnings.tick([], at(200))


def test_what_a_tick_that_failed_had_drafted_is_told_by_the_next() -> None:
    warnings, other = book(EAST), book(EAST)
    broken = threat(key="track/8", track_ids=(8,), harm=0.1, reaches=(None,))
    with pytest.raises(TypeError):
        warnings.tick([threat(), broken], at(0))
    other.from_lists(warnings.to_lists())
    (draft,) = other.tick([threat()], at(1))
    assert (draft.state, draft.time_ns, draft.track_ids) == ("drafted", at(0), (7,))
    assert other.tick([threat()], at(2)) == ()


def test_a_book_that_begins_anew_keeps_what_a_person_approved_and_withdraws_what_waits() -> None:
    failed, warnings = book(EAST, WEST), book(EAST, WEST)
    (draft,) = failed.tick([threat(26.3)], at(0))
    decide(failed, draft, "approve")
    (update,) = failed.tick([threat(25.9, "red")], at(20))
    (other,) = failed.tick([threat(25.9, "red"), threat(26.3, key="track/8", track_ids=(8,))], at(21))
    ended = warnings.go_on_from(failed, at(22))
    assert {(told.message_id, told.state) for told in ended} == {(m.message_id, "withdrawn") for m in (update, other)}
    assert warnings.tick([], at(25)) == ()
    (clear,) = warnings.tick([], at(100))
    assert (clear.message, clear.warning_id, clear.number) == ("all_clear", draft.warning_id, update.number + 1)


def test_members_of_a_group_are_one_warning_of_everybodys_way() -> None:
    north, south = (
        threat(26.9, key="group-3"),
        threat(25.9, level="red", key="group-3", track_ids=(8,), alert_ids=("b",)),
    )
    (draft,) = book(EAST, WEST).tick([north, south], at(0))
    both = {area.name for one in (north, south) for area in book(EAST, WEST).tick([one], at(0))[0].areas}
    assert {area.name for area in draft.areas} == both
    assert len(both) == 2
    assert (draft.track_ids, draft.alert_ids, draft.level) == ((7, 8), ("a", "b"), "red")
    assert draft.first_plot_ns == at(-9)
