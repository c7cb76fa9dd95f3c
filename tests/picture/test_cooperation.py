"""Cooperation inside the core: permissions come in as records, what is told counts among the claims, replay agrees."""

from __future__ import annotations

import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.message import Message
from sargas.model.records import Claim, FlightPermission, Sensor
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from tests.picture.aircraft import START_S, Sky
from tests.picture.test_step import START_NS, night_inputs, record
from tests.runtime.store_cases import make_permission

END_S = 45
ADSB = Sensor(id="vilnius-adsb", kind="ads-b", latitude_deg=54.6, longitude_deg=25.3)


def fly(sky: Sky, seconds: int, first: int = 0) -> list[Claim]:
    """Let one aircraft tell its place each second; return the claims told."""
    told = list[Message]()
    for second in range(first, first + seconds):
        sky.hear(START_S + second + 0.5, a1b2c3=(100.0 * second, 0.0, 100.0, 0.0))
        told += sky.tick(START_S + second + 1)
    return [message for message in told if isinstance(message, Claim)]


def test_what_only_an_aircraft_says_is_told_as_unsupported_and_makes_it_no_safer() -> None:
    told = fly(Sky(sensors=(ADSB,)), 10)
    assert [one.value for one in told if one.about == "cooperation"] == ["unsupported"]
    assert [one.value for one in told if one.about == "identity"] == ["icao:a1b2c3"]
    danger = [one for one in told if one.about == "danger"]
    assert not any("another sensor agrees" in reason for one in danger for reason in one.evidence)


def test_a_permission_is_told_on_and_explains_from_the_next_tick_until_it_is_revoked() -> None:
    sky = Sky(sensors=(ADSB,))
    fly(sky, 6)
    permission = make_permission(
        1, START_S * NS_PER_S, centre=(24.0, 55.0), radius_m=5_000.0, valid_until_ns=1 << 62, icao_address="a1b2c3"
    )
    assert sky.record(START_S + 6, permission) == (permission,)
    (one,) = [claim for claim in fly(sky, 2, 6) if claim.source.startswith("permission:")]
    assert (one.value, one.about, one.state) == ("permission:permission-1", "identity", "made")
    assert "no independent sensor confirms that it is there" in one.evidence
    sky.record(START_S + 8, permission.model_copy(update={"id": "r", "state": "revoked"}))
    (gone,) = [claim for claim in fly(sky, 2, 8) if claim.source.startswith("permission:")]
    assert gone.state == "withdrawn"


def test_a_permission_that_lies_outside_the_region_harms_nothing() -> None:
    sky = Sky(sensors=(ADSB,))
    far: FlightPermission = make_permission(1, START_S * NS_PER_S, centre=(-65.0, 5.0), valid_until_ns=1 << 62)
    assert sky.record(START_S, far) == (far,)
    assert not [claim for claim in fly(sky, 5) if claim.source.startswith("permission:")]


@pytest.fixture(scope="module")
def inputs() -> list[Envelope]:
    """Part of a night, with a permission for its own drone: what is told of whom is told in the first seconds."""
    found = [one for one in night_inputs() if one.receive_time_ns <= START_NS + END_S * NS_PER_S]
    guard = make_permission(
        1, found[0].receive_time_ns, centre=(24.5, 55.5), radius_m=300e3, valid_until_ns=1 << 62, callsign="GUARD1"
    )
    return [found[0], record(1, found[0].receive_time_ns, guard), *found[1:]]


@pytest.mark.slow
def test_live_and_replay_and_a_restart_half_way_tell_the_same_claims(inputs: list[Envelope]) -> None:
    def run(state: State, envelopes: list[Envelope]) -> list[Claim]:
        out = [message for envelope in envelopes for message in step(state, envelope).messages]
        return [message for message in out if isinstance(message, Claim)]

    live, replay = State(), State()
    told = run(live, inputs)
    assert {one.value for one in told} >= {"confirmed", "unsupported"}
    half = len(inputs) // 2
    before = run(replay, inputs[:half])
    restored, _ = load_state(dump_state(replay, half))
    assert before + run(replay, inputs[half:]) == told
    assert replay.digest.hex() == live.digest.hex()
    assert before + run(restored, inputs[half:]) == told
    assert restored.digest.hex() == live.digest.hex()
