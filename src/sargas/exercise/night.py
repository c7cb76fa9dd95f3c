"""The simulated Baltic night: one seed, one night; its configuration, its datagrams and its truth."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np

from sargas.exercise.adsb import motion_at
from sargas.exercise.borders import NOBODY, find_owners, make_zones
from sargas.exercise.listeners import LISTENERS, Listener, listen, sensor_of, source_of
from sargas.exercise.sight import SimulatedSensor
from sargas.exercise.sky import Sky
from sargas.exercise.tables import KINDS, NATIONS, PLACES, PLAIN_M, SITES
from sargas.exercise.truth import Truth as Truth
from sargas.exercise.truth import truth_of
from sargas.exercise.wire import EDITIONS, SimDatagram, identify, send
from sargas.geo.wgs84 import geodetic_from_ecef
from sargas.model.columns import NS_PER_S, Int64
from sargas.model.label import Label, Nation
from sargas.model.records import Sensor, Source, Zone

DEFAULT_START_NS = 1_790_020_800_000_000_000
"""2026-09-21T20:00:00Z, where no start is given."""
MOST_TARGETS = 100_000
CROSSING_SAMPLE_S = 1.0
CROSSING_PRECISION_S = 0.01


class NightConfiguration(NamedTuple):
    """What a node needs to hear the night: how to read the bytes, where the sensors stand, what to guard."""

    sources: tuple[Source, ...]
    sensors: tuple[Sensor, ...]
    zones: tuple[Zone, ...]
    origin: tuple[float, float]
    """Latitude and longitude (deg) of the centre of the region."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """An intruder enters a nation: who, when, where."""

    object_id: int
    kind: str
    time_ns: int
    nation: Nation
    latitude_deg: float
    longitude_deg: float
    altitude_m: float


@dataclass(frozen=True, slots=True)
class Night:
    """One simulated night, wholly determined by its parameters; make it with ``of``."""

    seed: int
    targets: int
    duration_s: float
    start_time_ns: int
    nations: tuple[Nation, ...]
    listeners: bool = False
    """Microphones and radio direction finders take part."""
    across: bool = False
    """Intruders fly on over borders between nations."""
    heard_by: tuple[Nation, ...] = ()
    """Nations whose sensors take part and whose zones are told; none: all of ``nations``."""
    _truth_sky: list[Sky] = field(default_factory=list, init=False, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        seed: int = 1,
        *,
        targets: int = 300,
        duration_s: float = float("inf"),
        start_time_ns: int = DEFAULT_START_NS,
        nations: Sequence[Nation] = NATIONS,
        listeners: bool = False,
        across: bool = False,
        heard_by: Sequence[Nation] = (),
    ) -> Night:
        """Make a night. Raises ValueError for a parameter out of its range, saying which and what is possible."""
        unknown = [nation for nation in nations if nation not in NATIONS]
        if unknown or not nations:
            raise ValueError(f"expected nations out of {', '.join(NATIONS)}, was {', '.join(nations) or 'none'}")
        if not 0 <= targets <= MOST_TARGETS:
            raise ValueError(f"expected targets within 0..{MOST_TARGETS}, was {targets}")
        if seed < 0 or not duration_s > 0 or start_time_ns < 0:
            raise ValueError(
                f"expected seed and start_time_ns of 0 or more and duration_s above 0, "
                f"was {seed}, {start_time_ns}, {duration_s}"
            )
        strangers = [nation for nation in heard_by if nation not in nations]
        if strangers:
            raise ValueError(f"expected heard_by out of {', '.join(nations)}, was {', '.join(strangers)}")
        ordered, hearing = ([n for n in NATIONS if n in chosen] for chosen in (nations, heard_by or nations))
        return cls(seed, targets, float(duration_s), start_time_ns, tuple(ordered), listeners, across, tuple(hearing))

    def configuration(self) -> NightConfiguration:
        """Return the sources, sensors and zones of the night; biases and clock errors are not told."""
        sensors, listeners = self._sensors(), [one for _, one in self._listeners()]
        heard = tuple(source_of(one, _label(one.nation, self.nations)) for one in listeners)
        return NightConfiguration(
            sources=tuple(_source(sensor, self.nations) for sensor in sensors) + heard,
            sensors=(*(_sensor(sensor) for sensor in sensors), *(sensor_of(one) for one in listeners)),
            zones=make_zones(self.heard_by),
            origin=(PLACES.origin[1], PLACES.origin[0]),
        )

    def datagrams(self) -> Iterator[SimDatagram]:
        """Yield every datagram of the night in order of arrival, made lazily; each call starts the night anew."""
        sky = Sky.of(self.seed, self.targets, self.nations, across=self.across)
        streams = [send(sensor, sky, self.start_time_ns, self.duration_s) for sensor in self._sensors()]
        if self.listeners:
            own = Sky.of(self.seed, self.targets, self.nations, across=self.across)
            streams.append(
                listen(self._listeners(), self.seed, partial(_truth, own), self.start_time_ns, self.duration_s)
            )
        return heapq.merge(*streams, key=_arrival)

    def truth(self, time_s: float) -> Truth:
        """Return where everything is, ``time_s`` seconds after the start; going on in time is cheap, back is not."""
        if not self._truth_sky or (self._truth_sky[0].newest + 1) * 5.0 > time_s + 30.0:
            self._truth_sky[:] = [Sky.of(self.seed, self.targets, self.nations, across=self.across)]
        return _truth(self._truth_sky[0], time_s)

    def intruder_crossings(self, until_s: float | None = None) -> tuple[Crossing, ...]:
        """Return when and where each intruder enters each nation, in order of time, to the end or to ``until_s``.

        Raises ValueError for a night without end when ``until_s`` is not given.
        """
        end_s = self.duration_s if until_s is None else until_s
        if not np.isfinite(end_s):
            raise ValueError("expected until_s for a night without end, was None")
        sky = Sky.of(self.seed, self.targets, self.nations, intruders_only=True, across=self.across)
        found: list[Crossing] = []
        before = None
        for step in range(int(end_s / CROSSING_SAMPLE_S) + 1):
            time_s = step * CROSSING_SAMPLE_S
            sky.reach(time_s, time_s)
            here = _owners(sky, self.nations, time_s)
            if before is not None:
                same = before.object_id == here.object_id
                for slot in np.flatnonzero(same & (here.owner != before.owner) & (here.owner != NOBODY)).tolist():
                    found.append(self._refine(sky, slot, int(here.owner[slot]), time_s))
            before = here
        return tuple(sorted(found, key=lambda crossing: (crossing.time_ns, crossing.object_id)))

    def _refine(self, sky: Sky, slot: int, owner: int, after_s: float) -> Crossing:
        before_s = max(after_s - CROSSING_SAMPLE_S, 0.0)
        while after_s - before_s > CROSSING_PRECISION_S:
            middle_s = (before_s + after_s) / 2
            inside = _owners(sky, self.nations, middle_s).owner[slot] == owner
            before_s, after_s = (before_s, middle_s) if inside else (middle_s, after_s)
        position, _ = motion_at(sky, np.array([slot]), np.array([after_s]))
        latitude_deg, longitude_deg, altitude_m = geodetic_from_ecef(position[0])
        return Crossing(
            object_id=int(sky.object_id[sky.rows_at(np.array([after_s]))[0], slot]),
            kind=KINDS[sky.kind[slot]].kind,
            time_ns=self.start_time_ns + round(after_s * NS_PER_S),
            nation=self.nations[owner],
            latitude_deg=float(latitude_deg),
            longitude_deg=float(longitude_deg),
            altitude_m=float(altitude_m),
        )

    def _listeners(self) -> list[tuple[int, Listener]]:
        chosen = [(number, one) for number, one in enumerate(LISTENERS) if one.nation in self.heard_by]
        return chosen if self.listeners else []

    def _sensors(self) -> list[SimulatedSensor]:
        """Return the sensors of the nations; a sensor keeps its number, and so its noise, whoever else takes part."""
        return [SimulatedSensor.at(site, number) for number, site in enumerate(SITES) if site.nation in self.heard_by]


def _truth(sky: Sky, time_s: float) -> Truth:
    sky.reach(time_s, time_s)
    return truth_of(sky, time_s)


class _Owners(NamedTuple):
    object_id: Int64
    owner: Int64


def _owners(sky: Sky, nations: tuple[Nation, ...], time_s: float) -> _Owners:
    slots = np.arange(len(sky.kind))
    times = np.full(len(slots), time_s)
    position, _ = motion_at(sky, slots, times)
    latitude_deg, longitude_deg, _ = geodetic_from_ecef(position)
    row = sky.rows_at(times[:1])[0] if len(slots) else 0
    owner = np.where(sky.starts[row] <= time_s, find_owners(nations, latitude_deg, longitude_deg), NOBODY)
    return _Owners(sky.object_id[row], owner)


def _arrival(datagram: SimDatagram) -> int:
    return datagram.offset_ns


def _source(sensor: SimulatedSensor, nations: tuple[Nation, ...]) -> Source:
    is_radar = sensor.model.kind != "ads-b"
    return Source(
        name=sensor.site.id,
        format="asterix",
        editions={category: EDITIONS[category] for category in (("034", "048") if is_radar else ("021",))},
        label=_label(sensor.site.nation, nations),
    )


def _label(originator: Nation, nations: tuple[Nation, ...]) -> Label:
    return Label(releasable_to=tuple(sorted(nations)), caveats=("EXERCISE",), originator=originator)


def _sensor(sensor: SimulatedSensor) -> Sensor:
    model, site = sensor.model, sensor.site
    sac, sic = identify(sensor)
    return Sensor(
        id=site.id,
        kind=model.kind,
        latitude_deg=site.latitude_deg,
        longitude_deg=site.longitude_deg,
        height_m=sensor.height_m,
        sac=sac,
        sic=sic,
        scan_period_s=model.scan_period_s,
        max_range_m=model.max_range_m,
        sigma_range_m=model.sigma_range_m,
        sigma_azimuth_deg=model.sigma_azimuth_deg,
        sigma_elevation_deg=model.sigma_elevation_deg,
        sigma_range_rate_mps=model.sigma_range_rate_mps,
        sigma_position_m=model.sigma_position_m,
        clutter_per_scan=model.false_plots,
        reach_m=model.reach_m,
        lowest_elevation_deg=model.elevation_deg[0],
        highest_elevation_deg=model.elevation_deg[1],
        min_range_rate_mps=model.min_range_rate_mps,
        ground_m=PLAIN_M,
    )
