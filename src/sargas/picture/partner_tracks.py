"""Partners' system tracks (CAT062): each keeps one number of ours as long as its sender keeps its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import Int64, UInt64
from sargas.model.label import Label, most_restrictive
from sargas.model.parts import pack, unpack
from sargas.model.rising import are_among
from sargas.model.track_labels import TrackLabels
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.sender_table import SenderTable

MARK = b"SARGAS-PARTNERS-1\n"
FIRST_NUMBER = 1 << 31
"""Partner tracks are numbered from here, own tracks below: both fit the 32 bits of the track feed."""


class PartnerTracks:
    """Map (source, partner's track number) to our numbers, and drop what its sender no longer reports."""

    def __init__(self) -> None:
        self._next = FIRST_NUMBER
        self._senders: dict[str, SenderTable] = {}
        self.told_as = dict[int, int]()
        """Number under which a track is told, where it is not its own."""

    def __len__(self) -> int:
        """Return the number of partners heard so far."""
        return len(self._senders)

    @property
    def sources(self) -> tuple[str, ...]:
        """Name the sources of the partners, in the order of their numbers."""
        return tuple(self._senders)

    def take(self, source: str, tracks: Tracks, receive_time_ns: int) -> Tracks:
        """Renumber a partner's batch; a row its sender ended frees the pair, so that its reuse gets a new number.

        An end has the label of what was last told too: it tells that again, in a batch that may be of others.
        """
        sender = self._senders.setdefault(source, SenderTable())
        theirs = tracks.track_id.tolist()
        numbers, last, ended = np.empty(len(tracks), np.int64), dict[int, int](), dict[int, Label]()
        for i, (number, status) in enumerate(zip(theirs, tracks.status.tolist(), strict=True)):
            row = sender.row_of(number)
            if row is None:
                row = sender.add(number, self._new_number())
            numbers[i] = sender.numbers[row]
            if status == TrackStatus.DROPPED:
                ended[int(numbers[i])] = most_restrictive((tracks.label, sender.label_last_told(row) or tracks.label))
                sender.remove(number)
                last.pop(row, None)
            else:
                last[row] = i
        tracks = replace(tracks, track_id=numbers)
        kept = np.fromiter(last.values(), np.int64, len(last))
        sender.put(np.fromiter(last.keys(), np.int64, len(last)), tracks.take(kept), receive_time_ns)
        return _labelled(tracks, {number: label for number, label in ended.items() if label != tracks.label})

    def confirmed_anew(self, source: str, tracks: Tracks) -> Int64:
        """Return the rows of a batch just taken whose track is confirmed or coasts and was not before."""
        sender = self._senders[source]
        stands = are_among(tracks.track_id, sender.numbers_in_use()) & tracks.is_firm
        found = np.flatnonzero(stands)
        rows = sender.rows_of_numbers(tracks.track_id[found])
        anew = found[~sender.is_known[rows]]
        sender.is_known[rows] = True
        return anew

    def advance(self, time_ns: int) -> tuple[Tracks, ...]:
        """Drop, sender by sender in order of our number, the tracks no longer reported."""
        dropped = []
        for sender in self._senders.values():
            silent = sender.silent(time_ns)
            if len(silent):
                tracks = sender.tracks(silent)
                sender.remove_rows(silent)
                dropped.append(replace(tracks, status=np.full(len(silent), TrackStatus.DROPPED, np.uint8)))
        return tuple(dropped)

    def go_on_from(self, before: PartnerTracks) -> None:
        """Begin anew with numbers that go on."""
        self._next = before._next

    def shown(self) -> tuple[Tracks, ...]:
        """Return every confirmed or coasting track as last reported, sender by sender."""
        batches = (sender.tracks(sender.rows()) for sender in self._senders.values())
        return tuple(tracks.take(tracks.is_firm) for tracks in batches)

    def standing(self) -> tuple[Tracks, Int64]:
        """Return every confirmed or coasting track as last reported, without names, and the number of its sender."""
        batches = [sender.tracks(sender.rows(), named=False) for sender in self._senders.values()]
        senders = [np.full(len(batch), place) for place, batch in enumerate(batches)]
        if not batches:
            return Tracks.none(Label()), np.zeros(0, np.int64)
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(batch, name) for batch in batches]) for name in SenderTable.UNNAMED_COLUMNS
        }
        found = Tracks.of(label=Label(), **columns)
        shown = found.is_firm
        return found.take(shown), np.concatenate(senders)[shown]

    def within(self, sensor_ids: frozenset[str]) -> Int64:
        """Return the numbers of tracks that no sensor but these is behind, as far as their senders name any."""
        found = [s.numbers[s.rows()[s.within(s.rows(), sensor_ids)]] for s in self._senders.values()]
        return np.concatenate([np.zeros(0, np.int64), *found])

    def has(self, sender: int, numbers: Int64) -> NDArray[np.bool_]:
        """Say which numbers of ours a sender still has a track for."""
        return are_among(numbers, self._table(sender).numbers_in_use())

    def is_current(self, sender: int, numbers: Int64) -> NDArray[np.bool_]:
        """Say which tracks a sender still reported when it last had to."""
        table = self._table(sender)
        return table.is_current(table.rows_of_numbers(numbers))

    def find(self, sender: int, numbers: Int64) -> Tracks:
        """Return the tracks of one sender with these numbers of ours, in their order."""
        table = self._table(sender)
        return table.tracks(table.rows_of_numbers(numbers))

    def label(self, sender: int) -> Label:
        """Return the most restrictive label of all that a sender reports."""
        return self._table(sender).label

    def labels_of(self, sender: int, numbers: Int64) -> tuple[Int64, tuple[Label, ...]]:
        """Return the labels of tracks (n,): an index into those the sender has used, and these."""
        table = self._table(sender)
        return table.labels_of(table.rows_of_numbers(numbers))

    def contains(self, sender: int, numbers: Int64, sensor_id: str) -> UInt64:
        """Say of each track whether a sensor or node is among those behind it: 1 or 0."""
        table = self._table(sender)
        return table.has_sensor(table.rows_of_numbers(numbers), sensor_id)

    def renew(self, number: int) -> int:
        """Tell a track under another number from now on, because its old one was ended in public; return it."""
        self.told_as[number] = self._new_number()
        return self.told_as[number]

    def swap(self, number: int, other: int) -> None:
        """Tell two tracks each under the number of the other."""
        told, others = self.number_told(number), self.number_told(other)
        self.told_as[number], self.told_as[other] = others, told

    def number_told(self, number: int) -> int:
        """Return the number under which a track is told."""
        return self.told_as.get(number, number)

    def as_told(self, tracks: Tracks) -> Tracks:
        """Return tracks under the numbers under which they are told."""
        if not self.told_as:
            return tracks
        return replace(tracks, track_id=np.array([self.number_told(n) for n in tracks.track_id.tolist()], np.int64))

    def forget_numbers(self) -> None:
        """Forget what ended tracks were told as."""
        if self.told_as:
            there = {n for sender in self._senders.values() for n in sender.numbers_in_use().tolist()}
            self.told_as = {n: told for n, told in self.told_as.items() if n in there}

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {"next": self._next, "told_as": list(self.told_as.items()), "senders": list(self._senders)}
        return pack(MARK, header, [sender.snapshot() for sender in self._senders.values()])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, parts = unpack(MARK, data)
        tables = [SenderTable.of_snapshot(part.tobytes()) for part in parts]
        self._next, self._senders = header["next"], dict(zip(header["senders"], tables, strict=True))
        self.told_as = dict(header["told_as"])

    def _table(self, sender: int) -> SenderTable:
        return list(self._senders.values())[sender]

    def _new_number(self) -> int:
        self._next += 1
        return self._next - 1


def _labelled(tracks: Tracks, stricter: dict[int, Label]) -> Tracks:
    """Return a batch in which some tracks have a stricter label than the others."""
    if not stricter:
        return tracks
    numbers, labels = np.unique(tracks.track_id), (tracks.label, *stricter.values())
    index = np.zeros(len(numbers), np.int64)
    index[np.searchsorted(numbers, np.array(list(stricter)))] = 1 + np.arange(len(stricter))
    return replace(tracks, label=most_restrictive(labels), track_labels=TrackLabels(numbers, index, labels))
