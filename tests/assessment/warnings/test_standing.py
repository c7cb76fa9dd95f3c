"""A warning of an earlier run ends with its all-clear, or goes on under its id when its threat is seen again."""

from __future__ import annotations

import json

from sargas.assessment.warnings.course import LASTS_NS
from sargas.assessment.warnings.draft import WarningBook
from sargas.model.warning_records import PublicWarning
from tests.assessment.warnings.scene import at, book, decide, threat


def approved(longitude_deg: float = 26.9) -> PublicWarning:
    """Return what a person approved in the run before."""
    before = book()
    (draft,) = before.tick([threat(longitude_deg)], at(0))
    (told,) = decide(before, draft, "approve")
    return told


def begun_with(*messages: PublicWarning, second: int = 100) -> WarningBook:
    fresh = book()
    for message in messages:
        fresh.stand(message, at(second))
    return fresh


def test_a_threat_that_is_not_seen_again_leads_to_the_all_clear_a_minute_after_the_start() -> None:
    stood = approved()
    fresh = begun_with(stood)
    assert [told for second in range(101, 160) for told in fresh.tick([], at(second))] == []
    (clear,) = fresh.tick([], at(160))
    assert (clear.message, clear.state, clear.warning_id, clear.number) == ("all_clear", "drafted", stood.warning_id, 2)
    assert clear.areas == stood.areas
    assert decide(fresh, clear, "approve", 170)[0].state == "approved"


def test_a_threat_that_is_seen_again_under_another_number_goes_on_with_its_warning() -> None:
    stood = approved()
    fresh = begun_with(stood)
    seen = {"key": "track/9001", "track_ids": (9001,)}
    assert fresh.tick([threat(**seen)], at(130)) == (), "its areas are warned already"
    (update,) = fresh.tick([threat(26.0, "red", **seen)], at(140))
    assert (update.message, update.warning_id, update.number) == ("update", stood.warning_id, 2)
    assert update.track_ids == (9001,)
    assert fresh.tick([threat(26.0, "red", **seen)], at(199)) == ()
    assert [told.message for told in fresh.tick([], at(260))] == ["update", "all_clear"]


def test_a_threat_elsewhere_is_a_new_warning() -> None:
    fresh = begun_with(approved())
    far = tuple((ahead, 56.2, 21.6, 500.0) for ahead in (0.0, 60.0, 300.0, 600.0))
    (draft,) = fresh.tick([threat(key="track/9001", track_ids=(9001,), reaches=(far,))], at(130))
    assert (draft.message, draft.number, draft.warning_id) == ("alert", 1, f"track/9001/{at(130)}")


def test_of_two_warnings_each_raid_goes_on_with_its_own() -> None:
    east = approved()
    fields = {"warning_id": "track/8/1", "message_id": "track/8/1/1"}
    west = approved(24.5).model_copy(update=fields)
    fresh = begun_with(east, west)
    raids = [
        threat(24.5, "red", key="track/9002", track_ids=(9002,)),
        threat(26.9, "red", key="track/9001", track_ids=(9001,)),
    ]
    told = {one.warning_id: one.track_ids for one in fresh.tick(raids, at(130))}
    assert told == {east.warning_id: (9001,), west.warning_id: (9002,)}


def test_a_message_that_was_drafted_before_keeps_its_number_and_a_new_one_takes_the_next() -> None:
    stood = approved()
    withdrawn = stood.model_copy(
        update={
            "id": "w", "message_id": f"{stood.warning_id}/2", "number": 2, "state": "withdrawn", "message": "update",
            "decided_ns": None, "decided_by": None,
        }
    )  # fmt: skip
    (clear,) = begun_with(stood, withdrawn).tick([], at(160))
    assert clear.number == 3


def test_an_all_clear_that_waits_is_still_to_be_decided_and_comes_once() -> None:
    stood = approved()
    before = begun_with(stood)
    (clear,) = before.tick([], at(160))
    fresh = begun_with(stood, clear, second=200)
    assert fresh.tick([], at(300)) == ()
    assert decide(fresh, clear, "approve", 310)[0].message == "all_clear"
    assert fresh.tick([], at(400)) == ()


def test_what_has_expired_or_is_over_does_not_come_back() -> None:
    stood = approved()
    late = LASTS_NS // 10**9 + 10
    assert begun_with(stood, second=late).courses == {}
    (clear,) = begun_with(stood).tick([], at(160))
    over = begun_with(
        stood, clear.model_copy(update={"state": "approved", "decided_ns": at(170), "decided_by": "rasa"})
    )
    (draft,) = over.tick([threat(key="track/9001", track_ids=(9001,))], at(130))
    assert draft.number == 1
    assert draft.warning_id != stood.warning_id


def test_it_goes_on_from_a_snapshot_before_its_threat_was_seen_again() -> None:
    fresh, again = begun_with(approved()), book()
    again.from_lists(json.loads(json.dumps(fresh.to_lists())))
    raid = threat(26.0, "red", key="track/9001", track_ids=(9001,))
    assert again.tick([raid], at(130)) == fresh.tick([raid], at(130))
    assert again.to_lists() == fresh.to_lists()
