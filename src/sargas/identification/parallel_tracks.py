"""A claim that flies beside a radar's track: what primary radar, which hears no names, can say against ADS-B.

An aircraft that claims a place some kilometres off gives two tracks, one of its claims alone and one of the radar
alone, that fly alike. The radar must be able to see the claimed place: no farther and no lower than the track that it
does see, or high and well inside its range. Then nothing is where the claim says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sargas.identification.gnss_motion import METRES_PER_DEGREE
from sargas.identification.saying import say
from sargas.model.columns import NO_CODE, NS_PER_S, Float64, Int64
from sargas.model.parts import pack, unpack
from sargas.model.saying import Said
from sargas.model.tracks import Tracks
from sargas.sensors.site import Sites

MARK = b"SARGAS-PARALLEL-1\n"
NEAREST_M, FARTHEST_M = 1_500.0, 25_000.0
ALIKE_MPS = 15.0
ALIKE_HEIGHT_M = 800.0
SLOWEST_MPS = 40.0
"""Slower, two that fly alike are nothing special."""
HIGH_M, WELL_INSIDE = 5_000.0, 0.6
"""What flies so high is seen within this share of a radar's range, if its like is seen at all."""
KEEPS_M_PER_LOOK = 400.0
"""The way from the one to the other changes by no more from look to look, ten seconds."""
LOOKS = 6
FRESH_NS = 15 * NS_PER_S
RADARS = ("radar-3d", "radar-2d")


@dataclass(frozen=True, slots=True)
class Parallel:
    """A claim and a radar's track that fly alike since ``start_ns`` (UTC ns), ``looks`` looks in turn; metres apart."""

    icao_address: int
    claim_track: int
    radar_track: int
    sensor_id: str
    start_ns: int
    found_ns: int
    looks: int
    east_m: float
    north_m: float
    end_ns: int | None = None

    @property
    def why(self) -> Said:
        """Say it in words."""
        return say("gnss_beside", sensor=self.sensor_id, distance=np.hypot(self.east_m, self.north_m) / 1e3)


class ParallelTracks:
    """Follow pairs of tracks from look to look, every ten seconds. Deterministic."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[int, int], Parallel] = {}

    def advance(self, tracks: Tracks, sites: Sites, time_ns: int) -> list[Parallel]:
        """Take all tracks at ``time_ns`` (UTC ns); return what begins, at its sixth look, and what ends."""
        before, told = self._pairs, list[Parallel]()
        self._pairs = {}
        for claim, other, sensor_id, east_m, north_m in _find_pairs(tracks, sites, time_ns):
            key = int(tracks.track_id[claim]), int(tracks.track_id[other])
            was = before.get(key)
            if was is None or np.hypot(east_m - was.east_m, north_m - was.north_m) > KEEPS_M_PER_LOOK:
                address = int(tracks.icao_address[claim])
                self._pairs[key] = Parallel(address, *key, sensor_id, time_ns, time_ns, 1, east_m, north_m)
                continue
            now = replace(was, looks=was.looks + 1, east_m=east_m, north_m=north_m)
            if now.looks == LOOKS:
                now = replace(now, found_ns=time_ns)
                told.append(now)
            self._pairs[key] = now
        for key, was in before.items():
            now_is = self._pairs.get(key)
            if was.looks >= LOOKS and (now_is is None or now_is.looks < LOOKS):
                told.append(replace(was, end_ns=time_ns))
        return told

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        names = Parallel.__dataclass_fields__
        return pack(MARK, {"pairs": [[getattr(pair, name) for name in names] for pair in self._pairs.values()]})

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        found = [Parallel(*values) for values in unpack(MARK, data, 0)[0]["pairs"]]
        self._pairs = {(pair.claim_track, pair.radar_track): pair for pair in found}


def _find_pairs(tracks: Tracks, sites: Sites, time_ns: int) -> list[tuple[int, int, str, float, float]]:
    """Return row of the claim, row of the radar's track, a radar that should see both, and the way between (m)."""
    kinds = {sensor.id: sensor.kind for sensor in sites.sensors}
    of_radar = np.array([kinds.get(name) in RADARS for name in tracks.sensor_ids], np.bool_)
    bits = _bits(tracks)
    has_radar, has_other = bits[:, of_radar].any(axis=1), bits[:, ~of_radar].any(axis=1)
    alive = tracks.is_confirmed & (tracks.update_time_ns >= time_ns - FRESH_NS)
    alive &= np.hypot(tracks.velocity_east_mps, tracks.velocity_north_mps) >= SLOWEST_MPS
    claims = np.flatnonzero(alive & has_other & ~has_radar & (tracks.icao_address != NO_CODE))
    others = np.flatnonzero(alive & has_radar & ~has_other & (tracks.icao_address == NO_CODE))
    if not len(claims) or not len(others):
        return []
    found = list[tuple[int, int, str, float, float]]()
    for claim, other, way in zip(*_alike(tracks, claims, others), strict=True):
        for place in np.flatnonzero(bits[other] & of_radar).tolist():
            if _should_see(tracks, int(claim), int(other), sites, tracks.sensor_ids[place]):
                found.append((int(claim), int(other), tracks.sensor_ids[place], float(way[0]), float(way[1])))
                break
    return found


def _alike(tracks: Tracks, claims: Int64, others: Int64) -> tuple[Int64, Int64, Float64]:
    """Return rows of claims and of others that fly alike beside each other, and the way between (n, 2), m."""
    scale = METRES_PER_DEGREE * np.array([np.cos(np.deg2rad(np.mean(tracks.latitude_deg[claims]))), 1.0])
    place = np.c_[tracks.longitude_deg, tracks.latitude_deg] * scale
    near = cKDTree(place[claims]).query_ball_tree(cKDTree(place[others]), FARTHEST_M)
    a = np.repeat(claims, [len(found) for found in near])
    b = others[np.array([j for found in near for j in sorted(found)], np.int64)]
    way = place[b] - place[a]
    differs_mps = np.hypot(
        tracks.velocity_east_mps[a] - tracks.velocity_east_mps[b],
        tracks.velocity_north_mps[a] - tracks.velocity_north_mps[b],
    )
    alike = (np.hypot(*way.T) >= NEAREST_M) & (differs_mps <= ALIKE_MPS)
    alike &= ~(np.abs(tracks.altitude_m[a] - tracks.altitude_m[b]) > ALIKE_HEIGHT_M)
    return a[alike], b[alike], way[alike]


def _should_see(tracks: Tracks, claim: int, other: int, sites: Sites, sensor_id: str) -> bool:
    """Say whether a radar that sees a track would see what flies at the claimed place: no farther off and no lower."""
    sensor = sites.sensors[int(sites.indices([sensor_id])[0])]
    if sensor.latitude_deg is None or sensor.longitude_deg is None:
        return False
    north = (tracks.latitude_deg[[claim, other]] - sensor.latitude_deg) * METRES_PER_DEGREE
    east = (tracks.longitude_deg[[claim, other]] - sensor.longitude_deg) * METRES_PER_DEGREE
    east *= np.cos(np.deg2rad(sensor.latitude_deg))
    there_m, here_m = np.hypot(east, north).tolist()
    altitude_m = tracks.altitude_m[claim]
    if altitude_m >= HIGH_M and there_m <= WELL_INSIDE * sensor.max_range_m:
        return True
    is_low = altitude_m < tracks.altitude_m[other] - 0.5 * ALIKE_HEIGHT_M
    return bool(there_m <= here_m + NEAREST_M and not is_low)


def _bits(tracks: Tracks) -> NDArray[np.bool_]:
    """Say which sensors (columns) are behind which tracks (rows)."""
    columns = [
        (tracks.contributing[:, i // 64] >> np.uint64(i % 64) & np.uint64(1)) != 0
        for i in range(len(tracks.sensor_ids))
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((len(tracks), 0), np.bool_)
