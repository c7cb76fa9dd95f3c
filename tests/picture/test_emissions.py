"""A seeded night in which microphones and a radio finder change what a track is held to be, through ``step``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest

from sargas.exercise.night import Night
from sargas.identification.classifier import labels_of
from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.records import Claim, Configuration
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from tests.picture.test_step import LABEL, START_NS, record, tick

NIGHT = Night.of(5, targets=20, start_time_ns=START_NS, duration_s=66.0, nations=("LTU",), listeners=True)
CUT_S = 56
"""By then microphones have been heard."""
INTRUDERS = ("gerbera", "shahed136_geran2", "an196_class")


class Run(NamedTuple):
    """The classes of each track by second, what was concluded, the state at the cut and at the end."""

    labels: dict[tuple[int, int], str]
    claims: list[Claim]
    cut: bytes
    state: State


def inputs(*, listeners: bool) -> Iterator[Envelope]:
    night = NIGHT.configuration()
    yield record(0, START_NS, Configuration(
        id="c", time_ns=START_NS, origin="n", label=LABEL, node="n", nation="LTU", exercise=True,
        origin_latitude_deg=night.origin[0], origin_longitude_deg=night.origin[1], sources=night.sources,
        sensors=night.sensors, zones=night.zones, first_track_number=500,
    ))  # fmt: skip
    sequence, next_ns = 1, START_NS + NS_PER_S
    ears = {sensor.id for sensor in night.sensors if sensor.kind in ("acoustic", "rf")}
    for datagram in NIGHT.datagrams():
        time_ns = START_NS + datagram.offset_ns
        while next_ns <= time_ns:
            yield tick(sequence, next_ns)
            sequence, next_ns = sequence + 1, next_ns + NS_PER_S
        if listeners or datagram.source not in ears:
            yield Envelope(sequence, time_ns, datagram.source, "datagram", datagram.data)
            sequence += 1


def run(*, listeners: bool) -> Run:
    state, labels, claims, cut = State(), dict[tuple[int, int], str](), list[Claim](), b""
    for envelope in inputs(listeners=listeners):
        claims += [message for message in step(state, envelope).messages if isinstance(message, Claim)]
        second = (envelope.receive_time_ns - START_NS) // NS_PER_S
        if envelope.kind == "record" and second > 0 and state.picture is not None:
            held = state.picture.appraisal
            labels |= {(int(i), second): name for i, name in zip(held.track_id, labels_of(held.classes), strict=True)}
            cut = dump_state(state, envelope.sequence) if second == CUT_S else cut
    return Run(labels, claims, cut, state)


@pytest.fixture(scope="module")
def heard() -> Run:
    return run(listeners=True)


def test_what_microphones_hear_turns_an_intruder_from_a_glider_into_a_drone(heard: Run) -> None:
    deaf = run(listeners=False)
    changed = {i for (i, t), name in heard.labels.items() if deaf.labels.get((i, t), name) != name}
    turned = {
        i for (i, t), name in heard.labels.items() if name == "one_way_drone" and deaf.labels.get((i, t)) == "glider"
    }
    assert turned
    assert heard.state.picture is not None
    tracks = heard.state.picture.tracker.report(START_NS + 66 * NS_PER_S)
    truth = NIGHT.truth(66.0)
    for number in sorted(changed):
        row = int(np.flatnonzero(tracks.track_id == number)[0])
        off = np.hypot(
            (truth.latitude_deg - tracks.latitude_deg[row]) * 111.2,
            (truth.longitude_deg - tracks.longitude_deg[row]) * 64.0,
        )
        assert truth.kind[int(off.argmin())] in (*INTRUDERS, "friendly_drone", "mavic_class")
    for number in sorted(turned):
        reasons = heard.state.picture.appraisal.reasons(number)
        assert any("piston engine heard by sim-" in reason.en for reason in reasons), reasons
    told = [c for c in heard.claims if c.about == "class" and c.track_id in turned and c.value == "one_way_drone"]
    assert any("by sim-" in why for claim in told for why in claim.evidence)


def test_a_state_cut_between_reports_goes_on_bit_by_bit(heard: Run) -> None:
    state, sequence = load_state(heard.cut)
    assert state.picture is not None
    assert any(reason for reason in map(state.picture.appraisal.reasons, _numbers(state)) if "by sim-" in str(reason))
    for envelope in inputs(listeners=True):
        if envelope.sequence > sequence:
            step(state, envelope)
    assert state.digest.hex() == heard.state.digest.hex()
    assert dump_state(state, 10**6) == dump_state(heard.state, 10**6)


def _numbers(state: State) -> list[int]:
    assert state.picture is not None
    numbers: list[int] = state.picture.appraisal.track_id.tolist()
    return numbers
