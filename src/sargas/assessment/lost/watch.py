"""Tracks that would be missed: the last state of each as of its newest plot, and where it was for some minutes."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from sargas.geo.wgs84 import wrapped_longitudes_deg
from sargas.model.columns import NS_PER_S, Float32, Float64, Int64
from sargas.model.parts import pack, unpack
from sargas.model.tracks import Tracks, TrackStatus

MARK = b"SARGAS-WATCH-1\n"
TURN_S = 12.0
SLOWEST_TURN_MPS = 8.0
ANCHOR_S = 120.0
"""The mean of where a track was forgets over so long."""


def _rows(*shape: int) -> Any:
    return field(default_factory=lambda: np.zeros((0, *shape)))


@dataclass(slots=True)
class Watch:
    """Columns of one length by track, ascending; states hold for ``seen_ns``, the tick after the newest plot."""

    track_id: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    since_ns: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    update_ns: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    seen_ns: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    armed: Float64 = _rows()
    """Probability of a warhead; NaN: not judged."""
    state: Float64 = _rows(6)
    """(n, 6) latitude, longitude deg, altitude m, velocity east, north, up m/s."""
    covariance: Float64 = _rows(21)
    anchor: Float64 = _rows(2)
    """(n, 2) latitude, longitude deg."""
    rcs_dbsm: Float64 = _rows()
    classes: Float64 = _rows(12)
    has_codes: Float64 = _rows()
    """1 where a transponder answered."""
    turn_rad_s: Float64 = _rows()
    """Rate of turn of the last seconds, positive to the left; of what hardly moves 0."""
    contributing: Any = field(default_factory=lambda: np.zeros((0, 1), np.uint64))

    def __len__(self) -> int:
        return len(self.track_id)

    def take(self, rows: Any) -> Watch:
        """Select rows by index or mask."""
        return Watch(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})

    def refreshed(self, tracks: Tracks, rows: Int64, armed: Float64, time_ns: int) -> Watch:
        """Return the watch of some rows of tracks, by number; what has no newer plot keeps the state it had."""
        n, update_ns, is_confirmed = (
            len(rows),
            tracks.update_time_ns[rows],
            tracks.status[rows] == TrackStatus.CONFIRMED,
        )
        state = _states(tracks, rows)
        new = Watch(
            tracks.track_id[rows],
            np.full(n, time_ns),
            update_ns,
            np.full(n, time_ns),
            armed,
            state,
            tracks.covariance[rows],
            state[:, :2].copy(),
            tracks.rcs_dbsm[rows].astype(np.float64),
            tracks.class_probabilities[rows].astype(np.float64),
            ((tracks.mode_3a[rows] >= 0) | (tracks.icao_address[rows] >= 0)).astype(np.float64),
            np.zeros(n),
            tracks.contributing[rows],
        )
        if not len(self) or not n:
            return new
        old = np.minimum(np.searchsorted(self.track_id, new.track_id), len(self) - 1)
        known = self.track_id[old] == new.track_id
        new.since_ns[known] = self.since_ns[old[known]]
        share = np.exp(-(time_ns - self.seen_ns[old[known]]) / (ANCHOR_S * NS_PER_S))[:, None]
        back = self.anchor[old[known]] - new.anchor[known]
        back[:, 1] = wrapped_longitudes_deg(back[:, 1])
        new.anchor[known] += share * back
        new.anchor[known, 1] = wrapped_longitudes_deg(new.anchor[known, 1])
        stale = known & ((update_ns <= self.update_ns[old]) | ~is_confirmed)
        fresh = np.flatnonzero(known & ~stale)
        new.turn_rad_s[fresh] = _turn_rates(self, old[fresh], new.state[fresh], time_ns)
        for name in ("update_ns", "seen_ns", "state", "covariance", "anchor", "turn_rad_s"):
            getattr(new, name)[stale] = getattr(self, name)[old[stale]]
        return new

    def snapshot(self) -> bytes:
        """Return the state as bytes."""
        return pack(MARK, {}, [getattr(self, one.name) for one in fields(self)])

    @classmethod
    def restored(cls, data: bytes) -> Watch:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        names = [one.name for one in fields(cls)]
        return cls(**dict(zip(names, unpack(MARK, data, len(names))[1], strict=True)))


def _turn_rates(before: Watch, old: Int64, state: Float64, time_ns: int) -> Float64:
    """Return rates of turn, smoothed, of tracks that had a state before and have a newer one (n, 6)."""
    elapsed_s = np.maximum((time_ns - before.seen_ns[old]) / NS_PER_S, 1e-3)
    was, now = (np.arctan2(rows[:, 4], rows[:, 3]) for rows in (before.state[old], state))
    rate = ((now - was + np.pi) % (2.0 * np.pi) - np.pi) / elapsed_s
    rate[np.hypot(state[:, 3], state[:, 4]) < SLOWEST_TURN_MPS] = 0.0
    share = np.exp(-elapsed_s / TURN_S)
    found: Float64 = share * before.turn_rad_s[old] + (1.0 - share) * rate
    return found


def known_classes(probabilities: Float64 | Float32) -> bool:
    """Tell whether a row of class probabilities says anything."""
    return bool(np.isfinite(probabilities).all() and float(probabilities.sum()) > 0.5)


def _states(tracks: Tracks, rows: Int64) -> Float64:
    columns = (
        tracks.latitude_deg, tracks.longitude_deg, tracks.altitude_m,
        tracks.velocity_east_mps, tracks.velocity_north_mps, tracks.velocity_up_mps,
    )  # fmt: skip
    found = np.empty((len(rows), len(columns)))
    for k, column in enumerate(columns):
        found[:, k] = column[rows]
    return found
