"""A node with two radars and an ADS-B receiver: who lies about its place is named, and moves no radar track."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sargas.formats.plots import encode_plots
from sargas.identification.residuals import Disagreement
from sargas.model.envelope import Envelope
from sargas.model.label import Classification, Label
from sargas.model.message import Message
from sargas.model.plots import Plots
from sargas.model.records import Configuration, GnssInterference, Sensor, Source, Tick
from sargas.picture.integrity_records import IntegrityRecords
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from tests.sensors.test_registration import crowd
from tests.tracking.scene import EPOCH_NS, FRAME, LABEL, ORIGIN, at_ns, radar, see, states

RADARS = [
    radar("kaunas", 55.6, 23.2, scan_period_s=4.0, clutter_per_scan=0.1),
    radar("riga", 56.4, 23.3, scan_period_s=4.0, clutter_per_scan=0.1),
]
RECEIVER = Sensor(id="adsb", kind="ads-b")
FLIGHTS = crowd(np.random.default_rng(7), 12)
ADDRESSES = np.arange(0x4CA000, 0x4CA000 + len(FLIGHTS))
LIAR = 3
LIES_FROM = 60
Claim = Callable[[int, np.ndarray], np.ndarray]
"""From second and true places (n, 3) in the region frame to those claimed."""


def honest(second: int, places: np.ndarray) -> np.ndarray:
    return places


def dragged(second: int, places: np.ndarray) -> np.ndarray:
    places[LIAR, 0] += 60.0 * max(second - LIES_FROM, 0)
    return places


def jumped(second: int, places: np.ndarray) -> np.ndarray:
    if second >= LIES_FROM:
        places[LIAR, :2] += (150e3, -90e3)
    return places


def claims(second: int, claim: Claim, nic: int) -> Plots:
    """Return what all aircraft say of themselves."""
    rng = np.random.default_rng(second)
    states_now = np.array([flight.at(float(second)) for flight in FLIGHTS])
    places = claim(second, states_now[:, :3].copy()) + rng.normal(0.0, 10.0, (len(FLIGHTS), 3))
    latitude, longitude, altitude = FRAME.geodetic_from_enu(places)
    nics = np.full(len(FLIGHTS), 8)
    nics[LIAR] = nic
    time_ns = np.full(len(FLIGHTS), at_ns(second))
    return Plots.of(
        time_ns=time_ns, receive_time_ns=time_ns + 10**8, sensor_ids=("adsb",), label=LABEL, icao_address=ADDRESSES,
        latitude_deg=latitude, longitude_deg=longitude, altitude_m=altitude, velocity_east_mps=states_now[:, 3],
        velocity_north_mps=states_now[:, 4], nic=nics, nac_p=np.full(len(FLIGHTS), 9), sil=np.full(len(FLIGHTS), 3),
    )  # fmt: skip


def put(state: State, messages: list[Message], time_ns: int, source: str, data: bytes) -> None:
    kind = "record" if source == "n" else "datagram"
    messages.extend(step(state, Envelope(len(messages), time_ns, source, kind, data)).messages)  # type: ignore[arg-type]


def fly(
    claim: Claim = honest,
    *,
    seconds: int = 200,
    nic: int = 8,
    off_deg: float = 0.0,
    is_named: bool = True,
    is_seen: bool = True,
) -> tuple[State, list[Message]]:
    """Step a picture as a node does; ``off_deg`` turns one radar, ``is_named`` False makes both primary radars.

    ``is_seen`` False: no radar sees the one that lies.
    """
    seen = [k for k in range(len(FLIGHTS)) if is_seen or k != LIAR]
    rng, state, messages = np.random.default_rng(2), State(), list[Message]()
    configuration = Configuration(
        id="c", time_ns=EPOCH_NS, origin="n", label=LABEL, node="n", nation="LTU", origin_latitude_deg=ORIGIN[0],
        origin_longitude_deg=ORIGIN[1], sensors=(*RADARS, RECEIVER),
        sources=tuple(Source(name=name, format="plots", label=LABEL) for name in ("kaunas", "riga", "adsb")),
    )  # fmt: skip
    put(state, messages, EPOCH_NS, "n", configuration.model_dump_json().encode())
    for second in range(seconds):
        put(state, messages, at_ns(second + 0.1), "adsb", encode_plots(claims(second, claim, nic)))
        for k, sensor in enumerate(RADARS):
            if second % 4 == k:
                names = {"icao_address": ADDRESSES[seen]} if is_named else {}
                plots = see(sensor, [FLIGHTS[k] for k in seen], second + 0.3, second, rng, **names)
                if sensor.id == "riga":
                    plots.azimuth_deg[:] = (plots.azimuth_deg + off_deg) % 360.0
                put(state, messages, at_ns(second + 0.4), sensor.id, encode_plots(plots))
        tick = Tick(id=f"t{second}", time_ns=at_ns(second + 1), origin="n", label=LABEL)
        put(state, messages, at_ns(second + 1), "n", tick.model_dump_json().encode())
    return state, messages


def told(messages: list[Message]) -> list[GnssInterference]:
    return [m for m in messages if isinstance(m, GnssInterference) and m.icao_address is not None]


def nearest_m(state: State, second: float, flight: int = LIAR) -> float:
    """Return how far the nearest track is from where an aircraft truly is."""
    assert state.picture is not None
    found = states(state.picture.tracker.report(at_ns(second)))[:, :2]
    return float(np.linalg.norm(found - FLIGHTS[flight].at(second)[:2], axis=1).min())


def test_aircraft_that_tell_the_truth_are_not_doubted() -> None:
    _, messages = fly()
    assert told(messages) == []


def test_a_place_dragged_away_is_told_as_disagreement_and_moves_no_track() -> None:
    state, messages = fly(dragged)
    events = told(messages)
    begun = events[0]
    assert (begun.cause, begun.state, begun.icao_address) == ("disagreement", "begun", f"{ADDRESSES[LIAR]:06x}")
    assert {event.icao_address for event in events} == {begun.icao_address}
    assert LIES_FROM < (begun.time_ns - EPOCH_NS) / 1e9 <= LIES_FROM + 40
    assert len(begun.track_ids) >= 1
    assert "km from where it says" in begun.reason
    assert nearest_m(state, 200.0) < 150.0


def test_a_disagreement_that_names_a_hidden_radar_is_for_those_who_may_know_of_it() -> None:
    state, _ = fly(seconds=1)
    assert state.picture is not None
    records, none = IntegrityRecords(state.picture.configuration), state.picture.tracker.report(at_ns(1.0)).take([])
    secret = Label(classification=Classification.SECRET)
    apart = [Disagreement(ADDRESSES[k], name, at_ns(0.0), at_ns(1.0), None, 9e3, 9.0) for k, name in enumerate("ab")]
    label_of = {"a": secret, "b": LABEL}.__getitem__
    hidden, open_to_all = records.of_aircraft([], apart, none, at_ns(1.0), LABEL, label_of)
    assert (hidden.label.classification, open_to_all.label) == (Classification.SECRET, LABEL)


@pytest.fixture(scope="module")
def jump() -> tuple[State, list[Message]]:
    """Two minutes, one of them with a place that jumped; to look at."""
    return fly(jumped, seconds=120)


def test_a_jump_is_told_as_spoofing_within_a_few_reports(jump: tuple[State, list[Message]]) -> None:
    state, messages = jump
    spoofed = [event for event in told(messages) if event.cause == "spoofing"]
    assert [event.icao_address for event in spoofed if event.state == "begun"] == [f"{ADDRESSES[LIAR]:06x}"]
    assert (spoofed[0].time_ns - EPOCH_NS) / 1e9 <= LIES_FROM + 5
    assert nearest_m(state, 120.0) < 150.0


def test_a_watch_that_begins_anew_ends_what_it_had_told_and_nobody_is_doubted_for_it(
    jump: tuple[State, list[Message]],
) -> None:
    messages, picture = jump[1], load_state(dump_state(jump[0], 1))[0].picture
    assert picture is not None
    standing = {event.event_id for event in told(messages) if event.state != "ended"}
    standing -= {event.event_id for event in told(messages) if event.state == "ended"}
    assert standing
    picture.begin_anew("integrity", at_ns(121.0))
    ended = [m for m in picture.take_ended() if isinstance(m, GnssInterference)]
    assert {event.event_id for event in ended if event.icao_address is not None} == standing
    assert {(event.state, event.end_ns) for event in ended} == {("ended", at_ns(121.0))}
    assert ended[0].reason.startswith("the watch over satellite navigation begins anew")
    assert picture.cooperation._spoofed == {}
    tracks, label_of = picture.tracker.report(at_ns(122.0)), picture.health.label_of_sensor
    assert picture.integrity.tick(at_ns(122.0), tracks, picture.tracker, label_of) == ()


def test_what_no_radar_sees_is_still_drawn_where_it_says() -> None:
    state, messages = fly(jumped, seconds=120, is_seen=False)
    assert any(event.cause == "spoofing" for event in told(messages))
    assert state.picture is not None
    tracks = state.picture.tracker.report(at_ns(120.0))
    claimed = FLIGHTS[LIAR].at(120.0)[:2] + np.array([150e3, -90e3])
    assert np.linalg.norm(states(tracks)[:, :2] - claimed, axis=1).min() < 500.0


def test_a_primary_radar_keeps_its_track_of_one_that_jumps() -> None:
    state, messages = fly(jumped, seconds=120, is_named=False)
    assert {event.cause for event in told(messages)} == {"spoofing"}
    assert nearest_m(state, 120.0) < 200.0


def test_a_claim_beside_the_track_of_a_primary_radar_is_told_as_disagreement() -> None:
    def beside(second: int, places: np.ndarray) -> np.ndarray:
        places[LIAR, 1] -= 8e3
        return places

    state, messages = fly(beside, seconds=120, is_named=False)
    begun = [event for event in told(messages) if event.state == "begun"]
    assert [(event.cause, event.icao_address) for event in begun] == [("disagreement", f"{ADDRESSES[LIAR]:06x}")]
    assert len(begun[0].track_ids) == 2
    assert "flies alike" in begun[0].reason
    data = dump_state(state, 1)
    assert dump_state(load_state(data)[0], 1) == data


def test_a_claim_without_a_limit_of_its_error_is_not_fused_with_a_radar_track() -> None:
    state, _ = fly(nic=0, seconds=40)
    assert state.picture is not None
    tracks = state.picture.tracker.report(at_ns(40.0))
    own = tracks.take(tracks.icao_address == ADDRESSES[LIAR])
    assert len(own) == 1
    assert "adsb" not in own.contributing_sensor_ids()[0] or own.update_time_ns[0] < at_ns(39.0)
    assert nearest_m(state, 40.0) < 200.0


@pytest.mark.parametrize("off_deg", [0.4, -1.0])
def test_a_radar_that_is_off_for_all_aircraft_accuses_none(off_deg: float) -> None:
    _, messages = fly(off_deg=off_deg, seconds=150)
    assert [event for event in told(messages) if event.cause == "disagreement"] == []


def test_a_radar_that_is_off_still_finds_the_one_that_lies() -> None:
    _, messages = fly(dragged, off_deg=0.4, seconds=150)
    assert {event.icao_address for event in told(messages)} == {f"{ADDRESSES[LIAR]:06x}"}


def test_a_snapshot_holds_it_all() -> None:
    state, messages = fly(dragged, seconds=110)
    data = dump_state(state, 1)
    again, _ = load_state(data)
    assert dump_state(again, 1) == data
    tick = Tick(id="t", time_ns=at_ns(190), origin="n", label=LABEL).model_dump_json().encode()
    outs = [step(one, Envelope(2, at_ns(190), "n", "record", tick)).messages for one in (state, again)]
    assert [m.state for m in outs[0] if isinstance(m, GnssInterference)] == ["ended"]
    assert state.digest.hex() == again.digest.hex()
    assert told(messages)
