"""One envelope in, what follows from it out: the core over real ASTERIX bytes of a simulated night."""

import json
from collections.abc import Iterator
from functools import cache

import pytest

from sargas.exercise.night import Night
from sargas.formats.asterix import encode_service_message, encode_target_reports
from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.label import Label
from sargas.model.message import Message
from sargas.model.plots import Plots
from sargas.model.records import (
    Alert,
    Configuration,
    Decision,
    Record,
    Sensor,
    SensorStatus,
    Source,
    SourceHealth,
    Tick,
)
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.intake import Intake
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import Outputs, step

START_NS = 1_790_020_800 * NS_PER_S
LABEL = Label(originator="LTU", caveats=("EXERCISE",))
NIGHT = Night.of(5, targets=36, start_time_ns=START_NS, duration_s=74.0, nations=("LTU",))


def configuration() -> Configuration:
    night = NIGHT.configuration()
    return Configuration(
        id="c", time_ns=START_NS, origin="n", label=LABEL, node="n", nation="LTU", exercise=True,
        origin_latitude_deg=night.origin[0], origin_longitude_deg=night.origin[1], sources=night.sources,
        sensors=night.sensors, zones=night.zones, first_track_number=500,
    )  # fmt: skip


def record(sequence: int, time_ns: int, value: Record) -> Envelope:
    return Envelope(sequence, time_ns, "n", "record", value.model_dump_json().encode())


def tick(sequence: int, time_ns: int) -> Envelope:
    return record(sequence, time_ns, Tick(id=f"t{time_ns}", time_ns=time_ns, origin="n", label=LABEL))


@cache
def night_inputs() -> tuple[Envelope, ...]:
    """Make the night once; all who ask fly the same."""
    return tuple(_night_inputs())


def _night_inputs() -> Iterator[Envelope]:
    yield record(0, START_NS, configuration())
    sequence, next_ns = 1, START_NS + NS_PER_S
    for datagram in NIGHT.datagrams():
        time_ns = START_NS + datagram.offset_ns
        while next_ns <= time_ns:
            yield tick(sequence, next_ns)
            sequence, next_ns = sequence + 1, next_ns + NS_PER_S
        yield Envelope(sequence, time_ns, datagram.source, "datagram", datagram.data)
        sequence += 1


@cache
def whole_night() -> tuple[bytes, tuple[Outputs, ...]]:
    """Step through the night once; return its state and what came out of each input."""
    state = State()
    outputs = tuple(step(state, envelope) for envelope in night_inputs())
    return dump_state(state, night_inputs()[-1].sequence), outputs


@pytest.fixture(scope="module")
def night() -> tuple[State, list[Message]]:
    snapshot, outputs = whole_night()
    return load_state(snapshot)[0], [message for output in outputs for message in output.messages]


def test_a_night_gives_plots_tracks_statuses_alerts_and_health(night: tuple[State, list[Message]]) -> None:
    kinds = {type(message) for message in night[1]}
    assert kinds >= {Configuration, Plots, Tracks, SensorStatus, SourceHealth, Alert}


def test_confirmed_tracks_are_where_objects_are(night: tuple[State, list[Message]]) -> None:
    state = night[0]
    assert state.picture is not None
    tracks = state.picture.tracker.report(START_NS + 60 * NS_PER_S)
    truth = NIGHT.truth(60.0)
    near = 0
    for lat, lon in zip(tracks.latitude_deg, tracks.longitude_deg, strict=True):
        north_m, east_m = (truth.latitude_deg - lat) * 111_200, (truth.longitude_deg - lon) * 63_000
        near += bool(((north_m**2 + east_m**2) ** 0.5 < 3000.0).any())
    assert len(tracks) >= 20
    assert near >= 0.9 * len(tracks)


def test_track_numbers_start_where_the_configuration_says(night: tuple[State, list[Message]]) -> None:
    numbers = [int(t.track_id.min()) for t in night[1] if isinstance(t, Tracks) and len(t)]
    assert min(numbers) >= 500


def test_labels_are_inherited_from_the_sources(night: tuple[State, list[Message]]) -> None:
    for message in night[1]:
        if isinstance(message, Plots | Tracks | Alert):
            assert "EXERCISE" in message.label.caveats


def test_the_same_inputs_give_the_same_digest_and_other_inputs_another(night: tuple[State, list[Message]]) -> None:
    again = State()
    for envelope in night_inputs():
        step(again, envelope)
    assert again.digest.hex() == night[0].digest.hex()
    step(again, tick(10**6, START_NS + 75 * NS_PER_S))
    assert again.digest.hex() != night[0].digest.hex()


def test_an_intruder_is_alerted_within_ten_seconds_of_its_crossing(night: tuple[State, list[Message]]) -> None:
    crossings = [c for c in NIGHT.intruder_crossings(until_s=62.0) if c.nation == "LTU"]
    assert crossings
    raised = [m.raised_ns for m in night[1] if isinstance(m, Alert) and m.tier == "critical" and m.rule == "zone_entry"]
    for crossing in crossings:
        assert any(crossing.time_ns - 5 * NS_PER_S <= t <= crossing.time_ns + 10 * NS_PER_S for t in raised)


def test_an_acknowledgement_changes_its_alert_only(night: tuple[State, list[Message]]) -> None:
    state = State()
    alerts: dict[str, Alert] = {}
    for envelope in night_inputs():
        for message in step(state, envelope).messages:
            if isinstance(message, Alert):
                alerts[message.alert_id] = message
        if any(alert.state == "raised" for alert in alerts.values()):
            break
    chosen = next(alert for alert in alerts.values() if alert.state == "raised")
    decision = Decision(
        id="d", time_ns=state.time_ns, origin="anna", label=LABEL, actor="anna", action="acknowledge",
        subject=chosen.alert_id,
    )  # fmt: skip
    out = step(state, record(10**6, state.time_ns, decision)).messages
    changed = [m for m in out if isinstance(m, Alert)]
    assert [(a.alert_id, a.state, a.acknowledged_by) for a in changed] == [(chosen.alert_id, "acknowledged", "anna")]
    assert decision in out


def test_the_configured_place_of_a_radar_counts_before_its_own_word() -> None:
    state, settings = State(), configuration()
    sensors = (
        Sensor(id="told", kind="radar-3d", sac=9, sic=1, latitude_deg=55.0, longitude_deg=24.0, height_m=80.0),
        Sensor(id="untold", kind="radar-3d", sac=9, sic=2),
    )
    sources = (Source(name="feed", format="asterix", label=LABEL),)
    step(state, record(0, START_NS, settings.model_copy(update={"sensors": sensors, "sources": sources})))
    for k, sic in enumerate((1, 2)):
        block = encode_service_message(9, sic, message="north", time_of_day_s=57_600.0, position=(55.5, 24.5, 100.0))
        step(state, Envelope(1 + k, START_NS + k, "feed", "datagram", block))
    assert state.picture is not None
    places = {one.id: (one.latitude_deg, one.height_m) for one in state.picture.tracker.sites.sensors}
    assert places["told"] == (55.0, 80.0)
    assert places["untold"] == (pytest.approx(55.5, abs=1e-4), 100.0)


def test_a_datagram_before_any_configuration_is_refused_by_sequence() -> None:
    with pytest.raises(ValueError, match="envelope 7: expected a configuration first"):
        step(State(), Envelope(7, START_NS, "riga", "datagram", b"\x30"))
    with pytest.raises(ValueError, match="was a tick"):
        step(State(), tick(0, START_NS))


def test_an_output_cannot_come_in_as_an_input() -> None:
    state = State()
    step(state, record(0, START_NS, configuration()))
    status = SensorStatus(id="s", time_ns=START_NS, origin="n", label=LABEL, sensor_id="x", report="north")
    with pytest.raises(ValueError, match="cannot come in"):
        step(state, record(1, START_NS, status))


def test_an_unknown_source_is_quarantined_by_name_and_the_picture_goes_on() -> None:
    state = State()
    step(state, record(0, START_NS, configuration()))
    assert step(state, Envelope(1, START_NS, "stranger", "datagram", b"\x30\x00\x04\x00")).messages == ()
    health = [m for m in step(state, tick(2, START_NS + NS_PER_S)).messages if isinstance(m, SourceHealth)]
    strange = [h for h in health if h.source == "stranger"]
    assert strange[0].state == "quarantined"
    assert "[[source]]" in strange[0].reason


def test_a_feed_failure_reaches_the_health_of_its_source() -> None:
    state = State()
    step(state, record(0, START_NS, configuration()))
    name = NIGHT.configuration().sources[0].name
    feed = SourceHealth(
        id="f", time_ns=START_NS, origin="n", label=LABEL, source=name, state="failed", reason="ConnectionRefusedError"
    )
    assert step(state, record(1, START_NS, feed)).messages == ()
    health = {m.source: m for m in step(state, tick(2, START_NS + NS_PER_S)).messages if isinstance(m, SourceHealth)}
    assert (health[name].state, health[name].reason) == ("failed", "ConnectionRefusedError")


def test_a_clock_that_is_corrected_as_advised_is_off_no_more() -> None:
    own = configuration()
    name = own.sources[0].name
    told_s = list[float]()
    for correction_s in (0.0, -1200.0):
        sources = tuple(one.model_copy(update={"clock_correction_s": correction_s}) for one in own.sources)
        intake = Intake(own.model_copy(update={"sources": sources}))
        for envelope in night_inputs():
            if envelope.source == name:
                intake.decode(name, envelope.receive_time_ns - 1200 * NS_PER_S, envelope.data)
        offset_s = intake.clock_offset_s(name)
        assert offset_s is not None
        told_s.append(offset_s)
    assert told_s[0] < -1190.0
    assert abs(told_s[1]) < 3.0


def aircraft_seen(second: int, off_s: float) -> Envelope:
    """Make what a receiver says of one aircraft, its clock off."""
    time_ns = START_NS + second * NS_PER_S
    flown = {"hex": "4ca7b4", "lat": 55.0, "lon": 24.0 + second * 0.003, "seen_pos": 0.5, "gs": 372.0, "track": 90.0}
    document = {"now": time_ns / NS_PER_S + off_s, "aircraft": [flown]}
    return Envelope(1 + 2 * second, time_ns, "receiver", "datagram", json.dumps(document).encode())


@pytest.mark.parametrize(
    ("off_s", "told"), [(0.0, ""), (-12.0, ""), (10_800.0, "were ahead of it"), (-10_800.0, "were behind it")]
)
def test_a_receiver_whose_stamps_nothing_takes_is_not_told_as_well(off_s: float, told: str) -> None:
    sources = (Source(name="receiver", format="readsb"),)
    state = State()
    step(state, record(0, START_NS, configuration().model_copy(update={"sources": sources})))
    healths = list[SourceHealth]()
    for second in range(1, 20):
        step(state, aircraft_seen(second, off_s))
        outputs = step(state, tick(2 + 2 * second, START_NS + second * NS_PER_S + NS_PER_S // 2))
        healths += [message for message in outputs.messages if isinstance(message, SourceHealth)]
    assert state.picture is not None
    assert healths[-1].state == ("degraded" if told else "ok")
    assert told in healths[-1].reason
    assert bool(state.picture.tracker.counts["ahead"]) == (off_s > 0.0)


def test_a_duplicate_over_two_sources_is_taken_once() -> None:
    import numpy as np

    state = State()
    settings = configuration()
    first = settings.sources[0]
    step(state, record(0, START_NS, settings.model_copy(update={"sources": (
        first.model_copy(update={"name": "path-a"}), first.model_copy(update={"name": "path-b"}))})))  # fmt: skip
    sensor = next(s for s in settings.sensors if s.sac is not None and s.kind.startswith("radar"))
    assert sensor.sac is not None
    assert sensor.sic is not None
    data = encode_target_reports(
        sensor.sac, sensor.sic, time_of_day_s=np.array([(START_NS / NS_PER_S) % 86400]), range_m=np.array([40e3]),
        azimuth_deg=np.array([90.0]), simulated=True,
    )[0]  # fmt: skip
    both = [
        step(state, Envelope(i, START_NS, path, "datagram", data)).messages
        for i, path in ((1, "path-a"), (2, "path-b"))
    ]
    assert sum(len(m) for m in both[0] if isinstance(m, Plots)) == 1
    assert not [m for m in both[1] if isinstance(m, Plots)]
    health = {m.source: m for m in step(state, tick(3, START_NS + NS_PER_S)).messages if isinstance(m, SourceHealth)}
    assert health["path-b"].duplicates == 1


def test_tracks_of_lost_objects_are_dropped_by_ticks_alone(night: tuple[State, list[Message]]) -> None:
    state = State()
    for envelope in night_inputs():
        if envelope.receive_time_ns > START_NS + 30 * NS_PER_S:
            break
        step(state, envelope)
    ended: set[int] = set()
    for s in range(31, 200):
        for message in step(state, tick(10**6 + s, START_NS + s * NS_PER_S)).messages:
            if isinstance(message, Tracks):
                ended.update(message.track_id[message.status == TrackStatus.DROPPED].tolist())
    assert ended
    assert state.picture is not None
    assert len(state.picture.tracker.report(START_NS + 200 * NS_PER_S)) == 0
