"""What tracks sound like, send and say of their kind, as sensors report it: from plots with claims to claims of tracks.

A report of a microphone or a radio direction finder is shared out among the tracks it may mean, and among what no
track shows: an object not tracked, a false alarm. Each track hears it with its share. Per object, with R the slant
range at which the sound left it,

    P_D(R) x density of the bearing (and elevation) about where it then was.

What an aircraft says by ADS-B goes to the track of its address. A radio finder that works and does not hear a track
nearby is weak evidence against what is flown by radio. Reference: domain.md section 9 (acoustic_node, acoustic_array,
rf_df) and section 10 (retarded time). Page: docs/classification.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sargas.geo.enu import Frame
from sargas.geo.wgs84 import ecef_from_geodetic
from sargas.identification.claims import CLAIM_INDEX, CLAIM_KINDS, Claim
from sargas.model.columns import NO_CODE, NS_PER_S, Float64, Int64
from sargas.model.parts import pack, unpack
from sargas.model.plots import SENSOR_CLAIMS, Plots
from sargas.model.records import Sensor
from sargas.model.tracks import Tracks

MARK = b"SARGAS-EMISSIONS-1\n"
SOUND_MPS = 343.0
FALLOFF = 3.76
"""P_D is 0.5 at reach and 0.95 at half of it."""
UNTRACKED_PER_M2 = 5e-9
"""Objects that sound or send and that no track shows: one in 200 km^2."""
LEAST_SHARE = 0.1
"""Below it a report is not told to a track."""
MOST_WAITING = 2000
"""Reports kept between two ticks, the newest; the others are of the same objects."""
OLDEST_NS = 30 * NS_PER_S
"""A report that arrives later than this is of another sky."""
AGAIN_NS = 20 * NS_PER_S
"""So often what goes on is said again: claims fade."""
FORGOTTEN_NS = 120 * NS_PER_S
"""What an address said of itself is kept for so long."""
ALIVE_NS = 30 * NS_PER_S
"""A radio finder that has reported anything within this works."""
SILENT_NS = 60 * NS_PER_S
"""A track heard by radio within this is not silent."""
SILENCE_REACH_M = 1850.0
"""At which half of what sends is heard at least: 3.7 km at 5.8 GHz, half of that in clutter (domain.md section 9)."""
LATE_M = 15e3
"""A fast object may have gone so far since its sound left it, or stand so high."""
USUAL_HEIGHT_M = 300.0
"""Above the sensor, of a track without altitude."""


class Heard(NamedTuple):
    """One report that waits for the next tick."""

    time_ns: int
    sensor_id: str
    azimuth_deg: float | None
    elevation_deg: float | None
    claim: int
    """Index into ``SENSOR_CLAIMS``."""


@dataclass(slots=True)
class Emissions:
    """Collect reports with claims, and at ticks say what they mean for tracks; a part of a snapshot."""

    sensors: dict[str, tuple[Sensor, Frame]]
    """Microphones and radio direction finders with a place, by id."""
    finders: frozenset[str]
    """Those that are radio direction finders."""
    waiting: list[Heard] = field(default_factory=list)
    addresses: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Claim and time last said by each 24-bit address."""
    said: dict[int, tuple[int, int, bool]] = field(default_factory=dict)
    """Claim, time and whether its place agrees, last told to each track from its address."""
    alive: dict[str, int] = field(default_factory=dict)
    """When each radio finder last reported anything."""
    linked: dict[int, int] = field(default_factory=dict)
    """When each track was last heard by radio, or told that it is silent."""

    @classmethod
    def of(cls, sensors: Iterable[Sensor]) -> Emissions:
        """Start with nothing heard."""
        placed = {s.id: (s, frame) for s in sensors if (frame := _frame_of(s)) is not None}
        return cls(placed, frozenset(name for name, (sensor, _) in placed.items() if sensor.kind == "rf"))

    def hear(self, plots: Plots) -> bool:
        """Take a batch: its claims, and which radio finders work; say whether a listening sensor claimed anything."""
        for name in plots.sensors_present() if self.finders else ():
            if name in self.finders:
                self.alive[name] = max(int(plots.receive_time_ns.max()), self.alive.get(name, 0))
        rows = np.flatnonzero(plots.claim >= 0)
        if not len(rows):
            return False
        listens = np.array([name in self.sensors for name in plots.sensor_ids])[plots.sensor[rows]]
        for row in rows[listens].tolist():
            name, azimuth, elevation = (
                plots.sensor_ids[plots.sensor[row]],
                plots.azimuth_deg[row],
                plots.elevation_deg[row],
            )
            told = _known(float(azimuth)), _known(float(elevation)), int(plots.claim[row])
            self.waiting.append(Heard(int(plots.time_ns[row]), name, *told))
        self.waiting = self.waiting[-MOST_WAITING:]
        named = rows[~listens & (plots.icao_address[rows] != NO_CODE)]
        said = zip(plots.claim[named].tolist(), plots.time_ns[named].tolist(), strict=True)
        self.addresses.update(zip(plots.icao_address[named].tolist(), said, strict=True))
        return bool(listens.any())

    def tick(self, tracks: Tracks, time_ns: int, doubted: frozenset[int] = frozenset()) -> list[Claim]:
        """Say what was heard since the last tick; ``tracks``: all own ones, at that time; ``doubted``: false places."""
        waiting, self.waiting = self.waiting, []
        self._forget(tracks.track_id, time_ns)
        told = self._speak_of_themselves(tracks, time_ns, doubted)
        if not len(tracks) or not self.sensors:
            return told
        sky = _Sky.of(tracks, time_ns)
        best: dict[tuple[int, str], Claim] = {}
        for name in dict.fromkeys(heard.sensor_id for heard in waiting):
            sensor, frame = self.sensors[name]
            near = sky.near(frame, _farthest_m(sensor))
            around = near.around(sensor, frame)
            # a sensor says each thing once a tick: its newest report of it
            newest = {(h.claim, h.azimuth_deg): h for h in waiting if h.sensor_id == name}
            for heard in newest.values():
                if time_ns - heard.time_ns > OLDEST_NS:
                    continue
                for claim in _share_out(heard, sensor, around, near):
                    key = claim.track_id, CLAIM_KINDS[CLAIM_INDEX[claim.name]].channel
                    if key not in best or claim.share > best[key].share:
                        best[key] = claim
        for (track_id, channel), claim in best.items():
            if channel == "radio":
                self.linked[track_id] = claim.time_ns
        return [*told, *best.values(), *self._silences(sky, time_ns)]

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "waiting": [list(heard) for heard in self.waiting],
            "addresses": list(self.addresses.items()),
            "said": list(self.said.items()),
            "alive": list(self.alive.items()),
            "linked": list(self.linked.items()),
        }
        return pack(MARK, header)

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, _ = unpack(MARK, data, 0)
        self.waiting = [Heard(*heard) for heard in header["waiting"]]
        self.addresses = {address: (claim, time_ns) for address, (claim, time_ns) in header["addresses"]}
        self.said = {number: (claim, time_ns, agrees) for number, (claim, time_ns, agrees) in header["said"]}
        self.alive, self.linked = dict(header["alive"]), dict(header["linked"])

    def _speak_of_themselves(self, tracks: Tracks, time_ns: int, doubted: frozenset[int]) -> list[Claim]:
        """Tell tracks what their address says of its kind: at first, when that changes, and again and again."""
        if not self.addresses:
            return []
        told = []
        addressed = np.flatnonzero(tracks.icao_address >= 0)
        for number, address in zip(
            tracks.track_id[addressed].tolist(), tracks.icao_address[addressed].tolist(), strict=True
        ):
            known = self.addresses.get(address)
            if known is None:
                continue
            agrees, before = number not in doubted, self.said.get(number)
            if before is None or before[0] != known[0] or before[2] != agrees or time_ns - before[1] >= AGAIN_NS:
                self.said[number] = (known[0], time_ns, agrees)
                told.append(Claim(number, time_ns, SENSOR_CLAIMS[known[0]], agrees))
        return told

    def _silences(self, sky: _Sky, time_ns: int) -> list[Claim]:
        """Say of tracks near a working radio finder that it does not hear them."""
        best: dict[int, Claim] = {}
        for name, alive_ns in self.alive.items():
            if time_ns - alive_ns > ALIVE_NS:
                continue
            sensor, frame = self.sensors[name]
            near = sky.near(frame, 2.0 * SILENCE_REACH_M)
            share = _detection(near.around(sensor, frame).range_m, SILENCE_REACH_M)
            for row in np.flatnonzero(share >= 0.5).tolist():
                number = int(near.track_id[row])
                if time_ns - self.linked.get(number, 0) < SILENT_NS:
                    continue
                if number not in best or float(share[row]) > best[number].share:
                    best[number] = Claim(number, time_ns, "radio_silent", share=float(share[row]), source=name)
        for number in best:
            self.linked[number] = time_ns - SILENT_NS + AGAIN_NS
        return list(best.values())

    def _forget(self, track_id: Int64, time_ns: int) -> None:
        live = set(track_id.tolist())
        if len(self.said) > len(live):
            self.said = {number: kept for number, kept in self.said.items() if number in live}
        if len(self.linked) > len(live):
            self.linked = {number: kept for number, kept in self.linked.items() if number in live}
        if self.addresses and time_ns // NS_PER_S % 60 == 0:
            since_ns = time_ns - FORGOTTEN_NS
            self.addresses = {a: kept for a, kept in self.addresses.items() if kept[1] >= since_ns}


class _Around(NamedTuple):
    """Where tracks are as a sensor notices them, (n,): at the time their sound left them."""

    range_m: Float64
    azimuth_rad: Float64
    elevation_rad: Float64
    spread_rad: Float64
    """One sigma of the direction that the doubt about the track's place makes."""


class _Sky(NamedTuple):
    """Tracks at one time: ECEF places and velocities, and one sigma of the place (m)."""

    track_id: Int64
    time_ns: int
    place: Float64
    velocity_enu_mps: Float64
    sigma_m: Float64
    has_altitude: Float64

    @classmethod
    def of(cls, tracks: Tracks, time_ns: int) -> _Sky:
        known = np.isfinite(tracks.altitude_m)
        place = ecef_from_geodetic(tracks.latitude_deg, tracks.longitude_deg, np.where(known, tracks.altitude_m, 0.0))
        velocity = (tracks.velocity_east_mps, tracks.velocity_north_mps, np.nan_to_num(tracks.velocity_up_mps))
        sigma_m = np.nan_to_num(tracks.position_95_m.astype(np.float64), nan=500.0) / 2.45
        return cls(tracks.track_id, time_ns, place, np.column_stack(velocity), sigma_m, known.astype(np.float64))

    def near(self, frame: Frame, reach_m: float) -> _Sky:
        """Select the tracks within a distance of a sensor: of thousands it hears few."""
        off = self.place - frame.origin_ecef
        rows = np.flatnonzero(np.einsum("ij,ij->i", off, off) < reach_m**2)
        columns = (self.place, self.velocity_enu_mps, self.sigma_m, self.has_altitude)
        return _Sky(self.track_id[rows], self.time_ns, *(column[rows] for column in columns))

    def around(self, sensor: Sensor, frame: Frame) -> _Around:
        """Lay the tracks out around a sensor; velocities are taken as in its own east, north, up: reaches are short."""
        d = frame.enu_from_ecef(self.place)
        d[:, 2] = np.where(self.has_altitude > 0.0, d[:, 2], USUAL_HEIGHT_M)
        if sensor.kind == "acoustic":
            d = d - self.velocity_enu_mps * _travel_s(d, self.velocity_enu_mps)[:, None]
        ground_m = np.hypot(d[:, 0], d[:, 1])
        range_m = np.maximum(np.hypot(ground_m, d[:, 2]), 1.0)
        azimuth_rad, elevation_rad = np.arctan2(d[:, 0], d[:, 1]), np.arcsin(d[:, 2] / range_m)
        return _Around(range_m, azimuth_rad, elevation_rad, self.sigma_m / np.maximum(ground_m, 1.0))


def _travel_s(d: Float64, v: Float64) -> Float64:
    """Return how long ago what is heard now left objects at d moving with v (m, m/s); domain.md section 10, no wind."""
    speed = np.linalg.norm(v, axis=1)
    v = v * np.minimum(1.0, 0.9 * SOUND_MPS / np.maximum(speed, 1.0))[:, None]
    along, rest = (d * v).sum(axis=1), SOUND_MPS**2 - (v * v).sum(axis=1)
    root = np.sqrt(along**2 + rest * (d * d).sum(axis=1))
    seconds: Float64 = (-along + root) / rest
    return seconds


def _farthest_m(sensor: Sensor) -> float:
    """Return how far off a track may be that a sensor hears: P_D is nought at twice its reach, sound is late."""
    channel = "sound" if sensor.kind == "acoustic" else "radio"
    reach_m = max(kind.reach_m for kind in CLAIM_KINDS if kind.channel == channel and kind.reach_m is not None)
    return 2.0 * min(reach_m, sensor.max_range_m) + LATE_M


def _detection(range_m: Float64, reach_m: float) -> Float64:
    probability: Float64 = 0.5 ** np.minimum((range_m / reach_m) ** FALLOFF, 100.0)
    return probability


def _share_out(heard: Heard, sensor: Sensor, around: _Around, sky: _Sky) -> list[Claim]:
    """Share one report out among tracks, what is not tracked, and a false alarm."""
    kind = CLAIM_KINDS[CLAIM_INDEX[SENSOR_CLAIMS[heard.claim]]]
    reach_m = min(kind.reach_m or sensor.max_range_m, sensor.max_range_m)
    likely = _detection(around.range_m, reach_m)
    # integral of P_D over the ground: half of reach squared, times 0.91 for its shape
    untracked = UNTRACKED_PER_M2 * 0.455 * reach_m**2
    false = min(sensor.clutter_per_scan, 1.0)
    if heard.azimuth_deg is None:
        untracked *= 2.0 * np.pi
    else:
        likely = likely * _normal(around.azimuth_rad - np.radians(heard.azimuth_deg), sensor.sigma_azimuth_deg, around)
        false /= 2.0 * np.pi
        if heard.elevation_deg is not None:
            off = around.elevation_rad - np.radians(heard.elevation_deg)
            likely = likely * _normal(off, sensor.sigma_elevation_deg, around)
            untracked, false = untracked / (0.5 * np.pi), false / (0.5 * np.pi)
    share = likely / (likely.sum() + untracked + false)
    rows = np.flatnonzero(share >= LEAST_SHARE).tolist()
    numbers = sky.track_id[rows].tolist()
    return [
        Claim(number, heard.time_ns, kind.name, share=float(share[row]), source=sensor.id)
        for row, number in zip(rows, numbers, strict=True)
    ]


def _normal(off_rad: Float64, sigma_deg: float, around: _Around) -> Float64:
    off = np.angle(np.exp(1j * off_rad))
    sigma = np.hypot(np.radians(sigma_deg), np.minimum(around.spread_rad, np.pi))
    density: Float64 = np.exp(-0.5 * (off / sigma) ** 2) / (sigma * np.sqrt(2.0 * np.pi))
    return density


def _frame_of(sensor: Sensor) -> Frame | None:
    if sensor.kind not in ("acoustic", "rf") or sensor.latitude_deg is None or sensor.longitude_deg is None:
        return None
    return Frame(sensor.latitude_deg, sensor.longitude_deg, sensor.height_m)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
