"""A part of the core that fails is left out, named and begun anew; the rest goes on, live and replayed."""

from collections.abc import Callable
from functools import cache
from itertools import takewhile
from typing import Any

import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.records import Alert, Claim, SourceHealth
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.containment import RESTART_AFTER, Containment
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from sargas.picture.tick import Turn, tick
from tests.identification.test_permissions import permission
from tests.picture.balloon_night import configuration
from tests.picture.test_step import START_NS, night_inputs, whole_night

FROM_NS, UNTIL_NS = START_NS + 40 * NS_PER_S, START_NS + 43 * NS_PER_S


def failing(work: Callable[..., Any], state: State, until_ns: int = UNTIL_NS) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        if FROM_NS < state.time_ns <= until_ns:
            raise ZeroDivisionError("a gap of\nno width")
        return work(*arguments, **named)

    return call


@cache
def before() -> tuple[bytes, tuple[Any, ...]]:
    """Step through the night until the fault; return the state and what was told."""
    state, told, sequence = State(), [], 0
    for envelope in takewhile(lambda one: one.receive_time_ns <= FROM_NS, night_inputs()):
        told.extend(step(state, envelope).messages)
        sequence = envelope.sequence
    return dump_state(state, sequence), tuple(told)


def run(break_it: Callable[[State], None]) -> tuple[State, list[Any]]:
    """Step through a night; ``break_it`` puts a fault in when the time has come."""
    snapshot, earlier = before()
    (state, sequence), told = load_state(snapshot), [*earlier]
    break_it(state)
    for envelope in night_inputs():
        if envelope.sequence > sequence:
            told.extend(step(state, envelope).messages)
    return state, told


def break_parts(*parts: tuple[str, str]) -> Callable[[State], None]:
    def break_it(state: State) -> None:
        for part, method in parts:
            owner = getattr(state.picture, part)
            replace_method(owner, method, failing(getattr(owner, method), state))

    return break_it


def replace_method(owner: Any, method: str, work: Callable[..., Any]) -> None:
    """Give one object another method, slots or not, and the same class name."""
    kind = type(owner)
    owner.__class__ = type(kind.__name__, (kind,), {"__slots__": (), method: staticmethod(work)})


def health_of(told: list[Any], part: str) -> list[SourceHealth]:
    return [m for m in told if isinstance(m, SourceHealth) and m.source == f"core {part}"]


PARTS = [
    ("appraisal", "tick"),
    ("fused", "advance"),
    ("groups", "advance"),
    ("cooperation", "advance"),
    ("identity", "tick"),
    ("drifting", "tick"),
    ("outlook", "tick"),
    ("lost", "tick"),
    ("integrity", "tick"),
    ("registrations", "tick"),
]


@pytest.fixture(scope="module")
def untouched() -> tuple[State, list[Any]]:
    snapshot, outputs = whole_night()
    return load_state(snapshot)[0], [message for output in outputs for message in output.messages]


@pytest.fixture(scope="module")
def broken() -> tuple[State, list[Any]]:
    """A night in which all parts fail at once: none may hang on another's being well."""
    return run(break_parts(*PARTS))


@pytest.mark.parametrize("part", [part for part, _ in PARTS])
def test_a_part_that_fails_is_named_and_begun_anew(part: str, broken: tuple[State, list[Any]]) -> None:
    state, told = broken
    shown = health_of(told, part)
    assert [h.state for h in shown] == ["failed"] * RESTART_AFTER + ["degraded"]
    assert "ZeroDivisionError: a gap of no width" in shown[-1].reason
    assert "begun anew 1 times" in shown[-1].reason
    assert "pradėta iš naujo kartų: 1;" in shown[-1].reason_lt
    assert type(getattr(state.picture, part)).__mro__[1] is object  # the broken one is gone


def test_tracks_and_alerts_go_on_without_the_parts_that_fail(
    broken: tuple[State, list[Any]], untouched: tuple[State, list[Any]]
) -> None:
    alerts, tracks = ({}, {}), ({}, {})
    for k, (_, told) in enumerate((untouched, broken)):
        alerts[k].update({m.zone_id: m for m in told if isinstance(m, Alert)})
        shown = [m for m in told if isinstance(m, Tracks) and len(m) and m.time_ns.max() > UNTIL_NS]
        tracks[k].update({n: None for m in shown for n in m.track_id.tolist()})
    assert alerts[0].keys()
    assert alerts[1].keys() >= alerts[0].keys()
    assert tracks[1].keys() == tracks[0].keys()


def test_a_tracker_that_fails_ends_its_tracks_and_numbers_go_on() -> None:
    state, told = run(break_parts(("tracker", "advance")))
    before = {n for m in told if isinstance(m, Tracks) for n in m.track_id.tolist()}
    firm = {n for m in told if isinstance(m, Tracks) for n in m.track_id[m.status == TrackStatus.CONFIRMED].tolist()}
    ended = [
        m
        for m in told
        if isinstance(m, Tracks) and len(m) > 20 and (m.status == TrackStatus.DROPPED).all()
        and {*m.track_id.tolist()} <= firm
    ]  # fmt: skip
    assert len(ended) == 1
    numbers = state.picture.tracker.report(state.time_ns).track_id  # type: ignore[union-attr]
    assert len(numbers) > 20
    assert numbers.min() > max(n for n in ended[0].track_id.tolist())
    assert set(numbers.tolist()) <= before
    gone, picture = set(ended[0].track_id.tolist()), state.picture
    assert picture is not None
    assert gone.isdisjoint(picture.identity.book.claims)
    assert gone.isdisjoint(picture.identity.suspects)
    assert gone.isdisjoint(picture.appraisal.goals.track_id.tolist())
    assert gone.isdisjoint(picture.zones.memory.track_id.tolist())
    assert health_of(told, "tracker")[-1].state == "degraded"


def test_a_datagram_that_breaks_its_decoder_costs_only_itself(untouched: tuple[State, list[Any]]) -> None:
    state, told = run(break_parts(("intake", "decode")))
    shown = [m for m in told if isinstance(m, SourceHealth) and m.source.startswith("core decoder of ")]
    assert {m.state for m in shown} == {"failed", "degraded"}
    assert any("fault of the decoder" in m.reject_reasons for m in told if isinstance(m, SourceHealth))
    assert len(state.picture.tracker) > 0.8 * len(untouched[0].picture.tracker)  # type: ignore[union-attr]


def test_the_same_fault_gives_the_same_picture_again_and_a_snapshot_remembers_it(
    broken: tuple[State, list[Any]],
) -> None:
    state, _ = run(break_parts(*PARTS))
    assert state.digest.hex() == broken[0].digest.hex()
    snapshot = dump_state(state, 7)
    assert snapshot == dump_state(broken[0], 7)
    loaded, _ = load_state(snapshot)
    assert dump_state(loaded, 7) == snapshot
    later = state.time_ns + 120 * NS_PER_S
    assert {h.state for h in loaded.picture.contained.tick(later)} == {"ok"}  # type: ignore[union-attr]


def test_what_a_part_told_before_it_failed_stays_for_its_state_does_too(
    untouched: tuple[State, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    state, told = untouched
    alert = next(m for m in told if isinstance(m, Alert))

    def advance(turn: Turn) -> None:
        turn.messages.append(alert)
        raise ZeroDivisionError

    monkeypatch.setattr("sargas.picture.tick.PARTS", (("alerting", advance),))
    messages, _ = tick(state.picture, state.time_ns + NS_PER_S)  # type: ignore[arg-type]
    assert alert in messages
    assert health_of(list(messages), "alerting")[-1].state == "failed"


def test_alerting_that_begins_anew_ends_its_alerts_and_raises_anew_what_still_holds(
    untouched: tuple[State, list[Any]],
) -> None:
    picture = load_state(dump_state(untouched[0], 7))[0].picture
    assert picture is not None
    standing, time_ns = picture.alerting.active(), untouched[0].time_ns + NS_PER_S
    assert standing
    picture.begin_anew("alerting", time_ns)
    ended = [m for m in picture.take_ended() if isinstance(m, Alert)]
    assert [(m.alert_id, m.state) for m in ended] == [(alert.alert_id, "ended") for alert in standing]
    assert picture.take_ended() == []
    assert (picture.alerting.active(), picture.zones.active()) == ((), ())


def test_what_persons_handed_in_outlives_the_part_that_held_it(untouched: tuple[State, list[Any]]) -> None:
    picture = load_state(dump_state(untouched[0], 7))[0].picture
    assert picture is not None
    time_ns, label = untouched[0].time_ns + NS_PER_S, picture.configuration.label
    [track_id, *_] = picture.tracker.report(time_ns).track_id.tolist()
    claim = Claim(
        id="c/1", time_ns=time_ns, origin="rasa", label=label, claim_id="rasa/1", state="made", track_id=track_id,
        about="class", value="helicopter", probability=1.0, source="rasa", reliability="A", credibility=1,
        is_override=True,
    )  # fmt: skip
    picture.identity.take(claim)
    picture.cooperation.permit(permission())
    picture.reports.reliability.remember("rasa", 3, 1)
    known = picture.reports.reliability
    for part in ("identity", "cooperation", "reports"):
        before = getattr(picture, part)
        picture.begin_anew(part, time_ns)
        assert getattr(picture, part) is not before
    assert picture.identity.book.answer(track_id, "class", time_ns).value == "helicopter"
    assert track_id in picture.identity.masks
    assert len(picture.cooperation.permissions) == 1
    assert picture.reports.reliability is known


def test_a_part_that_cannot_even_begin_anew_is_left_out_and_the_rest_goes_on() -> None:
    def fail() -> bool:
        raise ZeroDivisionError

    def restart() -> None:
        raise ValueError("nothing to go on from")

    contained = Containment(configuration())
    assert not any(contained.run("lost", k, fail, False, restart) for k in range(RESTART_AFTER))
    (health,) = contained.tick(RESTART_AFTER)
    assert (health.state, health.rejected) == ("failed", RESTART_AFTER)
    assert "ValueError: nothing to go on from" in health.reason


def test_the_end_of_the_process_is_no_fault(untouched: tuple[State, list[Any]]) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        untouched[0].picture.contained.run("lost", 0, interrupt, None, interrupt)  # type: ignore[union-attr]
