"""Where tracks come from: inside which borders they were first seen, and whether their course leads back over one.

A low drone is often seen only when it is well inside; its course back is the better witness. Straight flight is assumed
for the course: the further back, the less it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp

import numpy as np

from sargas.geo.plane import RegionPlane
from sargas.geo.zone_kernels import Columns3
from sargas.geo.zones import ZoneIndex
from sargas.identification.saying import say
from sargas.model.columns import Float64, Int32, Int64
from sargas.model.parts import pack, unpack
from sargas.model.records import Zone
from sargas.model.saying import Said
from sargas.model.tracks import Tracks

MARK = b"SARGAS-ORIGIN-1\n"
BACK_S = 600.0
"""The course is followed back for so long at most."""
FORGET_S = 300.0
"""After so long of straight flight back the course is worth 1/e."""
SEEN_ABROAD = 0.97
BACK_ABROAD = 0.85
"""Probability that a track came from abroad when it was seen there; when its course leads back there at once."""
SLOWEST_MPS = 5.0
"""What moves more slowly has no course."""
STEPS = 60


@dataclass(frozen=True, slots=True)
class Origin:
    """Say where a track came from: ``abroad`` or ``domestic``, with probability and reasons."""

    value: str
    probability: float
    reasons: tuple[Said, ...]


@dataclass(slots=True)
class TrackOrigins:
    """Judge each track once, when it is first told as firm; remembers which were judged."""

    zones: ZoneIndex
    seen: dict[int, None] = field(default_factory=dict)

    @classmethod
    def of(cls, zones: Sequence[Zone], plane: RegionPlane) -> TrackOrigins:
        """Look at the zones of kind border."""
        return cls(ZoneIndex.of([zone for zone in zones if zone.kind == "border"], plane))

    def judge(self, tracks: Tracks) -> list[tuple[int, Origin]]:
        """Return the origins of tracks not judged before, in their order; none where no border is configured."""
        if not len(self.zones):
            return []
        new = np.array([track_id not in self.seen for track_id in tracks.track_id.tolist()], np.bool_)
        if not new.any():
            return []
        fresh = tracks.take(new)
        self.seen |= dict.fromkeys(fresh.track_id.tolist())
        return list(zip(fresh.track_id.tolist(), self._origins(fresh), strict=True))

    def forget(self, track_ids: Int64) -> None:
        """Drop tracks that are no more."""
        for track_id in track_ids.tolist():
            self.seen.pop(track_id, None)

    def snapshot(self) -> bytes:
        """Return the state as bytes; equal states give equal bytes."""
        return pack(MARK, {}, [np.array(list(self.seen), np.int64)])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        _, (seen,) = unpack(MARK, data, 1)
        self.seen = dict.fromkeys(seen.tolist())

    def _origins(self, tracks: Tracks) -> list[Origin]:
        x_m, y_m = self.zones.plane.plane_from_geodetic(tracks.latitude_deg, tracks.longitude_deg)
        vx_mps, vy_mps = self.zones.plane.plane_velocity_from_enu(
            tracks.latitude_deg, tracks.longitude_deg, tracks.velocity_east_mps, tracks.velocity_north_mps
        )
        is_moving = np.hypot(tracks.velocity_east_mps, tracks.velocity_north_mps) >= SLOWEST_MPS
        unknown_m = np.full(len(tracks), np.nan)  # a border has no floor that matters here
        here = (x_m, y_m, unknown_m)
        before = (x_m - BACK_S * vx_mps, y_m - BACK_S * vy_mps, unknown_m)
        home = _first_zone(len(tracks), *self.zones.containing_pairs(here))
        outside_s = np.where(is_moving, self._seconds_outside(home, here, before), np.nan)
        return [self._origin(zone, seconds) for zone, seconds in zip(home.tolist(), outside_s.tolist(), strict=True)]

    def _seconds_outside(self, home: Int64, here: Columns3, before: Columns3) -> Float64:
        """Return after how many seconds of flight back each track was last outside its border (n,); NaN: never was."""
        seconds = np.full(len(home), np.nan)
        for step in np.linspace(1.0, 0.0, STEPS, endpoint=False).tolist():
            x_m, y_m = (here[k] + step * (before[k] - here[k]) for k in (0, 1))
            rows, zones = self.zones.containing_pairs((x_m, y_m, here[2]))
            inside = np.zeros(len(home), np.bool_)
            inside[rows[home[rows] == zones]] = True
            seconds = np.where(inside, seconds, step * BACK_S)
        return seconds

    def _origin(self, zone: int, outside_s: float) -> Origin:
        if zone < 0:
            return Origin("abroad", SEEN_ABROAD, (say("seen_outside"),))
        name = self.zones.zones[zone].name
        if np.isnan(outside_s):
            return Origin("domestic", BACK_ABROAD, (say("seen_inside", zone=name),))
        probability = 0.5 + (BACK_ABROAD - 0.5) * exp(-outside_s / FORGET_S)
        return Origin("abroad", probability, (say("course_back", zone=name, seconds=outside_s),))


def _first_zone(n: int, rows: Int32, zones: Int32) -> Int64:
    """Return the first zone that holds each of n points; -1: none."""
    found = np.full(n, -1, np.int64)
    found[rows[::-1]] = zones[::-1]
    return found
