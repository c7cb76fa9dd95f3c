"""The last report of each track of one sender, as columns that grow."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import Int64, UInt64
from sargas.model.label import Label, most_restrictive
from sargas.model.parts import pack, unpack
from sargas.model.track_labels import TrackLabels
from sargas.model.tracks import COLUMN_NAMES, Tracks

MARK = b"SARGAS-SENDER-2\n"
SILENT_AFTER_NS = 30_000_000_000
MISSED, LATE = 2.5, 1.5
"""Periods after which a track that its sender no longer reports, while it reports others, is gone, and is in doubt."""
_FIRST_ROWS = 64
MOST_NAMES = 1024
"""Sensors that a sender may name in all; one that names more is remembered by its newest batch alone."""


class SenderTable:
    """Rows by the sender's own number; a removed row is free for the next."""

    UNNAMED_COLUMNS: ClassVar = tuple(name for name in COLUMN_NAMES if name != "contributing")

    def __init__(self) -> None:
        self._row_of: dict[int, int] = {}
        self._theirs = np.zeros(_FIRST_ROWS, np.int64)
        self._free = list(range(_FIRST_ROWS - 1, -1, -1))
        template = Tracks.none(Label())
        self._columns: dict[str, np.ndarray[Any, Any]] = {
            name: _rows_like(getattr(template, name), _FIRST_ROWS) for name in COLUMN_NAMES
        }
        self._heard_ns = np.zeros(_FIRST_ROWS, np.int64)
        self.is_known = np.zeros(_FIRST_ROWS, np.bool_)
        self._latest_ns = 0
        self._period_ns = SILENT_AFTER_NS
        self._sensor_ids: tuple[str, ...] = ()
        self._labels = [Label()]
        self._label_of = np.zeros(_FIRST_ROWS, np.int64)
        self._whole: Label | None = None

    @property
    def numbers(self) -> Int64:
        """Our number of each row."""
        return self._columns["track_id"]

    @property
    def label(self) -> Label:
        """The most restrictive label of the tracks in use; as last reported where there are none."""
        if self._whole is None:
            used = np.unique(self._label_of[self.rows()]).tolist() or [len(self._labels) - 1]
            self._whole = most_restrictive(self._labels[k] for k in used)
        return self._whole

    def labels_of(self, rows: Int64) -> tuple[Int64, tuple[Label, ...]]:
        """Return the labels of rows (n,): an index into those the sender has used, and these."""
        return self._label_of[rows], tuple(self._labels)

    def label_last_told(self, row: int) -> Label | None:
        """Return the label under which a row was last reported; None: it has not been yet."""
        return self._labels[self._label_of[row]] if self._heard_ns[row] else None

    def row_of(self, theirs: int) -> int | None:
        """Find the row of a sender's number."""
        return self._row_of.get(theirs)

    def add(self, theirs: int, number: int) -> int:
        """Give a sender's number a row and a number of ours."""
        if not self._free:
            self._grow()
        row = self._row_of[theirs] = self._free.pop()
        self._theirs[row], self.numbers[row], self.is_known[row] = theirs, number, False
        self._heard_ns[row] = 0
        return row

    def put(self, rows: Int64, tracks: Tracks, heard_ns: int) -> None:
        """Write the newest reports, already under our numbers."""
        for name in self.UNNAMED_COLUMNS:
            self._columns[name][rows] = getattr(tracks, name)
        behind = self._behind(tracks)
        masks = self._columns["contributing"]
        if behind.shape[1] > masks.shape[1]:
            masks = self._columns["contributing"] = np.pad(masks, ((0, 0), (0, behind.shape[1] - masks.shape[1])))
        masks[rows] = 0
        masks[rows, : behind.shape[1]] = behind
        self._learn_period(heard_ns - self._heard_ns[rows][self._heard_ns[rows] > 0])
        self._heard_ns[rows] = heard_ns
        self._latest_ns = max(self._latest_ns, heard_ns)
        if tracks.label not in self._labels:
            self._labels.append(tracks.label)
        self._label_of[rows] = self._labels.index(tracks.label)
        self._whole = None

    def remove(self, theirs: int) -> None:
        """Forget a track by its sender's number."""
        self._free.append(self._row_of.pop(theirs))
        self._whole = None

    def remove_rows(self, rows: Int64) -> None:
        """Forget tracks."""
        for theirs in self._theirs[rows].tolist():
            self.remove(theirs)

    def rows(self) -> Int64:
        """List the rows in use, by our number."""
        rows = np.fromiter(self._row_of.values(), np.int64, len(self._row_of))
        return rows[np.argsort(self.numbers[rows])]

    def numbers_in_use(self) -> Int64:
        """List our numbers in use, rising."""
        return self.numbers[self.rows()]

    def rows_of_numbers(self, numbers: Int64) -> Int64:
        """Find the rows of numbers of ours, all of which must be there."""
        rows = self.rows()
        return rows[np.searchsorted(self.numbers[rows], numbers)]

    def silent(self, time_ns: int) -> Int64:
        """List, by our number, the rows the sender went on without, and at its own silence all of them."""
        rows = self.rows()
        missed_ns = self._latest_ns - MISSED * self._period_ns
        return rows[self._heard_ns[rows] < max(time_ns - SILENT_AFTER_NS, missed_ns)]

    def tracks(self, rows: Int64, *, named: bool = True) -> Tracks:
        """Return rows as last reported, each under its label; without names no sensor is told."""
        columns: dict[str, Any] = {name: self._columns[name][rows] for name in self.UNNAMED_COLUMNS}
        if not named:
            return Tracks.of(**columns, label=self.label)
        columns |= {"contributing": self._columns["contributing"][rows], "sensor_ids": self._sensor_ids}
        index, labels = self._label_of[rows], tuple(self._labels)
        kinds = np.unique(index).tolist()
        if len(kinds) < 2:
            return Tracks(**columns, label=labels[kinds[0]] if kinds else self.label)
        order = np.argsort(self.numbers[rows])
        single = TrackLabels(self.numbers[rows][order], index[order], labels)
        return Tracks(**columns, label=most_restrictive(labels[k] for k in kinds), track_labels=single)

    def has_sensor(self, rows: Int64, sensor_id: str) -> UInt64:
        """Say of each row whether a sensor is behind it: 1 or 0."""
        if sensor_id not in self._sensor_ids:
            return np.zeros(len(rows), np.uint64)
        bit = self._sensor_ids.index(sensor_id)
        return self._columns["contributing"][rows, bit // 64] >> np.uint64(bit % 64) & np.uint64(1)

    def within(self, rows: Int64, sensor_ids: frozenset[str]) -> NDArray[np.bool_]:
        """Say which rows name the sensors behind them, and none but these."""
        masks = self._columns["contributing"][rows]
        others = np.zeros(masks.shape[1], np.uint64)
        for bit, name in enumerate(self._sensor_ids):
            if name not in sensor_ids:
                others[bit // 64] |= np.uint64(1) << np.uint64(bit % 64)
        found: NDArray[np.bool_] = (masks != 0).any(axis=1) & ((masks & others) == 0).all(axis=1)
        return found

    def is_current(self, rows: Int64) -> NDArray[np.bool_]:
        """Say which rows the sender has not gone on without."""
        late: NDArray[np.bool_] = self._heard_ns[rows] >= self._latest_ns - LATE * self._period_ns
        return late

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "row_of": list(self._row_of.items()),
            "free": self._free,
            "latest_ns": self._latest_ns,
            "period_ns": self._period_ns,
            "sensor_ids": self._sensor_ids,
            "labels": [label.model_dump(mode="json") for label in self._labels],
        }
        return pack(
            MARK, header, [self._theirs, self._heard_ns, self.is_known, self._label_of, *self._columns.values()]
        )

    @classmethod
    def of_snapshot(cls, data: bytes) -> Self:
        """Return a table that goes on from a snapshot. Raises ValueError for bytes that are none."""
        header, arrays = unpack(MARK, data, 4 + len(COLUMN_NAMES))
        table = cls()
        table._row_of, table._free = dict(header["row_of"]), header["free"]
        table._latest_ns, table._period_ns = header["latest_ns"], header["period_ns"]
        table._sensor_ids = tuple(header["sensor_ids"])
        table._labels = [Label.model_validate(fields) for fields in header["labels"]]
        table._theirs, table._heard_ns, table.is_known, table._label_of = arrays[:4]
        table._columns = dict(zip(COLUMN_NAMES, arrays[4:], strict=True))
        return table

    def _behind(self, tracks: Tracks) -> UInt64:
        """Return which sensors are behind tracks, as bits of our list of them, which grows by those that it lacks.

        A partner's batches need not name the same ones: where not all may be named it is one name for all.
        """
        own, theirs = self._sensor_ids, tracks.sensor_ids
        if own[: len(theirs)] == theirs:
            return tracks.contributing
        self._sensor_ids = tuple(dict.fromkeys((*own, *theirs)))
        if len(self._sensor_ids) > MOST_NAMES:
            self._sensor_ids, self._columns["contributing"][:] = theirs, 0
        if self._sensor_ids[: len(theirs)] == theirs:
            return tracks.contributing
        masks = np.zeros((len(tracks), -(-len(self._sensor_ids) // 64)), np.uint64)
        for i, name in enumerate(theirs):
            bit = self._sensor_ids.index(name)
            is_behind = tracks.contributing[:, i // 64] >> np.uint64(i % 64) & np.uint64(1)
            masks[:, bit // 64] |= is_behind << np.uint64(bit % 64)
        return masks

    def _learn_period(self, since_ns: Int64) -> None:
        """Follow the middle of the times between two reports of one track, a quarter of the way a batch."""
        if len(since_ns):
            self._period_ns += (int(np.median(since_ns)) - self._period_ns) // 4

    def _grow(self) -> None:
        old = len(self._heard_ns)
        for name, values in self._columns.items():
            self._columns[name] = np.concatenate([values, np.zeros_like(values)])
        self._theirs = np.concatenate([self._theirs, np.zeros(old, np.int64)])
        self._heard_ns = np.concatenate([self._heard_ns, np.zeros(old, np.int64)])
        self._label_of = np.concatenate([self._label_of, np.zeros(old, np.int64)])
        self.is_known = np.concatenate([self.is_known, np.zeros(old, np.bool_)])
        self._free = list(range(2 * old - 1, old - 1, -1))


def _rows_like(column: np.ndarray[Any, Any], rows: int) -> np.ndarray[Any, Any]:
    return np.zeros((rows, *column.shape[1:]), column.dtype)
