"""Airports close ahead of what comes, hold, and reopen below a lower threshold; it is told in two languages."""

import numpy as np
import pytest

from sargas.assessment.drift.closure import Closure, Share, advance, combine, window_ns
from sargas.assessment.drift.closure_words import Told, tell
from sargas.model.columns import NS_PER_S, Float64
from sargas.model.local_time import LocalTime
from sargas.model.records import ClosureRule

RULE = ClosureRule()
NOW = 1_790_000_000 * NS_PER_S
MINUTE = 60 * NS_PER_S
STEPS = 61


def bump(first: int, last: int, height: float = 0.3) -> Float64:
    chance = np.zeros(STEPS)
    chance[max(first, 0) : max(last + 1, 0)] = height
    return chance


def test_the_threshold_is_the_cost_of_closing_over_the_cost_of_an_entry() -> None:
    assert RULE.close_probability == pytest.approx(12_500.0 / 625_000.0)
    assert RULE.open_probability < RULE.close_probability
    dear = ClosureRule(closure_cost_per_hour=25_000.0, closure_hours=2.0, event_cost=1e6)
    assert dear.close_probability == pytest.approx(0.05)


def run(begin: int, end: int, minutes: int, rule: ClosureRule = RULE) -> list[Closure]:
    """Let a balloon be expected inside from one minute to another, and time pass, six looks a minute."""
    closure, told = Closure(), []
    for tick in range(6 * minutes):
        at = tick / 6.0
        closure = advance(closure, bump(round(begin - at), round(end - at)), NOW + tick * 10 * NS_PER_S, rule)
        told.append(closure)
    return told


def test_it_is_expected_then_told_at_the_lead_time_then_closed_then_open_again() -> None:
    told = run(30, 40, 60)
    states = [closure.state for closure in told]
    changes = [0, *(k for k in range(1, len(states)) if states[k] != states[k - 1])]
    assert [states[k] for k in changes] == ["expected", "close", "closed", "open"]
    close, closed, reopened = (k / 6.0 for k in changes[1:])
    assert close == pytest.approx(30.0 - RULE.clearing_s / 60.0, abs=1.0)
    assert closed == pytest.approx(30.0, abs=1.0)
    assert 40.0 < reopened == pytest.approx(41.0 + RULE.hold_s / 60.0, abs=1.0)
    assert told[0].until_ns == pytest.approx(NOW + 43 * MINUTE, abs=MINUTE)


def test_a_balloon_that_is_there_at_once_closes_at_once() -> None:
    assert advance(Closure(), bump(0, 5), NOW, RULE).state == "closed"


def test_what_is_below_the_threshold_does_nothing() -> None:
    assert advance(Closure(), bump(5, 20, RULE.close_probability * 0.9), NOW, RULE) == Closure()


def test_between_the_thresholds_it_stays_as_it_is() -> None:
    between = 0.5 * (RULE.close_probability + RULE.open_probability)
    closed = Closure("closed", 1, NOW)
    later = closed
    for k in range(60):
        later = advance(later, bump(0, 30, between), NOW + k * MINUTE, RULE)
    assert later.state == "closed"
    assert advance(Closure(), bump(0, 30, between), NOW, RULE).state == "open"


def test_one_look_below_does_not_reopen() -> None:
    closed = Closure("closed", 1, NOW)
    once = advance(closed, np.zeros(STEPS), NOW + 10 * NS_PER_S, RULE)
    assert once.state == "closed"
    back = advance(once, bump(0, 3), NOW + 20 * NS_PER_S, RULE)
    assert back.below_since_ns is None
    again = advance(back, np.zeros(STEPS), NOW + 30 * NS_PER_S, RULE)
    assert advance(again, np.zeros(STEPS), NOW + 140 * NS_PER_S, RULE).state == "closed"
    assert advance(again, np.zeros(STEPS), NOW + 150 * NS_PER_S, RULE).state == "open"


def test_what_is_expected_is_called_off_only_once_the_chance_stayed_below_the_lower_threshold() -> None:
    between = 0.5 * (RULE.close_probability + RULE.open_probability)
    first = advance(Closure(), bump(30, 40), NOW, RULE)
    closure = first
    for k in range(1, 40):
        closure = advance(closure, bump(30, 40, between), NOW + k * 10 * NS_PER_S, RULE)
    assert closure == first, "nobody is called twice for a chance about the threshold"
    later = [advance(closure, np.zeros(STEPS), NOW + 400 * NS_PER_S, RULE)]
    for k in range(1, 13):
        later.append(advance(later[-1], np.zeros(STEPS), NOW + (400 + 10 * k) * NS_PER_S, RULE))
    assert [one.state for one in later] == ["expected"] * 12 + ["open"]


def test_the_next_balloon_within_the_lead_time_keeps_it_closed() -> None:
    chance = bump(8, 12)
    closed = Closure("closed", 1, NOW)
    for k in range(30):
        closed = advance(closed, chance, NOW + k * 10 * NS_PER_S, RULE)
    assert closed.state == "closed"


def share(track_id: int, inside: Float64, *, start_ns: int = NOW, weight: float = 1.0) -> Share:
    counts = np.zeros(STEPS)
    counts[int(np.argmax(inside > 0))] = 0.5
    return Share(track_id, start_ns, weight, inside, counts, counts[::-1].copy())


def test_balloons_combine_as_independent_and_by_their_existence() -> None:
    found = combine([share(1, bump(5, 9, 0.2)), share(2, bump(7, 9, 0.5), weight=0.4)], NOW, STEPS)
    assert found.any_inside[5] == pytest.approx(0.2)
    assert found.any_inside[8] == pytest.approx(1.0 - 0.8 * 0.8)
    assert found.track_ids == (1, 2)
    assert found.existence == 1.0
    assert combine([share(3, bump(0, 1), weight=0.4)], NOW, STEPS).existence == pytest.approx(0.4)


def test_an_older_ensemble_is_moved_on_to_now() -> None:
    found = combine([share(1, bump(20, 24), start_ns=NOW - 5 * MINUTE)], NOW, STEPS)
    assert np.flatnonzero(found.any_inside > 0.1).tolist() == list(range(15, 20))
    assert window_ns(found.first, NOW) == (NOW + 15 * MINUTE, NOW + 15 * MINUTE)


def test_no_balloon_no_window() -> None:
    found = combine([], NOW, STEPS)
    assert not found.any_inside.any()
    assert window_ns(found.first, NOW) is None


@pytest.mark.parametrize("state", ["expected", "close", "closed", "reopen", "called_off"])
def test_it_is_told_in_english_and_lithuanian_with_what_would_reopen(state: str) -> None:
    told = Told(state, "Vilnius", NOW, NOW + 30 * MINUTE, (NOW, NOW + MINUTE), (NOW, NOW + 9 * MINUTE), 0.31, 3, 0.9)
    english, lithuanian = tell(told, RULE, LocalTime(7200), is_exercise=True)
    assert (english.language, lithuanian.language) == ("en", "lt")
    assert english.headline.startswith("EXERCISE. Vilnius:")
    assert lithuanian.headline.startswith("PRATYBOS. Vilnius:")
    assert "31 %" in english.description
    assert "31 %" in lithuanian.description
    if state in ("expected", "close", "closed"):
        assert english.headline.endswith("local time"), "beside it the console tells UTC"
        assert lithuanian.headline.endswith("vietos laiku")
    assert english.description.count("local time") == lithuanian.description.count("vietos laiku") == 2
    assert "{" not in english.description + english.instruction + lithuanian.description + lithuanian.instruction
    if state == "closed":
        assert "1.0 %" in english.instruction
        assert "A person decides" in english.instruction
        assert "Sprendžia žmogus" in lithuanian.instruction
