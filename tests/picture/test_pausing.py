"""A source paused in flight: unread from the next datagram on, alike live, replayed and after a break."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.message import Message
from sargas.model.plots import Plots
from sargas.model.records import SourceHealth, SourcePause
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from tests.picture.test_rezoning import with_changes
from tests.picture.test_step import LABEL, START_NS, night_inputs

PAUSED_S, RESUMED_S, END_S = 20, 40, 50


def word(second: int, state: str, source: str, reason: str = "its clock is off") -> SourcePause:
    """Make what an administrator says ``second`` s into the night."""
    time_ns = START_NS + second * NS_PER_S + NS_PER_S // 2
    return SourcePause.model_validate(
        {
            "id": f"pause/{source}/{time_ns}", "time_ns": time_ns, "origin": "n", "label": LABEL, "source": source,
            "state": state, "reason": reason, "entered_by": "rita",
        }
    )  # fmt: skip


def second_of(time_ns: int) -> int:
    return (time_ns - START_NS) // NS_PER_S


class Run(NamedTuple):
    """A night in which the busiest source was paused: its inputs, what came out by second, and how it ended."""

    source: str
    inputs: list[Envelope]
    told: list[tuple[int, Message]]
    digest: str
    state: State
    snapshot: tuple[int, bytes]
    """Taken while it was paused."""


@pytest.fixture(scope="module")
def run() -> Run:
    given = [envelope for envelope in night_inputs() if envelope.receive_time_ns <= START_NS + END_S * NS_PER_S]
    sources = [envelope.source for envelope in given if envelope.kind == "datagram"]
    source = max(sorted(set(sources)), key=sources.count)
    words = [word(PAUSED_S, "paused", source), word(RESUMED_S, "resumed", source, "")]
    parts, state, told, snapshot = list(with_changes(given, words)), State(), list[tuple[int, Message]](), (0, b"")
    for envelope in parts:
        told += [(second_of(envelope.receive_time_ns), message) for message in step(state, envelope).messages]
        if second_of(envelope.receive_time_ns) == PAUSED_S + 5 and not snapshot[1]:
            snapshot = envelope.sequence, dump_state(state, envelope.sequence)
    return Run(source, parts, told, state.digest.hex(), state, snapshot)


def sensors_at(run: Run, first_s: int, last_s: int) -> set[str]:
    """Name the sensors whose plots came out in some seconds."""
    plots = [message for second, message in run.told if isinstance(message, Plots) and first_s <= second <= last_s]
    return {name for one in plots for name in one.sensors_present()}


def test_nothing_of_it_comes_out_while_it_is_paused_and_all_others_go_on(run: Run) -> None:
    assert run.state.picture is not None
    own = run.state.picture.health.sensors_of(run.source)
    others = {name for name in sensors_at(run, 5, PAUSED_S - 1) if name not in own}
    assert own <= sensors_at(run, 5, PAUSED_S - 1)
    assert sensors_at(run, PAUSED_S + 1, RESUMED_S - 1) & own == set()
    assert others & sensors_at(run, PAUSED_S + 1, RESUMED_S - 1)
    assert own <= sensors_at(run, RESUMED_S + 1, END_S)


def test_its_health_says_who_paused_it_and_why_at_the_next_second_and_what_came_is_counted(run: Run) -> None:
    healths = [(second, one) for second, one in run.told if isinstance(one, SourceHealth) and one.source == run.source]
    paused = [(second, one) for second, one in healths if one.state == "paused"]
    assert paused[0][0] in (PAUSED_S, PAUSED_S + 1)
    assert {one.reason for _, one in paused} == {"paused by rita: its clock is off"}
    first, last = paused[0][1], paused[-1][1]
    assert last.received > first.received, "what it sends is counted"
    assert last.decoded == first.decoded, "and not read"
    after = [one for second, one in healths if second > RESUMED_S + 1]
    assert {one.state for one in after} == {"ok"}
    assert after[-1].decoded > last.decoded


def test_a_replay_and_a_run_that_goes_on_from_a_snapshot_are_the_same(run: Run) -> None:
    sequence, data = run.snapshot
    again = State()
    for envelope in run.inputs:
        if envelope.sequence <= sequence:
            step(again, envelope)
    assert dump_state(again, sequence) == data
    resumed, at = load_state(data)
    assert at == sequence
    assert resumed.picture is not None
    assert resumed.picture.health.is_paused(run.source)
    for envelope in run.inputs:
        if envelope.sequence > sequence:
            step(resumed, envelope)
    assert resumed.digest.hex() == run.digest


def test_without_the_pause_the_night_is_another(run: Run) -> None:
    (paused, sequence), plain = load_state(run.snapshot[1]), State()
    for envelope in run.inputs:
        if envelope.sequence <= sequence and b'"source_pause"' not in envelope.data:
            step(plain, envelope)
    assert plain.digest.hex() != paused.digest.hex()


def test_a_part_that_begins_anew_leaves_it_paused(run: Run) -> None:
    assert run.state.picture is not None
    picture = load_state(run.snapshot[1])[0].picture
    assert picture is not None
    for part in ("health", "tracker", "intake"):
        picture.begin_anew(part, START_NS)
        assert picture.health.is_paused(run.source), part


def test_a_source_that_is_none_is_not_paused(run: Run) -> None:
    state = State()
    step(state, run.inputs[0])
    assert state.picture is not None
    state.picture.health.pause(word(1, "paused", "gone"))
    assert not state.picture.health.is_paused("gone")
