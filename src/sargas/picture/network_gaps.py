"""Identities that flew on unseen: a young track of ours where a partner's track that ended would be now is its object.

The gates are those of the correlation with partners' tracks; a wrong inheritance is worse than a new identity.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sargas.model.columns import NO_CODE, NS_PER_S, Bytes16, Int64
from sargas.model.label import Label
from sargas.model.parts import pack, unpack
from sargas.model.tracks import Tracks, concatenate
from sargas.model.tracks_parts import pack_tracks, unpack_tracks
from sargas.picture.network_carried import NETWORK_ID
from sargas.tracking.correlation import WITHIN_M, measure
from sargas.tracking.likeness import compare_codes, score
from sargas.tracking.remote import differences, metres_per_degree, move

MARK = b"SARGAS-NETWORK-GAPS-1\n"
FLIES_ON_NS = 60 * NS_PER_S
"""A partner's track reported longer ago is not continued."""
GATE = 13.3
"""Largest squared distance of place, velocity and height."""
LN_RATIO = float(np.log(10.0))
"""One object must be ten times likelier than two, and than any other such pair."""
MOST = 256


@dataclass(slots=True)
class NetworkGaps:
    """Remember partners' tracks that ended, by their last report."""

    standing: Tracks = field(default_factory=lambda: Tracks.none(Label()))
    """Partners' tracks with an identity, of the last tick."""
    ended: Tracks = field(default_factory=lambda: Tracks.none(Label()))

    def advance(
        self, own: Tracks, young: Int64, remote: Tracks, held: Bytes16, time_ns: int
    ) -> dict[int, tuple[int, str]]:
        """Take a tick (UTC ns); return, by own track of the ``young`` ones, identity (since, text) that it continues.

        ``own``: all own tracks at ``time_ns``, by number, ``held`` their identities; ``remote``: all partners' tracks.
        """
        remote = remote.take((remote.network_id != b"") & (remote.network_since_ns != NO_CODE))
        gone = self.standing.take(~np.isin(self.standing.track_id, remote.track_id))
        self.ended = concatenate([self.ended, gone]) if len(gone) else self.ended
        self.standing = remote
        flies = (time_ns - self.ended.time_ns <= FLIES_ON_NS) & ~np.isin(self.ended.network_id, remote.network_id)
        if not flies.all():
            self.ended = self.ended.take(flies)
        self.ended = self.ended.take(slice(-MOST, None)) if len(self.ended) > MOST else self.ended
        free = self.ended.take(~np.isin(self.ended.network_id, held))
        if not len(young) or not len(free):
            return {}
        return _continued(own.take(np.searchsorted(own.track_id, young)), free, time_ns)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        return pack(MARK, {}, [pack_tracks(self.standing), pack_tracks(self.ended)])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        _, (standing, ended) = unpack(MARK, data, 2)
        self.standing, self.ended = unpack_tracks(standing.tobytes()), unpack_tracks(ended.tobytes())


def _continued(own: Tracks, ended: Tracks, time_ns: int) -> dict[int, tuple[int, str]]:
    moved = move(ended, time_ns)
    north_m, east_m = metres_per_degree(own.latitude_deg)
    reach_m = WITHIN_M + 5.0 * np.sqrt(np.nan_to_num(moved.covariance[:, 0] + moved.covariance[:, 6]))
    away_m = np.hypot(
        (moved.latitude_deg - own.latitude_deg[:, None]) * north_m[:, None],
        (moved.longitude_deg - own.longitude_deg[:, None]) * east_m[:, None],
    )
    rows, lost = np.nonzero(away_m < reach_m)
    if not len(rows):
        return {}
    ours, theirs = own.take(rows), moved.take(lost)
    difference = differences(ours, theirs)
    distance, log_volume = measure(ours, theirs.covariance, np.ones(len(rows)), difference)
    gain = np.where(distance < GATE, score(distance, log_volume) + compare_codes(ours, ended.take(lost)), -np.inf)
    found = {}
    for k in np.flatnonzero(gain > LN_RATIO).tolist():
        rivals = gain[((rows == rows[k]) | (lost == lost[k])) & (np.arange(len(rows)) != k)]
        if not len(rivals) or gain[k] - rivals.max() > LN_RATIO:
            text = bytes(ended.network_id[lost[k]])
            if NETWORK_ID.fullmatch(text):
                found[int(ours.track_id[k])] = int(ended.network_since_ns[lost[k]]), text.decode()
    return found
