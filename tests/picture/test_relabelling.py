"""A source is given another label in flight: from a moment on, never wider, alike live, replayed and after a break."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.label import Classification, Label, is_wider, narrowed
from sargas.model.message import Message
from sargas.model.plots import Plots
from sargas.model.records import Configuration, SourceHealth, SourceLabel
from sargas.model.tracks import Tracks
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from tests.picture.test_rezoning import with_changes
from tests.picture.test_step import LABEL, START_NS, configuration, night_inputs, record

SAID_S, FROM_S, BACK_S, END_S = 10, 20, 40, 55


def word(second: int, source: str, marking: Label, from_s: int | None = None, **fields: object) -> SourceLabel:
    """Make what an administrator says ``second`` s into the night."""
    time_ns = START_NS + second * NS_PER_S + NS_PER_S // 2
    from_ns = time_ns if from_s is None else START_NS + from_s * NS_PER_S
    return SourceLabel.model_validate(
        {
            "id": f"label/{source}/{time_ns}", "time_ns": time_ns, "origin": "n", "label": LABEL, "source": source,
            "state": "announced", "marking": marking, "from_ns": from_ns, "reason": "asked by its owner",
            "entered_by": "rita", **fields,
        }
    )  # fmt: skip


def released() -> Configuration:
    """The night's configuration with sources that are released to two nations."""
    before = configuration()
    wide = LABEL.model_copy(update={"releasable_to": ("LVA", "POL")})
    return before.model_copy(
        update={"sources": tuple(one.model_copy(update={"label": wide}) for one in before.sources)}
    )


class Run(NamedTuple):
    source: str
    widest: Label
    strict: Label
    inputs: list[Envelope]
    told: list[tuple[int, Message]]
    digest: str
    state: State
    snapshots: list[tuple[int, bytes]]
    """While it waits, and while it holds."""


@pytest.fixture(scope="module")
def run() -> Run:
    given = [envelope for envelope in night_inputs() if envelope.receive_time_ns <= START_NS + END_S * NS_PER_S]
    given[0] = record(0, START_NS, released())
    sources = [envelope.source for envelope in given if envelope.kind == "datagram"]
    source = max(sorted(set(sources)), key=sources.count)
    widest = released().sources[0].label
    strict = widest.model_copy(update={"releasable_to": ("POL",), "classification": Classification.RESTRICTED})
    words = [
        word(SAID_S, source, strict, FROM_S),
        word(BACK_S, source, widest, as_configured=True),
    ]
    parts, state, told, snapshots = list(with_changes(given, words)), State(), list[tuple[int, Message]](), []
    due = [SAID_S + 5, FROM_S + 5]
    for envelope in parts:
        second = (envelope.receive_time_ns - START_NS) // NS_PER_S
        told += [(second, message) for message in step(state, envelope).messages]
        if due and second >= due[0]:
            snapshots.append((envelope.sequence, dump_state(state, envelope.sequence)))
            due.pop(0)
    return Run(source, widest, strict, parts, told, state.digest.hex(), state, snapshots)


def labels_at(run: Run, first_s: int, last_s: int) -> dict[str, set[Label]]:
    """Labels of the plots that came out in some seconds, by sensor."""
    found: dict[str, set[Label]] = {}
    for second, one in run.told:
        if isinstance(one, Plots) and first_s <= second <= last_s:
            for name in one.sensors_present():
                found.setdefault(name, set()).add(one.label)
    return found


def own_sensors(run: Run) -> frozenset[str]:
    assert run.state.picture is not None
    return run.state.picture.health.sensors_of(run.source)


def test_plots_have_the_new_label_from_the_moment_on_and_only_those_of_the_source(run: Run) -> None:
    own = own_sensors(run)
    spans = {
        (SAID_S + 1, FROM_S - 1): run.widest,
        (FROM_S + 1, BACK_S - 1): run.strict,
        (BACK_S + 1, END_S): run.widest,
    }
    for (first_s, last_s), expected in spans.items():
        found = labels_at(run, first_s, last_s)
        assert {label for name in own for label in found.get(name, ())} == {expected}, (first_s, last_s)
        assert {label for name in found.keys() - own for label in found[name]} == {run.widest}


def test_tracks_it_feeds_have_the_strictest_of_all_behind_them(run: Run) -> None:
    labels = {
        one.label_of(int(number))
        for second, one in run.told
        if isinstance(one, Tracks) and FROM_S + 3 < second < BACK_S
        for number in one.track_id
    }
    assert run.strict.releasable_to in {label.releasable_to for label in labels}
    assert max(label.classification for label in labels) == Classification.RESTRICTED


def test_how_the_source_is_is_told_to_those_who_may_see_it_then(run: Run) -> None:
    told = [
        (second, one.label) for second, one in run.told if isinstance(one, SourceHealth) and one.source == run.source
    ]
    for (first_s, last_s), marking in {(SAID_S, FROM_S): run.widest, (FROM_S + 1, BACK_S): run.strict}.items():
        labels = {label for second, label in told if first_s < second < last_s}
        assert {label.classification for label in labels} == {marking.classification}


def test_what_is_in_force_is_told_with_its_moment(run: Run) -> None:
    words = [(second, one) for second, one in run.told if isinstance(one, SourceLabel)]
    assert [(second, one.state, one.marking) for second, one in words] == [
        (SAID_S, "announced", run.strict),
        (FROM_S, "in_force", run.strict),
        (BACK_S, "announced", run.widest),
        (BACK_S, "in_force", run.widest),
    ]
    assert len({one.id for _, one in words}) == 4
    assert run.state.picture is not None
    assert run.state.picture.configuration == released()


def test_a_replay_and_runs_that_go_on_from_snapshots_are_the_same(run: Run) -> None:
    again, (last, snapshot) = State(), run.snapshots[-1]
    for envelope in run.inputs:
        if envelope.sequence <= last:
            step(again, envelope)
    assert dump_state(again, last) == snapshot
    assert len(run.snapshots) == 2
    for sequence, data in run.snapshots:
        resumed, at = load_state(data)
        assert at == sequence
        for envelope in run.inputs:
            if envelope.sequence > sequence:
                step(resumed, envelope)
        assert resumed.digest.hex() == run.digest


def test_a_label_that_waits_outlasts_a_fresh_intake_and_a_later_word_replaces_it(run: Run) -> None:
    picture = load_state(run.snapshots[0][1])[0].picture
    assert picture is not None
    picture.begin_anew("intake", START_NS)
    assert picture.intake.waiting.keys() == {run.source}
    state = State(picture=picture, time_ns=START_NS + 16 * NS_PER_S)
    later = word(16, run.source, run.strict, 30)
    step(state, record(10**6, later.time_ns, later))
    assert picture.intake.waiting[run.source].from_ns == later.from_ns


def test_no_word_makes_it_wider_than_the_configuration(run: Run) -> None:
    state = State()
    step(state, run.inputs[0])
    wide = run.widest.model_copy(update={"releasable_to": ("EST", "LVA", "POL")})
    told = step(state, record(1, START_NS + NS_PER_S, word(0, run.source, wide))).messages
    assert [(one.state, one.marking) for one in told if isinstance(one, SourceLabel)] == [
        ("announced", wide),
        ("in_force", run.widest),
    ]
    assert state.picture is not None
    assert state.picture.configuration == released()
    gone = word(1, "gone", run.strict)
    assert step(state, record(2, START_NS + 2 * NS_PER_S, gone)).messages == (gone,)


def test_a_node_that_starts_again_goes_on_with_what_was_in_force(run: Run) -> None:
    in_force = next(one for _, one in run.told if isinstance(one, SourceLabel) and one.state == "in_force")
    state = State()
    step(state, run.inputs[0])
    assert step(state, record(1, START_NS + 1, in_force)).messages == (in_force,)
    assert state.picture is not None
    labels = {one.name: one.label for one in state.picture.configuration.sources}
    assert labels[run.source] == run.strict


LABELS = st.builds(
    Label,
    classification=st.sampled_from(list(Classification)),
    releasable_to=st.sets(st.sampled_from(["EST", "LTU", "LVA", "POL"])).map(lambda one: tuple(sorted(one))),
    caveats=st.sampled_from([(), ("EXERCISE",)]),
    originator=st.sampled_from(["LTU", "POL"]),
)


@given(label=LABELS, bound=LABELS)
def test_what_is_narrowed_is_never_wider_and_what_fits_stays(label: Label, bound: Label) -> None:
    assert not is_wider(narrowed(label, bound), bound)
    assert is_wider(label, bound) or narrowed(label, bound) == label
    assert not is_wider(bound, bound)
