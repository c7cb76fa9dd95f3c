"""The state of each track's own word from tick to tick: confirmed, unsupported or doubtful, without flicker."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sargas.identification.cooperation_evidence import Bool, Evidence, find_elsewhere, probability_of, weigh
from sargas.identification.cooperation_words import CONFIRMED, DOUBTFUL, UNSUPPORTED, Finding
from sargas.identification.senders import NOBODY, Said, SenderBook
from sargas.model.columns import NO_CODE, NS_PER_S, Float64, Int64
from sargas.model.rising import places_in
from sargas.model.tracks import Tracks
from sargas.tracking.support import Support

DOUBT_BELOW, TRUST_ABOVE = 0.5, 0.8
"""Probabilities at which a track's word becomes doubtful, and at which it no longer is."""
CONFIRM_ABOVE = 0.9
CONFIRM_WITNESS = 2.0
"""Log-odds by witnesses of there being something at the place from which on they confirm it, until they fall to 0."""
TOLD_STEP, TOLD_EVERY_NS = 0.2, 10 * NS_PER_S
"""A probability is told anew when it has moved by so much, and not oftener."""
POOR_GAIN, POOR_LIMIT, POOR_LEFT = 10, 30, 20
"""A position is poor after three reports in turn that say so, and good again after ten ticks in turn without."""
ELSEWHERE_TICKS, ELSEWHERE_LIMIT = 3, 6

KNOWN = np.dtype(
    [
        ("track_id", "i8"),
        ("icao_address", "i4"),
        ("former_address", "i4"),
        ("mode_3a", "i2"),
        ("callsign", "S8"),
        ("uas_id", "S20"),
        ("state", "u1"),
        ("told_state", "u1"),
        ("told_probability", "f8"),
        ("told_ns", "i8"),
        ("poor", "i2"),
        ("elsewhere", "i2"),
    ],
    align=True,
)
"""What is known and was told of a track. ``former_address``: another one that it carried before, -1: none; ``poor`` and
``elsewhere`` count up while it is so and down while it is not."""
Known = Any
"""(n,) array of ``KNOWN``."""


class Judgement(NamedTuple):
    """What was found at a tick of tracks that say something of themselves; columns of one length."""

    probability: Float64
    evidence: Evidence
    said: Said
    support: Support
    is_poor: Bool
    elsewhere_m: Float64
    """NaN: nowhere else, or not for long enough."""
    other: Int64
    is_spoofed: Bool
    is_due: Bool
    """Its probability is to be told anew."""
    is_renamed: Bool
    """Its identities are to be told anew."""

    def finding(self, row: int, known: Known) -> Finding:
        """Return what was found of one track."""
        evidence, support = self.evidence, self.support
        compared = bool(evidence.claims[row] and evidence.is_seen[row])
        return Finding(
            state=int(known["state"][row]),
            probability=float(self.probability[row]),
            is_drone=bool(self.said.is_drone[row]),
            is_named=bool(evidence.is_named[row]),
            is_seen=bool(evidence.is_seen[row]),
            is_watched=bool(evidence.is_watched[row]),
            witnesses=int(support.witnesses[row]),
            witness=float(evidence.witness[row]),
            offset=float(evidence.offset[row]),
            offset_m=float(np.hypot(*support.offset_m[row])) if compared else float("nan"),
            is_poor=bool(self.is_poor[row]),
            nic=int(self.said.nic[row]),
            nac_p=int(self.said.nac_p[row]),
            tells=tuple(np.flatnonzero(evidence.tells[row]).tolist()),
            elsewhere_m=float(self.elsewhere_m[row]),
            other_track=int(self.other[row]),
            is_spoofed=bool(self.is_spoofed[row]),
            former_address=int(known["former_address"][row]),
        )


def align(known: Known, track_id: Int64) -> Known:
    """Return what is known by rising track number: new tracks begin with nothing, those that are no more are gone."""
    aligned = np.zeros(len(track_id), KNOWN)
    aligned["track_id"] = track_id
    aligned["icao_address"] = aligned["former_address"] = aligned["mode_3a"] = NO_CODE
    places, is_known = places_in(known["track_id"], track_id)
    aligned[is_known] = known[places[is_known]]
    return aligned


def judge(
    known: Known, own: Tracks, support: Support, senders: SenderBook, spoofed: list[int], time_ns: int
) -> Judgement:
    """Judge tracks that say something of themselves at ``time_ns`` (UTC ns), and move ``known`` on.

    All columns are of the same tracks; ``spoofed``: addresses whose satellite navigation is known to be disturbed.
    """
    keys = _keys(own, senders)
    said = senders.said(keys, time_ns, own.velocity_east_mps, own.velocity_north_mps)
    elsewhere_m, other = find_elsewhere(own, support, said, keys, time_ns)
    was_elsewhere = known["elsewhere"] >= ELSEWHERE_TICKS
    _count(known["elsewhere"], np.isfinite(elsewhere_m), 1, ELSEWHERE_LIMIT)
    _count(known["poor"], said.is_poor, POOR_GAIN, POOR_LIMIT)
    is_elsewhere = known["elsewhere"] >= ELSEWHERE_TICKS
    is_spoofed = np.isin(own.icao_address, spoofed)
    evidence = weigh(support, said, is_elsewhere, is_spoofed, time_ns)
    was_doubtful = known["state"] == DOUBTFUL
    # a place that its own receiver calls poor names nobody, unless a radar was answered by that name
    is_poor = known["poor"] > np.where(was_doubtful, POOR_LEFT, POOR_LIMIT - 1)
    is_poor &= evidence.claims & ~evidence.is_named
    probability = probability_of(evidence.log_odds)
    probability = np.where(is_poor, np.minimum(probability, DOUBT_BELOW), probability)
    is_doubtful = is_poor | (probability < np.where(was_doubtful, TRUST_ABOVE, DOUBT_BELOW))
    least = np.where(known["state"] == CONFIRMED, 0.0, CONFIRM_WITNESS)
    is_confirmed = evidence.is_seen & (evidence.witness > least) & (probability >= CONFIRM_ABOVE)
    known["state"] = np.where(is_doubtful, DOUBTFUL, np.where(is_confirmed, CONFIRMED, UNSUPPORTED))
    is_due = (np.abs(probability - known["told_probability"]) >= TOLD_STEP) & (
        time_ns - known["told_ns"] >= TOLD_EVERY_NS
    )
    return Judgement(
        probability=probability,
        evidence=evidence,
        said=said,
        support=support,
        is_poor=is_poor,
        elsewhere_m=np.where(is_elsewhere, elsewhere_m, np.nan),
        other=other,
        is_spoofed=is_spoofed,
        is_due=is_due | (is_elsewhere & ~was_elsewhere),
        is_renamed=_rename(known, own),
    )


def _keys(own: Tracks, senders: SenderBook) -> Int64:
    """Return the key of each track's sender: its serial's where that has been heard, else its address."""
    keys = own.icao_address.astype(np.int64)
    for row in np.flatnonzero(own.uas_id != b"").tolist():
        key = senders.key_of_serial(own.uas_id[row])
        keys[row] = key if key != NOBODY else keys[row]
    return keys


def _count(counter: Any, holds: Bool, gain: int, limit: int) -> None:
    counter[:] = np.where(holds, np.minimum(counter + gain, limit), np.maximum(counter - 1, 0))


def _rename(known: Known, own: Tracks) -> Bool:
    """Take over the identities of tracks; say which differ from what was known."""
    before, now = known["icao_address"].copy(), own.icao_address
    swapped = (before != NO_CODE) & (now != NO_CODE) & (before != now)
    known["former_address"] = np.where(swapped, before, known["former_address"])
    differs = np.zeros(len(own), np.bool_)
    for name, values in (
        ("icao_address", now), ("mode_3a", own.mode_3a), ("callsign", own.callsign), ("uas_id", own.uas_id),
    ):  # fmt: skip
        differs |= known[name] != values
        known[name] = values
    return differs
