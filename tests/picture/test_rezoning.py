"""Zones drawn, changed and deleted in flight: in force from the next second, alike live, replayed and after a break."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.message import Message
from sargas.model.records import Alert, ClosureAdvice, Zone, ZoneChange
from sargas.model.tracks import TrackStatus
from sargas.picture.rezoning import rezone
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import Picture, State
from sargas.picture.step import step
from sargas.picture.tick import tick
from tests.picture.balloon_night import configuration as balloon_configuration
from tests.picture.balloon_night import inputs as balloon_inputs
from tests.picture.test_step import LABEL, START_NS, configuration, night_inputs, record

DRAWN_S, MOVED_S, DELETED_S, END_S = 40, 46, 52, 58
ZONE = "drawn"


def change(second: int, zone: Zone | None, zone_id: str = ZONE) -> ZoneChange:
    """Make what a person does ``second`` s into the night."""
    time_ns = START_NS + second * NS_PER_S + NS_PER_S // 2
    return ZoneChange(
        id=f"zone/{zone_id}/{time_ns}", time_ns=time_ns, origin="n", label=LABEL, zone_id=zone_id, zone=zone,
        state="deleted" if zone is None else "active", entered_by="jonas",
    )  # fmt: skip


def with_changes(given: list[Envelope], changes: list[ZoneChange]) -> Iterator[Envelope]:
    """Yield inputs with changes where they belong, numbered anew."""
    left, sequence = list(changes), 0
    for envelope in given:
        while left and left[0].time_ns <= envelope.receive_time_ns:
            yield record(sequence, left[0].time_ns, left.pop(0))
            sequence += 1
        yield Envelope(sequence, envelope.receive_time_ns, envelope.source, envelope.kind, envelope.data)
        sequence += 1


class Run(NamedTuple):
    """A night with changes: its inputs, what came out, the digests, a snapshot after the first and the last change."""

    inputs: list[Envelope]
    messages: list[Message]
    digest: str
    state: State
    snapshots: dict[int, bytes]
    configured: tuple[Zone, ...]
    causes: dict[int, set[str]]
    """Zones that the rules see a cause in, by the second of the night."""


def around_a_dark_track(state: State) -> Zone:
    """Draw a protected zone around the first confirmed track without an address."""
    assert state.picture is not None
    tracks = state.picture.tracker.report(state.time_ns)
    row = int(np.flatnonzero((tracks.status == TrackStatus.CONFIRMED) & (tracks.icao_address < 0))[0])
    centre = (float(tracks.longitude_deg[row]), float(tracks.latitude_deg[row]))
    return Zone(id=ZONE, name="Drawn", kind="protected", centre=centre, radius_m=6000.0)


@pytest.fixture(scope="module")
def run() -> Run:
    given = [envelope for envelope in night_inputs() if envelope.receive_time_ns <= START_NS + END_S * NS_PER_S]
    state, messages, snapshots, causes = State(), list[Message](), dict[int, bytes](), dict[int, set[str]]()

    def go(envelope: Envelope) -> None:
        messages.extend(step(state, envelope).messages)
        if state.picture is not None and b'"tick"' in envelope.data:
            second = (envelope.receive_time_ns - START_NS) // NS_PER_S
            causes[second] = {cause.zone_id for cause in state.picture.zones.active()}

    earlier = [envelope for envelope in given if envelope.receive_time_ns < START_NS + DRAWN_S * NS_PER_S]
    for envelope in earlier:
        go(envelope)
    zone = around_a_dark_track(state)
    border = next(one for one in configuration().zones if one.kind == "border")
    changes = [
        change(DRAWN_S, zone),
        change(DRAWN_S + 4, border.model_copy(update={"name": "Siena"}), border.id),
        change(MOVED_S, zone.model_copy(update={"name": "Moved", "value": 5.0})),
        change(DELETED_S, None),
    ]
    parts = list(with_changes(given, changes))
    assert parts[: len(earlier)] == earlier
    for envelope in parts[len(earlier) :]:
        go(envelope)
        if envelope.receive_time_ns in (changes[0].time_ns, changes[-1].time_ns) and b'"zone_change"' in envelope.data:
            snapshots[envelope.sequence] = dump_state(state, envelope.sequence)
    return Run(parts, messages, state.digest.hex(), state, snapshots, configuration().zones, causes)


def test_a_drawn_zone_counts_from_the_next_second_and_a_deleted_one_no_more(run: Run) -> None:
    seen = {second for second, zones in run.causes.items() if ZONE in zones}
    assert set(range(DRAWN_S + 2, DELETED_S + 1)) <= seen
    assert min(seen) > DRAWN_S
    assert max(seen) <= DELETED_S + 1


def test_the_change_is_told_and_the_zones_are_those_of_before_with_it(run: Run) -> None:
    changes = [message for message in run.messages if isinstance(message, ZoneChange)]
    assert [(one.zone_id, one.state) for one in changes if one.zone_id == ZONE] == [
        (ZONE, "active"), (ZONE, "active"), (ZONE, "deleted"),
    ]  # fmt: skip
    picture = run.state.picture
    assert picture is not None
    assert [zone.id for zone in picture.configuration.zones] == [zone.id for zone in run.configured]
    renamed = {zone.name for zone in picture.configuration.zones} - {zone.name for zone in run.configured}
    assert renamed == {"Siena"}


def test_what_stands_in_other_zones_goes_on_and_so_do_warnings(run: Run) -> None:
    drawn, renamed, *_ = (envelope.sequence for envelope in run.inputs if b'"zone_change"' in envelope.data)
    state, _ = load_state(run.snapshots[drawn])
    for envelope in run.inputs[drawn + 1 : renamed]:
        step(state, envelope)
    assert state.picture is not None
    standing, drafts = state.picture.zones.active(), state.picture.outlook.warnings.to_lists()
    assert {cause.zone_id for cause in standing} == {ZONE}
    assert drafts
    step(state, run.inputs[renamed])
    assert state.picture.zones.active() == standing
    assert state.picture.outlook.warnings.to_lists() == drafts


def test_with_the_last_zone_its_alerts_and_warnings_end(run: Run) -> None:
    drawn, *_, deleted = (envelope.sequence for envelope in run.inputs if b'"zone_change"' in envelope.data)
    state, _ = load_state(run.snapshots[drawn])
    for envelope in run.inputs[drawn + 1 : deleted]:
        step(state, envelope)
    picture = state.picture
    assert picture is not None
    standing = {alert.alert_id for alert in picture.alerting.active()}
    assert standing
    assert picture.outlook.warnings.courses
    for zone in picture.configuration.zones:
        rezone(picture, change(1, None, zone.id))
    told = tick(picture, state.time_ns + NS_PER_S)[0]
    ended = {message.alert_id for message in told if isinstance(message, Alert) and message.state == "ended"}
    assert (ended, picture.alerting.active()) == (standing, ())
    for second in range(2, 63):
        tick(picture, state.time_ns + second * NS_PER_S)
    assert not picture.outlook.warnings.courses


def test_a_replay_of_the_journal_gives_the_same_digest(run: Run) -> None:
    again = State()
    for envelope in run.inputs:
        step(again, envelope)
    assert again.digest.hex() == run.digest
    assert dump_state(again, 1) == dump_state(run.state, 1)


def test_a_run_from_a_snapshot_after_a_change_is_the_run_without_a_break(run: Run) -> None:
    assert len(run.snapshots) == 2
    for sequence, snapshot in run.snapshots.items():
        state, last = load_state(snapshot)
        assert last == sequence
        for envelope in run.inputs[sequence + 1 :]:
            step(state, envelope)
        assert state.digest.hex() == run.digest, sequence
        assert dump_state(state, 1) == dump_state(run.state, 1)


def test_airports_keep_their_closures_when_zones_beside_them_change() -> None:
    state = State()
    for envelope in balloon_inputs(240):
        step(state, envelope)
    picture = state.picture
    assert picture is not None
    airports = picture.drifting.airports
    closures, shares, drifters = list(airports.closures), dict(airports.shares), picture.drifting.drifters
    assert shares
    places = {zone.id: k for k, zone in enumerate(airports.zones)}
    origin = (picture.configuration.origin_longitude_deg, picture.configuration.origin_latitude_deg)
    fresh = Zone(id="a-new", name="New", kind="protected", closes=True, centre=origin, radius_m=4000.0)
    rezone(picture, change(1, fresh, "a-new"))
    after = picture.drifting.airports
    assert picture.drifting.drifters is drifters
    for zone_id, k in places.items():
        at = [zone.id for zone in after.zones].index(zone_id)
        assert after.closures[at] == closures[k]
        assert all(after.shares[track_id][at] is own[k] for track_id, own in shares.items())
    new = [zone.id for zone in after.zones].index("a-new")
    assert after.closures[new].state == "open"
    assert all(not own[new].inside.any() for own in after.shares.values())
    rezone(picture, change(2, None, "a-new"))
    assert picture.drifting.airports.closures == closures


def test_the_closure_of_an_airport_that_is_deleted_ends_and_one_that_comes_back_has_the_next_number() -> None:
    state = State()
    for envelope in balloon_inputs(240):
        step(state, envelope)
    picture = state.picture
    assert picture is not None
    (airport,) = picture.configuration.zones
    assert picture.drifting.airports.advice[airport.id].state == "close"
    rezone(picture, change(1, None, airport.id))
    told = tick(picture, state.time_ns + NS_PER_S)[0]
    (ended,) = (message for message in told if isinstance(message, ClosureAdvice))
    assert (ended.state, ended.advice_id) == ("called_off", f"n/closure/{airport.id}/1")
    assert [text.headline for text in ended.texts] == [
        "EXERCISE. Vilnius: advice ends", "PRATYBOS. Vilnius: patarimai nebeteikiami"
    ]  # fmt: skip
    assert not [m for m in tick(picture, state.time_ns + 2 * NS_PER_S)[0] if isinstance(m, ClosureAdvice)]
    rezone(picture, change(3, airport, airport.id))
    assert [closure.number for closure in picture.drifting.airports.closures] == [1]


def test_a_zone_outside_the_region_changes_nothing() -> None:
    picture = Picture.of(balloon_configuration())
    before = (picture.configuration, picture.zones, picture.outlook, picture.drifting)
    far = Zone(id="far", name="Far", kind="protected", centre=(-65.0, 10.0), radius_m=1000.0)
    with pytest.raises(ValueError, match="far"):
        rezone(picture, change(1, far, "far"))
    assert (picture.configuration, picture.zones, picture.outlook, picture.drifting) == before
