"""The track picture of one nation: which tracks it is told, in which buckets, which bucket goes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sargas.formats.release.track_wire import Detail, ToldTracks, pack_tracks
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label, most_restrictive
from sargas.model.tracks import Tracks, TrackStatus
from sargas.sharing.drafts import Ledger
from sargas.sharing.pacing import Sent, size_on_link, urgency
from sargas.sharing.policy.words import EXERCISE, Verdict
from sargas.sharing.redaction import (
    FIELDS_GRANTED,
    FIELDS_TOLD,
    Redacted,
    is_tellable,
    merge,
    redact_tracks,
)
from sargas.sharing.region import inside

TOLD_STATES = (int(TrackStatus.CONFIRMED), int(TrackStatus.COASTING))
RENEW_DECISION_NS = 600 * NS_PER_S
"""A decision on a bucket that stands unchanged is written down anew so often."""
LONGEST_ROUNDS = 1.5
"""A bucket that waited for so many rounds of all buckets goes before any other, however quiet."""
MIXED = "label-mix"


@dataclass(slots=True)
class _Bucket:
    """What stands of one bucket."""

    now: ToldTracks
    detail: Detail
    label: Label
    verdict: Verdict
    sent: Sent | None = None
    decision: str = ""
    decided_as: tuple[object, ...] = ()
    decided_ns: int = 0
    octets: int = 0
    """Of its last message on the link."""


class PartnerState:
    """Tell one nation tracks."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._buckets: dict[int, _Bucket] = {}
        self._network_ids: dict[int, str] = {}

    def network_ids(self) -> dict[int, str]:
        """Return the identities of the tracks that the nation is told now, by our number."""
        return self._network_ids

    def take(self, offered: Sequence[Tracks], tiers: Mapping[int, int]) -> None:
        """Decide on all tracks of a tick: what is not among them has ended."""
        self._network_ids, parts = {}, []
        for part, verdict in filter(None, (self._redact(tracks, tiers) for tracks in offered)):
            tracks = part.told.tracks
            fresh = np.zeros(len(tracks), np.bool_)
            for row, (number, name) in enumerate(
                zip(tracks.track_id.tolist(), tracks.network_id.tolist(), strict=True)
            ):
                if number not in self._network_ids:  # a number that comes twice goes once
                    fresh[row] = True
                    self._network_ids[number] = name.decode() or f"{self._ledger.owner.nation}-{number}"
            parts.append((part.take(fresh), verdict))
        buckets = self._ledger.agreement.buckets
        for bucket in range(buckets):
            self._put(bucket, [(p.take(p.told.tracks.track_id % buckets == bucket), v) for p, v in parts])

    def tell(self) -> None:
        """Send the buckets in which the nation's picture is most wrong, while the link is free."""
        ledger = self._ledger
        period_ns = ledger.agreement.state_period_s * NS_PER_S
        waiting = []
        round_ns = self._round_ns()
        for number, bucket in self._buckets.items():
            sent = bucket.sent
            # a tick that comes some milliseconds early is not left out
            if sent is not None and ledger.time_ns - sent.time_ns < 0.9 * period_ns:
                continue
            if sent is not None and not len(bucket.now.tracks) and not len(sent.told.tracks):
                continue
            late_ns = 0 if sent is None else ledger.time_ns - sent.time_ns
            late_ns = late_ns if late_ns > LONGEST_ROUNDS * round_ns else 0  # nobody may think that it has ended
            waiting.append((-late_ns, -urgency(bucket.now, sent, ledger.time_ns), number))
        for *_, number in sorted(waiting):
            if not ledger.link.is_free():
                break
            self._send(number, self._buckets[number])

    def _round_ns(self) -> float:
        """Return how long the link takes for all buckets, at least the agreed period."""
        octets = sum(bucket.octets for bucket in self._buckets.values())
        agreement = self._ledger.agreement
        return max(octets * 8 / agreement.link_bps, agreement.state_period_s) * NS_PER_S

    def _redact(self, tracks: Tracks, tiers: Mapping[int, int]) -> tuple[Redacted, Verdict] | None:
        ledger = self._ledger
        rows = np.isin(tracks.status, TOLD_STATES) & is_tellable(tracks, exercise=ledger.owner.exercise)
        rows &= inside(ledger.agreement.region, tracks.latitude_deg, tracks.longitude_deg)
        if not rows.any():
            return None
        verdict = ledger.decide(tracks.label, "track")
        if not verdict.is_released:
            ledger.refuse("track", tracks.label, verdict.rules, ())
            return None
        return redact_tracks(tracks.take(rows), verdict, ledger.agreement, tiers), verdict

    def _put(self, number: int, parts: list[tuple[Redacted, Verdict]]) -> None:
        """Set what a bucket holds now. Labels that may go alone but not together: the first goes."""
        held, label, verdict = list[Redacted](), None, None
        for part, alone in parts:
            if not len(part.told.tracks):
                continue
            both = part.label if label is None else most_restrictive((label, part.label))
            together = alone if label is None else self._ledger.decide(both, "track")
            if not together.is_released:
                self._ledger.refuse("track", both, (MIXED, *together.rules), ())
                for gone in part.told.tracks.track_id.tolist():
                    self._network_ids.pop(gone, None)
                continue
            held.append(part)
            label, verdict = both, together
        bucket = self._buckets.get(number)
        if label is None or verdict is None:
            if bucket is None:
                self._open_empty(number)
            else:
                bucket.now, bucket.detail = ToldTracks(bucket.now.tracks.take([]), bucket.now.danger[:0]), Detail()
            return
        now, detail = merge(held, label)
        if bucket is None:
            self._buckets[number] = _Bucket(now, detail, label, verdict)
        else:
            bucket.now, bucket.detail, bucket.label, bucket.verdict = now, detail, label, verdict

    def _open_empty(self, number: int) -> None:
        """Let a bucket be told once though it is empty: what the partner holds of it may be of an earlier start."""
        owner, recipient = self._ledger.owner, self._ledger.recipient
        label = Label(
            releasable_to=(recipient.nation,),
            caveats=(EXERCISE,) if owner.exercise else (),
            originator=owner.nation,
        )
        verdict = self._ledger.decide(label, "track")
        if verdict.is_released:
            nothing = ToldTracks(Tracks.none(label), np.zeros(0, np.uint8))
            self._buckets[number] = _Bucket(nothing, Detail(), label, verdict)

    def _send(self, number: int, bucket: _Bucket) -> None:
        ledger = self._ledger
        body = pack_tracks(bucket.now, ledger.owner.nation, number, ledger.agreement.buckets, bucket.detail)
        release = ledger.draft("state", f"b{number:02d}", bucket.label, body)
        objects = tuple(sorted(self._network_ids.get(n, str(n)) for n in bucket.now.tracks.track_id.tolist()))
        decided_as = (objects, bucket.label, bucket.verdict, bucket.detail, ledger.policy.digest)
        is_due = ledger.time_ns - bucket.decided_ns >= RENEW_DECISION_NS
        under = bucket.decision if decided_as == bucket.decided_as and not is_due else ""
        bucket.decision = ledger.release(release, "track", bucket.verdict, objects, _fields(bucket.detail), under=under)
        if not under:
            bucket.decided_as, bucket.decided_ns = decided_as, ledger.time_ns
        bucket.sent, bucket.octets = Sent(bucket.now, ledger.time_ns), size_on_link(release)


def _fields(detail: Detail) -> tuple[str, ...]:
    granted = {
        "full_accuracy": detail.full_accuracy,
        "sensor_identity": detail.sensor_names,
        "performance": detail.echo,
    }
    return (*FIELDS_TOLD, *(FIELDS_GRANTED[name] for name, told in granted.items() if told))
