"""Listeners of the night: who is heard, when the sound arrives, the same bytes of the same seed."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sargas.exercise.listeners import CLAIMS, EMITS, LISTENERS, MAST_M, MODELS, SOUND_MPS, listen
from sargas.exercise.night import DEFAULT_START_NS, Night
from sargas.exercise.open import open_night
from sargas.exercise.tables import KINDS, PLAIN_M
from sargas.exercise.truth import Truth
from sargas.exercise.wire import SimDatagram
from sargas.formats.plots import PlotsDecoder
from sargas.model.columns import NS_PER_S, PlotFlag
from sargas.model.plots import SENSOR_CLAIMS, Plots
from sargas.model.records import Source

NIGHT = Night.of(5, targets=20, duration_s=70.0, nations=("LTU",), listeners=True)
EARS = {one.id: one for one in LISTENERS}
START_NS = DEFAULT_START_NS


ARRAY = next(one for one in LISTENERS if one.model == "acoustic-array")
SPEED_MPS, EAST_M, HEIGHT_M = 46.0, 1500.0, 200.0


@cache
def datagrams() -> tuple[SimDatagram, ...]:
    """Send the night once."""
    return tuple(NIGHT.datagrams())


def drone_at(time_s: float) -> Truth:
    """Fly a drone north, 1.5 km east of the array, past it after 30 s."""
    north_m = SPEED_MPS * (time_s - 30.0)
    latitude, longitude = np.array([ARRAY.latitude_deg]), np.array([ARRAY.longitude_deg])
    return Truth(
        object_id=np.array([1]), kind=("shahed136_geran2",), latitude_deg=latitude + north_m / 111_330.0,
        longitude_deg=longitude + EAST_M / (111_330.0 * np.cos(np.radians(ARRAY.latitude_deg))),
        altitude_m=np.array([HEIGHT_M + PLAIN_M + MAST_M]), velocity_east_mps=np.zeros(1),
        velocity_north_mps=np.full(1, SPEED_MPS), velocity_up_mps=np.zeros(1), icao_address=np.array([-1], np.int32),
        callsign=np.zeros(1, "S8"),
    )  # fmt: skip


def heard_by(name: str) -> list[tuple[int, Plots]]:
    """Return arrival (ns after the start) and plots of every report of one listener of the drone."""
    number, one = next((k, one) for k, one in enumerate(LISTENERS) if one.id == name)
    decoder = PlotsDecoder(Source(name=name, format="plots"))
    found = []
    for datagram in listen([(number, one)], 3, drone_at, START_NS, 60.0):
        plots = decoder.decode(START_NS + datagram.offset_ns, datagram.data).plots
        assert plots is not None
        found.append((datagram.offset_ns, plots))
    return found


def test_an_array_points_at_where_the_sound_came_from_when_it_arrives() -> None:
    off, late_s, told = list[float](), list[float](), list[str]()
    for offset_ns, plots in heard_by(ARRAY.id):
        arrival_s = (int(plots.time_ns[0]) - START_NS) / NS_PER_S
        assert offset_ns / NS_PER_S == pytest.approx(arrival_s + MODELS[ARRAY.model].latency_s)
        # the second at which it left the drone, by the way it then had to go
        left_s = np.arange(60.0)
        north_m = SPEED_MPS * (left_s - 30.0)
        way_m = np.sqrt(EAST_M**2 + north_m**2 + HEIGHT_M**2)
        row = int(np.argmin(np.abs(left_s + way_m / SOUND_MPS - arrival_s)))
        late_s.append(arrival_s - left_s[row])
        azimuth = np.degrees(np.arctan2(EAST_M, north_m[row]))
        off.append(float((azimuth - plots.azimuth_deg[0] + 180.0) % 360.0 - 180.0))
        told.append(SENSOR_CLAIMS[int(plots.claim[0])])
    assert len(off) > 50
    assert min(late_s) > 4.3
    assert 2.5 < np.std(off) < 5.5  # a sigma of 4 deg
    assert abs(np.mean(off)) < 2.0
    assert 0.6 < told.count("engine_heard") / len(told) < 1.0


def test_a_node_has_no_direction_and_hears_the_near_more_often() -> None:
    node = next(one for one in LISTENERS if one.id == "sim-mic-2")  # 2.1 km from the array
    heard = heard_by(node.id)
    assert heard
    assert all(np.isnan(plots.azimuth_deg[0]) for _, plots in heard)
    assert all(int(plots.flags[0]) & PlotFlag.SIMULATED for _, plots in heard)
    assert len(heard_by("sim-mic-4")) < len(heard) // 4  # 25 km off


def test_the_night_is_in_order_of_arrival_and_the_same_again() -> None:
    offsets = [datagram.offset_ns for datagram in datagrams()]
    assert offsets == sorted(offsets)
    assert [d.data for d in NIGHT.datagrams()] == [d.data for d in datagrams()]


def test_without_listeners_the_night_is_as_it_was() -> None:
    without = Night.of(5, targets=20, duration_s=70.0, nations=("LTU",))
    assert [d.data for d in without.datagrams()] == [d.data for d in datagrams() if d.source not in EARS]
    assert {s.name for s in NIGHT.configuration().sources} - {s.name for s in without.configuration().sources} == set(
        EARS
    )
    opened = open_night("baltic-night", seed="5", targets="20", duration_s="70", nations="LTU", listeners="1")
    assert opened == NIGHT


def test_the_figures_name_what_there_is() -> None:
    kinds = {kind.kind for kind in KINDS}
    assert set(EMITS) <= kinds
    for model in MODELS.values():
        assert set(model.reach_m) <= kinds
        assert set(model.reach_m) <= set(CLAIMS[model.channel])
    assert {word for table in CLAIMS.values() for word in table.values()} <= set(SENSOR_CLAIMS)
    assert all(one.model in MODELS for one in LISTENERS)
    with pytest.raises(ValueError, match="expected listeners as a number"):
        open_night("baltic-night", listeners="yes")
