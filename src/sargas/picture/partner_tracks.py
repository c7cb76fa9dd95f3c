"""Partners' system tracks (CAT062) in our picture: each keeps one number of ours as long as its sender keeps its own.

They are shown beside our tracks, marked by their source; correlating them with ours belongs to track fusion.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sargas.model.tracks import Tracks, TrackStatus

FIRST_NUMBER = 1 << 31
"""Partner tracks are numbered from here, own tracks below: both fit the 32 bits of the track feed."""

SILENT_AFTER_NS = 30_000_000_000


class PartnerTracks:
    """Map (source, partner's track number) to our numbers, and drop what its sender no longer reports."""

    def __init__(self) -> None:
        self._next = FIRST_NUMBER
        self._number_of: dict[tuple[str, int], int] = {}
        self._last: dict[tuple[str, int], tuple[int, Tracks]] = {}

    def take(self, source: str, tracks: Tracks, receive_time_ns: int) -> Tracks:
        """Renumber a partner's batch; a row its sender ended frees the pair, so that its reuse gets a new number."""
        numbers = np.empty(len(tracks), np.int64)
        for i, (theirs, status) in enumerate(zip(tracks.track_id.tolist(), tracks.status.tolist(), strict=True)):
            key = (source, theirs)
            if key not in self._number_of:
                self._number_of[key] = self._next
                self._next += 1
            numbers[i] = self._number_of[key]
            if status == TrackStatus.DROPPED:
                del self._number_of[key]
                self._last.pop(key, None)
            else:
                self._last[key] = (receive_time_ns, tracks.take(slice(i, i + 1)))
        return replace(tracks, track_id=numbers)

    def advance(self, time_ns: int) -> tuple[Tracks, ...]:
        """Drop, in order of our number, the tracks not reported for ``SILENT_AFTER_NS``."""
        silent = [key for key, (heard_ns, _) in self._last.items() if time_ns - heard_ns > SILENT_AFTER_NS]
        dropped = []
        for key in sorted(silent, key=lambda k: self._number_of[k]):
            _, last = self._last.pop(key)
            number = np.array([self._number_of.pop(key)], np.int64)
            dropped.append(replace(last, track_id=number, status=np.array([TrackStatus.DROPPED], np.uint8)))
        return tuple(dropped)
