"""A node with four radars, one of which walks off: it alone is named, its source degraded, and tracks stay true."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sargas.formats.plots import encode_plots
from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.label import Classification
from sargas.model.message import Message
from sargas.model.records import Configuration, SensorRegistration, Source, SourceHealth, Tick
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from sargas.sensors.registration import Registration
from tests.sensors.test_registration import crowd
from tests.tracking.scene import EPOCH_NS, LABEL, ORIGIN, at_ns, radar, see, states

RADARS = [
    radar("kaunas", 55.6, 23.2, scan_period_s=2.0, clutter_per_scan=0.1),
    radar("riga", 56.4, 23.3, scan_period_s=2.0, clutter_per_scan=0.1),
    radar("rokiskis", 56.0, 24.9, scan_period_s=2.0, clutter_per_scan=0.1),
    radar("siauliai", 56.5, 24.4, scan_period_s=2.0, clutter_per_scan=0.1),
]
WALK_FROM, SECONDS = 60, 190
FLIGHTS = crowd(np.random.default_rng(4), 30)


def fly(
    walker: str, jump_deg: float = 0.0, drift_deg_s: float = 0.0, seconds: int = SECONDS
) -> tuple[State, list[Message]]:
    """Step a picture as the node does: each radar a source, a datagram a scan, a tick a second."""
    rng, state, messages = np.random.default_rng(2), State(), list[Message]()
    sources = tuple(Source(name=f"feed-{r.id}", format="plots", label=LABEL) for r in RADARS)
    configuration = Configuration(
        id="c", time_ns=EPOCH_NS, origin="n", label=LABEL, node="n", nation="LTU", origin_latitude_deg=ORIGIN[0],
        origin_longitude_deg=ORIGIN[1], sources=sources, sensors=tuple(RADARS),
    )  # fmt: skip

    def put(time_ns: int, source: str, data: bytes, kind: str) -> None:
        envelope = Envelope(len(messages), time_ns, source, "record" if kind == "record" else "datagram", data)
        messages.extend(step(state, envelope).messages)

    put(EPOCH_NS, "n", configuration.model_dump_json().encode(), "record")
    for second in range(seconds):
        for k, sensor in enumerate(RADARS):
            if second % 2 == k % 2:
                plots = see(sensor, FLIGHTS, second + 0.1 * k, second, rng)
                if sensor.id == walker and second >= WALK_FROM:
                    off_deg = jump_deg + min(drift_deg_s * (second - WALK_FROM), 0.8)
                    plots.azimuth_deg[:] = (plots.azimuth_deg + off_deg) % 360.0
                put(at_ns(second + 0.1 * k + 0.05), f"feed-{sensor.id}", encode_plots(plots), "datagram")
        tick = Tick(id=f"t{second}", time_ns=at_ns(second + 1), origin="n", label=LABEL)
        put(at_ns(second + 1), "n", tick.model_dump_json().encode(), "record")
    return state, messages


flown = cache(fly)
"""The same flight again for who only looks."""


def told(messages: list[Message], sensor_id: str | None = None) -> list[SensorRegistration]:
    found = [m for m in messages if isinstance(m, SensorRegistration)]
    return [m for m in found if sensor_id is None or m.sensor_id == sensor_id]


@pytest.mark.parametrize(
    ("walker", "jump_deg", "drift_deg_s"),
    [("rokiskis", 0.0, 0.02), ("kaunas", 0.5, 0.0), ("siauliai", -1.0, 0.0)],
)
def test_the_radar_that_walks_off_is_named_within_a_minute_and_no_other(
    walker: str, jump_deg: float, drift_deg_s: float
) -> None:
    _, messages = flown(walker, jump_deg, drift_deg_s)
    off = [record for record in told(messages) if record.state == "walked_off"]
    assert {record.sensor_id for record in off} == {walker}
    begin_ns = at_ns(WALK_FROM)
    assert begin_ns < off[0].time_ns <= begin_ns + 60 * NS_PER_S
    sign = "-" if jump_deg < 0 else "+"
    assert all(record.reason.startswith(f"azimuth off by {sign}") for record in off)
    assert off[0].reason.endswith("since 08:54 UTC")
    assert {record.since_ns for record in off} == {off[0].time_ns}, "off since one time, however long"
    states_told = [record.state for record in told(messages, walker)]
    changes = [state for k, state in enumerate(states_told) if k == 0 or state != states_told[k - 1]]
    assert changes == ["uncertain", "registered", "walked_off", "registered"]
    last = told(messages, walker)[-1]
    assert last.azimuth_bias_deg == pytest.approx(jump_deg + min(drift_deg_s * 130, 0.8), abs=0.03)
    assert last.azimuth_bias_sigma_deg < 0.02


def test_the_source_of_the_radar_that_walked_off_is_degraded_with_the_reason_and_no_other() -> None:
    _, messages = flown("kaunas", 0.5, 0.0)
    degraded = [m for m in messages if isinstance(m, SourceHealth) and m.state == "degraded"]
    assert {health.source for health in degraded} == {"feed-kaunas"}
    assert all(health.reason.startswith("kaunas: azimuth off by +0.") for health in degraded)
    ended = [m for m in messages if isinstance(m, SourceHealth) and m.source == "feed-kaunas"][-1]
    assert (ended.state, ended.reason) == ("ok", "")


def test_a_record_is_told_once_a_minute_of_a_radar_that_stays_as_it_is() -> None:
    _, messages = flown("nobody")
    for sensor in RADARS:
        times = [record.time_ns for record in told(messages, sensor.id) if record.state == "registered"]
        assert len(times) == 4
        assert np.diff(times).min() >= 60 * NS_PER_S
    assert len(told(messages)) <= 5 * len(RADARS)


def test_tracks_are_true_while_a_radar_walks_off_only_because_it_counts_less(monkeypatch: pytest.MonkeyPatch) -> None:
    def error_m() -> float:
        """Return how far confirmed tracks are from the nearest aircraft, root of the mean square."""
        seconds = WALK_FROM + 30
        state, _ = fly("rokiskis", drift_deg_s=0.02, seconds=seconds)
        assert state.picture is not None
        truth = np.array([flight.at(float(seconds))[:2] for flight in FLIGHTS])
        found = states(state.picture.tracker.report(at_ns(seconds)))[:, :2]
        return float(np.sqrt((np.linalg.norm(found[:, None] - truth, axis=2).min(axis=1) ** 2).mean()))

    named = error_m()
    monkeypatch.setattr(Registration, "_find_walkers", lambda *_: [])
    assert error_m() > 2.0 * named
    assert named < 60.0


def test_the_same_envelopes_give_the_same_digest() -> None:
    first, second = fly("kaunas", jump_deg=0.5, seconds=80), fly("kaunas", jump_deg=0.5, seconds=80)
    assert first[0].digest.hex() == second[0].digest.hex()
    assert any(record.state == "walked_off" for record in told(first[1]))


def test_a_registration_is_for_those_who_may_see_its_sensor_and_the_plots_behind_it_also_when_nothing_flies() -> None:
    secret = LABEL.model_copy(update={"classification": Classification.SECRET})
    labels, state, told = {"kaunas": LABEL, "riga": secret}, State(), list[SensorRegistration]()
    configuration = Configuration(
        id="c", time_ns=EPOCH_NS, origin="n", label=LABEL, node="n", nation="LTU", origin_latitude_deg=ORIGIN[0],
        origin_longitude_deg=ORIGIN[1], sensors=tuple(RADARS[:2]),
        sources=tuple(Source(name=name, format="plots", label=label) for name, label in labels.items()),
    )  # fmt: skip
    step(state, Envelope(0, EPOCH_NS, "n", "record", configuration.model_dump_json().encode()))
    rng = np.random.default_rng(2)
    for second in range(200):
        for sensor in RADARS[:2] if second < 70 and second % 2 == 0 else ():
            flights = FLIGHTS[:4] if second > 4 else FLIGHTS[:1] if sensor.id == "kaunas" else []
            plots = see(sensor, flights, float(second), second, rng, label=labels[sensor.id])
            step(state, Envelope(1, at_ns(second + 0.05), sensor.id, "datagram", encode_plots(plots)))
        tick = Tick(id=f"t{second}", time_ns=at_ns(second + 1), origin="n", label=LABEL)
        out = step(state, Envelope(1, at_ns(second + 1), "n", "record", tick.model_dump_json().encode())).messages
        told += [message for message in out if isinstance(message, SensorRegistration)]
        if second == 150:
            assert state.picture is not None
            assert len(state.picture.tracker.report(state.time_ns)) == 0
            state, _ = load_state(dump_state(state, 1))
    assert {one.label for one in told if one.sensor_id == "riga"} == {secret}
    open_ones = [one.label for one in told if one.sensor_id == "kaunas"]
    assert (open_ones[0], open_ones[-1]) == (LABEL, secret)
