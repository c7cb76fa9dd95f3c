"""Who says where each track is: its object's own claims, and the sensors that measure by themselves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sargas.model.columns import Float64, Int32, Int64
from sargas.model.kernel import kernel
from sargas.sensors.site import SiteTable
from sargas.tracking.offset import compare_offset
from sargas.tracking.state import LOOKS, TrackState

RECENT_NS = 20_000_000_000
"""A witness that has not seen the track for so long is not counted."""


class Support(NamedTuple):
    """Hold, by track, what vouches for its place; columns of one length, times UTC ns, 0: never."""

    track_id: Int64
    birth_ns: Int64
    claim_ns: Int64
    """Last plot by which the object told its own place."""
    witness_ns: Int64
    """Last plot of a sensor that measures by itself."""
    named_ns: Int64
    """Last such plot that carried the track's own 24-bit address: a radar's selective interrogation."""
    witness_score: Float64
    """ln of how much likelier the witnesses' looks are with something there than without."""
    witnesses: Int64
    """Such sensors that have seen it within ``RECENT_NS``."""
    watchers: Int64
    """Such sensors that look where it is."""
    offset_m: Float64
    """(n, 2) mean of radar less claim, east and north in the region frame; NaN where nothing was compared."""
    offset_score: Float64
    """ln of how much likelier that is of a true claim than of a shifted one; 0 where nothing was compared."""


def allocate_support(rows: int) -> Support:
    """Make empty columns for ``rows`` tracks."""
    first, last = [np.zeros(rows, np.int64) for _ in range(5)], [np.zeros(rows, np.int64) for _ in range(2)]
    return Support._make((*first, np.zeros(rows), *last, np.full((rows, 2), np.nan), np.zeros(rows)))


@kernel
def read_support(state: TrackState, slots: Int32, count: int, time_ns: int, sites: SiteTable, out: Support) -> None:
    """Write the accounts of the first ``count`` slots at ``time_ns`` (UTC ns) into ``out``."""
    for k in range(count):
        track = state.book[slots[k]]
        out.track_id[k], out.birth_ns[k] = track.number, track.birth_ns
        out.claim_ns[k], out.witness_ns[k] = track.claim_ns, track.witness_ns
        out.named_ns[k], out.witness_score[k] = track.named_ns, track.witness_score
        for j in range(LOOKS):
            look = track.look[j]
            if look.site >= 0 and sites[look.site].witness:
                out.watchers[k] += sites[look.site].scans
                out.witnesses[k] += look.hits > 0 and look.time_ns > time_ns - RECENT_NS
        information, pull = track.offset_information, track.offset_pull
        a, b, c = information[0], information[1], information[2]
        determinant = a * c - b * b
        if determinant > 0.0:
            out.offset_m[k, 0] = (c * pull[0] - b * pull[1]) / determinant
            out.offset_m[k, 1] = (a * pull[1] - b * pull[0]) / determinant
            out.offset_score[k] = compare_offset(information, pull, track.claim_variance)
