"""One identity for each object in the network of nations: the older of two that meet stays, on every node.

A track of ours begins under ``<nation>-<number>``. Where it is one object with a partner's track, the identity that was
given first is taken over by both sides, so they agree without asking. Page: docs/network-picture.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import NS_PER_S, Bytes16, Int64
from sargas.model.parts import pack, unpack
from sargas.model.rising import are_among, missing_from
from sargas.model.tracks import Tracks
from sargas.picture.network_carried import Adopted, Carried, Identity, Offer
from sargas.picture.network_gaps import NetworkGaps
from sargas.tracking.correlation import JOIN, PART, Pairs
from sargas.tracking.tracker import TrackChange

MARK = b"SARGAS-NETWORK-IDENTITIES-1\n"
YOUNG_NS = 5 * NS_PER_S
"""A track so young takes the identity of a partner's that it is with p > 0.9, before three reports prove it."""
REMEMBERED_NS = 900 * NS_PER_S
"""A track that ended may come back under its number for so long."""


@dataclass(slots=True)
class NetworkIdentities:
    """Keep the identity of every confirmed track of ours. Deterministic."""

    nation: str
    track_id: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    """Tracks of the last tick, rising; beside them since when they are, and identity and its age now."""
    begun_ns: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    text: Bytes16 = field(default_factory=lambda: np.zeros(0, "S16"))
    since_ns: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    adopted: dict[int, Adopted] = field(default_factory=dict)
    past: dict[int, tuple[int, int, Adopted | None]] = field(default_factory=dict)
    """Of tracks that ended: when, since when they were, and what they had adopted."""
    gaps: NetworkGaps = field(default_factory=NetworkGaps)

    def advance(
        self,
        own: Tracks,
        changes: Iterable[TrackChange],
        pairs: Pairs,
        remote: Tracks,
        sender: Int64,
        time_ns: int,
    ) -> Int64:
        """Take a tick: all own tracks by number, what happened to numbers, pairs with and all tracks of partners.

        ``sender`` (remote,) numbers the partners. Returns the numbers of own tracks whose identity changed, rising.
        """
        had = dict(self.adopted)
        is_new = self._align(own.track_id, time_ns)
        before = self.text.copy()
        self._carry_over(changes)
        carried = Carried.of(remote, sender)
        offers = self._offers(pairs, carried, time_ns)
        unmet = self._unmet(offers, time_ns)
        for number, found in self.gaps.advance(own, unmet, remote, self.text, time_ns).items():
            self.adopted[number] = Adopted(Identity(*found), True, -1)
        self._settle(offers, carried)
        self._write(had)
        return self.track_id[is_new | (self.text != before)]

    def mark(self, tracks: Tracks) -> Tracks:
        """Return rows with the identities of the own tracks among them; other rows keep theirs."""
        if not len(self.track_id) or not len(tracks):
            return tracks
        rows = np.minimum(np.searchsorted(self.track_id, tracks.track_id), len(self.track_id) - 1)
        is_own = self.track_id[rows] == tracks.track_id
        if not is_own.any():
            return tracks
        return replace(
            tracks,
            network_id=np.where(is_own, self.text[rows], tracks.network_id).astype("S16"),
            network_since_ns=np.where(is_own, self.since_ns[rows], tracks.network_since_ns),
        )

    def of(self, track_id: int) -> Identity | None:
        """Return the identity of an own track; None: it is not there."""
        row = int(np.searchsorted(self.track_id, track_id))
        if row == len(self.track_id) or self.track_id[row] != track_id:
            return None
        return Identity(int(self.since_ns[row]), self.text[row].decode())

    def of_all(self, track_ids: Iterable[int]) -> Iterator[tuple[int, Identity | None]]:
        """Return tracks, rising, each with its identity; None: it is not there."""
        numbers = np.array(sorted(track_ids), np.int64)
        rows = np.minimum(np.searchsorted(self.track_id, numbers), max(len(self.track_id) - 1, 0))
        is_there = self.track_id[rows] == numbers if len(self.track_id) else np.zeros(len(numbers), np.bool_)
        for number, row, there in zip(numbers.tolist(), rows.tolist(), is_there.tolist(), strict=True):
            yield number, Identity(int(self.since_ns[row]), self.text[row].decode()) if there else None

    @property
    def met(self) -> Int64:
        """Partners' tracks that a young own track probably is, whose identity it took before that was proven."""
        return np.array(
            sorted(held.by for held in self.adopted.values() if not held.is_sure and held.by >= 0), np.int64
        )

    def row_of(self, text: str) -> int | None:
        """Return the row, among the own tracks, of an identity; None: none of them has it."""
        found = np.flatnonzero(self.text == text.encode())
        return int(found[0]) if len(found) else None

    def begun_as(self, track_id: int) -> str:
        """Return the identity that an own track began with."""
        return f"{self.nation}-{track_id}"

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "adopted": [[n, *a.identity, a.is_sure, a.by] for n, a in self.adopted.items()],
            "past": [
                [n, ended, begun, a and [*a.identity, a.is_sure, a.by]] for n, (ended, begun, a) in self.past.items()
            ],
        }
        columns = (self.track_id, self.begun_ns, self.text, self.since_ns)
        return pack(MARK, header, [*columns, self.gaps.snapshot()])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, (self.track_id, self.begun_ns, self.text, self.since_ns, gaps) = unpack(MARK, data, 5)
        self.adopted = {row[0]: _adopted(row[1:]) for row in header["adopted"]}
        self.past = {n: (ended, begun, a and _adopted(a)) for n, ended, begun, a in header["past"]}
        self.gaps.restore(gaps.tobytes())

    def _align(self, track_id: Int64, time_ns: int) -> NDArray[np.bool_]:
        """Keep a row for each live track, and say which are new; one that comes back has what it had."""
        gone = missing_from(track_id, self.track_id)
        for row in np.searchsorted(self.track_id, gone).tolist():
            number = int(self.track_id[row])
            self.past[number] = time_ns, int(self.begun_ns[row]), self.adopted.pop(number, None)
        self.past = {n: held for n, held in self.past.items() if time_ns - held[0] <= REMEMBERED_NS}
        stays = are_among(self.track_id, track_id)
        is_new = ~are_among(track_id, self.track_id)
        begun, text, since = np.full(len(track_id), time_ns), np.zeros(len(track_id), "S16"), np.zeros_like(track_id)
        begun[~is_new], text[~is_new], since[~is_new] = self.begun_ns[stays], self.text[stays], self.since_ns[stays]
        for row in np.flatnonzero(is_new).tolist():
            number = int(track_id[row])
            if number in self.past:
                _, begun[row], adopted = self.past.pop(number)
                if adopted is not None:
                    self.adopted[number] = adopted
            text[row], since[row] = self.begun_as(number).encode(), begun[row]
        self.track_id, self.begun_ns, self.text, self.since_ns = track_id.copy(), begun, text, since
        return is_new

    def _carry_over(self, changes: Iterable[TrackChange]) -> None:
        """Let what goes on under another number keep the older identity of the two."""
        for change in changes:
            if change.kind == "split" or self.of(change.kept) is None or change.other not in self.past:
                continue
            _, begun_ns, adopted = self.past.pop(change.other)
            other = adopted or Adopted(Identity(begun_ns, self.begun_as(change.other)), True, -1)
            mine = self.adopted.get(change.kept)
            row = int(np.searchsorted(self.track_id, change.kept))
            kept = Identity(int(self.begun_ns[row]), self.begun_as(change.kept)) if mine is None else mine.identity
            if other.identity < kept:
                self.adopted[change.kept] = other

    def _offers(self, pairs: Pairs, carried: Carried, time_ns: int) -> dict[int, tuple[bool, list[Offer]]]:
        """Say of own tracks what the partners' tracks that are the same object carry, and whether that is proven."""
        young = self.track_id[time_ns - self.begun_ns <= YOUNG_NS]
        by = {number: held.by for number, held in self.adopted.items() if not held.is_sure}
        likely = (pairs.probability > JOIN) & are_among(pairs.own, young)
        if by:
            stays = [by.get(n) == r for n, r in zip(pairs.own.tolist(), pairs.remote.tolist(), strict=True)]
            likely |= (pairs.probability >= PART) & np.array(stays, np.bool_)
        found: dict[int, tuple[bool, list[Offer]]] = {}
        for proven, chosen in ((True, pairs.joined == 1), (False, likely & (pairs.joined == 0))):
            for own, remote in zip(pairs.own[chosen].tolist(), pairs.remote[chosen].tolist(), strict=True):
                identity = carried.identity_of.get(remote)
                if identity is not None and (proven or not found.get(own, (False, []))[0]):
                    found.setdefault(own, (proven, []))[1].append(Offer(identity, remote))
        return found

    def _unmet(self, offers: dict[int, tuple[bool, list[Offer]]], time_ns: int) -> Int64:
        """Return the own tracks that are young, are no partner's and have only the identity they began with."""
        young = self.track_id[time_ns - self.begun_ns <= YOUNG_NS].tolist()
        return np.array([n for n in young if n not in offers and n not in self.adopted], np.int64)

    def _settle(self, offers: dict[int, tuple[bool, list[Offer]]], carried: Carried) -> None:
        """Give every track the oldest identity that it may have; none is on two tracks."""
        numbers = np.array(sorted({*offers, *self.adopted}), np.int64)
        begun_ns = self.begun_ns[np.searchsorted(self.track_id, numbers)]
        chosen = dict[int, Adopted]()
        for number, since_ns in zip(numbers.tolist(), begun_ns.tolist(), strict=True):
            if not self._is_settled(number, since_ns, offers.get(number), carried):
                chosen[number] = self._choices(number, offers.get(number), carried)[0]
            elif number in self.adopted:
                chosen[number] = self.adopted[number]
        while True:
            holders: dict[str, list[int]] = {}
            for number, choice in chosen.items():
                holders.setdefault(choice.identity.text, []).append(number)
            doubled = [rivals for rivals in holders.values() if len(rivals) > 1]
            if not doubled:
                break
            for rivals in doubled:
                keeps = min(rivals, key=lambda n: self._claim(n, chosen[n], offers.get(n)))
                for number in rivals:
                    if number != keeps:
                        rest = self._choices(number, offers.get(number), carried)
                        chosen[number] = rest[rest.index(chosen[number]) + 1]
        for number, choice in chosen.items():
            if choice.identity.text == self.begun_as(number):
                self.adopted.pop(number, None)
            elif self.adopted.get(number) != choice:
                self.adopted[number] = choice

    def _is_settled(
        self, number: int, begun_ns: int, offered: tuple[bool, list[Offer]] | None, carried: Carried
    ) -> bool:
        """Say whether a track plainly keeps its identity: it is one partner's track, whose identity is no other's."""
        if offered is None or not offered[0] or len(offered[1]) != 1:
            return False
        offer, held = offered[1][0], self.adopted.get(number)
        text = offer.identity.text
        if text.startswith(self.nation) or len(carried.carriers[text]) != 1:
            return False
        if held is None:
            return offer.identity > (begun_ns, self.begun_as(number))
        return held.is_sure and held.by == offer.remote and held.identity == offer.identity

    def _choices(self, number: int, offered: tuple[bool, list[Offer]] | None, carried: Carried) -> list[Adopted]:
        """Return the identities that a track may have, the oldest first, the one that it began with among them."""
        row = int(np.searchsorted(self.track_id, number))
        begun = Adopted(Identity(int(self.begun_ns[row]), self.begun_as(number)), True, -1)
        proven, offers = offered or (False, [])
        held = self.adopted.get(number)
        choices = {begun.identity.text: begun}
        stands = held is not None and (held.is_sure or any(offer.remote == held.by for offer in offers))
        if held is not None and stands and not _is_revoked(held, offers):
            choices[held.identity.text] = held
        for offer in offers:
            known = choices.get(offer.identity.text)
            if known is not begun:
                is_sure = proven or (known is not None and known.is_sure)
                choices[offer.identity.text] = Adopted(offer.identity, is_sure, offer.remote)
        for text in list(choices):
            # where a partner that sees this object says of another one that it has the identity, it is not ours
            if text != begun.identity.text and (self._is_taken(text, number) or carried.denies(text, offers)):
                del choices[text]
        after = sorted(choices.values(), key=lambda choice: choice.identity)
        return after[: after.index(begun) + 1]

    def _is_taken(self, text: str, number: int) -> bool:
        """Say whether an identity was begun by another track of ours that is still there: it never leaves it."""
        nation, _, begun_by = text.partition("-")
        if nation != self.nation or int(begun_by) == number:
            return False
        row = int(np.searchsorted(self.track_id, int(begun_by)))
        return row < len(self.track_id) and int(self.track_id[row]) == int(begun_by)

    def _claim(
        self, number: int, choice: Adopted, offered: tuple[bool, list[Offer]] | None
    ) -> tuple[bool, bool, bool, int]:
        """Rank a track among those that would have one identity: the smaller keeps it."""
        text, holds = choice.identity.text, self.of(number)
        is_seen = offered is not None and any(offer.identity.text == text for offer in offered[1])
        return text != self.begun_as(number), not is_seen, holds is None or holds.text != text, number

    def _write(self, had: Mapping[int, Adopted]) -> None:
        """Write what changed into the columns; ``had``: what tracks had adopted before."""
        changed = {n for n in {*had, *self.adopted} if had.get(n) is not self.adopted.get(n)}
        for number in sorted(changed):
            row = int(np.searchsorted(self.track_id, number))
            if row == len(self.track_id) or self.track_id[row] != number:
                continue
            held = self.adopted.get(number)
            begun = Identity(int(self.begun_ns[row]), self.begun_as(number))
            self.since_ns[row], text = begun if held is None else held.identity
            self.text[row] = text.encode()


def _is_revoked(held: Adopted, offers: Iterable[Offer]) -> bool:
    """Say whether the partner's track that an identity came from has gone over to a younger one."""
    return any(offer.remote == held.by and offer.identity > held.identity for offer in offers)


def _adopted(row: Sequence[Any]) -> Adopted:
    return Adopted(Identity(row[0], row[1]), row[2], row[3])
