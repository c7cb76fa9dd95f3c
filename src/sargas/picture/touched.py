"""Tracks touched since the zones were last asked: asked ten times a second, in a crowd three times.

By receive time, so that a replay asks at the same envelopes. Asking costs the same for one track as for hundreds, and
a night of 10,000 targets brings 300 datagrams a second.
"""

from __future__ import annotations

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.parts import pack, unpack
from sargas.model.tracks import Tracks, concatenate
from sargas.model.tracks_parts import pack_tracks, unpack_tracks
from sargas.picture.crowd import CROWD

MARK = b"SARGAS-TOUCHED-1\n"
ASSESS_EVERY_NS, ASSESS_A_CROWD_EVERY_NS = NS_PER_S // 10, 3 * NS_PER_S // 10


class TouchedTracks:
    """Collect batches of tracks, those of one label and the same sensors together."""

    def __init__(self) -> None:
        self._batches: dict[tuple[Label, tuple[str, ...]], list[Tracks]] = {}
        self._asked_ns = -ASSESS_EVERY_NS

    def add(self, tracks: Tracks) -> None:
        """Note tracks that changed."""
        self._batches.setdefault((tracks.label, tracks.sensor_ids), []).append(tracks)

    def is_due(self, time_ns: int, tracks: int) -> bool:
        """Say whether there are any and the last asking is long enough ago, ``tracks`` in all being kept."""
        every_ns = ASSESS_A_CROWD_EVERY_NS if tracks > CROWD else ASSESS_EVERY_NS
        return bool(self._batches) and time_ns - self._asked_ns >= every_ns

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        batches = [batch for alike in self._batches.values() for batch in alike]
        return pack(MARK, {"asked_ns": self._asked_ns}, [pack_tracks(batch) for batch in batches])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, parts = unpack(MARK, data)
        self._asked_ns, self._batches = header["asked_ns"], {}
        for part in parts:
            self.add(unpack_tracks(part.tobytes()))

    def take(self, time_ns: int) -> tuple[Tracks, ...]:
        """Return what was collected, a batch for each label in order of appearance, and begin anew."""
        batches, self._batches = self._batches, {}
        self._asked_ns = time_ns
        return tuple(concatenate(alike) for alike in batches.values())
