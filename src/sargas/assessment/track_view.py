"""One batch of tracks against all zones: where they are in the plane, in which zones, and where they are heading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sargas.geo.zone_kernels import Columns3
from sargas.geo.zones import ZoneIndex
from sargas.model.columns import Float64, Int32, Int64, known_or
from sargas.model.label import Label
from sargas.model.tracks import Tracks

Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of a row of tracks and a zone, by row then zone."""

    rows: Int32
    zones: Int32
    codes: Int64
    """row * zone count + zone, rising."""
    zone_count: int

    @classmethod
    def of(cls, rows: Int32, zones: Int32, zone_count: int) -> Self:
        """Take pairs that are ordered by row then zone."""
        return cls(rows, zones, rows.astype(np.int64) * zone_count + zones, zone_count)

    def has(self, code: int) -> bool:
        """Say whether a pair, given as its code, is among them."""
        place = int(np.searchsorted(self.codes, code))
        return place < len(self.codes) and int(self.codes[place]) == code

    def have(self, codes: Int64) -> Bool:
        """Say which of n pairs, given as codes, are among them."""
        places = np.searchsorted(self.codes, codes)
        found = np.zeros(len(codes), np.bool_)
        within = places < len(self.codes)
        found[within] = self.codes[places[within]] == codes[within]
        return found


@dataclass(frozen=True, slots=True)
class TrackView:
    """Hold tracks, one row each and sorted by id, with their positions (n, 3): x, y in the plane and altitude, m."""

    tracks: Tracks
    position: Float64
    inside: Pairs
    """Who is in which zone now."""
    label: Label
    """Of what is made from these tracks."""
    doubted: frozenset[int]
    """Numbers of tracks whose own word is doubtful."""

    @classmethod
    def of(cls, tracks: Tracks, index: ZoneIndex, label: Label, doubted: frozenset[int] = frozenset()) -> Self:
        """Place tracks in the plane and find their zones."""
        x_m, y_m = index.plane.plane_from_geodetic(tracks.latitude_deg, tracks.longitude_deg)
        position = np.stack([x_m, y_m, tracks.known_altitude_m], axis=1)
        inside = Pairs.of(*index.containing_pairs(columns(position)), len(index))
        return cls(tracks, position, inside, label, doubted)

    def rows_of(self, track_ids: Int64) -> Int64:
        """Return the rows of tracks; -1 for those not in this batch."""
        rows = np.searchsorted(self.tracks.track_id, track_ids)
        rows[rows == len(self.tracks)] = 0
        found = self.tracks.track_id[rows] == track_ids if len(self.tracks) else np.zeros(len(rows), np.bool_)
        return np.where(found, rows, -1)

    def predicted_position(self, index: ZoneIndex, ahead_s: float) -> Float64:
        """Return the positions (n, 3) after a straight flight, its descent ending at the ground.

        A velocity that is not known counts as none.
        """
        tracks = self.tracks
        x_mps, y_mps = index.plane.plane_velocity_from_enu(
            tracks.latitude_deg, tracks.longitude_deg, tracks.velocity_east_mps, tracks.velocity_north_mps
        )
        velocity = known_or(np.stack([x_mps, y_mps, tracks.velocity_up_mps], axis=1), 0.0)
        after: Float64 = self.position + ahead_s * velocity
        after[:, 2] = np.maximum(after[:, 2], np.minimum(self.position[:, 2], 0.0))
        return after


def columns(position: Float64) -> Columns3:
    """Split positions (n, 3) into the contiguous columns that zone queries take."""
    x_m, y_m, altitude_m = np.ascontiguousarray(position.T)
    return x_m, y_m, altitude_m
