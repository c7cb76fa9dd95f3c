"""The rows of the screen's tracks as whole numbers, and their change against what each track had before.

Every column is kept by its bits, so nothing is rounded. A change is a difference that wraps around: the sum of all
changes since a key block is the state, in whatever order they are added.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sargas.console.frame import CODE_COLUMNS, LEADING_COLUMNS, Column

WORDS = ("longitude_deg", "latitude_deg")
HALVES = ("altitude_code", "course_code", "speed_dmps", "vertical_rate_dmps")
OCTETS = (*(name for name, _ in CODE_COLUMNS), "sigma_major_code", "sigma_minor_code", "sigma_bearing", "age_half_s")
_KINDS = {**dict(LEADING_COLUMNS), "vertical_rate_dmps": "<i2"}
_GROUPS = ((WORDS, "<u4"), (HALVES, "<u2"), (OCTETS, "u1"))
WIDTHS = tuple(np.dtype(kind).itemsize for _, kind in _GROUPS)

Bits = np.ndarray[Any, Any]


class Rows(NamedTuple):
    """Rows of tracks by bits: ids (n,), and one matrix (n, columns) for each width of column."""

    track_id: Bits
    groups: tuple[Bits, Bits, Bits]

    def take(self, rows: Any) -> Rows:
        """Return some of the rows."""
        return Rows(self.track_id[rows], tuple(group[rows] for group in self.groups))


def rows_of(columns: dict[str, Column]) -> Rows:
    """Take the columns of a frame. Raises ValueError for columns that the log does not keep, or lacks."""
    kept = {"track_id", *WORDS, *HALVES, *OCTETS}
    if columns.keys() != kept:
        raise ValueError(f"expected the frame columns {sorted(kept)}, was {sorted(columns)}")
    groups = tuple(
        np.stack([columns[name].view(kind) for name in names], axis=1).astype(kind, copy=False)
        for names, kind in _GROUPS
    )
    return Rows(columns["track_id"].astype(np.uint32, copy=False), groups)  # type: ignore[arg-type]


def columns_of(rows: Rows) -> dict[str, Column]:
    """Give rows back as the columns of a frame."""
    columns: dict[str, Column] = {"track_id": rows.track_id}
    for (names, kind), group in zip(_GROUPS, rows.groups, strict=True):
        for i, name in enumerate(names):
            columns[name] = np.ascontiguousarray(group[:, i]).view(_KINDS.get(name, kind))
    return columns


def join(parts: list[Rows]) -> Rows:
    """Put rows behind each other."""
    if not parts:
        return Rows(np.zeros(0, np.uint32), tuple(np.zeros((0, len(n)), k) for n, k in _GROUPS))  # type: ignore[arg-type]
    groups = tuple(np.concatenate([part.groups[g] for part in parts]) for g in range(len(_GROUPS)))
    return Rows(np.concatenate([part.track_id for part in parts]), groups)  # type: ignore[arg-type]


class Table:
    """The newest bits of every track; rows of tracks that are gone stay until ``clear``, so that both ends agree."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget every track."""
        self._row_of: dict[int, int] = {}
        self._track_id = np.zeros(256, np.uint32)
        self._groups = [np.zeros((256, len(names)), kind) for names, kind in _GROUPS]
        self._present = np.zeros(256, bool)

    def places(self, track_id: Bits) -> Bits:
        """Return the row of each track, new ones among them."""
        known, ids = self._row_of, track_id.tolist()
        found = list(map(known.get, ids))
        if None in found:
            found = [known.setdefault(number, len(known)) for number in ids]
        rows = np.array(found, np.int64)
        while len(known) > len(self._present):
            self._grow()
        self._track_id[rows] = track_id
        return rows

    def difference(self, rows: Rows) -> Rows:
        """Return the change of each row against what its track had before it, and remember the rows."""
        places = self.places(rows.track_id)
        order = np.argsort(places, kind="stable")
        ordered = places[order]
        again = np.zeros(len(order), bool)
        again[1:] = ordered[1:] == ordered[:-1]
        changes = []
        for held, group in zip(self._groups, rows.groups, strict=True):
            before = held[ordered]
            values = group[order]
            before[again] = values[np.flatnonzero(again) - 1]
            change = np.empty_like(group)
            change[order] = values - before
            changes.append(change)
            held[places[order]] = values
        return Rows(rows.track_id, tuple(changes))  # type: ignore[arg-type]

    def add(self, places: Bits, changes: tuple[Bits, Bits, Bits]) -> None:
        """Add changes to rows."""
        is_once = len(places) == 0 or int(np.bincount(places).max()) == 1
        for held, change in zip(self._groups, changes, strict=True):
            if is_once:
                held[places] += change
            else:
                np.add.at(held, places, change)

    def mark(self, places: Bits, *, present: bool) -> None:
        """Say which rows are on the screen."""
        self._present[places] = present

    def present(self) -> Rows:
        """Return the rows that are on the screen, by number."""
        return self._sorted(np.flatnonzero(self._present))

    def of(self, track_id: Bits) -> Rows:
        """Return the rows of those of some tracks that are on the screen, by number, each once."""
        places = np.unique(self.places(track_id))
        return self._sorted(places[self._present[places]])

    def has(self, track_id: Bits) -> Bits:
        """Say of each track whether it is on the screen."""
        present: Bits = self._present[self.places(track_id)]
        return present

    def _sorted(self, places: Bits) -> Rows:
        places = places[np.argsort(self._track_id[places])]
        return Rows(self._track_id[places], tuple(held[places] for held in self._groups))  # type: ignore[arg-type]

    def _grow(self) -> None:
        self._groups = [np.concatenate([held, np.zeros_like(held)]) for held in self._groups]
        self._present = np.concatenate([self._present, np.zeros_like(self._present)])
        self._track_id = np.concatenate([self._track_id, np.zeros_like(self._track_id)])


def pack(rows: Rows) -> bytes:
    """Lay changes of rows out plane by plane: bytes that are alike stand together."""
    ids = np.diff(rows.track_id, prepend=np.uint32(0))
    parts = [_planes(_zigzag(ids[:, None]))]
    parts += [_planes(_zigzag(group)) for group in rows.groups]
    return b"".join(parts)


def unpack(data: memoryview, n: int) -> Rows:
    """Read what ``pack`` made of n rows. Raises ValueError when the bytes do not fit."""
    shapes = [(1, "<u4"), *((len(names), kind) for names, kind in _GROUPS)]
    matrices, at = [], 0
    for columns, kind in shapes:
        size = n * columns * np.dtype(kind).itemsize
        planes = np.frombuffer(data, np.uint8, size, at).reshape(columns * np.dtype(kind).itemsize, n)
        matrices.append(_unzigzag(np.ascontiguousarray(planes.T).view(kind).reshape(n, columns)))
        at += size
    if at != len(data):
        raise ValueError(f"expected {at} bytes for {n} rows, was {len(data)}")
    ids = np.cumsum(matrices[0][:, 0], dtype=np.uint32)
    return Rows(ids, (matrices[1], matrices[2], matrices[3]))


def _planes(matrix: Bits) -> bytes:
    n, columns = matrix.shape
    return np.ascontiguousarray(matrix.view(np.uint8).reshape(n, columns * matrix.itemsize).T).tobytes()


def _zigzag(values: Bits) -> Bits:
    """Give small differences of either sign small numbers."""
    bits = values.itemsize * 8
    signed = values.view(f"i{values.itemsize}")
    return np.ascontiguousarray(((signed << 1) ^ (signed >> (bits - 1))).view(values.dtype))


def _unzigzag(values: Bits) -> Bits:
    one = values.dtype.type(1)
    return (values >> one) ^ (~(values & one) + one)
