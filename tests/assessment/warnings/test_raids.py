"""Threats that fly together are one raid, and drafts do not flood whoever decides on them."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from sargas.assessment.alert_entry import Place
from sargas.assessment.warnings.draft import MOST_STANDING, WarningBook
from sargas.assessment.warnings.raids import accompany, join_raids
from sargas.assessment.warnings.threat import Threat
from sargas.model.label import Classification, Label
from sargas.model.warning_records import PublicWarning, WarningArea
from tests.assessment.warnings.scene import at, book, decide, threat

LAND = WarningArea(area_id="l", name="Land", polygon=((21.0, 54.0), (26.6, 54.0), (26.6, 56.4), (21.0, 56.4)))


def flying(number: int, x_km: float, east_mps: float = -45.0, second: int = 0, **fields: object) -> Threat:
    place = Place(x_km * 1e3, 0.0, east_mps, 0.0, at(second))
    return threat(26.3, key=f"track-{number}", track_ids=(number,), alert_ids=(), places=(place,), **fields)


def drafts(told: tuple[PublicWarning, ...]) -> list[PublicWarning]:
    return [warning for warning in told if warning.state == "drafted"]


def test_those_near_and_alike_or_of_one_group_are_one_and_a_third_may_join_two_raids() -> None:
    near = [flying(1, 0.0), flying(2, 4.0), flying(3, 30.0), flying(4, 4.0, east_mps=45.0)]
    assert [raid.track_ids for raid in join_raids(near, at(0))] == [(1, 2), (3,), (4,)]
    chain = [flying(1, 0.0), flying(2, 8.0), flying(3, 4.0)]
    assert [raid.track_ids for raid in join_raids(chain, at(0))] == [(1, 2, 3)]
    grouped = [threat(26.3, key="group-1", track_ids=(k,), places=(flying(k, 50.0 * k).places)) for k in (1, 2)]
    assert [raid.track_ids for raid in join_raids(grouped, at(0))] == [(1, 2)]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_group_is_one_raid_though_one_of_it_flies_with_a_track_of_none(order: tuple[int, ...]) -> None:
    alone, near = flying(1, 0.0), replace(flying(2, 4.0), key="group-1")
    far, other = (replace(flying(k, 50.0 * k), key="group-1") for k in (3, 4))
    threats = [(alone, near, far, other)[k] for k in order]
    assert [sorted(raid.track_ids) for raid in join_raids(threats, at(0))] == [[1, 2, 3, 4]]
    (raid,) = accompany(join_raids([alone, near], at(0)), [far, other], at(0))
    assert raid.track_ids == (1, 2, 3, 4)


def test_a_raid_that_grows_and_a_track_that_gets_another_number_stay_one_warning() -> None:
    warnings = book(LAND)
    (draft,) = warnings.tick([flying(1, 0.0)], at(0))
    (wider,) = warnings.tick([flying(1, -0.045, second=1), flying(2, 3.0, second=1)], at(1))
    (renamed,) = warnings.tick([flying(9, -1.35, second=30)], at(30))
    assert [told.message_id for told in (wider, renamed)] == [draft.message_id] * 2
    assert [told.track_ids for told in (wider, renamed)] == [(1, 2), (1, 2, 9)]
    assert [course.newest.message_id for course in warnings.courses.values()] == [draft.message_id]
    (other,) = warnings.tick([flying(9, -1.4, second=31), flying(5, 60.0, second=31)], at(31))
    assert other.track_ids == (5,)


def test_who_joins_a_raid_on_another_way_has_its_areas_warned_at_once() -> None:
    east = LAND.model_copy(update={"polygon": ((26.0, 54.4), (26.6, 54.4), (26.6, 55.0), (26.0, 55.0))})
    west = LAND.model_copy(update={"area_id": "w", "polygon": ((25.4, 54.4), (26.0, 54.4), (26.0, 55.0), (25.4, 55.0))})
    warnings, first = book(east, west), replace(flying(1, 0.0), reaches=threat(26.9).reaches)
    (draft,) = warnings.tick([first], at(0))
    assert [area.area_id for area in draft.areas] == ["l"]
    joining = replace(flying(2, 3.0, second=5), reaches=threat(25.9).reaches)
    gone, update = warnings.tick([first, joining], at(5))
    assert (gone.state, update.state, update.track_ids) == ("withdrawn", "drafted", (1, 2))
    assert {area.area_id for area in update.areas} == {"l", "w"}
    assert warnings.tick([first, joining], at(6)) == ()


def test_who_joins_a_raid_on_its_way_is_named_in_the_draft_that_stands_and_nothing_else_of_it_changes() -> None:
    warnings, first = book(LAND), flying(1, 0.0)
    (draft,) = warnings.tick([first], at(0))
    secret = Label(originator="LTU", classification=Classification.RESTRICTED, releasable_to=("LTU",))
    late = replace(flying(2, 3.0, second=5), alert_ids=("b",), label=secret, firm_ns=at(4))
    (covering,) = warnings.tick([first, late], at(5))
    changed = {name for name in type(draft).model_fields if getattr(draft, name) != getattr(covering, name)}
    assert changed == {"id", "time_ns", "label", "track_ids", "alert_ids"}
    assert (covering.time_ns, covering.track_ids, covering.alert_ids) == (at(5), (1, 2), ("b",))
    assert covering.label.classification == Classification.RESTRICTED
    assert warnings.tick([first, late], at(6)) == ()
    (approved,) = decide(warnings, draft, "approve", 7)
    assert approved.track_ids == (1, 2)


def test_who_joins_after_a_person_decided_changes_nothing_of_the_message() -> None:
    for action in ("approve", "refuse"):
        warnings = book(LAND)
        (draft,) = warnings.tick([flying(1, 0.0)], at(0))
        decide(warnings, draft, action)
        assert warnings.tick([flying(1, -0.3, second=7), flying(2, 3.0, second=7)], at(7)) == ()


def test_who_flies_with_a_threat_is_of_its_raid_before_it_threatens_by_itself_and_alone_it_is_nothing() -> None:
    warnings, alone = book(LAND), book(LAND)
    threat_, companion = flying(1, 0.0), replace(flying(2, 3.0), threatening_ns=None, harm=0.0)
    elsewhere, crossing = flying(3, 30.0), flying(4, 3.0, east_mps=45.0)
    (draft,) = warnings.tick([threat_], at(0), companions=[companion, elsewhere, crossing])
    assert (draft.track_ids, draft.threatening_ns, draft.level) == ((1, 2), threat_.threatening_ns, "yellow")
    assert alone.tick([], at(0), companions=[companion]) == ()
    assert warnings.tick([], at(59), companions=[companion]) == ()
    (gone,) = warnings.tick([], at(60), companions=[companion])
    assert gone.state == "withdrawn"


def test_a_member_that_an_update_left_out_is_named_again_when_it_is_back() -> None:
    warnings = book(LAND)
    warnings.tick([flying(1, 0.0), flying(2, 3.0)], at(0))
    _, update = warnings.tick([flying(1, -0.5, second=10, level="red")], at(10))
    assert update.track_ids == (1,)
    (again,) = warnings.tick([flying(1, -0.5, second=11, level="red"), flying(2, 2.5, second=11)], at(11))
    assert (again.message_id, again.track_ids) == (update.message_id, (1, 2))


def test_two_warnings_whose_raids_turn_out_to_be_one_become_the_older_and_a_raid_that_parts_stays_one() -> None:
    warnings = book(LAND)
    (first,), (second,) = (warnings.tick([flying(k, 60.0 * k, second=k)], at(k)) for k in (0, 1))
    together = [flying(0, 0.0, second=2), flying(1, 2.0, second=2)]
    gone, kept = warnings.tick(together, at(2))
    assert (gone.message_id, gone.state) == (second.message_id, "withdrawn")
    assert (kept.message_id, kept.state, kept.track_ids) == (first.message_id, "drafted", (0, 1))
    for later in range(3, 180):
        parted = [flying(0, 0.0, second=later), flying(1, 40.0, second=later)]
        assert all(told.warning_id == first.warning_id for told in warnings.tick(parted, at(later)))
    assert len(warnings.courses) == 1


def test_what_the_public_was_told_is_not_ended_because_its_raid_joined_another() -> None:
    warnings = book(LAND)
    for k in (0, 1):
        (draft,) = warnings.tick([flying(k, 60.0 * k, second=k)], at(k))
        decide(warnings, draft, "approve", k)
    for later in range(2, 130):
        told = warnings.tick([flying(0, 0.0, second=later), flying(1, 2.0, second=later)], at(later))
        assert all(warning.message != "all_clear" for warning in told)
    assert len(warnings.courses) == 2


def full() -> WarningBook:
    warnings = book(LAND)
    many = [flying(k, 20.0 * k, harm=0.2 + k / 100) for k in range(MOST_STANDING + 5)]
    assert len(drafts(warnings.tick(many, at(0)))) == MOST_STANDING
    return warnings


def test_no_more_drafts_stand_than_a_person_can_take_the_most_harmful_of_them() -> None:
    warnings = full()
    shown = {course.newest.track_ids for course in warnings.courses.values()}
    assert shown == {(k,) for k in range(5, MOST_STANDING + 5)}
    decide(warnings, next(iter(warnings.courses.values())).newest, "refuse")
    (next_one,) = warnings.tick([flying(99, 999.0, second=1)], at(1))
    assert next_one.track_ids == (99,)


def test_a_red_threat_takes_the_place_of_the_youngest_yellow_draft() -> None:
    warnings = full()
    told = warnings.tick([flying(99, 999.0, second=1, level="red")], at(1))
    assert [(warning.state, warning.track_ids) for warning in told] == [("withdrawn", (5,)), ("drafted", (99,))]


def test_a_yellow_threat_whose_draft_made_room_for_a_red_one_waits_while_it_goes_on() -> None:
    warnings, going_on = full(), flying(5, 100.0, second=1, harm=0.25)
    told = warnings.tick([going_on, flying(99, 999.0, second=1, level="red")], at(1))
    assert [(warning.state, warning.track_ids) for warning in told] == [("withdrawn", (5,)), ("drafted", (99,))]
    assert warnings.tick([going_on], at(2)) == ()


def test_a_member_that_changes_from_one_raid_to_another_makes_one_warning_of_both() -> None:
    warnings = book(LAND)
    pair = [flying(2, 20.0), flying(3, 20.0)]
    first, second = drafts(warnings.tick([flying(1, 0.0), *pair], at(0)))
    assert [first.track_ids, second.track_ids] == [(1,), (2, 3)]
    moved = [flying(1, 0.0, harm=0.9, second=1), flying(2, 0.0, second=1), flying(3, 40.0, harm=0.1, second=1)]
    gone, kept = warnings.tick(moved, at(1))
    assert (gone.message_id, gone.state) == (second.message_id, "withdrawn")
    assert (kept.message_id, kept.track_ids) == (first.message_id, (1, 2, 3))
    assert len(warnings.courses) == 1


def test_what_proved_harmless_is_withdrawn_soon_but_not_what_the_public_was_told() -> None:
    for is_approved in (False, True):
        warnings = book(LAND)
        (draft,) = warnings.tick([flying(1, 0.0)], at(0))
        if is_approved:
            decide(warnings, draft, "approve")
        assert warnings.tick([], at(9), frozenset({1})) == ()
        told = warnings.tick([], at(10), frozenset({1}))
        assert [warning.state for warning in told] == ([] if is_approved else ["withdrawn"])


def test_a_cone_that_hardly_touches_the_first_area_warns_it_and_says_when_not_that_it_is_there() -> None:
    (draft,) = book(LAND).tick([threat(27.11, level="yellow")], at(0))
    assert [area.area_id for area in draft.areas] == ["l"]
    assert draft.eta_from_ns is not None
    assert draft.eta_from_ns > at(300)
    assert book(LAND).tick([threat(27.4, level="yellow")], at(0)) == ()


def test_a_draft_whose_threat_stands_is_drafted_anew_before_it_expires() -> None:
    warnings = book(LAND)
    (draft,) = warnings.tick([flying(1, 0.0)], at(0))
    told = [
        warning for second in range(1, 1800) for warning in warnings.tick([flying(1, 0.0, 0.0, second)], at(second))
    ]
    assert [warning.state for warning in told] == ["withdrawn", "drafted"]
    assert told[1].drafted_ns < draft.expires_ns


def test_what_the_public_was_told_is_drafted_anew_before_it_expires_though_a_later_update_was_refused() -> None:
    warnings = book()
    (draft,) = warnings.tick([threat(longitude_deg=26.9)], at(0))
    (told,) = decide(warnings, draft, "approve")
    (wider,) = warnings.tick([threat(longitude_deg=25.9)], at(600))
    decide(warnings, wider, "refuse", 605)
    second = next(s for s in range(610, 3000, 10) if warnings.tick([threat(longitude_deg=25.9)], at(s)))
    assert at(second) < told.expires_ns
    again = next(iter(warnings.courses.values())).newest
    assert (again.message, again.state) == ("update", "drafted")
    decide(warnings, again, "refuse", second + 5)
    after = range(second + 10, 1860, 10)  # past the end of what was told
    assert not any(warnings.tick([threat(longitude_deg=25.9)], at(s)) for s in after), "who refused is not asked again"
