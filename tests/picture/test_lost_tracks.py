"""A drone that dives below coverage is searched for by the whole core: region, report, end, snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from sargas.formats.plots.encode import encode_plots
from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.label import Classification
from sargas.model.plots import Plots
from sargas.model.records import Claim, Configuration, HumanReport, LostTrack, Record, Sensor, Source, Tick
from sargas.model.tracks import Tracks
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from tests.tracking.scene import FRAME, LABEL, ORIGIN, Flight, at_ns, radar, see

RADAR = radar(reach_m=140e3, ground_m=35.0, lowest_elevation_deg=-1.0, max_range_m=120e3)
PERSON = Sensor(id="guard", kind="human", latitude_deg=56.0, longitude_deg=24.32, scan_period_s=60.0, max_range_m=5e3)
DRONE = Flight((58e3, 0.0, 700.0), (-46.0, 0.0, 0.0))
OTHER = Flight((20e3, -60e3, 3000.0), (30.0, 70.0, 0.0))
"""Flies on, so that the radar is known to look."""
LAST_SEEN_S = 160.0


def inputs(until_s: int, from_s: int = 0, back_s: float = np.inf) -> Iterator[Envelope]:
    """Yield ticks and scans; the drone is seen up to ``LAST_SEEN_S`` and from ``back_s`` on."""
    rng = np.random.default_rng(5)
    for second in range(until_s):
        if second % 4 == 0:
            seen = [OTHER, DRONE] if second <= LAST_SEEN_S or second >= back_s else [OTHER]
            echoes = np.array([8.0, -10.0])[: len(seen)] + rng.normal(size=len(seen))
            scan = see(RADAR, seen, float(second), second // 4, rng, rcs_dbsm=echoes)
            if second >= from_s:
                yield Envelope(2 * second, at_ns(second + 0.1), "feed", "datagram", encode_plots(scan))
        if second >= from_s:
            yield record(2 * second + 1, second + 0.5, Tick(id=f"t{second}", time_ns=at_ns(second + 0.5), origin="n",
                                                            label=LABEL))  # fmt: skip


def record(sequence: int, second: float, value: Record) -> Envelope:
    return Envelope(sequence, at_ns(second), "n", "record", value.model_dump_json().encode())


def configuration() -> Configuration:
    return Configuration(
        id="c", time_ns=at_ns(-1.0), origin="n", label=LABEL, node="n", nation="LTU", origin_latitude_deg=ORIGIN[0],
        origin_longitude_deg=ORIGIN[1], sources=(Source(name="feed", format="plots", label=LABEL),),
        sensors=(RADAR, PERSON),
    )  # fmt: skip


def run(state: State, envelopes: Iterator[Envelope]) -> list[LostTrack]:
    return [m for envelope in envelopes for m in step(state, envelope).messages if isinstance(m, LostTrack)]


@pytest.fixture(scope="module")
def lost() -> tuple[bytes, list[LostTrack]]:
    """The state 60 s after the drone was last seen, and what was told by then."""
    state = State()
    step(state, record(0, -1.0, configuration()))
    told = run(state, inputs(220))
    return dump_state(state, 1), told


def restored(lost: tuple[bytes, list[LostTrack]]) -> State:
    return load_state(lost[0])[0]


def test_the_region_holds_the_drone_and_the_radar_has_looked(lost: tuple[bytes, list[LostTrack]]) -> None:
    last = lost[1][-1]
    assert last.state == "lost"
    assert last.looked == ("radar",)
    assert abs(last.last_seen_ns - at_ns(LAST_SEEN_S)) < 5e9
    assert last.armed is not None
    assert last.armed > 0.1
    assert last.regions
    shares = {one.name: one.probability for one in last.hypotheses}
    assert shares["left"] < 0.05  # it was last seen in the middle of the radar's coverage
    assert last.last_seen[0] == pytest.approx(24.81, abs=0.05)


def test_who_is_seen_is_not_lost(lost: tuple[bytes, list[LostTrack]]) -> None:
    assert {one.track_id for one in lost[1]} == {lost[1][0].track_id}


def test_a_persons_report_is_told_within_a_second(lost: tuple[bytes, list[LostTrack]]) -> None:
    state, before = restored(lost), lost[1][-1]
    truth = DRONE.at(220.0)[:3]
    latitude, longitude, _ = FRAME.geodetic_from_enu(truth)
    sighting = Plots.of(
        time_ns=np.array([at_ns(220.2)]), receive_time_ns=np.array([at_ns(220.2)]), sensor_ids=("guard",), label=LABEL,
        latitude_deg=np.array([float(latitude)]), longitude_deg=np.array([float(longitude)]),
    )  # fmt: skip
    step(state, Envelope(900, at_ns(220.2), "feed", "datagram", encode_plots(sighting)))
    told = run(state, inputs(221, 220))
    assert [one.reports for one in told] == [1]
    assert told[0].time_ns - at_ns(220.2) <= 1_000_000_000
    assert told[0].area_km2 < before.area_km2
    assert abs(told[0].most_probable[0] - float(longitude)) < 0.03


def test_a_call_weighs_in_at_the_next_tick(lost: tuple[bytes, list[LostTrack]]) -> None:
    state, before = restored(lost), lost[1][-1]
    latitude, longitude, _ = FRAME.geodetic_from_enu(DRONE.at(210.0)[:3] - np.array([0.0, 400.0, 0.0]))
    call = HumanReport(
        id="r", time_ns=at_ns(220.2), origin="n", label=LABEL, report_id="call-1", state="made", source_id="112/1",
        reporter="police", channel="app", latitude_deg=float(latitude), longitude_deg=float(longitude),
        observed_ns=at_ns(210.0), bearing_deg=0.0, distance="some_hundred_metres", seen="drone", sense="both",
        confidence=0.9, entered_by="rasa",
    )  # fmt: skip
    step(state, record(900, 220.2, call))
    told = run(state, inputs(221, 220))
    assert [one.reports for one in told] == [1]
    assert told[0].area_km2 < 0.7 * before.area_km2
    here = FRAME.geodetic_from_enu(DRONE.at(220.5)[:3])
    assert abs(told[0].most_probable[0] - float(here[1])) < 0.06


def test_a_call_that_is_withdrawn_or_corrected_gives_the_region_without_it(
    lost: tuple[bytes, list[LostTrack]],
) -> None:
    def call(second: float, **fields: Any) -> HumanReport:
        here = FRAME.geodetic_from_enu(DRONE.at(210.0)[:3] - np.array([0.0, 400.0, 0.0]))
        made = {
            "id": f"r{second}", "time_ns": at_ns(second), "origin": "n", "label": LABEL, "report_id": "call-1",
            "state": "made", "source_id": "112/1", "reporter": "police", "channel": "app", "observed_ns": at_ns(210.0),
            "latitude_deg": float(here[0]), "longitude_deg": float(here[1]), "bearing_deg": 0.0, "seen": "drone",
            "distance": "some_hundred_metres", "sense": "both", "confidence": 0.9, "entered_by": "rasa",
        }  # fmt: skip
        return HumanReport.model_validate(made | fields)

    def after(*reports: HumanReport) -> tuple[list[LostTrack], bytes]:
        """Return what is told within 5 s of the last report, and where it may be then."""
        state = restored(lost)
        for k, report in enumerate(reports):
            step(state, record(900 + k, (report.time_ns - at_ns(0.0)) / NS_PER_S, report))
        state, _ = load_state(dump_state(state, 950))
        told = run(state, inputs(225, 220))
        [case] = state.picture.lost.book.cases.values()  # type: ignore[union-attr]
        return told, case.particles.tobytes()

    never, (told_once, once) = after()[1], after(call(220.2))
    told, withdrawn = after(call(220.2), call(220.3, state="withdrawn"))
    assert (told_once[-1].reports, told[-1].reports) == (1, 0)
    assert told_once[-1].area_km2 < 0.7 * told[-1].area_km2
    assert withdrawn == never != once
    assert after(call(220.2, bearing_deg=180.0), call(220.3, state="corrected"))[1] == after(call(220.3))[1], (
        "a correction takes its place"
    )
    other = call(220.25, report_id="call-2", source_id="112/2")
    assert after(call(220.2), other, call(220.3, state="withdrawn"))[1] == after(other)[1]


def test_it_ends_as_the_tracker_sees_it_again(lost: tuple[bytes, list[LostTrack]]) -> None:
    state = restored(lost)
    told = run(state, inputs(250, 220, back_s=220))
    assert told[-1].state == "ended"
    assert told[-1].end in ("seen_again", "is_newer_track")
    assert state.picture is not None
    assert state.picture.lost.book.cases == {}


def test_a_run_from_a_snapshot_is_the_run_without_a_break(lost: tuple[bytes, list[LostTrack]]) -> None:
    whole = State()
    step(whole, record(0, -1.0, configuration()))
    run(whole, inputs(260))
    broken = restored(lost)
    run(broken, inputs(260, 220))
    assert broken.digest.hex() == whole.digest.hex()


def test_a_lost_track_has_the_label_of_what_persons_said_of_it(lost: tuple[bytes, list[LostTrack]]) -> None:
    state, number = State(), lost[1][0].track_id
    secret = LABEL.model_copy(update={"classification": Classification.SECRET})
    step(state, record(0, -1.0, configuration()))
    run(state, inputs(100))
    claim = Claim(
        id="claim", time_ns=at_ns(100.1), origin="n", label=secret, claim_id="claim", track_id=number, about="class",
        value="one_way_drone", probability=0.9, reliability="A", credibility=1, source="person",
    )  # fmt: skip
    step(state, record(900, 100.1, claim))
    run(state, inputs(150, 100))
    state, _ = load_state(dump_state(state, 950))
    told = run(state, inputs(220, 150))
    assert {one.track_id for one in told} == {number}
    assert {one.label for one in told} == {secret}


def test_nothing_is_told_of_a_picture_that_lost_nothing() -> None:
    state = State()
    step(state, record(0, -1.0, configuration()))
    messages = [m for envelope in inputs(100) for m in step(state, envelope).messages]
    assert any(isinstance(m, Tracks) for m in messages)
    assert not any(isinstance(m, LostTrack) for m in messages)
