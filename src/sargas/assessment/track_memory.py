"""Where each track was last: what crossing a border is measured against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import Float64, Int64
from sargas.model.rising import are_among

Bool = NDArray[np.bool_]


@dataclass(slots=True)
class TrackMemory:
    """Hold the last position of every track, sorted by track id, and which borders it was last seen outside of."""

    track_id: Int64
    position: Float64
    """(n, 3): x, y in the region plane, altitude; metres."""
    time_ns: Int64
    is_outside: Bool
    """(n, b): the track came from outside of border b and has not been reported inside since."""

    @classmethod
    def none(cls, borders: int) -> Self:
        """Start with no track, for a number of borders."""
        return cls(np.zeros(0, np.int64), np.zeros((0, 3)), np.zeros(0, np.int64), np.zeros((0, borders), np.bool_))

    def recall(self, track_id: Int64, position: Float64) -> tuple[Float64, Bool]:
        """Return the last positions (n, 3) and borders (n, b) of tracks; a new track was where it is, outside none."""
        rows, known = self._rows(track_id)
        last = position.copy()
        last[known] = self.position[rows[known]]
        last = np.where(np.isnan(last), position, last)  # A place that was not known cannot begin a way.
        outside = np.zeros((len(track_id), self.is_outside.shape[1]), np.bool_)
        outside[known] = self.is_outside[rows[known]]
        return last, outside

    def knows(self, track_id: Int64) -> Bool:
        """Say which tracks are remembered."""
        return self._rows(track_id)[1]

    def keep(self, track_id: Int64, position: Float64, time_ns: int, is_outside: Bool) -> None:
        """Remember tracks (sorted, unique ids) at their new positions."""
        rows, known = self._rows(track_id)
        if known.all():
            self.position[rows], self.is_outside[rows], self.time_ns[rows] = position, is_outside, time_ns
            return
        old = rows[known]
        self.position[old], self.is_outside[old], self.time_ns[old] = position[known], is_outside[known], time_ns
        new, places = ~known, rows[~known]
        self.track_id = np.insert(self.track_id, places, track_id[new])
        self.position = np.insert(self.position, places, position[new], axis=0)
        self.time_ns = np.insert(self.time_ns, places, time_ns)
        self.is_outside = np.insert(self.is_outside, places, is_outside[new], axis=0)

    def forget(self, track_id: Int64) -> None:
        """Drop tracks; those not known are passed over."""
        kept = ~are_among(self.track_id, np.sort(track_id))
        self.track_id, self.time_ns = self.track_id[kept], self.time_ns[kept]
        self.position, self.is_outside = self.position[kept], self.is_outside[kept]

    def silent_since(self, time_ns: int) -> Int64:
        """List the tracks last heard of before a time."""
        return self.track_id[self.time_ns < time_ns]

    def to_lists(self) -> dict[str, Any]:
        """Return the columns as plain lists, for a snapshot."""
        return {
            "track_id": self.track_id.tolist(),
            "position": self.position.tolist(),
            "time_ns": self.time_ns.tolist(),
            "is_outside": self.is_outside.tolist(),
        }

    @classmethod
    def from_lists(cls, columns: dict[str, Any], borders: list[int | None]) -> Self:
        """Read what ``to_lists`` gave; ``borders`` names, per border now, its column then (none: new since)."""
        n = len(columns["track_id"])
        outside = np.zeros((n, len(borders)), np.bool_)
        for column, old in enumerate(borders):
            if old is not None:
                outside[:, column] = [row[old] for row in columns["is_outside"]]
        return cls(
            np.array(columns["track_id"], np.int64),
            np.array(columns["position"], np.float64).reshape(n, 3),
            np.array(columns["time_ns"], np.int64),
            outside,
        )

    def _rows(self, track_id: Int64) -> tuple[Int64, Bool]:
        rows = np.searchsorted(self.track_id, track_id)
        known = np.zeros(len(track_id), np.bool_)
        within = rows < len(self.track_id)
        known[within] = self.track_id[rows[within]] == track_id[within]
        return rows, known
