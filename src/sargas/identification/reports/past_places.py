"""Where tracks were in the last quarter of an hour: people tell late, and mean a place of then.

Places of all tracks are kept every 15 s, and those of the last tick. Before a track was first seen it is followed back
along its course for two minutes, with growing doubt; a track that ended is kept until its last place is too old.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S, Float32, Float64, Int64
from sargas.model.parts import pack, unpack
from sargas.model.tracks import Tracks

MARK = b"SARGAS-PAST-PLACES-1\n"
STEP_NS = 15 * NS_PER_S
KEPT = 72
"""Samples: 18 minutes."""
BACK_S = 120.0
"""A track is followed back for so long before it was first seen, and on after it was last."""
DRIFT_MPS = 10.0
"""One sigma of the place gained a second so; four times that of who was seen once."""


class Places(NamedTuple):
    """Where tracks were at times: (m, n) plane metres, height, rates (m/s) and one sigma of the place; NaN: nowhere."""

    track_id: Int64
    x_m: Float64
    y_m: Float64
    height_m: Float64
    vx_mps: Float64
    vy_mps: Float64
    doubt_m: Float64


@dataclass(slots=True)
class PastPlaces:
    """Keep samples (KEPT, n, 3) of x, y and height for tracks by number, ascending."""

    plane: RegionPlane
    track_id: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    time_ns: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    """(k,) of the samples, ascending."""
    place: Float32 = field(default_factory=lambda: np.zeros((0, 0, 3), np.float32))

    def note(self, tracks: Tracks, time_ns: int) -> None:
        """Keep where tracks are, once in 15 s; those whose last sample fell out are forgotten."""
        if len(self.time_ns) and time_ns - int(self.time_ns[-1]) < STEP_NS:
            return
        first = max(len(self.time_ns) + 1 - KEPT, 0)
        kept = self.place[first:]
        alive = np.isfinite(kept[:, :, 0]).any(axis=0) if len(kept) else np.zeros(len(self.track_id), np.bool_)
        numbers = np.union1d(self.track_id[alive], tracks.track_id)
        place = np.full((len(kept) + 1, len(numbers), 3), np.nan, np.float32)
        place[:-1, np.searchsorted(numbers, self.track_id[alive])] = kept[:, alive]
        x_m, y_m = self.plane.plane_from_geodetic(tracks.latitude_deg, tracks.longitude_deg)
        place[-1, np.searchsorted(numbers, tracks.track_id)] = np.column_stack([x_m, y_m, tracks.altitude_m])
        self.track_id, self.place = numbers, place
        self.time_ns = np.append(self.time_ns[first:], time_ns)

    def near(self, latitude_deg: float, longitude_deg: float, reach_m: float) -> Int64:
        """Return the columns of tracks that any sample has within a distance of a place."""
        x_m, y_m = self.plane.plane_from_geodetic(latitude_deg, longitude_deg)
        off = np.hypot(self.place[:, :, 0] - float(x_m), self.place[:, :, 1] - float(y_m))
        found: Int64 = np.flatnonzero((off < reach_m).any(axis=0)) if len(off) else np.zeros(0, np.int64)
        return found

    def at(self, columns: Int64, times_ns: Int64) -> Places:
        """Return where tracks were at times (m,) UTC ns, between samples in a line."""
        place = self.place[:, columns].astype(np.float64)
        there = np.isfinite(place[:, :, 0])
        place[:, :, 2] = np.nan_to_num(place[:, :, 2])
        n, rows = len(columns), np.arange(len(columns))
        first, last = there.argmax(axis=0), len(there) - 1 - there[::-1].argmax(axis=0)
        seconds = (self.time_ns - times_ns[-1]) / NS_PER_S
        wanted = (times_ns - times_ns[-1])[:, None] / NS_PER_S
        # the sample before, of those that have one after them; who was seen once stays there, on no course
        k = np.searchsorted(seconds, wanted[:, 0], side="right")[:, None] - 1
        k = np.clip(k, first, np.maximum(last - 1, first))
        after = np.minimum(k + 1, last)
        here, next_place = place[k, rows], place[after, rows]
        span_s = np.where(after > k, seconds[after] - seconds[k], 1.0)
        rate = (next_place - here) / span_s[:, :, None]
        found = here + rate * (wanted - seconds[k])[:, :, None]
        outside_s = np.maximum(np.maximum(seconds[first] - wanted, wanted - seconds[last]), 0.0)
        reach_s = np.where(last > first, BACK_S, STEP_NS / NS_PER_S)
        found[outside_s > reach_s] = np.nan
        # going on in a line may lead below the ground or into space: heights stay
        height = np.clip(
            found[:, :, 2],
            np.minimum(here[:, :, 2], next_place[:, :, 2]),
            np.maximum(here[:, :, 2], next_place[:, :, 2]),
        )
        doubt_m = np.where(last > first, DRIFT_MPS, 4.0 * DRIFT_MPS) * outside_s
        shape = (len(times_ns), n)
        columns_out = (found[:, :, 0], found[:, :, 1], height, rate[:, :, 0], rate[:, :, 1], doubt_m)
        return Places(self.track_id[columns], *(np.broadcast_to(values, shape) for values in columns_out))

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        return pack(MARK, {}, [self.track_id, self.time_ns, self.place])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        _, (self.track_id, self.time_ns, self.place) = unpack(MARK, data, 3)
