"""Sites: where each sensor stands and looks, in the region frame, as arrays by sensor index for the kernels."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from pydantic import ValidationError

from sargas.geo.enu import Frame, rotation_at
from sargas.geo.wgs84 import ecef_from_geodetic
from sargas.model.columns import Float64, Int16
from sargas.model.records import Sensor

PD_BANDS = 8
"""Bands of equal range in which a sensor's detection probability is counted."""
PD_PRIOR = (9.0, 12.0)
"""Plots of looks before anything is counted: Beta(9, 3), P_D 0.75."""
SOUND_MPS = 343.0
LIGHT_MPS = 299_792_458.0
PERSON_AZIMUTH_DEG = 10.0
PERSON_ELEVATION_DEG = 15.0
PERSON_RANGE_PART = 0.5
"""One sigma of what a person says, at least: of a direction, of a height angle, of a distance as a part of it."""
PERSON_REACH_M = 20e3
"""Nobody sees or hears further."""

SITE = np.dtype(
    [
        ("placed", "u1"),
        ("position_enu", "f8", (3,)),
        ("rotation", "f8", (3, 3)),
        ("height_m", "f8"),
        ("scan_period_s", "f8"),
        ("ln_max_range", "f8"),
        ("sigma_range_m", "f8"),
        ("range_part", "f8"),
        ("sigma_azimuth_rad", "f8"),
        ("sigma_elevation_rad", "f8"),
        ("sigma_range_rate_mps", "f8"),
        ("sigma_position_m", "f8"),
        ("sigma_tdoa_s", "f8"),
        ("ln_clutter", "f8"),
        ("ln_clutter_per_hour", "f8"),
        ("max_range_m", "f8"),
        ("wave_mps", "f8"),
        ("scans", "u1"),
        ("aligned", "u1"),
        ("registered", "u1"),
        ("witness", "u1"),
        ("claimant", "u1"),
        ("bias", "f8", (4,)),
        ("bias_variance", "f8", (4,)),
        ("heard_ns", "i8"),
        ("pd", "f8", (PD_BANDS, 2)),
    ],
    align=True,
)
"""One sensor as kernels read it: metres and radians, one-sigma accuracies, region frame (rigid ENU of the origin).

``placed`` is 0 where the place is unknown. ``rotation`` turns a region-frame vector into east, north, up at the sensor.
``range_part`` is a second sigma of range, as a part of it. ``ln_max_range`` and ``ln_clutter`` are logarithms of metres
and of false plots a scan. ``wave_mps`` is the speed of what a bearing sensor hears, 0 where it arrives at once;
``scans`` whether the sensor looks everywhere once a scan period; ``aligned`` whether it is known to have no biases;
``witness`` whether it measures by itself where objects are, ``claimant`` whether it passes on what they say of that.
``bias`` (range m, azimuth rad, elevation rad, time s) is taken off every measurement, ``bias_variance`` what is left;
``heard_ns`` the newest time it is known to have looked;
``pd`` plots and looks of confirmed tracks by range band.
"""

SiteTable: TypeAlias = Any
"""(n,) array of ``SITE``."""
Site: TypeAlias = Any
"""One row of a ``SiteTable``; a kernel reads its fields as attributes."""


SCANNING = ("radar-3d", "radar-2d")
WITNESSES = ("radar-3d", "radar-2d", "camera", "acoustic", "rf")
CLAIMANTS = ("ads-b", "remote-id")
"""Kinds that measure where an object is, whatever it says, and kinds that pass on what it says (docs/cooperation.md). A
sensor without a place has measured none: what it reports as one, somebody told it.

Neither: a person, too coarse to confirm a place; wide-area multilateration and other systems, which hear the same
transponder, take their time from satellites and may pass on what it says.
"""
LEAST_CLUTTER = 0.01
"""False plots per scan assumed of a sensor that says it has fewer."""
_PLAIN_FIELDS = (
    "height_m",
    "scan_period_s",
    "sigma_range_m",
    "sigma_range_rate_mps",
    "sigma_position_m",
    "sigma_tdoa_s",
)


LEARNED = ("bias", "bias_variance", "registered", "heard_ns", "pd")
"""Fields of a site that the tracker learns; they outlive a change of the sensors."""
MOST_FOUND = 256
MOST_PLACED = 64
"""Radars of known place beyond which no other is believed where it stands: registration grows with their cube."""


class Sites:
    """The sensors a tracker knows, numbered in order of appearance; an index never changes its meaning."""

    def __init__(self, sensors: Sequence[Sensor], frame: Frame) -> None:
        self.frame = frame
        self.sensors: list[Sensor] = []
        self._index: dict[str, int] = {}
        self._found: dict[tuple[str, ...], Int16] = {}
        """What was asked for last: a source names the same sensors with each of its datagrams."""
        self._table: SiteTable | None = None
        self._ids: tuple[str, ...] | None = None
        self._places: tuple[SiteTable, Float64] | None = None
        self._learned: SiteTable = np.zeros(0, SITE)
        for sensor in sensors:
            self._append(sensor)

    @property
    def ids(self) -> tuple[str, ...]:
        """Name the sensors in index order."""
        if self._ids is None:
            self._ids = tuple(self._index)
        return self._ids

    @property
    def places_deg(self) -> Float64:
        """Return latitude and longitude of the sensors (2, n), NaN where unknown."""
        if self._places is None or self._places[0] is not self.table:
            known = [(s.latitude_deg, s.longitude_deg) for s in self.sensors]
            places = np.array([(np.nan, np.nan) if None in place else place for place in known], np.float64)
            self._places = self.table, places.reshape(-1, 2).T
        return self._places[1]

    @property
    def table(self) -> SiteTable:
        """Return the arrays; a new object after every change, so that callers may compare by identity."""
        if self._table is None:
            table = tabulate(self.sensors, self.frame)
            for name in LEARNED:
                table[name][: len(self._learned)] = self._learned[name]
            self._table = self._learned = table
        return self._table

    def adopt(self, learned: SiteTable) -> None:
        """Take over what another table has learned of the same sensors (a snapshot's)."""
        for name in LEARNED:
            self.table[name][: len(learned)] = learned[name]

    def indices(self, sensor_ids: Sequence[str]) -> Int16:
        """Find the index of each id; a sensor never heard of gets an entry of unknown place and default accuracies."""
        ids = tuple(sensor_ids)
        if ids not in self._found:
            for sensor_id in ids:
                if sensor_id not in self._index:
                    self._append(Sensor(id=sensor_id, kind="radar-2d"))
            if len(self._found) == MOST_FOUND:
                self._found.clear()
            self._found[ids] = np.array([self._index[sensor_id] for sensor_id in ids], np.int16)
            self._found[ids].setflags(write=False)
        return self._found[ids]

    def place(self, sensor_id: str, latitude_deg: float, longitude_deg: float, height_m: float) -> bool:
        """Set where a sensor stands (WGS84 deg, m), as it says itself in I034/120; say whether that moved it.

        The first ``MOST_PLACED`` radars are believed; who stands up further ones names them in the configuration.
        """
        index = int(self.indices([sensor_id])[0])
        if not self.table["placed"][index] and np.count_nonzero(self.table["scans"]) >= MOST_PLACED:
            return False
        where = {"latitude_deg": latitude_deg, "longitude_deg": longitude_deg, "height_m": height_m}
        moved = self.sensors[index].model_copy(update=where)
        changed = moved != self.sensors[index]
        if changed:
            self.sensors[index], self._table = moved, None
        return changed

    def _append(self, sensor: Sensor) -> None:
        if sensor.id in self._index:
            raise ValueError(f"expected sensor ids to differ, was {sensor.id!r} twice: rename one")
        if len(self.sensors) >= np.iinfo(np.int16).max:
            raise ValueError(f"expected at most {np.iinfo(np.int16).max} sensors, was one more: {sensor.id!r}")
        self._index[sensor.id] = len(self.sensors)
        self.sensors.append(sensor)
        self._table = self._ids = None


def tabulate(sensors: Sequence[Sensor], frame: Frame) -> SiteTable:
    """Lay the sensors out as arrays in the region frame; an unknown place stands at the origin with ``placed`` 0."""
    n = len(sensors)

    def column(name: str) -> Float64:
        return np.array([getattr(sensor, name) for sensor in sensors], np.float64).reshape(n)

    table = np.zeros(n, SITE)
    latitude = np.array([s.latitude_deg if s.latitude_deg is not None else frame.latitude_deg for s in sensors])
    longitude = np.array([s.longitude_deg if s.longitude_deg is not None else frame.longitude_deg for s in sensors])
    position_ecef = ecef_from_geodetic(latitude, longitude, column("height_m"))
    table["placed"] = [sensor.latitude_deg is not None for sensor in sensors]
    table["position_enu"] = (position_ecef - frame.origin_ecef).reshape(n, 3) @ frame.rotation.T
    table["rotation"] = rotation_at(latitude, longitude).reshape(n, 3, 3) @ frame.rotation.T
    table["sigma_azimuth_rad"] = np.deg2rad(column("sigma_azimuth_deg"))
    table["sigma_elevation_rad"] = np.deg2rad(column("sigma_elevation_deg"))
    person = np.array([sensor.kind == "human" for sensor in sensors], bool).reshape(n)
    for name, least in (("azimuth", PERSON_AZIMUTH_DEG), ("elevation", PERSON_ELEVATION_DEG)):
        sigma = table[f"sigma_{name}_rad"]
        table[f"sigma_{name}_rad"] = np.where(person, np.maximum(sigma, np.deg2rad(least)), sigma)
    table["range_part"] = np.where(person, PERSON_RANGE_PART, 0.0)
    table["max_range_m"] = np.where(person, np.minimum(column("max_range_m"), PERSON_REACH_M), column("max_range_m"))
    table["ln_max_range"] = np.log(table["max_range_m"])
    table["ln_clutter"] = np.log(np.maximum(column("clutter_per_scan"), LEAST_CLUTTER))
    for name in _PLAIN_FIELDS:
        table[name] = column(name)
    table["ln_clutter_per_hour"] = table["ln_clutter"] + np.log(3600.0 / table["scan_period_s"])
    table["wave_mps"] = [SOUND_MPS if sensor.kind == "acoustic" else 0.0 for sensor in sensors]
    table["scans"] = [sensor.kind in SCANNING and sensor.latitude_deg is not None for sensor in sensors]
    table["witness"] = [sensor.kind in WITNESSES and sensor.latitude_deg is not None for sensor in sensors]
    table["claimant"] = [
        sensor.kind in CLAIMANTS or (sensor.kind in SCANNING and sensor.latitude_deg is None) for sensor in sensors
    ]
    table["aligned"] = [sensor.aligned for sensor in sensors]
    table["heard_ns"] = np.iinfo(np.int64).min // 2
    table["pd"] = PD_PRIOR
    return table


def read_sensors(text: str) -> tuple[Sensor, ...]:
    """Read the ``[[sensor]]`` tables of a TOML text (as in the benchmark's sensors.toml).

    Raises ValueError that names the table and the field, and how to mend it.
    """
    try:
        tables = tomllib.loads(text).get("sensor")
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"expected TOML, was not: {error}") from None
    if not isinstance(tables, list) or not tables:
        raise ValueError("expected one or more [[sensor]] tables, was none: add a table with id and kind a sensor")
    sensors = []
    for number, fields in enumerate(tables, 1):
        try:
            sensors.append(Sensor.model_validate(fields))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "table"
            raise ValueError(f"[[sensor]] {number}: {where}: {first['msg']}, was {first['input']!r}") from None
    twice = sorted({s.id for s in sensors if sum(other.id == s.id for other in sensors) > 1})
    if twice:
        raise ValueError(f"expected sensor ids to differ, was more than one [[sensor]] with id {', '.join(twice)}")
    return tuple(sensors)
