"""What goes first on a slow link: the log at once, then the bucket whose tracks have moved most from what was told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sargas.formats.release.envelope import HEADER_OCTETS, SIGNATURE_OCTETS, Release
from sargas.formats.release.track_wire import ToldTracks
from sargas.model.columns import NS_PER_S, Float64

TRANSPORT_OCTETS = 150
"""Of subject, headers, TCP, TLS and IP around one message: an estimate, see docs/performance.md."""
BURST_S = 1.0
NEW_M, ENDED_M, CHANGED_M, OVERDUE_M_PER_S = 2_000.0, 1_000.0, 500.0, 20.0
"""How many metres of error it is worth that a track is new, has ended, or is otherwise than told; and each second."""
TIER_WEIGHT = np.array([1.0, 3.0, 10.0])
METRES_PER_DEGREE = 111_195.0


class Link:
    """Keep to the bits per second of a link: what urgent messages take too early is missing later."""

    def __init__(self, link_bps: int) -> None:
        self.link_bps = link_bps
        self._credit_octets = self._burst_octets = link_bps / 8 * BURST_S
        self._since_ns = 0

    def advance(self, time_ns: int) -> None:
        """Let time pass until ``time_ns``."""
        elapsed_s = max(time_ns - self._since_ns, 0) / NS_PER_S if self._since_ns else 0.0
        self._since_ns = max(time_ns, self._since_ns)
        self._credit_octets = min(self._credit_octets + elapsed_s * self.link_bps / 8, self._burst_octets)

    def is_free(self) -> bool:
        """Say whether something that can wait may go now."""
        return self._credit_octets > 0

    def take(self, octets: int) -> None:
        """Use the link for one message."""
        self._credit_octets -= octets


def size_on_link(release: Release) -> int:
    """Return how many octets a release takes on a link at most, with what carries it."""
    label = release.label
    marks = sum(len(caveat.encode()) + 1 for caveat in label.caveats)
    head = HEADER_OCTETS + len(release.token) + 6 + 3 * len(label.releasable_to) + marks
    return head + len(release.body) + SIGNATURE_OCTETS + TRANSPORT_OCTETS


@dataclass(frozen=True, slots=True)
class Sent:
    """The last state told of a bucket."""

    told: ToldTracks
    time_ns: int


def urgency(now: ToldTracks, sent: Sent | None, time_ns: int) -> float:
    """Return how wrong a partner's picture of a bucket is: metres, dangerous tracks counting several times; 0: not."""
    weight = TIER_WEIGHT[np.minimum(now.danger, 2)]
    if sent is None:
        return float(weight.sum() * NEW_M)
    _, here, there = np.intersect1d(now.tracks.track_id, sent.told.tracks.track_id, return_indices=True)
    error = np.full(len(weight), NEW_M)
    error[here] = _dead_reckoning_error_m(now, sent.told, here, there)
    ended = sent.told.danger[np.setdiff1d(np.arange(len(sent.told.danger)), there)]
    waiting_s = (time_ns - sent.time_ns) / NS_PER_S
    overdue = OVERDUE_M_PER_S * waiting_s * max(float(weight.sum()), 1.0 if len(sent.told.danger) else 0.0)
    return float((weight * error).sum() + TIER_WEIGHT[np.minimum(ended, 2)].sum() * ENDED_M + overdue)


def _dead_reckoning_error_m(
    now: ToldTracks, sent: ToldTracks, here: NDArray[np.intp], there: NDArray[np.intp]
) -> Float64:
    """Return how far tracks are from where their last told course would have them, more where they are otherwise."""
    a, b = now.tracks, sent.tracks
    elapsed_s = (a.time_ns[here] - b.time_ns[there]) / NS_PER_S
    across = METRES_PER_DEGREE * np.cos(np.radians(a.latitude_deg[here]))
    north = (a.latitude_deg[here] - b.latitude_deg[there]) * METRES_PER_DEGREE
    east = ((a.longitude_deg[here] - b.longitude_deg[there] + 180.0) % 360.0 - 180.0) * across
    error = np.hypot(east - b.velocity_east_mps[there] * elapsed_s, north - b.velocity_north_mps[there] * elapsed_s)
    best_now, best_then = (np.nan_to_num(t.class_probabilities).argmax(axis=1) for t in (a, b))
    changed = (
        (a.status[here] != b.status[there])
        | (now.danger[here] != sent.danger[there])
        | (a.network_id[here] != b.network_id[there])
        | (best_now[here] != best_then[there])
    )
    found: Float64 = error + np.where(changed, CHANGED_M, 0.0)
    return found
