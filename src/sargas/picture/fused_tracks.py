"""Own tracks as they are told: with what partners know of the same objects, which then are not told by themselves.

Our filters never hear of it: the fusion is made anew at each read-out, from our prediction and the partner's last
report, so nothing that came from a partner can come back to us as our own. Page: docs/track-fusion.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sargas.model.columns import Int64
from sargas.model.label import Label
from sargas.model.parts import Part, pack, unpack
from sargas.model.rising import are_among
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.fused_rows import Addition, Joined, add_partners
from sargas.picture.idle_tracks import IdleTracks
from sargas.picture.partner_pairs import PartnerPairs
from sargas.picture.partner_tracks import PartnerTracks
from sargas.tracking.correlation import Correlation, CorrelationChange
from sargas.tracking.fusion import intersect_covariances, intersect_inverse_covariances
from sargas.tracking.remote import predict

MARK = b"SARGAS-FUSED-2\n"
_AT_ONCE = -1 << 62


class FusedTracks:
    """Keep partners' tracks, find which are ours and which each other's, and tell each object once."""

    def __init__(self, node: str) -> None:
        self.partners = PartnerTracks()
        self.correlation = Correlation()
        self.between = PartnerPairs()
        self._node = node
        self._tick_ns = _AT_ONCE
        self._waiting = dict[int, int]()
        """Partners' tracks that are not told yet, and the time (ns) of the report after which they may be."""
        self._concealed = np.zeros(0, np.int64)
        """Partners' tracks that are told as ours or with another partner's, or tell nothing, rising."""
        self._idle = IdleTracks()
        self.met = np.zeros(0, np.int64)
        """Partners' tracks that a young own track goes on as already: in the network they have one identity."""
        self._joined = Joined.none()
        self._sender_of = dict[int, int]()
        self.standing: tuple[Tracks, Int64] = self.partners.standing()
        """All partners' tracks of the last tick, and the number of the partner of each; no state of its own."""
        self.labels: tuple[Label, ...] = ()
        """Labels of the partners behind the last changes."""

    @property
    def hidden(self) -> Int64:
        """Partners' tracks that are told as others, or wait because they may be."""
        return np.concatenate([self._concealed, np.fromiter(self._waiting, np.int64, len(self._waiting))])

    def take(self, source: str, tracks: Tracks, receive_time_ns: int) -> tuple[Tracks, ...]:
        """Take a partner's batch; return, under our numbers, what is told of it.

        A track that begins waits for the next tick: it may well be ours. One that follows another is told with it.
        """
        tracks = self.partners.take(source, tracks, receive_time_ns)
        anew = self.partners.confirmed_anew(source, tracks)
        self._waiting |= dict.fromkeys(tracks.track_id[anew].tolist(), _AT_ONCE)
        return self._without_hidden(tracks) + self._read_leaders(tracks)

    def silence(self, time_ns: int) -> tuple[Tracks, ...]:
        """Drop what partners no longer report; return what was told by itself."""
        return tuple(told for tracks in self.partners.advance(time_ns) for told in self._without_hidden(tracks))

    def go_on_from(self, before: FusedTracks, time_ns: int) -> tuple[Tracks, ...]:
        """Begin anew after a part that failed, with numbers that go on; returns what was told of partners alone."""
        self.partners.go_on_from(before.partners)
        told = (tracks.take(~np.isin(tracks.track_id, before.hidden)) for tracks in before.partners.shown())
        return tuple(before.partners.as_told(tracks) for tracks in told if len(tracks))

    def alone(self, time_ns: int) -> list[Tracks]:
        """Return the tracks that are no own ones and still reported, predicted to ``time_ns``, each object once."""
        remote, sender = self.partners.standing()
        told, hidden = list[Tracks](), self.hidden
        for number in np.unique(sender).tolist():
            numbers = remote.track_id[sender == number]
            is_seen = self.partners.is_current(number, numbers) | are_among(numbers, self.between.joined.own)
            numbers = numbers[~np.isin(numbers, hidden) & is_seen]
            told += self._read_partner(self.partners.find(number, numbers), time_ns)
        return told

    def advance(
        self, own: Tracks, time_ns: int, heard: frozenset[str] = frozenset()
    ) -> tuple[tuple[Tracks, ...], tuple[CorrelationChange, ...]]:
        """Correlate all own tracks, predicted to ``time_ns`` (UTC ns), with partners', and those with each other.

        ``heard``: sensors whose plots reach us now. A partner's track of these alone adds nothing: what they show is
        in our own tracks, so where we have none it coasts or is false.

        Returns what is to be told now: partners' tracks that end or begin to be told by themselves, and own tracks that
        were just joined or coast while a partner still sees them. And the changes, under the numbers told.
        """
        if not len(self.partners):  # nobody was ever heard: nothing to compare with, a third of a quiet tick saved
            self._tick_ns = time_ns
            return (), ()
        self.standing = remote, sender = self.partners.standing()
        before = self._sender_of
        self._sender_of = dict(zip(remote.track_id.tolist(), sender.tolist(), strict=True))
        ours = self.correlation.advance(own, remote, sender, time_ns)
        offset_m = np.array([self.correlation.bias(k).offset_m for k in range(len(self.partners))]).reshape(-1, 2)
        theirs = self.between.advance(remote, sender, offset_m, time_ns)
        idle = self.partners.within(heard)
        told = self._tell_apart(theirs, self._idle.untold(idle, self.correlation.ours, own, remote, time_ns))
        self._tick_ns = time_ns
        told += self._end_waiting()
        adds = (self.correlation.pairs.joined == 1) & ~np.isin(self.correlation.pairs.remote, idle)
        joined = self.correlation.pairs.take(adds)
        senders = np.array([self._sender_of[number] for number in joined.remote.tolist()], np.int64)
        self._joined = Joined.of([Joined(joined.own, joined.remote, senders, joined.inflation)])
        fresh = np.array([change.own for change in ours if change.joined], np.int64)
        is_told = are_among(own.track_id, np.sort(fresh))
        is_told |= own.is_coasting & are_among(own.track_id, self._joined.own)
        changes, behind = self._name(ours, theirs), {c.remote for c in (*ours, *theirs)} | {c.own for c in theirs}
        known = before | self._sender_of
        self.labels = tuple(self.partners.label(k) for k in sorted({known[n] for n in behind if n in known}))
        self.partners.forget_numbers()
        return (*told, *self.read(own.take(is_told))), changes

    def adds_to(self, own: Tracks) -> bool:
        """Say whether partners see any of own tracks, as joined at the last tick."""
        return len(self._joined.own) > 0 and bool(are_among(own.track_id, self._joined.own).any())

    def read(self, own: Tracks) -> tuple[Tracks, ...]:
        """Return own tracks with what partners add to them, each at its own time, one batch for each set of labels."""
        if not len(own):
            return ()
        if not self.adds_to(own):
            return own.split()
        additions = {}
        for k in np.unique(self._joined.sender).tolist():
            bias, joined = self.correlation.bias(k), self._joined.take(self._joined.sender == k)
            additions[k] = Addition(joined, bias.offset_m, bias.inflation, intersect_inverse_covariances, self._node)
        return tuple(told for part in own.split() for told in add_partners(part, self.partners, additions))

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "tick_ns": self._tick_ns,
            "waiting": list(self._waiting.items()),
            "sender_of": list(self._sender_of.items()),
            "idle": self._idle.to_list(),
            "met": self.met.tolist(),
        }
        return pack(MARK, header, [*(part.snapshot() for part in self._parts()), self._concealed, *self._joined])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, arrays = unpack(MARK, data, 4 + len(Joined._fields))
        for part, state in zip(self._parts(), arrays, strict=False):
            part.restore(state.tobytes())
        self._concealed, self._joined = arrays[3], Joined._make(arrays[4:])
        self._tick_ns, self._waiting = header["tick_ns"], dict(header["waiting"])
        self._sender_of = dict(header["sender_of"])
        self._idle.from_list(header["idle"])
        self.met = np.array(header["met"], np.int64)

    def _parts(self) -> tuple[Part, ...]:
        return self.partners, self.correlation, self.between

    def _read_partner(self, tracks: Tracks, time_ns: Int64 | int | None = None) -> tuple[Tracks, ...]:
        """Return tracks of one partner with what others know of the same objects, at ``time_ns`` or as reported."""
        joined = self.between.joined
        leads = are_among(tracks.track_id, joined.own)
        rest = tracks.take(~leads)
        told = [rest if time_ns is None else predict(rest, time_ns)] if len(rest) else []
        if leads.any():
            tracks = tracks.take(leads)
            for part in predict(tracks, tracks.time_ns if time_ns is None else time_ns).split():
                told += self._add_followers(part)
        return tuple(self.partners.as_told(part) for batch in told for part in batch.split())

    def _add_followers(self, leaders: Tracks) -> tuple[Tracks, ...]:
        joined, mine = self.between.joined, self.correlation.bias(self._sender_of[int(leaders.track_id[0])]).offset_m
        additions = {}
        for k in np.unique(joined.sender).tolist():
            ours, theirs = self.correlation.bias(k), self.between.bias(k)
            offset_m, inflation = ours.offset_m + theirs.offset_m - mine, max(ours.inflation, theirs.inflation)
            pairs = joined.take(joined.sender == k)
            additions[k] = Addition(pairs, offset_m, inflation, intersect_covariances, None)
        return add_partners(leaders, self.partners, additions)

    def _read_leaders(self, tracks: Tracks) -> tuple[Tracks, ...]:
        """Return, at the times of newer reports of the tracks that follow them, the tracks that are told for them."""
        joined = self.between.joined.take(np.isin(self.between.joined.remote, tracks.track_id))
        joined = joined.take(~np.isin(joined.own, self.hidden))
        if not len(joined.own):
            return ()
        time_of = dict(zip(tracks.track_id.tolist(), tracks.time_ns.tolist(), strict=True))
        told = list[Tracks]()
        leader_sender = np.array([self._sender_of[n] for n in joined.own.tolist()], np.int64)
        for k in np.unique(leader_sender).tolist():
            pairs = joined.take(leader_sender == k)
            pairs = pairs.take(self.partners.has(k, pairs.own))
            leaders = self.partners.find(k, pairs.own)
            time_ns = np.array([time_of[n] for n in pairs.remote.tolist()], np.int64)
            newer = time_ns > leaders.time_ns
            told += self._read_partner(leaders.take(newer), time_ns[newer])
        return tuple(told)

    def _without_hidden(self, tracks: Tracks) -> tuple[Tracks, ...]:
        """Leave out what is told as another track or waits, and ends of tracks that go on as those that followed."""
        is_hidden, ends = np.isin(tracks.track_id, self.hidden), tracks.is_dropped
        self.between.forget(tracks.track_id[is_hidden & ends])
        goes_on = []
        for number in tracks.track_id[~is_hidden & ends].tolist():
            heir = self.between.hand_over(number)
            if heir is not None:
                self.partners.told_as[heir] = self.partners.number_told(number)
                self._concealed = np.setdiff1d(self._concealed, [heir])
                goes_on.append(number)
        return self._read_partner(tracks.take(~is_hidden & ~np.isin(tracks.track_id, goes_on)))

    def _tell_apart(self, theirs: Sequence[CorrelationChange], idle: set[int]) -> list[Tracks]:
        """End in public what is now told as another track, and begin what no longer is.

        That begins with its next report: who loses an object with us may not say so at once.
        """
        before, concealed = self._concealed, self._conceal(idle)
        untold, kept = {*before.tolist(), *self._waiting}, set[int]()
        for change in theirs:
            if change.joined and change.own not in concealed:
                kept |= self._keep_elder(change.own, change.remote, untold)
        self._concealed = np.array(sorted(concealed), np.int64)
        ends = [n for n in np.setdiff1d(self._concealed, before).tolist() if n not in untold]
        for number in np.setdiff1d(before, self._concealed).tolist():
            if number in self._sender_of and number not in kept:
                self.partners.renew(number)
                self._waiting[number] = self._tick_ns
        gone = {n for n in self._waiting if n not in self._sender_of} | concealed | kept
        self._waiting = {n: after_ns for n, after_ns in self._waiting.items() if n not in gone}
        return [
            replace(self.partners.as_told(part), status=np.full(len(part), TrackStatus.DROPPED, np.uint8))
            for rows in self._find(ends)
            for part in rows.split()
        ]

    def _conceal(self, idle: set[int]) -> set[int]:
        """Return what is told as ours or with another track, or tells nothing (``idle``).

        If one track of an object is ours, all of them are.
        """
        ours = set(self.correlation.ours.tolist())
        joined = self.between.joined
        pairs = list(zip(joined.own.tolist(), joined.remote.tolist(), strict=True))
        leaders = {leader for leader, follower in pairs if follower in ours}
        alone = idle - {leader for leader, follower in pairs if follower not in idle}
        return (
            ours
            | leaders
            | alone
            | (set(self.met.tolist()) & self._sender_of.keys())
            | set(self.between.following.tolist())
        )

    def _keep_elder(self, leader: int, follower: int, untold: set[int]) -> set[int]:
        """Let two tracks that are one object from now on go on under the number told first; return who took it over."""
        numbers = self.partners.number_told(leader), self.partners.number_told(follower)
        if follower in untold or (leader not in untold and numbers[0] < numbers[1]):
            return set()
        self.partners.swap(leader, follower)
        if leader not in untold:
            return set()
        untold.remove(leader)
        untold.add(follower)
        return {leader}

    def _end_waiting(self) -> list[Tracks]:
        """Tell the tracks that waited and are not, with the probability that joins, another's object."""
        if not self._waiting:
            return []
        shown = np.setdiff1d(np.fromiter(self._sender_of, np.int64, len(self._sender_of)), self.hidden)
        probable = {*self.correlation.probably_ours().tolist(), *self.between.probable(shown).tolist()}
        self._waiting = {n: self._tick_ns if n in probable else after_ns for n, after_ns in self._waiting.items()}
        told = list[Tracks]()
        for rows in self._find([n for n in self._waiting if n not in probable]):
            after_ns = np.array([self._waiting[n] for n in rows.track_id.tolist()])
            rows = rows.take((rows.time_ns > after_ns) & rows.is_confirmed)
            for number in rows.track_id.tolist():
                del self._waiting[number]
            told += self._read_partner(rows)
        return told

    def _find(self, numbers: list[int]) -> list[Tracks]:
        """Return tracks, a batch a partner, rising by number."""
        ordered = np.array(sorted(numbers), np.int64)
        sender = np.array([self._sender_of[number] for number in ordered.tolist()], np.int64)
        return [self.partners.find(k, ordered[sender == k]) for k in np.unique(sender).tolist()]

    def _name(
        self, ours: Sequence[CorrelationChange], theirs: Sequence[CorrelationChange]
    ) -> tuple[CorrelationChange, ...]:
        """Return changes under the numbers told; what goes on as another has not changed."""
        number = self.partners.number_told
        named = [replace(c, remote=number(c.remote)) for c in ours]
        named += [replace(c, own=number(c.own), remote=number(c.remote)) for c in theirs]
        return tuple(change for change in named if change.own != change.remote)
