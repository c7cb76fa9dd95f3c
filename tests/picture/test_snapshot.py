"""A state that was written and read goes on bit by bit: the same outputs, digests and later snapshots."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.message import Message
from sargas.model.parts import Part
from sargas.model.records import Alert, SourceHealth, TrackEvent
from sargas.model.tracks import Tracks
from sargas.picture.partner_tracks import FIRST_NUMBER
from sargas.picture.snapshot import MARK, dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from tests.picture.aircraft import LABEL, START_S, describe
from tests.picture.test_partners_in_step import PARTNER, SECOND, SECOND_SYSTEM, SYSTEM, partner
from tests.picture.test_step import configuration, night_inputs, record

CUTS = (0.3, 0.7)


def inputs() -> Iterator[Envelope]:
    """Yield a night of radars with two partners and a receiver: a group, an object of all, two of partners alone."""
    night, second = list(night_inputs()), 0
    settings = configuration()
    receiver = PARTNER.model_copy(
        update={"name": "receiver", "format": "readsb", "editions": {}, "sensor_id": "adsb", "label": LABEL}
    )
    sources = (*settings.sources, PARTNER, SECOND, receiver)
    sensors = (*settings.sensors, SYSTEM, SECOND_SYSTEM)
    first = settings.model_copy(update={"sources": sources, "sensors": sensors})
    parts = [record(0, night[0].receive_time_ns, first)]
    for envelope in night[1:]:
        while envelope.receive_time_ns >= (START_S + second + 1) * NS_PER_S:
            second += 1
            parts += [Envelope(0, envelope.receive_time_ns, *rest) for rest in others(second)]
        parts.append(envelope)
    for sequence, envelope in enumerate(parts):
        yield Envelope(sequence, envelope.receive_time_ns, envelope.source, envelope.kind, envelope.data)


def others(s: int) -> Iterator[tuple[str, str, bytes]]:
    north = 100.0 * s
    aircraft = [describe("4ca001", 0.0, north, 0.0, 100.0, 9), describe("4ca002", 200.0, north, 0.0, 100.0, 9)]
    yield "receiver", "datagram", json.dumps({"now": START_S + s, "aircraft": aircraft}).encode()
    for data in partner(START_S + s, (40.0, north, 0.0, 100.0), (30_000.0, north, 0.0, 100.0)):
        yield "riga", "datagram", data
    if s < 40:
        for data in partner(START_S + s, (30_060.0, north, 0.0, 100.0), (-20_000.0, north, 0.0, 90.0), sac=26, sic=8):
            yield "tallinn", "datagram", data
    if s % 7 == 0:
        yield "tallinn", "datagram", b"\x3e\x00\x05\xff\xff"


class Run(NamedTuple):
    """An uninterrupted run: its inputs, what came out, the digest after each input and snapshots on the way."""

    inputs: list[Envelope]
    messages: list[Message]
    digests: list[str]
    snapshots: dict[int, bytes]
    state: State


@pytest.fixture(scope="module")
def run() -> Run:
    given, state, snapshots = list(inputs()), State(), dict[int, bytes]()
    messages, digests = list[Message](), list[str]()
    cuts = {int(share * len(given)) + k for share in CUTS for k in range(2)}
    for envelope in given:
        messages += step(state, envelope).messages
        digests.append(state.digest.hex())
        if envelope.sequence in cuts:
            snapshots[envelope.sequence] = dump_state(state, envelope.sequence)
    return Run(given, messages, digests, snapshots, state)


def test_the_scene_has_something_of_everything(run: Run) -> None:
    events = {m.event for m in run.messages if isinstance(m, TrackEvent)}
    assert {"correlated", "group_formed"} <= events
    assert [m for m in run.messages if isinstance(m, Alert)]
    numbers = {int(n) for m in run.messages if isinstance(m, Tracks) for n in m.track_id}
    assert {n for n in numbers if n >= FIRST_NUMBER}
    assert any(m.rejected for m in run.messages if isinstance(m, SourceHealth))
    assert any(m.duplicates for m in run.messages if isinstance(m, SourceHealth))
    picture = run.state.picture
    assert picture is not None
    assert len(picture.fused.between.of_sender)
    assert picture.tracker.counts["used"] > 1000
    assert len(picture.zones.snapshot()) > 1000


@pytest.mark.parametrize("share", CUTS)
@pytest.mark.parametrize("later", [0, 1])
def test_a_run_with_a_break_is_the_run_without(run: Run, share: float, later: int) -> None:
    cut = int(share * len(run.inputs)) + later
    state, sequence = load_state(run.snapshots[cut])
    assert (sequence, state.digest.hex(), state.time_ns) == (cut, run.digests[cut], run.inputs[cut].receive_time_ns)
    assert dump_state(state, cut) == run.snapshots[cut]
    for envelope in run.inputs[cut + 1 :]:
        step(state, envelope)
        assert state.digest.hex() == run.digests[envelope.sequence], envelope
        if envelope.sequence in run.snapshots:
            assert dump_state(state, envelope.sequence) == run.snapshots[envelope.sequence]
    last = run.inputs[-1].sequence
    assert dump_state(state, last) == dump_state(run.state, last)


@pytest.mark.parametrize("name", ["intake", "health", "tracker", "groups", "fused", "zones", "touched", "integrity"])
def test_every_part_matters(run: Run, name: str) -> None:
    """A part left as it is at the start makes another run of it: so the test above would see it missing."""
    cut = max(run.snapshots)
    state, _ = load_state(run.snapshots[cut])
    fresh, _ = load_state(dump_state(first_state(run), 0))
    assert state.picture is not None
    assert fresh.picture is not None
    whole: Part = getattr(state.picture, name)
    empty: Part = getattr(fresh.picture, name)
    assert empty.snapshot() != whole.snapshot()
    empty.restore(whole.snapshot())
    assert empty.snapshot() == whole.snapshot()


def first_state(run: Run) -> State:
    state = State()
    step(state, run.inputs[0])
    return state


def test_a_state_before_the_first_configuration_is_one_too() -> None:
    state, sequence = load_state(dump_state(State(time_ns=5), -1))
    assert (state.picture, state.time_ns, sequence, state.digest.hex()) == (None, 5, -1, "")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"something else",
        lambda data: data.replace(MARK, b"SARGAS-PICTURE-0\n"),
        lambda data: data[: len(MARK)],
        lambda data: data[:-40],
        lambda data: data[: len(data) // 2],
        lambda data: data + b"x",
    ],
)
def test_bytes_that_are_no_snapshot_are_refused(run: Run, damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ValueError, match=r"snapshot|array|shape|bytes|magic"):
        load_state(damage(next(iter(run.snapshots.values()))))


def test_a_snapshot_is_small(run: Run) -> None:
    """A node may write one a minute: 10 MB at most for a night of 60 objects, nearly all of it memory of duplicates."""
    assert max(len(data) for data in run.snapshots.values()) < 10_000_000
