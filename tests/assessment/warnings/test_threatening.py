"""Who threatens the public: once it is likely enough for some seconds, not on a flicker, not what was long a flock."""

from __future__ import annotations

from dataclasses import replace

from sargas.assessment.warnings.threatening import HARM_OFF, HARM_ON, Prospect, ThreatWatch
from tests.assessment.warnings.scene import at

DRONE = Prospect(entry=0.9, armed=0.6, exists=1.0, is_alerted=False)
FLOCK = replace(DRONE, entry=1.0, armed=0.01)
FIRM_NS = at(0)


def test_a_firm_track_threatens_once_it_is_likely_enough_for_three_seconds_and_since_the_first_of_them() -> None:
    watch = ThreatWatch()
    assert [watch.look(7, DRONE, FIRM_NS, at(second)) for second in (0, 1, 2)] == [None] * 3
    found = watch.look(7, DRONE, FIRM_NS, at(3))
    assert found is not None
    assert (found.since_ns, found.prospect.level) == (at(0), "red")


def test_a_critical_alert_has_waited_already() -> None:
    found = ThreatWatch().look(7, replace(DRONE, entry=0.01, is_alerted=True), FIRM_NS, at(0))
    assert found is not None
    assert (found.since_ns, found.prospect.level) == (at(0), "yellow")


def test_what_is_possible_is_yellow_and_what_is_probable_red() -> None:
    assert replace(DRONE, entry=0.4).level == "yellow"
    assert replace(DRONE, armed=0.4).level == "yellow"
    assert DRONE.level == "red"


def test_the_swings_of_a_young_forecast_do_not_end_a_threat_but_a_course_that_leads_away_does() -> None:
    watch = ThreatWatch()
    for second in range(20):
        entry = 0.9 if second % 2 else (HARM_OFF + 0.01) / DRONE.armed
        found = watch.look(7, replace(DRONE, entry=entry), FIRM_NS, at(second))
    assert found is not None
    assert found.since_ns == at(1)
    assert watch.look(7, replace(DRONE, entry=0.01), FIRM_NS, at(20)) is None
    assert watch.look(7, replace(DRONE, entry=(HARM_ON - 0.01) / DRONE.armed), FIRM_NS, at(21)) is None


def test_a_flock_that_a_false_plot_makes_a_drone_for_ten_seconds_threatens_nobody_and_one_that_stays_a_drone_does() -> (
    None
):
    watch = ThreatWatch()
    for second in range(300):
        assert watch.look(7, FLOCK, FIRM_NS, at(second)) is None
    for second in range(300, 310):
        assert watch.look(7, replace(DRONE, entry=1.0, armed=0.54), FIRM_NS, at(second)) is None
    found = [watch.look(7, replace(DRONE, entry=1.0), FIRM_NS, at(second)) for second in range(310, 360)]
    assert found[-1] is not None


def test_what_was_not_looked_at_for_a_while_was_held_to_be_harmless_meanwhile() -> None:
    watch = ThreatWatch()
    late = [watch.look(7, replace(DRONE, entry=1.0, armed=0.54), FIRM_NS, at(400 + second)) for second in range(10)]
    assert late == [None] * 10
    assert ThreatWatch().look(8, replace(DRONE, is_alerted=True), FIRM_NS, at(400)) is not None


def test_an_unknown_object_from_abroad_that_was_never_suspected_threatens_nobody() -> None:
    watch = ThreatWatch()
    unknown = replace(DRONE, entry=1.0, armed=0.29)
    assert [watch.look(7, unknown, FIRM_NS, at(second)) for second in range(30)] == [None] * 30


def test_a_watch_goes_on_from_its_lists_and_forgets() -> None:
    watch, other = ThreatWatch(), ThreatWatch()
    for second in range(5):
        watch.look(7, DRONE, FIRM_NS, at(second))
        watch.look(8, FLOCK, FIRM_NS, at(second))
    other.from_lists(watch.to_lists())
    assert other == watch
    assert other.look(7, DRONE, FIRM_NS, at(5)) == watch.look(7, DRONE, FIRM_NS, at(5))
    other.forget([7, 8, 9])
    assert other == ThreatWatch()
