"""Partners' tracks that add nothing: of sensors whose plots reach us too, where our own tracks hold what they show.

Where we have no track such a one coasts or is false; told, it would make our picture worse than without the partner.
One that goes on with plots for long, far from every track of ours, is told all the same: we may be the ones at fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sargas.model.columns import NS_PER_S, Int64
from sargas.model.tracks import Tracks
from sargas.tracking.remote import metres_per_degree

PATIENCE_NS = 20 * NS_PER_S
ALONE_M = 5_000.0


@dataclass(slots=True)
class IdleTracks:
    """Remember since when idle tracks have gone on with plots far from ours."""

    since_ns: dict[int, int] = field(default_factory=dict)

    def untold(self, idle: Int64, correlated: Int64, own: Tracks, remote: Tracks, time_ns: int) -> set[int]:
        """Return the idle tracks that are not to be told at ``time_ns`` (UTC ns).

        ``idle``, ``correlated``: numbers of partners' tracks, the latter those that are ours; ``own`` and ``remote``
        all tracks now.
        """
        if not len(idle):
            self.since_ns = {}
            return set()
        lone = np.isin(remote.track_id, np.setdiff1d(idle, correlated))
        updated = remote.take(lone & remote.is_confirmed)
        numbers = updated.track_id[_is_far(updated, own)].tolist()
        self.since_ns = {number: self.since_ns.get(number, time_ns) for number in numbers}
        lasting = {number for number, since_ns in self.since_ns.items() if time_ns - since_ns >= PATIENCE_NS}
        return set(idle.tolist()) - lasting

    def to_list(self) -> list[tuple[int, int]]:
        """Return the state as plain values, for a snapshot."""
        return list(self.since_ns.items())

    def from_list(self, rows: list[Any]) -> None:
        """Go on from what ``to_list`` gave."""
        self.since_ns = dict(rows)


def _is_far(tracks: Tracks, own: Tracks) -> np.ndarray[Any, np.dtype[np.bool_]]:
    north_m, east_m = metres_per_degree(tracks.latitude_deg)
    north = (tracks.latitude_deg[:, None] - own.latitude_deg) * north_m[:, None]
    east = (tracks.longitude_deg[:, None] - own.longitude_deg) * east_m[:, None]
    far: np.ndarray[Any, np.dtype[np.bool_]] = np.hypot(north, east) > ALONE_M
    return np.asarray(far.all(axis=1))
