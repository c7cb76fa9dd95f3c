"""One object keeps one number over a gap, and two numbers on one object become one."""

import numpy as np

from sargas.tracking.tracker import Tracker
from tests.tracking.scene import ORIGIN, Flight, at_ns, radar, see

FLIGHT = Flight((40e3, 30e3, 3000.0), (80.0, -30.0, 0.0))


def fly(tracker: Tracker, flight: Flight, first: int, last: int, rng: np.random.Generator) -> set[int]:
    """Feed scans 4 s apart and return the numbers confirmed."""
    seen: set[int] = set()
    for scan in range(first, last):
        tracker.update(see(radar(), [flight], 4.0 * scan, scan, rng))
        tracker.advance(at_ns(4.0 * scan + 2.0))
        seen |= set(tracker.report(at_ns(4.0 * scan + 2.0)).track_id.tolist())
    return seen


def lose(tracker: Tracker, first_s: int, last_s: int) -> None:
    for second in range(first_s, last_s):
        tracker.hear("radar", at_ns(float(second)))
        tracker.advance(at_ns(float(second)))


def test_what_comes_back_after_a_gap_keeps_its_number() -> None:
    tracker, rng = Tracker([radar()], ORIGIN), np.random.default_rng(1)
    before = fly(tracker, FLIGHT, 0, 8, rng)
    lose(tracker, 32, 80)
    assert len(tracker.report(at_ns(80.0))) == 0
    after = fly(tracker, FLIGHT, 20, 26, rng)
    assert before == after
    events = tracker.events()
    assert [event.kind for event in events] == ["stitched"]
    assert events[0].kept in before
    assert 45.0 < events[0].gap_s < 60.0
    assert tracker.events() == []


def test_another_object_elsewhere_does_not_inherit_the_number() -> None:
    tracker, rng = Tracker([radar()], ORIGIN), np.random.default_rng(1)
    before = fly(tracker, FLIGHT, 0, 8, rng)
    lose(tracker, 32, 80)
    after = fly(tracker, Flight((40e3, 47e3, 3000.0), (-60.0, 60.0, 0.0)), 20, 26, rng)
    assert not before & after
    assert tracker.events() == []


def test_two_tracks_of_one_object_become_the_older() -> None:
    tracker, rng = Tracker([radar(), radar("second", 56.3, 24.6)], ORIGIN), np.random.default_rng(3)
    number = next(iter(fly(tracker, FLIGHT, 0, 6, rng)))
    # the state copied under another number: what a wrong start beside the first would have become
    state = tracker._state
    other = see(radar("second", 56.3, 24.6), [Flight((60e3, 30e3, 3000.0), (80.0, -30.0, 0.0))], 23.0, 0, rng)
    tracker.update(other)
    slot = int(
        np.flatnonzero(state.book["number"] != number)[
            np.flatnonzero(state.book["live"][state.book["number"] != number])[0]
        ]
    )
    first = int(np.flatnonzero(state.book["number"] == number)[0])
    for name in ("mu", "mean", "cov", "x", "p"):
        state.bank[name][slot] = state.bank[name][first]
    for name in ("time_ns", "hit_ns", "status", "score", "hits"):
        state.book[name][slot] = state.book[name][first]
    from sargas.tracking.gating import link, unlink
    from sargas.tracking.state import GRID_NS

    unlink(state.near, state.head, slot)
    link(state.near, state.head, slot, state.book[slot], state.bank[slot], int(state.registers[GRID_NS]), tracker._par)
    assert len(tracker.report(at_ns(24.0))) == 2
    for second in range(24, 31):
        tracker.advance(at_ns(float(second)))
    assert tracker.report(at_ns(31.0)).track_id.tolist() == [number]
    assert [(event.kind, event.kept) for event in tracker.events()] == [("merged", number)]
