"""Nights of 24 hours with few sensors: their traffic, their truth, and the core that hears them.

Traffic and sensors are those of the exercise, thinned: five sensors that send a turn in one to four parts, some dozen
objects at a time, intruders over the ways in that those sensors look at. All else is as there: noise, false plots,
birds, a shower, balloons, aircraft without transponder, one drone of our own that a permission names.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np

from sargas.exercise.adsb import motion_at
from sargas.exercise.borders import make_zones
from sargas.exercise.detection import detection_probability
from sargas.exercise.night import DEFAULT_START_NS, _sensor, _source
from sargas.exercise.population import Population
from sargas.exercise.sight import HORIZON_M_PER_ROOT_M, SimulatedSensor
from sargas.exercise.sky import INTRUDERS, TRAFFIC, Sky
from sargas.exercise.tables import KINDS, SITES
from sargas.exercise.wind import Wind
from sargas.exercise.wire import send
from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.model.envelope import Envelope
from sargas.model.label import Label
from sargas.model.message import Message
from sargas.model.records import Configuration, FlightPermission, Tick
from sargas.picture.state import Picture, State
from sargas.picture.step import step

SITE_IDS = ("lt-lr-1", "lt-gap-1", "lt-gap-2", "lt-ssr", "lt-adsb-1")
SECTORS = {"long-range": 4, "gap-filler": 1, "mode-s": 4, "adsb": 1}
WAYS = (0, 1, 2, 5, 6, 7, 10, 11)
"""Ways in, out of those of the exercise, that lead to Vilnius or Elektrėnai past the gap-fillers."""
TICK_NS = 2 * NS_PER_S
"""The core's clock, half as fast as in a node: ticks are what a night costs most."""
LABEL = Label(caveats=("EXERCISE",))
IS_INTRUDER = np.array([kind.behaviour == "intrude" for kind in KINDS])
COVERED_PD, COVERED_S = 0.8, 30.0
"""Inside coverage: a look of some radar would detect it with so much, for so long."""


@dataclass
class Night:
    """One night: its sky, its sensors, and the state of the core that hears them."""

    seed: int
    targets: int
    duration_s: float
    sky: Sky = field(init=False)
    sensors: list[SimulatedSensor] = field(init=False)
    state: State = field(default_factory=State)

    def __post_init__(self) -> None:
        self.sky = _make_sky(self.seed, self.targets)
        self.sensors = [_thinned(SimulatedSensor.at(s, n)) for n, s in enumerate(SITES) if s.id in SITE_IDS]

    @property
    def picture(self) -> Picture:
        """The picture, once configured."""
        assert self.state.picture is not None
        return self.state.picture

    def play(self) -> Iterator[tuple[int, tuple[Message, ...]]]:
        """Step the core through the night; yield after each tick its time and all messages since the last one."""
        numbers, told = count(), list[Message]()

        def enter(record: Any, time_ns: int) -> None:
            envelope = Envelope(next(numbers), time_ns, "bench", "record", record.model_dump_json().encode())
            told.extend(step(self.state, envelope).messages)

        for record in (self._configuration(), _permission()):
            enter(record, DEFAULT_START_NS)
        tick_ns = DEFAULT_START_NS + TICK_NS
        streams = [send(sensor, self.sky, DEFAULT_START_NS, self.duration_s) for sensor in self.sensors]
        for datagram in heapq.merge(*streams, key=lambda one: one.offset_ns):
            now_ns = DEFAULT_START_NS + datagram.offset_ns
            while now_ns >= tick_ns:
                enter(Tick(id=str(tick_ns), time_ns=tick_ns, origin="bench", label=LABEL), tick_ns)
                yield tick_ns, tuple(told)
                told.clear()
                tick_ns += TICK_NS
            envelope = Envelope(next(numbers), now_ns, datagram.source, "datagram", datagram.data)
            told.extend(step(self.state, envelope).messages)

    def truth(self, time_ns: int) -> tuple[Int64, Int64, Float64]:
        """Return object ids, kinds and ECEF places (n, 3) of all in the air at a time of the last half minute."""
        time_s = (time_ns - DEFAULT_START_NS) / NS_PER_S
        slots = np.arange(len(self.sky.kind))
        row = int(self.sky.rows_at(np.array([time_s]))[0])
        there = slots[self.sky.starts[row] <= time_s]
        position, _ = motion_at(self.sky, there, np.full(len(there), time_s))
        return self.sky.object_id[row, there], self.sky.kind[there], position

    def covered(self, object_ids: Int64, places: Float64, time_ns: int) -> np.ndarray:
        """Say which objects some radar would see at its next look with ``COVERED_PD``; Doppler aside."""
        row = int(self.sky.rows_at(np.array([(time_ns - DEFAULT_START_NS) / NS_PER_S]))[0])
        slot_of = {int(one): slot for slot, one in enumerate(self.sky.object_id[row].tolist())}
        slots = np.array([slot_of[one] for one in object_ids.tolist()], np.int64)
        height_m, rcs_dbsm = np.maximum(self.sky.heights[row, slots, 0], 0.0), self.sky.rcs_dbsm[row, slots]
        seen = np.zeros(len(slots), np.bool_)
        for sensor in (one for one in self.sensors if one.model.reach_m is not None):
            range_m = np.linalg.norm(places - sensor.frame.origin_ecef, axis=1)
            horizon_m = HORIZON_M_PER_ROOT_M * (np.sqrt(sensor.site.antenna_m) + np.sqrt(height_m))
            in_sight = (range_m < np.minimum(horizon_m, sensor.model.max_range_m)) & (
                range_m > sensor.model.min_range_m
            )
            seen |= in_sight & (detection_probability(sensor, np.maximum(range_m, 1.0), rcs_dbsm) >= COVERED_PD)
        return seen

    def _configuration(self) -> Configuration:
        return Configuration(
            id=f"night-{self.seed}", time_ns=DEFAULT_START_NS, origin="bench", label=LABEL, node="bench", nation="LTU",
            exercise=True, origin_latitude_deg=55.2, origin_longitude_deg=24.1,
            sources=tuple(_source(sensor, ("LTU",)) for sensor in self.sensors),
            sensors=tuple(_sensor(sensor) for sensor in self.sensors), zones=make_zones(("LTU",)),
        )  # fmt: skip


def _make_sky(seed: int, targets: int) -> Sky:
    wind = Wind.draw(np.random.default_rng([seed, 0]))
    intruders = Population(("LTU",), wind)
    intruders.ways_in = tuple(way for number, way in enumerate(intruders.ways_in) if number in WAYS)
    traffic = Population(("LTU",), wind, next_object_id=1_000_000)
    fleets = (
        intruders.make_intruders(0, np.random.default_rng([seed, INTRUDERS])),
        traffic.make_traffic(targets, np.random.default_rng([seed, TRAFFIC])),
    )
    return Sky(seed, fleets, (intruders, traffic), (INTRUDERS, TRAFFIC), wind)


def _thinned(sensor: SimulatedSensor) -> SimulatedSensor:
    model = sensor.model.model_copy(update={"sectors": SECTORS[sensor.site.model]})
    return SimulatedSensor(sensor.site.model_copy(update={"paths": 1}), model, sensor.number, sensor.frame)


def _permission() -> FlightPermission:
    return FlightPermission(
        id="guard", time_ns=DEFAULT_START_NS, origin="bench", label=LABEL, permission_id="guard", holder="Border guard",
        purpose="own_drone", valid_from_ns=0, valid_until_ns=1 << 62, centre=(24.1, 55.2), radius_m=400e3,
        callsign="GUARD1",
    )  # fmt: skip
