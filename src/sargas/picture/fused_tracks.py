"""Own tracks as they are told: with what partners know of the same objects, which then are not told by themselves.

Our filters never hear of it: the fusion is made anew at each read-out, from our prediction and the partner's last
report, so nothing that came from a partner can come back to us as our own. Page: docs/track-fusion.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sargas.model.columns import NO_CODE, NS_PER_S, Float64, Int64
from sargas.model.label import most_restrictive
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.partner_tracks import PartnerTracks
from sargas.tracking.correlation import Correlation, CorrelationChange, measure
from sargas.tracking.fusion import intersect_inverse_covariances
from sargas.tracking.quality import VELOCITY, radius_95
from sargas.tracking.remote import DIAGONAL, differences, metres_per_degree, move, predict

_AT_ONCE = -1 << 62
STALE_NS = 15 * NS_PER_S
"""A partner's report further than this from the time of the read-out is not fused."""


DISAGREE = 20.5
"""Squared distance, 99.9 % of five numbers, beyond which a pair is not fused though it is still joined."""
DOUBT = 2.0
"""Share of the inflation found that is applied: errors that both tracks have in common hide about half of it."""


class FusedTracks:
    """Keep partners' tracks, find which are ours, and tell each object once."""

    def __init__(self, node: str) -> None:
        self.partners = PartnerTracks()
        self.correlation = Correlation()
        self._node = node
        self._tick_ns = _AT_ONCE
        self._waiting = dict[int, int]()
        """Partners' tracks that are not told yet, and the time (ns) of the report after which they may be."""
        self._own = np.zeros(0, np.int64)
        self._remote = np.zeros(0, np.int64)
        self._inflation = np.zeros(0)
        self._sender = np.zeros(0, np.int64)

    @property
    def hidden(self) -> Int64:
        """Numbers of partners' tracks that are told as ours, or wait because they may be."""
        return np.concatenate([self.correlation.ours, np.fromiter(self._waiting, np.int64, len(self._waiting))])

    def take(self, source: str, tracks: Tracks, receive_time_ns: int) -> Tracks:
        """Take a partner's batch; return, under our numbers, the rows that are not told as tracks of ours.

        A track that begins waits for the next tick: it may well be ours.
        """
        tracks = self.partners.take(source, tracks, receive_time_ns)
        anew = self.partners.confirmed_anew(source, tracks)
        self._waiting |= dict.fromkeys(tracks.track_id[anew].tolist(), _AT_ONCE)
        return self._without_ours(tracks)

    def silence(self, time_ns: int) -> tuple[Tracks, ...]:
        """Drop what partners no longer report; return what was told by itself."""
        return tuple(self._without_ours(tracks) for tracks in self.partners.advance(time_ns))

    def _without_ours(self, tracks: Tracks) -> Tracks:
        """Leave out what is told as a track of ours, or waits because it may be one."""
        hidden = self.hidden
        return tracks.take(~np.isin(tracks.track_id, hidden)) if len(hidden) else tracks

    def alone(self, time_ns: int) -> list[Tracks]:
        """Return, a batch a partner, the tracks that are no own ones and still reported, predicted to ``time_ns``."""
        remote, sender = self.partners.standing()
        told = ~np.isin(remote.track_id, self.hidden)
        batches = []
        for number in np.unique(sender[told]).tolist():
            numbers = remote.track_id[told & (sender == number)]
            tracks = self.partners.find(number, numbers[self.partners.is_current(number, numbers)])
            batches.append(predict(tracks, time_ns))
        return batches

    def advance(self, own: Tracks, time_ns: int) -> tuple[tuple[Tracks, ...], tuple[CorrelationChange, ...]]:
        """Correlate all own tracks, predicted to ``time_ns`` (UTC ns), with all partners'.

        Returns what is to be told now: partners' tracks that end or begin to be told by themselves, and own tracks that
        were just joined or coast while a partner still sees them. And the changes, under the numbers told.
        """
        remote, sender = self.partners.standing()
        before = self.correlation.ours
        changes = self.correlation.advance(own, remote, sender, time_ns)
        sender_of = dict(zip(remote.track_id.tolist(), sender.tolist(), strict=True))
        told, renamed = self._tell_apart(before, changes, sender_of)
        self._tick_ns = time_ns
        told += self._end_waiting(sender_of)
        self._note_pairs(sender_of)
        fresh = np.array([change.own for change in changes if change.joined], np.int64)
        is_told = np.isin(own.track_id, fresh)
        is_told |= (own.status == TrackStatus.COASTING) & np.isin(own.track_id, self._own)
        return (*told, *self.read(own.take(is_told))), tuple(renamed)

    def read(self, own: Tracks) -> tuple[Tracks, ...]:
        """Return own tracks with what partners add to them, each at its own time, one batch for each set of labels."""
        if not len(own):
            return ()
        if not len(self._own) or not np.isin(own.track_id, self._own).any():
            return (own,)
        labels, label_of = [own.label], np.zeros(len(own), np.int64)
        for sender in np.unique(self._sender).tolist():
            own, added = self._add(own, sender)
            before = label_of[added]
            for place in np.unique(before).tolist():
                label_of[added[before == place]] = len(labels)
                labels.append(most_restrictive((labels[place], self.partners.label(sender))))
        return tuple(replace(own.take(label_of == k), label=labels[k]) for k in np.unique(label_of).tolist())

    def _tell_apart(
        self, before: Int64, changes: Sequence[CorrelationChange], sender_of: dict[int, int]
    ) -> tuple[list[Tracks], list[CorrelationChange]]:
        """End in public what became ours and begin what no longer is; ``before``: what was ours at the last tick.

        What is no longer ours is told from its next report on: who loses an object with us may not say so at once.
        """
        ours, new_number = self.correlation.ours, dict[int, int]()
        became = [n for n in np.setdiff1d(ours, before).tolist() if self._waiting.pop(n, None) is None]
        told = [
            replace(rows, status=np.full(len(rows), TrackStatus.DROPPED, np.uint8))
            for rows in self._find(became, sender_of)
        ]
        for number in np.setdiff1d(before, ours).tolist():
            if number in sender_of:
                new = new_number[number] = self.partners.renumber(sender_of[number], number)
                sender_of[new], self._waiting[new] = sender_of[number], self._tick_ns
        return told, [replace(c, remote=new_number.get(c.remote, c.remote)) for c in changes]

    def _end_waiting(self, sender_of: dict[int, int]) -> list[Tracks]:
        """Tell the tracks that waited and are not, with the probability that joins, an object of ours."""
        if not self._waiting:
            return []
        probable = set(self.correlation.probably_ours().tolist())
        self._waiting = {
            n: self._tick_ns if n in probable else after_ns for n, after_ns in self._waiting.items() if n in sender_of
        }
        told = []
        for rows in self._find([n for n in self._waiting if n not in probable], sender_of):
            after_ns = np.array([self._waiting[n] for n in rows.track_id.tolist()])
            rows = rows.take((rows.time_ns > after_ns) & (rows.status == TrackStatus.CONFIRMED))
            for number in rows.track_id.tolist():
                del self._waiting[number]
            told.append(rows)
        return told

    def _find(self, numbers: list[int], sender_of: dict[int, int]) -> list[Tracks]:
        """Return tracks, a batch a sender, rising by number."""
        ordered = np.array(sorted(numbers), np.int64)
        sender = np.array([sender_of[number] for number in ordered.tolist()], np.int64)
        return [self.partners.find(k, ordered[sender == k]) for k in np.unique(sender).tolist()]

    def _note_pairs(self, sender_of: dict[int, int]) -> None:
        joined = self.correlation.pairs.take(self.correlation.pairs.joined == 1)
        order = np.lexsort((joined.remote, joined.own))
        self._own, self._remote, self._inflation = joined.own[order], joined.remote[order], joined.inflation[order]
        self._sender = np.array([sender_of[number] for number in self._remote.tolist()], np.int64)

    def _add(self, own: Tracks, sender: int) -> tuple[Tracks, Int64]:
        """Fuse in the tracks of one sender; return all rows and which of them gained."""
        pairs = np.flatnonzero(self._sender == sender)
        rows = np.flatnonzero(np.isin(own.track_id, self._own[pairs]))
        pairs = pairs[np.searchsorted(self._own[pairs], own.track_id[rows])]
        there = self.partners.has(sender, self._remote[pairs])
        rows, pairs = rows[there], pairs[there]
        remote = self.partners.find(sender, self._remote[pairs])
        usable = np.abs(own.time_ns[rows] - remote.time_ns) <= STALE_NS
        usable &= self.partners.contains(sender, self._remote[pairs], self._node) == 0
        rows, pairs, remote = rows[usable], pairs[usable], remote.take(usable)
        if not len(rows):
            return own, rows
        bias = self.correlation.bias(sender)
        ours, moved = own.take(rows), move(remote, own.time_ns[rows])
        difference = differences(ours, moved)
        difference[:, :2] -= bias.offset_m
        doubt = 1.0 + DOUBT * (np.maximum(self._inflation[pairs], bias.inflation) - 1.0)
        agree = measure(ours, moved.covariance, doubt, difference)[0] < DISAGREE
        rows, remote, theirs = rows[agree], remote.take(agree), (moved.covariance * doubt[:, None])[agree]
        fused = intersect_inverse_covariances(difference[agree], own.covariance[rows], theirs)
        return _apply(own, rows, remote, fused.shift, fused.covariance), rows


def _apply(own: Tracks, rows: Int64, remote: Tracks, shift: Float64, covariance: Float64) -> Tracks:
    """Write fused states into rows of a batch, with the sensors and the codes that the partner adds."""
    columns = {name: getattr(own, name).copy() for name in _CHANGED}
    north_m, east_m = metres_per_degree(own.latitude_deg[rows])
    steps = (shift[:, 1] / north_m, shift[:, 0] / east_m, *(shift[:, k] for k in range(2, 6)))
    for name, step in zip(_STATE, (steps[0], steps[1], *steps[2:]), strict=True):
        columns[name][rows] += step
    columns["covariance"][rows] = covariance
    is_known = np.isfinite(covariance[:, DIAGONAL[0]])
    columns["position_95_m"][rows] = np.where(is_known, radius_95(covariance), np.nan)
    columns["velocity_95_mps"][rows] = np.where(is_known, radius_95(covariance, VELOCITY), np.nan)
    newest = np.minimum(remote.update_time_ns, own.time_ns[rows])
    columns["update_time_ns"][rows] = np.maximum(columns["update_time_ns"][rows], newest)
    for name in ("icao_address", "mode_3a"):
        ours = columns[name][rows]
        columns[name][rows] = np.where(ours == NO_CODE, getattr(remote, name), ours)
    names = columns["callsign"][rows]
    columns["callsign"][rows] = np.where(names == b"", remote.callsign, names)
    contributing, sensor_ids = _join_sensors(own, rows, remote)
    return replace(own, **columns, contributing=contributing, sensor_ids=sensor_ids)


_STATE = ("latitude_deg", "longitude_deg", "altitude_m", "velocity_east_mps", "velocity_north_mps", "velocity_up_mps")
_CHANGED = (
    *_STATE, "covariance", "position_95_m", "velocity_95_mps", "update_time_ns", "icao_address", "mode_3a", "callsign",
)  # fmt: skip


def _join_sensors(own: Tracks, rows: Int64, remote: Tracks) -> tuple[np.ndarray, tuple[str, ...]]:
    """Add the sensors behind remote tracks to rows of a batch."""
    bits = [remote.contributing[:, i // 64] >> np.uint64(i % 64) & np.uint64(1) for i in range(len(remote.sensor_ids))]
    present = [i for i, column in enumerate(bits) if column.any()]
    names = list(dict.fromkeys((*own.sensor_ids, *(remote.sensor_ids[i] for i in present))))
    masks = np.zeros((len(own), max(1, -(-len(names) // 64))), np.uint64)
    masks[:, : own.contributing.shape[1]] = own.contributing[:, : masks.shape[1]]
    for i in present:
        place = names.index(remote.sensor_ids[i])
        masks[rows, place // 64] |= bits[i] << np.uint64(place % 64)
    return masks, tuple(names)
