"""A table of the newest state per track, as columns that grow; rows are found by track number."""

from __future__ import annotations

from typing import Any

import numpy as np

from sargas.model.columns import Int64
from sargas.model.label import Label
from sargas.model.track_labels import TrackLabels
from sargas.model.tracks import COLUMN_NAMES, Tracks


class TrackTable:
    """Hold one row per shown track (confirmed or coasting) with the revision that last changed it."""

    def __init__(self, capacity: int = 1024) -> None:
        self._row_of: dict[int, int] = {}
        self._free: list[int] = list(range(capacity - 1, -1, -1))
        self._columns = _empty_columns(capacity)
        self._revision = np.full(capacity, -1, np.int64)
        self._receive_time_ns = np.zeros(capacity, np.int64)
        self._label = np.zeros(capacity, np.int64)
        self._labels: list[Label] = []
        self._label_index: dict[Label, int] = {}
        self._sensor_ids: list[str] = []
        self._sensor_index: dict[str, int] = {}

    def __contains__(self, track_id: int) -> bool:
        return track_id in self._row_of

    def __len__(self) -> int:
        return len(self._row_of)

    def update(self, tracks: Tracks, revision: int, receive_time_ns: int) -> list[int]:
        """Take over the rows of ``tracks``; return the numbers of shown tracks that these rows end."""
        shown = tracks.is_firm
        ended = [int(number) for number in tracks.track_id[~shown] if int(number) in self._row_of]
        for number in ended:
            row = self._row_of.pop(number)
            self._revision[row] = -1
            self._free.append(row)
        kept = np.flatnonzero(shown)
        if len(kept):
            rows = self._rows(tracks.track_id[kept])
            for name in COLUMN_NAMES:
                if name != "contributing":
                    self._columns[name][rows] = getattr(tracks, name)[kept]
            self._columns["contributing"][rows] = self._masks(tracks)[kept]
            self._revision[rows] = revision
            self._receive_time_ns[rows] = receive_time_ns
            self._label[rows] = self._label_rows(tracks)[kept]
        return ended

    def label_of(self, number: int) -> Label | None:
        """Return the label of one shown track; none: there is no such track."""
        row = self._row_of.get(number)
        return None if row is None else self._labels[self._label[row]]

    def changed_since(self, revision: int, label: Label) -> tuple[Tracks, Int64]:
        """Return the rows changed after ``revision`` in order of track number, and their plots' receive times."""
        rows = np.flatnonzero(self._revision > revision)
        rows = rows[np.argsort(self._columns["track_id"][rows], kind="stable")]
        return self._batch(rows, label), self._receive_time_ns[rows]

    def rows_of(self, numbers: Int64, label: Label) -> Tracks:
        """Return the rows of tracks that are shown, in order of track number."""
        rows = np.array([self._row_of[n] for n in sorted(set(numbers.tolist())) if n in self._row_of], np.int64)
        return self._batch(rows, label)

    def _batch(self, rows: Int64, label: Label) -> Tracks:
        """Take rows, which are in order of track number, with the label of each where they are not all of one."""
        columns: dict[str, Any] = {name: self._columns[name][rows] for name in COLUMN_NAMES}
        index = self._label[rows]
        labels = None
        if len(rows) and (index.min() != index.max() or self._labels[index[0]] != label):
            labels = TrackLabels(columns["track_id"], index, tuple(self._labels))
        return Tracks(**columns, sensor_ids=tuple(self._sensor_ids), label=label, track_labels=labels)

    def _label_rows(self, tracks: Tracks) -> Int64:
        """Return per row where its label stands among those known."""
        own = self._index_of(tracks.label)
        if tracks.track_labels is None:
            return np.full(len(tracks), own)
        known = np.array([self._index_of(label) for label in tracks.track_labels.labels] or [own], np.int64)
        rows = tracks.track_labels.rows(tracks.track_id)
        return np.where(rows < 0, own, known[np.maximum(rows, 0)])

    def _index_of(self, label: Label) -> int:
        index = self._label_index.get(label)
        if index is None:
            index = self._label_index[label] = len(self._labels)
            self._labels.append(label)
        return index

    def _rows(self, numbers: Int64) -> Int64:
        rows = np.empty(len(numbers), np.int64)
        for i, number in enumerate(numbers.tolist()):
            row = self._row_of.get(number)
            if row is None:
                if not self._free:
                    self._grow()
                row = self._row_of[number] = self._free.pop()
            rows[i] = row
        return rows

    def _grow(self) -> None:
        old = len(self._revision)
        for name, values in self._columns.items():
            self._columns[name] = np.concatenate([values, np.zeros_like(values)])
        self._revision = np.concatenate([self._revision, np.full(old, -1, np.int64)])
        self._receive_time_ns = np.concatenate([self._receive_time_ns, np.zeros(old, np.int64)])
        self._label = np.concatenate([self._label, np.zeros(old, np.int64)])
        self._free = list(range(2 * old - 1, old - 1, -1))

    def _masks(self, tracks: Tracks) -> np.ndarray[Any, np.dtype[np.uint64]]:
        for name in tracks.sensor_ids:
            if name not in self._sensor_index:
                self._sensor_index[name] = len(self._sensor_ids)
                self._sensor_ids.append(name)
        self._widen(-(-len(self._sensor_ids) // 64))
        masks = np.zeros((len(tracks), self._columns["contributing"].shape[1]), np.uint64)
        if tuple(self._sensor_ids[: len(tracks.sensor_ids)]) == tracks.sensor_ids:
            words = min(masks.shape[1], tracks.contributing.shape[1])
            masks[:, :words] = tracks.contributing[:, :words]
            return masks
        for bit, name in enumerate(tracks.sensor_ids):
            index = self._sensor_index[name]
            there = (tracks.contributing[:, bit // 64] >> np.uint64(bit % 64)) & np.uint64(1)
            masks[:, index // 64] |= there << np.uint64(index % 64)
        return masks

    def _widen(self, words: int) -> None:
        masks = self._columns["contributing"]
        if words > masks.shape[1]:
            self._columns["contributing"] = np.pad(masks, ((0, 0), (0, words - masks.shape[1])))


def _empty_columns(capacity: int) -> dict[str, np.ndarray[Any, Any]]:
    template = Tracks.none(Label())
    return {
        name: np.zeros((capacity, *getattr(template, name).shape[1:]), getattr(template, name).dtype)
        for name in COLUMN_NAMES
    }
