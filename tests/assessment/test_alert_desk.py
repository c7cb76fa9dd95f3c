"""What an operator is told: one alert a raid, two levels that do not flicker, a budget, a shelf, an escalation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from sargas.assessment.alert_budget import AdvisoryBudget
from sargas.assessment.alert_desk import AlertDesk
from sargas.assessment.alert_entry import Place
from sargas.assessment.alert_worth import CRITICAL_ON, Level, Standing, Worth, deserved_level
from sargas.model.columns import NO_CODE, NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Alert, AlertPolicy, Decision

DRONE = Worth(
    danger=0.7, harmless=0.0, is_seen=True, is_explained=False, armed=0.7, reasons=("may carry",), reasons_lt=("gali",)
)
UNKNOWN = Worth(danger=0.1, harmless=0.1, is_seen=True, is_explained=False, armed=0.1)
FRIEND = replace(UNKNOWN, is_explained=True)
BIRD = replace(UNKNOWN, danger=0.0, harmless=0.95)


@dataclass
class World:
    """Tracks and what is thought of them; drives a desk as the picture does."""

    desk: AlertDesk = field(default_factory=lambda: AlertDesk.of("vilnius", AlertPolicy()))
    worth: dict[int, Worth] = field(default_factory=dict)
    places: dict[int, tuple[Place, int]] = field(default_factory=dict)

    def enter(self, second: float, track_id: int, worth: Worth, x_km: float = 0.0, **fields: object) -> list[Alert]:
        """A track is seen to enter, or is about to."""
        self.worth[track_id] = worth
        group = int(fields.pop("group", NO_CODE))  # type: ignore[call-overload]
        self.places[track_id] = (Place(x_km * 1e3, 0.0, 45.0, 0.0, at(second)), group)
        return self.cause(second, track_id, **fields)

    def cause(self, second: float, track_id: int, **fields: object) -> list[Alert]:
        return list(self.desk.take([cause(second, track_id, **fields)], self.places.get, self.judge, at(second)))

    def tick(self, second: float) -> list[Alert]:
        return list(self.desk.tick(self.places.get, self.judge, at(second)))

    def judge(self, told: Alert, track_id: int) -> Worth | None:
        return self.worth.get(track_id)

    def decide(self, second: float, action: str, alert_id: str, **fields: object) -> list[Alert]:
        made = {"id": f"d{second}", "time_ns": at(second), "origin": "n", "label": Label(), "actor": "ona"}
        decision = Decision.model_validate(made | {"action": action, "subject": alert_id} | fields)
        return list(self.desk.decide(decision))


def at(second: float) -> int:
    return round((1_800_000_000 + second) * NS_PER_S)


def cause(second: float, track_id: int, **fields: object) -> Alert:
    made: dict[str, object] = {
        "id": f"c{track_id}{second}", "time_ns": at(second), "origin": "n", "label": Label(), "state": "raised",
        "alert_id": f"c{track_id}", "tier": "critical", "rule": "zone_entry", "track_ids": (track_id,),
        "zone_id": "plant", "zone_name": "Plant", "raised_ns": at(second), "reasons": ("entered Plant", "54 m/s"),
        "reasons_lt": ("įskrido į Plant", "54 m/s"),
    }  # fmt: skip
    return Alert.model_validate(made | fields)


def predicted(eta_s: float) -> dict[str, object]:
    return {"rule": "zone_predicted", "eta_ns": at(eta_s), "probability": 0.6}


def told(alerts: list[Alert]) -> list[tuple[str, str, str]]:
    return [(alert.alert_id, alert.tier, alert.state) for alert in alerts]


def test_a_likely_armed_object_is_critical_at_once_with_its_reasons_in_both_languages() -> None:
    world = World()
    (alert,) = world.enter(0, 7, DRONE)
    assert told([alert]) == [("plant:7:1", "critical", "raised")]
    assert alert.reasons == ("entered Plant", "may carry", "54 m/s")
    assert alert.reasons_lt == ("įskrido į Plant", "gali", "54 m/s")
    assert (alert.danger, alert.was_shown, alert.critical_ns) == (0.7, True, at(0))


def test_an_unknown_object_is_an_advisory_after_its_patience_and_critical_once_it_is_likely_armed() -> None:
    world = World()
    assert world.enter(0, 7, UNKNOWN) == []
    assert world.tick(4) == []
    assert told(world.tick(5)) == [("plant:7:1", "advisory", "raised")]
    world.decide(6, "acknowledge", "plant:7:1")
    world.worth[7] = DRONE
    (alert,) = world.tick(9)
    assert told([alert]) == [("plant:7:1", "critical", "raised")]
    assert (alert.acknowledged_by, alert.critical_ns, alert.raised_ns) == (None, at(9), at(5))


@pytest.mark.parametrize("worth", [FRIEND, BIRD, replace(DRONE, danger=0.1, is_explained=True)])
def test_who_is_explained_and_what_is_plainly_a_bird_is_no_alert(worth: Worth) -> None:
    world = World()
    assert world.enter(0, 7, worth) == []
    assert [world.tick(s) for s in range(1, 60)] == [[]] * 59
    assert world.desk.active() == ()


def test_what_only_speaks_for_itself_is_an_advisory_at_most() -> None:
    world = World()
    world.enter(0, 7, replace(DRONE, is_seen=False))
    assert told(world.tick(5)) == [("plant:7:1", "advisory", "raised")]
    assert deserved_level(DRONE, Level.NOTHING) == Level.CRITICAL


def test_what_is_likeliest_a_manned_aircraft_does_not_become_critical_but_does_not_fall_for_it_either() -> None:
    aircraft = replace(DRONE, danger=0.45, is_of_armed_kind=False)
    assert deserved_level(aircraft, Level.ADVISORY) == Level.ADVISORY
    assert deserved_level(aircraft, Level.CRITICAL) == Level.CRITICAL


def test_what_was_long_taken_for_harmless_must_convince_and_what_was_suspected_early_need_not() -> None:
    for first, tiers in ((UNKNOWN, {"advisory"}), (replace(UNKNOWN, armed=0.4), {"advisory", "critical"})):
        world = World()
        told = world.enter(0, 7, first)
        for second in range(1, 200):
            world.worth[7] = first if second < 120 else replace(DRONE, danger=0.45)
            told += world.tick(second)
        assert {alert.tier for alert in told} == tiers
        known = "critical" if "critical" in tiers else "advisory"
        for danger, begin, end in ((0.65, 200, 270), (0.72, 270, 330)):
            world.worth[7] = replace(DRONE, danger=danger)
            for second in range(begin, end):
                world.tick(second)
            assert {alert.tier for alert in world.desk.active()} == {known}
        world.tick(330)
        assert {alert.tier for alert in world.desk.active()} == {"critical"}


def test_a_person_who_calls_it_hostile_late_is_believed_at_once() -> None:
    world = World()
    told = world.enter(0, 7, UNKNOWN)
    for second in range(1, 200):
        told += world.tick(second)
    world.worth[7] = replace(DRONE, danger=0.95, armed=0.95)
    assert {alert.tier for alert in told} == {"advisory"}
    assert {alert.tier for alert in world.tick(200)} == {"critical"}


def test_a_forecast_that_is_not_urgent_must_be_thought_critical_for_a_while() -> None:
    world, doubtful = World(), replace(DRONE, danger=0.35, is_urgent=False)
    world.enter(0, 7, doubtful, **predicted(170.0))
    told = [alert for second in range(1, 15) for alert in world.tick(second)]
    assert {alert.tier for alert in told} == {"advisory"}
    assert {alert.tier for alert in world.tick(15)} == {"critical"}


def test_what_is_inside_but_in_doubt_must_be_thought_critical_for_a_shorter_while_and_what_is_clear_need_not() -> None:
    world = World()
    told = world.enter(0, 8, replace(DRONE, danger=0.49))
    told += [alert for second in range(1, 10) for alert in world.tick(second)]
    assert {alert.tier for alert in told} == {"advisory"}
    assert {alert.tier for alert in world.tick(10)} == {"critical"}
    for clear in (replace(DRONE, danger=0.5, is_urgent=False), replace(DRONE, danger=0.49, is_clear=True)):
        (inside,) = World().enter(0, 8, clear)
        assert inside.tier == "critical"


def test_a_flock_that_comes_back_into_a_zone_is_no_new_object() -> None:
    world, flock = World(), replace(UNKNOWN, armed=0.02)
    world.enter(0, 7, flock)
    for second in range(1, 100):
        world.tick(second)
    world.cause(100, 7, state="ended", reasons=("outside for 30 s",))
    told = world.enter(300, 7, replace(DRONE, danger=0.45))
    told += [alert for second in range(301, 360) for alert in world.tick(second)]
    assert {alert.tier for alert in told} == {"advisory"}
    again = AlertDesk.of("vilnius", AlertPolicy())
    again.restore(world.desk.snapshot())
    assert again.reputes == world.desk.reputes
    assert list(again.reputes) == [7]


def test_who_sends_an_address_that_nothing_denies_is_an_advisory_until_something_does() -> None:
    world = World()
    told = world.enter(0, 7, replace(DRONE, is_named=True))
    told += [alert for second in range(1, 60) for alert in world.tick(second)]
    assert {alert.tier for alert in told} == {"advisory"}
    world.worth[7] = DRONE
    assert {alert.tier for alert in world.tick(60)} == {"critical"}


def test_a_level_does_not_flicker() -> None:
    world = World()
    world.enter(0, 7, DRONE)
    for second in range(1, 100):
        world.worth[7] = replace(DRONE, danger=0.29 if second % 2 else 0.21)
        assert all(alert.tier == "critical" for alert in world.tick(second))
    world.worth[7] = UNKNOWN
    assert {alert.tier for s in range(100, 130) for alert in world.tick(s)} == {"critical"}
    assert told(world.tick(130)) == [("plant:7:1", "advisory", "escalated")]


def test_a_better_minute_starts_the_wait_anew() -> None:
    standing = Standing(Level.CRITICAL)
    for second in (0, 20):
        standing = standing.after(UNKNOWN, at(second))
    standing = standing.after(replace(DRONE, danger=CRITICAL_ON), at(25))
    assert standing == Standing(Level.CRITICAL)
    assert standing.after(UNKNOWN, at(40)).level == Level.CRITICAL


def test_a_raid_is_one_alert_with_members_that_join_and_leave() -> None:
    world = World()
    world.enter(0, 1, DRONE)
    (second,) = world.enter(1, 2, replace(DRONE, danger=0.8), x_km=3.0)
    assert (second.alert_id, second.track_ids, second.reasons[0], second.danger) == (
        "plant:1:1", (1, 2), "2 objects", 0.8
    )  # fmt: skip
    assert second.reasons_lt == ("objektų: 2", "įskrido į Plant", "gali", "54 m/s")
    (third,) = world.enter(2, 3, UNKNOWN, x_km=60.0, group=5) or world.tick(7)
    assert (third.alert_id, third.track_ids) == ("plant:3:1", (3,))
    (left,) = world.cause(9, 2, state="ended", reasons=("the track was dropped",))
    assert (left.alert_id, left.track_ids, left.state) == ("plant:1:1", (1,), "raised")
    (ended,) = world.cause(10, 1, state="ended", reasons=("outside for 30 s",))
    assert (ended.state, ended.reasons[0], ended.track_ids) == ("ended", "outside for 30 s", (1,))


def test_one_acknowledgement_answers_for_the_raid_and_a_worse_member_asks_again() -> None:
    world = World()
    world.enter(0, 1, UNKNOWN)
    world.tick(5)
    world.decide(6, "acknowledge", "plant:1:1")
    joined = world.enter(7, 2, UNKNOWN, x_km=1.0) + world.tick(12)
    assert [(a.track_ids, a.state, a.acknowledged_by) for a in joined] == [((1, 2), "acknowledged", "ona")]
    world.worth[2] = DRONE
    (worse,) = world.tick(14)
    assert (worse.tier, worse.state, worse.acknowledged_by) == ("critical", "raised", None)


def test_an_advisory_that_was_shown_is_not_lost_in_an_older_one_that_was_held_back() -> None:
    world = World()
    for k in range(3):
        world.enter(0, 100 + k, UNKNOWN, x_km=50.0 * k)
    world.tick(5)
    world.enter(6, 1, replace(UNKNOWN, danger=0.01), x_km=500.0)
    assert told(world.tick(11)) == [("plant:1:1", "advisory", "held_back")]
    world.enter(12, 2, replace(UNKNOWN, danger=0.04), x_km=600.0)
    world.tick(17)
    for track_id in (1, 2):
        world.places[track_id] = (world.places[track_id][0], 9)
    world.tick(18)
    assert {alert.alert_id: alert.state for alert in world.desk.active() if alert.group_id == 9} == {
        "plant:2:1": "raised"
    }


def test_who_follows_an_object_of_an_alert_that_was_merged_joins_the_alert_that_stayed() -> None:
    world = World()
    world.enter(0, 1, DRONE)
    for track_id in (2, 3):
        world.enter(1, track_id, DRONE, x_km=97.0 + track_id)
    world.cause(2, 3, state="ended", ended_ns=at(2))
    for track_id in (1, 2):
        world.places[track_id] = (world.places[track_id][0], 9)
    world.tick(3)
    world.places[2] = (Place(300e3, 0.0, 45.0, 0.0, at(4)), 9)
    world.tick(4)
    (alert,) = world.enter(5, 4, DRONE, x_km=100.2)
    assert (alert.alert_id, alert.track_ids) == ("plant:1:1", (1, 2, 4))
    assert [one.alert_id for one in world.desk.active()] == ["plant:1:1"]


def test_objects_of_one_group_that_were_two_alerts_become_one() -> None:
    world = World()
    world.enter(0, 1, DRONE)
    world.enter(1, 2, DRONE, x_km=40.0)
    for track_id in (1, 2):
        world.places[track_id] = (world.places[track_id][0], 9)
    *_, absorbed, kept = world.tick(3)
    assert told([absorbed, kept]) == [("plant:2:1", "critical", "ended"), ("plant:1:1", "critical", "raised")]
    assert absorbed.merged_into == "plant:1:1"
    assert absorbed.reasons[0] == "is part of alert plant:1:1"
    assert (kept.track_ids, kept.group_id) == ((1, 2), 9)


def test_an_object_found_again_under_another_number_is_the_same_alert() -> None:
    world = World()
    world.enter(0, 1, DRONE)
    world.cause(10, 1, state="ended", reasons=("the track was dropped",))
    (again,) = world.enter(40, 8, DRONE, x_km=1.8)
    assert (again.alert_id, again.track_ids, again.state, again.ended_ns) == ("plant:1:1", (8,), "raised", None)
    (other,) = world.enter(41, 9, DRONE, x_km=30.0)
    assert other.alert_id == "plant:9:1"


def test_a_forecast_that_comes_true_stays_one_alert() -> None:
    world = World()
    (ahead,) = world.enter(0, 7, DRONE, **predicted(120.0))
    assert (ahead.rule, ahead.eta_ns, ahead.probability) == ("zone_predicted", at(120), 0.6)
    causes = [cause(118, 7), cause(118, 7, state="ended", **predicted(120.0), reasons=("the track is inside now",))]
    (inside,) = world.desk.take(causes, world.places.get, world.judge, at(118))
    assert (inside.alert_id, inside.rule, inside.eta_ns, inside.state) == ("plant:7:1", "zone_entry", None, "raised")


def test_of_advisories_only_the_worthiest_of_an_hour_are_shown_and_the_others_are_listed() -> None:
    world = World()
    for n in range(12):
        world.enter(n, n, replace(UNKNOWN, danger=0.02), x_km=40.0 * n)
    world.tick(20)
    assert sorted(a.state for a in world.desk.active()) == ["held_back"] * 9 + ["raised"] * 3
    world.enter(30, 50, replace(UNKNOWN, danger=0.25), x_km=-100.0)
    (worthy,) = world.tick(36)
    assert told([worthy]) == [("plant:50:1", "advisory", "raised")]
    held = next(a for a in world.desk.active() if a.state == "held_back")
    world.worth[held.track_ids[0]] = DRONE
    (risen,) = world.tick(40)
    assert told([risen]) == [(held.alert_id, "critical", "raised")]
    shown = [alert for s in range(41, 12_000, 10) for alert in world.tick(s) if alert.state == "raised"]
    assert {a.alert_id for a in shown} == {a.alert_id for a in world.desk.active()} - {
        "plant:0:1", "plant:1:1", "plant:2:1", "plant:50:1", held.alert_id
    }  # fmt: skip


def test_the_budget_never_shows_more_than_it_has_within_any_hour() -> None:
    budget, shown = AdvisoryBudget(6), list[int]()
    for second in range(0, 20_000, 30):
        if budget.allows(0.5, at(second)):
            budget.spend(at(second))
            shown.append(second)
    assert len(shown) > 25
    assert max(sum(t - 3600 < other <= t for other in shown) for t in shown) == 6


def test_a_critical_alert_nobody_answers_is_escalated_once_and_says_to_whom() -> None:
    world = World()
    (alert,) = world.enter(0, 7, DRONE)
    assert world.tick(59) == []
    (escalated,) = world.tick(60)
    assert (escalated.state, escalated.escalated_ns, escalated.escalated_to) == ("escalated", at(60), "shift lead")
    assert world.tick(61) == []
    (taken,) = world.decide(70, "acknowledge", alert.alert_id)
    assert (taken.state, taken.acknowledged_by, taken.escalated_to) == ("acknowledged", "ona", "shift lead")
    assert world.desk.decide(Decision.model_validate(taken_by("jonas", alert.alert_id))) == ()


def taken_by(actor: str, alert_id: str) -> dict[str, object]:
    made = {"id": "d", "time_ns": at(71), "origin": "n", "label": Label()}
    return made | {"actor": actor, "action": "acknowledge", "subject": alert_id}


def test_what_was_answered_in_time_and_an_advisory_are_not_escalated() -> None:
    world = World()
    (alert,) = world.enter(0, 7, DRONE)
    world.decide(20, "acknowledge", alert.alert_id)
    world.enter(0, 8, UNKNOWN, x_km=90.0)
    world.tick(6)
    assert [a for s in range(7, 400, 5) for a in world.tick(s) if a.state == "escalated"] == []


def shelved(world: World, minutes: float = 10.0) -> Alert:
    (alert,) = world.enter(0, 7, replace(DRONE, danger=0.5), **predicted(500.0))
    fields = {"reason": "survey flight, phoned", "until_ns": at(minutes * 60.0)}
    (laid,) = world.decide(5, "shelve", alert.alert_id, **fields)
    return laid


def test_a_shelved_alert_says_who_why_and_until_when_and_comes_back_by_itself() -> None:
    world = World()
    laid = shelved(world)
    assert (laid.state, laid.shelved_by, laid.shelved_reason) == ("shelved", "ona", "survey flight, phoned")
    assert [a for s in range(6, 600, 7) for a in world.tick(s) if a.state != "shelved"] == []
    (back,) = world.tick(600)
    assert (back.state, back.shelved_by, back.shelved_until_ns, back.shelved_reason) == ("raised", None, None, None)


@pytest.mark.parametrize("how", ["danger", "inside", "member"])
def test_a_shelved_alert_comes_back_when_it_worsens(how: str) -> None:
    world = World()
    laid = shelved(world)
    if how == "danger":
        world.worth[7] = replace(DRONE, danger=0.72)
        (back,) = world.tick(20)
    elif how == "inside":
        (back,) = world.cause(20, 7)
    else:
        (back,) = world.enter(20, 8, DRONE, x_km=1.0)
    assert (back.alert_id, back.state, back.shelved_by) == (laid.alert_id, "raised", None)


def test_what_ends_on_the_shelf_and_is_resumed_is_on_the_shelf_again_until_its_time() -> None:
    world = World()
    laid = shelved(world)
    (ended,) = world.cause(20, 7, state="ended", reasons=("the track was dropped",), **predicted(500.0))
    assert (ended.state, ended.shelved_by) == ("ended", None)
    other = replace(world, desk=AlertDesk.of("vilnius", AlertPolicy()))
    other.desk.restore(world.desk.snapshot())
    (resumed,) = other.enter(40, 7, replace(DRONE, danger=0.5), **predicted(500.0))
    assert (resumed.alert_id, resumed.state) == (laid.alert_id, "shelved")
    assert (resumed.shelved_by, resumed.shelved_until_ns) == ("ona", at(600))
    assert resumed.shelved_reason == laid.shelved_reason
    assert [a.state for s in range(41, 601) for a in other.tick(s) if a.state != "shelved"] == ["raised"]


@pytest.mark.parametrize("how", ["late", "danger"])
def test_what_is_resumed_after_its_while_or_worse_is_not_on_the_shelf(how: str) -> None:
    world = World()
    laid = shelved(world, minutes=0.5)
    world.cause(20, 7, state="ended", reasons=("the track was dropped",), **predicted(500.0))
    worth = replace(DRONE, danger=0.72 if how == "danger" else 0.5)
    (resumed,) = world.enter(25 if how == "danger" else 35, 7, worth, **predicted(500.0))
    assert (resumed.alert_id, resumed.state, resumed.shelved_until_ns) == (laid.alert_id, "raised", None)


@pytest.mark.parametrize(("x_km", "state"), [(1.9, "shelved"), (-3.0, "raised")])
def test_a_shelved_raid_that_loses_one_comes_back_for_another_but_not_for_the_same_found_again(
    x_km: float, state: str
) -> None:
    world = World()
    world.enter(0, 8, replace(DRONE, danger=0.5), x_km=1.0, **predicted(500.0))
    laid = shelved(world)
    assert laid.track_ids == (7, 8)
    world.cause(10, 8, state="ended", reasons=("the track was dropped",), **predicted(500.0))
    (back,) = world.enter(20, 9, replace(DRONE, danger=0.5), x_km=x_km, **predicted(500.0))
    assert (back.alert_id, back.track_ids, back.state) == (laid.alert_id, (7, 9), state)


def test_a_person_takes_it_off_the_shelf_and_nothing_is_shelved_without_reason() -> None:
    world = World()
    laid = shelved(world)
    (back,) = world.decide(30, "unshelve", laid.alert_id)
    assert back.state == "raised"
    assert world.decide(31, "unshelve", laid.alert_id) == []
    with pytest.raises(ValueError, match="expected a reason and until_ns"):
        world.decide(32, "shelve", laid.alert_id, until_ns=at(900))


def test_what_a_call_that_failed_had_changed_is_told_by_the_next_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.enter(0, 7, UNKNOWN)
    with monkeypatch.context() as broken:
        broken.setattr(AlertDesk, "_merge", None)
        with pytest.raises(TypeError):
            world.tick(5)
    other = replace(world, desk=AlertDesk.of("vilnius", AlertPolicy()))
    other.desk.restore(world.desk.snapshot())
    assert [(alert.id, alert.state) for alert in other.tick(6)] == [("plant:7:1:1", "raised")]
    assert other.tick(7) == []


def test_a_desk_that_begins_anew_ends_its_alerts_and_their_numbers_go_on() -> None:
    failed, world = World(), World()
    (alert,) = failed.enter(0, 7, DRONE)
    (ended,) = world.desk.go_on_from(failed.desk, at(10))
    assert (ended.alert_id, ended.state, ended.ended_ns) == (alert.alert_id, "ended", at(10))
    assert ended.reasons[0].startswith("alerts begin anew")
    assert ended.reasons_lt[0].startswith("pavojai po gedimo")
    assert world.desk.active() == ()
    assert told(world.enter(11, 7, DRONE)) == [("plant:7:2", "critical", "raised")]


def test_it_goes_on_from_a_snapshot_as_if_there_had_been_no_break() -> None:
    world = World()
    shelved(world)
    world.enter(3, 9, UNKNOWN, x_km=80.0)
    world.tick(8)
    world.enter(9, 11, DRONE, x_km=-60.0, group=4)
    world.cause(10, 11, state="ended", reasons=("the track was dropped",))
    other = replace(world, desk=AlertDesk.of("vilnius", AlertPolicy()))
    other.desk.restore(world.desk.snapshot())
    assert other.desk.snapshot() == world.desk.snapshot()
    for second in range(11, 700, 3):
        assert other.tick(second) == world.tick(second)
    assert other.desk.snapshot() == world.desk.snapshot()


def after_restart(world: World, second: float, *seen: int) -> World:
    """Go on with the alerts of a world in a new one, which knows where some tracks were last."""
    new = World()
    for alert in world.desk.active():
        places = {number: world.places[number][0] for number in seen if number in alert.track_ids}
        (stands,) = new.desk.stand(alert, places, at(second))
        assert (stands.alert_id, stands.state, stands.raised_ns) == (alert.alert_id, alert.state, alert.raised_ns)
        assert stands.id != alert.id
    return new


def test_after_a_restart_an_alert_goes_on_acknowledged_once_its_object_is_found_again() -> None:
    world = World()
    (alert,) = world.enter(0, 1, DRONE)
    world.decide(5, "acknowledge", alert.alert_id)
    new = after_restart(world, 20, 1)
    assert new.tick(21) == []
    assert new.enter(30, 9001, UNKNOWN, x_km=1.4) == []
    (found,) = new.tick(36)
    assert (found.alert_id, found.state, found.acknowledged_by) == (alert.alert_id, "acknowledged", "ona")
    assert (found.track_ids, found.tier, found.raised_ns) == ((9001,), "critical", alert.raised_ns)
    new.worth[9001] = DRONE
    assert {one.state for s in range(37, 200, 5) for one in new.tick(s)} <= {"acknowledged"}
    (other,) = new.enter(60, 9002, DRONE, x_km=40.0)
    assert (other.alert_id, other.state) == ("plant:9002:1", "raised")


def test_after_a_restart_what_was_critical_falls_when_it_does_not_show_that_again() -> None:
    world = World()
    world.enter(0, 1, DRONE)
    new = after_restart(world, 20, 1)
    new.enter(30, 9001, UNKNOWN, x_km=1.4)
    told_of = [one for s in range(31, 200, 5) for one in new.tick(s)]
    assert [one.tier for one in told_of if one.time_ns <= at(120)] == ["critical"] * 2, "found, and escalated"
    assert told_of[-1].tier == "advisory"


def test_after_a_restart_a_shelved_alert_is_on_the_shelf_until_its_time() -> None:
    world = World()
    laid = shelved(world)
    new = after_restart(world, 20, 7)
    new.enter(30, 9001, replace(DRONE, danger=0.5), x_km=1.4, **predicted(500.0))
    assert {one.state for s in range(31, 600, 7) for one in new.tick(s)} <= {"shelved"}
    (back,) = new.tick(601)
    assert (back.alert_id, back.state, back.track_ids) == (laid.alert_id, "raised", (9001,))


@pytest.mark.parametrize(("seen", "until"), [((), 21), ((1,), 121)])
def test_after_a_restart_what_is_not_found_again_ends_with_the_reason(seen: tuple[int, ...], until: int) -> None:
    world = World()
    (alert,) = world.enter(0, 1, DRONE)
    new = after_restart(world, 20, *seen)
    told_of = [one for s in range(21, 130) for one in new.tick(s)]
    assert [(one.alert_id, one.state) for one in told_of] == [(alert.alert_id, "ended")]
    assert at(until) <= told_of[0].time_ns <= at(until + 1)
    assert told_of[0].reasons[0].startswith("was not found again after the node started anew")
    (answered,) = new.decide(130, "acknowledge", alert.alert_id)
    assert (answered.state, answered.acknowledged_by) == ("ended", "ona")


def test_after_a_restart_an_alert_that_is_held_back_or_decided_on_unseen_waits_for_its_object() -> None:
    world = World()
    world.desk.budget = AdvisoryBudget(0)
    world.enter(0, 1, UNKNOWN)
    (held,) = world.tick(6)
    assert held.state == "held_back"
    new = after_restart(world, 20, 1)
    assert new.tick(21) == []
    (laid,) = new.decide(22, "shelve", held.alert_id, reason="known", until_ns=at(500))
    assert laid.state == "shelved"
    other = replace(new, desk=AlertDesk.of("vilnius", AlertPolicy()))
    other.desk.restore(new.desk.snapshot())
    for world in (new, other):
        world.enter(30, 9001, UNKNOWN, x_km=1.4)
    assert [one.state for one in new.tick(36)] == ["shelved"]
    assert [one.state for one in other.tick(36)] == ["shelved"]
    assert other.desk.snapshot() == new.desk.snapshot()


def test_an_ended_alert_that_nobody_answered_can_be_answered_after_a_restart() -> None:
    world = World()
    world.enter(0, 1, DRONE)
    (ended,) = world.cause(10, 1, state="ended", reasons=("the track was dropped",))
    new = World()
    assert new.desk.stand(ended, {}, at(50)) == (ended,)
    assert new.tick(51) == []
    (answered,) = new.decide(52, "acknowledge", ended.alert_id)
    assert (answered.state, answered.acknowledged_by) == ("ended", "ona")


def test_nobody_is_told_of_an_alert_twice_alike() -> None:
    world = World()
    messages = world.enter(0, 1, DRONE)
    for second in range(1, 200):
        world.worth[1] = replace(DRONE, danger=0.6 + 0.001 * second)
        messages += world.tick(second)
    assert len({message.id for message in messages}) == len(messages)
    assert len(messages) <= 2 + 200 / 10


def test_the_probability_of_an_alert_is_the_one_that_its_danger_is_made_of() -> None:
    world = World()
    world.enter(0, 1, DRONE, **predicted(120))
    told = world.enter(1, 2, replace(DRONE, entry=0.83), x_km=40.0, **(predicted(110) | {"probability": None}))
    assert [alert.probability for alert in told] == [0.83]
    world.worth[2] = replace(DRONE, entry=0.9012, danger=0.8)
    later = [alert for second in range(2, 40) for alert in world.tick(second)]
    assert {alert.probability for alert in later if 2 in alert.track_ids} == {0.901}
