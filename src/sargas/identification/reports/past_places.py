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
"""One sigma of the place gained a second so, and a second between samples twice as far apart as usual."""


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
        out = np.full((6, len(times_ns), len(columns)), np.nan)
        for column in range(len(columns)):
            rows = np.flatnonzero(there[:, column])
            if len(rows):
                out[:, :, column] = _follow(self.time_ns[rows], place[rows, column], times_ns)
        return Places(self.track_id[columns], *out)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        return pack(MARK, {}, [self.track_id, self.time_ns, self.place])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        _, (self.track_id, self.time_ns, self.place) = unpack(MARK, data, 3)


def _follow(time_ns: Int64, place: Float64, wanted_ns: Int64) -> Float64:
    """Return (6, m): x, y, height, rates of x and y, and doubt of one track with samples (k, 3) at times."""
    seconds, wanted = (time_ns - time_ns[0]) / NS_PER_S, (wanted_ns - time_ns[0]) / NS_PER_S
    place = np.column_stack([place[:, :2], np.nan_to_num(place[:, 2])])
    if len(seconds) == 1:  # seen once: near there, on no course
        off_s = np.abs(wanted)
        still = np.where(off_s <= STEP_NS / NS_PER_S, 1.0, np.nan)
        here = place[0][:, None] * still
        return np.vstack([here, np.zeros((2, len(wanted))), 4.0 * DRIFT_MPS * off_s])
    k = np.clip(np.searchsorted(seconds, wanted, side="right") - 1, 0, len(seconds) - 2)
    span = seconds[k + 1] - seconds[k]
    rate = (place[k + 1] - place[k]) / span[:, None]
    found = place[k] + rate * (wanted - seconds[k])[:, None]
    outside_s = np.maximum(np.maximum(-wanted, wanted - seconds[-1]), 0.0)
    gap_s = np.maximum(span - 2.0 * STEP_NS / NS_PER_S, 0.0)
    found[outside_s > BACK_S] = np.nan
    # going on in a line may lead below the ground or into space: heights stay
    height = np.clip(found[:, 2], place[:, 2].min(), place[:, 2].max())
    return np.vstack([found[:, 0], found[:, 1], height, rate[:, 0], rate[:, 1], DRIFT_MPS * (outside_s + gap_s)])
